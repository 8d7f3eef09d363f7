//! The effects of a scan at the door.

use domain::{id::EventId, live::topic::Topic};
use messages::Frame;
use store::LoggedScan;

use crate::effect::{Effect, News};

/// Returns the effect of a logged scan: a frame for the event's door staff.
pub(crate) fn on_scan(event_id: EventId, scan: &LoggedScan) -> Vec<Effect> {
    let news = News {
        topic: Topic::door(event_id),
        name: format!("{event_id}#{}", scan.scan_id.as_str()),
        frame: Frame::CheckIn {
            event_id,
            at: scan.at,
            result: scan.result.clone(),
            reason: scan.reason.clone(),
            code: scan.code.map(|code| code.to_string()),
            gate: scan.gate.as_ref().map(|gate| gate.as_str().to_owned()),
        },
    };
    vec![Effect::PublishFrame(Box::new(news))]
}

#[cfg(test)]
mod tests {
    use domain::text::{Gate, ScanId};

    use super::*;
    use crate::samples::{at, event_id, table, user};

    #[test]
    fn effects_of_a_scan() {
        let unknown = LoggedScan {
            scan_id: ScanId::parse("s1").unwrap(),
            at: at(),
            by: user(1),
            gate: None,
            device_id: None,
            code: None,
            result: "invalid".to_owned(),
            reason: Some("unknown".to_owned()),
            undone_scan_id: None,
        };
        let admitted = LoggedScan {
            gate: Gate::parse("North").ok(),
            code: "abcdefghjkmn".parse().ok(),
            result: "admitted".to_owned(),
            reason: None,
            ..unknown.clone()
        };
        insta::assert_snapshot!(table([
            ("admitted", on_scan(event_id(), &admitted)),
            ("refused", on_scan(event_id(), &unknown)),
        ]), @r#"
        admitted:
          PublishFrame: on EVENT#door, named EVENT#s1, {"type":"check-in","eventId":"EVENT","at":"2027-05-01T18:00:00.000Z","result":"admitted","code":"ABCD-EFGH-JKMN","gate":"North"}
        refused:
          PublishFrame: on EVENT#door, named EVENT#s1, {"type":"check-in","eventId":"EVENT","at":"2027-05-01T18:00:00.000Z","result":"invalid","reason":"unknown"}
        "#);
    }
}
