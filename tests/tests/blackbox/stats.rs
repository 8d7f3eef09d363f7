//! Tests of an event's statistics. Every number must follow from what the test has done.

use serde_json::{Value, json};
use tests::feedback::{bounce, complaint, delivery};
use tests::{
    Answer, Event, LONG_PATIENCE, NewEvent, Stack, User, assert_refused, eventually, guests_of,
};

/// Returns the statistics without the numbers of mails. Those numbers are checked by other tests.
fn but_mail(stats: &Answer) -> Value {
    let mut stats = stats.json.clone();
    stats.as_object_mut().map(|members| members.remove("mail"));
    stats
}

fn sum(stats: &Answer, member: &str) -> u64 {
    let hours = stats["byHour"].as_array().into_iter().flatten();
    hours.filter_map(|hour| hour[member].as_u64()).sum()
}

/// Cancels the user's registration or, if the user waits, leaves the waitlist.
async fn cancel(user: &User, event: &Event) {
    user.cancel_registration_for(event).await.expect(200);
}

#[tokio::test]
async fn every_number_is_what_people_did() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer
        .published_event(NewEvent {
            timezone: "Asia/Kolkata".to_owned(),
            ..NewEvent::with_open_doors(4)
        })
        .await;
    let mut users = stack.crowd(6).await;
    let (fifth, sixth) = (users.remove(5), users.remove(4));
    let guests = guests_of(&event, users).await;
    for late in [&fifth, &sixth] {
        late.wait_for(&event).await.expect(201);
    }
    let sold_out = organizer
        .stats_once(&event, |stats| {
            stats["ticketsIssued"] == 4 && stats["waitlisted"] == 2 && sum(stats, "registered") == 4
        })
        .await;
    assert_eq!(sold_out["capacity"], 4);
    assert_eq!(sold_out["registered"], 4);
    assert_eq!(sold_out["remaining"], 0);
    assert_eq!(sold_out["utilization"], 1.0);
    assert_eq!(sold_out["cancelled"], 0);
    assert_eq!(sold_out["admitted"], 0);
    assert_eq!(sold_out["byGate"], json!({}));

    for (guest, gate) in [(0, "North"), (1, "South"), (2, "South")] {
        organizer
            .check_in_at(&event, gate, &guests[guest].ticket.code)
            .await
            .expect(200);
    }
    organizer
        .undo(&event, &guests[2].ticket.code)
        .await
        .expect(204);
    // A second scan of the same ticket does not count as an admission.
    organizer
        .check_in_at(&event, "West", &guests[0].ticket.code)
        .await
        .expect(200);
    cancel(&sixth, &event).await;
    organizer
        .remove_registrant(&event, guests[3].user.id())
        .await
        .expect(200);

    let end = organizer
        .stats_once(&event, |stats| {
            stats["admitted"] == 2
                && stats["cancelled"] == 2
                && stats["waitlisted"] == 0
                && stats["ticketsIssued"] == 4
                && sum(stats, "registered") == 4
        })
        .await;
    assert_eq!(end["registered"], 4, "the fifth was promoted");
    assert_eq!(end["byGate"], json!({"North": 1, "South": 1}));
    assert_eq!(sum(&end, "admitted"), 2);
    for hour in end["byHour"].as_array().into_iter().flatten() {
        let begins = hour["hour"].as_str().unwrap_or_default();
        assert!(begins.ends_with(":30:00.000Z"), "an hour of India in {end}");
    }

    // A guest who joins again after a cancellation no longer counts as cancelled.
    sixth.wait_for(&event).await.expect(201);
    organizer
        .stats_once(&event, |stats| {
            stats["cancelled"] == 1 && stats["waitlisted"] == 1
        })
        .await;
}

#[tokio::test]
async fn mails_are_counted_by_what_became_of_them() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::with_capacity(4)).await;
    let mut mails = Vec::new();
    for _ in 0..4 {
        let user = stack.register_user().await;
        user.register_for(&event).await.expect(201);
        mails.push(stack.mail_to(&user, "Your ticket for").await);
    }
    let mail_stats_are = async |expected: Value| {
        eventually(LONG_PATIENCE, async || {
            let stats = organizer.stats_of(&event).await.when(200)?;
            stats.once(|stats| stats["mail"] == expected)
        })
        .await
    };
    let counts = |delivered, bounced, complained| json!({"sent": 4, "delivered": delivered, "bounced": bounced, "complained": complained, "failed": 0});
    mail_stats_are(counts(0, 0, 0)).await;
    let news = [
        delivery(&mails[0]),
        delivery(&mails[1]),
        bounce(&mails[2], "Permanent"),
    ];
    let twice: Vec<String> = news.iter().chain(&news).map(Value::to_string).collect();
    stack.queue("feedback").send_all(&twice).await;
    mail_stats_are(counts(2, 1, 0)).await;
    let spam = complaint(&mails[1]).to_string();
    stack.queue("feedback").send_all(&[spam]).await;
    mail_stats_are(counts(2, 1, 1)).await;
}

#[tokio::test]
async fn a_rush_is_counted_to_the_last() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::with_capacity(60)).await;
    let crowd = stack.crowd(60).await;
    let rush = crowd.iter().map(async |user| {
        user.register_for(&event).await.expect(201);
    });
    futures::future::join_all(rush).await;
    let leaving = crowd[..20].iter().map(|user| cancel(user, &event));
    futures::future::join_all(leaving).await;
    organizer
        .stats_once(&event, |stats| {
            stats["registered"] == 40
                && stats["remaining"] == 20
                && stats["cancelled"] == 20
                && stats["ticketsIssued"] == 40
                && sum(stats, "registered") == 40
        })
        .await;
}

#[tokio::test]
async fn lost_numbers_are_counted_anew() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let organizer = stack.register_organizer().await;
    let event = organizer
        .published_event(NewEvent::with_open_doors(5))
        .await;
    let guests = guests_of(&event, stack.crowd(3).await).await;
    organizer
        .check_in_at(&event, "North", &guests[0].ticket.code)
        .await
        .expect(200);
    cancel(&guests[1].user, &event).await;
    let counted = organizer
        .stats_once(&event, |stats| {
            stats["admitted"] == 1
                && stats["cancelled"] == 1
                && stats["ticketsIssued"] == 2
                && sum(stats, "registered") == 2
        })
        .await;
    let right = admin.rebuild_stats_of(&event).await.expect(200);
    assert_eq!(but_mail(&right), but_mail(&counted), "nothing was wrong");

    stack.lose_stats_of(&event).await;
    let lost = organizer.stats_of(&event).await.expect(200);
    assert_eq!(lost["ticketsIssued"], 0, "{lost}");

    // The recount fails if the statistics change while it runs, and each sent mail changes them. So the test repeats the
    // recount.
    let rebuilt = eventually(LONG_PATIENCE, async || {
        admin.rebuild_stats_of(&event).await.when(200)
    })
    .await;
    assert_eq!(but_mail(&rebuilt), but_mail(&counted));
    let again = admin.rebuild_stats_of(&event).await.expect(200);
    assert_eq!(but_mail(&again), but_mail(&counted));
    let log = admin.every_audit(&[("object", &event.id)], 100).await;
    let rebuilt = log
        .iter()
        .filter(|entry| entry["action"] == "stats.rebuilt");
    assert_eq!(rebuilt.count(), 1, "who corrected what: {log:?}");

    // A change after the recount is added to the recounted numbers.
    organizer
        .undo(&event, &guests[0].ticket.code)
        .await
        .expect(204);
    organizer
        .stats_once(&event, |stats| {
            stats["admitted"] == 0 && stats["byGate"] == json!({})
        })
        .await;
}

#[tokio::test]
async fn they_are_the_organizers_and_the_administrators() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let organizer = stack.register_organizer().await;
    let other = stack.register_organizer().await;
    let draft = organizer.draft_event(NewEvent::with_capacity(7)).await;
    assert_refused(&other.stats_of(&draft).await, 404);
    let empty = organizer.stats_of(&draft).await.expect(200);
    assert_eq!(
        empty.json,
        json!({
            "capacity": 7, "registered": 0, "remaining": 7, "utilization": 0.0, "waitlisted": 0, "cancelled": 0,
            "ticketsIssued": 0, "admitted": 0, "admittedEnded": 0, "byGate": {}, "byHour": [],
            "mail": {"sent": 0, "delivered": 0, "bounced": 0, "complained": 0, "failed": 0},
        })
    );
    assert_eq!(empty.header("cache-control"), "no-store");
    organizer.publish(&draft).await.expect(200);
    assert_refused(&stack.anyone().stats_of(&draft).await, 401);
    assert_refused(&other.stats_of(&draft).await, 403);
    admin.stats_of(&draft).await.expect(200);
    assert_refused(&organizer.rebuild_stats_of(&draft).await, 403);
    let unknown = "/v1/events/evt_01h455vb4pex5vsknk084sn02q/stats";
    assert_refused(&admin.get(unknown).await, 404);
    let unknown = format!("{unknown}/rebuild");
    assert_refused(&admin.post(&unknown, json!({})).await, 404);
}
