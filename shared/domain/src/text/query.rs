//! The words that somebody types into a search.

use icu_properties::{CodePointMapData, props::GeneralCategory};

use super::fold::{fold, fold_spelled_out};

/// A word of a query, in one or more spellings. A text has this word if it has at least one of the spellings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryWord {
    /// The first spelling is the folded word. If the typed word has an umlaut, the second is the spelling that people use if
    /// they cannot type umlauts.
    pub spellings: Vec<String>,
}

/// Returns the distinct words of a typed query, in their order.
#[must_use]
pub fn query_words(typed: &str) -> Vec<QueryWord> {
    let mut words = Vec::new();
    for typed in typed.split_whitespace() {
        let (plain, spelled_out) = (fold(typed), fold_spelled_out(typed).unwrap_or_default());
        let mut spelled_out = spelled_out.split_whitespace();
        // A typed word may become several words when it is folded. For example, one Arabic ligature can stand for a sentence.
        for plain in plain.split_whitespace() {
            let spellings = [Some(plain), spelled_out.next()].into_iter().flatten();
            let word = QueryWord {
                spellings: spellings
                    .map(|one| without_brackets(one).to_owned())
                    .collect(),
            };
            if !words.contains(&word) {
                words.push(word);
            }
        }
    }
    words
}

/// Returns a folded word without the brackets, quotation marks and punctuation marks around it. A word that consists only of
/// such characters is returned unchanged.
fn without_brackets(word: &str) -> &str {
    let category = CodePointMapData::<GeneralCategory>::new();
    let bare = word.trim_matches(|c| {
        matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '"')
            || matches!(
                category.get(c),
                GeneralCategory::OpenPunctuation
                    | GeneralCategory::ClosePunctuation
                    | GeneralCategory::InitialPunctuation
                    | GeneralCategory::FinalPunctuation
            )
    });
    if bare.is_empty() { word } else { bare }
}
