//! Fuzzes the parsers of ids: no text makes them panic, and each parsed id has only one spelling.
#![no_main]

use std::{fmt::Display, str::FromStr};

use domain::id::{AuditId, EventId, UserId};
use libfuzzer_sys::fuzz_target;

fn check<T: FromStr + Display>(text: &str) {
    if let Ok(id) = text.parse::<T>() {
        assert_eq!(id.to_string(), text);
    }
}

fuzz_target!(|text: &str| {
    check::<EventId>(text);
    check::<UserId>(text);
    check::<AuditId>(text);
});
