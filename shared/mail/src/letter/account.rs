//! Mails about an account.

use jiff::Timestamp;

use super::{Block, Fact, Words, code, paragraph};
use crate::{error::ComposeError, link};

const ADDRESS_USED: &str = "You get this mail because this address was given to em-connect.";
const ADDRESS_OF_ACCOUNT: &str =
    "You get this mail because this is the address of an account on em-connect.";

pub(super) fn welcome(verification: &str, valid_minutes: u32) -> Words {
    Words {
        subject: "Your verification code for em-connect".to_owned(),
        heading: "Welcome to em-connect",
        blocks: vec![
            paragraph("This code proves that the address of your account is yours:"),
            code(verification),
            paragraph(format!("It is valid for {}.", duration(valid_minutes))),
            paragraph(
                "If you did not sign up, somebody mistyped an address. Ignore this mail, and the address stays \
                 unverified.",
            ),
        ],
        reason: ADDRESS_USED,
    }
}

pub(super) fn password_reset(reset: &str, valid_minutes: u32) -> Words {
    Words {
        subject: "Your code to reset your password".to_owned(),
        heading: "Reset your password",
        blocks: vec![
            paragraph("With this code you can set a new password:"),
            code(reset),
            paragraph(format!(
                "It is valid for {}. Give it to nobody: we never ask for it.",
                duration(valid_minutes)
            )),
            paragraph("If you did not ask for it, ignore this mail. Your password stays as it is."),
        ],
        reason: ADDRESS_USED,
    }
}

pub(super) fn password_changed(changed_at: Timestamp) -> Words {
    Words {
        subject: "Your password was changed".to_owned(),
        heading: "Your password was changed",
        blocks: vec![
            paragraph(format!(
                "The password of your em-connect account was changed on {}.",
                utc(changed_at)
            )),
            paragraph(
                "If that was you, there is nothing to do. If not, reset your password now: somebody else knows it.",
            ),
        ],
        reason: ADDRESS_OF_ACCOUNT,
    }
}

pub(super) fn new_address(change: &str, valid_minutes: u32) -> Words {
    Words {
        subject: "Your code to confirm your new address".to_owned(),
        heading: "Confirm your new address",
        blocks: vec![
            paragraph("With this code your em-connect account gets this address:"),
            code(change),
            paragraph(format!(
                "It is valid for {}. Type it where you asked for the change.",
                duration(valid_minutes)
            )),
            paragraph(
                "If you did not ask for it, somebody mistyped an address. Ignore this mail, and nothing changes.",
            ),
        ],
        reason: ADDRESS_USED,
    }
}

pub(super) fn address_in_use() -> Words {
    Words {
        subject: "This address has an em-connect account already".to_owned(),
        heading: "This address has an account already",
        blocks: vec![
            paragraph(
                "Somebody asked to move an em-connect account to this address. That cannot be done, because another \
                 account has it. Nothing has changed.",
            ),
            paragraph(
                "If that was you, sign in with this address; you can reset the password. To use the address for your \
                 other account, erase this one first, or give it another address.",
            ),
            paragraph("If that was not you, ignore this mail."),
        ],
        reason: ADDRESS_USED,
    }
}

pub(super) fn address_change(
    asked_at: Timestamp,
    objection_url: &str,
    restorable_hours: Option<u32>,
) -> Result<Words, ComposeError> {
    let until = match restorable_hours {
        Some(hours) => format!(
            "You can object now, and for {hours} hours after the change: then the account gets this address back, and \
             everybody is signed out of it."
        ),
        None => "You can object until the new address is confirmed.".to_owned(),
    };
    Ok(Words {
        subject: "Your account is to get another address".to_owned(),
        heading: "Your account is to get another address",
        blocks: vec![
            paragraph(format!(
                "On {} somebody who knows the password of your em-connect account asked for another e-mail address in the \
                 place of this one. It changes when they confirm the new address with a code that was mailed there.",
                utc(asked_at)
            )),
            paragraph("If that was you, there is nothing to do."),
            paragraph(format!(
                "If not, object, and then reset your password: somebody else knows it. {until}"
            )),
            Block::Facts(vec![Fact {
                label: "Object",
                value: link::web(objection_url)?.to_owned(),
                is_link: true,
            }]),
        ],
        reason: ADDRESS_OF_ACCOUNT,
    })
}

fn utc(at: Timestamp) -> impl std::fmt::Display {
    at.strftime("%a %-d %b %Y at %H:%M UTC")
}

/// `30 minutes`, `24 hours`.
fn duration(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, 1) => "1 minute".to_owned(),
        (1, 0) => "1 hour".to_owned(),
        (hours, 0) if hours > 0 => format!("{hours} hours"),
        _ => format!("{minutes} minutes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_whole_hours_or_minutes() {
        for (minutes, text) in [
            (0, "0 minutes"),
            (1, "1 minute"),
            (15, "15 minutes"),
            (60, "1 hour"),
            (90, "90 minutes"),
            (1_440, "24 hours"),
        ] {
            assert_eq!(duration(minutes), text);
        }
    }
}
