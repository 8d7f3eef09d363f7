//! Tests of messages that are repeated, late or in any order, and of a ticket function that crashes between any two of its
//! calls. The tests use a real table. They make registrations without a guest list, so that the functions of a deployed stack
//! do not react to these registrations.

use bootstrap::metrics::{Noted, emf::Emf};
use domain::{
    id::{EventId, UserId},
    seats::claim::SeatRev,
};
use fixtures::until_it_dies;
use futures::future::join_all;
use uuid::Uuid;

use super::*;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// Returns a rotated secret: `SECRET` until the time `change`, and another secret for signing from then on.
fn rotated(change: Timestamp) -> String {
    let newer = SECRET.replace('f', "0");
    format!(
        r#"{{"secrets": [{{"secret": "{newer}", "signsFrom": "{change}"}},
            {{"secret": "{SECRET}", "signsFrom": "1970-01-01T00:00:00Z", "verifiesUntil": "{change}"}}]}}"#
    )
}

fn issuer(secret: &str) -> Issuer {
    let store = Store::new(fixtures::table());
    let secret = secret.to_owned().into();
    Issuer {
        store,
        keys: Keys::fixed(&secret).unwrap(),
        metrics: Metrics::new(Emf::new("test")),
    }
}

/// One user's registration, and the process that gets messages about it.
struct Case {
    issuer: Issuer,
    event: EventId,
    user: UserId,
    rev: u64,
}

impl Case {
    fn new() -> Self {
        let id = Uuid::now_v7();
        Self {
            issuer: issuer(SECRET),
            event: EventId::from_uuid(id),
            user: UserId::from_uuid(Uuid::now_v7()),
            rev: 0,
        }
    }

    async fn register(&mut self) {
        self.rev += 1;
        let rev = SeatRev::Written(self.rev);
        self.issuer
            .store
            .record_seat(self.event, self.user, rev, clock::now(), "test")
            .await
            .unwrap();
    }

    async fn cancel(&mut self) {
        self.rev += 1;
        let rev = SeatRev::Written(self.rev);
        self.issuer
            .store
            .record_removal(self.event, self.user, rev, self.user, clock::now(), "test")
            .await
            .unwrap();
    }

    fn message(&self) -> SeatChanged {
        SeatChanged {
            event_id: self.event,
            user_id: self.user,
            request_id: "test".to_owned(),
        }
    }

    /// Delivers the message. The function crashes after it has waited for the network `waits` times. Returns whether the
    /// function finished before the crash.
    async fn deliver_and_die(&self, waits: usize) -> bool {
        let message = self.message();
        let settled = until_it_dies(self.issuer.settle(&message), waits).await;
        settled.map(Result::unwrap).is_some()
    }

    /// Delivers the message about the registration three times concurrently.
    async fn deliver_thrice(&self) {
        let message = self.message();
        for settled in join_all([(); 3].map(|()| self.issuer.settle(&message))).await {
            settled.unwrap();
        }
    }

    async fn registration(&self) -> Registration {
        let registration = self.issuer.store.registration(self.event, self.user);
        registration.await.unwrap().unwrap()
    }

    /// Rotates the secret. From now on another secret is used for signing.
    fn rotate(&mut self) {
        self.issuer = issuer(&rotated(clock::now()));
    }

    /// Returns the states of the tickets of the generations 1 to `count`. For each generation, the result has one state for
    /// each possible code. The code of the newest secret comes first.
    async fn tickets(&self, count: u32) -> Vec<Option<TicketStatus>> {
        let registration = self.registration().await;
        let keyrings = self.issuer.keys.known();
        let codes = (1..=count)
            .flat_map(|generation| TicketCode::candidates(&keyrings, &registration, generation));
        join_all(codes.map(|code| async move {
            let ticket = self.issuer.store.ticket(code).await.unwrap();
            ticket.map(|ticket| ticket.status)
        }))
        .await
    }

    async fn revoked(&self) -> usize {
        self.issuer
            .store
            .list_revocations(self.event, 100, None)
            .await
            .unwrap()
            .0
            .items
            .len()
    }
}

use TicketStatus::{Issued, Void};

#[tokio::test]
async fn whenever_the_function_dies_and_however_often_a_message_comes_there_is_one_ticket() {
    let mut died_at = 0;
    loop {
        let mut case = Case::new();
        case.register().await;
        let finished = case.deliver_and_die(died_at).await;
        case.deliver_thrice().await;
        assert_eq!(
            case.tickets(2).await,
            [Some(Issued), None],
            "died after {died_at} waits"
        );

        case.cancel().await;
        case.deliver_and_die(died_at).await;
        case.deliver_thrice().await;
        assert_eq!(
            case.tickets(1).await,
            [Some(Void)],
            "died after {died_at} waits"
        );

        case.register().await;
        case.deliver_and_die(died_at).await;
        case.deliver_thrice().await;
        assert_eq!(
            case.tickets(2).await,
            [Some(Void), Some(Issued)],
            "died after {died_at} waits"
        );
        assert_eq!(case.revoked().await, 1, "a revocation is reported once");
        if finished {
            break;
        }
        died_at += 1;
    }
    assert!(died_at > 1, "it must have died between calls");
}

#[tokio::test]
async fn a_cancellation_that_overtakes_the_issue_leaves_no_valid_ticket() {
    let mut case = Case::new();
    case.register().await;
    case.cancel().await;
    case.deliver_thrice().await;
    // A late process wants to issue the ticket of generation 1. It read the registration before the registration was cancelled,
    // but writes the ticket only now.
    let late = late_issue(&case.registration().await, &case.issuer);
    assert!(!case.issuer.store.issue_ticket(&late, "test").await.unwrap());
    assert_eq!(case.tickets(1).await, [Some(Void)]);
}

/// Returns the time at which the ticket of a generation ended, and whether this ticket was ever issued.
async fn end_of(case: &Case, generation: u32) -> (Option<Timestamp>, bool) {
    let registration = case.registration().await;
    let keyrings = case.issuer.keys.known();
    let codes: Vec<_> = TicketCode::candidates(&keyrings, &registration, generation).collect();
    let tickets = case.issuer.store.tickets(&codes).await.unwrap();
    let ticket = &tickets[0];
    (ticket.ended_at, ticket.was_issued())
}

#[tokio::test]
async fn a_ticket_ends_when_its_registration_is_cancelled_however_late_that_is_heard_of() {
    for message_comes_before_the_next_registration in [true, false] {
        let mut case = Case::new();
        case.register().await;
        case.deliver_thrice().await;
        case.cancel().await;
        let cancelled_at = case.registration().await.cancelled_at;
        assert!(cancelled_at.is_some());
        if message_comes_before_the_next_registration {
            case.deliver_thrice().await;
        }
        case.register().await;
        assert_eq!(case.registration().await.cancelled_at, None);
        case.deliver_thrice().await;
        assert_eq!(end_of(&case, 1).await, (cancelled_at, true));
    }
}

#[tokio::test]
async fn a_ticket_that_was_never_issued_has_no_end() {
    let mut case = Case::new();
    case.register().await;
    case.cancel().await;
    case.deliver_thrice().await;
    assert_eq!(end_of(&case, 1).await, (None, false));
}

/// Returns the ticket that a process would issue now if it had read this `registration` long ago.
fn late_issue(registration: &Registration, issuer: &Issuer) -> Ticket {
    let code = TicketCode::of(&issuer.keys.known(), registration);
    ticket(registration, 1, code, clock::now())
}

#[tokio::test]
async fn a_ticket_keeps_its_code_when_the_secret_is_rotated() {
    let mut died_at = 0;
    loop {
        let mut case = Case::new();
        case.register().await;
        case.deliver_thrice().await;
        case.rotate();
        let finished = case.deliver_and_die(died_at).await;
        case.deliver_thrice().await;
        assert_eq!(case.tickets(1).await, [None, Some(Issued)]);

        case.cancel().await;
        case.deliver_and_die(died_at).await;
        case.deliver_thrice().await;
        assert_eq!(case.tickets(1).await, [None, Some(Void)]);

        case.register().await;
        case.deliver_and_die(died_at).await;
        case.deliver_thrice().await;
        assert_eq!(
            case.tickets(2).await,
            [None, Some(Void), Some(Issued), None],
            "died after {died_at} waits"
        );
        assert_eq!(case.revoked().await, 1);
        if finished {
            break;
        }
        died_at += 1;
    }
    assert!(died_at > 1, "it must have died between calls");
}

#[tokio::test]
async fn a_process_that_has_not_read_of_a_change_to_come_issues_the_same_ticket() {
    let mut case = Case::new();
    case.register().await;
    case.deliver_thrice().await;
    let later = Timestamp::from_second(clock::now().as_second() + 600).unwrap();
    case.issuer = issuer(&rotated(later));
    case.deliver_thrice().await;
    assert_eq!(case.tickets(1).await, [None, Some(Issued)]);
}

#[tokio::test]
async fn a_cancellation_that_overtakes_the_issue_under_the_previous_secret_leaves_no_valid_ticket()
{
    let mut case = Case::new();
    case.register().await;
    let registration = case.registration().await;
    let late = late_issue(&registration, &case.issuer);
    case.cancel().await;
    case.rotate();
    let finished = case.deliver_and_die(4).await;
    assert!(!finished, "it dies between two tombstones");
    case.deliver_thrice().await;
    assert!(!case.issuer.store.issue_ticket(&late, "test").await.unwrap());
    assert_eq!(case.tickets(1).await, [Some(Void); 2]);
}

#[tokio::test]
async fn messages_that_come_when_all_is_over_settle_every_generation() {
    let mut case = Case::new();
    case.register().await;
    case.deliver_thrice().await;
    for _ in 0..2 {
        case.cancel().await;
        case.register().await;
    }
    case.deliver_thrice().await;
    assert_eq!(
        case.tickets(4).await,
        [Some(Void), Some(Void), Some(Issued), None]
    );
    assert_eq!(case.revoked().await, 2);
    let counted = case.issuer.metrics.drain();
    for metric in [Metric::TicketsIssued, Metric::TicketsVoided] {
        let each_once = Noted {
            metric,
            values: vec![2],
        };
        assert!(counted.contains(&each_once), "{counted:?}");
    }
}
