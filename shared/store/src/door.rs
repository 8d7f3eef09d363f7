//! The door staff of events, the invitations to it, and the log of scans.

pub(crate) mod invitations;
mod log;

pub use invitations::Joining;
pub use log::{ScanFilter, ScanPosition};

use domain::{
    id::{EventId, UserId},
    security::audit::AuditEntry,
    text::{DeviceId, Gate, ScanId},
    tickets::code::TicketCode,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use table::{Delete, Put, attr};

use crate::{
    Page, Store, StoreError,
    accounts::account_exists,
    attribute::{Item, PK, s},
    key,
    lists::Range,
    security::audit::Sent,
    transaction::cancelled_by_condition,
    versioned::put_new,
};

/// One attempt to admit a ticket at the door, with its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoggedScan {
    /// The id of the scan.
    pub scan_id: ScanId,
    /// The time of the scan, according to the device that scanned the ticket. If the device sent the scan immediately, this is
    /// the time at which the scan arrived.
    pub at: Timestamp,
    /// The account that made the scan.
    pub by: UserId,
    /// The gate at which the scan was made; `None` if it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<Gate>,
    /// The device that made the scan; `None` if it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_id: Option<DeviceId>,
    /// The code of the ticket; `None` if no code could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<TicketCode>,
    /// The result that was returned to the device that scanned the ticket.
    pub result: String,
    /// The reason why the scan was refused; `None` if it was not refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The one scan whose admission was taken back; `None` if all admissions of the ticket were, or if the entry is no undo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone_scan_id: Option<ScanId>,
}

/// The outcome of adding a user to the door staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewStaff {
    /// The user is door staff now, or was door staff already.
    Staff,
    /// The account does not exist.
    NoSuchUser,
}

/// Returns the writes of the two items that make `user` door staff of `event`. The first one is refused if the user is door
/// staff already.
fn staff_items(event: EventId, user: UserId) -> [Put; 2] {
    let whole = |mut item: Item| {
        item.insert("eventId".to_owned(), s(event.to_string()));
        item.insert("userId".to_owned(), s(user.to_string()));
        item
    };
    let staff = put_new(whole(key::staff(event, user)));
    [staff, Put::of(whole(key::staffs(event, user)))]
}

impl Store {
    /// Adds `user` to the door staff of `event`. The same transaction writes the audit entry `entry`. A second call changes
    /// nothing. An erased account cannot become door staff.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn add_staff(
        &self,
        event: EventId,
        user: UserId,
        entry: &AuditEntry,
    ) -> Result<NewStaff, StoreError> {
        let [staff, staffs] = staff_items(event, user);
        let writes = vec![staff.into(), staffs.into(), account_exists(user)];
        Ok(match self.send_noting(writes, entry).await? {
            Sent::Refused(error) if cancelled_by_condition(&error, 2) => NewStaff::NoSuchUser,
            // The account exists. So if the transaction was refused, the user is door staff already.
            Sent::Written | Sent::Refused(_) => NewStaff::Staff,
        })
    }

    /// Removes `user` from the door staff of `event`. The same transaction writes the audit entry `entry`, if there is one. A
    /// second call changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn remove_staff(
        &self,
        event: EventId,
        user: UserId,
        entry: Option<&AuditEntry>,
    ) -> Result<(), StoreError> {
        let staff = Delete::of(key::staff(event, user)).when(attr(PK).exists());
        let staffs = Delete::of(key::staffs(event, user));
        let writes = vec![staff.into(), staffs.into()];
        // If the transaction is refused, the user is not door staff any more, so there is nothing to remove.
        self.send_perhaps_noting(writes, entry).await.map(|_| ())
    }

    /// Whether `user` is door staff of `event`.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn is_staff(&self, event: EventId, user: UserId) -> Result<bool, StoreError> {
        Ok(self.get_item(key::staffs(event, user)).await?.is_some())
    }

    /// Lists the door staff of an event, in the order in which their accounts were created. The list begins after the user
    /// `after`.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn list_staff(
        &self,
        event: EventId,
        limit: usize,
        after: Option<UserId>,
    ) -> Result<Page<UserId>, StoreError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Staff {
            user_id: UserId,
        }
        let after = after.map(|user| key::staff(event, user));
        let page: Page<Staff> = self
            .query_partition(
                Range::oldest_first(key::event_pk(event), key::STAFF),
                None,
                limit,
                after,
            )
            .await?;
        Ok(Page {
            items: page.items.into_iter().map(|staff| staff.user_id).collect(),
            more: page.more,
        })
    }

    /// Writes a scan to the log. A second call with the same scan changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn log_scan(&self, event: EventId, scan: &LoggedScan) -> Result<(), StoreError> {
        let mut item: Item = serde_dynamo::to_item(scan)?;
        item.extend(key::scan(event, scan.at, &scan.scan_id));
        self.put(item).await
    }
}
