//! Handles `GET /v1/events/{id}/registrations/{userId}`.

use axum::{Json, extract::State};
use domain::{
    door::Ticket,
    events::Event,
    mail::{history::possible_mails, key::MailKey, kind::MailKind, state::MailState},
    seats::registration::{Registration, RegistrationStatus},
    security::policy::Action,
    text::timestamp::rfc3339,
    tickets::code::TicketCode,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::attendees::{Attendee, view::AttendeeView};
use crate::{
    access,
    app::{App, Shared},
    extract::{EventPath, SignedIn, UserPath},
    problem::ApiError,
    views::{ScanView, TicketEndView, shown_state, words},
};

/// The maximum number of tickets that are looked up: a registrant may cancel and register again and again.
const GENERATIONS: u32 = 20;
/// The maximum number of announcements whose mails are looked up.
const ANNOUNCEMENTS: usize = 20;

/// A ticket that a registrant has or had.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RegistrantTicket)]
struct TicketHistoryView {
    /// Code of the ticket: 12 characters of Crockford base32 in groups of four.
    #[schema(example = "ABCD-EFGH-JKMN")]
    code: String,
    #[schema(value_type = words::TicketStatus)]
    status: &'static str,
    /// When the ticket was issued; RFC 3339, UTC.
    #[schema(format = DateTime)]
    issued_at: String,
    /// When and why the ticket ended; absent if it has not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ended: Option<TicketEndView>,
    /// The scans that let somebody in, at most 50. The earliest scan is first; it is the admission.
    scans: Vec<ScanView>,
}

/// A mail to a registrant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegistrantMail)]
struct MailHistoryView {
    /// Kind of the mail.
    #[schema(value_type = words::RegistrantMailKind)]
    kind: &'static str,
    /// State of the mail; `null` as long as the mail is on its way.
    #[schema(required, value_type = Option<words::MailState>)]
    state: Option<&'static str>,
    /// When the mail got this state; RFC 3339, UTC.
    #[schema(format = DateTime)]
    at: String,
}

/// A registrant with tickets, scans and mails.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RegistrationHistory)]
pub(crate) struct HistoryView {
    #[serde(flatten)]
    attendee: AttendeeView,
    /// Whether the waitlist gave the present or last seat.
    promoted: bool,
    /// Whether the registrant switched off announcements and reminders of the event.
    muted: bool,
    /// Whether the registrant cancelled the registration, or somebody else did; absent unless the registration is cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = words::CancelledBy)]
    cancelled_by: Option<&'static str>,
    /// The last 20 tickets, the newest first.
    tickets: Vec<TicketHistoryView>,
    /// The mails about this event that are known, the oldest first. Mails about former places on the waitlist, and reminders of
    /// a former start, are missing.
    mails: Vec<MailHistoryView>,
}

/// The registrant's history: the registration, all tickets with the scans that let somebody in, and the mails with what became
/// of them.
#[utoipa::path(get, path = "/v1/events/{id}/registrations/{userId}", tag = "registrations", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"), ("userId" = String, Path, description = "Registrant"),
), responses((status = 200, body = HistoryView), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`: there is no such event, or this account has never registered for it")))]
pub(crate) async fn registration_history(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    path: EventPath,
    user: UserPath,
) -> Result<Json<HistoryView>, ApiError> {
    let event = access::event(&app, &actor, Action::ReadAttendees, path).await?;
    let user = user.at(&event);
    let registration = app.store.registration(event.id, user).await?;
    let registration = registration.ok_or(ApiError::NotFound)?;
    let tickets = all_tickets(&app, &registration).await?;
    let mails = mails(&app, &event, &registration, &tickets).await?;
    let position = match registration.entry_id {
        Some(place) if registration.waits_at(place) => {
            Some(app.store.waitlist_position(event.id, place).await?)
        }
        _ => None,
    };
    let is_cancelled = registration.status == RegistrationStatus::Cancelled;
    // The newest ticket may belong to a former seat, because the ticket of a new seat is issued a moment later.
    let has_seat = registration.status == RegistrationStatus::Confirmed;
    let ticket = tickets
        .iter()
        .find(|ticket| has_seat && ticket.generation == registration.generation);
    let last_mail = ticket.map(MailKey::last_of);
    let attendee = Attendee {
        user: app.store.users(&[user]).await?.pop(),
        ticket: ticket.cloned(),
        position,
        ticket_mail: mails
            .iter()
            .find(|mail| Some(&mail.key) == last_mail.as_ref())
            .map(|mail| mail.state),
        registration,
    };
    Ok(Json(HistoryView {
        promoted: attendee.registration.promoted,
        muted: attendee.registration.muted,
        cancelled_by: attendee
            .registration
            .cancelled_by
            .filter(|_| is_cancelled)
            .map(|by| words::cancelled_by(by == user)),
        tickets: tickets
            .iter()
            .map(|ticket| TicketHistoryView {
                code: ticket.code.to_string(),
                status: ticket.status.as_str(),
                issued_at: rfc3339(ticket.issued_at),
                ended: ticket.ending(&event).map(TicketEndView::from),
                scans: ticket.scans.iter().map(ScanView::from).collect(),
            })
            .collect(),
        mails: mails
            .iter()
            .map(|mail| MailHistoryView {
                kind: mail.kind.as_str(),
                state: shown_state(mail.state),
                at: rfc3339(mail.at),
            })
            .collect(),
        attendee: AttendeeView::new(&event, &attendee),
    }))
}

/// Returns the last tickets that were issued for the registration, the newest first.
async fn all_tickets(app: &App, registration: &Registration) -> Result<Vec<Ticket>, ApiError> {
    let keyrings = app.keyrings();
    let newest = registration.generation;
    let codes: Vec<TicketCode> = (newest.saturating_sub(GENERATIONS) + 1..=newest)
        .flat_map(|generation| TicketCode::candidates(&keyrings, registration, generation))
        .collect();
    let mut tickets = app.store.tickets(&codes).await?;
    tickets.retain(Ticket::was_issued);
    tickets.sort_by_key(|ticket| std::cmp::Reverse(ticket.generation));
    Ok(tickets)
}

/// A mail that was sent, or is being sent.
struct KnownMail {
    kind: MailKind,
    key: MailKey,
    state: MailState,
    /// The time at which the mail got this state.
    at: Timestamp,
}

/// Returns the mails to the registrant about the event, the oldest first.
async fn mails(
    app: &App,
    event: &Event,
    registration: &Registration,
    tickets: &[Ticket],
) -> Result<Vec<KnownMail>, ApiError> {
    let announcements = app
        .store
        .list_announcements(event.id, ANNOUNCEMENTS, None)
        .await?;
    let announced = announcements
        .items
        .iter()
        .map(|announcement| announcement.id);
    let possible = possible_mails(event, registration, tickets, announced);
    let keys: Vec<_> = possible.iter().map(|(_, key)| key.clone()).collect();
    let states = app.store.mail_states(&keys).await?;
    let mut mails: Vec<_> = possible
        .into_iter()
        .filter_map(|(kind, key)| {
            let (state, at) = *states.get(&key)?;
            Some(KnownMail {
                kind,
                key,
                state,
                at,
            })
        })
        .collect();
    mails.sort_by_key(|mail| mail.at);
    Ok(mails)
}
