//! The table, the two queues and the processes of a simulated run. Each call is as atomic as in the real services.

use std::collections::{BTreeSet, VecDeque};

use domain::{
    events::EventStatus,
    live::{
        counts::Counts,
        tick::{Pulse, Tick, TickOutcome, TickStep},
    },
};
use jiff::Timestamp;

/// The order in which the relay makes a change visible and reads the topic's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// The order in which the real relay works.
    VisibleThenNumber,
    /// The wrong order. A test shows that a viewer may then end with a state that is not the last state.
    NumberThenVisible,
}

/// The number of changes in one run.
const CHANGES: u32 = 6;
/// The maximum number of concurrent processes of one kind. Two processes can handle the same message at the same time, because
/// the queue may deliver it to a second process before the first has finished.
const AT_ONCE: usize = 2;

/// The relay's work on one record. `change` is the number of registrations that the record shows.
#[derive(Debug, Clone, Copy)]
struct Relay {
    change: u32,
    visible: bool,
    number: Number,
}

/// The result of the relay's read of the topic's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Number {
    NotRead,
    NobodyWatches,
    Read(u64),
}

/// A process that sends counts to a viewer.
#[derive(Debug, Clone)]
enum Teller {
    /// The process reads the published counts. `true` means that it sends a snapshot.
    Reading(bool),
    /// No counts were published yet, so the process runs a tick first.
    Ticking(Tick),
    /// The process sends these counts to the viewer, with the time of their look.
    Posting(u32, Timestamp),
    /// The process removes the message from the queue.
    Done,
}

#[derive(Debug)]
pub(crate) struct World {
    order: Order,
    clock: i64,
    registered: u32,
    visible: u32,
    /// The topic; `None` if nobody watches.
    topic: Option<Pulse>,
    published: Option<(u32, Timestamp)>,
    records: VecDeque<u32>,
    relays: Vec<Relay>,
    live: VecDeque<u64>,
    live_names: BTreeSet<u64>,
    /// The running ticks, each with the number in the message that started it.
    ticks: Vec<(u64, Tick)>,
    /// The queue of messages to viewers. `None` means a snapshot, and `Some` contains the number of a tick.
    push: VecDeque<Option<u64>>,
    push_names: BTreeSet<u64>,
    teller: Option<Teller>,
    in_shard: bool,
    asked: bool,
    heard: Vec<(u32, Timestamp)>,
}

/// Something that can happen next in a simulated run.
#[derive(Debug, Clone, Copy)]
enum Event {
    Change,
    Subscribe,
    StartRelay,
    Relay(usize),
    RelayDies(usize),
    StartTick,
    Tick(usize),
    TickDies(usize),
    StartTeller,
    Teller,
    TellerDies,
    /// From now on, the calls are made by a machine with another clock. `true` means that the clock of this other machine is
    /// ahead of the clock that was used until now; `false` means that it is behind.
    ClockMoves(bool),
}

impl World {
    /// Runs the events of `schedule`, then all remaining work without further changes and failures.
    pub(crate) fn run(schedule: &[u8], order: Order) -> Self {
        let mut world = Self {
            order,
            clock: 1_800_000_000_000,
            registered: 0,
            visible: 0,
            topic: None,
            published: None,
            records: VecDeque::new(),
            relays: Vec::new(),
            live: VecDeque::new(),
            live_names: BTreeSet::new(),
            ticks: Vec::new(),
            push: VecDeque::new(),
            push_names: BTreeSet::new(),
            teller: None,
            in_shard: false,
            asked: false,
            heard: Vec::new(),
        };
        for choice in schedule {
            let mut events = world.work();
            events.extend(world.chance());
            world.happen(events[usize::from(*choice) % events.len()]);
        }
        while world.registered < CHANGES {
            world.happen(Event::Change);
        }
        if !world.asked {
            world.happen(Event::Subscribe);
        }
        while let Some(event) = world.work().first() {
            world.happen(*event);
        }
        world
    }

    /// Returns a description of the fault if the viewer ends with the wrong counts or received older counts after newer counts.
    pub(crate) fn violation(&self) -> Option<String> {
        let last = self.heard.last().map(|heard| heard.0);
        if last != Some(CHANGES) {
            return Some(format!("the viewer ends on {last:?}"));
        }
        let back = self
            .heard
            .windows(2)
            .find(|pair| pair[1].0 < pair[0].0 || pair[1].1 < pair[0].1);
        back.map(|pair| format!("{:?} after {:?}", pair[1], pair[0]))
    }

    /// Returns everything that processes and queues can do next. The list is empty when all work is done.
    fn work(&self) -> Vec<Event> {
        let mut events: Vec<Event> = (0..self.relays.len()).map(Event::Relay).collect();
        events.extend((0..self.ticks.len()).map(Event::Tick));
        if self.teller.is_some() {
            events.push(Event::Teller);
        }
        if self.relays.len() < AT_ONCE && !self.records.is_empty() {
            events.push(Event::StartRelay);
        }
        let is_worked_on = |due: &u64| self.ticks.iter().any(|(at_work, _)| at_work == due);
        if self.live.front().is_some_and(|due| !is_worked_on(due)) {
            events.push(Event::StartTick);
        }
        if self.teller.is_none() && !self.push.is_empty() {
            events.push(Event::StartTeller);
        }
        events
    }

    /// Returns the failures and the other happenings that come from outside the simulated processes and queues.
    fn chance(&self) -> Vec<Event> {
        let mut events = vec![Event::ClockMoves(true), Event::ClockMoves(false)];
        if self.registered < CHANGES {
            events.extend([Event::Change; 3]);
        }
        if !self.asked {
            events.push(Event::Subscribe);
        }
        events.extend((0..self.relays.len()).map(Event::RelayDies));
        events.extend((0..self.ticks.len()).map(Event::TickDies));
        if self.teller.is_some() {
            events.push(Event::TellerDies);
        }
        // The first process has not ended. It is only slow, so the message is delivered to a second process.
        if !self.live.is_empty() && self.ticks.len() < AT_ONCE {
            events.push(Event::StartTick);
        }
        events
    }

    fn happen(&mut self, event: Event) {
        self.clock += 1;
        match event {
            Event::Change => {
                self.registered += 1;
                self.records.push_back(self.registered);
            }
            Event::Subscribe => {
                self.asked = true;
                self.topic.get_or_insert(Pulse {
                    tick: 100,
                    as_of: None,
                });
                self.in_shard = true;
                self.push.push_back(None);
            }
            Event::StartRelay => {
                let change = self.records.pop_front().unwrap();
                self.relays.push(Relay {
                    change,
                    visible: false,
                    number: Number::NotRead,
                });
            }
            Event::Relay(at) => self.relay(at),
            Event::RelayDies(at) => {
                let relay = self.relays.remove(at);
                self.records.push_front(relay.change);
            }
            Event::StartTick => self.ticks.push((self.live[0], Tick::new(self.live[0]))),
            Event::Tick(at) => {
                let (due, mut tick) = self.ticks[at].clone();
                let ended = self.step(&mut tick);
                self.ticks[at] = (due, tick);
                if let Some(ended) = ended {
                    if let TickOutcome::Published { tick } = ended
                        && self.push_names.insert(tick)
                    {
                        self.push.push_back(Some(tick));
                    }
                    self.ticks.remove(at);
                    // If the process that handles the message was slow, the message may already be removed from the queue.
                    if self.live.front() == Some(&due) {
                        self.live.pop_front();
                    }
                }
            }
            Event::TickDies(at) => {
                self.ticks.remove(at);
            }
            Event::StartTeller => {
                self.teller = Some(Teller::Reading(self.push[0].is_none()));
            }
            Event::Teller => self.tell(),
            Event::TellerDies => self.teller = None,
            Event::ClockMoves(forward) => self.clock += if forward { 700 } else { -700 },
        }
    }

    fn relay(&mut self, at: usize) {
        let mut relay = self.relays[at];
        let number_first = self.order == Order::NumberThenVisible;
        if relay.number == Number::NotRead && (relay.visible || number_first) {
            let read = self.topic.map(|pulse| Number::Read(pulse.tick));
            relay.number = read.unwrap_or(Number::NobodyWatches);
        } else if !relay.visible {
            self.visible = self.visible.max(relay.change);
            relay.visible = true;
        } else {
            if let Number::Read(number) = relay.number
                && self.live_names.insert(number)
            {
                self.live.push_back(number);
            }
            self.relays.remove(at);
            return;
        }
        self.relays[at] = relay;
    }

    /// Makes the next call of a tick. If the tick has ended, returns its result.
    fn step(&mut self, tick: &mut Tick) -> Option<TickOutcome> {
        match tick.next_step() {
            Ok(TickStep::Raise { from }) => {
                if let Some(pulse) = &mut self.topic
                    && pulse.tick == from
                {
                    pulse.tick += 1;
                }
                tick.raised(self.topic);
            }
            Ok(TickStep::Look) => tick.looked(counts(self.visible), time(self.clock)),
            Ok(TickStep::Publish {
                tick: no,
                before,
                counts,
                as_of,
            }) => {
                let pulse = self.topic.as_mut().unwrap();
                if pulse.tick == no && pulse.as_of == before {
                    pulse.as_of = Some(as_of);
                    self.published = Some((counts.registered, as_of));
                    tick.published(None);
                } else {
                    tick.published(Some(*pulse));
                }
            }
            Err(ended) => return Some(ended),
        }
        tick.next_step().err()
    }

    fn tell(&mut self) {
        let next = match self.teller.take().unwrap() {
            Teller::Reading(is_snapshot) => match self.published {
                Some((registered, as_of)) if is_snapshot || self.in_shard => {
                    Teller::Posting(registered, as_of)
                }
                Some(_) => Teller::Done,
                None => Teller::Ticking(Tick::new(self.topic.unwrap().tick)),
            },
            Teller::Ticking(mut tick) => match self.step(&mut tick) {
                Some(_) => Teller::Reading(true),
                None => Teller::Ticking(tick),
            },
            Teller::Posting(registered, as_of) => {
                self.heard.push((registered, as_of));
                Teller::Done
            }
            Teller::Done => {
                self.push.pop_front();
                return;
            }
        };
        self.teller = Some(next);
    }
}

fn counts(registered: u32) -> Counts {
    Counts {
        registered,
        remaining: 0,
        capacity: 100,
        waitlisted: 0,
        status: EventStatus::Published,
    }
}

fn time(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap()
}
