//! Fuzzes the parser of WebSocket clients' frames: no frame makes it panic, and a parsed action can be written and parsed
//! again.
#![no_main]

use domain::live::topic::Topic;
use libfuzzer_sys::fuzz_target;
use messages::Action;

fuzz_target!(|frame: &str| {
    let Ok(action) = Action::parse(frame) else {
        return;
    };
    let said = |name: &str, topic: Topic| {
        let audience = serde_json::to_value(topic.audience).expect("it has a name");
        serde_json::json!({"action": name, "eventId": topic.event.to_string(), "topic": audience})
    };
    let again = match action {
        Action::Subscribe(topic) => said("subscribe", topic),
        Action::Unsubscribe(topic) => said("unsubscribe", topic),
        Action::Ping => serde_json::json!({"action": "ping"}),
    };
    assert_eq!(Action::parse(&again.to_string()), Ok(action));
});
