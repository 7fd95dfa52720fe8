//! The reader's state, and [`update`]: what a message changes in it. No input, no output, no drawing.
//!
//! 1. [`Reader::new`] takes a structured article.
//! 2. The terminal turns what happens into [`Message`]s, by way of the key table.
//! 3. [`update`] changes the state and says in [`Effect`]s what the outside has to do.
//! 4. The view draws the state and changes nothing.
//!
//! Places are kept as positions in the text, never as rows: a resize or a toggle keeps the words at the top.

mod action;
pub mod areas;
pub mod articles;
pub mod copy;
pub mod correct;
mod count;
pub mod find;
mod finding;
pub mod going;
mod growing;
mod help;
pub mod links;
pub mod list;
pub mod lists;
pub mod memory;
mod message;
mod motion;
pub mod outline;
pub mod page;
pub mod pictures;
mod place;
mod pointing;
mod preferences;
mod reading;
pub mod remarks;
pub mod shown;
mod skim;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use tui_input::{Input, InputRequest};

pub use action::Action;
use areas::{Area, Areas, Form, Needs};
use articles::{Articles, Listed};
use count::Count;
use find::Find;
pub use finding::Finding;
pub use help::{HelpLine, HelpRow, filled};
use links::Link;
use list::List;
use lists::Entry;
pub use message::{Effect, Expects, Message};
use motion::rows_of;
use outline::Outline;
use page::{Page, Window};
use pictures::Pictures;
pub use place::Place;
pub use preferences::{DEFAULT_MEASURE, LEAST_MEASURE, MOST_MEASURE, Preferences};
use remarks::{Deed, Remark};
use shown::Raw;

use crate::document::{Document, Role};
use crate::layout::{Measure, Part, Sidebars};
use crate::structure::Correction;
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

/// What takes the keys besides the panes.
#[derive(Debug, Clone)]
pub enum Mode {
    Reading,
    /// The sidebars as a deck of cards, one at a time.
    Skim {
        card: usize,
        page: Page,
    },
    Outline(Outline),
    /// A list of articles: those that were opened together, or those that were read before.
    Articles(Articles),
    /// Every key and what it does, over what was on the screen.
    Help {
        top: usize,
        over: Box<Mode>,
    },
    /// Words to find are being typed.
    Finding(Finding),
    /// The next letter names a mark, to set or to go to.
    Marking(Action),
    /// Letters stand at the links on the screen; so many of one have been typed.
    Links {
        typed: String,
    },
    /// The next letter says what the block at the cursor really is.
    Correcting,
    /// A note at a block is being typed.
    Noting {
        block: usize,
        input: Input,
    },
}

/// All state of the reader.
#[derive(Debug, Clone)]
pub struct Reader {
    pub document: Document,
    /// What the article was opened as, cleaned.
    pub source: String,
    /// Which article of how many this is, from 0.
    pub among: (usize, usize),
    /// The articles that were opened together, where there are several.
    pub articles: Arc<[Listed]>,
    /// The articles that were read before, while their list is on the screen.
    pub read_before: Arc<[Listed]>,
    /// A sentence for the status line: what is being loaded, and how much of it has come.
    pub loading: Option<String>,
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
    pub pictures: Pictures,
    /// The link that was chosen by its letters.
    pub link: Option<Link>,
    /// The block where a selection began; it reaches to the cursor.
    pub selected_from: Option<usize>,
    /// What the reader said about blocks, in order.
    pub corrections: Vec<Correction>,
    /// What the reader highlighted and noted.
    pub remarks: BTreeSet<Remark>,
    /// A sentence for the status line, until the next key.
    pub notice: Option<String>,
    count: Option<Count>,
    /// The blocks in sight that the lists have followed.
    followed: Range<usize>,
    trail: Vec<(place::Leaving, Place)>,
    marks: BTreeMap<char, Place>,
    /// Where the reader was before going elsewhere the last time.
    jumped_from: Option<Place>,
    /// What can be taken back, the last thing last.
    deeds: Vec<Deed>,
    minutes: f64,
}

/// Columns of a pane beside the text: on the left the cursor's bar, in a frame with air before it, and a space; on
/// the right air.
const MARGINS: u16 = 4;
const MARGINS_IN_FRAME: u16 = 6;

/// Rows of a pane from which on it has room for pictures beside words.
const LEAST_FOR_PICTURES: u16 = 6;

/// Columns of a line from which on its right edge is even enough without hyphens.
const NARROW: u16 = 32;

impl Reader {
    /// A reader at the top of an article, in a window that [`Message::Resize`] tells the size of.
    pub fn new(document: Document, source: &str, preferences: Preferences, help: Vec<HelpLine>) -> Reader {
        let page = Page::new(&document, Part::Story, &preferences.shown);
        let mut reader = Reader {
            source: clean::folded(source).into_owned(),
            among: (0, 1),
            articles: Arc::default(),
            read_before: Arc::default(),
            loading: None,
            columns: 0,
            rows: 0,
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
            pictures: Pictures::default(),
            link: None,
            selected_from: None,
            corrections: Vec::new(),
            remarks: BTreeSet::new(),
            notice: None,
            count: None,
            followed: 0..0,
            trail: Vec::new(),
            marks: BTreeMap::new(),
            jumped_from: None,
            deeds: Vec::new(),
            minutes: document.minutes(),
            document,
            preferences,
        };
        reader.list_captions();
        reader
    }

    /// How long the article takes to read; told once, as it is long to count.
    pub fn minutes(&self) -> f64 {
        self.minutes
    }

    /// Where the panes stand.
    pub fn areas(&self) -> Areas {
        let needs = Needs {
            measure: self.preferences.measure,
            sidebars: self.document.sidebars.len(),
            captions: self.entries.len(),
            zoomed: self.zoomed || self.raw.is_some(),
            plain: self.preferences.plain,
        };
        areas::arrange(self.columns, self.rows, needs)
    }

    /// How text is laid out in an area: as wide as the reader likes, and as fits beside the cursor's column.
    pub fn measure_in(&self, area: Area) -> Measure {
        let margins = if self.areas().form == Form::Tabs { MARGINS } else { MARGINS_IN_FRAME };
        let width = area.width.saturating_sub(margins).clamp(1, self.preferences.measure);
        Measure {
            width: usize::from(width),
            justified: self.preferences.justified,
            hyphenated: self.hyphenates(width),
            inset: self.preferences.shown.sidebars == Sidebars::Inline && self.page.part == Part::Story,
            plain: self.preferences.plain,
            picture_rows: if area.height < LEAST_FOR_PICTURES { 0 } else { usize::from(area.height) * 3 / 5 },
            cell: self.pictures.cell,
            ..Measure::default()
        }
    }

    /// Whether words may be hyphenated in lines of so many columns: where the reader wants it, and where the edge would
    /// be too uneven without. Not in the plain form, where a hyphen would be read aloud.
    pub fn hyphenates(&self, width: u16) -> bool {
        let Preferences { plain, hyphenated, justified, .. } = self.preferences;
        !plain && (hyphenated || justified || width < NARROW)
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
            Mode::Finding(_)
            | Mode::Outline(_)
            | Mode::Noting { .. }
            | Mode::Articles(Articles { typing: true, .. }) => Expects::Text,
            Mode::Marking(_) | Mode::Links { .. } | Mode::Correcting => Expects::Letter,
            _ => Expects::Action,
        }
    }

    /// Blocks of the article whose words stand in the body pane now, from the first to the last.
    pub fn in_sight(&self) -> Range<usize> {
        if self.raw.is_some() { 0..0 } else { self.page.in_sight(&self.window()) }
    }

    /// Whether the article's title stands in the body pane now.
    pub fn title_in_sight(&self) -> bool {
        let title = self.document.blocks.iter().position(|block| block.role == Role::Title);
        self.raw.is_none() && title.is_some_and(|block| self.page.shows(&self.window(), block))
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
}

/// Changes the reader by what happened; says what the outside has to do.
pub fn update(reader: &mut Reader, message: Message) -> Vec<Effect> {
    let mut effects = Vec::new();
    let looked = reader.look();
    match message {
        Message::Resize { columns, rows } => {
            (reader.columns, reader.rows) = (columns, rows);
            reader.keep_chosen();
        }
        Message::Digit(digit, bound) => effects = reader.type_digit(digit, bound),
        Message::Edit(request) => edit(reader, request),
        Message::Paste(text) => {
            if reader.expects() == Expects::Text {
                clean::folded(&text).chars().for_each(|c| edit(reader, InputRequest::InsertChar(c)));
            }
        }
        Message::Letter(letter) => match reader.mode {
            Mode::Marking(action) => {
                reader.mode = Mode::Reading;
                reader.mark(letter, action);
            }
            Mode::Links { .. } => reader.type_label(letter),
            Mode::Correcting => reader.correct(letter),
            _ => {}
        },
        Message::Picture { address, picture } => reader.take_picture(&address, picture),
        Message::Wheel { column, row, by } => reader.wheel(column, row, by),
        Message::Click { column, row } => {
            reader.count = None;
            effects = reader.click(column, row);
        }
        Message::Pause => reader.end_count_at_pane(),
        Message::Act(action) => {
            reader.notice = None;
            if matches!(reader.mode, Mode::Reading) {
                reader.on_page(Page::settle_cursor);
            }
            let count = reader.take_count(action);
            effects = act(reader, action, count);
        }
    }
    reader.settle_pictures(looked != reader.look());
    reader.follow();
    effects
}

/// A change to the line that is being typed into.
fn edit(reader: &mut Reader, request: InputRequest) {
    match reader.mode {
        Mode::Finding(_) => reader.edit_find(request),
        Mode::Outline(_) => reader.edit_outline(request),
        Mode::Articles(_) => reader.edit_articles(request),
        Mode::Noting { .. } => reader.edit_note(request),
        _ => {}
    }
}

fn act(reader: &mut Reader, action: Action, count: Option<usize>) -> Vec<Effect> {
    if let Some(effects) = reader.going(action, count) {
        return effects;
    }
    match (action, &reader.mode) {
        (Action::Suspend, _) => return vec![Effect::Suspend],
        (Action::Redraw, _) => return vec![Effect::Redraw],
        (Action::Quit, _) => return vec![Effect::Quit],
        (Action::Theme, _) => return vec![Effect::NextTheme],
        (Action::Mouse, _) => {
            reader.preferences.mouse = !reader.preferences.mouse;
            let now = if reader.preferences.mouse { "the mouse is cutline's" } else { "the mouse is the terminal's" };
            reader.notice = Some(now.to_string());
            return vec![Effect::Mouse(reader.preferences.mouse)];
        }
        (Action::Help, Mode::Reading | Mode::Skim { .. } | Mode::Articles(_)) => reader.open_help(),
        (_, Mode::Reading) => return reader.reading(action, count),
        (_, Mode::Finding(_)) => reader.end_find(action),
        (_, Mode::Marking(_) | Mode::Links { .. } | Mode::Correcting) => reader.mode = Mode::Reading,
        (_, Mode::Noting { .. }) => reader.end_note(action),
        (_, Mode::Help { .. }) => help::help(reader, action, count),
        (_, Mode::Outline(_)) => reader.outline(action),
        (_, Mode::Articles(_)) => return reader.in_articles(action, count),
        (_, Mode::Skim { .. }) => reader.skim(action, count),
    }
    Vec::new()
}
