//! The filters of the public list of events, as a caller writes them into an address.

use jiff::Timestamp;

use super::{schedule::parse_time, search::EventQuery};
use crate::{
    invalid::{Findings, Refusal},
    text::{Category, Tag},
};

/// The filters of the public list of events. An event is listed if it passes all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListingFilters {
    /// The earliest time at which a listed event starts.
    pub from: Option<Timestamp>,
    /// All listed events start before this time.
    pub to: Option<Timestamp>,
    /// The category of all listed events.
    pub category: Option<Category>,
    /// A tag of all listed events.
    pub tag: Option<Tag>,
    /// The words that the caller typed, which are not empty.
    pub words: Option<String>,
}

impl ListingFilters {
    /// Parses the filters `from`, `to`, `category`, `tag` and `q`. `typed` returns the text of the filter with this name. A
    /// filter that is malformed is added to `findings`, and filters nothing.
    ///
    /// The category and the tag are parsed like those of an event, so that equal texts match.
    pub fn parse<'a>(
        typed: impl Fn(&'static str) -> Option<&'a str>,
        findings: &mut Findings,
    ) -> Self {
        let words = typed("q").filter(|words| !words.is_empty());
        Self {
            category: parsed("category", &typed, findings, Category::parse),
            tag: parsed("tag", &typed, findings, Tag::parse),
            words: words.map(str::to_owned),
            from: parsed("from", &typed, findings, parse_time),
            to: parsed("to", &typed, findings, parse_time),
        }
    }

    /// Returns the part of the filters by which events are searched: category, tag and words.
    #[must_use]
    pub fn query(&self) -> EventQuery {
        let tags: Vec<&str> = self.tag.iter().map(Tag::as_str).collect();
        EventQuery::new(
            self.category.as_ref().map(Category::as_str),
            &tags,
            self.words.as_deref(),
        )
    }
}

fn parsed<'a, T, E: Refusal>(
    name: &'static str,
    typed: impl Fn(&'static str) -> Option<&'a str>,
    findings: &mut Findings,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Option<T> {
    typed(name).and_then(|text| findings.check(format!("/{name}"), parse(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_filter_is_named_and_filters_nothing() {
        let mut findings = Findings::default();
        let typed = |name| match name {
            "from" => Some("2027-05-01T18:00:00Z"),
            "to" => Some("tomorrow"),
            "category" => Some(" Music "),
            "q" => Some(""),
            _ => None,
        };
        let filters = ListingFilters::parse(typed, &mut findings);
        let expected = ListingFilters {
            from: Some("2027-05-01T18:00:00Z".parse().unwrap()),
            category: Some(Category::parse("Music").unwrap()),
            ..ListingFilters::default()
        };
        assert_eq!(filters, expected);
        assert_eq!(filters.query().category.as_deref(), Some("music"));
        let refused = findings.finish(Some(())).unwrap_err();
        assert_eq!(refused.len(), 1);
        assert_eq!(refused[0].pointer, "/to");
    }
}
