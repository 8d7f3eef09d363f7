//! The mark on registrations of people who were admitted and whose account is being erased.

use domain::id::{EventId, UserId};
use table::{Update, attr};

use super::registrations::KEPT;
use crate::{
    Store, StoreError,
    attribute::{PK, Value},
    key,
};

impl Store {
    /// Marks the registration of an admitted person. This person keeps the seat even after the account was erased.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn keep_seat(&self, event: EventId, user: UserId) -> Result<(), StoreError> {
        let update = Update::of(key::registration(user, event))
            .set(KEPT, Value::Bool(true))
            .when(attr(PK).exists());
        self.try_write(update).await.map(|_| ())
    }
}
