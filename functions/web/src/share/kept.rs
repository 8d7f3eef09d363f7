//! Keeps the pictures that were drawn last.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::body::Bytes;

/// The largest number of pictures that are kept. A picture has 10 to 40 kB.
const MOST: usize = 32;

/// The pictures that were drawn last, by their paths. A path never gets another picture, so no entry is ever outdated.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<VecDeque<(String, Bytes)>>);

impl Kept {
    fn entries(&self) -> MutexGuard<'_, VecDeque<(String, Bytes)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn get(&self, path: &str) -> Option<Bytes> {
        let entries = self.entries();
        let found = entries.iter().find(|(kept, _)| kept == path);
        found.map(|(_, png)| png.clone())
    }

    /// Keeps a picture. Drops the oldest one if there are too many.
    pub(super) fn put(&self, path: String, png: Bytes) {
        let mut entries = self.entries();
        entries.truncate(MOST - 1);
        entries.push_front((path, png));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_picture_is_dropped() {
        let kept = Kept::default();
        for no in 0..=MOST {
            kept.put(no.to_string(), Bytes::from(no.to_string()));
        }
        assert_eq!(kept.get("0"), None);
        for no in 1..=MOST {
            let no = no.to_string();
            assert_eq!(kept.get(&no), Some(Bytes::from(no.clone())));
        }
    }
}
