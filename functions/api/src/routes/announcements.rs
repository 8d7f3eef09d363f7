//! Announcements, and the link that unsubscribes a registrant from them.

pub(crate) mod announce;
pub(crate) mod list;
pub(crate) mod unsubscribe;

use domain::{events::announcement::Announcement, text::timestamp::rfc3339};
use serde::Serialize;
use utoipa::ToSchema;

/// An announcement of an event.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Announcement)]
pub(crate) struct AnnouncementView {
    #[schema(example = "ann_01kamyz7p4e4gtxg4rv9jd5q7a")]
    id: String,
    event_id: String,
    message: String,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<&Announcement> for AnnouncementView {
    fn from(announcement: &Announcement) -> Self {
        Self {
            id: announcement.id.to_string(),
            event_id: announcement.event_id.to_string(),
            message: announcement.message.as_str().to_owned(),
            created_at: rfc3339(announcement.created_at),
        }
    }
}
