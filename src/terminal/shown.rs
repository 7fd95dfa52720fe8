//! What the terminal shows, and how it comes to show something else in few bytes.
//!
//! 1. Where most of what changes is only moved up or down by some rows, the terminal moves it: those rows are made its
//!    scroll region (DECSTBM), and lines in it are deleted or inserted. A pane beside what moves is moved too, and then
//!    mended; whether that is worth it is counted.
//! 2. What then differs is written. A few cells between two that differ are written too: to jump over them is longer.
//!
//! Rows with wide letters and with clusters are never moved.

use std::io::{self, Write};

use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::style::Color;

/// Cells that must be saved for rows to be moved.
const WORTH: i64 = 100;
/// Bytes between two changed cells that are written rather than jumped over.
const BRIDGED: usize = 7;
/// Columns that are compared at once when looking for what has moved.
const CHUNK: usize = 8;
/// Rows that anything is moved by, at most.
const FARTHEST: usize = 16;

/// The cells of a screen, row by row.
#[derive(Debug)]
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

fn bits(colour: Color) -> u32 {
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
    match colour {
        Color::Reset => 0,
        Color::Indexed(index) => 1 << 24 | u32::from(index),
        Color::Rgb(r, g, b) => 1 << 25 | u32::from_be_bytes([0, r, g, b]),
        named => NAMED.iter().position(|known| *known == named).unwrap_or_default() as u32,
    }
}

/// All of a cell but its letter, in bits.
fn style(cell: &Cell) -> u128 {
    let colours = [cell.underline_color, cell.bg, cell.fg];
    let style = colours.into_iter().fold(0, |style, colour| style << COLOUR_BITS | u128::from(bits(colour)));
    style << u16::BITS | u128::from(cell.modifier.bits())
}

fn has_style_of(cell: &Cell, other: &Cell) -> bool {
    (cell.fg, cell.bg, cell.underline_color, cell.modifier)
        == (other.fg, other.bg, other.underline_color, other.modifier)
}

impl Known {
    const BLANK: Known = Known(b' ' as u128);
    /// Under the rest of a wide letter.
    const COVERED: Known = Known(OTHER);
    /// Under the rest of an emoji by its variation selector, which not every terminal takes for wide.
    const HALF_COVERED: Known = Known(OTHER | 1);

    /// What is known of a cell in a [`style`].
    fn of(cell: &Cell, style: u128) -> Known {
        let symbol = cell.symbol();
        match *symbol.as_bytes() {
            [letter @ b' '..=b'~'] => Known(style << LETTER_BITS | u128::from(letter)),
            _ => match (symbol.chars().next(), symbol.chars().nth(1)) {
                (Some(letter), None) if cell.cell_width() == 1 => Known(style << LETTER_BITS | letter as u128),
                _ => {
                    let style = hash([style as u64, (style >> 64) as u64]);
                    Known(OTHER | u128::from(style >> 1) << 64 | u128::from(hash(symbol.bytes().map(u64::from))))
                }
            },
        }
    }

    fn is_plain(self) -> bool {
        self.0 & OTHER == 0
    }

    fn is_covered(self) -> bool {
        [Known::COVERED, Known::HALF_COVERED].contains(&self)
    }

    /// Its letter as a number, or its symbol's hash.
    fn symbol(self) -> u64 {
        if self.is_plain() { self.0 as u64 & ((1 << LETTER_BITS) - 1) } else { self.0 as u64 }
    }

    /// Bytes of its letter.
    fn len(self) -> usize {
        u32::try_from(self.symbol()).ok().and_then(char::from_u32).map_or(1, char::len_utf8)
    }

    fn has_style_of(self, other: Known) -> bool {
        self.is_plain() && other.is_plain() && self.0 >> LETTER_BITS == other.0 >> LETTER_BITS
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
    /// The row that is moved to this one; none where lines are inserted.
    fn source(self, y: usize) -> Option<usize> {
        let rows = usize::from(self.top)..usize::from(self.bottom);
        if rows.contains(&y) {
            y.checked_add_signed(self.by.into()).filter(|source| rows.contains(source))
        } else {
            Some(y)
        }
    }

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

/// What the terminal is to do to show something else.
#[derive(Debug)]
pub struct Change {
    /// What it is to move first.
    pub moved: Option<Moved>,
    /// The column and row of each cell that is then written, in that order.
    pub cells: Vec<(u16, u16)>,
}

impl Shown {
    /// A frame, once it is shown.
    pub fn of(frame: &Buffer) -> Shown {
        let width = usize::from(frame.area.width);
        let mut cells = Vec::with_capacity(frame.content.len());
        // Those in a row mostly have one style.
        let mut last = (&Cell::EMPTY, style(&Cell::EMPTY));
        for row in frame.content.chunks(width.max(1)) {
            let mut covered = (0, Known::COVERED);
            for cell in row {
                if covered.0 > 0 {
                    covered.0 -= 1;
                    cells.push(covered.1);
                    continue;
                }
                if !has_style_of(cell, last.0) {
                    last = (cell, style(cell));
                }
                let known = Known::of(cell, last.1);
                if !known.is_plain() {
                    let is_emoji = cell.symbol().contains('\u{fe0f}');
                    let cover = if is_emoji { Known::HALF_COVERED } else { Known::COVERED };
                    covered = (cell.cell_width().saturating_sub(1), cover);
                }
                cells.push(known);
            }
        }
        Shown { cells, width }
    }

    /// What is to be written on a cleared screen to show this.
    pub fn whole(&self) -> Change {
        let (rows, blank) = (self.rows(), vec![Known::BLANK; self.width]);
        let mut cells = Vec::with_capacity(self.cells.len());
        (0..rows.height()).for_each(|y| write_row(y as u16, &blank, rows.row(y), &mut cells));
        Change { moved: None, cells }
    }

    /// What is to be done to show something else, in a window of the same size.
    pub fn change(&self, next: &Shown) -> Change {
        let (before, next) = (self.rows(), next.rows());
        let moved = moved(before, next);
        let blank = vec![Known::BLANK; next.width];
        let mut cells = Vec::with_capacity(next.cells.len());
        for y in 0..next.height() {
            let there = moved.map_or(Some(y), |moved| moved.source(y)).map_or(&blank[..], |source| before.row(source));
            if there != next.row(y) {
                write_row(y as u16, there, next.row(y), &mut cells);
            }
        }
        Change { moved, cells }
    }

    fn rows(&self) -> Rows<'_> {
        Rows { cells: &self.cells, width: self.width }
    }
}

/// The cells of a row that are written so that it shows something else, with those between them that are written rather
/// than jumped over.
fn write_row(y: u16, there: &[Known], next: &[Known], cells: &mut Vec<(u16, u16)>) {
    let mut last: Option<usize> = None;
    for x in (0..next.len()).filter(|x| there[*x] != next[*x] && !next[*x].is_covered()) {
        if let Some(last) = last
            && x - last - 1 <= BRIDGED
            && next[last + 1..x].iter().all(|cell| cell.has_style_of(next[last]))
            && next[last + 1..x].iter().map(|cell| cell.len()).sum::<usize>() <= BRIDGED
        {
            cells.extend((last + 1..x).map(|x| (x as u16, y)));
        }
        // Where it is not taken for wide, what stood beside it would stay.
        let beside = x + 1;
        if next.get(beside) == Some(&Known::HALF_COVERED) && !there[beside].is_covered() {
            cells.push((beside as u16, y));
        }
        cells.push((x as u16, y));
        last = Some(x);
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
    let own: Vec<i64> = (0..height).map(|y| difference(before.row(y), next.row(y))).collect();
    if own.iter().sum::<i64>() <= WORTH {
        return None;
    }
    let by = most_common_shift(before, next)?;
    let plain = |y: usize| are_plain(before.row(y)) && are_plain(next.row(y));
    let blank = vec![Known::BLANK; next.width];
    // What each row saves where it gets the row so far below, and what one saves that gets none.
    let source = |y: usize| y.checked_add_signed(by).filter(|source| *source < height);
    let plain: Vec<bool> = (0..height).map(plain).collect();
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

#[cfg(test)]
mod tests {
    use ratatui::backend::{Backend, CrosstermBackend};
    use ratatui::layout::Rect;
    use ratatui::style::{Modifier, Style};

    use super::*;

    /// A terminal emulator, the frame it was given last and what that shows, and how often something was moved.
    struct Replayed {
        emulator: vt100::Parser,
        frame: Buffer,
        /// None before the first frame, which is written on a cleared screen.
        shown: Option<Shown>,
        moved: usize,
    }

    impl Replayed {
        fn new(width: u16, height: u16) -> Replayed {
            let cells = |n| std::num::NonZeroU16::new(n).unwrap();
            let emulator = vt100::Parser::new(cells(height), cells(width), 0);
            Replayed { emulator, frame: Buffer::empty(Rect::new(0, 0, width, height)), shown: None, moved: 0 }
        }

        /// Shows a frame; gives how many bytes were written.
        fn show(&mut self, frame: &Buffer) -> usize {
            let next = Shown::of(frame);
            let change = self.shown.as_ref().map_or_else(|| next.whole(), |shown| shown.change(&next));
            (self.frame, self.shown) = (frame.clone(), Some(next));
            let mut out = Vec::new();
            if let Some(moved) = change.moved {
                moved.write(&mut out).unwrap();
                self.moved += 1;
            }
            let mut terminal = CrosstermBackend::new(&mut out);
            terminal.draw(change.cells.iter().map(|(x, y)| (*x, *y, &frame[(*x, *y)]))).unwrap();
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
    fn no_two_letters_or_styles_are_taken_for_one() {
        let colours = [Color::Reset, Color::Black, Color::White, Color::Indexed(0), Color::Rgb(0, 0, 0)];
        let mut cells = vec![];
        for symbol in [" ", "a", "é", "┌", "日", "e\u{301}x", "❤\u{fe0f}"] {
            for (at, colour) in colours.iter().enumerate() {
                let mut cell = Cell::default();
                cell.set_symbol(symbol).set_fg(*colour).set_bg(colours[(at + 1) % colours.len()]);
                cells.push(cell.clone());
                cell.modifier = Modifier::ITALIC;
                cells.push(cell.clone());
                cell.underline_color = *colour;
                cells.push(cell);
            }
        }
        let known = |cell| Known::of(cell, style(cell));
        for (one, other) in cells.iter().flat_map(|one| cells.iter().map(move |other| (one, other))) {
            assert_eq!(known(one) == known(other), one == other, "{one:?} {other:?}");
            assert_eq!(has_style_of(one, other), style(one) == style(other), "{one:?} {other:?}");
        }
        assert_eq!(cells.iter().filter(|cell| known(cell).is_plain()).count(), cells.len() * 4 / 7);
    }

    #[test]
    fn wide_letters_come_and_go_whole() {
        let mut replayed = Replayed::new(12, 1);
        for line in
            ["abcdefghijkl", "日本語日本語", "a日本語日本b", "ab日cd", "❤\u{fe0f}日❤\u{fe0f}bcde", "日本語日本語", "x"]
        {
            let mut frame = Buffer::empty(replayed.frame.area);
            frame.set_string(0, 0, line, Style::new().bg(Color::Indexed(17)));
            replayed.show(&frame);
            replayed.assert_is_painted();
        }
        // Where an emoji is taken for narrow, no letter stays beside it.
        let (letters, mut emoji) = (Buffer::with_lines(["abc"]), Buffer::empty(Rect::new(0, 0, 3, 1)));
        emoji.set_string(0, 0, "❤\u{fe0f}c", Style::new());
        assert_eq!(Shown::of(&letters).change(&Shown::of(&emoji)).cells, [(1, 0), (0, 0)]);
        assert_eq!(Shown::of(&emoji).change(&Shown::of(&letters)).cells, [(0, 0), (1, 0)]);
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
