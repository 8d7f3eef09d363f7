use proptest::prelude::*;

use super::*;

fn title(raw: &str) -> Result<String, TextError> {
    Title::parse(raw).map(|title| title.as_str().to_owned())
}

#[test]
fn a_text_is_composed_and_trimmed() {
    for (raw, expected) in [
        ("  Cafe\u{301} ", "Café"),
        ("\tAda\r\n", "Ada"),
        ("\u{a0}\u{3000}Ada\u{2003}\u{1680}", "Ada"),
        ("\u{feff}Ada", "Ada"),
        (
            "\u{200b}\u{2060}\n Ada \u{ad}\u{200d}\u{3164}\u{e0061}",
            "Ada",
        ),
        ("Ada\u{fe0f}", "Ada"),
        ("\u{2800}Ada\u{2800}", "Ada"),
        ("\u{ff21}da", "\u{ff21}da"),
    ] {
        assert_eq!(title(raw).as_deref(), Ok(expected), "{raw:?}");
    }
    assert_eq!(Description::parse(" a\n\tb ").unwrap().as_str(), "a\n\tb");
}

#[test]
fn what_people_write_is_kept_as_typed() {
    for text in [
        "👩\u{200d}👩\u{200d}👧 Nguyễn",
        "می\u{200c}خواهم",
        "שלום",
        "O’Brien-Núñez",
        // These texts end with a heart and a flag of England. Without their last, invisible characters, both symbols would be
        // black.
        "I ❤\u{fe0f}",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        // The last character of each text selects the form of an ideograph in a family name, or of a Mongolian letter.
        "辻\u{e0101}",
        "ᠳ\u{180b}",
        "1\u{fe0f}\u{20e3}",
        "🇩🇪",
        "👍🏽",
        "⠁⠃⠉",
        "क्षत्रिय",
        "★",
        "李",
        "?",
    ] {
        assert_eq!(title(text).as_deref(), Ok(text), "{text:?}");
    }
}

#[test]
fn a_text_that_shows_nothing_is_refused() {
    for text in [
        // These texts have only white space and ignorable characters.
        "\u{a0}",
        "\u{200b}",
        "\u{200c}\u{200d}",
        "\u{2060}\u{2063}",
        "\u{feff}",
        "\u{ad}",
        "\u{34f}",
        "\u{180e}",
        "\u{fe0f}",
        "\u{e0101}",
        "\u{e0061}\u{e007f}",
        "\u{1d173}",
        "\u{2065}",
        // These characters are fillers: Unicode counts them as letters, but they have no visible form.
        "\u{115f}",
        "\u{1160}",
        "\u{3164}",
        "\u{ffa0}",
        "\u{17b4}",
        // These symbols are blank.
        "\u{2800}",
        "\u{2800} \u{2800}",
        "\u{fffc}",
        "\u{1d159}",
        "\u{13441}\u{13442}",
        // These marks have no base character.
        "\u{301}",
        "\u{20dd}",
        "\u{903}",
        "\u{16fe4}",
        // These code points are not characters: format controls, private use, unassigned, noncharacters.
        "\u{fff9}",
        "\u{13430}",
        "\u{e000}",
        "\u{10fffd}",
        "\u{378}",
        "\u{e0080}",
        "\u{fdd0}",
        "\u{ffff}",
    ] {
        assert_eq!(title(text), Err(TextError::Invisible), "{text:?}");
        assert_eq!(
            title(&format!(" {text} ")),
            Err(TextError::Invisible),
            "{text:?}"
        );
        let kept = title(&format!("a{text}b"));
        assert!(
            kept.is_ok() || text == "\u{feff}",
            "{text:?} is kept between others"
        );
    }
    for text in ["", " ", " \t\r\n"] {
        assert_eq!(title(text), Err(TextError::Empty));
    }
    assert_eq!(
        TextError::Invisible.to_string(),
        "must have at least one visible character"
    );
}

#[test]
fn a_description_may_be_empty_but_does_not_pretend_to_be_a_text() {
    for empty in ["", " ", "\n\u{2003}"] {
        assert_eq!(Description::parse(empty).unwrap().as_str(), "");
    }
    for blank in ["\u{200b}", "\u{2800}", "\n\u{3164}\n"] {
        assert_eq!(Description::parse(blank), Err(TextError::Invisible));
    }
}

#[test]
fn limits_count_characters_not_bytes() {
    assert!(Title::parse(&"é".repeat(200)).is_ok());
    assert!(Title::parse(&"e\u{301}".repeat(200)).is_ok());
    assert_eq!(Title::parse(&"é".repeat(201)), Err(TextError::TooLong(200)));
}

#[test]
fn what_could_deceive_a_reader_is_refused() {
    for wrong in [
        "a\u{0}b",
        "a\u{1b}[31m",
        "a\nb",
        "a\u{2028}b",
        "a\u{85}b",
        "evil\u{202e}gpj.exe",
        "x\u{2066}y",
        "a\u{feff}b",
        // Direction controls are refused at the ends of a text, too.
        "\u{202e}",
        "Ada\u{202e}",
        "\u{200f}Ada",
        "Ada\u{0}",
    ] {
        assert_eq!(
            Title::parse(wrong),
            Err(TextError::ForbiddenCharacter),
            "{wrong:?}"
        );
    }
}

#[test]
fn a_character_that_was_lost_on_the_way_is_refused() {
    for wrong in ["Gr\u{fffd}\u{fffd}e", "\u{fffd}", "Ada \u{fffd}"] {
        assert_eq!(title(wrong), Err(TextError::LostCharacter));
        assert_eq!(Description::parse(wrong), Err(TextError::LostCharacter));
    }
}

#[test]
fn texts_of_older_items_are_read_whatever_they_are() {
    fn read<T: for<'de> Deserialize<'de>>(stored: &str) -> T {
        serde_json::from_value(stored.into()).unwrap()
    }
    for old in [
        "Gr\u{fffd}e",
        "a\u{2028}b",
        &"x".repeat(300),
        " Ada\u{200b}",
    ] {
        assert_eq!(read::<Title>(old).as_str(), old);
    }
    // A stored text that readers see is never blank. A stored text that identifies something stays unchanged.
    for blank in ["\u{200b}", "\u{2800}", ""] {
        assert_eq!(read::<Title>(blank).as_str(), "(untitled)");
        assert_eq!(read::<Venue>(blank).as_str(), "(no venue)");
        assert_eq!(read::<PersonName>(blank).as_str(), "(no name)");
        assert_eq!(read::<Gate>(blank).as_str(), blank);
        assert_eq!(read::<ScanId>(blank).as_str(), blank);
        assert_eq!(read::<Description>(blank).as_str(), blank);
    }
}

proptest! {
    #[test]
    fn what_was_parsed_is_parsed_to_itself_and_shows_something(raw in any::<String>()) {
        if let Ok(text) = Title::parse(&raw) {
            prop_assert!(text.as_str().chars().any(is_visible));
            prop_assert_eq!(Title::parse(text.as_str()), Ok(text.clone()));
            prop_assert_eq!(Title::from_stored(text.as_str().to_owned()), text);
        }
    }

    #[test]
    fn invisible_characters_around_a_text_change_nothing(
        before in "[\\p{Z}\u{ad}\u{200b}-\u{200d}\u{2060}\u{3164}\u{feff}]{0,5}",
        after in "[\\p{Z}\u{ad}\u{200b}-\u{200d}\u{2060}\u{3164}\u{feff}]{0,5}",
        text in "\\PC{1,20}",
    ) {
        let (bare, padded) = (Title::parse(&text), Title::parse(&format!("{before}{text}{after}")));
        if text.chars().any(is_visible) {
            prop_assert_eq!(padded, bare);
        } else {
            // The padded text and the bare text may be refused for different reasons: a text of ASCII spaces is `Empty`, and a
            // text of other spaces is `Invisible`.
            prop_assert!(padded.is_err() && bare.is_err());
        }
    }
}
