//! The names of this project's crates, by which a log finds their entries.

/// The crates of this project that write log entries, as `tracing` names them. Entries of all other crates are logged only from
/// the level `warn` on. A test of the project compares this list with the sources.
pub const OUR_CRATES: [&str; 17] = [
    "answers",
    "api",
    "bootstrap",
    "domain",
    "em_connect",
    "embedded",
    "gateway",
    "notify",
    "queues",
    "relay",
    "server",
    "store",
    "ticket",
    "viewers",
    "web",
    "ws_connect",
    "ws_push",
];

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        fs,
        path::{Path, PathBuf},
    };

    use super::OUR_CRATES;

    /// Returns whether a source file in `folder`, or in a folder below, writes a log entry.
    fn logs(folder: &Path) -> bool {
        let entries = fs::read_dir(folder).into_iter().flatten();
        let mut paths = entries.map(|entry| entry.unwrap().path());
        paths.any(|path| {
            if path.is_dir() {
                return logs(&path);
            }
            let text = fs::read_to_string(path).unwrap_or_default();
            let levels = ["debug", "error", "info", "warn"];
            levels
                .iter()
                .any(|level| text.contains(&format!("tracing::{level}!")))
        })
    }

    #[test]
    fn every_crate_that_logs_is_ours() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let below = |folder: &str| {
            let entries = fs::read_dir(root.join(folder)).unwrap();
            entries.map(|entry| entry.unwrap().path())
        };
        let crates: Vec<PathBuf> = below("functions")
            .chain(below("shared"))
            .chain([root.join("server")])
            .collect();
        let name = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.replace('-', "_")
        };
        let logging = crates.iter().filter(|path| logs(&path.join("src")));
        let logging: BTreeSet<String> = logging.map(name).collect();
        let listed: BTreeSet<String> = OUR_CRATES.map(str::to_owned).into();
        let missing: Vec<_> = logging.difference(&listed).collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert!(logging.contains("answers"), "{logging:?}");
    }
}
