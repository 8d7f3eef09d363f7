//! The search that an address of the list contains.

use std::collections::HashMap;

use domain::{
    events::{listing::ListingFilters, schedule::parse_time},
    invalid::Findings,
};
use jiff::{Timestamp, ToSpan as _, civil::Date};
use store::{EventFilter, EventPosition};

use crate::{query::Query, visit::Visit};

/// The filters that an address may have.
const FILTERS: [&str; 5] = ["q", "category", "tag", "from", "to"];

/// The search that an address of the list contains.
#[derive(Debug)]
pub(crate) struct Search {
    pub(crate) filter: EventFilter,
    /// The position at which the page begins.
    pub(crate) after: Option<EventPosition>,
    /// The names of the malformed filters, which are ignored.
    pub(crate) invalid: Vec<&'static str>,
}

impl Search {
    /// Reads the search from the address of a visit.
    pub(crate) fn read(visit: &Visit) -> Self {
        let typed = typed(&visit.query);
        let mut findings = Findings::default();
        let filters =
            ListingFilters::parse(|name| typed.get(name).map(String::as_str), &mut findings);
        let refused = findings.finish(Some(())).err().unwrap_or_default();
        let is_refused = |name: &&str| {
            let mut pointers = refused.iter().map(|invalid| invalid.pointer.as_str());
            pointers.any(|pointer| pointer.strip_prefix('/') == Some(*name))
        };
        let cursor = visit.query.get("cursor").and_then(position);
        Self {
            // The table refuses a position outside the range of the query.
            after: cursor.filter(|after| filters.to.is_none_or(|to| after.starts_at < to)),
            filter: EventFilter {
                not_over_at: visit.now,
                from: filters.from,
                to: filters.to,
                query: filters.query(),
            },
            invalid: FILTERS.into_iter().filter(is_refused).collect(),
        }
    }
}

/// Returns the filters in the format of the API. A day becomes a time: the day `from` begins with it, and the day `to` ends
/// with it, both in UTC.
fn typed(query: &Query) -> HashMap<&'static str, String> {
    let filters = FILTERS.into_iter().filter_map(|name| {
        let text = query.get(name)?;
        let days = match name {
            "from" => 0,
            "to" => 1,
            _ => return Some((name, text.to_owned())),
        };
        Some((
            name,
            midnight(text, days).unwrap_or_else(|| text.to_owned()),
        ))
    });
    filters.collect()
}

/// Returns the beginning of the day `text`, or of a day that is `days` later; `None` if the text is not a day.
fn midnight(text: &str, days: i64) -> Option<String> {
    if text.len() != "2027-05-01".len() {
        return None;
    }
    let day: Date = text.parse().ok()?;
    let day = day.checked_add(days.days()).ok()?;
    Some(format!("{day}T00:00:00Z"))
}

/// Returns the text that names a position in an address. The text contains only data that the list shows, so the text needs no
/// signature.
pub(super) fn cursor(position: &EventPosition) -> String {
    format!("{}~{}", position.starts_at.as_millisecond(), position.id)
}

/// Reads a position from the text of [`cursor`]. Returns `None` if the text is not a position, for example because somebody has
/// changed it. The page then shows the beginning of the list.
fn position(text: &str) -> Option<EventPosition> {
    let (at, id) = text.split_once('~')?;
    let starts_at = Timestamp::from_millisecond(at.parse().ok()?).ok()?;
    // Every event starts at a time that the API accepts.
    parse_time(&starts_at.to_string()).ok()?;
    Some(EventPosition {
        starts_at,
        id: id.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Search {
        let request = axum::extract::Request::builder().uri(format!("/?{query}"));
        let request = request.body(axum::body::Body::empty()).unwrap();
        let now = "2027-01-01T00:00:00Z".parse().unwrap();
        Search::read(&Visit::of(&request, &crate::Settings::default(), now))
    }

    #[test]
    fn a_day_lasts_from_midnight_to_midnight() {
        let search = read("from=2027-05-01&to=2027-05-01");
        let time = |text: &str| Some(text.parse().unwrap());
        assert_eq!(search.filter.from, time("2027-05-01T00:00:00Z"));
        assert_eq!(search.filter.to, time("2027-05-02T00:00:00Z"));
        assert_eq!(
            read("to=2027-05-01T18:00:00Z").filter.to,
            time("2027-05-01T18:00:00Z")
        );
    }

    #[test]
    fn what_is_malformed_is_named_and_filters_nothing() {
        let search = read("from=soon&to=2027-13-01&tag=x&category=a%0Ab&utm_source=x&q=a");
        assert_eq!(search.invalid, ["category", "from", "to"]);
        assert_eq!((search.filter.from, search.filter.to), (None, None));
        assert_eq!(search.filter.query.tags, ["x"]);
        assert_eq!(search.filter.query.words.len(), 1);
    }

    #[test]
    fn a_cursor_reads_back_and_a_forged_one_begins_anew() {
        let position = EventPosition {
            starts_at: "2027-05-01T18:00:00Z".parse().unwrap(),
            id: "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
        };
        let text = cursor(&position);
        assert_eq!(read(&format!("cursor={text}")).after, Some(position));
        assert_eq!(read(&format!("cursor={text}&to=2027-04-30")).after, None);
        for forged in [
            "",
            "x",
            "1~x",
            "-1~evt_01h455vb4pex5vsknk084sn02q",
            "9999999999999999~evt_01h455vb4pex5vsknk084sn02q",
        ] {
            assert_eq!(read(&format!("cursor={forged}")).after, None, "{forged}");
        }
    }
}
