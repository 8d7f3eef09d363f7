//! The picture that social networks and messengers show beside a link to an event.

mod kept;

use std::sync::Arc;

use answers::entity_tag;
use axum::body::Bytes;
use domain::{
    events::{Event, EventStatus},
    id::EventId,
};
use rendering::share::{DESIGN, ShareCard, share_png};
use tokio::sync::Semaphore;

use self::kept::Kept;
use crate::{catalogue::messages, dates::Clock, error::PageError, locale::Locale};

/// The name of the site in the picture.
const SITE: &str = "em-connect";
const FILE_TYPE: &str = ".png";

/// The pictures that were drawn last, and the permit to draw.
#[derive(Debug)]
pub(crate) struct ShareImages {
    kept: Kept,
    /// One picture is drawn at a time, so that drawing never takes more than one processor.
    permit: Arc<Semaphore>,
}

impl Default for ShareImages {
    fn default() -> Self {
        Self {
            kept: Kept::default(),
            permit: Arc::new(Semaphore::new(1)),
        }
    }
}

/// The texts of an event's picture in one language.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    event: EventId,
    locale: Locale,
    title: String,
    when: String,
    zone: String,
    venue: String,
    cancelled: Option<&'static str>,
}

impl Picture {
    /// Returns the texts of the event's picture in a language. The fonts of pictures have no Arabic letters, so visitors who
    /// read Arabic get the English picture.
    pub(crate) fn of(event: &Event, locale: Locale) -> Self {
        let locale = match locale {
            Locale::Arabic => Locale::English,
            Locale::English | Locale::German | Locale::French | Locale::Spanish => locale,
        };
        let texts = messages(locale);
        let details = &event.details;
        let period = Clock::new(texts, &details.schedule.timezone).period(&details.schedule);
        let is_cancelled = event.status == EventStatus::Cancelled;
        Self {
            event: event.id,
            locale,
            title: details.title.as_str().to_owned(),
            when: format!("{} – {}", period.starts.text, period.ends.text),
            zone: period.zone,
            venue: details.venue.as_str().to_owned(),
            cancelled: is_cancelled.then_some(texts.badge_cancelled.as_str()),
        }
    }

    /// Returns the path of the picture. It changes with the content, so caches may keep the picture for a year.
    pub(crate) fn path(&self) -> String {
        let Self { event, locale, .. } = self;
        let (tag, version) = (locale.tag(), self.version());
        format!("/events/{event}/share/{tag}-{version}{FILE_TYPE}")
    }

    /// Returns a digest of everything that the picture shows.
    fn version(&self) -> String {
        let texts = (
            DESIGN,
            SITE,
            &self.title,
            &self.when,
            &self.zone,
            &self.venue,
            self.cancelled,
        );
        entity_tag::digest_of(format!("{texts:?}").as_bytes())
    }

    /// Returns the picture as PNG. Draws it unless it was drawn recently.
    pub(crate) async fn png(self, pictures: &Arc<ShareImages>) -> Result<Bytes, PageError> {
        let path = self.path();
        if let Some(png) = pictures.kept.get(&path) {
            return Ok(png);
        }
        let permit = pictures.permit.clone().acquire_owned().await;
        let permit = permit.map_err(|error| PageError::Internal(error.into()))?;
        let pictures = pictures.clone();
        // Drawing takes milliseconds of a processor, and other requests must not wait for it. The work also ends if its caller
        // goes away, so that the next caller finds the picture.
        let work = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            if let Some(png) = pictures.kept.get(&path) {
                return Ok(png);
            }
            let png = Bytes::from(share_png(&self.card())?);
            pictures.kept.put(path, png.clone());
            Ok::<_, rendering::share::ShareError>(png)
        });
        let drawn = work
            .await
            .map_err(|error| PageError::Internal(error.into()))?;
        drawn.map_err(|error| PageError::Internal(error.into()))
    }

    fn card(&self) -> ShareCard<'_> {
        ShareCard {
            site: SITE,
            title: &self.title,
            when: &self.when,
            zone: &self.zone,
            venue: &self.venue,
            cancelled: self.cancelled,
        }
    }
}

/// Returns the language that the name of a picture's file begins with.
pub(crate) fn locale_of(file: &str) -> Option<Locale> {
    let (tag, _) = file.strip_suffix(FILE_TYPE)?.split_once('-')?;
    Locale::ALL.into_iter().find(|locale| locale.tag() == tag)
}
