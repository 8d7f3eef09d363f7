//! Shows a verdict for each scanned line, and checks between two lines whether the server answers.

mod upkeep;

use std::{
    io::{self, StdoutLock},
    process::ExitCode,
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

use jiff::Timestamp;

use crate::{
    api::{Api, Failure},
    catch_up::Batch,
    exit::{QUEUED, Stop},
    lines::Line,
    network::Network,
    screen::{Screen, counts},
    state::State,
    state_file::StateFile,
    verdict::{Reason, Verdict},
};

/// A scanner at the door of one event.
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

    /// Handles scanned lines until the input ends. If a call to the server is due, makes this call between two lines.
    pub(crate) fn work(&mut self, lines: &Receiver<io::Result<Line>>) -> Result<(), Stop> {
        loop {
            if self.network.due_in(Instant::now()) == Some(Duration::ZERO) {
                self.look_after_network()?;
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
            Err(Failure::Refused {
                kind: Some(_),
                detail,
                status,
            }) if !matches!(status, 403 | 404) => Verdict::Invalid(Reason::Other(detail)),
            Err(failure) => {
                self.lose_network(&failure)?;
                return Ok(self.scan_offline(shown, now));
            }
        };
        self.state.remember(&verdict, now, gate);
        self.save_what_the_server_has()?;
        Ok(verdict)
    }

    /// Judges a scan offline. An admission is in the state file before this function returns.
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

    /// Ends the scanner: tries to send the queued scans for a last time, shows the counts, and returns the exit code of the
    /// program.
    pub(crate) fn finish(mut self, ended: Result<(), Stop>) -> Result<ExitCode, Stop> {
        let ended = ended.and_then(|()| self.send_all());
        let left = self.state.queue.len() + self.state.rejected.len();
        self.screen
            .notice(&format!("end: {}", counts(&self.state)))?;
        if left > 0 {
            let path = self.file.path().display();
            eprintln!(
                "{left} scans are not with the server; they are kept in {path}: scan on with it, with the network"
            );
        }
        match ended {
            Ok(()) if left > 0 => Ok(ExitCode::from(QUEUED)),
            Ok(()) => Ok(ExitCode::SUCCESS),
            Err(stop) => Err(stop),
        }
    }
}
