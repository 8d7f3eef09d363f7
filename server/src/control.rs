//! The control socket, through which commands reach the server that has the data folder open.
//!
//! A command connects to the socket, writes one line of JSON, and then reads the server's answer, which is one line too. The
//! socket is in the data folder, which only the owner of the folder can enter.

use std::{
    fs,
    io::{self, BufRead as _, BufReader, ErrorKind, Write as _},
    os::unix::{fs::PermissionsExt as _, net::UnixStream as Client},
    path::PathBuf,
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
    opened::Opened,
    operations::{Operation, Report, Running},
};

/// The maximum length of the request that a command writes, in bytes.
const LONGEST: u64 = 64 << 10;
/// The maximum time that a command may take to send its whole request.
const TIME_FOR_REQUEST: Duration = Duration::from_secs(5);

/// The server's answer to a command that sent a task.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum CommandReply {
    /// The server has done the task. The report is for the operator.
    Done(Report),
    /// The server could not do the task, and this text gives the reason.
    Failed(String),
}

/// Creates the control socket of a data folder that this process has open, and listens on it.
///
/// # Errors
/// The socket cannot be made, for instance because its path is too long for a socket.
pub fn listen(folder: &Folder) -> io::Result<UnixListener> {
    let path = address(folder);
    // A killed server leaves its socket file behind, which must be removed before a new socket can be made.
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&path)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(PRIVATE))?;
    Ok(listener)
}

/// Returns the path of the control socket. If the data folder is below the working directory, this path is relative to the
/// working directory, because the system limits a socket's path to about a hundred bytes.
fn address(folder: &Folder) -> PathBuf {
    let path = folder.control();
    match std::env::current_dir() {
        Ok(current) => path
            .strip_prefix(current)
            .map_or_else(|_| path.clone(), PathBuf::from),
        Err(_) => path,
    }
}

/// Runs the tasks that commands send, until `stop` is cancelled. `running` is this server, and `opened` is its data folder.
pub async fn serve(
    listener: UnixListener,
    opened: Opened,
    running: Running,
    stop: CancellationToken,
) {
    let server = Arc::new((opened, running));
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let server = server.clone();
                tokio::spawn(async move {
                    let (opened, running) = &*server;
                    if let Err(error) = converse(stream, opened, running).await {
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

async fn converse(mut stream: UnixStream, opened: &Opened, running: &Running) -> io::Result<()> {
    let (reader, mut writer) = stream.split();
    let mut line = String::new();
    let mut reader = AsyncReader::new(reader.take(LONGEST));
    tokio::time::timeout(TIME_FOR_REQUEST, reader.read_line(&mut line)).await??;
    let answer = match serde_json::from_str::<Operation>(&line) {
        Ok(operation) => match operation.online(opened, running).await {
            Ok(report) => CommandReply::Done(report),
            Err(error) => CommandReply::Failed(format!("{error:#}")),
        },
        Err(_) => {
            CommandReply::Failed("the server has another version than this command".to_owned())
        }
    };
    let mut answer = serde_json::to_vec(&answer)?;
    answer.push(b'\n');
    writer.write_all(&answer).await
}

/// Runs a task in the server that has the data folder open, or in this process if no server answers. Returns the task's report.
///
/// # Errors
/// The task failed, or the server cannot be reached.
pub fn run(folder: Folder, operation: Operation) -> anyhow::Result<Report> {
    match Client::connect(address(&folder)) {
        Ok(client) => return ask(client, &operation),
        // No server answers in these three cases: no socket exists, a killed server left its socket, or the path is too long
        // for a socket. A server does not start with such a path.
        Err(error)
            if [
                ErrorKind::NotFound,
                ErrorKind::ConnectionRefused,
                ErrorKind::InvalidInput,
            ]
            .contains(&error.kind()) => {}
        Err(error) => {
            let folder = folder.path().display();
            return Err(error).with_context(|| format!("the server of {folder} cannot be reached"));
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(operation.offline(folder))
}

fn ask(mut client: Client, operation: &Operation) -> anyhow::Result<Report> {
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
        CommandReply::Done(report) => Ok(report),
        CommandReply::Failed(reason) => bail!(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_socket_of_a_folder_below_the_working_directory_has_a_short_path() {
        let below = std::env::current_dir().unwrap().join("data");
        for (folder, expected) in [
            (below.as_path(), "data/control.sock"),
            ("elsewhere".as_ref(), "elsewhere/control.sock"),
            ("/elsewhere".as_ref(), "/elsewhere/control.sock"),
        ] {
            assert_eq!(address(&Folder::at(folder)), PathBuf::from(expected));
        }
    }
}
