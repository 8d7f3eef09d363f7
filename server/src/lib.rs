//! Runs a whole deployment on one machine: the functions, the table, the queues and the mail in one process.
//!
//! `em-connect serve` reads its settings ([`settings`]), opens the data folder ([`folder`]) and runs until a signal stops it
//! ([`host`]). The other commands ([`commands`]) read the data folder, or send their task to the server that has the folder
//! open.
//!
//! Architecture invariant: this crate contains no rule of the product. The functions define the meaning of requests, records
//! and messages, and they are the same as on AWS.

pub mod commands;
pub mod control;
pub mod demo;
#[cfg(feature = "faults")]
pub mod faults;
pub mod files;
pub mod folder;
pub mod follow;
pub mod host;
pub mod http;
pub mod live;
pub mod logs;
pub mod mail_out;
pub mod metrics;
pub mod opened;
pub mod operations;
mod ports;
pub mod secret;
pub mod settings;
pub mod start_error;
