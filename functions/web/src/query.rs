//! The query of a page's address. Unknown parameters are ignored, because other sites add parameters to shared addresses.

use form_urlencoded::Serializer;

/// The parameters that pages use.
const KNOWN: [&str; 7] = ["q", "category", "tag", "from", "to", "cursor", "lang"];
/// The maximum number of bytes of a value. A longer value cannot match anything, and would only make the page longer.
const MAX_VALUE: usize = 500;

/// The known parameters of an address, each with one value, which is not empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(&'static str, String)>);

impl Query {
    /// Reads a query string. If a parameter occurs twice, the first one counts.
    pub(crate) fn parse(query: &str) -> Self {
        let mut read = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let known = KNOWN.into_iter().find(|known| *known == name);
            let value = value.trim();
            let is_usable = !value.is_empty()
                && value.len() <= MAX_VALUE
                && !value.contains(char::REPLACEMENT_CHARACTER);
            if let Some(known) = known
                && is_usable
                && read.get(known).is_none()
            {
                read.0.push((known, value.to_owned()));
            }
        }
        read
    }

    /// Returns the value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Returns the same query with another value of `name`, or without it.
    pub(crate) fn with(&self, name: &'static str, value: Option<&str>) -> Self {
        let others = self.0.iter().filter(|(known, _)| *known != name);
        let mut all: Vec<_> = others.cloned().collect();
        all.extend(value.map(|value| (name, value.to_owned())));
        Self(all)
    }

    /// Returns `path` with this query.
    pub(crate) fn after(&self, path: &str) -> String {
        if self.0.is_empty() {
            return path.to_owned();
        }
        let mut query = Serializer::new(String::new());
        for (name, value) in &self.0 {
            query.append_pair(name, value);
        }
        format!("{path}?{}", query.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_ignored_and_what_is_known_is_kept() {
        let query = Query::parse("utm_source=x&q=a+b%26&tag=&q=second&lang=de&from=%ff");
        assert_eq!(query.get("q"), Some("a b&"));
        assert_eq!(query.get("utm_source"), None);
        assert_eq!(query.after("/"), "/?q=a+b%26&lang=de");
        assert_eq!(
            query.with("lang", Some("fr")).after("/"),
            "/?q=a+b%26&lang=fr"
        );
        assert_eq!(query.with("q", None).with("lang", None).after("/x"), "/x");
        assert_eq!(
            Query::parse(&format!("q={}", "a".repeat(501))),
            Query::default()
        );
    }
}
