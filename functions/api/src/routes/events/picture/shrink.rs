//! Makes the sizes of an uploaded picture without blocking other requests.
//!
//! That takes up to a second of CPU and 300 MB. A function on Lambda has a runtime of one thread and answers one request at a
//! time, so the work is done in place. On a runtime of several threads, it is done on another thread, for one picture at a time.

use axum::body::Bytes;
use domain::{
    events::picture::MAX_PIXELS,
    invalid::{Invalid, Reason},
};
use pictures::{PictureError, PictureFile};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    sync::Semaphore,
    task::spawn_blocking,
};

use crate::problem::ApiError;

static TURN: Semaphore = Semaphore::const_new(1);

/// Returns the files in which a picture is kept.
///
/// # Errors
/// The file is not a picture that can be shown, or the work panicked.
pub(super) async fn sizes_of(file: Bytes) -> Result<Vec<PictureFile>, ApiError> {
    if Handle::current().runtime_flavor() == RuntimeFlavor::CurrentThread {
        return Ok(pictures::sizes_of(&file)?);
    }
    let turn = TURN.acquire().await.map_err(ApiError::internal)?;
    let work = spawn_blocking(move || {
        // The work keeps its turn until it ends, even if the caller no longer waits.
        let _turn = turn;
        pictures::sizes_of(&file)
    });
    Ok(work.await.map_err(ApiError::internal)??)
}

impl From<PictureError> for ApiError {
    fn from(error: PictureError) -> Self {
        let reason = match error {
            PictureError::OtherFormat => return Self::NoPicture,
            PictureError::Animated => Reason::Animation,
            PictureError::TooManyPixels => Reason::TooManyPixels { max: MAX_PIXELS },
            PictureError::Damaged => Reason::Damaged,
        };
        Self::Invalid(vec![Invalid::new("", reason, error)])
    }
}
