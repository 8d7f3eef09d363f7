//! Tests of the states of an event: draft → published → cancelled or completed. All other transitions are refused.

use serde_json::json;
use tests::{
    Answer, Event, Method, NewEvent, Stack, User, assert_problem, assert_refused, in_hours,
    in_seconds, wait_until,
};

/// Makes an event, and brings it into the state `status`.
async fn event_in(organizer: &User, status: &str) -> Event {
    let event = organizer.draft_event(NewEvent::default()).await;
    if status != "draft" {
        organizer.publish(&event).await.expect(200);
    }
    match status {
        "cancelled" => drop(organizer.cancel(&event).await.expect(200)),
        "completed" => drop(organizer.complete(&event).await.expect(200)),
        _ => {}
    }
    event
}

#[track_caller]
fn assert_invalid_transition(answer: &Answer, from: &str, to: &str) {
    assert_problem(answer, 409, "invalid-transition");
    assert_eq!(answer["from"], from, "{answer}");
    assert_eq!(answer["to"], to, "{answer}");
}

#[tokio::test]
async fn an_event_goes_through_its_states() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;

    let event = event_in(&organizer, "draft").await;
    assert_eq!(event.json["status"], "draft");
    let published = organizer.publish(&event).await.expect(200);
    assert_eq!(published["status"], "published");
    let cancelled = organizer.cancel(&event).await.expect(200);
    assert_eq!(cancelled["status"], "cancelled");
    let seen = stack.anyone().read_event(&event).await.expect(200);
    assert_eq!(seen["status"], "cancelled");

    let event = event_in(&organizer, "published").await;
    let completed = organizer.complete(&event).await.expect(200);
    assert_eq!(completed["status"], "completed");
}

#[tokio::test]
async fn cancelling_needs_no_reason() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;

    let event = event_in(&organizer, "published").await;
    let path = format!("{}/cancel", event.path());
    let cancelled = organizer.post(&path, json!({})).await.expect(200);
    assert_eq!(cancelled["status"], "cancelled");

    let event = event_in(&organizer, "published").await;
    let path = format!("{}/cancel", event.path());
    let without_body = organizer.call(Method::POST, &path).send().await;
    assert_eq!(without_body.expect(200)["status"], "cancelled");
}

#[tokio::test]
async fn no_other_way_leads_anywhere() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;

    for from in ["published", "cancelled", "completed"] {
        let event = event_in(&organizer, from).await;
        let refused = organizer.publish(&event).await;
        assert_invalid_transition(&refused, from, "published");
    }
    for from in ["draft", "cancelled", "completed"] {
        let event = event_in(&organizer, from).await;
        let refused = organizer.cancel(&event).await;
        assert_invalid_transition(&refused, from, "cancelled");
        let refused = organizer.complete(&event).await;
        assert_invalid_transition(&refused, from, "completed");
        let now = organizer.read_event(&event).await.expect(200);
        assert_eq!(now["status"], from);
    }
}

#[tokio::test]
async fn only_a_draft_can_be_deleted() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;

    let draft = event_in(&organizer, "draft").await;
    organizer.delete_event(&draft).await.expect(204);
    assert_refused(&organizer.read_event(&draft).await, 404);
    assert_refused(&organizer.delete_event(&draft).await, 404);
    assert_refused(&organizer.publish(&draft).await, 404);

    for from in ["published", "cancelled", "completed"] {
        let event = event_in(&organizer, from).await;
        let refused = organizer.delete_event(&event).await;
        assert_problem(&refused, 409, "invalid-transition");
        assert_eq!(refused["from"], from, "{refused}");
        assert!(refused["to"].is_string(), "{refused}");
        organizer.read_event(&event).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_published_twice_at_once_is_published_once() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = event_in(&organizer, "draft").await;

    let (one, other) = futures::join!(organizer.publish(&event), organizer.publish(&event));

    let (won, lost) = if one.status == 200 {
        (one, other)
    } else {
        (other, one)
    };
    won.expect(200);
    assert_invalid_transition(&lost, "published", "published");
    let seats = stack.admin().await.seats_of(&event).await;
    seats.assert_balanced(10);
}

#[tokio::test]
async fn what_has_begun_is_not_published() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let starts_at = in_seconds(3);
    let draft = organizer
        .draft_event(NewEvent {
            starts_at,
            ends_at: in_hours(1),
            ..NewEvent::default()
        })
        .await;

    wait_until(starts_at).await;
    let refused = organizer.publish(&draft).await;

    assert!(matches!(refused.status, 409 | 422), "{refused}");
    assert_refused(&refused, refused.status);
    assert_refused(&stack.anyone().read_event(&draft).await, 404);
}
