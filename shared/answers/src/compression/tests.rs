//! Tests of the requests that prefer gzip, and of the compression of their answers.

use std::io::Read as _;

use super::*;

fn asks(accepted: &[&str]) -> bool {
    let pair = |value: &&str| {
        (
            header::ACCEPT_ENCODING,
            HeaderValue::try_from(*value).unwrap(),
        )
    };
    is_asked_for(&accepted.iter().map(pair).collect())
}

#[test]
fn gzip_is_for_callers_who_ask_for_it() {
    for accepted in [
        "gzip",
        "GZip",
        "x-gzip",
        "*",
        "gzip, deflate, br, zstd",
        "br;q=1.0, gzip;q=0.8, *;q=0.1",
        "deflate;q=0.5 , gzip ; q=0.001",
        "identity;q=0, *;q=0.5",
        "identity, gzip",
        "gzip;q=0.5, identity;q=0.5",
        "gzip;Q=1.000",
    ] {
        assert!(asks(&[accepted]), "{accepted}");
    }
    assert!(asks(&["br", "gzip"]), "two lines of one header");
}

#[test]
fn gzip_is_not_for_others() {
    for accepted in [
        "",
        "identity",
        "br, deflate, zstd",
        "gzip;q=0",
        "gzip;q=0.000",
        "gzip;q=0, *",
        "*;q=0",
        "gzip;q=0.5, identity",
        "identity;q=1, gzip;q=0.9",
        "gzipped",
        "gzip;q=nan",
        "gzip;q=2",
        "gzip;q=-1",
        "gzip;q=",
    ] {
        assert!(!asks(&[accepted]), "{accepted}");
    }
    assert!(!asks(&[]));
}

#[test]
fn text_of_a_kilobyte_and_more_is_worth_it() {
    let of = |media_type: &'static str| {
        HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))])
    };
    for media_type in [
        "application/json",
        "application/problem+json",
        "text/csv; charset=utf-8",
        "text/html; charset=utf-8",
        "text/calendar; charset=utf-8",
        "image/svg+xml",
    ] {
        assert!(is_worth_it(&of(media_type), 1_000), "{media_type}");
        assert!(!is_worth_it(&of(media_type), 999), "{media_type}");
    }
    for media_type in ["image/png", "application/pdf", "nonsense"] {
        assert!(!is_worth_it(&of(media_type), 100_000), "{media_type}");
    }
    let mut encoded = of("application/json");
    label(&mut encoded);
    assert!(!is_worth_it(&encoded, 2_000));
}

#[test]
fn the_same_body_is_compressed_to_the_same_bytes_and_can_be_read_again() {
    let body = include_bytes!("../../../../openapi.json").as_slice();
    let compressed = gzip(body).unwrap();
    assert!(
        compressed.len() < body.len() / 4,
        "{} bytes",
        compressed.len()
    );
    assert_eq!(gzip(body).unwrap(), compressed);
    let mut read = Vec::new();
    let mut decoder = flate2::read::GzDecoder::new(compressed.as_slice());
    decoder.read_to_end(&mut read).unwrap();
    assert_eq!(read, body);
}
