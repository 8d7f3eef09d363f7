//! Describes an event to search engines: an `Event` of schema.org, as JSON-LD.

use domain::{
    events::{Event, EventStatus},
    live::counts::Counts,
    seats::{availability::Availability, visitor_action::VisitorAction},
};
use serde_json::{Map, Value, json};

use super::event::shown_name;
use crate::{dates::Clock, markdown::summary, markup::Markup, visit::Visit};

/// Returns the content of the element `<script type="application/ld+json">`. `drawn` is the absolute address of the picture
/// that was drawn for links; it stands in if the event has no picture of its own.
pub(crate) fn json_ld(
    visit: &Visit,
    event: &Event,
    availability: Option<Availability>,
    drawn: &str,
) -> Markup {
    let details = &event.details;
    let schedule = &details.schedule;
    let texts = visit.messages();
    let clock = Clock::new(texts, &schedule.timezone);
    let address = visit.site.at(&format!("/events/{}", event.id));
    let action = VisitorAction::of(event, availability.as_ref(), visit.now);
    let counts = Counts::of(event, availability);
    let own_picture = event.picture.as_ref().and_then(|picture| {
        let largest = picture.largest()?;
        Some(visit.site.at(&picture.path(largest)))
    });
    let is_cancelled = event.status == EventStatus::Cancelled;
    let mut described = Map::from_iter([
        ("@context".to_owned(), json!("https://schema.org")),
        ("@type".to_owned(), json!("Event")),
        ("@id".to_owned(), json!(address)),
        ("url".to_owned(), json!(address)),
        ("name".to_owned(), json!(details.title.as_str())),
        (
            "startDate".to_owned(),
            json!(clock.with_offset(schedule.starts_at)),
        ),
        (
            "endDate".to_owned(),
            json!(clock.with_offset(schedule.ends_at)),
        ),
        (
            "eventStatus".to_owned(),
            json!(if is_cancelled {
                "https://schema.org/EventCancelled"
            } else {
                "https://schema.org/EventScheduled"
            }),
        ),
        (
            "location".to_owned(),
            json!({"@type": "Place", "name": details.venue.as_str(), "address": details.venue.as_str()}),
        ),
        (
            "organizer".to_owned(),
            json!({
                "@type": "Organization",
                "name": shown_name(texts, event.organizer.name.as_str()),
                "url": visit.site.at(&format!("/organizers/{}", event.organizer.id)),
            }),
        ),
        (
            "image".to_owned(),
            json!([own_picture.as_deref().unwrap_or(drawn)]),
        ),
        ("maximumAttendeeCapacity".to_owned(), json!(counts.capacity)),
        (
            "remainingAttendeeCapacity".to_owned(),
            json!(counts.remaining),
        ),
    ]);
    let description = summary(details.description.as_str(), 500);
    if !description.is_empty() {
        described.insert("description".to_owned(), json!(description));
    }
    let availability = match action {
        VisitorAction::Register => Some("https://schema.org/InStock"),
        VisitorAction::Waitlist => Some("https://schema.org/SoldOut"),
        VisitorAction::Nothing(_) => None,
    };
    if let Some(availability) = availability {
        let offer = json!({"@type": "Offer", "url": address, "availability": availability});
        described.insert("offers".to_owned(), offer);
    }
    embedded(&Value::Object(described))
}

/// Returns a value as JSON that cannot end the element around it, or begin another one.
fn embedded(value: &Value) -> Markup {
    let json = value.to_string();
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            // In JSON, these characters occur only in strings.
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            c => safe.push(c),
        }
    }
    Markup::trusted(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_leave_its_element() {
        for attack in [
            "</script><script>alert(1)</script>",
            "<!-- <script>",
            "]]>",
            "\" } \u{2028} &lt;/script&gt;",
            "\\u003c/script>",
        ] {
            let json = embedded(&json!({"name": attack})).to_string();
            assert!(!json.contains(['<', '>', '&', '\u{2028}']), "{json}");
            let read: Value = serde_json::from_str(&json).unwrap();
            assert_eq!(read["name"], attack);
        }
    }
}
