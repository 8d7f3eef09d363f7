//! Tests of the program as its users see it: processes, files, sockets. The black-box suite tests the product.

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
