//! The effects of an announcement.

use domain::{events::announcement::Announcement, live::topic::Topic, mail::kind::EventMail};
use messages::{Frame, MailDue, Part};

use crate::effect::{Effect, News};

/// Returns the effects of making an announcement: the mail to the registrants, if the organizer wants one, and the frame for
/// the viewers of the event.
pub(crate) fn on_announcement(announcement: &Announcement, request: &str) -> Vec<Effect> {
    let event_id = announcement.event_id;
    let id = announcement.id;
    let mut effects = Vec::new();
    if announcement.email {
        effects.push(Effect::SendMail(MailDue::Registrants {
            event_id,
            part: Part::Everybody,
            about: EventMail::Announcement { id },
            request_id: request.to_owned(),
        }));
    }
    let news = News {
        topic: Topic::public(event_id),
        name: id.to_string(),
        frame: Frame::Announcement {
            event_id,
            id,
            message: announcement.message.clone(),
            created_at: announcement.created_at,
        },
    };
    effects.push(Effect::PublishFrame(Box::new(news)));
    effects
}

#[cfg(test)]
mod tests {
    use domain::text::AnnouncementText;

    use super::*;
    use crate::samples::{at, event_id, table};

    #[test]
    fn effects_of_an_announcement() {
        let made = |email| {
            let announcement = Announcement {
                id: "ann_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
                event_id: event_id(),
                message: AnnouncementText::parse("Doors open late").unwrap(),
                email,
                created_at: at(),
            };
            on_announcement(&announcement, "r1")
        };
        insta::assert_snapshot!(table([
            ("by mail, too", made(true)),
            ("not by mail", made(false)),
        ]), @r#"
        by mail, too:
          SendMail: {"to":"audience","eventId":"EVENT","audience":"everybody","about":{"kind":"announcement","id":"ann_01h455vb4pex5vsknk084sn02q"},"requestId":"r1"}
          PublishFrame: on EVENT, named ann_01h455vb4pex5vsknk084sn02q, {"type":"announcement","eventId":"EVENT","id":"ann_01h455vb4pex5vsknk084sn02q","message":"Doors open late","createdAt":"2027-05-01T18:00:00.000Z"}
        not by mail:
          PublishFrame: on EVENT, named ann_01h455vb4pex5vsknk084sn02q, {"type":"announcement","eventId":"EVENT","id":"ann_01h455vb4pex5vsknk084sn02q","message":"Doors open late","createdAt":"2027-05-01T18:00:00.000Z"}
        "#);
    }
}
