//! Personal values, and a search for log entries that contain them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use aho_corasick::AhoCorasick;
use mail_parser::MessageParser;
use tests::{Stack, project_folder, unique};

use super::Faults;
use super::log::{Entry, entries_with};

/// The file in which the test client noted personal values. Each line is JSON with a kind and a value. `tests/src/private.rs`
/// writes it.
const FILE_NAME: &str = "private.jsonl";
/// Number of bytes that surely contain the headers of a mail up to its recipient.
const HEAD: u64 = 8 * 1024;
/// Maximum length of a text that the search looks for. If a value is longer, the search looks only for its end. For a token,
/// that is half of its signature, which is enough to recognize the token.
const MAX_SOUGHT: usize = 32;

/// All personal values that were used on a stack.
pub(super) struct Private {
    /// The kind of each value, in the order of the search's patterns.
    kinds: Vec<String>,
    sought: AhoCorasick,
}

impl Private {
    /// Reads the values that the client noted, the stack's first accounts, and all recipients of mail. The recipients are
    /// needed because some mails do not follow from calls of the test client.
    pub(super) async fn read(stack: &Stack) -> Self {
        let path = stack.folder().join(FILE_NAME);
        let Ok(noted) = fs::read_to_string(&path) else {
            panic!("no {}: did black-box tests run?", path.display());
        };
        let lines = noted.lines();
        let mut values: Vec<(String, String)> = lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let mut addresses = recipients(stack.mail_folder());
        let organizer = stack.organizer_credentials().await;
        for seeded in [stack.admin_credentials(), &organizer] {
            values.push(("password".to_owned(), seeded.password.clone()));
            addresses.insert(seeded.email.clone());
        }
        let addresses = addresses.into_iter();
        values.extend(addresses.map(|address| ("address".to_owned(), address)));
        for kind in ["address", "password", "access token", "code", "ticket"] {
            let any = values.iter().any(|(of, _)| of == kind);
            assert!(any, "no {kind} was noted, though the tests use some");
        }
        Self::new(&values)
    }

    fn new(values: &[(String, String)]) -> Self {
        let mut by_text: BTreeMap<String, &str> = BTreeMap::new();
        for (kind, value) in values {
            for text in spellings(kind, value) {
                by_text.entry(text).or_insert(kind);
            }
        }
        Self {
            sought: AhoCorasick::new(by_text.keys()).unwrap(),
            kinds: by_text.into_values().map(str::to_owned).collect(),
        }
    }

    /// Returns the number of values that the search looks for.
    pub(super) fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Returns the kinds of values that were found, each with the kind of entry that contains it. The values themselves are
    /// left out, because the result is printed.
    pub(super) fn faults_of(&self, events: &[Entry]) -> Faults {
        let mut faults = Faults::new();
        if events.is_empty() {
            faults.insert("there are no logs".to_owned(), 1);
        }
        for event in events {
            let found = self.sought.find_overlapping_iter(&event.message);
            let kinds: BTreeSet<_> = found.map(|at| &self.kinds[at.pattern()]).collect();
            for kind in kinds {
                let fault = format!("{} has: {kind}", event.name());
                *faults.entry(fault).or_default() += 1;
            }
        }
        faults
    }
}

/// Returns the spellings in which a log may contain a value: unchanged, escaped for JSON, or escaped for a query string. An
/// e-mail address may also be in lower case.
fn spellings(kind: &str, value: &str) -> BTreeSet<String> {
    let mut spelled = BTreeSet::from([value.to_owned()]);
    if kind == "address" {
        spelled.insert(value.to_lowercase());
    }
    for text in spelled.clone() {
        let json = serde_json::Value::from(text.as_str()).to_string();
        spelled.insert(json[1..json.len() - 1].to_owned());
        spelled.insert(text.replace('@', "%40").replace(' ', "%20"));
    }
    spelled.iter().map(|text| end_of(text).to_owned()).collect()
}

/// Returns the last part of a text, at most [`MAX_SOUGHT`] bytes.
fn end_of(text: &str) -> &str {
    let begin = text.len().saturating_sub(MAX_SOUGHT);
    let begin = (begin..=text.len()).find(|at| text.is_char_boundary(*at));
    &text[begin.unwrap_or(0)..]
}

/// Returns the addresses to which any mail was sent.
fn recipients(mails: &Path) -> BTreeSet<String> {
    let mut addresses = BTreeSet::new();
    for file in fs::read_dir(mails).unwrap().flatten() {
        let file = file.path();
        if file.extension().is_none_or(|kind| kind != "eml") {
            continue;
        }
        let mut head = Vec::new();
        let mail = File::open(&file).unwrap();
        mail.take(HEAD).read_to_end(&mut head).unwrap();
        let message = MessageParser::default().parse_headers(&head);
        let to = message.as_ref().and_then(|message| message.to()?.first());
        addresses.extend(to.and_then(|to| to.address()).map(str::to_owned));
    }
    addresses
}

fn private(values: &[(&str, &str)]) -> Private {
    let owned = values
        .iter()
        .map(|(kind, value)| ((*kind).to_owned(), (*value).to_owned()));
    Private::new(&owned.collect::<Vec<_>>())
}

fn found(values: &[(&str, &str)], message: &str) -> Vec<String> {
    let faults = private(values).faults_of(&entries_with("notify", &[message]));
    faults.into_keys().collect()
}

#[test]
fn what_was_planted_is_found_and_not_told() {
    let ada = ("address", "Ada.Byron@example.org");
    let entry = |text: &str| format!(r#"{{"message":"mail_settled","error":"to {text}: no"}}"#);
    for spelled in [
        "Ada.Byron@example.org",
        "ada.byron@example.org",
        "?to=ada.byron%40example.org",
    ] {
        assert_eq!(
            found(&[ada], &entry(spelled)),
            ["notify: mail_settled has: address"]
        );
    }
    assert!(found(&[ada], &entry("bob@example.org")).is_empty());
    let quoted = ("password", r#"a "quoted" secret"#);
    assert_eq!(
        found(&[quoted], &entry(r#"a \"quoted\" secret"#)),
        ["notify: mail_settled has: password"]
    );
    let token = format!("head.{}.{}", "b".repeat(200), "s".repeat(80));
    let token = ("access token", token.as_str());
    let half = "s".repeat(40);
    assert_eq!(
        found(&[ada, token], &half),
        ["notify: a line that is no entry has: access token"]
    );
    assert_eq!(
        found(&[ada], r#"{"_aws":{},"Kind":"ada.byron@example.org"}"#),
        ["notify: metrics has: address"]
    );
}

#[test]
fn one_value_within_another_hides_neither() {
    let values = [("name", "Ada Byron"), ("password", "I am Ada Byron, 36")];
    let found = found(&values, r#"{"message":"m","a":"I am Ada Byron, 36"}"#);
    assert_eq!(found, ["notify: m has: name", "notify: m has: password"]);
}

#[test]
fn where_there_is_nothing_to_look_at_all_is_not_well() {
    assert!(!private(&[("name", "Ada Byron")]).faults_of(&[]).is_empty());
}

#[test]
fn a_mail_tells_its_recipient() {
    let folder = project_folder().join(format!("target/tmp/left-behind-{}", unique()));
    fs::create_dir_all(&folder).unwrap();
    let mail = "From: a@example.org\r\nTo: \"Ada\" <Ada@example.org>\r\n\r\nTo: b@example.org\r\n";
    fs::write(folder.join("1.eml"), mail).unwrap();
    let addresses = recipients(&folder);
    assert_eq!(addresses, BTreeSet::from(["Ada@example.org".to_owned()]));
    fs::remove_dir_all(folder).unwrap();
}
