//! Fuzzes the parsers of queue messages: no body makes them panic, and a parsed message can be written and parsed again.
#![no_main]

use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use messages::{LiveDue, MailDue, ParkedRecord, SeatChanged};
use serde::{Serialize, de::DeserializeOwned};

fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(body: &str) {
    if let Ok(message) = serde_json::from_str::<T>(body) {
        let again = serde_json::to_string(&message).expect("it has a JSON form");
        assert_eq!(serde_json::from_str::<T>(&again).ok(), Some(message));
    }
}

fuzz_target!(|body: &str| {
    check::<SeatChanged>(body);
    check::<MailDue>(body);
    check::<LiveDue>(body);
    check::<ParkedRecord>(body);
});
