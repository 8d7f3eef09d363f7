//! Sends queued scans in batches, and evaluates the server's results.

use domain::tickets::code::TicketCode;

use crate::{
    api::{Conflict, Ended, SyncedScan},
    queued_scan::QueuedScan,
    state::State,
    verdict::{Admission, Verdict},
};

/// The most scans of one call.
const BATCH: usize = 100;

/// Chooses how many scans to send at once: as many as allowed, until a call is refused; then one by one, to find the
/// scan that was refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Batch {
    one_by_one: bool,
}

/// A result that somebody should look into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Finding {
    /// The ticket was also used elsewhere.
    UsedElsewhere(TicketCode, Vec<Admission>),
    /// The holder was rightly let in, but the ticket has ended since.
    EndedSince(TicketCode, Ended),
    /// The holder was let in, but the server would have refused.
    WronglyLetIn(TicketCode, Verdict),
    /// The server does not believe the device's clock.
    ClockOff,
}

impl Batch {
    /// The scans to send now.
    pub(crate) fn of(self, state: &State) -> Vec<QueuedScan> {
        let most = if self.one_by_one { 1 } else { BATCH };
        state.queue.iter().take(most).cloned().collect()
    }

    /// Handles the refusal of a call. Returns the refused scan, which it removes from the queue, if it is known.
    pub(crate) fn refused(&mut self, sent: &[QueuedScan], state: &mut State) -> Option<QueuedScan> {
        self.one_by_one = sent.len() > 1;
        let [scan] = sent else { return None };
        state.queue.retain(|queued| queued.scan_id != scan.scan_id);
        state.rejected.push(scan.clone());
        Some(scan.clone())
    }
}

/// Removes the scans that the server answered for from the queue. Returns their number, and the findings to show.
pub(crate) fn settle(state: &mut State, results: &[SyncedScan]) -> (usize, Vec<Finding>) {
    let before = state.queue.len();
    let mut findings = Vec::new();
    for result in results {
        let scan = state
            .queue
            .extract_if(.., |queued| queued.scan_id == result.scan_id)
            .next();
        let Some(scan) = scan else { continue };
        if result.check_in.reason.as_deref() == Some("clock-off")
            && !findings.contains(&Finding::ClockOff)
        {
            findings.push(Finding::ClockOff);
        }
        if let Some(code) = scan.admitted {
            findings.extend(finding(code, &scan, result));
            if let Some(ended) = &result.ended {
                findings.push(Finding::EndedSince(code, ended.clone()));
                // The next guest who shows this ticket is refused.
                state.revoked.insert(code);
            }
        }
    }
    (before - state.queue.len(), findings)
}

fn finding(code: TicketCode, scan: &QueuedScan, result: &SyncedScan) -> Option<Finding> {
    let verdict = result.check_in.verdict();
    let mut uses: Vec<Admission> = result.conflicts.iter().map(admission).collect();
    match verdict {
        Verdict::AlreadyAdmitted(_, admission) if uses.is_empty() => uses.push(admission),
        Verdict::Admitted { .. } | Verdict::AlreadyAdmitted(..) => {}
        other => return Some(Finding::WronglyLetIn(code, other)),
    }
    // This device lets a ticket in once. Another scan of it from here is a check-in whose answer was lost.
    uses.retain(|other| other.device_id.as_ref() != Some(&scan.device_id));
    (!uses.is_empty()).then_some(Finding::UsedElsewhere(code, uses))
}

fn admission(conflict: &Conflict) -> Admission {
    Admission {
        at: conflict.scanned_at,
        gate: conflict.gate.clone(),
        device_id: conflict.device_id.clone(),
    }
}

#[cfg(test)]
mod tests;
