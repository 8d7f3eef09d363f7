//! Tests of changes of an event's capacity while people register.

use serde_json::json;
use tests::{NewEvent, PATIENCE, Stack, assert_problem, eventually};

#[tokio::test]
async fn capacity_is_raised_and_the_new_seats_are_sold() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::with_capacity(1)).await;
    let [early, late] = [stack.register_user().await, stack.register_user().await];
    early.register_for(&event).await.expect(201);
    assert_problem(&late.register_for(&event).await, 409, "sold-out");

    // Publication fixes the number of buckets. So when the capacity grows, the event's only bucket gets more than the 50 seats
    // of a new bucket.
    let raised = organizer.patch_event(&event, json!({"capacity": 90})).await;
    assert_eq!(raised.expect(200)["capacity"], 90);

    let admin = stack.admin().await;
    admin.seats_of(&event).await.assert_balanced(90);
    eventually(PATIENCE, async || late.register_for(&event).await.when(201)).await;
    early.register_for(&event).await.expect(200);
    let seats = admin.seats_of(&event).await;
    seats.assert_balanced(90);
    assert_eq!(seats.guests, 2, "{seats:?}");
}

#[tokio::test]
async fn capacity_is_lowered_no_further_than_the_seats_that_are_taken() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let admin = stack.admin().await;
    let event = organizer.published_event(NewEvent::with_capacity(50)).await;
    let crowd = stack.crowd(4).await;
    for user in &crowd[..3] {
        user.register_for(&event).await.expect(201);
    }

    let too_low = organizer.patch_event(&event, json!({"capacity": 2})).await;
    assert_problem(&too_low, 409, "capacity-below-registered");
    assert_eq!(too_low["registered"], 3, "{too_low}");
    admin.seats_of(&event).await.assert_balanced(50);

    let lowered = organizer.patch_event(&event, json!({"capacity": 3})).await;
    assert_eq!(lowered.expect(200)["capacity"], 3);
    admin.seats_of(&event).await.assert_balanced(3);
    eventually(PATIENCE, async || {
        let refused = crowd[3].register_for(&event).await;
        assert_problem(&refused, 409, "sold-out");
        let shown = stack.anyone().read_event(&event).await.when(200)?;
        if shown["remaining"] == 0 {
            Ok(())
        } else {
            Err(shown.to_string())
        }
    })
    .await;
}
