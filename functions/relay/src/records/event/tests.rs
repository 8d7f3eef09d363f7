use domain::{
    events::{
        Capacity, Organizer,
        picture::{Picture, PictureSize},
        schedule::parse_time,
    },
    mail::kind::OrganizerMail,
    text::{Description, PersonName, Title, Venue},
};
use messages::MailDue;

use super::*;
use crate::samples::{at, event, table, user};

/// Returns the effects of applying `change` to an event with this status.
fn changed(status: EventStatus, change: impl FnOnce(&mut Event)) -> Vec<Effect> {
    let before = event(status, 4);
    let mut after = event(status, 5);
    change(&mut after);
    on_event(Some(&before), &after, "r1")
}

fn becomes(from: EventStatus, to: EventStatus) -> Vec<Effect> {
    on_event(Some(&event(from, 4)), &event(to, 5), "r1")
}

#[test]
fn effects_of_another_status() {
    use EventStatus::{Cancelled, Completed, Draft, Published};
    insta::assert_snapshot!(table([
        ("made", on_event(None, &event(Draft, 1), "r1")),
        ("published", becomes(Draft, Published)),
        ("cancelled", becomes(Published, Cancelled)),
        ("completed", becomes(Published, Completed)),
        ("draft deleted", on_draft_deleted(&event(Draft, 1))),
    ]), @r#"
    made:
      AddToStatistics: all, events#draft +1
    published:
      AlignReminders: EVENT, version 5
      PublishCounts: EVENT
      PublishFrame: on EVENT, named EVENT#5, {"type":"event","eventId":"EVENT","status":"published","changed":["status"]}
      PublishFrame: on EVENT#door, named EVENT#door#5, {"type":"event","eventId":"EVENT","status":"published","changed":["status"]}
      AddToStatistics: all, events#draft -1, events#published +1
    cancelled:
      SendMail: {"to":"audience","eventId":"EVENT","audience":"everybody","about":{"kind":"cancelled","version":5},"requestId":"r1"}
      AlignReminders: EVENT, version 5
      AlignBuckets: EVENT, version 5
      PublishCounts: EVENT
      PublishFrame: on EVENT, named EVENT#5, {"type":"event","eventId":"EVENT","status":"cancelled","changed":["status"]}
      PublishFrame: on EVENT#door, named EVENT#door#5, {"type":"event","eventId":"EVENT","status":"cancelled","changed":["status"]}
      AddToStatistics: all, events#published -1, events#cancelled +1
    completed:
      AlignReminders: EVENT, version 5
      AlignBuckets: EVENT, version 5
      PublishCounts: EVENT
      PublishFrame: on EVENT, named EVENT#5, {"type":"event","eventId":"EVENT","status":"completed","changed":["status"]}
      PublishFrame: on EVENT#door, named EVENT#door#5, {"type":"event","eventId":"EVENT","status":"completed","changed":["status"]}
      AddToStatistics: all, events#published -1, events#completed +1
    draft deleted:
      AddToStatistics: all, events#draft -1
    "#);
}

#[test]
fn effects_of_other_details() {
    use EventStatus::{Draft, Published};
    insta::assert_snapshot!(table([
        ("nothing changed", changed(Published, |_| {})),
        ("title of a draft", changed(Draft, |event| {
            event.details.title = Title::parse("Recital").unwrap();
        })),
        ("start of a draft", changed(Draft, |event| {
            event.details.schedule.starts_at = parse_time("2027-05-01T19:00:00Z").unwrap();
        })),
        ("title", changed(Published, |event| {
            event.details.title = Title::parse("Recital").unwrap();
        })),
        ("description and capacity", changed(Published, |event| {
            event.details.description = Description::parse("Very loud").unwrap();
            event.details.capacity = Capacity::try_from(60).unwrap();
        })),
        ("venue and start", changed(Published, |event| {
            event.details.venue = Venue::parse("Hall 2").unwrap();
            event.details.schedule.starts_at = parse_time("2027-05-01T19:00:00Z").unwrap();
        })),
        ("end of registration", changed(Published, |event| {
            let closes_at = parse_time("2027-04-01T00:00:00Z").unwrap();
            event.details.schedule.registration_closes_at = Some(closes_at);
        })),
    ]), @r#"
    nothing changed:
      PublishCounts: EVENT
    title of a draft:
      PublishCounts: EVENT
      PublishFrame: on EVENT, named EVENT#5, {"type":"event","eventId":"EVENT","status":"draft","changed":["title"]}
    start of a draft:
      AlignReminders: EVENT, version 5
      PublishCounts: EVENT
      PublishFrame: on EVENT, named EVENT#5, {"type":"event","eventId":"EVENT","status":"draft","changed":["startsAt","doorsOpenAt"]}
    title:
      SendMail: {"to":"audience","eventId":"EVENT","audience":"everybody","about":{"kind":"updated","version":5,"previous":{"title":"Concert"}},"requestId":"r1"}
      PublishCounts: EVENT
      PublishFrame: on EVENT, named EVENT#5, {"type":"event","eventId":"EVENT","status":"published","changed":["title"]}
    description and capacity:
      PublishCounts: EVENT
      PublishFrame: on EVENT, named EVENT#5, {"type":"event","eventId":"EVENT","status":"published","changed":["description","capacity"]}
    venue and start:
      SendMail: {"to":"audience","eventId":"EVENT","audience":"everybody","about":{"kind":"updated","version":5,"previous":{"venue":"Town hall","period":["2027-05-01T18:00:00Z","2027-05-01T22:00:00Z","Europe/Vienna"]}},"requestId":"r1"}
      AlignReminders: EVENT, version 5
      AlignBuckets: EVENT, version 5
      PublishCounts: EVENT
      PublishFrame: on EVENT, named EVENT#5, {"type":"event","eventId":"EVENT","status":"published","changed":["venue","startsAt","doorsOpenAt"]}
    end of registration:
      AlignBuckets: EVENT, version 5
      PublishCounts: EVENT
      PublishFrame: on EVENT, named EVENT#5, {"type":"event","eventId":"EVENT","status":"published","changed":["registrationClosesAt"]}
    "#);
}

fn picture(id: &str) -> Picture {
    Picture {
        id: id.parse().unwrap(),
        description: None,
        sizes: vec![PictureSize {
            width: 480,
            height: 320,
        }],
    }
}

#[test]
fn a_former_picture_is_discarded_and_a_present_one_is_not() {
    let (first, second) = (
        Some(picture("pic_01h455vb4pex5vsknk084sn02q")),
        Some(picture("pic_01h455vb4pex5vsknk084sn02r")),
    );
    let discarded = |before: &Option<Picture>, after: &Option<Picture>| {
        let with = |picture: &Option<Picture>, version| Event {
            picture: picture.clone(),
            ..event(EventStatus::Published, version)
        };
        let effects = on_event(Some(&with(before, 4)), &with(after, 5), "r1");
        let discarded = effects.into_iter().find_map(|effect| match effect {
            Effect::DiscardPicture(check) => Some(*check),
            _ => None,
        });
        discarded.map(|check| check.picture)
    };
    assert_eq!(discarded(&None, &first), None);
    assert_eq!(discarded(&first, &first), None);
    assert_eq!(discarded(&first, &second), first);
    assert_eq!(discarded(&first, &None), first);
    let draft = Event {
        picture: first,
        ..event(EventStatus::Draft, 1)
    };
    let effects = on_draft_deleted(&draft);
    let is_discarded = |effect: &Effect| matches!(effect, Effect::DiscardPicture(_));
    assert!(effects.iter().any(is_discarded));
}

#[test]
fn effects_of_a_hand_over() {
    let before = event(EventStatus::Published, 4);
    let after = before.handed_over(grace(), at());
    insta::assert_snapshot!(table([
        ("handed over", on_event(Some(&before), &after, "r1")),
    ]), @r#"
    handed over:
      SendMail: {"to":"organizer","eventId":"EVENT","userId":"USER3","about":{"kind":"received","version":5},"requestId":"r1"}
      SendMail: {"to":"organizer","eventId":"EVENT","userId":"USER1","about":{"kind":"handed-over","version":5},"requestId":"r1"}
      RecheckRights: USER1
      PublishCounts: EVENT
      PublishFrame: on EVENT, named EVENT#5, {"type":"event","eventId":"EVENT","status":"published","changed":["organizer"]}
    "#);
}

#[test]
fn a_hand_over_in_any_status_notifies_both_organizers_and_nobody_else() {
    for status in EventStatus::ALL {
        let before = event(status, 4);
        let after = before.handed_over(grace(), before.updated_at);
        let effects = on_event(Some(&before), &after, "r1");
        let mails: Vec<MailDue> = effects
            .into_iter()
            .filter_map(|effect| match effect {
                Effect::SendMail(mail) => Some(mail),
                _ => None,
            })
            .collect();
        let mail = |user_id, about| MailDue::Organizer {
            event_id: after.id,
            user_id,
            about,
            request_id: "r1".to_owned(),
        };
        assert_eq!(
            mails,
            [
                mail(user(3), OrganizerMail::Received { version: 5 }),
                mail(user(1), OrganizerMail::HandedOver { version: 5 }),
            ],
            "{status:?}"
        );
    }
}

fn grace() -> Organizer {
    Organizer {
        id: user(3),
        name: PersonName::parse("Grace").unwrap(),
    }
}
