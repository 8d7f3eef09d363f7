//! Tests of the state machine that claims a seat, with buckets in memory. The steps of several callers interleave in any order.
//! Some answers of the table are lost, the availability is out of date, and some guests cancel their registrations.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    id::{EventId, GuestId},
    seats::{
        availability::{Availability, BucketCounts},
        bucket::{Bucket, BucketNo, BucketState, Terms, bucket_count, home, layout},
        claim::{Claim, ClaimOutcome, ClaimReply, ClaimStep},
        writes::{BorrowWrite, BucketWrite, LayoutWrite},
    },
};
use proptest::prelude::*;

/// The buckets of one event, in memory. As with `DynamoDB`, each write is atomic.
struct Buckets {
    all: Vec<Bucket>,
    /// The availability that the relay wrote last, which is older than the buckets.
    availability: Availability,
}

impl Buckets {
    fn new(seats: u32) -> Self {
        let terms = Terms {
            state: BucketState::Open,
            opens_at: 0,
            closes_at: 1_000,
            event_version: 1,
        };
        let all = layout(seats).map(|(no, free)| LayoutWrite::new(no, free, terms).bucket);
        Self {
            all: all.collect(),
            availability: Availability::untouched(layout(seats).map(|(_, free)| free)),
        }
    }

    fn run(&mut self, step: &ClaimStep, guest: GuestId, home: BucketNo) -> ClaimReply {
        let at = usize::from(home);
        match step {
            ClaimStep::Claim => match self.write([BucketWrite::claim(home, guest, 0)]) {
                Ok(()) => ClaimReply::Claimed {
                    rev: self.all[at].rev,
                },
                Err([home]) => ClaimReply::ClaimRefused(home.unwrap()),
            },
            ClaimStep::Borrow { donor } => {
                let write = BorrowWrite::new(*donor, home, guest, 0);
                match self.write([write.donor, write.home]) {
                    Ok(()) => ClaimReply::Borrowed,
                    Err([donor, home]) => ClaimReply::BorrowRefused { home, donor },
                }
            }
            ClaimStep::ReadHome => ClaimReply::Home(self.all[at].clone()),
            ClaimStep::ReadAvailability => ClaimReply::Availability(self.availability.clone()),
            ClaimStep::Pause { .. } => ClaimReply::Paused,
            ClaimStep::Done(_) => unreachable!("the answer needs no store"),
        }
    }

    /// Makes all writes, or none of them if a condition fails.
    ///
    /// # Errors
    /// A condition failed. For each write, the error contains the stored bucket if a condition of this write failed.
    fn write<const N: usize>(
        &mut self,
        writes: [BucketWrite; N],
    ) -> Result<(), [Option<Bucket>; N]> {
        let refused = writes.each_ref().map(|write| {
            let bucket = &self.all[usize::from(write.no)];
            (!write.holds(bucket)).then(|| bucket.clone())
        });
        if refused.iter().any(Option::is_some) {
            return Err(refused);
        }
        for write in writes {
            write.apply(&mut self.all[usize::from(write.no)]);
        }
        Ok(())
    }

    fn relay(&mut self) {
        for no in 0..self.all.len() {
            let bucket = &self.all[no];
            let (no, held) = (bucket.no, bucket.held);
            if held > 0 {
                self.write([BucketWrite::release(no, held)]).unwrap();
            }
            let bucket = &self.all[usize::from(no)];
            self.availability.update(no, BucketCounts::from(bucket));
        }
    }

    fn cancel(&mut self, guest: GuestId, home: BucketNo) {
        // The write is refused if the guest is not on the guest list. In this test, a caller without a seat may cancel, so a
        // refusal is not an error.
        let _ = self.write([BucketWrite::removal(home, guest)]);
    }

    fn check(&self, seats: u32) {
        let sum: usize = self
            .all
            .iter()
            .map(|b| (b.free + b.held) as usize + b.guests.len())
            .sum();
        assert_eq!(sum, seats as usize, "free + held + guests = capacity");
        let guests: BTreeSet<_> = self.all.iter().flat_map(|b| b.guests.iter()).collect();
        assert_eq!(
            guests.len(),
            self.all.iter().map(|b| b.guests.len()).sum::<usize>(),
            "nobody twice"
        );
    }
}

fn event() -> EventId {
    "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap()
}

fn guest(n: usize) -> GuestId {
    GuestId::from((n as u128).to_be_bytes())
}

/// Something that can happen next in a run of the test: a caller makes a step (its answer may be lost), a caller cancels, or
/// the relay writes the availability.
#[derive(Debug, Clone)]
enum Happening {
    Step { caller: usize, answer_lost: bool },
    Cancel { caller: usize },
    Relay,
}

fn happenings(callers: usize) -> impl Strategy<Value = Vec<Happening>> {
    let one = prop_oneof![
        12 => (0..callers, prop::bool::weighted(0.1)).prop_map(|(caller, answer_lost)| Happening::Step { caller, answer_lost }),
        1 => (0..callers).prop_map(|caller| Happening::Cancel { caller }),
        1 => Just(Happening::Relay),
    ];
    prop::collection::vec(one, 0..300)
}

struct Caller {
    guest: GuestId,
    home: BucketNo,
    running: Option<(Claim, ClaimStep)>,
    outcome: Option<ClaimOutcome>,
}

impl Caller {
    fn begin(&mut self, buckets: &Buckets, count: BucketNo, seed: u64, remembers: bool) {
        let known = remembers.then(|| buckets.availability.clone());
        let claim = Claim::new(self.guest, self.home, count, 0, known, seed);
        let step = claim.start();
        self.running = Some((claim, step));
    }

    /// Makes the caller's next step. The claim stops if it has ended or if the answer is lost.
    fn step(&mut self, buckets: &mut Buckets, answer_lost: bool) {
        let Some((mut claim, step)) = self.running.take() else {
            return;
        };
        if let ClaimStep::Done(outcome) = step {
            self.outcome = Some(outcome);
            return;
        }
        let answer = buckets.run(&step, self.guest, self.home);
        if !answer_lost {
            let next = claim.advance(answer);
            self.running = Some((claim, next));
        }
    }
}

#[test]
fn a_claim_tells_whether_it_borrowed_and_whether_others_were_in_its_way() {
    let guest = GuestId::from([7; 16]);
    let mut buckets = Buckets::new(51);
    assert_eq!(buckets.all.len(), 2);
    let mut plain = Claim::new(guest, 0, 2, 1, None, 0);
    let answer = buckets.run(&plain.start(), guest, 0);
    assert!(matches!(
        plain.advance(answer),
        ClaimStep::Done(ClaimOutcome::Confirmed(_))
    ));
    assert!(!plain.has_borrowed() && !plain.tried_again());

    buckets.all[0].free = 0;
    buckets.all[0].rev += 1;
    buckets.relay();
    let guest = GuestId::from([8; 16]);
    let mut claim = Claim::new(guest, 0, 2, 1, None, 0);
    let mut step = claim.start();
    let mut conflicts = 0;
    while !matches!(step, ClaimStep::Done(_)) {
        let answer = match step {
            ClaimStep::Borrow { .. } if conflicts == 0 => {
                assert!(!claim.has_borrowed() && !claim.tried_again());
                conflicts += 1;
                ClaimReply::Conflict
            }
            ClaimStep::Pause { .. } => ClaimReply::Paused,
            step => buckets.run(&step, guest, 0),
        };
        step = claim.advance(answer);
    }
    assert!(
        matches!(step, ClaimStep::Done(ClaimOutcome::Confirmed(_))),
        "{step:?}"
    );
    assert!(claim.has_borrowed() && claim.tried_again());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_happens_no_seat_is_sold_twice_or_lost(
        seats in prop_oneof![1u32..6, 38u32..44, 79u32..83],
        callers in 1usize..90,
        remembers: bool,
        seed: u64,
        schedule in happenings(90),
    ) {
        let mut buckets = Buckets::new(seats);
        let count = bucket_count(seats);
        let mut all: Vec<Caller> = (0..callers)
            .map(|n| Caller { guest: guest(n), home: home(event(), guest(n), count), running: None, outcome: None })
            .collect();
        for (n, happening) in schedule.into_iter().enumerate() {
            match happening {
                Happening::Step { caller, answer_lost } => {
                    let caller = &mut all[caller % callers];
                    if caller.running.is_none() {
                        caller.begin(&buckets, count, seed.wrapping_add(n as u64), remembers);
                    }
                    caller.step(&mut buckets, answer_lost);
                }
                Happening::Cancel { caller } => {
                    let caller = &all[caller % callers];
                    buckets.cancel(caller.guest, caller.home);
                }
                Happening::Relay => buckets.relay(),
            }
            buckets.check(seats);
        }

        // From here on, no more cancellations happen and the availability is up to date, so every caller must get the right
        // outcome.
        buckets.relay();
        let mut reported = BTreeMap::new();
        for (n, caller) in all.iter_mut().enumerate() {
            caller.begin(&buckets, count, seed.wrapping_mul(n as u64 + 1), remembers);
            for _ in 0..500 {
                if caller.running.is_some() {
                    caller.step(&mut buckets, false);
                }
            }
            buckets.check(seats);
            reported.insert(caller.guest, caller.outcome.take().expect("every claim ends"));
        }
        let seated: BTreeSet<_> = buckets.all.iter().flat_map(|b| b.guests.iter().copied()).collect();
        prop_assert_eq!(seated.len(), callers.min(seats as usize), "no seat stays empty while somebody wants it");
        for (guest, outcome) in reported {
            match outcome {
                ClaimOutcome::Confirmed(_) | ClaimOutcome::AlreadyConfirmed(_) => prop_assert!(seated.contains(&guest)),
                ClaimOutcome::SoldOut => prop_assert!(!seated.contains(&guest)),
                other => prop_assert!(false, "{other:?} though nobody interferes"),
            }
        }
    }
}

#[test]
fn a_sold_out_event_is_answered_without_a_write() {
    let mut buckets = Buckets::new(1);
    buckets.cancel(guest(0), 0);
    assert_eq!(
        buckets.run(&ClaimStep::Claim, guest(0), 0),
        ClaimReply::Claimed { rev: 1 }
    );
    buckets.relay();
    let mut claim = Claim::new(guest(1), 0, 1, 0, Some(buckets.availability.clone()), 7);
    assert_eq!(claim.start(), ClaimStep::ReadHome);
    let home = buckets.run(&ClaimStep::ReadHome, guest(1), 0);
    assert_eq!(claim.advance(home), ClaimStep::Done(ClaimOutcome::SoldOut));
}

#[test]
fn a_closed_bucket_ends_the_claim() {
    let mut buckets = Buckets::new(50);
    for bucket in &mut buckets.all {
        bucket.terms.state = BucketState::Closed;
    }
    let claim = &mut Claim::new(guest(1), 0, 2, 0, None, 7);
    let refused = buckets.run(&claim.start(), guest(1), 0);
    assert_eq!(
        claim.advance(refused),
        ClaimStep::Done(ClaimOutcome::Closed)
    );
}

#[test]
fn conflicts_end_in_an_answer() {
    let mut claim = Claim::new(guest(1), 0, 2, 0, Some(Availability::untouched([0, 9])), 7);
    let mut step = claim.start();
    let mut pauses = 0;
    loop {
        step = match step {
            ClaimStep::Pause { attempt } => {
                pauses = attempt;
                claim.advance(ClaimReply::Paused)
            }
            ClaimStep::Done(outcome) => {
                assert_eq!((outcome, pauses), (ClaimOutcome::Contended, 8));
                break;
            }
            _ => claim.advance(ClaimReply::Conflict),
        };
    }
}
