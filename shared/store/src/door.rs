//! Door staff, and the log of scans.

use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};
use domain::{
    audit::AuditEntry,
    id::{EventId, UserId},
    text::{DeviceId, Gate, ScanId},
    ticket::code::TicketCode,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Page, Store, StoreError,
    accounts::cancelled_by_condition,
    attribute::{Item, PK, s},
    audit::Sent,
    key,
    lists::Range,
};

/// One attempt at the door, whatever became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoggedScan {
    /// The scan.
    pub scan_id: ScanId,
    /// When, as the scanner said; of a scan that came at once: when it came.
    pub at: Timestamp,
    /// The account that scanned.
    pub by: UserId,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<Gate>,
    /// With what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_id: Option<DeviceId>,
    /// The ticket, as far as one could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<TicketCode>,
    /// What the scanner was told.
    pub result: String,
    /// Why, if it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What became of a wish to make somebody door staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewStaff {
    /// The user is door staff, perhaps since before.
    Staff,
    /// There is no such account.
    NoSuchUser,
}

impl Store {
    /// Makes `user` door staff of `event`, with `entry` in the same transaction; again changes nothing. An account that is
    /// erased becomes none.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn add_staff(
        &self,
        event: EventId,
        user: UserId,
        entry: &AuditEntry,
    ) -> Result<NewStaff, StoreError> {
        let whole = |mut item: Item| {
            item.insert("eventId".to_owned(), s(event.to_string()));
            item.insert("userId".to_owned(), s(user.to_string()));
            item
        };
        let staff = self.put_new(whole(key::staff(event, user)))?;
        let staffs = Put::builder()
            .table_name(&self.table)
            .set_item(Some(whole(key::staffs(event, user))))
            .build()?;
        let writes = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().put(staff).build())
            .transact_items(TransactWriteItem::builder().put(staffs).build())
            .transact_items(self.account_exists(user)?);
        Ok(match self.send_noting(writes, entry).await? {
            Sent::Refused(error) if cancelled_by_condition(error.as_service_error(), 2) => {
                NewStaff::NoSuchUser
            }
            // Refused otherwise: the user is door staff already.
            Sent::Written | Sent::Refused(_) => NewStaff::Staff,
        })
    }

    /// `user` is not door staff of `event` any more, with `entry`, if one is due, in the same transaction; again changes
    /// nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn remove_staff(
        &self,
        event: EventId,
        user: UserId,
        entry: Option<&AuditEntry>,
    ) -> Result<(), StoreError> {
        let staff = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(key::staff(event, user)))
            .condition_expression("attribute_exists(#pk)")
            .expression_attribute_names("#pk", PK)
            .build()?;
        let staffs = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(key::staffs(event, user)))
            .build()?;
        let writes = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().delete(staff).build())
            .transact_items(TransactWriteItem::builder().delete(staffs).build());
        // Refused: the user is no door staff.
        self.send_perhaps_noting(writes, entry).await.map(|_| ())
    }

    /// Whether `user` is door staff of `event`.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn is_staff(&self, event: EventId, user: UserId) -> Result<bool, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key::staffs(event, user)))
            .consistent_read(true)
            .send()
            .await?;
        Ok(found.item.is_some())
    }

    /// Door staff of an event, in the order of their accounts' making, after `after`.
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

    /// Notes an attempt; the same again changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn log_scan(&self, event: EventId, scan: &LoggedScan) -> Result<(), StoreError> {
        let mut item: Item = serde_dynamo::to_item(scan)?;
        item.extend(key::scan(event, scan.at, &scan.scan_id));
        self.put(item).await
    }

    /// Attempts at an event's doors, the newest first, after `after`.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn list_scans(
        &self,
        event: EventId,
        limit: usize,
        after: Option<(Timestamp, ScanId)>,
    ) -> Result<Page<LoggedScan>, StoreError> {
        let after = after.map(|(at, scan)| key::scan(event, at, &scan));
        self.query_partition(
            Range::newest_first(key::event_pk(event), key::SCAN),
            None,
            limit,
            after,
        )
        .await
    }
}
