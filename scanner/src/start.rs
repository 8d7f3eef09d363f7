//! Starts a scanner. The data of the door comes from the server or, in an outage, from the state file of an earlier start.

use std::time::Instant;

use jiff::Timestamp;

use crate::{
    api::{AT_LEISURE, Api, Credentials, Failure, Session},
    cli::Options,
    exit::Stop,
    network::Network,
    scanner::Scanner,
    screen::Screen,
    state::State,
    state_file::StateFile,
};

/// Prepares a scanner from the command-line options and the state file. Returns it ready for the first ticket.
pub(crate) fn start(options: &Options) -> Result<Scanner, Stop> {
    let (file, known) = StateFile::open(options.state_path())?;
    let mut state = match known {
        Some(state) if state.event != options.event => {
            return Err(Stop::Usage(format!(
                "{} is of the event {}; give another file with --state",
                file.path().display(),
                state.event
            )));
        }
        Some(state) => state,
        None => State::new(options.event, random_device()),
    };
    if let Some(device) = &options.device {
        state.device_id.clone_from(device);
    }
    let session = Session::new(credentials(options));
    let mut scanner = Scanner::new(
        Api::new(&options.api, options.event, session),
        state,
        file,
        options.gate.clone(),
        Screen::standard(),
    );
    if options.offline {
        scanner.network = Network::Forbidden;
    } else {
        describe_event(&mut scanner)?;
    }
    if scanner.state.keys.is_empty() {
        return Err(Stop::Usage(format!(
            "nothing is known about the door yet ({} is new): start once with the network",
            scanner.file.path().display()
        )));
    }
    scanner.file.save(&scanner.state)?;
    greet(&mut scanner)?;
    Ok(scanner)
}

/// Fetches the data with which tickets are judged offline. If the server cannot be reached, uses the data of an earlier start.
fn describe_event(scanner: &mut Scanner) -> Result<(), Stop> {
    match scanner.fetch_door(AT_LEISURE) {
        Ok(()) => scanner.network = Network::catching_up(Instant::now()),
        Err(Failure::Outage(why)) if !scanner.state.keys.is_empty() => {
            scanner
                .screen
                .warning(&format!("the server is away ({why})"))?;
            scanner.network = scanner.network.after_failure(Instant::now());
            return Ok(());
        }
        Err(Failure::Outage(why)) => {
            return Err(Stop::Failed(anyhow::anyhow!(
                "the server is away ({why}), and nothing is known about the door from an earlier start"
            )));
        }
        Err(failure) => return Err(Stop::refused(&failure)),
    }
    // The title and the time zone are only for display, so staff can scan without them.
    if let Ok(event) = scanner.api.event(AT_LEISURE) {
        scanner.state.title = Some(event.title);
        scanner.state.timezone = Some(event.timezone);
    }
    if scanner.state.queue.is_empty() {
        scanner.network = Network::online(Instant::now());
    }
    Ok(())
}

fn greet(scanner: &mut Scanner) -> Result<(), Stop> {
    let Scanner {
        screen,
        state,
        gate,
        network,
        ..
    } = scanner;
    if let Some(zone) = &state.timezone {
        screen.use_zone(zone);
    }
    let now = Timestamp::now();
    let title = state
        .title
        .clone()
        .unwrap_or_else(|| state.event.to_string());
    let gate = gate.as_ref();
    let gate = gate.map_or_else(String::new, |gate| format!(" · gate {gate}"));
    screen.notice(&format!("{title}{gate} · device {}", state.device_id))?;
    let time = |time: Option<Timestamp>| time.map_or("?".to_owned(), |at| screen.time(at, now));
    let (opens, ends) = (time(state.doors_open_at), time(state.ends_at));
    let clock = screen.time(now, now);
    let zone = state.timezone.as_deref().unwrap_or("UTC");
    screen.notice(&format!(
        "doors {opens} to {ends} · this device's clock {clock} ({zone})"
    ))?;
    screen.counts(state, *network)?;
    Ok(())
}

fn credentials(options: &Options) -> Credentials {
    match (&options.token, &options.email, &options.password) {
        (Some(token), ..) => Credentials::Token(token.clone()),
        (None, Some(email), Some(password)) => Credentials::Password {
            email: email.clone(),
            password: password.clone(),
        },
        _ => Credentials::Nobody,
    }
}

/// Returns a random device name that is short enough to be read aloud.
fn random_device() -> String {
    let mark: String = (0..6).map(|_| fastrand::alphanumeric()).collect();
    format!("scanner-{}", mark.to_ascii_lowercase())
}
