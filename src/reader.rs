//! The reader's state, and [`update`]: what a message changes in it. No input, no output, no drawing.
//!
//! 1. [`Reader::new`] takes a structured article.
//! 2. The terminal turns what happens into [`Message`]s, by way of the key table.
//! 3. [`update`] changes the state and says in [`Effect`]s what the outside has to do.
//! 4. The view draws the state and changes nothing.
//!
//! Places are kept as positions in the text, never as rows: a resize or a toggle keeps the words at the top.

pub mod action;
pub mod areas;
pub mod find;
pub mod list;
pub mod page;

use std::collections::BTreeMap;
use std::ops::Range;

use tui_input::InputRequest;

pub use action::Action;
use areas::{Area, Areas, Needs};
use find::Find;
use list::List;
use page::{Page, Window};

use crate::document::{Block, Document, Kind, Position, Role};
use crate::layout::{Item, Measure, Part, Shown, Sidebars};
use crate::{clean, document};

/// A pane of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    Body,
    Sidebars,
    Captions,
}

impl Pane {
    const ALL: [Pane; 3] = [Pane::Body, Pane::Sidebars, Pane::Captions];

    fn step(self, by: isize) -> Pane {
        let at = Pane::ALL.iter().position(|p| *p == self).unwrap_or(0);
        Pane::ALL[(at + Pane::ALL.len()).wrapping_add_signed(by) % Pane::ALL.len()]
    }
}

/// How a reader likes to read.
#[derive(Debug, Clone, PartialEq)]
pub struct Preferences {
    /// Columns of a line of text, at most.
    pub measure: u16,
    pub justified: bool,
    pub hyphenated: bool,
    pub shown: Shown,
}

impl Default for Preferences {
    fn default() -> Self {
        Preferences { measure: DEFAULT_MEASURE, justified: false, hyphenated: false, shown: Shown::default() }
    }
}

/// The measure that books are set in, in columns (Bringhurst, "The Elements of Typographic Style", 2.1.2).
pub const DEFAULT_MEASURE: u16 = 68;
pub const LEAST_MEASURE: u16 = 20;
pub const MOST_MEASURE: u16 = 200;
const MEASURE_STEP: u16 = 4;

/// A line of the help: keys and what they do, under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpLine {
    pub group: &'static str,
    pub keys: String,
    pub text: &'static str,
}

/// What takes the keys besides the panes.
#[derive(Debug, Clone, PartialEq)]
pub enum Mode {
    Reading,
    /// The sidebars as a deck of cards, one at a time.
    Skim {
        card: usize,
        page: Page,
    },
    Help {
        top: usize,
    },
    /// Words to find are being typed; `from` is where Escape goes back to.
    Finding {
        from: Place,
    },
    /// The next letter names a mark to set, or to go to.
    Marking {
        go: bool,
    },
}

/// What the next key press should be read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expects {
    Action,
    Text,
    Letter,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    Act(Action),
    /// A digit of a count before an action.
    Digit(u8),
    /// A change to what is being typed.
    Edit(InputRequest),
    Letter(char),
    Paste(String),
    Resize {
        columns: u16,
        rows: u16,
    },
}

/// Something the outside has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    Quit,
    Suspend,
    /// Draw everything anew: something else has written on the screen.
    Redraw,
}

/// Where a reader is, to come back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub part: Part,
    pub top: Position,
    pub cursor: Position,
    pub focus: Pane,
}

/// Why a place was left. Leaving twice for the same reason keeps the first place: leafing through the captions and
/// going to each, one key leads back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leaving {
    Reading,
    Captions,
    Sidebars,
    Found,
    Mark,
}

/// The raw input, read in the body pane as one block of code.
#[derive(Debug, Clone, PartialEq)]
pub struct Raw {
    pub document: Document,
    pub page: Page,
}

/// All state of the reader.
#[derive(Debug, Clone)]
pub struct Reader {
    pub document: Document,
    /// What the article was opened as, cleaned.
    pub source: String,
    pub columns: u16,
    pub rows: u16,
    pub preferences: Preferences,
    pub help: Vec<HelpLine>,
    pub page: Page,
    pub raw: Option<Raw>,
    pub focus: Pane,
    pub zoomed: bool,
    pub sidebars: List,
    pub captions: List,
    /// The captions pane's entries: every caption once, or with its copies under it.
    pub entries: Vec<Entry>,
    pub mode: Mode,
    pub find: Find,
    /// A sentence for the status line, until the next key.
    pub notice: Option<String>,
    count: Option<usize>,
    trail: Vec<(Leaving, Place)>,
    marks: BTreeMap<char, Place>,
    minutes: f64,
}

/// One line of the captions pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The block whose words are listed.
    pub block: usize,
    /// The block to go to: the same, or the paragraph that the caption repeats.
    pub place: usize,
    /// How many blocks say this, itself and a paragraph that it repeats included.
    pub times: usize,
    /// Whether it is a copy, shown under the caption it repeats.
    pub copy: bool,
}

impl Reader {
    /// A reader at the top of an article, in a window of the given size.
    pub fn new(
        document: Document,
        source: &str,
        preferences: Preferences,
        help: Vec<HelpLine>,
        columns: u16,
        rows: u16,
    ) -> Reader {
        let page = Page::new(&document, Part::Story, &preferences.shown);
        let mut reader = Reader {
            source: clean::folded(source).into_owned(),
            columns,
            rows,
            help,
            page,
            raw: None,
            focus: Pane::Body,
            zoomed: false,
            sidebars: List::default(),
            captions: List::default(),
            entries: Vec::new(),
            mode: Mode::Reading,
            find: Find::default(),
            notice: None,
            count: None,
            trail: Vec::new(),
            marks: BTreeMap::new(),
            minutes: document.minutes(),
            document,
            preferences,
        };
        reader.list_captions();
        reader
    }

    /// Where the panes stand.
    pub fn areas(&self) -> Areas {
        let needs = Needs {
            measure: self.preferences.measure,
            sidebars: self.document.sidebars.len(),
            captions: self.entries.len(),
            zoomed: self.zoomed || self.raw.is_some(),
        };
        areas::arrange(self.columns, self.rows, needs)
    }

    /// How text is laid out in an area: as wide as the reader likes, and as fits beside the cursor's column.
    pub fn measure_in(&self, area: Area) -> Measure {
        let width = area.width.saturating_sub(MARGINS).clamp(1, self.preferences.measure);
        Measure {
            width: usize::from(width),
            justified: self.preferences.justified,
            hyphenated: self.preferences.hyphenated,
            inset: self.preferences.shown.sidebars == Sidebars::Inline && self.page.part == Part::Story,
            ..Measure::default()
        }
    }

    /// The document and the page in the body pane: the article's, or the raw input's.
    pub fn in_body(&self) -> (&Document, &Page) {
        match &self.raw {
            Some(raw) => (&raw.document, &raw.page),
            None => (&self.document, &self.page),
        }
    }

    /// The body pane as a window onto its document.
    pub fn window(&self) -> Window<'_> {
        let area = self.areas().body;
        Window { document: self.in_body().0, measure: self.measure_in(area), height: usize::from(area.height) }
    }

    /// A card of the deck as a window: the full width of the window, below a strip.
    pub fn card(&self) -> (Area, Window<'_>) {
        let areas = self.areas();
        let area = Area { x: areas.body.x, width: areas.header.width, ..areas.body };
        (area, Window { document: &self.document, measure: self.measure_in(area), height: usize::from(area.height) })
    }

    /// What the next key press should be read as.
    pub fn expects(&self) -> Expects {
        match self.mode {
            Mode::Finding { .. } => Expects::Text,
            Mode::Marking { .. } => Expects::Letter,
            _ => Expects::Action,
        }
    }

    /// Blocks of the article whose words stand in the body pane now, from the first to the last.
    pub fn in_sight(&self) -> Range<usize> {
        if self.raw.is_some() { 0..0 } else { self.page.in_sight(&self.window()) }
    }

    /// How far the reader has come, 0 to 1, and the minutes that are left.
    pub fn progress(&self) -> (f64, f64) {
        let (document, page) = self.in_body();
        let done = page.progress(&self.window());
        let minutes = match page.part {
            Part::Sidebar(index) => {
                let blocks = document.sidebars[index].blocks.clone();
                let words = blocks.map(|b| document.text(b).split_whitespace().count()).sum();
                document::reading_minutes(words)
            }
            _ => self.minutes,
        };
        (done, minutes * (1.0 - done))
    }

    /// How many blocks the toggles hide in the article, by kind: duplicates, captions, boilerplate.
    pub fn hidden(&self) -> (usize, usize, usize) {
        let shown = &self.preferences.shown;
        let (mut duplicates, mut captions, mut boilerplate) = (0, 0, 0);
        for block in &self.document.blocks {
            match block.role {
                _ if block.duplicate_of.is_some() && !shown.duplicates => duplicates += 1,
                Role::Caption if !shown.captions => captions += 1,
                Role::Boilerplate if !shown.boilerplate => boilerplate += 1,
                _ => {}
            }
        }
        (duplicates, captions, boilerplate)
    }

    fn place(&self) -> Place {
        Place { part: self.page.part, top: self.page.top, cursor: self.page.cursor, focus: self.focus }
    }

    /// Remembers where the reader is, to come back to by [`Action::Back`].
    fn leave(&mut self, why: Leaving) {
        if self.trail.last().is_none_or(|(left, _)| *left != why) {
            self.trail.push((why, self.place()));
        }
    }

    fn restore(&mut self, place: Place) {
        if self.page.part != place.part {
            self.page = Page::new(&self.document, place.part, &self.preferences.shown);
        }
        self.page.top = place.top;
        self.page.cursor = place.cursor;
        self.focus = place.focus;
    }

    /// Runs a motion of the page in the body pane.
    fn on_page(&mut self, motion: impl FnOnce(&mut Page, &Window<'_>)) {
        let area = self.areas().body;
        let measure = self.measure_in(area);
        let height = usize::from(area.height);
        match &mut self.raw {
            Some(raw) => motion(&mut raw.page, &Window { document: &raw.document, measure, height }),
            None => motion(&mut self.page, &Window { document: &self.document, measure, height }),
        }
    }

    /// Shows a place of the article in the body pane, opening what hides it.
    fn reveal(&mut self, position: Position, why: Leaving) {
        if self.raw.is_none() {
            self.leave(why);
            let block = &self.document.blocks[position.block];
            let part = match block.sidebar {
                Some(index) if self.preferences.shown.sidebars != Sidebars::Inline => Part::Sidebar(index as usize),
                _ => Part::Story,
            };
            if self.page.part != part {
                self.page = Page::new(&self.document, part, &self.preferences.shown);
            }
            if !self.page.holds(position.block) {
                let shown = &mut self.preferences.shown;
                shown.duplicates |= block.duplicate_of.is_some();
                shown.captions |= block.role == Role::Caption;
                shown.boilerplate |= block.role == Role::Boilerplate;
                self.page.reflow(&self.document, &self.preferences.shown);
                self.list_captions();
            }
        }
        self.on_page(|page, window| page.show(window, position));
    }

    fn list_captions(&mut self) {
        let mut copies: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (i, block) in self.document.blocks.iter().enumerate() {
            if let (Role::Caption, Some(shown)) = (block.role, block.duplicate_of) {
                copies.entry(shown as usize).or_default().push(i);
            }
        }
        self.entries.clear();
        for (i, block) in self.document.blocks.iter().enumerate() {
            let copies = copies.get(&i).map_or(&[][..], Vec::as_slice);
            // A caption that repeats a paragraph is listed too: the first of its copies stands for it.
            let times = 1 + copies.len();
            let (listed, copies) = match (block.role, copies) {
                (Role::Caption, _) if block.duplicate_of.is_some() => continue,
                (Role::Caption, copies) => (i, copies),
                (_, [first, rest @ ..]) => (*first, rest),
                (_, []) => continue,
            };
            self.entries.push(Entry { block: listed, place: i, times, copy: false });
            if self.preferences.shown.duplicates {
                self.entries.extend(copies.iter().map(|&block| Entry { block, place: block, times: 1, copy: true }));
            }
        }
        self.captions.choose(self.captions.chosen, self.entries.len(), self.list_height(Pane::Captions));
    }

    /// Rows for the entries of a list pane.
    fn list_height(&self, pane: Pane) -> usize {
        let areas = self.areas();
        let (area, entries) = match pane {
            Pane::Captions => (areas.captions, self.entries.len()),
            _ => (areas.sidebars, self.document.sidebars.len()),
        };
        usize::from(areas::list_and_preview(area, entries).0.height)
    }

    fn choose(&mut self, pane: Pane, entry: usize) {
        let height = self.list_height(pane);
        match pane {
            Pane::Captions => self.captions.choose(entry, self.entries.len(), height),
            Pane::Sidebars => self.sidebars.choose(entry, self.document.sidebars.len(), height),
            Pane::Body => {}
        }
    }

    /// Lets the lists follow the story: the first caption in sight is chosen, and the sidebar that is read or near.
    fn follow(&mut self) {
        if self.raw.is_some() || self.entries.is_empty() && self.document.sidebars.is_empty() {
            return;
        }
        let sight = self.in_sight();
        if self.focus != Pane::Captions {
            let first = self.entries.iter().position(|e| sight.contains(&e.place));
            if let Some(entry) = first {
                self.choose(Pane::Captions, entry);
            }
        }
        if self.focus != Pane::Sidebars {
            let sidebar = match self.page.part {
                Part::Sidebar(index) => Some(index),
                _ => self.document.sidebars.iter().position(|s| sight.contains(&s.blocks.start)),
            };
            if let Some(index) = sidebar {
                self.choose(Pane::Sidebars, index);
            }
        }
    }
}

/// Columns of the body pane beside the text: the cursor's bar and a space on the left, air on the right.
const MARGINS: u16 = 4;

/// Changes the reader by what happened; says what the outside has to do.
pub fn update(reader: &mut Reader, message: Message) -> Vec<Effect> {
    let mut effects = Vec::new();
    match message {
        Message::Resize { columns, rows } => {
            (reader.columns, reader.rows) = (columns, rows);
            for pane in [Pane::Captions, Pane::Sidebars] {
                let chosen = if pane == Pane::Captions { reader.captions.chosen } else { reader.sidebars.chosen };
                reader.choose(pane, chosen);
            }
        }
        Message::Digit(digit) => {
            let count = reader.count.unwrap_or(0).saturating_mul(10).saturating_add(usize::from(digit));
            reader.count = Some(count.min(MOST_COUNT));
            reader.notice = reader.count.map(|n| n.to_string());
            return effects;
        }
        Message::Edit(request) => {
            let changed = reader.find.input.handle(request).is_some_and(|c| c.value);
            if changed {
                find_typed(reader);
            }
        }
        Message::Paste(text) => {
            if matches!(reader.mode, Mode::Finding { .. }) {
                for c in clean::folded(&text).chars() {
                    reader.find.input.handle(InputRequest::InsertChar(c));
                }
                find_typed(reader);
            }
        }
        Message::Letter(letter) => {
            if let Mode::Marking { go } = reader.mode {
                reader.mode = Mode::Reading;
                mark(reader, letter, go);
            }
        }
        Message::Act(action) => {
            reader.notice = None;
            let count = reader.count.take();
            act(reader, action, count, &mut effects);
        }
    }
    reader.follow();
    effects
}

const MOST_COUNT: usize = 1_000_000;

fn act(reader: &mut Reader, action: Action, count: Option<usize>, effects: &mut Vec<Effect>) {
    match action {
        Action::Suspend => return effects.push(Effect::Suspend),
        Action::Redraw => return effects.push(Effect::Redraw),
        Action::Quit => return effects.push(Effect::Quit),
        _ => {}
    }
    match reader.mode {
        Mode::Finding { from } => finding(reader, action, from),
        Mode::Marking { .. } => reader.mode = Mode::Reading,
        Mode::Help { .. } => help(reader, action, count),
        Mode::Skim { .. } => skim(reader, action, count),
        Mode::Reading => reading(reader, action, count, effects),
    }
}

/// How far an action moves in rows of a window, if it is such a motion.
fn rows_of(action: Action, count: usize, height: usize) -> Option<isize> {
    let signed = |rows: usize| isize::try_from(rows.saturating_mul(count)).unwrap_or(isize::MAX);
    // A page keeps two rows in sight, to read on from.
    let page = height.saturating_sub(2).max(1);
    Some(match action {
        Action::LineDown => signed(1),
        Action::LineUp => -signed(1),
        Action::HalfDown => signed((height / 2).max(1)),
        Action::HalfUp => -signed((height / 2).max(1)),
        Action::PageDown => signed(page),
        Action::PageUp => -signed(page),
        _ => return None,
    })
}

fn reading(reader: &mut Reader, action: Action, count: Option<usize>, effects: &mut Vec<Effect>) {
    let times = count.unwrap_or(1).max(1);
    let by = isize::try_from(times).unwrap_or(1);
    match action {
        Action::NextPane => reader.focus = reader.focus.step(1),
        Action::PreviousPane => reader.focus = reader.focus.step(-1),
        Action::Body => reader.focus = Pane::Body,
        Action::Sidebars => reader.focus = Pane::Sidebars,
        Action::Captions => reader.focus = Pane::Captions,
        Action::Zoom => {
            reader.zoomed = !reader.zoomed;
            reader.focus = Pane::Body;
        }
        Action::Skim => open_skim(reader),
        Action::Help => reader.mode = Mode::Help { top: 0 },
        Action::Find => {
            reader.mode = Mode::Finding { from: reader.place() };
            reader.find = Find::default();
            reader.focus = Pane::Body;
        }
        Action::NextMatch => step_match(reader, by),
        Action::PreviousMatch => step_match(reader, -by),
        Action::Mark => reader.mode = Mode::Marking { go: false },
        Action::GoToMark => reader.mode = Mode::Marking { go: true },
        Action::Duplicates | Action::CaptionsShown | Action::SidebarsShown | Action::Boilerplate => {
            toggle(reader, action);
        }
        Action::Raw => toggle_raw(reader),
        Action::Wider | Action::Narrower => set_measure(reader, action, times),
        Action::Justify => {
            reader.preferences.justified = !reader.preferences.justified;
            reader.notice = Some(if reader.preferences.justified { "justified" } else { "ragged" }.to_string());
        }
        Action::Back => back(reader, effects),
        Action::Escape => escape(reader),
        Action::NextParagraph => reader.on_page(|page, window| page.step(window, by, |_| true)),
        Action::PreviousParagraph => reader.on_page(|page, window| page.step(window, -by, |_| true)),
        Action::NextCaption => step_to(reader, by, Role::Caption),
        Action::PreviousCaption => step_to(reader, -by, Role::Caption),
        Action::NextSidebar => step_sidebar(reader, by),
        Action::PreviousSidebar => step_sidebar(reader, -by),
        _ if reader.focus != Pane::Body => in_list(reader, action, count),
        Action::Choose => choose_in_body(reader),
        Action::Top | Action::End => match count {
            Some(percent) => reader.on_page(|page, window| page.to_percent(window, percent)),
            None if action == Action::Top => reader.on_page(|page, window| page.to_top(window)),
            None => reader.on_page(|page, window| page.to_end(window)),
        },
        _ => {
            let height = usize::from(reader.areas().body.height);
            if let Some(rows) = rows_of(action, times, height) {
                reader.on_page(|page, window| page.scroll(window, rows));
            }
        }
    }
}

/// Keys that move in a list pane, and Enter.
fn in_list(reader: &mut Reader, action: Action, count: Option<usize>) {
    let pane = reader.focus;
    let (list, entries) = match pane {
        Pane::Captions => (reader.captions, reader.entries.len()),
        _ => (reader.sidebars, reader.document.sidebars.len()),
    };
    let height = reader.list_height(pane);
    if let Some(rows) = rows_of(action, count.unwrap_or(1), height) {
        return reader.choose(pane, list.chosen.saturating_add_signed(rows));
    }
    match action {
        Action::Top => reader.choose(pane, 0),
        Action::End => reader.choose(pane, entries),
        Action::Choose if entries == 0 => {}
        Action::Choose if pane == Pane::Captions => {
            let block = reader.entries[list.chosen].place;
            reader.reveal(Position { block, offset: 0 }, Leaving::Captions);
            if reader.areas().form == areas::Form::Tabs {
                reader.focus = Pane::Body;
            }
        }
        Action::Choose => read_sidebar(reader, list.chosen),
        _ => {}
    }
}

/// Reads a sidebar in the body pane.
fn read_sidebar(reader: &mut Reader, index: usize) {
    reader.leave(Leaving::Sidebars);
    reader.page = Page::new(&reader.document, Part::Sidebar(index), &reader.preferences.shown);
    reader.focus = Pane::Body;
}

/// Goes to the line in the story where a sidebar stands.
fn go_to_sidebar(reader: &mut Reader, index: usize, why: Leaving) {
    reader.leave(why);
    if reader.page.part != Part::Story {
        reader.page = Page::new(&reader.document, Part::Story, &reader.preferences.shown);
    }
    reader.focus = Pane::Body;
    let position = Position { block: reader.document.sidebars[index].blocks.start, offset: 0 };
    reader.on_page(|page, window| page.show(window, position));
}

/// Enter in the body: opens the sidebar at the cursor, or leads from a sidebar to its place in the story.
fn choose_in_body(reader: &mut Reader) {
    if reader.raw.is_some() {
        return;
    }
    match (reader.page.part, reader.page.at_cursor(&reader.document)) {
        (Part::Sidebar(index), _) => go_to_sidebar(reader, index, Leaving::Reading),
        (_, Some(Item::Sidebar(index))) => read_sidebar(reader, index),
        (_, Some(Item::Block(block))) if reader.document.blocks[block].role == Role::Caption => {
            if let Some(entry) = reader.entries.iter().position(|e| e.place == block) {
                reader.choose(Pane::Captions, entry);
                reader.focus = Pane::Captions;
            }
        }
        _ => {}
    }
}

fn step_to(reader: &mut Reader, by: isize, role: Role) {
    if role == Role::Caption && !reader.preferences.shown.captions {
        reader.notice = Some("captions are hidden, c shows them".to_string());
        return;
    }
    reader.focus = Pane::Body;
    let before = reader.page.cursor;
    reader.on_page(|page, window| {
        page.step(window, by, |item| matches!(item, Item::Block(b) if window.document.blocks[b].role == role));
    });
    if reader.page.cursor == before && reader.raw.is_none() {
        reader.notice = Some(format!("no {} {}", if by > 0 { "further" } else { "earlier" }, role.name()));
    }
}

/// The next or previous sidebar: in the story its place there, while reading one the neighbour itself.
fn step_sidebar(reader: &mut Reader, by: isize) {
    let count = reader.document.sidebars.len();
    if count == 0 || reader.raw.is_some() {
        reader.notice = Some("this article has no sidebars".to_string());
        return;
    }
    reader.focus = Pane::Body;
    if let Part::Sidebar(index) = reader.page.part {
        let next = index.saturating_add_signed(by).min(count - 1);
        if next == index {
            reader.notice = Some(if by > 0 { "this is the last sidebar" } else { "this is the first sidebar" }.into());
            return;
        }
        reader.page = Page::new(&reader.document, Part::Sidebar(next), &reader.preferences.shown);
        return;
    }
    if reader.preferences.shown.sidebars == Sidebars::Hidden {
        reader.notice = Some("sidebars are hidden, S shows them".to_string());
        return;
    }
    let before = reader.page.cursor;
    let first = |b: usize, d: &Document| d.blocks[b].sidebar.is_some_and(|s| d.sidebars[s as usize].blocks.start == b);
    reader.on_page(|page, window| {
        page.step(window, by, |item| match item {
            Item::Sidebar(_) => true,
            Item::Block(b) => first(b, window.document),
        });
    });
    if reader.page.cursor == before {
        reader.notice = Some(format!("no {} sidebar", if by > 0 { "further" } else { "earlier" }));
    }
}

fn toggle(reader: &mut Reader, action: Action) {
    let blocks = &reader.document.blocks;
    let count = |test: fn(&Block) -> bool| blocks.iter().filter(|b| test(b)).count();
    let shown = &mut reader.preferences.shown;
    let say = |n: usize, one: &str, many: &str, now: &str| format!("{n} {} {now}", if n == 1 { one } else { many });
    let notice = match action {
        Action::Duplicates => {
            shown.duplicates = !shown.duplicates;
            let now = if shown.duplicates { "shown" } else { "folded" };
            say(count(|b| b.duplicate_of.is_some()), "duplicate", "duplicates", now)
        }
        Action::CaptionsShown => {
            shown.captions = !shown.captions;
            let now = if shown.captions { "shown in the story" } else { "hidden in the story" };
            say(count(|b| b.role == Role::Caption && b.duplicate_of.is_none()), "caption", "captions", now)
        }
        Action::Boilerplate => {
            shown.boilerplate = !shown.boilerplate;
            let now = if shown.boilerplate { "shown" } else { "folded" };
            say(count(|b| b.role == Role::Boilerplate), "line of boilerplate", "lines of boilerplate", now)
        }
        _ => {
            shown.sidebars = shown.sidebars.next();
            let now = match shown.sidebars {
                Sidebars::Line => "stand aside, one line each",
                Sidebars::Inline => "stand in the story",
                Sidebars::Hidden => "hidden in the story",
            };
            say(reader.document.sidebars.len(), "sidebar", "sidebars", now)
        }
    };
    reader.notice = Some(notice);
    reader.page.reflow(&reader.document, &reader.preferences.shown);
    reader.list_captions();
}

/// Shows the input as it came, at the words that were at the top, and back.
fn toggle_raw(reader: &mut Reader) {
    if let Some(raw) = reader.raw.take() {
        let offset = raw.page.top.offset;
        let blocks = &reader.document.blocks;
        let ends_after = |b: &Block| b.span.as_ref().is_some_and(|s| visible_length(&reader.document, s.end) > offset);
        // Back to where the raw view was scrolled to, but no nearer than its rows can tell: if the block at the top is
        // the same still, the very line is kept.
        if let Some(block) = blocks.iter().position(ends_after)
            && block != reader.page.top.block
        {
            let position = Position { block, offset: 0 };
            reader.on_page(|page, window| page.put_at_top(window, position));
        }
        reader.find = Find::default();
        return;
    }
    let top = reader.page.top.block;
    let before = reader.document.blocks.get(top).and_then(|b| b.span.as_ref()).map_or(0, |span| span.start);
    let offset = visible_length(&reader.document, before);
    let text = clean::visible(&reader.document.source).into_owned();
    let block = Block { text: Some(text.into()), kind: Kind::Code, ..Block::default() };
    let document = Document { blocks: vec![block], ..Document::default() };
    let page = Page::new(&document, Part::Whole, &Shown::default());
    reader.raw = Some(Raw { document, page });
    reader.focus = Pane::Body;
    reader.find = Find::default();
    reader.on_page(|page, window| page.put_at_top(window, Position { block: 0, offset }));
}

/// How long the source's first bytes are once control characters are made visible.
fn visible_length(document: &Document, bytes: usize) -> usize {
    document.source.get(..bytes).map_or(0, |text| clean::visible(text).len())
}

fn set_measure(reader: &mut Reader, action: Action, times: usize) {
    let step = MEASURE_STEP.saturating_mul(u16::try_from(times).unwrap_or(u16::MAX));
    let measure = match action {
        Action::Wider => reader.preferences.measure.saturating_add(step),
        _ => reader.preferences.measure.saturating_sub(step),
    };
    reader.preferences.measure = measure.clamp(LEAST_MEASURE, MOST_MEASURE);
    reader.notice = Some(format!("measure {}", reader.preferences.measure));
}

/// One step back: out of the raw view, out of what was gone to, and then out of cutline.
fn back(reader: &mut Reader, effects: &mut Vec<Effect>) {
    if reader.raw.is_some() {
        toggle_raw(reader);
    } else if let Some((_, place)) = reader.trail.pop() {
        reader.restore(place);
    } else if reader.areas().form == areas::Form::Tabs && reader.focus != Pane::Body {
        reader.focus = Pane::Body;
    } else {
        effects.push(Effect::Quit);
    }
}

/// Back out of anything, never out of cutline.
fn escape(reader: &mut Reader) {
    if !reader.find.input.value().is_empty() {
        reader.find = Find::default();
    } else if reader.focus != Pane::Body {
        reader.focus = Pane::Body;
    } else if reader.raw.is_some() || !reader.trail.is_empty() {
        back(reader, &mut Vec::new());
    }
}

fn find_typed(reader: &mut Reader) {
    let Mode::Finding { from } = reader.mode else { return };
    let mut find = std::mem::take(&mut reader.find);
    find.search(reader.in_body().0);
    let found = if reader.raw.is_some() { find.at_or_after(Position::default()) } else { find.at_or_after(from.top) };
    reader.find = find;
    match found {
        Some(position) => reader.reveal(position, Leaving::Found),
        None => forget_find(reader, from),
    }
}

/// Back to where finding began.
fn forget_find(reader: &mut Reader, from: Place) {
    if reader.raw.is_none() {
        if reader.trail.last().is_some_and(|(why, _)| *why == Leaving::Found) {
            reader.trail.pop();
        }
        reader.restore(from);
    }
}

fn finding(reader: &mut Reader, action: Action, from: Place) {
    reader.mode = Mode::Reading;
    match action {
        Action::Choose if !reader.find.matches.is_empty() => {}
        Action::Choose => {
            if !reader.find.input.value().is_empty() {
                reader.notice = Some(format!("no match for “{}”", reader.find.input.value()));
            }
            reader.find = Find::default();
        }
        _ => {
            forget_find(reader, from);
            reader.find = Find::default();
        }
    }
}

fn step_match(reader: &mut Reader, by: isize) {
    if reader.find.matches.is_empty() {
        reader.notice = Some("nothing to find yet, / begins".to_string());
        return;
    }
    let from = reader.in_body().1.cursor;
    if let Some(position) = reader.find.step(by, from) {
        reader.reveal(position, Leaving::Found);
        reader.notice = None;
    }
}

fn mark(reader: &mut Reader, letter: char, go: bool) {
    if !go {
        reader.marks.insert(letter, reader.place());
        reader.notice = Some(format!("mark {letter} set"));
    } else if let Some(place) = reader.marks.get(&letter).copied() {
        reader.leave(Leaving::Mark);
        reader.raw = None;
        reader.restore(place);
    } else {
        reader.notice = Some(format!("there is no mark {letter}"));
    }
}

fn open_skim(reader: &mut Reader) {
    if reader.document.sidebars.is_empty() {
        reader.notice = Some("this article has no sidebars".to_string());
        return;
    }
    let card = match reader.page.part {
        Part::Sidebar(index) => index,
        _ if reader.focus == Pane::Sidebars => reader.sidebars.chosen,
        _ => 0,
    };
    turn_to(reader, card);
}

fn turn_to(reader: &mut Reader, card: usize) {
    let page = Page::new(&reader.document, Part::Sidebar(card), &reader.preferences.shown);
    reader.mode = Mode::Skim { card, page };
    reader.sidebars.chosen = card;
}

fn skim(reader: &mut Reader, action: Action, count: Option<usize>) {
    let Mode::Skim { card, mut page } = std::mem::replace(&mut reader.mode, Mode::Reading) else { return };
    let times = count.unwrap_or(1).max(1);
    let last = reader.document.sidebars.len() - 1;
    let target = match action {
        Action::Back | Action::Escape | Action::Skim => return,
        Action::Choose => return go_to_sidebar(reader, card, Leaving::Sidebars),
        Action::NextSidebar | Action::NextPane | Action::NextCaption => card.saturating_add(times).min(last),
        Action::PreviousSidebar | Action::PreviousPane | Action::PreviousCaption => card.saturating_sub(times),
        _ => card,
    };
    if target != card {
        return turn_to(reader, target);
    }
    let (_, window) = reader.card();
    match action {
        Action::Top => page.to_top(&window),
        Action::End => page.to_end(&window),
        _ => {
            if let Some(rows) = rows_of(action, times, window.height) {
                page.scroll(&window, rows);
            }
        }
    }
    if matches!(action, Action::Duplicates | Action::CaptionsShown | Action::Boilerplate) {
        toggle(reader, action);
        page.reflow(&reader.document, &reader.preferences.shown);
    }
    reader.mode = Mode::Skim { card, page };
}

fn help(reader: &mut Reader, action: Action, count: Option<usize>) {
    let Mode::Help { top } = reader.mode else { return };
    let height = usize::from(reader.rows);
    reader.mode = match action {
        Action::Back | Action::Escape | Action::Help | Action::Choose => Mode::Reading,
        Action::Top => Mode::Help { top: 0 },
        Action::End => Mode::Help { top: reader.help.len() },
        _ => {
            let rows = rows_of(action, count.unwrap_or(1), height).unwrap_or(0);
            Mode::Help { top: top.saturating_add_signed(rows).min(reader.help.len()) }
        }
    };
}
