//! The users of a run: many people with accounts, and an organizer.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use indicatif::ProgressBar;
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::clock::{now_millis, rfc3339};
use crate::credentials::Account;
use crate::progress::bar;
use crate::seed::login_answer;

/// Number of sign-ups or renewals that run at the same time.
const AT_ONCE: usize = 4;
/// The age at which a session is renewed. It is below the 15 minutes after which an access token expires.
const RENEWED_AFTER: Duration = Duration::from_mins(7);
pub(crate) const PASSWORD: &str = "a password for nobody else";

const DAY_SECONDS: u64 = 86_400;
const HOUR_SECONDS: u64 = 3_600;

/// A user who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) token: String,
    refresh: String,
}

/// Many users who are signed in.
#[derive(Debug)]
pub(crate) struct Crowd {
    pub(crate) people: Vec<Person>,
    signed_in: Instant,
}

impl Person {
    pub(crate) fn of(session: &Answer) -> Result<Self> {
        Ok(Self {
            token: session.text_at("/accessToken")?,
            refresh: session.text_at("/refreshToken")?,
        })
    }

    /// Signs up an account with a new e-mail address.
    pub(crate) fn sign_up(client: &Client, name: &str) -> Result<Self> {
        let body = json!({
            "email": format!("{name}-{:x}@em-connect.example", now_millis()),
            "password": PASSWORD,
            "name": "Bea Bench",
        });
        let answer = client.post("/v1/auth/register", None, &body)?;
        Self::of(&answer.expect_status(201, "signs up")?)
    }

    pub(crate) fn log_in(client: &Client, account: &Account) -> Result<Self> {
        Self::of(&login_answer(client, account, "logs in")?)
    }

    pub(crate) fn renew(&self, client: &Client) -> Result<Self> {
        let body = json!({"refreshToken": self.refresh});
        let answer = client.post("/v1/auth/refresh", None, &body)?;
        Self::of(&answer.expect_status(200, "renews a session")?)
    }
}

impl Crowd {
    /// Signs up `count` new accounts.
    pub(crate) fn sign_up(client: &Client, count: usize) -> Result<Self> {
        let bar = bar(count as u64, "accounts");
        let people = at_once(count, &bar, |index| {
            Person::sign_up(client, &format!("bench-{index}"))
        })?;
        bar.finish_and_clear();
        Ok(Self {
            people,
            signed_in: Instant::now(),
        })
    }

    /// Renews all sessions if they are old. Returns whether the sessions were renewed.
    pub(crate) fn stay_signed_in(&mut self, client: &Client) -> Result<bool> {
        if self.signed_in.elapsed() < RENEWED_AFTER {
            return Ok(false);
        }
        let people = &self.people;
        self.people = at_once(people.len(), &ProgressBar::hidden(), |index| {
            people[index].renew(client)
        })?;
        self.signed_in = Instant::now();
        Ok(true)
    }
}

/// Calls `work` for each number below `count`, several calls at the same time. The results are in the order of the numbers.
pub(crate) fn at_once<T: Send>(
    count: usize,
    bar: &ProgressBar,
    work: impl Fn(usize) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let next = AtomicUsize::new(0);
    let made = Mutex::new(Vec::with_capacity(count));
    let worker = || -> Result<()> {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                return Ok(());
            }
            let one = work(index).inspect_err(|_| next.store(count, Ordering::Relaxed))?;
            made.lock()
                .map_err(|_| anyhow!("a thread panicked"))?
                .push((index, one));
            bar.inc(1);
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().try_for_each(|worker| {
            let done = worker.join();
            done.unwrap_or_else(|_| Err(anyhow!("a thread panicked")))
        })
    })?;
    let mut made = made.into_inner().ok().context("a thread panicked")?;
    made.sort_by_key(|(index, _)| *index);
    Ok(made.into_iter().map(|(_, one)| one).collect())
}

/// Publishes an event and returns its id. The event starts about a month from now, but its doors are open already.
pub(crate) fn new_event(client: &Client, organizer: &Person, capacity: usize) -> Result<String> {
    let token = Some(organizer.token.as_str());
    let now = now_millis() / 1000;
    let body = json!({
        "title": format!("An event with {capacity} seats"),
        "venue": "Werkraum, Marktgasse 12, Zürich",
        "description": "A workshop. Bring a laptop; we design one table together and load it until it hurts.",
        "startsAt": rfc3339(now + 30 * DAY_SECONDS),
        "endsAt": rfc3339(now + 30 * DAY_SECONDS + 4 * HOUR_SECONDS),
        "doorsOpenAt": rfc3339(now - 3 * HOUR_SECONDS),
        "timezone": "Europe/Zurich",
        "capacity": capacity,
    });
    let answer = client.post("/v1/events", token, &body)?;
    let id = answer
        .expect_status(201, "an event is made")?
        .text_at("/id")?;
    let answer = client.post(&format!("/v1/events/{id}/publish"), token, &json!({}))?;
    answer.expect_status(200, "an event is published")?;
    Ok(id)
}

/// Sends a request for a seat at the event.
pub(crate) fn register(client: &Client, event: &str, token: &str) -> Result<Answer> {
    let path = format!("/v1/events/{event}/registrations");
    client.post(&path, Some(token), &Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_order_and_an_error_ends_it() {
        let bar = ProgressBar::hidden();
        let squares = at_once(50, &bar, |index| Ok(index * index)).unwrap();
        assert_eq!(squares[..4], [0, 1, 4, 9]);
        assert_eq!(squares.len(), 50);
        let failed = at_once(50, &bar, |index| {
            anyhow::ensure!(index != 7, "seven");
            Ok(index)
        });
        assert_eq!(failed.unwrap_err().to_string(), "seven");
    }
}
