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
    /// All within the window, at any time of it; a window of 0 sends all at once.
    Burst,
    /// A Poisson process with as many in the window on average.
    Poisson,
}

/// The rule by which a caller chooses a donor among the buckets that are thought to have free seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Donor {
    /// The better of two random ones, as the claim machine chooses.
    Two,
    /// A random one.
    One,
    /// The one with the most seats.
    Best,
}

/// What is simulated.
#[expect(clippy::struct_excessive_bools, reason = "switches of a command line")]
#[derive(Debug, Clone, Args, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Model {
    /// Seats of the event.
    #[arg(long, default_value_t = 10_000)]
    pub(crate) capacity: u32,
    /// People who each want one seat.
    #[arg(long, default_value_t = 50_000)]
    pub(crate) requests: u32,
    /// How they come.
    #[arg(long, value_enum, default_value_t = Arrivals::Burst)]
    pub(crate) arrivals: Arrivals,
    /// Seconds in which they come.
    #[arg(long, default_value_t = 5.0)]
    pub(crate) window_seconds: f64,
    /// Share of people who send a second request within 0.2 s.
    #[arg(long, default_value_t = 0.01)]
    pub(crate) doubles: f64,
    /// Ends when 95 % of the seats are sold: those who come later are left out, and requests under way show as stranded or left.
    #[arg(long)]
    pub(crate) until_sold: bool,
    /// Decides every random number.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,

    /// Partitions that hold the seats.
    #[arg(long, default_value_t = 4, help_heading = "Table")]
    pub(crate) partitions: u32,
    /// Further partitions, which hold the users' items; 0: those lie among the seats [default: as many as hold seats]
    #[arg(long, help_heading = "Table")]
    pub(crate) user_partitions: Option<u32>,
    /// Write units a second and partition.
    #[arg(long, default_value_t = 1_000.0, help_heading = "Table")]
    pub(crate) write_units: f64,
    /// Read units a second and partition.
    #[arg(long, default_value_t = 3_000.0, help_heading = "Table")]
    pub(crate) read_units: f64,
    /// Unspent units that a partition saves up, in seconds of its rate.
    #[arg(long, default_value_t = 0.1, help_heading = "Table")]
    pub(crate) burst_seconds: f64,
    /// Median time from prepare to commit of a transaction, in ms; its items are held so long.
    #[arg(long, default_value_t = 7.0, help_heading = "Table")]
    pub(crate) transaction_ms: f64,
    /// Units an item (per KB) that a cancelled transaction is charged; a committed one is charged 2.
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
    /// Time after which the SDK gives an attempt up, in ms.
    #[arg(long, default_value_t = 4_000.0, help_heading = "Network")]
    pub(crate) timeout_ms: f64,
    /// Attempts of the SDK at one call.
    #[arg(long, default_value_t = 4, help_heading = "Network")]
    pub(crate) sdk_attempts: u32,
    /// Longest first wait of the SDK after a throttled attempt, in ms; it doubles with each, and a random share of it is waited.
    #[arg(long, default_value_t = 1_000.0, help_heading = "Network")]
    pub(crate) backoff_ms: f64,
    /// Upper limit of the SDK's waits, in ms.
    #[arg(long, default_value_t = 1_000.0, help_heading = "Network")]
    pub(crate) most_backoff_ms: f64,
    /// A throttled transaction is waited for like a conflict, as the product once did, not like any other throttled call.
    #[arg(long, help_heading = "Network")]
    pub(crate) short_waits: bool,

    /// Function instances at once; each works on one request at a time.
    #[arg(long, default_value_t = 2_000, help_heading = "Function")]
    pub(crate) concurrency: u32,
    /// Requests that wait for an instance; further ones are refused at the gateway.
    #[arg(long, default_value_t = 0, help_heading = "Function")]
    pub(crate) queue: usize,
    /// Median start of a new instance, in ms.
    #[arg(long, default_value_t = 150.0, help_heading = "Function")]
    pub(crate) cold_start_ms: f64,
    /// Time of an instance for a request beside its calls, in ms.
    #[arg(long, default_value_t = 2.0, help_heading = "Function")]
    pub(crate) function_ms: f64,
    /// Share of answers of the table at which the instance dies.
    #[arg(long, default_value_t = 0.000_1, help_heading = "Function")]
    pub(crate) deaths: f64,
    /// Requests that a person sends until there is an answer other than 429, 502 or 503.
    #[arg(long, default_value_t = 10, help_heading = "Function")]
    pub(crate) client_tries: u32,
    /// What Retry-After says, in ms; a person waits once to twice as long.
    #[arg(long, default_value_t = 1_000.0, help_heading = "Function")]
    pub(crate) retry_after_ms: f64,

    /// Seats laid out in a bucket.
    #[arg(long, default_value_t = SEATS_PER_BUCKET, help_heading = "Guest lists")]
    pub(crate) seats_per_bucket: u32,
    /// The availability lies in one item with 16 bytes for each bucket, as it once did, not in shards.
    #[arg(long, help_heading = "Guest lists")]
    pub(crate) whole_availability: bool,
    /// How long an instance remembers the availability, in ms.
    #[arg(long, default_value_t = 1_000.0, help_heading = "Guest lists")]
    pub(crate) memory_ms: f64,
    /// Time until the relay sees a write of a bucket, in ms.
    #[arg(long, default_value_t = 1_000.0, help_heading = "Guest lists")]
    pub(crate) hint_lag_ms: f64,
    /// Records that the relay takes at once from the stream of a partition.
    #[arg(long, default_value_t = 1_000, help_heading = "Guest lists")]
    pub(crate) relay_batch: usize,
    /// Least time between two batches of the relay from one partition, in ms.
    #[arg(long, default_value_t = 250.0, help_heading = "Guest lists")]
    pub(crate) relay_pause_ms: f64,
    /// Attempts of the relay at one call.
    #[arg(long, default_value_t = 8, help_heading = "Guest lists")]
    pub(crate) relay_attempts: u32,
    /// Longest first wait of the relay after a throttled attempt, in ms.
    #[arg(long, default_value_t = 25.0, help_heading = "Guest lists")]
    pub(crate) relay_backoff_ms: f64,
    /// Which bucket a caller borrows from.
    #[arg(long, value_enum, default_value_t = Donor::Two, help_heading = "Guest lists")]
    pub(crate) donor: Donor,
    /// A guest whose registration cannot be written now is confirmed all the same; the relay writes it.
    #[arg(long, help_heading = "Guest lists")]
    pub(crate) answer_unrecorded: bool,
    /// Callers do not try a home that is remembered as full.
    #[arg(long, help_heading = "Guest lists")]
    pub(crate) skip_full_homes: bool,
    /// Wait before the first borrowing, in ms: claims at home, which cost a quarter, go first.
    #[arg(long, default_value_t = 0.0, help_heading = "Guest lists")]
    pub(crate) borrow_wait_ms: f64,
    /// Longest wait before a borrowing that follows a refused one, in ms; it grows with each, and a random share of it is waited.
    #[arg(long, default_value_t = 0.0, help_heading = "Guest lists")]
    pub(crate) refusal_wait_ms: f64,

    /// Counters of the design with several.
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

    /// Returns the same sale on `partitions` partitions. The numbers of seats, people and instances change in proportion.
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

    /// Returns the same sale with waits before borrowing, which were tried and rejected (`docs/proved.md`).
    pub(crate) fn patient(&self) -> Self {
        Self {
            borrow_wait_ms: 500.0,
            refusal_wait_ms: 50.0,
            ..self.clone()
        }
    }
}
