//! Sends queued scans in batches, and evaluates the server's results.

use domain::tickets::code::TicketCode;

use crate::{
    api::{Conflict, Ended, SyncedScan},
    queued_scan::QueuedScan,
    state::State,
    verdict::{Admission, Verdict},
};

/// Maximum number of queued scans that one call sends to the server.
const BATCH: usize = 100;

/// Chooses how many queued scans one call sends. Usually this is as many as the server allows. If the server refuses a call,
/// the scanner sends one scan per call until it has found the scan because of which the call was refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Batch {
    one_by_one: bool,
}

/// A result of a queued scan that staff should check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Finding {
    /// Other devices also admitted somebody with this ticket.
    UsedElsewhere(TicketCode, Vec<Admission>),
    /// The holder was admitted correctly, but the ticket has ended since then.
    EndedSince(TicketCode, Ended),
    /// This device admitted the holder, but the server would have refused the ticket.
    WronglyLetIn(TicketCode, Verdict),
    /// The server considers the time of the device's clock to be wrong.
    ClockOff,
}

impl Batch {
    /// Returns the scans to send in the next call.
    pub(crate) fn of(self, state: &State) -> Vec<QueuedScan> {
        let most = if self.one_by_one { 1 } else { BATCH };
        state.queue.iter().take(most).cloned().collect()
    }

    /// Handles a call that the server refused. If the call sent only one scan, this scan caused the refusal: moves it from the
    /// queue to the rejected scans, and returns it.
    pub(crate) fn refused(&mut self, sent: &[QueuedScan], state: &mut State) -> Option<QueuedScan> {
        self.one_by_one = sent.len() > 1;
        let [scan] = sent else { return None };
        state.queue.retain(|queued| queued.scan_id != scan.scan_id);
        state.rejected.push(scan.clone());
        Some(scan.clone())
    }
}

/// Removes each scan from the queue for which the server sent a result. Returns how many scans were removed, and the findings
/// that the operator must see.
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
                // The ticket has ended, so this device refuses it from now on.
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
    // This device admits a ticket only once. So another scan by this device belongs to the same admission: it is a check-in
    // whose answer was lost.
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
