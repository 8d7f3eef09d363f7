//! Finds the ticket of a registration, or its position on the waitlist.

use domain::{
    events::Event,
    seats::registration::{Registration, RegistrationStatus},
};

use crate::{
    app::App,
    problem::ApiError,
    routes::tickets::issued::issued_code,
    views::{Place, RegistrationView},
};

/// Returns the ticket code or the waitlist position of a registration, read from the table.
pub(crate) async fn place_of(app: &App, registration: &Registration) -> Result<Place, ApiError> {
    match (registration.status, registration.entry_id) {
        (RegistrationStatus::Confirmed, _) => Ok(issued_code(app, registration).await?.into()),
        (RegistrationStatus::Waitlisted, Some(entry)) => Ok(Place::InLine(
            app.store
                .waitlist_position(registration.event_id, entry)
                .await?,
        )),
        _ => Ok(Place::None),
    }
}

/// Returns a registration in the form in which the API shows it to its holder.
pub(crate) async fn shown(
    app: &App,
    event: &Event,
    registration: &Registration,
) -> Result<RegistrationView, ApiError> {
    let place = place_of(app, registration).await?;
    Ok(RegistrationView::new(event, registration, place))
}
