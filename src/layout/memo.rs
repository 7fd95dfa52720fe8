//! Remembers the lines of the texts that were broken last: a window is walked over several times for every key, and
//! most of its paragraphs stood in it before.
//!
//! Breaking a text is a pure function of the text and its [`Wrapping`]; both are compared whole, so that what is
//! remembered is what would be found again.

use std::cell::RefCell;
use std::hash::BuildHasher;
use std::ops::Range;

use foldhash::fast::RandomState;
use foldhash::{HashMap, HashMapExt};

use super::wrap::{self, Line, Wrapping};

/// Bytes of text whose lines are remembered: many windows full. Then all is forgotten.
const MOST: usize = 1 << 18;
/// What remembering costs beside the text.
const EACH: usize = 64;

struct Remembered {
    text: Box<str>,
    wrapping: Wrapping,
    /// Their ranges are of `text`.
    lines: Box<[Line]>,
}

#[derive(Default)]
struct Memo {
    hashes: RandomState,
    known: HashMap<u64, Remembered>,
    size: usize,
}

thread_local! {
    static MEMO: RefCell<Memo> = RefCell::default();
}

/// [`wrap::wrap`], of what was broken just before without doing it again.
pub fn wrap(text: &str, range: Range<usize>, wrapping: &Wrapping) -> Vec<Line> {
    let part = &text[range.clone()];
    let moved = |line: &Line| Line { range: line.range.start + range.start..line.range.end + range.start, ..*line };
    MEMO.with_borrow_mut(|memo| {
        let hash = memo.hashes.hash_one((part, wrapping.first, wrapping.rest));
        if let Some(found) = memo.known.get(&hash)
            && found.wrapping == *wrapping
            && *found.text == *part
        {
            return found.lines.iter().map(moved).collect();
        }
        let lines = wrap::wrap(part, 0..part.len(), wrapping);
        if memo.size > MOST {
            (memo.size, memo.known) = (0, HashMap::new());
        }
        memo.size += part.len() + EACH;
        let moved = lines.iter().map(moved).collect();
        memo.known.insert(hash, Remembered { text: part.into(), wrapping: *wrapping, lines: lines.into() });
        moved
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_would_be_found_again() {
        let text = "The ferry leaves at noon.\nThe ferry leaves at noon. A gull follows it as far as the bar.";
        for width in [7, 20, 40, 20, 7] {
            for optimal in [true, false] {
                for range in [0..25, 26..text.len(), 0..text.len(), 26..51] {
                    let language = None;
                    let wrapping =
                        Wrapping { first: width, rest: width + 2, optimal, balanced: false, language, verbatim: false };
                    let own = |line: &Line| (line.range.clone(), line.hyphen, line.last);
                    let plain: Vec<_> = wrap::wrap(text, range.clone(), &wrapping).iter().map(own).collect();
                    let remembered: Vec<_> = wrap(text, range, &wrapping).iter().map(own).collect();
                    assert_eq!(remembered, plain, "{width}");
                }
            }
        }
    }

    #[test]
    fn what_is_remembered_does_not_grow_without_end() {
        let wrapping = Wrapping { first: 9, rest: 9, optimal: false, balanced: false, language: None, verbatim: false };
        for number in 0..10_000 {
            let text = format!("number {number} of many").repeat(10);
            wrap(&text, 0..text.len(), &wrapping);
            assert!(MEMO.with_borrow(|memo| memo.size <= MOST + text.len() + EACH));
        }
    }
}
