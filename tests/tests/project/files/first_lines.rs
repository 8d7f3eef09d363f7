//! The first lines of a page say what its reader must have.

use std::fs;

use tests::project_folder;

/// Lines with text in which a reader looks before trying anything.
const FIRST: usize = 5;

/// Returns what the first lines of a page do not say of `LocalStack`: its image needs a token, and some services a paid plan.
fn unsaid(page: &str) -> Vec<&'static str> {
    let lines = page.lines().filter(|line| !line.trim().is_empty());
    let first: Vec<&str> = lines.take(FIRST).collect();
    let first = first.join(" ").replace("**", "");
    let needed = [
        "LocalStack",
        "image needs a token",
        "paid plan",
        "API Gateway v2",
        "SESv2",
        "WebSocket API",
    ];
    needed
        .into_iter()
        .filter(|words| !first.contains(words))
        .collect()
}

#[test]
fn readers_learn_first_that_localstack_needs_a_token_and_a_paid_plan() {
    for page in ["README.md", "localstack/README.md"] {
        let text = fs::read_to_string(project_folder().join(page)).unwrap();
        assert_eq!(unsaid(&text), [""; 0], "{page}");
        let without = text.replace("a token", "something");
        assert_eq!(unsaid(&without), ["image needs a token"], "{page}");
        // It is said too late.
        let late = format!("{}{text}", "Something else.\n".repeat(FIRST));
        assert_eq!(unsaid(&late).len(), 6, "{page}");
    }
}
