//! Designs: ways to decide who has a seat, each a script of calls per request.

pub(crate) mod counter_then_put;
pub(crate) mod counter_transaction;
pub(crate) mod guest_lists;
pub(crate) mod sharded_counters;
mod textbook;

use std::{fmt::Debug, time::Duration};

use domain::seats::availability::Availability;

use super::table::{Call, Record, Reply, Table};

/// How a request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestEnd {
    /// The person has a seat, by this request or an earlier one.
    Confirmed,
    /// No seat is free.
    SoldOut,
    /// 503: worth another request.
    Unavailable,
}

/// What a function does next.
#[derive(Debug)]
pub(crate) enum Action {
    /// Calls the table.
    Call(Call),
    /// Waits.
    Wait(Duration),
    /// Ends the request.
    Done(RequestEnd),
}

/// What a function learns.
#[derive(Debug)]
pub(crate) enum News {
    /// It may begin.
    Begin,
    /// The answer to its call.
    Reply(Reply),
    /// All attempts at its call failed; it may have been done all the same.
    GaveUp,
    /// It has waited.
    Waited,
}

/// What a function does for one request or one batch.
pub(crate) trait Script: Debug {
    /// The next thing it does.
    fn next(&mut self, news: News) -> Action;

    /// What it knows of the event's buckets in the end.
    fn knowledge(&mut self) -> Option<Availability> {
        None
    }
}

/// What the table says in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seats {
    /// Seats that people have.
    pub(crate) sold: u32,
    /// Seats that somebody could still get.
    pub(crate) left: u32,
}

/// A way to decide who has a seat.
pub(crate) trait Design {
    /// What it is called in tables and charts.
    fn name(&self) -> &'static str;

    /// Lays out its items before sales open.
    fn lay_out(&self, table: &mut Table);

    /// The script for a request of a person; `known` is what the function remembers.
    fn request(&self, person: u32, known: Option<Availability>, seed: u64) -> Box<dyn Script>;

    /// The script for records of a stream, if the design has a consumer of it.
    fn batch(&self, _records: Vec<Record>, _seed: u64) -> Option<Box<dyn Script>> {
        None
    }

    /// Counts the seats.
    fn count(&self, table: &Table) -> Seats;
}
