//! Admission at the door: once per ticket, in whatever order the scans arrive.
//!
//! A ticket keeps every scan that lets its holder in. The earliest one is *the* admission, and ties go to the smaller scan id.
//! Scanners that worked without a network send their scans later. In between, a registration may be cancelled, or an admission
//! taken back. So a ticket also keeps the time of its end and the time when it was last taken back. Whether an offline scan
//! counts depends on its time and on those two times, and never on the order in which they reached the server. There is one
//! exception, see [`Ticket::undo`].
//!
//! A scanner's clock may be fast. So a scan counts as made before the end if it names a time less than [`CLOCK_LEEWAY`] after
//! the end: the holder was let in, and the record must show everybody who is inside.
//!
//! A scan that was made with a network is different: the server answered it, so the scan counts if the server admitted it.

mod conflict;
mod scan_time;
#[cfg(test)]
pub(crate) mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use conflict::{ConflictKind, EndCause, Ending};
pub use scan_time::{CLOCK_LEEWAY, ScanTime};

use self::scan_time::may_be_before;
use crate::{
    id::{EventId, UserId},
    text::{DeviceId, Gate, ScanId},
    tickets::code::TicketCode,
};

/// The maximum number of scans that a ticket keeps; further ones are in the scan log alone.
pub const MAX_SCANS: usize = 50;

/// One scan that lets a holder in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scan {
    /// The id, which the scanner made, so that a repeated scan is recognised.
    pub scan_id: ScanId,
    /// The time of the scan by the scanner's clock if that is believed, otherwise the time of its arrival.
    pub at: Timestamp,
    /// The account that scanned; for a scan that was made without a network, the account that sent it.
    pub by: UserId,
    /// The gate at which the ticket was scanned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<Gate>,
    /// The device that scanned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_id: Option<DeviceId>,
    /// Whether the server admitted the holder while the scanner waited. Such a scan counts whatever its time is: the clocks of
    /// two servers differ, and a cancellation reaches the ticket a moment after it was made.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub online: bool,
    /// Whether the scanner's clock is far off, so that `at` is the time of arrival, see [`ScanTime::ClockOff`]. Nothing can
    /// show that such a scan was made before it arrived.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clock_off: bool,
}

/// The status of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TicketStatus {
    /// The ticket is good for one admission.
    Issued,
    /// The holder is inside.
    Admitted,
    /// The registration was cancelled. The holder may be inside all the same, see [`Ticket::is_inside`].
    Void,
}

impl TicketStatus {
    /// Returns the name as it is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Admitted => "admitted",
            Self::Void => "void",
        }
    }
}

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    /// The code.
    pub code: TicketCode,
    /// The event.
    pub event_id: EventId,
    /// The holder.
    pub user_id: UserId,
    /// The generation of the registration to which it belongs.
    pub generation: u32,
    /// The status.
    pub status: TicketStatus,
    /// The time at which it was issued.
    pub issued_at: Timestamp,
    /// The time at which it ended, that is, at which its registration was cancelled: from then on it is void. A void ticket
    /// without this time takes no scan and holds no admission. It is a tombstone, which nobody ever had in hand, or it was
    /// voided by a version that did not record the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// The scans that let the holder in, the earliest first.
    #[serde(default)]
    pub scans: Vec<Scan>,
    /// The scans that the ticket had when its admission was taken back. If they are sent again, they change nothing.
    #[serde(default)]
    pub undone: Vec<ScanId>,
    /// The time at which its admission was last taken back. An offline scan of that time or earlier does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone_at: Option<Timestamp>,
    /// The number of writes.
    pub rev: u64,
}

/// The verdict on a scan of an existing ticket of the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// This scan let the holder in.
    Admitted,
    /// An earlier scan let the holder in.
    AlreadyAdmitted,
    /// The ticket had ended when the scan was made.
    Void,
    /// This scan's admission was taken back.
    Undone,
}

/// The result of taking an admission back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undo {
    /// The holder was inside, and is not any more.
    TookBack,
    /// No admission was known. The time is stored for offline scans that are still to come.
    Remembered,
    /// Nothing changed.
    Unchanged,
}

impl Ticket {
    /// Whether the ticket was ever good. A tombstone, written before a ticket was issued, never was.
    #[must_use]
    pub fn was_issued(&self) -> bool {
        self.status != TicketStatus::Void || self.rev > 0
    }

    /// Whether the ticket's registration was cancelled.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.status == TicketStatus::Void
    }

    /// Whether the time in which the ticket was good is unknown, see [`Ticket::ended_at`].
    fn never_good(&self) -> bool {
        self.has_ended() && self.ended_at.is_none()
    }

    /// Returns the scan that let the holder in.
    #[must_use]
    pub fn admission(&self) -> Option<&Scan> {
        self.scans.first()
    }

    /// Whether the holder came in with the ticket, and that was not taken back. It is also true of a void ticket if the holder
    /// came in before it ended.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        self.admission().is_some() && !self.never_good()
    }

    /// Whether the ticket has this scan, or had it when its admission was taken back.
    #[must_use]
    pub fn knows(&self, scan_id: &ScanId) -> bool {
        self.position(scan_id).is_some() || self.undone.contains(scan_id)
    }

    /// Returns the scans that let the holder in, except `scan_id`.
    pub fn other_scans(&self, scan_id: &ScanId) -> impl Iterator<Item = &Scan> {
        self.scans
            .iter()
            .filter(move |scan| scan.scan_id != *scan_id)
    }

    /// Returns the verdict on a scan. Call it after [`Ticket::take`].
    #[must_use]
    pub fn verdict(&self, scan: &Scan) -> Verdict {
        if self.never_good() {
            return Verdict::Void;
        }
        match self.position(&scan.scan_id) {
            Some(0) => Verdict::Admitted,
            None if !self.may_be_before_the_end(scan) => Verdict::Void,
            None if self.undone_since(scan) => Verdict::Undone,
            // A later scan, which the ticket may have no room for.
            Some(_) | None => Verdict::AlreadyAdmitted,
        }
    }

    /// Adds a scan, if it counts. Returns whether the ticket changed.
    pub fn take(&mut self, scan: Scan) -> bool {
        if self.knows(&scan.scan_id) || !self.counts(&scan) {
            return false;
        }
        let id = scan.scan_id.clone();
        self.scans.push(scan);
        self.scans
            .sort_by(|a, b| (a.at, &a.scan_id).cmp(&(b.at, &b.scan_id)));
        self.scans.truncate(MAX_SCANS);
        if self.status == TicketStatus::Issued {
            self.status = TicketStatus::Admitted;
        }
        self.position(&id).is_some()
    }

    /// Ends the ticket as of `at`; the earliest end counts. Scans that may have been made before it still let the holder in.
    /// Returns whether the ticket changed.
    pub fn end(&mut self, at: Timestamp) -> bool {
        if self.never_good() || self.ended_at.is_some_and(|ended| at >= ended) {
            return false;
        }
        self.status = TicketStatus::Void;
        self.ended_at = Some(at);
        let mut scans = std::mem::take(&mut self.scans);
        scans.retain(|scan| self.counts(scan));
        self.scans = scans;
        true
    }

    /// Takes the admission back, at `now`: every scan that the ticket has, whatever time the scan names. Offline scans that
    /// arrive later and name a time until then do not count either.
    ///
    /// An offline scan counts if it names a later time and was not known: the holder may have come in again. If its clock was
    /// fast and it was made before the undo, the holder is shown inside until somebody takes that back too.
    pub fn undo(&mut self, now: Timestamp) -> Undo {
        if self.never_good() {
            return Undo::Unchanged;
        }
        // Another server's clock may be ahead of this one's.
        let online = self.scans.iter().filter(|scan| scan.online);
        let latest = online.map(|scan| scan.at).max();
        let at = latest.map_or(now, |latest| latest.max(now));
        let took_back = !self.scans.is_empty();
        if !took_back && self.undone_at.is_some_and(|undone| undone >= at) {
            return Undo::Unchanged;
        }
        self.undone
            .extend(self.scans.drain(..).map(|scan| scan.scan_id));
        self.undone_at = self.undone_at.max(Some(at));
        if self.status == TicketStatus::Admitted {
            self.status = TicketStatus::Issued;
        }
        if took_back {
            Undo::TookBack
        } else {
            Undo::Remembered
        }
    }

    fn position(&self, scan_id: &ScanId) -> Option<usize> {
        self.scans.iter().position(|scan| scan.scan_id == *scan_id)
    }

    /// Whether `scan` lets the holder in, as far as is known.
    fn counts(&self, scan: &Scan) -> bool {
        let in_time = || self.may_be_before_the_end(scan) && !self.undone_since(scan);
        !self.never_good() && (scan.online || in_time())
    }

    /// Whether an offline scan may have been made before the ticket ended. A scan by a clock that is far off has the time of
    /// its arrival, which is exact.
    fn may_be_before_the_end(&self, scan: &Scan) -> bool {
        self.ended_at.is_none_or(|ended| {
            if scan.clock_off {
                scan.at < ended
            } else {
                may_be_before(scan.at, ended)
            }
        })
    }

    fn undone_since(&self, scan: &Scan) -> bool {
        self.undone.contains(&scan.scan_id)
            || self.undone_at.is_some_and(|undone| scan.at <= undone)
    }
}
