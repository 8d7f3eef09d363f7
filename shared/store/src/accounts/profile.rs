//! What the holder of an account changes beside password and address.

use aws_sdk_dynamodb::types::ReturnValue;
use domain::{id::UserId, text::PersonName, user::User};

use crate::{
    Store, StoreError,
    attribute::{PK, s},
    condition::old_item,
    key,
};

impl Store {
    /// Gives an account another name; `None` if there is no such account.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn rename_user(
        &self,
        user: UserId,
        name: &PersonName,
    ) -> Result<Option<User>, StoreError> {
        let written = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::account(user)))
            .update_expression("SET #name = :name")
            .condition_expression("attribute_exists(#pk)")
            .expression_attribute_names("#name", "name")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_values(":name", s(name.as_str()))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        match written {
            Ok(done) => Ok(done.attributes.map(serde_dynamo::from_item).transpose()?),
            Err(error) => old_item(error).map(|_| None),
        }
    }
}
