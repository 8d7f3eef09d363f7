//! Announcements: messages of an organizer to everybody who watches an event, and to its registrants by mail.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    id::{AnnouncementId, EventId},
    text::AnnouncementText,
};

/// An announcement. It is public, and never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Announcement {
    /// The id, which sorts by time.
    pub id: AnnouncementId,
    /// The event.
    pub event_id: EventId,
    /// The text.
    pub message: AnnouncementText,
    /// Whether the registrants also get it by mail.
    pub email: bool,
    /// The time at which it was made.
    pub created_at: Timestamp,
}
