//! Changes that the holder of an account makes, except changes of the password and the address.

use domain::{accounts::user::User, id::UserId, text::PersonName};
use table::{Returned, Update, attr};

use crate::{
    Store, StoreError,
    attribute::{PK, s},
    condition::old_item,
    key,
};

impl Store {
    /// Changes the name of an account. Returns `None` if the account does not exist.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn rename_user(
        &self,
        user: UserId,
        name: &PersonName,
    ) -> Result<Option<User>, StoreError> {
        let update = Update::of(key::account(user))
            .set("name", s(name.as_str()))
            .when(attr(PK).exists())
            .returning(Returned::New);
        match self.write(update).await {
            Ok(item) => Ok(Some(serde_dynamo::from_item(item)?)),
            Err(error) => old_item(error).map(|_| None),
        }
    }
}
