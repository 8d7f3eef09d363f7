//! What all handlers share.

use std::sync::Arc;

use bootstrap::metrics::Metrics;
use domain::{
    access_token::AccessTokens,
    keyring::{Keyring, KeyringError},
};
use jiff::Timestamp;
use secrecy::SecretString;
use store::{Account, Store};
use uuid::Uuid;

use crate::{
    dead_letters::DeadLetters, first_admin::FirstAdmin, health::Health, limits::Limits,
    memory::EventMemory, problem::ApiError,
};

/// What all handlers share.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) keyring: Keyring,
    pub(crate) access_tokens: AccessTokens,
    pub(crate) dead_letters: DeadLetters,
    pub(crate) health: Health,
    pub(crate) first_admin: Option<FirstAdmin>,
    pub(crate) limits: Limits,
    pub(crate) memory: EventMemory,
    /// Written with the answer.
    pub(crate) metrics: Metrics,
}

/// The shared state, as axum hands it to handlers.
pub(crate) type Shared = Arc<App>;

impl App {
    /// Derives the keys of `stage` from its `secret`.
    ///
    /// # Errors
    /// The secret cannot serve.
    pub(crate) fn new(
        store: Store,
        dead_letters: DeadLetters,
        health: Health,
        secret: &SecretString,
        stage: &str,
        first_admin: Option<FirstAdmin>,
        limits: Limits,
    ) -> Result<Shared, KeyringError> {
        let keyring = Keyring::derive(secret)?;
        let access_tokens = AccessTokens::new(&keyring, stage)?;
        Ok(Arc::new(Self {
            store,
            keyring,
            access_tokens,
            dead_letters,
            health,
            first_admin,
            limits,
            memory: EventMemory::default(),
            metrics: Metrics::new(stage),
        }))
    }

    /// Signs the owner of `account` in: an access token, and the first refresh token of a new family, which ends with
    /// the password that the account was read with.
    ///
    /// # Errors
    /// The table is away, or signing failed.
    pub(crate) async fn begin_session(
        &self,
        account: &Account,
        now: Timestamp,
    ) -> Result<(String, String), ApiError> {
        let user = &account.user;
        let access = self.access_tokens.issue(
            &domain::policy::Actor {
                id: user.id,
                role: user.role,
            },
            now,
        )?;
        let refresh = self
            .store
            .begin_session(user.id, Uuid::now_v7(), account.password_changed_at, now)
            .await?;
        Ok((access, refresh.seal(&self.keyring.refresh_token)))
    }
}
