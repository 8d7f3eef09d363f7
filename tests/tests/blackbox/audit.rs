//! Tests of the audit log. The test does planned actions, which it calls a day. The log must then contain exactly these
//! actions, with their actors, times and requests.

mod day;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};
use tests::{
    ADMINISTRATORS, Event, NewEvent, PATIENCE, Stack, User, assert_problem, assert_result,
    eventually,
};

use day::{Day, assert_impersonal, assert_well_formed, entries_in};

/// Gives a user the role `organizer`, and records that action in `day`.
async fn appoint(stack: &Stack, day: &mut Day) -> User {
    let admin = stack.admin().await;
    let user = stack.register_user().await;
    let granted = admin.grant_role(user.id(), "organizer").await;
    let roles = json!({"from": "user", "to": "organizer"});
    let of_user = ("user", user.id());
    day.done(
        (&admin, "admin"),
        "user.role-changed",
        of_user,
        (&granted, roles),
    );
    for (caller, role, status) in [
        (&admin, "organizer", 200),
        (&admin, "king", 422),
        (&user, "admin", 403),
    ] {
        let answer = caller.grant_role(user.id(), role).await;
        day.nothing(&answer.expect(status));
    }
    stack.log_in(&user.credentials()).await
}

/// Makes an event, changes it, publishes it, and changes it again. At the end the event has two seats.
async fn prepare(organizer: &User, day: &mut Day) -> Event {
    let host = (organizer, "organizer");
    let event = organizer.draft_event(NewEvent::with_open_doors(1)).await;
    let of_event = ("event", &*event.id);
    let new = json!({"title": "Kim Doe plays", "capacity": 2, "venue": event.json["venue"]});
    let changed = organizer.patch_event_at(&event, &event.etag, new.clone());
    let fields = json!({"fields": ["title", "capacity"], "capacity": {"from": 1, "to": 2}});
    day.done(host, "event.updated", of_event, (&changed.await, fields));
    let again = organizer.patch_event_at(&event, &event.etag, new.clone());
    day.nothing(&again.await.expect(412));
    let same = organizer.patch_event(&event, new).await;
    day.nothing(&same.expect(200));
    day.nothing(&organizer.cancel(&event).await.expect(409));

    let published = organizer.publish(&event).await;
    day.done(host, "event.published", of_event, (&published, Value::Null));
    day.nothing(&organizer.publish(&event).await.expect(409));
    day.nothing(&organizer.delete_event(&event).await.expect(409));
    for (capacity, from) in [(3, 2), (2, 3)] {
        let seats = json!({ "capacity": capacity });
        let changed = organizer.patch_event(&event, seats).await;
        let fields = json!({"fields": ["capacity"], "capacity": {"from": from, "to": capacity}});
        day.done(host, "event.updated", of_event, (&changed, fields));
    }
    let tags = json!({"tags": ["rock"]});
    let changed = organizer.patch_event(&event, tags).await;
    let fields = json!({"fields": ["tags"]});
    day.done(host, "event.updated", of_event, (&changed, fields));
    event
}

/// Admits a guest and undoes the admission. Then the organizer and the administrator remove a registrant each, and two users
/// cancel their own registrations.
async fn hold(stack: &Stack, organizer: &User, event: &Event, day: &mut Day) {
    let (host, of_event) = ((organizer, "organizer"), ("event", &*event.id));
    let crowd = stack.crowd(4).await;
    let [staff, guest, other, waits] = &*crowd else {
        panic!("not four in {crowd:?}")
    };
    let who = |user: &User| json!({"userId": user.id()});
    let added = organizer.add_staff(event, staff.id()).await;
    day.done(host, "staff.added", of_event, (&added, who(staff)));
    let again = organizer.add_staff(event, staff.id()).await;
    day.nothing(&again.expect(204));
    day.nothing(&staff.add_staff(event, staff.id()).await.expect(403));
    // The seat that the last change of the capacity added is held until the relay has found the waitlist empty.
    let admin = stack.admin().await;
    eventually(PATIENCE, async || match admin.seats_of(event).await {
        seats if seats.held == 0 => Ok(()),
        seats => Err(format!("{seats:?}")),
    })
    .await;
    for registrant in [guest, other] {
        day.nothing(&registrant.register_for(event).await.expect(201));
    }
    day.nothing(&waits.wait_for(event).await.expect(201));

    let ticket = guest.ticket_of(event).await;
    day.nothing(&staff.undo(event, &ticket.code).await.expect(204));
    let admitted = staff.check_in(event, &ticket.qr).await;
    assert_result(&admitted, "admitted");
    day.nothing(&admitted);
    let undone = staff.undo(event, &ticket.code_typed_badly()).await;
    let code = json!({"code": ticket.code});
    day.done(
        (staff, "user"),
        "check-in.undone",
        of_event,
        (&undone, code),
    );
    day.nothing(&staff.undo(event, &ticket.code).await.expect(204));
    let invited = organizer.invite_staff(event).await;
    let until = json!({"expiresAt": invited["expiresAt"]});
    day.done(host, "staff.invitation-made", of_event, (&invited, until));
    let code = invited["code"].as_str().unwrap_or_default();
    day.nothing(&guest.join_staff(event, "wrong").await.expect(400));
    // A member of the door staff is door staff already.
    day.nothing(&staff.join_staff(event, code).await.expect(204));
    let joined = other.join_staff(event, code).await;
    let helper = (other, "user");
    day.done(helper, "staff.joined", of_event, (&joined, Value::Null));
    let revoked = organizer.revoke_invitation(event).await;
    let what = (&revoked, Value::Null);
    day.done(host, "staff.invitation-revoked", of_event, what);
    day.nothing(&organizer.revoke_invitation(event).await.expect(204));
    let removed = organizer.remove_staff(event, staff.id()).await;
    day.done(host, "staff.removed", of_event, (&removed, who(staff)));
    let again = organizer.remove_staff(event, staff.id()).await;
    day.nothing(&again.expect(204));

    let admin = stack.admin().await;
    for (by, role, gone) in [(organizer, "organizer", waits), (&admin, "admin", other)] {
        let removed = by.remove_registrant(event, gone.id()).await;
        assert_eq!(removed["status"], "cancelled", "{removed}");
        let what = (&removed, who(gone));
        day.done((by, role), "registration.cancelled", of_event, what);
        let again = organizer.remove_registrant(event, gone.id()).await;
        day.nothing(&again.expect(200));
    }
    let unknown = organizer.remove_registrant(event, staff.id()).await;
    day.nothing(&unknown.expect(404));
    let left = guest.cancel_registration_for(event).await;
    day.nothing(&left.expect(200));
    // The returned seat stays held for a moment until the relay makes it free.
    eventually(PATIENCE, async || {
        organizer.register_for(event).await.when(201)
    })
    .await;
    let own = organizer.remove_registrant(event, organizer.id()).await;
    day.nothing(&own.expect(200));
}

/// Cancels the event, completes a second event, and deletes a third event. Returns all three events.
async fn end(stack: &Stack, organizer: &User, event: Event, day: &mut Day) -> [Event; 3] {
    let (admin, host) = (stack.admin().await, (organizer, "organizer"));
    let of_event = ("event", &*event.id);
    let cancelled = organizer.cancel(&event).await;
    let reason = json!({"reason": "The hall is flooded."});
    day.done(host, "event.cancelled", of_event, (&cancelled, reason));
    day.nothing(&organizer.cancel(&event).await.expect(409));
    let late = organizer.patch_event(&event, json!({"title": "x"})).await;
    day.nothing(&late.expect(409));

    let second = organizer.draft_event(NewEvent::default()).await;
    let of_event = ("event", &*second.id);
    let published = admin.publish(&second).await;
    let what = (&published, Value::Null);
    day.done((&admin, "admin"), "event.published", of_event, what);
    let completed = organizer.complete(&second).await;
    day.done(host, "event.completed", of_event, (&completed, Value::Null));
    let third = organizer.draft_event(NewEvent::default()).await;
    let of_event = ("event", &*third.id);
    let deleted = organizer.delete_event(&third).await;
    day.done(host, "event.deleted", of_event, (&deleted, Value::Null));
    day.nothing(&organizer.delete_event(&third).await.expect(404));
    [event, second, third]
}

/// Redrives a dead letter as soon as no other test inspects it. Returns the request id of the redrive.
async fn redrive(stack: &Stack, organizer: &User, event: &Event, day: &mut Day) -> String {
    let admin = stack.admin().await;
    let letter = json!({"eventId": event.id, "userId": organizer.id(), "requestId": "test"});
    stack.queue("tickets").bury(&letter.to_string()).await;
    let redriven = eventually(PATIENCE, async || {
        let answer = admin.redrive("tickets").await.when(202)?;
        if answer["moved"] == 0 {
            day.nothing(&answer);
            return Err(answer.to_string());
        }
        Ok(answer)
    })
    .await;
    day.nothing(&admin.redrive("relay").await.expect(409));
    day.nothing(&admin.redrive("nothing").await.expect(404));
    day.nothing(&organizer.redrive("tickets").await.expect(403));

    // The test does not assert how many letters the redrive found, because other tests of this stack use the same queue.
    let queue = admin.every_audit(&[("object", "tickets")], 100).await;
    let request = redriven.request_id();
    let mut reported = queue.iter().filter(|item| item["requestId"] == request);
    let (Some(item), None) = (reported.next(), reported.next()) else {
        panic!("not one entry of {redriven} in {queue:?}");
    };
    let depth = item["detail"]["depth"].as_u64();
    assert!(depth >= Some(1), "{item}");
    let (by, of_queue) = ((&admin, "admin"), ("queue", "tickets"));
    let what = (&redriven, json!({ "depth": depth }));
    day.done(by, "dead-letters.redriven", of_queue, what);
    request.to_owned()
}

#[tokio::test]
async fn a_scripted_day_is_entries_in_object_and_by_time() {
    let stack = Stack::from_env();
    let begun = Timestamp::now();
    let mut day = Day::default();
    let organizer = appoint(&stack, &mut day).await;
    let event = prepare(&organizer, &mut day).await;
    hold(&stack, &organizer, &event, &mut day).await;
    let events = end(&stack, &organizer, event, &mut day).await;
    let redriven = redrive(&stack, &organizer, &events[0], &mut day).await;
    let admin = stack.admin().await;

    // A query for one object reads with strong consistency, so the test need not poll.
    let mut by_object = Vec::new();
    let ours: BTreeSet<&str> = events
        .iter()
        .map(|event| &*event.id)
        .chain([organizer.id()])
        .collect();
    for object in &ours {
        let items = admin.every_audit(&[("object", object)], 100).await;
        let reported = day.newest_first(|entry| entry["object"]["id"] == *object);
        assert_eq!(entries_in(&items), reported, "{object}");
        by_object.extend(items);
    }

    // A query for a time range also returns actions of other tests, so the test selects its own.
    let from = begun.to_string();
    let reported = day.newest_first(|_| true);
    let all = eventually(PATIENCE, async || {
        let all = admin.every_audit(&[("from", &from)], 100).await;
        let is_ours = |item: &&Value| {
            let object = item["object"]["id"].as_str().unwrap_or_default();
            ours.contains(object) || item["requestId"] == redriven
        };
        let items: Vec<Value> = all.iter().filter(is_ours).cloned().collect();
        if entries_in(&items) == reported {
            assert_well_formed(&items, begun);
            Ok(all)
        } else {
            Err(format!("{items:#?}\n\ninstead of\n\n{reported:#?}"))
        }
    })
    .await;
    assert!(
        by_object.iter().all(|item| all.contains(item)),
        "the same entries"
    );
    for item in &all {
        let request = item["requestId"].as_str().unwrap();
        assert!(!day.untold.contains(request), "{item}");
        assert_impersonal(&item["detail"]);
    }
}

#[tokio::test]
async fn a_last_administrator_who_stays_one_leaves_no_entry() {
    let _alone = ADMINISTRATORS.lock().await;
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let refused = admin.grant_role(admin.id(), "user").await;
    assert_problem(&refused, 409, "last-admin");
    let items = admin.every_audit(&[("object", admin.id())], 100).await;
    assert_eq!(items, Vec::<Value>::new());
}
