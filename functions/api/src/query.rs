//! Checks query strings. Every operation accepts only the parameters that its contract declares, and each of them only once.
//!
//! Without this check, a misspelt parameter would be ignored, or a second value would replace the first, and the caller would
//! not notice it.

use std::{collections::HashMap, convert::Infallible};

use axum::{
    extract::{FromRequestParts, MatchedPath, Request},
    http::{Method, request::Parts},
};
use domain::invalid::{Findings, Invalid, Reason, Refused, pointer_token};

use crate::problem::ApiError;

#[cfg(test)]
mod tests;

/// For each operation that has query parameters: its method, its route, and the names of the parameters.
///
/// A test compares this list with `openapi.json`. The process does not read the names from that file when it starts, because
/// that would cost more than making all routes.
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
    (
        "GET",
        "/v1/events/{id}/check-ins",
        &[
            "limit", "cursor", "gate", "deviceId", "result", "from", "to",
        ],
    ),
    ("DELETE", "/v1/events/{id}/check-ins/{code}", &["scanId"]),
    (
        "GET",
        "/v1/events/{id}/check-ins/conflicts",
        &["limit", "cursor", "kind"],
    ),
    ("GET", "/v1/events/{id}/door", &["cursor"]),
    ("GET", "/v1/events/{id}/door/names", &["cursor"]),
    (
        "GET",
        "/v1/events/{id}/registrations",
        &["limit", "cursor", "status", "q"],
    ),
    ("PUT", "/v1/events/{id}/picture", &["description"]),
    ("GET", "/v1/events/{id}/staff", &["limit", "cursor"]),
    ("GET", "/v1/me/door-events", &["limit", "cursor"]),
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

/// The decoded query parameters of a request. [`admit`] has checked that the operation accepts each parameter, and that no
/// parameter occurs twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parameters(HashMap<String, String>);

impl Parameters {
    /// Returns the value of the parameter `name` if the query has it.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns all parameters as a query string, sorted by name.
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

/// Checks the query string of `request`, and stores its [`Parameters`] in the request for the handler. `is_served` returns
/// whether a route has a method. It is called only if the query is invalid.
///
/// # Errors
/// [`ApiError::Invalid`] lists each parameter that the operation does not accept, that occurs more than once, or that is not
/// UTF-8.
pub(crate) fn admit(
    request: &mut Request,
    is_served: fn(&Method, &str) -> bool,
) -> Result<(), ApiError> {
    let query = request.uri().query().unwrap_or_default();
    let route = request.extensions().get::<MatchedPath>();
    let (false, Some(route)) = (query.is_empty(), route) else {
        return Ok(());
    };
    // HEAD accepts the same parameters as GET.
    let method = match *request.method() {
        Method::HEAD => &Method::GET,
        ref method => method,
    };
    match parse(query, parameters_of(method, route.as_str())) {
        Ok(parameters) => {
            request.extensions_mut().insert(parameters);
            Ok(())
        }
        // If the route does not have this method, the query is not refused here, because the router answers with its own error.
        Err(_) if !is_served(method, route.as_str()) => Ok(()),
        Err(errors) => Err(ApiError::Invalid(errors)),
    }
}

fn parameters_of(method: &Method, route: &str) -> &'static [&'static str] {
    let mut operations = OPERATIONS.iter();
    let found = operations.find(|(m, r, _)| *m == method.as_str() && *r == route);
    found.map_or(&[], |(_, _, parameters)| parameters)
}

/// Parses `application/x-www-form-urlencoded`. Names and values may have `%` escapes, and `+` for a space.
fn parse(query: &str, known: &[&str]) -> Result<Parameters, Vec<Invalid>> {
    let mut faults: Vec<(String, Refused)> = Vec::new();
    let mut values = HashMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let fault = if !known.contains(&name.as_ref()) {
            Some(Refused(
                Reason::Unknown,
                "is not a parameter of this operation",
            ))
        } else if values.contains_key(name.as_ref()) {
            Some(Refused(Reason::Repeated, "must be given once"))
        } else if value.contains(char::REPLACEMENT_CHARACTER) {
            Some(Refused(
                Reason::LostCharacter,
                "must be UTF-8, percent-encoded",
            ))
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
        findings.add(format!("/{}", pointer_token(&name)), fault.0, fault);
    }
    findings.finish(Some(Parameters(values)))
}
