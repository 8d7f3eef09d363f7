//! Rules for the project's files: the template, the files for Docker and GitHub, the pages for readers.
//!
//! A rule returns the faults of a file. Its test asserts that our file has none, and that a deliberately broken one has some:
//! a rule that finds nothing proves nothing.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a file that is not there, or is not as it should be, fails the test"
)]

mod contract;
mod files;
mod security_page;
mod template;
mod tools;
mod yaml;
