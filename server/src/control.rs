//! The control socket: how commands reach the server that has the data folder open.
//!
//! A command writes one line of JSON and reads one. The socket lies in the data folder, which nobody but its owner can enter.

use std::{
    fs,
    io::{self, BufRead as _, BufReader, ErrorKind, Write as _},
    os::unix::{fs::PermissionsExt as _, net::UnixStream as Client},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader as AsyncReader},
    net::{UnixListener, UnixStream},
};
use tokio_util::sync::CancellationToken;

use crate::{
    files::PRIVATE,
    folder::Folder,
    host::Opened,
    operations::{Operation, Operations},
};

/// Bytes of the longest request.
const LONGEST: u64 = 64 << 10;
/// Time for a request to arrive.
const TIME_FOR_REQUEST: Duration = Duration::from_secs(5);

/// The answer to a request: what the command prints.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    /// It is done.
    Done(String),
    /// It was not done, for this reason.
    Failed(String),
}

/// Listens on the control socket of a folder.
///
/// # Errors
/// The socket cannot be made, as where the path of the folder is too long for one.
pub fn listen(folder: &Folder) -> io::Result<UnixListener> {
    let path = folder.control();
    // It was left by a process that died: this one has the folder to itself.
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&path)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(PRIVATE))?;
    Ok(listener)
}

/// Does what commands ask for until `stop`.
pub async fn serve(listener: UnixListener, operations: Operations, stop: CancellationToken) {
    let operations = Arc::new(operations);
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let operations = operations.clone();
                tokio::spawn(async move {
                    if let Err(error) = converse(stream, &operations).await {
                        tracing::warn!(%error, "command_not_answered");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "command_not_accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn converse(mut stream: UnixStream, operations: &Operations) -> io::Result<()> {
    let (reader, mut writer) = stream.split();
    let mut line = String::new();
    let mut reader = AsyncReader::new(reader.take(LONGEST));
    tokio::time::timeout(TIME_FOR_REQUEST, reader.read_line(&mut line)).await??;
    let answer = match serde_json::from_str::<Operation>(&line) {
        Ok(operation) => match operations.execute(operation).await {
            Ok(text) => Answer::Done(text),
            Err(error) => Answer::Failed(format!("{error:#}")),
        },
        Err(_) => Answer::Failed("the server has another version than this command".to_owned()),
    };
    let mut answer = serde_json::to_vec(&answer)?;
    answer.push(b'\n');
    writer.write_all(&answer).await
}

/// Has an operation done by the server that has the folder open, or here if there is none. Returns what it says.
///
/// # Errors
/// It was not done.
pub fn run(folder: Folder, operation: Operation) -> anyhow::Result<String> {
    if let Ok(client) = Client::connect(folder.control()) {
        return ask(client, &operation);
    }
    let opened = Opened::open(folder)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let operations = Operations::offline(opened);
    runtime.block_on(operations.execute(operation))
}

fn ask(mut client: Client, operation: &Operation) -> anyhow::Result<String> {
    let mut request = serde_json::to_vec(operation)?;
    request.push(b'\n');
    client
        .write_all(&request)
        .context("the server does not take the command")?;
    let mut answer = String::new();
    BufReader::new(client)
        .read_line(&mut answer)
        .context("the server does not answer")?;
    match serde_json::from_str(&answer).context("the server ended before it answered")? {
        Answer::Done(text) => Ok(text),
        Answer::Failed(reason) => bail!(reason),
    }
}
