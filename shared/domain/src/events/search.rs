//! Search for events by words, category and tags.
//!
//! Both the query and the event's texts are [folded](crate::text::fold). An event stores its folded search text, so that the
//! table can exclude most events that do not match a query.

use std::collections::HashSet;

use crate::{
    events::EventDetails,
    text::{
        Category, Tag,
        fold::{fold, fold_spelled_out},
        query::{QueryWord, query_words},
    },
};

/// The text in which the table searches for an event. It always contains the words of the event. But it contains the category,
/// or a tag, only if its folded form differs from its typed form.
///
/// The stored form is [`SearchText::RULE`], then the distinct words with spaces between them, then marks such as `\n#rock\n`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchText(String);

impl SearchText {
    /// The first character of every search text that was made by the present rule for search texts. A text that was made by an
    /// older rule begins with another control character, or with a title, which has no control characters. If the rule or the
    /// folding changes, this constant must get a new control character.
    pub const RULE: &str = "\u{2}";

    /// Returns the search text of an event with these details.
    #[must_use]
    pub fn of(details: &EventDetails) -> Self {
        let mut text = format!("{}{}", Self::RULE, words(details).join(" "));
        let category = details.category.iter().map(Category::as_str);
        let tags = details.tags.iter().map(Tag::as_str);
        for (typed, mark) in category
            .map(|typed| (typed, category_mark as fn(&str) -> String))
            .chain(tags.map(|typed| (typed, tag_mark as fn(&str) -> String)))
        {
            let folded = fold(typed);
            if folded != typed {
                text.push_str(&mark(&folded));
            }
        }
        Self(text)
    }

    /// Returns the search text as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns the mark of a category in a [`SearchText`]. `folded` is the folded category.
#[must_use]
pub fn category_mark(folded: &str) -> String {
    format!("\n={folded}\n")
}

/// Returns the mark of a tag in a [`SearchText`]. `folded` is the folded tag.
#[must_use]
pub fn tag_mark(folded: &str) -> String {
    format!("\n#{folded}\n")
}

/// Returns the distinct folded words of the title, the description and the venue. A word with an umlaut is followed by the
/// spelling that people use if they cannot type umlauts.
fn words(details: &EventDetails) -> Vec<String> {
    let texts = [
        details.title.as_str(),
        details.description.as_str(),
        details.venue.as_str(),
    ];
    let mut seen = HashSet::new();
    let spellings = texts
        .iter()
        .flat_map(|text| text.split_whitespace())
        .flat_map(|word| [Some(fold(word)), fold_spelled_out(word)])
        .flatten();
    let mut words = Vec::new();
    for spelling in spellings {
        for word in spelling.split_whitespace() {
            if seen.insert(word.to_owned()) {
                words.push(word.to_owned());
            }
        }
    }
    words
}

/// The conditions of a search for events, as the caller gave them. All texts of the query are folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventQuery {
    /// The category that an event must have.
    pub category: Option<String>,
    /// The folded tags that the caller named. An event must have all of them.
    pub tags: Vec<String>,
    /// The words that the caller typed. An event must contain all of them, in any order.
    pub words: Vec<QueryWord>,
}

impl EventQuery {
    /// Returns the folded form of the query that a caller typed.
    #[must_use]
    pub fn new(category: Option<&str>, tags: &[&str], words: Option<&str>) -> Self {
        Self {
            category: category.map(fold),
            tags: tags.iter().map(|tag| fold(tag)).collect(),
            words: query_words(words.unwrap_or_default()),
        }
    }

    /// Whether the query is empty, so that every event matches.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.category.is_none() && self.tags.is_empty() && self.words.is_empty()
    }

    /// Whether an event with these details matches the query.
    #[must_use]
    pub fn matches(&self, details: &EventDetails) -> bool {
        let has_category = self.category.as_ref().is_none_or(|wanted| {
            let category = details.category.as_ref();
            category.is_some_and(|category| fold(category.as_str()) == *wanted)
        });
        let has_tag =
            |wanted: &String| details.tags.iter().any(|tag| fold(tag.as_str()) == *wanted);
        if !has_category || !self.tags.iter().all(has_tag) {
            return false;
        }
        if self.words.is_empty() {
            return true;
        }
        let words = words(details);
        self.words.iter().all(|wanted| {
            let is_in = |word: &String| wanted.spellings.iter().any(|one| word.contains(one));
            words.iter().any(is_in)
        })
    }
}

#[cfg(test)]
mod tests;
