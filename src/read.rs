//! From text to blocks with what the markup says: one front end a [`Format`].

mod detect;
pub mod html;
mod language;
pub mod line;
pub mod markdown;
mod script;
pub mod text;

pub use detect::detect;

use crate::clean;
use crate::document::{Document, Format};

/// Blocks of marked-up input that are told apart, at most: a million of a letter would fill the memory with what is known
/// of each.
fn most_blocks(source: &str) -> usize {
    source.len() / 24 + 20_000
}

/// Reads an article: its blocks, in order, with kinds, marks and metadata, and no inference yet.
///
/// `source` is decoded text; it moves into the document. [`crate::structure::structure`] does the rest.
pub fn read(source: String, format: Format) -> Document {
    let mut document = match format {
        Format::Html => html::read(source),
        Format::Markdown => markdown::read(source),
        Format::Text => {
            let blocks = text::read(&source);
            let crowded = text::is_crowded(&source);
            Document { source, format, blocks, crowded, ..Document::default() }
        }
    };
    document.unseen = unseen(&document.source, format);
    if document.meta.language.is_none() {
        document.meta.language = language::guess(&document).map(str::to_string);
    }
    document
}

/// Characters of the input that are left out wherever it is shown, be they spelt out as `&#8238;` or `&rlm;`.
fn unseen(source: &str, format: Format) -> usize {
    const LONGEST_NAME: usize = 24;
    let spelt = |(at, _): (usize, &str)| {
        let name = clean::head(&source[at..], LONGEST_NAME);
        let said = name.find(';').map(|end| htmlize::unescape(&name[..=end])).unwrap_or_default();
        // Joiners and the signs of emoji may well be shown, beside what they are written with.
        let depends = said.contains(['\u{200c}', '\u{200d}', '\u{fe0e}', '\u{fe0f}']);
        if depends { 0 } else { clean::unseen(&said) }
    };
    let entities = if format == Format::Text { 0 } else { source.match_indices('&').map(spelt).sum() };
    clean::unseen(source) + entities
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_counted_however_it_is_spelt() {
        let page = "<p>pay\u{200b}pal gnp&#8238;.exe &shy;&amp;&lrm; &#x202E; &bogus;</p>";
        assert_eq!(unseen(page, Format::Html), 5);
        assert_eq!(unseen(page, Format::Text), 1);
    }
}
