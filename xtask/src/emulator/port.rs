//! Which port, and who has it.

use std::fs;
use std::net::TcpListener;

use anyhow::{Context as _, Result};

use super::{Emulator, command_line};
use crate::files::read_json;
use crate::folder::Folder;
use crate::problem::problem;

/// The wanted port or an error that names who has it; else the one of last time, so that addresses
/// stay as they were; else a free one.
pub(super) fn choose(wanted: Option<u16>, before: Option<u16>) -> Result<u16> {
    match wanted {
        Some(port) if is_free(port) => Ok(port),
        Some(port) => Err(taken(port)),
        None => match before {
            Some(port) if is_free(port) => Ok(port),
            _ => any_free(),
        },
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

fn any_free() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no port is free on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

fn taken(port: u16) -> anyhow::Error {
    let error = format!("port {port} cannot be used");
    for folder in Folder::all() {
        let record: Option<Emulator> = read_json(&folder.emulator_json()).unwrap_or_default();
        if record.is_some_and(|emulator| emulator.port == port && emulator.is_ours(&folder)) {
            return problem(
                format!("{error}: the local stack `{}` listens there", folder.name),
                format!(
                    "stop it with `cargo xtask down{}`, or leave --port away",
                    folder.option()
                ),
            );
        }
    }
    let owner = owner(port).map_or_else(String::new, |(pid, line)| {
        format!(": process {pid} listens there ({line})")
    });
    problem(
        error + &owner,
        "stop that process, choose another port, or leave --port away to get a free one",
    )
}

/// Process that listens on a port, as far as this user may see it. Linux only.
fn owner(port: u16) -> Option<(u32, String)> {
    let inode = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .find_map(|table| listening_inode(&fs::read_to_string(table).ok()?, port))?;
    let socket = format!("socket:[{inode}]");
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let mut pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let pid = pids.find(|pid| {
        let files = fs::read_dir(format!("/proc/{pid}/fd"))
            .into_iter()
            .flatten()
            .flatten();
        files
            .map(|file| fs::read_link(file.path()))
            .any(|link| link.is_ok_and(|link| link.as_os_str() == socket.as_str()))
    })?;
    Some((pid, command_line(pid)?.trim_end().replace('\n', " ")))
}

/// Finds the listening socket of a port in the text of `/proc/net/tcp`: the second column is the
/// local address, the fourth the state (`0A` = listening), the tenth the inode.
fn listening_inode(table: &str, port: u16) -> Option<u64> {
    let suffix = format!(":{port:04X}");
    table.lines().skip(1).find_map(|line| {
        let columns: Vec<_> = line.split_whitespace().collect();
        let listens = columns.get(3) == Some(&"0A") && columns.get(1)?.ends_with(&suffix);
        if listens {
            columns.get(9)?.parse().ok()
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:B813 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111222 1 0 100 0 0 10 0
   1: 0100007F:11D6 0100007F:B813 01 00000000:00000000 00:00000000 00000000     0        0 333444 1 0 20 4 30 10 -1";

    #[test]
    fn the_listener_is_found_and_connections_are_not() {
        assert_eq!(listening_inode(TABLE, 0xB813), Some(111_222));
        assert_eq!(listening_inode(TABLE, 0x11D6), None);
        assert_eq!(listening_inode("", 1), None);
    }

    #[test]
    fn a_taken_port_is_refused_and_not_used_again() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(choose(Some(port), None).is_err());
        assert_ne!(choose(None, Some(port)).unwrap(), port);
        drop(listener);
        assert_eq!(choose(None, Some(port)).unwrap(), port);
    }
}
