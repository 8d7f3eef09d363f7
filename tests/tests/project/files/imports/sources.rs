//! Reads the modules of a package and their imports from its source files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::visit::{self, Visit};
use syn::{Attribute, File, Item, ItemMod, ItemUse, UseTree};

/// The path of a module or an item, relative to the root of its package.
pub(super) type ModulePath = Vec<String>;

/// An import: one module uses another module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Import {
    pub(super) from: ModulePath,
    pub(super) to: ModulePath,
}

/// Returns the imports among the modules below `folder`, but not the imports of tests. The root of the package does not count
/// as a module, because all modules may use its items.
pub(super) fn imports_of(folder: &Path) -> Vec<Import> {
    let mut files = BTreeMap::new();
    read(folder, &mut Vec::new(), &mut files);
    let tests: BTreeSet<ModulePath> = files.iter().flat_map(tests_in).collect();
    let is_test = |path: &ModulePath| (1..=path.len()).any(|end| tests.contains(&path[..end]));
    let mut imports = BTreeSet::new();
    for (module, file) in files.iter().filter(|(path, _)| !is_test(path)) {
        let mut paths = Paths {
            inside: module.clone(),
            found: Vec::new(),
        };
        paths.visit_file(file);
        for mut to in paths.found {
            while !to.is_empty() && !files.contains_key(&to) {
                to.pop();
            }
            if !module.is_empty() && !to.is_empty() {
                imports.insert(Import {
                    from: module.clone(),
                    to,
                });
            }
        }
    }
    imports.into_iter().collect()
}

/// Parses the source files below `folder`, which is the folder of the module `path`.
fn read(folder: &Path, path: &mut ModulePath, files: &mut BTreeMap<ModulePath, File>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap().path();
        let name = entry.file_stem().unwrap().to_str().unwrap().to_owned();
        if entry.is_dir() {
            path.push(name);
            read(&entry, path, files);
            path.pop();
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            let file = syn::parse_file(&fs::read_to_string(&entry).unwrap()).unwrap();
            let mut module = path.clone();
            if !path.is_empty() || !["lib", "main"].contains(&&*name) {
                module.push(name);
            }
            files.insert(module, file);
        }
    }
}

/// Returns the modules of `file` that are compiled only for tests.
fn tests_in((path, file): (&ModulePath, &File)) -> Vec<ModulePath> {
    let modules = file.items.iter().filter_map(|item| match item {
        Item::Mod(module) if is_for_tests(&module.attrs) => Some(module.ident.to_string()),
        _ => None,
    });
    modules.map(|name| [&path[..], &[name]].concat()).collect()
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<syn::Path>()
                .is_ok_and(|condition| condition.is_ident("test"))
    })
}

/// Collects the paths that begin with `crate`, `self` or `super`, and makes them relative to the root of the package.
struct Paths {
    inside: ModulePath,
    found: Vec<ModulePath>,
}

impl Paths {
    /// Records `path` if its first part is `crate`, `self` or `super`. It ignores all other paths, because they begin with a
    /// name that is in scope.
    fn note(&mut self, path: &[String]) {
        let mut from_root = match path.first().map(String::as_str) {
            Some("crate") => Vec::new(),
            Some("self" | "super") => self.inside.clone(),
            _ => return,
        };
        for part in path {
            match part.as_str() {
                "crate" | "self" => {}
                "super" => {
                    from_root.pop();
                }
                _ => from_root.push(part.clone()),
            }
        }
        self.found.push(from_root);
    }

    /// Records each path in a tree of imports. All these paths begin with `path`.
    fn note_tree(&mut self, tree: &UseTree, path: &mut Vec<String>) {
        match tree {
            UseTree::Path(step) => {
                path.push(step.ident.to_string());
                self.note_tree(&step.tree, path);
                path.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.note_tree(tree, path);
                }
            }
            UseTree::Name(name) => self.note(&[&path[..], &[name.ident.to_string()]].concat()),
            UseTree::Rename(name) => self.note(&[&path[..], &[name.ident.to_string()]].concat()),
            UseTree::Glob(_) => self.note(path),
        }
    }
}

impl Visit<'_> for Paths {
    fn visit_item(&mut self, item: &Item) {
        let attributes = match item {
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Mod(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => &Vec::new(),
        };
        if !is_for_tests(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &ItemMod) {
        self.inside.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.inside.pop();
    }

    fn visit_item_use(&mut self, item: &ItemUse) {
        self.note_tree(&item.tree, &mut Vec::new());
    }

    fn visit_path(&mut self, path: &syn::Path) {
        let parts = path.segments.iter().map(|part| part.ident.to_string());
        self.note(&parts.collect::<Vec<_>>());
        visit::visit_path(self, path);
    }
}
