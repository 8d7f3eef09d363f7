//! Private words, which no log may contain: e-mail addresses, passwords, tokens, codes and names. The client notes each private
//! word that it sends or receives. Later, `cargo xtask test` searches the logs of functions for these words, and
//! `blackbox/private_logs.rs` searches the log of a server.

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

/// Name of the file beside `stack.json` that lists the private words. Each line is JSON with a kind and a value.
const FILE_NAME: &str = "private.jsonl";
/// Minimum length of a private word. A shorter word could occur in a log by chance.
const LEAST_LETTERS: usize = 9;
/// Minimum length of a private name. It is smaller than that of other private words, because a name contains a space.
const LEAST_OF_A_NAME: usize = 6;

/// The file of private words. It needs no lock, because all threads append whole lines.
static FILE: OnceLock<Option<File>> = OnceLock::new();
/// The private words that were noted without a deployed stack, as pairs of kind and value.
static ON_SERVERS: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

thread_local! {
    /// The private words that this thread has noted. Each test runs in one thread.
    static NOTED: RefCell<HashSet<String>> = RefCell::default();
}

/// Notes the private values in a JSON body that was sent or received.
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

/// Notes the ticket codes and the mailed codes that a text, such as a mail, contains.
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

/// Notes a private value, unless a log may contain the same text for another reason.
pub(crate) fn note(kind: &str, value: &str) {
    let is_telling = match kind {
        "address" => value.contains('@'),
        "name" => value.contains(' ') && value.len() >= LEAST_OF_A_NAME,
        // Some tests use ordinary words as passwords or tickets. A log may contain these words as part of a path or field.
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

/// Returns the noted private words that a text contains, as pairs of kind and value. The function searches only for words that
/// tests of this process noted on servers.
pub fn private_words_in(text: &str) -> BTreeSet<(String, String)> {
    let noted = ON_SERVERS.lock().unwrap_or_else(PoisonError::into_inner);
    let search = match AhoCorasick::new(noted.iter().map(|(_, value)| value)) {
        Ok(search) => search,
        Err(error) => panic!("{} values: {error}", noted.len()),
    };
    let found = search.find_iter(text);
    found.map(|at| noted[at.pattern()].clone()).collect()
}

/// Opens the file of private words. Returns `None` if there is no deployed stack.
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
