//! Cuts a line of text into the words between which it may be broken, measured as they are drawn.

use std::ops::Range;

use hypher::Lang;
use icu_segmenter::LineSegmenter;
use icu_segmenter::options::LineBreakOptions;
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
    if text.is_ascii() {
        text.len()
    } else if text.chars().all(is_one_column) {
        text.chars().count()
    } else {
        text.graphemes(true).map(width).sum()
    }
}

/// Whether each character of a text is one column and one grapheme.
pub fn is_one_column_each(text: &str) -> bool {
    text.chars().all(is_one_column)
}

/// Whether a text takes no more than so many columns; looks at no more of it than that takes.
pub fn fits(text: &str, room: usize) -> bool {
    let mut characters = text.chars();
    let head = characters.by_ref().take(room.saturating_add(1)).take_while(|c| is_one_column(*c)).count();
    if text.len() <= room || head > room {
        return head <= room;
    }
    let mut left = Some(room);
    text.graphemes(true).all(|grapheme| {
        left = left.and_then(|left| left.checked_sub(width(grapheme)));
        left.is_some()
    })
}

/// Characters that are one column and one grapheme, whatever stands beside them, as long as that is such a one too:
/// European letters, the marks of typesetters, and lines of boxes.
fn is_one_column(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{2010}'..='\u{2027}' | '─'..='╿')
}

/// The columns of one grapheme. Halfwidth voicing marks are drawn in a column of their own.
fn width(grapheme: &str) -> usize {
    grapheme.width() + grapheme.chars().filter(|c| matches!(c, '\u{ff9e}' | '\u{ff9f}')).count()
}

/// Something that is not broken, and the blank after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub range: Range<usize>,
    pub width: usize,
    /// Columns of the blank after it, which vanishes at the end of a row.
    pub space: usize,
    /// At the end of a row it gets a hyphen.
    pub hyphen: bool,
}

/// The words of a line, none wider than `widest`: what is wider is hyphenated by a language's rules, or else cut.
/// `start` is the line's place in its text.
///
/// Lines are broken by the Unicode line breaking algorithm (UAX #14). Most of a European text needs none of it: where
/// a blank between letters or common punctuation is surely a break, and there is no other, words are told apart here.
pub fn words(line: &str, start: usize, widest: usize, language: Option<Lang>) -> Vec<Word> {
    // In fewer columns a hyphen takes the room of a letter that it stands for.
    let language = language.filter(|_| widest >= LEAST_HYPHENATED);
    let mut words = Words { words: Vec::with_capacity(line.len() / 5), line, start, widest, language };
    let mut stretch: Option<Token> = None;
    for token in tokens(line) {
        stretch = Some(match stretch {
            Some(before) if before.is_closed && token.is_open => {
                words.add(&before, token.range.start);
                token
            }
            Some(before) => Token { range: before.range.start..token.range.end, is_plain: false, ..token },
            None => token,
        });
    }
    if let Some(last) = stretch {
        words.add(&last, line.len());
    }
    words.words
}

/// The narrowest rows in which words are hyphenated, in columns.
const LEAST_HYPHENATED: usize = 6;

/// What stands between two blanks.
struct Token {
    range: Range<usize>,
    /// It is a word that is broken nowhere but at its hyphens, each of its characters one column wide.
    is_plain: bool,
    has_hyphen: bool,
    characters: usize,
    /// A line may surely begin with it, whatever stands before the blank and is closed.
    is_open: bool,
    /// A line may surely end with it.
    is_closed: bool,
}

/// How a character matters to whether a line may be broken beside it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    /// `, . ; :` and the hyphen: no break before a letter after them.
    Comma,
    /// `! ?`, after which a line may be broken.
    Exclamation,
    OpenBracket,
    CloseBracket,
    /// Straight quotes open and close.
    Quote,
    OpenQuote,
    CloseQuote,
    Other,
}

fn class(c: char) -> Class {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => Class::Letter,
        ',' | '.' | ';' | ':' | '-' => Class::Comma,
        '!' | '?' => Class::Exclamation,
        '(' => Class::OpenBracket,
        ')' => Class::CloseBracket,
        '\'' | '"' => Class::Quote,
        '‘' | '“' => Class::OpenQuote,
        '’' | '”' => Class::CloseQuote,
        // Latin, Greek, Cyrillic.
        '\u{c0}'..='\u{24f}' | '\u{386}'..='\u{3ff}' | '\u{400}'..='\u{481}' if c.is_alphabetic() => Class::Letter,
        _ => Class::Other,
    }
}

/// The stretches of a line between its blanks.
fn tokens(line: &str) -> impl Iterator<Item = Token> {
    let bytes = line.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        let start = at;
        let (mut is_plain, mut has_hyphen, mut characters) = (true, false, 0);
        let (mut first, mut before) = (None, Class::OpenQuote);
        while let Some(byte) = bytes.get(at)
            && *byte != b' '
        {
            let c = if byte.is_ascii() { char::from(*byte) } else { line[at..].chars().next()? };
            // A run of letters says what one says.
            let letters = bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            let class = if letters > 0 { Class::Letter } else { class(c) };
            first = first.or(Some(class));
            is_plain &= match class {
                Class::Other => false,
                Class::Letter => before != Class::Exclamation,
                Class::OpenBracket => {
                    matches!(before, Class::Letter | Class::OpenBracket | Class::Quote | Class::OpenQuote)
                }
                _ => true,
            };
            has_hyphen |= c == '-';
            characters += letters.max(1);
            at += letters.max(c.len_utf8());
            before = class;
        }
        let is_open = matches!(first?, Class::Letter | Class::OpenBracket | Class::OpenQuote);
        let is_closed = !matches!(before, Class::Other | Class::OpenBracket | Class::OpenQuote);
        Some(Token { range: start..at, is_plain, has_hyphen, characters, is_open, is_closed })
    })
}

/// The words of a line as they are found.
struct Words<'a> {
    words: Vec<Word>,
    line: &'a str,
    start: usize,
    widest: usize,
    language: Option<Lang>,
}

impl Words<'_> {
    /// Adds the words of a stretch, with the blanks after it up to `end`.
    fn add(&mut self, stretch: &Token, end: usize) {
        let text = &self.line[stretch.range.start..end];
        let at = self.start + stretch.range.start;
        if stretch.is_plain && stretch.characters <= self.widest && !stretch.has_hyphen {
            let range = at..self.start + stretch.range.end;
            let space = end - stretch.range.end;
            self.words.push(Word { range, width: stretch.characters, space, hyphen: false });
        } else {
            self.add_by_unicode(text, at);
        }
    }

    fn add_by_unicode(&mut self, text: &str, at: usize) {
        let segmenter = LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default());
        let mut start = 0;
        for end in segmenter.segment_str(text).filter(|end| *end > 0) {
            // Whether to break after a hyphen is decided for the whole word.
            if end < text.len() && text[..end].ends_with('-') {
                continue;
            }
            let blanked = &text[start..end];
            let mut word = blanked.trim_end_matches(' ');
            let space = columns(&blanked[word.len()..]);
            while let Some(hyphen) = compound(word) {
                self.push(&word[..hyphen], at + start, 0);
                start += hyphen;
                word = &word[hyphen..];
            }
            self.push(word, at + start, space);
            start = end;
        }
    }

    /// Adds a word; where it is too wide for any row, in the pieces between which it may be hyphenated.
    fn push(&mut self, word: &str, start: usize, space: usize) {
        let width = columns(word);
        if width <= self.widest {
            self.words.push(Word { range: start..start + word.len(), width, space, hyphen: false });
            return;
        }
        let before = &self.line[..start - self.start];
        let mut from = 0;
        for point in self.language.map_or_else(Vec::new, |language| points(before, word, language)) {
            self.cut(&word[from..point], start + from, 0, true);
            from = point;
        }
        self.cut(&word[from..], start + from, space, false);
    }

    /// Adds a piece of a word, cut between graphemes where it is too wide for any row.
    fn cut(&mut self, piece: &str, start: usize, space: usize, hyphen: bool) {
        let room = self.widest - usize::from(hyphen);
        let mut part = Word { range: start..start, width: 0, space: 0, hyphen: false };
        for grapheme in piece.graphemes(true) {
            let width = self::width(grapheme);
            if part.width + width > room && part.width > 0 {
                let next = Word { range: part.range.end..part.range.end, width: 0, ..part };
                self.words.push(std::mem::replace(&mut part, next));
            }
            part.range.end += grapheme.len();
            part.width += width;
        }
        self.words.push(Word { space, hyphen, ..part });
    }
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

/// Where a word may be hyphenated that stands after these; an address is not.
fn points(before: &str, word: &str, language: Lang) -> Vec<usize> {
    let is_in_address = before.ends_with(['/', '.', '@', '_', '=', '&', '?', ':']);
    if is_in_address { Vec::new() } else { hyphens::points(word, language) }
}

/// The words, cut further where they may be hyphenated.
pub fn hyphenated(words: &[Word], text: &str, language: Lang) -> Vec<Word> {
    let mut out = Vec::with_capacity(words.len() * 3 / 2);
    let mut goes_on = false;
    for word in words {
        // What was too wide for any row is in its pieces already.
        let is_piece = std::mem::replace(&mut goes_on, word.hyphen) || word.hyphen;
        let mut start = word.range.start;
        let points = if is_piece { Vec::new() } else { points(&text[..start], &text[word.range.clone()], language) };
        for point in points {
            let range = start..word.range.start + point;
            start = range.end;
            out.push(Word { width: columns(&text[range.clone()]), range, space: 0, hyphen: true });
        }
        let range = start..word.range.end;
        out.push(Word { width: columns(&text[range.clone()]), range, ..*word });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The words by the Unicode algorithm alone.
    fn by_unicode(line: &str, widest: usize) -> Vec<Word> {
        let mut words = Words { words: Vec::new(), line, start: 0, widest, language: None };
        words.add_by_unicode(line, 0);
        words.words
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_short_way_finds_the_words_of_unicode(
            pieces in prop::collection::vec("[a-z1 ,.;:!?()'\"‘’“”éßЖω\\-]{1,4}|[«»…–—/$%日。\u{a0}\\[\\]]| {1,2}", 0..12),
            widest in 1_usize..20,
        ) {
            let line = pieces.concat();
            let line = line.trim();
            prop_assert_eq!(words(line, 0, widest, None), by_unicode(line, widest));
        }
    }

    #[test]
    fn what_is_one_column_is_one_grapheme_beside_any_other_such() {
        let all: Vec<char> = ('\0'..='\u{ffff}').filter(|c| is_one_column(*c)).collect();
        assert!(all.iter().all(|c| c.to_string().width() == 1));
        for first in &all {
            let text: String = all.iter().flat_map(|second| [*first, *second]).collect();
            assert_eq!(text.graphemes(true).count(), 2 * all.len(), "{first:?}");
        }
    }

    #[test]
    fn addresses_and_names_are_not_hyphenated() {
        let line =
            "hyphenation (hyphenation) https://hyphenation.example/hyphenation/hyphenation HYPHENATION hyphen8ation";
        let words = hyphenated(&words(line, 0, 99, None), line, Lang::English);
        let points: Vec<&str> = words.iter().filter(|w| w.hyphen).map(|w| &line[w.range.clone()]).collect();
        assert_eq!(points, ["hy", "phen", "(hy", "phen"]);
    }

    #[test]
    fn compounds_are_broken_at_their_hyphens() {
        let of = |line| words(line, 0, 40, None).into_iter().map(|w| line[w.range].to_string()).collect::<Vec<_>>();
        assert_eq!(of("a well-known e-mail"), ["a", "well-", "known", "e-mail"]);
        assert_eq!(of("https://a-site.example/p-1 1990-91"), ["https://", "a-site.example/", "p-1", "1990-91"]);
    }
}
