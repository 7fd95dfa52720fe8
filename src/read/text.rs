//! Flat text, as scrapers leave it.

use std::borrow::Cow;
use std::ops::Range;

use crate::clean;
use crate::document::Block;

/// The blocks of flat text, in order: their spans do not overlap, and only white space lies between them.
pub fn read(source: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut start = 0;
    for line in source.split_inclusive('\n') {
        blocks.extend(block(source, start..start + line.len()));
        start += line.len();
    }
    blocks
}

/// The block of the source's bytes in `range`, or none where there is only white space.
fn block(source: &str, range: Range<usize>) -> Option<Block> {
    let text = &source[range.clone()];
    let start = range.start + (text.len() - text.trim_start().len());
    let span = start..start + text.trim().len();
    let text = match clean::folded(&source[span.clone()]) {
        Cow::Borrowed(_) => None,
        Cow::Owned(text) => Some(text.into_boxed_str()),
    };
    (!span.is_empty()).then(|| Block { span: Some(span), text, ..Block::default() })
}
