//! Security: the audit log, limits of requests, and waits after failures.

pub(crate) mod audit;
mod rate_limits;
mod throttles;

pub use audit::{AuditFilter, AuditPosition};
