use std::fs;

use tempfile::TempDir;

use super::*;

/// A temporary folder that contains a file of settings.
struct Fixture(TempDir);

impl Fixture {
    fn new(file: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), file).unwrap();
        Self(folder)
    }

    fn read(&self, typed: Options) -> Result<Settings, SettingsError> {
        let place = Place {
            data: Some(self.0.path().join("data")),
            config: None,
        };
        Settings::read(&place, typed, false)
    }
}

fn typed(settings: &[(&str, &str)]) -> Options {
    let table: toml::Table = settings
        .iter()
        .map(|(name, value)| ((*name).to_owned(), toml::Value::from(*value)))
        .collect();
    table.try_into().unwrap()
}

fn problems(file: &str, typed: Options) -> String {
    Fixture::new(file).read(typed).unwrap_err().to_string()
}

#[test]
fn without_any_setting_a_server_runs_for_its_own_machine() {
    let settings = Fixture::new("").read(Options::default()).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert!(settings.listen.ip().is_loopback());
    assert_eq!(settings.mail, MailTo::Folder);
    assert_eq!(settings.from.held_as(), NOBODY);
    assert_eq!((settings.url, settings.metrics), (None, None));
    assert!(settings.trusted_proxies.is_empty() && !settings.demo && !settings.verified_only);
    assert_eq!(settings.allowed_origins, Origins::Listed(Vec::new()));
    assert_eq!(settings.log_format, LogFormat::Json);
    let most = settings.most_per_source;
    assert_eq!(
        (most.sign_ups, most.codes, most.live_tickets),
        (300, 100, 3_000)
    );
    assert_eq!(settings.patience_with_source, Patience::with_source(30));
}

#[test]
fn an_option_goes_before_the_file_and_the_file_before_the_default() {
    let file = r#"
        listen = "0.0.0.0:80"
        url = "https://tickets.example.org/"
        trusted-proxy = ["10.0.0.0/8", "::1"]
        verified-only = true
        sign-ups-per-source = 7
        sending-rate = 2.5
        smtp = "smtps://ada:p%40ss@mail.example.org"
        from = "tickets@example.org"
    "#;
    let fixture = Fixture::new(file);
    let typed = typed(&[("listen", "127.0.0.1:0"), ("codes-per-source", "8")]);
    let settings = fixture.read(typed).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:0");
    assert_eq!(settings.url.as_deref(), Some("https://tickets.example.org"));
    let proxies: Vec<_> = settings
        .trusted_proxies
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(proxies, ["10.0.0.0/8", "::1/128"]);
    assert!(settings.verified_only);
    let most = settings.most_per_source;
    assert_eq!((most.sign_ups, most.codes), (7, 8));
    assert!((settings.sending_rate.per_second() - 2.5).abs() < 1e-9);
    let MailTo::Smtp(server) = settings.mail else {
        panic!("a mail server is set");
    };
    assert_eq!(server.to_string(), "smtps://ada@mail.example.org:465");
}

#[test]
fn every_wrong_setting_is_named_at_once_with_the_place_where_it_stands() {
    let file =
        "listen = \"nowhere\"\nlisten-on = \"x\"\ndemo = 3\nlog-level = [\"loud\"]\nport = 1\n";
    let wrong = [
        ("url", "tickets.example.org"),
        ("metrics", "9090"),
        ("trusted-proxy", "10.0.0.0/8,proxy"),
        ("allowed-origins", "https://example.org/"),
        ("smtp", "http://mail.example.org"),
        ("from", "nobody"),
        ("sending-rate", "0"),
        ("verified-only", "yes"),
        ("login-failures-per-source", "0"),
        ("sign-ups-per-source", "many"),
        ("codes-per-source", "-1"),
        ("live-tickets-per-source", "1000001"),
        ("stage", "Prod"),
        ("log-format", "xml"),
    ];
    let error = problems(file, typed(&wrong));
    let named: Vec<&str> = error.lines().skip(1).map(str::trim).collect();
    for (name, _) in wrong {
        let variable = format!("EM_CONNECT_{}", name.to_uppercase().replace('-', "_"));
        let begin = format!("--{name} ({variable}) ");
        assert!(
            named.iter().any(|line| line.starts_with(&begin)),
            "{name}\n{error}"
        );
    }
    let file = FILE;
    for name in ["listen", "demo", "log-level"] {
        let begin = format!("{name} in ");
        let is_it = |line: &&&str| line.starts_with(&begin) && line.contains(file);
        assert!(named.iter().find(is_it).is_some(), "{name}\n{error}");
    }
    for key in ["listen-on", "port"] {
        let is_it = |line: &&&str| line.starts_with(key) && line.ends_with("is no setting");
        assert!(named.iter().find(is_it).is_some(), "{key}\n{error}");
    }
    assert_eq!(named.len(), wrong.len() + 5, "{error}");
}

#[test]
fn a_password_is_never_shown() {
    for url in [
        "smtp://ada:hunter22@",
        "smtps://ada:hunter22@mail.example.org/path",
        "smtpx://ada:hunter22@mail.example.org",
        "smtps://:hunter22@mail.example.org",
        "smtps://ada:hunter22%ff@mail.example.org",
    ] {
        let options = typed(&[("smtp", url), ("from", "a@example.org")]);
        let error = problems("", options);
        assert!(
            error.contains("--smtp") && !error.contains("hunter22"),
            "{error}"
        );
    }
    for file in [
        "smtp = smtps://ada:hunter22@mail.example.org",
        "smtp = \"smtps://ada:hunter22@mail.example.org",
        "smtp = \"smtps://ada:hunter22@mail.example.org\" x",
        "smtp = \"smtps://ada:\\hunter22@mail.example.org\"",
        "smtp: \"smtps://ada:hunter22@mail.example.org\"",
        "smtp \"smtps://ada:hunter22@mail.example.org\"",
        "smtp = [\"smtps://ada:hunter22@mail.example.org\"",
        "smtp = hunter22",
        "smtp = 'hunter22",
        "smtp = { hunter22 }",
        "smtp = \"hunter22\"\nsmtp = \"hunter22\"",
    ] {
        let error = problems(&format!("# comment\n{file}\n"), Options::default());
        assert!(!error.contains("hunter22"), "{file}\n{error}");
        assert!(
            error.contains("em-connect.toml cannot be read: line "),
            "{error}"
        );
    }
    let options = typed(&[
        ("smtp", "smtps://ada:hunter22@mail.example.org"),
        ("from", "a@example.org"),
    ]);
    let settings = Fixture::new("").read(options).unwrap();
    assert!(!format!("{settings:?}").contains("hunter22"));
}

#[test]
fn mail_to_a_server_needs_a_sender_and_keeps_to_a_rate() {
    let server = ("smtp", "smtp://127.0.0.1:2525");
    let error = problems("", typed(&[server]));
    assert!(
        error.contains("--from (EM_CONNECT_FROM) is not set"),
        "{error}"
    );
    let settings = Fixture::new("").read(typed(&[server, ("from", "a@example.org")]));
    assert!((settings.unwrap().sending_rate.per_second() - 14.0).abs() < 1e-9);
}

#[test]
fn a_demonstration_sends_no_mail_and_asks_nobody_to_verify_an_address() {
    let demo = ("demo", "true");
    for (other, value) in [("verified-only", "true"), ("smtp", "smtp://127.0.0.1:2525")] {
        let from = ("from", "a@example.org");
        let error = problems("", typed(&[demo, (other, value), from]));
        let named = format!("--demo (EM_CONNECT_DEMO) cannot be used with --{other}, ");
        assert!(error.contains(&named), "{error}");
        assert_eq!(error.lines().count(), 2, "{error}");
    }
    let options = typed(&[demo, ("verified-only", "false")]);
    assert!(Fixture::new("").read(options).unwrap().demo);
}

#[test]
fn addresses_of_mail_servers_say_how_they_are_encrypted() {
    for (url, expected) in [
        ("smtp://localhost", ("localhost", 25, Encryption::None)),
        ("smtp://[::1]:2525", ("::1", 2525, Encryption::None)),
        (
            "smtps://a:b@mail.example.org",
            ("mail.example.org", 465, Encryption::Tls),
        ),
        (
            "smtp+starttls://a:b@m.example.org",
            ("m.example.org", 587, Encryption::StartTls),
        ),
        (
            "smtp://m.example.org?tls=required",
            ("m.example.org", 587, Encryption::StartTls),
        ),
    ] {
        let server = SmtpServer::parse(url).unwrap();
        let found = (server.host.as_str(), server.port, server.encryption);
        assert_eq!(found, expected, "{url}");
    }
}

#[test]
fn a_file_that_is_named_must_be_there_and_be_toml() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("other.toml");
    let place = Place {
        data: None,
        config: Some(config.clone()),
    };
    let read = || Settings::read(&place, Options::default(), false);
    let error = read().unwrap_err().to_string();
    assert!(error.contains("other.toml cannot be read"), "{error}");
    fs::write(&config, "listen = ").unwrap();
    let error = read().unwrap_err().to_string();
    assert!(error.contains("other.toml cannot be read"), "{error}");
    fs::write(&config, "data = \"/var/lib/em-connect\"\ndemo = true").unwrap();
    let settings = read().unwrap();
    assert_eq!(settings.data.to_str(), Some("/var/lib/em-connect"));
    assert!(settings.demo);
}

#[test]
fn a_data_folder_of_a_wrong_type_is_named_by_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("other.toml");
    fs::write(&config, "data = 5\nport = 1\n").unwrap();
    let place = Place {
        data: None,
        config: Some(config),
    };
    let named = |error: SettingsError| {
        let error = error.to_string();
        let has = |name: &str| error.lines().any(|line| line.trim().starts_with(name));
        assert!(has("data in ") && has("port in "), "{error}");
    };
    named(Settings::read(&place, Options::default(), false).unwrap_err());
    named(data_folder(&place).unwrap_err());
}

#[test]
fn the_options_are_those_that_the_names_say() {
    let command = Options::augment(clap::Command::new("serve"));
    let longs: Vec<_> = command
        .get_arguments()
        .filter_map(clap::Arg::get_long)
        .collect();
    let names: Vec<_> = options::NAMES.iter().map(|(name, _)| *name).collect();
    assert_eq!(longs, names);
    let shown: Vec<_> = command
        .get_arguments()
        .filter_map(clap::Arg::get_env)
        .collect();
    let variables: Vec<_> = options::NAMES
        .iter()
        .map(|(_, variable)| *variable)
        .collect();
    assert_eq!(shown, variables);
}
