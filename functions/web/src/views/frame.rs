//! The parts that all pages have around their content.

use crate::{
    assets::{self, PublicFiles},
    catalogue::{Messages, messages},
    locale::Locale,
    query::Query,
    visit::Visit,
};

/// The facts about a page that search engines and other programs read.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) title: String,
    /// One line for search engines and previews. It may be empty.
    pub(crate) description: String,
    /// The path at which the page is found; `None` for pages about errors, which search engines do not list.
    pub(crate) path: Option<String>,
    /// The query that belongs to the page's address, without the language.
    pub(crate) query: Query,
    /// The picture for previews of links, if the page has one.
    pub(crate) picture: Option<PagePicture>,
    /// The path of the feed of news, if the page has one.
    pub(crate) atom: Option<String>,
    /// The path of the calendar, if the page has one.
    pub(crate) calendar: Option<String>,
}

/// The picture for previews of links to a page.
#[derive(Debug)]
pub(crate) struct PagePicture {
    /// The absolute address.
    pub(crate) address: String,
    /// The width and the height in pixels.
    pub(crate) size: [u16; 2],
    /// The texts of the picture.
    pub(crate) alt: String,
}

/// A link to the same page in another language.
#[derive(Debug)]
pub(crate) struct Alternate {
    pub(crate) locale: Locale,
    pub(crate) name: &'static str,
    /// The link from this page.
    pub(crate) href: String,
    /// The absolute address.
    pub(crate) address: String,
}

/// The parts that all pages have around their content.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) visit: &'a Visit,
    pub(crate) page: Page,
    pub(crate) files: &'static PublicFiles,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(visit: &'a Visit, page: Page) -> Self {
        Self {
            visit,
            page,
            files: assets::public_files(),
        }
    }

    pub(crate) fn texts(&self) -> &'static Messages {
        self.visit.messages()
    }

    /// Returns the absolute address of the page. The address names the language if the visitor chose the language.
    pub(crate) fn canonical(&self) -> Option<String> {
        let path = self.page.path.as_ref()?;
        let linked = self.visit.linked(path, &self.page.query);
        Some(self.visit.site.at(&linked))
    }

    /// Returns the absolute address of the page in the language that the browser prefers.
    pub(crate) fn neutral(&self) -> Option<String> {
        let path = self.page.path.as_ref()?;
        Some(self.visit.site.at(&self.page.query.after(path)))
    }

    /// Returns the links to this page in all languages.
    pub(crate) fn alternates(&self) -> Vec<Alternate> {
        let path = self.page.path.as_ref().unwrap_or(&self.visit.path);
        let alternate = |locale: Locale| {
            let query = self.page.query.with("lang", Some(locale.tag()));
            Alternate {
                locale,
                name: &messages(locale).language_name,
                href: query.after(path),
                address: self.visit.site.at(&query.after(path)),
            }
        };
        Locale::ALL.into_iter().map(alternate).collect()
    }
}
