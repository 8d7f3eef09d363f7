//! Handles `GET /v1/me/tickets`.

use std::collections::HashMap;

use axum::{Json, extract::State};
use domain::{
    door::TicketStatus,
    id::EventId,
    invalid::{Findings, Reason, Refused},
};

use super::issued::tickets_of;
use crate::{
    app::Shared,
    extract::{AccountHolder, ListQuery, Paged},
    problem::ApiError,
    views::{TicketView, words},
};

const LIST: &str = "me/tickets";

/// The caller's tickets, one for each registration that has one, in the order in which the events were created. With a
/// `status`, a page may have fewer items than its limit although the list continues.
#[utoipa::path(get, path = "/v1/me/tickets", tag = "tickets", security(("bearer" = [])), params(
    ("limit" = Option<u32>, Query, description = "Maximum number of items on the page: 1 to 100, by default 20"),
    ("cursor" = Option<String>, Query, description = "`nextCursor` of the previous page: an opaque text"),
    ("status" = Option<words::TicketStatus>, Query, description = "All by default"),
), responses((status = 200, body = Paged<TicketView>)))]
pub(crate) async fn list_my_tickets(
    State(app): State<Shared>,
    AccountHolder(account): AccountHolder,
    query: ListQuery,
) -> Result<Json<Paged<TicketView>>, ApiError> {
    let mut findings = Findings::default();
    let wanted = query.filter(&mut findings, "status", |text| {
        let all = [
            TicketStatus::Issued,
            TicketStatus::Admitted,
            TicketStatus::Void,
        ];
        all.into_iter()
            .find(|status| status.as_str() == text)
            .ok_or(Refused(
                Reason::NotAChoice,
                "must be one of issued, admitted, void",
            ))
    });
    findings.finish(Some(()))?;
    let after: Option<EventId> = query.position(&app, LIST)?;
    let page = app
        .store
        .list_registrations(account.user.id, None, query.limit(), after)
        .await?;
    let next = page
        .items
        .last()
        .map(|last| last.event_id)
        .filter(|_| page.more);
    let tickets = tickets_of(&app, &page.items).await?;
    let ids: Vec<EventId> = tickets.keys().map(|(event, _)| *event).collect();
    let events: HashMap<EventId, _> = app
        .store
        .events(&ids)
        .await?
        .into_iter()
        .map(|event| (event.id, event))
        .collect();
    let keyring = app.signing();
    let items = page.items.iter().filter_map(|registration| {
        let ticket = tickets.get(&(registration.event_id, registration.user_id))?;
        let event = events.get(&registration.event_id)?;
        wanted
            .is_none_or(|wanted| ticket.status == wanted)
            .then(|| TicketView::new(ticket, event, Some(&account.user), &keyring.ticket))
    });
    Ok(Json(Paged::new(&app, LIST, items.collect(), next)))
}
