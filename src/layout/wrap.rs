//! Breaks a text into lines of a given width.

use std::ops::Range;

use hypher::Lang;
use textwrap::core::Fragment;
use textwrap::wrap_algorithms::{Penalties, wrap_first_fit, wrap_optimal_fit};
use unicode_segmentation::UnicodeSegmentation;

use super::words::{self, Word, columns};

/// How a text is to be broken.
pub struct Wrapping {
    /// Columns of the first line, at least 1.
    pub first: usize,
    /// Columns of the others, at least 1.
    pub rest: usize,
    pub optimal: bool,
    /// Whose rules hyphenate words; none leaves them whole.
    pub language: Option<Lang>,
    /// Lines are kept, with their leading blanks; those that are too long are cut.
    pub verbatim: bool,
}

/// A line: a byte range of the text, without the white space at its end.
pub struct Line {
    pub range: Range<usize>,
    pub hyphen: bool,
    /// It ends where the text's own line ends.
    pub last: bool,
}

/// The lines of a part of a text. Line ends in the text are kept.
pub fn wrap(text: &str, range: Range<usize>, wrapping: &Wrapping) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = range.start;
    for line in text[range].split_inclusive('\n') {
        let first = if lines.is_empty() { wrapping.first } else { wrapping.rest };
        let whole = start..start + line.trim_end().len();
        if columns(&text[whole.clone()]) <= first {
            lines.push(Line { range: whole, hyphen: false, last: true });
        } else if wrapping.verbatim {
            cut(text, whole, first, wrapping.rest, &mut lines);
        } else {
            fill(text, whole, first, wrapping, &mut lines);
        }
        start += line.len();
    }
    lines
}

/// Cuts a line where it is full: after its last blank, or anywhere where it has none. Leading blanks are kept.
fn cut(text: &str, line: Range<usize>, first: usize, rest: usize, lines: &mut Vec<Line>) {
    let (mut start, mut end, mut width, mut room) = (line.start, line.start, 0, first);
    let mut after_blank = None;
    let mut worded = false;
    for grapheme in text[line].graphemes(true) {
        let wide = columns(grapheme);
        let blank = grapheme.trim().is_empty();
        if width + wide > room && width > 0 && !blank {
            let at = after_blank.take().unwrap_or(end);
            lines.push(Line { range: start..start + text[start..at].trim_end().len(), hyphen: false, last: false });
            (start, width, room) = (at, columns(&text[at..end]), rest);
        }
        end += grapheme.len();
        width += wide;
        worded |= !blank;
        if blank && worded {
            after_blank = Some(end);
        }
    }
    lines.push(Line { range: start..end, hyphen: false, last: true });
}

/// Columns that may stay empty at a line's end before words are hyphenated for its sake: one in so many.
const LOOSE: usize = 8;

/// Breaks a line between words. Words are hyphenated only where the text is uneven without: TeX's two passes.
fn fill(text: &str, line: Range<usize>, first: usize, wrapping: &Wrapping, lines: &mut Vec<Line>) {
    let line = line.end - text[line.clone()].trim_start().len()..line.end;
    let words = words::words(&text[line.clone()], line.start, first.min(wrapping.rest));
    let widths = [first, wrapping.rest];
    let mut filled = broken(&words, widths, wrapping.optimal);
    let hyphenated;
    if let Some(language) = wrapping.language
        && is_uneven(&filled, widths)
    {
        hyphenated = words::hyphenated(&words, text, language);
        filled = broken(&hyphenated, widths, wrapping.optimal);
    }
    let count = filled.len();
    lines.extend(filled.iter().enumerate().filter_map(|(at, words)| {
        let (start, end) = (words.first()?, words.last()?);
        Some(Line { range: start.range.start..end.range.end, hyphen: end.hyphen, last: at + 1 == count })
    }));
}

/// Distributes words over lines of the first and the other widths.
fn broken(words: &[Word], [first, rest]: [usize; 2], optimal: bool) -> Vec<&[Word]> {
    let widths = [first as f64, rest as f64];
    // A line must never be too full, however empty that leaves another.
    let penalties = Penalties { overflow_penalty: 1_000_000_000, ..Penalties::new() };
    let chosen = if optimal { wrap_optimal_fit(words, &widths, &penalties).ok() } else { None };
    let fits = |lines: &Vec<&[Word]>| {
        lines.iter().enumerate().all(|(at, line)| taken(line) <= if at == 0 { first } else { rest })
    };
    chosen.filter(fits).unwrap_or_else(|| wrap_first_fit(words, &widths))
}

/// The columns that a line of words takes.
fn taken(words: &[Word]) -> usize {
    let Some((last, others)) = words.split_last() else { return 0 };
    others.iter().map(|w| w.width + w.space).sum::<usize>() + last.width + last.penalty_width() as usize
}

/// Whether a line but the last leaves much of its width empty.
fn is_uneven(lines: &[&[Word]], [first, rest]: [usize; 2]) -> bool {
    let but_last = &lines[..lines.len().saturating_sub(1)];
    but_last.iter().enumerate().any(|(at, line)| {
        let width = if at == 0 { first } else { rest };
        (width.saturating_sub(taken(line))) * LOOSE > width
    })
}
