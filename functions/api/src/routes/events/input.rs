//! Parses events from the bodies that organizers send.

use std::collections::HashSet;

use domain::{
    events::{
        Capacity, CapacityError, EventDetails, MAX_TAGS,
        schedule::{Schedule, ZoneName, parse_time},
    },
    invalid::{Findings, Invalid, Reason, Refusal},
    text::{Category, Description, Tag, Title, Venue, fold::fold},
};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::{Patch, patch};

/// A new event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateEvent {
    /// Title of the event: 1 to 200 characters.
    #[schema(example = "Rust meetup")]
    title: String,
    /// Description of the event: at most 5,000 characters.
    description: Option<String>,
    /// Place of the event: 1 to 255 characters.
    #[schema(example = "Town hall, Vienna")]
    venue: String,
    /// When the event starts. The start must be in the future when the event is published.
    #[schema(format = DateTime, example = "2027-05-01T18:00:00Z")]
    starts_at: String,
    /// When the event ends: after the start, by at most 366 days.
    #[schema(format = DateTime, example = "2027-05-01T22:00:00Z")]
    ends_at: String,
    /// Time zone in which people read the times: a name of the IANA database.
    #[schema(example = "Europe/Vienna")]
    timezone: String,
    /// Number of seats: 1 to 100,000.
    #[schema(example = 120)]
    capacity: i64,
    /// Category of the event: at most 50 characters.
    category: Option<String>,
    /// Tags of the event: at most 10, of 1 to 30 characters each.
    tags: Option<Vec<String>>,
    /// When registration opens; by default, at publication.
    #[schema(format = DateTime)]
    registration_opens_at: Option<String>,
    /// When registration closes; by default, at the start of the event.
    #[schema(format = DateTime)]
    registration_closes_at: Option<String>,
    /// When the doors open; by default, 12 hours before the start.
    #[schema(format = DateTime)]
    doors_open_at: Option<String>,
}

/// Changes of an event. A field that is absent keeps its value; `null` removes the value of an optional field.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct UpdateEvent {
    #[serde(deserialize_with = "patch")]
    #[schema(value_type = Option<String>)]
    title: Patch<String>,
    #[serde(deserialize_with = "patch")]
    #[schema(value_type = Option<String>)]
    description: Patch<String>,
    #[serde(deserialize_with = "patch")]
    #[schema(value_type = Option<String>)]
    venue: Patch<String>,
    #[serde(deserialize_with = "patch")]
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Patch<String>,
    #[serde(deserialize_with = "patch")]
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Patch<String>,
    #[serde(deserialize_with = "patch")]
    #[schema(value_type = Option<String>)]
    timezone: Patch<String>,
    #[serde(deserialize_with = "patch")]
    #[schema(value_type = Option<i64>)]
    capacity: Patch<i64>,
    #[serde(deserialize_with = "patch")]
    #[schema(value_type = Option<String>)]
    category: Patch<String>,
    #[serde(deserialize_with = "patch")]
    #[schema(value_type = Option<Vec<String>>)]
    tags: Patch<Vec<String>>,
    #[serde(deserialize_with = "patch")]
    #[schema(value_type = Option<String>, format = DateTime)]
    registration_opens_at: Patch<String>,
    #[serde(deserialize_with = "patch")]
    #[schema(value_type = Option<String>, format = DateTime)]
    registration_closes_at: Patch<String>,
    #[serde(deserialize_with = "patch")]
    #[schema(value_type = Option<String>, format = DateTime)]
    doors_open_at: Patch<String>,
}

impl CreateEvent {
    /// Parses all fields of the new event.
    ///
    /// # Errors
    /// Every field whose value is invalid.
    pub(crate) fn parse(self) -> Result<EventDetails, Vec<Invalid>> {
        let mut findings = Findings::default();
        let title = findings.check("/title", Title::parse(&self.title));
        let description = findings.check(
            "/description",
            Description::parse(&self.description.unwrap_or_default()),
        );
        let venue = findings.check("/venue", Venue::parse(&self.venue));
        let starts_at = findings.check("/startsAt", parse_time(&self.starts_at));
        let ends_at = findings.check("/endsAt", parse_time(&self.ends_at));
        let timezone = findings.check("/timezone", ZoneName::parse(&self.timezone));
        let capacity = findings.check("/capacity", capacity(self.capacity));
        let category = optional(&mut findings, "/category", self.category, Category::parse);
        let tags = tags(&mut findings, &self.tags.unwrap_or_default());
        let registration_opens_at = optional(
            &mut findings,
            "/registrationOpensAt",
            self.registration_opens_at,
            parse_time,
        );
        let registration_closes_at = optional(
            &mut findings,
            "/registrationClosesAt",
            self.registration_closes_at,
            parse_time,
        );
        let doors_open_at = optional(
            &mut findings,
            "/doorsOpenAt",
            self.doors_open_at,
            parse_time,
        );
        let details = (|| {
            let schedule = Schedule {
                starts_at: starts_at?,
                ends_at: ends_at?,
                timezone: timezone?,
                registration_opens_at,
                registration_closes_at,
                doors_open_at,
            };
            Some(EventDetails {
                title: title?,
                description: description?,
                venue: venue?,
                schedule,
                capacity: capacity?,
                category,
                tags,
            })
        })();
        finish(findings, details)
    }
}

impl UpdateEvent {
    /// Returns `details` after the changes.
    ///
    /// # Errors
    /// Every field whose value is invalid, or contradicts the value of another field.
    pub(crate) fn apply(self, mut details: EventDetails) -> Result<EventDetails, Vec<Invalid>> {
        let mut findings = Findings::default();
        let f = &mut findings;
        replace(f, "/title", self.title, &mut details.title, |text| {
            Title::parse(&text)
        });
        replace(
            f,
            "/description",
            self.description.map(|text| Some(text.unwrap_or_default())),
            &mut details.description,
            |text| Description::parse(&text),
        );
        replace(f, "/venue", self.venue, &mut details.venue, |text| {
            Venue::parse(&text)
        });
        replace(
            f,
            "/startsAt",
            self.starts_at,
            &mut details.schedule.starts_at,
            |text| parse_time(&text),
        );
        replace(
            f,
            "/endsAt",
            self.ends_at,
            &mut details.schedule.ends_at,
            |text| parse_time(&text),
        );
        replace(
            f,
            "/timezone",
            self.timezone,
            &mut details.schedule.timezone,
            |text| ZoneName::parse(&text),
        );
        replace(
            f,
            "/capacity",
            self.capacity,
            &mut details.capacity,
            capacity,
        );
        if let Some(category) = self.category {
            details.category = optional(f, "/category", category, Category::parse);
        }
        if let Some(new) = self.tags {
            details.tags = tags(f, &new.unwrap_or_default());
        }
        let mut time = |pointer, change: Patch<String>, field: &mut Option<Timestamp>| {
            if let Some(value) = change {
                *field = optional(f, pointer, value, parse_time);
            }
        };
        time(
            "/registrationOpensAt",
            self.registration_opens_at,
            &mut details.schedule.registration_opens_at,
        );
        time(
            "/registrationClosesAt",
            self.registration_closes_at,
            &mut details.schedule.registration_closes_at,
        );
        time(
            "/doorsOpenAt",
            self.doors_open_at,
            &mut details.schedule.doors_open_at,
        );
        finish(findings, Some(details))
    }
}

fn capacity(seats: i64) -> Result<Capacity, CapacityError> {
    u32::try_from(seats)
        .map_err(|_| CapacityError)
        .and_then(Capacity::try_from)
}

fn optional<T, E: Refusal>(
    findings: &mut Findings,
    pointer: &str,
    text: Option<String>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Option<T> {
    text.and_then(|text| findings.check(pointer, parse(&text)))
}

fn tags(findings: &mut Findings, texts: &[String]) -> Vec<Tag> {
    if texts.len() > MAX_TAGS {
        let detail = format!("must have at most {MAX_TAGS} tags");
        findings.add("/tags", Reason::TooMany { max: MAX_TAGS }, detail);
        return Vec::new();
    }
    let mut tags: Vec<Tag> = Vec::new();
    // Tags that a search treats as equal are duplicates. Only the first of them is kept.
    let mut folded = HashSet::new();
    for (at, text) in texts.iter().enumerate() {
        if let Some(tag) = findings.check(format!("/tags/{at}"), Tag::parse(text))
            && folded.insert(fold(tag.as_str()))
        {
            tags.push(tag);
        }
    }
    tags
}

fn replace<V, T, E: Refusal>(
    findings: &mut Findings,
    pointer: &str,
    change: Patch<V>,
    field: &mut T,
    parse: impl FnOnce(V) -> Result<T, E>,
) {
    match change {
        None => {}
        Some(None) => findings.add(pointer, Reason::Null, "must not be null"),
        Some(Some(value)) => {
            if let Some(value) = findings.check(pointer, parse(value)) {
                *field = value;
            }
        }
    }
}

fn finish(
    mut findings: Findings,
    details: Option<EventDetails>,
) -> Result<EventDetails, Vec<Invalid>> {
    // The fields are compared with each other only if the value of each field is valid.
    if let (Some(details), true) = (&details, findings.is_empty()) {
        for (field, reason, rule) in details.schedule.contradictions() {
            findings.add(format!("/{field}"), reason, rule);
        }
    }
    findings.finish(details)
}
