//! The deployment's keys: derived from its secret, which is read at start-up and again while the function runs.
//!
//! A rotation writes into the secret the time from which the next one signs. That time is twice as far ahead as processes
//! need to read the secret again, because clocks differ and a request takes time.

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

/// Seconds after which the secret is read again.
const READ_AGAIN_SECONDS: i64 = 20;

/// The error of a [`SecretSource`].
pub type CallError = Box<dyn std::error::Error + Send + Sync>;

/// Holds the deployment's secret: Secrets Manager on AWS, something else elsewhere.
pub trait SecretSource: Debug + Send + Sync {
    /// The name of the secret, for errors.
    fn id(&self) -> &str;

    /// Reads the secret as it is now.
    ///
    /// # Errors
    /// The secret cannot be read. The error contains no part of its text.
    fn read(&self) -> BoxFuture<'_, Result<SecretString, CallError>>;
}

/// The deployment's secret cannot be used.
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

/// The deployment's keys. Clones share them.
#[derive(Debug, Clone)]
pub struct Keys {
    /// `None`: the secret never changes.
    source: Option<Arc<dyn SecretSource>>,
    known: Arc<RwLock<Known>>,
}

/// The content of the secret at the last reading.
#[derive(Debug, Clone)]
struct Known {
    keyrings: Arc<Keyrings>,
    read_at: Timestamp,
    /// The time of the last attempt to read the secret, if that failed.
    failed_at: Option<Timestamp>,
}

impl Keys {
    /// Reads the secret of `source`, and returns its keys.
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

    /// Returns the keys of a secret that never changes, as in tests.
    ///
    /// # Errors
    /// No keys can be derived from the secret.
    pub fn fixed(secret: &SecretString) -> Result<Self, KeyringError> {
        Ok(Self {
            source: None,
            known: Arc::new(RwLock::new(Known::new(secret, clock::now())?)),
        })
    }

    /// Returns the keys that were read last, of any age.
    #[must_use]
    pub fn known(&self) -> Arc<Keyrings> {
        self.state().keyrings
    }

    /// Returns the current keys: reads the secret again if that is due. Callers use this if two processes must derive the same
    /// code from a registration.
    ///
    /// # Errors
    /// A new read of the secret was due and failed.
    pub async fn current(&self) -> Result<Arc<Keyrings>, SecretError> {
        let Known {
            keyrings, read_at, ..
        } = self.state();
        match &self.source {
            Some(source) if is_due(read_at, clock::now()) => self.read_again(source.as_ref()).await,
            _ => Ok(keyrings),
        }
    }

    /// Reads the secret again if that is due. If that fails, the keys that were read last stay in use, and the next try waits.
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

/// Whether the secret is to be read again, by the clock of the machine. The clock of a process would stand still while Lambda
/// has it frozen.
fn is_due(last: Timestamp, now: Timestamp) -> bool {
    !(0..READ_AGAIN_SECONDS).contains(&(now.as_second() - last.as_second()))
}

#[cfg(feature = "lambda")]
#[cfg(test)]
mod tests;
