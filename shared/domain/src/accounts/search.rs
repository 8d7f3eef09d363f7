//! Search for people by the beginning of a word of their name, or of their address.

use crate::{
    accounts::user::User,
    invalid::{Reason, Refusal},
    text::{
        fold::{fold, fold_spelled_out},
        query::{QueryWord, query_words},
    },
};

/// The words by which somebody searches for a person. All of them are folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonQuery {
    words: Vec<QueryWord>,
}

/// The reason why a query was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PersonQueryError {
    /// Nothing remains of the query when it is folded, for example if it has only spaces or apostrophes.
    #[error("must have at least one letter, digit or other visible character")]
    Empty,
    /// The query has too many characters.
    #[error("must have at most {} characters", PersonQuery::MAX_CHARACTERS)]
    TooLong,
}

impl Refusal for PersonQueryError {
    fn reason(&self) -> Reason {
        match self {
            Self::Empty => Reason::Invisible,
            Self::TooLong => Reason::TooLong {
                max: PersonQuery::MAX_CHARACTERS,
            },
        }
    }
}

impl PersonQuery {
    /// The maximum number of characters of a query.
    pub const MAX_CHARACTERS: usize = 100;

    /// Parses a query that somebody typed.
    ///
    /// # Errors
    /// The query is empty, or too long.
    pub fn parse(typed: &str) -> Result<Self, PersonQueryError> {
        if typed.chars().count() > Self::MAX_CHARACTERS {
            return Err(PersonQueryError::TooLong);
        }
        let words = query_words(typed);
        if words.is_empty() {
            return Err(PersonQueryError::Empty);
        }
        Ok(Self { words })
    }

    /// Whether a person matches the query: each word of the query begins a word of the person's name, or the address. The order
    /// of the words does not matter. Case, accents and width do not matter either: `muller` and `mueller` find `Müller`.
    #[must_use]
    pub fn matches(&self, user: &User) -> bool {
        let name = user.name.as_str();
        let names = [Some(fold(name)), fold_spelled_out(name)];
        let address = fold(&user.email.shown());
        self.words.iter().all(|word| {
            word.spellings.iter().any(|one| {
                address.starts_with(one)
                    || names.iter().flatten().any(|name| begins_a_word(name, one))
            })
        })
    }

    /// Returns the folded words as one text. Two queries with the same text find the same people.
    #[must_use]
    pub fn folded(&self) -> String {
        let words: Vec<String> = self
            .words
            .iter()
            .map(|word| word.spellings.join("|"))
            .collect();
        words.join(" ")
    }
}

/// Whether a word of `text` begins with `part`. A word begins after each character that is neither a letter nor a digit, so that
/// `marie` is found in `anne-marie`.
fn begins_a_word(text: &str, part: &str) -> bool {
    let mut before = None;
    text.char_indices().any(|(at, c)| {
        let is_beginning = before.is_none_or(|c: char| !c.is_alphanumeric());
        before = Some(c);
        is_beginning && text[at..].starts_with(part)
    })
}

#[cfg(test)]
mod tests;
