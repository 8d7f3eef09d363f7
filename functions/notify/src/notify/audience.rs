//! Mails to many: a message for each bucket of the guest list, expanded to its guests.
//!
//! A message stands for at most [`PAGE`] recipients; what is left of a bucket that was raised beyond that, and of the
//! waitlist, is a message that follows. A message that comes twice sends nothing twice, for each mail is sent once.

use std::collections::HashMap;

use domain::{
    id::{EventId, UserId},
    seats::bucket::BucketNo,
};
use futures::{StreamExt as _, stream};
use messages::{Audience, EventMail, MailDue};

use super::{Errand, Notify};
use crate::error::MailError;

/// Recipients of one message: those of a bucket, with seats that were borrowed.
const PAGE: usize = 60;
/// Mails under way at once.
const MAILS_AT_ONCE: usize = 4;

impl Notify {
    /// Tells an audience of an event.
    pub(super) async fn audience(
        &self,
        errand: Errand<'_>,
        event: EventId,
        audience: Audience,
        about: &EventMail,
    ) -> Result<(), MailError> {
        let message = |audience| MailDue::Audience {
            event_id: event,
            audience,
            about: about.clone(),
            request_id: errand.due.request.to_owned(),
        };
        let (recipients, next) = match audience {
            Audience::Everybody => return self.expand(event, message).await,
            Audience::One { user_id } => (vec![user_id], None),
            Audience::Bucket { no, after } => self.guests(event, no, after).await?,
            Audience::Waitlist { after } => {
                let page = self.store.list_waitlist(event, PAGE, after).await?;
                let last = page.items.last().map(|entry| entry.id);
                let users = page.items.iter().map(|entry| entry.guest.user_id());
                let next = page.more.then_some(Audience::Waitlist { after: last });
                (users.collect(), next)
            }
        };
        self.tell_all(errand, event, &recipients, about, message)
            .await?;
        match next {
            Some(next) => self.queue.send(&[message(next)]).await,
            None => Ok(()),
        }
    }

    /// A message for each bucket, and one for the waitlist.
    async fn expand(
        &self,
        event: EventId,
        message: impl Fn(Audience) -> MailDue,
    ) -> Result<(), MailError> {
        let Some(event) = self.store.event(event).await? else {
            return Ok(());
        };
        let messages: Vec<MailDue> = parts(event.bucket_count).map(message).collect();
        self.queue.send(&messages).await
    }

    /// Guests of a bucket after the guest `after`, and who comes then.
    async fn guests(
        &self,
        event: EventId,
        no: BucketNo,
        after: Option<UserId>,
    ) -> Result<(Vec<UserId>, Option<Audience>), MailError> {
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
        let next = next.map(|last| Audience::Bucket {
            no,
            after: Some(last),
        });
        Ok((users, next))
    }

    /// Tells each recipient. One whose mail can never be sent holds up no other: it goes to the dead letters alone.
    async fn tell_all(
        &self,
        errand: Errand<'_>,
        event: EventId,
        recipients: &[UserId],
        about: &EventMail,
        message: impl Fn(Audience) -> MailDue,
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
        let told = accounts.iter().filter_map(|account| {
            let registration = registrations.get(&account.user.id)?;
            Some(async {
                let told = self.tell(errand, &subject, account, registration).await;
                (account.user.id, told)
            })
        });
        let told: Vec<_> = stream::iter(told.collect::<Vec<_>>())
            .buffer_unordered(MAILS_AT_ONCE)
            .collect()
            .await;
        let mut later = Ok(());
        for (user_id, told) in told {
            match told {
                Ok(()) => {}
                Err(MailError::Never(cause)) if recipients.len() > 1 => {
                    let alone = message(Audience::One { user_id });
                    self.queue.bury(&alone, &cause).await?;
                }
                Err(error) => later = Err(error),
            }
        }
        later
    }
}

/// Everybody who is registered for an event of `count` buckets, in messages.
fn parts(count: BucketNo) -> impl Iterator<Item = Audience> {
    let buckets = (0..count).map(|no| Audience::Bucket { no, after: None });
    buckets.chain([Audience::Waitlist { after: None }])
}

#[cfg(test)]
mod tests {
    use domain::seats::bucket::bucket_count;
    use messages::Previous;

    use super::*;

    /// SQS takes 256 KB a call of ten messages.
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
            .map(|audience| MailDue::Audience {
                event_id,
                audience,
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
