//! Rules for the routes of the pages: API Gateway passes each path of the function `web` to it, and no other path.

use std::collections::BTreeSet;

use tests::project_folder;

use super::document::{Template, assert_holds};

/// Returns the paths of the function's routes, as its source spells them.
fn served() -> BTreeSet<String> {
    let source = project_folder().join("functions/web/src/routes.rs");
    let source = std::fs::read_to_string(source).unwrap();
    let routes = source.split(".route(\"").skip(1);
    routes
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect()
}

/// Returns whether a route of API Gateway takes a path of the function. `{proxy+}` takes one or more parts of a path.
fn takes(route: &str, path: &str) -> bool {
    match route.strip_suffix("{proxy+}") {
        Some(folder) => path.len() > folder.len() && path.starts_with(folder),
        None => route == path,
    }
}

fn every_page_has_a_route(template: &Template) -> Vec<String> {
    let routes = template.resources("AWS::ApiGatewayV2::Route");
    let of_pages = routes
        .values()
        .filter(|route| route["Target"].to_string().contains("WebIntegration"));
    let keys: BTreeSet<&str> = of_pages
        .filter_map(|route| route["RouteKey"].as_str()?.strip_prefix("ANY "))
        .collect();
    let served = served();
    assert!(served.len() > 10, "{served:?}");
    let without_route = served
        .iter()
        .filter(|path| !keys.iter().any(|key| takes(key, path)))
        .map(|path| format!("{path} has no route"));
    let without_page = keys
        .iter()
        .filter(|key| !served.iter().any(|path| takes(key, path)))
        .map(|key| format!("{key} has no page"));
    without_route.chain(without_page).collect()
}

#[test]
fn pages_have_routes() {
    let route = "/Resources/WebEmbedRoute";
    assert_holds(
        every_page_has_a_route,
        &[
            Template::ours().without(route),
            Template::ours().with(
                &format!("{route}/Properties/RouteKey"),
                "ANY /embedded/{proxy+}".into(),
            ),
        ],
    );
}
