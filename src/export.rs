//! Writes an article as text, Markdown or JSON, into any writer.
//!
//! Nothing that is written can be a command to a terminal: blocks' texts are clean already, and all else that comes
//! from the input is cleaned on its way out.

mod json;
mod markdown;

use std::io::{self, Write};

use crate::document::Document;
use crate::layout::{self, Item, Measure, Part, Row, Shown, Sidebars, flow, gap, pieces, rows_once};

pub use json::{json, jsonl, jsonl_error};
pub use markdown::markdown;

/// Writes what the reader would show as plain text, sidebars in full where they stand, set off by a bar.
///
/// # Errors
/// Those of the writer.
pub fn text(document: &Document, shown: &Shown, measure: &Measure, out: impl Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let measure = Measure { inset: true, ..*measure };
    let items = flow(document, printed(shown), shown);
    for (at, item) in items.iter().enumerate() {
        let text = layout::text(document, *item);
        for piece in 0..pieces::count(&text) {
            for row in rows_once(document, *item, &text, piece, &measure) {
                write_row(&row, &text, &mut out)?;
            }
        }
        if let Some(next) = items.get(at + 1) {
            let bar = if stand_together(document, *item, *next) { layout::inset_bar(&measure).trim_end() } else { "" };
            for _ in 0..gap(document, *item, *next) {
                writeln!(out, "{bar}")?;
            }
        }
    }
    out.flush()
}

/// The part of the article that is printed: a line that stands for a sidebar is no use on paper.
fn printed(shown: &Shown) -> Part {
    if shown.sidebars == Sidebars::Hidden { Part::Story } else { Part::Whole }
}

/// Whether two items are blocks of one sidebar.
fn stand_together(document: &Document, before: Item, after: Item) -> bool {
    let sidebar = |item: Item| document.blocks[item.block(document)].sidebar;
    sidebar(before).is_some() && sidebar(before) == sidebar(after)
}

fn write_row(row: &Row, text: &str, out: &mut impl Write) -> io::Result<()> {
    if row.range.is_empty() && row.marker.is_empty() {
        return writeln!(out, "{}", row.bar.trim_end());
    }
    out.write_all(row.bar.as_bytes())?;
    write_blanks(row.indent - layout::columns(row.bar) - layout::columns(row.marker), out)?;
    out.write_all(row.marker.as_bytes())?;
    for (run, blanks) in row.runs(text) {
        out.write_all(&text.as_bytes()[run])?;
        write_blanks(blanks, out)?;
    }
    out.write_all(if row.hyphen { b"-\n" } else { b"\n" })
}

fn write_blanks(count: usize, out: &mut impl Write) -> io::Result<()> {
    (0..count).try_for_each(|_| out.write_all(b" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Block, Kind, Role, Sidebar};

    /// A story with a caption that comes twice, and a box with a list.
    pub fn article() -> Document {
        let block = |role, text: &str| Block { role, text: Some(text.into()), confidence: 0.98765, ..Block::default() };
        let boxed = |role, text: &str| Block { sidebar: Some(0), ..block(role, text) };
        let blocks = vec![
            block(Role::Title, "Gull takes mouse"),
            block(Role::Body, "The only computer in the reading room has been without a mouse for eleven days."),
            block(Role::Caption, "The bird, pictured at noon"),
            Block { duplicate_of: Some(2), ..block(Role::Caption, "The bird, pictured at noon") },
            boxed(Role::Heading, "What the gull has"),
            Block { kind: Kind::Item(0), ..boxed(Role::List, "A mouse, with its cable and its pad") },
            boxed(Role::List, "1. Time"),
            block(Role::Body, "The search goes on."),
            block(Role::Boilerplate, "Read more at example.com"),
        ];
        let sidebars = vec![Sidebar { blocks: 4..7, title: Some(4), confidence: 0.8 }];
        Document { source: String::new(), blocks, sidebars, ..Document::default() }
    }

    fn printed_at(width: usize, shown: &Shown) -> String {
        let mut out = Vec::new();
        text(&article(), shown, &Measure { width, ..Measure::default() }, &mut out).expect("memory can be written");
        String::from_utf8(out).expect("text is UTF-8")
    }

    #[test]
    fn a_page_of_text() {
        let page = "\
Gull takes mouse

The only computer in
the reading room has
been without a mouse for
eleven days.

▣ The bird, pictured at noon

▐ What the gull has
▐ • A mouse, with its cable
▐   and its pad
▐ 1. Time

The search goes on.
";
        assert_eq!(printed_at(28, &Shown::default()), page);
    }

    #[test]
    fn what_is_hidden_is_not_printed() {
        let shown = Shown { captions: false, boilerplate: true, sidebars: Sidebars::Hidden, ..Shown::default() };
        let page = printed_at(100, &shown);
        assert!(!page.contains("pictured") && !page.contains("cable") && page.ends_with("Read more at example.com\n"));
    }
}
