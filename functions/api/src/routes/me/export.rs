//! Handles `GET /v1/me/export`.

use std::collections::HashMap;

use axum::{
    Json,
    extract::State,
    http::{HeaderName, HeaderValue, header},
};
use bootstrap::clock;
use domain::{id::EventId, security::policy::Action, text::timestamp::rfc3339};
use serde::Serialize;
use utoipa::ToSchema;

use super::everything;
use crate::{
    access,
    app::Shared,
    extract::AccountHolder,
    headers::NO_STORE,
    problem::ApiError,
    routes::{
        events::list::shown as shown_events, registrations::place::shown,
        tickets::issued::tickets_of,
    },
    views::{EventView, RegistrationView, StoredSessionView, TicketView, UserView, words},
};

const AS_A_FILE: (HeaderName, HeaderValue) = (
    header::CONTENT_DISPOSITION,
    HeaderValue::from_static("attachment; filename=\"em-connect-export.json\""),
);

/// Everything that is stored about an account, except its secrets. The secrets are the hash of the password, and the data from
/// which tokens and codes are made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Export {
    #[schema(format = DateTime)]
    exported_at: String,
    user: UserView,
    #[schema(required, format = DateTime)]
    password_changed_at: Option<String>,
    /// Why the address gets no more mail; `null`: it does get mail.
    #[schema(required, value_type = Option<words::MailBlockReason>)]
    mail_block: Option<&'static str>,
    /// A change of the account's address that is not confirmed yet; `null`: none.
    #[schema(required)]
    email_change: Option<PendingEmailView>,
    /// The address that the account had before the last change of its address; `null`: none is stored.
    #[schema(required)]
    former_email: Option<FormerEmailView>,
    /// Registrations of every status.
    registrations: Vec<RegistrationView>,
    /// Tickets of the account. Void tickets of earlier registrations are left out.
    tickets: Vec<TicketView>,
    /// Events that the account runs.
    events: Vec<EventView>,
    /// Ids of events that the account is door staff of: `evt_` and 26 characters each.
    staff_of: Vec<String>,
    /// Sessions that are stored, the newest first. A session that is over is stored for 30 days after its last refresh.
    sessions: Vec<StoredSessionView>,
}

/// A change of address that is not confirmed yet.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PendingEmail)]
struct PendingEmailView {
    /// New address of the account, with its domain in Unicode.
    #[schema(example = "ada.lovelace@example.org")]
    to: String,
    /// When the change was last requested, RFC 3339 in UTC.
    #[schema(format = DateTime)]
    asked_at: String,
}

/// An address that an account had.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FormerEmail)]
struct FormerEmailView {
    /// Address that the account had, with its domain in Unicode.
    #[schema(example = "ada@example.org")]
    email: String,
    /// Whether that address was verified.
    verified: bool,
    /// When the account got another address, RFC 3339 in UTC.
    #[schema(format = DateTime)]
    changed_at: String,
}

/// Everything that is stored about the caller.
#[utoipa::path(get, path = "/v1/me/export", tag = "accounts", security(("bearer" = [])), responses(
    (status = 200, body = Export), (status = 401, description = "`unauthorized`"),
))]
pub(crate) async fn export_me(
    State(app): State<Shared>,
    AccountHolder(account): AccountHolder,
) -> Result<([(HeaderName, HeaderValue); 2], Json<Export>), ApiError> {
    let account = access::own_account(&account, Action::ReadAccount)?;
    let id = account.user.id;
    let mine = everything::registrations(&app, id).await?;
    let ids: Vec<EventId> = mine.iter().map(|item| item.event_id).collect();
    let events = app.store.events(&ids).await?;
    let events: HashMap<EventId, _> = events.into_iter().map(|event| (event.id, event)).collect();
    let mut registrations = Vec::with_capacity(mine.len());
    for registration in &mine {
        if let Some(event) = events.get(&registration.event_id) {
            registrations.push(shown(&app, event, registration).await?);
        }
    }
    let mut tickets: Vec<_> = tickets_of(&app, &mine).await?.into_values().collect();
    tickets.sort_by_key(|ticket| ticket.event_id);
    let keyring = app.signing();
    let tickets = tickets.iter().filter_map(|ticket| {
        let event = events.get(&ticket.event_id)?;
        Some(TicketView::new(
            ticket,
            event,
            Some(&account.user),
            &keyring.ticket,
        ))
    });
    let staff_of = everything::staffed_events(&app, id).await?;
    let sessions = everything::sessions(&app, account).await?;
    let export = Export {
        exported_at: rfc3339(clock::now()),
        user: (&account.user).into(),
        password_changed_at: account.password_changed_at.map(rfc3339),
        mail_block: account.mail_block.map(words::mail_block),
        email_change: account
            .email_change
            .as_ref()
            .map(|change| PendingEmailView {
                to: change.to.shown(),
                asked_at: rfc3339(change.issued_at),
            }),
        former_email: account.former_email.as_ref().map(|former| FormerEmailView {
            email: former.email.shown(),
            verified: former.verified,
            changed_at: rfc3339(former.changed_at),
        }),
        registrations,
        tickets: tickets.collect(),
        events: shown_events(&app, &everything::events(&app, id).await?).await?,
        staff_of: staff_of.iter().map(ToString::to_string).collect(),
        sessions: sessions.iter().map(Into::into).collect(),
    };
    Ok(([NO_STORE, AS_A_FILE], Json(export)))
}
