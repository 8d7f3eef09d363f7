//! A data folder that this process has open.

mod freshness;

use std::{path::PathBuf, sync::Arc};

use api::Generations;
use embedded::{Database, Options};
use store::Store;

use self::freshness::Freshness;
use crate::{folder::Folder, ports, secret::SecretFile, start_error::StartError};

/// A data folder that this process has open, with its database and its secret.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The data folder.
    pub folder: Folder,
    /// The database in the folder.
    pub database: Database,
    /// The secret in the folder.
    pub secret: SecretFile,
    /// Counts the changes of the items that public answers show, so that cached answers are not used after a change.
    pub generations: Arc<Generations>,
}

impl Opened {
    /// Opens a data folder, and creates what is missing in it. A secret is created only if the database has no item, because a
    /// new secret would end all sessions and make all tickets invalid.
    ///
    /// # Errors
    /// Another process has the folder open, something in the folder cannot be read or written, or the secret is missing.
    pub fn open(folder: Folder) -> Result<Self, StartError> {
        let file = |path: PathBuf| move |error| StartError::File(path, error);
        folder.create().map_err(file(folder.path().to_owned()))?;
        let generations = Arc::<Generations>::default();
        let options = Options {
            observer: Some(Arc::new(Freshness(generations.clone()))),
            ..Options::default()
        };
        let database = Database::open(folder.database(), options)?;
        let secret = SecretFile::at(folder.secret());
        if !secret.exists().map_err(file(folder.secret()))? {
            if !database.view().is_empty().map_err(StartError::Items)? {
                return Err(StartError::SecretLost(folder.secret()));
            }
            secret.create().map_err(file(folder.secret()))?;
        }
        Ok(Self {
            folder,
            database,
            secret,
            generations,
        })
    }

    /// Returns a store that uses the database.
    #[must_use]
    pub fn store(&self) -> Store {
        Store::new(ports::table(&self.database))
    }
}
