//! Tests of values that cannot be put into a message.

use super::samples::{EVENT, TICKET, UNSUBSCRIBE, announcement, confirmed, mail, parsed, text_of};
use crate::{
    ComposeError, Content, EventFacts, Mail, Mailbox, Party, Ticket, compose,
    facts::{Place, Previous},
    mails::{
        announcement::Announcement, email_change_notice::EmailChangeNotice,
        event_updated::EventUpdated, reminder::Reminder, waitlisted::Waitlisted,
    },
};
use domain::mail::kind::Lead;

fn refusal(mail: &Mail<'_>) -> ComposeError {
    compose(mail).unwrap_err()
}

#[test]
fn an_address_that_cannot_be_written_to_is_named_by_its_part_only() {
    for email in [
        "",
        "ada",
        "łukasz@example.org",
        "ada@example.org\r\nBcc: eve@example.org",
    ] {
        let nobody = Mailbox { name: "Ada", email };
        let content = confirmed();
        let sent = mail(&content);
        let error = refusal(&Mail { to: nobody, ..sent });
        assert!(
            matches!(error, ComposeError::Address(Party::Recipient)),
            "{email}"
        );
        assert_eq!(
            error.to_string(),
            "the recipient's address cannot be written to"
        );
        let error = refusal(&Mail {
            from: nobody,
            ..sent
        });
        assert!(
            matches!(error, ComposeError::Address(Party::Sender)),
            "{email}"
        );
    }
}

#[test]
fn a_mail_goes_out_though_its_organizer_cannot_be_written_to() {
    let organizer = Mailbox {
        name: "Łukasz",
        email: "łukasz@example.org",
    };
    let event = EventFacts {
        organizer,
        ..*EVENT
    };
    let content = Content::of(Waitlisted {
        event: &event,
        position: None,
    });
    let message = compose(&mail(&content)).unwrap();
    assert!(parsed(&message).reply_to().is_none());
}

#[test]
fn what_is_no_message_id_link_or_ticket_is_refused() {
    let error = refusal(&Mail {
        message_id: "a@b\r\nBcc: eve@example.org",
        ..mail(&confirmed())
    });
    assert!(matches!(error, ComposeError::MessageId));

    let script = "javascript:alert(1)";
    let error = refusal(&mail(&Content::of(Announcement {
        event: &EVENT,
        message: "Hello",
        unsubscribe_url: script,
    })));
    assert!(matches!(error, ComposeError::Link));
    let error = refusal(&mail(&Content::of(EmailChangeNotice {
        asked_at: EVENT.starts_at,
        objection_url: script.to_owned(),
        restorable_hours: None,
        forgotten_url: None,
    })));
    assert!(matches!(error, ComposeError::Link));
    let event = EventFacts {
        url: Some("https://example.org/\">"),
        ..*EVENT
    };
    let error = refusal(&mail(&Content::of(Waitlisted {
        event: &event,
        position: None,
    })));
    assert!(matches!(error, ComposeError::Link));

    let qr = "A".repeat(5_000);
    let error = refusal(&mail(&Content::of(Reminder {
        event: &EVENT,
        lead: Lead::Hour,
        ticket: Some(Ticket { qr: &qr, ..TICKET }),
        unsubscribe_url: UNSUBSCRIBE,
    })));
    assert!(matches!(error, ComposeError::Qr(_)));
}

#[test]
fn an_update_that_changes_nothing_is_refused() {
    let event = &*EVENT;
    for previous in [
        Previous::default(),
        Previous {
            title: Some(event.title),
            venue: Some(event.venue),
            period: Some(event.period()),
        },
    ] {
        let error = refusal(&mail(&Content::of(EventUpdated {
            event,
            previous,
            place: Place::Waitlist,
            ticket: None,
        })));
        assert!(matches!(error, ComposeError::NothingChanged));
    }
}

#[test]
fn an_empty_text_leaves_no_trace() {
    let message = compose(&mail(&announcement(" \r\n\u{0}"))).unwrap();
    assert!(!text_of(&message, "text/plain").contains("Grace Hopper, organizer"));
}
