//! Creates the tickets, scans and times of tests, in the form in which the API passes them to the store.

use domain::{
    door::{Scan, Ticket, TicketStatus},
    events::Event,
    text::ScanId,
    tickets::code::TicketCode,
};
use jiff::Timestamp;
use uuid::Uuid;

/// Returns the present time in whole milliseconds, because this is the precision of stored times.
pub(super) fn now() -> Timestamp {
    Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap()
}

/// Returns a ticket that has a random code and belongs to the event's organizer. The ticket is not issued yet.
pub(super) fn ticket(event: &Event) -> Ticket {
    Ticket {
        code: TicketCode::from_bits(fastrand::u64(..1 << TicketCode::BITS)).unwrap(),
        event_id: event.id,
        user_id: event.organizer.id,
        generation: 1,
        status: TicketStatus::Issued,
        issued_at: now(),
        ended_at: None,
        scans: vec![],
        undone: vec![],
        undone_at: None,
        mail_again_at: None,
        rev: 0,
    }
}

/// Returns a scan that the event's organizer makes.
pub(super) fn scan(event: &Event, at: Timestamp, online: bool) -> Scan {
    Scan {
        scan_id: ScanId::parse(&Uuid::now_v7().simple().to_string()).unwrap(),
        at,
        by: event.organizer.id,
        gate: None,
        device_id: None,
        online,
        clock_off: false,
    }
}
