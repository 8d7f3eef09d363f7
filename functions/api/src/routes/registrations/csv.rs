//! Handles `GET /v1/events/{id}/attendees.csv`.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
};
use domain::{
    security::policy::Action,
    text::{spreadsheet::disarmed, timestamp::rfc3339},
};

use super::attendees::{self, Attendee};
use crate::{
    access,
    app::Shared,
    extract::{EventPath, ListQuery, SignedIn, seal},
    headers::NO_STORE,
    problem::ApiError,
    request::RequestId,
    views::{shown_email, shown_name},
};

/// The byte order mark at the beginning of the file. With this mark, Excel reads the file as UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The number of rows in one answer. This many rows usually take a quarter of a megabyte, and at most one and a half megabytes.
/// The answer of a Lambda function may have up to six megabytes.
const ROWS: usize = 1_000;

const COLUMNS: [&str; 7] = [
    "name",
    "email",
    "status",
    "registered at",
    "ticket code",
    "admitted at",
    "ticket mail",
];

/// The event's registrants as CSV (RFC 4180, UTF-8), with up to 1,000 registrants on a page, in the order of the list of
/// registrations. Every field is quoted. Every row with a time of admission is a person inside, even if the registration was
/// cancelled since. If there are more rows, `Link` names the next page. Only the first page has a byte order mark and the line
/// of column names, so that the pages can be joined to one file. If a spreadsheet would read a text, or the part of a text
/// after a separator, as a formula, an apostrophe stands before it. A registrant whose account is erased has the name
/// `(erased)` and no address.
#[utoipa::path(get, path = "/v1/events/{id}/attendees.csv", tag = "registrations", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"),
    ("limit" = Option<u32>, Query, description = "Maximum number of registrations on the page: 1 to 100; if absent, 1,000"),
    ("cursor" = Option<String>, Query, description = "Cursor from `Link` of the previous page: an opaque text"),
), responses(
    (status = 200, description = "A page of the list as CSV", content_type = "text/csv", body = String, headers(("Link" = String, description = "`<…>; rel=\"next\"`, if there is another page"))),
    (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"),
))]
pub(crate) async fn attendees_csv(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    path: EventPath,
    query: ListQuery,
    Extension(RequestId(request)): Extension<RequestId>,
) -> Result<(HeaderMap, Vec<u8>), ApiError> {
    let event = access::event(&app, &actor, Action::ReadAttendees, path).await?;
    let list = format!("attendees.csv/{}", event.id);
    let start = query.position(&app, &list)?;
    let is_first = start.is_none();
    let rows = query.wanted.unwrap_or(ROWS);
    let everybody = attendees::Selection::default();
    let (attendees, next) =
        attendees::page(&app, &event, &everybody, start, rows, &request).await?;

    let mut headers = HeaderMap::from_iter([NO_STORE]);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    if let Some(cursor) = next.map(|next| seal(&app, &list, &next)) {
        let limit = query
            .wanted
            .map_or_else(String::new, |limit| format!("limit={limit}&"));
        let link = format!("<attendees.csv?{limit}cursor={cursor}>; rel=\"next\"");
        headers.insert(
            header::LINK,
            HeaderValue::try_from(link).map_err(ApiError::internal)?,
        );
    }
    let csv = write(is_first, &attendees).map_err(ApiError::internal)?;
    Ok((headers, csv))
}

fn write(is_first: bool, attendees: &[Attendee]) -> Result<Vec<u8>, csv::Error> {
    let begin = if is_first { BYTE_ORDER_MARK } else { "" };
    let mut csv = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer(begin.as_bytes().to_vec());
    if is_first {
        csv.write_record(COLUMNS)?;
    }
    for attendee in attendees {
        csv.write_record(row(attendee).map(|text| disarmed(&text)))?;
    }
    csv.into_inner().map_err(|error| error.into_error().into())
}

fn row(attendee: &Attendee) -> [String; 7] {
    let Attendee {
        user,
        registration,
        ticket,
        ticket_mail,
        ..
    } = attendee;
    let admission = ticket.as_ref().and_then(|ticket| ticket.admission());
    [
        shown_name(user.as_ref()),
        shown_email(user.as_ref()),
        registration.status.as_str().to_owned(),
        rfc3339(registration.registered_at),
        ticket
            .as_ref()
            .map_or_else(String::new, |ticket| ticket.code.to_string()),
        admission.map_or_else(String::new, |scan| rfc3339(scan.at)),
        ticket_mail
            .and_then(crate::views::shown_state)
            .unwrap_or_default()
            .to_owned(),
    ]
}
