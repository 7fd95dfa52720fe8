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

use crate::document::{Document, Role};
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

/// [`structure`] by other models than those that ship: to score models on articles they were not trained on.
pub fn structure_with(document: &mut Document, corrections: &[Correction], model: &Model, network: &Network) {
    let words = Words::of(document);
    let groups = duplicates::find(document, &words);
    let likely = roles::decide(document, &groups, corrections, model);
    duplicates::fold(document, &words, &groups);
    sidebars::find(document, &Seen { words: &words, groups: &groups, roles: &likely }, corrections, network);
}
