//! Checks of the logs and metrics that the black-box suite left on a deployed stack. No log may contain personal data, and no
//! metric may have too many dimensions.
//!
//! `cargo xtask test` runs these checks after all other tests.
#![expect(
    clippy::unwrap_used,
    reason = "what cannot be read was not found to be well"
)]

mod log;
mod metrics;
mod private;

use std::collections::BTreeMap;

use tests::{Stack, emulated};
use tokio::sync::OnceCell;

use self::log::Entry;
use self::private::Private;

/// The faults that a check found, and the number of entries with each fault.
type Faults = BTreeMap<String, usize>;

/// Returns all log entries of the stack's functions. They are read only once, for all tests.
async fn entries(stack: &Stack) -> &'static [Entry] {
    static ENTRIES: OnceCell<Vec<Entry>> = OnceCell::const_new();
    let read = async || {
        let mut entries = Vec::new();
        for function in stack.functions() {
            let of_function = log::entries_of(stack, function).await;
            assert!(!of_function.is_empty(), "{function} has logged nothing");
            entries.extend(of_function);
        }
        entries
    };
    ENTRIES.get_or_init(read).await
}

#[tokio::test]
async fn nobody_is_in_the_logs() {
    let stack = emulated!("reads the logs of functions");
    let private = Private::read(&stack).await;
    let entries = entries(&stack).await;
    println!("{} entries, {} values", entries.len(), private.len());
    assert_eq!(private.faults_of(entries), Faults::new());
}

#[tokio::test]
async fn metrics_are_those_of_the_page_and_bounded() {
    let stack = emulated!("reads the logs of functions");
    assert_eq!(metrics::faults_of(entries(&stack).await), Faults::new());
}
