//! The tests that need a deployed stack, and do nothing on a server: all of them, with the reason of each.

#![expect(
    clippy::unwrap_used,
    reason = "a file of the suite that is not there fails the test"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use tests::project_folder;

/// How a test says that it needs a deployed stack.
const MARK: &str = "emulated!(\"";
/// How a test begins.
const TEST: &str = "async fn ";

/// Whoever adds a test to this list says with it why one machine cannot have what the test is about.
#[test]
fn these_tests_run_on_a_deployed_stack_only() {
    let mut tests = BTreeSet::new();
    for file in fs::read_dir(project_folder().join("tests/tests/blackbox")).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap_or_default();
        let name = path.file_stem().unwrap().to_string_lossy();
        if name == module_path!().rsplit("::").next().unwrap() {
            continue;
        }
        let mut test = "";
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix(TEST) {
                test = rest.split('(').next().unwrap();
            }
            if let Some((_, rest)) = line.split_once(MARK) {
                let reason = rest.split('"').next().unwrap();
                tests.insert((name.to_string(), reason.to_owned(), test.to_owned()));
            }
        }
    }
    let mut listed = String::new();
    let mut head = (String::new(), String::new());
    for (file, reason, test) in tests {
        if head != (file.clone(), reason.clone()) {
            writeln!(listed, "{file}: {reason}").unwrap();
            head = (file, reason);
        }
        writeln!(listed, "- {test}").unwrap();
    }
    insta::assert_snapshot!(listed, @r"
    cargo_lambda: runs a function as Lambda does
    - a_function_answers_to_an_event_file
    cookbook: needs bash, curl and Python
    - every_block_works_and_prints_what_the_page_says
    deployment: deploys the template
    - a_deployment_comes_is_tried_out_and_goes
    - mistakes_are_told_before_anything_is_deployed
    event_files: calls a function as its trigger does
    - connections_of_the_web_socket_api
    - messages_about_counts
    - messages_about_mail
    - messages_about_tickets
    - records_of_the_stream
    - requests_of_the_http_api
    health: SES refuses a mail; a folder takes all
    - it_is_told_when_ses_took_a_mail_and_when_it_refused_one_for_the_deployments_sake
    hooks: prepares AWS for a deployment
    - as_localstack_runs_them
    - as_ministack_runs_them
    mail_refused: SES refuses a mail; a folder takes all
    - among_many_recipients_one_who_must_wait_holds_up_no_other
    - what_ses_never_takes_is_put_aside_and_the_organizer_sees_it
    - while_ses_is_away_all_else_goes_on_and_the_mail_comes_late_once
    mail_sender_gone: SES refuses all mail; a folder takes all
    - mail_that_was_refused_for_its_sender_comes_late_once
    metrics: reads metrics from the logs, as CloudWatch does
    - a_login_that_has_to_wait_is_counted
    - attempts_at_the_door_are_counted_by_what_they_came_to
    - what_a_sale_comes_to_is_counted_once
    - what_follows_from_a_registration_is_counted_and_timed
    python_client: needs a generated Python client
    - it_walks_through_the_api
    - the_generated_python_client_type_checks
    typescript_client: needs Node and packages of npm
    - it_exports_every_attendee_page_by_page
    - it_lists_the_event_that_was_published
    - it_publishes_an_event_that_anyone_can_read
    - it_registers_waits_for_the_ticket_and_fetches_its_qr_code
    - it_shows_counts_as_they_change
    - it_walks_through_the_api
    - its_client_waits_as_it_is_asked_and_refreshes_once
    - the_generated_client_type_checks
    ");
}
