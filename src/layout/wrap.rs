//! Breaks a text into lines of a given width.

use std::ops::Range;

use hypher::Lang;
use textwrap::core::Fragment;
use textwrap::wrap_algorithms::{Penalties, wrap_first_fit, wrap_optimal_fit};
use unicode_segmentation::UnicodeSegmentation;

use super::breaks::{self, Run};
use super::words::{self, Word, columns};

/// How a text is to be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrapping {
    /// Columns of the first line, at least 1.
    pub first: usize,
    /// Columns of the others, at least 1.
    pub rest: usize,
    pub optimal: bool,
    /// The last line is to be as long as the others: for headings.
    pub balanced: bool,
    /// Whose rules hyphenate words; none leaves them whole.
    pub language: Option<Lang>,
    /// Lines are kept, with their leading blanks; those that are too long are cut.
    pub verbatim: bool,
}

/// A line: a byte range of the text, without the white space at its end.
#[derive(Debug, Clone)]
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
        let rooms = Rooms { first: if lines.is_empty() { wrapping.first } else { wrapping.rest }, ..wrapping.rooms() };
        let whole = start..start + line.trim_end().len();
        if words::fits(&text[whole.clone()], rooms.first) {
            lines.push(Line { range: whole, hyphen: false, last: true });
        } else if wrapping.verbatim {
            cut(text, whole, rooms.first.min(rooms.rest), &mut lines);
        } else {
            fill(text, whole, rooms, wrapping, &mut lines);
        }
        start += line.len();
    }
    lines
}

/// The columns of the first line and of the others.
#[derive(Debug, Clone, Copy)]
pub struct Rooms {
    pub first: usize,
    pub rest: usize,
}

impl Rooms {
    /// As textwrap takes them: the last stands for all further lines.
    pub fn widths(self) -> [f64; 2] {
        [self.first as f64, self.rest as f64]
    }

    /// The columns of a line, counted from 0.
    pub fn of(self, line: usize) -> usize {
        if line == 0 { self.first } else { self.rest }
    }
}

impl Wrapping {
    fn rooms(&self) -> Rooms {
        Rooms { first: self.first, rest: self.rest }
    }
}

/// Cuts a line where it is full: after its last blank, or anywhere where it has none. Leading blanks are kept.
fn cut(text: &str, line: Range<usize>, room: usize, lines: &mut Vec<Line>) {
    let (mut start, mut end, mut width) = (line.start, line.start, 0);
    let mut after_blank = None;
    let mut worded = false;
    for grapheme in text[line].graphemes(true) {
        let wide = columns(grapheme);
        let blank = grapheme.trim().is_empty();
        if width + wide > room && width > 0 && !blank {
            let at = after_blank.take().unwrap_or(end);
            lines.push(Line { range: start..start + text[start..at].trim_end().len(), hyphen: false, last: false });
            (start, width) = (at, columns(&text[at..end]));
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

/// Breaks a line between words. Words are hyphenated only where the text is uneven without: TeX's two passes.
fn fill(text: &str, line: Range<usize>, rooms: Rooms, wrapping: &Wrapping, lines: &mut Vec<Line>) {
    let start = line.end - text[line.clone()].trim_start().len();
    let words = words::words(&text[start..line.end], start, rooms.first.min(rooms.rest), wrapping.language);
    let mut filled = distribute(&words, rooms, wrapping);
    let hyphenated;
    if let Some(language) = wrapping.language
        && is_uneven(&filled, rooms)
    {
        hyphenated = words::hyphenated(&words, text, language);
        filled = distribute(&hyphenated, rooms, wrapping);
    }
    let count = filled.len();
    lines.extend(filled.iter().enumerate().filter_map(|(at, words)| {
        let (first, last) = (words.first()?, words.last()?);
        Some(Line { range: first.range.start..last.range.end, hyphen: last.hyphen, last: at + 1 == count })
    }));
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

/// Distributes words over lines: as many to each as fit, or so that the paragraph is even as a whole.
fn distribute<'a>(words: &'a [Word], rooms: Rooms, wrapping: &Wrapping) -> Vec<&'a [Word]> {
    let first_fit = wrap_first_fit(words, &rooms.widths());
    match (wrapping.optimal, wrapping.balanced) {
        (true, true) => balanced(words, rooms, first_fit),
        (true, false) => optimal(words, rooms, &first_fit).unwrap_or(first_fit),
        _ => first_fit,
    }
}

/// What a last line of one short word costs: as much as ten columns left empty, which is seen less than a word left
/// alone.
const ALONE: usize = 100;

/// The lines whose ends are chosen together, so that the squares of what they leave empty are least in sum (Knuth and
/// Plass, "Breaking Paragraphs into Lines", 1981). None where such a line would be too full: a line that is too full
/// is dear, but textwrap may still prefer one to a line that is all but empty.
fn optimal<'a>(words: &'a [Word], rooms: Rooms, first_fit: &[&[Word]]) -> Option<Vec<&'a [Word]>> {
    let penalties = Penalties { short_last_line_penalty: ALONE, ..Penalties::new() };
    let lines = match breaks::runs(words, rooms, first_fit, &penalties) {
        Some(runs) => {
            let lines = wrap_optimal_fit(&runs, &rooms.widths(), &penalties).ok()?;
            let joined = |line: &&[Run]| Some(&words[line.first()?.words.start..line.last()?.words.end]);
            lines.iter().filter_map(joined).collect()
        }
        None => wrap_optimal_fit(words, &rooms.widths(), &penalties).ok()?,
    };
    let fits = |(at, line): (usize, &&[Word])| line.len() <= 1 || taken(line) <= rooms.of(at);
    lines.iter().enumerate().all(fits).then_some(lines)
}

/// The same number of lines as first fit makes, in the narrowest measure that makes no more: a heading's lines are of
/// about one length.
fn balanced<'a>(words: &'a [Word], rooms: Rooms, first_fit: Vec<&'a [Word]>) -> Vec<&'a [Word]> {
    let (mut narrow, mut wide) = (1, rooms.first.min(rooms.rest));
    let mut best = first_fit;
    while narrow < wide {
        let middle = narrow.midpoint(wide);
        let lines = wrap_first_fit(words, &[middle as f64]);
        if lines.len() <= best.len() && lines.iter().all(|line| taken(line) <= middle) {
            (best, wide) = (lines, middle);
        } else {
            narrow = middle + 1;
        }
    }
    best
}

/// The columns that a line of words takes.
fn taken(words: &[Word]) -> usize {
    let Some((last, others)) = words.split_last() else { return 0 };
    others.iter().map(|w| w.width + w.space).sum::<usize>() + last.width + usize::from(last.hyphen)
}

/// Columns that may stay empty at a line's end before words are hyphenated for its sake: one in so many.
const LOOSE: usize = 8;

/// Whether a line but the last leaves much of its width empty.
fn is_uneven(lines: &[&[Word]], rooms: Rooms) -> bool {
    let but_last = &lines[..lines.len().saturating_sub(1)];
    but_last.iter().enumerate().any(|(at, line)| rooms.of(at).saturating_sub(taken(line)) * LOOSE > rooms.of(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str, width: usize, change: impl Fn(&mut Wrapping)) -> Vec<String> {
        let mut wrapping =
            Wrapping { first: width, rest: width, optimal: true, balanced: false, language: None, verbatim: false };
        change(&mut wrapping);
        let shown = |line: Line| text[line.range].to_string() + if line.hyphen { "-" } else { "" };
        wrap(text, 0..text.len(), &wrapping).into_iter().map(shown).collect()
    }

    #[test]
    fn lines_are_evened_out_over_the_paragraph() {
        let text = "To be, or not to be: that is the question";
        assert_eq!(filled(text, 10, |w| w.optimal = false), ["To be, or", "not to be:", "that is", "the", "question"]);
        assert_eq!(filled(text, 10, |_| ()), ["To be,", "or not to", "be: that", "is the", "question"]);
    }

    #[test]
    fn a_short_word_is_not_left_alone_in_the_last_line() {
        let text = "{ and } step by paragraphs, ( and ) by captions, [ and ] by sidebars";
        let lines = ["{ and } step by paragraphs, ( and ) by captions, [ and ]", "by sidebars"];
        assert_eq!(filled(text, 66, |_| ()), lines);
    }

    #[test]
    fn a_heading_is_balanced() {
        let text = "Gull makes off with the mouse and a town learns to read";
        assert_eq!(filled(text, 45, |_| ()), ["Gull makes off with the mouse and a town", "learns to read"]);
        assert_eq!(
            filled(text, 45, |w| w.balanced = true),
            ["Gull makes off with the mouse", "and a town learns to read"]
        );
    }

    #[test]
    fn words_are_hyphenated_only_where_lines_are_uneven() {
        let text = "an extraordinarily uncomplicated representation";
        assert_eq!(
            filled(text, 22, |w| w.language = Some(Lang::English)),
            ["an extraordinarily", "uncomplicated repre-", "sentation"]
        );
        let even = "the representation of extraordinary circumstances";
        assert_eq!(
            filled(even, 19, |w| w.language = Some(Lang::English)),
            ["the representation", "of extraordinary", "circumstances"]
        );
    }

    #[test]
    fn a_word_that_is_wider_than_a_line_is_hyphenated_be_it_in_quotes() {
        let german = |text, width| filled(text, width, |w| w.language = Some(Lang::German));
        assert_eq!(german("die »Straßenbahnhaltestelle«", 14), ["die »Stra-", "ßenbahnhalte-", "stelle«"]);
        assert_eq!(german("Donaudampfschifffahrt", 12), ["Donaudampf-", "schifffahrt"]);
        assert_eq!(filled("Donaudampfschifffahrt", 12, |_| ()), ["Donaudampfsc", "hifffahrt"]);
        assert_eq!(german("https://example.org/straßenbahn", 12), ["https://", "example.org/", "straßenbahn"]);
    }

    #[test]
    fn verbatim_lines_keep_their_blanks() {
        let text = "if a {\n    return_something_long(b);\n}\n\nend";
        let lines = ["if a {", "    return_somet", "hing_long(b);", "}", "", "end"];
        assert_eq!(filled(text, 16, |w| w.verbatim = true), lines);
    }
}
