//! Sends mails to all registrants. There is one queue message for each bucket of the guest list, and one for the waitlist.
//! Handling a message sends mails to the people of its bucket, or of the waitlist.
//!
//! A message covers at most [`PAGE`] recipients. If a bucket or the waitlist has more people, another message covers the rest.
//! A message that is delivered twice sends no mail twice, because each mail is sent only once.

use std::collections::HashMap;

use domain::{
    id::{EventId, UserId},
    mail::kind::EventMail,
    seats::bucket::BucketNo,
};
use futures::{StreamExt as _, stream};
use messages::{MailDue, Part};

use super::{Errand, Notify};
use crate::error::MailError;

/// The maximum number of recipients that one queue message covers. Usually all guests of a bucket fit, including guests whose
/// seats were borrowed.
const PAGE: usize = 60;
/// The maximum number of mails that are sent concurrently for one queue message.
const MAILS_AT_ONCE: usize = 4;

impl Notify {
    /// Sends a mail about an event to the registrants in `part`. If `part` is everybody, only queues a message for each smaller
    /// part.
    pub(super) async fn registrants(
        &self,
        errand: Errand<'_>,
        event: EventId,
        part: Part,
        about: &EventMail,
    ) -> Result<(), MailError> {
        let message = |part| MailDue::Registrants {
            event_id: event,
            part,
            about: about.clone(),
            request_id: errand.due.request.to_owned(),
        };
        let (recipients, next) = match part {
            Part::Everybody => return self.expand(event, message).await,
            Part::One { user_id } => (vec![user_id], None),
            Part::Bucket { no, after } => self.guests(event, no, after).await?,
            Part::Waitlist { after } => {
                let page = self.store.list_waitlist(event, PAGE, after).await?;
                let last = page.items.last().map(|entry| entry.id);
                let users = page.items.iter().map(|entry| entry.guest.user_id());
                let next = page.more.then_some(Part::Waitlist { after: last });
                (users.collect(), next)
            }
        };
        self.mail_all(errand, event, &recipients, about, message)
            .await?;
        match next {
            Some(next) => self.queue.send(&[message(next)]).await,
            None => Ok(()),
        }
    }

    /// Queues one message for each bucket of the event's guest list, and one message for the event's waitlist.
    async fn expand(
        &self,
        event: EventId,
        message: impl Fn(Part) -> MailDue,
    ) -> Result<(), MailError> {
        let Some(event) = self.store.event(event).await? else {
            return Ok(());
        };
        let messages: Vec<MailDue> = parts(event.bucket_count).map(message).collect();
        self.queue.send(&messages).await
    }

    /// Returns guests of the bucket `no`, beginning after the guest `after`. The second value is the part with the bucket's
    /// remaining guests, or `None` if there are no more.
    async fn guests(
        &self,
        event: EventId,
        no: BucketNo,
        after: Option<UserId>,
    ) -> Result<(Vec<UserId>, Option<Part>), MailError> {
        let bucket = self.store.bucket(event, no).await?;
        let mut users: Vec<UserId> = bucket
            .guests
            .iter()
            .map(|guest| guest.user_id())
            .filter(|user| after.is_none_or(|after| *user > after))
            .collect();
        users.sort();
        let more = users.len() > PAGE;
        users.truncate(PAGE);
        let next = users.last().copied().filter(|_| more);
        let next = next.map(|last| Part::Bucket {
            no,
            after: Some(last),
        });
        Ok((users, next))
    }

    /// Sends the mail to each recipient. If one recipient's mail can never be sent, only that mail goes to the dead-letter
    /// queue, and the other mails are not delayed.
    async fn mail_all(
        &self,
        errand: Errand<'_>,
        event: EventId,
        recipients: &[UserId],
        about: &EventMail,
        message: impl Fn(Part) -> MailDue,
    ) -> Result<(), MailError> {
        if recipients.is_empty() {
            return Ok(());
        }
        let Some(subject) = self.subject(errand, event, about.clone()).await? else {
            return Ok(());
        };
        let accounts = self.store.accounts(recipients).await?;
        let registrations: HashMap<UserId, _> = self
            .store
            .registrations(recipients.iter().map(|user| (event, *user)))
            .await?
            .into_iter()
            .map(|registration| (registration.user_id, registration))
            .collect();
        let mails = accounts.iter().filter_map(|account| {
            let registration = registrations.get(&account.user.id)?;
            Some(async {
                let sent = self.mail_one(errand, &subject, account, registration).await;
                (account.user.id, sent)
            })
        });
        let sent: Vec<_> = stream::iter(mails.collect::<Vec<_>>())
            .buffer_unordered(MAILS_AT_ONCE)
            .collect()
            .await;
        let mut later = Ok(());
        for (user_id, sent) in sent {
            match sent {
                Ok(()) => {}
                Err(MailError::Never(cause)) if recipients.len() > 1 => {
                    let alone = message(Part::One { user_id });
                    self.queue.bury(&alone, &cause).await?;
                }
                Err(error) => later = Err(error),
            }
        }
        later
    }
}

/// Returns the parts into which the registrants are divided if the event has `count` buckets.
fn parts(count: BucketNo) -> impl Iterator<Item = Part> {
    let buckets = (0..count).map(|no| Part::Bucket { no, after: None });
    buckets.chain([Part::Waitlist { after: None }])
}

#[cfg(test)]
mod tests {
    use domain::{mail::kind::Previous, seats::bucket::bucket_count};

    use super::*;

    /// The largest size of one message, in bytes. A call to SQS contains up to ten messages. SQS accepts 1 MiB in a call, and
    /// accepted 256 KB until 2025, as some emulators still do.
    const MAX_BYTES: usize = 256 * 1024 / 10;

    #[test]
    fn ten_thousand_recipients_are_200_messages_of_the_guest_list_within_the_limits_of_sqs() {
        let previous = Previous {
            title: Some("\u{1d11e}".repeat(200)),
            venue: Some("\u{1d11e}".repeat(255)),
            period: Some((
                jiff::Timestamp::MAX,
                jiff::Timestamp::MAX,
                "America/Argentina/ComodRivadavia".to_owned(),
            )),
        };
        let about = EventMail::Updated {
            version: u64::MAX,
            previous,
        };
        let event_id = "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let messages: Vec<_> = parts(bucket_count(10_000))
            .map(|part| MailDue::Registrants {
                event_id,
                part,
                about: about.clone(),
                request_id: "r".repeat(64),
            })
            .collect();
        assert_eq!(messages.len(), 200 + 1);
        for message in messages {
            assert!(serde_json::to_string(&message).unwrap().len() < MAX_BYTES);
        }
    }
}
