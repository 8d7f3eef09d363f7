//! The parameters of a simulation, with their units and defaults. `docs/proved.md` gives the sources.

mod check;

use std::time::Duration;

use clap::{Args, ValueEnum};
use domain::seats::bucket::SEATS_PER_BUCKET;
use serde::Serialize;

use super::chance::Spread;

/// The distribution of people's arrivals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Arrivals {
    /// All people come at random times within the window. If the window is 0, all come at the same time.
    Burst,
    /// A Poisson process, with the same number of people in the window on average.
    Poisson,
}

/// The rule by which a caller chooses the bucket that it borrows a seat from. Only buckets that are thought to have free seats
/// are considered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Donor {
    /// Of two random buckets with free seats, the one that has more. The claim machine of em-connect uses this rule.
    Two,
    /// A random bucket with free seats.
    One,
    /// The bucket with the most free seats.
    Best,
}

/// The parameters of a simulation.
#[expect(clippy::struct_excessive_bools, reason = "switches of a command line")]
#[derive(Debug, Clone, Args, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Model {
    /// Number of seats of the simulated event.
    #[arg(long, default_value_t = 10_000)]
    pub(crate) capacity: u32,
    /// Number of people who each want one seat.
    #[arg(long, default_value_t = 50_000)]
    pub(crate) requests: u32,
    /// Distribution of the times at which people come.
    #[arg(long, value_enum, default_value_t = Arrivals::Burst)]
    pub(crate) arrivals: Arrivals,
    /// Length of the window in which people come, in seconds.
    #[arg(long, default_value_t = 5.0)]
    pub(crate) window_seconds: f64,
    /// Share of people who send a second request within 0.2 s.
    #[arg(long, default_value_t = 0.01)]
    pub(crate) doubles: f64,
    /// Ends the simulation when 95 % of the seats are sold. People who come later are left out, and unfinished requests are
    /// reported as stranded or left.
    #[arg(long)]
    pub(crate) until_sold: bool,
    /// Seed of every random number.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,

    /// Number of partitions that hold the seats.
    #[arg(long, default_value_t = 4, help_heading = "Table")]
    pub(crate) partitions: u32,
    /// Number of further partitions, which hold the users' items; 0 stores these items with the seats [default: the number of
    /// partitions for seats]
    #[arg(long, help_heading = "Table")]
    pub(crate) user_partitions: Option<u32>,
    /// Write units per second and partition.
    #[arg(long, default_value_t = 1_000.0, help_heading = "Table")]
    pub(crate) write_units: f64,
    /// Read units per second and partition.
    #[arg(long, default_value_t = 3_000.0, help_heading = "Table")]
    pub(crate) read_units: f64,
    /// Unused units that a partition can save, in seconds of its rate.
    #[arg(long, default_value_t = 0.1, help_heading = "Table")]
    pub(crate) burst_seconds: f64,
    /// Median time from prepare to commit of a transaction, in ms; the transaction holds its items for this time.
    #[arg(long, default_value_t = 7.0, help_heading = "Table")]
    pub(crate) transaction_ms: f64,
    /// Units per item and KB that a cancelled transaction costs; a committed transaction costs 2.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=2), help_heading = "Table")]
    pub(crate) cancelled_units: u32,

    /// Median round trip from a function to the table, in ms.
    #[arg(long, default_value_t = 4.0, help_heading = "Network")]
    pub(crate) latency_ms: f64,
    /// Standard deviation of the logarithm of latencies.
    #[arg(long, default_value_t = 0.4, help_heading = "Network")]
    pub(crate) sigma: f64,
    /// Share of calls that never reach the table.
    #[arg(long, default_value_t = 0.000_1, help_heading = "Network")]
    pub(crate) lost_requests: f64,
    /// Share of calls whose answer never comes back.
    #[arg(long, default_value_t = 0.000_1, help_heading = "Network")]
    pub(crate) lost_answers: f64,
    /// Time after which the SDK gives up an attempt, in ms.
    #[arg(long, default_value_t = 4_000.0, help_heading = "Network")]
    pub(crate) timeout_ms: f64,
    /// Number of attempts that the SDK makes for one call.
    #[arg(long, default_value_t = 4, help_heading = "Network")]
    pub(crate) sdk_attempts: u32,
    /// Maximum first wait of the SDK after a throttled attempt, in ms. The maximum doubles with each attempt, and the SDK waits
    /// for a random share of it.
    #[arg(long, default_value_t = 1_000.0, help_heading = "Network")]
    pub(crate) backoff_ms: f64,
    /// Upper limit of the SDK's waits, in ms.
    #[arg(long, default_value_t = 1_000.0, help_heading = "Network")]
    pub(crate) most_backoff_ms: f64,
    /// Makes the wait after a throttled transaction as long as the wait after a conflict, as in an earlier version of
    /// em-connect. Without this option, the wait is as long as after other throttled calls.
    #[arg(long, help_heading = "Network")]
    pub(crate) short_waits: bool,

    /// Maximum number of function instances; each works on one request at a time.
    #[arg(long, default_value_t = 2_000, help_heading = "Function")]
    pub(crate) concurrency: u32,
    /// Maximum number of requests that wait for an instance; the gateway refuses further requests.
    #[arg(long, default_value_t = 0, help_heading = "Function")]
    pub(crate) queue: usize,
    /// Median time to start a new instance, in ms.
    #[arg(long, default_value_t = 150.0, help_heading = "Function")]
    pub(crate) cold_start_ms: f64,
    /// Time that an instance needs for a request, without the request's calls, in ms.
    #[arg(long, default_value_t = 2.0, help_heading = "Function")]
    pub(crate) function_ms: f64,
    /// Share of the table's answers after which the instance ends unexpectedly.
    #[arg(long, default_value_t = 0.000_1, help_heading = "Function")]
    pub(crate) deaths: f64,
    /// Maximum number of requests that a person sends until an answer is not 429, 502 or 503.
    #[arg(long, default_value_t = 10, help_heading = "Function")]
    pub(crate) client_tries: u32,
    /// Time in the header Retry-After, in ms; a person waits between one and two times as long.
    #[arg(long, default_value_t = 1_000.0, help_heading = "Function")]
    pub(crate) retry_after_ms: f64,

    /// Number of seats in each bucket at publication.
    #[arg(long, default_value_t = SEATS_PER_BUCKET, help_heading = "Guest lists")]
    pub(crate) seats_per_bucket: u32,
    /// Stores the availability in one item with 16 bytes for each bucket, as an earlier version of em-connect did, and not in
    /// shards.
    #[arg(long, help_heading = "Guest lists")]
    pub(crate) whole_availability: bool,
    /// Time for which an instance remembers the availability, in ms.
    #[arg(long, default_value_t = 1_000.0, help_heading = "Guest lists")]
    pub(crate) memory_ms: f64,
    /// Time until the relay sees a write of a bucket, in ms.
    #[arg(long, default_value_t = 1_000.0, help_heading = "Guest lists")]
    pub(crate) hint_lag_ms: f64,
    /// Maximum number of records in a batch that the relay takes from the stream of a partition.
    #[arg(long, default_value_t = 1_000, help_heading = "Guest lists")]
    pub(crate) relay_batch: usize,
    /// Minimum time between two batches of the relay from one partition, in ms.
    #[arg(long, default_value_t = 250.0, help_heading = "Guest lists")]
    pub(crate) relay_pause_ms: f64,
    /// Number of attempts that the relay makes for one call.
    #[arg(long, default_value_t = 8, help_heading = "Guest lists")]
    pub(crate) relay_attempts: u32,
    /// Maximum first wait of the relay after a throttled attempt, in ms.
    #[arg(long, default_value_t = 25.0, help_heading = "Guest lists")]
    pub(crate) relay_backoff_ms: f64,
    /// Rule for the choice of the bucket that a caller borrows from.
    #[arg(long, value_enum, default_value_t = Donor::Two, help_heading = "Guest lists")]
    pub(crate) donor: Donor,
    /// Confirms a guest even if the registration cannot be written now; the relay writes the registration later.
    #[arg(long, help_heading = "Guest lists")]
    pub(crate) answer_unrecorded: bool,
    /// Callers do not try a home bucket that they remember as full.
    #[arg(long, help_heading = "Guest lists")]
    pub(crate) skip_full_homes: bool,
    /// Wait of a request before it first borrows a seat, in ms. The wait lets claims at home, which cost a quarter of a
    /// borrowing, go first.
    #[arg(long, default_value_t = 0.0, help_heading = "Guest lists")]
    pub(crate) borrow_wait_ms: f64,
    /// Longest wait of a request before it borrows again after a refused borrowing, in ms. The maximum grows with each
    /// refusal, and the caller waits for a random share of it.
    #[arg(long, default_value_t = 0.0, help_heading = "Guest lists")]
    pub(crate) refusal_wait_ms: f64,

    /// Number of counters in the design with several counters.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1_000), help_heading = "Textbook designs")]
    pub(crate) counters: u32,
}

/// Converts milliseconds to a duration.
pub(crate) fn ms(milliseconds: f64) -> Duration {
    Duration::from_secs_f64(milliseconds / 1_000.0)
}

impl Model {
    /// Returns the number of buckets of the guest list.
    pub(crate) fn bucket_count(&self) -> u32 {
        self.capacity.div_ceil(self.seats_per_bucket)
    }

    /// Returns the number of partitions that hold only the users' items; 0 if these items share the partitions of the seats.
    pub(crate) fn users_on(&self) -> u32 {
        self.user_partitions.unwrap_or(self.partitions)
    }

    /// Returns a distribution of latencies that has this median.
    pub(crate) fn spread(&self, median_ms: f64) -> Spread {
        Spread {
            median: ms(median_ms),
            sigma: self.sigma,
        }
    }

    /// Returns the model of the same sale on `partitions` partitions. The numbers of seats, people and instances change in
    /// proportion.
    pub(crate) fn scaled_to(&self, partitions: u32) -> Self {
        let of = u64::from(self.partitions);
        let scaled = |n: u32| {
            u32::try_from((u64::from(n) * u64::from(partitions)).div_ceil(of)).unwrap_or(u32::MAX)
        };
        Self {
            capacity: scaled(self.capacity),
            requests: scaled(self.requests),
            concurrency: scaled(self.concurrency),
            partitions,
            user_partitions: self.user_partitions.map(scaled),
            ..self.clone()
        }
    }

    /// Returns the model of the same sale if requests wait before they borrow. These waits were tried and rejected
    /// (`docs/proved.md`).
    pub(crate) fn patient(&self) -> Self {
        Self {
            borrow_wait_ms: 500.0,
            refusal_wait_ms: 50.0,
            ..self.clone()
        }
    }
}
