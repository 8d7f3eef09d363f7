//! Tests that the relay stops with a useful error if environment variables are missing.

#[test]
fn without_its_environment_it_stops_and_names_every_missing_variable() {
    fixtures::assert_it_names_what_is_missing(
        env!("CARGO_BIN_EXE_relay"),
        &[
            "STAGE",
            "TABLE_NAME",
            "DEAD_LETTER_QUEUE_URL",
            "TICKETS_QUEUE_URL",
            "MAIL_QUEUE_URL",
            "MAIL_QUEUE_ARN",
            "LIVE_QUEUE_URL",
            "PUSH_QUEUE_URL",
            "REMINDER_GROUP",
            "REMINDER_ROLE_ARN",
        ],
    );
}
