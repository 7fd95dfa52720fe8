//! From text to blocks with what the markup says: one front end a [`Format`].

mod detect;
pub mod html;
mod language;
pub mod line;
pub mod markdown;
pub mod text;

pub use detect::detect;

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
    if document.meta.language.is_none() {
        document.meta.language = language::guess(&document).map(str::to_string);
    }
    document
}
