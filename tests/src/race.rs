//! A race for seats, as at the opening of a sale, when everybody requests a seat at the same time.

use std::sync::atomic::{AtomicBool, Ordering};

use futures::StreamExt;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::{Answer, Event, NewEvent, Seats, Stack, User};

/// The number of users who send requests at the same time. Each of these users sends two requests.
const USERS_AT_ONCE: usize = 48;

/// Allows only one race at a time, because concurrent races would only measure the speed of the machine.
static TRACK: Mutex<()> = Mutex::const_new(());

/// The outcome of a race.
#[derive(Debug)]
pub struct RaceOutcome {
    /// The event whose seats the users requested.
    pub event: Event,
    /// All users, with the answers to their requests.
    pub runners: Vec<Runner>,
    /// The counts of seats before the first request.
    pub before: Seats,
    /// The counts of seats that were read repeatedly during the race, the oldest first.
    pub during: Vec<Seats>,
    /// The counts of seats right after the last answer.
    pub after: Seats,
}

/// A user who sent two requests at the same time.
#[derive(Debug)]
pub struct Runner {
    /// The user.
    pub user: User,
    /// The answers to both requests, in the order in which the requests were sent.
    pub answers: [Answer; 2],
}

/// Makes an event of `capacity` seats, and lets `users` users register for it, 48 users at a time. Each user sends two requests
/// at the same time. Reads the counts of seats before, during and after the race.
pub async fn race(capacity: usize, users: usize) -> RaceOutcome {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let crowd = stack.crowd(users).await;
    let event = admin
        .published_event(NewEvent::with_capacity(capacity))
        .await;

    let _track = TRACK.lock().await;
    let before = admin.seats_of(&event).await;
    let over = AtomicBool::new(false);
    let running = async {
        let runners = futures::stream::iter(crowd)
            .map(|user| Runner::run(user, &event))
            .buffer_unordered(USERS_AT_ONCE)
            .collect::<Vec<_>>()
            .await;
        over.store(true, Ordering::Relaxed);
        runners
    };
    let watching = async {
        let mut seen = Vec::new();
        while !over.load(Ordering::Relaxed) {
            seen.push(admin.seats_of(&event).await);
        }
        seen
    };
    let (runners, during) = futures::join!(running, watching);
    let after = admin.seats_of(&event).await;
    RaceOutcome {
        event,
        runners,
        before,
        during,
        after,
    }
}

impl RaceOutcome {
    /// Returns the users who got a seat.
    pub fn confirmed(&self) -> Vec<&Runner> {
        self.runners
            .iter()
            .filter(|runner| runner.is_confirmed())
            .collect()
    }

    /// Returns the users who got no seat.
    pub fn refused(&self) -> Vec<&Runner> {
        self.runners
            .iter()
            .filter(|runner| runner.is_refused())
            .collect()
    }
}

impl Runner {
    async fn run(user: User, event: &Event) -> Self {
        let (first, second) = futures::join!(user.register_for(event), user.register_for(event));
        Self {
            user,
            answers: [first, second],
        }
    }

    /// Returns whether both answers show the same confirmed registration, and at most one of the two requests made it. (If the
    /// service repeated a claim whose answer was lost, both answers are 200.)
    pub fn is_confirmed(&self) -> bool {
        let [first, second] = &self.answers;
        matches!((first.status, second.status), (201, 200) | (200, 201 | 200))
            && first["status"] == "confirmed"
            && first["userId"] == self.user.id()
            && first["registeredAt"] != Value::Null
            && ["userId", "status", "registeredAt"]
                .iter()
                .all(|member| first[*member] == second[*member])
            && first["event"]["id"] == second["event"]["id"]
    }

    /// Returns whether both answers report that the event is sold out.
    pub fn is_refused(&self) -> bool {
        self.answers
            .iter()
            .all(|answer| answer.is_conflict("sold-out"))
    }
}
