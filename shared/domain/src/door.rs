//! Admission at the door: a ticket admits its holder once, whatever the order in which the scans arrive at the server.
//!
//! A ticket keeps every scan that lets its holder in. The earliest scan is *the* admission. If two scans have the same time,
//! the scan with the smaller id is the admission. Scanning devices that worked without a network send their scans later.
//! Meanwhile, somebody may cancel the registration or take the admission back. So a ticket also keeps the time at which it
//! ended and the time of the last undo. Whether an offline scan counts depends on its own time and on these two times, and not
//! on the order in which they reached the server. The only exception is described at [`Ticket::undo`].
//!
//! The clock of a scanning device may be fast. So a scan also counts as made before the end of the ticket if the scan's time is
//! less than [`CLOCK_LEEWAY`] after the end. The reason is that the device did let the holder in, and the records must show
//! everybody who is inside.
//!
//! A scan that was made with a network is different. The server answered it immediately, so the scan counts if the server
//! admitted the holder.

mod conflict;
pub mod invitation;
mod mail_again;
mod scan_time;
#[cfg(test)]
pub(crate) mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use conflict::{ConflictKind, EndCause, Ending};
pub use mail_again::{MAIL_AGAIN_AFTER, NoMail};
pub use scan_time::{CLOCK_LEEWAY, ScanTime};

use self::scan_time::may_be_before;
use crate::{
    id::{EventId, UserId},
    text::{DeviceId, Gate, ScanId},
    tickets::code::TicketCode,
};

/// The maximum number of scans that a ticket keeps. Further scans are stored only in the scan log.
pub const MAX_SCANS: usize = 50;

/// A scan that lets the holder of a ticket in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scan {
    /// The id of the scan. The scanning device creates the id, so that the server recognises a scan that is sent twice.
    pub scan_id: ScanId,
    /// The time of the scan. If the time that the scanning device reported is believed, it is that time. Otherwise it is the
    /// time at which the scan arrived at the server.
    pub at: Timestamp,
    /// The account that scanned the ticket. If the scan was made without a network, this is the account that sent it to the
    /// server.
    pub by: UserId,
    /// The gate at which the ticket was scanned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<Gate>,
    /// The device that scanned the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_id: Option<DeviceId>,
    /// Whether the server admitted the holder while the scanning device waited for the answer. Such a scan counts whatever its
    /// time is, because the clocks of two servers differ, and because the ticket shows a cancellation of its registration only
    /// a moment later.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub online: bool,
    /// Whether the scanning device's clock is far off, see [`ScanTime::ClockOff`]. If so, `at` is the time of arrival, and
    /// nothing can show that the scan was made before that time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clock_off: bool,
}

/// The status of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TicketStatus {
    /// The ticket is valid for one admission.
    Issued,
    /// The holder was admitted with the ticket, and the ticket is not void.
    Admitted,
    /// The registration was cancelled. The holder may still be inside, see [`Ticket::is_inside`].
    Void,
}

impl TicketStatus {
    /// Returns the name of the status as it is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Admitted => "admitted",
            Self::Void => "void",
        }
    }
}

/// A ticket, with the scans that admitted its holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    /// The code of the ticket.
    pub code: TicketCode,
    /// The id of the event.
    pub event_id: EventId,
    /// The id of the ticket's holder.
    pub user_id: UserId,
    /// The generation of the ticket, which is the number of the holder's seat at this event.
    pub generation: u32,
    /// Whether the ticket can be used, was used, or is void.
    pub status: TicketStatus,
    /// The time at which the ticket was issued.
    pub issued_at: Timestamp,
    /// The time at which the ticket ended, because its registration was cancelled. From this time on, the ticket is void. A
    /// void ticket without this time accepts no scan and has no admission. Such a ticket is either a tombstone, which was never
    /// issued, or a ticket that was voided by an older version of the software that did not record the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// The scans that let the holder in, sorted by their times, the earliest first.
    #[serde(default)]
    pub scans: Vec<Scan>,
    /// The ids of scans whose admission was taken back. If such a scan is sent again, it changes nothing.
    #[serde(default)]
    pub undone: Vec<ScanId>,
    /// The time at which the ticket's admission was last taken back. An offline scan made at or before this time does not
    /// count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone_at: Option<Timestamp>,
    /// The time at which somebody last asked to mail the ticket again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_again_at: Option<Timestamp>,
    /// The number of writes to the ticket.
    pub rev: u64,
}

/// The verdict on a scan of a ticket that exists and belongs to the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// This scan let the holder in.
    Admitted,
    /// An earlier scan of the ticket had already let the holder in.
    AlreadyAdmitted,
    /// The ticket had already ended when the scan was made.
    Void,
    /// The admission by this scan was taken back.
    Undone,
}

/// The result of an attempt to take an admission back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undo {
    /// The admission was taken back, so the holder is not inside any more.
    TookBack,
    /// The ticket had no admission yet. The ticket now stores the time of the undo, which decides whether offline scans that
    /// arrive later count.
    Remembered,
    /// The ticket did not change.
    Unchanged,
}

impl Ticket {
    /// Whether the ticket was ever issued. A tombstone was never issued, because it was written before its ticket could be
    /// issued.
    #[must_use]
    pub fn was_issued(&self) -> bool {
        self.status != TicketStatus::Void || self.rev > 0
    }

    /// Whether the ticket ended because its registration was cancelled.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.status == TicketStatus::Void
    }

    /// Whether the ticket is void and the time at which it ended is unknown, see [`Ticket::ended_at`].
    fn never_good(&self) -> bool {
        self.has_ended() && self.ended_at.is_none()
    }

    /// Returns the scan that admitted the holder, if there is one.
    #[must_use]
    pub fn admission(&self) -> Option<&Scan> {
        self.scans.first()
    }

    /// Whether the holder was admitted with the ticket and the admission was not taken back. This is also true for a void
    /// ticket if the holder was admitted before the ticket ended.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        self.admission().is_some() && !self.never_good()
    }

    /// Whether the ticket contains this scan, or contained it until an admission was taken back.
    #[must_use]
    pub fn knows(&self, scan_id: &ScanId) -> bool {
        self.position(scan_id).is_some() || self.undone.contains(scan_id)
    }

    /// Returns all scans that let the holder in, except the scan `scan_id`.
    pub fn other_scans(&self, scan_id: &ScanId) -> impl Iterator<Item = &Scan> {
        self.scans
            .iter()
            .filter(move |scan| scan.scan_id != *scan_id)
    }

    /// Returns the verdict on a scan. The caller must call [`Ticket::take`] with this scan first.
    #[must_use]
    pub fn verdict(&self, scan: &Scan) -> Verdict {
        if self.never_good() {
            return Verdict::Void;
        }
        match self.position(&scan.scan_id) {
            Some(0) => Verdict::Admitted,
            None if !self.may_be_before_the_end(scan) => Verdict::Void,
            None if self.undone_since(scan) => Verdict::Undone,
            // An earlier scan let the holder in. This scan is missing in the ticket if the ticket already has [`MAX_SCANS`]
            // scans.
            Some(_) | None => Verdict::AlreadyAdmitted,
        }
    }

    /// Adds the scan if it lets the holder in. Returns whether the ticket changed.
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

    /// Ends the ticket at the time `at`, unless it has already ended at or before this time. Keeps scans that may have been
    /// made before the end. Returns whether the ticket changed.
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

    /// Takes the admission back at the time `now`. This removes every scan that the ticket has, whatever the time of the scan.
    /// Offline scans that arrive later do not count if their time is at or before `now`.
    ///
    /// An offline scan that was not known still counts if its time is later than `now`, because the holder may have come in a
    /// second time. If the scanning device's clock was fast and the scan was really made before the undo, the ticket wrongly
    /// shows the holder inside. Then somebody must take this admission back too.
    pub fn undo(&mut self, now: Timestamp) -> Undo {
        if self.never_good() {
            return Undo::Unchanged;
        }
        // The clock of another server may be ahead of this server's clock, so the undo gets a time that is at or after the time
        // of every online scan.
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

    /// Takes the admission by one scan back. The ticket's other scans still count. If the scan arrives later, it does not count
    /// either, and a repeated call changes nothing. So a device may repeat the request, though the holder may have come in again
    /// meanwhile.
    pub fn undo_scan(&mut self, scan_id: &ScanId) -> Undo {
        if self.never_good() || self.undone.contains(scan_id) {
            return Undo::Unchanged;
        }
        self.undone.push(scan_id.clone());
        let Some(position) = self.position(scan_id) else {
            return Undo::Remembered;
        };
        self.scans.remove(position);
        if self.scans.is_empty() && self.status == TicketStatus::Admitted {
            self.status = TicketStatus::Issued;
        }
        Undo::TookBack
    }

    fn position(&self, scan_id: &ScanId) -> Option<usize> {
        self.scans.iter().position(|scan| scan.scan_id == *scan_id)
    }

    /// Whether `scan` lets the holder in, according to the present data of the ticket.
    fn counts(&self, scan: &Scan) -> bool {
        let in_time = || self.may_be_before_the_end(scan) && !self.undone_since(scan);
        !self.never_good() && (scan.online || in_time())
    }

    /// Whether an offline scan may have been made before the ticket ended. If the scanning device's clock is far off, the
    /// scan's time is the time of its arrival at the server, which is exact.
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
