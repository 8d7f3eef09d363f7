use super::*;
use crate::{
    events::{Capacity, EventStatus, schedule::tests::time, tests::concert},
    security::{audit::AuditEntry, policy::Actor},
    text::{Category, RemovalReason, Tag, Title},
};

const EVENT: &str = "evt_01h455vb4pex5vsknk084sn02r";
const USER: &str = "usr_01h455vb4pex5vsknk084sn02s";

/// Returns the entry of a deed as it is stored and shown, without the members that all entries have.
fn shown(deed: &Deed) -> Value {
    let actor = Actor {
        id: "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
        role: Role::Admin,
    };
    let id = "aud_01h455vb4pex5vsknk084sn02t".parse().unwrap();
    let at = time("2027-01-01T00:00:00Z");
    let entry = AuditEntry::new(id, at, actor, "r1", deed);
    let mut shown = serde_json::to_value(&entry).unwrap();
    assert_eq!(
        serde_json::from_value::<AuditEntry>(shown.clone()).unwrap(),
        entry
    );
    let same = json!({
        "id": "aud_01h455vb4pex5vsknk084sn02t", "at": "2027-01-01T00:00:00Z", "requestId": "r1",
        "actor": {"id": "usr_01h455vb4pex5vsknk084sn02q", "role": "admin"},
    });
    for (name, value) in same.as_object().unwrap() {
        assert_eq!(
            shown.as_object_mut().unwrap().remove(name).as_ref(),
            Some(value)
        );
    }
    shown
}

/// Returns the expected entry of a deed whose object is the event.
fn of_event(action: &str, detail: Value) -> Value {
    let mut entry = json!({"action": action, "object": {"type": "event", "id": EVENT}});
    if !detail.is_null() {
        entry["detail"] = detail;
    }
    entry
}

/// Golden test: deployed tables contain entries in this form.
#[test]
fn every_deed_has_its_entry() {
    let (event, user) = (EVENT.parse().unwrap(), USER.parse().unwrap());
    let code = "ABCD-EFGH-JKMN".parse().unwrap();
    let reason = CancelReason::parse("Flooded").ok();
    for (deed, golden) in [
        (
            Deed::ChangeRole {
                user,
                from: Role::User,
                to: Role::Organizer,
            },
            json!({"action": "user.role-changed", "object": {"type": "user", "id": USER}, "detail": {"from": "user", "to": "organizer"}}),
        ),
        (
            Deed::PublishEvent(event),
            of_event("event.published", Value::Null),
        ),
        (
            Deed::CancelEvent { event, reason },
            of_event("event.cancelled", json!({"reason": "Flooded"})),
        ),
        (
            Deed::CancelEvent {
                event,
                reason: None,
            },
            of_event("event.cancelled", Value::Null),
        ),
        (
            Deed::CompleteEvent(event),
            of_event("event.completed", Value::Null),
        ),
        (
            Deed::DeleteEvent(event),
            of_event("event.deleted", Value::Null),
        ),
        (
            Deed::HandOverEvent {
                event,
                from: "usr_01h455vb4pex5vsknk084sn02v".parse().unwrap(),
                to: user,
            },
            of_event(
                "event.handed-over",
                json!({"from": "usr_01h455vb4pex5vsknk084sn02v", "to": USER}),
            ),
        ),
        (
            Deed::UndoCheckIn(event, code),
            of_event("check-in.undone", json!({"code": "ABCD-EFGH-JKMN"})),
        ),
        (
            removal(None),
            of_event("registration.cancelled", json!({"userId": USER})),
        ),
        (
            Deed::RedriveDeadLetters {
                queue: QueueName::parse("mail").unwrap(),
                depth: 3,
            },
            json!({"action": "dead-letters.redriven", "object": {"type": "queue", "id": "mail"}, "detail": {"depth": 3}}),
        ),
        (
            Deed::EraseAccount(user),
            json!({"action": "user.erased", "object": {"type": "user", "id": USER}}),
        ),
        (
            Deed::ChangeEmail(user),
            json!({"action": "user.email-changed", "object": {"type": "user", "id": USER}}),
        ),
        (
            Deed::RestoreEmail(user),
            json!({"action": "user.email-restored", "object": {"type": "user", "id": USER}}),
        ),
        (
            Deed::RebuildStats {
                event,
                corrected: 3,
            },
            of_event("stats.rebuilt", json!({"corrected": 3})),
        ),
    ] {
        assert_eq!(shown(&deed), golden);
    }
}

/// Golden test: deployed tables contain entries in this form.
#[test]
fn every_deed_about_door_staff_has_its_entry() {
    let (event, user) = (EVENT.parse().unwrap(), USER.parse().unwrap());
    for (deed, golden) in [
        (
            Deed::AddStaff(event, user),
            of_event("staff.added", json!({"userId": USER})),
        ),
        (
            Deed::RemoveStaff(event, user),
            of_event("staff.removed", json!({"userId": USER})),
        ),
        (
            Deed::InviteStaff {
                event,
                until: time("2027-05-02T22:00:00Z"),
            },
            of_event(
                "staff.invitation-made",
                json!({"expiresAt": "2027-05-02T22:00:00.000Z"}),
            ),
        ),
        (
            Deed::RevokeStaffInvitation(event),
            of_event("staff.invitation-revoked", Value::Null),
        ),
        (
            Deed::JoinStaff(event),
            of_event("staff.joined", Value::Null),
        ),
    ] {
        assert_eq!(shown(&deed), golden);
    }
}

#[test]
fn an_update_names_the_fields_that_change_and_tells_the_capacity_alone() {
    let before = concert(EventStatus::Published);
    let mut after = before.clone();
    after.version += 1;
    after.updated_at = time("2027-02-01T00:00:00Z");
    assert_eq!(EventUpdate::between(&before, &after), None);

    let details = &mut after.details;
    details.title = Title::parse("Ada plays tonight").unwrap();
    details.schedule.doors_open_at = Some(details.schedule.starts_at);
    details.category = Category::parse("music").ok();
    details.tags = vec![Tag::parse("rock").unwrap()];
    let update = EventUpdate::between(&before, &after).unwrap();
    let entry = shown(&Deed::UpdateEvent(update));
    assert_eq!(entry["action"], "event.updated");
    assert_eq!(
        entry["detail"],
        json!({"fields": ["title", "category", "tags", "doorsOpenAt"]})
    );

    let mut more = after.clone();
    let from = after.details.capacity.get();
    more.details.capacity = Capacity::try_from(from + 5).unwrap();
    more.details.category = None;
    let update = EventUpdate::between(&after, &more).unwrap();
    let entry = shown(&Deed::UpdateEvent(update));
    assert_eq!(
        entry["detail"],
        json!({"fields": ["capacity", "category"], "capacity": {"from": from, "to": from + 5}})
    );
    assert_eq!(entry["object"]["id"], before.id.to_string());
}

fn removal(reason: Option<&str>) -> Deed {
    Deed::CancelRegistration {
        event: EVENT.parse().unwrap(),
        user: USER.parse().unwrap(),
        reason: reason.map(|text| RemovalReason::parse(text).unwrap()),
    }
}

#[test]
fn the_reason_of_a_removal_is_in_its_entry() {
    let detail = json!({"userId": USER, "reason": "Twice on the list"});
    assert_eq!(removal(Some("Twice on the list")).detail(), Some(detail));
}
