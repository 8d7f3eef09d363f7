//! Bounds of the deployment's secret. `domain::keyrings` says how it is stored and rotated.

use std::time::Duration;

/// Twice the time after which functions read the secret again (`shared/bootstrap/src/keys.rs`).
pub(crate) const MIN_LEAD: Duration = Duration::from_secs(40);

/// Number of characters of a secret, as the template has the first one made.
pub(crate) const LENGTH: usize = 64;
