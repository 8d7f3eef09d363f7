//! Handles `POST /v1/tickets/{code}/mail`.

use axum::{Extension, extract::State, http::StatusCode};
use bootstrap::clock;
use domain::{door::NoMail, security::policy::Action};
use store::TicketChange;

use crate::{
    access,
    app::Shared,
    extract::{SignedIn, TicketPath},
    problem::ApiError,
    request::RequestId,
};

/// Mails the ticket to its holder again. Within five minutes after such a request, further requests for the same ticket are
/// refused.
#[utoipa::path(post, path = "/v1/tickets/{code}/mail", tag = "tickets", security(("bearer" = [])), params(("code" = String, Path, description = "Ticket")), responses(
    (status = 202, description = "The mail is on its way to the holder's address"), (status = 403, description = "`forbidden`: the caller is door staff, or organizes the event, but does not have the role of organizer any more"), (status = 404, description = "`not-found`: there is no such ticket, or the caller may not see it"), (status = 409, description = "`ticket-void`"),
    (status = 429, description = "`too-many-requests`: the ticket was mailed again less than five minutes ago"),
))]
pub(crate) async fn mail_ticket(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    path: TicketPath,
    Extension(RequestId(request)): Extension<RequestId>,
) -> Result<StatusCode, ApiError> {
    let (ticket, _) = access::ticket(&app, &actor, Action::MailTicket, path).await?;
    let mut noted = Ok(());
    let changing = app.store.change_ticket(ticket.code, |ticket| {
        noted = ticket.mail_again(clock::now());
        match noted {
            Ok(()) => TicketChange::Caused(&request),
            Err(_) => TicketChange::Unchanged,
        }
    });
    changing.await?;
    match noted {
        Ok(()) => Ok(StatusCode::ACCEPTED),
        Err(NoMail::Void) => Err(ApiError::TicketVoid),
        Err(NoMail::TooSoon(wait)) => Err(ApiError::TooManyRequests { wait }),
    }
}
