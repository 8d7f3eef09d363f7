//! Golden tests of every write of the guest list. They show the conditions and the changes of each write, as they are sent to
//! the table.

mod recorder;
mod text;

use std::sync::Arc;

use domain::seats::{
    availability::Availability,
    bucket::BucketNo,
    capacity_change::Withdrawal,
    claim::{Claim, ClaimOutcome, SeatRev},
    join::{Join, JoinOutcome},
    leave::LeaveOutcome,
    promotion::{Promotion, PromotionOutcome},
    waitlist::EntryId,
};
use insta::assert_snapshot;

use super::*;
use crate::{EventWrite, Leaving, Store};
use recorder::Recorder;

const REQUEST: &str = "r1";
const COUNT: BucketNo = 2;

/// A guest list of two buckets in a table that records its writes.
struct Scenario {
    store: Store,
    recorder: Arc<Recorder>,
    event: Event,
    shown: Vec<String>,
}

fn guest(n: u128) -> GuestId {
    GuestId::from(n.to_be_bytes())
}

fn place(n: u128) -> EntryId {
    Uuid::from_u128(n).into()
}

impl Scenario {
    /// Creates a guest list of 51 seats: 26 in bucket 0 and 25 in bucket 1.
    async fn new() -> Self {
        let recorder = Recorder::new();
        let mut event = event();
        event.details.capacity = Capacity::try_from(51).unwrap();
        let mut scenario = Self {
            store: Store::new(recorder.clone()),
            recorder,
            event,
            shown: Vec::new(),
        };
        scenario.store.lay_out(&scenario.event).await.unwrap();
        scenario.show("publish");
        let item = crate::events::item(&scenario.event).unwrap();
        scenario.store.put(item).await.unwrap();
        scenario.recorder.take();
        scenario
    }

    /// Adds a title to the recorded text, and after it the writes that were made since the last call of this function.
    fn show(&mut self, title: &str) {
        self.shown.push(title.to_owned());
        self.shown.extend(self.recorder.take());
    }

    fn now(&self) -> i64 {
        self.event.created_at.as_millisecond()
    }

    async fn claim(&self, guest: GuestId, home: BucketNo) -> ClaimOutcome {
        let known = Availability::untouched([1, 25]);
        let mut claim = Claim::new(guest, home, COUNT, self.now(), Some(known), 1);
        let claiming = self.store.claim(self.event.id, &mut claim, REQUEST);
        claiming.await.unwrap()
    }

    async fn record_seat(&self, guest: GuestId, rev: SeatRev) {
        let at = self.event.created_at;
        let recorded = self
            .store
            .record_seat(self.event.id, guest.user_id(), rev, at, REQUEST);
        recorded.await.unwrap();
    }

    async fn leave(
        &self,
        guest: GuestId,
        home: BucketNo,
        entry: Option<&AuditEntry>,
    ) -> LeaveOutcome {
        let noted = Leaving {
            by: guest.user_id(),
            at: self.event.created_at,
            request: REQUEST,
            entry,
            reason: None,
        };
        let leaving = self.store.leave(self.event.id, home, guest, noted);
        leaving.await.unwrap()
    }

    async fn join(&self, guest: GuestId, home: BucketNo, place: EntryId) -> JoinOutcome {
        let full = Availability::untouched([0, 0]);
        let mut join = Join::new(guest, home, COUNT, self.now(), Some(full));
        let at = self.event.created_at;
        let joining = self
            .store
            .join_waitlist(self.event.id, &mut join, place, at, REQUEST);
        joining.await.unwrap()
    }

    /// Runs a promotion for the waitlist. `held` states for each of the two buckets how many held seats it has.
    async fn promote(&self, held: [u32; 2]) -> PromotionOutcome {
        let mut known = Availability::default();
        for (no, held) in (0..).zip(held) {
            let mut counts = known.counts(no);
            counts.held = held;
            known.update(no, counts);
        }
        let mut promotion = Promotion::new(self.event.id, COUNT, self.now(), known);
        let at = self.event.created_at;
        let promoting = self.store.promote(&mut promotion, at, REQUEST);
        promoting.await.unwrap()
    }

    async fn lower(&mut self, withdrawals: &[Withdrawal]) {
        self.event.version += 1;
        let lowered = self
            .store
            .lower_capacity(&self.event, withdrawals, REQUEST, None);
        assert_eq!(lowered.await.unwrap(), EventWrite::Written);
    }

    async fn raise(&mut self, seats: &[(BucketNo, u32)]) {
        self.event.version += 1;
        let raised = self.store.raise_capacity(&self.event, seats, REQUEST, None);
        assert_eq!(raised.await.unwrap(), EventWrite::Written);
    }

    fn removal(&self, guest: GuestId) -> AuditEntry {
        let actor = Actor {
            id: self.event.organizer.id,
            role: Role::Organizer,
        };
        AuditEntry::new(
            "aud_01h455vb4pex5vsknk084sn02s".parse().unwrap(),
            self.event.created_at,
            actor,
            REQUEST,
            &Deed::CancelRegistration {
                event: self.event.id,
                user: guest.user_id(),
                reason: None,
            },
        )
    }
}

#[tokio::test]
async fn seats() {
    let mut scenario = Scenario::new().await;

    let changed = Event {
        version: 3,
        ..scenario.event.clone()
    };
    let aligned = scenario.store.align_buckets(&changed, REQUEST);
    aligned.await.unwrap();
    scenario.show("the event's terms change");
    let all_but_one = Withdrawal {
        no: 0,
        free: 25,
        held: 0,
    };
    scenario.lower(&[all_but_one]).await;
    scenario.show("lower the capacity");

    let outcome = scenario.claim(guest(1), 0).await;
    assert_eq!(outcome, ClaimOutcome::Confirmed(SeatRev::Written(3)));
    scenario.show("claim at home");
    let outcome = scenario.claim(guest(2), 0).await;
    assert_eq!(outcome, ClaimOutcome::Confirmed(SeatRev::Seen(4)));
    scenario.show("claim at home, which is full, and borrow");
    scenario.record_seat(guest(1), SeatRev::Written(3)).await;
    scenario.show("record a seat by its revision");
    scenario.record_seat(guest(2), SeatRev::Seen(4)).await;
    scenario.show("record a seat that was seen");

    let outcome = scenario.leave(guest(1), 0, None).await;
    assert_eq!(outcome, LeaveOutcome::Removed(SeatRev::Written(5)));
    scenario.show("leave");
    let entry = scenario.removal(guest(2));
    let outcome = scenario.leave(guest(2), 0, Some(&entry)).await;
    assert_eq!(outcome, LeaveOutcome::Removed(SeatRev::Written(6)));
    scenario.show("leave by somebody else's wish");
    for (title, rev) in [
        ("record a removal by its revision", SeatRev::Written(5)),
        ("record a removal that was seen", SeatRev::Seen(9)),
    ] {
        let user = guest(1).user_id();
        let at = scenario.event.created_at;
        let recorded =
            scenario
                .store
                .record_removal(scenario.event.id, user, rev, user, at, REQUEST);
        recorded.await.unwrap();
        scenario.show(title);
    }

    let released = scenario
        .store
        .release_held(scenario.event.id, 0, 2, REQUEST);
    assert!(released.await.unwrap());
    scenario.show("release held seats");
    scenario.raise(&[(0, 2), (1, 1)]).await;
    scenario.show("raise the capacity");

    assert_snapshot!(scenario.shown.join("\n"));
}

#[tokio::test]
async fn the_waitlist() {
    let mut scenario = Scenario::new().await;
    let all = [(0, 26), (1, 25)].map(|(no, free)| Withdrawal { no, free, held: 0 });
    scenario.lower(&all).await;
    scenario.shown.clear();
    scenario.recorder.take();

    let outcome = scenario.join(guest(1), 0, place(1)).await;
    assert_eq!(outcome, JoinOutcome::Waitlisted);
    scenario.show("join");
    for n in [2, 3] {
        scenario.join(guest(n), 0, place(n)).await;
    }
    scenario.raise(&[(0, 1), (1, 1)]).await;
    scenario.recorder.take();
    let outcome = scenario.join(guest(1), 0, place(9)).await;
    assert_eq!(outcome, JoinOutcome::AlreadyWaitlisted(place(1)));
    scenario.show("join again, after the home bucket has changed");

    let outcome = scenario.leave(guest(3), 0, None).await;
    assert_eq!(outcome, LeaveOutcome::Waived);
    scenario.show("give a place up");
    scenario.join(guest(3), 0, place(4)).await;
    scenario.recorder.take();
    let entry = scenario.removal(guest(3));
    let outcome = scenario.leave(guest(3), 0, Some(&entry)).await;
    assert_eq!(outcome, LeaveOutcome::Waived);
    scenario.show("give a place up by somebody else's wish");

    make_account(&scenario, guest(1)).await;
    make_account(&scenario, guest(2)).await;
    scenario.recorder.take();
    let outcome = scenario.promote([1, 1]).await;
    assert_eq!(outcome, PromotionOutcome::Settled);
    scenario.show("promote by a seat of the home bucket, then by one of another");

    let strike = scenario.store.strike_entry(scenario.event.id, place(1));
    strike.await.unwrap();
    scenario.show("strike a place");

    assert_snapshot!(scenario.shown.join("\n"));
}

async fn make_account(scenario: &Scenario, guest: GuestId) {
    let account = Account::new(fixtures::user(guest.user_id()), "none".to_owned());
    let email = (&account.user.email).into();
    let made = scenario.store.create_account(&account, &email, REQUEST);
    made.await.unwrap();
}
