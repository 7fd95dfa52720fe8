//! Draws the reader's state into a frame. Pure: the same state gives the same screen, and nothing is changed.

mod articles;
mod frame;
pub mod hyperlink;
mod note;
mod overlay;
mod page;
mod panes;
pub mod pictures;

use std::borrow::Cow;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use crate::clean;
use crate::layout::{columns, is_one_column_each};
use crate::reader::areas::{Area, Form};
use crate::reader::{Mode, Pane, Reader};
use crate::theme::Theme;

/// Draws everything; says in which column and row the cursor stands, if something is being typed.
pub fn view(reader: &Reader, theme: &Theme, buffer: &mut Buffer) -> Option<(u16, u16)> {
    let window = buffer.area;
    let fits = window.width >= reader.columns && window.height >= reader.rows;
    // Between a resize and the message that tells of it, the state's areas do not fit: the next frame is near.
    if !fits || window.is_empty() {
        return None;
    }
    // All cells at once, which is faster than one by one.
    let mut ground = Cell::EMPTY;
    ground.set_style(theme.text);
    buffer.content.fill(ground);
    let areas = reader.areas();
    match &reader.mode {
        Mode::Help { top, .. } => {
            overlay::help(reader, *top, theme, buffer);
            return None;
        }
        Mode::Skim { card, page } => {
            overlay::skim(reader, *card, page, theme, buffer);
            return None;
        }
        Mode::Outline(outline) => return Some(overlay::outline(reader, outline, theme, buffer)),
        Mode::Articles(list) => return articles::articles(reader, list, theme, buffer),
        _ => {}
    }
    frame::borders(&areas, theme.border, buffer);
    frame::header(reader, &areas, theme, buffer);
    let only = (areas.form == Form::Tabs).then_some(reader.focus);
    if only.is_none_or(|pane| pane == Pane::Body) {
        page::body(reader, theme, buffer);
    }
    if only.is_none_or(|pane| pane == Pane::Sidebars) {
        panes::sidebars(reader, &areas, theme, buffer);
    }
    if only.is_none_or(|pane| pane == Pane::Captions) {
        panes::captions(reader, &areas, theme, buffer);
    }
    if let Mode::Finding(finding) = &reader.mode {
        return frame::finding(reader, finding, &areas, theme, buffer);
    }
    frame::status(reader, &areas, theme, buffer);
    match &reader.mode {
        Mode::Noting { block, input } => note::note(reader, *block, input, theme, buffer),
        _ => None,
    }
}

/// The signs that stand between the words: drawn ones, or ASCII for screen readers.
struct Glyphs {
    /// Beside the paragraph at the cursor.
    cursor: &'static str,
    /// Before the chosen entry of a list.
    pointer: &'static str,
    /// Beside what is highlighted.
    highlight: &'static str,
    /// Beside what has a note.
    note: &'static str,
    /// Before a caption whose place is on the screen.
    lit: &'static str,
    rule: &'static str,
    times: &'static str,
    /// Between two facts.
    dot: &'static str,
    /// For this card of the deck, and for the others.
    here: char,
    other: char,
}

const DRAWN: Glyphs = Glyphs {
    cursor: "▎",
    highlight: "┃",
    note: "†",
    pointer: "▸",
    lit: "•",
    rule: "┄",
    times: "×",
    dot: " · ",
    here: '●',
    other: '○',
};
const ASCII: Glyphs = Glyphs {
    cursor: ">",
    highlight: "#",
    note: "+",
    pointer: ">",
    lit: "*",
    rule: "-",
    times: "x",
    dot: ", ",
    here: '#',
    other: '.',
};

fn glyphs(reader: &Reader) -> &'static Glyphs {
    if reader.preferences.plain { &ASCII } else { &DRAWN }
}

fn rect(area: Area) -> Rect {
    Rect { x: area.x, y: area.y, width: area.width, height: area.height }
}

/// Writes one line of text, cut with an ellipsis where it does not fit; says how many columns it took.
fn put(buffer: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    if area.is_empty() {
        return 0;
    }
    // What was typed may be in it.
    let visible = clean::visible(text);
    let fitting = clipped(&visible, usize::from(area.width));
    write(buffer, area, &fitting, style) - area.x
}

/// Writes as much of a text as fits into the first row of an area; says which column is next. As ratatui does, but
/// that splits even plain letters into graphemes.
fn write(buffer: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    if !is_one_column_each(text) {
        return buffer.set_stringn(area.x, area.y, text, usize::from(area.width), style).0;
    }
    let mut x = area.x;
    for c in text.chars().take(usize::from(area.width)) {
        let Some(cell) = buffer.cell_mut((x, area.y)) else { break };
        cell.set_char(c).set_style(style);
        x += 1;
    }
    x
}

/// Writes one line at the right edge, if it leaves at least half of the area; says how many columns stay free.
fn put_right(buffer: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    let width = u16::try_from(columns(text)).unwrap_or(u16::MAX);
    if width == 0 || width > area.width / 2 {
        return area.width;
    }
    put(buffer, Rect { x: area.right() - width, width, ..area }, text, style);
    area.width - width
}

/// The first of some ways to say a thing that an area has room for, or the last.
fn fitting<'a>(ways: &[&'a str], area: Rect) -> &'a str {
    let fits = |way: &&&str| columns(way) <= usize::from(area.width);
    ways.iter().find(fits).or(ways.last()).copied().unwrap_or_default()
}

/// As much of a text as fits into so many columns, the last of them an ellipsis where something is cut off.
fn clipped(text: &str, width: usize) -> Cow<'_, str> {
    // Nearly all is of plain letters as far as it is looked at.
    let is_plain = text.bytes().take(width.saturating_add(1)).all(|byte| matches!(byte, b' '..=b'~'));
    let first = |count: usize| match is_plain {
        true => &text[..count.min(text.len())],
        false => text.char_indices().nth(count).map_or(text, |(end, _)| &text[..end]),
    };
    if is_plain || is_one_column_each(first(width.saturating_add(1))) {
        let fitting = first(width);
        let cut = || format!("{}…", first(width - 1).trim_end());
        return if fitting.len() == text.len() || width == 0 { Cow::Borrowed(fitting) } else { Cow::Owned(cut()) };
    }
    // Twice the width in characters is more than ever fits; a huge text is not measured whole.
    let head = first(width.saturating_mul(4).saturating_add(16));
    if head.len() == text.len() && columns(head) <= width {
        return Cow::Borrowed(head);
    }
    let mut out = String::new();
    let mut used = 1;
    for grapheme in head.graphemes(true) {
        used += columns(grapheme);
        if used > width {
            break;
        }
        out.push_str(grapheme);
    }
    out.truncate(out.trim_end().len());
    if width > 0 {
        out.push('…');
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::{Buffer, Cell};
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Style};

    use super::{clipped, write};

    #[test]
    fn what_is_written_is_what_ratatui_would_write() {
        for text in ["plain", "it’s “so” — été", "日本語", "e\u{301}a", "", "a long line of many words"] {
            for area in [Rect::new(2, 1, 6, 1), Rect::new(9, 0, 20, 1), Rect::new(0, 2, 0, 1)] {
                let style = Style::new().fg(Color::Red);
                let [mut own, mut plain] = [0, 1].map(|_| Buffer::filled(Rect::new(0, 0, 12, 3), Cell::new("x")));
                let next = write(&mut own, area, text, style);
                assert_eq!(next, plain.set_stringn(area.x, area.y, text, usize::from(area.width), style).0, "{text}");
                assert_eq!(own, plain, "{text}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis_and_never_cuts_a_character() {
        assert_eq!(clipped("all of it", 9), "all of it");
        assert_eq!(clipped("all of it", 8), "all of…");
        assert_eq!(clipped("日本語", 5), "日本…");
        assert_eq!(clipped("日本語", 4), "日…");
        assert_eq!(clipped("x", 0), "");
    }
}
