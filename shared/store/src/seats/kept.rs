//! The mark that a registration gets if its user was admitted and is now erasing the account. Because of this mark, the seat
//! stays taken.

use domain::id::{EventId, UserId};
use table::{Update, attr};

use super::registrations::KEPT;
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
}
