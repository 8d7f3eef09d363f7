//! Parses the JSON bodies of messages.

use serde::de::DeserializeOwned;

/// The error text repeats a name from the message only if the name has at most this number of characters.
const MAX_NAME: usize = 40;

/// The reason why a body is not a message of its queue. The text of this error repeats names of kinds and fields from the body,
/// but no values, because the body may contain addresses, for example in a mail's delivery report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the message cannot be read: {0}")]
pub struct Unreadable(String);

/// Parses the JSON body of a message.
///
/// # Errors
/// The body is not JSON, its kind is unknown, or its structure is wrong.
pub fn read<M: DeserializeOwned>(body: &str) -> Result<M, Unreadable> {
    serde_json::from_str(body).map_err(|error| {
        if error.is_data() {
            Unreadable(without_values(&error.to_string()))
        } else {
            Unreadable(format!("no JSON: {error}"))
        }
    })
}

/// Returns serde's error text without those parts of it that are quoted from the message: values in double quotes, and unknown
/// names of variants and fields.
fn without_values(text: &str) -> String {
    for before in ["unknown variant `", "unknown field `"] {
        let Some(rest) = text.strip_prefix(before) else {
            continue;
        };
        // The text is split at the last occurrence of this separator. The last one comes from serde, even if the name contains
        // the same text.
        if let Some((name, expected)) = rest.rsplit_once("`, ex") {
            let name = if is_name(name) { name } else { "…" };
            return format!("{before}{name}`, ex{expected}");
        }
    }
    match (text.find('"'), text.rfind('"')) {
        (Some(first), Some(last)) if first < last => {
            format!("{}…{}", &text[..=first], &text[last..])
        }
        _ => text.to_owned(),
    }
}

/// Returns whether a text looks like the name of a kind or a field, and not like a value.
fn is_name(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    text.len() <= MAX_NAME && text.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
    enum Due {
        Tick { no: u64 },
    }

    fn reason(body: &str) -> String {
        read::<Due>(body).unwrap_err().to_string()
    }

    #[test]
    fn a_message_is_read() {
        assert_eq!(read(r#"{"kind":"tick","no":7}"#), Ok(Due::Tick { no: 7 }));
    }

    #[test]
    fn the_reason_says_what_is_wrong() {
        for (body, expected) in [
            ("", "no JSON: EOF while parsing"),
            ("garbage", "no JSON: expected value"),
            (r#"{"kind":"tick""#, "no JSON: EOF while parsing"),
            (
                r#"{"kind":"dance"}"#,
                "unknown variant `dance`, expected `tick`",
            ),
            (r#"{"kind":"tick"}"#, "missing field `no`"),
            (r#"{"no":7}"#, "missing field `kind`"),
            (r#"{"kind":"tick","no":7,"more":1}"#, "unknown field `more`"),
            (
                r#"{"kind":"tick","no":"7"}"#,
                "invalid type: string \"…\", expected u64",
            ),
            ("[]", "missing field `kind`"),
            ("7", "invalid type"),
        ] {
            let reason = reason(body);
            assert!(reason.contains(expected), "{body}: {reason}");
        }
    }

    #[test]
    fn the_reason_holds_nothing_of_a_person() {
        for body in [
            r#"{"kind":"tick","no":"ada@example.org"}"#,
            r#"{"kind":"tick","no":"\" ada@example.org \""}"#,
            r#"{"kind":"tick","no":"` ada@example.org"}"#,
            r#"{"kind":"ada@example.org"}"#,
            r#"{"kind":"` ada@example.org `"}"#,
            r#"{"kind":"tick","no":7,"ada@example.org":1}"#,
            r#""ada@example.org""#,
            "ada@example.org",
            r#"{"kind":["ada@example.org"]}"#,
        ] {
            let reason = reason(body);
            assert!(!reason.contains("example.org"), "{body}: {reason}");
        }
    }
}
