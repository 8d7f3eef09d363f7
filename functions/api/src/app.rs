//! The state that all handlers share.

use std::sync::Arc;

use bootstrap::{clock, keys::Keys, metrics::Metrics};
use domain::{
    accounts::{client_kind::ClientKind, email::Email},
    id::SessionId,
    keys::{keyring::Keyring, keyrings::Keyrings},
    security::access_token::{AccessTokens, Claims},
};
use jiff::Timestamp;
use pictures::Pictures;
use queues::Broker;
use store::{Account, Store};
use uuid::Uuid;

use crate::{
    dead_letters::DeadLetters,
    first_admin::FirstAdmin,
    health::Health,
    limits::Limits,
    memory::EventMemory,
    problem::ApiError,
    public::{Generations, Moment, PublicCache},
    settings::Settings,
};

/// The state that all handlers share.
#[derive(Debug)]
pub struct App {
    pub(crate) store: Store,
    pub(crate) keys: Keys,
    pub(crate) access_tokens: AccessTokens,
    pub(crate) dead_letters: DeadLetters,
    pub(crate) health: Health,
    pub(crate) first_admin: Option<FirstAdmin>,
    pub(crate) limits: Limits,
    pub(crate) memory: EventMemory,
    pub(crate) public: PublicCache,
    pub(crate) pictures: Pictures,
    /// The metrics, which are written when a request is answered.
    pub(crate) metrics: Metrics,
}

/// The shared state in the form in which axum gives it to handlers.
pub type Shared = Arc<App>;

impl App {
    /// Makes the shared state on a host whose table reports no changes, so public answers may be up to a second old. `broker`
    /// reaches the queues of `settings`, for the health check and for administrators. `metrics` are written when a request is
    /// answered. `pictures` keeps the files of pictures.
    #[must_use]
    pub fn new(
        store: Store,
        broker: Arc<dyn Broker>,
        pictures: Pictures,
        keys: Keys,
        metrics: Metrics,
        settings: Settings,
    ) -> Shared {
        Self::with_generations(
            store,
            broker,
            pictures,
            keys,
            metrics,
            settings,
            Arc::default(),
        )
    }

    /// Makes the shared state on a host whose table reports each change to `generations`, so public answers always contain the
    /// last write.
    #[must_use]
    pub fn with_generations(
        store: Store,
        broker: Arc<dyn Broker>,
        pictures: Pictures,
        keys: Keys,
        metrics: Metrics,
        settings: Settings,
        generations: Arc<Generations>,
    ) -> Shared {
        let Settings {
            stage,
            first_admin,
            limits,
            queues,
            mail_is_on,
        } = settings;
        Arc::new(Self {
            store,
            keys,
            access_tokens: AccessTokens::new(&stage),
            health: Health::new(broker.clone(), queues.clone(), mail_is_on),
            dead_letters: DeadLetters::new(broker, queues),
            first_admin,
            limits,
            memory: EventMemory::default(),
            public: PublicCache::new(generations, Moment::now),
            pictures,
            metrics,
        })
    }

    /// Returns whether `email` is the email address that the deployment names for its first administrator. No other account may
    /// have this address.
    pub(crate) fn is_first_admins(&self, email: &Email) -> bool {
        let admin = self.first_admin.as_ref();
        admin.is_some_and(|admin| admin.email == *email)
    }

    /// Returns all present and former keyrings. Ticket codes are derived from them.
    pub(crate) fn keyrings(&self) -> Arc<Keyrings> {
        self.keys.known()
    }

    /// Returns the keyring that makes new signatures at present.
    pub(crate) fn signing(&self) -> Arc<Keyring> {
        self.keyrings().signing(clock::now()).clone()
    }

    /// Returns the keyrings that may verify signatures at present.
    pub(crate) fn verifying(&self) -> Vec<Arc<Keyring>> {
        self.keyrings().verifying(clock::now())
    }

    /// Begins a session for the owner of `account`; `client` is the kind of the owner's client. Returns an access token and the
    /// session's first refresh token. If the account's password is changed after `account` was read, the session ends at that
    /// change.
    ///
    /// # Errors
    /// The table is unavailable, or signing failed.
    pub(crate) async fn begin_session(
        &self,
        account: &Account,
        client: Option<&ClientKind>,
        now: Timestamp,
    ) -> Result<(String, String), ApiError> {
        let user = &account.user;
        let session = SessionId::from_uuid(Uuid::now_v7());
        let claims = Claims {
            actor: account.actor(),
            session: Some(session.uuid()),
        };
        let keyring = self.signing();
        let access = self.access_tokens.issue(&keyring, &claims, now)?;
        let refresh = self
            .store
            .begin_session(user.id, session, account.password_changed_at, client, now)
            .await?;
        Ok((access, refresh.seal(&keyring)))
    }
}
