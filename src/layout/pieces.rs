//! Cuts a huge text into pieces that are laid out one at a time.
//!
//! A paragraph is one piece. A line of 50 MB is thousands; where one piece ends is found by looking only at the
//! bytes around its border, so that any piece of any text is found at once.

use std::ops::Range;

/// Bytes in a piece, give or take the search for a good border.
const PIECE: usize = 8 * 1024;
/// How far back from a border's nominal place a blank is looked for, in bytes.
const REACH: usize = 1024;

/// How many pieces a text is cut into; at least one.
pub fn count(text: &str) -> usize {
    text.len().div_ceil(PIECE).max(1)
}

/// The bytes of a text's piece. The pieces together are the whole text.
pub fn range(text: &str, piece: usize) -> Range<usize> {
    border(text, piece)..border(text, piece + 1)
}

/// The piece that an offset is in; the last one for those past the end.
pub fn at(text: &str, offset: usize) -> usize {
    let last = count(text) - 1;
    // A border lies at or before its nominal place, so the byte may already be in the piece after.
    let piece = (offset / PIECE).min(last);
    if piece < last && offset >= border(text, piece + 1) { piece + 1 } else { piece }
}

/// Where the piece begins: after the end of a line or a sentence if there is one near, else after a blank, else
/// between two characters.
fn border(text: &str, piece: usize) -> usize {
    if piece == 0 {
        return 0;
    }
    if piece >= count(text) {
        return text.len();
    }
    let nominal = floor(text, piece * PIECE);
    let start = floor(text, nominal - REACH);
    let near = &text[start..nominal];
    let line = near.rfind('\n').map(|at| at + 1);
    let sentence = || near.rfind(". ").map(|at| at + 2);
    let blank = || near.rfind(' ').map(|at| at + 1);
    line.or_else(sentence).or_else(blank).map_or(nominal, |end| start + end)
}

/// The nearest border between characters at or before an offset.
pub fn floor(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
