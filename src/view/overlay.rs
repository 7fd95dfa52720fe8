//! What covers the panes: the deck of sidebars, and the help.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{fitting, frame, glyphs, page, panes, put, put_right, rect};
use crate::clean;
use crate::layout::columns;
use crate::reader::areas::Areas;
use crate::reader::outline::{Heading, Outline};
use crate::reader::page::Page;
use crate::reader::{HelpRow, Reader};
use crate::theme::Theme;

/// A frame without a rail, whatever the form.
pub fn bare(areas: Areas) -> Areas {
    let none = crate::reader::areas::Area::default();
    Areas { sidebars: none, captions: none, ..areas }
}

/// One sidebar on the whole window, with a strip that says which of how many.
pub fn skim(reader: &Reader, card: usize, page: &Page, theme: &Theme, buffer: &mut Buffer) {
    let areas = bare(reader.areas());
    frame::borders(&areas, theme.border, buffer);
    let count = reader.document.sidebars.len();
    let (_, window) = reader.card();
    let header = frame::padded(rect(areas.header), &areas);
    if !header.is_empty() {
        let strip: String =
            (0..count.min(24)).map(|i| if i == card { glyphs(reader).here } else { glyphs(reader).other }).collect();
        let left = put_right(buffer, header, &strip, theme.dim);
        // The title stands in the card itself until it is scrolled out of it.
        let told = match reader.document.sidebars[card].title {
            Some(title) if page.shows(&window, title) => format!("{} of {count}", card + 1),
            _ => format!("{} of {count}  {}", card + 1, reader.document.sidebar_title(card)),
        };
        put(buffer, Rect { width: left.saturating_sub(1), ..header }, &told, theme.sidebar);
    }
    page::card(reader, page, theme, buffer);
    let status = frame::padded(rect(areas.status), &areas);
    let percent = format!("{:.0} %", (page.progress(&window) * 100.0).floor());
    let left = put_right(buffer, status, &percent, theme.dim);
    let status = Rect { width: left.saturating_sub(1), ..status };
    let keys = ["[ ] flip, j k scroll, Enter its place in the story, q back", "[ ] flip, Enter place, q back"];
    put(buffer, status, reader.notice.as_deref().unwrap_or(fitting(&keys, status)), theme.dim);
}

/// Columns of an overlay's lines, at most.
const MOST_WIDTH: u16 = 76;

/// Every key and what it does, under its headings.
pub fn help(reader: &Reader, top: usize, theme: &Theme, buffer: &mut Buffer) {
    let areas = bare(reader.areas());
    frame::borders(&areas, theme.border, buffer);
    let header = frame::padded(rect(areas.header), &areas);
    put(buffer, header, "Help", theme.title);
    let area = rect(areas.body);
    let area = Rect { width: areas.header.width, ..area };
    let lines = reader.help_lines();
    let top = top.min(lines.len().saturating_sub(usize::from(area.height)));
    let (width, keys) = reader.help_columns();
    let left = area.x + (area.width - width) / 2;
    for (y, line) in (area.y..area.bottom()).zip(&lines[top..]) {
        let row = Rect { x: left, y, width, height: 1 };
        match line {
            HelpRow::Blank => {}
            HelpRow::Group(name) => {
                put(buffer, row, name, theme.heading);
            }
            HelpRow::Keys(pressed, text) => {
                let used = u16::try_from(columns(pressed)).unwrap_or(keys).min(keys);
                put(buffer, Rect { x: left + keys - used, width: used, ..row }, pressed, theme.sidebar);
                let room = width.saturating_sub(keys + 2);
                put(buffer, Rect { x: left + keys + 2, width: room, ..row }, text, theme.text);
            }
        }
    }
    let status = frame::padded(rect(areas.status), &areas);
    let more = lines.len().saturating_sub(top + usize::from(area.height));
    let told = if more > 0 { format!("{more} more below, j k scroll, q back") } else { "q back".to_string() };
    put(buffer, status, &told, theme.dim);
}

/// Title, headings and sidebars, with what is typed to filter them.
pub fn outline(reader: &Reader, outline: &Outline, theme: &Theme, buffer: &mut Buffer) -> (u16, u16) {
    let areas = bare(reader.areas());
    frame::borders(&areas, theme.border, buffer);
    let header = frame::padded(rect(areas.header), &areas);
    let typed = format!("Outline: {}", clean::visible(outline.input.value()));
    put(buffer, header, &typed, theme.title);
    let area = Rect { width: areas.header.width, ..rect(areas.body) };
    let width = area.width.min(MOST_WIDTH);
    let left = area.x + (area.width - width) / 2;
    if outline.headings.is_empty() {
        let told = if outline.input.value().is_empty() { "There are no headings." } else { "Nothing matches." };
        let row = Rect { x: left, width, height: area.height.min(1), ..area };
        panes::entry(row, " ", told, "", theme.dim, theme, buffer);
    }
    let lines = outline.headings.iter().enumerate().skip(outline.list.top);
    for (y, (index, heading)) in (area.y..area.bottom()).zip(lines) {
        let row = Rect { x: left, y, width, height: 1 };
        let (words, size) = heading.text(reader);
        let (indent, style) = match heading {
            Heading::Title(_) => (0, theme.title),
            Heading::Heading(_) => (2, theme.text),
            Heading::Sidebar(_) => (4, theme.sidebar),
            Heading::Remark(_) => (6, theme.dim),
        };
        let here = if outline.here == Some(index) { "you are here" } else { "" };
        let fact = [here, &size].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(glyphs(reader).dot);
        let chosen = index == outline.list.chosen;
        let style = if chosen { theme.chosen } else { style };
        let mark = if chosen { glyphs(reader).pointer } else { " " };
        let words = format!("{:indent$}{words}", "");
        panes::entry(row, mark, &words, &fact, style, theme, buffer);
    }
    let status = frame::padded(rect(areas.status), &areas);
    let keys =
        ["type to filter, up and down choose, Enter goes there, Esc back", "type to filter, Enter goes, Esc back"];
    put(buffer, status, fitting(&keys, status), theme.dim);
    let typed = "Outline: ".len() + outline.input.visual_cursor();
    (header.x.saturating_add(u16::try_from(typed).unwrap_or(u16::MAX)).min(header.right().saturating_sub(1)), header.y)
}
