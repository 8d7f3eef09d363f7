//! A textbook design: one transaction counts down the only counter and writes the registration.

use domain::seats::availability::Availability;

use super::{Action, Design, News, RequestEnd, Script, Seats, textbook};
use crate::rush::{
    chance::Chance,
    item::{Item, Key, Write},
    model::Model,
    table::{Call, Reply, Table},
};

/// The design with one counter. One transaction writes the counter and the registration.
#[derive(Debug)]
pub(crate) struct CounterTransaction {
    capacity: u32,
    /// Whether the transaction requires that the counter is above 0.
    conditional: bool,
}

impl CounterTransaction {
    /// Creates the design, with as many seats as `model` gives.
    pub(crate) fn new(model: &Model) -> Self {
        Self {
            capacity: model.capacity,
            conditional: true,
        }
    }

    /// Creates the design for a negative control: its transaction does not require that the counter is above 0.
    #[cfg(test)]
    pub(crate) fn without_condition(model: &Model) -> Self {
        Self {
            conditional: false,
            ..Self::new(model)
        }
    }
}

impl Design for CounterTransaction {
    fn name(&self) -> &'static str {
        "counter in a transaction"
    }

    fn lay_out(&self, table: &mut Table) {
        textbook::lay_out(table, self.capacity, 1);
    }

    fn request(&self, person: u32, _: Option<Availability>, seed: u64) -> Box<dyn Script> {
        Box::new(Registering {
            person,
            conditional: self.conditional,
            chance: Chance::new(seed),
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
    conditional: bool,
    chance: Chance,
    tries: u32,
}

impl Script for Registering {
    fn next(&mut self, news: News) -> Action {
        match news {
            News::Begin | News::Waited => {
                let count = if self.conditional {
                    Write::CountDown
                } else {
                    Write::CountDownBlindly
                };
                Action::Call(Call::Transact(
                    self.chance.seed(),
                    vec![
                        (Key::Counter(0), count),
                        (Key::Registration(self.person), Write::Register),
                    ],
                ))
            }
            News::Reply(Reply::Written(_)) => Action::Done(RequestEnd::Confirmed),
            News::Reply(Reply::Refused(seen)) => Action::Done(match seen.last() {
                // The transaction was refused because the registration exists already, so an earlier request of the person
                // succeeded.
                Some(Some(Item::Registration)) => RequestEnd::Confirmed,
                _ => RequestEnd::SoldOut,
            }),
            News::Reply(_) => textbook::again_later(&mut self.chance, &mut self.tries),
            News::GaveUp => Action::Done(RequestEnd::Unavailable),
        }
    }
}
