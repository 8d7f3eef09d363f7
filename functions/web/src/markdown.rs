//! Renders the organizer's texts: a safe subset of Markdown.
//!
//! The texts are hostile input. Raw HTML is shown as text, pictures as their alternative text. A link has an absolute address
//! of the schemes `http`, `https` or `mailto`; any other link is shown as text. Code has no class, and headings have no id.

use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html,
};
use url::Url;

use crate::markup::{Markup, escaped};

#[cfg(test)]
mod tests;

/// The maximum number of lists and quotations that are nested in each other. Those that are nested deeper are shown without
/// their own indentation.
const MAX_DEPTH: usize = 8;

/// Renders Markdown below a heading of the second level. So its own headings begin with the third level.
pub(crate) fn rendered(text: &str) -> Markup {
    let mut filter = Filter::default();
    let events = Parser::new_ext(text, Options::empty());
    let mut rendered = String::with_capacity(text.len() * 2);
    html::push_html(&mut rendered, events.filter_map(|event| filter.pass(event)));
    Markup::trusted(rendered)
}

/// Returns the words of Markdown in one line, at most `most` characters of them.
pub(crate) fn summary(text: &str, most: usize) -> String {
    let mut words = String::new();
    for event in Parser::new_ext(text, Options::empty()) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::Image) => {}
            Event::SoftBreak | Event::HardBreak | Event::End(_) => words.push(' '),
            _ => {}
        }
    }
    let words: Vec<&str> = words.split_whitespace().collect();
    shortened(&words.join(" "), most)
}

/// Returns at most `most` characters of a text. If it is cut, it is cut between two words and ends with an ellipsis.
fn shortened(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else {
        return text.to_owned();
    };
    let cut = text.get(..end).unwrap_or_default();
    let whole = cut.rfind(' ').and_then(|end| cut.get(..end));
    format!("{}…", whole.unwrap_or(cut))
}

/// A filter that replaces the parser's events that no page may show.
#[derive(Debug, Default)]
struct Filter {
    /// Whether each open link is shown as a link.
    links: Vec<bool>,
    /// Whether each open list, item and quotation is shown.
    blocks: Vec<bool>,
}

impl Filter {
    fn pass<'a>(&mut self, event: Event<'a>) -> Option<Event<'a>> {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Html(html) | Event::InlineHtml(html) => Some(Event::Text(html)),
            // Many organizers write plain text, in which the end of a line means a new line.
            Event::SoftBreak => Some(Event::HardBreak),
            event @ (Event::Text(_) | Event::Code(_) | Event::HardBreak | Event::Rule) => {
                Some(event)
            }
            // No option of the parser enables these events.
            Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => None,
        }
    }

    fn start<'a>(&mut self, tag: Tag<'a>) -> Option<Event<'a>> {
        match tag {
            Tag::Link {
                link_type,
                dest_url,
                ..
            } => {
                let address = address(link_type, &dest_url);
                self.links.push(address.is_some());
                address.map(|address| Event::InlineHtml(opening(&address)))
            }
            Tag::BlockQuote(_) | Tag::List(_) | Tag::Item => {
                let is_shown = self.blocks.len() < MAX_DEPTH;
                self.blocks.push(is_shown);
                let tag = match tag {
                    Tag::BlockQuote(_) => Tag::BlockQuote(None),
                    tag => tag,
                };
                is_shown.then_some(Event::Start(tag))
            }
            Tag::Heading { level, .. } => Some(Event::Start(Tag::Heading {
                level: shifted(level),
                id: None,
                classes: Vec::new(),
                attrs: Vec::new(),
            })),
            Tag::CodeBlock(_) => Some(Event::Start(Tag::CodeBlock(CodeBlockKind::Indented))),
            Tag::HtmlBlock => Some(Event::Start(Tag::Paragraph)),
            Tag::Paragraph | Tag::Emphasis | Tag::Strong => Some(Event::Start(tag)),
            // Pictures are not shown, and no option enables the others.
            _ => None,
        }
    }

    fn end<'a>(&mut self, tag: TagEnd) -> Option<Event<'a>> {
        match tag {
            TagEnd::Link => {
                let is_shown = self.links.pop().unwrap_or(false);
                is_shown.then_some(Event::InlineHtml(CowStr::Borrowed("</a>")))
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => {
                let is_shown = self.blocks.pop().unwrap_or(false);
                let tag = match tag {
                    TagEnd::BlockQuote(_) => TagEnd::BlockQuote(None),
                    tag => tag,
                };
                is_shown.then_some(Event::End(tag))
            }
            TagEnd::Heading(level) => Some(Event::End(TagEnd::Heading(shifted(level)))),
            TagEnd::HtmlBlock => Some(Event::End(TagEnd::Paragraph)),
            TagEnd::CodeBlock | TagEnd::Paragraph | TagEnd::Emphasis | TagEnd::Strong => {
                Some(Event::End(tag))
            }
            _ => None,
        }
    }
}

fn shifted(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

/// Returns the address to which a link leads; `None` if it must not be a link. The address is parsed as browsers parse it, so
/// that they cannot find another scheme in it. An address with a user name is refused, because it hides its host.
fn address(kind: LinkType, typed: &str) -> Option<Url> {
    let url = match kind {
        LinkType::Email => Url::parse(&format!("mailto:{typed}")),
        _ => Url::parse(typed),
    };
    let url = url.ok()?;
    let is_web = ["http", "https"].contains(&url.scheme());
    let is_plain = url.username().is_empty() && url.password().is_none();
    ((is_web && is_plain) || url.scheme() == "mailto").then_some(url)
}

/// Returns the start of a link. Search engines do not count it, and the page that it leads to cannot reach this page.
fn opening<'a>(address: &Url) -> CowStr<'a> {
    let address = escaped(address.as_str());
    format!(r#"<a href="{address}" rel="nofollow noopener ugc">"#).into()
}
