//! Rules for the project's files: the template, the files for Docker and GitHub, and the pages of the documentation.
//!
//! A rule returns the faults of a file. Its test asserts that our file has no fault, and that a deliberately broken file has
//! faults. Without the second assertion, a rule that never finds anything would pass.
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
