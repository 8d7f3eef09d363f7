//! `cargo xtask mail`

mod show;

use std::io::{self, Write as _};

use anyhow::{Context as _, Result};

use crate::cli::mail::{Mail, MailCommand};
use crate::folder::Folder;
use crate::mail::folder::{Entry, MailFolder};
use crate::printable::printable;

/// Runs the command.
pub(crate) fn run(options: &Mail) -> Result<()> {
    let mails = MailFolder::of(&Folder::of(&options.stack.name))?;
    let to = options.to.as_deref();
    match &options.command {
        Some(MailCommand::Show(which)) => {
            show::run(&mails.find(&which.which, to)?, which, options.json)
        }
        None => list(&mails, options),
    }
}

fn list(mails: &MailFolder, options: &Mail) -> Result<()> {
    let entries = mails.newest(options.to.as_deref(), options.limit);
    if options.json {
        return print(&serde_json::to_string_pretty(&entries)?);
    }
    let mut lines: Vec<_> = entries.iter().map(line).collect();
    let place = mails.path().display();
    lines.push(match (entries.len(), mails.len(), &options.to) {
        (_, 0, _) => format!("no mail was sent yet; each will be a file in {place}"),
        (0, all, Some(to)) => format!("none of the {all} mails in {place} is to {to}"),
        (shown, all, _) => format!("{shown} of {all} mails in {place}"),
    });
    print(&lines.join("\n"))
}

fn line(entry: &Entry) -> String {
    let number = entry.number.unwrap_or_default();
    let time = entry.time.as_deref().unwrap_or("(no time in the name)");
    if let Some(problem) = &entry.problem {
        let name = entry.file.file_name().unwrap_or_default();
        return format!("{number:>4}  {time}  {}: {problem}", name.display());
    }
    let summary = &entry.summary;
    let parts: Vec<_> = summary
        .parts
        .iter()
        .map(|part| {
            part.file_name
                .as_ref()
                .unwrap_or(&part.content_type)
                .as_str()
        })
        .collect();
    let text = format!(
        "{number:>4}  {time}  {}  {}  [{}]",
        summary.to.join(", "),
        summary.subject,
        parts.join(", ")
    );
    printable(&text).replace('\n', " ")
}

/// Prints it as lines, for a reader that may stop early, as `head` does.
fn print(text: &str) -> Result<()> {
    match writeln!(io::stdout(), "{}", text.trim_end()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("printing"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{Summary, parse, tests::TICKET};

    fn entry(summary: Summary, problem: Option<&str>) -> Entry {
        Entry {
            number: Some(7),
            file: "/mail/20261122T201501.000001-c.eml".into(),
            time: Some("2026-11-22T20:15:01.000Z".to_owned()),
            summary,
            problem: problem.map(str::to_owned),
        }
    }

    #[test]
    fn a_line_names_time_recipient_subject_and_parts() {
        let summary = Summary::of(&parse(TICKET.as_bytes()).unwrap());
        assert_eq!(
            line(&entry(summary, None)),
            "   7  2026-11-22T20:15:01.000Z  ada@example.org  Ihr Ticket: Frühling  \
             [text/plain, text/html, text/calendar, ../../.ticket.pdf]"
        );
    }

    #[test]
    fn a_line_of_a_broken_file_names_the_file() {
        assert_eq!(
            line(&entry(Summary::default(), Some("the file is empty"))),
            "   7  2026-11-22T20:15:01.000Z  20261122T201501.000001-c.eml: the file is empty"
        );
    }

    #[test]
    fn escape_sequences_do_not_reach_the_terminal() {
        let subject = "red \u{1b}[31m\nnext".to_owned();
        let summary = Summary {
            subject,
            ..Summary::default()
        };
        let line = line(&entry(summary, None));
        assert!(line.contains("red \u{fffd}[31m next"), "{line}");
    }
}
