//! The outbox: messages that follow from records. A message may be sent twice, never not at all.

use std::collections::HashSet;

use domain::id::{EventId, UserId};
use messages::{LiveDue, MailDue, SeatChanged};
use queues::{Ordered, Queue, SendError};

use crate::{batch::SeatChange, live::Due};

/// The queues that the relay writes.
#[derive(Debug, Clone)]
pub struct Outbox {
    /// `tickets`: whose seats changed.
    pub tickets: Queue,
    /// `mail`: which mail is due.
    pub mail: Queue,
    /// `live`, a FIFO queue that delivers a second later: whose counts changed.
    pub live: Queue,
    /// `push`, a FIFO queue: what is to be told to those who watch.
    pub push: Queue,
}

impl Outbox {
    /// Tells the notify function which mail is due.
    ///
    /// # Errors
    /// The queue cannot be written, or not whole; the batch must come again.
    pub(crate) async fn send_mails(&self, mails: &[MailDue]) -> Result<(), SendError> {
        self.mail.send(mails).await
    }

    /// Tells the ticket function whose seats changed: one message a user, for the message names no change.
    ///
    /// # Errors
    /// The queue cannot be written, or not whole; the batch must come again.
    pub(crate) async fn send_seat_changes(&self, changes: &[SeatChange]) -> Result<(), SendError> {
        let mut told: HashSet<(EventId, UserId)> = HashSet::with_capacity(changes.len());
        let mut messages = Vec::with_capacity(changes.len());
        for change in changes.iter().rev() {
            if !told.insert((change.event, change.user)) {
                continue;
            }
            messages.push(SeatChanged {
                event_id: change.event,
                user_id: change.user,
                request_id: change.source.request.clone(),
            });
        }
        self.tickets.send(&messages).await
    }

    /// Tells the push function whose rights to judge anew.
    ///
    /// # Errors
    /// The queue cannot be written, or not whole; the batch must come again.
    pub(crate) async fn send_rights(&self, due: &[Ordered<LiveDue>]) -> Result<(), SendError> {
        self.push.send_in_order(due).await
    }

    /// Tells the push function what those who watch are to hear.
    ///
    /// # Errors
    /// A queue cannot be written, or not whole; the batch must come again.
    pub(crate) async fn send_live(&self, due: &Due) -> Result<(), SendError> {
        self.live.send_in_order(&due.in_a_second).await?;
        self.push.send_in_order(&due.at_once).await
    }
}
