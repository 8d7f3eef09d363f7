//! Tests that the function of the pages stops with a useful error if environment variables are missing.

#[test]
fn without_its_environment_it_stops_and_names_every_missing_variable() {
    fixtures::assert_it_names_what_is_missing(
        env!("CARGO_BIN_EXE_web"),
        &["TABLE_NAME", "LIVE_URL"],
    );
}
