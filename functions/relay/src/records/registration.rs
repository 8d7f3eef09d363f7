//! The effects of writing a registration.

use domain::{
    mail::kind::RegistrationMail,
    seats::registration::{Registration, RegistrationStatus},
    stats::tally::Tally,
};
use messages::MailDue;

use crate::effect::{
    Effect,
    statistics::{add_to_event, difference},
};

/// Returns the effects of writing a registration: a mail about a place on the waitlist or about the end of the registration, a
/// check of the account if the user joined the waitlist, and statistics.
pub(crate) fn on_registration(
    before: Option<&Registration>,
    after: &Registration,
    request: &str,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Some(about) = mail(before, after) {
        effects.push(Effect::SendMail(MailDue::Registrant {
            event_id: after.event_id,
            user_id: after.user_id,
            about,
            request_id: request.to_owned(),
        }));
    }
    // A registration with a new seat needs no check of the account, because the change of the seat's bucket already causes a
    // check.
    if comes_to_wait(before, after) {
        let user = after.user_id;
        effects.push(Effect::GiveBackIfErased { user });
    }
    let tally = difference(before, Some(after), Tally::of_registration);
    effects.extend(add_to_event(after.event_id, tally));
    effects
}

fn mail(before: Option<&Registration>, after: &Registration) -> Option<RegistrationMail> {
    let status = before.map(|before| before.status);
    match after.status {
        // A confirmed registration itself causes no mail. Its mail is sent with the ticket.
        RegistrationStatus::Confirmed => None,
        RegistrationStatus::Waitlisted => {
            let entry_id = after.entry_id?;
            comes_to_wait(before, after).then_some(RegistrationMail::Waitlisted { entry_id })
        }
        RegistrationStatus::Cancelled => {
            let had = status.filter(|status| *status != RegistrationStatus::Cancelled)?;
            Some(RegistrationMail::Cancelled {
                at: after.cancelled_at?,
                waitlist: had == RegistrationStatus::Waitlisted,
            })
        }
    }
}

/// Returns whether the user got a place on the waitlist that the registration did not have before the change.
fn comes_to_wait(before: Option<&Registration>, after: &Registration) -> bool {
    let waits = |item: &Registration| item.status == RegistrationStatus::Waitlisted;
    waits(after) && before.is_none_or(|before| !waits(before) || before.entry_id != after.entry_id)
}

#[cfg(test)]
mod tests;
