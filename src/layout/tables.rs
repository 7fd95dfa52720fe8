//! The columns of a table, drawn one under the other. Its text stays as it is: `Day | Leaves`, a line to a row.

use std::ops::Range;
use std::sync::Arc;

use super::columns;
use super::wrap::Line;

/// What stands between two cells.
const BETWEEN: &str = " | ";

/// What stands before an empty cell at a line's end, where blanks are none.
const LAST: &str = " |";

/// The cells of a table's line, as they are written.
///
/// ```
/// use cutline::layout::cells_of;
///
/// assert_eq!(cells_of(" | 2023 | 2024").collect::<Vec<_>>(), ["", "2023", "2024"]);
/// assert_eq!(cells_of("Ferries | 12 |").collect::<Vec<_>>(), ["Ferries", "12", ""]);
/// ```
pub fn cells_of(line: &str) -> impl Iterator<Item = &str> {
    let (line, last) = line.strip_suffix(LAST).map_or((line, None), |line| (line, Some("")));
    line.split(BETWEEN).chain(last)
}

/// How wide each of a table's columns is: as its widest cell. None where they do not fit side by side into so many
/// columns of the screen, or where the lines are not cells of one and the same number; a line of one cell, as a
/// table's title is, may stand among them.
pub(super) fn widths(text: &str, lines: &[Line], room: usize) -> Option<Arc<[usize]>> {
    let mut widths: Vec<usize> = Vec::new();
    for line in lines {
        let line = line.last.then(|| &text[line.range.clone()])?;
        let cells = cells_of(line).count();
        if cells < 2 {
            continue;
        }
        if widths.is_empty() {
            widths.resize(cells, 0);
        } else if widths.len() != cells {
            return None;
        }
        for (width, cell) in widths.iter_mut().zip(cells_of(line)) {
            *width = columns(cell).max(*width);
        }
    }
    let whole = widths.iter().sum::<usize>() + BETWEEN.len() * widths.len().saturating_sub(1);
    (!widths.is_empty() && whole <= room).then(|| widths.into())
}

/// The cells of a table's line, each but the first with what stands before it, and the blank columns to add after it.
pub(super) fn cells(
    text: &str,
    line: Range<usize>,
    widths: Arc<[usize]>,
) -> impl Iterator<Item = (Range<usize>, usize)> + '_ {
    let Range { mut start, end } = line;
    let mut cell = 0;
    std::iter::from_fn(move || {
        let rest = text.get(start..end).filter(|rest| !rest.is_empty())?;
        let before = if cell == 0 { 0 } else { BETWEEN.len() };
        let border = |rest: &str| rest.find(BETWEEN).or(rest.strip_suffix(LAST).map(str::len));
        let next = rest.get(before..).and_then(border).map(|at| start + before + at);
        let run = start..next.unwrap_or(end);
        let width = widths.get(cell).copied().unwrap_or(0);
        let blanks = next.map_or(0, |_| width.saturating_sub(columns(&text[start + before..run.end])));
        start = run.end;
        cell += 1;
        Some((run, blanks))
    })
}

#[cfg(test)]
mod tests {
    use crate::document::{Block, Document, Kind};
    use crate::layout::{Item, Measure, rows};

    fn drawn(table: &str, width: usize) -> Vec<String> {
        let block = Block { kind: Kind::Table, text: Some(table.into()), ..Block::default() };
        let document = Document { blocks: vec![block], ..Document::default() };
        let row = |row: crate::layout::Row| {
            let drawn = |(run, blanks): (std::ops::Range<usize>, usize)| table[run].to_string() + &" ".repeat(blanks);
            row.runs(table).map(drawn).collect::<String>()
        };
        rows(&document, Item::Block(0), &Measure { width, ..Measure::default() }).into_iter().map(row).collect()
    }

    #[test]
    fn the_columns_of_a_table_line_up() {
        let table = "Timetable\nDay | Leaves | Pier\nTuesday | 09:30 | 1\n日 | 8 | 2";
        let lines = ["Timetable", "Day     | Leaves | Pier", "Tuesday | 09:30  | 1", "日      | 8      | 2"];
        assert_eq!(drawn(table, 23), lines);
    }

    #[test]
    fn empty_cells_take_the_room_of_their_columns() {
        let table = " | 2023 | 2024\nFerries | 12 | 14\nBoats |  | 3\nGulls | many | \nPiers | 2 |";
        let lines = [
            "        | 2023 | 2024",
            "Ferries | 12   | 14",
            "Boats   |      | 3",
            "Gulls   | many |",
            "Piers   | 2    |",
        ];
        assert_eq!(drawn(table, 30), lines);
    }

    #[test]
    fn a_table_is_left_as_it_is_where_its_columns_do_not_fit_or_cannot_be_told() {
        for (table, width) in [("Day | Leaves\nTuesday | 09:30", 15), ("a | b\nlong | c | d\n", 40), ("one\ntwo", 40)] {
            assert_eq!(drawn(table, width), table.lines().collect::<Vec<_>>(), "{width}");
        }
    }
}
