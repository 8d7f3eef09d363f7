//! Handles `GET /v1/events`.

use axum::{Json, extract::State};
use bootstrap::clock;
use domain::{
    events::{
        Event,
        listing::{Days, ListingFilters},
    },
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
    let mut findings = Findings::default();
    let filters = ListingFilters::parse(|name| query.text(name), &mut findings);
    let filters = findings.finish(Some(filters))?;
    // A cursor is valid only for the same list with the same filters.
    let list = list_name(&filters);
    let filter = EventFilter {
        not_over_at: clock::now(),
        from: filters.from,
        to: filters.to,
        days: Days::default(),
        query: filters.query(),
    };
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

/// Returns the name of the list with these filters.
fn list_name(filters: &ListingFilters) -> String {
    let category = filters.category.as_ref().map(Category::as_str);
    let tags: Vec<&str> = filters.tag.iter().map(Tag::as_str).collect();
    format!(
        "events/{:?}",
        (filters.from, filters.to, category, tags, &filters.words)
    )
}
