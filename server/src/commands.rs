//! The commands of `em-connect`.

pub mod serve;
