//! The parts of the `OpenAPI` document that are not operations. Only tests build the document.

use utoipa::{
    Modify, OpenApi,
    openapi::{
        Components, OpenApi as Document,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "em-connect",
        description = "Registration for events that sell out. Errors are problem documents (RFC 9457). Times are in UTC, in the form of RFC 3339 with three digits for fractions of a second. Lists take the parameters `limit` and `cursor`. A query parameter that is unknown or repeated is refused. Every answer has the header `x-request-id`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = ".", description = "The deployment that serves this document.")),
    tags(
        (name = "accounts", description = "Signing up, signing in, and what belongs to an account."),
        (name = "administration", description = "What only administrators may do: accounts and roles, the audit log, dead letters, counts."),
        (name = "announcements", description = "Announcements of organizers to people of an event, and how people unsubscribe from them."),
        (name = "door", description = "Checking tickets in, with and without a network, and the people who are an event's door staff."),
        (name = "events", description = "Events from draft to completion, and their lists and statistics."),
        (name = "health", description = "Whether the service works, and this contract."),
        (name = "live", description = "Counts and news as they happen, over a WebSocket: see `docs/live.md`."),
        (name = "registrations", description = "Seats and places on the waitlist."),
        (name = "tickets", description = "Tickets, as data, QR code, page to print and calendar entry."),
    ),
    components(schemas(crate::problem::Problem, crate::problem::FieldProblem)),
    modifiers(&BearerToken),
)]
pub(crate) struct ApiDoc;

struct BearerToken;

impl Modify for BearerToken {
    fn modify(&self, document: &mut Document) {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .build();
        document
            .components
            .get_or_insert_with(Components::new)
            .add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
}
