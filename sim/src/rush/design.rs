//! Designs: different ways to assign seats. For each request, a design gives a [`Script`], which decides about the calls to the
//! table.

pub(crate) mod counter_then_put;
pub(crate) mod counter_transaction;
pub(crate) mod guest_lists;
pub(crate) mod sharded_counters;
mod textbook;

use std::{fmt::Debug, time::Duration};

use domain::seats::availability::Availability;

use super::table::{Call, Record, Reply, Table};

/// The final answer to a person's request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestEnd {
    /// The person has a seat, which this request or an earlier request took.
    Confirmed,
    /// No seat is free.
    SoldOut,
    /// The answer is 503, so the person may try again.
    Unavailable,
}

/// The next action of a simulated function.
#[derive(Debug)]
pub(crate) enum Action {
    /// Calls the table.
    Call(Call),
    /// Waits for this time.
    Wait(Duration),
    /// Ends the request with this answer.
    Done(RequestEnd),
}

/// An event to which a simulated function must react.
#[derive(Debug)]
pub(crate) enum News {
    /// The function begins to work on a request or a batch.
    Begin,
    /// The table has replied to the last call of the function.
    Reply(Reply),
    /// All attempts at the call failed. The table may still have performed the call.
    GaveUp,
    /// The wait that the function requested has ended.
    Waited,
}

/// The behaviour of a simulated function. It decides about the function's actions for one request, or for one batch of records.
pub(crate) trait Script: Debug {
    /// Returns the next action, after the event `news`.
    fn next(&mut self, news: News) -> Action;

    /// Returns the availability that the function knows at the end of its work, if any.
    fn knowledge(&mut self) -> Option<Availability> {
        None
    }
}

/// The numbers of seats that are sold and of seats that are left at the end of a simulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seats {
    /// The number of seats that people hold.
    pub(crate) sold: u32,
    /// The number of seats that somebody could still get.
    pub(crate) left: u32,
}

/// A way to assign seats.
pub(crate) trait Design {
    /// Returns the name of the design in tables and charts.
    fn name(&self) -> &'static str;

    /// Adds the design's items to the table before the sale opens.
    fn lay_out(&self, table: &mut Table);

    /// Returns the behaviour of the function for a person's request. `known` is the availability that the function has cached.
    fn request(&self, person: u32, known: Option<Availability>, seed: u64) -> Box<dyn Script>;

    /// Returns the relay's behaviour for a batch of the stream's records; `None` if the design does not read the stream.
    fn batch(&self, _records: Vec<Record>, _seed: u64) -> Option<Box<dyn Script>> {
        None
    }

    /// Counts the seats in the table at the end of a simulation.
    fn count(&self, table: &Table) -> Seats;
}
