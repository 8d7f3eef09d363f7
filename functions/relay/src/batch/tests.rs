mod news;

use domain::{
    accounts::role::Role,
    events::EventStatus,
    id::GuestId,
    seats::registration::{Registration, RegistrationStatus},
    stats::StatsOf,
};
use store::Account;

use super::*;
use crate::samples::{account, at, bucket, event, event_id, registration, user};

/// Returns the merged effects of these changes. Each change has its own record, and the records have sequence numbers from 1.
fn work(changes: impl IntoIterator<Item = Change>) -> Work {
    let mut work = Work::default();
    for (change, number) in changes.into_iter().zip(1..) {
        let source = Arc::new(Source {
            sequence_number: i32::to_string(&number),
            request: format!("r{number}"),
            ..Source::default()
        });
        work.add(&change, at(), &source);
    }
    work
}

fn of_bucket(before: Option<(u64, &[u8])>, after: (u64, &[u8])) -> Change {
    Change::Bucket {
        event: event_id(),
        before: before.map(|(rev, guests)| bucket(rev, guests)),
        after: bucket(after.0, after.1),
    }
}

fn of_event(before: EventStatus, after: EventStatus, version: u64) -> Change {
    Change::Event {
        before: Some(Box::new(event(before, version - 1))),
        after: Box::new(event(after, version)),
    }
}

#[test]
fn of_several_questions_the_newest_is_answered() {
    let at = |second| Timestamp::from_second(second).unwrap();
    assert_eq!(work([]).asked_at, None);
    let asked = [10, 30, 20].map(|second| Change::Asked { at: at(second) });
    assert_eq!(work(asked).asked_at, Some(at(30)));
}

#[test]
fn a_user_who_got_a_seat_a_place_or_a_session_may_be_erased() {
    let of_user = |n: u8, item: Registration| Registration {
        user_id: user(n),
        ..item
    };
    let place = |place: u128| Registration {
        entry_id: format!("{place:032x}").parse().ok(),
        ..registration(RegistrationStatus::Waitlisted)
    };
    let written = |before, after| Change::Registration { before, after };
    let erased = Account::new(fixtures::user(user(6)), "none".to_owned());
    let work = work([
        of_bucket(Some((1, &[1])), (2, &[1, 2])),
        written(None, of_user(3, place(1))),
        // User 4 keeps the same place on the waitlist, and user 8 gets a new place.
        written(Some(of_user(4, place(1))), of_user(4, place(1))),
        written(Some(of_user(8, place(1))), of_user(8, place(2))),
        // A registration with a new seat causes no check of the account, because the change of the seat's bucket causes that
        // check.
        written(
            None,
            of_user(5, registration(RegistrationStatus::Confirmed)),
        ),
        Change::AccountErased {
            account: Box::new(erased),
        },
        Change::SessionBegun { user: user(7) },
    ]);
    let users: Vec<UserId> = work.perhaps_erased.into_keys().collect();
    assert_eq!(users, [2, 3, 6, 7, 8].map(user));
}

#[test]
fn seat_changes_keep_the_order_of_the_stream_and_the_newest_counts_win() {
    let work = work([
        of_bucket(None, (0, &[])),
        of_bucket(Some((0, &[])), (1, &[7])),
        of_bucket(Some((2, &[7])), (3, &[8])),
        of_bucket(Some((1, &[7])), (2, &[7])),
    ]);
    let number = |user| GuestId::from(user).as_bytes()[0];
    let changes = work.seat_changes.iter();
    let changes: Vec<_> = changes
        .map(|written| &written.change)
        .map(|change| (number(change.user), change.seated, change.rev))
        .collect();
    assert_eq!(changes, [(7, true, 1), (8, true, 3), (7, false, 3)]);
    let messages = work.seat_messages.iter();
    let messages: Vec<_> = messages
        .map(|message| (number(message.user_id), &*message.request_id))
        .collect();
    assert_eq!(messages, [(7, "r2"), (8, "r3"), (7, "r3")]);
    let offer = &work.offers[&event_id()];
    let [(0, counts)] = offer.counts()[..] else {
        panic!("one bucket: {offer:?}");
    };
    assert_eq!(counts.rev, 3, "the newest, in whatever order they come");
    assert_eq!(offer.source().unwrap().request, "r3");
}

#[test]
fn buckets_and_the_waitlist_of_an_event_are_one_offer() {
    let event = event_id();
    let waits = || Change::Waitlist { event };
    let only_waits = work([waits(), waits()]);
    let source = only_waits.offers[&event].source();
    assert_eq!(source.map(|source| &*source.request), Some("r2"));
    let both = work([of_bucket(None, (0, &[])), waits()]);
    assert_eq!(both.offers.len(), 1);
    assert!(both.offers[&event].waitlist.is_some());
    assert_eq!(both.offers[&event].counts().len(), 1);
}

#[test]
fn an_event_is_aligned_once_in_its_last_version() {
    use EventStatus::{Cancelled, Completed, Published};
    let work = work([
        of_event(Published, Completed, 5),
        of_event(Published, Cancelled, 6),
    ]);
    for aligned in [&work.bucket_alignments, &work.reminder_alignments] {
        let versions: Vec<u64> = aligned.values().map(|(event, _)| event.version).collect();
        assert_eq!(versions, [6]);
    }
}

#[test]
fn the_rights_of_a_user_are_checked_once_for_the_last_record() {
    let mut organizer = account();
    organizer.user.role = Role::Organizer;
    let work = work([
        Change::Account {
            before: Some(Box::new(organizer)),
            after: Box::new(account()),
        },
        Change::SessionEnded { user: user(2) },
    ]);
    let rights: Vec<_> = work.rights.into_iter().collect();
    let [(who, source)] = &rights[..] else {
        panic!("one user: {rights:?}");
    };
    assert_eq!((*who, &*source.sequence_number), (user(2), "2"));
}

#[test]
fn each_record_is_one_fact_in_each_statistics() {
    let seated = || Change::Registration {
        before: None,
        after: registration(RegistrationStatus::Confirmed),
    };
    let work = work([seated(), seated()]);
    let of = |of| &work.facts.0[&of];
    let (for_event, first) = of(StatsOf::Event(event_id()));
    let (for_all, _) = of(StatsOf::System);
    let ids = |facts: &[domain::stats::fact::Fact]| [facts[0].id, facts[1].id];
    assert_eq!((for_event.len(), for_all.len()), (2, 2));
    assert_eq!(ids(for_event), ids(for_all));
    assert_ne!(for_event[0].id, for_event[1].id);
    assert_eq!(first.sequence_number, "1");
}
