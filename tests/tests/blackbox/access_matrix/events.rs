//! Rows of the access matrix for operations on an event, its registrations, its tickets and its doors.

use serde_json::json;
use tests::{NewEvent, OfflineScan, in_seconds};

use crate::pictures::png;

use super::{
    Row,
    cast::Given::{Draft, Full, Guest, Invited, OwnTicket, Published, Seat, TheEvent},
    row,
};

pub(super) fn rows() -> Vec<Row> {
    let mut rows = of_events();
    rows.extend(of_registrations());
    rows.extend(of_doors());
    rows
}

#[rustfmt::skip] // rustfmt would break the columns of this matrix.
fn of_events() -> Vec<Row> {
    vec![
        row("GET /v1/events",                                   TheEvent,     [200, 200, 200, 200, 200, 200]),
        row("POST /v1/events",                                  TheEvent,     [401, 403, 201, 201, 403, 201])
            .with(|_| json!(NewEvent::default())),
        row("GET /v1/events/{id}",                              TheEvent,     [200, 200, 200, 200, 200, 200]),
        row("GET /v1/events/{id}",                              Draft,        [404, 404, 404, 200, 404, 200]),
        row("PATCH /v1/events/{id}",                            Published,    [401, 403, 403, 200, 403, 200])
            .with(|_| json!({"venue": "Opera"})),
        row("PATCH /v1/events/{id}",                            Draft,        [401, 404, 404, 200, 404, 200])
            .with(|_| json!({"venue": "Opera"})),
        row("DELETE /v1/events/{id}",                           Draft,        [401, 404, 404, 204, 404, 204]),
        // Only a draft can be deleted, so even authorized callers get 409.
        row("DELETE /v1/events/{id}",                           Published,    [401, 403, 403, 409, 403, 409]),
        row("PUT /v1/events/{id}/picture",                      Published,    [401, 403, 403, 200, 403, 200])
            .with_file(|| png(2, 1)),
        row("PUT /v1/events/{id}/picture",                      Draft,        [401, 404, 404, 200, 404, 200])
            .with_file(|| png(2, 1)),
        // The event has no picture, so even authorized callers get 404.
        row("PATCH /v1/events/{id}/picture",                    Published,    [401, 403, 403, 404, 403, 404])
            .with(|_| json!({"description": "A hall"})),
        row("PATCH /v1/events/{id}/picture",                    Draft,        [401, 404, 404, 404, 404, 404])
            .with(|_| json!({"description": "A hall"})),
        row("DELETE /v1/events/{id}/picture",                   Published,    [401, 403, 403, 200, 403, 200]),
        row("DELETE /v1/events/{id}/picture",                   Draft,        [401, 404, 404, 200, 404, 200]),
        row("POST /v1/events/{id}/preview",                     Draft,        [401, 404, 404, 201, 404, 201]),
        row("POST /v1/events/{id}/preview",                     Published,    [401, 403, 403, 201, 403, 201]),
        row("POST /v1/events/{id}/publish",                     Draft,        [401, 404, 404, 200, 404, 200]),
        row("POST /v1/events/{id}/cancel",                      Published,    [401, 403, 403, 200, 403, 200])
            .with(|_| json!({"reason": "The hall is flooded."})),
        row("PUT /v1/events/{id}/organizer",                    Published,    [401, 403, 403, 403, 403, 200])
            .with(|scene| json!({"userId": scene.organizer})),
        row("PUT /v1/events/{id}/organizer",                    Draft,        [401, 404, 404, 403, 404, 200])
            .with(|scene| json!({"userId": scene.organizer})),
        row("POST /v1/events/{id}/complete",                    Published,    [401, 403, 403, 200, 403, 200]),
        row("GET /v1/events/{id}/stats",                        TheEvent,     [401, 403, 403, 200, 403, 200]),
        row("GET /v1/events/{id}/announcements",                TheEvent,     [200, 200, 200, 200, 200, 200]),
        row("GET /v1/events/{id}/announcements",                Draft,        [404, 404, 404, 200, 404, 200]),
        row("POST /v1/events/{id}/announcements",               TheEvent,     [401, 403, 403, 201, 403, 201])
            .with(|_| json!({"message": "The bar is open."})),
    ]
}

#[rustfmt::skip] // rustfmt would break the columns of this matrix.
fn of_registrations() -> Vec<Row> {
    vec![
        row("POST /v1/events/{id}/registrations",               Published,    [401, 201, 201, 201, 201, 201]),
        // Nobody can register for a draft, so even callers who may read the draft get 409.
        row("POST /v1/events/{id}/registrations",               Draft,        [401, 404, 404, 409, 404, 409]),
        row("POST /v1/events/{id}/waitlist",                    Full,         [401, 201, 201, 201, 201, 201]),
        row("GET /v1/events/{id}/registrations/me",             Seat,         [401, 200, 200, 200, 200, 200]),
        row("DELETE /v1/events/{id}/registrations/me",          Seat,         [401, 200, 200, 200, 200, 200]),
        row("GET /v1/events/{id}/registrations",                TheEvent,     [401, 403, 403, 200, 403, 200]),
        row("GET /v1/events/{id}/attendees.csv",                TheEvent,     [401, 403, 403, 200, 403, 200]),
        row("GET /v1/events/{id}/registrations/{userId}",       Guest,        [401, 403, 403, 200, 403, 200]),
        row("DELETE /v1/events/{id}/registrations/{userId}",    Guest,        [401, 403, 403, 200, 403, 200]),
        row("POST /v1/events/{id}/registrations/{userId}/cancel", Guest,      [401, 403, 403, 200, 403, 200]),
        row("GET /v1/tickets/{code}",                           OwnTicket,    [401, 200, 200, 200, 200, 200]),
        row("GET /v1/tickets/{code}",                           TheEvent,     [401, 404, 404, 200, 200, 200]),
        row("POST /v1/tickets/{code}/mail",                     OwnTicket,    [401, 202, 202, 202, 202, 202]),
        row("POST /v1/tickets/{code}/mail",                     Guest,        [401, 404, 404, 202, 403, 202]),
        row("GET /v1/tickets/{code}/qr.svg",                    TheEvent,     [401, 404, 404, 200, 200, 200]),
        row("GET /v1/tickets/{code}/qr.png",                    TheEvent,     [401, 404, 404, 200, 200, 200]),
        row("GET /v1/tickets/{code}/ticket.pdf",                TheEvent,     [401, 404, 404, 200, 200, 200]),
        row("GET /v1/tickets/{code}/calendar.ics",              TheEvent,     [401, 404, 404, 200, 200, 200]),
    ]
}

#[rustfmt::skip] // rustfmt would break the columns of this matrix.
fn of_doors() -> Vec<Row> {
    vec![
        row("GET /v1/events/{id}/staff",                        TheEvent,     [401, 403, 403, 200, 403, 200]),
        row("PUT /v1/events/{id}/staff/{userId}",               TheEvent,     [401, 403, 403, 204, 403, 204]),
        row("DELETE /v1/events/{id}/staff/{userId}",            TheEvent,     [401, 403, 403, 204, 403, 204]),
        row("POST /v1/events/{id}/staff/invitation",            TheEvent,     [401, 403, 403, 201, 403, 201]),
        // Nobody can join the door staff of a draft, so even callers who may read the draft get 409.
        row("POST /v1/events/{id}/staff/invitation",            Draft,        [401, 404, 404, 409, 404, 409]),
        row("GET /v1/events/{id}/staff/invitation",             TheEvent,     [401, 403, 403, 200, 403, 200]),
        row("GET /v1/events/{id}/staff/invitation",             Draft,        [401, 404, 404, 200, 404, 200]),
        row("DELETE /v1/events/{id}/staff/invitation",          TheEvent,     [401, 403, 403, 204, 403, 204]),
        row("POST /v1/events/{id}/staff/join",                  Invited,      [401, 204, 204, 204, 204, 204])
            .with(|scene| json!({"code": scene.code})),
        row("POST /v1/events/{id}/staff/join",                  Draft,        [401, 404, 404, 409, 404, 409])
            .with(|scene| json!({"code": scene.code})),
        row("POST /v1/events/{id}/check-ins",                   TheEvent,     [401, 403, 403, 200, 200, 200])
            .with(|scene| json!({"ticket": scene.code})),
        row("POST /v1/events/{id}/check-ins/sync",              TheEvent,     [401, 403, 403, 200, 200, 200])
            .with(|scene| json!({"scans": [OfflineScan::at("North", &scene.code, in_seconds(-60))]})),
        row("GET /v1/events/{id}/check-ins",                    TheEvent,     [401, 403, 403, 200, 200, 200]),
        row("GET /v1/events/{id}/check-ins/conflicts",          TheEvent,     [401, 403, 403, 200, 200, 200]),
        row("DELETE /v1/events/{id}/check-ins/{code}",          TheEvent,     [401, 403, 403, 204, 204, 204]),
        row("GET /v1/events/{id}/door",                         TheEvent,     [401, 403, 403, 200, 200, 200]),
        row("GET /v1/events/{id}/door/names",                   TheEvent,     [401, 403, 403, 200, 200, 200]),
        row("GET /v1/events/{id}/door",                         Draft,        [401, 404, 404, 200, 404, 200]),
    ]
}
