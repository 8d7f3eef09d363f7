//! The deployment's keys. They are derived from the deployment's secret. Each process reads this secret when it starts, and
//! repeatedly while it runs.
//!
//! A rotation of the secret stores the next secret, and the time from which this next secret is used for signing. Until that
//! time, all processes must have read it. The rotation chooses twice the time that they need, because clocks differ and a
//! request takes time.

#[cfg(feature = "lambda")]
mod secrets_manager;

use std::{
    fmt::Debug,
    sync::{Arc, PoisonError, RwLock},
};

use domain::keys::{keyring::KeyringError, keyrings::Keyrings};
use futures::future::BoxFuture;
use jiff::Timestamp;
use secrecy::SecretString;

use crate::{clock, error_chain::ErrorChain};

#[cfg(feature = "lambda")]
pub use secrets_manager::SecretsManager;

/// The number of seconds that a process waits after the last read of the secret before it reads the secret once more.
const READ_AGAIN_SECONDS: i64 = 20;

/// The error of a [`SecretSource`] that could not read the secret.
pub type CallError = Box<dyn std::error::Error + Send + Sync>;

/// Provides the deployment's secret. On AWS the source is Secrets Manager. Other hosts have their own sources.
pub trait SecretSource: Debug + Send + Sync {
    /// Returns the name of the deployment's secret, for error messages.
    fn id(&self) -> &str;

    /// Reads the current secret from its source.
    ///
    /// # Errors
    /// The secret cannot be read. The error contains no part of the secret.
    fn read(&self) -> BoxFuture<'_, Result<SecretString, CallError>>;
}

/// The error that is returned if the deployment's secret cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the secret {id} cannot be read")]
pub struct SecretError {
    id: String,
    #[source]
    source: Cause,
}

#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error(transparent)]
    Call(CallError),
    #[error(transparent)]
    Keyring(#[from] KeyringError),
}

/// The deployment's keys. All clones of this value share the same keys.
#[derive(Debug, Clone)]
pub struct Keys {
    /// The source of the secret. It is `None` if the secret never changes.
    source: Option<Arc<dyn SecretSource>>,
    known: Arc<RwLock<Known>>,
}

/// The keys that were derived when the secret was last read.
#[derive(Debug, Clone)]
struct Known {
    keyrings: Arc<Keyrings>,
    read_at: Timestamp,
    /// The time of the last attempt to read the secret; `None` if that attempt succeeded.
    failed_at: Option<Timestamp>,
}

impl Keys {
    /// Reads the secret from `source`, and returns the keys that are derived from it.
    ///
    /// # Errors
    /// The secret cannot be read, or no keys can be derived from it.
    pub async fn read(source: impl SecretSource + 'static) -> Result<Self, SecretError> {
        let known = Known::read(&source).await?;
        Ok(Self {
            source: Some(Arc::new(source)),
            known: Arc::new(RwLock::new(known)),
        })
    }

    /// Returns the keys of a secret that never changes, for example in tests.
    ///
    /// # Errors
    /// No keys can be derived from the secret.
    pub fn fixed(secret: &SecretString) -> Result<Self, KeyringError> {
        Ok(Self {
            source: None,
            known: Arc::new(RwLock::new(Known::new(secret, clock::now())?)),
        })
    }

    /// Returns the keys that were derived when the secret was last read, however long ago that was.
    #[must_use]
    pub fn known(&self) -> Arc<Keyrings> {
        self.state().keyrings
    }

    /// Returns the current keys. If the last read of the secret is too old, reads it once more. Callers need this method, and
    /// not [`Keys::known`], if two processes must derive the same ticket code from a registration.
    ///
    /// # Errors
    /// The secret had to be read once more, but this read failed.
    pub async fn current(&self) -> Result<Arc<Keyrings>, SecretError> {
        let Known {
            keyrings, read_at, ..
        } = self.state();
        match &self.source {
            Some(source) if is_due(read_at, clock::now()) => self.read_again(source.as_ref()).await,
            _ => Ok(keyrings),
        }
    }

    /// Reads the secret once more if the last read is too old. If the new read fails, the keys from the last read stay in use,
    /// and the next attempt is made after `READ_AGAIN_SECONDS`.
    pub async fn refresh(&self) {
        let Known {
            read_at, failed_at, ..
        } = self.state();
        if let Some(source) = &self.source
            && is_due(failed_at.unwrap_or(read_at), clock::now())
            && let Err(error) = self.read_again(source.as_ref()).await
        {
            tracing::warn!(error = %ErrorChain(&error), "secret_not_read");
        }
    }

    async fn read_again(&self, source: &dyn SecretSource) -> Result<Arc<Keyrings>, SecretError> {
        let read = Known::read(source).await;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        match read {
            Ok(read) => {
                *known = read;
                Ok(known.keyrings.clone())
            }
            Err(error) => {
                known.failed_at = Some(clock::now());
                Err(error)
            }
        }
    }

    fn state(&self) -> Known {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }
}

impl Known {
    async fn read(source: &dyn SecretSource) -> Result<Self, SecretError> {
        let error = |cause| SecretError {
            id: source.id().to_owned(),
            source: cause,
        };
        let asked_at = clock::now();
        let secret = source.read().await;
        let secret = secret.map_err(|cause| error(Cause::Call(cause)))?;
        Self::new(&secret, asked_at).map_err(|cause| error(cause.into()))
    }

    fn new(secret: &SecretString, read_at: Timestamp) -> Result<Self, KeyringError> {
        Ok(Self {
            keyrings: Arc::new(Keyrings::read(secret)?),
            read_at,
            failed_at: None,
        })
    }
}

/// Returns whether the secret must be read at the time `now`, if the last attempt was at the time `last`. The times come from
/// the wall clock, because a monotonic clock of the process would stop while Lambda has frozen the process.
fn is_due(last: Timestamp, now: Timestamp) -> bool {
    !(0..READ_AGAIN_SECONDS).contains(&(now.as_second() - last.as_second()))
}

#[cfg(feature = "lambda")]
#[cfg(test)]
mod tests;
