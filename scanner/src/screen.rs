//! The operator's screen: a line for every scan, and a line of counts below it.

use std::io::{self, IsTerminal as _, StdoutLock, Write, stdout};

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    catch_up::Finding,
    network::Network,
    state::State,
    verdict::{Admission, Verdict},
};

const GREEN: &str = "\x1b[1;32m";
const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[1;33m";
const DIM: &str = "\x1b[2m";
const RESET: &str = "\x1b[0m";

/// The operator's screen: the output, with or without colours, and the time zone in which times are shown.
#[derive(Debug)]
pub(crate) struct Screen<W> {
    out: W,
    colours: bool,
    zone: TimeZone,
}

impl Screen<StdoutLock<'static>> {
    /// Returns the screen on standard output. It has colours on a terminal, unless `NO_COLOR` is set (<https://no-color.org>).
    pub(crate) fn standard() -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self::new(stdout().lock(), stdout().is_terminal() && !refused)
    }
}

impl<W: Write> Screen<W> {
    pub(crate) fn new(out: W, colours: bool) -> Self {
        Self {
            out,
            colours,
            zone: TimeZone::UTC,
        }
    }

    /// Sets the time zone in which times are shown. `name` is the name of the event's time zone.
    pub(crate) fn use_zone(&mut self, name: &str) {
        if let Ok(zone) = TimeZone::get(name) {
            self.zone = zone;
        }
    }

    /// Shows the verdict on a scan. A sign precedes the text, because not everybody can distinguish green from red.
    pub(crate) fn verdict(
        &mut self,
        verdict: &Verdict,
        own_device: &str,
        now: Timestamp,
    ) -> io::Result<()> {
        let (colour, sign) = match verdict {
            Verdict::Admitted { .. } => (GREEN, '✓'),
            Verdict::AdmittedOffline(_) => (YELLOW, '✓'),
            Verdict::Unverifiable(_) => (YELLOW, '?'),
            _ => (RED, '✗'),
        };
        let words = self.words(verdict, own_device, now);
        self.line(colour, &format!("{sign} {words}"))
    }

    fn words(&self, verdict: &Verdict, own_device: &str, now: Timestamp) -> String {
        match verdict {
            Verdict::Admitted { name, code } => {
                let code = code.map_or_else(String::new, |code| code.to_string());
                format!("ADMITTED  {name}  {code}")
            }
            Verdict::AdmittedOffline(code) => format!("ADMITTED (offline)  {code}"),
            Verdict::AlreadyAdmitted(_, admission) => {
                let own = admission.device_id.as_deref() == Some(own_device);
                let here = if own { ", by this device" } else { "" };
                format!("ALREADY ADMITTED{}{here}", self.place(admission, now))
            }
            Verdict::Void(_) => "VOID: cancelled".to_owned(),
            Verdict::WrongEvent => "WRONG EVENT".to_owned(),
            Verdict::Invalid(reason) => format!("INVALID: {}", reason.words()),
            Verdict::Unverifiable(code) => format!(
                "NOT ADMITTED  {code}  a typed code cannot be verified without the network; scan the QR code"
            ),
            Verdict::NotRecorded(why) => {
                format!("NOT ADMITTED: the ticket is good, but the scan cannot be recorded: {why}")
            }
        }
    }

    /// Returns a text such as ` at gate A, 18:03:11`. Unknown parts of the admission are left out.
    fn place(&self, admission: &Admission, now: Timestamp) -> String {
        let gate = admission.gate.as_ref();
        let gate = gate.map_or_else(String::new, |gate| format!(" at gate {gate},"));
        let time = admission
            .at
            .map_or_else(String::new, |at| self.time(at, now));
        format!("{gate} {time}")
            .trim_end_matches([' ', ','])
            .to_owned()
    }

    /// Returns the time of day of `at`, with the date unless the date is today's.
    pub(crate) fn time(&self, at: Timestamp, now: Timestamp) -> String {
        let at = at.to_zoned(self.zone.clone());
        let today = at.date() == now.to_zoned(self.zone.clone()).date();
        let format = if today {
            "%H:%M:%S"
        } else {
            "%Y-%m-%d %H:%M:%S"
        };
        at.strftime(format).to_string()
    }

    /// Shows a finding about a queued scan that was sent to the server.
    pub(crate) fn finding(
        &mut self,
        finding: &Finding,
        own_device: &str,
        now: Timestamp,
    ) -> io::Result<()> {
        match finding {
            Finding::UsedElsewhere(code, uses) => {
                let places: Vec<_> = uses.iter().map(|other| self.place(other, now)).collect();
                self.line(
                    RED,
                    &format!("CONFLICT {code}: also admitted{}", places.join(" and")),
                )
            }
            Finding::EndedSince(code, ended) => {
                let what = match ended.cause.as_str() {
                    "event-cancelled" => "event",
                    _ => "registration",
                };
                let at = self.time(ended.at, now);
                self.line(
                    RED,
                    &format!(
                        "CONFLICT {code}: inside, and the {what} was cancelled since, at {at}"
                    ),
                )
            }
            Finding::WronglyLetIn(code, verdict) => {
                let words = self.words(verdict, own_device, now);
                self.line(
                    RED,
                    &format!("CONFLICT {code}: let in offline, now {words}"),
                )
            }
            Finding::ClockOff => self.line(
                YELLOW,
                "CLOCK: the server does not believe this device's clock; set it",
            ),
        }
    }

    /// Shows the counts of the scans, and the state of the network.
    pub(crate) fn counts(&mut self, state: &State, network: Network) -> io::Result<()> {
        let network = if network.is_online() {
            "online"
        } else {
            "OFFLINE"
        };
        let counts = counts(state);
        self.line(DIM, &format!("  {counts} · {network}"))
    }

    /// Shows a text that is not about one scan in particular.
    pub(crate) fn notice(&mut self, text: &str) -> io::Result<()> {
        self.line(DIM, &format!("- {text}"))
    }

    /// Shows a text that is not about one scan in particular, but that the operator should not miss.
    pub(crate) fn warning(&mut self, text: &str) -> io::Result<()> {
        self.line(YELLOW, &format!("! {text}"))
    }

    /// Writes a line. Replaces control characters, because names and texts from others must not control the terminal.
    fn line(&mut self, colour: &str, text: &str) -> io::Result<()> {
        let text: String = text
            .chars()
            .map(|c| if c.is_control() { '\u{fffd}' } else { c })
            .collect();
        if self.colours {
            writeln!(self.out, "{colour}{text}{RESET}")?;
        } else {
            writeln!(self.out, "{text}")?;
        }
        self.out.flush()
    }
}

/// Returns how many scans were admitted, refused and queued, as a text such as `in 41 · refused 3 · queued 2`.
pub(crate) fn counts(state: &State) -> String {
    let (let_in, refused, queued) = (state.let_in, state.refused, state.queue.len());
    format!("in {let_in} · refused {refused} · queued {queued}")
}

#[cfg(test)]
mod tests;
