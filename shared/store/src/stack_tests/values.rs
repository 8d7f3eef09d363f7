//! Tickets, scans and times as the API hands them to the store.

use domain::{
    door::{Scan, Ticket, TicketStatus},
    events::Event,
    text::ScanId,
    tickets::code::TicketCode,
};
use jiff::Timestamp;
use uuid::Uuid;

/// The time in whole milliseconds, as it is stored.
pub(super) fn now() -> Timestamp {
    Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap()
}

/// A ticket of the event's organizer with a random code, which is not issued yet.
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
        rev: 0,
    }
}

/// A scan by the event's organizer.
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
