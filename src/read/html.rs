//! A whole saved page to the article in it.
//!
//! 1. [`parse`] makes a tree of the page, whatever its state.
//! 2. [`metadata`] takes what the page says of its article.
//! 3. [`walk`] turns all of the page's words into pieces, in order.
//! 4. [`features`] and [`model`] say how likely each piece is page furniture, or this or that of an article.
//! 5. [`article`] decides, `byline` looks once more for who wrote it, `region` for what else stands within the
//!    article, `hidden` for what the page does not show, and what is in the article becomes blocks. Where that is hardly
//!    anything beside what the page tells search engines of it, their paragraphs are added.

pub mod address;
pub mod article;
mod byline;
mod columns;
mod elements;
pub mod features;
mod hidden;
pub mod metadata;
pub mod model;
mod numbering;
pub mod parse;
mod region;
mod tag;
pub mod vocabulary;
pub mod walk;
mod wording;

use crate::document::{Block, Document, Format, Given, Kind, Role};
use features::{Page, Row};
use model::Model;
use parse::Tree;
use walk::Piece;

/// All pieces of a page, and the features of each: what the model is learned from.
pub fn pieces(page: &str) -> (Vec<Piece>, Vec<Row>) {
    let tree = Tree::parse(page);
    let metadata = metadata::metadata(&tree);
    let (pieces, _) = walk::pieces(&tree, &metadata.base);
    let page = Page::new(&tree, &metadata, &pieces);
    let rows = (0..pieces.len()).map(|at| {
        let mut row = Row::new();
        page.row(at, &mut row);
        row
    });
    let rows = rows.collect();
    (pieces, rows)
}

/// Reads a page: the article's blocks, in order.
pub fn read(source: String) -> Document {
    read_with(source, &model::MODEL)
}

/// [`read`] by another model than the one shipped.
pub fn read_with(source: String, model: &Model) -> Document {
    let tree = Tree::parse(&source);
    let metadata = metadata::metadata(&tree);
    let (pieces, crowded) = walk::pieces(&tree, &metadata.base);
    let page = Page::new(&tree, &metadata, &pieces);
    let (mut roles, likelihoods) = article::roles(&pieces, &page, model, metadata.body.is_none());
    byline::complete(&pieces, &metadata, &likelihoods, &mut roles);
    let boxes = page.boxes();
    region::complete(&tree, &pieces, &page, &boxes, &mut roles);
    hidden::fold(&tree, &pieces, &mut roles);
    let told = pieces.iter().zip(&roles).filter(|(_, role)| role.is_some_and(is_story));
    let told: usize = told.map(|(piece, _)| piece.text.len()).sum();
    let stated = metadata.body.as_deref().filter(|body| told * HARDLY_ANY < body.len());
    let mut blocks = Vec::new();
    if let Some(title) = article::missing_title(&roles, &metadata, stated.is_some()) {
        let text = Some(Box::from(title));
        blocks.push(Block {
            text,
            kind: Kind::Heading(1),
            role: Role::Title,
            given: Some(Given { role: Role::Title, confidence: 1.0 }),
            ..Block::default()
        });
    }
    for (at, piece) in pieces.into_iter().enumerate() {
        if let Some(role) = roles[at] {
            let confidence = article::confidence(&likelihoods[at], role);
            blocks.push(Block { aside: boxes[at], ..block(piece, Given { role, confidence }, &source) });
        }
    }
    let lines = stated.into_iter().flat_map(str::lines);
    blocks.extend(lines.map(|line| Block { text: Some(Box::from(line)), ..Block::default() }));
    number_asides(&mut blocks);
    Document { source, format: Format::Html, meta: metadata.meta, blocks, crowded, ..Document::default() }
}

/// A page that shows less than one in so many letters of what it tells search engines is written by a script, or behind
/// a wall.
const HARDLY_ANY: usize = 4;

fn is_story(role: Role) -> bool {
    matches!(role, Role::Body | Role::Heading | Role::List | Role::Quote)
}

fn block(piece: Piece, given: Given, source: &str) -> Block {
    let block = piece.into_block();
    let same = block.span.as_ref().is_some_and(|span| source.get(span.clone()) == block.text.as_deref());
    Block { text: block.text.filter(|_| !same), role: given.role, given: Some(given), ..block }
}

/// Numbers the boxes from 0. One that holds a single block, such as a pull quote, is no box; nor is one with nothing
/// but captions or boilerplate in it.
fn number_asides(blocks: &mut [Block]) {
    let mut number = 0;
    for run in blocks.chunk_by_mut(|a, b| a.aside == b.aside) {
        let holds = run.len() > 1 && run[0].aside.is_some() && run.iter().any(|block| is_story(block.role));
        run.iter_mut().for_each(|block| block.aside = holds.then_some(number));
        number += u32::from(holds);
    }
}
