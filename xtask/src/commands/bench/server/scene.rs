//! Sends many requests of signed-in people to a server, and measures how the server handles them.

use std::future::Future;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use hyper::StatusCode;
use hyper::body::Bytes;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;

use super::super::figures::float;
use super::connection::{Sent, request};
use super::load;
use super::program::Program;
use super::report::Load;
use crate::client::Client;
use crate::credentials::Account;
use crate::crowd::new_event;
use crate::crowd::{Crowd, Person};

/// Duration of the warm-up before each load. During the warm-up, connections open and caches fill.
const WARM_UP: Duration = Duration::from_secs(2);
/// The pause between two readings of the server's CPU time, which show whether the server is idle.
const GLANCE: Duration = Duration::from_millis(50);
/// Number of consecutive polls without CPU time after which the server counts as idle.
const QUIET: usize = 8;
/// CPU time that a process may use between two readings and still count as idle, in milliseconds. It is not 0, because the
/// system counts CPU time in steps of 10 ms.
const NOTHING_MS: f64 = 10.0;
const PATIENCE: Duration = Duration::from_mins(3);

/// A running server, and the people who use it.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) server: Program,
    pub(super) crowd: Crowd,
    /// The person who makes the events and checks people in.
    pub(super) organizer: Person,
    client: Client,
    runtime: Runtime,
}

/// A load that is to be measured.
pub(super) struct Plan<M, D> {
    pub(super) name: &'static str,
    pub(super) connections: usize,
    pub(super) lasts: Duration,
    /// Maximum number of requests.
    pub(super) count: usize,
    /// Builds the request with the given index.
    pub(super) make: M,
    /// Returns whether the request with the given index got the answer that the load expects.
    pub(super) is_done: D,
    /// Whether the server sends a mail after each request.
    pub(super) mails: bool,
}

impl Scene {
    /// Starts a new server, and signs up `people` accounts.
    pub(super) fn new(people: usize) -> Result<Self> {
        let admin = Account {
            email: "admin@em-connect.example".to_owned(),
            password: crate::crowd::PASSWORD.to_owned(),
        };
        let mut server = Program::new(&admin)?;
        server.start("/health")?;
        let client = server.client();
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let scene = Self {
            organizer: Person::log_in(&client, &admin)?,
            crowd: Crowd::sign_up(&client, people)?,
            server,
            client,
            runtime,
        };
        scene.settle()?;
        Ok(scene)
    }

    /// Renews all sessions if they are old. Call this before a long measurement.
    pub(super) fn stay_signed_in(&mut self) -> Result<()> {
        if self.crowd.stay_signed_in(&self.client)? {
            self.organizer = self.organizer.renew(&self.client)?;
        }
        Ok(())
    }

    /// Publishes an event with two seats for each person, and returns the event's id.
    pub(super) fn event(&self) -> Result<String> {
        new_event(&self.client, &self.organizer, 2 * self.crowd.people.len())
    }

    /// Builds a person's request for a seat.
    pub(super) fn registration(&self, event: &str, person: usize) -> Result<Sent> {
        let token = &self.crowd.people[person].token;
        let path = format!("/v1/events/{event}/registrations");
        request("POST", &path, Some(token), &Value::Null)
    }

    /// Runs a future on the single thread of the client.
    pub(super) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        LocalSet::new().block_on(&self.runtime, future)
    }

    /// Runs one load after a warm-up. The measured CPU time includes all work that follows from the requests.
    pub(super) fn load<M, D>(&self, plan: &Plan<M, D>) -> Result<Load>
    where
        M: Fn(usize) -> Result<Sent>,
        D: Fn(usize, StatusCode, &Bytes) -> bool,
    {
        eprintln!("  {}, {} connections", plan.name, plan.connections);
        let address = &self.server.address;
        let of = |from: usize, lasts, count| {
            let make = move |index| (plan.make)(from + index);
            let is_done =
                move |index, status, body: &Bytes| (plan.is_done)(from + index, status, body);
            self.block_on(load::run(
                address,
                plan.connections,
                lasts,
                count,
                make,
                is_done,
            ))
        };
        // Each person can register only once, and each ticket can be checked in only once. So the warm-up uses only a part of
        // the `count` requests.
        let warm = (plan.count / 6).min(plan.connections * 50);
        of(0, WARM_UP, warm)?;
        self.settle()?;
        self.server.remove_mails()?;
        let server = self.server.cpu_ms()?;
        let begun = Instant::now();
        let loaded = of(warm, plan.lasts, plan.count - warm)?;
        let done = loaded.done;
        ensure!(done > 0, "no {} done: {:?}", plan.name, loaded.others);
        let mut through = 0.0;
        if plan.mails {
            self.wait_for_mails(done)?;
            through = float(done) / begun.elapsed().as_secs_f64();
        }
        self.settle()?;
        Ok(Load {
            name: plan.name,
            connections: plan.connections,
            per_second: loaded.per_second,
            through_per_second: through,
            latency: loaded.latency,
            others: loaded.others.values().sum(),
            server_cpu_ms: (self.server.cpu_ms()? - server) / float(done),
        })
    }

    fn wait_for_mails(&self, count: usize) -> Result<()> {
        let begun = Instant::now();
        loop {
            let mails = self.server.mails()?;
            if mails >= count {
                return Ok(());
            }
            ensure!(begun.elapsed() < PATIENCE, "{mails} of {count} mails");
            sleep(GLANCE);
        }
    }

    /// Waits until the server is idle.
    pub(super) fn settle(&self) -> Result<()> {
        let begun = Instant::now();
        let (mut quiet, mut used) = (0, self.server.cpu_ms()?);
        while quiet < QUIET {
            sleep(GLANCE);
            let now = self.server.cpu_ms()?;
            quiet = if now - used > NOTHING_MS {
                0
            } else {
                quiet + 1
            };
            used = now;
            ensure!(
                begun.elapsed() < PATIENCE,
                "the server does not come to rest"
            );
        }
        Ok(())
    }
}
