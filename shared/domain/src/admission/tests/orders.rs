//! The door is a function of what happened, and not of the order in which the server learned of it.

use proptest::prelude::*;

use super::*;
use crate::{
    schedule::tests::evening,
    ticket::door::{DoorState, DoorWindow},
};

/// Something that happened to a ticket, at a second after the doors opened.
#[derive(Debug, Clone)]
enum Happening {
    /// An offline scanner let the holder in. Its number makes its id.
    Scanned { number: u8, second: i64 },
    /// The registration was cancelled; a message brings that to the ticket.
    Ended { second: i64 },
    /// Staff took the admission back; the server knows at once.
    Undone { second: i64 },
}

impl Happening {
    fn second(&self) -> i64 {
        let (Self::Scanned { second, .. } | Self::Ended { second } | Self::Undone { second }) =
            self;
        *second
    }

    /// When the server learns of it, if it may be late by `delay`.
    fn arrives(&self, delay: i64) -> i64 {
        match self {
            Self::Scanned { .. } | Self::Ended { .. } => self.second() + delay,
            Self::Undone { .. } => self.second(),
        }
    }

    fn scan(&self) -> Option<Scan> {
        match self {
            Self::Scanned { number, second } => Some(Scan {
                at: moment(*second),
                ..scan(&format!("s{number}"), 0)
            }),
            Self::Ended { .. } | Self::Undone { .. } => None,
        }
    }
}

fn doors() -> DoorWindow {
    DoorWindow::from(&evening())
}

fn moment(second: i64) -> Timestamp {
    at(doors().opens.as_second() + second)
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let second = 0i64..30;
    let scanned = (0u8..12, second.clone());
    let one = prop_oneof![
        6 => scanned.prop_map(|(number, second)| Happening::Scanned { number, second }),
        1 => second.clone().prop_map(|second| Happening::Ended { second }),
        1 => second.prop_map(|second| Happening::Undone { second }),
    ];
    prop::collection::vec(one, 1..20).prop_map(one_time_for_each_id)
}

/// One id is one scan, which has one time; more of them are repetitions.
fn one_time_for_each_id(mut all: Vec<Happening>) -> Vec<Happening> {
    let mut times = std::collections::BTreeMap::new();
    for happening in &mut all {
        if let Happening::Scanned { number, second } = happening {
            *second = *times.entry(*number).or_insert(*second);
        }
    }
    all
}

/// The ticket after the server has learned of everything, each thing late by its delay; `cancelled` is when the event was
/// cancelled.
fn learn(happenings: &[Happening], delays: &[(i64, u16)], cancelled: Option<i64>) -> Ticket {
    let mut order: Vec<(i64, u16, &Happening)> = happenings
        .iter()
        .zip(delays)
        .map(|(happening, (delay, tie))| (happening.arrives(*delay), *tie, happening))
        .collect();
    order.sort_by_key(|(arrives, tie, _)| (*arrives, *tie));
    let mut ticket = ticket();
    for (arrives, _, happening) in order {
        match happening {
            Happening::Scanned { .. } => {
                let scan = happening.scan().unwrap();
                let known_cancelled = cancelled.filter(|second| *second <= arrives).map(moment);
                let time = ScanTime::judge(scan.at, moment(arrives), doors(), known_cancelled);
                if let ScanTime::Believed(at) = time {
                    ticket.take(Scan { at, ..scan });
                }
            }
            Happening::Ended { second } => drop(ticket.end(moment(*second))),
            Happening::Undone { second } => drop(ticket.undo(moment(*second))),
        }
    }
    ticket
}

/// What the door must come to, spelled out.
fn expected(happenings: &[Happening], cancelled: Option<i64>) -> Vec<Scan> {
    let ended = happenings.iter().filter_map(|happening| match happening {
        Happening::Ended { second } => Some(*second),
        _ => None,
    });
    let end = ended.chain(cancelled).min().map(moment);
    let undone = happenings.iter().filter_map(|happening| match happening {
        Happening::Undone { second } => Some(moment(*second)),
        _ => None,
    });
    let undone = undone.max();
    let mut scans: Vec<Scan> = happenings.iter().filter_map(Happening::scan).collect();
    scans.retain(|scan| end.is_none_or(|end| scan.at < end));
    scans.retain(|scan| undone.is_none_or(|undone| scan.at > undone));
    scans.sort_by(|a, b| (a.at, &a.scan_id).cmp(&(b.at, &b.scan_id)));
    scans.dedup();
    scans
}

fn delays() -> impl Strategy<Value = Vec<(i64, u16)>> {
    prop::collection::vec((0i64..60, any::<u16>()), 20)
}

proptest! {
    #[test]
    fn any_order_of_scans_syncs_undos_and_cancellations_gives_the_same_door(
        happenings in happenings(),
        cancelled in prop::option::of(0i64..30),
        one in delays(),
        other in delays(),
    ) {
        let scans = expected(&happenings, cancelled);
        let has_ended = happenings.iter().any(|happening| matches!(happening, Happening::Ended { .. }));
        let doors = [one, other].map(|delays| learn(&happenings, &delays, cancelled));
        for door in &doors {
            prop_assert_eq!(&door.scans, &scans);
            prop_assert_eq!(door.is_inside(), !scans.is_empty());
            prop_assert_eq!(kinds(door).contains(&ConflictKind::Ended), has_ended && !scans.is_empty());
            prop_assert_eq!(kinds(door).contains(&ConflictKind::UsedTwice), scans.len() > 1);
            let status = match (has_ended, scans.is_empty()) {
                (true, _) => TicketStatus::Void,
                (false, true) => TicketStatus::Issued,
                (false, false) => TicketStatus::Admitted,
            };
            prop_assert_eq!(door.status, status);
        }
        let [one, other] = doors;
        prop_assert_eq!((one.ended_at, one.undone_at), (other.ended_at, other.undone_at));
        for scan in happenings.iter().filter_map(Happening::scan) {
            prop_assert_eq!(one.verdict(&scan), other.verdict(&scan), "{:?}", scan);
            prop_assert_eq!(one.verdict(&scan) == Verdict::Admitted, scans.first() == Some(&scan));
        }
    }

    /// The rule where the clock is off: the scan is taken for one that was made when it arrived.
    #[test]
    fn a_scan_by_a_clock_that_is_off_counts_as_made_when_it_arrived(
        arrives in 1i64..30,
        ended in prop::option::of(0i64..30),
        undone in prop::option::of(0i64..30),
        off in prop::sample::select(vec![-1, 10_000, 1_000_000]),
    ) {
        let now = moment(arrives);
        let time = ScanTime::judge(moment(off), now, doors(), None);
        prop_assert_eq!(time, ScanTime::ClockOff(now));
        prop_assert_eq!(doors().at(now), DoorState::Open);
        let mut door = ticket();
        if let Some(undone) = undone.filter(|second| *second < arrives) {
            door.undo(moment(undone));
        }
        if let Some(ended) = ended {
            door.end(moment(ended));
        }
        door.take(Scan { at: now, ..scan("s", 0) });
        prop_assert_eq!(door.is_inside(), ended.is_none_or(|ended| arrives < ended));
    }
}
