//! A textbook design: takes a seat from a counter, then writes the registration, and gives the seat back if the registration
//! could not be written. If the function ends between the two writes, or loses the answer to the first write, the counter has
//! lost a seat that nobody got.

use domain::seats::availability::Availability;

use super::{Action, Design, News, RequestEnd, Script, Seats, textbook};
use crate::rush::{
    item::{Key, Write},
    model::Model,
    table::{Call, Reply, Table},
};

/// The design that takes a seat from a counter and then writes the registration.
#[derive(Debug)]
pub(crate) struct CounterThenPut {
    capacity: u32,
}

impl CounterThenPut {
    /// Creates the design, with as many seats as `model` gives.
    pub(crate) fn new(model: &Model) -> Self {
        Self {
            capacity: model.capacity,
        }
    }
}

impl Design for CounterThenPut {
    fn name(&self) -> &'static str {
        "counter, then put"
    }

    fn lay_out(&self, table: &mut Table) {
        textbook::lay_out(table, self.capacity, 1);
    }

    fn request(&self, person: u32, _: Option<Availability>, _: u64) -> Box<dyn Script> {
        Box::new(Registering {
            person,
            stage: Stage::Counting,
        })
    }

    fn count(&self, table: &Table) -> Seats {
        textbook::count(table)
    }
}

#[derive(Debug)]
struct Registering {
    person: u32,
    stage: Stage,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    Counting,
    Putting,
    GivingBack(RequestEnd),
}

impl Registering {
    fn give_back(&mut self, verdict: RequestEnd) -> Action {
        self.stage = Stage::GivingBack(verdict);
        Action::Call(Call::Write(Key::Counter(0), Write::CountUp))
    }
}

impl Script for Registering {
    fn next(&mut self, news: News) -> Action {
        match (self.stage, news) {
            (Stage::Counting, News::Begin) => {
                Action::Call(Call::Write(Key::Counter(0), Write::CountDown))
            }
            (Stage::Counting, News::Reply(Reply::Written(_))) => {
                self.stage = Stage::Putting;
                Action::Call(Call::Write(Key::Registration(self.person), Write::Register))
            }
            (Stage::Counting, News::Reply(Reply::Refused(_))) => Action::Done(RequestEnd::SoldOut),
            (Stage::Putting, News::Reply(Reply::Written(_))) => Action::Done(RequestEnd::Confirmed),
            (Stage::Putting, News::Reply(Reply::Refused(_))) => {
                self.give_back(RequestEnd::Confirmed)
            }
            (Stage::Putting, News::GaveUp) => self.give_back(RequestEnd::Unavailable),
            (Stage::GivingBack(verdict), _) => Action::Done(verdict),
            _ => Action::Done(RequestEnd::Unavailable),
        }
    }
}
