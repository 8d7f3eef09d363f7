//! The fields of the form with which a visitor searches.

use crate::{catalogue::Messages, query::Query};

/// The fields of the form with which a visitor searches.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    pub(super) texts: &'a Messages,
    pub(super) query: &'a Query,
    /// The names of the fields whose text is malformed.
    pub(super) invalid: Vec<&'static str>,
}

/// A field of the form.
#[derive(Debug)]
pub(super) struct Field<'a> {
    pub(super) name: &'static str,
    pub(super) label: &'a str,
    /// The value of the attribute `type`.
    pub(super) kind: &'static str,
    pub(super) value: &'a str,
    /// The reason why the value was ignored.
    pub(super) error: Option<&'a str>,
}

impl<'a> Fields<'a> {
    /// Returns the text of a field. The text is empty if the visitor has not filled in the field.
    pub(super) fn text(&self, name: &str) -> &'a str {
        self.query.get(name).unwrap_or_default()
    }

    /// Returns whether the visitor has filled in one of the fields of [`Self::filters`].
    pub(super) fn has_filters(&self) -> bool {
        self.filters().iter().any(|field| !field.value.is_empty())
    }

    /// Returns whether the visitor searches.
    pub(super) fn are_used(&self) -> bool {
        self.has_filters() || !self.text("q").is_empty()
    }

    /// Returns whether this is not the first page of the list.
    pub(super) fn is_later_page(&self) -> bool {
        !self.text("cursor").is_empty()
    }

    /// Returns the fields that are hidden until a visitor needs them.
    pub(super) fn filters(&self) -> [Field<'a>; 4] {
        let texts = self.texts;
        let field = |name, label, kind, error| Field {
            name,
            label,
            kind,
            value: self.text(name),
            error: self.invalid.contains(&name).then_some(error),
        };
        let (text, day) = (texts.list_bad_text.as_str(), texts.list_bad_day.as_str());
        [
            field("category", texts.list_category.as_str(), "text", text),
            field("tag", texts.list_tag.as_str(), "text", text),
            field("from", texts.list_from.as_str(), "date", day),
            field("to", texts.list_to.as_str(), "date", day),
        ]
    }
}
