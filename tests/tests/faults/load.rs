//! A mixed load on one event, and the checks after the load.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use fastrand::Rng;
use futures::StreamExt as _;
use serde_json::Value;
use tests::{Answer, Event, LONG_PATIENCE, NewEvent, Stack, User, Viewer, eventually, unique};

const SEATS: usize = 30;
/// Number of guests who keep their seats from before the faults until after them. Every announcement must reach them.
const STEADY: usize = 8;
const RESTLESS: usize = 40;
/// Number of requests that are sent at the same time.
const AT_ONCE: usize = 8;
const DURATION: Duration = Duration::from_mins(1);
/// Number of rounds of the load between two announcements.
const ROUNDS: usize = 4;
/// Maximum time from the end of the load until all its work is done. If a process is killed, its message returns after the
/// visibility timeout, which is six minutes for mail, and later steps may wait as well. An access token is valid a little
/// longer than this time.
const COMES_TO_REST_WITHIN: Duration = Duration::from_mins(14);
const QUEUES: [&str; 6] = ["tickets", "mail", "feedback", "live", "push", "relay"];

/// The state of a user's seat according to the latest answer to that user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LastAnswer {
    NoSeat,
    Waiting,
    Registered,
}

/// Some people, and one event at which all of them want a seat.
#[derive(Debug)]
pub(super) struct Load {
    stack: Stack,
    organizer: User,
    event: Event,
    steady: Vec<User>,
    restless: Vec<(User, LastAnswer)>,
    viewer: Viewer,
    announced: Vec<String>,
    dice: Rng,
}

impl Load {
    /// Makes the accounts and the event, and registers the steady guests.
    pub(super) async fn prepare(stack: &Stack, seed: u64) -> Self {
        let organizer = stack.register_organizer().await;
        let event = organizer
            .published_event(NewEvent::with_capacity(SEATS))
            .await;
        let made: Vec<User> = futures::stream::iter(0..STEADY + RESTLESS)
            .map(|_| stack.register_user())
            .buffered(AT_ONCE)
            .collect()
            .await;
        let (steady, restless) = made.split_at(STEADY);
        for guest in steady {
            guest.register_for(&event).await.expect(201);
        }
        let viewer = stack.watch().await;
        viewer.subscribe(&event).await.expect("snapshot");
        Self {
            stack: stack.clone(),
            organizer,
            event,
            steady: steady.to_vec(),
            restless: restless
                .iter()
                .map(|user| (user.clone(), LastAnswer::NoSeat))
                .collect(),
            viewer,
            announced: Vec::new(),
            dice: Rng::with_seed(seed),
        }
    }

    /// Lets people register, cancel and wait. From time to time, the organizer makes an announcement.
    pub(super) async fn run(&mut self) {
        let begun = Instant::now();
        let mut round = 0;
        while begun.elapsed() < DURATION {
            self.dice.shuffle(&mut self.restless);
            let some = &mut self.restless[..2 * AT_ONCE];
            let event = &self.event;
            let last: Vec<LastAnswer> = futures::stream::iter(some.iter())
                .map(|(user, last)| act(user, event, *last))
                .buffered(AT_ONCE)
                .collect()
                .await;
            for ((_, known), last) in some.iter_mut().zip(last) {
                *known = last;
            }
            if round % ROUNDS == 0 {
                self.announce().await;
            }
            round += 1;
        }
        assert!(round > 1, "{round} rounds");
    }

    /// Makes an announcement by mail. An attempt without an answer may have succeeded, so each attempt has a new text.
    async fn announce(&mut self) {
        let said = eventually(LONG_PATIENCE, async || {
            let message = format!("News {}.", unique());
            let answer = self.organizer.announce_by_mail(&self.event, &message).await;
            answer.when(201).map(|_| message)
        });
        let said = said.await;
        self.announced.push(said);
    }

    /// Waits until all work is done, and checks the results. Returns how many mails were sent more than once.
    pub(super) async fn comes_to_rest(&self) -> usize {
        let begun = Instant::now();
        let admin = self.stack.log_in(self.stack.admin_credentials()).await;
        let organizer = self.stack.log_in(&self.organizer.credentials()).await;
        eventually(COMES_TO_REST_WITHIN, async || {
            self.is_at_rest(&admin, &organizer).await
        })
        .await;
        println!("at rest after {} s", begun.elapsed().as_secs());
        for queue in QUEUES {
            let letters = self.stack.queue(queue).dead_letters().await;
            assert!(letters.is_empty(), "{queue}: {letters:?}");
        }
        self.repeated_mails()
    }

    async fn is_at_rest(&self, admin: &User, organizer: &User) -> Result<(), String> {
        let seats = admin.invariants_of(&self.event).await.when(200)?;
        let count = |name: &str| seats[name].as_u64();
        let balanced = seats["ok"] == true
            && count("guests") == count("registrations")
            && count("guests") == count("tickets")
            && count("held") == Some(0)
            && count("capacity") == Some(SEATS as u64);
        if !balanced {
            return Err(seats.to_string());
        }

        let listed = organizer
            .every_item(&self.event.registrations_path(), 100)
            .await;
        let listed: HashMap<&str, &Value> = listed
            .iter()
            .map(|item| (item["userId"].as_str().unwrap_or_default(), item))
            .collect();
        let confirmed = listed.values().filter(|item| item["status"] == "confirmed");
        let confirmed: Vec<_> = confirmed.collect();
        if confirmed.len() as u64 != count("guests").unwrap_or_default() {
            return Err(format!("{} are listed, of {seats}", confirmed.len()));
        }
        if let Some(item) = confirmed.iter().find(|item| item["ticketMail"] != "sent") {
            return Err(format!("no mail with the ticket of {item}"));
        }
        let waiting = listed.values().any(|item| item["status"] == "waitlisted");
        if waiting && count("free") != Some(0) {
            return Err(format!("somebody waits in spite of {seats}"));
        }
        for (user, last) in self.everybody() {
            let status = listed
                .get(user.id())
                .map_or(&Value::Null, |item| &item["status"]);
            let is_so = match last {
                LastAnswer::Registered => status == "confirmed",
                LastAnswer::Waiting => status == "confirmed" || status == "waitlisted",
                LastAnswer::NoSeat => status.is_null() || status == "cancelled",
            };
            if !is_so {
                return Err(format!(
                    "{} got the answer {last:?} and is {status}",
                    user.id()
                ));
            }
        }
        self.the_viewer_knows(count("guests"))?;
        self.everybody_has_mail(&listed)
    }

    /// Checks that the viewer, who watched all the time, got every announcement and the final number of guests.
    fn the_viewer_knows(&self, guests: Option<u64>) -> Result<(), String> {
        let last = self.viewer.states_of(&self.event).pop();
        let registered = last.and_then(|state| state["registered"].as_u64());
        if registered != guests {
            return Err(format!(
                "{guests:?} have a seat, the viewer heard {registered:?}"
            ));
        }
        let heard = self.viewer.frames_of("announcement");
        let unheard = |said: &&String| !heard.iter().any(|frame| frame["message"] == **said);
        match self.announced.iter().find(unheard) {
            Some(said) => Err(format!("the viewer has not heard {said}")),
            None => Ok(()),
        }
    }

    /// Checks that everybody with a seat has a mail with the ticket, and that the steady guests have a mail with every
    /// announcement.
    fn everybody_has_mail(&self, listed: &HashMap<&str, &Value>) -> Result<(), String> {
        for (user, _) in self.everybody() {
            let confirmed = listed
                .get(user.id())
                .is_some_and(|item| item["status"] == "confirmed");
            let tickets = ["Your ticket for", "A seat for you"];
            if confirmed
                && tickets
                    .iter()
                    .all(|subject| self.mails_to(user, subject) == 0)
            {
                return Err(format!("{} has a seat and no mail", user.id()));
            }
        }
        for user in &self.steady {
            let news = self.stack.mails_about(user, "News about");
            for said in &self.announced {
                if !news.iter().any(|mail| mail.text.contains(said)) {
                    return Err(format!("{} has not heard {said}", user.id()));
                }
            }
        }
        Ok(())
    }

    fn mails_to(&self, user: &User, subject: &str) -> usize {
        self.stack.count_mails(&user.account.email, subject)
    }

    /// Counts the mails that have the same key as another mail.
    fn repeated_mails(&self) -> usize {
        let title = self.event.json["title"].as_str().unwrap_or_default();
        let mut repeated = 0;
        for (user, _) in self.everybody() {
            let mails = self.stack.mails_about(user, title);
            let mut keys: Vec<&str> = mails.iter().map(tests::Mail::key).collect();
            let sent = keys.len();
            keys.sort_unstable();
            keys.dedup();
            if keys.len() < sent {
                println!(
                    "{} of {sent} mails to {} are repeated",
                    sent - keys.len(),
                    user.id()
                );
            }
            repeated += sent - keys.len();
        }
        repeated
    }

    fn everybody(&self) -> impl Iterator<Item = (&User, LastAnswer)> {
        let steady = self
            .steady
            .iter()
            .map(|user| (user, LastAnswer::Registered));
        steady.chain(self.restless.iter().map(|(user, last)| (user, *last)))
    }
}

/// Cancels the user's seat, reads the user's place on the waitlist, or requests a seat or a place. Returns the state of the
/// seat according to the answer.
async fn act(user: &User, event: &Event, last: LastAnswer) -> LastAnswer {
    match last {
        LastAnswer::Registered => {
            let cancelled = answered(async || user.cancel_registration_for(event).await).await;
            assert_eq!(cancelled.status, 200, "{cancelled}");
            LastAnswer::NoSeat
        }
        LastAnswer::Waiting => {
            last_answer_in(&answered(async || user.registration_for(event).await).await)
        }
        LastAnswer::NoSeat => {
            let answer = answered(async || user.register_for(event).await).await;
            if !answer.is_conflict("sold-out") {
                return last_answer_in(&answer);
            }
            let answer = answered(async || user.wait_for(event).await).await;
            if answer.is_conflict("seats-available") {
                return LastAnswer::NoSeat;
            }
            last_answer_in(&answer)
        }
    }
}

fn last_answer_in(registration: &Answer) -> LastAnswer {
    match registration["status"].as_str() {
        Some("confirmed") => LastAnswer::Registered,
        Some("waitlisted") => LastAnswer::Waiting,
        _ => panic!("neither a seat nor a place: {registration}"),
    }
}

/// Repeats a call, as clients do, while the answer is a server error or reports throttling. Returns the final answer.
async fn answered(mut call: impl AsyncFnMut() -> Answer) -> Answer {
    eventually(LONG_PATIENCE, async || {
        let answer = call().await;
        if answer.status >= 500 || answer.status == 429 {
            return Err(answer.to_string());
        }
        Ok(answer)
    })
    .await
}
