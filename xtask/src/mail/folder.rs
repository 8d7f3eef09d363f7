//! The folder that takes every mail of a local stack.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::{Summary, parse};
use crate::folder::Folder;
use crate::problem::problem;

/// A file of the folder.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    /// Counts from 1, the oldest; nothing for a file from elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<usize>,
    pub(crate) file: PathBuf,
    /// When it was sent, RFC 3339; nothing where the name does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time: Option<String>,
    #[serde(flatten)]
    pub(crate) summary: Summary,
    /// Why it cannot be read; the rest is empty then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
}

impl Entry {
    fn read(number: Option<usize>, file: PathBuf) -> Self {
        let (summary, problem) = match fs::read(&file) {
            Ok(raw) => match parse(&raw) {
                Ok(message) => (Summary::of(&message), None),
                Err(why) => (Summary::default(), Some(why.to_owned())),
            },
            Err(error) => (Summary::default(), Some(error.to_string())),
        };
        Self {
            number,
            time: time_of(&file),
            file,
            summary,
            problem,
        }
    }

    /// Whether it goes to that address; everything goes to nobody in particular.
    fn is_to(&self, address: Option<&str>) -> bool {
        address.is_none_or(|address| self.summary.is_to(address))
    }
}

/// The names of all mails, oldest first.
#[derive(Debug)]
pub(crate) struct MailFolder {
    path: PathBuf,
    files: Vec<PathBuf>,
}

impl MailFolder {
    /// That of a stack, whether its emulator still runs or not.
    pub(crate) fn of(stack: &Folder) -> Result<Self> {
        Self::open(stack.mail())?.ok_or_else(|| {
            problem(
                format!(
                    "the local stack `{}` has no mail: there is no folder {}",
                    stack.name,
                    stack.mail().display()
                ),
                format!("run `cargo xtask up{}` first", stack.option()),
            )
        })
    }

    fn open(path: PathBuf) -> Result<Option<Self>> {
        let doing = || format!("reading {}", path.display());
        let entries = match fs::read_dir(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            entries => entries.with_context(doing)?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let file = entry.with_context(doing)?.path();
            if file.extension().is_some_and(|ending| ending == "eml") {
                files.push(file);
            }
        }
        // Names begin with the time.
        files.sort();
        Ok(Some(Self { path, files }))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// How many mails there are.
    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// The newest mails to an address or to anyone, newest last.
    pub(crate) fn newest(&self, to: Option<&str>, limit: usize) -> Vec<Entry> {
        let mut newest: Vec<_> = self.newest_first(to).take(limit).collect();
        newest.reverse();
        newest
    }

    /// One mail: a number as the list shows it, a file name or a path, or `last`.
    pub(crate) fn find(&self, which: &str, to: Option<&str>) -> Result<Entry> {
        let help = "`cargo xtask mail` lists them; name a number, a file, or `last`";
        let whom = to.map_or_else(String::new, |to| format!(" to {to}"));
        let place = self.path.display();
        if which == "last" {
            return self
                .newest_first(to)
                .next()
                .ok_or_else(|| problem(format!("there is no mail{whom} in {place}"), help));
        }
        let entry = if let Ok(number) = which.parse::<usize>() {
            let file = number
                .checked_sub(1)
                .and_then(|index| self.files.get(index));
            let missing = || format!("there is no mail {number}: {place} has {}", self.len());
            let file = file.ok_or_else(|| problem(missing(), help))?;
            Entry::read(Some(number), file.clone())
        } else {
            let inside = self.path.join(which);
            let files = [inside, PathBuf::from(which)];
            let file = files.into_iter().find(|file| file.is_file());
            let missing = || format!("there is no mail `{which}`, neither here nor in {place}");
            let file = file.ok_or_else(|| problem(missing(), help))?;
            let index = self.files.iter().position(|known| *known == file);
            Entry::read(index.map(|index| index + 1), file)
        };
        if entry.is_to(to) {
            Ok(entry)
        } else {
            Err(problem(format!("mail {which} is not{whom}"), help))
        }
    }

    fn newest_first(&self, to: Option<&str>) -> impl Iterator<Item = Entry> {
        let files = self.files.iter().enumerate().rev();
        files
            .map(|(index, file)| Entry::read(Some(index + 1), file.clone()))
            .filter(move |entry| entry.is_to(to))
    }
}

/// `20261122T201500.123456-…` → `2026-11-22T20:15:00.123Z`.
fn time_of(file: &Path) -> Option<String> {
    const SHAPE: &str = "00000000T000000.000000-";
    let name = file.file_name()?.to_str()?.get(..SHAPE.len())?;
    let fits = |(c, shape): (char, char)| match shape {
        '0' => c.is_ascii_digit(),
        shape => c == shape,
    };
    name.chars().zip(SHAPE.chars()).all(fits).then(|| {
        let (year, month, day) = (&name[..4], &name[4..6], &name[6..8]);
        let (hour, minute, second) = (&name[9..11], &name[11..13], &name[13..19]);
        format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::tests::TICKET;
    use crate::problem::render;

    fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, MailFolder) {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            fs::write(folder.path().join(name), content).unwrap();
        }
        let mails = MailFolder::open(folder.path().to_owned()).unwrap().unwrap();
        (folder, mails)
    }

    fn numbers(entries: &[Entry]) -> Vec<usize> {
        entries.iter().filter_map(|entry| entry.number).collect()
    }

    const BOB: &str = "From: a@example.org\r\nTo: bob@example.org\r\nSubject: Hi\r\n\r\nHi\r\n";

    fn three() -> (tempfile::TempDir, MailFolder) {
        folder(&[
            ("20261122T201501.000002-b@email.amazonses.com.eml", BOB),
            ("20261122T201501.000001-c@email.amazonses.com.eml", TICKET),
            ("20261122T201503.000000-a@email.amazonses.com.eml", ""),
            (".20261122T201504.000000-d.partial", "From: half"),
            (".refuse", ""),
        ])
    }

    #[test]
    fn the_newest_are_last_and_numbers_are_those_of_the_whole_list() {
        let (_kept, mails) = three();
        assert_eq!(mails.len(), 3);
        assert_eq!(numbers(&mails.newest(None, 9)), [1, 2, 3]);
        assert_eq!(numbers(&mails.newest(None, 2)), [2, 3]);
        let to_bob = mails.newest(Some("BOB@example.org"), 9);
        assert_eq!(numbers(&to_bob), [2]);
        let time = to_bob[0].time.as_deref();
        assert_eq!(time, Some("2026-11-22T20:15:01.000Z"));
    }

    #[test]
    fn a_broken_file_is_listed_with_its_problem() {
        let (_kept, mails) = three();
        let entry = mails.find("last", None).unwrap();
        assert_eq!(entry.problem.as_deref(), Some("the file is empty"));
        assert!(
            mails.newest(None, 9)[..2]
                .iter()
                .all(|e| e.problem.is_none())
        );
    }

    #[test]
    fn a_mail_is_found_by_number_name_path_and_as_the_last() {
        let (kept, mails) = three();
        let name = "20261122T201501.000002-b@email.amazonses.com.eml";
        let path = kept.path().join(name);
        for which in ["2", name, path.to_str().unwrap()] {
            assert_eq!(mails.find(which, None).unwrap().number, Some(2), "{which}");
        }
        let last = mails.find("last", Some("ada@example.org")).unwrap();
        assert_eq!(last.number, Some(1));
    }

    #[test]
    fn what_is_not_there_is_said_with_what_there_is() {
        let (_kept, mails) = three();
        let text = |which, to| render(&mails.find(which, to).unwrap_err());
        assert!(text("4", None).contains("has 3"), "{}", text("4", None));
        assert!(text("0", None).contains("no mail 0"));
        assert!(text("x.eml", None).contains("`x.eml`"));
        assert!(text("2", Some("ada@example.org")).contains("mail 2 is not to ada@example.org"));
        assert!(text("last", Some("eve@example.org")).contains("no mail to eve@example.org"));
    }

    #[test]
    fn an_empty_and_a_missing_folder() {
        let (kept, mails) = folder(&[]);
        assert_eq!(mails.len(), 0);
        assert!(mails.find("last", None).is_err());
        let missing = kept.path().join("missing");
        assert!(MailFolder::open(missing).unwrap().is_none());
    }

    #[test]
    fn a_name_of_another_shape_has_no_time() {
        for name in [
            "a.eml",
            "20261122T201501.000001.eml",
            "2026112öT201501.000001-a.eml",
        ] {
            assert_eq!(time_of(Path::new(name)), None, "{name}");
        }
    }
}
