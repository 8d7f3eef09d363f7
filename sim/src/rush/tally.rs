//! Collects the figures of a simulated sale.

use std::time::Duration;

use serde::Serialize;

use super::{agenda::Time, design::Seats, model::Model, table::Counted};

/// The percentage of the seats whose sale is measured. The last seats are excluded, because all people who come late compete
/// for them.
const MEASURED_PERCENT: u64 = 95;

/// Collects the results of people's requests during a run.
#[derive(Debug)]
pub(crate) struct Tally {
    /// The number of seats whose sale is measured: [`MEASURED_PERCENT`] percent of the capacity.
    measured: usize,
    /// The times at which people got the answer that they have a seat, in ascending order.
    pub(crate) confirmed_at: Vec<Time>,
    confirmed: Vec<bool>,
    /// The times from a person's first request to the answer that they have a seat.
    pub(crate) waits: Vec<Duration>,
    /// The times from a person's first request to the answer that no seat is free.
    pub(crate) sold_out_waits: Vec<Duration>,
    /// The write units spent when the last measured seat was sold; `None` until then.
    units_while_selling: Option<u32>,
    /// The number of requests refused at the gateway.
    pub(crate) refused_at_gateway: u32,
    /// The number of requests answered with 502 or 503.
    pub(crate) unavailable: u32,
    /// The number of people who gave up without a final answer.
    pub(crate) gave_up: u32,
    /// The number of function instances that were killed.
    pub(crate) died: u32,
}

impl Tally {
    /// Creates an empty tally.
    pub(crate) fn new(model: &Model) -> Self {
        let measured = u64::from(model.capacity) * MEASURED_PERCENT / 100;
        Self {
            measured: usize::try_from(measured).unwrap_or(usize::MAX).max(1),
            confirmed_at: Vec::new(),
            confirmed: vec![false; model.requests as usize],
            waits: Vec::new(),
            sold_out_waits: Vec::new(),
            units_while_selling: None,
            refused_at_gateway: 0,
            unavailable: 0,
            gave_up: 0,
            died: 0,
        }
    }

    /// Whether the sale of all measured seats is complete.
    pub(crate) fn is_measured(&self) -> bool {
        self.units_while_selling.is_some()
    }

    /// Records that a person got the answer that they have a seat. `units` is the number of write units spent until then.
    pub(crate) fn confirm(&mut self, person: u32, at: Time, waited: Duration, units: u32) {
        let Some(known @ false) = self.confirmed.get_mut(person as usize) else {
            return;
        };
        *known = true;
        self.confirmed_at.push(at);
        self.waits.push(waited);
        if self.confirmed_at.len() == self.measured {
            self.units_while_selling = Some(units);
        }
    }

    /// Returns the figures of the whole simulated sale.
    pub(crate) fn result(
        mut self,
        design: &'static str,
        model: &Model,
        seats: Seats,
        counted: Counted,
        units: (u32, u32),
    ) -> SaleOutcome {
        self.waits.sort();
        self.sold_out_waits.sort();
        let confirmed = count(self.confirmed_at.len());
        let measured = count(self.measured).min(confirmed);
        let sold_and_left = seats.sold + seats.left;
        SaleOutcome {
            design,
            confirmed_per_second: rate(&self.confirmed_at, self.measured),
            confirmed,
            sold: seats.sold,
            left: seats.left,
            over: seats.sold.saturating_sub(model.capacity),
            stranded: model.capacity.saturating_sub(sold_and_left),
            units_per_seat: per(self.units_while_selling.unwrap_or(units.0), measured),
            units_per_seat_in_all: per(units.0, confirmed),
            read_units_per_request: per(units.1, model.requests),
            p50_ms: percentile(&self.waits, 50),
            p99_ms: percentile(&self.waits, 99),
            sold_out_p50_ms: percentile(&self.sold_out_waits, 50),
            sold_out_p99_ms: percentile(&self.sold_out_waits, 99),
            conflicts: counted.conflicts,
            throttled: counted.throttled,
            conditions_failed: counted.refused,
            refused_at_gateway: self.refused_at_gateway,
            unavailable: self.unavailable,
            gave_up: self.gave_up,
            died: self.died,
            confirmed_at: self.confirmed_at,
        }
    }
}

/// The figures of one run.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SaleOutcome {
    /// Name of the design.
    pub(crate) design: &'static str,
    /// Confirmations a second. They are counted from the first confirmation until 95 % of the seats are confirmed, or until the
    /// last confirmation if fewer seats were confirmed.
    pub(crate) confirmed_per_second: f64,
    /// The number of people who got the answer that they have a seat.
    pub(crate) confirmed: u32,
    /// The number of seats that people have at the end.
    pub(crate) sold: u32,
    /// The number of seats that somebody could still get at the end.
    pub(crate) left: u32,
    /// The number of seats that were sold beyond the capacity.
    pub(crate) over: u32,
    /// The number of seats that nobody has and that nobody can get any more.
    pub(crate) stranded: u32,
    /// Write units per seat: all units spent until 95 % of the seats were sold, divided by these seats.
    pub(crate) units_per_seat: f64,
    /// Write units per seat in the whole run, including those of requests refused after the sale.
    pub(crate) units_per_seat_in_all: f64,
    /// The read units spent in the whole run, divided by the number of people.
    pub(crate) read_units_per_request: f64,
    /// Median time from a person's first request to the answer that they have a seat.
    pub(crate) p50_ms: f64,
    /// The 99th percentile of the time from a person's first request to the answer that they have a seat.
    pub(crate) p99_ms: f64,
    /// Median time from a person's first request to the answer that no seat is free.
    pub(crate) sold_out_p50_ms: f64,
    /// The 99th percentile of the time from a person's first request to the answer that no seat is free.
    pub(crate) sold_out_p99_ms: f64,
    /// The number of calls that failed because a transaction held one of their items.
    pub(crate) conflicts: u32,
    /// The number of calls that a partition's limit refused.
    pub(crate) throttled: u32,
    /// The number of calls whose conditions failed.
    pub(crate) conditions_failed: u32,
    /// The number of requests refused because all instances were busy.
    pub(crate) refused_at_gateway: u32,
    /// The number of requests answered with 502 or 503.
    pub(crate) unavailable: u32,
    /// The number of people who gave up without a final answer.
    pub(crate) gave_up: u32,
    /// The number of function instances that were killed.
    pub(crate) died: u32,
    /// The times at which people were confirmed.
    #[serde(skip)]
    pub(crate) confirmed_at: Vec<Time>,
}

/// Returns the number of events per second from the first event to the `most`-th, or to the last event if there are fewer.
pub(crate) fn rate(times: &[Time], most: usize) -> f64 {
    let times = &times[..most.min(times.len())];
    match times {
        [first, .., last] if last > first => {
            f64::from(count(times.len() - 1)) / last.saturating_sub(*first).as_secs_f64()
        }
        _ => 0.0,
    }
}

/// Returns a percentile of sorted durations in ms, by the nearest-rank method.
pub(crate) fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted
        .get(rank - 1)
        .map_or(0.0, |wait| wait.as_secs_f64() * 1_000.0)
}

fn per(sum: u32, number: u32) -> f64 {
    f64::from(sum) / f64::from(number.max(1))
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
