//! The effects of checks of pictures.

use domain::events::{Event, picture::Picture};
use store::PictureCheck;

use crate::effect::Effect;

/// Returns the effect of a check that is due.
pub(crate) fn on_check_due(check: &PictureCheck) -> Vec<Effect> {
    vec![Effect::DiscardPicture(Box::new(check.clone()))]
}

/// Returns the effect of the end of an event's picture. `after` is `None` if the event was deleted.
pub(super) fn on_former_picture(before: &Event, after: Option<&Event>) -> Option<Effect> {
    let id = |picture: &Picture| picture.id;
    let former = before.picture.as_ref()?;
    let present = after.and_then(|event| event.picture.as_ref());
    (present.map(id) != Some(former.id)).then(|| {
        Effect::DiscardPicture(Box::new(PictureCheck {
            event_id: before.id,
            picture: former.clone(),
        }))
    })
}
