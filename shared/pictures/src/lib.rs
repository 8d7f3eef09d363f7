//! Pictures of events: uploaded files become JPEG files of several sizes, which are kept as objects.

#[cfg(feature = "codec")]
mod codec;

use std::sync::Arc;

use domain::{
    events::picture::{Picture, PictureSize},
    id::PictureId,
};
use futures::future;
use objects::{ObjectError, Objects};

#[cfg(feature = "codec")]
pub use codec::{PictureError, sizes_of};

/// The file of one size of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureFile {
    /// The width and the height of the file's picture.
    pub size: PictureSize,
    /// The file's content, a JPEG.
    pub jpeg: Vec<u8>,
}

/// The files of all pictures.
#[derive(Debug, Clone)]
pub struct Pictures(Arc<dyn Objects>);

impl Pictures {
    /// Returns the pictures that `objects` keeps.
    #[must_use]
    pub fn new(objects: Arc<dyn Objects>) -> Self {
        Self(objects)
    }

    /// Writes the files of the new picture `id`.
    ///
    /// # Errors
    /// A file could not be written. The others may be written.
    pub async fn keep(&self, id: PictureId, files: Vec<PictureFile>) -> Result<(), ObjectError> {
        let writes = files.into_iter().map(async |file| {
            let name = name(id, file.size.width);
            self.0.put(&name, file.jpeg).await
        });
        future::try_join_all(writes).await?;
        Ok(())
    }

    /// Reads the file of a picture's size that has the width `width`; `None` if there is no such file.
    ///
    /// # Errors
    /// The file could not be read.
    pub async fn file(&self, id: PictureId, width: u32) -> Result<Option<Vec<u8>>, ObjectError> {
        self.0.get(&name(id, width)).await
    }

    /// Deletes all files of a picture that exist.
    ///
    /// # Errors
    /// A file could not be deleted. The others may be deleted.
    pub async fn delete(&self, picture: &Picture) -> Result<(), ObjectError> {
        let deletions = picture.sizes.iter().map(async |size| {
            let name = name(picture.id, size.width);
            self.0.delete(&name).await
        });
        future::try_join_all(deletions).await?;
        Ok(())
    }
}

/// Returns the name of the object with the file of one size.
fn name(id: PictureId, width: u32) -> String {
    format!("{id}/{width}.jpg")
}
