//! Private words, which no log may contain: addresses, passwords, tokens, codes and names. The client notes those that it
//! sends and receives. `cargo xtask test` searches the logs of functions for them, `blackbox/private_logs.rs` those of a
//! server.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use aho_corasick::AhoCorasick;
use serde_json::{Value, json};

use crate::is_ticket_code;
use crate::stack_variable::STACK_VARIABLE;

/// Name of the file beside `stack.json`: lines of JSON, each a kind and a value.
const FILE_NAME: &str = "private.jsonl";
/// Letters of the shortest private word. A shorter one may occur in a log by chance.
const LEAST_LETTERS: usize = 9;
/// Letters of the shortest name, which has a space.
const LEAST_OF_A_NAME: usize = 6;

/// All threads append whole lines to the file: no lock is needed.
static FILE: OnceLock<Option<File>> = OnceLock::new();
/// The private words that were noted without a deployed stack: kind and value.
static ON_SERVERS: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

thread_local! {
    /// The private words that this thread, that is this test, has noted.
    static NOTED: RefCell<HashSet<String>> = RefCell::default();
}

/// Notes the private values in a body that was sent or received.
pub(crate) fn note_body(body: &Value) {
    match body {
        Value::Array(items) => items.iter().for_each(note_body),
        Value::Object(members) => {
            for (name, value) in members {
                match (name.as_str(), value.as_str()) {
                    ("email" | "newEmail", Some(text)) => note("address", text),
                    ("password" | "currentPassword" | "newPassword", Some(text)) => {
                        note("password", text);
                    }
                    ("accessToken", Some(text)) => note("access token", text),
                    ("refreshToken", Some(text)) => note("refresh token", text),
                    ("code" | "ticketCode", Some(text)) => note("code", text),
                    ("ticket", Some(text)) => note("ticket", text),
                    ("qr", Some(text)) => note("QR code", text),
                    ("name", Some(text)) if members.contains_key("email") => note("name", text),
                    _ => note_body(value),
                }
            }
        }
        _ => {}
    }
}

/// Notes the codes in a text for people.
pub(crate) fn note_codes(text: &str) {
    let is_mail_code = |word: &str| {
        word.len() == 9
            && word.char_indices().all(|(at, c)| match at {
                4 => c == '-',
                _ => c.is_ascii_uppercase() || c.is_ascii_digit(),
            })
    };
    for word in text.split_whitespace() {
        if is_ticket_code(word) || is_mail_code(word) {
            note("code", word);
        }
    }
}

/// Notes a value, unless a log may contain it for another reason.
pub(crate) fn note(kind: &str, value: &str) {
    let is_telling = match kind {
        "address" => value.contains('@'),
        "name" => value.contains(' ') && value.len() >= LEAST_OF_A_NAME,
        // Tests try words as passwords and tickets that may also be parts of a path or a field.
        _ => {
            let is_word = value
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || b"-_".contains(&byte));
            !is_word && value.len() >= LEAST_LETTERS
        }
    };
    if !is_telling || !NOTED.with_borrow_mut(|noted| noted.insert(format!("{kind} {value}"))) {
        return;
    }
    if let Some(mut file) = FILE.get_or_init(open).as_ref() {
        let line = format!("{}\n", json!([kind, value]));
        if let Err(error) = file.write_all(line.as_bytes()) {
            panic!("{FILE_NAME}: {error}");
        }
    } else {
        let mut noted = ON_SERVERS.lock().unwrap_or_else(PoisonError::into_inner);
        noted.push((kind.to_owned(), value.to_owned()));
    }
}

/// Returns kind and value of all noted words in a text, of those that tests of this process have noted on servers.
pub fn private_words_in(text: &str) -> BTreeSet<(String, String)> {
    let noted = ON_SERVERS.lock().unwrap_or_else(PoisonError::into_inner);
    let search = match AhoCorasick::new(noted.iter().map(|(_, value)| value)) {
        Ok(search) => search,
        Err(error) => panic!("{} values: {error}", noted.len()),
    };
    let found = search.find_iter(text);
    found.map(|at| noted[at.pattern()].clone()).collect()
}

/// Opens the file; `None` if there is no deployed stack.
fn open() -> Option<File> {
    let listing = std::env::var_os(STACK_VARIABLE)?;
    let path = Path::new(&listing).with_file_name(FILE_NAME);
    let file = File::options()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(&path);
    match file {
        Ok(file) => Some(file),
        Err(error) => panic!("{}: {error}", path.display()),
    }
}
