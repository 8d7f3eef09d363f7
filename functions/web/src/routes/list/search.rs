//! The search that an address of the list contains.

use domain::{
    events::{
        listing::{Days, ListingFilters},
        schedule::parse_time,
    },
    invalid::Findings,
};
use jiff::{Timestamp, civil::Date};
use store::{EventFilter, EventPosition};

use crate::{query::Query, visit::Visit};

/// The filters that an address may have.
const FILTERS: [&str; 5] = ["q", "category", "tag", "from", "to"];
/// The filters that may be days: the first day, and the last one.
const DAYS: [&str; 2] = ["from", "to"];

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
        let query = &visit.query;
        let mut findings = Findings::default();
        // A filter is a day, as the form sends it, or has the format of the API.
        let is_text = |name| !DAYS.contains(&name) || day(query, name).is_none();
        let typed = |name| query.get(name).filter(|_| is_text(name));
        let filters = ListingFilters::parse(typed, &mut findings);
        let refused = findings.finish(Some(())).err().unwrap_or_default();
        let is_refused = |name: &&str| {
            let mut pointers = refused.iter().map(|invalid| invalid.pointer.as_str());
            pointers.any(|pointer| pointer.strip_prefix('/') == Some(*name))
        };
        let cursor = query.get("cursor").and_then(position);
        let [first, last] = DAYS.map(|name| day(query, name));
        let filter = EventFilter {
            not_over_at: visit.now,
            from: filters.from,
            to: filters.to,
            days: Days { first, last },
            query: filters.query(),
        };
        let before = filter.before();
        Self {
            // The table refuses a position outside the range of the query.
            after: cursor.filter(|after| before.is_none_or(|before| after.starts_at < before)),
            filter,
            invalid: FILTERS.into_iter().filter(is_refused).collect(),
        }
    }
}

/// Returns the filter `name` if it is a day.
fn day(query: &Query, name: &str) -> Option<Date> {
    let text = query.get(name)?;
    let has_no_time = text.len() == "2027-05-01".len();
    has_no_time.then(|| text.parse().ok()).flatten()
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
    fn a_filter_is_a_day_or_a_time() {
        let filter = read("from=2027-05-01&to=2027-05-02").filter;
        let days = Days {
            first: Some("2027-05-01".parse().unwrap()),
            last: Some("2027-05-02".parse().unwrap()),
        };
        assert_eq!((filter.from, filter.to, filter.days), (None, None, days));
        let filter = read("to=2027-05-01T18:00:00Z").filter;
        let time = "2027-05-01T18:00:00Z".parse().unwrap();
        assert_eq!((filter.to, filter.days), (Some(time), Days::default()));
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
