//! Reads everything that belongs to an account.

use bootstrap::clock;
use domain::{
    events::Event,
    id::{EventId, UserId},
    seats::registration::Registration,
};
use store::{Account, Session, StoreError};

use crate::app::App;

/// A limit that is higher than any account's number of items. The table returns the items in pages of a megabyte.
const MOST: usize = 100_000;

/// Returns the events of every status that the user organizes.
pub(super) async fn events(app: &App, user: UserId) -> Result<Vec<Event>, StoreError> {
    let page = app.store.list_owned_events(user, MOST, None).await?;
    let mut events = app.store.events(&page.items).await?;
    events.sort_by_key(|event| event.id);
    Ok(events)
}

/// Returns the user's registrations of every status.
pub(super) async fn registrations(
    app: &App,
    user: UserId,
) -> Result<Vec<Registration>, StoreError> {
    let page = app.store.list_registrations(user, None, MOST, None).await?;
    Ok(page.items)
}

/// Returns the events at which the user is door staff.
pub(super) async fn staffed_events(app: &App, user: UserId) -> Result<Vec<EventId>, StoreError> {
    let page = app.store.list_staffed_events(user, MOST, None).await?;
    Ok(page.items)
}

/// Returns the stored sessions of an account. Some of them may have ended.
pub(super) async fn sessions(app: &App, account: &Account) -> Result<Vec<Session>, StoreError> {
    let (user, changed_at) = (account.user.id, account.password_changed_at);
    app.store
        .stored_sessions(user, changed_at, clock::now())
        .await
}
