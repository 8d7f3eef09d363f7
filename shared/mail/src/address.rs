//! Addresses for headers and envelopes.

use lettre::{Address, message};

use crate::{Mailbox, clean};

/// Returns a mailbox, which is a name with an address, for a header such as `From`. The name is cleaned here, and encoded when
/// the header is written. Returns `None` if the address is not valid or not ASCII.
pub(crate) fn mailbox(mailbox: Mailbox<'_>) -> Option<message::Mailbox> {
    let (user, domain) = mailbox.email.rsplit_once('@')?;
    // The part before the `@` may contain nearly any character if it is quoted. Such addresses are very rare, so they are
    // refused.
    if !mailbox.email.is_ascii() || user.contains('"') {
        return None;
    }
    let address = Address::new(user, domain).ok()?;
    let name = clean::line(mailbox.name);
    Some(message::Mailbox::new(
        (!name.is_empty()).then_some(name),
        address,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(email: &str) -> Option<String> {
        mailbox(Mailbox { name: "", email }).map(|mailbox| mailbox.email.to_string())
    }

    #[test]
    fn an_address_in_ascii_is_written_as_it_is() {
        for email in ["ada+rust@example.org", "ada@xn--bcher-kva.example"] {
            assert_eq!(address(email).as_deref(), Some(email));
        }
    }

    #[test]
    fn what_is_no_address_or_not_to_be_written_to_is_none() {
        for wrong in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "łukasz@example.org",
            "ada@bücher.example",
            "a b@example.org",
            "\"a b\"@example.org",
            "ada@example.org\r\nBcc: eve@example.org",
            "ada\r\n@example.org",
            "ada@example.org>, <eve@example.org",
            "eve@example.org,ada@example.org",
            "ada.@example.org",
            "ada@exa\u{0}mple.org",
        ] {
            assert_eq!(address(wrong), None, "{wrong:?}");
        }
    }
}
