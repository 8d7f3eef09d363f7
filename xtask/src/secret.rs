//! Length of the deployment's secret. `domain::keys::keyrings` describes how it is stored and rotated.

/// Number of characters of a secret; the template generates the first one with the same length.
pub(crate) const LENGTH: usize = 64;
