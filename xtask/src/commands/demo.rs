//! `cargo xtask demo`

mod programme;

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use anyhow::{Context as _, Result};
use indicatif::ProgressBar;
use serde_json::json;

use self::programme::Planned;
use crate::cli::Demo;
use crate::client::Client;
use crate::clock::now_millis;
use crate::credentials::random_password;
use crate::folder::Folder;
use crate::progress::bar;
use crate::seed::login;
use crate::stack::Stack;

/// Requests in flight.
const THREADS: u32 = 8;

const FIRST_NAMES: [&str; 12] = [
    "Ada", "Bruno", "Chiara", "Dilek", "Emil", "Fatou", "Grace", "Hugo", "Ines", "Jun", "Katja",
    "Levi",
];
const LAST_NAMES: [&str; 10] = [
    "Albrecht", "Bianchi", "Costa", "Demir", "Eriksen", "Fischer", "Garcia", "Haddad", "Ito",
    "Kowalska",
];

/// An event on sale, and what came of it.
#[derive(Debug)]
struct OnSale {
    id: String,
    planned: Planned,
    registered: AtomicU32,
    sold_out: AtomicU32,
}

/// Runs the command.
pub(crate) fn run(options: &Demo) -> Result<()> {
    let stack = Stack::of(&Folder::of(&options.stack.name))?;
    let client = stack.client();
    let organizer = login(&client, &stack.organizer, "the organizer logs in")?;
    let programme = programme::plan(options.events, now_millis() / 1000);
    let events = programme
        .into_iter()
        .map(|planned| open_sale(&client, &organizer, planned))
        .collect::<Result<Vec<_>>>()?;

    // Addresses of one run differ from those of the last.
    let run = format!("{:x}", now_millis() / 100);
    let password = random_password()?;
    let bar = bar(u64::from(options.registrations), "registrations");
    let next = AtomicU32::new(0);
    let visitor = Visitor {
        client: &client,
        events: &events,
        run: &run,
        password: &password,
    };
    thread::scope(|scope| {
        let worker = || visitor.work(&next, options.registrations, &bar);
        let workers: Vec<_> = (0..THREADS).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().try_for_each(|worker| {
            worker
                .join()
                .unwrap_or_else(|_| Err(anyhow::anyhow!("a thread panicked")))
        })
    })?;
    bar.finish_and_clear();
    print_summary(&stack, &events);
    Ok(())
}

fn open_sale(client: &Client, organizer: &str, planned: Planned) -> Result<OnSale> {
    let created = client.post("/v1/events", Some(organizer), &planned.body())?;
    let id = created
        .expect_status(201, "an event is created")?
        .text_at("/id")?;
    let path = format!("/v1/events/{id}/publish");
    client
        .post(&path, Some(organizer), &json!({}))?
        .expect_status(200, "the event is published")?;
    Ok(OnSale {
        id,
        planned,
        registered: AtomicU32::new(0),
        sold_out: AtomicU32::new(0),
    })
}

/// What every visitor needs.
struct Visitor<'a> {
    client: &'a Client,
    events: &'a [OnSale],
    run: &'a str,
    password: &'a str,
}

impl Visitor<'_> {
    fn work(&self, next: &AtomicU32, total: u32, bar: &ProgressBar) -> Result<()> {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= total {
                return Ok(());
            }
            if let Err(error) = self
                .visit(number)
                .with_context(|| format!("visitor {number}"))
            {
                // The others need not go on.
                next.store(total, Ordering::Relaxed);
                return Err(error);
            }
            bar.inc(1);
        }
    }

    /// One person makes an account and registers for one event.
    fn visit(&self, number: u32) -> Result<()> {
        let first = FIRST_NAMES[fastrand::usize(..FIRST_NAMES.len())];
        let last = LAST_NAMES[fastrand::usize(..LAST_NAMES.len())];
        let body = json!({
            "email": format!("demo-{number}-{}@em-connect.example", self.run),
            "password": self.password,
            "name": format!("{first} {last}"),
        });
        let account = self
            .client
            .post("/v1/auth/register", None, &body)?
            .expect_status(201, "makes an account")?;
        let token = account.text_at("/accessToken")?;
        let event = &self.events[number as usize % self.events.len()];
        let path = format!("/v1/events/{}/registrations", event.id);
        let answer = self.client.post(&path, Some(&token), &json!({}))?;
        if answer.status == 409 && answer.is_problem("sold-out") {
            event.sold_out.fetch_add(1, Ordering::Relaxed);
        } else {
            answer.expect_status(201, "registers")?;
            event.registered.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

fn print_summary(stack: &Stack, events: &[OnSale]) {
    println!(
        "{:<44} {:>10} {:>9} {:>9}",
        "event", "registered", "capacity", "sold out"
    );
    for event in events {
        println!(
            "{:<44} {:>10} {:>9} {:>9}",
            event.planned.title,
            event.registered.load(Ordering::Relaxed),
            event.planned.capacity,
            event.sold_out.load(Ordering::Relaxed),
        );
    }
    println!();
    for event in events {
        println!("{}/v1/events/{}", stack.http_url, event.id);
    }
}
