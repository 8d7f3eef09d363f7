//! The texts of the pages in all languages. The catalogues are `web/messages/{locale}/public.json`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::locale::Locale;

#[cfg(test)]
mod tests;

/// Defines the texts that this crate uses. If a catalogue lacks one of them, a test fails. A catalogue may have further texts,
/// which the script uses.
macro_rules! messages {
    ($($key:ident),+ $(,)?) => {
        /// The texts of the pages in one language. Texts may have placeholders, such as `{name}`.
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct Messages {
            $(pub(crate) $key: String,)+
        }
    };
}

messages! {
    language_name, language_choose, site_skip, site_navigation, site_events, site_account, site_calendar, site_news,
    site_erased, list_title, list_description, list_search, list_words, list_category, list_tag, list_from, list_to,
    list_day_hint, list_more, list_submit, list_clear, list_upcoming, list_found, list_next, list_first, list_none,
    list_none_hint, list_nothing, list_nothing_hint, list_bad_day, list_bad_text, event_about,
    event_when, event_own_time, event_doors, event_place, event_organizer, event_tags, event_calendar,
    event_registration, event_announcements, event_no_announcements, preview_title, preview_text, preview_back,
    counts_left, counts_registered,
    counts_waitlisted, action_register, action_waitlist, action_can_register, action_can_wait,
    action_closes_at, action_opens_at, action_not_open_yet, action_closed, action_started, action_cancelled,
    action_completed, badge_register, badge_waitlist, badge_not_open_yet, badge_closed, badge_started, badge_cancelled,
    badge_completed, organizer_title, organizer_upcoming, organizer_past, organizer_no_upcoming, problem_not_found,
    problem_not_found_text, problem_unavailable, problem_unavailable_text, problem_internal, problem_method,
    problem_retry, problem_home, problem_without_app, problem_without_app_text, dates_months,
    dates_short_months, dates_weekdays, dates_day, dates_moment, dates_zone, numbers_sample,
}

macro_rules! source {
    ($tag:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../web/messages/",
            $tag,
            "/public.json"
        ))
    };
}

/// Returns the catalogue of a language, as JSON.
fn source(locale: Locale) -> &'static str {
    match locale {
        Locale::English => source!("en"),
        Locale::German => source!("de"),
        Locale::French => source!("fr"),
        Locale::Spanish => source!("es"),
        Locale::Arabic => source!("ar"),
    }
}

#[expect(
    clippy::expect_used,
    reason = "the catalogues are part of the program, and a test reads each of them"
)]
fn parsed(locale: Locale) -> Messages {
    serde_json::from_str(source(locale)).expect("a complete catalogue")
}

/// Returns the texts in this language.
pub(crate) fn messages(locale: Locale) -> &'static Messages {
    static ENGLISH: LazyLock<Messages> = LazyLock::new(|| parsed(Locale::English));
    static GERMAN: LazyLock<Messages> = LazyLock::new(|| parsed(Locale::German));
    static FRENCH: LazyLock<Messages> = LazyLock::new(|| parsed(Locale::French));
    static SPANISH: LazyLock<Messages> = LazyLock::new(|| parsed(Locale::Spanish));
    static ARABIC: LazyLock<Messages> = LazyLock::new(|| parsed(Locale::Arabic));
    match locale {
        Locale::English => &ENGLISH,
        Locale::German => &GERMAN,
        Locale::French => &FRENCH,
        Locale::Spanish => &SPANISH,
        Locale::Arabic => &ARABIC,
    }
}

/// Returns `text` with values instead of its placeholders. A value is inserted as it is, even if it looks like a placeholder.
pub(crate) fn filled(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        let value = values.iter().find(|(known, _)| *known == name);
        filled.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}
