//! Tests of the picture.

use proptest::prelude::*;

use super::{
    layout::{MARGIN, lay_out},
    *,
};

/// The lowest and the highest row that texts may use, below the upper and above the lower edge.
const ROWS: std::ops::Range<usize> = 40..600;

fn card() -> ShareCard<'static> {
    ShareCard {
        site: "em-connect",
        title: "Rust in Berlin",
        when: "Saturday, 1 May 2027, 20:00 – 22:00",
        zone: "Europe/Berlin (UTC+02:00)",
        venue: "Zuse-Institut, Takustraße 7, Berlin",
        cancelled: None,
    }
}

fn titled(title: &str) -> ShareCard<'_> {
    ShareCard { title, ..card() }
}

/// Returns the texts of the picture from top to bottom, each with its size.
fn lines(card: &ShareCard<'_>) -> Vec<String> {
    let mut lines: Vec<(f32, String)> = lay_out(card, Faces::load().unwrap())
        .into_iter()
        .filter_map(|shape| match shape.form {
            layout::Form::Line {
                text,
                size,
                baseline,
                ..
            } => Some((baseline, format!("{size}: {text}"))),
            layout::Form::Box { .. } | layout::Form::Circle { .. } => None,
        })
        .collect();
    lines.sort_by(|one, other| one.0.total_cmp(&other.0));
    lines.into_iter().map(|(_, line)| line).collect()
}

/// Returns whether the picture has its ground only, in the margins on both sides and above and below the texts.
fn has_margins(card: &ShareCard<'_>) -> bool {
    let canvas = drawn(card).unwrap();
    // An accent that belongs to no precomposed letter extends over the end of its text, by half its width.
    let side = 50;
    const { assert!(MARGIN > 50.0) };
    let band = usize::from(HEIGHT) - 18;
    canvas.pixels().enumerate().take(band).all(|(y, row)| {
        let used = if ROWS.contains(&y) {
            side..row.len() - side
        } else {
            0..0
        };
        let is_ground = |(x, pixel): (usize, &u8)| used.contains(&x) || *pixel == 0;
        row.iter().enumerate().all(is_ground)
    })
}

/// Returns a checksum of the pixels.
fn checksum(card: &ShareCard<'_>) -> u32 {
    let mut crc = flate2::Crc::new();
    for row in drawn(card).unwrap().pixels() {
        crc.update(row);
    }
    crc.sum()
}

#[test]
fn the_picture_has_the_size_that_its_address_promises_and_is_small() {
    let png = share_png(&card()).unwrap();
    let decoder = png::Decoder::new(std::io::Cursor::new(&png));
    let mut reader = decoder.read_info().unwrap();
    assert_eq!((reader.info().width, reader.info().height), (1200, 630));
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    assert!(png.len() < 60_000, "{}", png.len());
    assert_eq!(png, share_png(&card()).unwrap());
}

#[test]
fn a_new_drawing_needs_a_new_number() {
    let cancelled = ShareCard {
        cancelled: Some("Cancelled"),
        ..card()
    };
    insta::assert_snapshot!(
        format!("{DESIGN}: {:08x} {:08x}", checksum(&card()), checksum(&cancelled)),
        @"1: 3fffb3a9 0b7e9594"
    );
}

#[test]
fn the_texts_are_read_from_top_to_bottom() {
    let cancelled = ShareCard {
        cancelled: Some("Cancelled"),
        ..card()
    };
    insta::assert_snapshot!(lines(&cancelled).join("\n"), @r"
    32: em-connect
    32: Cancelled
    88: Rust in Berlin
    36: Saturday, 1 May 2027, 20:00 – 22:00
    25: Europe/Berlin (UTC+02:00)
    34: Zuse-Institut, Takustraße 7, Berlin
    ");
}

#[test]
fn a_long_title_gets_smaller_and_then_ends() {
    let words = |count: usize| "Talks about engines ".repeat(count);
    for (title, size, count, is_whole) in [
        ("Rust".to_owned(), "88", 1, true),
        (words(2), "88", 2, true),
        (words(4), "60", 3, true),
        (words(8), "44", 4, true),
        (words(12), "44", 4, false),
        ("W".repeat(200), "44", 4, false),
    ] {
        let lines = lines(&titled(&title));
        let lines = &lines[1..lines.len() - 3];
        assert_eq!(lines.len(), count, "{lines:?}");
        assert!(lines.iter().all(|line| line.starts_with(size)), "{lines:?}");
        assert_eq!(!lines.concat().contains('…'), is_whole, "{lines:?}");
    }
}

#[test]
fn scripts_that_the_fonts_lack_are_left_out_unless_they_are_few() {
    for (title, shown) in [
        ("Ночь музеев", Some("Ночь музеев")),
        ("Νύχτα", Some("Νύχτα")),
        ("Party 🎉🎉", Some("Party")),
        ("Łukasz Ñandú 李", Some("Łukasz Ñandú Li")),
        ("ليلة المتاحف", None),
        ("東京の夜", None),
        ("🎉", None),
        ("", None),
    ] {
        let lines = lines(&titled(title));
        let first = lines[1].split_once(": ").map(|(_, text)| text);
        // Without a title, the time is the headline.
        assert_eq!(first, shown.or(Some("Saturday, 1 May 2027,")), "{title}");
    }
}

#[test]
fn every_text_changes_the_picture() {
    let changed = [
        titled("Rust in Bern"),
        ShareCard {
            when: "Sunday",
            ..card()
        },
        ShareCard {
            zone: "UTC",
            ..card()
        },
        ShareCard {
            venue: "Town hall",
            ..card()
        },
        ShareCard {
            site: "other",
            ..card()
        },
        ShareCard {
            cancelled: Some("Cancelled"),
            ..card()
        },
    ];
    let mut seen = vec![checksum(&card())];
    for card in changed {
        let checksum = checksum(&card);
        assert!(!seen.contains(&checksum), "{card:?}");
        seen.push(checksum);
    }
}

/// Generates texts of at most 255 characters, with narrow and wide characters of several scripts.
fn long_text() -> impl Strategy<Value = String> {
    let filling = prop::sample::select(vec!["W", "Wide ", "李", "Ж", "i", "Ñandú", "Ǻ̂", "a b "]);
    (filling, 0..=255_usize)
        .prop_map(|(filling, length)| filling.chars().cycle().take(length).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn long_texts_stay_in_the_margins(
        title in long_text(), venue in long_text(), when in long_text(), zone in long_text(), word in long_text(),
    ) {
        let card = ShareCard {
            site: &zone, title: &title, when: &when, zone: &zone, venue: &venue, cancelled: Some(&word),
        };
        prop_assert!(has_margins(&card));
    }

    #[test]
    fn any_texts_stay_in_the_margins(title in "\\PC{0,200}", venue in any::<String>()) {
        let card = ShareCard { title: &title, venue: &venue, ..card() };
        prop_assert!(has_margins(&card));
    }
}
