//! Removes the folders of local stacks whose `cargo xtask` process was killed.

use std::fs;

use crate::emulator::{Emulator, command_line};
use crate::folder::{Folder, StackName, target};

/// Removes the folder of each stack that no process uses any more, if the folder's name is `prefix` and the number of a
/// process.
pub(crate) fn remove(prefix: &str) {
    for entry in fs::read_dir(target()).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(pid) = name
            .strip_prefix(prefix)
            .and_then(|pid| pid.parse::<u32>().ok())
        else {
            continue;
        };
        let Ok(name) = name.parse::<StackName>() else {
            continue;
        };
        let folder = Folder::of(&name);
        // A stack is in use as long as the `cargo xtask` process that started it runs. A stack that the user kept on purpose is
        // recognised by its emulator, which still runs.
        let in_use = command_line(pid).is_some_and(|line| line.contains("xtask"));
        let runs = Emulator::running(&folder).is_ok_and(|emulator| emulator.is_some());
        if !in_use && !runs {
            let _ = fs::remove_dir_all(&folder.path);
        }
    }
}
