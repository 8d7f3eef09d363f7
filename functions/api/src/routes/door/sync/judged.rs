//! Judges scans that were made without a network, first by their time, then by their ticket.

use domain::{
    door::{Scan, ScanTime, Ticket, Verdict},
    events::{Event, doors::DoorWindow, schedule::parse_time},
    id::UserId,
    invalid::{self, Findings, Invalid},
    text::{DeviceId, Gate, ScanId},
    tickets::code::TicketCode,
};
use jiff::Timestamp;

use super::{
    super::{
        judge::{Refusal, ticket_shown},
        view::{CheckIn, Reason, ScanResult},
    },
    MAX_SCANS, Sync, SyncedScan,
};
use crate::{
    app::App,
    views::{ScanView, TicketEndView, TicketView},
};

/// A scan, and everything that is known about it before its ticket is read.
pub(super) struct Judged {
    pub(super) scan: Scan,
    /// The time of the scan by the scanner's clock.
    pub(super) said_at: Timestamp,
    /// Whether the scanner's clock differs too much from the server's clock.
    clock_off: bool,
    /// The ticket that was shown, or the reason why no ticket could be read.
    pub(super) ticket: Result<TicketCode, Refusal>,
    /// The reason to refuse the scan because of its time; `None` if its time is acceptable. The reason does not apply if the
    /// ticket has already recorded this scan.
    pub(super) untimely: Option<Refusal>,
}

impl Judged {
    /// Returns the result of this scan, which depends on the present state of the `ticket`.
    pub(super) fn verdict(&self, event: &Event, ticket: &Ticket, view: TicketView) -> SyncedScan {
        let clock = self.clock_off.then_some(Reason::ClockOff);
        let ending = ticket.ending(event);
        let let_in = clock.or(ending.map(|_| Reason::Ended));
        let (result, reason) = match ticket.verdict(&self.scan) {
            Verdict::Admitted => (ScanResult::Admitted, let_in),
            Verdict::AlreadyAdmitted => (ScanResult::AlreadyAdmitted, let_in),
            Verdict::Undone => (ScanResult::Invalid, Some(Reason::Undone)),
            Verdict::Void => (ScanResult::Void, clock),
        };
        let has_let_in = matches!(result, ScanResult::Admitted | ScanResult::AlreadyAdmitted);
        let others = ticket.other_scans(&self.scan.scan_id);
        SyncedScan {
            scan_id: self.scan.scan_id.as_str().to_owned(),
            check_in: CheckIn::of(result, reason, view, ticket.admission()),
            conflicts: others.filter(|_| has_let_in).map(ScanView::from).collect(),
            ended: ending.filter(|_| has_let_in).map(TicketEndView::from),
        }
    }
}

impl Sync {
    pub(super) fn parse(
        self,
        app: &App,
        event: &Event,
        by: UserId,
        now: Timestamp,
    ) -> Result<Vec<Judged>, Vec<Invalid>> {
        let mut findings = Findings::default();
        if self.scans.len() > MAX_SCANS {
            let detail = format!("must have at most {MAX_SCANS} scans");
            findings.add(
                "/scans",
                invalid::Reason::TooMany { max: MAX_SCANS },
                detail,
            );
            return findings.finish(None);
        }
        let doors = DoorWindow::from(&event.details.schedule);
        let mut judged = Vec::with_capacity(self.scans.len());
        for (at, scan) in self.scans.into_iter().enumerate() {
            let field = |name: &str| format!("/scans/{at}/{name}");
            let scan_id = findings.check(field("scanId"), ScanId::parse(&scan.scan_id));
            let said_at = findings.check(field("scannedAt"), parse_time(&scan.scanned_at));
            let gate = scan
                .gate
                .as_ref()
                .and_then(|text| findings.check(field("gate"), Gate::parse(text)));
            let device_id = findings.check(field("deviceId"), DeviceId::parse(&scan.device_id));
            if let (Some(scan_id), Some(said_at)) = (scan_id, said_at) {
                let ticket = ticket_shown(app, event, &scan.ticket);
                let time = ScanTime::judge(said_at, now, doors, event.cancelled_since());
                let (at, clock_off) = match time {
                    ScanTime::Believed(at) => (at, false),
                    ScanTime::ClockOff(at) => (at, true),
                    ScanTime::Cancelled { clock_off } => (said_at, clock_off),
                    ScanTime::TooEarly | ScanTime::Over => (said_at, false),
                };
                judged.push(Judged {
                    scan: Scan {
                        scan_id,
                        at,
                        by,
                        gate,
                        device_id,
                        online: false,
                        clock_off,
                    },
                    said_at,
                    clock_off,
                    untimely: ticket.as_ref().ok().and_then(|code| untimely(time, *code)),
                    ticket,
                });
            }
        }
        findings.finish(Some(judged))
    }
}

/// Returns the reason why a scan at this `time` admits nobody, whatever the state of its ticket; `None` if the time is
/// acceptable.
fn untimely(time: ScanTime, code: TicketCode) -> Option<Refusal> {
    match time {
        ScanTime::Believed(_) | ScanTime::ClockOff(_) => None,
        ScanTime::TooEarly => Some(Refusal::invalid(Reason::TooEarly, Some(code))),
        ScanTime::Over => Some(Refusal::invalid(Reason::Over, Some(code))),
        ScanTime::Cancelled { clock_off } => Some(Refusal {
            reason: clock_off.then_some(Reason::ClockOff),
            ..Refusal::of(ScanResult::Void, code)
        }),
    }
}
