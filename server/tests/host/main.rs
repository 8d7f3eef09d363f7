//! Tests of the program as an operator sees it: processes, files and sockets. The black-box suite tests the product itself.

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
