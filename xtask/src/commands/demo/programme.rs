//! Events that could well take place.

use serde_json::{Value, json};

use crate::clock::rfc3339;

const DAY: u64 = 86_400;

/// What an event is about; a plan takes one after the other and begins anew.
struct Template {
    title: &'static str,
    description: &'static str,
    venue: &'static str,
    timezone: &'static str,
    category: &'static str,
    tags: &'static [&'static str],
    capacity: u32,
    /// Length in hours.
    hours: u64,
}

const TEMPLATES: [Template; 5] = [
    Template {
        title: "Rust Nation: Winter Edition",
        description: "A day of talks on Rust in production, from embedded to the cloud.",
        venue: "Kulturbrauerei, Schönhauser Allee 36, Berlin",
        timezone: "Europe/Berlin",
        category: "conference",
        tags: &["rust", "software"],
        capacity: 120,
        hours: 9,
    },
    Template {
        title: "Hands-on: Serverless with DynamoDB",
        description: "A workshop. Bring a laptop; we design one table together and load it until it hurts.",
        venue: "Werkraum, Marktgasse 12, Zürich",
        timezone: "Europe/Zurich",
        category: "workshop",
        tags: &["serverless", "dynamodb"],
        capacity: 60,
        hours: 4,
    },
    Template {
        title: "String Quartet by Candlelight",
        description: "Schubert and Shostakovich in a small hall with a good piano that nobody will play.",
        venue: "Sala Apolo, Carrer Nou 113, Barcelona",
        timezone: "Europe/Madrid",
        category: "concert",
        tags: &["music", "classical"],
        capacity: 40,
        hours: 2,
    },
    Template {
        title: "Lisbon Startup Breakfast",
        description: "Coffee, three short pitches, and time to talk.",
        venue: "LX Factory, Rua Rodrigues de Faria 103, Lisboa",
        timezone: "Europe/Lisbon",
        category: "meetup",
        tags: &["startup"],
        capacity: 80,
        hours: 3,
    },
    Template {
        title: "Open Lab Night",
        description: "The physics department opens its laboratories; children are welcome.",
        venue: "Polhemsalen, Lägerhyddsvägen 1, Uppsala",
        timezone: "Europe/Stockholm",
        category: "science",
        tags: &["science", "family"],
        capacity: 150,
        hours: 5,
    },
];

/// An event to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Planned {
    pub(super) title: String,
    pub(super) capacity: u32,
    template: usize,
    /// Seconds since 1970.
    starts_at: u64,
}

/// As many events as wanted, the first in two weeks, then one a week, on the full hour.
pub(super) fn plan(count: u32, now: u64) -> Vec<Planned> {
    let first = (now / DAY + 14) * DAY + 17 * 3600;
    let event = |number: u32| {
        let template = number as usize % TEMPLATES.len();
        let round = number as usize / TEMPLATES.len() + 1;
        let title = TEMPLATES[template].title;
        Planned {
            title: if round == 1 {
                title.to_owned()
            } else {
                format!("{title} #{round}")
            },
            capacity: TEMPLATES[template].capacity,
            template,
            starts_at: first + u64::from(number) * 7 * DAY,
        }
    };
    (0..count).map(event).collect()
}

impl Planned {
    /// The request that creates it.
    pub(super) fn body(&self) -> Value {
        let template = &TEMPLATES[self.template];
        json!({
            "title": self.title,
            "description": template.description,
            "venue": template.venue,
            "startsAt": rfc3339(self.starts_at),
            "endsAt": rfc3339(self.starts_at + template.hours * 3600),
            "timezone": template.timezone,
            "capacity": self.capacity,
            "category": template.category,
            "tags": template.tags,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_lie_ahead_and_titles_differ() {
        let now = 1_795_368_724;
        let plan = plan(12, now);
        assert_eq!(
            plan.iter()
                .take(3)
                .map(|event| event.capacity)
                .collect::<Vec<_>>(),
            [120, 60, 40]
        );
        assert!(plan.iter().all(|event| event.starts_at > now + 13 * DAY));
        let mut titles: Vec<_> = plan.iter().map(|event| &event.title).collect();
        titles.sort();
        titles.dedup();
        assert_eq!(titles.len(), 12);
        assert_eq!(plan[0].body()["startsAt"], "2026-12-06T17:00:00Z");
        assert_eq!(plan[0].body()["endsAt"], "2026-12-07T02:00:00Z");
    }
}
