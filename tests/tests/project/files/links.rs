//! A rule for the links of a Markdown page: they must lead to existing files and headings.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tests::project_folder;

/// Returns the anchors that GitHub makes for the headings of a page.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut is_code = false;
    let mut anchors = BTreeSet::new();
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        }
        if !is_code && let Some(heading) = line.strip_prefix('#') {
            let heading = heading.trim_start_matches('#').trim().to_lowercase();
            let kept = heading.chars().filter_map(|c| match c {
                ' ' => Some('-'),
                c if c.is_alphanumeric() || "-_".contains(c) => Some(c),
                _ => None,
            });
            anchors.insert(kept.collect());
        }
    }
    anchors
}

/// Returns the broken links of `page`. Links to other web sites are not checked.
fn broken(page: &Path, text: &str) -> Vec<String> {
    let links = text.split("](").skip(1);
    let links = links.filter_map(|rest| Some(&rest[..rest.find(')')?]));
    let leads_nowhere = |link: &&str| {
        if link.contains("://") || link.starts_with("mailto:") {
            return false;
        }
        let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
        let file = match file {
            "" => page.to_owned(),
            file => page.parent().unwrap().join(file),
        };
        let has_anchor =
            || fs::read_to_string(&file).is_ok_and(|text| anchors(&text).contains(anchor));
        !file.exists() || !anchor.is_empty() && !has_anchor()
    };
    links.filter(leads_nowhere).map(str::to_owned).collect()
}

/// Returns the paths of all Markdown pages that git tracks.
fn pages() -> Vec<PathBuf> {
    let listed = Command::new("git")
        .args(["ls-files", "*.md"])
        .current_dir(project_folder())
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    // A link in a page template is relative to the page that is written from the template, so templates are left out.
    let pages = listed.lines().filter(|page| !page.contains("/templates/"));
    let pages = pages.map(|page| project_folder().join(page));
    pages.filter(|page| page.exists()).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    assert!(pages.len() > 30, "{pages:?}");
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        assert_eq!(broken(&page, &text), [""; 0], "{}", page.display());
    }
}

#[test]
fn a_link_to_no_file_or_no_heading_is_found() {
    let page = project_folder().join("docs/README.md");
    let text = "[a](aws.md) [b](aws.md#deploy) [c](nothing.md) [d](aws.md#nothing) [e](https://example.org/x) [f](#here)\n\n# Here";
    assert_eq!(
        broken(&page, text),
        ["nothing.md", "aws.md#nothing", "#here"]
    );
    assert!(anchors(text).contains("here"));
}
