//! Cuts a line of text into the words between which it may be broken, measured as they are drawn.

use std::ops::Range;

use hypher::Lang;
use textwrap::WordSeparator;
use textwrap::core::Fragment;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::hyphens;

/// The columns that a text takes on the screen: the widths of its graphemes, as ratatui draws them.
///
/// ```
/// use cutline::layout::columns;
///
/// assert_eq!(columns("Zoë"), 3);
/// assert_eq!(columns("日本語"), 6);
/// assert_eq!(columns("👨\u{200d}👩\u{200d}👧"), 2);
/// ```
pub fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(width).sum() }
}

/// The columns of one grapheme. Halfwidth voicing marks are drawn in a column of their own.
fn width(grapheme: &str) -> usize {
    grapheme.width() + grapheme.chars().filter(|c| matches!(c, '\u{ff9e}' | '\u{ff9f}')).count()
}

/// Something that is not broken, and the blank after it.
#[derive(Debug, Clone)]
pub struct Word {
    pub range: Range<usize>,
    pub width: usize,
    /// Columns of the blank after it, which vanishes at the end of a row.
    pub space: usize,
    /// At the end of a row it gets a hyphen.
    pub hyphen: bool,
}

impl Fragment for Word {
    fn width(&self) -> f64 {
        self.width as f64
    }

    fn whitespace_width(&self) -> f64 {
        self.space as f64
    }

    fn penalty_width(&self) -> f64 {
        f64::from(u8::from(self.hyphen))
    }
}

/// The words of a line, none wider than `widest`. `start` is the line's place in its text.
pub fn words(line: &str, start: usize, widest: usize) -> Vec<Word> {
    let mut words = Vec::with_capacity(line.len() / 5);
    let mut at = start;
    for found in WordSeparator::UnicodeBreakProperties.find_words(line) {
        let mut rest = found.word;
        while let Some(hyphen) = compound(rest) {
            push(&mut words, &rest[..hyphen], at, 0, widest);
            at += hyphen;
            rest = &rest[hyphen..];
        }
        push(&mut words, rest, at, columns(found.whitespace), widest);
        at += rest.len() + found.whitespace.len();
    }
    words
}

/// Where a compound such as `well-known` may be broken, after its first hyphen. Addresses and numbers are not.
fn compound(word: &str) -> Option<usize> {
    let hyphen = word.find('-')?;
    let (before, after) = (&word[..hyphen], &word[hyphen + 1..]);
    let breaks = before.chars().filter(|c| c.is_alphabetic()).count() > 1
        && after.chars().take(2).filter(|c| c.is_alphabetic()).count() == 2
        && !word.contains(['/', '@', '.']);
    breaks.then_some(hyphen + 1)
}

/// Adds a word, cut between graphemes where it is too wide for any row.
fn push(words: &mut Vec<Word>, word: &str, start: usize, space: usize, widest: usize) {
    let width = columns(word);
    if width <= widest {
        words.push(Word { range: start..start + word.len(), width, space, hyphen: false });
        return;
    }
    let mut part = Word { range: start..start, width: 0, space: 0, hyphen: false };
    for grapheme in word.graphemes(true) {
        let width = self::width(grapheme);
        if part.width + width > widest && part.width > 0 {
            let next = Word { range: part.range.end..part.range.end, width: 0, ..part };
            words.push(std::mem::replace(&mut part, next));
        }
        part.range.end += grapheme.len();
        part.width += width;
    }
    words.push(Word { space, ..part });
}

/// The words, cut further where they may be hyphenated.
pub fn hyphenated(words: &[Word], text: &str, language: Lang) -> Vec<Word> {
    let mut out = Vec::with_capacity(words.len() * 3 / 2);
    for word in words {
        let mut start = word.range.start;
        for point in hyphens::points(&text[word.range.clone()], language) {
            let range = start..word.range.start + point;
            start = range.end;
            out.push(Word { width: columns(&text[range.clone()]), range, space: 0, hyphen: true });
        }
        let range = start..word.range.end;
        out.push(Word { width: columns(&text[range.clone()]), range, ..*word });
    }
    out
}
