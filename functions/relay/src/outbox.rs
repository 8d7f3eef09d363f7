//! The outbox, which sends the messages that follow from stream records. Each message is sent at least once.

use std::collections::HashSet;

use domain::id::{EventId, UserId};
use messages::{LiveDue, MailDue, SeatChanged};
use queues::{Ordered, Queue, SendError};

use crate::batch::DueMessages;

/// The queues to which the relay sends messages.
#[derive(Debug, Clone)]
pub struct Outbox {
    /// The queue `tickets`. Its messages name users whose seats changed.
    pub tickets: Queue,
    /// The queue `mail`. Its messages are mails that are due.
    pub mail: Queue,
    /// The queue `live`, a FIFO queue with a delay of one second. Its messages name events whose counts changed.
    pub live: Queue,
    /// The queue `push`, a FIFO queue. Its messages are news for viewers, and connections whose rights must be checked.
    pub push: Queue,
}

impl Outbox {
    /// Sends messages about the due `mails` to the queue of the notify function.
    ///
    /// # Errors
    /// The queue did not take every message. The batch must be retried.
    pub(crate) async fn send_mails(&self, mails: &[MailDue]) -> Result<(), SendError> {
        self.mail.send(mails).await
    }

    /// Sends messages about changed seats to the queue of the ticket function. A message does not contain the change itself, so
    /// only the last message for each user at each event is sent.
    ///
    /// # Errors
    /// The queue did not take every message. The batch must be retried.
    pub(crate) async fn send_seat_changes(
        &self,
        messages: &[SeatChanged],
    ) -> Result<(), SendError> {
        self.tickets.send(&last_of_each_user(messages)).await
    }

    /// Sends messages to the queue of the push function. Each message names a connection, on which the push function checks the
    /// user's rights.
    ///
    /// # Errors
    /// The queue did not take every message. The batch must be retried.
    pub(crate) async fn send_rechecks(
        &self,
        messages: &[Ordered<LiveDue>],
    ) -> Result<(), SendError> {
        self.push.send_in_order(messages).await
    }

    /// Sends news for viewers to the queues of the push function.
    ///
    /// # Errors
    /// A queue did not take every message. The batch must be retried.
    pub(crate) async fn send_news(&self, due: &DueMessages) -> Result<(), SendError> {
        self.live.send_in_order(&due.in_a_second).await?;
        self.push.send_in_order(&due.at_once).await
    }
}

/// Returns the last message of each user at each event. The newest message comes first.
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
