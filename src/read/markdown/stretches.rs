//! Large Markdown, a stretch at a time: the parser's tree takes up to sixty times what it is made of.
//!
//! A stretch ends where the parser says that a block of the outermost level begins. Only one that is itself longer than
//! a stretch is cut, at the end of a line or between words.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{BrokenLink, CowStr};

use crate::clean;

/// Bytes that are parsed at once.
pub const STRETCH: usize = 512 << 10;

/// Where the stretch that begins at `start` ends: at the end of a line, if one is near.
pub fn end_of(source: &str, start: usize) -> usize {
    let rest = &source[start..];
    if rest.len() <= STRETCH {
        return source.len();
    }
    let head = clean::head(rest, STRETCH);
    let near = |at: &usize| *at > STRETCH / 2;
    let line = memchr::memrchr(b'\n', head.as_bytes()).filter(near);
    let word = || memchr::memrchr(b' ', head.as_bytes()).filter(near);
    start + line.or_else(word).map_or(head.len(), |at| at + 1)
}

/// The link definitions of a source, for the stretches that they do not stand in.
pub struct Definitions<'a> {
    source: &'a str,
    /// Where a label's address stands. The first definition counts.
    addresses: HashMap<Box<str>, Range<usize>>,
}

impl<'a> Definitions<'a> {
    /// Those of a source of more than one stretch, at most so many.
    pub fn of(source: &'a str, most: usize) -> Definitions<'a> {
        let mut addresses = HashMap::new();
        if source.len() > STRETCH {
            let all = source.split_inclusive('\n').scan(0, |at, line| {
                let start = *at;
                *at += line.len();
                Some((start, line))
            });
            let defined = all.filter_map(|(start, line)| {
                let (label, address) = definition(line)?;
                Some((label, start + address.start..start + address.end))
            });
            for (label, address) in defined.take(most) {
                addresses.entry(label).or_insert(address);
            }
        }
        Definitions { source, addresses }
    }

    /// What a link that is not defined in its stretch leads to.
    pub fn address(&self, link: &BrokenLink<'_>) -> Option<(CowStr<'a>, CowStr<'a>)> {
        let address = self.addresses.get(&*normalized(&link.reference))?;
        Some((CowStr::Borrowed(&self.source[address.clone()]), CowStr::Borrowed("")))
    }
}

/// A label, and where in its line the address is, of a line such as `[label]: <address> "title"`.
fn definition(line: &str) -> Option<(Box<str>, Range<usize>)> {
    let rest = line.trim_start_matches(' ').strip_prefix('[').filter(|rest| !rest.starts_with('^'))?;
    let (label, after) = rest.split_once("]:")?;
    if label.trim().is_empty() || label.len() > 999 || label.contains(['[', ']']) {
        return None;
    }
    let address = after.trim_start();
    let start = line.len() - address.len();
    match address.strip_prefix('<') {
        Some(within) => within.find('>').map(|len| (normalized(label), start + 1..start + 1 + len)),
        None => {
            let len = address.find(char::is_whitespace).unwrap_or(address.len());
            (len > 0).then(|| (normalized(label), start..start + len))
        }
    }
}

/// Labels are the same whatever their capitals and blanks.
fn normalized(label: &str) -> Box<str> {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_end_at_lines_else_between_words_else_between_letters() {
        let lines = "a line of it\n".repeat(STRETCH / 10);
        let end = end_of(&lines, 0);
        assert!(end <= STRETCH && lines[..end].ends_with('\n'));
        let words = "word ".repeat(STRETCH / 4);
        assert!(words[..end_of(&words, 7)].ends_with(' '));
        let letters = "水".repeat(STRETCH);
        assert!(end_of(&letters, 3) > STRETCH / 2);
        assert_eq!(end_of("short", 0), 5);
    }

    #[test]
    fn definitions_are_found_as_they_are_written() {
        for (line, label, address) in [
            ("[One  two]: /a \"title\"\n", "one two", "/a"),
            ("   [B]:<c d> 'x'", "b", "c d"),
            ("[é]: https://a.example/\n", "é", "https://a.example/"),
        ] {
            let (found, at) = definition(line).unwrap();
            assert_eq!((&*found, &line[at]), (label, address));
        }
        for none in ["[^1]: a note", "[a] : b", "[ ]: b", "[a]:\n", "text [a]: b", "[a[b]: c"] {
            assert_eq!(definition(none), None, "{none}");
        }
    }
}
