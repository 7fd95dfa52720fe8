//! What covers the panes: the deck of sidebars, and the help.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{frame, page, put, put_right, rect};
use crate::layout::columns;
use crate::reader::areas::Areas;
use crate::reader::page::Page;
use crate::reader::{HelpLine, Reader};
use crate::theme::Theme;

/// A frame without a rail, whatever the form.
fn bare(areas: Areas) -> Areas {
    let none = crate::reader::areas::Area::default();
    Areas { sidebars: none, captions: none, ..areas }
}

/// One sidebar on the whole window, with a strip that says which of how many.
pub fn skim(reader: &Reader, card: usize, page: &Page, theme: &Theme, buffer: &mut Buffer) {
    let areas = bare(reader.areas());
    frame::borders(&areas, theme.border, buffer);
    let count = reader.document.sidebars.len();
    let (area, window) = reader.card();
    let header = frame::padded(rect(areas.header), &areas);
    if !header.is_empty() {
        let strip: String = (0..count.min(24)).map(|i| if i == card { '●' } else { '○' }).collect();
        let left = put_right(buffer, header, &strip, theme.dim);
        let told = format!("{} of {count}  {}", card + 1, reader.document.sidebar_title(card));
        put(buffer, Rect { width: left.saturating_sub(1), ..header }, &told, theme.sidebar);
    }
    page::text(reader, page, &window, rect(area), false, theme, buffer);
    let status = frame::padded(rect(areas.status), &areas);
    let percent = format!("{:.0} %", (page.progress(&window) * 100.0).floor());
    let keys = if status.width >= 60 {
        "[ ] flip · j k scroll · Enter its place in the story · q back"
    } else {
        "[ ] flip  ⏎ place  q back"
    };
    let left = put_right(buffer, status, &percent, theme.dim);
    put(buffer, Rect { width: left.saturating_sub(1), ..status }, reader.notice.as_deref().unwrap_or(keys), theme.dim);
}

/// Columns that the keys take in the help.
const KEYS: u16 = 22;

/// Every key and what it does, under its headings.
pub fn help(reader: &Reader, top: usize, theme: &Theme, buffer: &mut Buffer) {
    let areas = bare(reader.areas());
    frame::borders(&areas, theme.border, buffer);
    let header = frame::padded(rect(areas.header), &areas);
    put(buffer, header, "Help", theme.title);
    let area = rect(areas.body);
    let area = Rect { width: areas.header.width, ..area };
    let lines = lines(&reader.help);
    let top = top.min(lines.len().saturating_sub(usize::from(area.height)));
    let width = area.width.min(76);
    let left = area.x + (area.width - width) / 2;
    let keys = KEYS.min(width / 3);
    for (y, line) in (area.y..area.bottom()).zip(&lines[top..]) {
        let row = Rect { x: left, y, width, height: 1 };
        match line {
            Line::Blank => {}
            Line::Group(name) => {
                put(buffer, row, name, theme.heading);
            }
            Line::Keys(help) => {
                let used = u16::try_from(columns(&help.keys)).unwrap_or(keys).min(keys);
                put(buffer, Rect { x: left + keys - used, width: used, ..row }, &help.keys, theme.sidebar);
                put(buffer, Rect { x: left + keys + 2, width: width - keys - 2, ..row }, help.text, theme.text);
            }
        }
    }
    let status = frame::padded(rect(areas.status), &areas);
    let more = lines.len().saturating_sub(top + usize::from(area.height));
    let told = if more > 0 { format!("{more} more below · j k scroll · q back") } else { "q back".to_string() };
    put(buffer, status, &told, theme.dim);
}

enum Line<'a> {
    Blank,
    Group(&'a str),
    Keys(&'a HelpLine),
}

fn lines(help: &[HelpLine]) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut group = None;
    for line in help {
        if group != Some(line.group) {
            if group.is_some() {
                lines.push(Line::Blank);
            }
            lines.push(Line::Group(line.group));
            group = Some(line.group);
        }
        lines.push(Line::Keys(line));
    }
    lines
}
