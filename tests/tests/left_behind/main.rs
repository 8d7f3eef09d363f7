//! What the black-box suite has left behind on a deployed stack: logs in which nobody is, metrics with no more dimensions than they
//! should have.
//!
//! `cargo xtask test` runs it when all other tests are over.
#![expect(
    clippy::unwrap_used,
    reason = "what cannot be read was not found to be well"
)]

mod log;
mod metrics;
mod private;

use std::collections::BTreeMap;

use tests::{Stack, emulated};

use self::log::{Entry, Listing};
use self::private::Private;

/// Faults, and how many entries have each.
type Faults = BTreeMap<String, usize>;

/// What the stack's functions have logged, all of them.
async fn entries(stack: &Stack, listing: &Listing) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (function, lambda) in &listing.functions {
        let of_function = log::entries_of(stack, function, lambda).await;
        assert!(!of_function.is_empty(), "{function} has logged nothing");
        entries.extend(of_function);
    }
    entries
}

#[tokio::test]
async fn nobody_is_in_the_logs() {
    let stack = emulated!("reads the logs of functions");
    let listing = Listing::of_this_run();
    let private = Private::read(&listing);
    let entries = entries(&stack, &listing).await;
    println!("{} entries, {} values", entries.len(), private.len());
    assert_eq!(private.faults_of(&entries), Faults::new());
}

#[tokio::test]
async fn metrics_are_those_of_the_page_and_bounded() {
    let stack = emulated!("reads the logs of functions");
    let entries = entries(&stack, &Listing::of_this_run()).await;
    assert_eq!(metrics::faults_of(&entries), Faults::new());
}
