//! A rule for `docs/SECURITY.md`: it names only tests that exist.

use std::fs;

use tests::project_folder;

const PAGE: &str = "docs/SECURITY.md";
const BLACKBOX: &str = "tests/tests/blackbox";

/// Returns the texts of the page `docs/SECURITY.md` that are between backticks.
fn quoted(page: &str) -> impl Iterator<Item = &str> {
    page.split('`').skip(1).step_by(2)
}

/// Returns a message if the quoted text names a test or a file that does not exist. Otherwise returns `None`.
fn fault(quoted: &str) -> Option<String> {
    let is_word = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    if let Some((file, test)) = quoted.split_once("::")
        && is_word(file)
        && is_word(test)
    {
        let source =
            fs::read_to_string(project_folder().join(format!("{BLACKBOX}/{file}.rs"))).ok();
        let found =
            source.is_some_and(|source| test.is_empty() || source.contains(&format!("fn {test}(")));
        return (!found).then(|| format!("there is no test {quoted}"));
    }
    let is_path = quoted.contains('/') && quoted.contains('.') && !quoted.contains(' ');
    (is_path && !project_folder().join(quoted).exists())
        .then(|| format!("there is no file {quoted}"))
}

#[test]
fn the_page_names_tests_and_files_that_exist() {
    let page = fs::read_to_string(project_folder().join(PAGE)).unwrap();
    let faults: Vec<String> = quoted(&page).filter_map(fault).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let named = quoted(&page).filter(|quoted| quoted.contains("::")).count();
    assert!(named > 20, "{named} tests are named");
}

#[test]
fn what_does_not_exist_is_noticed() {
    assert!(fault("rush::nobody_wrote_this").is_some());
    assert!(fault("no_such_file::").is_some());
    assert!(fault("docs/NOWHERE.md").is_some());
    for fine in [
        "rush::",
        "docs/SECURITY.md",
        "kid",
        "may(actor, action, object)",
        "x-request-id",
    ] {
        assert_eq!(fault(fine), None);
    }
}
