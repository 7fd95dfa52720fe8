//! What is remembered of an article as rows of the database.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, Transaction};

use super::anchor::{self, Anchor, Finder, KeptCorrection, KeptPlace};
use super::{Id, Known, now, schema};
use crate::clean;
use crate::document::{Document, Format, Position};
use crate::reader::memory::Memory;
use crate::reader::remarks::Remark;
use crate::structure::Correction;

/// Characters of a title that are kept; the title of an article that is one line can be all of it.
const TITLE: usize = 300;

/// Has an article in the table of articles, and gives its row.
pub(super) fn record(
    transaction: &Transaction<'_>,
    id: &Id,
    document: &Document,
    source: &str,
    opened: i64,
) -> rusqlite::Result<i64> {
    let title: Option<String> = document.title().map(|title| title.chars().take(TITLE).collect());
    let format = match document.format {
        Format::Text => "text",
        Format::Html => "html",
        Format::Markdown => "markdown",
    };
    transaction.query_row(schema::RECORD, (id, title, source, format, opened), |row| row.get(0))
}

pub(super) fn keep_places(
    transaction: &Transaction<'_>,
    article: i64,
    document: &Document,
    before: &Memory,
    memory: &Memory,
) -> rusqlite::Result<()> {
    if let Some(place) = memory.place.filter(|place| before.place != Some(*place))
        && let Some(kept) = KeptPlace::of(document, place)
    {
        transaction.execute(schema::KEEP_POSITION, (article, anchor::json(&kept), now(), memory.reached))?;
    }
    for (letter, place) in memory.marks.iter().filter(|(letter, place)| before.marks.get(letter) != Some(place)) {
        if let Some(kept) = KeptPlace::of(document, *place) {
            transaction.execute(schema::KEEP_MARK, (article, letter.to_string(), anchor::json(&kept), now()))?;
        }
    }
    for letter in before.marks.keys().filter(|letter| !memory.marks.contains_key(letter)) {
        transaction.execute(schema::FORGET_MARK, (article, letter.to_string()))?;
    }
    Ok(())
}

/// Deletes the corrections that were taken back, appends those that are new, and gives the rows of all. Those that
/// another cutline has made meanwhile are not touched.
pub(super) fn keep_corrections(
    transaction: &Transaction<'_>,
    article: i64,
    document: &Document,
    known: &Known,
    corrections: &[Correction],
) -> rusqlite::Result<Vec<i64>> {
    let same = known.memory.corrections.iter().zip(corrections).take_while(|(a, b)| a == b).count();
    for row in known.rows.iter().skip(same) {
        transaction.execute(schema::FORGET_CORRECTION, (article, row))?;
    }
    let mut rows: Vec<i64> = known.rows.iter().take(same).copied().collect();
    for correction in &corrections[same..] {
        let kept = anchor::json(&KeptCorrection::of(document, *correction));
        rows.push(transaction.query_row(schema::KEEP_CORRECTION, (article, kept, now()), |row| row.get(0))?);
    }
    Ok(rows)
}

/// Deletes the remarks that were taken back, appends those that are new, and gives the rows of all. Those that another
/// cutline has made meanwhile are not touched.
pub(super) fn keep_remarks(
    transaction: &Transaction<'_>,
    article: i64,
    document: &Document,
    known: &BTreeMap<Remark, Vec<i64>>,
    remarks: &BTreeSet<Remark>,
) -> rusqlite::Result<BTreeMap<Remark, Vec<i64>>> {
    for row in known.iter().filter(|(remark, _)| !remarks.contains(remark)).flat_map(|(_, rows)| rows) {
        transaction.execute(schema::FORGET_REMARK, (article, row))?;
    }
    let mut kept = BTreeMap::new();
    for remark in remarks {
        let rows = match known.get(remark) {
            Some(rows) => rows.clone(),
            None => {
                let Some(anchor) = Anchor::of(document, Position { block: remark.block, offset: 0 }) else { continue };
                let new = (article, anchor::json(&anchor), &remark.note, now());
                vec![transaction.query_row(schema::KEEP_REMARK, new, |row| row.get(0))?]
            }
        };
        kept.insert(remark.clone(), rows);
    }
    Ok(kept)
}

pub(super) fn recall(connection: &Connection, id: &Id, document: &Document) -> rusqlite::Result<Known> {
    let finder = Finder::new(document);
    let place_in = |row: &rusqlite::Row<'_>, column| -> rusqlite::Result<_> {
        let kept: Option<KeptPlace> = anchor::parse(row.get_ref(column)?.as_bytes().unwrap_or_default());
        Ok(kept.and_then(|kept| kept.find(&finder)))
    };
    // One transaction, so that what is read belongs together.
    let transaction = connection.unchecked_transaction()?;
    if transaction.query_row(schema::KNOWN, [id], |_| Ok(())).optional()?.is_none() {
        return Ok(Known::default());
    }
    let position = |row: &rusqlite::Row<'_>| Ok((place_in(row, 0)?, row.get::<_, Option<u8>>(1).unwrap_or_default()));
    let (place, reached) = transaction.query_row(schema::POSITION, [id], position).optional()?.unwrap_or_default();
    let mut marks = BTreeMap::new();
    let mut statement = transaction.prepare(schema::MARKS)?;
    let mut found = statement.query([id])?;
    while let Some(row) = found.next()? {
        let letter = row.get_ref(0)?.as_str().ok().and_then(|letter| letter.chars().next());
        if let (Some(letter), Some(place)) = (letter, place_in(row, 1)?) {
            marks.insert(letter, place);
        }
    }
    let (corrections, rows) = corrections(&transaction, id, &finder)?;
    let rows_of_remarks = remarks(&transaction, id, &finder)?;
    let remarks = rows_of_remarks.keys().cloned().collect();
    let memory = Memory { place, reached, marks, corrections, remarks };
    Ok(Known { memory, rows, remarks: rows_of_remarks, ..Known::default() })
}

/// An article's corrections whose blocks are found, and their rows. One whose block is not is left where it is: the
/// next version may find it again.
pub(super) fn corrections(
    connection: &Connection,
    id: &Id,
    finder: &Finder<'_>,
) -> rusqlite::Result<(Vec<Correction>, Vec<i64>)> {
    let mut statement = connection.prepare(schema::CORRECTIONS)?;
    let mut found = statement.query([id])?;
    let (mut corrections, mut rows) = (Vec::new(), Vec::new());
    while let Some(row) = found.next()? {
        let kept: Option<KeptCorrection> = anchor::parse(row.get_ref(1)?.as_bytes().unwrap_or_default());
        if let Some(correction) = kept.and_then(|kept| kept.find(finder)) {
            corrections.push(correction);
            rows.push(row.get(0)?);
        }
    }
    Ok((corrections, rows))
}

/// An article's remarks, each with its rows: two cutlines may have made the same. One is at the block that it was made
/// at, or where its words are now; what was written is not to be lost.
fn remarks(connection: &Connection, id: &Id, finder: &Finder<'_>) -> rusqlite::Result<BTreeMap<Remark, Vec<i64>>> {
    let mut statement = connection.prepare(schema::REMARKS)?;
    let mut found = statement.query([id])?;
    let mut remarks: BTreeMap<Remark, Vec<i64>> = BTreeMap::new();
    while let Some(row) = found.next()? {
        let anchor: Option<Anchor> = anchor::parse(row.get_ref(1)?.as_bytes().unwrap_or_default());
        let note = row.get_ref(2)?.as_str_or_null().unwrap_or_default();
        if let Some(block) = anchor.and_then(|anchor| finder.block(&anchor)) {
            let note = note.map(|note| clean::folded(note).into_owned());
            remarks.entry(Remark { block, note }).or_default().push(row.get(0)?);
        }
    }
    Ok(remarks)
}
