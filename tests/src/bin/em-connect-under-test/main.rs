//! The program `em-connect` for the test suite. It also answers the suite's requests on its standard input, and ends when its
//! standard input ends.

mod answers;

use std::io::BufRead as _;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, io, process, thread};

use embedded::Database;
use server::commands::Cli;
use tests::FOLDER_VARIABLE;

/// Maximum number of attempts to remove the server's folder. An attempt may fail because the server still writes into the
/// folder.
const ATTEMPTS: usize = 100;

fn main() -> ExitCode {
    Cli::run_with(|database| {
        thread::spawn(move || {
            answer_all(&database);
            end();
        });
    })
}

/// Answers requests until standard input ends. Standard input ends when the process of the tests ends.
fn answer_all(database: &Database) {
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        println!("{}", answers::to(database, &line));
    }
}

fn end() -> ! {
    if let Some(folder) = env::var_os(FOLDER_VARIABLE).filter(|folder| !folder.is_empty()) {
        let folder = Path::new(&folder);
        for _ in 0..ATTEMPTS {
            if fs::remove_dir_all(folder).is_ok() || !folder.exists() {
                break;
            }
        }
    }
    process::exit(0)
}
