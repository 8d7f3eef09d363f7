//! Tests that the notify function stops with a useful error if environment variables are missing.

#[test]
fn without_its_environment_it_stops_and_names_every_missing_variable() {
    fixtures::assert_it_names_what_is_missing(
        env!("CARGO_BIN_EXE_notify"),
        &[
            "STAGE",
            "TABLE_NAME",
            "SECRET_ID",
            "MAIL_QUEUE_URL",
            "QUEUES",
            "PUBLIC_URL",
            "SENDING_RATE",
            "SENDERS",
        ],
    );
}
