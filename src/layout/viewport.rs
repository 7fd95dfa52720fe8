//! Walks over the rows of a flow from a place in the text: what a window shows, where scrolling leads.
//!
//! A window is anchored at a [`Position`], and its top row is the one that contains it; a resize or a toggle leaves
//! the anchor alone, so that the same words stay at the top. Every row has a position:
//!
//! - a row of a block: the block, and where the row begins in its shown text;
//! - a row of the picture above a block's text: the block, and how many rows above the text it is;
//! - the line of a sidebar: the sidebar's first block, and where the row begins in the line's own text;
//! - the blank row after an item: the item's block, and the length of its text.
//!
//! All functions are pure, and cost the rows they walk over.

use std::cmp::Ordering;

use crate::document::{Document, Position};

use super::{Item, Measure, Row, gap, piece_rows, pieces, text};

/// A row at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedRow {
    pub item: Item,
    /// Where the row begins.
    pub position: Position,
    /// None for the blank row after an item.
    pub row: Option<Row>,
    /// Whether it is its item's first row.
    pub first: bool,
}

/// The rows to draw from the one that contains `from`: as many as asked for, or fewer where the flow ends.
pub fn forward(document: &Document, flow: &[Item], measure: &Measure, from: Position, rows: usize) -> Vec<PlacedRow> {
    let mut placed = Vec::with_capacity(rows.min(1024));
    let Some(mut walk) = Walk::at(document, flow, measure, from) else { return placed };
    while placed.len() < rows {
        placed.push(walk.placed());
        if !walk.next() {
            break;
        }
    }
    placed
}

/// The anchor `by` rows down, or up where negative; it stops where the last of `height` rows shows the flow's last.
pub fn scroll(
    document: &Document,
    flow: &[Item],
    measure: &Measure,
    from: Position,
    by: isize,
    height: usize,
) -> Position {
    let Some(mut walk) = Walk::at(document, flow, measure, from) else { return from };
    let steps = by.unsigned_abs();
    if by <= 0 {
        let moved = (0..steps).take_while(|_| walk.back()).count();
        return if moved == 0 { from } else { walk.position() };
    }
    for _ in 0..steps {
        if !walk.next() {
            return end(document, flow, measure, height).max(from);
        }
    }
    let target = walk.position();
    let full = (1..height).all(|_| walk.next());
    if full { target } else { end(document, flow, measure, height).max(from) }
}

/// The anchor that shows the last `height` rows.
pub fn end(document: &Document, flow: &[Item], measure: &Measure, height: usize) -> Position {
    let Some(mut walk) = Walk::at_end(document, flow, measure) else { return Position::default() };
    for _ in 1..height {
        if !walk.back() {
            break;
        }
    }
    walk.position()
}

/// The anchor that has the position's row in the middle of `height` rows, or as near as the flow's ends allow.
pub fn centred(document: &Document, flow: &[Item], measure: &Measure, position: Position, height: usize) -> Position {
    let Some(walk) = Walk::at(document, flow, measure, position) else { return position };
    let up = scroll(document, flow, measure, walk.position(), -(height as isize / 2), height);
    up.min(end(document, flow, measure, height))
}

/// The row of the window, from 0, that contains a position; none where it is not among the `height` rows from `top`.
pub fn row_of(
    document: &Document,
    flow: &[Item],
    measure: &Measure,
    top: Position,
    position: Position,
    height: usize,
) -> Option<usize> {
    let target = Walk::at(document, flow, measure, position)?.position();
    let mut walk = Walk::at(document, flow, measure, top)?;
    for row in 0..height {
        if walk.position() == target {
            return Some(row);
        }
        if !walk.next() {
            break;
        }
    }
    None
}

/// The item that a position stands in, by its index in the flow. Where the position's block is not shown: the next
/// item, or the last. None where nothing is shown.
pub fn place_of(document: &Document, flow: &[Item], position: Position) -> Option<usize> {
    let past = flow.partition_point(|item| item.block(document) < position.block);
    // A block inside a sidebar that is shown as a line stands in that line.
    let within =
        |item: &Item| matches!(item, Item::Sidebar(s) if document.sidebars[*s].blocks.contains(&position.block));
    if past > 0 && within(&flow[past - 1]) && flow.get(past).is_none_or(|i| i.block(document) != position.block) {
        return Some(past - 1);
    }
    if flow.is_empty() { None } else { Some(past.min(flow.len() - 1)) }
}

/// A row of the flow, with the rows of its piece at hand.
struct Walk<'a> {
    document: &'a Document,
    flow: &'a [Item],
    measure: &'a Measure,
    item: usize,
    piece: usize,
    pieces: usize,
    rows: Vec<Row>,
    /// Index into `rows`, or their number for the blank row after the item.
    row: usize,
}

impl<'a> Walk<'a> {
    /// At the row that contains a position.
    fn at(document: &'a Document, flow: &'a [Item], measure: &'a Measure, position: Position) -> Option<Walk<'a>> {
        let item = place_of(document, flow, position)?;
        let block = flow[item].block(document);
        let length = text(document, flow[item]).len();
        // An offset in a block is none in the line of the sidebar that hides it, unless it could be.
        let in_line = matches!(flow[item], Item::Sidebar(_));
        let offset = match position.block.cmp(&block) {
            Ordering::Less => 0,
            Ordering::Equal if in_line && position.offset > length => 0,
            Ordering::Equal if position.rows_above() > 0 => 0,
            Ordering::Equal => position.offset,
            Ordering::Greater if in_line => 0,
            Ordering::Greater => usize::MAX,
        };
        let mut walk = Walk { document, flow, measure, item, piece: 0, pieces: 0, rows: Vec::new(), row: 0 };
        walk.enter(item, |text| pieces::at(text, offset));
        walk.row = walk.rows.partition_point(|row| row.range.start <= offset).saturating_sub(1);
        let above = position.rows_above();
        if position.block < block {
            walk.row = 0;
        } else if above > 0 && position.block == block {
            walk.row = walk.strips().saturating_sub(above);
        } else if offset >= length && walk.gap() > 0 {
            walk.row = walk.rows.len();
        }
        Some(walk)
    }

    /// At the flow's last row.
    fn at_end(document: &'a Document, flow: &'a [Item], measure: &'a Measure) -> Option<Walk<'a>> {
        let item = flow.len().checked_sub(1)?;
        let mut walk = Walk { document, flow, measure, item, piece: 0, pieces: 0, rows: Vec::new(), row: 0 };
        walk.enter(item, |text| pieces::count(text) - 1);
        walk.row = walk.rows.len().saturating_sub(1);
        Some(walk)
    }

    /// Lays out a piece of an item and stands at its first row.
    fn enter(&mut self, item: usize, piece: impl Fn(&str) -> usize) {
        let text = text(self.document, self.flow[item]);
        self.item = item;
        self.piece = piece(&text);
        self.pieces = pieces::count(&text);
        self.rows = piece_rows(self.document, self.flow[item], self.piece, self.measure);
        self.row = 0;
    }

    /// Blank rows after the item: 0 or 1.
    fn gap(&self) -> usize {
        self.flow.get(self.item + 1).map_or(0, |next| gap(self.document, self.flow[self.item], *next).min(1))
    }

    /// To the next row; false, and nothing moved, at the last.
    fn next(&mut self) -> bool {
        let last_piece = self.piece + 1 >= self.pieces;
        let rows = self.rows.len() + if last_piece { self.gap() } else { 0 };
        if self.row + 1 < rows {
            self.row += 1;
        } else if !last_piece {
            let next = self.piece + 1;
            self.enter(self.item, |_| next);
        } else if self.item + 1 < self.flow.len() {
            self.enter(self.item + 1, |_| 0);
        } else {
            return false;
        }
        true
    }

    /// To the row before; false, and nothing moved, at the first.
    fn back(&mut self) -> bool {
        if self.row > 0 {
            self.row -= 1;
        } else if self.piece > 0 {
            let before = self.piece - 1;
            self.enter(self.item, |_| before);
            self.row = self.rows.len().saturating_sub(1);
        } else if self.item > 0 {
            self.enter(self.item - 1, |text| pieces::count(text) - 1);
            self.row = (self.rows.len() + self.gap()).saturating_sub(1);
        } else {
            return false;
        }
        true
    }

    /// How many of the rows at hand are a picture's.
    fn strips(&self) -> usize {
        self.rows.iter().take_while(|row| row.strip.is_some()).count()
    }

    fn position(&self) -> Position {
        let item = self.flow[self.item];
        let strips = self.strips();
        if self.row < strips {
            return Position::above(item.block(self.document), strips - self.row);
        }
        let offset = self.rows.get(self.row).map_or_else(|| text(self.document, item).len(), |row| row.range.start);
        Position { block: item.block(self.document), offset }
    }

    fn placed(&self) -> PlacedRow {
        PlacedRow {
            item: self.flow[self.item],
            position: self.position(),
            row: self.rows.get(self.row).cloned(),
            first: self.piece == 0 && self.row == 0 && !self.rows.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Block, Sidebar};
    use crate::layout::{Part, Shown, flow};

    /// Paragraphs of numbered words, the third and fourth of them a sidebar.
    fn article() -> Document {
        let text = |i: usize| (0..(7 + 5 * i)).map(|w| format!("w{i}x{w}")).collect::<Vec<_>>().join(" ");
        let block =
            |i| Block { text: Some(text(i).into()), sidebar: matches!(i, 3 | 4).then_some(0), ..Block::default() };
        Document {
            blocks: (0..8).map(block).collect(),
            sidebars: vec![Sidebar { blocks: 3..5, title: None, confidence: 1.0 }],
            ..Document::default()
        }
    }

    const MEASURE: Measure = Measure {
        width: 30,
        justified: false,
        optimal: true,
        hyphenated: false,
        inset: false,
        plain: false,
        picture_rows: 7,
        cell: (10, 20),
    };

    fn all(document: &Document, flow: &[Item]) -> Vec<Position> {
        let rows = forward(document, flow, &MEASURE, Position::default(), usize::MAX);
        rows.iter().map(|row| row.position).collect()
    }

    #[test]
    fn every_row_has_its_own_position_in_order() {
        let article = article();
        let flow = flow(&article, Part::Story, &Shown::default());
        let all = all(&article, &flow);
        assert!(all.len() > 30 && all.is_sorted_by(|a, b| a < b), "{all:?}");
    }

    #[test]
    fn scrolling_there_and_back_passes_every_row() {
        let article = article();
        let flow = flow(&article, Part::Story, &Shown::default());
        let all = all(&article, &flow);
        let last = all.len() - 5;
        assert_eq!(end(&article, &flow, &MEASURE, 5), all[last]);
        for (row, position) in all.iter().enumerate() {
            let step = |by| scroll(&article, &flow, &MEASURE, *position, by, 5);
            assert_eq!(step(-1), all[row.saturating_sub(1)]);
            assert_eq!(step(-4), all[row.saturating_sub(4)]);
            assert_eq!(step(3), if row > last { *position } else { all[(row + 3).min(last)] });
            assert_eq!(row_of(&article, &flow, &MEASURE, all[row.saturating_sub(2)], *position, 5), Some(row.min(2)));
        }
    }

    #[test]
    fn the_rows_of_a_picture_are_places_too() {
        let mut article = article();
        let shape = crate::picture::Shape { width: 300, height: 200 };
        article.pictures = [(0, Some(shape)), (5, Some(shape)), (6, None)].into();
        let flow = flow(&article, Part::Story, &Shown::default());
        let rows = forward(&article, &flow, &MEASURE, Position::head(0), usize::MAX);
        assert!(rows.iter().map(|row| row.position).is_sorted_by(|a, b| a < b));
        let strips = |block| {
            let of_block = rows.iter().filter(move |placed| placed.item == Item::Block(block));
            of_block.filter(|placed| placed.row.as_ref().is_some_and(|row| row.strip.is_some())).count()
        };
        assert_eq!([0, 1, 5, 6].map(strips), [7, 0, 7, 1]);
        let all: Vec<Position> = rows.iter().map(|row| row.position).collect();
        for (row, position) in all.iter().enumerate().skip(1) {
            assert_eq!(scroll(&article, &flow, &MEASURE, *position, -1, 5), all[row - 1]);
            assert_eq!(forward(&article, &flow, &MEASURE, *position, 1)[0].position, *position);
        }
        // Wider or narrower, a place in a picture is in the picture or at its head.
        for width in [1, 12, 60] {
            let top = forward(&article, &flow, &Measure { width, ..MEASURE }, Position::above(5, 6), 1).remove(0);
            assert_eq!(top.item, Item::Block(5));
            assert!(top.row.is_some_and(|row| row.strip.is_some()), "{width}");
        }
    }

    #[test]
    fn an_anchor_in_mid_row_stays_over_a_resize() {
        let article = article();
        let flow = flow(&article, Part::Story, &Shown::default());
        let anchor = Position { block: 6, offset: 100 };
        for width in [1, 7, 30, 200] {
            let measure = Measure { width, ..MEASURE };
            let top = forward(&article, &flow, &measure, anchor, 1).remove(0);
            let range = top.row.expect("a row of text").range;
            assert!(range.contains(&100) || range.end == 100, "{width}: {range:?}");
        }
    }

    #[test]
    fn a_place_in_a_folded_sidebar_is_its_line() {
        let article = article();
        let flow = flow(&article, Part::Story, &Shown::default());
        let top = forward(&article, &flow, &MEASURE, Position { block: 4, offset: 9 }, 1).remove(0);
        assert_eq!((top.item, top.first), (Item::Sidebar(0), true));
    }

    #[test]
    fn a_place_that_is_hidden_is_what_follows_it() {
        let mut article = article();
        article.blocks[6].duplicate_of = Some(0);
        let flow = flow(&article, Part::Story, &Shown::default());
        let top = forward(&article, &flow, &MEASURE, Position { block: 6, offset: 9 }, 1).remove(0);
        assert_eq!((top.item, top.first), (Item::Block(7), true));
    }

    #[test]
    fn a_place_is_put_in_the_middle() {
        let article = article();
        let flow = flow(&article, Part::Story, &Shown::default());
        let place = Position { block: 5, offset: 80 };
        let top = centred(&article, &flow, &MEASURE, place, 11);
        assert_eq!(row_of(&article, &flow, &MEASURE, top, place, 11), Some(5));
    }
}
