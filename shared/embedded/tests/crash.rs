//! Tests that the database of a killed process contains every acknowledged write and no partial write.
#![cfg(test)]
#![cfg(target_os = "linux")]

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use embedded::{Database, Options};
use queues::{Outgoing, Producer as _};
use table::{Item, PK, Put, Query, SK, Table as _, Update, attr, n, s};

/// The environment variable that contains the path of the database file that a child process writes.
const FILE: &str = "EMBEDDED_CRASH_FILE";
/// The number of threads in a child process that write concurrently.
const WRITERS: usize = 8;
/// The number of processes that are killed, one after another, while they write to the same file.
const KILLS: usize = 12;
/// The number of times that a test copies the database file while a child process writes to it.
const COPIES: usize = 12;
/// The maximum time that a test waits for a child process.
const PATIENCE: Duration = Duration::from_mins(1);

fn key(pk: &str, sk: &str) -> Item {
    Item::from([(PK.to_owned(), s(pk)), (SK.to_owned(), s(sk))])
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
}

/// Writes for ever: first a message, then a registration and a counter in one transaction. Prints each number after it is
/// written.
fn write_for_ever(file: &Path) {
    let database = Database::open(file, Options::default()).unwrap();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let database = &database;
            scope.spawn(move || runtime().block_on(write_as(database, writer)));
        }
    });
}

async fn write_as(database: &Database, writer: usize) {
    let counter = key("counters", &writer.to_string());
    let standing = database.get(counter.clone(), true).await.unwrap();
    let first: u64 = match standing.as_ref().and_then(|item| item.get("count")) {
        Some(table::Value::N(count)) => count.parse().unwrap(),
        _ => 0,
    };
    for number in first.. {
        let message = Outgoing {
            body: format!("{writer} {number}"),
            ..Outgoing::default()
        };
        database.send("mail", vec![message]).await.unwrap();
        let registration = key(&writer.to_string(), &format!("REG#{number:08}"));
        let both = vec![
            Put::of(registration).when(attr(PK).absent()).into(),
            Update::of(counter.clone()).add("count", n(1)).into(),
        ];
        database.transact(both).await.unwrap();
        // The test harness would capture the output of the macro `println!`. One call writes the whole line, so that lines of
        // several threads are not mixed.
        let line = format!("done {writer} {number}\n");
        std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
    }
}

/// For each writer, the greatest number whose write was acknowledged.
type Acknowledged = BTreeMap<usize, u64>;

/// A child process that writes, and the output that it has printed so far.
struct Process {
    child: Child,
    said: Arc<Mutex<Acknowledged>>,
    reader: std::thread::JoinHandle<()>,
}

impl Process {
    /// Starts this test program a second time, as the child process that writes.
    fn start(test: &str, file: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([test, "--exact", "--nocapture"])
            .env(FILE, file)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = Arc::new(Mutex::new(Acknowledged::new()));
        let (heard, stdout) = (said.clone(), child.stdout.take().unwrap());
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines() {
                let line = line.unwrap();
                let mut words = line.split(' ');
                if let (Some("done"), Some(writer), Some(number)) =
                    (words.next(), words.next(), words.next())
                {
                    let (writer, number) = (writer.parse().unwrap(), number.parse().unwrap());
                    heard.lock().unwrap().insert(writer, number);
                }
            }
        });
        Self {
            child,
            said,
            reader,
        }
    }

    fn said(&self) -> Acknowledged {
        self.said.lock().unwrap().clone()
    }

    /// Waits until the child process has acknowledged more writes than `before`, and then for a random time of up to 100 ms.
    fn go_on(&self, before: &Acknowledged) {
        let deadline = Instant::now() + PATIENCE;
        while self.said() == *before {
            assert!(Instant::now() < deadline, "it writes nothing");
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(fastrand::u64(0..100)));
    }

    fn kill(mut self) -> Acknowledged {
        // Kills the child process with SIGKILL.
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.reader.join().unwrap();
        let said = self.said.lock().unwrap();
        said.clone()
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Pauses all threads of the child process with SIGSTOP. Returns after all of them have stopped.
    fn freeze(&self) {
        self.signal("-STOP");
        let tasks = format!("/proc/{}/task", self.child.id());
        let stands = |task: std::io::Result<std::fs::DirEntry>| {
            let stat = std::fs::read_to_string(task.unwrap().path().join("stat"));
            // In this line of /proc, the state of the thread follows its name, which is in parentheses.
            stat.is_ok_and(|stat| stat[stat.rfind(')').unwrap()..].starts_with(") T"))
        };
        let deadline = Instant::now() + PATIENCE;
        while !std::fs::read_dir(&tasks).unwrap().all(stands) {
            assert!(Instant::now() < deadline, "it does not stop");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Asserts that the database contains every acknowledged write and no partial write.
async fn assert_whole(file: &Path, acknowledged: &Acknowledged) {
    let database = Database::open(file, Options::default()).unwrap();
    assert_eq!(database.view().check().unwrap(), Vec::<String>::new());
    let mut registrations = 0;
    for writer in 0..WRITERS {
        let mut query = Query::table(writer.to_string()).count_only();
        let mut count = 0;
        loop {
            let page = database.query(query.clone()).await.unwrap();
            count += u64::from(page.count);
            match page.last_key {
                Some(last) => query.start = Some(last),
                None => break,
            }
        }
        let standing = key("counters", &writer.to_string());
        let standing = database.get(standing, true).await.unwrap();
        let counted = standing.map_or(n(0), |item| item["count"].clone());
        assert_eq!(counted, n(count), "writer {writer}");
        // Each writer counts without gaps, so the count of its numbers shows which numbers exist.
        let last = acknowledged.get(&writer).map_or(0, |last| last + 1);
        assert!(count >= last, "writer {writer}: {count} of {last}");
        registrations += count;
    }
    let waiting = database.view().waiting("relay").unwrap();
    assert_eq!(waiting.records, registrations);
    let messages = queues::Broker::depth(&database, "mail").await.unwrap();
    // Each message was acknowledged before the write of its registration began.
    assert!(u64::from(messages.all()) >= registrations);
}

fn child_file() -> Option<PathBuf> {
    std::env::var_os(FILE).map(PathBuf::from)
}

#[test]
fn nothing_is_lost_when_the_process_is_killed() {
    if let Some(file) = child_file() {
        return write_for_ever(&file);
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("test.db");
    let mut acknowledged = Acknowledged::new();
    for _ in 0..KILLS {
        let process = Process::start("nothing_is_lost_when_the_process_is_killed", &file);
        process.go_on(&Acknowledged::new());
        acknowledged.extend(process.kill());
        runtime().block_on(assert_whole(&file, &acknowledged));
    }
    assert_eq!(acknowledged.len(), WRITERS);
}

/// The test imitates power cuts. A power cut leaves the file and its journal as they were at one moment, and any bytes may
/// follow after the journal's end.
#[test]
fn a_copy_of_any_moment_is_whole() {
    if let Some(file) = child_file() {
        return write_for_ever(&file);
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("test.db");
    let process = Process::start("a_copy_of_any_moment_is_whole", &file);
    let mut said = Acknowledged::new();
    for no in 0..COPIES {
        process.go_on(&said);
        process.freeze();
        said = process.said();
        let copy = folder.path().join(format!("copy{no}.db"));
        std::fs::copy(&file, &copy).unwrap();
        let mut journal = std::fs::read(folder.path().join("test.db-wal")).unwrap();
        process.signal("-CONT");
        journal.extend(std::iter::repeat_with(|| fastrand::u8(..)).take(fastrand::usize(..9000)));
        std::fs::write(folder.path().join(format!("copy{no}.db-wal")), journal).unwrap();
        runtime().block_on(assert_whole(&copy, &said));
    }
    process.kill();
}
