//! The outline: title, headings, sidebars and what the reader remarked, filtered by typing, and where the reader is among them.

use std::collections::BTreeSet;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use tui_input::{Input, InputRequest};

use super::list::List;
use super::place::Leaving;
use super::{Action, Mode, Pane, Reader, Remark, rows_of};
use crate::document::{Document, Position, Role};
use crate::layout;

/// One line of the outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heading {
    Title(usize),
    Heading(usize),
    Sidebar(usize),
    /// A block that is highlighted, or has a note.
    Remark(usize),
}

impl Heading {
    /// The block where it stands.
    pub fn block(self, document: &Document) -> usize {
        match self {
            Heading::Title(block) | Heading::Heading(block) | Heading::Remark(block) => block,
            Heading::Sidebar(index) => document.sidebars[index].blocks.start,
        }
    }

    /// Its words, and what there is to say of it: a sidebar's size.
    pub fn text(self, reader: &Reader) -> (&str, String) {
        let document = &reader.document;
        match self {
            Heading::Title(block) | Heading::Heading(block) => (document.text(block), String::new()),
            Heading::Sidebar(index) => {
                (document.sidebar_title(index), layout::sidebar_size(document, index, reader.preferences.plain))
            }
            Heading::Remark(block) => match reader.notes(block).next() {
                Some(note) => (note, "note".to_string()),
                None => (document.text(block), "highlight".to_string()),
            },
        }
    }
}

/// What is typed, what passes the filter, and which line is chosen.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    pub input: Input,
    pub headings: Vec<Heading>,
    pub list: List,
    /// The line that the reader is in, as an index into `headings`.
    pub here: Option<usize>,
}

/// Title, headings of the story, sidebars and blocks with remarks, in the article's order.
fn headings(document: &Document, remarks: &BTreeSet<Remark>) -> Vec<Heading> {
    let mut remarked = remarks.iter().map(|remark| remark.block).peekable();
    let mut found = Vec::new();
    for (index, block) in document.blocks.iter().enumerate() {
        match (block.sidebar, block.role) {
            (Some(sidebar), _) if document.sidebars[sidebar as usize].blocks.start == index => {
                found.push(Heading::Sidebar(sidebar as usize));
            }
            (Some(_), _) => {}
            _ if block.duplicate_of.is_some() => {}
            (None, Role::Title) => found.push(Heading::Title(index)),
            (None, Role::Heading) => found.push(Heading::Heading(index)),
            _ => {}
        }
        if remarked.next_if_eq(&index).is_some() {
            found.push(Heading::Remark(index));
            while remarked.next_if_eq(&index).is_some() {}
        }
    }
    found
}

impl Reader {
    /// Opens the outline at the line that the reader is in.
    pub(super) fn open_outline(&mut self) {
        let mut outline = Outline::default();
        self.filter(&mut outline);
        if outline.headings.is_empty() {
            self.notice = Some("this article has no headings and no sidebars".to_string());
            return;
        }
        let (here, entries) = (outline.here.unwrap_or(0), outline.headings.len());
        outline.list.choose(here, entries, self.outline_height());
        self.mode = Mode::Outline(outline);
    }

    /// Rows for the outline's lines: the window's, less the line that is typed into and the frame.
    pub fn outline_height(&self) -> usize {
        usize::from(self.areas().body.height)
    }

    /// What is typed has changed.
    pub(super) fn edit_outline(&mut self, request: InputRequest) {
        let Mode::Outline(mut outline) = std::mem::replace(&mut self.mode, Mode::Reading) else { return };
        if outline.input.handle(request).is_some_and(|changed| changed.value) {
            self.filter(&mut outline);
        }
        self.mode = Mode::Outline(outline);
    }

    /// Keeps the headings that what is typed fits, and chooses the one it fits best.
    fn filter(&self, outline: &mut Outline) {
        let all = headings(&self.document, &self.remarks);
        let sight = self.page.cursor.block;
        let here = all.iter().rposition(|h| h.block(&self.document) <= sight);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let pattern = Pattern::parse(outline.input.value(), CaseMatching::Smart, Normalization::Smart);
        let mut best = (0, 0);
        outline.headings.clear();
        outline.here = None;
        for (index, heading) in all.into_iter().enumerate() {
            let mut characters = Vec::new();
            let words = Utf32Str::new(heading.text(self).0, &mut characters);
            let Some(score) = pattern.score(words, &mut matcher) else { continue };
            if here == Some(index) {
                outline.here = Some(outline.headings.len());
            }
            if score > best.0 {
                best = (score, outline.headings.len());
            }
            outline.headings.push(heading);
        }
        outline.list.choose(best.1, outline.headings.len(), self.outline_height());
    }

    /// What the keys do while the outline is on the screen.
    pub(super) fn outline(&mut self, action: Action) {
        let Mode::Outline(mut outline) = std::mem::replace(&mut self.mode, Mode::Reading) else { return };
        let (height, entries) = (self.outline_height(), outline.headings.len());
        if let Some(rows) = rows_of(action, 1, height) {
            outline.list.step(rows, entries, height);
        }
        match action {
            Action::Escape | Action::Back => {}
            Action::Choose => {
                if let Some(heading) = outline.headings.get(outline.list.chosen) {
                    self.go_to_heading(*heading);
                }
            }
            _ => self.mode = Mode::Outline(outline),
        }
    }

    /// A click on a line of the outline goes there.
    pub(super) fn click_outline(&mut self, row: u16) {
        let body = self.areas().body;
        let Mode::Outline(outline) = &mut self.mode else { return };
        let line = row.checked_sub(body.y).filter(|line| *line < body.height);
        let entry = line.map(|line| outline.list.top + usize::from(line));
        if let Some(entry) = entry.filter(|entry| *entry < outline.headings.len()) {
            outline.list.chosen = entry;
            self.outline(Action::Choose);
        }
    }

    fn go_to_heading(&mut self, heading: Heading) {
        self.raw = None;
        self.focus = Pane::Body;
        match heading {
            Heading::Sidebar(index) => self.go_to_sidebar(index, Leaving::Outline),
            Heading::Title(block) | Heading::Heading(block) | Heading::Remark(block) => {
                self.reveal(Position { block, offset: 0 }, Leaving::Outline);
                let position = Position { block, offset: 0 };
                self.on_page(|page, window| page.put_at_top(window, position));
            }
        }
    }
}
