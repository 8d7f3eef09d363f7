//! All routes. One file per use case, named by its verb.

mod admin;
mod announcements;
mod auth;
mod door;
mod events;
mod health;
mod live;
mod me;
pub(crate) mod registrations;
mod staff;
mod stats;
mod tickets;
mod users;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::Response,
};
use utoipa::OpenApi as _;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::Shared, headers, openapi, problem::ApiError, request};

/// The routes with their description.
pub(crate) fn described() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(openapi::ApiDoc::openapi())
        .routes(routes!(auth::register::register))
        .routes(routes!(auth::login::login))
        .routes(routes!(auth::refresh::refresh))
        .routes(routes!(auth::logout::logout))
        .routes(routes!(auth::verify_email::verify_email))
        .routes(routes!(auth::verify_email::resend_verification))
        .routes(routes!(auth::forgot_password::forgot_password))
        .routes(routes!(auth::reset_password::reset_password))
        .routes(routes!(auth::jwks::jwks))
        .routes(routes!(me::me, me::update::update_me, me::erase::erase_me))
        .routes(routes!(me::change_password::change_password))
        .routes(routes!(me::export::export_me))
        .routes(routes!(users::list::list_users))
        .routes(routes!(users::set_role::set_role))
        .routes(routes!(
            events::create::create_event,
            events::list::list_events
        ))
        .routes(routes!(
            events::get::get_event,
            events::update::update_event,
            events::delete::delete_event
        ))
        .routes(routes!(events::transition::publish_event))
        .routes(routes!(events::transition::cancel_event))
        .routes(routes!(events::transition::complete_event))
        .routes(routes!(events::mine::list_my_events))
        .routes(routes!(
            registrations::register::register_for_event,
            registrations::list::list_attendees
        ))
        .routes(routes!(
            registrations::mine::get_my_registration,
            registrations::cancel::cancel_my_registration
        ))
        .routes(routes!(registrations::wait::join_waitlist))
        .routes(routes!(registrations::csv::attendees_csv))
        .routes(routes!(registrations::cancel::remove_attendee))
        .routes(routes!(registrations::mine::list_my_registrations))
        .routes(routes!(tickets::get::get_ticket))
        .routes(routes!(tickets::render::qr_svg))
        .routes(routes!(tickets::render::qr_png))
        .routes(routes!(tickets::render::ticket_pdf))
        .routes(routes!(tickets::render::calendar_ics))
        .routes(routes!(tickets::mine::list_my_tickets))
        .routes(routes!(
            announcements::announce::announce,
            announcements::list::list_announcements
        ))
        .routes(routes!(
            announcements::unsubscribe::unsubscribe_page,
            announcements::unsubscribe::unsubscribe
        ))
        .routes(routes!(staff::list_staff))
        .routes(routes!(staff::add_staff, staff::remove_staff))
        .routes(routes!(door::check_in::check_in, door::log::list_check_ins))
        .routes(routes!(door::sync::sync))
        .routes(routes!(door::undo::undo_check_in))
        .routes(routes!(door::offline::door))
        .routes(routes!(live::make_live_ticket))
        .routes(routes!(stats::event::event_stats))
        .routes(routes!(stats::rebuild::rebuild_event_stats))
        .routes(routes!(stats::all::admin_stats))
        .routes(routes!(admin::invariants::invariants))
        .routes(routes!(admin::audit::list_audit))
        .routes(routes!(admin::dead_letters::list_dead_letters))
        .routes(routes!(admin::dead_letters::redrive))
        .routes(routes!(health::health))
        .routes(routes!(health::ready::ready))
        .routes(routes!(health::openapi))
}

/// The whole API.
pub(crate) fn router(app: Shared) -> Router {
    let (router, _) = described().split_for_parts();
    router
        .fallback(async || ApiError::NotFound)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(middleware::from_fn_with_state(app.clone(), keep_keys))
        .layer(middleware::from_fn(headers::add))
        .layer(middleware::from_fn_with_state(
            app.clone(),
            request::identify,
        ))
        .with_state(app)
}

/// Every request is answered by the keys of now.
async fn keep_keys(State(app): State<Shared>, request: Request, next: Next) -> Response {
    app.keys.refresh().await;
    next.run(request).await
}
