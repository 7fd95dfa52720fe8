//! The note that is being typed, over the foot of the panes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};
use tui_input::Input;

use super::{fitting, frame, put, rect};
use crate::clean;
use crate::document::{Block, Document};
use crate::layout::{self, Item, Measure, columns};
use crate::reader::Reader;
use crate::theme::Theme;

/// What it is about, and its words in as many rows as they take; says where the cursor stands.
pub fn note(reader: &Reader, block: usize, input: &Input, theme: &Theme, buffer: &mut Buffer) -> Option<(u16, u16)> {
    let areas = reader.areas();
    let status = frame::padded(rect(areas.status), &areas);
    let body = rect(areas.body);
    if status.is_empty() || body.is_empty() {
        return None;
    }
    Clear.render(status, buffer);
    buffer.set_style(status, theme.text);
    let keys = ["Enter keeps the note, Esc leaves it as it was", "Enter keeps it, Esc leaves it as it was"];
    put(buffer, status, fitting(&keys, status), theme.dim);
    let width = status.width.min(reader.preferences.measure);
    let typed = Block { text: Some(input.value().into()), ..Block::default() };
    let typed = Document { blocks: vec![typed], ..Document::default() };
    let measure = Measure { width: usize::from(width), optimal: false, hyphenated: false, ..Measure::default() };
    let rows = layout::rows(&typed, Item::Block(0), &measure);
    let text = input.value();
    let at = text.char_indices().nth(input.cursor()).map_or(text.len(), |(at, _)| at);
    let here = rows.partition_point(|row| row.range.start <= at).saturating_sub(1);
    // Under the line that says what it is about, as many rows as there is room for, up to the one with the cursor.
    let room = usize::from(body.height.saturating_sub(1)).max(1);
    let first = (here + 1).saturating_sub(room);
    let shown = rows.len().max(1).min(room);
    let top = body.bottom() - u16::try_from(shown).unwrap_or(body.height);
    for y in top.saturating_sub(1).max(body.y)..body.bottom() {
        frame::clear_row(y, &areas, theme, buffer);
    }
    if top > body.y {
        let document = &reader.document;
        let words = document.blocks.get(block).map_or("", |block| document.text_of(block));
        let about = format!("Note on: {}", clean::head(words, frame::LONGEST));
        put(buffer, Rect { y: top - 1, height: 1, ..status }, &about, theme.notice);
    }
    for (y, row) in (top..body.bottom()).zip(&rows[first.min(rows.len())..]) {
        put(buffer, Rect { y, height: 1, ..status }, &text[row.range.clone()], theme.text);
    }
    let before = rows.get(here).map_or(0, |row| columns(&text[row.range.start.min(at)..at]));
    let x = status.x.saturating_add(u16::try_from(before).unwrap_or(u16::MAX)).min(status.right() - 1);
    let y = top + u16::try_from(here - first).unwrap_or(0);
    Some((x, y.min(body.bottom() - 1)))
}
