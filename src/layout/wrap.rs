//! Breaks a text into lines of a given width.

use std::ops::Range;

use hypher::Lang;
use unicode_segmentation::UnicodeSegmentation;

use super::words::{self, Word, columns};

/// How a text is to be broken.
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
#[derive(Clone, Copy)]
struct Rooms {
    first: usize,
    rest: usize,
}

impl Rooms {
    fn of(self, line: usize) -> usize {
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
    let mut words = words::words(&text[start..line.end], start, rooms.first.min(rooms.rest));
    let distribute = |words: &[Word], rooms| {
        if wrapping.optimal { optimal_fit(words, rooms, wrapping.balanced) } else { first_fit(words, rooms) }
    };
    let mut ends = distribute(&words, rooms);
    if let Some(language) = wrapping.language
        && is_uneven(&words, &ends, rooms)
    {
        words = words::hyphenated(&words, text, language);
        ends = distribute(&words, rooms);
    }
    let mut start = 0;
    for end in &ends {
        let (first, last) = (&words[start], &words[end - 1]);
        let range = first.range.start..last.range.end;
        lines.push(Line { range, hyphen: last.hyphen, last: *end == words.len() });
        start = *end;
    }
}

/// Puts into each line as many words as fit. For each line, the index after its last word.
fn first_fit(words: &[Word], rooms: Rooms) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut taken = 0;
    for (at, word) in words.iter().enumerate() {
        let start = ends.last().copied().unwrap_or(0);
        if at > start && taken + word.width + usize::from(word.hyphen) > rooms.of(ends.len()) {
            ends.push(at);
            taken = 0;
        }
        taken += word.width + word.space;
    }
    if !words.is_empty() {
        ends.push(words.len());
    }
    ends
}

/// What a line costs, however full, so that no more lines are made than are needed.
const LINE_COST: u64 = 1000;
/// What a hyphen at a line's end costs: as much as eight columns left empty.
const HYPHEN_COST: u64 = 64;
/// What it costs if the last line is shorter than a quarter of the measure.
const SHORT_LAST_COST: u64 = 100;

/// Chooses the ends of all lines together, so that the squares of what they leave empty are least in sum: Knuth and
/// Plass, "Breaking Paragraphs into Lines" (1981), by dynamic programming over the words. Each word is weighed against
/// those that fit into a line before it, so that the cost grows with the text. For each line, the index after its
/// last word.
fn optimal_fit(words: &[Word], rooms: Rooms, balanced: bool) -> Vec<usize> {
    let mut breaks = Vec::with_capacity(words.len() + 1);
    breaks.push(Break { column: 0, cost: 0, start: 0 });
    let mut column = 0;
    let mut nearest = 0;
    for (last, word) in words.iter().enumerate() {
        let hyphen = usize::from(word.hyphen);
        let end = column + word.width + hyphen;
        // Lines that begin before this word are too full, now and for all words to come.
        while nearest < last && end - breaks[nearest].column > rooms.of(nearest) {
            nearest += 1;
        }
        let is_last = last + 1 == words.len() && !balanced;
        let mut best = Break { column: end, cost: u64::MAX, start: last };
        for (start, before) in breaks.iter().enumerate().skip(nearest) {
            let (room, taken) = (rooms.of(start), end - before.column);
            if taken > room && start < last {
                continue;
            }
            let left = room.saturating_sub(taken) as u64;
            let line = if is_last { SHORT_LAST_COST * u64::from(taken * 4 < room) } else { left * left };
            let cost = before.cost + line;
            if cost <= best.cost {
                best = Break { cost, start, ..best };
            }
        }
        column += word.width + word.space;
        breaks.push(Break { column, cost: best.cost + LINE_COST + HYPHEN_COST * hyphen as u64, ..best });
    }
    let mut ends = Vec::new();
    let mut end = words.len();
    while end > 0 {
        ends.push(end);
        end = breaks[end].start;
    }
    ends.reverse();
    ends
}

/// The best way to break a text before a word.
#[derive(Clone, Copy)]
struct Break {
    /// Columns of all before it, were it one line.
    column: usize,
    cost: u64,
    /// Where the line before begins: the index of its first word.
    start: usize,
}

/// Columns that may stay empty at a line's end before words are hyphenated for its sake: one in so many.
const LOOSE: usize = 8;

/// Whether a line but the last leaves much of its width empty.
fn is_uneven(words: &[Word], ends: &[usize], rooms: Rooms) -> bool {
    let mut start = 0;
    ends.split_last().is_some_and(|(_, but_last)| {
        but_last.iter().enumerate().any(|(line, end)| {
            let room = rooms.of(line);
            let taken: usize = words[start..*end].iter().map(|w| w.width + w.space).sum();
            let taken = taken - words[end - 1].space;
            start = *end;
            (room.saturating_sub(taken)) * LOOSE > room
        })
    })
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
        assert_eq!(filled(text, 10, |_| ()), ["To be, or", "not to", "be: that", "is the", "question"]);
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
    fn verbatim_lines_keep_their_blanks() {
        let text = "if a {\n    return_something_long(b);\n}\n\nend";
        let lines = ["if a {", "    return_somet", "hing_long(b);", "}", "", "end"];
        assert_eq!(filled(text, 16, |w| w.verbatim = true), lines);
    }
}
