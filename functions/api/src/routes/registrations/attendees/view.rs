//! The form in which an organizer gets a registrant.

use domain::{events::Event, text::timestamp::rfc3339};
use serde::Serialize;
use utoipa::ToSchema;

use super::Attendee;
use crate::views::{Place, RegistrationView, shown_email, shown_name, shown_state, words};

/// A registration as the organizer sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Attendee)]
pub(crate) struct AttendeeView {
    #[serde(flatten)]
    registration: RegistrationView,
    /// Name of the registrant: 1 to 100 characters; `(erased)` if the account is erased.
    name: String,
    /// Address of the registrant, with its domain in Unicode; empty if the account is erased.
    email: String,
    /// `true` if the account is erased, absent otherwise. The seat or place counts until the organizer removes it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    erased: bool,
    /// State of the mail with the ticket; `null` as long as the mail is on its way.
    #[schema(required, value_type = Option<words::MailState>)]
    ticket_mail: Option<&'static str>,
    /// Time at which the registrant came in, with the ticket of `ticketCode`; RFC 3339, UTC.
    #[schema(required, format = DateTime)]
    admitted_at: Option<String>,
}

impl AttendeeView {
    pub(crate) fn new(event: &Event, attendee: &Attendee) -> Self {
        let Attendee {
            user, registration, ..
        } = attendee;
        let ticket = attendee.ticket.as_ref().map(|ticket| ticket.code);
        let place = attendee.position.map_or(ticket.into(), Place::InLine);
        Self {
            registration: RegistrationView::new(event, registration, place),
            name: shown_name(user.as_ref()),
            email: shown_email(user.as_ref()),
            erased: user.is_none(),
            ticket_mail: attendee.ticket_mail.and_then(shown_state),
            admitted_at: attendee
                .ticket
                .as_ref()
                .and_then(|ticket| ticket.admission())
                .map(|scan| rfc3339(scan.at)),
        }
    }
}
