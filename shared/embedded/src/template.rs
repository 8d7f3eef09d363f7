//! Reads template.yaml for tests that compare the code with it.

/// Returns the lines of the resource `name` in template.yaml, without the line of its name.
pub(crate) fn resource(name: &str) -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    let head = format!("  {name}:");
    let mut lines = text.lines().skip_while(|line| *line != head);
    assert!(lines.next().is_some(), "template.yaml has no {name}");
    let of_it = |line: &&str| line.is_empty() || line.starts_with("   ");
    lines.take_while(of_it).map(str::to_owned).collect()
}

/// Returns the value from the first line `key: value` of a resource in template.yaml.
pub(crate) fn value(resource: &[String], key: &str) -> Option<String> {
    let start = format!("{key}: ");
    let mut values = resource
        .iter()
        .filter_map(|line| line.trim().strip_prefix(&start));
    values.next().map(str::to_owned)
}
