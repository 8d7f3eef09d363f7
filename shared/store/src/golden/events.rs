//! Golden tests of events and of the items about them.

use domain::{
    events::picture::{Picture, PictureSize},
    keys::bearer_code::BearerCode,
    text::{CancelReason, PictureDescription},
};

use super::*;
use crate::{PictureCheck, events};

fn picture() -> Picture {
    Picture {
        id: "pic_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
        description: Some(PictureDescription::parse("A choir").unwrap()),
        sizes: [(480, 320), (900, 600)]
            .map(|(width, height)| PictureSize { width, height })
            .into(),
    }
}

#[test]
fn a_check_of_a_picture() {
    let check = PictureCheck {
        event_id: event().id,
        picture: picture(),
    };
    let item = events::pictures::item(&check, event().created_at).unwrap();
    assert_json_snapshot!(shown(item), @r#"
    {
      "eventId": {
        "S": "evt_01h455vb4pex5vsknk084sn02r"
      },
      "expiresAt": {
        "N": "1798761600"
      },
      "picture": {
        "description": {
          "S": "A choir"
        },
        "id": {
          "S": "pic_01h455vb4pex5vsknk084sn02q"
        },
        "sizes": [
          {
            "height": {
              "N": "320"
            },
            "width": {
              "N": "480"
            }
          },
          {
            "height": {
              "N": "600"
            },
            "width": {
              "N": "900"
            }
          }
        ]
      },
      "pk": {
        "S": "PICTURE#01h455vb4pex5vsknk084sn02q"
      },
      "sk": {
        "S": "PICTURE"
      }
    }
    "#);
}

#[test]
fn a_link_to_a_preview() {
    let code = BearerCode::new([7; 32]);
    let item = events::previews::item(&code, event().id, event().created_at).unwrap();
    assert_json_snapshot!(shown(item), @r#"
    {
      "eventId": {
        "S": "evt_01h455vb4pex5vsknk084sn02r"
      },
      "expiresAt": {
        "N": "1798761600"
      },
      "pk": {
        "S": "PREVIEW#3Ev4DHdHPRMPoN6GukAY_pi7IUAF5qWJHRK6kURvnoE"
      },
      "sk": {
        "S": "PREVIEW"
      }
    }
    "#);
}

#[test]
fn lists_are_told_of_every_attribute_of_an_event() {
    let mut event = event();
    event.status = EventStatus::Cancelled;
    event.cancel_reason = Some(CancelReason::parse("Ill").unwrap());
    event.cancelled_at = Some(event.updated_at);
    event.picture = Some(picture());
    let schedule = &mut event.details.schedule;
    schedule.registration_closes_at = Some(schedule.starts_at);
    schedule.doors_open_at = Some(schedule.starts_at);
    let item: Item = serde_dynamo::to_item(&event).unwrap();
    let mut names: Vec<&str> = item.keys().map(String::as_str).collect();
    names.sort_unstable();
    let mut shown = events::SHOWN;
    shown.sort_unstable();
    assert_eq!(names, shown);
}

#[test]
fn a_published_event() {
    assert_json_snapshot!(shown(events::item(&event()).unwrap()), @r#"
    {
      "bucketCount": {
        "N": "2"
      },
      "capacity": {
        "N": "50"
      },
      "category": {
        "S": "music"
      },
      "createdAt": {
        "S": "2027-01-01T00:00:00Z"
      },
      "description": {
        "S": "Loud"
      },
      "endsAt": {
        "S": "2027-05-01T22:00:00Z"
      },
      "gsi1pk": {
        "S": "PUBLISHED"
      },
      "gsi1sk": {
        "S": "001809194400000#01h455vb4pex5vsknk084sn02r"
      },
      "id": {
        "S": "evt_01h455vb4pex5vsknk084sn02r"
      },
      "organizer": {
        "id": {
          "S": "usr_01h455vb4pex5vsknk084sn02q"
        },
        "name": {
          "S": "Ada"
        }
      },
      "pk": {
        "S": "EVENT#01h455vb4pex5vsknk084sn02r"
      },
      "registrationOpensAt": {
        "S": "2027-01-01T00:00:00Z"
      },
      "search": {
        "S": "\u0002concert loud town hall"
      },
      "sk": {
        "S": "EVENT"
      },
      "startsAt": {
        "S": "2027-05-01T18:00:00Z"
      },
      "status": {
        "S": "published"
      },
      "tags": [
        {
          "S": "rock"
        }
      ],
      "timezone": {
        "S": "Europe/Vienna"
      },
      "title": {
        "S": "Concert"
      },
      "updatedAt": {
        "S": "2027-01-01T00:00:00Z"
      },
      "venue": {
        "S": "Town hall"
      },
      "version": {
        "N": "2"
      }
    }
    "#);
}
