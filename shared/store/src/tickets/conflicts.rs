//! The list of an event's admissions that are in conflict, so that the door staff can investigate them.
//!
//! A ticket is in the index as long as its admission is in conflict. Each write of the ticket adds the ticket to the index, or
//! removes it.

use domain::{door::Ticket, id::EventId, tickets::code::TicketCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use table::Query;

use crate::{Page, Store, StoreError, key};

/// The limit with which all tickets in conflict are read. No event has so many tickets, so the list is never cut off. One call
/// of the table returns at most a megabyte of them.
const MOST: usize = 1_000_000;

/// The position in a list of conflicts at which a page ended. It consists of data of the last ticket on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictPosition {
    /// The time at which the ticket was admitted.
    pub admitted_at: Timestamp,
    /// The code of the ticket.
    pub code: TicketCode,
}

impl ConflictPosition {
    /// Returns the position after a ticket; `None` if the ticket has not been admitted.
    #[must_use]
    pub fn of(ticket: &Ticket) -> Option<Self> {
        Some(Self {
            admitted_at: ticket.admission()?.at,
            code: ticket.code,
        })
    }
}

impl Store {
    /// Lists the tickets of an event whose admission is in conflict, in the order of their admissions. The list begins after
    /// the position `after`. The second result is the position at which the next page begins. The list comes from an index, so
    /// it may be a second old.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn list_conflicts(
        &self,
        event: EventId,
        limit: usize,
        after: Option<ConflictPosition>,
    ) -> Result<(Page<Ticket>, Option<ConflictPosition>), StoreError> {
        let query = Query::gsi1(key::conflicts_pk(event)).limit(limit + 1);
        let mut start = after.map(|after| {
            let mut start = key::ticket(after.code);
            start.extend(key::listed_conflict(event, after.admitted_at, after.code));
            start
        });
        let mut items: Vec<Ticket> = Vec::new();
        loop {
            let page = self.query_page(query.clone().start(start)).await?;
            for item in page.items {
                if items.len() == limit {
                    let last = items.last().and_then(ConflictPosition::of).or(after);
                    return Ok((Page { items, more: true }, last));
                }
                items.push(serde_dynamo::from_item(item)?);
            }
            start = page.last_key;
            if start.is_none() {
                return Ok((Page { items, more: false }, None));
            }
        }
    }

    /// Returns all of an event's tickets that were admitted and whose registration was cancelled.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn ended_admissions(&self, event: EventId) -> Result<Vec<Ticket>, StoreError> {
        let (page, _) = self.list_conflicts(event, MOST, None).await?;
        let mut tickets = page.items;
        tickets.retain(Ticket::has_ended);
        Ok(tickets)
    }
}
