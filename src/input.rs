//! Where articles come from: files, standard input, and the one that is bundled.

use std::io::{self, Read};
use std::path::PathBuf;

use crate::clean;
use crate::decode::{self, DecodeError};

/// The article that a new user sees first.
const BUNDLED: &str = include_str!("../assets/welcome.txt");

/// Something to read an article from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    File(PathBuf),
    Standard,
    Bundled,
}

/// Why a source cannot be read, as a sentence that names it.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {reason}")]
pub struct InputError {
    pub name: String,
    pub reason: Reason,
}

/// What was wrong with a source.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    #[error("no such file")]
    Missing,
    #[error("it is a directory")]
    Directory,
    #[error("it may not be read: permission denied")]
    Denied,
    #[error("{0}")]
    Decode(#[from] DecodeError),
    #[error("it cannot be read: {0}")]
    Other(io::Error),
}

impl From<io::Error> for Reason {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Reason::Missing,
            io::ErrorKind::IsADirectory => Reason::Directory,
            io::ErrorKind::PermissionDenied => Reason::Denied,
            _ => Reason::Other(error),
        }
    }
}

impl Source {
    /// The source that a word of the command line names.
    pub fn named(name: &str) -> Source {
        if name == "-" { Source::Standard } else { Source::File(PathBuf::from(name)) }
    }

    /// What the source is called, fit to be shown.
    pub fn name(&self) -> String {
        match self {
            Source::File(path) => clean::folded(&path.to_string_lossy()).into_owned(),
            Source::Standard => "standard input".to_string(),
            Source::Bundled => "welcome.txt".to_string(),
        }
    }

    /// Where the source is to be found again, from whatever directory: for a file its absolute path.
    pub fn whereabouts(&self) -> String {
        match self {
            Source::File(path) => std::path::absolute(path).as_ref().unwrap_or(path).to_string_lossy().into_owned(),
            _ => self.name(),
        }
    }

    /// The source's text, decoded.
    ///
    /// # Errors
    /// What is missing, a directory, unreadable or no text.
    pub fn load(&self) -> Result<String, InputError> {
        self.text().map_err(|reason| InputError { name: self.name(), reason })
    }

    fn text(&self) -> Result<String, Reason> {
        let bytes = match self {
            Source::Bundled => return Ok(BUNDLED.to_string()),
            Source::File(path) => std::fs::read(path)?,
            Source::Standard => {
                let mut bytes = Vec::new();
                io::stdin().lock().read_to_end(&mut bytes)?;
                bytes
            }
        };
        Ok(decode::decode(&bytes, None)?)
    }
}
