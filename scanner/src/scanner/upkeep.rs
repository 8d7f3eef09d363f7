//! Detects between two scans whether the network is lost or back, and sends the queued scans.

use std::{
    io, thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;

use super::Scanner;
use crate::{
    api::{AT_LEISURE, AT_THE_DOOR, Failure},
    catch_up::settle,
    exit::Stop,
    network::Network,
};

/// Maximum time for sending the queued scans before the program ends.
const LAST_ATTEMPTS: Duration = Duration::from_secs(10);
/// Pause between two attempts to send the queued scans.
const PAUSE: Duration = Duration::from_millis(500);

impl Scanner {
    /// Saves the scanner's state after the server received scans. If the state file cannot be written, the file still contains
    /// these scans. A later start sends them once more, and the server ignores the repetition.
    pub(super) fn save_what_the_server_has(&mut self) -> io::Result<()> {
        match self.file.save(&self.state) {
            Ok(()) => Ok(()),
            Err(error) => self.screen.warning(&format!("{error:#}")),
        }
    }

    /// Fetches the list of revoked tickets. If the server answers, sends one batch of queued scans, if there are any.
    ///
    /// The fetch comes first because its timeout is shorter, so that a server that hangs delays the door less.
    pub(super) fn look_after_network(&mut self) -> Result<(), Stop> {
        let sends = !self.state.queue.is_empty();
        let done = match self.fetch_door(AT_THE_DOOR) {
            Ok(()) if sends => self.send_batch(AT_LEISURE)?,
            done => done,
        };
        match done {
            Ok(()) if sends => self.network = Network::catching_up(Instant::now()),
            Ok(()) => {
                let was_online = self.network.is_online();
                self.network = Network::online(Instant::now());
                self.save_what_the_server_has()?;
                if !was_online {
                    self.screen.notice("the server is back")?;
                    self.screen.counts(&self.state, self.network)?;
                }
            }
            Err(failure) => self.lose_network(&failure)?,
        }
        Ok(())
    }

    /// Sets the network to offline after a call to the server failed. If the failure is final, returns an error that stops the
    /// scanner.
    pub(super) fn lose_network(&mut self, failure: &Failure) -> Result<(), Stop> {
        if failure.is_final() {
            return Err(Stop::refused(failure));
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

    /// Fetches the public keys, the door's opening hours and the revoked tickets. Fetches the next page if a page contained
    /// revocations that this device did not know.
    pub(crate) fn fetch_door(&mut self, within: Duration) -> Result<(), Failure> {
        loop {
            let door = match self.api.door(self.state.cursor.as_deref(), within) {
                Err(Failure::Refused { status: 400, .. }) if self.state.cursor.is_some() => {
                    // The server does not accept the cursor, because a former server issued it. So the list of revoked tickets
                    // is read from the beginning.
                    self.state.cursor = None;
                    continue;
                }
                door => door?,
            };
            if !self.state.take(door) {
                return Ok(());
            }
        }
    }

    /// Sends one batch of queued scans, and shows the results.
    fn send_batch(&mut self, within: Duration) -> Result<Result<(), Failure>, Stop> {
        let sent = self.batch.of(&self.state);
        let results = match self.api.sync(&sent, within) {
            Ok(results) => results,
            Err(Failure::Refused {
                kind: Some(_),
                detail,
                status,
            }) if !matches!(status, 403 | 404) => {
                if let Some(scan) = self.batch.refused(&sent, &mut self.state) {
                    self.save_what_the_server_has()?;
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
        self.save_what_the_server_has()?;
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

    pub(super) fn send_all(&mut self) -> Result<(), Stop> {
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
