//! Computes the effects of each kind of stream record. Each kind has one file with all effects of its changes. This code does
//! no input or output.

mod account;
mod announcement;
mod bucket;
mod event;
mod mail;
mod picture;
mod ping;
mod registration;
mod scan;
mod session;
mod staff;
mod ticket;
mod waitlist;

use store::stream::Change;

use crate::effect::Effect;

/// Returns the effects of `change`. `request` is the id of the request that made this change.
pub(crate) fn effects(change: &Change, request: &str) -> Vec<Effect> {
    match change {
        Change::Account { before, after } => account::on_account(before.as_deref(), after, request),
        Change::AccountErased { account } => account::on_account_erased(account),
        Change::Announcement { announcement } => {
            announcement::on_announcement(announcement, request)
        }
        Change::Asked { at } => ping::on_ping(*at),
        Change::Bucket {
            event,
            before,
            after,
        } => bucket::on_bucket(*event, before.as_ref(), after, request),
        Change::DraftDeleted { event } => event::on_draft_deleted(event),
        Change::Event { before, after } => event::on_event(before.as_deref(), after, request),
        Change::Mail { key, before, after } => mail::on_mail(key, *before, *after),
        Change::PictureCheckDue { check } => picture::on_check_due(check),
        Change::Registration { before, after } => {
            registration::on_registration(before.as_ref(), after, request)
        }
        Change::Scanned { event, scan } => scan::on_scan(*event, scan),
        Change::SessionBegun { user } => session::on_session_begun(*user),
        Change::SessionEnded { user } => session::on_session_ended(*user),
        Change::StaffRemoved { event: _, user } => staff::on_staff_removed(*user),
        Change::Ticket { before, after } => ticket::on_ticket(before.as_deref(), after, request),
        Change::Waitlist { event } => waitlist::on_waitlist(*event),
        Change::Other => Vec::new(),
    }
}
