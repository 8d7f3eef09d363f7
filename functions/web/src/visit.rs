//! A request for a page: the visitor's language, and the address that was requested.

use axum::{extract::Request, http::Uri};
use jiff::Timestamp;

use crate::{
    catalogue::{self, Messages},
    locale::Locale,
    query::Query,
    settings::Settings,
    site::Site,
};

/// A request for a page. The layer around all handlers puts it into the request's extensions.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) locale: Locale,
    /// Whether the address names the language. If it does not, the settings of the visitor's browser decide.
    pub(crate) is_locale_chosen: bool,
    pub(crate) site: Site,
    pub(crate) query: Query,
    pub(crate) path: String,
    /// The time of the request, in whole seconds, so that equal pages of one second are the same bytes.
    pub(crate) now: Timestamp,
}

impl Visit {
    /// Reads a request that came at the time `now`.
    pub(crate) fn of(request: &Request, settings: &Settings, now: Timestamp) -> Self {
        let uri: &Uri = request.uri();
        let query = Query::parse(uri.query().unwrap_or_default());
        let chosen = query.get("lang").and_then(Locale::of_tag);
        Self {
            locale: chosen.unwrap_or_else(|| Locale::preferred(request.headers())),
            is_locale_chosen: chosen.is_some(),
            site: Site::of(settings, request.headers()),
            query,
            path: uri.path().to_owned(),
            now: Timestamp::from_second(now.as_second()).unwrap_or(now),
        }
    }

    /// Returns the texts in the visitor's language.
    pub(crate) fn messages(&self) -> &'static Messages {
        catalogue::messages(self.locale)
    }

    /// Returns the link to a path of this site. The link names the language if the visitor chose the language.
    pub(crate) fn link(&self, path: &str) -> String {
        self.linked(path, &Query::default())
    }

    /// Returns the link to a path of this site with this query. The link names the language if the visitor chose the language.
    pub(crate) fn linked(&self, path: &str, query: &Query) -> String {
        if self.is_locale_chosen {
            query.with("lang", Some(self.locale.tag())).after(path)
        } else {
            query.after(path)
        }
    }
}
