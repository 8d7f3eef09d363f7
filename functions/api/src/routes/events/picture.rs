//! The operations on the picture of an event.

pub(crate) mod describe;
pub(crate) mod remove;
pub(crate) mod set;
mod shrink;

use bootstrap::clock;
use domain::{
    events::{Event, EventStatus, picture::Picture},
    invalid::Findings,
    security::{
        audit::{Deed, EventUpdate},
        policy::Action,
    },
    text::PictureDescription,
};
use store::EventWrite;

use super::get::{Found, shown};
use crate::{
    access,
    app::App,
    extract::{Acting, EventPath},
    problem::ApiError,
};

/// The maximum number of tries of a change. A try is repeated if another request changed the event at the same time.
const MAX_TRIES: u32 = 5;

/// Gives an event the picture that `picture` returns for it. The relay then deletes the files of a former picture. If two changes
/// run at the same time, the later one decides.
async fn replace(
    app: &App,
    acting: &Acting,
    path: EventPath,
    picture: impl Fn(&Event) -> Result<Option<Picture>, ApiError>,
) -> Result<Found, ApiError> {
    for _ in 0..MAX_TRIES {
        let before = access::event(app, &acting.actor, Action::ChangeEvent, path).await?;
        expect_editable(before.status)?;
        let picture = picture(&before)?;
        if before.picture == picture {
            return shown(app, &before).await;
        }
        let after = before.with_picture(picture, clock::now());
        let update = EventUpdate::of_picture(after.id);
        let entry = acting.entry(&Deed::UpdateEvent(update));
        let written = app
            .store
            .update_event(&after, &acting.request, Some(&entry))
            .await?;
        match written {
            EventWrite::Written => return shown(app, &after).await,
            // Another request changed the event after this try had read it.
            EventWrite::Stale => {}
        }
    }
    Err(ApiError::Contended)
}

fn expect_editable(status: EventStatus) -> Result<(), ApiError> {
    match status {
        EventStatus::Draft | EventStatus::Published => Ok(()),
        EventStatus::Cancelled | EventStatus::Completed => Err(ApiError::NotEditable {
            status: status.as_str(),
        }),
    }
}

/// Returns a typed description; `None` if it is empty.
fn described(typed: &str) -> Result<Option<PictureDescription>, ApiError> {
    let mut findings = Findings::default();
    let parsed = findings.check("/description", PictureDescription::parse(typed));
    let description = findings.finish(parsed)?;
    Ok(Some(description).filter(|description| !description.as_str().is_empty()))
}
