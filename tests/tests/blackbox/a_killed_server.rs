//! Tests of a server that is killed repeatedly while people register, wait, cancel and are admitted. After each restart, all
//! answers from before the kill must still be true. Every mail is sent, and each kill may repeat the mails that are being sent.
//!
//! Kills on a deployed stack are among the faults of `tests/faults`. This is the longest test on a server. The name of its
//! module sorts first, so that it starts first.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use futures::future::{join, join_all, join3};
use serde_json::Value;
use tests::{
    Answer, Event, LONG_PATIENCE, NewEvent, OpenDoors, PATIENCE, Server, Stack, User, eventually,
    on_a_server,
};

/// The environment variable that overrides the number of kills, [`KILLS`].
const KILLS_VARIABLE: &str = "EM_CONNECT_KILLS";
const KILLS: usize = 20;
/// The longest time, in milliseconds, that the server runs between its start and the next kill. One round of requests takes
/// about this time.
const LONGEST_LIFE: u64 = 600;
const PEOPLE: usize = 16;
/// Number of seats of the event `sale`. There are fewer seats than people, so some people always wait.
const SEATS: usize = 6;
/// The maximum number of mails that a server sends concurrently: two batches of five (`embedded::queue::MAIL`). If the server is
/// killed before it has noted that they were sent, it sends them again.
const MAILS_AT_ONCE: usize = 10;
/// Time limit for the server to finish all its work after the last kill. The limit is long, because a mail that was being sent
/// at the kill keeps its claim for a minute, and is sent only afterwards.
const COMES_TO_REST_WITHIN: Duration = LONG_PATIENCE;

/// The age at which all users sign in again. It is well below the quarter of an hour for which an access token is valid.
const SESSION: Duration = Duration::from_mins(8);

/// The state of a user's seat according to the latest answer to that user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LastAnswer {
    NoSeat,
    Waiting,
    Registered,
}

/// A server, its users, and the server's answers to these users.
struct World {
    stack: Stack,
    admin: User,
    organizer: User,
    people: Vec<User>,
    /// The event whose seats are too few for all people. `last` has the service's latest answer to each person.
    sale: Event,
    last: Vec<LastAnswer>,
    /// Events with a seat for everybody, one event for each kill. At each event, the server has confirmed a seat to every
    /// person.
    fairs: Vec<Event>,
    doors: OpenDoors,
    /// For each ticket code, how many scans got the answer `admitted`.
    admitted: HashMap<String, usize>,
    begun: Instant,
}

impl World {
    async fn new() -> Self {
        let stack = Stack::on(Server::start());
        let doors = stack.open_doors(PEOPLE).await;
        let admin = stack.admin().await.asking_again();
        let organizer = stack.register_organizer().await.asking_again();
        let sale = NewEvent::with_capacity(SEATS);
        let people = stack.crowd(PEOPLE).await;
        Self {
            sale: organizer.published_event(sale).await,
            last: vec![LastAnswer::NoSeat; people.len()],
            people: people.iter().map(User::asking_again).collect(),
            fairs: Vec::new(),
            doors: OpenDoors {
                staff: doors.staff.asking_again(),
                organizer: doors.organizer.asking_again(),
                ..doors
            },
            admitted: HashMap::new(),
            begun: Instant::now(),
            stack,
            admin,
            organizer,
        }
    }

    /// Kills the server while every user sends a request. Then checks the answers that arrived.
    async fn round(&mut self) {
        let fair = NewEvent::with_capacity(PEOPLE);
        let fair = self.organizer.published_event(fair).await;
        let guest = &self.doors.guests[self.fairs.len() % self.doors.guests.len()];
        let ticket = guest.ticket.code.clone();
        let people = self.people.iter();
        let registering = join_all(people.clone().map(|user| user.register_for(&fair)));
        let acts = people.zip(&self.last);
        let acting = join_all(acts.map(|(user, last)| act(user, &self.sale, *last)));
        let scans = join_all((0..3).map(|_| self.doors.staff.check_in(&self.doors.event, &ticket)));
        let requests = join3(registering, acting, scans);
        let ((), (registered, last, scanned)) = join(self.kill(), requests).await;

        for answer in registered {
            assert_eq!(answer["status"], "confirmed", "{answer}");
        }
        self.last = last;
        self.fairs.push(fair);
        for answer in scanned {
            let is_first = answer["result"] == "admitted";
            assert!(
                is_first || answer["result"] == "already-admitted",
                "{answer}"
            );
            *self.admitted.entry(ticket.clone()).or_default() += usize::from(is_first);
        }
        self.check().await;
    }

    /// Signs every user in again before the first access token expires.
    async fn sign_in_again(&mut self) {
        if self.begun.elapsed() < SESSION {
            return;
        }
        self.begun = Instant::now();
        let stack = &self.stack;
        let again = async |user: &User| stack.log_in(&user.credentials()).await.asking_again();
        self.admin = again(&self.admin).await;
        self.organizer = again(&self.organizer).await;
        self.doors.organizer = again(&self.doors.organizer).await;
        self.doors.staff = again(&self.doors.staff).await;
        for user in &mut self.people {
            *user = again(user).await;
        }
    }

    /// Waits for a random time, kills the server, and starts it again.
    async fn kill(&self) {
        let life = Duration::from_millis(fastrand::u64(..LONGEST_LIFE));
        tokio::time::sleep(life).await;
        if let Some(server) = self.stack.server() {
            server.kill();
            server.start_again();
        }
    }

    /// Asserts that all answers that the server has given are still true.
    async fn check(&self) {
        let seats = self.admin.seats_of(&self.sale).await;
        seats.assert_balanced(SEATS);
        // A promotion takes several writes. Between these writes, the promoted user is neither on the waitlist nor a guest.
        eventually(PATIENCE, async || {
            let people = statuses(&self.organizer, &self.sale).await;
            for (user, last) in self.people.iter().zip(&self.last) {
                let status = people.get(user.id()).map_or("", String::as_str);
                let is_so = match last {
                    LastAnswer::Registered => status == "confirmed",
                    LastAnswer::Waiting => status == "confirmed" || status == "waitlisted",
                    LastAnswer::NoSeat => status.is_empty() || status == "cancelled",
                };
                let said = format!("{} got the answer {last:?} and is {status:?}", user.id());
                assert!(is_so || *last == LastAnswer::Waiting, "{said}");
                if !is_so {
                    return Err(said);
                }
            }
            Ok(())
        })
        .await;
        let Some(fair) = self.fairs.last() else {
            return;
        };
        let guests = statuses(&self.organizer, fair).await;
        let confirmed = guests.values().filter(|status| *status == "confirmed");
        assert_eq!(confirmed.count(), PEOPLE, "{guests:?}");
        for (ticket, times) in &self.admitted {
            assert!(*times <= 1, "{ticket} was admitted {times} times");
        }
    }

    /// Waits until the server has no work left, and then asserts that mails, seats and admissions agree with all answers.
    async fn comes_to_rest(&mut self, kills: usize) {
        eventually(COMES_TO_REST_WITHIN, async || self.is_at_rest().await).await;
        self.check().await;
        for fair in &self.fairs {
            let guests = statuses(&self.organizer, fair).await;
            assert!(
                guests.len() == PEOPLE && guests.values().all(|status| status == "confirmed"),
                "{guests:?}"
            );
            for user in &self.people {
                let mails = self.tickets_mailed(user, fair);
                assert_eq!(mails, 1, "tickets of {} for {}", user.id(), fair.id);
            }
        }
        let log = self.doors.organizer.every_scan(&self.doors.event).await;
        for ticket in self.admitted.keys() {
            let admissions = log
                .iter()
                .filter(|scan| scan["code"] == **ticket && scan["result"] == "admitted");
            // If a kill came between an admission and the write of its log entry, the log has no entry of that admission.
            assert!(admissions.count() <= 1, "{ticket} in {log:?}");
            let again = self.doors.staff.check_in(&self.doors.event, ticket).await;
            assert_eq!(again["result"], "already-admitted", "{again}");
        }
        let repeated = self.stack.count_repeated_mails();
        println!("{repeated} mails came again after {kills} kills");
        assert!(
            repeated <= kills * MAILS_AT_ONCE,
            "{repeated} mails came again"
        );
    }

    async fn is_at_rest(&self) -> Result<(), String> {
        let ready = self.stack.anyone().get("/health/ready").await.when(200)?;
        let queues = ready["checks"]["queues"]["queues"].as_object();
        for (name, queue) in queues.into_iter().flatten() {
            if queue["depth"] != 0 {
                return Err(format!("{name}: {queue}"));
            }
        }
        let seats = self.admin.seats_of(&self.sale).await;
        if !seats.ok || seats.held > 0 || seats.registrations != seats.guests {
            return Err(format!("{seats:?}"));
        }
        let people = statuses(&self.organizer, &self.sale).await;
        for user in &self.people {
            let status = people.get(user.id()).map_or("", String::as_str);
            if status == "waitlisted" && seats.free > 0 {
                return Err(format!("{} waits in spite of {seats:?}", user.id()));
            }
            if status == "confirmed" && self.tickets_mailed(user, &self.sale) == 0 {
                return Err(format!("{} has a seat and no mail", user.id()));
            }
            for fair in &self.fairs {
                if self.tickets_mailed(user, fair) == 0 {
                    return Err(format!("{} has a seat and no mail", user.id()));
                }
            }
        }
        Ok(())
    }

    /// Returns how many different mails contain a ticket of this user for this event. A repeated mail counts once.
    fn tickets_mailed(&self, user: &User, event: &Event) -> usize {
        let title = event.json["title"].as_str().unwrap_or_default();
        let subjects = ["Your ticket for ", "A seat for you: "];
        let counts = subjects.map(|subject| {
            let subject = format!("{subject}{title}");
            self.stack
                .count_different_mails(&user.account.email, &subject)
        });
        counts.iter().sum()
    }
}

/// Returns the status of each registrant of an event, as the organizer's list shows it.
async fn statuses(organizer: &User, event: &Event) -> HashMap<String, String> {
    let items = organizer.every_item(&event.registrations_path(), 100).await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    items
        .iter()
        .map(|item| (text(&item["userId"]), text(&item["status"])))
        .collect()
}

/// Cancels the registration if the user has a seat, or reads the user's position if the user waits. Otherwise requests a seat,
/// or a place on the waitlist. Returns what the answer says about the user's seat.
async fn act(user: &User, event: &Event, last: LastAnswer) -> LastAnswer {
    match last {
        LastAnswer::Registered => {
            let cancelled = user.cancel_registration_for(event).await;
            assert_eq!(cancelled.status, 200, "{cancelled}");
            LastAnswer::NoSeat
        }
        LastAnswer::Waiting => last_answer_in(&user.registration_for(event).await),
        LastAnswer::NoSeat => {
            let registered = user.register_for(event).await;
            if !registered.is_conflict("sold-out") {
                return last_answer_in(&registered);
            }
            let waits = user.wait_for(event).await;
            if waits.is_conflict("seats-available") {
                return LastAnswer::NoSeat;
            }
            last_answer_in(&waits)
        }
    }
}

#[track_caller]
fn last_answer_in(registration: &Answer) -> LastAnswer {
    match registration["status"].as_str() {
        Some("confirmed") => LastAnswer::Registered,
        Some("waitlisted") => LastAnswer::Waiting,
        _ => panic!("neither a seat nor a place: {registration}"),
    }
}

fn kills() -> usize {
    let wanted = std::env::var(KILLS_VARIABLE).ok();
    wanted.map_or(KILLS, |kills| match kills.parse() {
        Ok(kills) => kills,
        Err(error) => panic!("{KILLS_VARIABLE}={kills}: {error}"),
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_holds_after_every_kill_and_every_mail_comes() {
    on_a_server!("kills the one process; tests/faults kills those of functions");
    let kills = kills();
    let mut world = World::new().await;
    for _ in 0..kills {
        world.sign_in_again().await;
        world.round().await;
    }
    world.comes_to_rest(kills).await;
}
