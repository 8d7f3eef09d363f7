//! Events as clients see them.

use domain::{
    events::{ClosedReason, Event, picture::Picture},
    live::counts::Counts,
    seats::{availability::Availability, visitor_action::VisitorAction},
    text::timestamp::rfc3339,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::words;

/// An event. `registered`, `remaining` and `waitlisted` may be two seconds old.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Event)]
pub(crate) struct EventView {
    #[schema(example = "evt_01kamyz7p4e4gtxg4rv9jd5q7a")]
    id: String,
    title: String,
    description: String,
    venue: String,
    #[schema(format = DateTime)]
    starts_at: String,
    #[schema(format = DateTime)]
    ends_at: String,
    /// IANA time zone in which people read the times.
    #[schema(example = "Europe/Berlin")]
    timezone: String,
    capacity: u32,
    #[schema(required)]
    category: Option<String>,
    tags: Vec<String>,
    /// The picture; `null`: none.
    #[schema(required)]
    picture: Option<PictureView>,
    #[schema(value_type = words::EventStatus)]
    status: &'static str,
    /// When registration opens; `null`: at publication.
    #[schema(required, format = DateTime)]
    registration_opens_at: Option<String>,
    /// When registration closes; `null`: at the start of the event.
    #[schema(required, format = DateTime)]
    registration_closes_at: Option<String>,
    /// When the doors open: as the organizer set it, or else 12 hours before the start.
    #[schema(format = DateTime)]
    doors_open_at: String,
    organizer: OrganizerView,
    registered: u32,
    remaining: u32,
    waitlisted: u32,
    /// The action by which a visitor who has neither a seat nor a place on the waitlist can get one of them now.
    visitor_action: VisitorActionView,
    /// Version of the event, which counts its changes. The `ETag` begins with this number.
    version: u64,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// The picture of an event, as JPEG in up to three sizes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Picture)]
struct PictureView {
    /// Description for people who do not see the picture: at most 200 characters. `null`: the picture only decorates.
    #[schema(required, example = "A choir on the steps of a church")]
    description: Option<String>,
    /// The sizes, the smallest first. There is at least one.
    sizes: Vec<PictureSizeView>,
}

/// One size of a picture.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PictureSize)]
struct PictureSizeView {
    /// Width in pixels, at most 1,600.
    #[schema(example = 960)]
    width: u32,
    /// Height in pixels, at most 3,200.
    #[schema(example = 640)]
    height: u32,
    /// Path of the file at the origin of the pages. The file never changes.
    #[schema(example = "/pictures/pic_01kamyz7p4e4gtxg4rv9jd5q7a/960.jpg")]
    path: String,
}

impl PictureView {
    fn new(picture: &Picture) -> Self {
        let description = picture.description.as_ref();
        let sizes = picture.sizes.iter().map(|size| PictureSizeView {
            width: size.width,
            height: size.height,
            path: picture.path(*size),
        });
        Self {
            description: description.map(|text| text.as_str().to_owned()),
            sizes: sizes.collect(),
        }
    }
}

/// The organizer of an event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organizer)]
struct OrganizerView {
    id: String,
    name: String,
}

/// The action by which a visitor who has neither a seat nor a place on the waitlist can get one of them. It follows from the
/// time, which is at most a second before the answer, and from counts that may be two seconds old.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VisitorAction)]
struct VisitorActionView {
    /// The action: `register` if a seat is free, join the `waitlist` if no seat is free, or `nothing`.
    #[schema(value_type = words::VisitorActionName)]
    action: &'static str,
    /// With action `nothing`: why nobody can register, as in the problem `registration-closed`. With other actions: `null`.
    #[schema(required, value_type = Option<words::ClosedReason>)]
    reason: Option<ClosedReason>,
}

impl From<VisitorAction> for VisitorActionView {
    fn from(action: VisitorAction) -> Self {
        Self {
            action: action.as_str(),
            reason: action.reason(),
        }
    }
}

impl EventView {
    /// Returns the event in the form in which the API shows it at the time `now`. `availability` is `None` if the event was
    /// never published.
    pub(crate) fn new(event: &Event, availability: Option<Availability>, now: Timestamp) -> Self {
        let visitor_action = VisitorAction::of(event, availability.as_ref(), now).into();
        let details = &event.details;
        let schedule = &details.schedule;
        let Counts {
            registered,
            remaining,
            capacity,
            waitlisted,
            ..
        } = Counts::of(event, availability);
        Self {
            id: event.id.to_string(),
            title: details.title.as_str().to_owned(),
            description: details.description.as_str().to_owned(),
            venue: details.venue.as_str().to_owned(),
            starts_at: rfc3339(schedule.starts_at),
            ends_at: rfc3339(schedule.ends_at),
            timezone: schedule.timezone.as_str().to_owned(),
            capacity,
            category: details
                .category
                .as_ref()
                .map(|category| category.as_str().to_owned()),
            tags: details
                .tags
                .iter()
                .map(|tag| tag.as_str().to_owned())
                .collect(),
            picture: event.picture.as_ref().map(PictureView::new),
            status: event.status.as_str(),
            registration_opens_at: schedule.registration_opens_at.map(rfc3339),
            registration_closes_at: schedule.registration_closes_at.map(rfc3339),
            doors_open_at: rfc3339(schedule.doors_open()),
            organizer: OrganizerView {
                id: event.organizer.id.to_string(),
                name: event.organizer.name.as_str().to_owned(),
            },
            registered,
            remaining,
            waitlisted,
            visitor_action,
            version: event.version,
            created_at: rfc3339(event.created_at),
            updated_at: rfc3339(event.updated_at),
        }
    }
}
