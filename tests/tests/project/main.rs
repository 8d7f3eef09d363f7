//! What the project's files must hold: the template, the files for Docker and GitHub, the pages for readers.
//!
//! A rule gives the faults of a file. Its test shows that ours has none, and that one that was broken on purpose has one: a rule
//! that finds nothing proves nothing.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a file that is not there, or is not as it should be, fails the test"
)]

mod files;
mod security_page;
mod template;
mod tools;
mod yaml;
