//! Tests of an event's time zone, which is that of a region, such as `Europe/Berlin`, or UTC.

use serde_json::json;
use tests::{NewEvent, Stack, assert_invalid};

#[tokio::test]
async fn a_time_zone_is_that_of_a_place() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = |timezone: &str| NewEvent {
        timezone: timezone.to_owned(),
        ..NewEvent::default()
    };
    for (named, shown) in [
        ("europe/berlin", "Europe/Berlin"),
        (
            "America/Argentina/Buenos_Aires",
            "America/Argentina/Buenos_Aires",
        ),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("Antarctica/Troll", "Antarctica/Troll"),
        ("US/Pacific", "US/Pacific"),
        ("UTC", "UTC"),
        ("Etc/UTC", "Etc/UTC"),
    ] {
        let made = organizer.create_event(&event(named)).await.expect(201);
        assert_eq!(made["timezone"], shown, "{made}");
    }
    let draft = organizer.draft_event(NewEvent::default()).await;
    for named in [
        "Factory",
        "factory",
        "Etc/Unknown",
        "Etc/GMT+5",
        "Etc/GMT-14",
        "GMT",
        "GMT0",
        "Zulu",
        "CET",
        "EST5EDT",
        "posixrules",
        "localtime",
        "leapseconds",
        "SystemV/EST5",
        "posix/Europe/Berlin",
        "+01:00",
        "Europe/",
        "Europe",
    ] {
        assert_invalid(&organizer.create_event(&event(named)).await, "/timezone");
        let moved = organizer
            .patch_event(&draft, json!({"timezone": named}))
            .await;
        assert_invalid(&moved, "/timezone");
    }
}
