//! HTML that is safe to insert into a page without escaping.

use std::fmt;

use crate::catalogue::filled;

/// A fragment of HTML in which all texts of people are escaped already. Templates insert it with the filter `safe`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Markup(String);

impl Markup {
    /// Returns a text as HTML.
    pub(crate) fn text(text: &str) -> Self {
        Self(escaped(text))
    }

    /// Trusts `html`. The caller has escaped all texts in it.
    pub(crate) fn trusted(html: String) -> Self {
        Self(html)
    }

    /// Returns a text of the catalogue with HTML instead of its placeholders.
    pub(crate) fn filled(text: &str, values: &[(&str, &Self)]) -> Self {
        let values: Vec<_> = values
            .iter()
            .map(|(name, value)| (*name, value.0.as_str()))
            .collect();
        Self(filled(&escaped(text), &values))
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns a text as the content of an element, or as the value of an attribute in double quotes.
pub(crate) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_once_and_values_not_at_all() {
        let value = Markup::text("<\"&'>");
        assert_eq!(value.to_string(), "&lt;&quot;&amp;&#39;&gt;");
        let filled = Markup::filled("<{name}>", &[("name", &value)]);
        assert_eq!(filled.to_string(), format!("&lt;{value}&gt;"));
    }
}
