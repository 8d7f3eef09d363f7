//! A rule for pages of the documentation: their first lines name what the reader needs.

use std::fs;

use tests::project_folder;

/// The number of lines with text that count as the first lines of a page.
const FIRST: usize = 5;

/// Returns the facts about `LocalStack` that are missing in the first lines of a page: its image needs a token, and some
/// services need a paid plan.
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
        // In the page `late` the facts come only after the first lines, so the rule reports all of them as missing.
        let late = format!("{}{text}", "Something else.\n".repeat(FIRST));
        assert_eq!(unsaid(&late).len(), 6, "{page}");
    }
}
