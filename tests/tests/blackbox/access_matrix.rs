//! Tests of permissions. They call each operation of the contract in every role.

mod accounts;
mod cast;
mod events;
mod former_organizer;

use std::collections::BTreeSet;

use futures::{StreamExt, future::OptionFuture};
use serde_json::Value;
use tests::{Answer, Call, Method, Stack, check_refused};

use cast::{Cast, Given, Scene, Who};

/// The number of rows of the matrix that the test checks at the same time.
const ROWS_AT_ONCE: usize = 6;

/// One row of the matrix: an operation, and the expected status of its answer for each role in [`Who::ALL`]. Each call is
/// valid, so the status depends only on the caller's permission. If even a permitted caller is refused, a comment on the row
/// explains why.
struct Row {
    /// Method and path of the operation, spelled as in the contract.
    operation: &'static str,
    /// The state that the test prepares before each call.
    given: Given,
    /// The expected status for an anonymous caller, a user, an organizer of other events, the event's organizer, its door staff
    /// and the administrator, in this order.
    expected: [u16; 6],
    body: Option<fn(&Scene) -> Value>,
    /// The file that is the body of the call, a PNG.
    file: Option<fn() -> Vec<u8>>,
    /// Whether the call ends sessions of the administrator, or fails if another test ends the administrator's session.
    alone_with_sessions: bool,
}

const fn row(operation: &'static str, given: Given, expected: [u16; 6]) -> Row {
    Row {
        operation,
        given,
        expected,
        body: None,
        file: None,
        alone_with_sessions: false,
    }
}

impl Row {
    const fn with(mut self, body: fn(&Scene) -> Value) -> Self {
        self.body = Some(body);
        self
    }

    const fn with_file(mut self, file: fn() -> Vec<u8>) -> Self {
        self.file = Some(file);
        self
    }

    /// Marks the row as `alone_with_sessions`: its calls run while no other test begins or ends sessions of the
    /// administrator.
    const fn alone_with_sessions(mut self) -> Self {
        self.alone_with_sessions = true;
        self
    }

    /// Replaces the expected statuses if the suite runs on a server and not on a deployed stack.
    fn on_a_server(mut self, expected: [u16; 6]) -> Self {
        if Stack::deployed().is_none() {
            self.expected = expected;
        }
        self
    }

    /// Prepares a call of this row's operation. The caller, the ids and the ticket code come from `scene`.
    fn call(&self, scene: &Scene) -> Call {
        let (method, path) = self.operation.split_once(' ').unwrap_or_default();
        let method = match method.parse::<Method>() {
            Ok(method) => method,
            Err(error) => panic!("no method in {:?}: {error}", self.operation),
        };
        let call = scene
            .caller
            .call(method, &scene.path_of(path))
            .header("if-match", "*");
        match (self.body, self.file) {
            (Some(body), _) => call.json(&body(scene)),
            (None, Some(file)) => call.header("content-type", "image/png").body(file()),
            (None, None) => call,
        }
    }

    /// Calls the operation in every role. Returns a message about each role whose answer was not as expected.
    async fn check(&self, cast: &Cast) -> Vec<String> {
        let mut wrong = Vec::new();
        let alone = self.alone_with_sessions;
        let _alone = OptionFuture::from(alone.then(|| cast.stack.lock_admin_sessions())).await;
        for (who, status) in Who::ALL.into_iter().zip(self.expected) {
            let scene = cast.scene(self.given, who).await;
            let answer = self.call(&scene).send().await;
            if let Err(found) = check(&answer, status) {
                wrong.push(format!(
                    "{}, given {:?}, {who:?}: {found}",
                    self.operation, self.given
                ));
            }
        }
        wrong
    }
}

fn check(answer: &Answer, status: u16) -> Result<(), String> {
    if status >= 400 {
        check_refused(answer, status)
    } else {
        answer.clone().when(status).map(|_| ())
    }
}

fn rows() -> Vec<Row> {
    let mut rows = accounts::rows();
    rows.extend(events::rows());
    rows
}

#[tokio::test]
async fn everybody_is_answered_as_the_matrix_says() {
    let stack = Stack::from_env();
    let cast = Cast::new(&stack).await;
    let wrong: Vec<Vec<String>> = futures::stream::iter(rows())
        .map(async |row| row.check(&cast).await)
        .buffer_unordered(ROWS_AT_ONCE)
        .collect()
        .await;
    let wrong = wrong.concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[tokio::test]
async fn the_matrix_has_a_row_for_each_operation_of_the_contract() {
    let contract = Stack::from_env().anyone().get("/openapi.json").await;
    let contract = contract.expect(200);
    let mut operations = BTreeSet::new();
    for (path, members) in contract["paths"].as_object().unwrap() {
        for method in members.as_object().unwrap().keys() {
            // The members of a path in the contract are its methods. But these four members are no methods, so the test skips
            // them.
            if !matches!(
                &**method,
                "parameters" | "summary" | "description" | "servers"
            ) {
                operations.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    let rows: BTreeSet<String> = rows().iter().map(|row| row.operation.to_owned()).collect();
    let without_row: Vec<_> = operations.difference(&rows).collect();
    let without_operation: Vec<_> = rows.difference(&operations).collect();
    assert!(without_row.is_empty(), "no row for {without_row:?}");
    assert!(
        without_operation.is_empty(),
        "the contract has no {without_operation:?}"
    );
}
