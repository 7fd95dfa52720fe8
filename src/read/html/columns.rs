//! The columns of a table, as cells that span several of them and several rows take them.

/// Where the next cell of a table stands.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// Of each column, how many rows from here on are taken by a cell above.
    taken: Vec<usize>,
    /// The column that comes next.
    next: usize,
}

impl Columns {
    /// So many columns: what spans more ends with the last.
    pub fn new(count: usize) -> Columns {
        Columns { taken: vec![0; count], next: 0 }
    }

    /// Passes over the columns that cells above take; says how many.
    pub fn taken(&mut self) -> usize {
        let taken = self.taken.iter_mut().skip(self.next).take_while(|rows| **rows > 0);
        let count = taken.map(|rows| *rows -= 1).count();
        self.next += count;
        count
    }

    /// Places a cell; says how many more columns of its row it takes. A span of no rows goes on to the last.
    pub fn fill(&mut self, columns: usize, rows: usize) -> usize {
        let below = rows.checked_sub(1).unwrap_or(usize::MAX);
        let spanned = self.taken.iter_mut().skip(self.next).take(columns.max(1));
        let count = spanned.map(|taken| *taken = below).count();
        self.next += count.max(1);
        count.saturating_sub(1)
    }

    /// Ends a row; says how many columns behind its last cell it has, up to the last that a cell above takes.
    pub fn end_row(&mut self) -> usize {
        let rest = self.taken.get_mut(self.next..).unwrap_or_default();
        let count = rest.iter().rposition(|rows| *rows > 0).map_or(0, |last| last + 1);
        rest.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
        self.next = 0;
        count
    }

    /// Ends a part of the table: no cell reaches into the next.
    pub fn end_section(&mut self) {
        self.taken.fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_below_one_that_spans_rows_stand_beside_it() {
        let mut columns = Columns::new(3);
        assert_eq!((columns.taken(), columns.fill(1, 2), columns.taken(), columns.fill(2, 1)), (0, 0, 0, 1));
        assert_eq!(columns.end_row(), 0);
        assert_eq!((columns.taken(), columns.fill(1, 1), columns.taken(), columns.fill(1, 0)), (1, 0, 0, 0));
        assert_eq!(columns.end_row(), 0);
        assert_eq!((columns.taken(), columns.fill(1, 1), columns.end_row()), (0, 0, 2), "to the last row");
    }

    #[test]
    fn no_span_is_wider_than_its_table() {
        let mut columns = Columns::new(2);
        assert_eq!(columns.fill(usize::MAX, usize::MAX), 1);
        assert_eq!((columns.fill(3, 3), columns.end_row()), (0, 0), "more cells than there are columns");
        assert_eq!(Columns::default().fill(0, 1), 0);
    }
}
