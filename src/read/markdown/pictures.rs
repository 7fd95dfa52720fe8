//! Pictures in Markdown.

use std::ops::Range;

use super::Reader;
use crate::document::{Block, Kind};
use crate::{clean, mend};

/// A picture whose alt text is being read.
pub(super) struct Picture {
    pub address: Option<String>,
    pub title: String,
    pub alt: String,
    pub range: Range<usize>,
    /// Whether it has its line for itself.
    pub alone: bool,
}

impl Reader<'_> {
    /// Whether nothing but markup stands on the line beside these bytes.
    pub(super) fn is_alone(&self, range: &Range<usize>) -> bool {
        // So that a line of a million pictures is not searched a million times.
        const REACH: usize = 1000;
        let head = self.source[..range.start].char_indices().rev().take(REACH).last().map_or(0, |(at, _)| at);
        let before = self.source[head..range.start].rsplit('\n').next().unwrap_or_default();
        let after = clean::head(&self.source[range.end..], REACH).split('\n').next().unwrap_or_default().trim();
        let after =
            if after.starts_with("](") { after.find(')').map_or("", |end| after[end + 1..].trim()) } else { after };
        before.chars().all(|c| c.is_whitespace() || matches!(c, '>' | '[' | '*' | '-' | '!')) && after.is_empty()
    }

    /// A picture by itself gives its alt text and its title as blocks; another stands in the text by its alt.
    pub(super) fn picture(&mut self) {
        let Some(Picture { address, title, alt, range, alone }) = self.picture.take() else { return };
        let (alt, title) = (mend::shown(&alt).into_owned(), mend::shown(&title).into_owned());
        if !alone || self.is_crowded() || (alt.is_empty() && title.is_empty()) {
            return if alt.is_empty() { self.reach(&range) } else { self.text(&alt, range) };
        }
        self.flush();
        let aside = self.aside();
        let block = |text: &str, kind, span| Block {
            span: Some(span),
            text: Some(Box::from(text)),
            kind,
            image: address.as_deref().map(Box::from),
            aside,
            ..Block::default()
        };
        // The alt text's bytes end where the address begins.
        let middle = self.source[range.clone()].rfind("](").map_or(range.end, |at| range.start + at);
        let mut blocks = Vec::new();
        if !alt.is_empty() {
            let end = if title.is_empty() || title == alt { range.end } else { middle };
            blocks.push(block(&alt, Kind::Alt, range.start..end));
        }
        if !title.is_empty() && title != alt {
            let start = if alt.is_empty() { range.start } else { middle };
            blocks.push(block(&title, Kind::Caption, start..range.end));
        }
        self.blocks.extend(blocks);
    }
}
