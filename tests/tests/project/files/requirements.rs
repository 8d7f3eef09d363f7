//! A rule for the lists of Python packages that pip installs.

use std::fs;

use tests::project_folder;

/// Returns those lines of a list of Python packages that do not name an exact version.
fn loose(text: &str) -> Vec<&str> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.filter(|line| !line.contains("==")).collect()
}

#[test]
fn every_package_is_pinned() {
    assert_eq!(loose("# Comment\nmypy==1.0\nattrs\n"), ["attrs"]);
    let mut lists = 0;
    for folder in ["xtask", ".ci"] {
        for entry in fs::read_dir(project_folder().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "txt") {
                let text = fs::read_to_string(&path).unwrap();
                assert_eq!(loose(&text), [""; 0], "{}", path.display());
                lists += 1;
            }
        }
    }
    assert!(lists >= 5, "{lists}");
}
