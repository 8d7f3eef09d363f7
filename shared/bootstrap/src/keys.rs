//! The deployment's keys: derived from its secret, which is read at start-up and again while the function runs.
//!
//! A rotation writes into the secret from when on the next one signs, and leaves twice the time that processes take to
//! read it again: clocks differ, and a request takes its time.

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

/// The error of whatever holds the secret.
pub type CallError = Box<dyn std::error::Error + Send + Sync>;

/// Holds the deployment's secret: Secrets Manager on AWS, something else elsewhere.
pub trait SecretSource: Debug + Send + Sync {
    /// The name of the secret, for errors.
    fn id(&self) -> &str;

    /// Reads the secret as it is now.
    ///
    /// # Errors
    /// It cannot be read. The error has nothing of its text.
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

/// The deployment's keys. A clone is the same keys.
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
    /// The time of the last attempt to read it, if that failed.
    failed_at: Option<Timestamp>,
}

impl Keys {
    /// The keys of the secret that `source` holds.
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

    /// The keys of a secret that never changes, as in tests.
    ///
    /// # Errors
    /// No keys can be derived from the secret.
    pub fn fixed(secret: &SecretString) -> Result<Self, KeyringError> {
        Ok(Self {
            source: None,
            known: Arc::new(RwLock::new(Known::new(secret, clock::now())?)),
        })
    }

    /// Returns the keys that were read last, however long ago.
    #[must_use]
    pub fn known(&self) -> Arc<Keyrings> {
        self.state().keyrings
    }

    /// Returns the keys of now: reads the secret again if that is due. Callers use this if two processes must derive the same from
    /// a registration.
    ///
    /// # Errors
    /// The secret was to be read again, and could not be.
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

/// Whether the secret is to be read again. The clock of the machine tells: the clock of a process stands still while Lambda keeps
/// it frozen.
fn is_due(last: Timestamp, now: Timestamp) -> bool {
    !(0..READ_AGAIN_SECONDS).contains(&(now.as_second() - last.as_second()))
}

#[cfg(feature = "lambda")]
#[cfg(test)]
mod tests;
