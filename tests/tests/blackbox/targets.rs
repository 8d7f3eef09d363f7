//! Tests that list all tests which run only on a server, only on a deployed stack, or only with installed tools, each with its
//! reason.

#![expect(
    clippy::unwrap_used,
    reason = "a file of the suite that is not there fails the test"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use tests::project_folder;

/// The beginning of the macro call in a test that needs a deployed stack. In the source, the reason follows it.
const MARK: &str = "emulated!(\"";
/// The beginning of the macro call in a test that needs a server. In the source, the reason follows it.
const MARK_OF_A_SERVER: &str = "on_a_server!(\"";
/// The beginning of the macro call in a test that runs tools which `cargo xtask test` installs. In the source, the names of the
/// tools follow it.
const MARK_OF_TOOLS: &str = "with_tools!(\"";
/// The beginning of the macro call in a test that runs Node or Chromium. In the source, the reason follows it.
const MARK_OF_A_BROWSER: &str = "in_a_browser!(\"";
/// The texts with which the first line of a test function can begin.
const TESTS: [&str; 2] = ["async fn ", "fn "];

/// Collects the source files below `folder`, in the order of their paths.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with(file!()) {
            found.push(path);
        }
    }
}

/// Returns a text that lists the tests whose mark begins with `mark`, grouped by file and reason.
fn marked(mark: &str) -> String {
    let mut found = Vec::new();
    for folder in ["functions", "shared", "tests/tests", "xtask/src"] {
        files(&project_folder().join(folder), &mut found);
    }
    let mut tests = Vec::new();
    for path in found {
        let source = fs::read_to_string(&path).unwrap();
        let path = path.strip_prefix(project_folder()).unwrap();
        let name = path.with_extension("").display().to_string();
        let mut current = "";
        for line in source.lines() {
            let line = line.trim_start();
            if let Some(rest) = TESTS.iter().find_map(|begin| line.strip_prefix(begin)) {
                current = rest.split('(').next().unwrap();
            }
            if let Some((_, rest)) = line.split_once(mark) {
                let reason = rest.split('"').next().unwrap();
                tests.push((name.clone(), reason.to_owned(), current.to_owned()));
            }
        }
    }
    let mut listed = String::new();
    let mut head = (String::new(), String::new());
    for (file, reason, current) in tests {
        if head != (file.clone(), reason.clone()) {
            writeln!(listed, "{file}: {reason}").unwrap();
            head = (file, reason);
        }
        writeln!(listed, "- {current}").unwrap();
    }
    listed
}

/// The snapshot lists the tests that run only on a deployed stack. Each group has the reason why its tests cannot run on one
/// machine without AWS or its emulator.
#[test]
fn these_tests_run_on_a_deployed_stack_only() {
    insta::assert_snapshot!(marked(MARK), @r"
    functions/api/src/tests/calls: counts calls of the table's client
    - a_warm_registration_is_two_writes_and_no_read
    - who_finds_an_event_sold_out_writes_nothing
    - a_page_of_events_is_one_query_that_looks_at_one_more_than_it_shows
    - a_change_of_an_event_to_what_it_is_writes_nothing
    functions/notify/src/sender/tests: SES refuses a mail
    - what_ses_says_is_noted_for_whoever_asks_for_health
    functions/ws-push/src/push/tests/ten_thousand: counts calls of the clients of AWS
    - ten_thousand_viewers_are_told_in_two_reads_and_one_message_a_shard
    shared/store/src/stack_tests/availability: counts capacity units
    - a_write_of_a_shard_is_one_unit
    shared/store/src/stack_tests/live: counts capacity units
    - a_full_shard_and_what_is_told_are_read_for_one_unit_each
    shared/store/src/stack_tests/size: counts capacity units
    - a_bucket_of_50_seats_and_5_borrowed_ones_costs_one_unit_a_write
    shared/store/src/stack_tests/stats: counts capacity units
    - a_page_that_remembers_all_it_can_costs_a_unit_a_write
    tests/tests/blackbox/cargo_lambda: runs a function as Lambda does
    - a_function_answers_to_an_event_file
    tests/tests/blackbox/checked_calls: calls the emulator's services
    - what_aws_would_refuse_is_found_with_its_caller_and_its_member
    tests/tests/blackbox/checked_calls: reads what the emulator has checked
    - answers_of_functions_are_checked
    tests/tests/blackbox/cookbook: needs bash, curl and Python
    - every_block_works_and_prints_what_the_page_says
    tests/tests/blackbox/counted_calls: calls the emulator's DynamoDB
    - a_write_costs_by_the_kilobyte_and_again_for_the_index
    - a_condition_that_fails_costs_like_a_write
    - a_read_costs_by_four_kilobytes_and_half_where_it_may_be_old
    - a_query_costs_what_was_read_whatever_was_left_out
    - many_calls_at_once_are_all_counted_and_those_of_nobody_are_not
    tests/tests/blackbox/counted_calls: calls the emulator's services
    - services_and_operations_have_their_names
    tests/tests/blackbox/deployment: deploys the template
    - a_deployment_comes_is_tried_out_and_goes
    - mistakes_are_told_before_anything_is_deployed
    tests/tests/blackbox/event_files: calls a function as its trigger does
    - requests_of_the_http_api
    - requests_for_pages
    - records_of_the_stream
    - messages_about_tickets
    - messages_about_mail
    - connections_of_the_web_socket_api
    - messages_about_counts
    tests/tests/blackbox/health: SES refuses a mail; a folder takes all
    - it_is_told_when_ses_took_a_mail_and_when_it_refused_one_for_the_deployments_sake
    tests/tests/blackbox/hooks: prepares AWS for a deployment
    - as_ministack_runs_them
    - as_localstack_runs_them
    tests/tests/blackbox/mail_refused: SES refuses a mail; a folder takes all
    - while_ses_is_away_all_else_goes_on_and_the_mail_comes_late_once
    - among_many_recipients_one_who_must_wait_holds_up_no_other
    - what_ses_never_takes_is_put_aside_and_the_organizer_sees_it
    tests/tests/blackbox/mail_sender_gone: SES refuses all mail; a folder takes all
    - mail_that_was_refused_for_its_sender_comes_late_once
    tests/tests/blackbox/metrics: reads metrics from the logs, as CloudWatch does
    - what_a_sale_comes_to_is_counted_once
    - attempts_at_the_door_are_counted_by_what_they_came_to
    - a_login_that_has_to_wait_is_counted
    - what_follows_from_a_registration_is_counted_and_timed
    tests/tests/blackbox/python_client: needs a generated Python client
    - the_generated_python_client_type_checks
    - it_walks_through_the_api
    tests/tests/blackbox/typescript_client: needs Node and packages of npm
    - the_generated_client_type_checks
    - it_lists_the_event_that_was_published
    - it_publishes_an_event_that_anyone_can_read
    - it_registers_waits_for_the_ticket_and_fetches_its_qr_code
    - it_exports_every_attendee_page_by_page
    - it_shows_counts_as_they_change
    - it_walks_through_the_api
    - its_client_waits_as_it_is_asked_and_refreshes_once
    tests/tests/costs/main: counts calls of functions
    - a_registration_keeps_to_its_budget
    tests/tests/faults/main: kills processes of functions; blackbox/a_killed_server kills a server
    - functions_are_killed
    tests/tests/left_behind/main: reads the logs of functions
    - nobody_is_in_the_logs
    - metrics_are_those_of_the_page_and_bounded
    ");
}

/// The snapshot lists the tests that run only on a server. Each group has the reason why its tests cannot run on a deployed
/// stack.
#[test]
fn these_tests_run_on_a_server_only() {
    insta::assert_snapshot!(marked(MARK_OF_A_SERVER), @r"
    tests/tests/blackbox/a_killed_server: kills the one process; tests/faults kills those of functions
    - what_was_answered_holds_after_every_kill_and_every_mail_comes
    tests/tests/blackbox/private_logs: reads the log of one process; left_behind reads those of functions
    - nothing_of_a_person_is_logged
    ");
}

/// The snapshot lists the tests that run tools which are not part of Rust. Each group names the tools that its tests run.
#[test]
fn these_tests_run_the_tools_of_the_emulated_deployment() {
    insta::assert_snapshot!(marked(MARK_OF_TOOLS), @r"
    tests/tests/project/contract: runs redocly and spectral
    - linters_accept_the_contract
    tests/tests/project/template/deployment: runs SAM's translator
    - deployments_are_as_they_are_called
    tests/tests/project/template/document: runs SAM's reader of templates
    - the_template_is_what_sam_reads
    tests/tests/project/template/permissions/listed: runs SAM's translator
    - the_list_is_complete_and_true
    tests/tests/project/template: runs cfn-lint
    - cfn_lint_has_nothing_to_say
    xtask/src/commands/package: runs Python's own reader of zips
    - another_library_reads_the_zips
    xtask/src/commands/test/conformance: runs the emulator's own tests
    - the_checks_find_each_kind_of_violation
    ");
}

/// The snapshot lists the tests that end with a notice if Node or Chromium is not installed. Each group has its reason.
#[test]
fn these_tests_run_node_or_chromium() {
    insta::assert_snapshot!(marked(MARK_OF_A_BROWSER), @r"
    tests/tests/pages/main: runs the type checker
    - the_app_has_the_types_of_the_contract_and_all_texts
    tests/tests/pages/main: runs Vitest
    - the_rules_of_the_app_hold
    tests/tests/pages/main: runs Playwright in Chromium
    - people_reach_their_aims_in_chromium
    ");
}
