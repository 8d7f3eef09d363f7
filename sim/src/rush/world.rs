//! Simulates a sale event by event: people, the gateway, function instances, the network and the table.

mod calls;
mod people;

use std::{collections::HashMap, rc::Rc, time::Duration};

use domain::seats::availability::Availability;

use super::{
    agenda::{Agenda, Time},
    chance::Chance,
    design::{Action, Design, News, RequestEnd, Script},
    instances::{Instance, Instances},
    model::{Model, ms},
    table::{Call, Record, Reply, Table},
    tally::{SaleOutcome, Tally},
};

/// The time for which an instance caches the event's facts, as in `functions/api`.
const EVENT_LIFE: Duration = Duration::from_secs(3);
/// The time that the relay waits before it retries a failed batch.
const BATCH_AGAIN: Duration = Duration::from_millis(500);

/// A future event of the simulation.
#[derive(Debug)]
enum Happening {
    /// A request arrives at the gateway.
    Arrives(Visit),
    /// An instance begins to process a request, or the relay begins to process a batch.
    Begins(u64),
    /// A call reaches the table.
    Reaches(Attempt, Rc<Call>),
    /// A transaction is committed.
    Commits(Attempt, u64),
    /// The table's reply reaches the function.
    Answers(Attempt, Reply),
    /// The SDK gives up an attempt at a call.
    TimesOut(Attempt),
    /// The SDK makes another attempt at a call.
    TriesAgain(u64),
    /// The wait that a simulated function requested has ended.
    Waited(u64),
    /// A simulated function ends. If it ran for a request, the request is answered.
    Leaves(u64, RequestEnd),
    /// The relay polls the stream of a partition.
    Polls(usize),
}

/// A person's request.
#[derive(Debug, Clone, Copy)]
struct Visit {
    person: u32,
    first_at: Time,
    tries: u32,
}

/// Identifies one attempt at a call, so that a late reply to an abandoned attempt is not mistaken for the reply to another
/// attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Attempt {
    run: u64,
    call: u32,
    no: u32,
}

/// The request or the batch for which a simulated function runs.
#[derive(Debug)]
enum Owner {
    Visit(Visit, Instance),
    Shard(usize, Vec<Record>),
}

/// A simulated function, while it runs for a request or a batch.
#[derive(Debug)]
struct Run {
    owner: Owner,
    script: Box<dyn Script>,
    /// Whether the event's facts must be read before the function begins.
    reads_event: bool,
    call: Option<Rc<Call>>,
    calls: u32,
    attempt: u32,
}

/// The state of a simulation.
pub(crate) struct World<'a> {
    model: &'a Model,
    design: &'a dyn Design,
    agenda: Agenda<Happening>,
    chance: Chance,
    table: Table,
    instances: Instances<Visit>,
    runs: HashMap<u64, Run>,
    next_run: u64,
    /// For each partition, whether the relay is processing its stream or will poll it soon.
    relaying: Vec<bool>,
    tally: Tally,
    answered: u32,
}

impl<'a> World<'a> {
    /// Creates a simulation in which the arrivals of all people are scheduled.
    pub(crate) fn new(model: &'a Model, design: &'a dyn Design) -> Self {
        let mut table = Table::new(model);
        design.lay_out(&mut table);
        let mut world = Self {
            model,
            design,
            agenda: Agenda::new(),
            chance: Chance::new(model.seed),
            relaying: vec![false; table.stream.len()],
            table,
            instances: Instances::new(model.concurrency, model.queue),
            runs: HashMap::new(),
            next_run: 0,
            tally: Tally::new(model),
            answered: 0,
        };
        world.invite();
        world
    }

    /// Runs the simulation, and returns its figures. Calls `progress` with the number of people who have an answer.
    pub(crate) fn run(mut self, progress: &mut dyn FnMut(u32)) -> SaleOutcome {
        while let Some(what) = self.agenda.next() {
            let answered = self.answered;
            self.happen(what);
            if self.model.until_sold && self.tally.is_measured() {
                break;
            }
            if self.answered / 512 > answered / 512 {
                progress(self.answered);
            }
        }
        let seats = self.design.count(&self.table);
        let units = self.table.units();
        self.tally.result(
            self.design.name(),
            self.model,
            seats,
            self.table.counted,
            units,
        )
    }

    fn happen(&mut self, what: Happening) {
        match what {
            Happening::Arrives(visit) => self.arrive(visit),
            Happening::Begins(run) => self.tell(run, News::Begin),
            Happening::Reaches(attempt, call) => self.reach(attempt, &call),
            Happening::Commits(attempt, token) => {
                let reply = self.table.commit(self.agenda.now(), token);
                self.watch_streams();
                self.send_back(attempt, reply);
            }
            Happening::Answers(attempt, reply) => self.hear(attempt, reply),
            Happening::TimesOut(attempt) => self.time_out(attempt),
            Happening::TriesAgain(run) => self.send(run),
            Happening::Waited(run) => self.tell(run, News::Waited),
            Happening::Leaves(run, verdict) => self.leave(run, verdict),
            Happening::Polls(shard) => self.poll(shard),
        }
    }

    /// Schedules the beginning of a simulated function after a delay.
    fn begin(&mut self, owner: Owner, script: Box<dyn Script>, reads_event: bool, delay: Duration) {
        self.next_run += 1;
        let run = Run {
            owner,
            script,
            reads_event,
            call: None,
            calls: 0,
            attempt: 0,
        };
        self.runs.insert(self.next_run, run);
        self.agenda.after(delay, Happening::Begins(self.next_run));
    }

    /// Passes an event to a simulated function, and performs the action that the function returns.
    fn tell(&mut self, id: u64, news: News) {
        let Some(run) = self.runs.get_mut(&id) else {
            return;
        };
        let action = if std::mem::take(&mut run.reads_event) && matches!(news, News::Begin) {
            run.reads_event = true;
            Action::Call(Call::Read(vec![super::item::Key::Event]))
        } else {
            run.script.next(news)
        };
        match action {
            Action::Call(call) => {
                run.call = Some(Rc::new(call));
                run.calls += 1;
                run.attempt = 1;
                self.send(id);
            }
            Action::Wait(time) => self.agenda.after(time, Happening::Waited(id)),
            Action::Done(verdict) => {
                let time = ms(self.model.function_ms);
                self.agenda.after(time, Happening::Leaves(id, verdict));
            }
        }
    }

    /// Schedules a poll of each stream that has new records. The relay sees a record only some time after the write, and the
    /// poll happens then.
    fn watch_streams(&mut self) {
        while let Some(shard) = self.table.streamed.pop() {
            self.watch_stream(shard, Duration::ZERO);
        }
    }

    fn watch_stream(&mut self, shard: usize, pause: Duration) {
        if self.relaying[shard] {
            return;
        }
        if let Some(record) = self.table.stream[shard].front() {
            let seen = (record.at + ms(self.model.hint_lag_ms)).max(self.agenda.now() + pause);
            self.relaying[shard] = true;
            self.agenda.at(seen, Happening::Polls(shard));
        }
    }

    fn poll(&mut self, shard: usize) {
        let seen_until = self.agenda.now().saturating_sub(ms(self.model.hint_lag_ms));
        let stream = &mut self.table.stream[shard];
        let visible = stream.iter().take_while(|record| record.at <= seen_until);
        let size = visible.take(self.model.relay_batch).count();
        let records: Vec<Record> = stream.drain(..size).collect();
        self.relay(shard, records, Duration::ZERO);
    }

    fn relay(&mut self, shard: usize, records: Vec<Record>, delay: Duration) {
        let seed = self.chance.seed();
        match self.design.batch(records.clone(), seed) {
            Some(script) => self.begin(Owner::Shard(shard, records), script, false, delay),
            None => self.relaying[shard] = false,
        }
    }

    /// Ends a simulated function. If it ran for a request, answers the request. If it ran for a batch, schedules the relay's
    /// next batch.
    fn leave(&mut self, id: u64, verdict: RequestEnd) {
        let Some(mut run) = self.runs.remove(&id) else {
            return;
        };
        match run.owner {
            Owner::Shard(shard, records) if verdict == RequestEnd::Unavailable => {
                self.relay(shard, records, BATCH_AGAIN);
            }
            Owner::Shard(shard, _) => {
                self.relaying[shard] = false;
                self.watch_stream(shard, ms(self.model.relay_pause_ms));
            }
            Owner::Visit(visit, mut instance) => {
                if verdict != RequestEnd::Unavailable
                    && let Some(known) = run.script.knowledge()
                {
                    self.remember(&mut instance, known);
                }
                self.answer(visit, verdict);
                self.release(Some(instance));
            }
        }
    }

    /// Stores an availability in the instance's cache. If the instance already has an availability that is still valid,
    /// replaces only its content, so that the time of its expiry stays the same.
    fn remember(&self, instance: &mut Instance, known: Availability) {
        let now = self.agenda.now();
        let since = match &instance.availability {
            Some((since, _)) if now.saturating_sub(*since) < ms(self.model.memory_ms) => *since,
            _ => now,
        };
        instance.availability = Some((since, known));
    }
}
