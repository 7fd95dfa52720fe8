//! What can be wrong with the library, each a sentence to show.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_READONLY_DBMOVED;

use crate::clean;

/// Why something is not remembered. Reading goes on.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    #[error("nothing is saved: there is no home directory")]
    NoHome,
    #[error("nothing is saved: {}: {reason}", shown(path))]
    Unusable { path: PathBuf, reason: Reason },
    /// A damaged database has been renamed, and a new one serves in its place.
    #[error("{} was damaged: it is kept as {}, and a new one was begun", shown(path), name(aside))]
    SetAside { path: PathBuf, aside: PathBuf },
    /// A damaged database has been renamed, and there cannot be a new one.
    #[error(
        "nothing is saved: {} was damaged: it is kept as {}, and no new one can be begun: {reason}",
        shown(path),
        name(aside)
    )]
    Lost { path: PathBuf, aside: PathBuf, reason: Reason },
}

/// What is wrong with a database.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    #[error("it is a directory")]
    Directory,
    #[error("it is not a file")]
    NotAFile,
    #[error("permission denied")]
    Denied,
    #[error("it is read-only")]
    ReadOnly,
    #[error("it was written by a newer cutline")]
    Newer,
    #[error("another program holds it")]
    Held,
    #[error("the disk is full")]
    Full,
    #[error("it cannot be written in that directory")]
    CannotOpen,
    /// It is no database, broken inside, or not cutline's.
    #[error("it is damaged")]
    Damaged,
    /// The file is no longer the one at its path.
    #[error("it was moved or deleted")]
    Moved,
    #[error("it is damaged, and cannot be set aside: {0}")]
    Stuck(io::Error),
    #[error("{0}")]
    File(io::Error),
    #[error("{}", clean::folded(&.0.to_string()))]
    Database(rusqlite::Error),
}

impl LibraryError {
    pub(super) fn unusable(path: &Path, reason: impl Into<Reason>) -> LibraryError {
        LibraryError::Unusable { path: path.to_path_buf(), reason: reason.into() }
    }
}

impl From<io::Error> for Reason {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::IsADirectory => Reason::Directory,
            io::ErrorKind::PermissionDenied => Reason::Denied,
            io::ErrorKind::ReadOnlyFilesystem => Reason::ReadOnly,
            io::ErrorKind::StorageFull => Reason::Full,
            _ => Reason::File(error),
        }
    }
}

impl From<rusqlite::Error> for Reason {
    fn from(error: rusqlite::Error) -> Self {
        if error.sqlite_extended_error_code() == Some(SQLITE_READONLY_DBMOVED) {
            return Reason::Moved;
        }
        match error.sqlite_error_code() {
            // Our statements are fixed and tested: one that has an error in it met tables that are not ours.
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt | ErrorCode::Unknown) => Reason::Damaged,
            Some(ErrorCode::PermissionDenied) => Reason::Denied,
            Some(ErrorCode::ReadOnly) => Reason::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Reason::Held,
            Some(ErrorCode::DiskFull) => Reason::Full,
            Some(ErrorCode::CannotOpen) => Reason::CannotOpen,
            _ => Reason::Database(error),
        }
    }
}

/// A path, fit to be shown.
fn shown(path: &Path) -> String {
    clean::folded(&path.to_string_lossy()).into_owned()
}

/// A path's last part, fit to be shown.
fn name(path: &Path) -> String {
    shown(Path::new(path.file_name().unwrap_or_default()))
}
