//! Bounds of the deployment's secret. `domain::keys::keyrings` says how it is stored and rotated.

/// Number of characters of a secret, as the template has the first one made.
pub(crate) const LENGTH: usize = 64;
