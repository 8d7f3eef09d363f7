//! Admission at the door: once per ticket, whatever the order in which scans arrive.
//!
//! A ticket keeps every scan that would have admitted it. The earliest one did: scanners that worked without a
//! network send theirs later, and the outcome is the same in every order of arrival. Ties go to the smaller scan id.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    id::{EventId, UserId},
    text::{DeviceId, Gate, ScanId},
    ticket::{
        code::TicketCode,
        door::{DoorState, DoorWindow},
    },
};

/// The most scans that a ticket keeps; further ones are in the scan log alone.
pub const MAX_SCANS: usize = 50;

/// How far a scanner's clock may be ahead of ours.
const CLOCK_LEEWAY_SECONDS: i64 = 120;

/// One scan of a ticket that was in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scan {
    /// Made by the scanner, so that a repetition is recognised.
    pub scan_id: ScanId,
    /// When, as far as it is believed.
    pub at: Timestamp,
    /// The account that scanned.
    pub by: UserId,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<Gate>,
    /// With what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_id: Option<DeviceId>,
}

/// Where a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TicketStatus {
    /// Good for one admission.
    Issued,
    /// Its holder is in.
    Admitted,
    /// The registration was cancelled.
    Void,
}

impl TicketStatus {
    /// The name as stored and shown.
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
    /// Code.
    pub code: TicketCode,
    /// Event.
    pub event_id: EventId,
    /// Holder.
    pub user_id: UserId,
    /// Generation of the registration that it belongs to.
    pub generation: u32,
    /// Where it stands.
    pub status: TicketStatus,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// The scans that would have admitted it, the earliest first.
    #[serde(default)]
    pub scans: Vec<Scan>,
    /// Scans whose admission was undone: sent again, they change nothing.
    #[serde(default)]
    pub undone: Vec<ScanId>,
    /// Counts the writes.
    pub rev: u64,
}

/// What a scan of an existing ticket of the event comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// This scan let the holder in.
    Admitted,
    /// An earlier one did.
    AlreadyAdmitted,
    /// The ticket is void.
    Void,
    /// This scan's admission was undone.
    Undone,
}

impl Ticket {
    /// Whether it ever was good: a tombstone, written before a ticket was issued, never was.
    #[must_use]
    pub fn was_issued(&self) -> bool {
        self.status != TicketStatus::Void || self.rev > 0
    }

    /// The scan that let the holder in.
    #[must_use]
    pub fn admission(&self) -> Option<&Scan> {
        self.scans.first()
    }

    /// The other scans that would have, from the point of view of `scan_id`.
    pub fn conflicts(&self, scan_id: &ScanId) -> impl Iterator<Item = &Scan> {
        self.scans
            .iter()
            .filter(move |scan| scan.scan_id != *scan_id)
    }

    /// What a scan that is known comes to; `None`: it is not known.
    #[must_use]
    pub fn verdict(&self, scan_id: &ScanId) -> Option<Verdict> {
        if self.undone.contains(scan_id) {
            return Some(Verdict::Undone);
        }
        if !self.scans.iter().any(|scan| scan.scan_id == *scan_id) {
            return None;
        }
        let admitted_by = self
            .admission()
            .is_some_and(|admission| admission.scan_id == *scan_id);
        Some(match self.status {
            TicketStatus::Void => Verdict::Void,
            _ if admitted_by => Verdict::Admitted,
            _ => Verdict::AlreadyAdmitted,
        })
    }

    /// Takes in a scan. Whether the ticket changed.
    pub fn take(&mut self, scan: Scan) -> bool {
        let known = self.verdict(&scan.scan_id).is_some();
        if known || self.status == TicketStatus::Void {
            return false;
        }
        self.scans.push(scan);
        self.scans
            .sort_by(|a, b| (a.at, &a.scan_id).cmp(&(b.at, &b.scan_id)));
        self.scans.truncate(MAX_SCANS);
        self.status = TicketStatus::Admitted;
        true
    }

    /// Takes the admission back. Whether there was one.
    pub fn undo(&mut self) -> bool {
        if self.status != TicketStatus::Admitted {
            return false;
        }
        self.undone
            .extend(self.scans.drain(..).map(|scan| scan.scan_id));
        self.status = TicketStatus::Issued;
        true
    }
}

/// When a scan took place, as far as it can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanTime {
    /// As the scanner says.
    Believed(Timestamp),
    /// The scanner's clock is far off: it names a time to come, or one before the doors opened. The time of arrival
    /// counts instead, brought into the doors' window, so that it never beats a scan with a good clock that came
    /// before.
    ClockOff(Timestamp),
    /// The scan came before the doors opened, whatever its clock says.
    TooEarly,
    /// The scan was made after the end.
    Over,
}

impl ScanTime {
    /// Judges `scanned_at` of a scan that arrived at `now`.
    #[must_use]
    pub fn judge(scanned_at: Timestamp, now: Timestamp, doors: DoorWindow) -> Self {
        let ahead = scanned_at.as_second() - now.as_second() > CLOCK_LEEWAY_SECONDS;
        match doors.at(scanned_at) {
            _ if doors.at(now) == DoorState::TooEarly => Self::TooEarly,
            _ if ahead => Self::clock_off(now, doors),
            DoorState::TooEarly => Self::clock_off(now, doors),
            DoorState::Open => Self::Believed(scanned_at.min(now)),
            DoorState::Over => Self::Over,
        }
    }

    fn clock_off(now: Timestamp, doors: DoorWindow) -> Self {
        Self::ClockOff(now.clamp(doors.opens, doors.closes.max(doors.opens)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::tests::{evening, time};
    use proptest::prelude::*;

    fn scan(id: &str, second: i64) -> Scan {
        Scan {
            scan_id: ScanId::parse(id).unwrap(),
            at: Timestamp::from_second(second).unwrap(),
            by: "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
            gate: None,
            device_id: None,
        }
    }

    fn ticket() -> Ticket {
        Ticket {
            code: "0000-0000-0000".parse().unwrap(),
            event_id: "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
            user_id: "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
            generation: 1,
            status: TicketStatus::Issued,
            issued_at: time("2027-01-01T00:00:00Z"),
            scans: vec![],
            undone: vec![],
            rev: 0,
        }
    }

    proptest! {
        #[test]
        fn the_earliest_scan_admits_in_every_order_and_however_often(
            scans in prop::collection::vec((0u8..12, 0i64..5), 1..30).prop_shuffle(),
            turn in 0usize..30,
        ) {
            // One id is one scan: it has one time.
            let scans: Vec<Scan> = scans.iter().map(|(id, _)| scan(&format!("s{id}"), i64::from(*id % 5))).collect();
            let run = |order: &[Scan]| {
                let mut ticket = ticket();
                for scan in order {
                    ticket.take(scan.clone());
                }
                ticket
            };
            let mut turned = scans.clone();
            turned.rotate_left(turn % scans.len());
            let (one, other) = (run(&scans), run(&turned));
            prop_assert_eq!(&one.scans, &other.scans);
            let earliest = scans.iter().min_by(|a, b| (a.at, &a.scan_id).cmp(&(b.at, &b.scan_id))).unwrap();
            prop_assert_eq!(one.admission(), Some(earliest));
            let admitting = one.scans.iter().filter(|scan| one.verdict(&scan.scan_id) == Some(Verdict::Admitted)).count();
            prop_assert_eq!(admitting, 1);
        }
    }

    #[test]
    fn what_was_undone_stays_undone_and_a_new_scan_admits() {
        let mut ticket = ticket();
        assert!(ticket.take(scan("a", 1)));
        assert!(ticket.undo() && !ticket.undo());
        assert!(!ticket.take(scan("a", 1)));
        assert_eq!(
            ticket.verdict(&ScanId::parse("a").unwrap()),
            Some(Verdict::Undone)
        );
        assert!(ticket.take(scan("b", 2)));
        assert_eq!(ticket.status, TicketStatus::Admitted);
    }

    #[test]
    fn a_void_ticket_takes_no_scan() {
        let mut ticket = Ticket {
            status: TicketStatus::Void,
            ..ticket()
        };
        assert!(!ticket.take(scan("a", 1)));
        assert_eq!(ticket.admission(), None);
    }

    #[test]
    fn a_clock_that_is_far_off_is_not_believed() {
        let doors = DoorWindow::from(&evening());
        let now = time("2027-05-01T19:00:00Z");
        let earlier = time("2027-05-01T18:30:00Z");
        assert_eq!(
            ScanTime::judge(earlier, now, doors),
            ScanTime::Believed(earlier)
        );
        assert_eq!(
            ScanTime::judge(time("2027-05-01T19:01:00Z"), now, doors),
            ScanTime::Believed(now)
        );
        for off in [
            "2027-05-01T19:03:00Z",
            "2028-05-01T19:00:00Z",
            "2027-05-01T05:00:00Z",
        ] {
            assert_eq!(
                ScanTime::judge(time(off), now, doors),
                ScanTime::ClockOff(now),
                "{off}"
            );
        }
        let late = time("2027-05-03T00:00:00Z");
        assert_eq!(ScanTime::judge(late, late, doors), ScanTime::Over);
        assert_eq!(ScanTime::judge(now, late, doors), ScanTime::Believed(now));
        let before = time("2027-05-01T05:00:00Z");
        assert_eq!(ScanTime::judge(before, before, doors), ScanTime::TooEarly);
        assert_eq!(ScanTime::judge(now, before, doors), ScanTime::TooEarly);
        let future = time("2027-05-04T00:00:00Z");
        assert_eq!(
            ScanTime::judge(future, late, doors),
            ScanTime::ClockOff(doors.closes)
        );
    }
}
