//! Designs: ways to assign seats, each a script of calls per request.

pub(crate) mod counter_then_put;
pub(crate) mod counter_transaction;
pub(crate) mod guest_lists;
pub(crate) mod sharded_counters;
mod textbook;

use std::{fmt::Debug, time::Duration};

use domain::seats::availability::Availability;

use super::table::{Call, Record, Reply, Table};

/// The answer to a person's request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestEnd {
    /// The person has a seat, by this request or an earlier one.
    Confirmed,
    /// No seat is free.
    SoldOut,
    /// 503: the person may try again.
    Unavailable,
}

/// The next action of a function.
#[derive(Debug)]
pub(crate) enum Action {
    /// Calls the table.
    Call(Call),
    /// Waits.
    Wait(Duration),
    /// Ends the request.
    Done(RequestEnd),
}

/// Input of a function's script.
#[derive(Debug)]
pub(crate) enum News {
    /// The function may begin.
    Begin,
    /// The answer to the function's call.
    Reply(Reply),
    /// All attempts at the call failed; the table may have performed it all the same.
    GaveUp,
    /// The wait is over.
    Waited,
}

/// The actions of a function for one request or one batch.
pub(crate) trait Script: Debug {
    /// Returns the next action.
    fn next(&mut self, news: News) -> Action;

    /// Returns the final knowledge of the event's buckets.
    fn knowledge(&mut self) -> Option<Availability> {
        None
    }
}

/// The seats in the table at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seats {
    /// Seats that people have.
    pub(crate) sold: u32,
    /// Seats that somebody could still get.
    pub(crate) left: u32,
}

/// A way to assign seats.
pub(crate) trait Design {
    /// Returns the name in tables and charts.
    fn name(&self) -> &'static str;

    /// Lays out its items before sales open.
    fn lay_out(&self, table: &mut Table);

    /// Returns the script for a person's request; `known` is the availability that the function remembers.
    fn request(&self, person: u32, known: Option<Availability>, seed: u64) -> Box<dyn Script>;

    /// Returns the script for records of a stream, if the design has a consumer of it.
    fn batch(&self, _records: Vec<Record>, _seed: u64) -> Option<Box<dyn Script>> {
        None
    }

    /// Counts the seats.
    fn count(&self, table: &Table) -> Seats;
}
