//! Handles delivery reports of SES, which SES publishes as JSON ("Contents of event data that Amazon SES publishes to Amazon
//! SNS", SES developer guide).

use std::collections::HashMap;

use bootstrap::metrics::Metrics;
use domain::{
    accounts::email::{Email, TypedEmail},
    mail::{key::MailKey, state::MailState},
};
use jiff::Timestamp;
use serde::Deserialize;
use store::{MailBlock, Store};

use crate::{count::count, error::MailError};

/// The name of the tag that SES repeats in its delivery reports. The value of the tag is the key of the mail.
pub(crate) const TAG: &str = "mail";

/// The fields of an SES event that this module uses.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Feedback {
    event_type: String,
    mail: MailObject,
    bounce: Option<Bounce>,
    #[serde(default)]
    delivery: Option<Dated>,
    complaint: Option<Dated>,
}

#[derive(Debug, Deserialize)]
struct MailObject {
    timestamp: Timestamp,
    /// The addresses to which the mail was sent, in ASCII.
    #[serde(default)]
    destination: Vec<String>,
    #[serde(default)]
    tags: HashMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    bounce_type: String,
    timestamp: Timestamp,
}

#[derive(Debug, Deserialize)]
struct Dated {
    timestamp: Timestamp,
}

/// The changes that a delivery report makes in the table: the state of the mail, and perhaps the block of its recipient's
/// address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct News {
    state: MailState,
    at: Timestamp,
    block: Option<MailBlock>,
}

impl Feedback {
    fn news(&self) -> Option<News> {
        let news = |state, at, block| Some(News { state, at, block });
        let sent = self.mail.timestamp;
        match self.event_type.as_str() {
            "Delivery" => {
                let at = self
                    .delivery
                    .as_ref()
                    .map_or(sent, |reported| reported.timestamp);
                news(MailState::Delivered, at, None)
            }
            "Complaint" => {
                let at = self
                    .complaint
                    .as_ref()
                    .map_or(sent, |reported| reported.timestamp);
                news(MailState::Complained, at, Some(MailBlock::Complained))
            }
            "Reject" => news(MailState::Failed, sent, None),
            "Bounce" => {
                let bounce = self.bounce.as_ref()?;
                // A bounce that is not `Permanent` may be temporary, for example because a mailbox is full. The recipient's
                // mail server may accept the next mail, so the address is not blocked.
                let block = (bounce.bounce_type == "Permanent").then_some(MailBlock::Bounced);
                news(MailState::Bounced, bounce.timestamp, block)
            }
            _ => None,
        }
    }
}

/// Records a delivery report. A repeated report changes nothing, and a late report does not undo a newer one.
///
/// # Errors
/// The table could not be read or written.
pub(crate) async fn take_in(
    store: &Store,
    metrics: &Metrics,
    feedback: &Feedback,
) -> Result<(), MailError> {
    let tagged = feedback
        .mail
        .tags
        .get(TAG)
        .and_then(|values| values.first());
    let Some(key) = tagged.and_then(|key| MailKey::parse(key).ok()) else {
        // Another program in the same AWS account sent the mail that this delivery report is about.
        tracing::warn!(event_type = feedback.event_type, "feedback_on_unknown_mail");
        return Ok(());
    };
    let Some(news) = feedback.news() else {
        return Ok(());
    };
    if store.settle_mail(&key, news.state, news.at).await? {
        count(metrics, &key, news.state);
    }
    if let Some(news_block) = news.block {
        block(store, &key, &feedback.mail.destination, news_block).await?;
    }
    tracing::info!(
        mail.kind = key.known_kind(),
        state = news.state.as_str(),
        "feedback_taken_in"
    );
    Ok(())
}

/// Blocks mail to the account that was the recipient of the mail `key`, if the mail went to the account's present address. A
/// mail about a change of address goes to a new or a former address, so its delivery says nothing about the present address.
/// `destination` contains the addresses to which the mail was sent, in ASCII. It is empty if they are not known.
///
/// # Errors
/// The table could not be read or written.
pub(crate) async fn block(
    store: &Store,
    key: &MailKey,
    destination: &[String],
    block: MailBlock,
) -> Result<(), MailError> {
    if let Some(user) = key.user()
        && let Some(account) = store.account(user).await?
        && went_to(destination, &account.user.email)
    {
        let address = &account.user.email;
        store.block_mail(user, address, block).await?;
    }
    Ok(())
}

/// Returns whether a mail to `destination` was sent to `address`. If `destination` is empty, the addresses are not known, and
/// the result is `true`.
fn went_to(destination: &[String], address: &Email) -> bool {
    let is_it = |to: &String| TypedEmail::parse(to).is_ok_and(|to| to.email() == address);
    destination.is_empty() || destination.iter().any(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news(json: &str) -> Option<News> {
        serde_json::from_str::<Feedback>(json).unwrap().news()
    }

    /// SES reports a recipient's address in ASCII, but an old account may store the same address in Unicode.
    #[test]
    fn a_recipient_is_known_by_its_identity() {
        let went_to = |destination: &[&str], address: &str| {
            let mail = serde_json::json!({"timestamp": "2026-08-05T00:40:02.012Z", "destination": destination});
            let mail: MailObject = serde_json::from_value(mail).unwrap();
            let address = serde_json::from_value(address.into()).unwrap();
            went_to(&mail.destination, &address)
        };
        assert!(went_to(&["x@xn--bcher-kva.example"], "x@bücher.example"));
        assert!(went_to(
            &["x@XN--BCHER-KVA.example"],
            "x@xn--bcher-kva.example"
        ));
        assert!(went_to(&[], "x@bücher.example"));
        assert!(!went_to(&["y@xn--bcher-kva.example"], "x@bücher.example"));
        assert!(!went_to(&["no address"], "x@bücher.example"));
    }

    /// The JSON examples of this test have the same structure as the examples in the SES developer guide, but are shorter.
    #[test]
    fn the_events_of_ses_are_understood() {
        let at: Timestamp = "2026-08-05T00:41:02.669Z".parse().unwrap();
        let mail = r#""mail":{"timestamp":"2026-08-05T00:40:02.012Z","source":"a@example.org","messageId":"m","destination":["b@example.org"],"tags":{"mail":["k"]}}"#;
        let reported = |state, block| Some(News { state, at, block });
        assert_eq!(
            news(&format!(
                r#"{{"eventType":"Bounce","bounce":{{"bounceType":"Permanent","bounceSubType":"General","bouncedRecipients":[{{"emailAddress":"b@example.org"}}],"timestamp":"2026-08-05T00:41:02.669Z","feedbackId":"f"}},{mail}}}"#
            )),
            reported(MailState::Bounced, Some(MailBlock::Bounced))
        );
        assert_eq!(
            news(&format!(
                r#"{{"eventType":"Bounce","bounce":{{"bounceType":"Transient","timestamp":"2026-08-05T00:41:02.669Z"}},{mail}}}"#
            )),
            reported(MailState::Bounced, None)
        );
        assert_eq!(
            news(&format!(
                r#"{{"eventType":"Complaint","complaint":{{"complaintFeedbackType":"abuse","timestamp":"2026-08-05T00:41:02.669Z"}},{mail}}}"#
            )),
            reported(MailState::Complained, Some(MailBlock::Complained))
        );
        assert_eq!(
            news(&format!(
                r#"{{"eventType":"Delivery","delivery":{{"timestamp":"2026-08-05T00:41:02.669Z","processingTimeMillis":11893}},{mail}}}"#
            )),
            reported(MailState::Delivered, None)
        );
        assert_eq!(
            news(&format!(r#"{{"eventType":"Open","open":{{}},{mail}}}"#)),
            None
        );
    }
}
