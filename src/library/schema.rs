//! The tables, how they came to be, and every statement on them.
//!
//! A database carries its version in `user_version`. To change the tables, append a migration and a sample of what
//! the version before wrote to the tests; never edit one that has shipped. What is to come hangs on `articles` as
//! `marks` does: a history of openings; the library of saved articles is a table of their texts and an FTS5 index
//! with `content_rowid` over it.

use rusqlite::{Connection, TransactionBehavior};

use super::error::Reason;

/// `cutl` in ASCII: tells our databases from others.
const APPLICATION: i32 = 0x6375_746c;

/// The n-th makes version n of version n - 1; version 0 is an empty file.
///
/// Times are seconds since 1970. A place or a correction is JSON, read and written whole: see [`super::anchor`].
const MIGRATIONS: [&str; 2] = [
    "
CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 16), -- of the decoded text
    title TEXT,
    source TEXT NOT NULL,                                -- what it was opened as the last time
    format TEXT NOT NULL,
    first_opened INTEGER NOT NULL,
    last_opened INTEGER NOT NULL
) STRICT;
CREATE TABLE positions (
    article INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
    place TEXT NOT NULL,
    saved INTEGER NOT NULL
) STRICT;
CREATE TABLE marks (
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    letter TEXT NOT NULL,
    place TEXT NOT NULL,
    saved INTEGER NOT NULL,
    PRIMARY KEY (article, letter)
) STRICT, WITHOUT ROWID;
-- Numbers are never given twice: taking a correction back must not delete another cutline's.
CREATE TABLE corrections (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    correction TEXT NOT NULL,
    saved INTEGER NOT NULL
) STRICT;
CREATE INDEX corrections_of_article ON corrections (article, seq);
",
    "
ALTER TABLE positions ADD COLUMN reached INTEGER; -- hundredths of the story
-- Highlights, which have no note, and notes. Their numbers are never given twice either.
CREATE TABLE remarks (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    anchor TEXT NOT NULL,
    note TEXT,
    saved INTEGER NOT NULL
) STRICT;
CREATE INDEX remarks_of_article ON remarks (article, seq);
",
];

pub const RECORD: &str = "
INSERT INTO articles (hash, title, source, format, first_opened, last_opened) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
ON CONFLICT (hash) DO UPDATE SET title = excluded.title, source = excluded.source, format = excluded.format,
    last_opened = max(last_opened, excluded.last_opened)
RETURNING id";
pub const KEEP_POSITION: &str = "
INSERT INTO positions (article, place, saved, reached) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (article) DO UPDATE SET place = excluded.place, saved = excluded.saved, reached = excluded.reached";
pub const KEEP_MARK: &str = "
INSERT INTO marks (article, letter, place, saved) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (article, letter) DO UPDATE SET place = excluded.place, saved = excluded.saved";
pub const FORGET_MARK: &str = "DELETE FROM marks WHERE article = ?1 AND letter = ?2";
pub const KEEP_CORRECTION: &str =
    "INSERT INTO corrections (article, correction, saved) VALUES (?1, ?2, ?3) RETURNING seq";
pub const FORGET_CORRECTION: &str = "DELETE FROM corrections WHERE article = ?1 AND seq = ?2";
pub const KEEP_REMARK: &str =
    "INSERT INTO remarks (article, anchor, note, saved) VALUES (?1, ?2, ?3, ?4) RETURNING seq";
pub const FORGET_REMARK: &str = "DELETE FROM remarks WHERE article = ?1 AND seq = ?2";
pub const KNOWN: &str = "SELECT id FROM articles WHERE hash = ?1";
pub const POSITION: &str = "SELECT place, reached FROM positions JOIN articles ON id = article WHERE hash = ?1";
pub const MARKS: &str = "SELECT letter, place FROM marks JOIN articles ON id = article WHERE hash = ?1";
pub const CORRECTIONS: &str =
    "SELECT seq, correction FROM corrections JOIN articles ON id = article WHERE hash = ?1 ORDER BY seq";
pub const REMARKS: &str =
    "SELECT seq, anchor, note FROM remarks JOIN articles ON id = article WHERE hash = ?1 ORDER BY seq";
/// The articles, those that were read last first, with how many days ago that was, by the clock on the wall.
pub const ARTICLES: &str = "
SELECT id, title, source, reached, date(last_opened, 'unixepoch', 'localtime'),
    CAST(julianday('now', 'localtime', 'start of day')
        - julianday(last_opened, 'unixepoch', 'localtime', 'start of day') AS INTEGER)
FROM articles LEFT JOIN positions ON article = id ORDER BY last_opened DESC, id DESC LIMIT ?1";
pub const FORGET_ARTICLE: &str = "DELETE FROM articles WHERE id = ?1 RETURNING hash";

/// A statement that names every table and column, to see whether the tables are those that all are written for.
const TELLING: &str = "
SELECT hash, title, source, format, first_opened, last_opened, positions.article, positions.place, positions.saved,
    reached, marks.article, letter, marks.place, marks.saved, corrections.seq, corrections.article, correction,
    corrections.saved, remarks.seq, remarks.article, anchor, note, remarks.saved
FROM articles, positions, marks, corrections, remarks WHERE id = 0";

/// Brings a database's tables to the present version.
///
/// # Errors
/// [`Reason::Newer`] for one from the future, which is left as it is; [`Reason::Damaged`] for one that is not ours.
pub fn bring_up_to_date(connection: &mut Connection) -> Result<(), Reason> {
    migrate(connection, &MIGRATIONS)?;
    connection.prepare(TELLING)?;
    Ok(())
}

/// Whether a database's file is one of cutline's, of the present version and not cut short, by its header
/// (<https://sqlite.org/fileformat2.html#the_database_header>).
pub fn is_up_to_date(file: &[u8]) -> bool {
    let number = |at: usize| file.get(at..).and_then(|rest| rest.first_chunk()).map(|bytes| u32::from_be_bytes(*bytes));
    // Of pages of 65,536 bytes, which are none of cutline's, the size does not go into its two bytes.
    let size = number(16).map(|size| u64::from(size >> 16));
    let is_whole = size.zip(number(28)).is_some_and(|(size, pages)| size * u64::from(pages) == file.len() as u64);
    file.starts_with(b"SQLite format 3\0")
        && number(60) == u32::try_from(MIGRATIONS.len()).ok()
        && number(68) == Some(APPLICATION.cast_unsigned())
        && number(24) == number(92)
        && is_whole
}

fn migrate(connection: &mut Connection, migrations: &[&str]) -> Result<(), Reason> {
    // In one transaction, so that what is read belongs together.
    let transaction = connection.transaction()?;
    if version(&transaction, migrations.len())? == migrations.len() {
        return Ok(());
    }
    drop(transaction);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Only now can nobody else be migrating.
    for migration in &migrations[version(&transaction, migrations.len())?..] {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", migrations.len() as i64)?;
    Ok(transaction.commit()?)
}

/// The version of a database's tables, from 0 to the latest.
fn version(connection: &Connection, latest: usize) -> Result<usize, Reason> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables = || connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
    match (version, application) {
        (0, 0) if tables()? == 0 => Ok(0),
        (1.., APPLICATION) => usize::try_from(version).ok().filter(|version| *version <= latest).ok_or(Reason::Newer),
        _ => Err(Reason::Damaged),
    }
}

/// An empty database brought to an earlier version, to be filled with what that version wrote.
#[cfg(test)]
pub fn of_version(path: &std::path::Path, version: usize) -> Connection {
    let mut connection = Connection::open(path).unwrap();
    migrate(&mut connection, &MIGRATIONS[..version]).unwrap();
    connection
}

#[cfg(test)]
pub const LATEST: usize = MIGRATIONS.len();

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "CREATE TABLE a (x)";

    fn tables(connection: &Connection) -> i64 {
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn the_telling_statement_names_every_column() {
        let mut connection = Connection::open_in_memory().unwrap();
        bring_up_to_date(&mut connection).unwrap();
        let sql = "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c
            WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'";
        let mut columns = connection.prepare(sql).unwrap();
        let columns = columns.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).unwrap();
        let mut count = 0;
        for (table, column) in columns.map(Result::unwrap) {
            let mut other = Connection::open_in_memory().unwrap();
            migrate(&mut other, &MIGRATIONS).unwrap();
            other.execute_batch(&format!("ALTER TABLE {table} RENAME COLUMN {column} TO renamed")).unwrap();
            assert!(bring_up_to_date(&mut other).is_err(), "{table}.{column}");
            count += 1;
        }
        assert!(count > 15);
    }

    #[test]
    fn every_statement_is_one_on_these_tables() {
        let mut connection = Connection::open_in_memory().unwrap();
        bring_up_to_date(&mut connection).unwrap();
        let others = [FORGET_MARK, FORGET_CORRECTION, FORGET_REMARK, FORGET_ARTICLE, KNOWN];
        for statement in others.into_iter().chain([POSITION, MARKS, CORRECTIONS, REMARKS, ARTICLES]) {
            connection.prepare(statement).unwrap();
        }
    }

    #[test]
    fn migrations_run_once_each_and_in_order() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, &[FIRST]).unwrap();
        migrate(&mut connection, &[FIRST, "ALTER TABLE a RENAME TO b"]).unwrap();
        migrate(&mut connection, &[FIRST, "ALTER TABLE a RENAME TO b"]).unwrap();
        assert_eq!(version(&connection, 2).unwrap(), 2);
        connection.prepare("SELECT x FROM b").unwrap();
    }

    #[test]
    fn a_migration_that_fails_leaves_the_database_as_it_was() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, &[FIRST]).unwrap();
        let failed = migrate(&mut connection, &[FIRST, "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1)"]);
        assert!(matches!(failed, Err(Reason::Damaged)));
        assert_eq!((version(&connection, 2).unwrap(), tables(&connection)), (1, 1));
    }

    #[test]
    fn a_database_from_the_future_is_not_touched() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, &[FIRST, "CREATE TABLE b (x)"]).unwrap();
        assert!(matches!(migrate(&mut connection, &[FIRST]), Err(Reason::Newer)));
        assert_eq!(tables(&connection), 2);
    }

    #[test]
    fn every_statement_fits_the_tables() {
        bring_up_to_date(&mut Connection::open_in_memory().unwrap()).unwrap();
    }

    /// What the module's documentation promises to grow: full-text search has to be in the SQLite that is built in.
    #[test]
    fn a_full_text_index_can_be_made() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE VIRTUAL TABLE texts USING fts5 (text)").unwrap();
    }
}
