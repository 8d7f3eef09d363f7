//! How SES took mail last: one item, written by the function that sends, read by the one that is asked for its health.

use domain::sender::{Fault, Outcome, SenderNote};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    attribute::{Item, n, number, s, text},
    key,
};

const ACCEPTED_AT: &str = "acceptedAt";
const REFUSED_AT: &str = "refusedAt";
const REASON: &str = "reason";

fn read(item: &Item) -> Result<SenderNote, StoreError> {
    let time = |name: &str| -> Result<Option<Timestamp>, StoreError> {
        if !item.contains_key(name) {
            return Ok(None);
        }
        let at = Timestamp::from_millisecond(number(item, name)?);
        at.map(Some).map_err(|_| StoreError::corrupt("a time"))
    };
    let fault = |name: &str| Fault::ALL.into_iter().find(|fault| fault.as_str() == name);
    let refused = match time(REFUSED_AT)? {
        None => None,
        Some(at) => {
            let fault = fault(text(item, REASON)?).ok_or(StoreError::corrupt("a reason"))?;
            Some((at, fault))
        }
    };
    Ok(SenderNote {
        accepted_at: time(ACCEPTED_AT)?,
        refused,
    })
}

impl Store {
    /// How SES took mail last; nothing, if none was ever handed to it.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn sender_note(&self) -> Result<SenderNote, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key::sender()))
            .send()
            .await?;
        found
            .item
            .map_or_else(|| Ok(SenderNote::default()), |item| read(&item))
    }

    /// Notes what SES said to a mail.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn note_sender(&self, outcome: Outcome, at: Timestamp) -> Result<(), StoreError> {
        let note = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::sender()))
            .expression_attribute_values(":at", n(at.as_millisecond()));
        let note = match outcome {
            Outcome::Accepted => note
                .update_expression("SET #accepted = :at")
                .expression_attribute_names("#accepted", ACCEPTED_AT),
            Outcome::Refused(fault) => note
                .update_expression("SET #refused = :at, #reason = :reason")
                .expression_attribute_names("#refused", REFUSED_AT)
                .expression_attribute_names("#reason", REASON)
                .expression_attribute_values(":reason", s(fault.as_str())),
        };
        note.send().await?;
        Ok(())
    }
}
