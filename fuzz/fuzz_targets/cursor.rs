//! Fuzzes pagination cursors: opening a sealed cursor returns its position, and a list accepts no other text as a cursor.
#![no_main]

use std::sync::{Arc, LazyLock};

use arbitrary::Arbitrary;
use domain::keys::{cursor, keyring::Keyring};
use libfuzzer_sys::fuzz_target;

static KEYRING: LazyLock<Arc<Keyring>> = LazyLock::new(|| {
    let secret = "a secret for fuzzing and for nothing else".to_owned();
    Arc::new(Keyring::derive(&secret.into()).expect("the secret is long enough"))
});

#[derive(Debug, Arbitrary)]
enum Case<'a> {
    /// The fuzzer chooses the text of the cursor and the list that gets it.
    Text { list: &'a str, text: &'a str },
    /// A valid cursor of the list `made_for`, in which some text is replaced. The case opens it as a cursor of the list
    /// `shown_to`.
    Altered {
        position: (&'a str, u64),
        made_for: &'a str,
        shown_to: &'a str,
        from: u8,
        to: u8,
        by: &'a str,
    },
}

fuzz_target!(|case: Case<'_>| {
    let keyrings = &[KEYRING.clone()];
    match case {
        Case::Text { list, text } => {
            // The fuzzer sees the valid text of a cursor in this comparison, so it also tries valid cursors.
            if let Ok(position) = cursor::open::<(String, u64)>(keyrings, list, text) {
                assert_eq!(cursor::seal(&KEYRING, list, &position), text);
            }
        }
        Case::Altered {
            position: (text, number),
            made_for,
            shown_to,
            from,
            to,
            by,
        } => {
            let position = (text.to_owned(), number);
            let sealed = cursor::seal(&KEYRING, made_for, &position);
            assert_eq!(
                cursor::open(keyrings, made_for, &sealed),
                Ok(position.clone())
            );
            let from = usize::from(from).min(sealed.len());
            let to = usize::from(to).clamp(from, sealed.len());
            let mut altered = sealed.clone();
            altered.replace_range(from..to, by);
            let opened = cursor::open::<(String, u64)>(keyrings, shown_to, &altered);
            assert_eq!(opened.is_ok(), altered == sealed && shown_to == made_for);
        }
    }
});
