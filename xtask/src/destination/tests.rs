use clap::Parser as _;

use super::*;
use crate::cli::{Cli, Command};

fn place(words: &str) -> Place {
    let words = ["xtask", "destroy"].into_iter().chain(words.split(' '));
    let Command::Destroy(destroy) = Cli::try_parse_from(words).unwrap().command else {
        panic!("not the destroy command")
    };
    destroy.place
}

fn of(words: &str, seen_by_functions: Option<&str>) -> Result<Destination> {
    Destination::of(&place(words), seen_by_functions, &Tools::not_run())
}

#[test]
fn aws_has_no_endpoint_and_arm() {
    let aws = of("--stage prod --region eu-central-1", None).unwrap();
    assert_eq!(aws.stack, "em-connect-prod");
    assert_eq!(aws.parameters().overrides(), ["Stage=prod"]);
    assert_eq!(aws.architecture(None).unwrap(), Architecture::Arm64);
    assert_eq!(aws.options(), "--stage prod --region eu-central-1");
    let outputs = [
        (
            "HttpUrl",
            "https://a.execute-api.eu-central-1.amazonaws.com",
        ),
        (
            "WebSocketUrl",
            "wss://b.execute-api.eu-central-1.amazonaws.com/live",
        ),
    ];
    let outputs = outputs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let (http, web_socket) = aws.addresses(&outputs.into()).unwrap();
    assert!(http.starts_with("https://a.") && web_socket.starts_with("wss://b."));
}

#[test]
fn functions_may_see_an_endpoint_elsewhere() {
    let at = "--stage dev --region us-east-1 --endpoint-url http://127.0.0.1:5000";
    let same = of(at, None).unwrap().parameters().overrides();
    assert_eq!(same, ["EndpointUrl=http://127.0.0.1:5000", "Stage=dev"]);
    let inside = of(at, Some("http://emulator:5000")).unwrap();
    let inside = inside.parameters().overrides();
    assert_eq!(inside, ["EndpointUrl=http://emulator:5000", "Stage=dev"]);
}

#[test]
fn localstack_is_seen_by_functions_under_its_own_name() {
    let localstack = of("--target localstack --stage dev", None).unwrap();
    assert_eq!(
        localstack.parameters().overrides(),
        [
            "EndpointUrl=http://localhost.localstack.cloud:4566",
            "Stage=dev"
        ]
    );
    assert_eq!(localstack.aws.region(), "us-east-1");
    assert_eq!(
        localstack.architecture(None).unwrap(),
        Architecture::of_host()
    );
    let outputs = [
        ("HttpApiId", "a1"),
        ("WebSocketApiId", "b2"),
        ("WebSocketStage", "live"),
    ];
    let outputs = outputs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let (http, web_socket) = localstack.addresses(&outputs.into()).unwrap();
    assert_eq!(http, "http://127.0.0.1:4566/_aws/execute-api/a1");
    assert_eq!(web_socket, "ws://127.0.0.1:4566/_aws/execute-api/b2/live");
}

#[test]
fn options_that_would_be_ignored_are_refused() {
    for (words, fault) in [
        ("--target local --stage a --region eu-central-1", "--region"),
        (
            "--target local --stage a --endpoint-url http://h",
            "--endpoint-url",
        ),
        ("--target localstack --stage a --profile p", "--profile"),
    ] {
        let error = refuse_options(&place(words), None).unwrap_err().to_string();
        assert!(error.contains(fault), "{words}: {error}");
    }
    let aws = place("--stage a");
    assert!(refuse_options(&aws, Some("http://h")).is_err());
    assert!(refuse_options(&place("--target local --stage a"), None).is_ok());
}
