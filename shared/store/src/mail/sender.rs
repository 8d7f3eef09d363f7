//! The item that stores whether the last mails could be sent. The function that sends mail writes this item, and the health
//! check reads it.

use domain::mail::sender::{Fault, SendOutcome, SenderNote};
use jiff::Timestamp;
use table::{Table as _, Update};

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
    /// Returns the outcomes of the last mails that were sent. The result is empty if the system has never sent a mail.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn sender_note(&self) -> Result<SenderNote, StoreError> {
        let found = self.table().get(key::sender(), false).await?;
        found.map_or_else(|| Ok(SenderNote::default()), |item| read(&item))
    }

    /// Stores the outcome of sending a mail.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn note_sender(&self, outcome: SendOutcome, at: Timestamp) -> Result<(), StoreError> {
        let at = n(at.as_millisecond());
        let note = Update::of(key::sender());
        let note = match outcome {
            SendOutcome::Accepted => note.set(ACCEPTED_AT, at),
            SendOutcome::Refused(fault) => note.set(REFUSED_AT, at).set(REASON, s(fault.as_str())),
        };
        self.write(note).await?;
        Ok(())
    }
}
