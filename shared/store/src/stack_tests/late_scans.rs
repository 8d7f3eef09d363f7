//! Tests of scans that arrive late, and of the list of tickets whose admission is in conflict. Each write of a ticket keeps
//! this list up to date.

use domain::{
    door::{CLOCK_LEEWAY, ConflictKind, Scan, Ticket, TicketStatus, Undo},
    events::Event,
    tickets::code::TicketCode,
};
use jiff::{SignedDuration, Timestamp};

use super::{
    eventually, published, store,
    values::{now, scan, ticket},
};
use crate::{Admission, ConflictPosition, EndedTicket, Store, TicketChange};

fn seconds_ago(seconds: i64) -> Timestamp {
    now() - SignedDuration::from_secs(seconds)
}

async fn issued(store: &Store, event: &Event) -> Ticket {
    let ticket = ticket(event);
    assert!(store.issue_ticket(&ticket, "stack-test").await.unwrap());
    ticket
}

async fn sync(store: &Store, ticket: &Ticket, scan: &Scan) -> Ticket {
    let take = |ticket: &mut Ticket| {
        if ticket.take(scan.clone()) {
            TicketChange::Changed
        } else {
            TicketChange::Unchanged
        }
    };
    let taken = store.change_ticket(ticket.code, take).await;
    taken.unwrap().unwrap()
}

async fn end(store: &Store, ticket: &Ticket, at: Timestamp) -> usize {
    let ended = EndedTicket {
        ticket: ticket.clone(),
        at,
    };
    store.void_tickets(&[ended], now).await.unwrap()
}

/// Returns the codes in the list of conflicts, which is read in pages of `limit` tickets.
async fn listed(store: &Store, event: &Event, limit: usize) -> Vec<TicketCode> {
    let mut codes = Vec::new();
    let mut after: Option<ConflictPosition> = None;
    loop {
        let (page, next) = store.list_conflicts(event.id, limit, after).await.unwrap();
        codes.extend(page.items.iter().map(|ticket| ticket.code));
        if !page.more {
            return codes;
        }
        after = next;
    }
}

/// Waits until the list of conflicts contains exactly these codes in this order.
async fn listed_once(store: &Store, event: &Event, codes: &[TicketCode]) {
    let what = format!("the list {codes:?}");
    eventually(&what, async || {
        (listed(store, event, 100).await == codes).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_scan_before_or_after_the_end_gives_the_same_ticket_and_the_same_list() {
    let store = store();
    let event = published(&store, 4).await;
    let (made, ended) = (seconds_ago(60), seconds_ago(30));
    let early = issued(&store, &event).await;
    let early_scan = scan(&event, made, false);
    sync(&store, &early, &early_scan).await;
    assert_eq!(end(&store, &early, ended).await, 1);
    let late = issued(&store, &event).await;
    let late_scan = scan(&event, made + SignedDuration::from_secs(1), false);
    assert_eq!(end(&store, &late, ended).await, 1);
    assert_eq!(end(&store, &late, ended).await, 0, "it is void");
    sync(&store, &late, &late_scan).await;

    for (ticket, scan) in [(&early, &early_scan), (&late, &late_scan)] {
        let stands = store.ticket(ticket.code).await.unwrap().unwrap();
        let expected = Ticket {
            status: TicketStatus::Void,
            ended_at: Some(ended),
            scans: vec![scan.clone()],
            rev: 2,
            ..ticket.clone()
        };
        assert_eq!(stands, expected);
        let kinds: Vec<_> = stands.conflicts().collect();
        assert_eq!(kinds, [ConflictKind::Ended]);
    }
    let good = issued(&store, &event).await;
    sync(&store, &good, &scan(&event, made, false)).await;
    let too_late = issued(&store, &event).await;
    end(&store, &too_late, ended).await;
    sync(
        &store,
        &too_late,
        &scan(&event, ended + CLOCK_LEEWAY, false),
    )
    .await;
    listed_once(&store, &event, &[early.code, late.code]).await;
    for limit in [1, 2] {
        assert_eq!(listed(&store, &event, limit).await, [early.code, late.code]);
    }
    let inside = store.ended_admissions(event.id).await.unwrap();
    assert_eq!(inside.len(), 2);

    let undo = |ticket: &mut Ticket| {
        assert_eq!(ticket.undo(now()), Undo::TookBack);
        TicketChange::Changed
    };
    store.change_ticket(late.code, undo).await.unwrap();
    listed_once(&store, &event, &[early.code]).await;
}

#[tokio::test]
async fn whom_the_server_admitted_before_the_end_reached_the_ticket_is_inside() {
    let store = store();
    let event = published(&store, 1).await;
    let ticket = issued(&store, &event).await;
    let scan = scan(&event, now(), true);
    let admitted = store.admit(event.id, ticket.code, &scan).await.unwrap();
    assert!(matches!(admitted, Admission::Admitted(_)));
    end(&store, &ticket, seconds_ago(1)).await;
    let stands = store.ticket(ticket.code).await.unwrap().unwrap();
    assert_eq!(stands.admission(), Some(&scan));
    assert!(stands.is_inside() && stands.has_ended());
    listed_once(&store, &event, &[ticket.code]).await;
}

#[tokio::test]
async fn a_tombstone_has_no_end_and_takes_no_scan() {
    let store = store();
    let event = published(&store, 1).await;
    let never_issued = ticket(&event);
    assert_eq!(end(&store, &never_issued, now()).await, 1);
    let stands = sync(&store, &never_issued, &scan(&event, seconds_ago(60), false)).await;
    assert_eq!((stands.ended_at, stands.rev), (None, 0));
    assert!(!stands.is_inside());
    assert!(
        !store
            .issue_ticket(&never_issued, "stack-test")
            .await
            .unwrap()
    );
}
