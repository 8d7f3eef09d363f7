//! All that belongs to an account.

use bootstrap::clock;
use domain::{
    events::Event,
    id::{EventId, UserId},
    seats::registration::Registration,
};
use store::{Account, Session, StoreError};

use crate::app::App;

/// More than anybody has; the table gives them in pages of a megabyte.
const MOST: usize = 100_000;

/// The events that a user runs, of every status.
pub(super) async fn events(app: &App, user: UserId) -> Result<Vec<Event>, StoreError> {
    let page = app.store.list_owned_events(user, MOST, None).await?;
    let mut events = app.store.events(&page.items).await?;
    events.sort_by_key(|event| event.id);
    Ok(events)
}

/// The registrations of a user, of every status.
pub(super) async fn registrations(
    app: &App,
    user: UserId,
) -> Result<Vec<Registration>, StoreError> {
    let page = app.store.list_registrations(user, None, MOST, None).await?;
    Ok(page.items)
}

/// The events that a user is door staff of.
pub(super) async fn staffed_events(app: &App, user: UserId) -> Result<Vec<EventId>, StoreError> {
    let page = app.store.list_staffed_events(user, MOST, None).await?;
    Ok(page.items)
}

/// The sessions of an account that are stored, those that are over among them.
pub(super) async fn sessions(app: &App, account: &Account) -> Result<Vec<Session>, StoreError> {
    let (user, changed_at) = (account.user.id, account.password_changed_at);
    app.store
        .stored_sessions(user, changed_at, clock::now())
        .await
}
