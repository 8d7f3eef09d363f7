//! Permissions of an event's former organizer, who has lost the role. The test calls each operation that answers an organizer
//! differently from an ordinary user.

use std::collections::BTreeSet;

use tests::Stack;

use super::{
    cast::{Cast, Who},
    check, rows,
};

/// Operations that still answer a former organizer like an organizer. The first three return only the event and its numbers.
/// The last operation is open to anybody who may read the event, and a former organizer may still read the draft.
const KEPT: [&str; 4] = [
    "GET /v1/events/{id}",
    "GET /v1/events/{id}/stats",
    "GET /v1/events/{id}/announcements",
    "POST /v1/events/{id}/registrations",
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
