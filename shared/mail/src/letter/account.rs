//! Mails about an account.

use jiff::Timestamp;

use super::{Words, code, paragraph};

const ADDRESS_USED: &str = "You get this mail because this address was given to em-connect.";

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
                changed_at.strftime("%a %-d %b %Y at %H:%M UTC")
            )),
            paragraph(
                "If that was you, there is nothing to do. If not, reset your password now: somebody else knows it.",
            ),
        ],
        reason: "You get this mail because this is the address of an account on em-connect.",
    }
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
