//! The languages of the pages, and the choice of the language of an answer.

use axum::http::{HeaderMap, header};

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Locale {
    English,
    German,
    French,
    Spanish,
    Arabic,
}

impl Locale {
    /// All languages, in the order in which menus list them.
    pub(crate) const ALL: [Self; 5] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Arabic,
    ];

    /// Returns the language's tag (RFC 5646), which is also the name of the catalogue's folder.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Arabic => "ar",
        }
    }

    /// Returns the direction of the script: the value of the attribute `dir`.
    pub(crate) fn direction(self) -> &'static str {
        match self {
            Self::English | Self::German | Self::French | Self::Spanish => "ltr",
            Self::Arabic => "rtl",
        }
    }

    /// Returns the language with this tag, such as `de` or `de-AT`.
    pub(crate) fn of_tag(tag: &str) -> Option<Self> {
        let language = tag.split('-').next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|locale| locale.tag().eq_ignore_ascii_case(language))
    }

    /// Returns the language that a caller prefers (RFC 9110, 12.5.4). English is the language of callers who accept none of
    /// these languages.
    pub(crate) fn preferred(headers: &HeaderMap) -> Self {
        let accepted = headers.get_all(header::ACCEPT_LANGUAGE).into_iter();
        let ranges = accepted
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        let mut best = (0.0, Self::English);
        for range in ranges {
            let (tag, weight) = match range.split_once(';') {
                Some((tag, parameter)) => (tag.trim(), weight(parameter)),
                None => (range.trim(), 1.0),
            };
            // The first of several languages with the same weight wins.
            if let Some(locale) = Self::of_tag(tag)
                && weight > best.0
            {
                best = (weight, locale);
            }
        }
        best.1
    }
}

/// Returns the weight in a parameter such as `q=0.8`. A language with a malformed weight counts as refused.
fn weight(parameter: &str) -> f32 {
    let parsed = parameter.trim().strip_prefix("q=");
    parsed.and_then(|text| text.parse().ok()).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_caller_gets_the_language_that_it_likes_best() {
        for (accepted, expected) in [
            ("", Locale::English),
            ("*", Locale::English),
            ("ja", Locale::English),
            ("de-AT,de;q=0.9,en;q=0.8", Locale::German),
            ("en;q=0.5, fr;q=0.9", Locale::French),
            ("ja, AR-eg;q=0.3, de;q=0", Locale::Arabic),
            ("es;q=x, fr;q=0.1", Locale::French),
            ("english", Locale::English),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accepted));
            assert_eq!(Locale::preferred(&headers), expected, "{accepted}");
        }
    }
}
