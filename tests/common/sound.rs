//! What holds for any bytes at all, a function for each step from bytes to a frame. The tests call these with inputs
//! made up of what upsets readers, and `fuzz/` with whatever leads to code that no input has reached yet.
//!
//! The first bytes of an input are the settings of a step (a width, which keys are pressed), the rest is its text.
#![allow(dead_code, reason = "every user has its own part")]

use std::path::Path;

use cutline::config;
use cutline::document::{Document, Format, MarkKind, Position, Role};
use cutline::keys::{Keymap, TABLE};
use cutline::layout::{self, Item, Measure, Part, Shown, Sidebars, viewport};
use cutline::library::{Library, Opened};
use cutline::reader::{Action, Message, Preferences, Reader, update};
use cutline::structure::Correction;
use cutline::theme::{self, Theme};
use cutline::view::view;
use cutline::{clean, decode, export, mend, read, structure};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;

/// The settings at the head of an input; zeros where it has ended.
struct Settings<'a>(&'a [u8]);

impl<'a> Settings<'a> {
    fn byte(&mut self) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first)
    }

    fn yes(&mut self) -> bool {
        self.byte() % 2 == 1
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.byte() % all.len()]
    }

    fn measure(&mut self) -> Measure {
        let width = 1 + self.byte() % 100;
        let flags = self.byte();
        let [justified, optimal, hyphenated, inset, plain] = [1, 2, 4, 8, 16].map(|flag| flags & flag != 0);
        Measure { width, justified, optimal, hyphenated, inset, plain, ..Measure::default() }
    }

    fn text(self) -> String {
        String::from_utf8_lossy(self.0).replace("\r\n", "\n").replace('\r', "\n")
    }
}

const FORMATS: [Format; 3] = [Format::Text, Format::Html, Format::Markdown];

/// Whether a character may not be shown: a command to a terminal, or what cannot be seen and deceives.
fn is_forbidden(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{200b}'
            | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0d}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[track_caller]
fn check_clean(text: &str) {
    assert!(!text.contains(is_forbidden), "shown text is not clean: {text:?}");
    let mut marks = 0;
    for (before, c) in text.chars().zip(text.chars().skip(1)) {
        let unseen = matches!(c, '\u{200c}' | '\u{200d}') || c == '\u{fe0f}' && !before.is_ascii_digit();
        assert!(!(unseen && before.is_ascii_alphanumeric()), "{c:?} after {before:?} in {text:?}");
        marks = if ('\u{300}'..='\u{36f}').contains(&c) { marks + 1 } else { 0 };
        assert!(marks <= 8, "a tower of marks in {text:?}");
    }
}

/// Bytes become text with the line ends of Unix, and what is cleaned of it is clean, and stays so.
pub fn decode(data: &[u8]) {
    let mut settings = Settings(data);
    let hint =
        settings.one_of(&[None, Some("utf-8"), Some("koi8-r"), Some("iso-2022-jp"), Some("utf-16le"), Some("big5")]);
    let Ok(text) = decode::decode(settings.0, hint) else { return };
    assert!(!text.contains('\r'));
    for cleaned in [clean::visible(&text), clean::folded(&text), mend::shown(&text)] {
        check_clean(&cleaned);
        assert_eq!(clean::visible(&cleaned), cleaned);
        assert_eq!(clean::unseen(&cleaned), 0);
    }
    let folded = clean::folded(&text).into_owned();
    assert_eq!(clean::folded(&folded), folded);
    let _ = read::detect(&text, None, None);
}

/// Checks what must hold of the blocks of any document.
pub fn check_blocks(document: &Document) {
    for block in &document.blocks {
        let text = document.text_of(block);
        check_clean(text);
        if let Some(span) = &block.span {
            assert!(document.source.get(span.clone()).is_some(), "{span:?} is no part of the source");
        }
        let mut end_of_link = 0;
        for mark in &block.marks {
            let marked = text.get(mark.range.clone());
            assert!(marked.is_some_and(|marked| !marked.is_empty()), "{mark:?} in {text:?}");
            if let MarkKind::Link(address) = &mark.kind {
                check_clean(address);
                assert!(end_of_link <= mark.range.start, "{mark:?} lies over the link before");
                end_of_link = mark.range.end;
            }
        }
        assert!(block.marks.is_sorted_by_key(|mark| mark.range.start), "{:?}", block.marks);
    }
}

/// Checks that the spans are in order and disjoint, and that together with white space they are all of the source.
pub fn check_nothing_is_lost(document: &Document) {
    let mut end = 0;
    for block in &document.blocks {
        let span = block.span.clone().expect("blocks of flat text have spans");
        assert!(end <= span.start && span.start < span.end, "{span:?} after {end}");
        let between = &document.source[end..span.start];
        assert!(between.trim().is_empty(), "lost: {between:?}");
        let text = &document.source[span.clone()];
        assert_eq!(text.trim(), text, "a span has white space around it");
        assert!(block.text.as_deref() != Some(text), "a copy of what the span says");
        end = span.end;
    }
    let rest = &document.source[end..];
    assert!(rest.trim().is_empty(), "lost: {rest:?}");
}

pub fn text(data: &[u8]) {
    let document = read::read(Settings(data).text(), Format::Text);
    check_blocks(&document);
    check_nothing_is_lost(&document);
}

pub fn html(data: &[u8]) {
    check_blocks(&read::read(Settings(data).text(), Format::Html));
}

pub fn markdown(data: &[u8]) {
    let document = read::read(Settings(data).text(), Format::Markdown);
    check_blocks(&document);
    // Blocks may stand within one another, as a note in an item does; but they begin in order.
    let starts = document.blocks.iter().filter_map(|block| block.span.as_ref().map(|span| span.start));
    assert!(starts.is_sorted());
}

/// Checks what must hold of any reading.
pub fn check_structure(document: &Document) {
    let blocks = &document.blocks;
    let mut end = 0;
    for (index, sidebar) in document.sidebars.iter().enumerate() {
        let range = sidebar.blocks.clone();
        assert!(end <= range.start && range.start < range.end && range.end <= blocks.len(), "{range:?} after {end}");
        assert!((0.0..=1.0).contains(&sidebar.confidence), "{sidebar:?}");
        assert!(sidebar.title.is_none_or(|title| range.contains(&title)), "{sidebar:?}");
        assert!(blocks[range].iter().all(|block| block.sidebar.is_none_or(|its| its as usize == index)), "{sidebar:?}");
        end = sidebar.blocks.end;
    }
    for (index, block) in blocks.iter().enumerate() {
        assert!((0.0..=1.0).contains(&block.confidence), "{block:?}");
        if let Some(sidebar) = block.sidebar {
            assert!(document.sidebars[sidebar as usize].blocks.contains(&index), "{block:?}");
        }
        if let Some(shown) = block.duplicate_of {
            assert!(shown as usize != index && blocks[shown as usize].duplicate_of.is_none(), "{index} {block:?}");
        }
    }
}

fn corrections(settings: &mut Settings<'_>) -> Vec<Correction> {
    let correction = |settings: &mut Settings<'_>| {
        let (what, block) = (settings.byte(), settings.byte() % 40);
        match what % 4 {
            0 => Correction::Role { block, role: Role::ALL[what / 4 % Role::ALL.len()] },
            1 => Correction::SidebarStart { block },
            2 => Correction::SidebarEnd { block },
            _ => Correction::NotSidebar { block },
        }
    };
    (0..settings.byte() % 4).map(|_| correction(settings)).collect()
}

/// Whatever the reader has said, a reading is sound, and once it is taken back the same as if it had not been said.
pub fn structure(data: &[u8]) {
    let mut settings = Settings(data);
    let (format, corrections) = (settings.one_of(&FORMATS), corrections(&mut settings));
    let mut document = read::read(settings.text(), format);
    let mut again = document.clone();
    structure::structure(&mut document, &corrections);
    check_structure(&document);
    check_blocks(&document);
    structure::structure(&mut document, &[]);
    structure::structure(&mut again, &[]);
    assert_eq!(document, again, "an earlier reading leaves something behind");
}

/// The columns that ratatui draws a text in.
fn drawn(text: &str) -> usize {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 300, 1));
    usize::from(buffer.set_stringn(0, 0, text, usize::MAX, ratatui::style::Style::default()).0)
}

/// Checks an item's rows: they hold all of its text in order, and none is drawn wider than the measure.
pub fn check_rows(document: &Document, item: Item, measure: &Measure) {
    let text = layout::text(document, item);
    let mut end = 0;
    for row in layout::rows(document, item, measure) {
        assert!(end <= row.range.start && row.range.start <= row.range.end, "{row:?} after {end} in {text:?}");
        assert!(text[end..row.range.start].trim().is_empty(), "lost: {:?}", &text[end..row.range.start]);
        end = row.range.end;
        let mut line = String::new();
        for (run, blanks) in row.runs(&text) {
            line.push_str(&text[run]);
            line.extend(std::iter::repeat_n(' ', blanks));
        }
        line.extend(row.hyphen.then_some('-'));
        assert!(drawn(row.bar) + drawn(row.marker) <= row.indent, "{row:?} has no room for its margin");
        let width = row.indent + drawn(&line);
        let is_one = text[row.range.clone()].graphemes(true).filter(|g| layout::columns(g) > 0).count() <= 1;
        assert!(width <= measure.width || is_one, "{width} columns of {}: {line:?} in {text:?}", measure.width);
        assert!(row.stretch == 0 || width == measure.width, "{row:?} is stretched, but not to {}", measure.width);
    }
    assert!(text[end..].trim().is_empty(), "lost: {:?}", &text[end..]);
}

/// Checks that walking over a flow passes every row of every item once, forward and back.
pub fn check_walk(document: &Document, flow: &[Item], measure: &Measure) {
    let all = viewport::forward(document, flow, measure, Position::head(0), usize::MAX);
    let rows: usize = flow.iter().map(|item| layout::rows(document, *item, measure).len()).sum();
    let gaps: usize = flow.windows(2).map(|pair| layout::gap(document, pair[0], pair[1])).sum();
    assert_eq!(all.len(), rows + gaps);
    assert!(all.is_sorted_by(|a, b| a.position < b.position), "two rows have one position");
    for (at, row) in all.iter().enumerate().take(60) {
        let up = viewport::scroll(document, flow, measure, row.position, -1, 1);
        assert_eq!(up, all[at.saturating_sub(1)].position);
        let down = viewport::scroll(document, flow, measure, row.position, 1, 1);
        assert_eq!(down, all[(at + 1).min(all.len() - 1)].position);
    }
}

/// Rows hold all text and fit, at any measure, and can be walked over.
pub fn layout(data: &[u8]) {
    let mut settings = Settings(data);
    let (format, measure, flags) = (settings.one_of(&FORMATS), settings.measure(), settings.byte());
    let mut document = read::read(settings.text(), format);
    structure::structure(&mut document, &[]);
    let items = (0..document.blocks.len()).map(Item::Block).chain((0..document.sidebars.len()).map(Item::Sidebar));
    items.for_each(|item| check_rows(&document, item, &measure));
    let [duplicates, captions, boilerplate] = [1, 2, 4].map(|flag| flags & flag != 0);
    let sidebars = [Sidebars::Line, Sidebars::Inline, Sidebars::Hidden][flags / 8 % 3];
    let shown = Shown { duplicates, captions, boilerplate, sidebars };
    for part in [Part::Story, Part::Sidebar(0), Part::Whole] {
        if part != Part::Sidebar(0) || !document.sidebars.is_empty() {
            check_walk(&document, &layout::flow(&document, part, &shown), &measure);
        }
    }
}

/// A configuration or a theme takes effect, or is refused in a sentence that names the file and a line that it has.
pub fn config(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let path = Path::new("settings.toml");
    let complaints = [
        config::parse(&text, path).err().map(|error| error.to_string()),
        theme::parse(&text, path).err().map(|error| error.to_string()),
    ];
    for complaint in complaints.into_iter().flatten() {
        let line = complaint.strip_prefix("settings.toml: line ").and_then(|rest| rest.split(':').next());
        let line: usize = line.and_then(|line| line.parse().ok()).expect("a complaint names a line");
        assert!((1..=text.lines().count() + 1).contains(&line), "{complaint}");
    }
}

/// A database in which bytes have been overwritten recalls, or is refused or set aside; the article is remembered
/// where it was not refused.
pub fn library(data: &[u8]) {
    let mut settings = Settings(data);
    let mut document =
        read::read("Harbour\n\nIt rained all day.\n\nBoats.\n\nThe rain went on.\n".into(), Format::Text);
    structure::structure(&mut document, &[]);
    let folder =
        tempfile::tempdir_in(if Path::new("/dev/shm").is_dir() { Path::new("/dev/shm") } else { Path::new(".") });
    let folder = folder.expect("there is room for a directory");
    let path = folder.path().join("library.db");
    let mut reader = Reader::new(document.clone(), "a.txt", Preferences::default(), Vec::new());
    update(&mut reader, Message::Resize { columns: 80, rows: 24 });
    for message in [Message::Act(Action::Mark), Message::Letter('a'), Message::Act(Action::NextParagraph)] {
        update(&mut reader, message);
    }
    let mut memory = reader.memory();
    memory.corrections.push(Correction::Role { block: 1, role: Role::Caption });
    let Opened { mut library, .. } = Library::open(&path).expect("there is nothing there yet");
    library.remember(&document, "a.txt", &memory).expect("it can be written");
    drop(library);
    let mut bytes = std::fs::read(&path).expect("it was written");
    while !settings.0.is_empty() {
        let at = (settings.byte() << 8 | settings.byte()) % bytes.len();
        bytes[at] = settings.byte() as u8;
    }
    std::fs::write(&path, &bytes).expect("it can be written");
    let Ok(Opened { mut library, .. }) = Library::open(&path) else { return };
    let _ = library.corrections(&document);
    if let Ok(recalled) = library.recall(&document) {
        reader.recall(recalled);
        screen(&reader);
    }
    let _ = library.remember(&document, "a.txt", &memory);
}

/// Draws the reader's state, and checks every cell.
fn screen(reader: &Reader) {
    let mut frame = Buffer::empty(Rect::new(0, 0, reader.columns, reader.rows));
    let theme = Theme::built_in("dark").expect("it is built in");
    view(reader, &theme, &mut frame);
    for cell in &frame.content {
        check_clean(cell.symbol());
        assert!(!cell.symbol().contains('\n'));
    }
}

/// All of it: bytes become an article, keys are pressed, and every frame and every printed form is clean.
pub fn page(data: &[u8]) {
    let mut settings = Settings(data);
    let keymap = Keymap::default();
    let actions: Vec<Action> = TABLE.iter().flat_map(|(_, bindings)| bindings.iter().map(|b| b.action)).collect();
    let (columns, rows) = (settings.byte() as u16 % 200, settings.byte() as u16 % 60);
    let messages: Vec<Message> = (0..settings.byte() % 12)
        .map(|_| match settings.byte() {
            turn @ 0..230 => Message::Act(actions[turn % actions.len()]),
            letter @ 230..250 => Message::Letter((b'a' + (letter % 20) as u8) as char),
            250..253 => Message::Click { column: columns / 2, row: rows / 2 },
            _ => Message::Resize { columns: columns / 2, rows: rows / 2 },
        })
        .collect();
    let measure = settings.measure();
    let Ok(text) = decode::decode(settings.0, None) else { return };
    let format = read::detect(&text, None, None);
    let mut document = read::read(text, format);
    structure::structure(&mut document, &[]);
    let (shown, mut printed) = (Shown::default(), Vec::new());
    export::text(&document, &shown, &measure, &mut printed).expect("memory can be written");
    export::markdown(&document, &shown, &mut printed).expect("memory can be written");
    export::jsonl(&document, "a\u{1b}.txt", &mut printed).expect("memory can be written");
    let json = printed.len();
    export::json(&document, "a\u{1b}.txt", &mut printed).expect("memory can be written");
    serde_json::from_slice::<serde_json::Value>(&printed[json..]).expect("JSON is JSON");
    check_clean(std::str::from_utf8(&printed).expect("what is printed is UTF-8"));
    let mut reader = Reader::new(document, "article\u{202e}.txt", Preferences::default(), keymap.help().to_vec());
    update(&mut reader, Message::Resize { columns, rows });
    screen(&reader);
    for message in messages {
        update(&mut reader, message);
        screen(&reader);
    }
}
