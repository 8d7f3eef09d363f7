//! The layout that all mails share.

use askama::{Template, filters::HtmlSafe};

use crate::{
    clean,
    error::ComposeError,
    letter::{Head, Letter},
    link,
};

/// A mail's subject, heading, body and other texts, in the layout that all mails share.
pub(crate) struct Layout<'a> {
    letter: &'a dyn Letter,
    /// The subject, from which control characters have been removed.
    pub(crate) subject: String,
    heading: &'static str,
    greeting: String,
    reason: &'static str,
    unsubscribe_url: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "layout.html")]
struct Html<'a> {
    subject: &'a str,
    heading: &'a str,
    greeting: &'a str,
    body: Markup,
    reason: &'a str,
    unsubscribe_url: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "layout.txt")]
struct Text<'a> {
    heading: &'a str,
    greeting: &'a str,
    body: String,
    reason: &'a str,
    unsubscribe_url: Option<&'a str>,
}

/// HTML that was rendered from a mail's template. The template has already escaped the texts that users wrote.
struct Markup(String);

impl std::fmt::Display for Markup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

impl<'a> Layout<'a> {
    /// Puts the body of `letter` and the texts of its `head` into the layout. `name` is the recipient's name for the greeting.
    ///
    /// # Errors
    /// A link is invalid, or the mail has no content.
    pub(crate) fn of(
        letter: &'a dyn Letter,
        head: &Head,
        name: Option<&str>,
    ) -> Result<Self, ComposeError> {
        letter.check()?;
        let enclosures = letter.enclosures();
        if let Some(url) = enclosures.event.and_then(|event| event.url) {
            link::web(url)?;
        }
        Ok(Self {
            letter,
            subject: clean::line(&head.subject),
            heading: head.heading,
            greeting: match name {
                Some(name) => format!("Hello {name},"),
                None => "Hello,".to_owned(),
            },
            reason: head.reason,
            unsubscribe_url: enclosures.unsubscribe_url.map(link::web).transpose()?,
        })
    }

    /// Returns the mail as plain text, in the layout that all mails share.
    ///
    /// # Errors
    /// A template cannot be filled.
    pub(crate) fn text(&self) -> Result<String, ComposeError> {
        let page = Text {
            heading: self.heading,
            greeting: &self.greeting,
            body: self.letter.text()?,
            reason: self.reason,
            unsubscribe_url: self.unsubscribe_url,
        };
        Ok(page.render()?)
    }

    /// Returns the mail as an HTML document, in the layout that all mails share. The picture of the QR code in it has the
    /// content id `qr_content_id`.
    ///
    /// # Errors
    /// A template cannot be filled.
    pub(crate) fn html(&self, qr_content_id: &str) -> Result<String, ComposeError> {
        let page = Html {
            subject: &self.subject,
            heading: self.heading,
            greeting: &self.greeting,
            body: Markup(self.letter.html(qr_content_id)?),
            reason: self.reason,
            unsubscribe_url: self.unsubscribe_url,
        };
        Ok(page.render()?)
    }
}
