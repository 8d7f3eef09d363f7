//! Query strings: every operation takes the parameters that its contract declares, each at most once.
//!
//! Otherwise a misspelt parameter, or a second value that replaces the first, would change an answer unnoticed.

use std::{collections::HashMap, convert::Infallible};

use axum::{
    extract::{FromRequestParts, MatchedPath, Request},
    http::{Method, request::Parts},
};
use domain::invalid::{Findings, Invalid, pointer_token};

use crate::problem::ApiError;

#[cfg(test)]
mod tests;

/// The query parameters of every operation that has any, by method and route.
///
/// A test compares them with `openapi.json`. Reading them from the document at the start would cost more than making all routes.
const OPERATIONS: &[(&str, &str, &[&str])] = &[
    (
        "GET",
        "/v1/admin/audit",
        &["limit", "cursor", "object", "from", "to", "action", "actor"],
    ),
    (
        "GET",
        "/v1/events",
        &["limit", "cursor", "from", "to", "category", "tag", "q"],
    ),
    ("GET", "/v1/auth/email-change/objection", &["token"]),
    ("POST", "/v1/auth/email-change/objection", &["token"]),
    ("GET", "/v1/events/{id}/announcements", &["limit", "cursor"]),
    ("GET", "/v1/events/{id}/attendees.csv", &["limit", "cursor"]),
    ("GET", "/v1/events/{id}/check-ins", &["limit", "cursor"]),
    (
        "GET",
        "/v1/events/{id}/check-ins/conflicts",
        &["limit", "cursor", "kind"],
    ),
    ("GET", "/v1/events/{id}/door", &["cursor"]),
    (
        "GET",
        "/v1/events/{id}/registrations",
        &["limit", "cursor", "status"],
    ),
    ("GET", "/v1/events/{id}/staff", &["limit", "cursor"]),
    ("GET", "/v1/me/events", &["limit", "cursor"]),
    (
        "GET",
        "/v1/me/registrations",
        &["limit", "cursor", "status"],
    ),
    ("GET", "/v1/me/sessions", &["limit", "cursor"]),
    ("GET", "/v1/me/tickets", &["limit", "cursor", "status"]),
    ("GET", "/v1/unsubscribe", &["token"]),
    ("POST", "/v1/unsubscribe", &["token"]),
    ("GET", "/v1/users", &["limit", "cursor", "email"]),
];

/// The decoded query parameters of a request. [`admit`] has checked that the operation knows each of them, and that each is
/// given once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parameters(HashMap<String, String>);

impl Parameters {
    /// The value of a parameter, if the caller gave it.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns all of them as a query string, in the order of their names.
    pub(crate) fn in_order(&self) -> String {
        let mut all: Vec<_> = self.0.iter().collect();
        all.sort_unstable();
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(all).finish()
    }
}

impl<S: Sync> FromRequestParts<S> for Parameters {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.remove().unwrap_or_default())
    }
}

/// Checks the query string of `request`, and passes its [`Parameters`] on to the handler. `is_served` returns whether a route
/// has a method; it is called only for a query that is refused.
///
/// # Errors
/// [`ApiError::Invalid`] names every parameter that the operation does not know, that is given more than once, or that is
/// no UTF-8.
pub(crate) fn admit(
    request: &mut Request,
    is_served: fn(&Method, &str) -> bool,
) -> Result<(), ApiError> {
    let query = request.uri().query().unwrap_or_default();
    let route = request.extensions().get::<MatchedPath>();
    let (false, Some(route)) = (query.is_empty(), route) else {
        return Ok(());
    };
    // HEAD is answered as GET.
    let method = match *request.method() {
        Method::HEAD => &Method::GET,
        ref method => method,
    };
    match parse(query, parameters_of(method, route.as_str())) {
        Ok(parameters) => {
            request.extensions_mut().insert(parameters);
            Ok(())
        }
        // A method that the route does not have is refused by the router.
        Err(_) if !is_served(method, route.as_str()) => Ok(()),
        Err(errors) => Err(ApiError::Invalid(errors)),
    }
}

fn parameters_of(method: &Method, route: &str) -> &'static [&'static str] {
    let mut operations = OPERATIONS.iter();
    let found = operations.find(|(m, r, _)| *m == method.as_str() && *r == route);
    found.map_or(&[], |(_, _, parameters)| parameters)
}

/// Parses `application/x-www-form-urlencoded`: `%` escapes and `+` for a space, in names and in values.
fn parse(query: &str, known: &[&str]) -> Result<Parameters, Vec<Invalid>> {
    let mut faults: Vec<(String, &str)> = Vec::new();
    let mut values = HashMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let fault = if !known.contains(&name.as_ref()) {
            Some("is not a parameter of this operation")
        } else if values.contains_key(name.as_ref()) {
            Some("must be given once")
        } else if value.contains(char::REPLACEMENT_CHARACTER) {
            Some("must be UTF-8, percent-encoded")
        } else {
            None
        };
        let is_named = faults.iter().any(|(named, _)| *named == name);
        match fault {
            Some(fault) if !is_named => faults.push((name.into_owned(), fault)),
            Some(_) => {}
            None => {
                values.insert(name.into_owned(), value.into_owned());
            }
        }
    }
    let mut findings = Findings::default();
    for (name, fault) in faults {
        findings.add(format!("/{}", pointer_token(&name)), fault);
    }
    findings.finish(Some(Parameters(values)))
}
