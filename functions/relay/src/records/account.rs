//! The effects of writing or erasing an account.

use domain::{mail::kind::AccountMail, stats::tally::Tally};
use messages::MailDue;
use store::Account;

use crate::effect::{
    Effect,
    statistics::{add_to_all, difference},
};

/// Returns the effects of writing an account: mails about its codes and its password, a check of rights if the role or password
/// changed, and statistics.
pub(crate) fn on_account(before: Option<&Account>, after: &Account, request: &str) -> Vec<Effect> {
    let mut effects = mails(before, after, request);
    if before.is_some_and(|before| may_end_rights(before, after)) {
        let user = after.user.id;
        effects.push(Effect::RecheckRights { user });
    }
    effects.extend(add_to_all(difference(before, Some(after), contribution)));
    effects
}

/// Returns the effects of erasing an account: a check of the user's rights on open connections, a search for everything that
/// the user still has, such as seats and sessions, and statistics. `account` is the state before the erasure.
pub(crate) fn on_account_erased(account: &Account) -> Vec<Effect> {
    let user = account.user.id;
    let mut effects = vec![
        Effect::RecheckRights { user },
        Effect::GiveBackIfErased { user },
    ];
    effects.extend(add_to_all(difference(Some(account), None, contribution)));
    effects
}

fn contribution(account: &Account) -> Tally {
    Tally::of_account(account.user.role)
}

fn may_end_rights(before: &Account, after: &Account) -> bool {
    before.user.role != after.user.role || before.password_changed_at != after.password_changed_at
}

/// Returns a mail for each code that was issued, and a mail if the password was changed.
fn mails(before: Option<&Account>, after: &Account, request: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    for about in AccountMail::ALL {
        if let Some(at) = after.happened_at(about)
            && before.and_then(|before| before.happened_at(about)) != Some(at)
        {
            effects.push(Effect::SendMail(MailDue::Account {
                user_id: after.user.id,
                about,
                at,
                request_id: request.to_owned(),
            }));
        }
    }
    effects
}

#[cfg(test)]
mod tests;
