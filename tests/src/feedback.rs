//! Delivery reports in the format of SES ("Examples of event data that Amazon SES publishes to Amazon SNS", SES developer
//! guide).

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{Client, Event, LONG_PATIENCE, Mail, eventually};

/// Returns the report that the recipient's server accepted the mail.
pub fn delivery(mail: &Mail) -> Value {
    let delivery = json!({
        "timestamp": Timestamp::now(), "processingTimeMillis": 11_893, "recipients": [mail.to.1],
        "smtpResponse": "250 2.6.0 Message received", "reportingMTA": "mta.example.com",
    });
    event(mail, "Delivery", "delivery", &delivery)
}

/// Returns the report that the recipient's server refused the mail; `kind` is `Permanent` or `Transient`.
pub fn bounce(mail: &Mail, kind: &str) -> Value {
    let bounce = json!({
        "bounceType": kind, "bounceSubType": "General", "timestamp": Timestamp::now(),
        "bouncedRecipients": [{
            "emailAddress": mail.to.1, "action": "failed", "status": "5.1.1",
            "diagnosticCode": "smtp; 550 5.1.1 user unknown",
        }],
        "feedbackId": "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000",
        "reportingMTA": "dsn; mta.example.com",
    });
    event(mail, "Bounce", "bounce", &bounce)
}

/// Returns the report that the recipient marked the mail as spam.
pub fn complaint(mail: &Mail) -> Value {
    let complaint = json!({
        "complainedRecipients": [{"emailAddress": mail.to.1}], "timestamp": Timestamp::now(),
        "feedbackId": "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000",
        "userAgent": "ExampleCorp Feedback Loop (V0.01)", "complaintFeedbackType": "abuse",
        "arrivalDate": Timestamp::now(),
    });
    event(mail, "Complaint", "complaint", &complaint)
}

fn event(mail: &Mail, kind: &str, member: &str, reported: &Value) -> Value {
    json!({
        "eventType": kind,
        member: reported,
        "mail": {
            "timestamp": Timestamp::now(), "source": mail.from.1, "sendingAccountId": "123456789012",
            "sourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com",
            "messageId": "EXAMPLE7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000",
            "destination": [mail.to.1], "headersTruncated": false,
            "headers": [{"name": "Subject", "value": mail.subject}],
            "commonHeaders": {"subject": mail.subject, "to": [mail.to.1]},
            "tags": {
                "ses:configuration-set": ["ConfigSet"], "ses:source-ip": ["192.0.2.0"],
                "mail": [mail.key()],
            },
        },
    })
}

impl Client {
    /// Returns the state of a registrant's ticket mail, as the organizer sees it, or `null` if there is no ticket mail.
    pub async fn ticket_mail_of(&self, event: &Event, user_id: &str) -> Value {
        let registrants = self.every_item(&event.registrations_path(), 100).await;
        let registrant = registrants.iter().find(|item| item["userId"] == user_id);
        match registrant.and_then(|item| item.get("ticketMail")) {
            Some(state) => state.clone(),
            None => panic!("no `ticketMail` of {user_id} in {registrants:?}"),
        }
    }

    /// Waits until the organizer sees the expected state of a registrant's ticket mail.
    pub async fn ticket_mail_becomes(&self, event: &Event, user_id: &str, expected: &str) {
        eventually(LONG_PATIENCE, async || {
            match self.ticket_mail_of(event, user_id).await {
                Value::String(state) if state == expected => Ok(()),
                state => Err(format!("ticketMail is {state}, not {expected}")),
            }
        })
        .await;
    }
}
