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
        if clean::is_folded(words) {
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

    /// The next run is a cell beside the one before.
    pub fn cell(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push_str(" | ");
        }
        self.blank = false;
    }

    /// The next run stands on a line of its own.
    pub fn row(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.blank = false;
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
        let open: Vec<(MarkKind, usize)> = self.open.iter().map(|(kind, _)| (kind.clone(), 0)).collect();
        let mut line = std::mem::replace(self, Line { open, ..Line::default() });
        while !line.open.is_empty() {
            line.close();
        }
        let Line { mut text, mut marks, span, linked, stressed, .. } = line;
        text.truncate(text.trim_end().len());
        marks.retain(|mark| mark.range.end <= text.len());
        marks.sort_by_key(|mark| (mark.range.start, std::cmp::Reverse(mark.range.end)));
        (!text.is_empty()).then_some(Finished { text, marks, span, linked, stressed })
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
