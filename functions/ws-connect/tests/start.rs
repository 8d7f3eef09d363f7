//! Tests that the WebSocket API's function stops with a useful error if environment variables are missing.

#[test]
fn without_its_environment_it_stops_and_names_every_missing_variable() {
    fixtures::assert_it_names_what_is_missing(
        env!("CARGO_BIN_EXE_ws-connect"),
        &["TABLE_NAME", "PUSH_QUEUE_URL", "CONNECTIONS_URL"],
    );
}
