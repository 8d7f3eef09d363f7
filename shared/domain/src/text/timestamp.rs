//! The form of timestamps in replies, files and frames.

use jiff::Timestamp;
use serde::Serializer;

/// Writes an instant as RFC 3339 in UTC with three digits of fraction, such as `2027-05-01T18:00:00.000Z`.
///
/// All timestamps have the same length, so they can be sorted as texts, and a client can parse them with one fixed pattern.
/// Further digits are cut off. Stored items keep all digits.
#[must_use]
pub fn rfc3339(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// Serializes an instant in the form of [`rfc3339`], for `#[serde(serialize_with = "…")]`.
///
/// # Errors
/// The serializer cannot write a text.
pub fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&rfc3339(*at))
}

/// Serializes an optional instant. If there is an instant, it gets the form of [`rfc3339`].
///
/// # Errors
/// The serializer cannot write a text.
pub fn serialize_optional<S: Serializer>(
    at: &Option<Timestamp>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => serialize(at, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn three_digits_whatever_the_instant_has() {
        for (stored, shown) in [
            ("2027-05-01T18:00:48Z", "2027-05-01T18:00:48.000Z"),
            ("2027-05-01T18:00:37.54Z", "2027-05-01T18:00:37.540Z"),
            ("2027-05-01T18:00:37.001Z", "2027-05-01T18:00:37.001Z"),
            ("2027-05-01T18:00:37.123999999Z", "2027-05-01T18:00:37.123Z"),
            ("2027-05-01T23:59:59.9999Z", "2027-05-01T23:59:59.999Z"),
            ("2027-05-01T20:00:00.5+02:00", "2027-05-01T18:00:00.500Z"),
            ("1969-12-31T23:59:59.25Z", "1969-12-31T23:59:59.250Z"),
        ] {
            assert_eq!(rfc3339(stored.parse().unwrap()), shown);
        }
    }

    proptest! {
        #[test]
        fn texts_sort_as_their_instants_do(
            first in 0i64..253_402_207_200_000,
            second in 0i64..253_402_207_200_000,
        ) {
            let at = |ms| Timestamp::from_millisecond(ms).unwrap();
            let (a, b) = (rfc3339(at(first)), rfc3339(at(second)));
            prop_assert_eq!(a.len(), 24);
            prop_assert_eq!(a.cmp(&b), first.cmp(&second));
            prop_assert_eq!(a.parse::<Timestamp>().unwrap(), at(first));
        }
    }
}
