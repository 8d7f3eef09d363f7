//! Tests docs/cookbook.md: if a reader pastes its blocks in order, the blocks print exactly the output that the page shows.
#![expect(
    clippy::unwrap_used,
    reason = "a page or a file that is not as it must be fails the test"
)]

use std::fs;
use std::time::Duration;

use serde_json::Value;
use tests::{emulated, project_folder, run};

/// Time limit for running all blocks of docs/cookbook.md.
const DEADLINE: Duration = Duration::from_mins(5);
/// The character that the test prints between the outputs of two blocks. No answer of the service contains it.
const SEPARATOR: char = '\u{1e}';
/// The character that docs/cookbook.md shows in place of text that differs from run to run.
const WHATEVER: char = '…';

fn page() -> String {
    fs::read_to_string(project_folder().join("docs/cookbook.md")).unwrap()
}

/// A block of shell code in docs/cookbook.md, and the output that the document shows for it.
#[derive(Debug, Default)]
struct Block {
    line: usize,
    code: String,
    prints: Vec<String>,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut fence = None;
    for (line, text) in (1..).zip(page.lines()) {
        match (fence, text.strip_prefix("```")) {
            (None, Some("sh")) => blocks.push(Block {
                line,
                ..Block::default()
            }),
            (None, Some("text")) => {
                let prints = &blocks.last().unwrap().prints;
                assert!(prints.is_empty(), "line {line}: two outputs of one block");
            }
            (None, Some(other)) => panic!("line {line}: nobody runs a block of {other:?}"),
            (None, None) | (Some(_), Some(_)) => {}
            (Some("sh"), None) => {
                let block = blocks.last_mut().unwrap();
                block.code.push_str(text);
                block.code.push('\n');
            }
            (Some(_), None) => blocks.last_mut().unwrap().prints.push(text.to_owned()),
        }
        fence = match (fence, text.strip_prefix("```")) {
            (None, begun) => begun,
            (Some(_), Some(_)) => None,
            (within, None) => within,
        };
    }
    blocks
}

/// Returns whether a printed line matches a line of docs/cookbook.md, in which [`WHATEVER`] matches any text.
fn is_like(line: &str, said: &str) -> bool {
    let mut parts = said.split(WHATEVER);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[tokio::test]
async fn every_block_works_and_prints_what_the_page_says() {
    let stack = emulated!("needs bash, curl and Python");
    let blocks = blocks(&page());
    assert!(blocks.len() > 10, "{blocks:?}");
    let separated = blocks
        .iter()
        .map(|block| format!("printf '{SEPARATOR}'\n{}", block.code));
    let script = "set -eu\n".to_owned() + &separated.collect::<String>();
    let mut bash = stack.program("bash");
    bash.args(["-c", &script]).current_dir(project_folder());
    bash.env("TMPDIR", env!("CARGO_TARGET_TMPDIR"));

    let ended = run(&mut bash, DEADLINE).await;

    let printed: Vec<&str> = ended.stdout.split(SEPARATOR).skip(1).collect();
    for (block, printed) in blocks.iter().zip(&printed) {
        let lines: Vec<&str> = printed.lines().collect();
        let is_as_said = lines.len() == block.prints.len()
            && lines
                .iter()
                .zip(&block.prints)
                .all(|(line, said)| is_like(line, said));
        assert!(
            is_as_said,
            "the block at line {} of docs/cookbook.md printed {lines:#?}\nnot {:#?}\n{}",
            block.line, block.prints, ended.stderr
        );
    }
    assert!(
        ended.code == Some(0) && printed.len() == blocks.len(),
        "the block at line {} of docs/cookbook.md failed with {:?}\n{}",
        blocks[printed.len().saturating_sub(1)].line,
        ended.code,
        ended.stderr
    );
}

#[test]
fn its_problems_exist() {
    let contract = fs::read(project_folder().join("openapi.json")).unwrap();
    let contract: Value = serde_json::from_slice(&contract).unwrap();
    let types = &contract["components"]["schemas"]["ProblemType"]["enum"];
    let types = types.as_array().unwrap();
    let page = page();
    let named = page.split("/problems/").skip(1);
    let kinds = named.map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '-');
        &rest[..end.unwrap_or(rest.len())]
    });
    for kind in kinds {
        let known = types.contains(&format!("/problems/{kind}").into());
        assert!(known, "no problem is called {kind:?}");
    }
}

#[test]
fn an_output_is_compared_but_for_what_may_differ() {
    for (line, said, like) in [
        ("published", "published", true),
        ("published", "publish", false),
        ("text/calendar; charset=utf-8", "text/calendar…", true),
        ("evt_1 is published", "evt_… is published", true),
        ("evt_1 is a draft", "evt_… is published", false),
        ("a b c d", "a…c…d", true),
        ("a b d", "a…c…d", false),
        ("", "…", true),
        ("", "a", false),
    ] {
        assert_eq!(is_like(line, said), like, "{line:?} as {said:?}");
    }
}
