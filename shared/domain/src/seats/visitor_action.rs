//! The action by which a visitor of an event can get a seat or a place on the waitlist.

use jiff::Timestamp;

use super::availability::Availability;
use crate::events::{ClosedReason, Event};

/// The action by which a visitor who has neither a seat nor a place on the waitlist can get a seat or a place.
///
/// The action predicts whether an attempt to register, or to join the waitlist, will succeed. The prediction may be a second
/// old and wrong, because only the write that takes a seat decides whether a seat is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitorAction {
    /// The visitor can register, because a seat is free.
    Register,
    /// The visitor can join the waitlist, because registration is open and no seat is free.
    Waitlist,
    /// The visitor can do nothing, because registration is not open for the reason in the value. Even if a seat is given back,
    /// it goes to somebody on the waitlist, and not to this visitor.
    Nothing(ClosedReason),
}

impl VisitorAction {
    /// Returns the action for an event at the time `now`. If the availability is not known (`None`), the action is to register,
    /// because the registration finds out whether a seat is free.
    #[must_use]
    pub fn of(event: &Event, availability: Option<&Availability>, now: Timestamp) -> Self {
        if let Some(reason) = event.registration_closed(now) {
            return Self::Nothing(reason);
        }
        let is_free = |known: &Availability| {
            let mut buckets = known.iter().take(event.bucket_count.into());
            buckets.any(|(_, counts)| counts.free > 0)
        };
        if availability.is_none_or(is_free) {
            Self::Register
        } else {
            Self::Waitlist
        }
    }

    /// Returns the name of the action as it is shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Waitlist => "waitlist",
            Self::Nothing(_) => "nothing",
        }
    }

    /// Returns the reason why the visitor can do nothing; `None` if the visitor can do something.
    #[must_use]
    pub fn reason(self) -> Option<ClosedReason> {
        match self {
            Self::Register | Self::Waitlist => None,
            Self::Nothing(reason) => Some(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        events::{EventStatus, schedule::tests::time, tests::concert},
        id::GuestId,
        seats::{
            availability::BucketCounts,
            bucket::{Bucket, Terms},
            claim::{self, Claim, ClaimOutcome, ClaimReply, ClaimStep},
            join::{Join, JoinOutcome, JoinReply, JoinStep},
        },
    };

    fn seats(free: u32, held: u32, waitlisted: u32) -> Availability {
        let mut availability = Availability::untouched([10]);
        let counts = BucketCounts {
            free,
            held,
            guests: 10 - free - held,
            rev: 1,
        };
        availability.update(0, counts);
        availability.waitlisted = waitlisted;
        availability
    }

    #[test]
    fn a_free_seat_can_be_had_and_a_held_one_goes_to_the_waitlist() {
        let event = concert(EventStatus::Published);
        let now = time("2027-04-01T00:00:00Z");
        for (free, held, waitlisted, action) in [
            (10, 0, 0, VisitorAction::Register),
            (1, 0, 0, VisitorAction::Register),
            (1, 0, 3, VisitorAction::Register),
            (0, 0, 0, VisitorAction::Waitlist),
            (0, 2, 3, VisitorAction::Waitlist),
        ] {
            let known = seats(free, held, waitlisted);
            assert_eq!(VisitorAction::of(&event, Some(&known), now), action);
        }
        assert_eq!(
            VisitorAction::of(&event, None, now),
            VisitorAction::Register
        );
    }

    #[test]
    fn buckets_beyond_those_of_the_event_do_not_count() {
        let event = concert(EventStatus::Published);
        let mut known = seats(0, 0, 0);
        let free = BucketCounts {
            free: 5,
            ..BucketCounts::default()
        };
        known.update(1, free);
        let action = VisitorAction::of(&event, Some(&known), time("2027-04-01T00:00:00Z"));
        assert_eq!(action, VisitorAction::Waitlist);
    }

    #[test]
    fn while_registration_is_closed_there_is_nothing_to_do_and_the_reason_is_that_of_a_refusal() {
        for status in EventStatus::ALL {
            let mut event = concert(status);
            event.details.schedule.registration_opens_at = Some(time("2027-03-01T00:00:00Z"));
            event.details.schedule.registration_closes_at = Some(time("2027-04-01T00:00:00Z"));
            for now in [
                "2027-02-28T23:59:59.999Z",
                "2027-03-01T00:00:00Z",
                "2027-03-31T23:59:59.999Z",
                "2027-04-01T00:00:00Z",
                "2027-05-01T18:00:00Z",
            ] {
                for known in [seats(3, 0, 0), seats(0, 2, 5)] {
                    let action = VisitorAction::of(&event, Some(&known), time(now));
                    assert_eq!(action.reason(), event.registration_closed(time(now)));
                    let nothing = action.reason().is_some();
                    assert_eq!(action.as_str() == "nothing", nothing, "{status:?} {now}");
                }
            }
        }
    }

    fn visitor() -> GuestId {
        let user: crate::id::UserId = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        GuestId::from(user)
    }

    /// Returns the outcome of a registration for an event that has only this bucket.
    fn claimed(bucket: &Bucket, now: i64) -> ClaimOutcome {
        let known = Availability::untouched([bucket.free]);
        let mut claim = Claim::new(visitor(), 0, 1, now, Some(known), 7);
        let mut step = claim.start();
        loop {
            let answer = match step {
                ClaimStep::Done(outcome) => return outcome,
                ClaimStep::Claim if bucket.free > 0 && bucket.terms.admit(now) => {
                    ClaimReply::Claimed { rev: 1 }
                }
                ClaimStep::Claim => ClaimReply::ClaimRefused(bucket.clone()),
                ClaimStep::ReadHome => ClaimReply::Home(bucket.clone()),
                other => panic!("{other:?}"),
            };
            step = claim.advance(answer);
        }
    }

    /// Returns the outcome of joining the waitlist of an event that has only this bucket.
    fn joined(bucket: &Bucket, now: i64) -> JoinOutcome {
        let mut join = Join::new(visitor(), 0, 1, now, None);
        let mut step = join.start();
        loop {
            let answer = match step {
                JoinStep::Done(outcome) => return outcome,
                JoinStep::ReadHome => JoinReply::Home(bucket.clone()),
                JoinStep::ReadAvailability => {
                    JoinReply::Availability(Availability::untouched([bucket.free]))
                }
                JoinStep::Enqueue { .. } => JoinReply::Enqueued,
                other => panic!("{other:?}"),
            };
            step = join.advance(answer);
        }
    }

    /// The state machines that claim a seat or join the waitlist have the outcome that the action predicts.
    #[test]
    fn it_is_what_a_registration_and_the_waitlist_will_answer() {
        for status in [
            EventStatus::Published,
            EventStatus::Cancelled,
            EventStatus::Completed,
        ] {
            let mut event = concert(status);
            event.details.schedule.registration_opens_at = Some(time("2027-03-01T00:00:00Z"));
            event.details.schedule.registration_closes_at = Some(time("2027-04-01T00:00:00Z"));
            for now in [
                "2027-02-28T23:59:59.999Z",
                "2027-03-01T00:00:00Z",
                "2027-03-31T23:59:59.999Z",
                "2027-04-01T00:00:00Z",
                "2027-05-01T18:00:00Z",
            ]
            .map(time)
            {
                for (free, held) in [(0, 0), (0, 2), (1, 0), (3, 2)] {
                    let bucket = Bucket {
                        no: 0,
                        free,
                        held,
                        guests: BTreeSet::new(),
                        rev: 0,
                        terms: Terms::of(&event),
                    };
                    let known = Availability::untouched([free]);
                    let ms = now.as_millisecond();
                    let (seat, place) = match VisitorAction::of(&event, Some(&known), now) {
                        VisitorAction::Register => (
                            ClaimOutcome::Confirmed(claim::SeatRev::Written(1)),
                            JoinOutcome::SeatsAvailable,
                        ),
                        VisitorAction::Waitlist => (ClaimOutcome::SoldOut, JoinOutcome::Waitlisted),
                        VisitorAction::Nothing(_) => (ClaimOutcome::Closed, JoinOutcome::Closed),
                    };
                    assert_eq!(claimed(&bucket, ms), seat, "{status:?} {now} {free}");
                    assert_eq!(joined(&bucket, ms), place, "{status:?} {now} {free}");
                }
            }
        }
    }
}
