//! A textbook design: several counters share the seats. A transaction counts down a random counter and writes the registration.
//! If that counter is empty, the design tries the other counters in turn.

use domain::seats::availability::Availability;

use super::{Action, Design, News, RequestEnd, Script, Seats, textbook};
use crate::rush::{
    chance::Chance,
    item::{Item, Key, Write},
    model::Model,
    table::{Call, Reply, Table},
};

/// The design that divides the seats among several counters.
#[derive(Debug)]
pub(crate) struct ShardedCounters {
    capacity: u32,
    counters: u32,
}

impl ShardedCounters {
    /// Creates the design with the number of counters that the model gives.
    pub(crate) fn new(model: &Model) -> Self {
        Self {
            capacity: model.capacity,
            counters: model.counters,
        }
    }
}

impl Design for ShardedCounters {
    fn name(&self) -> &'static str {
        "sharded counters"
    }

    fn lay_out(&self, table: &mut Table) {
        textbook::lay_out(table, self.capacity, self.counters);
    }

    fn request(&self, person: u32, _: Option<Availability>, seed: u64) -> Box<dyn Script> {
        let mut chance = Chance::new(seed);
        let first = chance.below(self.counters as usize);
        Box::new(Registering {
            person,
            counters: self.counters,
            counter: u32::try_from(first).unwrap_or(0),
            empty: 0,
            chance,
            tries: 0,
        })
    }

    fn count(&self, table: &Table) -> Seats {
        textbook::count(table)
    }
}

#[derive(Debug)]
struct Registering {
    person: u32,
    counters: u32,
    counter: u32,
    empty: u32,
    chance: Chance,
    tries: u32,
}

impl Registering {
    fn take(&mut self) -> Action {
        Action::Call(Call::Transact(
            self.chance.seed(),
            vec![
                (Key::Counter(self.counter), Write::CountDown),
                (Key::Registration(self.person), Write::Register),
            ],
        ))
    }
}

impl Script for Registering {
    fn next(&mut self, news: News) -> Action {
        match news {
            News::Begin | News::Waited => self.take(),
            News::Reply(Reply::Written(_)) => Action::Done(RequestEnd::Confirmed),
            News::Reply(Reply::Refused(seen)) => {
                if let Some(Some(Item::Registration)) = seen.last() {
                    return Action::Done(RequestEnd::Confirmed);
                }
                self.empty += 1;
                self.counter = (self.counter + 1) % self.counters;
                if self.empty < self.counters {
                    self.take()
                } else {
                    Action::Done(RequestEnd::SoldOut)
                }
            }
            News::Reply(_) => textbook::again_later(&mut self.chance, &mut self.tries),
            News::GaveUp => Action::Done(RequestEnd::Unavailable),
        }
    }
}
