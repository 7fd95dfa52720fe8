//! The list of what was read.

use rusqlite::types::ValueRef;

use super::{Library, LibraryError, schema};
use crate::clean;

/// An article that was read. What is said of it is fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The number that [`Library::forget`] takes.
    pub id: i64,
    pub title: Option<String>,
    /// What it was opened as the last time: a path or an address, as it was given.
    pub source: String,
    /// Hundredths of the story that lay above the end of what was in sight when it was left.
    pub reached: Option<u8>,
    /// The day that it was opened last, as ISO 8601, and how many days ago that is.
    pub day: String,
    pub days: i64,
}

/// Articles that are listed, at most.
const MOST: i64 = 10_000;

impl Library {
    /// What was read, the last first.
    ///
    /// # Errors
    /// The library cannot be read.
    pub fn articles(&mut self) -> Result<Vec<Read>, LibraryError> {
        self.healed(|library| {
            let mut statement = library.connection.prepare(schema::ARTICLES)?;
            let text = |value: ValueRef<'_>| String::from_utf8_lossy(value.as_bytes().unwrap_or_default()).into_owned();
            let rows = statement.query_map([MOST], |row| {
                let title = clean::folded(&text(row.get_ref(1)?)).into_owned();
                Ok(Read {
                    id: row.get(0)?,
                    title: Some(title).filter(|title| !title.is_empty()),
                    source: text(row.get_ref(2)?),
                    reached: row.get(3).unwrap_or_default(),
                    day: row.get(4).unwrap_or_default(),
                    days: row.get(5).unwrap_or_default(),
                })
            })?;
            rows.collect()
        })
    }

    /// Forgets an article, and all that was kept with it. Nothing of it is kept until it is recalled again, or something
    /// is marked, corrected, highlighted or noted in it that was not before.
    ///
    /// # Errors
    /// The library cannot be written.
    pub fn forget(&mut self, id: i64) -> Result<(), LibraryError> {
        self.healed(|library| {
            let mut statement = library.connection.prepare(schema::FORGET_ARTICLE)?;
            let hashes = statement.query_map([id], |row| row.get(0))?.collect::<rusqlite::Result<Vec<super::Id>>>()?;
            drop(statement);
            for hash in hashes {
                let known = library.known.remove(&hash).unwrap_or_default();
                library.forgotten.insert(hash, known.memory);
            }
            Ok(())
        })
    }
}
