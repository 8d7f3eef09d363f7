//! Tests of the files in `hosting/`.

use std::time::Duration;

use clap::Parser as _;
use server::{
    commands::Cli,
    host::TIME_TO_STOP,
    settings::{Options, Place, Settings},
};

use crate::process::read;

fn hosting(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../hosting");
    read(&std::path::Path::new(folder).join(name))
}

/// Returns the value of a key in the systemd unit.
fn unit(key: &str) -> String {
    let unit = hosting("em-connect.service");
    let value = unit
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    value.unwrap_or_else(|| panic!("no {key}")).to_owned()
}

#[test]
fn the_unit_runs_a_command_as_the_user_that_is_made_and_on_a_folder_that_it_may_write() {
    let start = unit("ExecStart");
    let words: Vec<&str> = start.split_whitespace().collect();
    Cli::try_parse_from(&words).unwrap();
    let after = |option: &str| {
        let at = words.iter().position(|word| *word == option).unwrap();
        words[at + 1]
    };
    let folders = unit("StateDirectory");
    let data = after("--data").strip_prefix("/var/lib/").unwrap();
    assert!(folders.split_whitespace().any(|folder| folder == data));
    assert_eq!(after("--config"), "/etc/em-connect.toml");
    let user = unit("User");
    assert_eq!(unit("Group"), user);
    let made = hosting("em-connect.sysusers");
    assert!(made.contains(&format!("\nu {user} ")), "{made}");
}

#[test]
fn a_supervisor_waits_longer_than_the_server_takes_to_stop() {
    let compose = hosting("../docker-compose.yml");
    let grace = compose
        .lines()
        .find_map(|line| line.trim().strip_prefix("stop_grace_period: "));
    for wait in [unit("TimeoutStopSec"), grace.unwrap().to_owned()] {
        let seconds: u64 = wait.strip_suffix('s').unwrap().parse().unwrap();
        assert!(Duration::from_secs(seconds) > TIME_TO_STOP + Duration::from_secs(2));
    }
}

#[test]
fn the_example_of_settings_can_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("em-connect.toml");
    std::fs::write(&config, hosting("em-connect.toml")).unwrap();
    let place = Place {
        data: None,
        config: Some(config),
    };
    Settings::read(&place, Options::default(), false).unwrap();
}
