//! Announcements: messages that an organizer sends to everybody who watches an event and, by mail, to everybody who registered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    id::{AnnouncementId, EventId},
    text::AnnouncementText,
};

/// An announcement. It is public and never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Announcement {
    /// The id of the announcement. Ids sort by time.
    pub id: AnnouncementId,
    /// The id of the event.
    pub event_id: EventId,
    /// The text of the announcement.
    pub message: AnnouncementText,
    /// Whether the announcement is sent by mail, too, to everybody who registered.
    pub email: bool,
    /// The time at which the announcement was made.
    pub created_at: Timestamp,
}
