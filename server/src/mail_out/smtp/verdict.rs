//! The meaning of the mail server's refusals for a mail, by the command that was refused.

use domain::mail::sender::Fault;
use lettre::transport::smtp::{Error, response::Severity};
use notify::Refusal;

/// The command that a mail had reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The connection, up to and with its encryption.
    Greeting,
    /// `AUTH`.
    Login,
    /// `MAIL FROM`.
    Sender,
    /// `RCPT TO`.
    Recipient,
    /// `DATA`.
    Announcement,
    /// The content.
    Content,
}

/// Returns the meaning of an error for the mail.
pub(super) fn refusal(phase: Phase, error: Error) -> Refusal {
    let Some(code) = error.status() else {
        return match phase {
            // A part of the content was sent. It is not known whether the server received all of it.
            Phase::Content => Refusal::Unknown(error.into()),
            _ => Refusal::NotSent(error.into()),
        };
    };
    if code.severity != Severity::PermanentNegativeCompletion {
        return Refusal::Throttled(error.into());
    }
    let words = std::error::Error::source(&error).map(ToString::to_string);
    let meaning = meaning(phase, code.into(), words.as_deref().unwrap_or_default());
    let cause = error.into();
    match meaning {
        Meaning::Address => Refusal::Address(cause),
        Meaning::Mail => Refusal::Mail(cause),
        Meaning::Later => Refusal::Throttled(cause),
        Meaning::Sender(fault) => Refusal::Sender(fault, cause),
    }
}

/// The meaning of a permanent refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// The address accepts no mail.
    Address,
    /// This mail is not accepted.
    Mail,
    /// The refusal is temporary, although its reply code is a permanent one.
    Later,
    /// This installation may not send.
    Sender(Fault),
}

/// Returns the meaning of a permanent refusal. `words` begin with an enhanced status code (RFC 3463), if the server gives one.
fn meaning(phase: Phase, code: u16, words: &str) -> Meaning {
    let enhanced = words.split_whitespace().next().unwrap_or_default();
    // A refusal for policy (X.7.1), for instance of a server that relays for known clients only, does not concern the address.
    // If it counted as a bounce, it would block every address.
    let is_policy = enhanced.starts_with("5.7.") || words.to_ascii_lowercase().contains("relay");
    match phase {
        Phase::Greeting | Phase::Login | Phase::Announcement => Meaning::Sender(Fault::NotAllowed),
        Phase::Sender if code == 530 => Meaning::Sender(Fault::NotAllowed),
        Phase::Sender => Meaning::Sender(Fault::NotVerified),
        Phase::Recipient if is_policy => Meaning::Sender(Fault::NotAllowed),
        Phase::Recipient => match code {
            550 | 551 | 553 | 556 => Meaning::Address,
            // Some servers answer 552 instead of 452, too many recipients (RFC 5321, 4.5.3.1.10).
            552 => Meaning::Later,
            530 => Meaning::Sender(Fault::NotAllowed),
            _ => Meaning::Mail,
        },
        Phase::Content => Meaning::Mail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_says_that_an_address_takes_no_mail_is_a_bounce() {
        use Meaning::{Address, Later, Mail, Sender};
        let not_allowed = Sender(Fault::NotAllowed);
        for (phase, code, words, expected) in [
            (Phase::Recipient, 550, "5.1.1 no such user", Address),
            (Phase::Recipient, 550, "no such user", Address),
            (Phase::Recipient, 553, "5.1.3 bad address", Address),
            (
                Phase::Recipient,
                554,
                "5.7.1 relay access denied",
                not_allowed,
            ),
            (Phase::Recipient, 550, "Relaying denied", not_allowed),
            (
                Phase::Recipient,
                550,
                "5.7.1 listed by a blocklist",
                not_allowed,
            ),
            (Phase::Recipient, 552, "too many recipients", Later),
            (Phase::Recipient, 554, "transaction failed", Mail),
            (
                Phase::Sender,
                550,
                "5.1.8 bad sender",
                Sender(Fault::NotVerified),
            ),
            (Phase::Sender, 530, "5.7.0 sign in first", not_allowed),
            (Phase::Login, 535, "5.7.8 wrong password", not_allowed),
            (Phase::Greeting, 554, "no service here", not_allowed),
            (Phase::Content, 552, "5.3.4 too large", Mail),
            (Phase::Content, 550, "5.7.1 looks like spam", Mail),
        ] {
            assert_eq!(
                meaning(phase, code, words),
                expected,
                "{phase:?} {code} {words}"
            );
        }
    }
}
