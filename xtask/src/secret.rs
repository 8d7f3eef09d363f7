//! The length of the deployment's secret. `domain::keys::keyrings` describes how the secret is stored and rotated.

/// Number of characters of a new secret. The template generates the first secret with the same length.
pub(crate) const LENGTH: usize = 64;
