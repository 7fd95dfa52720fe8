//! The lines of a text, measured.

use crate::clean;

/// Characters in a line beyond which it is only long: no one wraps there.
pub const LONG: u16 = 240;

/// A line that holds something.
#[derive(Debug, Clone)]
pub struct Line {
    /// Byte offsets in the source, without the white space around it.
    pub start: usize,
    pub end: usize,
    /// Columns of white space before it.
    pub indent: u16,
    /// Where it ends: characters, indent included; [`LONG`] if more.
    pub width: u16,
    /// Characters of its first word; at most [`LONG`].
    pub first_word: u16,
    /// A blank line stands before it, or it is the first.
    pub after_blank: bool,
    /// It is one word.
    pub single: bool,
    /// It begins with a small letter.
    pub starts_small: bool,
    /// It begins with a letter of a script that has no small ones.
    pub starts_caseless: bool,
    /// It has a gap in it, as a row of a table has.
    pub gapped: bool,
    pub ends_sentence: bool,
    /// It ends with a small word of a few letters, as sentences seldom do.
    pub ends_open: bool,
    /// It ends with a colon.
    pub introduces: bool,
    /// It begins, or ends, with a character of a script that is written without blanks.
    pub starts_wide: bool,
    pub ends_wide: bool,
}

/// Lines of a text that are told apart, at most: text whose lines have sixteen bytes or more has all of them. A million
/// lines of one letter would fill the memory with what is known of each.
fn most_lines(source: &str) -> usize {
    source.len() / 16 + 200_000
}

/// Whether a text has so many lines, and so short, that not all are told apart.
pub fn is_crowded(source: &str) -> bool {
    let most = most_lines(source);
    source.len() > 2 * most && source.lines().filter(|line| !line.trim().is_empty()).nth(most).is_some()
}

/// The lines that hold something, in order. What shows nothing (a zero-width space on a line of its own) belongs to
/// the line before; and so do all lines of a crowded text beyond the last that is told apart.
pub fn lines(source: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let most = most_lines(source);
    let mut after_blank = true;
    let mut unseen = None;
    let mut at = 0;
    while at < source.len() {
        let end = memchr::memchr(b'\n', &source.as_bytes()[at..]).map_or(source.len(), |length| at + length + 1);
        let raw = &source[at..end];
        let text = raw.trim_start();
        let start = at + (raw.len() - text.len());
        let text = text.trim_end();
        at = end;
        if text.is_empty() {
            after_blank = true;
        } else if lines.len() == most || shows_nothing(text) {
            match lines.last_mut() {
                Some(line) => line.end = start + text.len(),
                None => unseen = unseen.or(Some(start..start + text.len())),
            }
        } else {
            let mut line = measured(&raw[..raw.len() - raw.trim_start().len()], text, start);
            line.after_blank = after_blank;
            line.start = unseen.take().map_or(start, |unseen| unseen.start);
            lines.push(line);
            after_blank = false;
        }
    }
    lines.extend(unseen.map(|all| measured("", &source[all.clone()], all.start)));
    lines
}

/// Whether text that is not white space is nothing to the eye.
fn shows_nothing(text: &str) -> bool {
    !text.as_bytes()[0].is_ascii() && text.len() < 256 && clean::visible(text).trim().is_empty()
}

fn measured(before: &str, text: &str, start: usize) -> Line {
    let indent = before.chars().map(|c| if c == '\t' { 8 } else { 1 }).sum::<usize>().min(usize::from(LONG)) as u16;
    let width = characters(text).saturating_add(indent).min(LONG);
    let first = text.chars().next().unwrap_or(' ');
    let last = text.trim_end_matches(['"', '\'', '”', '’', '»', ')']).chars().next_back().unwrap_or(' ');
    let word = text.split(is_break).next().unwrap_or(text);
    let wide = is_wide(first);
    Line {
        start,
        end: start + text.len(),
        indent,
        width,
        first_word: if wide { 2 } else { characters(word) },
        after_blank: false,
        single: word.len() == text.len(),
        starts_small: first.is_lowercase(),
        starts_caseless: first.is_alphabetic() && !first.is_lowercase() && !first.is_uppercase(),
        gapped: is_gapped(text),
        ends_sentence: matches!(last, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '۔' | '।' | '॥' | '։'),
        ends_open: text
            .rsplit(is_break)
            .next()
            .is_some_and(|word| word.len() <= 3 && word.chars().all(char::is_lowercase)),
        introduces: matches!(last, ':' | '：'),
        starts_wide: wide,
        ends_wide: last != ' ' && is_wide(last),
    }
}

/// White space at which wrapping breaks lines: no-break spaces and their like hold.
fn is_break(c: char) -> bool {
    c.is_ascii_whitespace()
}

/// Characters of a text, at most [`LONG`].
fn characters(text: &str) -> u16 {
    // No more bytes than so many characters can have.
    clean::head(text, 4 * usize::from(LONG)).chars().count().min(usize::from(LONG)) as u16
}

/// Whether a line has three blanks in a row, or a tab.
fn is_gapped(text: &str) -> bool {
    let bytes = clean::head(text, usize::from(LONG)).as_bytes();
    memchr::memchr(b'\t', bytes).is_some() || memchr::memmem::find(bytes, b"   ").is_some()
}

/// Chinese and Japanese, which are wrapped between any two characters.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{31ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_up_to_the_most() {
        for c in ["a", "é", "京", "😀"] {
            for count in [0, 1, 7, 239, 240, 241, 1000] {
                for before in ["", "x", "xé"] {
                    let text = before.to_string() + &c.repeat(count);
                    assert_eq!(usize::from(characters(&text)), text.chars().take(usize::from(LONG)).count());
                }
            }
        }
    }
}
