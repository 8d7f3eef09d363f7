//! The page about an error.

use askama::Template;
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};

use crate::{
    error::ErrorPage,
    headers::Policy,
    views::{Frame, Page},
    visit::Visit,
};

#[derive(Debug, Template)]
#[template(path = "problem.html")]
pub(super) struct ProblemPage<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) text: &'a str,
    /// The address of the link with which the visitor tries again.
    pub(super) retry: Option<String>,
}

/// Adds the page that explains the error to an answer without a body.
pub(super) fn explained(visit: &Visit, error: ErrorPage, mut response: Response) -> Response {
    let m = visit.messages();
    let (title, text) = match error {
        ErrorPage::NotFound => (&m.problem_not_found, m.problem_not_found_text.as_str()),
        ErrorPage::MethodNotAllowed => (&m.problem_method, ""),
        ErrorPage::Unavailable => (&m.problem_unavailable, m.problem_unavailable_text.as_str()),
        ErrorPage::Internal => (&m.problem_internal, m.problem_unavailable_text.as_str()),
    };
    let is_passing = matches!(error, ErrorPage::Unavailable | ErrorPage::Internal);
    let page = Page {
        title: title.clone(),
        ..Page::default()
    };
    let page = ProblemPage {
        frame: Frame::new(visit, page),
        text,
        retry: is_passing.then(|| visit.query.after(&visit.path)),
    };
    // If even this page cannot be made, the answer has no body.
    let html = page.render().unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(html);
    response.extensions_mut().insert(Policy::Page);
    response
}
