//! `cargo xtask watch`

mod api;
mod backoff;
mod board;
mod connection;
mod end;
mod frame;
mod heartbeat;
mod line;
mod screen;
#[cfg(test)]
mod tests;
mod watcher;

use std::io::{stderr, stdout};

use anyhow::Result;

use self::api::Api;
use self::board::Board;
use self::screen::Screen;
use self::watcher::Watcher;
use crate::cli::watch::{SignedIn, Watch};
use crate::folder::Folder;
use crate::problem::problem;
use crate::stack::Stack;

/// Runs the command until its output is closed or the event cannot be watched.
pub(crate) fn run(options: &Watch) -> Result<()> {
    let folder = Folder::of(&options.stack.name);
    let stack = Stack::of(&folder)?;
    let url = web_socket(&stack, &folder)?;
    let account = options.door.then(|| match options.signed_in {
        SignedIn::Organizer => stack.organizer.clone(),
        SignedIn::Admin => stack.admin.clone(),
    });
    let api = Api::new(&stack.http_url, &options.event, account);
    let board = Board::new(api.title()?);
    let (mut frames, mut notices) = (stdout(), stderr());
    let screen = Screen::new(&mut frames, &mut notices);
    Watcher::new(api, url, board, screen).run()
}

/// Returns the address of the stack's WebSocket API. Fails if the stack has no such address, because it was deployed with an
/// older template.
fn web_socket<'a>(stack: &'a Stack, folder: &Folder) -> Result<&'a str> {
    stack.ws_url.as_deref().ok_or_else(|| {
        problem(
            format!(
                "the local stack `{}` has no WebSocket: there is no wsUrl in {}",
                folder.name,
                folder.stack_json().display()
            ),
            format!(
                "run `cargo xtask up{}`: it deploys the template as it is now",
                folder.option()
            ),
        )
    })
}
