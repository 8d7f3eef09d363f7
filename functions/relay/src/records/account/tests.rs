use domain::accounts::{
    email::Email, email_change::PendingEmail, mail_code::PendingCode, role::Role,
};

use super::*;
use crate::samples::{account, at, table};

/// Returns the effects of applying `change` to an existing account.
fn changed(change: impl FnOnce(&mut Account)) -> Vec<Effect> {
    let before = account();
    let mut after = before.clone();
    change(&mut after);
    on_account(Some(&before), &after, "r1")
}

fn code() -> PendingCode {
    PendingCode {
        issued_at: at(),
        wrong_tries: 0,
    }
}

#[test]
fn effects_of_an_account() {
    let mut unverified = account();
    unverified.verification = Some(code());
    let mut asked = account();
    let address = Email::parse("ada@bücher.example").unwrap();
    asked.email_change = Some(PendingEmail::asked(address, at()));
    let mut wrong_code = asked.clone();
    wrong_code.email_change.as_mut().unwrap().wrong_tries = 1;
    let on = |before: &Account, after: &Account| on_account(Some(before), after, "r1");
    insta::assert_snapshot!(table([
        ("made", on_account(None, &account(), "r1")),
        ("made, with a code for its address", on_account(None, &unverified, "r1")),
        ("address verified", on(&unverified, &account())),
        ("other attribute", changed(|account| account.user.email_verified = false)),
        ("reset of the password asked for", changed(|account| account.reset = Some(code()))),
        ("password changed", changed(|account| account.password_changed_at = Some(at()))),
        ("other role", changed(|account| account.user.role = Role::Organizer)),
        ("other address asked for", on(&account(), &asked)),
        ("other address: wrong code", on(&asked, &wrong_code)),
        ("other address: over", on(&asked, &account())),
        ("erased", on_account_erased(&account())),
    ]), @r#"
    made:
      AddToStatistics: all, accounts#user +1
    made, with a code for its address:
      SendMail: {"to":"account","userId":"USER2","about":"welcome","at":"2027-05-01T18:00:00Z","requestId":"r1"}
      AddToStatistics: all, accounts#user +1
    address verified:
      nothing
    other attribute:
      nothing
    reset of the password asked for:
      SendMail: {"to":"account","userId":"USER2","about":"password-reset","at":"2027-05-01T18:00:00Z","requestId":"r1"}
    password changed:
      SendMail: {"to":"account","userId":"USER2","about":"password-changed","at":"2027-05-01T18:00:00Z","requestId":"r1"}
      RecheckRights: USER2
    other role:
      RecheckRights: USER2
      AddToStatistics: all, accounts#user -1, accounts#organizer +1
    other address asked for:
      SendMail: {"to":"account","userId":"USER2","about":"email-change","at":"2027-05-01T18:00:00Z","requestId":"r1"}
      SendMail: {"to":"account","userId":"USER2","about":"email-change-notice","at":"2027-05-01T18:00:00Z","requestId":"r1"}
    other address: wrong code:
      nothing
    other address: over:
      nothing
    erased:
      RecheckRights: USER2
      GiveBackIfErased: USER2
      AddToStatistics: all, accounts#user -1
    "#);
}
