//! Tests that only one process can open a data folder, and that wrong settings are refused before the server writes anything.

use crate::process::{Home, Server, program, read};

#[test]
fn a_second_server_refuses_to_start_on_the_same_folder() {
    let home = Home::new();
    let server = Server::start(&home);
    let output = home.command(&["serve", "--listen", "127.0.0.1:0"], "");
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("another process has"), "{error}");
    assert_eq!(read(&home.data().join("address")), server.url);
    server.client().get("/health");
    server.stop();
}

#[test]
fn wrong_settings_are_named_and_nothing_is_touched() {
    let home = Home::new();
    let data = home.data();
    let mut command = program(&[
        "serve",
        "--data",
        data.to_str().unwrap(),
        "--listen",
        "here",
    ]);
    command.env("EM_CONNECT_SMTP", "mail.example.org");
    command.env("EM_CONNECT_LOG_LEVEL", "loud");
    let output = command.output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{error}");
    for named in [
        "--listen (EM_CONNECT_LISTEN)",
        "--smtp (EM_CONNECT_SMTP)",
        "--from (EM_CONNECT_FROM)",
        "--log-level (EM_CONNECT_LOG_LEVEL)",
    ] {
        assert!(error.contains(named), "{named}\n{error}");
    }
    assert!(!data.exists());
}

#[test]
fn an_address_that_is_taken_is_named_and_nothing_is_touched() {
    let home = Home::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = home.command(&["serve", "--listen", &address], "");
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(
        error.contains(&format!("cannot listen on {address}")),
        "{error}"
    );
    assert!(!home.data().exists());
}

#[test]
fn a_server_that_commands_could_not_reach_does_not_start() {
    let home = Home::new();
    // This path is longer than the path of a socket may be.
    let data = home.path(&"x".repeat(120));
    let data = data.to_str().unwrap();
    let output = program(&["serve", "--listen", "127.0.0.1:0", "--data", data]).output();
    let output = output.unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    let named = format!("cannot listen on {data}/control.sock");
    assert!(error.contains(&named), "{error}");
}

#[test]
fn help_names_every_command_and_every_setting() {
    let help = |arguments: &[&str]| {
        let output = program(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let commands = help(&["--help"]);
    for command in [
        "serve",
        "admin",
        "backup",
        "restore",
        "check",
        "status",
        "rotate-secret",
        "export",
    ] {
        assert!(
            commands.contains(&format!("\n  {command} ")),
            "{command}\n{commands}"
        );
    }
    let serve = help(&["serve", "--help"]);
    for option in [
        "--data <DIR>",
        "--smtp <URL>",
        "EM_CONNECT_TRUSTED_PROXY",
        "--demo",
    ] {
        assert!(serve.contains(option), "{option}\n{serve}");
    }
}
