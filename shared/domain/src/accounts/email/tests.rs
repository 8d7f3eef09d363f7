use proptest::prelude::*;

use super::*;

fn identity(raw: &str) -> String {
    Email::parse(raw).unwrap().held_as().to_owned()
}

#[test]
fn one_mailbox_is_one_address_however_it_is_spelled() {
    for (expected, spellings) in [
        (
            "ada@example.org",
            &["Ada@Example.ORG", " ada@example.org\t"][..],
        ),
        (
            "x@xn--bcher-kva.example",
            &[
                "x@bücher.example",
                "X@BÜCHER.example",
                "x@XN--BCHER-KVA.example",
                // The `ü` is decomposed into `u` and a combining diaeresis.
                "x@bu\u{308}cher.example",
                // The domain has full-width letters and the ideographic full stop.
                "x@ｂücher。example",
                // A soft hyphen in the domain is ignored.
                "x@bü\u{ad}cher.example",
            ],
        ),
        (
            "a1@example42.org",
            &["a1@example４２.org", "a1@ｅｘａｍｐｌｅ42.org"],
        ),
        // In non-transitional processing, `straße` and `strasse` are two different domains.
        (
            "x@xn--strae-oqa.example",
            &["x@straße.example", "x@STRAẞE.example"],
        ),
    ] {
        for spelling in spellings {
            assert_eq!(identity(spelling), expected, "{spelling:?}");
        }
    }
}

#[test]
fn a_domain_is_shown_in_unicode() {
    for (typed, shown) in [
        ("X@xn--bcher-kva.example", "x@bücher.example"),
        ("x@BÜCHER.example", "x@bücher.example"),
        ("Ada@Example.org", "ada@example.org"),
    ] {
        assert_eq!(Email::parse(typed).unwrap().shown(), shown);
    }
}

#[test]
fn what_is_no_address_is_refused() {
    let long = format!("{}@example.org", "a".repeat(250));
    let long_label = format!("a@{}.example", "ü".repeat(60));
    for wrong in [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@localhost",
        "a b@example.org",
        "Ada <ada@example.org>",
        "ada@example.org\r\nBcc: x@y.org",
        "ada@[127.0.0.1]",
        "a@b@example.org",
        "\"ada\"@example.org",
        &long,
    ] {
        assert_eq!(
            TypedEmail::parse(wrong),
            Err(EmailError::NotAnAddress),
            "{wrong:?}"
        );
        assert_eq!(
            Email::parse(wrong),
            Err(EmailError::NotAnAddress),
            "{wrong:?}"
        );
    }
    for wrong in [
        // These labels are not the Punycode of any text.
        "ada@xn--a.example",
        "ada@xn--0.example",
        // A right-to-left label must not begin with a digit.
        "ada@1שלום.example",
        &long_label,
        "ada@example.org.",
        "ada＠example.org",
    ] {
        assert_eq!(
            Email::parse(wrong),
            Err(EmailError::NotAnAddress),
            "{wrong:?}"
        );
    }
}

#[test]
fn a_new_address_is_one_that_mail_can_be_sent_to() {
    for wrong in [
        "łukasz@example.org",
        "jose\u{301}@example.org",
        "ａｄａ@example.org",
        "ada\u{200b}@example.org",
        // The Kelvin sign is not ASCII, but its lower case is the ASCII letter `k`.
        "\u{212a}im@example.org",
        "用户@例え.example",
    ] {
        assert_eq!(Email::parse(wrong), Err(EmailError::LocalPart), "{wrong:?}");
    }
    // An old account may still have a non-ASCII local part.
    for old in ["łukasz@example.org", "用户@例え.example"] {
        assert_eq!(TypedEmail::parse(old).unwrap().spellings()[0], old);
    }
}

#[test]
fn an_account_is_looked_for_under_every_spelling_that_it_may_have() {
    for (typed, spellings) in [
        ("Ada@Example.org", &["ada@example.org"][..]),
        (
            "x@BÜCHER.example",
            &["x@bücher.example", "x@xn--bcher-kva.example"],
        ),
        (
            "x@xn--bcher-kva.example",
            &["x@xn--bcher-kva.example", "x@bücher.example"],
        ),
        (
            "x@bu\u{308}cher.example",
            &["x@xn--bcher-kva.example", "x@bücher.example"],
        ),
        ("Łukasz@example.org", &["łukasz@example.org"]),
        ("jose\u{301}@example.org", &["josé@example.org"]),
        // An earlier version of this program accepted this address, but no mail can be sent to it.
        ("ada@xn--a.example", &["ada@xn--a.example"]),
    ] {
        let typed = TypedEmail::parse(typed).unwrap();
        assert_eq!(typed.spellings(), spellings);
    }
}

/// An address that an earlier version stored can still be read, keeps its spelling, and names the same mailbox.
#[test]
fn an_address_of_an_old_account_is_read_as_it_is_held() {
    for held in [
        "ada@example.org",
        "x@bücher.example",
        "x@ｂücher.example",
        "łukasz@bücher.example",
        "ada@xn--a.example",
    ] {
        let read: Email = serde_json::from_value(held.into()).unwrap();
        assert_eq!(read.held_as(), held);
        assert_eq!(serde_json::to_value(&read).unwrap(), held);
        assert_eq!(TypedEmail::from(&read).spellings()[0], held);
    }
    let old: Email = serde_json::from_value("x@bücher.example".into()).unwrap();
    let new = Email::parse("x@xn--bcher-kva.example").unwrap();
    assert_eq!(old, new);
    assert_eq!(old.identity(), "x@xn--bcher-kva.example");
    assert_eq!(old.shown(), "x@bücher.example");
    assert!(serde_json::from_value::<Email>("no address".into()).is_err());
}

proptest! {
    /// Every accepted address is ASCII, does not change when it is stored and read, and can be looked up by its identity.
    #[test]
    fn an_accepted_address_is_read_back_as_itself(
        local in "[a-zA-Z0-9.+_ł-]{1,12}",
        domain in "(\\PC{1,8}|[a-zäöüß0-9-]{1,12})\\.(example|рф|中国)",
    ) {
        if let Ok(typed) = TypedEmail::parse_new(&format!("{local}@{domain}")) {
            let email = typed.email();
            prop_assert!(email.held_as().is_ascii());
            prop_assert_eq!(email.held_as(), &*email.identity());
            prop_assert!(typed.spellings().iter().any(|one| one == email.held_as()));
            for again in [email.held_as(), &email.shown()] {
                prop_assert_eq!(&Email::parse(again).unwrap(), email);
            }
        }
    }
}
