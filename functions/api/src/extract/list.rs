//! The queries of lists (limit, cursor and filters), and the pages that answer them.

use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{
    invalid::{Findings, Invalid, Reason, Refusal},
    keys::cursor,
};
use serde::{Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

use crate::{
    app::{App, Shared},
    problem::ApiError,
    query::Parameters,
};

const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;

/// The query of a request for a list.
#[derive(Debug)]
pub(crate) struct ListQuery {
    /// The maximum number of items on the page, if the caller gave a limit.
    pub(crate) wanted: Option<usize>,
    parameters: Parameters,
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Paged<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// Cursor of the next page, for the parameter `cursor`: an opaque text; `null` at the end of the list.
    #[schema(required)]
    pub(crate) next_cursor: Option<String>,
}

impl ListQuery {
    /// Returns the largest number of items on the page.
    pub(crate) fn limit(&self) -> usize {
        self.wanted.unwrap_or(DEFAULT_LIMIT)
    }

    /// Returns the position at which the page begins in the list that is named `list`. `None` means the beginning of the list.
    pub(crate) fn position<T: DeserializeOwned>(
        &self,
        app: &App,
        list: &str,
    ) -> Result<Option<T>, ApiError> {
        let open =
            |text| cursor::open(&app.verifying(), list, text).map_err(|_| ApiError::InvalidCursor);
        let cursor = self.parameters.get("cursor");
        cursor.filter(|text| !text.is_empty()).map(open).transpose()
    }

    /// Returns the text of the filter `name` if the caller gave it.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.parameters.get(name)
    }

    /// Returns the parsed value of the filter `name` if the caller gave it. If `parse` fails, the error is added to `findings`.
    pub(crate) fn filter<T, E: Refusal>(
        &self,
        findings: &mut Findings,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        self.parameters
            .get(name)
            .and_then(|text| findings.check(format!("/{name}"), parse(text)))
    }
}

/// Returns the cursor with which a caller continues the list that is named `list`, from `position` on.
pub(crate) fn seal(app: &App, list: &str, position: &impl Serialize) -> String {
    cursor::seal(&app.signing(), list, position)
}

impl<T> Paged<T> {
    /// Returns a page of the list that is named `list`. The next page begins at `next`, which is `None` at the end of the list.
    pub(crate) fn new<P: Serialize>(app: &App, list: &str, items: Vec<T>, next: Option<P>) -> Self {
        Self {
            items,
            next_cursor: next.map(|position| seal(app, list, &position)),
        }
    }
}

impl FromRequestParts<Shared> for ListQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let Ok(parameters) = Parameters::from_request_parts(parts, app).await;
        let wanted = match parameters.get("limit").map(str::parse::<usize>) {
            None => None,
            Some(Ok(limit @ 1..=MAX_LIMIT)) => Some(limit),
            Some(_) => {
                let detail = format!("must be a whole number from 1 to {MAX_LIMIT}");
                let reason = Reason::OutOfRange {
                    min: 1,
                    max: MAX_LIMIT.try_into().unwrap_or(u32::MAX),
                };
                let refused = Invalid::new("/limit", reason, detail);
                return Err(ApiError::Invalid(vec![refused]));
            }
        };
        Ok(Self { wanted, parameters })
    }
}
