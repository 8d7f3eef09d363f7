//! Brings the tickets of one registration up to date.
//!
//! A queue message only reports that a registration has changed. This module reads the registration, which decides what must be
//! done. So messages may be late, repeated and in any order. The process that reads the newest state makes the necessary
//! writes, and the conditions of these writes prevent other processes from undoing them. A voided ticket stays as a tombstone,
//! which a late issue cannot replace.

use bootstrap::{
    batch::Failure,
    clock,
    keys::{Keys, SecretError},
    metrics::{Metric, Metrics},
};
use domain::{
    door::{Ticket, TicketStatus},
    seats::registration::{Registration, RegistrationStatus},
    tickets::code::TicketCode,
};
use jiff::Timestamp;
use messages::SeatChanged;
use queues::{Inbox, Message};
use store::{EndedTicket, Store, StoreError};

/// Issues and voids tickets.
#[derive(Debug)]
pub struct Issuer {
    /// The table that contains registrations and tickets.
    pub store: Store,
    /// The keys from which ticket codes are derived.
    pub keys: Keys,
    /// The metrics, which are written at the end of each batch.
    pub metrics: Metrics,
}

/// Why the ticket function could not handle a message. The message is retried, and goes to the dead-letter queue after too many
/// attempts.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IssueError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// There is no registration. This is unexpected, because the relay writes the registration before it sends the message.
    #[error("the registration is not there")]
    NoRegistration,
}

impl Failure for IssueError {
    fn is_permanent(&self) -> bool {
        match self {
            Self::Store(error) => matches!(error, StoreError::Corrupt { .. }),
            Self::Secret(_) | Self::NoRegistration => false,
        }
    }
}

impl Issuer {
    /// Handles messages of the queue `tickets` concurrently: brings the tickets of each registration up to date. Returns the
    /// ids of the messages to retry. `inbox` contains the queue and its dead-letter queue.
    pub async fn process(&self, batch: Vec<Message>, inbox: &Inbox) -> Vec<String> {
        let settle = async |_: &Message, due: SeatChanged| self.settle(&due).await;
        let failed = bootstrap::batch::each(batch, inbox, settle).await;
        self.metrics.write(None);
        failed
    }

    /// Issues the ticket that the registration in `message` must have now, and voids all other tickets of the registration.
    ///
    /// # Errors
    /// The table could not be read or written, or the secret could not be read.
    pub(crate) async fn settle(&self, message: &SeatChanged) -> Result<(), IssueError> {
        let registration = self
            .store
            .registration(message.event_id, message.user_id)
            .await?
            .ok_or(IssueError::NoRegistration)?;
        // The keys are read after the registration. So they include the key that was in use when the holder of the ticket
        // registered.
        let keyrings = self.keys.current().await?;
        let now = clock::now();
        let ended: Vec<EndedTicket> = (1..=registration.generation)
            .filter_map(|generation| Some((generation, registration.ticket_ended_at(generation)?)))
            .flat_map(|(generation, at)| {
                TicketCode::candidates(&keyrings, &registration, generation)
                    .map(move |code| (generation, code, at))
            })
            .map(|(generation, code, at)| EndedTicket {
                ticket: ticket(&registration, generation, code, now),
                at,
            })
            .collect();
        let voided = if ended.is_empty() {
            0
        } else {
            self.store.void_tickets(&ended, clock::now).await?
        };
        let issued = match registration.status {
            RegistrationStatus::Confirmed => {
                let code = TicketCode::of(&keyrings, &registration);
                let ticket = ticket(&registration, registration.generation, code, now);
                self.store
                    .issue_ticket(&ticket, &message.request_id)
                    .await?
            }
            RegistrationStatus::Waitlisted | RegistrationStatus::Cancelled => false,
        };
        let voided_count = u64::try_from(voided).unwrap_or(0);
        self.metrics.note(Metric::TicketsVoided, voided_count);
        if issued {
            self.metrics.note(Metric::TicketsIssued, 1);
            self.metrics
                .note_age(Metric::TicketAge, registration.registered_at);
        }
        tracing::info!(request_id = message.request_id, event.id = %message.event_id, issued, voided, "tickets_settled");
        Ok(())
    }
}

fn ticket(
    registration: &Registration,
    generation: u32,
    code: TicketCode,
    now: Timestamp,
) -> Ticket {
    Ticket {
        code,
        event_id: registration.event_id,
        user_id: registration.user_id,
        generation,
        status: TicketStatus::Issued,
        issued_at: now,
        ended_at: None,
        scans: Vec::new(),
        undone: Vec::new(),
        undone_at: None,
        mail_again_at: None,
        rev: 0,
    }
}

#[cfg(test)]
mod tests;
