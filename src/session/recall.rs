//! The library, opened when it is first needed: an article that it has nothing of is on the screen without.

use std::path::PathBuf;

use crate::clean;
use crate::document::Document;
use crate::library::{self, Library, LibraryError, Opened};
use crate::reader::memory::Memory;
use crate::structure::Correction;

/// The library, opened or not yet.
pub(super) struct Recall {
    /// Where it is, until it is opened.
    unopened: Option<PathBuf>,
    opened: Option<Library>,
    /// What there is to say of it, not yet said.
    pub warning: Option<String>,
    /// Why it could not be opened the last time.
    refused: Option<String>,
}

/// What the library has of an article.
pub(super) enum Has<'a> {
    /// Nothing: it was never read.
    Nothing,
    /// What only the library itself can tell.
    Something(&'a mut Library),
    /// It cannot be asked.
    Unknown,
}

impl Recall {
    /// This reader's library, not opened.
    pub fn new() -> Recall {
        let path = library::default_path();
        let warning = path.as_ref().err().map(said);
        Recall { unopened: path.ok(), opened: None, warning, refused: None }
    }

    /// The library, if it can be had. What kept it from being opened may have passed the next time; it is said once.
    pub fn open(&mut self) -> Option<&mut Library> {
        if let Some(path) = &self.unopened {
            match Library::open(path) {
                Ok(Opened { library, warning }) => {
                    (self.unopened, self.opened, self.warning) = (None, Some(library), warning);
                }
                Err(error) => {
                    let why = Some(said(&error));
                    if self.refused != why {
                        (self.refused, self.warning) = (why.clone(), why);
                    }
                }
            }
        }
        self.opened.as_mut()
    }

    /// What it has of an article.
    pub fn of(&mut self, document: &Document) -> Has<'_> {
        if self.unopened.as_ref().is_some_and(|path| !library::may_have(path, document)) {
            return Has::Nothing;
        }
        self.open().map_or(Has::Unknown, Has::Something)
    }
}

impl Has<'_> {
    /// What the reader said about an article's blocks, if that can be told: before its structure is decided.
    pub fn corrections(&mut self, document: &Document) -> Option<Vec<Correction>> {
        match self {
            Has::Nothing => Some(Vec::new()),
            Has::Something(library) => library.corrections(document).ok(),
            Has::Unknown => None,
        }
    }

    /// All that is remembered of it, if that can be told: after.
    pub fn memory(self, document: &Document) -> Option<Memory> {
        match self {
            Has::Nothing => Some(Memory::default()),
            Has::Something(library) => library.recall(document).ok(),
            Has::Unknown => None,
        }
    }
}

fn said(error: &LibraryError) -> String {
    clean::folded(&error.to_string()).into_owned()
}
