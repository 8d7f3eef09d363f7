//! Chooses the port of an emulator.

use std::net::TcpListener;

use anyhow::{Context as _, Result};

use super::Emulator;
use crate::files::read_json;
use crate::folder::Folder;
use crate::problem::problem;

/// Returns the wanted port, or an error if it is taken. If no port is wanted and the previous port is free, returns the
/// previous port, so that the stack's addresses stay the same. Otherwise returns any free port.
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
    problem(
        error,
        "choose another port, or leave --port away to get a free one; `ss -ltnp` shows who listens there",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

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
