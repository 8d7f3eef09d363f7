//! The mails that a stack has sent. They are files in a folder, and the tests of one run share an index of these files.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use mail_parser::MessageParser;

use crate::{LONG_PATIENCE, Mail, Stack, User, eventually};

/// The number of bytes that the index reads from the start of a mail's file. They contain the mail's headers up to the subject.
const HEAD: u64 = 8 * 1024;

/// For each folder of mails, an index of the mails that were read so far. Most tests of a run use the same folder.
static INDEXES: Mutex<BTreeMap<PathBuf, Index>> = Mutex::new(BTreeMap::new());

#[derive(Debug, Default)]
struct Index {
    /// Names of the files that are already read.
    read: HashSet<OsString>,
    /// The mails to each address, in the order of their file names, which is also their order in time.
    mails: HashMap<String, Vec<Entry>>,
}

/// A mail in the folder, as the index lists it.
#[derive(Clone, Debug)]
struct Entry {
    file: PathBuf,
    subject: String,
    /// The complete `Message-ID`.
    id: String,
}

impl Index {
    /// Adds new files of the folder to the index. A file that vanishes before it is read is left out.
    fn refresh(&mut self, folder: &Path) {
        let files = match std::fs::read_dir(folder) {
            Ok(files) => files,
            Err(error) => panic!("no mails in {}: {error}", folder.display()),
        };
        for file in files.flatten() {
            let (name, path) = (file.file_name(), file.path());
            if path.extension().is_none_or(|kind| kind != "eml") || self.read.contains(&name) {
                continue;
            }
            if let Some((address, entry)) = head_of(&path) {
                let mails = self.mails.entry(address).or_default();
                mails.push(entry);
                mails.sort_by(|one, other| one.file.cmp(&other.file));
            }
            self.read.insert(name);
        }
    }

    fn mails_about(&self, address: &str, subject: &str) -> impl Iterator<Item = &Entry> {
        let mails = self.mails.get(&address.to_lowercase());
        let mails = mails.into_iter().flatten();
        mails.filter(move |mail| mail.subject.contains(subject))
    }
}

/// Reads the headers of the mail in a file. Returns the recipient's address in lower case, and the entry for the index.
fn head_of(path: &Path) -> Option<(String, Entry)> {
    let mut head = Vec::new();
    File::open(path)
        .and_then(|file| file.take(HEAD).read_to_end(&mut head))
        .ok()?;
    let message = MessageParser::default().parse_headers(&head)?;
    let address = message.to()?.first()?.address()?.to_lowercase();
    let entry = Entry {
        file: path.to_owned(),
        subject: message.subject().unwrap_or_default().to_owned(),
        id: message.message_id().unwrap_or_default().to_owned(),
    };
    Some((address, entry))
}

impl Stack {
    /// Returns all mails to a user, the oldest first.
    pub fn mails_to(&self, user: &User) -> Vec<Mail> {
        self.mails_about(user, "")
    }

    /// Returns all mails that were sent to a user and whose subject contains `subject`, the oldest first.
    pub fn mails_about(&self, user: &User, subject: &str) -> Vec<Mail> {
        let mails = self.listed_mails(&user.account.email, subject);
        let raw = mails
            .iter()
            .filter_map(|mail| std::fs::read(&mail.file).ok());
        raw.map(|raw| Mail::parse(&raw)).collect()
    }

    /// Counts the mails that were sent to an address and whose subject contains `subject`. Counting is faster than reading the
    /// mails.
    pub fn count_mails(&self, address: &str, subject: &str) -> usize {
        self.listed_mails(address, subject).len()
    }

    /// Counts mails for each of many users, as [`Self::count_mails`] does for one address. The counts are in the order of the
    /// users.
    pub fn count_mails_to_all(&self, users: &[User], subject: &str) -> Vec<usize> {
        self.with_index(|index| {
            let counts = users.iter().map(|user| {
                let mails = index.mails_about(&user.account.email, subject);
                mails.count()
            });
            counts.collect()
        })
    }

    /// Counts the different mails that were sent to an address and whose subject contains `subject`. A mail that was sent twice
    /// counts once.
    pub fn count_different_mails(&self, address: &str, subject: &str) -> usize {
        let mails = self.listed_mails(address, subject);
        let ids: HashSet<String> = mails.into_iter().map(|mail| mail.id).collect();
        ids.len()
    }

    /// Counts all sent mails whose `Message-ID` repeats that of another mail.
    pub fn count_repeated_mails(&self) -> usize {
        self.with_index(|index| {
            let mut ids = HashSet::new();
            let mails = index.mails.values().flatten();
            mails.filter(|mail| !ids.insert(&mail.id)).count()
        })
    }

    fn listed_mails(&self, address: &str, subject: &str) -> Vec<Entry> {
        self.with_index(|index| index.mails_about(address, subject).cloned().collect())
    }

    fn with_index<T>(&self, look: impl FnOnce(&Index) -> T) -> T {
        let mut indexes = INDEXES.lock().unwrap_or_else(PoisonError::into_inner);
        let index = indexes.entry(self.mail_folder().to_owned()).or_default();
        index.refresh(self.mail_folder());
        look(index)
    }

    /// Waits for a mail that was sent to a user and whose subject contains `subject`. Returns the newest such mail.
    pub async fn mail_to(&self, user: &User, subject: &str) -> Mail {
        self.nth_mail_to(user, subject, 1).await
    }

    /// Waits for `count` mails that were sent to a user and whose subject contains `subject`. Returns the newest of them.
    pub async fn nth_mail_to(&self, user: &User, subject: &str, count: usize) -> Mail {
        let email = &user.account.email;
        eventually(LONG_PATIENCE, async || {
            if self.count_mails(email, subject) < count {
                let all = self.listed_mails(email, "");
                let subjects: Vec<&str> = all.iter().map(|mail| &*mail.subject).collect();
                return Err(format!(
                    "{email} should have {count} of {subject:?}, and has {subjects:?}"
                ));
            }
            let mail = self.mails_about(user, subject).pop();
            mail.ok_or_else(|| format!("the mails to {email} have vanished"))
        })
        .await
    }

    /// Waits for a mail that was sent to a user and whose subject contains `subject`. Returns the code in the newest such mail.
    pub async fn mail_code(&self, user: &User, subject: &str) -> String {
        self.mail_to(user, subject).await.code().to_owned()
    }

    /// Returns the only mail that was sent to a user and whose subject contains `subject`.
    #[track_caller]
    pub fn only_mail_to(&self, user: &User, subject: &str) -> Mail {
        let mut mails = self.mails_about(user, subject);
        match (mails.pop(), mails.pop()) {
            (Some(mail), None) => mail,
            (None, _) => panic!("no mail about {subject} to {}", user.account.email),
            (Some(one), Some(other)) => panic!("more than one mail:\n{other}\n\n{one}"),
        }
    }

    /// Asserts that no mail whose subject contains `subject` was sent to a user so far. The test must first wait for a later
    /// mail that passed through the same queues.
    #[track_caller]
    pub fn assert_no_mail(&self, user: &User, subject: &str) {
        if let Some(mail) = self.mails_about(user, subject).first() {
            panic!("expected none about {subject}: {mail}");
        }
    }

    /// Makes the emulator's SES refuse mail to a user until the returned guard is dropped. If `error` is empty, SES refuses the
    /// mail temporarily, otherwise with this error.
    pub fn refuse_mail_to(&self, user: &User, error: &str) -> Refusal {
        assert!(self.server().is_none(), "a folder refuses no mail");
        let name = format!(".refuse-{}", user.account.email.to_lowercase());
        let marker = self.mail_folder().join(name);
        match std::fs::write(&marker, error) {
            Ok(()) => Refusal { marker },
            Err(error) => panic!("{}: {error}", marker.display()),
        }
    }
}

/// A guard. The emulator's SES refuses mail to a user until the guard is dropped.
#[derive(Debug)]
#[must_use = "dropped, it refuses nothing"]
pub struct Refusal {
    marker: PathBuf,
}

impl Drop for Refusal {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.marker);
    }
}
