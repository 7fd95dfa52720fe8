//! The database as a file: opened, made, checked, set aside.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Read as _};
#[cfg(unix)]
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::error::Reason;
use super::schema;

/// How long to wait for another cutline, which holds the library for as long as a disk takes to write a page.
const PATIENCE: Duration = Duration::from_secs(2);

/// Opens the database at an absolute path, made if it is not there, and brings its tables up to date.
pub fn connect(path: &Path) -> Result<Connection, Reason> {
    prepare(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    // What hangs on an article goes with it.
    connection.pragma_update(None, "foreign_keys", true)?;
    schema::bring_up_to_date(&mut connection)?;
    Ok(connection)
}

/// Whether the database at a path may hold these few bytes, as an article's hash, for SQLite writes them into its pages
/// as they are (<https://sqlite.org/fileformat2.html>). So it may, too, where only SQLite can tell what it holds, or
/// there is something to say of it: it is not there, is cut short, cannot be written, is being written, is of another
/// version.
pub fn may_hold(path: &Path, bytes: &[u8]) -> bool {
    let pages = || {
        // The journal lies beside what a link leads to.
        let path = fs::canonicalize(path).ok()?;
        let is_journaled = || ["-journal", "-wal"].iter().any(|suffix| with_suffix(&path, suffix).exists());
        // A pipe is not to be waited for.
        fs::metadata(&path).ok().filter(|found| found.is_file() && found.len() <= GLANCED && !is_journaled())?;
        let file = OpenOptions::new().read(true).write(true).open(&path).ok()?;
        let mut pages = Vec::new();
        file.take(GLANCED).read_to_end(&mut pages).ok().filter(|_| !is_journaled())?;
        Some(pages).filter(|pages| schema::is_up_to_date(pages))
    };
    pages().is_none_or(|pages| memchr::memmem::find(&pages, bytes).is_some())
}

/// Bytes of a database that are looked through, at most.
const GLANCED: u64 = 1 << 20;

/// A database that is whole. It is read from end to end: for one that is suspected, not for every opening.
pub fn checked(connection: Connection) -> Result<Connection, Reason> {
    let found: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found == "ok" { Ok(connection) } else { Err(Reason::Damaged) }
}

/// Sees that there is a file at the path: SQLite's own errors do not say why there cannot be one, and opening what
/// is no file, such as a pipe, may wait for ever. The file is its reader's alone.
fn prepare(path: &Path) -> Result<(), Reason> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => return Err(Reason::Directory),
        Ok(found) if !found.is_file() => return Err(Reason::NotAFile),
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let (mut folder, mut file) = (DirBuilder::new(), OpenOptions::new());
    folder.recursive(true);
    file.write(true).create_new(true);
    #[cfg(unix)]
    {
        folder.mode(0o700);
        file.mode(0o600);
    }
    if let Some(parent) = path.parent() {
        folder.create(parent)?;
    }
    match file.open(path) {
        // Another cutline was faster, or the path is a link to where nothing is yet.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        opened => Ok(opened.map(drop)?),
    }
}

/// Renames a database, and what belongs to it, to a name with the time in it that nothing has yet.
pub fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let time = Connection::open_in_memory()
        .and_then(|c| c.query_row("SELECT strftime('%Y-%m-%dT%H%M%SZ')", [], |row| row.get::<_, String>(0)))
        .map_err(io::Error::other)?;
    let aside = (0..u32::MAX)
        .map(|n| with_suffix(path, &if n == 0 { format!(".damaged-{time}") } else { format!(".damaged-{time}-{n}") }))
        .find(|free| fs::symlink_metadata(free).is_err())
        .ok_or(io::ErrorKind::AlreadyExists)?;
    // The journal goes first: left alone beside a new database it would be played into that.
    for suffix in ["-journal", "-wal"] {
        match fs::rename(with_suffix(path, suffix), with_suffix(&aside, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    fs::rename(path, &aside)?;
    Ok(aside)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_journal_is_set_aside_with_its_database() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        fs::write(&path, "pages").unwrap();
        fs::write(with_suffix(&path, "-journal"), "pages before").unwrap();
        let aside = set_aside(&path).unwrap();
        assert_eq!(fs::read_to_string(&aside).unwrap(), "pages");
        assert_eq!(fs::read_to_string(with_suffix(&aside, "-journal")).unwrap(), "pages before");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
    }
}
