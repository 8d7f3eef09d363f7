//! Invitations to the door staff of events, and the people who join by them.

use domain::{
    door::invitation::Invitation,
    id::{EventId, UserId},
    keys::bearer_code::BearerCode,
    security::audit::AuditEntry,
};
use jiff::Timestamp;
use table::{Delete, Put, Write, attr};

use super::staff_items;
use crate::{
    Store, StoreError,
    accounts::account_exists,
    attribute::{EXPIRES_AT, Item, n, number, s, text},
    condition::unexpired,
    key,
    security::audit::Sent,
    transaction::cancelled_by_condition,
};

const FINGERPRINT: &str = "fingerprint";
const CREATED_AT: &str = "createdAt";

/// The outcome of joining the door staff by an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joining {
    /// The user is door staff now, or was door staff already.
    Staff,
    /// The event has no invitation with this code: the code is wrong, or the invitation expired, was revoked or was replaced.
    NoInvitation,
    /// The account does not exist.
    NoSuchUser,
}

impl Store {
    /// Stores the invitation to the door staff of `event`. It replaces the former one, whose code is not valid any more. The
    /// same transaction writes the audit entry `entry`.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn invite_staff(
        &self,
        event: EventId,
        invitation: &Invitation,
        entry: &AuditEntry,
    ) -> Result<(), StoreError> {
        let put = Put::of(item(event, invitation));
        self.try_put_noting(put, entry).await.map(|_| ())
    }

    /// Returns the invitation to the door staff of `event`; `None` if there is none, or if it has expired at the time `now`.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn staff_invitation(
        &self,
        event: EventId,
        now: Timestamp,
    ) -> Result<Option<Invitation>, StoreError> {
        let item = self.get_item(key::invitation(event)).await?;
        let invitation = item.as_ref().map(read).transpose()?;
        Ok(invitation.filter(|invitation| invitation.is_valid_at(now)))
    }

    /// Deletes the invitation to the door staff of `event`, unless it has expired at the time of the audit entry `entry`, which
    /// the same transaction writes. A second call changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn revoke_staff_invitation(
        &self,
        event: EventId,
        entry: &AuditEntry,
    ) -> Result<(), StoreError> {
        let delete = Delete::of(key::invitation(event)).when(unexpired(entry.at));
        // If the transaction is refused, there is no valid invitation, so there is nothing to revoke.
        self.send_noting(vec![delete.into()], entry)
            .await
            .map(|_| ())
    }

    /// Adds `user` to the door staff of `event` if `code` is the code of the event's invitation, and the invitation has not
    /// expired at the time of the audit entry `entry`, which the same transaction writes. A second call changes nothing. An
    /// erased account cannot become door staff.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn join_staff(
        &self,
        event: EventId,
        user: UserId,
        code: &BearerCode,
        entry: &AuditEntry,
    ) -> Result<Joining, StoreError> {
        let is_valid = attr(FINGERPRINT)
            .equals(s(code.fingerprint()))
            .and(unexpired(entry.at));
        let invitation = Write::Check {
            key: key::invitation(event),
            condition: is_valid,
        };
        let [staff, staffs] = staff_items(event, user);
        let writes = vec![
            invitation,
            account_exists(user),
            staff.into(),
            staffs.into(),
        ];
        Ok(match self.send_noting(writes, entry).await? {
            Sent::Refused(error) if cancelled_by_condition(&error, 0) => Joining::NoInvitation,
            Sent::Refused(error) if cancelled_by_condition(&error, 1) => Joining::NoSuchUser,
            // The invitation is valid and the account exists. So if the transaction was refused, the user is door staff already.
            Sent::Written | Sent::Refused(_) => Joining::Staff,
        })
    }
}

pub(crate) fn item(event: EventId, invitation: &Invitation) -> Item {
    let mut item = key::invitation(event);
    item.extend(
        [
            (FINGERPRINT, s(invitation.fingerprint.clone())),
            (CREATED_AT, s(invitation.created_at.to_string())),
            (EXPIRES_AT, n(invitation.expires_at.as_second())),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    item
}

pub(crate) fn read(item: &Item) -> Result<Invitation, StoreError> {
    let created_at = text(item, CREATED_AT)?.parse();
    let expires_at = Timestamp::from_second(number(item, EXPIRES_AT)?);
    Ok(Invitation {
        fingerprint: text(item, FINGERPRINT)?.to_owned(),
        created_at: created_at.map_err(|_| StoreError::corrupt("a time"))?,
        expires_at: expires_at.map_err(|_| StoreError::corrupt("a time"))?,
    })
}
