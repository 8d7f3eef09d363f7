//! Copies the files of the app, and writes the table in which the program finds them.

use std::{collections::BTreeMap, error::Error, fmt::Write as _, fs, path::Path};

use serde::Deserialize;

/// The list of the files of a build, as `web/scripts/finish.mjs` writes it.
#[derive(Deserialize)]
struct Manifest {
    /// The path of the page in which the app starts.
    shell: String,
    public: Public,
    pages: Vec<Page>,
    files: Vec<Listed>,
}

/// The files of one page of the app.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    /// The path, with `[name]` for a segment that may be anything.
    route: String,
    files: Vec<String>,
    /// The files of the page's texts, by the language's tag.
    texts: BTreeMap<String, Vec<String>>,
    /// What the page shows when its code starts, by the language's tag.
    #[serde(default)]
    first_paint: BTreeMap<String, String>,
}

/// The paths of the files of public pages.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Public {
    script: String,
    own_time: String,
    style: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    path: String,
    content_type: String,
    immutable: bool,
    etag: String,
    /// The content codings in which the file also exists.
    encodings: Vec<String>,
}

/// Writes `files.rs` into the folder `out`, with all files of the folder `build`, if it exists.
///
/// The files are copied, so that a later build of the app cannot change them while they are compiled.
pub(crate) fn write(build: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let Ok(manifest) = fs::read_to_string(build.join("manifest.json")) else {
        return Ok(fs::write(
            out.join("files.rs"),
            "static APP: Option<App> = None;\n",
        )?);
    };
    let mut manifest: Manifest = serde_json::from_str(&manifest)?;
    manifest.files.sort_by(|a, b| a.path.cmp(&b.path));
    let copies = out.join("files");
    if copies.exists() {
        fs::remove_dir_all(&copies)?;
    }
    fs::create_dir_all(&copies)?;
    let mut table = String::new();
    let Public {
        script,
        own_time,
        style,
    } = &manifest.public;
    writeln!(table, "static APP: Option<App> = Some(App {{")?;
    writeln!(table, "    shell: {:?},", manifest.shell)?;
    writeln!(table, "    script: {script:?},")?;
    writeln!(table, "    own_time: {own_time:?},")?;
    writeln!(table, "    style: {style:?},")?;
    writeln!(table, "    pages: &[")?;
    for Page {
        route,
        files,
        texts,
        first_paint,
    } in &manifest.pages
    {
        writeln!(
            table,
            "        AppPage {{ route: {route:?}, files: &{files:?}, texts: &["
        )?;
        for (language, files) in texts {
            writeln!(table, "            ({language:?}, &{files:?}),")?;
        }
        writeln!(table, "        ], first_paint: &[")?;
        for (language, html) in first_paint {
            writeln!(table, "            ({language:?}, {html:?}),")?;
        }
        writeln!(table, "        ] }},")?;
    }
    writeln!(table, "    ],")?;
    writeln!(table, "    files: &[")?;
    for (number, file) in manifest.files.iter().enumerate() {
        let copy = |ending: &str| -> Result<String, Box<dyn Error>> {
            let name = format!("{number}{ending}");
            fs::copy(
                build.join(format!("{}{ending}", file.path)),
                copies.join(&name),
            )?;
            Ok(format!(
                "include_bytes!(concat!(env!(\"OUT_DIR\"), \"/files/{name}\"))"
            ))
        };
        let coded = |coding: &str, ending: &str| -> Result<String, Box<dyn Error>> {
            if file.encodings.iter().any(|known| known == coding) {
                Ok(format!("Some({})", copy(ending)?))
            } else {
                Ok("None".to_owned())
            }
        };
        writeln!(
            table,
            "        File {{ path: {:?}, content_type: {:?}, immutable: {}, etag: {:?}, bytes: {}, brotli: {}, gzip: {} }},",
            file.path,
            file.content_type,
            file.immutable,
            file.etag,
            copy("")?,
            coded("br", ".br")?,
            coded("gzip", ".gz")?,
        )?;
    }
    writeln!(table, "    ],\n}});")?;
    Ok(fs::write(out.join("files.rs"), table)?)
}
