//! What the terminal shows, and how it comes to show something else in few bytes.
//!
//! 1. Where most of what changes is only moved up or down by some rows, the terminal moves it: those rows are made its
//!    scroll region (DECSTBM), and lines in it are deleted or inserted. A pane beside what moves is moved too, and then
//!    mended; whether that is worth it is counted.
//! 2. What then differs is written. A few cells between two that differ are written too: to jump over them is longer.
//!
//! Rows with wide letters, with clusters and with what is drawn by other means are never moved.

use std::io::{self, Write};

use ratatui::buffer::{Cell, CellDiffOption, CellWidth as _};
use ratatui::style::{Color, Modifier};

/// Cells that must be saved for rows to be moved.
const WORTH: i64 = 100;
/// Bytes between two changed cells that are written rather than jumped over.
const BRIDGED: usize = 7;
/// Columns that are compared at once when looking for what has moved.
const CHUNK: usize = 8;
/// Rows that anything is moved by, at most.
const FARTHEST: usize = 16;

/// The cells of the terminal, as far as they were written, row by row.
#[derive(Debug, Default)]
pub struct Shown {
    cells: Vec<Known>,
    width: usize,
}

/// What is known of a cell, in bits. Of one letter in one column that is all there is, from the lowest bit on: the
/// letter, the modifiers, the colours of letter, ground and underline. Any other has a bit set beyond these, and of
/// its symbol and its style there is a hash each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known(u128);

const LETTER_BITS: u32 = 21;
const COLOUR_BITS: u32 = 26;
/// The bit of what is not one letter in one column.
const OTHER: u128 = 1 << 127;

const NAMED: [Color; 17] = [
    Color::Reset,
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];
/// What stands before the number of a colour among 256, and before red, green and blue.
const INDEXED: u32 = 1 << 24;
const RGB: u32 = 1 << 25;

fn bits(colour: Color) -> u32 {
    match colour {
        Color::Reset => 0,
        Color::Indexed(index) => INDEXED | u32::from(index),
        Color::Rgb(r, g, b) => RGB | u32::from_be_bytes([0, r, g, b]),
        named => NAMED.iter().position(|known| *known == named).unwrap_or_default() as u32,
    }
}

fn colour(bits: u32) -> Color {
    let [_, r, g, b] = bits.to_be_bytes();
    match bits {
        RGB.. => Color::Rgb(r, g, b),
        INDEXED.. => Color::Indexed(b),
        _ => NAMED[bits as usize % NAMED.len()],
    }
}

impl Known {
    const BLANK: Known = Known(b' ' as u128);

    fn of(cell: &Cell) -> Known {
        let colours = [cell.underline_color, cell.bg, cell.fg];
        let style = colours.into_iter().fold(0, |style, colour| style << COLOUR_BITS | u128::from(bits(colour)));
        let style = style << u16::BITS | u128::from(cell.modifier.bits());
        if is_plain(cell) {
            let letter = cell.symbol().chars().next().unwrap_or(' ');
            return Known(style << LETTER_BITS | letter as u128);
        }
        let symbol = if cell.symbol() == " " { b' '.into() } else { hash(cell.symbol().bytes().map(u64::from)) };
        let kind = if cell.diff_option == CellDiffOption::None { 0 } else { 1 };
        let style = hash([style as u64, (style >> 64) as u64, kind]);
        Known(OTHER | u128::from(style >> 1) << 64 | u128::from(symbol))
    }

    fn is_plain(self) -> bool {
        self.0 & OTHER == 0
    }

    /// Its letter as a number, or its symbol's hash.
    fn symbol(self) -> u64 {
        if self.is_plain() { self.0 as u64 & ((1 << LETTER_BITS) - 1) } else { self.0 as u64 }
    }

    /// Bytes of its letter.
    fn len(self) -> usize {
        self.letter().len_utf8()
    }

    fn letter(self) -> char {
        u32::try_from(self.symbol()).ok().and_then(char::from_u32).unwrap_or(' ')
    }

    fn has_style_of(self, other: Known) -> bool {
        self.is_plain() && other.is_plain() && self.0 >> LETTER_BITS == other.0 >> LETTER_BITS
    }
}

/// Makes cells again of what is known of them. Those in a row mostly have one style: the last is remembered.
#[derive(Default)]
struct Styles {
    last: (u128, Cell),
}

impl Styles {
    /// The cell, of one letter in one column.
    fn cell(&mut self, known: Known) -> Cell {
        let style = known.0 >> LETTER_BITS;
        let (last, cell) = &mut self.last;
        if std::mem::replace(last, style) != style {
            let bits = |nth: u32| (style >> (u16::BITS + nth * COLOUR_BITS)) as u32 & ((1 << COLOUR_BITS) - 1);
            cell.modifier = Modifier::from_bits_retain(style as u16);
            (cell.fg, cell.bg, cell.underline_color) = (colour(bits(0)), colour(bits(1)), colour(bits(2)));
        }
        cell.set_char(known.letter());
        cell.clone()
    }
}

fn hash(numbers: impl IntoIterator<Item = u64>) -> u64 {
    let numbers = numbers.into_iter();
    numbers.fold(1, |hash, number| (hash.rotate_left(5) ^ number).wrapping_mul(0x517c_c1b7_2722_0a95))
}

/// The rows from `top` to before `bottom`, moved up by so many rows, or down where negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    top: u16,
    bottom: u16,
    by: i16,
}

impl Moved {
    /// Has the terminal move them: lines are deleted or inserted at the region's top, which even the barest terminals
    /// understand.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(self, out: &mut impl Write) -> io::Result<()> {
        let Moved { top, bottom, by } = self;
        let (top, lines, command) = (top + 1, by.unsigned_abs(), if by > 0 { 'M' } else { 'L' });
        write!(out, "\x1b[{top};{bottom}r\x1b[{top};1H\x1b[{lines}{command}\x1b[r")
    }
}

impl Shown {
    /// Nothing is shown any longer.
    pub fn clear(&mut self) {
        *self = Shown::default();
    }

    /// Takes in the cells that are to change, row by row; says what the terminal is to do for it.
    pub fn change<'a>(&mut self, cells: impl Iterator<Item = (u16, u16, &'a Cell)>) -> Change<'a> {
        let mut changed: Vec<(u16, u16, Option<&'a Cell>)> = Vec::with_capacity(self.cells.len());
        changed.extend(cells.map(|(x, y, cell)| (x, y, Some(cell))));
        let is_first = self.cells.is_empty();
        self.grow(&changed);
        let before = (changed.len() as i64 > WORTH && !is_first).then(|| self.cells.clone());
        for (x, y, cell) in &changed {
            let at = self.at(*x, *y);
            self.cells[at] = cell.map_or(self.cells[at], Known::of);
        }
        let mut moved = None;
        if let Some(before) = before {
            let (before, next) = (Rows { cells: &before, width: self.width }, self.rows());
            moved = self::moved(before, next);
            if let Some(moved) = moved {
                let rows = moved.top..moved.bottom;
                changed.retain(|(_, y, _)| !rows.contains(y));
                let below = changed.partition_point(|(_, y, _)| *y < moved.top);
                changed.splice(below..below, differing(before, next, moved));
            }
        }
        let cells = self.bridged(changed);
        let known = cells.iter().filter(|(.., cell)| cell.is_none());
        let known = known.map(|(x, y, _)| self.cells[self.at(*x, *y)]);
        let (mut styles, mut made) = (Styles::default(), Vec::with_capacity(known.clone().count()));
        made.extend(known.map(|known| styles.cell(known)));
        Change { moved, cells, known: made }
    }

    /// Has room for all that changes.
    fn grow(&mut self, changed: &[(u16, u16, Option<&Cell>)]) {
        let height = self.rows().height();
        let right = changed.iter().map(|(x, ..)| usize::from(*x) + 1).max().unwrap_or(0).max(self.width);
        let bottom = changed.iter().map(|(_, y, _)| usize::from(*y) + 1).max().unwrap_or(0).max(height);
        if (right, bottom) != (self.width, height) {
            let mut grown = vec![Known::BLANK; right * bottom];
            for y in 0..height {
                grown[y * right..y * right + self.width].copy_from_slice(self.rows().row(y));
            }
            (self.cells, self.width) = (grown, right);
        }
    }

    fn at(&self, x: u16, y: u16) -> usize {
        usize::from(y) * self.width + usize::from(x)
    }

    fn rows(&self) -> Rows<'_> {
        Rows { cells: &self.cells, width: self.width }
    }

    /// The cells with those between them that are written rather than jumped over.
    fn bridged<'a>(&self, changed: Vec<(u16, u16, Option<&'a Cell>)>) -> Vec<(u16, u16, Option<&'a Cell>)> {
        if changed.len() == self.cells.len() {
            return changed;
        }
        let mut out: Vec<(u16, u16, Option<&Cell>)> = Vec::with_capacity(changed.len() * 5 / 4);
        for (x, y, cell) in changed {
            if let Some((last, row, _)) = out.last()
                && *row == y
                && x > *last + 1
                && usize::from(x - last - 1) <= BRIDGED
            {
                let cells = &self.rows().row(usize::from(y))[usize::from(*last)..usize::from(x)];
                let (left, between) = (cells[0], &cells[1..]);
                if between.iter().all(|cell| cell.has_style_of(left))
                    && between.iter().map(|cell| cell.len()).sum::<usize>() <= BRIDGED
                {
                    out.extend((*last + 1..x).map(|at| (at, y, None)));
                }
            }
            out.push((x, y, cell));
        }
        out
    }
}

/// What the terminal is to do for what has changed.
#[derive(Debug)]
pub struct Change<'a> {
    /// What it is to move first.
    pub moved: Option<Moved>,
    /// The cells that are then written; none where it is one of those that are shown somewhere already.
    cells: Vec<(u16, u16, Option<&'a Cell>)>,
    /// Those, in order.
    known: Vec<Cell>,
}

impl Change<'_> {
    /// The cells to write.
    pub fn cells(&self) -> impl Iterator<Item = (u16, u16, &Cell)> + Clone {
        let mut known = self.known.iter();
        self.cells.iter().filter_map(move |(x, y, cell)| Some((*x, *y, cell.or_else(|| known.next())?)))
    }
}

/// Whether a cell is one letter in one column.
fn is_plain(cell: &Cell) -> bool {
    let symbol = cell.symbol();
    cell.diff_option == CellDiffOption::None
        && match symbol.as_bytes() {
            [byte] => !byte.is_ascii_control(),
            _ => symbol.chars().nth(1).is_none() && cell.cell_width() == 1,
        }
}

/// The cells of a screen, in rows.
#[derive(Clone, Copy)]
struct Rows<'a> {
    cells: &'a [Known],
    width: usize,
}

impl<'a> Rows<'a> {
    fn row(self, y: usize) -> &'a [Known] {
        &self.cells[y * self.width..(y + 1) * self.width]
    }

    fn height(self) -> usize {
        self.cells.len().checked_div(self.width).unwrap_or(0)
    }
}

/// How many cells of a row differ.
fn difference(before: &[Known], next: &[Known]) -> i64 {
    before.iter().zip(next).filter(|(before, next)| before != next).count() as i64
}

/// Whether all cells of a row are of one letter in one column.
fn are_plain(row: &[Known]) -> bool {
    row.iter().fold(0, |bits, cell| bits | cell.0) & OTHER == 0
}

/// What is moved so that most is saved, if it is worth it.
fn moved(before: Rows<'_>, next: Rows<'_>) -> Option<Moved> {
    let height = next.height();
    let by = most_common_shift(before, next)?;
    let plain = |y: usize| are_plain(before.row(y)) && are_plain(next.row(y));
    let blank = vec![Known::BLANK; next.width];
    // What each row saves where it gets the row so far below, and what one saves that gets none.
    let source = |y: usize| y.checked_add_signed(by).filter(|source| *source < height);
    let plain: Vec<bool> = (0..height).map(plain).collect();
    let own: Vec<i64> = (0..height).map(|y| difference(before.row(y), next.row(y))).collect();
    let saves = |y: usize| {
        let source = source(y).filter(|source| plain[y] && plain[*source])?;
        Some(own[y] - difference(before.row(source), next.row(y)))
    };
    // The run of rows that saves most (Kadane).
    let (mut best, mut sum, mut start) = ((0, 0..0), 0, 0);
    for y in 0..height {
        match saves(y) {
            Some(saved) if sum > 0 => sum += saved,
            Some(saved) => (sum, start) = (saved, y),
            None => sum = 0,
        }
        if sum > best.0 {
            best = (sum, start..y + 1);
        }
    }
    let (saved, rows) = best;
    if saved <= WORTH {
        return None;
    }
    // The rows that are moved in from beyond the run.
    let region =
        if by > 0 { rows.start..rows.end + by.unsigned_abs() } else { rows.start - by.unsigned_abs()..rows.end };
    let new = region.clone().filter(|y| !rows.contains(y));
    if !new.clone().all(|y| plain[y]) {
        return None;
    }
    let lost: i64 = new.map(|y| difference(&blank, next.row(y)) - own[y]).sum();
    (saved - lost > WORTH).then_some(Moved { top: region.start as u16, bottom: region.end as u16, by: by as i16 })
}

/// By how many rows most of what has changed is moved: what stood so far below stands here now.
fn most_common_shift(before: Rows<'_>, next: Rows<'_>) -> Option<isize> {
    let (old, new) = (hashes(before), hashes(next));
    let across = next.width.div_ceil(CHUNK) as isize;
    let has_changed = |(at, hash): &(usize, u64)| *hash != 0 && *hash != old[*at];
    let changed: Vec<(usize, u64)> = new.into_iter().enumerate().filter(has_changed).collect();
    let votes = |by: isize| {
        let stood = |at: usize| at.checked_add_signed(by * across).and_then(|from| old.get(from));
        changed.iter().filter(|(at, hash)| stood(*at) == Some(hash)).count()
    };
    let most = FARTHEST.min(next.height() / 2) as isize;
    // The nearest of those with most votes; where most agree on one, no other is asked.
    let mut best = (0, None);
    for by in (1..=most).flat_map(|by| [by, -by]) {
        let votes = votes(by);
        if votes > best.0 {
            best = (votes, Some(by));
        }
        if votes * 2 > changed.len() {
            break;
        }
    }
    best.1
}

/// A hash of every few columns of each row; 0 for those that are all blank.
fn hashes(rows: Rows<'_>) -> Vec<u64> {
    let mut out = Vec::with_capacity(rows.height() * rows.width.div_ceil(CHUNK));
    for cells in (0..rows.height()).flat_map(|y| rows.row(y).chunks(CHUNK)) {
        let symbols = cells.iter().map(|cell| cell.symbol());
        out.push(if symbols.clone().all(|symbol| symbol == u64::from(b' ')) { 0 } else { hash(symbols) });
    }
    out
}

/// The cells of rows that were moved which differ from what is to be there.
fn differing<'a>(before: Rows<'_>, next: Rows<'_>, moved: Moved) -> Vec<(u16, u16, Option<&'a Cell>)> {
    let rows = moved.top..moved.bottom;
    let blank = vec![Known::BLANK; next.width];
    let mut out = Vec::with_capacity(rows.len() * next.width);
    for y in rows.clone() {
        let source = y.checked_add_signed(moved.by).filter(|source| rows.contains(source));
        let there = source.map_or(&blank[..], |source| before.row(usize::from(source)));
        for (x, (there, next)) in (0..).zip(there.iter().zip(next.row(usize::from(y)))) {
            if there != next {
                out.push((x, y, None));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use ratatui::backend::{Backend, CrosstermBackend};
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    /// A terminal emulator, what it is thought to show, and the frame it was given last.
    struct Replayed {
        emulator: vt100::Parser,
        shown: Shown,
        frame: Buffer,
        moved: usize,
    }

    impl Replayed {
        fn new(width: u16, height: u16) -> Replayed {
            let cells = |n| std::num::NonZeroU16::new(n).unwrap();
            let emulator = vt100::Parser::new(cells(height), cells(width), 0);
            let frame = Buffer::empty(Rect::new(0, 0, width, height));
            Replayed { emulator, shown: Shown::default(), frame, moved: 0 }
        }

        /// Shows a frame; gives how many bytes were written.
        fn show(&mut self, frame: &Buffer) -> usize {
            let change = self.shown.change(self.frame.diff_iter(frame));
            self.frame = frame.clone();
            let mut out = Vec::new();
            if let Some(moved) = change.moved {
                moved.write(&mut out).unwrap();
                self.moved += 1;
            }
            let mut terminal = CrosstermBackend::new(&mut out);
            terminal.draw(change.cells()).unwrap();
            self.emulator.process(&out);
            out.len()
        }

        /// What is on the screen, with its colours, is what the frame painted whole would be.
        fn assert_is_painted(&self) {
            let mut whole = Replayed::new(self.frame.area.width, self.frame.area.height);
            whole.show(&self.frame);
            let (screen, expected) = (self.emulator.screen(), whole.emulator.screen());
            let cell = |screen: &vt100::Screen, y: u16, x: u16| {
                screen.cell(y, x).map(|cell| (cell.contents().to_string(), cell.fgcolor(), cell.bgcolor(), cell.bold()))
            };
            for (x, y) in (0..self.frame.area.height).flat_map(|y| (0..self.frame.area.width).map(move |x| (x, y))) {
                let (own, expected) = (cell(screen, y, x), cell(expected, y, x));
                let blank =
                    |told: &Option<(String, _, _, _)>| told.as_ref().is_none_or(|told| told.0.trim().is_empty());
                let same_ground = own.as_ref().map(|told| told.2) == expected.as_ref().map(|told| told.2);
                assert!(own == expected || (blank(&own) && blank(&expected) && same_ground), "{x}, {y}");
            }
        }
    }

    /// A story of numbered lines from one on, between borders, with a list beside it that stays; every so many lines
    /// has wide letters.
    fn frame(from: usize, wide: usize) -> Buffer {
        let mut frame = Buffer::empty(Rect::new(0, 0, 60, 20));
        frame.set_style(frame.area, Style::new().bg(Color::Indexed(234)));
        frame.set_string(0, 0, "┌ a story of many lines ┐", Style::new().fg(Color::Green));
        frame.set_string(0, 19, format!("└ {from} ┘"), Style::new());
        for y in 1..19u16 {
            let line = from + usize::from(y);
            let text =
                format!("{line} {}", &"the quick brown heron waits by the weir for a trout"[line * 7 % 20..][..24]);
            let text =
                if wide > 0 && line.is_multiple_of(wide) { "日本語の記事 一行".to_string() } else { text };
            let style = if line.is_multiple_of(5) { Style::new().fg(Color::Red) } else { Style::new() };
            frame.set_string(2, y, text, style);
            frame.set_string(40, y, format!("│ entry {y}"), Style::new().fg(Color::Blue));
        }
        frame
    }

    #[test]
    fn of_a_letter_in_a_column_all_is_known() {
        let mut colours = NAMED.to_vec();
        colours.extend([Color::Indexed(0), Color::Indexed(255), Color::Rgb(0, 0, 0), Color::Rgb(1, 2, 255)]);
        let mut styles = Styles::default();
        assert_eq!(styles.cell(Known::BLANK), Cell::default());
        for (at, colour) in colours.iter().enumerate() {
            let mut cell = Cell::default();
            cell.set_char(['a', ' ', 'é', '┌', '“'][at % 5]).set_fg(*colour).set_bg(colours[(at + 1) % colours.len()]);
            cell.underline_color = colours[(at + 2) % colours.len()];
            cell.modifier = Modifier::BOLD | Modifier::ITALIC;
            assert!(Known::of(&cell).is_plain());
            assert_eq!(styles.cell(Known::of(&cell)), cell);
            let next = cell.clone().set_char('n').clone();
            assert_eq!(styles.cell(Known::of(&next)), next, "in the same style");
        }
        assert_eq!(styles.cell(Known::BLANK), Cell::default());
        for symbol in ["日", "e\u{301}x", "\t"] {
            let mut cell = Cell::default();
            cell.set_symbol(symbol);
            assert!(!Known::of(&cell).is_plain(), "{symbol}");
        }
    }

    #[test]
    fn what_is_moved_ends_as_the_screen_that_a_full_repaint_gives() {
        for wide in [0, 4, 11] {
            let mut replayed = Replayed::new(60, 20);
            for from in [100, 101, 102, 104, 103, 99, 100, 109, 400, 401, 385, 386, 386, 387] {
                replayed.show(&frame(from, wide));
                replayed.assert_is_painted();
            }
            assert!(wide == 4 || replayed.moved >= 6, "{} with wide lines every {wide}", replayed.moved);
        }
    }

    #[test]
    fn a_line_of_scrolling_is_few_bytes() {
        let mut replayed = Replayed::new(60, 20);
        let whole = replayed.show(&frame(100, 0));
        let line = replayed.show(&frame(101, 0));
        assert!(line * 2 < whole, "{line} of {whole}");
        assert_eq!(replayed.moved, 1);
    }

    #[test]
    fn frames_of_no_likeness_are_painted_as_they_are() {
        let mut replayed = Replayed::new(60, 20);
        let mut other = frame(100, 0);
        other.set_string(3, 3, "words over it", Style::new());
        let mut small = Buffer::empty(other.area);
        small.set_string(0, 0, "x", Style::new());
        for frame in [&frame(1, 0), &other, &small, &other, &frame(7, 3)] {
            replayed.show(frame);
            replayed.assert_is_painted();
        }
    }
}
