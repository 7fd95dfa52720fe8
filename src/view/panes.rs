//! The panes beside the story: the lists of sidebars and captions, each with a preview of what is chosen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{clipped, frame, glyphs, put, put_right, rect};
use crate::layout::{self, Item, Measure, columns};
use crate::reader::areas::{Area, Areas, list_and_preview};
use crate::reader::{Pane, Reader};
use crate::theme::Theme;

/// The sidebars: title and size of each, the first lines of the chosen one.
pub fn sidebars(reader: &Reader, areas: &Areas, theme: &Theme, buffer: &mut Buffer) {
    let document = &reader.document;
    let count = document.sidebars.len();
    let focused = reader.focus == Pane::Sidebars;
    let told = match count {
        0 => "none".to_string(),
        _ => format!("{} of {count}", reader.sidebars.chosen + 1),
    };
    heading(areas.sidebars, "SIDEBARS", &told, focused, theme, buffer);
    let (list, preview) = list_and_preview(areas.sidebars, count);
    let list = rect(list);
    for (y, index) in (list.y..list.bottom()).zip(reader.sidebars.top..count) {
        let row = Rect { y, height: 1, ..list };
        let chosen = index == reader.sidebars.chosen;
        let style = if chosen && focused { theme.chosen } else { theme.text };
        let size = layout::sidebar_size(document, index, reader.preferences.plain);
        entry(
            row,
            if chosen { glyphs(reader).pointer } else { " " },
            document.sidebar_title(index),
            &size,
            style,
            theme,
            buffer,
        );
    }
    if count > 0 {
        let sidebar = &document.sidebars[reader.sidebars.chosen];
        let blocks = sidebar.blocks.clone().filter(|b| Some(*b) != sidebar.title);
        let shown = blocks.filter(|b| document.blocks[*b].duplicate_of.is_none());
        preview_of(reader, preview, shown, theme, buffer);
    }
}

/// The captions: each once with how often it is said, those in sight lit.
pub fn captions(reader: &Reader, areas: &Areas, theme: &Theme, buffer: &mut Buffer) {
    let document = &reader.document;
    let focused = reader.focus == Pane::Captions;
    let count = frame::captions(reader);
    let folded: usize = reader.entries.iter().map(|e| e.times - 1).sum();
    let told = match (count, reader.preferences.shown.duplicates) {
        (0, _) => "none".to_string(),
        (_, true) => format!("{count}{}copies shown", glyphs(reader).dot),
        (_, false) if folded > 0 => format!("{count}{}{folded} folded", glyphs(reader).dot),
        _ => count.to_string(),
    };
    let fits = "CAPTIONS  ".len() + columns(&told) + 2 <= usize::from(areas.captions.width);
    let told = if fits { told } else { count.to_string() };
    heading(areas.captions, "CAPTIONS", &told, focused, theme, buffer);
    let (list, preview) = list_and_preview(areas.captions, reader.entries.len());
    let list = rect(list);
    let sight = reader.in_sight();
    for (y, index) in (list.y..list.bottom()).zip(reader.captions.top..reader.entries.len()) {
        let caption = &reader.entries[index];
        let row = Rect { y, height: 1, ..list };
        let lit = reader.raw.is_none() && sight.contains(&caption.place);
        let chosen = index == reader.captions.chosen;
        let mut style = match (chosen && focused, lit) {
            (true, _) => theme.chosen,
            (_, true) => theme.lit,
            _ => theme.text,
        };
        if caption.copy && style != theme.chosen {
            style = style.patch(theme.dim);
        }
        let mark = match (chosen, lit) {
            (true, _) => glyphs(reader).pointer,
            (_, true) => glyphs(reader).lit,
            _ => " ",
        };
        let times =
            if caption.times > 1 { format!("{}{}", glyphs(reader).times, caption.times) } else { String::new() };
        let words = document.text(caption.block);
        let words = if caption.copy { format!("= {words}") } else { words.to_string() };
        entry(row, mark, &words, &times, style, theme, buffer);
    }
    if let Some(caption) = reader.entries.get(reader.captions.chosen) {
        preview_of(reader, preview, std::iter::once(caption.block), theme, buffer);
    }
}

fn heading(area: Area, name: &str, told: &str, focused: bool, theme: &Theme, buffer: &mut Buffer) {
    let style = if focused { theme.focused } else { theme.pane };
    let row = Rect { x: area.x + 1, width: area.width.saturating_sub(2), height: area.height.min(1), ..rect(area) };
    put(buffer, row, &format!("{name}  {told}"), style);
}

/// One line of a list: a mark, the words, and a fact at the right edge.
pub fn entry(row: Rect, mark: &str, words: &str, fact: &str, style: Style, theme: &Theme, buffer: &mut Buffer) {
    if row.width < 4 {
        return;
    }
    buffer.set_style(Rect { x: row.x, ..row }, style);
    put(buffer, Rect { x: row.x + 1, width: 1, ..row }, mark, style);
    let inner = Rect { x: row.x + 3, width: row.width - 4, ..row };
    // On the ground of what is chosen, dim might be the ground's own colour.
    let fact_style = if style == theme.chosen { style } else { style.patch(theme.dim) };
    // Where room is scarce the words go before what is said of them.
    let (said, all) = (columns(fact), usize::from(inner.width));
    let fact = if said * 4 <= all || columns(&clipped(words, all)) + 1 + said <= all { fact } else { "" };
    let free = put_right(buffer, inner, fact, fact_style);
    let room = if free < inner.width { free - 1 } else { free };
    put(buffer, Rect { width: room, ..inner }, words, style);
}

/// The first lines of some blocks, under a rule.
fn preview_of(reader: &Reader, area: Area, blocks: impl Iterator<Item = usize>, theme: &Theme, buffer: &mut Buffer) {
    if area.height == 0 || area.width < 6 {
        return;
    }
    let area = rect(area);
    let rule = Rect { x: area.x + 1, y: area.y - 1, width: area.width - 2, height: 1 };
    put(buffer, rule, &glyphs(reader).rule.repeat(usize::from(rule.width)), theme.border);
    let width = (area.width - 4).min(reader.preferences.measure);
    let measure = Measure {
        width: usize::from(width),
        hyphenated: reader.hyphenates(width),
        plain: reader.preferences.plain,
        ..Measure::default()
    };
    let mut y = area.y;
    for block in blocks {
        let text = reader.document.text(block);
        for row in layout::piece_rows(&reader.document, Item::Block(block), 0, &measure) {
            if y >= area.bottom() {
                return;
            }
            let indent = u16::try_from(row.indent).unwrap_or(0);
            let marker = u16::try_from(columns(row.marker)).unwrap_or(0);
            let left = area.x + 3;
            buffer.set_string(left + indent - marker.min(indent), y, row.marker, theme.dim);
            let words = if row.hyphen { format!("{}-", &text[row.range]) } else { text[row.range].to_string() };
            let room = Rect { x: left + indent, y, width: area.width.saturating_sub(4 + indent), height: 1 };
            put(buffer, room, &words, theme.dim);
            y += 1;
        }
    }
}
