//! The list of an event's admissions that somebody should look into.
//!
//! A ticket is in the index while its admission is in conflict. Each write of the ticket maintains that.

use domain::{door::Ticket, id::EventId, tickets::code::TicketCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use table::Query;

use crate::{Page, Store, StoreError, key};

/// More tickets than there are; the table returns them in pages of a megabyte.
const MOST: usize = 1_000_000;

/// The position of a list of conflicts: the last ticket of the page before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictPosition {
    /// The time at which the ticket admitted its holder.
    pub admitted_at: Timestamp,
    /// The ticket.
    pub code: TicketCode,
}

impl Store {
    /// Lists tickets of an event whose admission is in conflict by their own items, in the order of their admissions, after
    /// `after`. Also returns the start of the next page. The list may be a second old.
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
                    let last = items.last().and_then(position).or(after);
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

    /// Returns all tickets of an event that have ended although their holder was admitted.
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

fn position(ticket: &Ticket) -> Option<ConflictPosition> {
    Some(ConflictPosition {
        admitted_at: ticket.admission()?.at,
        code: ticket.code,
    })
}
