//! `cargo xtask mail show`

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::json;

use super::print;
use crate::cli::mail::ShowMail;
use crate::mail::folder::Entry;
use crate::mail::{Part, attachments, headers, html, parse, text};
use crate::printable::printable;
use crate::problem::problem;

/// Runs the command.
pub(crate) fn run(entry: &Entry, options: &ShowMail, as_json: bool) -> Result<()> {
    let file = entry.file.display();
    let raw = fs::read(&entry.file).with_context(|| format!("reading {file}"))?;
    let message = parse(&raw).map_err(|why| {
        let help = "look at it with an editor; `cargo xtask mail` lists the others";
        problem(format!("{file} cannot be shown: {why}"), help)
    })?;
    let saved = match &options.save {
        Some(folder) => save(folder, &attachments(&message))?,
        None => Vec::new(),
    };
    let (text, html) = (text(&message), html(&message));
    if as_json {
        let mut whole = serde_json::to_value(entry)?;
        whole["headers"] = json!(headers(&raw));
        whole["text"] = json!(text);
        whole["html"] = json!(html);
        return print(&serde_json::to_string_pretty(&whole)?);
    }
    if options.html {
        let missing = || problem(format!("{file} has no HTML part"), "leave --html away");
        return print(&printable(&html.ok_or_else(missing)?));
    }
    let headers = headers(&raw)
        .into_iter()
        .map(|(name, value)| format!("{name}: {value}"));
    let missing = "(no text part; --html prints the HTML if there is any)";
    let text = text.unwrap_or_else(|| missing.to_owned());
    let mut lines = vec![file.to_string(), String::new()];
    lines.extend(headers);
    lines.extend(["", text.trim_end(), "", "Parts:"].map(str::to_owned));
    lines.extend(entry.summary.parts.iter().map(describe));
    lines.extend(saved.iter().map(|path| format!("saved {path}")));
    print(&printable(&lines.join("\n")))
}

fn describe(part: &Part) -> String {
    let name = part.file_name.as_deref().unwrap_or_default();
    let kind = &part.content_type;
    let text = format!("{:>11} bytes  {kind}  {name}", part.bytes);
    text.trim_end().to_owned()
}

/// Writes them out and returns their paths; no file is overwritten.
fn save(folder: &Path, attachments: &[(String, &[u8])]) -> Result<Vec<String>> {
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let write = |(name, content): &(String, &[u8])| {
        let path = folder.join(name);
        let mut file = File::create_new(&path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => problem(
                format!("{} exists already", path.display()),
                "name another folder with --save",
            ),
            _ => anyhow::Error::new(error).context(format!("making {}", path.display())),
        })?;
        file.write_all(content)
            .with_context(|| format!("writing {}", path.display()))?;
        Ok(path.display().to_string())
    };
    attachments.iter().map(write).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::tests::TICKET;
    use crate::problem::render;

    #[test]
    fn attachments_are_saved_once() {
        let folder = tempfile::tempdir().unwrap();
        let into = folder.path().join("new");
        let message = parse(TICKET.as_bytes()).unwrap();
        let saved = save(&into, &attachments(&message)).unwrap();
        assert_eq!(saved.len(), 2);
        assert_eq!(fs::read(into.join("ticket.pdf")).unwrap(), b"%PDF");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let again = save(&into, &attachments(&message)).unwrap_err();
        assert!(render(&again).contains("exists already"), "{again:#}");
    }

    #[test]
    fn a_part_has_a_size_a_type_and_perhaps_a_name() {
        let mut part = Part {
            content_type: "application/pdf".to_owned(),
            file_name: Some("ticket.pdf".to_owned()),
            bytes: 4,
        };
        assert_eq!(
            describe(&part),
            "          4 bytes  application/pdf  ticket.pdf"
        );
        part.file_name = None;
        assert_eq!(describe(&part), "          4 bytes  application/pdf");
    }
}
