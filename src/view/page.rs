//! The body pane, and the card of the deck: rows of text with their marks, the cursor and what was found.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::{frame, put, rect};
use crate::document::{Document, Role};
use crate::layout::viewport::PlacedRow;
use crate::layout::{self, Item, Row, columns};
use crate::reader::page::{Page, Window};
use crate::reader::{Pane, Reader};
use crate::theme::Theme;

/// The story, a sidebar of it, or the raw input.
pub fn body(reader: &Reader, theme: &Theme, buffer: &mut Buffer) {
    let (document, page) = reader.in_body();
    let area = rect(reader.areas().body);
    if let Some(told) = frame::reading(document, page.part)
        && reader.areas().form != crate::reader::areas::Form::Tabs
        && area.height > 0
    {
        // The rule above the pane says that this is not the story.
        let strip = Rect { x: area.x + 1, y: area.y - 1, width: area.width.saturating_sub(2), height: 1 };
        put(buffer, strip, &format!(" {told} "), theme.sidebar);
    }
    let cursor = reader.focus == Pane::Body && reader.raw.is_none();
    text(reader, page, &reader.window(), area, cursor, theme, buffer);
}

/// A page's rows, in the middle of an area.
pub fn text(
    reader: &Reader,
    page: &Page,
    window: &Window<'_>,
    area: Rect,
    cursor: bool,
    theme: &Theme,
    buffer: &mut Buffer,
) {
    if area.is_empty() {
        return;
    }
    let width = u16::try_from(window.measure.width).unwrap_or(area.width).min(area.width);
    let left = area.x + (area.width - width) / 2;
    if page.flow.is_empty() {
        put(buffer, Rect { x: left, width, height: 1, ..area }, "There is nothing to read here.", theme.dim);
    }
    let here = page.at_cursor(window.document);
    for (y, placed) in (area.y..area.bottom()).zip(page.rows(window)) {
        let Some(row) = &placed.row else { continue };
        if cursor && here == Some(placed.item) && left >= area.x + 2 {
            buffer.set_string(left - 2, y, "▎", theme.cursor);
        }
        draw_row(reader, window.document, &placed, row, Rect { x: left, y, width, height: 1 }, theme, buffer);
    }
}

fn draw_row(
    reader: &Reader,
    document: &Document,
    placed: &PlacedRow,
    row: &Row,
    area: Rect,
    theme: &Theme,
    buffer: &mut Buffer,
) {
    let text = layout::text(document, placed.item);
    let base = match placed.item {
        Item::Block(block) => {
            let block = &document.blocks[block];
            let style = theme.role(block.role);
            if block.duplicate_of.is_some() { style.patch(theme.dim) } else { style }
        }
        Item::Sidebar(_) => theme.sidebar,
    };
    let edge = area.right();
    let margin =
        if matches!(placed.item, Item::Block(b) if document.blocks[b].role == Role::Quote) { theme.dim } else { base };
    buffer.set_stringn(area.x, area.y, row.bar, usize::from(area.width), margin.remove_modifier(Modifier::ITALIC));
    let indent = u16::try_from(row.indent).unwrap_or(u16::MAX);
    let marker = u16::try_from(columns(row.marker)).unwrap_or(0);
    let start = area.x.saturating_add(indent);
    buffer.set_stringn(start.saturating_sub(marker).max(area.x), area.y, row.marker, usize::from(area.width), base);
    let mut x = start;
    for (run, blanks) in row.runs(&text) {
        for (piece, style) in styled(reader, document, placed.item, run, base, theme) {
            if x >= edge {
                return;
            }
            (x, _) = buffer.set_stringn(x, area.y, &text[piece], usize::from(edge - x), style);
        }
        x = x.saturating_add(u16::try_from(blanks).unwrap_or(0));
    }
    if row.hyphen && x < edge {
        buffer.set_string(x, area.y, "-", base);
    }
}

/// Cuts a run of text where its style changes: marks first, then what was found.
fn styled(
    reader: &Reader,
    document: &Document,
    item: Item,
    run: std::ops::Range<usize>,
    base: Style,
    theme: &Theme,
) -> Vec<(std::ops::Range<usize>, Style)> {
    let Item::Block(block) = item else { return vec![(run, base)] };
    let marks = document.blocks[block].marks.iter().map(|m| (m.range.clone(), theme.mark(&m.kind)));
    let found = reader.find.in_block(block).map(|(r, here)| (r, if here { theme.found_here } else { theme.found }));
    let overlays: Vec<_> = marks.chain(found).filter(|(r, _)| r.start < run.end && run.start < r.end).collect();
    let mut cuts: Vec<usize> = overlays.iter().flat_map(|(r, _)| [r.start, r.end]).collect();
    cuts.extend([run.start, run.end]);
    cuts.retain(|cut| (run.start..=run.end).contains(cut));
    cuts.sort_unstable();
    cuts.dedup();
    let style_at = |at: usize| {
        let over = overlays.iter().filter(|(r, _)| r.contains(&at));
        over.fold(base, |style, (_, over)| style.patch(*over))
    };
    cuts.windows(2).map(|pair| (pair[0]..pair[1], style_at(pair[0]))).collect()
}
