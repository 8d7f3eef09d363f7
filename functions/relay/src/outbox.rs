//! The outbox: messages that follow from records. A message is sent at least once.

use std::collections::HashSet;

use domain::id::{EventId, UserId};
use messages::{LiveDue, MailDue, SeatChanged};
use queues::{Ordered, Queue, SendError};

use crate::batch::DueMessages;

/// The queues that the relay writes.
#[derive(Debug, Clone)]
pub struct Outbox {
    /// `tickets`: users whose seats changed.
    pub tickets: Queue,
    /// `mail`: mails that are due.
    pub mail: Queue,
    /// `live`, a FIFO queue that delivers a second later: events whose counts changed.
    pub live: Queue,
    /// `push`, a FIFO queue: news for viewers, and connections whose rights to check.
    pub push: Queue,
}

impl Outbox {
    /// Sends the mails that are due to the notify function.
    ///
    /// # Errors
    /// The queue did not take every message; the batch must be retried.
    pub(crate) async fn send_mails(&self, mails: &[MailDue]) -> Result<(), SendError> {
        self.mail.send(mails).await
    }

    /// Sends the users whose seats changed to the ticket function: only the last message of each user at each event, because a
    /// message does not contain the change.
    ///
    /// # Errors
    /// The queue did not take every message; the batch must be retried.
    pub(crate) async fn send_seat_changes(
        &self,
        messages: &[SeatChanged],
    ) -> Result<(), SendError> {
        self.tickets.send(&last_of_each_user(messages)).await
    }

    /// Sends the connections to check to the push function.
    ///
    /// # Errors
    /// The queue did not take every message; the batch must be retried.
    pub(crate) async fn send_rechecks(
        &self,
        messages: &[Ordered<LiveDue>],
    ) -> Result<(), SendError> {
        self.push.send_in_order(messages).await
    }

    /// Sends news for viewers to the push function.
    ///
    /// # Errors
    /// A queue did not take every message; the batch must be retried.
    pub(crate) async fn send_news(&self, due: &DueMessages) -> Result<(), SendError> {
        self.live.send_in_order(&due.in_a_second).await?;
        self.push.send_in_order(&due.at_once).await
    }
}

/// Returns the last message of each user at each event, the newest first.
fn last_of_each_user(messages: &[SeatChanged]) -> Vec<&SeatChanged> {
    let mut seen: HashSet<(EventId, UserId)> = HashSet::with_capacity(messages.len());
    let newest_first = messages.iter().rev();
    newest_first
        .filter(|message| seen.insert((message.event_id, message.user_id)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{event_id, user};

    #[test]
    fn a_user_at_an_event_gets_one_message_the_last() {
        let elsewhere = "evt_01h455vb4pex5vsknk084sn02s".parse().unwrap();
        let message = |event_id, number, request: &str| SeatChanged {
            event_id,
            user_id: user(number),
            request_id: request.to_owned(),
        };
        let messages = [
            message(event_id(), 1, "r1"),
            message(event_id(), 2, "r2"),
            message(elsewhere, 1, "r3"),
            message(event_id(), 1, "r4"),
        ];
        let last = last_of_each_user(&messages);
        let requests: Vec<_> = last.iter().map(|sent| &*sent.request_id).collect();
        assert_eq!(requests, ["r4", "r3", "r2"]);
    }
}
