//! The files of the app and of the script of the pages, which Node builds and the program contains.

use std::sync::LazyLock;

use answers::entity_tag;

use crate::locale::Locale;

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// A file that the program contains.
#[derive(Debug)]
pub(crate) struct File {
    /// The path of its address, without the slash at the beginning.
    pub(crate) path: &'static str,
    pub(crate) content_type: &'static str,
    /// Whether the file's name changes with its content, so that caches may keep it for a year.
    pub(crate) immutable: bool,
    /// The strong entity tag, in quotation marks.
    pub(crate) etag: &'static str,
    pub(crate) bytes: &'static [u8],
    pub(crate) brotli: Option<&'static [u8]>,
    pub(crate) gzip: Option<&'static [u8]>,
}

/// The files of the app.
#[derive(Debug)]
pub(crate) struct App {
    /// The path of the page in which the app starts.
    pub(crate) shell: &'static str,
    /// The path of the script of the public pages.
    pub(crate) script: &'static str,
    /// The path of the script that adds the visitor's own time to an event's page.
    pub(crate) own_time: &'static str,
    /// The path of the style sheet of the public pages.
    pub(crate) style: &'static str,
    /// The pages. A route without a variable segment comes before the routes with one.
    pub(crate) pages: &'static [AppPage],
    /// All files, in the order of their paths.
    pub(crate) files: &'static [File],
}

/// A page of the app, with the files that the page where the app starts does not name yet.
#[derive(Debug)]
pub(crate) struct AppPage {
    /// The path, with `[name]` for a segment that may be anything.
    pub(crate) route: &'static str,
    /// The paths of the page's scripts and style sheets.
    pub(crate) files: &'static [&'static str],
    /// The tag of each language, with the paths of the page's texts.
    pub(crate) texts: &'static [(&'static str, &'static [&'static str])],
    /// The tag of each language, with the HTML that the page shows when its code starts. Empty if that depends on the account or
    /// on the address.
    pub(crate) first_paint: &'static [(&'static str, &'static str)],
}

impl AppPage {
    /// Returns whether this page has the address with this path.
    fn is_at(&self, path: &str) -> bool {
        let mut segments = path.split('/');
        let is_same = self.route.split('/').all(|expected| {
            let segment = segments.next();
            segment.is_some_and(|segment| expected.starts_with('[') || segment == expected)
        });
        is_same && segments.next().is_none()
    }

    /// Returns the paths of all files of the page in this language.
    pub(crate) fn files(&self, locale: Locale) -> impl Iterator<Item = &'static str> {
        let texts = in_language(self.texts, locale).unwrap_or_default();
        self.files.iter().chain(texts).copied()
    }

    /// Returns the HTML that the page shows when its code starts; empty if that depends on more than the language.
    pub(crate) fn first_paint(&self, locale: Locale) -> &'static str {
        in_language(self.first_paint, locale).unwrap_or_default()
    }
}

/// Returns the value of this language in a list of the tags of languages and their values.
fn in_language<T: Copy>(values: &[(&'static str, T)], locale: Locale) -> Option<T> {
    let value = values.iter().find(|(tag, _)| *tag == locale.tag());
    value.map(|(_, value)| *value)
}

/// The addresses of the files that public pages load.
#[derive(Debug)]
pub(crate) struct PublicFiles {
    pub(crate) style: String,
    /// `None` if the program was built without Node.
    pub(crate) script: Option<String>,
    /// Only the page of an event loads this script.
    pub(crate) own_time: Option<String>,
    pub(crate) icon: Option<String>,
}

/// The style sheet of programs that were built without Node.
pub(crate) static STYLE: LazyLock<String> = LazyLock::new(|| {
    let sheets = [
        include_str!("../../../web/styles/tokens.css"),
        include_str!("../../../web/styles/base.css"),
        include_str!("../../../web/styles/pages.css"),
        include_str!("../../../web/styles/public.css"),
    ];
    let lines = sheets.iter().flat_map(|sheet| sheet.lines());
    // The imports name the other sheets, which are already here.
    let lines = lines.filter(|line| !line.starts_with("@import"));
    lines.flat_map(|line| [line.trim(), "\n"]).collect()
});

/// The path of [`STYLE`], without the slash at the beginning. The path changes with the content.
pub(crate) static STYLE_PATH: LazyLock<String> = LazyLock::new(|| {
    let tag = entity_tag::digest_of(STYLE.as_bytes());
    format!("assets/public-{tag}.css")
});

const ICON: &str = "assets/icons/icon.svg";

impl App {
    /// Returns the file with this path.
    pub(crate) fn file(&self, path: &str) -> Option<&'static File> {
        let at = self.files.binary_search_by(|file| file.path.cmp(path));
        self.files.get(at.ok()?)
    }

    /// Returns the page with this address; `None` if the app shows an error there.
    pub(crate) fn page(&self, path: &str) -> Option<&'static AppPage> {
        self.pages.iter().find(|page| page.is_at(path))
    }
}

/// Returns the files of the app; `None` if the program was built without Node.
pub(crate) fn app() -> Option<&'static App> {
    APP.as_ref()
}

/// Returns whether the program contains the app.
#[must_use]
pub fn has_app() -> bool {
    app().is_some()
}

/// Returns the addresses of the files that public pages load.
pub(crate) fn public_files() -> &'static PublicFiles {
    static FILES: LazyLock<PublicFiles> = LazyLock::new(|| match app() {
        Some(app) => PublicFiles {
            style: format!("/{}", app.style),
            script: Some(format!("/{}", app.script)),
            own_time: Some(format!("/{}", app.own_time)),
            icon: app.file(ICON).map(|file| format!("/{}", file.path)),
        },
        None => PublicFiles {
            style: format!("/{}", *STYLE_PATH),
            script: None,
            own_time: None,
            icon: None,
        },
    });
    &FILES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_found_by_its_path() {
        let page = |route| AppPage {
            route,
            files: &["a.js"],
            texts: &[("en", &["en.js"]), ("de", &["de.js"])],
            first_paint: &[],
        };
        let rows = [
            ("/app/sign-in", "/app/sign-in", true),
            ("/app/sign-in", "/app/sign-in/", false),
            ("/app/sign-in", "/app", false),
            ("/app", "/app/sign-in", false),
            ("/app/organize/[id]/edit", "/app/organize/evt_1/edit", true),
            ("/app/organize/[id]/edit", "/app/organize/evt_1/live", false),
            ("/scan/[eventId]", "/scan", false),
        ];
        for (route, path, expected) in rows {
            assert_eq!(page(route).is_at(path), expected, "{route} {path}");
        }
        let german: Vec<_> = page("/app").files(Locale::German).collect();
        assert_eq!(german, ["a.js", "de.js"]);
    }
}
