//! All routes of the API. Each use case has its own file, whose name is the verb of the use case.

mod admin;
mod announcements;
mod auth;
mod door;
mod events;
mod health;
mod live;
mod me;
mod registrations;
mod staff;
mod stats;
mod tickets;
mod users;

use answers::Identified;
use axum::{
    Router,
    extract::{Request, State},
    http::Method,
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::{MethodFilter, on},
};
use utoipa_axum::{PathItemExt as _, routes};

use crate::{app::Shared, headers, problem::ApiError, public, query};

/// Passes every handler to the macro `$routes`. Handlers of the same path are passed in the same macro call.
macro_rules! every_route {
    ($routes:ident) => {
        $routes!(auth::register::register);
        $routes!(auth::login::login);
        $routes!(auth::refresh::refresh);
        $routes!(auth::logout::logout);
        $routes!(auth::browser::sign_up::sign_up_in_browser);
        $routes!(auth::browser::log_in::log_in_browser);
        $routes!(auth::browser::refresh::refresh_browser);
        $routes!(auth::browser::log_out::log_out_browser);
        $routes!(auth::verify_email::verify_email);
        $routes!(auth::verify_email::resend_verification);
        $routes!(auth::forgot_password::forgot_password);
        $routes!(auth::reset_password::reset_password);
        $routes!(
            auth::object::objection_page,
            auth::object::object_to_email_change
        );
        $routes!(auth::jwks::jwks);
        $routes!(me::me, me::update::update_me, me::erase::erase_me);
        $routes!(me::change_password::change_password);
        $routes!(me::change_email::change_email);
        $routes!(me::change_email::confirm_email);
        $routes!(me::export::export_me);
        $routes!(
            me::sessions::list::list_sessions,
            me::sessions::end_others::end_other_sessions
        );
        $routes!(me::sessions::end::end_session);
        $routes!(users::list::list_users);
        $routes!(users::set_role::set_role);
        $routes!(events::create::create_event, events::list::list_events);
        $routes!(
            events::get::get_event,
            events::update::update_event,
            events::delete::delete_event
        );
        $routes!(
            events::picture::set::set_picture,
            events::picture::describe::update_picture,
            events::picture::remove::remove_picture
        );
        $routes!(events::preview::preview_event);
        $routes!(events::transition::publish_event);
        $routes!(events::transition::cancel_event);
        $routes!(events::transition::complete_event);
        $routes!(events::mine::list_my_events);
        $routes!(events::hand_over::hand_over);
        $routes!(
            registrations::register::register_for_event,
            registrations::list::list_attendees
        );
        $routes!(
            registrations::mine::get_my_registration,
            registrations::cancel::cancel_my_registration
        );
        $routes!(registrations::wait::join_waitlist);
        $routes!(registrations::csv::attendees_csv);
        $routes!(
            registrations::history::registration_history,
            registrations::cancel::remove_attendee
        );
        $routes!(registrations::cancel::cancel_registration);
        $routes!(registrations::mine::list_my_registrations);
        $routes!(tickets::get::get_ticket);
        $routes!(tickets::render::qr_svg);
        $routes!(tickets::render::qr_png);
        $routes!(tickets::render::ticket_pdf);
        $routes!(tickets::render::calendar_ics);
        $routes!(tickets::mail::mail_ticket);
        $routes!(tickets::mine::list_my_tickets);
        $routes!(
            announcements::announce::announce,
            announcements::list::list_announcements
        );
        $routes!(
            announcements::unsubscribe::unsubscribe_page,
            announcements::unsubscribe::unsubscribe
        );
        $routes!(staff::list_staff);
        $routes!(staff::add_staff, staff::remove_staff);
        $routes!(
            staff::invitation::invite_staff,
            staff::invitation::get_staff_invitation,
            staff::invitation::revoke_staff_invitation
        );
        $routes!(staff::join::join_staff);
        $routes!(door::check_in::check_in, door::log::list_check_ins);
        $routes!(door::sync::sync);
        $routes!(door::conflicts::list_conflicts);
        $routes!(door::undo::undo_check_in);
        $routes!(door::offline::door);
        $routes!(door::names::door_names);
        $routes!(events::staffed::list_door_events);
        $routes!(live::make_live_ticket);
        $routes!(stats::event::event_stats);
        $routes!(stats::rebuild::rebuild_event_stats);
        $routes!(stats::all::admin_stats);
        $routes!(admin::invariants::invariants);
        $routes!(admin::audit::list_audit);
        $routes!(admin::dead_letters::list_dead_letters);
        $routes!(admin::dead_letters::redrive);
        $routes!(health::health);
        $routes!(health::ready::ready);
        $routes!(health::openapi);
    };
}

/// Returns the routes together with their `OpenAPI` document.
#[cfg(test)]
pub(crate) fn described() -> utoipa_axum::router::OpenApiRouter<Shared> {
    let document = <crate::openapi::ApiDoc as utoipa::OpenApi>::openapi();
    let mut described = utoipa_axum::router::OpenApiRouter::with_openapi(document);
    macro_rules! describe {
        ($($handler:path),+) => {
            described = described.routes(routes!($($handler),+));
        };
    }
    every_route!(describe);
    described
}

/// Returns the routes without the `OpenAPI` document. Making the document would take more instructions than everything else
/// that the process does when it starts.
fn served() -> Router<Shared> {
    let mut served = Router::new();
    macro_rules! serve {
        ($($($part:ident)::+),+) => {
            $(
                // `utoipa::path` defines the path and the methods next to the handler. Only the macro `routes!` can find them.
                let path = routes!(@path [path()] of $($part)::+);
                for method in routes!(@path [methods()] of $($part)::+) {
                    served = served.route(&path, on(method.to_method_filter(), $($part)::+));
                }
            )+
        };
    }
    every_route!(serve);
    served
}

/// Returns whether `route` has `method`. To find this out, the function makes the paths of all routes, so it is called only for
/// requests with an invalid query.
fn is_served(method: &Method, route: &str) -> bool {
    macro_rules! look {
        ($($($part:ident)::+),+) => {
            $(
                if routes!(@path [path()] of $($part)::+) == route {
                    let methods = routes!(@path [methods()] of $($part)::+);
                    let filter = MethodFilter::try_from(method.clone());
                    if methods.iter().any(|method| filter.as_ref().ok() == Some(&method.to_method_filter())) {
                        return true;
                    }
                }
            )+
        };
    }
    every_route!(look);
    false
}

/// Returns the whole API as a router. The host must add a [`Caller`](crate::Caller) to each request.
pub fn router(app: Shared) -> Router {
    served()
        .fallback(async || ApiError::NotFound)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(middleware::from_fn_with_state(app.clone(), around))
        .with_state(app)
}

/// Runs before and after the handler of every request. All these steps are in one axum layer, because axum makes each layer
/// once for every route when the process starts, and copies the layer for each request.
async fn around(State(app): State<Shared>, mut request: Request, next: Next) -> Response {
    let identified = Identified::begin(&mut request);
    let asked = headers::Asked::by(&request);
    // The keys are refreshed only once, so the whole request uses the same keys.
    app.keys.refresh().await;
    let response = match query::admit(&mut request, is_served) {
        Ok(()) => public::answer(&app.public, &asked, request, next).await,
        Err(refusal) => refusal.into_response(),
    };
    let response = asked.answer(response).await;
    let response = identified.end(response);
    app.metrics.write(Some(identified.id()));
    response
}
