//! The program as its users see it: processes, files, sockets. What the product does is tested by the black-box suite.

#![expect(clippy::unwrap_used, reason = "tests")]

mod client;
mod commands;
mod dependencies;
mod hosting;
mod live;
mod once;
mod process;
mod smoke;
mod stop;
