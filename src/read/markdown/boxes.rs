//! What is set apart in Markdown: callouts, and what stands between the tags of an `<aside>`.

use std::ops::Range;

use super::Reader;
use crate::document::{Block, Kind};
use crate::mend;

impl Reader<'_> {
    /// The callout that what comes stands in, by its number.
    pub(super) fn aside(&self) -> Option<u32> {
        self.callouts.last().map(|(_, number)| *number)
    }

    /// A quote that opens with `[!NOTE]` is a callout; what follows on the line is its title.
    pub(super) fn callout(&mut self, range: &Range<usize>) {
        // Only this quote's own sign is looked behind: a thousand may follow.
        let inner = self.source[range.clone()].trim_start_matches([' ', '\t']).strip_prefix('>').unwrap_or_default();
        let Some(inner) = inner.trim_start_matches([' ', '\t']).strip_prefix("[!") else { return };
        let Some((word, rest)) = inner.split('\n').next().and_then(|line| line.split_once(']')) else { return };
        let line = self.source[range.clone()].split('\n').next().unwrap_or_default();
        if self.is_crowded()
            || word.is_empty()
            || !word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '|'))
        {
            return;
        }
        self.callouts.push((self.quotes, self.numbered));
        self.numbered += 1;
        let title = mend::shown(rest.trim_start_matches(['+', '-']));
        let mut name = word.to_lowercase();
        if let Some(first) = name.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let text = if title.is_empty() { mend::shown(&name) } else { title };
        self.blocks.push(Block {
            span: Some(range.start..range.start + line.len()),
            text: Some(text.into_owned().into_boxed_str()),
            kind: Kind::Heading(4),
            aside: self.aside(),
            ..Block::default()
        });
        self.read_up_to = range.start + line.len();
    }

    /// Raw HTML on lines of its own may be a tag around what is no HTML: `<aside>` alone, and later `</aside>`.
    pub(super) fn box_by(&mut self, tag: &str) {
        match tag {
            "<aside>" if self.is_outermost() => self.boxed_from = Some(self.blocks.len()),
            "</aside>" if self.is_outermost() => self.box_up(),
            _ => {}
        }
    }

    fn is_outermost(&self) -> bool {
        self.quotes == 0 && self.lists.is_empty()
    }

    /// An aside ends, and only now is known to be one: what has come since it began is in a box.
    fn box_up(&mut self) {
        if let Some(first) = self.boxed_from.take() {
            self.blocks[first..].iter_mut().for_each(|block| block.aside = Some(self.numbered));
            self.numbered += 1;
        }
    }
}
