//! The effects of sending a mail, and of a report about its delivery.

use domain::{
    mail::{key::MailKey, state::MailState},
    stats::tally::Tally,
};

use crate::effect::{
    Effect,
    statistics::{add_to_all, add_to_event, difference},
};

/// Returns the effects of a mail's new state: statistics of the deployment, and statistics of the event if the mail is about an
/// event.
pub(crate) fn on_mail(key: &MailKey, before: Option<MailState>, after: MailState) -> Vec<Effect> {
    let tally = difference(before.as_ref(), Some(&after), |state| {
        Tally::of_mail(*state)
    });
    match key.event_id() {
        Some(event) => add_to_event(event, tally),
        None => Vec::from_iter(add_to_all(tally)),
    }
}

#[cfg(test)]
mod tests {
    use domain::mail::kind::MailKind;

    use super::*;
    use crate::samples::{event_id, table, user};

    #[test]
    fn effects_of_a_mail() {
        use MailState::{Bounced, Delivered, Sending, Sent};
        let ticket = MailKey::ticket(user(2), event_id(), 1, None);
        let welcome = MailKey::account(MailKind::Welcome, user(2), 1);
        insta::assert_snapshot!(table([
            ("about an event: sent", on_mail(&ticket, Some(Sending), Sent)),
            ("about an account: begun", on_mail(&welcome, None, Sending)),
            ("about an account: delivered", on_mail(&welcome, Some(Sent), Delivered)),
            ("about an account: bounced", on_mail(&welcome, Some(Sent), Bounced)),
            ("about an account: the same", on_mail(&welcome, Some(Sent), Sent)),
        ]), @r"
        about an event: sent:
          AddToStatistics: EVENT, mail#sent +1
          AddToStatistics: all, mail#sent +1
        about an account: begun:
          nothing
        about an account: delivered:
          AddToStatistics: all, mail#delivered +1
        about an account: bounced:
          AddToStatistics: all, mail#bounced +1
        about an account: the same:
          nothing
        ");
    }
}
