//! The audit log, rate limits, and delays after failures such as failed logins.

pub(crate) mod audit;
mod rate_limits;
mod throttles;

pub use audit::{AuditFilter, AuditPosition};
