//! A block's shown text in the making: runs of text are mended, cleaned and folded as they come, and marks know where
//! in the folded text they begin and end.

use std::ops::Range;

use crate::clean;
use crate::document::{Mark, MarkKind};
use crate::mend;

/// The text so far.
#[derive(Debug, Default)]
pub struct Line {
    text: String,
    marks: Vec<Mark>,
    /// Marks whose end has not come, outermost first, and where they begin.
    open: Vec<(MarkKind, usize)>,
    span: Option<Range<usize>>,
    linked: usize,
    stressed: usize,
    /// A blank is due before the next word.
    blank: bool,
    /// Where the text's own lines end, if their ends are to be kept.
    ends: Vec<usize>,
    /// Of a table: the row in the making.
    row: Option<Row>,
}

/// A row of a table.
#[derive(Debug, Default)]
struct Row {
    /// Where it begins.
    start: usize,
    cells: usize,
    /// Whether a cell has words in it.
    worded: bool,
}

/// A finished text.
#[derive(Debug, PartialEq)]
pub struct Finished {
    pub text: String,
    /// Sorted by start.
    pub marks: Vec<Mark>,
    /// From the first of its runs to the last in the source.
    pub span: Option<Range<usize>>,
    /// Bytes of the text within links, and in bold or italic type.
    pub linked: usize,
    pub stressed: usize,
    /// Where a blank stands for the end of a line of the text's own.
    ends: Vec<usize>,
}

/// What stands between two cells of a table.
const BETWEEN: &str = " | ";
const BORDER: &str = "|";

/// The most characters of a line of verse.
const VERSE: usize = 60;

impl Finished {
    /// Keeps the text's own lines where they are plainly meant, as those of verse and of an address are: three or more,
    /// and all of them short.
    pub fn keep_lines(&mut self) {
        let blanks = self.ends.iter().copied().filter(|end| self.text[*end..].starts_with(' '));
        let (mut lines, mut start) = (Vec::new(), 0);
        for end in blanks.chain([self.text.len()]) {
            if end > start {
                lines.push(&self.text[start..end]);
                start = end + 1;
            }
        }
        if lines.len() > 2 && lines.iter().all(|line| line.chars().count() <= VERSE) {
            self.text = lines.join("\n");
        }
    }
}

impl Line {
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether what comes is marked so already.
    pub fn is_open(&self, kind: &MarkKind) -> bool {
        self.open.iter().any(|(open, _)| open == kind)
    }

    pub fn is_linked(&self) -> bool {
        self.open.iter().any(|(kind, _)| matches!(kind, MarkKind::Link(_)))
    }

    /// Whether what comes is in a word, or goes on right behind one.
    pub fn is_in_word(&self) -> bool {
        !self.blank && self.text.ends_with(char::is_alphanumeric)
    }

    /// Whether the last of the text is such a character.
    pub fn ends_with(&self, is: impl Fn(char) -> bool) -> bool {
        self.text.ends_with(is)
    }

    /// Whether a new phrase could begin here, with a capital.
    pub fn ends_a_phrase(&self) -> bool {
        let ends =
            |c: char| c.is_lowercase() || c.is_ascii_digit() || matches!(c, '.' | ',' | ':' | '!' | '?' | ')' | '”');
        self.text.ends_with(ends)
    }

    /// Appends a run of text that stands at `span` in the source, its white space folded.
    pub fn push(&mut self, run: &str, span: Range<usize>) {
        let mended = mend::mended(run);
        let run = clean::visible(&mended);
        if run.trim().is_empty() {
            self.blank |= !run.is_empty();
            return;
        }
        self.blank |= run.starts_with(char::is_whitespace);
        let before = self.text.len();
        let words = run.trim();
        if self.row.is_some() && words.contains(BORDER) {
            // A bar in a cell is none between two: it is written as in Markdown.
            words.split_whitespace().for_each(|word| self.push_word(if word == BORDER { "\\|" } else { word }));
        } else if clean::is_folded(words) {
            self.push_word(words);
        } else {
            words.split_whitespace().for_each(|word| self.push_word(word));
        }
        self.blank = run.ends_with(char::is_whitespace);
        self.pushed(before, span);
    }

    /// Appends a word, or several with a blank between each two, after a blank where one is due; after it one is.
    fn push_word(&mut self, word: &str) {
        if std::mem::replace(&mut self.blank, true) && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push(' ');
        }
        clean::append(&mut self.text, word);
    }

    /// Appends a run of text as it is, lines and all.
    pub fn push_lines(&mut self, run: &str, span: Range<usize>) {
        let before = self.text.len();
        let run = if before == 0 { run.trim_start_matches('\n') } else { run };
        clean::append(&mut self.text, &clean::visible(&mend::mended(run)));
        self.pushed(before, span);
    }

    fn pushed(&mut self, before: usize, span: Range<usize>) {
        let start = self.span.as_ref().map_or(span.start, |all| all.start);
        self.span = Some(start..span.end);
        let added = self.text.len() - before;
        if let Some(row) = &mut self.row {
            row.worded = true;
        }
        if self.is_linked() {
            self.linked += added;
        }
        if self.open.iter().any(|(kind, _)| matches!(kind, MarkKind::Emphasis | MarkKind::Strong)) {
            self.stressed += added;
        }
    }

    /// A blank is due before the next word.
    pub fn blank(&mut self) {
        self.blank = true;
    }

    /// The text's own line ends here; that is a blank, unless the reader of the whole text knows better.
    pub fn end(&mut self) {
        self.blank = true;
        if !self.text.is_empty() {
            self.ends.push(self.text.len());
        }
    }

    /// Puts a sign before or after words, without a blank between.
    pub fn sign(&mut self, sign: &str, opens: bool) {
        if opens {
            let blank = std::mem::take(&mut self.blank);
            if blank && !self.text.is_empty() && !self.text.ends_with('\n') {
                self.text.push(' ');
            }
        }
        self.text.push_str(sign);
    }

    /// The next run stands on a line of its own.
    pub fn next_line(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.blank = false;
    }

    /// The next run is a cell of a table, beside the one before.
    pub fn cell(&mut self) {
        let start = self.text.len();
        let row = self.row.get_or_insert(Row { start, ..Row::default() });
        if row.cells > 0 {
            self.text.push_str(BETWEEN);
        }
        row.cells += 1;
        self.blank = false;
    }

    /// The next run is in a new row of a table.
    pub fn row(&mut self) {
        self.end_row();
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.row = Some(Row { start: self.text.len(), ..Row::default() });
        self.blank = false;
    }

    /// Ends a row, which is none where all its cells are empty.
    fn end_row(&mut self) {
        if let Some(row) = self.row.take().filter(|row| !row.worded) {
            self.text.truncate(row.start);
            self.open.iter_mut().for_each(|(_, start)| *start = row.start.min(*start));
        }
    }

    /// What comes is marked, until [`Line::close`].
    pub fn open(&mut self, kind: MarkKind) {
        self.open.push((kind, self.text.len()));
    }

    /// Ends the mark opened last.
    pub fn close(&mut self) {
        if let Some((kind, start)) = self.open.pop() {
            self.mark(kind, start);
        }
    }

    fn mark(&mut self, kind: MarkKind, start: usize) {
        let marked = &self.text[start..];
        let range = start + marked.len() - marked.trim_start().len()..self.text.trim_end().len();
        if range.start < range.end {
            self.marks.push(Mark { range, kind });
        }
    }

    /// The text so far, if there is any; marks that are open stay so for what comes next.
    pub fn take(&mut self) -> Option<Finished> {
        self.end_row();
        let open: Vec<(MarkKind, usize)> = self.open.iter().map(|(kind, _)| (kind.clone(), 0)).collect();
        let mut line = std::mem::replace(self, Line { open, ..Line::default() });
        while !line.open.is_empty() {
            line.close();
        }
        let Line { mut text, mut marks, span, linked, stressed, ends, .. } = line;
        text.truncate(text.trim_end().len());
        marks.retain(|mark| mark.range.end <= text.len());
        marks.sort_by_key(|mark| (mark.range.start, std::cmp::Reverse(mark.range.end)));
        (!text.is_empty()).then_some(Finished { text, marks, span, linked, stressed, ends })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_lie_over_the_folded_text() {
        let mut line = Line::default();
        line.push("  An ", 0..5);
        line.open(MarkKind::Strong);
        line.push(" old\n", 5..10);
        line.close();
        line.push(" house", 10..16);
        let finished = line.take().unwrap();
        assert_eq!(finished.text, "An old house");
        assert_eq!(finished.marks, [Mark { range: 3..6, kind: MarkKind::Strong }]);
        assert_eq!((finished.span, finished.stressed), (Some(0..16), 4));
    }

    fn table(rows: &[&[&str]]) -> String {
        let mut line = Line::default();
        for row in rows {
            line.row();
            for cell in *row {
                line.cell();
                line.push(cell, 0..1);
            }
        }
        line.take().map(|finished| finished.text).unwrap_or_default()
    }

    #[test]
    fn empty_cells_keep_their_columns() {
        assert_eq!(table(&[&["", "2023", "2024"], &["Ferries", "12", "14"]]), " | 2023 | 2024\nFerries | 12 | 14");
        assert_eq!(table(&[&["a", "", ""], &["", "", "c"], &["d", "e", ""]]), "a |  | \n |  | c\nd | e |");
        assert_eq!(table(&[&["", ""], &["a", "b"], &["", ""]]), "a | b", "rows without words are none");
        assert_eq!(table(&[&[""]]), "");
    }

    #[test]
    fn a_bar_in_a_cell_is_none_between_two() {
        assert_eq!(table(&[&["a | b", "c||d"]]), "a \\| b | c||d");
    }

    #[test]
    fn a_mark_in_a_row_that_is_none_goes_with_it() {
        let mut line = Line::default();
        line.row();
        line.cell();
        line.cell();
        line.open(MarkKind::Strong);
        line.row();
        line.cell();
        line.push("one", 0..3);
        line.close();
        let finished = line.take().unwrap();
        assert_eq!((finished.text.as_str(), &finished.marks[0].range), ("one", &(0..3)));
    }

    #[test]
    fn short_lines_are_kept_where_they_are_three() {
        let kept = |lines: &[&str]| {
            let mut line = Line::default();
            for text in lines {
                line.push(text, 0..1);
                line.end();
            }
            let mut finished = line.take().unwrap();
            finished.keep_lines();
            finished.text
        };
        assert_eq!(kept(&["The boat", "is out", "", "at sea"]), "The boat\nis out\nat sea");
        assert_eq!(kept(&["The boat", "is out"]), "The boat is out");
        let long = "a line of which there are a few and each as long as the page is wide";
        assert_eq!(kept(&["The boat", "is out", long]), format!("The boat is out {long}"));
    }

    #[test]
    fn a_mark_goes_on_in_the_next_text() {
        let mut line = Line::default();
        line.open(MarkKind::Emphasis);
        line.push("one", 0..3);
        assert_eq!(line.take().unwrap().marks, [Mark { range: 0..3, kind: MarkKind::Emphasis }]);
        line.push("two", 3..6);
        line.close();
        assert_eq!(line.take().unwrap().marks, [Mark { range: 0..3, kind: MarkKind::Emphasis }]);
        assert_eq!(line.take(), None);
    }
}
