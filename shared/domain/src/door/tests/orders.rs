//! Tests that the state of a ticket depends on what happened, and not on the order in which the server received the reports
//! about it. The exception is an undo, because it takes back the scans that the server has received.

use std::ops::RangeInclusive;

use proptest::{prelude::*, test_runner::TestCaseError};

use super::*;
use crate::events::{
    doors::{DoorState, DoorWindow},
    schedule::tests::evening,
};

/// Something that happened to a ticket, with the second of the evening in which it happened.
#[derive(Debug, Clone)]
enum Happening {
    /// A scanning device without a network let the holder in. `number` gives the scan its id. The device's clock is ahead by
    /// `fast` seconds; a negative number means that the clock is behind.
    Scanned { number: u8, second: i64, fast: i64 },
    /// The registration was cancelled. A message about this reaches the ticket later.
    Ended { second: i64 },
    /// Staff took the admission back. The server receives this report without a delay.
    Undone { second: i64 },
    /// Staff took the admission by one scan back. A message about this reaches the ticket later.
    ScanUndone { number: u8, second: i64 },
}

impl Happening {
    fn second(&self) -> i64 {
        let (Self::Scanned { second, .. }
        | Self::Ended { second }
        | Self::Undone { second }
        | Self::ScanUndone { second, .. }) = self;
        *second
    }

    /// Returns the second at which the server receives the report about this [`Happening`]. `delay` is the number of seconds by
    /// which a message is late.
    fn arrives(&self, delay: i64) -> i64 {
        match self {
            Self::Scanned { .. } | Self::Ended { .. } | Self::ScanUndone { .. } => {
                self.second() + delay
            }
            Self::Undone { .. } => self.second(),
        }
    }

    fn scan(&self) -> Option<Scan> {
        match self {
            Self::Scanned {
                number,
                second,
                fast,
            } => Some(Scan {
                at: moment(*second + fast),
                ..scan(&format!("s{number}"), 0)
            }),
            Self::Ended { .. } | Self::Undone { .. } | Self::ScanUndone { .. } => None,
        }
    }
}

fn doors() -> DoorWindow {
    DoorWindow::from(&evening())
}

/// Returns the time `second` seconds after the beginning of the evening. The evening begins five minutes after the doors
/// opened, so that even a slow clock reports no time before the doors opened.
fn moment(second: i64) -> Timestamp {
    at(doors().opens.as_second() + 300 + second)
}

/// By how many seconds the clock of a scanning device may deviate: it is ahead or behind by at most the tolerance (`LEEWAY`).
const ANY_CLOCK: RangeInclusive<i64> = -LEEWAY..=LEEWAY;
/// By how many seconds the clock of a scanning device may deviate, in tests in which the clock may be behind but never ahead.
const NOT_FAST: RangeInclusive<i64> = -LEEWAY..=0;
const LEEWAY: i64 = CLOCK_LEEWAY.as_secs();

fn happenings(clocks: RangeInclusive<i64>, undos: bool) -> impl Strategy<Value = Vec<Happening>> {
    let second = 0i64..200;
    let scanned = (0u8..12, second.clone(), clocks);
    let one = prop_oneof![
        6 => scanned.prop_map(|(number, second, fast)| Happening::Scanned { number, second, fast }),
        1 => second.clone().prop_map(|second| Happening::Ended { second }),
        1 => (0u8..12, second.clone()).prop_map(|(number, second)| Happening::ScanUndone { number, second }),
        u32::from(undos) => second.prop_map(|second| Happening::Undone { second }),
    ];
    prop::collection::vec(one, 1..20).prop_map(one_time_for_each_id)
}

/// Gives all scans with the same id the same time, because an id belongs to one scan. Further scans with that id are
/// repetitions.
fn one_time_for_each_id(mut all: Vec<Happening>) -> Vec<Happening> {
    let mut times = std::collections::BTreeMap::new();
    for happening in &mut all {
        if let Happening::Scanned {
            number,
            second,
            fast,
        } = happening
        {
            (*second, *fast) = *times.entry(*number).or_insert((*second, *fast));
        }
    }
    all
}

/// Returns each `Happening` with the second at which the server receives it, sorted by this second. `delays` contains, for each
/// `Happening`, the number of seconds by which its report is late.
fn in_order<'a>(happenings: &'a [Happening], delays: &[(i64, u16)]) -> Vec<(i64, &'a Happening)> {
    let mut order: Vec<(i64, u16, &Happening)> = happenings
        .iter()
        .zip(delays)
        .map(|(happening, (delay, tie))| (happening.arrives(*delay), *tie, happening))
        .collect();
    order.sort_by_key(|(arrives, tie, _)| (*arrives, *tie));
    let order = order.into_iter();
    order.map(|(arrives, _, what)| (arrives, what)).collect()
}

/// Returns the ticket after the server has received the reports about all happenings in the given order. `cancelled` is the
/// second at which the event was cancelled; `None` if it was not.
fn apply(order: &[(i64, &Happening)], cancelled: Option<i64>) -> Ticket {
    let mut ticket = ticket();
    for (arrives, happening) in order {
        match happening {
            Happening::Scanned { .. } => {
                let scan = happening.scan().unwrap();
                let known_cancelled = cancelled.filter(|second| second <= arrives).map(moment);
                let time = ScanTime::judge(scan.at, moment(*arrives), doors(), known_cancelled);
                if let ScanTime::Believed(at) = time {
                    ticket.take(Scan { at, ..scan });
                }
            }
            Happening::Ended { second } => drop(ticket.end(moment(*second))),
            Happening::Undone { second } => drop(ticket.undo(moment(*second))),
            Happening::ScanUndone { number, .. } => {
                let _ = ticket.undo_scan(&id(&format!("s{number}")));
            }
        }
    }
    ticket
}

/// Returns the scans that must count. This function implements the rules a second time, independently of the tested code.
fn expected(order: &[(i64, &Happening)], cancelled: Option<i64>) -> Vec<Scan> {
    let ended = order.iter().filter_map(|(_, happening)| match happening {
        Happening::Ended { second } => Some(*second),
        _ => None,
    });
    let end = ended.chain(cancelled).min().map(moment);
    let mut scans: Vec<Scan> = Vec::new();
    let mut taken_back: Vec<Scan> = Vec::new();
    let mut one_by_one: Vec<ScanId> = Vec::new();
    let mut last_undo = None;
    for (_, happening) in order {
        match happening {
            Happening::Scanned { .. } => scans.extend(happening.scan()),
            Happening::Ended { .. } => {}
            Happening::ScanUndone { number, .. } => one_by_one.push(id(&format!("s{number}"))),
            Happening::Undone { second } => {
                taken_back.append(&mut scans);
                last_undo = last_undo.max(Some(moment(*second)));
            }
        }
    }
    scans.retain(|scan| !taken_back.contains(scan) && !one_by_one.contains(&scan.scan_id));
    scans.retain(|scan| last_undo.is_none_or(|undo| scan.at > undo));
    scans.retain(|scan| end.is_none_or(|end| scan.at < end + CLOCK_LEEWAY));
    scans.sort_by(|a, b| (a.at, &a.scan_id).cmp(&(b.at, &b.scan_id)));
    scans.dedup();
    scans
}

fn check(order: &[(i64, &Happening)], cancelled: Option<i64>) -> Result<Ticket, TestCaseError> {
    let door = apply(order, cancelled);
    let scans = expected(order, cancelled);
    let has_ended = order
        .iter()
        .any(|(_, happening)| matches!(happening, Happening::Ended { .. }));
    prop_assert_eq!(&door.scans, &scans);
    prop_assert_eq!(door.is_inside(), !scans.is_empty());
    let is_ended = kinds(&door).contains(&ConflictKind::Ended);
    prop_assert_eq!(is_ended, has_ended && !scans.is_empty());
    let is_used_twice = kinds(&door).contains(&ConflictKind::UsedTwice);
    prop_assert_eq!(is_used_twice, scans.len() > 1);
    let status = match (has_ended, scans.is_empty()) {
        (true, _) => TicketStatus::Void,
        (false, true) => TicketStatus::Issued,
        (false, false) => TicketStatus::Admitted,
    };
    prop_assert_eq!(door.status, status);
    for scan in order.iter().filter_map(|(_, happening)| happening.scan()) {
        let is_first = scans.first() == Some(&scan);
        prop_assert_eq!(door.verdict(&scan) == Verdict::Admitted, is_first);
    }
    Ok(door)
}

fn check_alike(
    happenings: &[Happening],
    cancelled: Option<i64>,
    delays: [Vec<(i64, u16)>; 2],
) -> Result<(), TestCaseError> {
    let [one, other] = delays.map(|delays| check(&in_order(happenings, &delays), cancelled));
    let (one, other) = (one?, other?);
    prop_assert_eq!(&one.scans, &other.scans);
    prop_assert_eq!(
        (one.ended_at, one.undone_at),
        (other.ended_at, other.undone_at)
    );
    for scan in happenings.iter().filter_map(Happening::scan) {
        prop_assert_eq!(one.verdict(&scan), other.verdict(&scan), "{:?}", scan);
    }
    Ok(())
}

fn delays() -> impl Strategy<Value = Vec<(i64, u16)>> {
    prop::collection::vec((0i64..400, any::<u16>()), 20)
}

proptest! {
    #[test]
    fn any_order_of_scans_syncs_undos_and_cancellations_gives_the_same_door(
        happenings in happenings(NOT_FAST, true),
        cancelled in prop::option::of(0i64..200),
        delays in [delays(), delays()],
    ) {
        check_alike(&happenings, cancelled, delays)?;
    }

    #[test]
    fn a_fast_clock_within_the_tolerance_leaves_the_door_the_same_in_any_order(
        happenings in happenings(ANY_CLOCK, false),
        cancelled in prop::option::of(0i64..200),
        delays in [delays(), delays()],
    ) {
        check_alike(&happenings, cancelled, delays)?;
    }

    /// A holder who came in while the ticket was valid is inside, even if the scanning device's clock is off by as much as the
    /// tolerance.
    #[test]
    fn a_scan_of_before_the_end_by_a_clock_within_the_tolerance_admits(
        second in 0i64..100,
        fast in ANY_CLOCK,
        later in 1i64..100,
        delays in delays(),
    ) {
        let happenings = [
            Happening::Scanned { number: 1, second, fast },
            Happening::Ended { second: second + later },
        ];
        let door = apply(&in_order(&happenings, &delays), None);
        prop_assert_eq!(kinds(&door), [ConflictKind::Ended]);
        let door = apply(&in_order(&happenings[..1], &delays), Some(second + later));
        prop_assert!(door.is_inside());
    }

    /// An undo takes back the scans that the server has received. It also takes back scans that arrive later, if their time is
    /// at or before the undo.
    #[test]
    fn an_undo_takes_back_what_a_fast_clock_sent_before(
        happenings in happenings(ANY_CLOCK, true),
        cancelled in prop::option::of(0i64..200),
        delays in delays(),
    ) {
        check(&in_order(&happenings, &delays), cancelled)?;
    }

    /// If the scanning device's clock is far off, the scan counts as made at the time at which it arrives at the server.
    #[test]
    fn a_scan_by_a_clock_that_is_off_counts_as_made_when_it_arrived(
        arrives in 1i64..30,
        ended in prop::option::of(0i64..30),
        undone in prop::option::of(0i64..30),
        off in prop::sample::select(vec![-301, 10_000, 1_000_000]),
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
        door.take(Scan { at: now, clock_off: true, ..scan("s", 0) });
        prop_assert_eq!(door.is_inside(), ended.is_none_or(|ended| arrives < ended));
    }
}
