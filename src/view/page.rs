//! The body pane, and the card of the deck: rows of text with their marks, the cursor and what was found.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::hyperlink::Hyperlink;
use super::pictures::Pictures;
use super::{frame, glyphs, put, rect, write};
use crate::document::{Document, MarkKind, Role};
use crate::layout::viewport::PlacedRow;
use crate::layout::{self, Item, Measure, Row, columns};
use crate::reader::areas::Form;
use crate::reader::links::Link;
use crate::reader::page::Page;
use crate::reader::{Mode, Pane, Reader};
use crate::theme::Theme;

/// What lies over the text of a page.
struct Ink<'a> {
    reader: &'a Reader,
    document: &'a Document,
    theme: &'a Theme,
    /// The item that the cursor's bar stands at.
    cursor: Option<Item>,
    selected: &'a [Item],
    /// Letters to choose links by.
    labels: Vec<(String, Link)>,
}

/// The story, a sidebar of it, or the raw input.
pub fn body(reader: &Reader, theme: &Theme, buffer: &mut Buffer) {
    let (document, page) = reader.in_body();
    let areas = reader.areas();
    let area = rect(areas.body);
    if let Some(told) = frame::reading(document, page.part)
        && areas.form != Form::Tabs
        && area.height > 0
    {
        // The rule above the pane says that this is not the story.
        let strip = Rect { x: area.x + 1, y: area.y - 1, width: area.width.saturating_sub(2), height: 1 };
        put(buffer, strip, &format!(" {told} "), theme.sidebar);
    }
    let with_cursor = reader.focus == Pane::Body && reader.raw.is_none();
    let rows = page.rows(&reader.window());
    let cursor = page.item_at(document, page.cursor_among(document, &rows));
    let ink = Ink {
        reader,
        document,
        theme,
        cursor: cursor.filter(|_| with_cursor),
        selected: if reader.selected_from.is_some() { &page.flow[reader.selection()] } else { &[] },
        labels: if matches!(reader.mode, Mode::Links { .. }) { reader.links_in_sight() } else { Vec::new() },
    };
    text(&ink, page, rows, reader.window().measure, area, buffer);
}

/// A card of the deck.
pub fn card(reader: &Reader, page: &Page, theme: &Theme, buffer: &mut Buffer) {
    let (area, window) = reader.card();
    let document = &reader.document;
    let ink = Ink { reader, document, theme, cursor: None, selected: &[], labels: Vec::new() };
    text(&ink, page, page.rows(&window), window.measure, rect(area), buffer);
}

/// A page's rows, in the middle of an area.
fn text(ink: &Ink<'_>, page: &Page, rows: Vec<PlacedRow>, measure: Measure, area: Rect, buffer: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let width = u16::try_from(measure.width).unwrap_or(area.width).min(area.width);
    let left = area.x + (area.width - width) / 2;
    if page.flow.is_empty() {
        let row = Rect { x: left, width, height: 1, ..area };
        let told = if ink.reader.loading.is_some() { "" } else { "There is nothing to read here." };
        put(buffer, row, told, ink.theme.dim);
    }
    let mut pictures = Pictures::default();
    for (y, placed) in (area.y..area.bottom()).zip(rows) {
        let Some(row) = &placed.row else { continue };
        if ink.cursor == Some(placed.item) && left >= area.x + 2 {
            buffer.set_string(left - 2, y, glyphs(ink.reader).cursor, ink.theme.cursor);
        }
        let area = Rect { x: left, y, width, height: 1 };
        if let (Some(strip), Item::Block(block)) = (row.strip, placed.item) {
            buffer.set_stringn(area.x, area.y, row.bar, usize::from(area.width), ink.bar(placed.item, ink.theme.text));
            let indent = u16::try_from(row.indent).unwrap_or(u16::MAX).min(area.width);
            let area = Rect { x: area.x + indent, width: area.width - indent, ..area };
            pictures.strip(ink.reader, block, strip, area, ink.theme, buffer);
            continue;
        }
        ink.remarks(&placed, area, buffer);
        ink.row(&placed, row, area, buffer);
        if ink.selected.contains(&placed.item) {
            buffer.set_style(area, ink.theme.chosen);
        }
    }
}

impl Ink<'_> {
    /// What the reader remarked: a ground and a bar for a highlight, a sign in the other margin for a note.
    fn remarks(&self, placed: &PlacedRow, row: Rect, buffer: &mut Buffer) {
        let Item::Block(block) = placed.item else { return };
        let window = buffer.area;
        let glyphs = glyphs(self.reader);
        let is_plain = self.reader.preferences.plain;
        if self.is_highlighted(block) {
            let ground = Rect { x: row.x.saturating_sub(1), width: row.width.saturating_add(2), ..row };
            buffer.set_style(ground.intersection(window), self.theme.highlight);
            // A screen reader need not hear it again and again.
            if row.x > window.left() && (placed.first || !is_plain) {
                buffer.set_string(row.x - 1, row.y, glyphs.highlight, self.theme.notice);
            }
        }
        let is_noted = self.is_article() && self.reader.notes(block).next().is_some();
        if is_noted && placed.first && row.right() + 1 < window.right() {
            buffer.set_string(row.right() + 1, row.y, glyphs.note, self.theme.notice);
        }
    }

    /// Whether it is the article that is read, not the input as it came, whose one block is another.
    fn is_article(&self) -> bool {
        std::ptr::eq(self.document, &raw const self.reader.document)
    }

    fn is_highlighted(&self, block: usize) -> bool {
        self.is_article() && self.reader.is_highlighted(block)
    }

    fn row(&self, placed: &PlacedRow, row: &Row, area: Rect, buffer: &mut Buffer) {
        let text = layout::text(self.document, placed.item);
        let base = self.base(placed.item);
        let bar = self.bar(placed.item, base);
        buffer.set_stringn(area.x, area.y, row.bar, usize::from(area.width), bar);
        let start = area.x.saturating_add(u16::try_from(row.indent).unwrap_or(u16::MAX));
        let marker = u16::try_from(columns(row.marker)).unwrap_or(0);
        buffer.set_stringn(start.saturating_sub(marker).max(area.x), area.y, row.marker, usize::from(area.width), base);
        let mut x = start;
        for (run, blanks) in row.runs(&text) {
            for (piece, style) in self.styled(placed.item, run, base) {
                if x >= area.right() {
                    return;
                }
                let room = Rect { x, width: area.right() - x, ..area };
                let label = self.label_at(placed.item, piece.start);
                let end = write(buffer, room, &text[piece], style);
                if let Some(label) = label {
                    write(buffer, room, label, self.theme.found_here);
                }
                x = end;
            }
            x = x.saturating_add(u16::try_from(blanks).unwrap_or(0));
        }
        if row.hyphen && x < area.right() {
            buffer.set_string(x, area.y, "-", base);
        }
    }

    /// The style of an item's text where nothing lies over it.
    fn base(&self, item: Item) -> Style {
        let Item::Block(index) = item else { return self.theme.sidebar };
        let block = &self.document.blocks[index];
        let style = self.theme.role(block.role);
        let style = if block.duplicate_of.is_some() { style.patch(self.theme.dim) } else { style };
        if self.is_highlighted(index) { style.patch(self.theme.highlight) } else { style }
    }

    /// The style of the bar at the left of a quote or of a sidebar that stands in the story.
    fn bar(&self, item: Item, base: Style) -> Style {
        let style = match item {
            Item::Block(block) if self.document.blocks[block].role == Role::Quote => self.theme.dim,
            Item::Block(block) if self.document.blocks[block].sidebar.is_some() => self.theme.sidebar,
            _ => base,
        };
        style.remove_modifier(Modifier::ITALIC)
    }

    /// The letters that choose the link that begins at an offset.
    fn label_at(&self, item: Item, offset: usize) -> Option<&str> {
        let here = |link: &Link| item == Item::Block(link.block) && link.range.start == offset;
        self.labels.iter().find(|(_, link)| here(link)).map(|(label, _)| label.as_str())
    }

    /// Cuts a run of text where its style changes: marks lie lowest, then what was found, then the chosen link.
    fn styled(&self, item: Item, run: Range<usize>, base: Style) -> Vec<(Range<usize>, Style)> {
        let Item::Block(block) = item else { return vec![(run, base)] };
        let (reader, theme) = (self.reader, self.theme);
        let mut links = 0;
        let marks = self.document.blocks[block].marks.iter().map(|mark| {
            let style = theme.mark(&mark.kind);
            if !matches!(mark.kind, MarkKind::Link(_)) {
                return (mark.range.clone(), style);
            }
            links += 1;
            (mark.range.clone(), Hyperlink { block, nth: links - 1 }.on(style))
        });
        let found = reader.find.in_block(block).map(|(r, here)| (r, if here { theme.found_here } else { theme.found }));
        let chosen = reader.link.iter().filter(|l| l.block == block).map(|l| (l.range.clone(), theme.chosen));
        let lies_here = |(r, _): &(Range<usize>, Style)| r.start < run.end && run.start < r.end;
        let overlays: Vec<_> = marks.chain(found).chain(chosen).filter(lies_here).collect();
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
}
