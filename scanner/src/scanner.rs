//! The work at the door: a line, a verdict; between lines, the network.

use std::{
    io::{self, StdoutLock},
    process::ExitCode,
    sync::mpsc::{Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;

use crate::{
    api::{AT_LEISURE, AT_THE_DOOR, Api, Failure},
    catch_up::{Batch, settle},
    exit::{QUEUED, Stop},
    lines::Line,
    network::Network,
    screen::{Screen, counts},
    start::refused,
    state::State,
    state_file::StateFile,
    verdict::{Reason, Verdict},
};

/// How long the end waits for the server to take what is queued.
const LAST_ATTEMPTS: Duration = Duration::from_secs(10);
/// Between two of these attempts.
const PAUSE: Duration = Duration::from_millis(500);

/// A scanner at a door.
#[derive(Debug)]
pub(crate) struct Scanner {
    pub(crate) api: Api,
    pub(crate) state: State,
    pub(crate) file: StateFile,
    pub(crate) gate: Option<String>,
    pub(crate) network: Network,
    pub(crate) screen: Screen<StdoutLock<'static>>,
    batch: Batch,
}

impl Scanner {
    pub(crate) fn new(
        api: Api,
        state: State,
        file: StateFile,
        gate: Option<String>,
        screen: Screen<StdoutLock<'static>>,
    ) -> Self {
        let network = Network::catching_up(Instant::now());
        let batch = Batch::default();
        Self {
            api,
            state,
            file,
            gate,
            network,
            screen,
            batch,
        }
    }

    /// Takes lines until there are no more. Between two of them, at most one call looks after the network.
    pub(crate) fn work(&mut self, lines: &Receiver<io::Result<Line>>) -> Result<(), Stop> {
        loop {
            if self.network.due_in(Instant::now()) == Some(Duration::ZERO) {
                self.look_after_network(AT_THE_DOOR)?;
            }
            let line = match self.network.due_in(Instant::now()) {
                Some(wait) => lines.recv_timeout(wait),
                None => lines.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match line {
                Ok(line) => self.take(&line?)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }

    fn take(&mut self, line: &Line) -> Result<(), Stop> {
        let now = Timestamp::now();
        let verdict = match line {
            Line::Text(text) if text.trim().is_empty() => return Ok(()),
            Line::Text(text) => self.scan(text, now)?,
            Line::TooLong => {
                self.state.refused += 1;
                Verdict::Invalid(Reason::TooLong)
            }
        };
        self.screen.verdict(&verdict, &self.state.device_id, now)?;
        self.screen.counts(&self.state, self.network)?;
        Ok(())
    }

    fn scan(&mut self, shown: &str, now: Timestamp) -> Result<Verdict, Stop> {
        if !self.network.is_online() {
            return Ok(self.scan_offline(shown, now));
        }
        let gate = self.gate.as_deref();
        let verdict = match self.api.check_in(shown, gate, &self.state.device_id) {
            Ok(check_in) => check_in.verdict(),
            Err(Failure::Refused { kind: Some(_), detail, status })
                if !matches!(status, 403 | 404) =>
            {
                Verdict::Invalid(Reason::Other(detail))
            }
            Err(failure) => {
                self.lose_network(&failure)?;
                return Ok(self.scan_offline(shown, now));
            }
        };
        self.state.remember(&verdict, now, gate);
        if let Err(error) = self.file.save(&self.state) {
            // The server has the scan; only a later outage would miss it here.
            self.screen.warning(&format!("{error:#}"))?;
        }
        Ok(verdict)
    }

    /// The scan is in the state file before its verdict is shown, or it is no admission.
    fn scan_offline(&mut self, shown: &str, now: Timestamp) -> Verdict {
        let before = self.state.clone();
        let gate = self.gate.as_deref();
        let verdict = self.state.judge(shown, now);
        self.state.remember(&verdict, now, gate);
        self.state.queue(&verdict, shown, now, gate);
        match self.file.save(&self.state) {
            Err(error) if verdict.is_admission() => {
                self.state = before;
                self.state.refused += 1;
                Verdict::NotRecorded(format!("{error:#}"))
            }
            _ => verdict,
        }
    }

    /// One call, if it does any good: sends what is queued or else fetches the revocations.
    fn look_after_network(&mut self, within: Duration) -> Result<(), Stop> {
        let sends = !self.state.queue.is_empty();
        let done = if sends {
            self.send_batch(AT_LEISURE)?
        } else {
            self.fetch_door(within)
        };
        match done {
            Ok(()) if sends => self.network = Network::catching_up(Instant::now()),
            Ok(()) => {
                let was_online = self.network.is_online();
                self.network = Network::online(Instant::now());
                self.file.save(&self.state)?;
                if !was_online {
                    self.screen.notice("the server is back")?;
                    self.screen.counts(&self.state, self.network)?;
                }
            }
            Err(failure) => self.lose_network(&failure)?,
        }
        Ok(())
    }

    /// Goes, or stays, offline; unless the server says that it will never take anything from here.
    fn lose_network(&mut self, failure: &Failure) -> Result<(), Stop> {
        if failure.is_final() {
            return Err(refused(failure));
        }
        let was_online = self.network.is_online();
        self.network = self.network.after_failure(Instant::now());
        if was_online {
            let now = Timestamp::now();
            let known = self.state.as_of;
            let known = known.map_or("?".to_owned(), |at| self.screen.time(at, now));
            let (why, clock) = (failure.words(), self.screen.time(now, now));
            self.screen.warning(&format!(
                "OFFLINE at {clock} by this device's clock ({why}); revocations as of {known}"
            ))?;
        }
        Ok(())
    }

    /// Fetches keys, hours and revocations; all pages, as long as they say anything new.
    pub(crate) fn fetch_door(&mut self, within: Duration) -> Result<(), Failure> {
        loop {
            let door = match self.api.door(self.state.cursor.as_deref(), within) {
                Err(Failure::Refused { status: 400, .. }) if self.state.cursor.is_some() => {
                    // The cursor is of a server that is no more: from the beginning.
                    self.state.cursor = None;
                    continue;
                }
                door => door?,
            };
            if !self.state.learn(door) {
                return Ok(());
            }
        }
    }

    /// Sends one batch of what is queued, and shows what came of it.
    fn send_batch(&mut self, within: Duration) -> Result<Result<(), Failure>, Stop> {
        let sent = self.batch.of(&self.state);
        let results = match self.api.sync(&sent, within) {
            Ok(results) => results,
            Err(Failure::Refused { kind: Some(_), detail, status })
                if !matches!(status, 403 | 404) =>
            {
                if let Some(scan) = self.batch.refused(&sent, &mut self.state) {
                    self.file.save(&self.state)?;
                    self.screen.warning(&format!(
                        "the server does not take the scan {}: {detail}; it is kept in the state file",
                        scan.scan_id
                    ))?;
                }
                return Ok(Ok(()));
            }
            Err(failure) => return Ok(Err(failure)),
        };
        let (settled, findings) = settle(&mut self.state, &results);
        self.file.save(&self.state)?;
        let now = Timestamp::now();
        for finding in &findings {
            self.screen.finding(finding, &self.state.device_id, now)?;
        }
        if settled == 0 {
            let why = "the server answered for none of the scans that were sent".to_owned();
            return Ok(Err(Failure::Outage(why)));
        }
        self.screen.notice(&format!("{settled} scans sent"))?;
        Ok(Ok(()))
    }

    /// The end of the input, or of the work: the last attempts, the sum, and the exit code.
    pub(crate) fn finish(mut self, ended: Result<(), Stop>) -> Result<ExitCode, Stop> {
        let ended = ended.and_then(|()| self.send_all());
        let left = self.state.queue.len() + self.state.rejected.len();
        self.screen.notice(&format!("end: {}", counts(&self.state)))?;
        if left > 0 {
            let path = self.file.path().display();
            eprintln!("{left} scans are not with the server; they are kept in {path}: scan on with it, with the network");
        }
        match ended {
            Ok(()) if left > 0 => Ok(ExitCode::from(QUEUED)),
            Ok(()) => Ok(ExitCode::SUCCESS),
            Err(stop) => Err(stop),
        }
    }

    fn send_all(&mut self) -> Result<(), Stop> {
        let deadline = Instant::now() + LAST_ATTEMPTS;
        while self.network != Network::Forbidden && !self.state.queue.is_empty() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            if let Err(failure) = self.send_batch(left)? {
                self.lose_network(&failure)?;
                thread::sleep(PAUSE.min(left));
            }
        }
        Ok(())
    }
}
