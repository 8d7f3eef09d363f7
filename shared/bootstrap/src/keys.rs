//! The deployment's keys: derived from its secret, which is read at start-up and again while the function runs.
//!
//! A rotation writes into the secret from when on the next one signs, and leaves twice the time that processes take to
//! read it again: clocks differ, and a request takes its time.

use std::sync::{Arc, PoisonError, RwLock};

use aws_types::SdkConfig;
use domain::{keyring::KeyringError, keyrings::Keyrings};
use jiff::Timestamp;
use secrecy::SecretString;

use crate::{clock, error_chain::ErrorChain};

/// How long what was read of the secret is good, in seconds.
const READ_AGAIN_SECONDS: i64 = 20;

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
    Call(Box<dyn std::error::Error + Send + Sync>),
    #[error("it has no text")]
    NoText,
    #[error(transparent)]
    Keyring(#[from] KeyringError),
}

/// The deployment's keys.
#[derive(Debug)]
pub struct Keys {
    /// `None`: the secret never changes.
    source: Option<Source>,
    known: RwLock<Known>,
}

#[derive(Debug)]
struct Source {
    client: aws_sdk_secretsmanager::Client,
    id: String,
}

/// What was read of the secret.
#[derive(Debug, Clone)]
struct Known {
    keyrings: Arc<Keyrings>,
    read_at: Timestamp,
    /// When reading it was tried in vain, since then.
    failed_at: Option<Timestamp>,
}

impl Keys {
    /// Those of the secret `id`.
    ///
    /// # Errors
    /// It cannot be read, or is none.
    pub async fn read(config: &SdkConfig, id: &str) -> Result<Self, SecretError> {
        let source = Source {
            client: aws_sdk_secretsmanager::Client::new(config),
            id: id.to_owned(),
        };
        let known = source.read().await?;
        Ok(Self {
            source: Some(source),
            known: RwLock::new(known),
        })
    }

    /// Those of a secret that never changes, as of tests.
    ///
    /// # Errors
    /// It is none.
    pub fn fixed(secret: &SecretString) -> Result<Self, KeyringError> {
        Ok(Self {
            source: None,
            known: RwLock::new(Known::new(secret, clock::now())?),
        })
    }

    /// What is known, however old it is.
    #[must_use]
    pub fn known(&self) -> Arc<Keyrings> {
        self.state().keyrings
    }

    /// The keys as they are now: reads the secret again if that is due. For whoever makes what must not differ from what
    /// another process makes of the same registration.
    ///
    /// # Errors
    /// That was due, and failed.
    pub async fn current(&self) -> Result<Arc<Keyrings>, SecretError> {
        let Known {
            keyrings, read_at, ..
        } = self.state();
        match &self.source {
            Some(source) if is_due(read_at, clock::now()) => self.read_again(source).await,
            _ => Ok(keyrings),
        }
    }

    /// Reads the secret again if that is due. Where it fails, what is known goes on to serve, and the next try waits.
    pub async fn refresh(&self) {
        let Known {
            read_at, failed_at, ..
        } = self.state();
        if let Some(source) = &self.source
            && is_due(failed_at.unwrap_or(read_at), clock::now())
            && let Err(error) = self.read_again(source).await
        {
            tracing::warn!(error = %ErrorChain(&error), "secret_not_read");
        }
    }

    async fn read_again(&self, source: &Source) -> Result<Arc<Keyrings>, SecretError> {
        let read = source.read().await;
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

impl Source {
    async fn read(&self) -> Result<Known, SecretError> {
        let error = |source| SecretError {
            id: self.id.clone(),
            source,
        };
        let asked_at = clock::now();
        let asked = self.client.get_secret_value().secret_id(&self.id);
        let text = asked
            .send()
            .await
            .map_err(|source| error(Cause::Call(Box::new(source))))?
            .secret_string
            .ok_or_else(|| error(Cause::NoText))?;
        Known::new(&text.into(), asked_at).map_err(|source| error(source.into()))
    }
}

impl Known {
    fn new(secret: &SecretString, read_at: Timestamp) -> Result<Self, KeyringError> {
        Ok(Self {
            keyrings: Arc::new(Keyrings::read(secret)?),
            read_at,
            failed_at: None,
        })
    }
}

/// By the clock of the machine: that of a process stands still while Lambda keeps it frozen.
fn is_due(last: Timestamp, now: Timestamp) -> bool {
    !(0..READ_AGAIN_SECONDS).contains(&(now.as_second() - last.as_second()))
}

#[cfg(test)]
mod tests;
