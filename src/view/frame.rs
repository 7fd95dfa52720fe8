//! What stands around the panes: the frame, the header, the tabs, the status line.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Clear, Widget};

use super::{put, put_right, rect};
use crate::clean;
use crate::document::Document;
use crate::layout::{Part, Sidebars, columns};
use crate::reader::areas::{Areas, Form};
use crate::reader::correct::ANSWERS;
use crate::reader::{Action, Finding, Mode, Pane, Reader, filled};
use crate::theme::Theme;

/// Draws the frame's lines around the panes of a wide window.
pub fn borders(areas: &Areas, style: Style, buffer: &mut Buffer) {
    if areas.form == Form::Tabs {
        return;
    }
    let window = buffer.area;
    let (left, right) = (window.left(), window.right() - 1);
    let (top, bottom) = (window.top(), window.bottom() - 1);
    let rail = (areas.sidebars.width > 0).then(|| areas.sidebars.x - 1);
    let mut put = |x: u16, y: u16, sign: char| {
        if let Some(cell) = buffer.cell_mut((x, y)) {
            cell.set_char(sign).set_style(style);
        }
    };
    for (y, [start, end], joint) in [
        (top, ['┌', '┐'], '─'),
        (areas.body.y - 1, ['├', '┤'], '┬'),
        (areas.status.y - 1, ['├', '┤'], '┴'),
        (bottom, ['└', '┘'], '─'),
    ] {
        put(left, y, start);
        (left + 1..right).for_each(|x| put(x, y, if rail == Some(x) { joint } else { '─' }));
        put(right, y, end);
    }
    for y in [areas.header.y, areas.status.y].into_iter().chain(areas.body.y..areas.status.y - 1) {
        put(left, y, '│');
        put(right, y, '│');
    }
    if let Some(x) = rail {
        (areas.body.y..areas.status.y - 1).for_each(|y| put(x, y, '│'));
        let y = areas.captions.y - 1;
        if y < areas.status.y - 1 {
            put(x, y, '├');
            (x + 1..right).for_each(|x| put(x, y, '─'));
            put(right, y, '┤');
        }
    }
}

/// What is read, where it is from and how long it takes, or the tabs.
pub fn header(reader: &Reader, areas: &Areas, theme: &Theme, buffer: &mut Buffer) {
    let area = rect(areas.header);
    if area.is_empty() {
        return;
    }
    if areas.form == Form::Tabs && !matches!(reader.mode, Mode::Skim { .. }) {
        return tabs(reader, area, theme, buffer);
    }
    let document = &reader.document;
    let (index, count) = reader.among;
    let among = (count > 1).then(|| format!("article {} of {count}", index + 1));
    let site = document.meta.site.as_deref();
    // While the title stands in the story below, it is not said here too: where the article is from will do.
    let (words, style, site) = match document.title() {
        Some(title) if !reader.title_in_sight() => (title, theme.title, site),
        _ => (site.unwrap_or(&reader.source), theme.dim, None),
    };
    let facts =
        [among, site.map(str::to_string), Some(minutes(reader.minutes())), document.meta.published.as_deref().map(day)];
    let mut facts: Vec<String> = facts.into_iter().flatten().collect();
    let area = padded(area, areas);
    // The last are the first to go where there is no room.
    while area.width < 58 || columns(&facts.join(" · ")) > usize::from(area.width / 2) {
        if facts.pop().is_none() {
            break;
        }
    }
    let facts = facts.join(" · ");
    let left = put_right(buffer, area, &facts, theme.dim);
    put(buffer, Rect { width: left.saturating_sub(1), ..area }, words, style);
}

fn tabs(reader: &Reader, area: Rect, theme: &Theme, buffer: &mut Buffer) {
    let story = match reader.page.part {
        Part::Sidebar(index) => format!("Sidebar {}", index + 1),
        _ => "Story".to_string(),
    };
    let tabs = [
        (Pane::Body, story),
        (Pane::Sidebars, format!("Sidebars {}", reader.document.sidebars.len())),
        (Pane::Captions, format!("Captions {}", captions(reader))),
    ];
    let mut area = area;
    for (pane, name) in tabs {
        let here = reader.focus == pane;
        let name = if here { format!("[{name}]") } else { format!(" {name} ") };
        let used = put(buffer, area, &name, if here { theme.focused } else { theme.dim });
        let used = (used + 1).min(area.width);
        (area.x, area.width) = (area.x + used, area.width - used);
    }
}

/// Captions that are listed, copies not counted.
pub fn captions(reader: &Reader) -> usize {
    reader.entries.iter().filter(|e| !e.copy).count()
}

/// The day of a time as ISO 8601 has it, in fewer words; any other as it is.
fn day(published: &str) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let of = |range: std::ops::Range<usize>, most| {
        let digits = published.get(range).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
        digits.parse::<usize>().ok().filter(|n| (1..=most).contains(n))
    };
    let dashed = published.get(4..5) == Some("-") && published.get(7..8) == Some("-");
    let ends = published.get(10..).is_some_and(|rest| rest.is_empty() || rest.starts_with(['T', 't', ' ']));
    match (of(0..4, 9999), of(5..7, 12), of(8..10, 31)) {
        (Some(year), Some(month), Some(day)) if dashed && ends => format!("{day} {} {year}", MONTHS[month - 1]),
        _ => published.to_string(),
    }
}

fn minutes(minutes: f64) -> String {
    if minutes < 1.0 { "under 1 min".to_string() } else { format!("{minutes:.0} min") }
}

/// The words that are to be found, as they are typed, and how often they are, in what was folded when finding began
/// too; says where the cursor stands.
pub fn finding(
    reader: &Reader,
    finding: &Finding,
    areas: &Areas,
    theme: &Theme,
    buffer: &mut Buffer,
) -> Option<(u16, u16)> {
    let area = padded(rect(areas.status), areas);
    if area.is_empty() {
        return None;
    }
    let typed = format!("/{}", clean::visible(reader.find.input.value()));
    // The cursor and a blank stand between.
    let room = usize::from(area.width).saturating_sub(columns(&typed) + 2);
    let told = [reader.find.summary(reader.in_body().0, &finding.shown), reader.find.count()];
    let told = told.iter().find(|told| columns(told) <= room).map_or("", String::as_str);
    let width = u16::try_from(columns(told)).unwrap_or(area.width);
    put(buffer, Rect { x: area.right() - width, width, ..area }, told, theme.notice);
    put(buffer, Rect { width: area.width - width, ..area }, &typed, theme.text);
    let before = 1 + reader.find.input.visual_cursor();
    let last = rect(areas.status).right() - 1;
    Some((u16::try_from(before).map_or(last, |before| area.x.saturating_add(before).min(last)), area.y))
}

/// How far the reader is, what the toggles hide, where help is; or a notice.
pub fn status(reader: &Reader, areas: &Areas, theme: &Theme, buffer: &mut Buffer) {
    let area = rect(areas.status);
    if area.is_empty() {
        return;
    }
    let area = padded(area, areas);
    if let Mode::Correcting = reader.mode {
        return answers(reader, area, areas, theme, buffer);
    }
    if let Some(asked) = asked(reader) {
        put(buffer, area, &asked, theme.notice);
        return;
    }
    let (done, left) = reader.progress();
    let percent = format!("{:.0} %", (done * 100.0).floor());
    let told = reader.loading.clone().or_else(|| reader.notice.clone()).or_else(|| selecting(reader));
    let told = told.or_else(|| {
        let typed = clean::visible(reader.find.on_screen()?);
        // The count alone where there is no room to say where the matches are.
        let room = usize::from(area.width).saturating_sub(columns(&percent) + columns(&typed) + 7);
        let told = [reader.find.summary(reader.in_body().0, &reader.preferences.shown), reader.find.count()];
        let fitting = told.iter().find(|told| columns(told) <= room).unwrap_or(&told[1]);
        Some(format!("/{typed}  {fitting}"))
    });
    let right = if told.is_some() { "? help" } else { "? help  / find" };
    let width = put_right(buffer, area, if area.width >= 50 { right } else { "?" }, theme.dim);
    let mut text = percent;
    let notice = reader.notice.as_deref().filter(|_| reader.raw.is_none() && reader.loading.is_none());
    let is_long = |notice: &str| columns(&text) + 2 + columns(notice) >= usize::from(width);
    let is_above =
        notice.is_some_and(|notice| is_long(notice) && over_foot_if_room(notice, area, areas, theme, buffer));
    let told = told.filter(|_| !is_above);
    match &told {
        _ if reader.raw.is_some() => {
            text = format!("RAW  {text}  {}", told.as_deref().unwrap_or("r: back to the article"))
        }
        Some(told) => text = format!("{text}  {told}"),
        None => {
            if left > 0.0 && area.width >= 40 {
                text = format!("{text}  {} left", minutes(left));
            }
            let whole = format!("{text}   {}", toggles(reader));
            // Where the toggles would be cut off, or crowd the keys, how much they hide has to do.
            let fits = columns(&whole) + 2 <= usize::from(width);
            text = if fits { whole } else { format!("{text}  {}", hidden(reader)) };
        }
    }
    let style = if told.is_some() { theme.notice } else { theme.dim };
    put(buffer, Rect { width: width.saturating_sub(1), ..area }, &text, style);
}

/// Bytes of a text of which one line is shown: more than any window has room for.
pub const LONGEST: usize = 2000;

/// What the next letter will be taken for, where one is waited for.
fn asked(reader: &Reader) -> Option<String> {
    match &reader.mode {
        Mode::Marking(Action::Mark) => Some("mark this place with: a letter".to_string()),
        Mode::Marking(_) => Some("go to mark: a letter".to_string()),
        Mode::Links { typed } if typed.is_empty() => Some("link: its letters".to_string()),
        Mode::Links { typed } => Some(format!("link: {typed}")),
        _ => None,
    }
}

/// How much is being selected, and what can be done with it.
fn selecting(reader: &Reader) -> Option<String> {
    reader.selected_from?;
    let count = reader.selection().len();
    let many = if count == 1 { "paragraph" } else { "paragraphs" };
    Some(format!("selecting {count} {many}: {{ }} extend, y copies, Esc gives up"))
}

/// What a block is taken for now and what can be said of it, over the foot of the panes.
fn answers(reader: &Reader, status: Rect, areas: &Areas, theme: &Theme, buffer: &mut Buffer) {
    let now = reader.in_question().map(|(name, words)| format!("Now {name}: {}", clean::head(words, LONGEST)));
    let mut rows = vec![now.unwrap_or_default(), "This is:".to_string()];
    for (letter, _, words) in ANSWERS {
        let answer = format!("  {letter} {words}");
        match rows.last_mut() {
            Some(row) if columns(row) + columns(&answer) <= usize::from(status.width) => row.push_str(&answer),
            _ => rows.push(answer),
        }
    }
    put(buffer, status, "a letter says it, Esc gives up", theme.dim);
    over_foot(rows.iter().map(String::as_str), status, areas, theme, buffer);
}

/// Rows of words over the foot of the panes.
fn over_foot<'a>(
    rows: impl DoubleEndedIterator<Item = &'a str>,
    status: Rect,
    areas: &Areas,
    theme: &Theme,
    buffer: &mut Buffer,
) {
    let bottom = areas.body.y + areas.body.height;
    let above = rows.rev().take(usize::from(areas.body.height));
    for (y, row) in (areas.body.y..bottom).rev().zip(above) {
        clear_row(y, areas, theme, buffer);
        put(buffer, Rect { y, height: 1, ..status }, row, theme.notice);
    }
}

/// A row for other words, where panes stood beside one another or a rule ran between them.
pub fn clear_row(y: u16, areas: &Areas, theme: &Theme, buffer: &mut Buffer) {
    let row = Rect { y, height: 1, ..rect(areas.status) };
    Clear.render(row, buffer);
    buffer.set_style(row, theme.text);
    if areas.form != Form::Tabs
        && let Some(edge) = buffer.cell_mut((row.right(), y))
    {
        edge.set_char('│').set_style(theme.border);
    }
}

/// Says what is too long for the status line over the foot of the panes, where half of them stay free; tells whether
/// it did.
fn over_foot_if_room(told: &str, status: Rect, areas: &Areas, theme: &Theme, buffer: &mut Buffer) -> bool {
    let rows = filled(told, status.width);
    if rows.len() > usize::from(areas.body.height / 2) {
        return false;
    }
    over_foot(rows.into_iter(), status, areas, theme, buffer);
    true
}

/// The toggles' states, with how much each hides.
fn toggles(reader: &Reader) -> String {
    let shown = &reader.preferences.shown;
    let (duplicates, captions, boilerplate) = reader.hidden();
    let count = |n: usize| if n > 0 { format!(" {n}") } else { String::new() };
    let boxes = match shown.sidebars {
        Sidebars::Line => "aside",
        Sidebars::Inline => "inline",
        Sidebars::Hidden => "hidden",
    };
    format!(
        "dup:{}{}  cap:{}{}  box:{boxes}  boil:{}{}",
        if shown.duplicates { "shown" } else { "folded" },
        count(duplicates),
        if shown.captions { "inline" } else { "hidden" },
        count(captions),
        if shown.boilerplate { "shown" } else { "folded" },
        count(boilerplate),
    )
}

/// How many blocks are hidden, where there is no room to say which.
fn hidden(reader: &Reader) -> String {
    let (duplicates, captions, boilerplate) = reader.hidden();
    match duplicates + captions + boilerplate {
        0 => String::new(),
        n => format!("{n} hidden"),
    }
}

/// What is read in the body pane, where it is not the story.
pub fn reading(document: &Document, part: Part) -> Option<String> {
    match part {
        Part::Sidebar(index) => {
            let count = document.sidebars.len();
            Some(format!("▐ Sidebar {} of {count} · Enter its place, q back", index + 1))
        }
        _ => None,
    }
}

/// An area without its outermost columns, where it stands in a frame.
pub fn padded(area: Rect, areas: &Areas) -> Rect {
    match areas.form {
        Form::Tabs => area,
        _ => Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area },
    }
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn a_time_is_said_as_its_day() {
        assert_eq!(day("2023-12-22T17:25:23Z"), "22 Dec 2023");
        assert_eq!(day("2024-03-03"), "3 Mar 2024");
        assert_eq!(day("2024-03-03 09:14"), "3 Mar 2024");
        for other in ["Tuesday 3 March", "2024-13-03", "2024-03-0x", "2024-03-031", "2024-3-3", "日本語", ""] {
            assert_eq!(day(other), other);
        }
    }
}
