//! What cutline remembers: reading positions, marks, corrections and remarks, in one SQLite database.
//!
//! 1. [`Library::open`] opens the database, makes it, brings it up to date, or sets a damaged one aside; for an article
//!    that it has nothing of it need not be opened, which [`may_have`] tells.
//! 2. [`Library::corrections`] gives what was said about an article's blocks, before its structure is decided.
//! 3. [`Library::recall`] gives all that is remembered of it, [`Library::remember`] keeps what has changed since.
//! 4. [`Library::articles`] lists what was read, [`Library::forget`] takes an article out of it.
//!
//! An article is known by its content, not by its name: by the first 128 bits of the BLAKE3 hash of its decoded
//! text ([`Document::source`], UTF-8). BLAKE3, because articles are untrusted: nobody can make two that share a
//! hash, so that one would take over the marks of the other, as is easily done with a hash made for speed alone.
//!
//! Blocks are numbered by the reading of an article, which gets better from one version to the next, so that no
//! number is kept without what finds the block again: see [`anchor`]. Only what has changed is written, so that two
//! cutlines on the same article keep the marks and corrections of both. SQLite's rollback journal, not its
//! write-ahead log, makes each saving whole or nothing: it is one file, works on network file systems, and a
//! library is written a few times an hour.
//!
//! ```
//! use cutline::document::Format;
//! use cutline::library::{Library, Opened};
//! use cutline::{read, structure};
//!
//! let folder = tempfile::tempdir()?;
//! let Opened { mut library, .. } = Library::open(&folder.path().join("library.db"))?;
//!
//! let mut document = read::read("A town by the sea\n\nIt rained all day.\n".into(), Format::Text);
//! let corrections = library.corrections(&document)?;
//! structure::structure(&mut document, &corrections);
//! let mut memory = library.recall(&document)?;
//! assert!(memory.place.is_none(), "it was never read");
//!
//! memory.corrections.push(structure::Correction::SidebarStart { block: 1 });
//! library.remember(&document, "town.txt", &memory)?;
//! assert_eq!(library.recall(&document)?, memory);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod anchor;
mod error;
mod file;
mod rows;
mod schema;
mod shelf;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use directories::ProjectDirs;
use rusqlite::{Connection, TransactionBehavior};

use crate::document::Document;
use crate::reader::memory::Memory;
use crate::reader::remarks::Remark;
use crate::structure::Correction;
use anchor::Finder;
pub use error::{LibraryError, Reason};
pub use shelf::Read;

/// Where the library is, if this platform has such a place.
///
/// # Errors
/// There is no home directory.
pub fn default_path() -> Result<PathBuf, LibraryError> {
    let folders = ProjectDirs::from("", "", "cutline").ok_or(LibraryError::NoHome)?;
    // A relative HOME would strew databases about.
    Some(folders.data_dir().join("library.db")).filter(|path| path.is_absolute()).ok_or(LibraryError::NoHome)
}

/// Whether the library at a path may have something of an article; where not, it need not be opened to know. A glance
/// at the file tells, in a fraction of the time. Not for a library that this process has open: closing the file gives up
/// the locks that it holds.
pub fn may_have(path: &Path, document: &Document) -> bool {
    file::may_hold(path, &id_of(document))
}

/// A library that could be opened, and what there is to say about it.
#[derive(Debug)]
pub struct Opened {
    pub library: Library,
    /// A sentence: a damaged database was set aside, or nothing can be saved in this one.
    pub warning: Option<String>,
}

/// The database, opened.
#[derive(Debug)]
pub struct Library {
    path: PathBuf,
    connection: Connection,
    known: HashMap<Id, Known>,
    /// Articles that were forgotten, and not opened since, with what was kept of them: what is still on the screen of
    /// that is not kept again until more is written.
    forgotten: HashMap<Id, Memory>,
    /// What has become of a damaged database, not yet said.
    told: Option<LibraryError>,
}

/// The first 128 bits of the BLAKE3 hash of an article's decoded text.
type Id = [u8; 16];

/// What this cutline knows to be remembered of an article: all that it may change or delete.
#[derive(Debug, Clone, Default)]
struct Known {
    /// When the article was opened, in seconds since 1970.
    opened: i64,
    /// Whether the library has been told that it was.
    recorded: bool,
    memory: Memory,
    /// The rows of the memory's corrections.
    rows: Vec<i64>,
    /// The rows of each of the memory's remarks.
    remarks: BTreeMap<Remark, Vec<i64>>,
}

impl Library {
    /// Opens the library at a path, which is made if it is not there, with the directories above it.
    ///
    /// # Errors
    /// What keeps it from being read at all. Reading goes on without a library; nothing is saved.
    pub fn open(path: &Path) -> Result<Opened, LibraryError> {
        // An absolute path is no URI, as `file:…` could be, and stays the same when the directory is changed.
        let path = std::path::absolute(path).map_err(|e| LibraryError::unusable(path, e))?;
        let (connection, told) = connect(&path, file::connect)?;
        let read_only = || connection.is_readonly("main").unwrap_or(false);
        let warning = told.or_else(|| read_only().then(|| LibraryError::unusable(&path, Reason::ReadOnly)));
        let library = Library { path, connection, known: HashMap::new(), forgotten: HashMap::new(), told: None };
        Ok(Opened { library, warning: warning.map(|w| w.to_string()) })
    }

    /// What the reader said about an article's blocks. All that is needed of the document is what
    /// [`crate::read::read`] finds; structure may yet be decided.
    ///
    /// # Errors
    /// The library cannot be read.
    pub fn corrections(&mut self, document: &Document) -> Result<Vec<Correction>, LibraryError> {
        let id = id_of(document);
        let (corrections, _) =
            self.healed(|library| rows::corrections(&library.connection, &id, &Finder::new(document)))?;
        Ok(corrections)
    }

    /// What is remembered of an article; nothing of one that was never read. Places are given in the document's
    /// present reading, sidebars too: its structure should be decided.
    ///
    /// # Errors
    /// The library cannot be read. One that turns out to be damaged is set aside, and a new one, where there is
    /// nothing to recall, serves from now on: [`Library::remember`] will say so.
    pub fn recall(&mut self, document: &Document) -> Result<Memory, LibraryError> {
        let id = id_of(document);
        let known = self.healed(|library| rows::recall(&library.connection, &id, document))?;
        let memory = known.memory.clone();
        self.forgotten.remove(&id);
        // An article that is looked at again was still opened but once.
        let (opened, recorded) = self.known.get(&id).map_or_else(|| (now(), false), |k| (k.opened, k.recorded));
        self.known.insert(id, Known { opened, recorded, ..known });
        Ok(memory)
    }

    /// Takes note of when an article was opened, of which nothing is remembered: it was not recalled, for want of
    /// anything ([`may_have`]).
    pub fn met(&mut self, document: &Document, opened: SystemTime) {
        let id = id_of(document);
        if !self.forgotten.contains_key(&id) {
            let first = || Known { opened: seconds(opened), ..Known::default() };
            self.known.entry(id).or_insert_with(first);
        }
    }

    /// Keeps what has changed of an article's memory since it was recalled or last kept. `source` is what the
    /// article was opened as: a path or an address. Costs nothing where nothing has changed.
    ///
    /// # Errors
    /// The library cannot be written; the next call tries again. Also, once, that a damaged one was set aside since
    /// it was opened, be it only now: the memory was kept in the new one.
    pub fn remember(&mut self, document: &Document, source: &str, memory: &Memory) -> Result<(), LibraryError> {
        let id = id_of(document);
        self.healed(|library| library.write(&id, document, source, memory))?;
        self.told.take().map_or(Ok(()), Err)
    }

    /// Does something with the database; if that turns out to be damaged or gone, once more with a new one.
    fn healed<T>(&mut self, work: impl Fn(&mut Library) -> rusqlite::Result<T>) -> Result<T, LibraryError> {
        let reason = match work(self) {
            Ok(done) => return Ok(done),
            Err(error) => Reason::from(error),
        };
        if !matches!(reason, Reason::Damaged | Reason::Moved) {
            return Err(LibraryError::unusable(&self.path, reason));
        }
        self.renew()?;
        work(self).map_err(|error| LibraryError::unusable(&self.path, error))
    }

    /// Opens the database at the path anew, and sets it aside where it is damaged. Another cutline may have set it
    /// aside already, and ours be the file that was moved away.
    fn renew(&mut self) -> Result<(), LibraryError> {
        let (connection, told) = connect(&self.path, |path| file::connect(path).and_then(file::checked))?;
        self.connection = connection;
        self.known.clear();
        self.told = told.or(self.told.take());
        Ok(())
    }

    fn write(&mut self, id: &Id, document: &Document, source: &str, memory: &Memory) -> rusqlite::Result<()> {
        if self.forgotten.get(id).is_some_and(|gone| !memory.has_more_than(gone)) {
            return Ok(());
        }
        self.forgotten.remove(id);
        let first = || Known { opened: now(), ..Known::default() };
        let known = self.known.entry(*id).or_insert_with(first);
        if known.recorded && known.memory == *memory {
            return Ok(());
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let article = rows::record(&transaction, id, document, source, known.opened)?;
        rows::keep_places(&transaction, article, document, &known.memory, memory)?;
        let rows = rows::keep_corrections(&transaction, article, document, known, &memory.corrections)?;
        let remarks = rows::keep_remarks(&transaction, article, document, &known.remarks, &memory.remarks)?;
        transaction.commit()?;
        *known = Known { opened: known.opened, recorded: true, memory: memory.clone(), rows, remarks };
        Ok(())
    }
}

/// Opens a database in this way, or, where that finds it damaged, sets it aside, makes a new one, and says so.
fn connect(
    path: &Path,
    open: impl Fn(&Path) -> Result<Connection, Reason>,
) -> Result<(Connection, Option<LibraryError>), LibraryError> {
    match open(path) {
        Err(Reason::Damaged) => {
            let aside = file::set_aside(path).map_err(|error| LibraryError::unusable(path, Reason::Stuck(error)))?;
            let path = path.to_path_buf();
            match file::connect(&path) {
                Ok(connection) => Ok((connection, Some(LibraryError::SetAside { path, aside }))),
                Err(reason) => Err(LibraryError::Lost { path, aside, reason }),
            }
        }
        opened => Ok((opened.map_err(|reason| LibraryError::unusable(path, reason))?, None)),
    }
}

fn id_of(document: &Document) -> Id {
    let mut id = Id::default();
    id.copy_from_slice(&blake3::hash(document.source.as_bytes()).as_bytes()[..16]);
    id
}

/// Seconds since 1970.
fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

fn now() -> i64 {
    seconds(SystemTime::now())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rusqlite::OpenFlags;

    use super::*;
    use crate::document::{Format, Position, Role};
    use crate::layout::Part;
    use crate::read;
    use crate::reader::{Pane, Place};

    const TOWN: &str = "A town by the sea\n\nIt rained all day.\n\nThe harbour at dusk.\n";

    fn town() -> Document {
        read::read(TOWN.into(), Format::Text)
    }

    fn place(block: usize) -> Place {
        let position = Position { block, offset: 0 };
        Place { part: Part::Story, top: position, cursor: position, focus: Pane::Body }
    }

    fn remembered() -> Memory {
        let whole = Place { part: Part::Whole, top: Position { block: 1, offset: 3 }, ..place(2) };
        Memory {
            place: Some(Place { focus: Pane::Captions, ..place(1) }),
            reached: Some(40),
            marks: [('a', place(2)), ('é', whole)].into(),
            corrections: vec![
                Correction::Role { block: 2, role: Role::Caption },
                Correction::SidebarStart { block: 1 },
                Correction::SidebarEnd { block: 2 },
                Correction::NotSidebar { block: 2 },
            ],
            remarks: [
                Remark::highlight(1),
                Remark { block: 1, note: Some("all of it?".into()) },
                Remark { block: 2, note: Some("who took it?".into()) },
            ]
            .into(),
        }
    }

    fn library() -> (tempfile::TempDir, Library) {
        let folder = tempfile::tempdir().unwrap();
        let Opened { library, warning } = Library::open(&folder.path().join("library.db")).unwrap();
        assert_eq!(warning, None);
        (folder, library)
    }

    /// What each version of the tables wrote when it was told to remember [`remembered`] of [`TOWN`].
    const SAMPLES: [&str; schema::LATEST] = [
        r#"
INSERT INTO articles VALUES (7, X'8b5e262b571dbd5ec7f1b201e4c31d4c', 'A town by the sea', 'town.txt', 'text', 100, 200);
INSERT INTO positions VALUES (7, '{"part":"story",
    "top":{"block":1,"offset":0,"span":[19,37],"byte":19,"words":1655038506},
    "cursor":{"block":1,"offset":0,"span":[19,37],"byte":19,"words":1655038506},
    "focus":"captions"}', 200);
INSERT INTO marks VALUES (7, 'a', '{"part":"story",
    "top":{"block":2,"offset":0,"span":[39,59],"byte":39,"words":781058180},
    "cursor":{"block":2,"offset":0,"span":[39,59],"byte":39,"words":781058180},
    "focus":"body"}', 200);
INSERT INTO marks VALUES (7, 'é', '{"part":"whole",
    "top":{"block":1,"offset":3,"span":[19,37],"byte":22,"words":1655038506},
    "cursor":{"block":2,"offset":0,"span":[39,59],"byte":39,"words":781058180},
    "focus":"body"}', 200);
INSERT INTO corrections VALUES (3, 7, '{"correction":{"role":{"block":2,"role":"caption"}},
    "anchor":{"block":2,"offset":0,"span":[39,59],"byte":39,"words":781058180}}', 200);
INSERT INTO corrections VALUES (4, 7, '{"correction":{"sidebar_start":{"block":1}},
    "anchor":{"block":1,"offset":0,"span":[19,37],"byte":19,"words":1655038506}}', 200);
INSERT INTO corrections VALUES (5, 7, '{"correction":{"sidebar_end":{"block":2}},
    "anchor":{"block":2,"offset":0,"span":[39,59],"byte":39,"words":781058180}}', 200);
INSERT INTO corrections VALUES (6, 7, '{"correction":{"not_sidebar":{"block":2}},
    "anchor":{"block":2,"offset":0,"span":[39,59],"byte":39,"words":781058180}}', 200);
"#,
        r#"
INSERT INTO articles VALUES (7, X'8b5e262b571dbd5ec7f1b201e4c31d4c', 'A town by the sea', 'town.txt', 'text', 100, 200);
INSERT INTO positions VALUES (7, '{"part":"story",
    "top":{"block":1,"offset":0,"span":[19,37],"byte":19,"words":1655038506},
    "cursor":{"block":1,"offset":0,"span":[19,37],"byte":19,"words":1655038506},
    "focus":"captions"}', 200, 40);
INSERT INTO remarks VALUES (1, 7, '{"block":1,"offset":0,"span":[19,37],"byte":19,"words":1655038506}', NULL, 200);
INSERT INTO remarks VALUES (2, 7, '{"block":1,"offset":0,"span":[19,37],"byte":19,"words":1655038506}', 'all of it?', 200);
INSERT INTO remarks VALUES (3, 7, '{"block":2,"offset":0,"span":[39,59],"byte":39,"words":781058180}', 'who took it?', 200);
"#,
    ];

    #[test]
    fn without_a_place_the_last_one_is_kept() {
        let (_folder, mut library) = library();
        library.remember(&town(), "town.txt", &remembered()).unwrap();
        library.remember(&town(), "town.txt", &Memory { place: None, ..remembered() }).unwrap();
        assert_eq!(library.recall(&town()).unwrap(), remembered());
    }

    #[test]
    fn what_earlier_versions_wrote_is_understood() {
        for (version, sample) in (1..).zip(SAMPLES) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("library.db");
            schema::of_version(&path, version).execute_batch(sample).unwrap();
            let Opened { mut library, warning } = Library::open(&path).unwrap();
            assert_eq!(warning, None);
            let all = remembered();
            let known = match version {
                1 => Memory { reached: None, remarks: BTreeSet::new(), ..all },
                _ => Memory { marks: BTreeMap::new(), corrections: Vec::new(), ..all },
            };
            assert_eq!(library.recall(&town()).unwrap(), known, "version {version}");
        }
    }

    #[test]
    fn a_full_disk_costs_the_saving_and_nothing_that_was_saved() {
        let (_folder, mut library) = library();
        library.remember(&town(), "town.txt", &remembered()).unwrap();
        let pages: i64 = library.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        let limit = |library: &Library, pages: i64| {
            let set = library.connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()));
            set.unwrap();
        };
        let mut more = remembered();
        more.marks.extend(('A'..='Z').map(|letter| (letter, place(1))));
        limit(&library, pages);
        let refused = library.remember(&town(), "town.txt", &more).unwrap_err().to_string();
        assert!(refused.ends_with("library.db: the disk is full"), "{refused}");
        limit(&library, 1000);
        let Opened { library: mut other, .. } = Library::open(&library.path).unwrap();
        assert_eq!(other.recall(&town()).unwrap(), remembered());
        library.remember(&town(), "town.txt", &more).unwrap();
        assert_eq!(other.recall(&town()).unwrap(), more);
    }

    #[test]
    fn what_cannot_be_written_can_still_be_recalled() {
        let (_folder, mut library) = library();
        library.remember(&town(), "town.txt", &remembered()).unwrap();
        library.connection = Connection::open_with_flags(&library.path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        assert_eq!(library.recall(&town()).unwrap(), remembered());
        let refused = library.remember(&town(), "town.txt", &Memory::default()).unwrap_err().to_string();
        assert!(refused.ends_with("library.db: it is read-only"), "{refused}");
    }

    #[test]
    fn a_library_that_is_held_says_so() {
        let (_folder, mut library) = library();
        let other = Connection::open(&library.path).unwrap();
        other.execute_batch("BEGIN EXCLUSIVE").unwrap();
        library.connection.busy_timeout(std::time::Duration::from_millis(1)).unwrap();
        let refused = library.remember(&town(), "town.txt", &remembered()).unwrap_err().to_string();
        assert!(refused.ends_with("library.db: another program holds it"), "{refused}");
        other.execute_batch("ROLLBACK").unwrap();
        library.remember(&town(), "town.txt", &remembered()).unwrap();
        assert_eq!(library.recall(&town()).unwrap(), remembered());
    }

    #[test]
    fn rows_that_make_no_sense_are_passed_over() {
        let (_folder, mut library) = library();
        library.remember(&town(), "town.txt", &remembered()).unwrap();
        let tamper = "UPDATE positions SET place = 'here';
            UPDATE marks SET place = CAST(X'ff00' AS TEXT) WHERE letter = 'a';
            INSERT INTO marks VALUES (1, '', '{}', 0);
            UPDATE corrections SET correction = '{\"correction\": \"hyphenate\"}' WHERE seq < 4;";
        library.connection.execute_batch(tamper).unwrap();
        let memory = library.recall(&town()).unwrap();
        assert_eq!((memory.place, memory.marks.len()), (None, 1));
        assert_eq!(memory.corrections, [Correction::NotSidebar { block: 2 }]);
        library.remember(&town(), "town.txt", &Memory::default()).unwrap();
        let left = library.connection.query_row("SELECT count(*) FROM corrections", [], |row| row.get(0));
        assert_eq!(left, Ok(3), "what is not understood is not deleted");
    }

    #[test]
    fn an_article_is_recorded_with_when_it_was_opened() {
        let (_folder, mut library) = library();
        library
            .connection
            .execute_batch("INSERT INTO articles VALUES (3, zeroblob(16), NULL, '', 'text', 1, 2)")
            .unwrap();
        library.recall(&town()).unwrap();
        library.remember(&town(), "old.txt", &remembered()).unwrap();
        library.remember(&town(), "new.txt", &Memory::default()).unwrap();
        let sql = "SELECT source, first_opened, last_opened FROM articles WHERE id = 4";
        let row =
            |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?));
        let (source, first, last) = library.connection.query_row(sql, [], row).unwrap();
        assert_eq!((source.as_str(), first), ("new.txt", last));
        assert!(first > 1_700_000_000 && first <= now());
    }
}
