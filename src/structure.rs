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
pub mod convolution;
pub mod duplicates;
pub mod features;
pub mod lexicon;
pub mod model;
pub mod network;
pub mod roles;
pub mod scan;
pub mod sidebars;
pub mod vocabulary;
pub mod weights;
pub mod words;

use std::num::NonZero;
use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde::{Deserialize, Serialize};

use crate::document::{Block, Document, Role, Sidebar};
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
pub const TOGETHER: usize = 1 << 12;

/// [`structure`] by other models than those that ship: to score models on articles they were not trained on.
///
/// More blocks than are taken apart together are so one stretch after another, as if each was an article; stretches
/// are shared among the processor's cores.
pub fn structure_with(document: &mut Document, corrections: &[Correction], model: &Model, network: &Network) {
    if document.blocks.len() <= TOGETHER {
        return one_stretch(document, corrections, model, network);
    }
    let count = document.blocks.len().div_ceil(TOGETHER);
    let size = document.blocks.len().div_ceil(count);
    let whole = &*document;
    let read = |stretch: usize| {
        let start = stretch * size;
        let mut part = whole.stretch(start..(start + size).min(whole.blocks.len()));
        let corrections: Vec<Correction> = corrections.iter().filter_map(|said| said.moved_back(start)).collect();
        one_stretch(&mut part, &corrections, model, network);
        let told = |block: &Block| (block.role, block.confidence, block.duplicate_of, block.sidebar);
        (part.blocks.iter().map(told).collect::<Vec<_>>(), part.sidebars)
    };
    let parts = on_all_cores(count, read);
    document.sidebars.clear();
    for (stretch, (told, sidebars)) in parts.into_iter().enumerate() {
        let (start, before) = (stretch * size, document.sidebars.len() as u32);
        for (block, (role, confidence, duplicate_of, sidebar)) in document.blocks[start..].iter_mut().zip(told) {
            (block.role, block.confidence) = (role, confidence);
            block.duplicate_of = duplicate_of.map(|shown| shown + start as u32);
            block.sidebar = sidebar.map(|sidebar| sidebar + before);
        }
        document.sidebars.extend(sidebars.into_iter().map(|Sidebar { blocks, title, confidence }| Sidebar {
            blocks: blocks.start + start..blocks.end + start,
            title: title.map(|title| title + start),
            confidence,
        }));
    }
}

/// What is made of every number below `count`, in their order.
fn on_all_cores<Made: Send>(count: usize, make: impl Fn(usize) -> Made + Sync) -> Vec<Made> {
    let next = AtomicUsize::new(0);
    let work = || {
        let numbers =
            std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < count));
        numbers.map(|number| (number, make(number))).collect::<Vec<_>>()
    };
    let mut made = thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, NonZero::get).min(count);
        let others: Vec<_> = (1..cores).filter_map(|_| thread::Builder::new().spawn_scoped(scope, work).ok()).collect();
        let mut made = work();
        for other in others {
            match other.join() {
                Ok(more) => made.extend(more),
                Err(panic) => resume_unwind(panic),
            }
        }
        made
    });
    made.sort_unstable_by_key(|(number, _)| *number);
    made.into_iter().map(|(_, made)| made).collect()
}

impl Document {
    /// Some of the blocks as a document of their own, with their shown text for its source.
    fn stretch(&self, blocks: Range<usize>) -> Document {
        let mut part = Document { meta: self.meta.clone(), format: self.format, ..Document::default() };
        for block in &self.blocks[blocks] {
            let start = part.source.len();
            part.source += self.text_of(block);
            part.blocks.push(Block {
                span: Some(start..part.source.len()),
                kind: block.kind,
                given: block.given,
                aside: block.aside,
                ..Block::default()
            });
        }
        part
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
    let crumbs = is_crumbs(document);
    let words = if crumbs { Words::none(document.blocks.len()) } else { Words::of(document) };
    let groups = duplicates::find(document, &words);
    let likely = roles::decide(document, &groups, corrections, (!crumbs).then_some(model));
    duplicates::fold(document, &words, &groups);
    sidebars::find(document, &Seen { words: &words, groups: &groups, roles: &likely }, corrections, network);
}

/// Whether a stretch is many blocks that are shorter than words, in the mean: a column of letters or of digits. Such
/// blocks have nothing to be told by. They would cost many times what their bytes do, for a block has a cost of its own.
fn is_crumbs(document: &Document) -> bool {
    let bytes: usize = document.blocks.iter().map(|block| document.text_of(block).len()).sum();
    document.blocks.len() >= MANY && bytes < WORD * document.blocks.len()
}

/// More blocks than even a long list has, and bytes of a short word.
const MANY: usize = 256;
const WORD: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;
    use crate::read;

    #[test]
    fn what_a_page_has_above_its_title_is_not_the_title() {
        let articles = [
            include_str!("../tests/fixtures/plum-cake.txt"),
            include_str!("../tests/fixtures/bridge-live.txt"),
            include_str!("../tests/fixtures/nachtbus-igel.txt"),
        ];
        for article in articles {
            let title = article.lines().next().unwrap_or_default();
            for above in ["", "Skip to main content\n\n", "Home > News > Region\n\n", "Menu\n\nSearch\n\nRegister\n\n"]
            {
                // Some have a line a paragraph, others a blank line between.
                let above = if article.contains("\n\n") { above.to_string() } else { above.replace("\n\n", "\n") };
                let mut document = read::read(above.clone() + article, Format::Text);
                structure(&mut document, &[]);
                let titles = document.blocks.iter().filter(|block| block.role == Role::Title);
                let titles: Vec<&str> = titles.map(|block| document.text_of(block)).collect();
                assert_eq!(titles, [title], "below {above:?}");
            }
        }
    }

    #[test]
    fn nothing_of_a_note_is_furniture() {
        let notes = [
            "Back by six.\n\nThe soup is on the stove, stir it now and then.",
            "eggs\n\nflour\n\nlamp oil",
            "Hello world",
            "Dear Ida,\n\nThe parcel came on Thursday, and nothing in it was broken. The children have not let go of the \
             kite since.\n\nWe hope to see you at Easter.\n\nYours,\n\nPeer",
        ];
        for note in notes {
            let mut document = read::read(note.to_string(), Format::Text);
            structure(&mut document, &[]);
            assert!(document.blocks.iter().all(|block| !block.is_clutter()), "{note}");
        }
    }

    #[test]
    fn an_input_is_no_furniture_from_end_to_end() {
        let mut document = read::read("Advertisement\n\nRead more: The ferry is back\n\nShare\n".into(), Format::Text);
        // Nor does it become so once the reader says what a line of it is.
        for said in [&[][..], &[Correction::Role { block: 1, role: Role::Heading }]] {
            structure(&mut document, said);
            assert!(document.blocks.iter().all(|block| block.role != Role::Boilerplate), "{said:?}");
        }
    }

    #[test]
    fn many_blocks_shorter_than_words_are_the_storys_but_for_what_is_said() {
        let read = |text: &str| {
            let mut document = read::read(format!("{text}\n").repeat(MANY), Format::Text);
            let said = [
                Correction::Role { block: 2, role: Role::Caption },
                Correction::SidebarStart { block: 4 },
                Correction::SidebarEnd { block: 6 },
            ];
            structure(&mut document, &said);
            assert_eq!((document.blocks.len(), document.blocks[2].role), (MANY, Role::Caption));
            let [sidebar] = &document.sidebars[..] else { panic!("not one sidebar in {text}") };
            assert_eq!(sidebar.blocks, 4..7);
            document.blocks.iter().filter(|block| (block.role, block.confidence) == (Role::Body, 0.5)).count()
        };
        assert_eq!(["a", "17", "¾"].map(read), [MANY - 1; 3]);
        assert_eq!(["harbour", "a harbour"].map(read), [0; 2]);
        let mut bullets = read::read("• a\n".repeat(MANY), Format::Text);
        structure(&mut bullets, &[]);
        assert!(bullets.blocks.iter().all(|block| (block.role, block.confidence) == (Role::List, 0.5)));
        // Fewer are a note, and are read.
        let mut fewer = read::read("a\n".repeat(MANY - 1), Format::Text);
        structure(&mut fewer, &[]);
        assert!(fewer.blocks.iter().all(|block| block.confidence != 0.5));
    }

    #[test]
    fn a_long_input_is_taken_apart_stretch_by_stretch() {
        let mut document = read::read("Boats at the quay.\n\n".repeat(2 * TOGETHER + 1), Format::Text);
        let said = [Correction::Role { block: TOGETHER + 1, role: Role::Caption }];
        structure(&mut document, &said);
        assert_eq!(document.blocks.len(), 2 * TOGETHER + 1);
        assert_eq!(document.blocks[TOGETHER + 1].role, Role::Caption);
        let size = document.blocks.len().div_ceil(3);
        for (index, block) in document.blocks.iter().enumerate() {
            assert_eq!(document.text_of(block), "Boats at the quay.");
            let shown = block.duplicate_of.map_or(index, |shown| shown as usize);
            assert_eq!((shown / size, document.blocks[shown].duplicate_of), (index / size, None));
        }
    }
}
