//! Tickets. This module issues, voids, admits, reads and lists them.

mod conflicts;

pub use conflicts::ConflictPosition;

use domain::{
    door::{Scan, Ticket, TicketStatus},
    id::EventId,
    security::audit::AuditEntry,
    tickets::code::TicketCode,
};
use jiff::Timestamp;
use serde::Deserialize;
use table::{Put, Returned, Update, attr};

use crate::{
    Page, Store, StoreError,
    attribute::{Item, REQUEST, REV, Value, s},
    condition::old_item,
    key,
    lists::Range,
    transaction::{cancelled_by_condition, transaction_error},
    versioned::{put_new, put_over},
};

const STATUS: &str = "status";
const SCANS: &str = "scans";
const EVENT_ID: &str = "eventId";

/// The outcome of one conditional write that admits a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// The ticket had been issued, and this write has admitted it.
    Admitted(Ticket),
    /// The ticket could not be admitted. Contains its present state.
    Refused(Ticket),
    /// The ticket does not exist.
    Unknown,
}

/// A ticket whose registration was cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedTicket {
    /// The ticket as it would be issued. If it was never issued, it is written as a tombstone.
    pub ticket: Ticket,
    /// The time at which the ticket's registration was cancelled.
    pub at: Timestamp,
}

/// The result of the function that [`Store::change_ticket`] calls to change a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketChange<'a> {
    /// The ticket has not changed, so nothing is written.
    Unchanged,
    /// The ticket has changed and is written.
    Changed,
    /// The ticket has changed and is written, with this audit entry in the same transaction.
    Noted(&'a AuditEntry),
    /// The ticket has changed and is written, with the id of the request that caused the change.
    Caused(&'a str),
}

/// Returns a position in an event's list of revocations. If [`Store::list_revocations`] starts at this position, it lists the
/// tickets that were voided at `at` or later.
#[must_use]
pub fn revocations_until(at: Timestamp) -> String {
    format!("{}{}", key::VOID, key::listed_time(at))
}

/// The maximum number of tries to write a ticket that other processes also write.
const MAX_TRIES: u32 = 8;

impl Store {
    /// Issues a ticket, unless it was already issued or voided. The item stores the request id `request`. Returns whether this
    /// call issued the ticket.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn issue_ticket(&self, ticket: &Ticket, request: &str) -> Result<bool, StoreError> {
        let mut put = put_ticket(ticket, None)?;
        put.item.insert(REQUEST.to_owned(), s(request));
        self.try_write(put).await
    }

    /// Voids the tickets of a registration. A ticket that was never issued becomes a tombstone, so that a process that is late
    /// cannot issue it. Each voided ticket is added to the event's revocations with the time of the write. A ticket that was
    /// issued keeps its earlier scans, and stores the time at which its registration was cancelled. Returns the number of
    /// tickets that this call voided.
    ///
    /// If the ticket of a generation could have had one of several codes, each of these codes gets a tombstone, unless the
    /// ticket was issued with one of them.
    ///
    /// # Errors
    /// The table could not be read or written.
    pub async fn void_tickets(
        &self,
        ended: &[EndedTicket],
        now: impl Fn() -> Timestamp,
    ) -> Result<usize, StoreError> {
        let codes: Vec<TicketCode> = ended.iter().map(|ended| ended.ticket.code).collect();
        let standing = self.tickets(&codes).await?;
        let mut voided = 0;
        for ended in ended {
            let EndedTicket { ticket: due, .. } = ended;
            let known = standing.iter().find(|ticket| ticket.code == due.code);
            let has_another_code = || {
                standing
                    .iter()
                    .any(|ticket| ticket.generation == due.generation && ticket.was_issued())
            };
            let is_settled = match known {
                Some(ticket) => ticket.status == TicketStatus::Void,
                None => has_another_code(),
            };
            if is_settled {
                continue;
            }
            voided += usize::from(self.void_ticket(ended, known.cloned(), &now).await?);
        }
        Ok(voided)
    }

    async fn void_ticket(
        &self,
        ended: &EndedTicket,
        mut known: Option<Ticket>,
        now: &impl Fn() -> Timestamp,
    ) -> Result<bool, StoreError> {
        for attempt in 1..=MAX_TRIES {
            if known
                .as_ref()
                .is_some_and(|ticket| ticket.status == TicketStatus::Void)
            {
                return Ok(false);
            }
            let over = known.as_ref().map(|ticket| ticket.rev);
            let void = match known {
                Some(mut ticket) => {
                    ticket.end(ended.at);
                    ticket.rev += 1;
                    ticket
                }
                None => Ticket {
                    status: TicketStatus::Void,
                    rev: 0,
                    ..ended.ticket.clone()
                },
            };
            let mut revocation = key::revocation(void.event_id, now(), void.code);
            revocation.insert("code".to_owned(), s(void.code.to_string()));
            let writes = vec![put_ticket(&void, over)?.into(), put_new(revocation).into()];
            match self.transact(writes).await {
                Ok(()) => return Ok(true),
                Err(error) if cancelled_by_condition(&error, 0) => {}
                Err(error) => return Err(transaction_error(error)),
            }
            crate::batch::back_off(attempt).await;
            known = self.ticket(ended.ticket.code).await?;
        }
        Err(StoreError::Contended("a ticket"))
    }

    /// Returns a ticket, by a strongly consistent read.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn ticket(&self, code: TicketCode) -> Result<Option<Ticket>, StoreError> {
        self.get(key::ticket(code)).await
    }

    /// Returns the tickets that exist among the given codes, in any order. The reads are strongly consistent.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn tickets(&self, codes: &[TicketCode]) -> Result<Vec<Ticket>, StoreError> {
        let items = self
            .get_all(codes.iter().map(|code| key::ticket(*code)).collect(), true)
            .await?;
        items
            .into_iter()
            .map(|item| Ok(serde_dynamo::from_item(item)?))
            .collect()
    }

    /// Admits a ticket of `event` with one conditional write.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn admit(
        &self,
        event: EventId,
        code: TicketCode,
        scan: &Scan,
    ) -> Result<Admission, StoreError> {
        let scan: Value = serde_dynamo::to_attribute_value(scan)?;
        let admission = Update::of(key::ticket(code))
            .set(STATUS, s(TicketStatus::Admitted.as_str()))
            .set(SCANS, Value::L(vec![scan]))
            .increase(REV, 1)
            .when(
                attr(STATUS)
                    .equals(s(TicketStatus::Issued.as_str()))
                    .and(attr(EVENT_ID).equals(s(event.to_string()))),
            )
            .returning(Returned::New)
            .explained();
        match self.write(admission).await {
            Ok(done) => Ok(Admission::Admitted(serde_dynamo::from_item(done)?)),
            Err(error) => match old_item(error)? {
                Some(item) => Ok(Admission::Refused(serde_dynamo::from_item(item)?)),
                None => Ok(Admission::Unknown),
            },
        }
    }

    /// Reads a ticket, changes it by calling `change`, and writes it. If another process has written the ticket since it was
    /// read, all these steps are repeated. Returns the ticket after the change; `None` if the ticket does not exist.
    ///
    /// # Errors
    /// The table could not be read or written, or every try failed because other processes were writing the ticket.
    pub async fn change_ticket<'a>(
        &self,
        code: TicketCode,
        mut change: impl FnMut(&mut Ticket) -> TicketChange<'a>,
    ) -> Result<Option<Ticket>, StoreError> {
        for attempt in 1..=MAX_TRIES {
            let Some(mut ticket) = self.ticket(code).await? else {
                return Ok(None);
            };
            let changed = change(&mut ticket);
            if changed == TicketChange::Unchanged {
                return Ok(Some(ticket));
            }
            let over = ticket.rev;
            ticket.rev += 1;
            let mut put = put_ticket(&ticket, Some(over))?;
            let written = match changed {
                TicketChange::Noted(entry) => self.try_put_noting(put, entry).await?,
                TicketChange::Caused(request) => {
                    put.item.insert(REQUEST.to_owned(), s(request));
                    self.try_write(put).await?
                }
                TicketChange::Changed | TicketChange::Unchanged => self.try_write(put).await?,
            };
            if written {
                return Ok(Some(ticket));
            }
            crate::batch::back_off(attempt).await;
        }
        Err(StoreError::Contended("a ticket"))
    }

    /// Lists the codes of an event's void tickets in the order in which they were voided, after the position `after`. The
    /// second result is the position at which the next page begins. It is the sort key of the last revocation on this page.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn list_revocations(
        &self,
        event: EventId,
        limit: usize,
        after: Option<&str>,
    ) -> Result<(Page<TicketCode>, Option<String>), StoreError> {
        #[derive(Deserialize)]
        struct Revocation {
            sk: String,
            code: TicketCode,
        }
        let start = after.map(|sort| key::revocation_at(event, sort));
        let range = Range::oldest_first(key::event_pk(event), key::VOID);
        let page: Page<Revocation> = self.query_partition(range, None, limit, start).await?;
        let last = page.items.last().map(|revocation| revocation.sk.clone());
        let items = page
            .items
            .into_iter()
            .map(|revocation| revocation.code)
            .collect();
        Ok((
            Page {
                items,
                more: page.more,
            },
            last,
        ))
    }
}

/// Returns the write that creates or replaces a ticket. `over` is the revision of the stored ticket; `None` if the ticket must
/// not exist yet. If the ticket's admission is in conflict, the item is also in the index of conflicts.
fn put_ticket(ticket: &Ticket, over: Option<u64>) -> Result<Put, StoreError> {
    let mut item: Item = serde_dynamo::to_item(ticket)?;
    item.extend(key::ticket(ticket.code));
    if let Some(admission) = ticket.admission()
        && ticket.conflicts().next().is_some()
    {
        item.extend(key::listed_conflict(
            ticket.event_id,
            admission.at,
            ticket.code,
        ));
    }
    Ok(put_over(item, over))
}
