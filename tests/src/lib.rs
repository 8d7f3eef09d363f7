//! A client of em-connect for the black-box suite in `tests/blackbox`. Its methods are the actions of users.
//!
//! It uses only the public contract: a [`Stack`] has the URLs of a deployment, a [`Client`] calls the deployment, a [`User`] is
//! a client with its own account, and every call returns an [`Answer`]. No call is retried unless a test requests retries.
//! Tests share no data. A test that needs a user or an event makes one with a unique name, so the suite may run against a stack
//! that other people use.
#![expect(
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    reason = "a test client: it panics with the answer in hand wherever that is not the expected one"
)]

mod accounts;
mod announcements;
mod answer;
mod audit;
mod browser;
mod client;
mod contract;
mod crowd;
mod door;
mod emulator;
mod faults;
pub mod feedback;
pub mod inside;
mod lambda;
mod live;
mod logs;
mod mail;
mod mails;
mod new_event;
mod offline;
mod open_doors;
mod pictures;
mod polling;
mod private;
mod problems;
mod program;
mod qr;
mod queues;
mod race;
mod rotation;
mod seats;
mod server;
mod ses;
mod shapes;
mod stack;
mod stack_variable;
mod stats;
mod table;
mod tickets;
mod times;
mod user;
mod verbs;
mod xtask;

pub use answer::Answer;
pub use audit::audit_entry;
pub use browser::BROWSER_SESSIONS;
pub use client::{Call, Client};
pub use door::{assert_done, assert_invalid_because, assert_no_ticket, assert_result, device_at};
pub use faults::{Faults, Script, Underway};
pub use live::{Frame, Viewer};
pub use mail::{Invitation, Mail, Part};
pub use mails::Refusal;
pub use new_event::{NewEvent, in_days, in_hours, in_seconds, unique};
pub use offline::OfflineScan;
pub use open_doors::{Guest, OneGuest, OpenDoors, guests_of};
pub use polling::{LONG_PATIENCE, PATIENCE, eventually, wait_until};
pub use private::private_words_in;
pub use problems::{assert_invalid, assert_problem, assert_refused, check_invalid, check_refused};
pub use program::{Ended, Running, run};
pub use qr::qr_content_of;
pub use queues::{DeadLetter, Queue};
pub use race::{RaceOutcome, Runner, race};
pub use reqwest::Method;
pub use seats::Seats;
pub use server::{FOLDER_VARIABLE, Server};
pub use shapes::{is_type_id, shape_of};
pub use stack::{ADMINISTRATORS, Credentials, Stack, project_folder};
pub use tickets::{Ticket, is_qr_content, is_ticket_code};
pub use times::{assert_since, time_in};
pub use user::{Account, User};
pub use verbs::Event;
pub use xtask::{built, built_folder};
