//! The effects of writing a ticket.

use domain::{
    door::{ConflictKind, Ticket, TicketStatus},
    live::topic::Topic,
    mail::kind::RegistrationMail,
    stats::tally::Tally,
};
use messages::{Frame, MailDue};

use crate::effect::{
    Effect, News,
    statistics::{add_to_event, difference},
};

/// Returns the effects of a change to a ticket, which was issued, admitted or voided, whose admission was undone, or which is
/// to be mailed again. The effects are the mail with the ticket, a frame if a conflict started or ended, and statistics.
pub(crate) fn on_ticket(before: Option<&Ticket>, after: &Ticket, request: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    let is_new = before.is_none() && after.status == TicketStatus::Issued;
    let again = before.is_some_and(|before| before.mail_again_at != after.mail_again_at);
    if is_new || again {
        effects.push(Effect::SendMail(MailDue::Registrant {
            event_id: after.event_id,
            user_id: after.user_id,
            about: RegistrationMail::Ticket {
                generation: after.generation,
                again_at: after.mail_again_at,
            },
            request_id: request.to_owned(),
        }));
    }
    if let Some(news) = conflict(before, after) {
        effects.push(Effect::PublishFrame(Box::new(news)));
    }
    let tally = difference(before, Some(after), Tally::of_ticket);
    effects.extend(add_to_event(after.event_id, tally));
    effects
}

/// Returns the frame that reports the ticket's conflicts to the door staff, or `None` if the conflicts did not change.
fn conflict(before: Option<&Ticket>, after: &Ticket) -> Option<News> {
    let old: Vec<ConflictKind> = before
        .iter()
        .flat_map(|ticket| ticket.conflicts())
        .collect();
    let kinds: Vec<ConflictKind> = after.conflicts().collect();
    (old != kinds).then(|| News {
        topic: Topic::door(after.event_id),
        name: format!("{}#{}", after.code, after.rev),
        frame: Frame::Conflict {
            event_id: after.event_id,
            code: after.code.to_string(),
            kinds,
            admitted_at: after.admission().map(|scan| scan.at),
            ended_at: after.ended_at,
        },
    })
}

#[cfg(test)]
mod tests;
