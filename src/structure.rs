//! Takes an article apart: gives every block a role, folds duplicates, finds sidebars.
//!
//! The steps, each a question of its own:
//!
//! 1. [`duplicates::find`]: which blocks say the same thing, to the word or nearly, whatever their roles.
//! 2. [`roles::decide`]: what each block is in the article. Such groups are evidence: captions come twice.
//! 3. [`duplicates::fold`]: of each group, which block is shown and which stand folded behind it.
//! 4. [`sidebars::find`]: which spans of blocks are not the main story.
//!
//! What the markup said is believed, what the reader said ([`Correction`]) is taken as given, and the rest is
//! inferred around both. All of it is a pure function of the document and the corrections, and its cost grows in
//! proportion to the text.

pub mod agreement;
pub mod boxes;
pub mod candidates;
pub mod chain;
pub mod cohesion;
pub mod context;
pub mod duplicates;
pub mod features;
pub mod lexicon;
pub mod model;
pub mod network;
pub mod roles;
pub mod scan;
pub mod sidebars;
pub mod vocabulary;
pub mod words;

use serde::{Deserialize, Serialize};

use crate::document::{Document, Role, Sidebar};
use crate::structure::chain::Scores;
use crate::structure::duplicates::Groups;
use crate::structure::model::Model;
use crate::structure::network::Network;
use crate::structure::words::Words;

/// What the reader says about a block. It is taken as given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Correction {
    /// The block at this index has this role.
    Role { block: usize, role: Role },
    /// A sidebar begins with this block.
    SidebarStart { block: usize },
    /// The sidebar that this block stands in ends with it.
    SidebarEnd { block: usize },
    /// No sidebar lies over this block.
    NotSidebar { block: usize },
}

/// What the steps before have seen of a document.
pub struct Seen<'a> {
    pub words: &'a Words,
    pub groups: &'a Groups,
    /// How likely each block is to be of each role.
    pub roles: &'a [Scores],
}

/// Decides what the markup left open, in place. The same document and corrections give the same reading, always.
///
/// A role that the markup gives is kept, and what an earlier reading inferred is decided anew. Corrections that name no
/// block of the document are passed over.
pub fn structure(document: &mut Document, corrections: &[Correction]) {
    structure_with(document, corrections, roles::shipped(), sidebars::shipped());
}

/// Blocks that are taken apart together. What is known of each while that is done would fill the memory otherwise, where
/// an input is nothing but blocks of a letter; no article is as long.
pub const TOGETHER: usize = 1 << 16;

/// [`structure`] by other models than those that ship: to score models on articles they were not trained on.
///
/// More blocks than are taken apart together are so one stretch after another, as if each was an article.
pub fn structure_with(document: &mut Document, corrections: &[Correction], model: &Model, network: &Network) {
    if document.blocks.len() <= TOGETHER {
        return one_stretch(document, corrections, model, network);
    }
    document.sidebars.clear();
    for start in (0..document.blocks.len()).step_by(TOGETHER) {
        let (end, before) = ((start + TOGETHER).min(document.blocks.len()), document.sidebars.len() as u32);
        let mut part = Document {
            source: std::mem::take(&mut document.source),
            meta: document.meta.clone(),
            format: document.format,
            blocks: document.blocks[start..end].iter_mut().map(std::mem::take).collect(),
            ..Document::default()
        };
        let corrections: Vec<Correction> = corrections.iter().filter_map(|said| said.moved_back(start)).collect();
        one_stretch(&mut part, &corrections, model, network);
        document.source = part.source;
        for (to, mut block) in document.blocks[start..].iter_mut().zip(part.blocks) {
            block.duplicate_of = block.duplicate_of.map(|shown| shown + start as u32);
            block.sidebar = block.sidebar.map(|sidebar| sidebar + before);
            *to = block;
        }
        document.sidebars.extend(part.sidebars.into_iter().map(|Sidebar { blocks, title, confidence }| Sidebar {
            blocks: blocks.start + start..blocks.end + start,
            title: title.map(|title| title + start),
            confidence,
        }));
    }
}

impl Correction {
    /// The same of a block so many places before; none where there is no such place.
    fn moved_back(self, by: usize) -> Option<Correction> {
        let back = |block: usize| block.checked_sub(by);
        Some(match self {
            Correction::Role { block, role } => Correction::Role { block: back(block)?, role },
            Correction::SidebarStart { block } => Correction::SidebarStart { block: back(block)? },
            Correction::SidebarEnd { block } => Correction::SidebarEnd { block: back(block)? },
            Correction::NotSidebar { block } => Correction::NotSidebar { block: back(block)? },
        })
    }
}

fn one_stretch(document: &mut Document, corrections: &[Correction], model: &Model, network: &Network) {
    let words = Words::of(document);
    let groups = duplicates::find(document, &words);
    let likely = roles::decide(document, &groups, corrections, model);
    duplicates::fold(document, &words, &groups);
    sidebars::find(document, &Seen { words: &words, groups: &groups, roles: &likely }, corrections, network);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;
    use crate::read;

    #[test]
    fn a_long_input_is_taken_apart_stretch_by_stretch() {
        let mut document = read::read("Boats at the quay.\n\n".repeat(TOGETHER + 3), Format::Text);
        let said = [Correction::Role { block: TOGETHER + 1, role: Role::Caption }];
        structure(&mut document, &said);
        assert_eq!(document.blocks.len(), TOGETHER + 3);
        assert_eq!(document.blocks[TOGETHER + 1].role, Role::Caption);
        for (index, block) in document.blocks.iter().enumerate() {
            assert_eq!(document.text_of(block), "Boats at the quay.");
            let shown = block.duplicate_of.map_or(index, |shown| shown as usize);
            assert_eq!((shown / TOGETHER, document.blocks[shown].duplicate_of), (index / TOGETHER, None));
        }
    }
}
