//! The contract as an OpenAPI document: generated from the handlers, committed as `openapi.json`, served from
//! the committed file; a test compares the two.

use utoipa::{
    Modify, OpenApi,
    openapi::{
        Components, ContentBuilder, OpenApi as Document, RefOr, Response, ResponseBuilder,
        schema::Ref,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

/// The committed document.
pub(crate) const COMMITTED: &str = include_str!("../../../openapi.json");

#[derive(OpenApi)]
#[openapi(
    info(
        title = "em-connect",
        description = "Registration for events that sell out. Errors are problem documents (RFC 9457); times are RFC 3339 in UTC; lists take `limit` and `cursor`. Every answer carries `x-request-id`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
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

/// Every operation may fail with a problem document: said once, here.
pub(crate) fn with_problems(mut document: Document) -> Document {
    let problem = || {
        ContentBuilder::new()
            .schema(Some(RefOr::Ref(Ref::from_schema_name("Problem"))))
            .build()
    };
    let any: RefOr<Response> = ResponseBuilder::new()
        .description("A problem document")
        .content("application/problem+json", problem())
        .build()
        .into();
    for item in document.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.post,
            &mut item.put,
            &mut item.patch,
            &mut item.delete,
        ];
        for operation in operations.into_iter().flatten() {
            for (status, response) in &mut operation.responses.responses {
                if let (true, RefOr::T(response)) = (status.starts_with(['4', '5']), response) {
                    response
                        .content
                        .insert("application/problem+json".to_owned(), RefOr::T(problem()));
                }
            }
            operation
                .responses
                .responses
                .insert("default".to_owned(), any.clone());
        }
    }
    document
}
