//! Permissions of a user who organizes an event and has lost the role `organizer`. The test calls each operation that answers
//! the event's organizer differently from an ordinary user.

use std::collections::BTreeSet;

use tests::Stack;

use super::{
    cast::{Cast, Who},
    check, rows,
};

/// Operations whose answer does not change when the event's organizer loses the role. The first three return only the event,
/// its statistics and its announcements. The last two register the caller, or make the caller door staff by an invitation. Everybody
/// who may read the event may try this.
const KEPT: [&str; 5] = [
    "GET /v1/events/{id}",
    "GET /v1/events/{id}/stats",
    "GET /v1/events/{id}/announcements",
    "POST /v1/events/{id}/registrations",
    "POST /v1/events/{id}/staff/join",
];

#[tokio::test]
async fn an_organizer_whose_role_was_taken_is_refused_what_is_not_kept() {
    let stack = Stack::from_env();
    let cast = Cast::new(&stack).await;
    let mut calls = Vec::new();
    for row in rows() {
        let [_, user, _, owner, ..] = row.expected;
        if user != owner {
            let is_kept = KEPT.contains(&row.operation);
            let scene = cast.scene(row.given, Who::Owner).await;
            calls.push((row, scene, if is_kept { owner } else { 403 }));
        }
    }
    let operations: BTreeSet<&str> = calls.iter().map(|(row, ..)| row.operation).collect();
    assert!(KEPT.iter().all(|kept| operations.contains(kept)));
    assert!(operations.len() > 20, "{operations:?}");

    let former = cast.demote_owner().await;

    let mut wrong = Vec::new();
    for (row, mut scene, status) in calls {
        scene.caller = former.clone();
        let answer = row.call(&scene).send().await;
        if let Err(found) = check(&answer, status) {
            let (operation, given) = (row.operation, row.given);
            wrong.push(format!("{operation}, given {given:?}: {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
