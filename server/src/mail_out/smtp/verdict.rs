//! Finds out what a refusal of the mail server means for a mail. This depends on the command that was refused.

use domain::mail::sender::Fault;
use lettre::transport::smtp::{Error, response::Severity};
use notify::Refusal;

/// The step of sending a mail at which an error occurred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Opening the connection, including its encryption.
    Greeting,
    /// The command `AUTH`.
    Login,
    /// The command `MAIL FROM`.
    Sender,
    /// The command `RCPT TO`.
    Recipient,
    /// The command `DATA`.
    Announcement,
    /// The client transfers the content of the mail.
    Content,
}

/// Returns what an error means for the mail.
pub(super) fn refusal(phase: Phase, error: Error) -> Refusal {
    let Some(code) = error.status() else {
        return match phase {
            // A part of the content was sent, and nobody knows whether the server has received all of it.
            Phase::Content => Refusal::Unknown(error.into()),
            _ => Refusal::NotSent(error.into()),
        };
    };
    if code.severity != Severity::PermanentNegativeCompletion {
        return Refusal::Throttled(error.into());
    }
    let words = std::error::Error::source(&error).map(ToString::to_string);
    let meaning = meaning(phase, code.into(), words.as_deref().unwrap_or_default());
    let cause = error.into();
    match meaning {
        Meaning::Address => Refusal::Address(cause),
        Meaning::Mail => Refusal::Mail(cause),
        Meaning::Later => Refusal::Throttled(cause),
        Meaning::Sender(fault) => Refusal::Sender(fault, cause),
    }
}

/// The meaning of a permanent refusal for the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// The recipient's address accepts no mail.
    Address,
    /// The server does not accept this mail.
    Mail,
    /// The refusal is temporary, although it has the reply code of a permanent refusal.
    Later,
    /// The server does not allow this installation to send mails.
    Sender(Fault),
}

/// Returns the meaning of a permanent refusal. `words` is the text of the reply. It begins with an enhanced status code (RFC
/// 3463), if the server gives one.
fn meaning(phase: Phase, code: u16, words: &str) -> Meaning {
    let enhanced = words.split_whitespace().next().unwrap_or_default();
    // A refusal for reasons of policy (X.7.1) does not concern the address; for instance, a server may relay mails of known
    // clients only. If such a refusal counted as a bounce, it would block every address.
    let is_policy = enhanced.starts_with("5.7.") || words.to_ascii_lowercase().contains("relay");
    match phase {
        Phase::Greeting | Phase::Login | Phase::Announcement => Meaning::Sender(Fault::NotAllowed),
        Phase::Sender if code == 530 => Meaning::Sender(Fault::NotAllowed),
        Phase::Sender => Meaning::Sender(Fault::NotVerified),
        Phase::Recipient if is_policy => Meaning::Sender(Fault::NotAllowed),
        Phase::Recipient => match code {
            550 | 551 | 553 | 556 => Meaning::Address,
            // Some servers answer with 552 instead of 452 if there are too many recipients (RFC 5321, 4.5.3.1.10).
            552 => Meaning::Later,
            530 => Meaning::Sender(Fault::NotAllowed),
            _ => Meaning::Mail,
        },
        Phase::Content => Meaning::Mail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_says_that_an_address_takes_no_mail_is_a_bounce() {
        use Meaning::{Address, Later, Mail, Sender};
        let not_allowed = Sender(Fault::NotAllowed);
        for (phase, code, words, expected) in [
            (Phase::Recipient, 550, "5.1.1 no such user", Address),
            (Phase::Recipient, 550, "no such user", Address),
            (Phase::Recipient, 553, "5.1.3 bad address", Address),
            (
                Phase::Recipient,
                554,
                "5.7.1 relay access denied",
                not_allowed,
            ),
            (Phase::Recipient, 550, "Relaying denied", not_allowed),
            (
                Phase::Recipient,
                550,
                "5.7.1 listed by a blocklist",
                not_allowed,
            ),
            (Phase::Recipient, 552, "too many recipients", Later),
            (Phase::Recipient, 554, "transaction failed", Mail),
            (
                Phase::Sender,
                550,
                "5.1.8 bad sender",
                Sender(Fault::NotVerified),
            ),
            (Phase::Sender, 530, "5.7.0 sign in first", not_allowed),
            (Phase::Login, 535, "5.7.8 wrong password", not_allowed),
            (Phase::Greeting, 554, "no service here", not_allowed),
            (Phase::Content, 552, "5.3.4 too large", Mail),
            (Phase::Content, 550, "5.7.1 looks like spam", Mail),
        ] {
            assert_eq!(
                meaning(phase, code, words),
                expected,
                "{phase:?} {code} {words}"
            );
        }
    }
}
