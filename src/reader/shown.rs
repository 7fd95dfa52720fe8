//! What is shown and how: the toggles, the measure, the input as it came.

use super::page::Page;
use super::{Action, Find, LEAST_MEASURE, MOST_MEASURE, Pane, Reader};
use crate::clean;
use crate::document::{Block, Document, Kind, Position, Role};
use crate::layout::{Part, Shown, Sidebars};

/// The raw input, read in the body pane as one block of code.
#[derive(Debug, Clone, PartialEq)]
pub struct Raw {
    pub document: Document,
    pub page: Page,
}

/// Why what is about the article cannot be done.
pub(super) const AS_IT_CAME: &str = "this is the input as it came, r leads back to the article";

/// How many columns longer or shorter a key makes the lines.
const MEASURE_STEP: u16 = 4;

impl Reader {
    /// How many blocks the toggles hide in the article, by kind: duplicates, captions, boilerplate.
    pub fn hidden(&self) -> (usize, usize, usize) {
        let shown = &self.preferences.shown;
        let (mut duplicates, mut captions, mut boilerplate) = (0, 0, 0);
        for block in &self.document.blocks {
            match block.role {
                _ if block.duplicate_of.is_some() && !shown.duplicates => duplicates += 1,
                Role::Caption if !shown.captions => captions += 1,
                _ if block.is_clutter() && !shown.boilerplate => boilerplate += 1,
                _ => {}
            }
        }
        (duplicates, captions, boilerplate)
    }

    /// Shows or hides one kind of block, and says how many there are.
    pub(super) fn toggle(&mut self, action: Action) {
        let blocks = &self.document.blocks;
        let count = |test: fn(&Block) -> bool| blocks.iter().filter(|b| test(b)).count();
        let shown = &mut self.preferences.shown;
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
                say(count(Block::is_clutter), "line of boilerplate", "lines of boilerplate", now)
            }
            _ => {
                shown.sidebars = shown.sidebars.next();
                let now = match shown.sidebars {
                    Sidebars::Line => "stand aside, one line each",
                    Sidebars::Inline => "stand in the story",
                    Sidebars::Hidden => "hidden in the story",
                };
                say(self.document.sidebars.len(), "sidebar", "sidebars", now)
            }
        };
        self.notice = Some(notice);
        self.reflow();
    }

    /// Shows the input as it came, at the words that were at the top, and back.
    pub(super) fn toggle_raw(&mut self) {
        self.find = Find::default();
        if let Some(raw) = self.raw.take() {
            let offset = raw.page.top.offset;
            let mut seen = Seen::of(&self.document);
            let ends_after = |b: &Block| b.span.as_ref().is_some_and(|s| seen.offset(s.end) > offset);
            // Back to where the raw view was scrolled to; where that is in the block that was at the top before, to
            // the very line.
            if let Some(block) = self.document.blocks.iter().position(ends_after)
                && block != self.page.top.block
            {
                let position = Position { block, offset: 0 };
                self.on_page(|page, window| page.put_at_top(window, position));
            }
            return;
        }
        let top = self.page.top.block;
        let before = self.document.blocks.get(top).and_then(|b| b.span.as_ref()).map_or(0, |span| span.start);
        let offset = Seen::of(&self.document).offset(before);
        let text = clean::visible(&self.document.source).into_owned();
        let block = Block { text: Some(text.into()), kind: Kind::Code, ..Block::default() };
        let document = Document { blocks: vec![block], ..Document::default() };
        let page = Page::new(&document, Part::Whole, &Shown::default());
        self.raw = Some(Raw { document, page });
        self.focus = Pane::Body;
        self.on_page(|page, window| page.put_at_top(window, Position { block: 0, offset }));
    }

    /// Scrolls the input as it came to where the next block of the article begins in it, or one before.
    pub(super) fn step_raw(&mut self, by: isize) {
        let Some(raw) = &self.raw else { return };
        let mut seen = Seen::of(&self.document);
        let spans = self.document.blocks.iter().filter_map(|block| block.span.as_ref());
        let mut starts: Vec<usize> = spans.map(|span| seen.offset(span.start)).collect();
        starts.sort_unstable();
        starts.dedup();
        let (here, times) = (raw.page.top.offset, by.unsigned_abs());
        let next = match by {
            1.. => starts.iter().filter(|start| **start > here).take(times).last(),
            _ => starts.iter().rev().filter(|start| **start < here).take(times).last(),
        };
        match next {
            Some(&offset) => self.on_page(|page, window| page.put_at_top(window, Position { block: 0, offset })),
            None if by < 0 => self.on_page(Page::to_top),
            None => {}
        }
    }

    /// Makes lines longer, as far as the window has room for them, or shorter than they are.
    pub(super) fn set_measure(&mut self, action: Action, times: usize) {
        let step = MEASURE_STEP.saturating_mul(u16::try_from(times).unwrap_or(u16::MAX));
        let before = self.preferences.measure;
        let here = self.width_of_lines().min(before);
        let measure = match action {
            Action::Wider => before.saturating_add(step),
            _ => here.saturating_sub(step),
        };
        self.preferences.measure = measure.clamp(LEAST_MEASURE, MOST_MEASURE);
        let widest = self.width_of_lines();
        if action == Action::Wider && widest < self.preferences.measure {
            self.preferences.measure = before.max(widest);
        }
        let told = if action == Action::Wider && here == self.width_of_lines() {
            format!("measure {here}, the window has no room for more")
        } else {
            format!("measure {}", self.preferences.measure)
        };
        self.notice = Some(told);
    }

    /// How wide lines are, in the window and as the reader likes them.
    fn width_of_lines(&self) -> u16 {
        u16::try_from(self.measure_in(self.areas().body).width).unwrap_or(u16::MAX)
    }

    /// Evens the right edge, or leaves it ragged.
    pub(super) fn justify(&mut self) {
        self.preferences.justified = !self.preferences.justified;
        self.notice = Some(if self.preferences.justified { "justified" } else { "ragged" }.to_string());
    }
}

/// Where the source's bytes are in the raw view, where control characters are made visible; soon told of bytes that are
/// asked for in order.
struct Seen<'a> {
    source: &'a str,
    bytes: usize,
    offset: usize,
}

impl Seen<'_> {
    fn of(document: &Document) -> Seen<'_> {
        Seen { source: &document.source, bytes: 0, offset: 0 }
    }

    fn offset(&mut self, bytes: usize) -> usize {
        if bytes < self.bytes {
            (self.bytes, self.offset) = (0, 0);
        }
        if let Some(text) = self.source.get(self.bytes..bytes) {
            self.offset += clean::visible(text).len();
            self.bytes = bytes;
        }
        self.offset
    }
}
