//! Announcements: what an organizer tells everybody who watches an event, and its registrants by mail.

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
    /// Its id; sorts by time.
    pub id: AnnouncementId,
    /// The event.
    pub event_id: EventId,
    /// What is said.
    pub message: AnnouncementText,
    /// Whether it goes to the registrants by mail, too.
    pub email: bool,
    /// When it was made.
    pub created_at: Timestamp,
}
