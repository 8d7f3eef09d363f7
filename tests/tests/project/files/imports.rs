//! A rule for imports: sibling modules never use each other in a circle.
//!
//! A module and its submodules count as one module. A parent may use its submodules, and they may use the parent.

mod graph;
mod sources;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use graph::{Graph, circle};
use sources::{Import, imports_of};
use tests::project_folder;

/// The file whose documentation lists the modules of the domain.
const MAP_OF_ROOMS: &str = "shared/domain/src/lib.rs";

/// Returns the folders of all packages in the workspace.
fn packages() -> Vec<PathBuf> {
    let manifest = fs::read_to_string(project_folder().join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let members = manifest["workspace"]["members"].as_array().unwrap();
    let folders = members.iter().map(|member| member.as_str().unwrap());
    folders
        .flat_map(|folder| match folder.strip_suffix("/*") {
            Some(parent) => fs::read_dir(project_folder().join(parent))
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .collect(),
            None => vec![project_folder().join(folder)],
        })
        .filter(|folder| folder.join("src").is_dir())
        .collect()
}

/// Returns each circle of imports among sibling modules, such as `routes: door -> tickets -> door`.
fn circles(imports: &[Import]) -> Vec<String> {
    let mut beside: BTreeMap<&[String], Graph<'_>> = BTreeMap::new();
    for Import { from, to } in imports {
        let common = from.iter().zip(to).take_while(|(a, b)| a == b).count();
        if let (Some(a), Some(b)) = (from.get(common), to.get(common)) {
            let graph = beside.entry(&from[..common]).or_default();
            graph.entry(a).or_default().insert(b);
        }
    }
    let name = |parent: &[String], circle: &[&str]| match parent {
        [] => circle.join(" -> "),
        parent => format!("{}: {}", parent.join("::"), circle.join(" -> ")),
    };
    let found = beside.iter();
    let found = found.filter_map(|(parent, graph)| Some(name(parent, &circle(graph)?)));
    found.collect()
}

#[test]
fn no_modules_import_each_other_in_a_circle() {
    let packages = packages();
    assert!(packages.len() > 15, "{packages:?}");
    for package in packages {
        let circles = circles(&imports_of(&package.join("src")));
        let name = package.file_name().unwrap().to_str().unwrap();
        assert!(circles.is_empty(), "{name}: {circles:?}");
    }
}

#[test]
fn a_circle_is_found_at_each_level() {
    let import = |from: &str, to: &str| {
        let path = |text: &str| text.split("::").map(str::to_owned).collect();
        Import {
            from: path(from),
            to: path(to),
        }
    };
    let one_way = [
        import("app", "problem"),
        import("app::start", "problem::kind"),
        import("routes::door", "app"),
        // A parent and its child may use each other.
        import("routes", "routes::door"),
        import("routes::door", "routes"),
    ];
    assert_eq!(circles(&one_way), [""; 0]);
    for (back, expected) in [
        (import("problem::kind", "app"), "app -> problem -> app"),
        (
            import("problem", "routes::door"),
            "app -> problem -> routes -> app",
        ),
    ] {
        let mut imports = one_way.to_vec();
        imports.push(back);
        assert_eq!(circles(&imports), [expected]);
    }
    let below = [
        import("routes::door::view", "routes::tickets"),
        import("routes::tickets", "routes::door"),
    ];
    assert_eq!(circles(&below), ["routes: door -> tickets -> door"]);
}

/// Returns the names of the modules that a package's documentation lists in lines like `//! - [`text`]: …`.
fn rooms(map: &str) -> Vec<&str> {
    let entries = map.lines().filter_map(|line| line.strip_prefix("//! - [`"));
    entries
        .filter_map(|entry| Some(entry.split_once('`')?.0))
        .collect()
}

#[test]
fn a_room_of_the_domain_uses_only_rooms_above_it_in_the_list() {
    let map = project_folder().join(MAP_OF_ROOMS);
    let text = fs::read_to_string(&map).unwrap();
    let rooms = rooms(&text);
    let place = |room: &String| rooms.iter().position(|other| other == room);
    for line in text
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod "))
    {
        let module = line.trim_end_matches(';').to_owned();
        let is_everywhere = ["id", "invalid"].contains(&&*module);
        assert_eq!(
            place(&module).is_none(),
            is_everywhere,
            "{module} is not in the list of rooms"
        );
    }
    let mut imports = 0;
    for Import { from, to } in imports_of(map.parent().unwrap()) {
        if let (Some(using), Some(used)) = (place(&from[0]), place(&to[0])) {
            assert!(used <= using, "{} uses {}", from.join("::"), to.join("::"));
            imports += usize::from(used < using);
        }
    }
    assert!(imports > 30, "only {imports} imports were found");
}
