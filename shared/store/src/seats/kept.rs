//! Changes of registrations when an account is erased. If the user was admitted, the registration gets a mark, and because of
//! this mark the seat stays taken. A text about the user is removed.

use domain::id::{EventId, UserId};
use table::{Update, attr};

use super::registrations::{KEPT, REMOVAL_REASON};
use crate::{
    Store, StoreError,
    attribute::{PK, Value},
    key,
};

impl Store {
    /// Marks the registration of a person who was admitted, so that this person keeps the seat even after the account is
    /// erased.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn keep_seat(&self, event: EventId, user: UserId) -> Result<(), StoreError> {
        let update = Update::of(key::registration(user, event))
            .set(KEPT, Value::Bool(true))
            .when(attr(PK).exists());
        self.try_write(update).await.map(|_| ())
    }

    /// Removes the reason that an organizer gave for taking away the registration. A second call changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn forget_removal_reason(
        &self,
        event: EventId,
        user: UserId,
    ) -> Result<(), StoreError> {
        let update = Update::of(key::registration(user, event))
            .remove(REMOVAL_REASON)
            .when(attr(REMOVAL_REASON).exists());
        self.try_write(update).await.map(|_| ())
    }
}
