//! Handles `GET /v1/events`.

use std::convert::Infallible;

use axum::{Json, extract::State};
use bootstrap::clock;
use domain::{
    events::{Event, schedule::parse_time, search::EventQuery},
    invalid::Findings,
    text::{Category, Tag},
};
use store::EventFilter;

use crate::{
    app::{App, Shared},
    extract::{ListQuery, Paged},
    problem::ApiError,
    views::EventView,
};

/// Returns the events as callers see them, with their counts.
pub(crate) async fn shown(app: &App, events: &[Event]) -> Result<Vec<EventView>, ApiError> {
    let mut availabilities = app.store.availabilities(events).await?;
    let now = clock::now();
    Ok(events
        .iter()
        .map(|event| EventView::new(event, availabilities.remove(&event.id), now))
        .collect())
}

/// Returns published events that are not over, in the order of their start. For a caller without an access token, the answer
/// may be a second old on AWS; on one machine, it includes every write.
#[utoipa::path(get, path = "/v1/events", tag = "events", params(
    ("limit" = Option<u32>, Query, description = "Maximum number of items on the page: 1 to 100, by default 20"),
    ("cursor" = Option<String>, Query, description = "`nextCursor` of the previous page: an opaque text"),
    ("from" = Option<String>, Query, description = "Starting at this time or later"),
    ("to" = Option<String>, Query, description = "Starting before this time"),
    ("category" = Option<String>, Query, description = "Of this category, without regard to case and accents"),
    ("tag" = Option<String>, Query, description = "With this tag, without regard to case and accents"),
    ("If-None-Match" = Option<String>, Header, description = "`ETag` of the answer that the caller has a copy of"),
    ("q" = Option<String>, Query, description = "Lists only events that have each of these words, or parts of words, in title, description or venue. Order, case and accents do not matter: `zurich` and `zuerich` find `Zürich`"),
), responses(
    (status = 200, body = Paged<EventView>, headers(("ETag" = String, description = "Value for the header `If-None-Match`"))),
    (status = 304, description = "The caller's copy of the page is current"),
    (status = 400, description = "`invalid-cursor`"), (status = 422, description = "`invalid`"),
))]
pub(crate) async fn list_events(
    State(app): State<Shared>,
    query: ListQuery,
) -> Result<Json<Paged<EventView>>, ApiError> {
    let text = |text: &str| Ok::<_, Infallible>(text.to_owned());
    let mut findings = Findings::default();
    // The filters are parsed like the category and the tags of an event, so that equal texts match.
    let category = query.filter(&mut findings, "category", Category::parse);
    let tag = query.filter(&mut findings, "tag", Tag::parse);
    let words = query.filter(&mut findings, "q", text);
    let words = words.filter(|text| !text.is_empty());
    let category = category.as_ref().map(Category::as_str);
    let tags: Vec<&str> = tag.iter().map(Tag::as_str).collect();
    let filter = EventFilter {
        not_over_at: clock::now(),
        from: query.filter(&mut findings, "from", parse_time),
        to: query.filter(&mut findings, "to", parse_time),
        query: EventQuery::new(category, &tags, words.as_deref()),
    };
    let filter = findings.finish(Some(filter))?;
    // A cursor is valid only for the same list with the same filters.
    let list = format!(
        "events/{:?}",
        (filter.from, filter.to, &category, &tags, &words)
    );
    let after = query.position(&app, &list)?;
    let (page, position) = app
        .store
        .list_published(&filter, query.limit(), after)
        .await?;
    let items = shown(&app, &page.items).await?;
    Ok(Json(Paged::new(
        &app,
        &list,
        items,
        position.filter(|_| page.more),
    )))
}
