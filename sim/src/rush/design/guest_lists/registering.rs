//! Simulates the function for one request: the claim, and then the write of the registration, as in `functions/api`.

use std::time::Duration;

use domain::seats::{
    availability::Availability,
    bucket::BucketNo,
    claim::{Claim, ClaimOutcome, ClaimReply, ClaimStep},
    writes::{BorrowWrite, BucketWrite},
};

use super::{bucket::untouched, guest::guest};
use crate::rush::{
    chance::Chance,
    design::{Action, News, RequestEnd, Script, textbook::back_off},
    item::{Item, Key, Write},
    model::Donor,
    table::{Call, Reply},
};

/// The ways in which a simulated request may differ from the product's request. It may treat the home bucket as full without a
/// call, wait before it borrows, or replace the donor that the state machine of the claim chose. The state machine itself stays
/// unchanged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Variation {
    pub(super) donor: Donor,
    pub(super) skip_full_homes: bool,
    pub(super) answer_unrecorded: bool,
    /// The time that a request waits before it first borrows a seat.
    pub(super) borrow_wait: Duration,
    /// The time that determines the longest wait of a request before each later attempt to borrow. The wait is random. The
    /// longest possible wait is this time multiplied by the number of earlier attempts, but at most by 8.
    pub(super) refusal_wait: Duration,
}

#[derive(Debug)]
pub(super) struct Registering {
    person: u32,
    claim: Claim,
    chance: Chance,
    variation: Variation,
    skip_home: bool,
    /// The number of times that this request has begun to borrow a seat.
    borrowings: u32,
    /// Whether the request has already waited before its next attempt to borrow.
    waited: bool,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Claiming(ClaimStep),
    /// Reads whether the person's registration exists.
    Looking,
    /// Writes the registration of a guest.
    Recording,
}

impl Registering {
    /// Creates the behaviour for a person's request. The person's home is bucket `home` of `count` buckets.
    pub(super) fn new(
        person: u32,
        home: BucketNo,
        count: BucketNo,
        known: Option<Availability>,
        variation: Variation,
        seed: u64,
    ) -> Self {
        let home_is_full = known.as_ref().is_some_and(|known| known.free(home) == 0);
        let mut chance = Chance::new(seed);
        Self {
            person,
            claim: Claim::new(guest(person), home, count, 0, known, chance.seed()),
            chance,
            variation,
            skip_home: variation.skip_full_homes && home_is_full,
            borrowings: 0,
            waited: false,
            stage: Stage::Claiming(ClaimStep::Claim),
        }
    }
}

impl Script for Registering {
    fn next(&mut self, news: News) -> Action {
        match (&self.stage, news) {
            (Stage::Recording, News::GaveUp) if self.variation.answer_unrecorded => {
                Action::Done(RequestEnd::Confirmed)
            }
            (_, News::GaveUp) => Action::Done(RequestEnd::Unavailable),
            (Stage::Claiming(_), News::Begin) => {
                let step = self.claim.start();
                self.follow(step)
            }
            (Stage::Claiming(step), news) => match (step, news) {
                // The request has waited before it borrows, so now it borrows.
                (ClaimStep::Borrow { .. }, News::Waited) => {
                    let step = step.clone();
                    self.follow(step)
                }
                (_, News::Waited) => self.advance(ClaimReply::Paused),
                (_, News::Reply(reply)) => match answer(step, reply) {
                    Some(answer) => self.advance(answer),
                    None => Action::Done(RequestEnd::Unavailable),
                },
                _ => Action::Done(RequestEnd::Unavailable),
            },
            (Stage::Looking, News::Reply(Reply::Items(items))) => {
                if matches!(items.as_slice(), [Some(_)]) {
                    Action::Done(RequestEnd::Confirmed)
                } else {
                    self.record()
                }
            }
            (Stage::Recording, News::Reply(_)) => Action::Done(RequestEnd::Confirmed),
            _ => Action::Done(RequestEnd::Unavailable),
        }
    }

    fn knowledge(&mut self) -> Option<Availability> {
        self.claim.clone().into_known()
    }
}

impl Registering {
    fn advance(&mut self, answer: ClaimReply) -> Action {
        let step = self.claim.advance(answer);
        self.follow(step)
    }

    fn record(&mut self) -> Action {
        self.stage = Stage::Recording;
        Action::Call(Call::Write(Key::Registration(self.person), Write::Record))
    }

    fn follow(&mut self, mut step: ClaimStep) -> Action {
        if let ClaimStep::Borrow { donor } = &mut step {
            if !std::mem::replace(&mut self.waited, true) {
                let wait = self.wait_before_borrowing();
                if !wait.is_zero() {
                    self.stage = Stage::Claiming(step);
                    return Action::Wait(wait);
                }
            }
            self.waited = false;
            self.borrowings += 1;
            *donor = self.preferred(*donor);
        }
        let home = Key::Bucket(self.claim.home());
        let (who, now) = (self.claim.guest(), self.claim.now());
        let action = match &step {
            ClaimStep::Claim if std::mem::take(&mut self.skip_home) => {
                // According to the cached availability, the home bucket is full, so the claim is not sent. The state machine
                // gets the refusal that a full bucket would have given.
                let full = untouched(self.claim.home(), 0);
                return self.advance(ClaimReply::ClaimRefused(full));
            }
            ClaimStep::Claim => {
                let write = BucketWrite::claim(self.claim.home(), who, now);
                Action::Call(Call::Write(home, Write::Bucket(write)))
            }
            ClaimStep::Borrow { donor } => {
                let write = BorrowWrite::new(*donor, self.claim.home(), who, now);
                let writes = [write.donor, write.home];
                let writes = writes.map(|write| (Key::Bucket(write.no), Write::Bucket(write)));
                Action::Call(Call::Transact(self.chance.seed(), writes.into()))
            }
            ClaimStep::ReadAvailability => Action::Call(Call::Read(vec![Key::Availability])),
            ClaimStep::ReadHome => Action::Call(Call::Read(vec![home])),
            ClaimStep::Pause { attempt } => back_off(&mut self.chance, *attempt),
            ClaimStep::Done(ClaimOutcome::Confirmed(_)) => return self.record(),
            ClaimStep::Done(ClaimOutcome::AlreadyConfirmed(_)) => {
                self.stage = Stage::Looking;
                return Action::Call(Call::Read(vec![Key::Registration(self.person)]));
            }
            ClaimStep::Done(ClaimOutcome::SoldOut) => Action::Done(RequestEnd::SoldOut),
            ClaimStep::Done(ClaimOutcome::Closed | ClaimOutcome::Contended) => {
                Action::Done(RequestEnd::Unavailable)
            }
        };
        self.stage = Stage::Claiming(step);
        action
    }

    fn wait_before_borrowing(&mut self) -> Duration {
        if self.borrowings == 0 {
            self.variation.borrow_wait
        } else {
            self.chance
                .within(self.variation.refusal_wait * self.borrowings.min(8))
        }
    }

    /// Returns the donor that the rule in `variation` chooses. If this rule finds no donor, returns `chosen`, which is the
    /// donor that the state machine chose.
    fn preferred(&mut self, chosen: BucketNo) -> BucketNo {
        if self.variation.donor == Donor::Two {
            return chosen;
        }
        let known = self.claim.clone().into_known().unwrap_or_default();
        let donors: Vec<_> = known.iter().filter(|(_, counts)| counts.free > 0).collect();
        let best = donors.iter().max_by_key(|(_, counts)| counts.free);
        match self.variation.donor {
            Donor::Best => best.map_or(chosen, |(no, _)| *no),
            _ if donors.is_empty() => chosen,
            _ => donors[self.chance.below(donors.len())].0,
        }
    }
}

/// Translates a reply of the table into an answer for the state machine; `None` if the reply does not fit the step.
fn answer(step: &ClaimStep, reply: Reply) -> Option<ClaimReply> {
    let bucket = |item: Option<Item>| match item {
        Some(Item::Bucket(bucket)) => Some(bucket),
        _ => None,
    };
    match (step, reply) {
        (_, Reply::Conflict) => Some(ClaimReply::Conflict),
        (ClaimStep::Claim, Reply::Written(rev)) => Some(ClaimReply::Claimed { rev }),
        (ClaimStep::Borrow { .. }, Reply::Written(_)) => Some(ClaimReply::Borrowed),
        (ClaimStep::Claim, Reply::Refused(seen)) => {
            bucket(seen.into_iter().next()?).map(ClaimReply::ClaimRefused)
        }
        (ClaimStep::Borrow { .. }, Reply::Refused(seen)) => {
            let [donor, home] = <[_; 2]>::try_from(seen).ok()?.map(bucket);
            Some(ClaimReply::BorrowRefused { home, donor })
        }
        (ClaimStep::ReadHome, Reply::Items(items)) => {
            bucket(items.into_iter().next()?).map(ClaimReply::Home)
        }
        (ClaimStep::ReadAvailability, Reply::Items(items)) => match items.into_iter().next()? {
            Some(Item::Availability(known, _, _)) => Some(ClaimReply::Availability(known)),
            _ => None,
        },
        _ => None,
    }
}
