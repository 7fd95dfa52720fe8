//! What is read in a pane: a flow of items, an anchor for the top of the window, and a cursor on an item.

use std::ops::Range;

use crate::document::{Document, Position, Role};
use crate::layout::viewport::{self, PlacedRow};
use crate::layout::{self, Item, Measure, Part, Shown};

/// A pane as a window onto a document: how wide its lines and how many its rows.
#[derive(Debug, Clone, Copy)]
pub struct Window<'a> {
    pub document: &'a Document,
    pub measure: Measure,
    pub height: usize,
}

/// A part of an article as it is being read.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub part: Part,
    pub flow: Vec<Item>,
    /// The words in the first row of the window.
    pub top: Position,
    /// A place in the item that the reader is at.
    pub cursor: Position,
    /// Bytes of text up to and with each item of the flow.
    reach: Vec<usize>,
}

impl Page {
    /// A part of an article from its top.
    pub fn new(document: &Document, part: Part, shown: &Shown) -> Page {
        let mut page =
            Page { part, flow: Vec::new(), top: Position::default(), cursor: Position::default(), reach: Vec::new() };
        page.reflow(document, shown);
        page.begin(document);
        page
    }

    /// At the first row, the cursor too.
    fn begin(&mut self, document: &Document) {
        if let Some(first) = self.flow.first().map(|item| item.block(document)) {
            self.cursor = Position { block: first, offset: 0 };
            self.top = head(document, self.cursor);
        }
    }

    /// Where the first row is the text of the first item, has it be the head of the picture above.
    pub fn show_first_picture(&mut self, document: &Document) {
        if self.flow.first().is_some_and(|item| item.block(document) == self.top.block) {
            self.top = head(document, self.top);
        }
    }

    /// Decides anew what stands in the flow; the places stay.
    pub fn reflow(&mut self, document: &Document, shown: &Shown) {
        self.flow = layout::flow(document, self.part, shown);
        let mut reach = 0;
        let lengths = self.flow.iter().map(|item| match *item {
            Item::Block(block) => document.text(block).len(),
            Item::Sidebar(_) => 1,
        });
        self.reach = lengths
            .map(|length| {
                reach += length;
                reach
            })
            .collect();
    }

    /// The rows in the window.
    pub fn rows(&self, window: &Window<'_>) -> Vec<PlacedRow> {
        viewport::forward(window.document, &self.flow, &window.measure, self.top, window.height)
    }

    /// Whether a block stands in the flow as itself.
    pub fn holds(&self, block: usize) -> bool {
        self.flow.contains(&Item::Block(block))
    }

    /// The item at the cursor.
    pub fn at_cursor(&self, document: &Document) -> Option<Item> {
        self.item_at(document, self.cursor)
    }

    /// The item that a place is in.
    pub fn item_at(&self, document: &Document, place: Position) -> Option<Item> {
        viewport::place_of(document, &self.flow, place).map(|index| self.flow[index])
    }

    /// Where the reader is: at the cursor, or at the top of the window where its item begins above.
    pub fn here(&self) -> Position {
        self.cursor.max(self.top)
    }

    /// Whether a place stands in the window.
    pub fn has_in_sight(&self, window: &Window<'_>, place: Position) -> bool {
        viewport::row_of(window.document, &self.flow, &window.measure, self.top, place, window.height).is_some()
    }

    /// Scrolls by rows; the cursor stays with its item while that is in sight.
    pub fn scroll(&mut self, window: &Window<'_>, by: isize) {
        let before = self.top;
        self.top = viewport::scroll(window.document, &self.flow, &window.measure, self.top, by, window.height);
        let moved = self.top != before;
        self.keep_cursor_in_sight(window, by, moved);
    }

    /// Turns the page by so many rows. A heading that would stand last in the window, apart from what it heads, is
    /// left to the next page.
    pub fn turn(&mut self, window: &Window<'_>, by: isize) {
        self.scroll(window, by);
        let stranded = self.stranded(window);
        if stranded > 0 && (by < 0 || stranded < by) {
            self.scroll(window, -stranded);
        }
    }

    /// How many of the window's last rows are a heading's, whose text begins below.
    fn stranded(&self, window: &Window<'_>) -> isize {
        let rows = self.rows(window);
        if rows.last().map(|row| row.item) == self.flow.last().copied() {
            return 0;
        }
        let heads =
            |row: &&PlacedRow| matches!(row.item, Item::Block(b) if window.document.blocks[b].role == Role::Heading);
        let stranded = rows.iter().rev().take_while(heads).count();
        // In a window that holds nothing else, there is nowhere to put them.
        if stranded < rows.len() { isize::try_from(stranded).unwrap_or(0) } else { 0 }
    }

    /// Keeps the cursor on an item in sight. Where the window could not move any further, the cursor goes on alone.
    fn keep_cursor_in_sight(&mut self, window: &Window<'_>, by: isize, moved: bool) {
        let rows = self.rows(window);
        self.cursor = match ends(&rows) {
            Some((_, last)) if !moved && by > 0 => last,
            Some((first, _)) if !moved && by < 0 => first,
            _ => self.cursor_among(window.document, &rows),
        };
    }

    /// Where the cursor stands among the window's rows: where it is, or at the nearest item in sight.
    pub fn cursor_among(&self, document: &Document, rows: &[PlacedRow]) -> Position {
        let Some((first, last)) = ends(rows) else { return self.cursor };
        match self.item_start(document, self.cursor) {
            // Prefer an item that begins in the window to the tail of one that began above it.
            here if here < first => rows.iter().find(|row| row.first).map_or(first, start),
            here if here > last => last,
            here => here,
        }
    }

    /// Has the cursor stand where it is seen to stand, if a resize or the like has left it out of sight.
    pub fn settle_cursor(&mut self, window: &Window<'_>) {
        self.cursor = self.cursor_among(window.document, &self.rows(window));
    }

    fn item_start(&self, document: &Document, position: Position) -> Position {
        viewport::place_of(document, &self.flow, position)
            .map_or(position, |index| Position { block: self.flow[index].block(document), offset: 0 })
    }

    /// To the first row.
    pub fn to_top(&mut self, window: &Window<'_>) {
        self.begin(window.document);
    }

    /// To the last screenful.
    pub fn to_end(&mut self, window: &Window<'_>) {
        if let Some(last) = self.flow.last() {
            self.top = viewport::end(window.document, &self.flow, &window.measure, window.height);
            self.cursor = Position { block: last.block(window.document), offset: 0 };
        }
    }

    /// To the words so many hundredths into the text.
    pub fn to_percent(&mut self, window: &Window<'_>, percent: usize) {
        let Some(total) = self.reach.last() else { return };
        let target = total / 100 * percent.min(100) + total % 100 * percent.min(100) / 100;
        let index = self.reach.partition_point(|reach| *reach <= target).min(self.flow.len() - 1);
        let before = index.checked_sub(1).map_or(0, |i| self.reach[i]);
        let offset = match self.flow[index] {
            Item::Block(_) => target.saturating_sub(before),
            Item::Sidebar(_) => 0,
        };
        let block = self.flow[index].block(window.document);
        self.put_at_top(window, Position { block, offset });
    }

    /// Scrolls a place to the first row, or as near to it as the end allows.
    pub fn put_at_top(&mut self, window: &Window<'_>, position: Position) {
        self.cursor = self.item_start(window.document, position);
        self.top = position.min(viewport::end(window.document, &self.flow, &window.measure, window.height));
    }

    /// Puts the cursor on a place and scrolls to it if it is out of sight, so that a third of the window stands above.
    pub fn show(&mut self, window: &Window<'_>, position: Position) {
        self.cursor = self.item_start(window.document, position);
        let (document, measure, height) = (window.document, &window.measure, window.height);
        // Not the last row: what follows the place should be seen too.
        let sight = height.saturating_sub(1).max(1);
        let head = head(document, position);
        let seen = |place| viewport::row_of(document, &self.flow, measure, self.top, place, sight).is_some();
        if !seen(position) || !seen(head) {
            let picture = viewport::row_of(document, &self.flow, measure, head, position, height).unwrap_or(0);
            let above = isize::try_from((height / 3).min(height.saturating_sub(picture + 2))).unwrap_or(0);
            let end = viewport::end(document, &self.flow, measure, height);
            self.top = viewport::scroll(document, &self.flow, measure, head, -above, height).min(end);
            let stranded = self.stranded(window);
            if stranded > 0 && seen_below(self, window, position, stranded) {
                self.top = viewport::scroll(document, &self.flow, measure, self.top, -stranded, height);
            }
        }
    }

    /// Moves the cursor over `by` items that pass the test, as far as there are any, and shows where it is; says
    /// whether there was one.
    pub fn step(&mut self, window: &Window<'_>, by: isize, test: impl Fn(Item) -> bool) -> bool {
        let Some(here) = viewport::place_of(window.document, &self.flow, self.cursor) else { return false };
        let passing = |index: &usize| test(self.flow[*index]);
        let times = by.unsigned_abs();
        let found = if by > 0 {
            (here + 1..self.flow.len()).filter(passing).take(times).last()
        } else {
            (0..here).rev().filter(passing).take(times).last()
        };
        if let Some(index) = found {
            self.show(window, Position { block: self.flow[index].block(window.document), offset: 0 });
        }
        found.is_some()
    }

    /// How much of the text lies above the window's last row, 0 to 1.
    pub fn progress(&self, window: &Window<'_>) -> f64 {
        let (Some(total), Some(last)) = (self.reach.last(), self.rows(window).pop()) else { return 1.0 };
        let Some(index) = viewport::place_of(window.document, &self.flow, last.position) else { return 1.0 };
        let before = index.checked_sub(1).map_or(0, |i| self.reach[i]);
        let within = match (last.item, &last.row) {
            (Item::Block(_), Some(row)) => row.range.end,
            _ => self.reach[index] - before,
        };
        (before + within) as f64 / (*total).max(1) as f64
    }

    /// Whether a block stands in the window as itself, or part of it.
    pub fn shows(&self, window: &Window<'_>, block: usize) -> bool {
        self.top.block <= block && self.in_sight(window).contains(&block) && self.holds(block)
    }

    /// The blocks that the window shows; a sidebar's line stands for all of its blocks.
    pub fn in_sight(&self, window: &Window<'_>) -> Range<usize> {
        let rows = self.rows(window);
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            return 0..0;
        };
        let end = match last.item {
            Item::Block(block) => block + 1,
            Item::Sidebar(index) => window.document.sidebars[index].blocks.end,
        };
        first.position.block..end
    }
}

/// Where the first and the last item among a window's rows begin.
fn ends(rows: &[PlacedRow]) -> Option<(Position, Position)> {
    let mut items = rows.iter().filter(|row| row.row.is_some()).map(start);
    let first = items.next()?;
    Some((first, items.next_back().unwrap_or(first)))
}

/// Where a row's item begins.
fn start(row: &PlacedRow) -> Position {
    Position { block: row.position.block, offset: 0 }
}

/// Whether a place is in a window that is scrolled up by so many rows.
fn seen_below(page: &Page, window: &Window<'_>, position: Position, rows: isize) -> bool {
    let height = window.height.saturating_sub(rows.unsigned_abs());
    viewport::row_of(window.document, &page.flow, &window.measure, page.top, position, height).is_some()
}

/// Where a block's beginning is first seen: at the head of the picture above it, if there is one.
fn head(document: &Document, position: Position) -> Position {
    let has_picture = position.offset == 0 && document.pictures.contains_key(&position.block);
    if has_picture { Position::head(position.block) } else { position }
}
