//! Places that are found again: what is kept of a position, a place, a correction.
//!
//! A position names a block by its number and a byte in its shown text. Both are the work of one version of
//! cutline: another may cut the text into other blocks, or clean it otherwise. What does not change is the source,
//! since an article is known by it. So an [`Anchor`] also says which bytes of the source the block was, and, as an
//! HTML page may show what stands nowhere in it as such, what its words were. [`Finder`] takes
//!
//! 1. the block of the same bytes; of a block without bytes, the nearest with the same words;
//! 2. else, for a place, the block that now holds its byte, or the nearest to it;
//! 3. else, for a correction, a block of the same words at an overlapping place. What was said of a caption need
//!    not hold for the paragraph that swallowed it: such a correction waits until the block is found again.

use std::cell::OnceCell;
use std::collections::HashMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::document::{Block, Document, Position};
use crate::layout::Part;
use crate::reader::{Pane, Place};
use crate::structure::Correction;

/// A position as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    block: usize,
    /// Bytes into the block's shown text.
    offset: usize,
    /// The block's first byte in the source and the one after its last, if it stands there.
    span: Option<(usize, usize)>,
    /// The byte of the source that the position is at, as near as can be told: to the byte where the source is
    /// shown as it is, in proportion where it is not. Of a block that is not in the source: where the nearest
    /// block before it begins that is.
    byte: usize,
    /// The first 32 bits of the BLAKE3 hash of the block's shown text, as a little-endian number.
    words: u32,
}

/// A place as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPlace {
    part: KeptPart,
    top: Anchor,
    cursor: Anchor,
    #[serde(with = "KeptPane")]
    focus: Pane,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KeptPart {
    Story,
    Whole,
    /// The sidebar that the place stands in.
    Sidebar,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Pane", rename_all = "snake_case")]
enum KeptPane {
    Body,
    Sidebars,
    Captions,
}

/// A correction as it is kept. The number of its block is that of the anchor, and replaced by what that finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptCorrection {
    correction: Correction,
    anchor: Option<Anchor>,
}

impl Anchor {
    /// The anchor of a position, if there is such a block.
    pub fn of(document: &Document, position: Position) -> Option<Anchor> {
        let block = document.blocks.get(position.block)?;
        let text = document.text_of(block);
        // In a picture, it is kept as the words below.
        let offset = if position.rows_above() > 0 { 0 } else { position.offset.min(text.len()) };
        let byte = match &block.span {
            Some(span) => span.start + scaled(offset, text.len(), span.len()),
            None => {
                let before = document.blocks[..position.block].iter().rev().find_map(|b| b.span.as_ref());
                before.map_or(0, |span| span.start)
            }
        };
        Some(Anchor { block: position.block, offset, span: span_of(block), byte, words: words_of(text) })
    }
}

impl KeptPlace {
    /// What to keep of a place, if its blocks are the document's.
    pub fn of(document: &Document, place: Place) -> Option<KeptPlace> {
        let part = match place.part {
            Part::Story => KeptPart::Story,
            Part::Whole => KeptPart::Whole,
            Part::Sidebar(_) => KeptPart::Sidebar,
        };
        let (top, cursor) = (Anchor::of(document, place.top)?, Anchor::of(document, place.cursor)?);
        Some(KeptPlace { part, top, cursor, focus: place.focus })
    }

    /// The place, in the present reading of the article. A sidebar's that is none any longer is in the story.
    pub fn find(&self, finder: &Finder<'_>) -> Option<Place> {
        let (top, cursor) = (finder.position(&self.top)?, finder.position(&self.cursor)?);
        let sidebar = |position: Position| finder.document.blocks[position.block].sidebar;
        let part = match self.part {
            KeptPart::Story => Part::Story,
            KeptPart::Whole => Part::Whole,
            KeptPart::Sidebar => {
                sidebar(top).or(sidebar(cursor)).map_or(Part::Story, |index| Part::Sidebar(index as usize))
            }
        };
        Some(Place { part, top, cursor, focus: self.focus })
    }
}

impl KeptCorrection {
    /// What to keep of a correction. One that names no block of the document has nothing to be found by.
    pub fn of(document: &Document, correction: Correction) -> KeptCorrection {
        let mut named = correction;
        let anchor = Anchor::of(document, Position { block: *block_of(&mut named), offset: 0 });
        KeptCorrection { correction, anchor }
    }

    /// The correction, of the block's number in the present reading of the article.
    pub fn find(mut self, finder: &Finder<'_>) -> Option<Correction> {
        let anchor = self.anchor?;
        *block_of(&mut self.correction) = finder.unchanged(&anchor).or_else(|| finder.worded(&anchor))?;
        Some(self.correction)
    }
}

/// The number of the block that a correction is about.
fn block_of(correction: &mut Correction) -> &mut usize {
    match correction {
        Correction::Role { block, .. }
        | Correction::SidebarStart { block }
        | Correction::SidebarEnd { block }
        | Correction::NotSidebar { block } => block,
    }
}

/// Finds anchors in a document. What it needs to look far is made when it first has to.
pub struct Finder<'a> {
    document: &'a Document,
    /// Blocks by what their words hash to: where they stand, and their numbers.
    by_words: OnceCell<HashMap<u32, Vec<(usize, usize)>>>,
    /// The first bytes of blocks and their numbers, in order.
    by_start: OnceCell<Vec<(usize, usize)>>,
}

impl<'a> Finder<'a> {
    pub fn new(document: &'a Document) -> Finder<'a> {
        Finder { document, by_words: OnceCell::new(), by_start: OnceCell::new() }
    }

    /// The position that an anchor was made of, or what is nearest to it; none only in a document without blocks.
    pub fn position(&self, anchor: &Anchor) -> Option<Position> {
        let found = self.unchanged(anchor).or_else(|| match anchor.span {
            Some(_) => self.holding(anchor.byte).or_else(|| self.worded(anchor)),
            None => self.worded(anchor),
        });
        let block = found.or_else(|| self.nearest(anchor))?;
        let text = self.document.text(block);
        let offset = match &self.document.blocks[block].span {
            _ if words_of(text) == anchor.words => anchor.offset,
            Some(span) => {
                let into = anchor.byte.saturating_sub(span.start).min(span.len().saturating_sub(1));
                scaled(into, span.len(), text.len())
            }
            None => 0,
        };
        Some(Position { block, offset: floor(text, offset) })
    }

    /// The block that an anchor was made of, or what is nearest to it.
    pub fn block(&self, anchor: &Anchor) -> Option<usize> {
        self.position(anchor).map(|position| position.block)
    }

    /// The block of the very bytes; or, of a block without, the one of that number if it still has the words.
    fn unchanged(&self, anchor: &Anchor) -> Option<usize> {
        let document = self.document;
        if let Some(block) = document.blocks.get(anchor.block)
            && span_of(block) == anchor.span
            && (anchor.span.is_some() || words_of(document.text_of(block)) == anchor.words)
        {
            return Some(anchor.block);
        }
        let (from, _) = anchor.span?;
        let starts = self.starts();
        let there = starts[starts.partition_point(|(start, _)| *start < from)..].iter();
        let mut there = there.take_while(|(start, _)| *start == from).map(|(_, block)| *block);
        there.find(|block| span_of(&document.blocks[*block]) == anchor.span)
    }

    /// The block of the very words, the nearest to where it was; not one of bytes that are surely others.
    fn worded(&self, anchor: &Anchor) -> Option<usize> {
        let blocks = &self.document.blocks;
        let by_words = self.by_words.get_or_init(|| {
            let mut found: HashMap<u32, Vec<(usize, usize)>> = HashMap::new();
            let mut start = 0;
            for (index, block) in blocks.iter().enumerate() {
                start = block.span.as_ref().map_or(start, |span| span.start);
                found.entry(words_of(self.document.text_of(block))).or_default().push((start, index));
            }
            found
        });
        let elsewhere = |block: usize| match (anchor.span, &blocks[block].span) {
            (Some((from, to)), Some(span)) => span.end <= from || to <= span.start,
            _ => false,
        };
        let at = anchor.span.map_or(anchor.byte, |(from, _)| from);
        let distance = |(start, block): &&(usize, usize)| (start.abs_diff(at), block.abs_diff(anchor.block));
        let candidates = by_words.get(&anchor.words)?.iter().filter(|(_, block)| !elsewhere(*block));
        candidates.min_by_key(distance).map(|(_, block)| *block)
    }

    /// The block that a byte of the source is in.
    fn holding(&self, byte: usize) -> Option<usize> {
        let starts = self.starts();
        let last = starts.partition_point(|(start, _)| *start <= byte).checked_sub(1)?;
        let (_, block) = starts[last];
        span_of(&self.document.blocks[block]).filter(|(_, end)| byte < *end).map(|_| block)
    }

    /// The block that follows a byte that no block holds; where none does, the last.
    fn nearest(&self, anchor: &Anchor) -> Option<usize> {
        let starts = self.starts();
        let next = starts.get(starts.partition_point(|(start, _)| *start <= anchor.byte));
        let by_number = || self.document.blocks.len().checked_sub(1).map(|last| anchor.block.min(last));
        next.or(starts.last()).map(|(_, block)| *block).or_else(by_number)
    }

    fn starts(&self) -> &[(usize, usize)] {
        self.by_start.get_or_init(|| {
            let blocks = self.document.blocks.iter().enumerate();
            let mut starts: Vec<_> = blocks.filter_map(|(index, b)| Some((b.span.as_ref()?.start, index))).collect();
            starts.sort_unstable();
            starts
        })
    }
}

/// What is kept, as JSON.
pub fn json(kept: &impl Serialize) -> String {
    // Numbers and names alone: there is nothing in them that JSON could not say.
    serde_json::to_string(kept).unwrap_or_default()
}

/// What was kept, of JSON; none if it is not what this version writes.
pub fn parse<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    serde_json::from_slice(json).ok()
}

fn span_of(block: &Block) -> Option<(usize, usize)> {
    block.span.as_ref().map(|span| (span.start, span.end))
}

fn words_of(text: &str) -> u32 {
    let mut first = [0; 4];
    first.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..4]);
    u32::from_le_bytes(first)
}

/// Where a byte of so many is among others.
fn scaled(byte: usize, of: usize, to: usize) -> usize {
    if of == to { byte } else { (byte as u128 * to as u128 / of.max(1) as u128) as usize }
}

/// The nearest place at or before a byte where a character begins.
fn floor(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::{Role, Sidebar};

    const SOURCE: &str = "The ferry left at noon. Nobody waved. A dog slept on the quay until it came back.";

    /// The source cut into blocks at these bytes.
    fn cut(cuts: &[usize]) -> Document {
        let ends = cuts.iter().copied().chain([SOURCE.len()]);
        let mut start = 0;
        let blocks = ends.map(|end| {
            let span = start..end;
            start = end;
            Block { span: Some(span), ..Block::default() }
        });
        Document { blocks: blocks.collect(), source: SOURCE.to_string(), ..Document::default() }
    }

    /// A block that stands nowhere in the source.
    fn apart(text: &str) -> Block {
        Block { text: Some(text.into()), ..Block::default() }
    }

    /// Where a position in one document is found in another, after it was kept.
    fn moved(from: &Document, position: Position, to: &Document) -> Option<Position> {
        let kept = json(&Anchor::of(from, position).unwrap());
        Finder::new(to).position(&parse(kept.as_bytes()).unwrap())
    }

    fn at(block: usize, offset: usize) -> Position {
        Position { block, offset }
    }

    proptest! {
        #[test]
        fn a_place_keeps_its_byte_however_the_text_is_cut(
            cuts in proptest::collection::btree_set(1..SOURCE.len(), 0..6),
            others in proptest::collection::btree_set(1..SOURCE.len(), 0..6),
            byte in 0..SOURCE.len(),
        ) {
            let before = cut(&cuts.into_iter().collect::<Vec<_>>());
            let after = cut(&others.into_iter().collect::<Vec<_>>());
            let start = |document: &Document, block: usize| document.blocks[block].span.clone().unwrap().start;
            let block = (0..before.blocks.len()).rev().find(|b| start(&before, *b) <= byte).unwrap();
            let position = at(block, byte - start(&before, block));
            prop_assert_eq!(moved(&before, position, &before), Some(position));
            let found = moved(&before, position, &after).unwrap();
            prop_assert_eq!(start(&after, found.block) + found.offset, byte);
        }

        #[test]
        fn what_was_kept_elsewhere_or_tampered_with_is_a_place_still(
            (block, offset, byte, words) in any::<(usize, usize, usize, u32)>(),
            span in any::<Option<(usize, usize)>>(),
            spanned in any::<bool>(),
        ) {
            let mut document = cut(&[24, 38]);
            if !spanned {
                document.blocks = vec![apart("Zürich"), apart("the quay")];
            }
            let found = Finder::new(&document).position(&Anchor { block, offset, span, byte, words }).unwrap();
            prop_assert!(document.text(found.block).is_char_boundary(found.offset));
        }
    }

    #[test]
    fn a_document_without_blocks_has_no_places() {
        assert_eq!(moved(&cut(&[]), at(0, 3), &Document::default()), None);
        assert_eq!(Anchor::of(&Document::default(), at(0, 0)), None);
    }

    #[test]
    fn a_block_without_bytes_is_found_by_its_words_the_nearest_first() {
        let mut before = cut(&[24, 38]);
        before.blocks.insert(1, apart("A gull"));
        before.blocks.push(apart("A gull"));
        let mut after = before.clone();
        after.blocks.insert(0, apart("An advertisement"));
        assert_eq!(moved(&before, at(1, 2), &after), Some(at(2, 2)));
        assert_eq!(moved(&before, at(4, 2), &after), Some(at(5, 2)));
    }

    #[test]
    fn a_block_that_is_gone_leaves_the_place_to_the_one_that_follows() {
        let mut after = cut(&[24, 38]);
        after.blocks.remove(1);
        assert_eq!(moved(&cut(&[24, 38]), at(1, 5), &after), Some(at(1, 0)));
    }

    #[test]
    fn a_text_that_is_cleaned_otherwise_keeps_the_place_nearly() {
        let mut before = cut(&[]);
        before.blocks[0].text = Some(SOURCE.replace("quay", "\u{201c}quay\u{201d}").into());
        let found = moved(&before, at(0, 60), &cut(&[])).unwrap();
        assert!(found.offset.abs_diff(60) < 6, "{found:?}");
    }

    #[test]
    fn a_correction_is_found_by_its_bytes_or_its_words_but_never_moved_to_another_block() {
        let mut before = cut(&[24, 38]);
        before.blocks.push(apart("A gull"));
        let kept = |block| KeptCorrection::of(&before, Correction::Role { block, role: Role::Caption });
        let found = |block, after: &Document| kept(block).find(&Finder::new(after));
        let caption = |block| Some(Correction::Role { block, role: Role::Caption });
        assert_eq!(found(1, &before), caption(1));

        let mut split = cut(&[12, 24, 38]);
        split.blocks.insert(0, apart("A gull"));
        assert_eq!(found(1, &split), caption(3), "the same bytes");
        assert_eq!(found(3, &split), caption(0), "the same words");
        split.blocks[3].span = Some(25..38);
        split.blocks[3].text = Some(SOURCE[24..38].into());
        assert_eq!(found(1, &split), caption(3), "the same words at bytes that overlap");
        assert_eq!(found(1, &cut(&[38])), None, "swallowed");
        split.blocks[3].span = Some(60..70);
        assert_eq!(found(1, &split), None, "the words stand elsewhere");
        assert_eq!(found(9, &before), None, "it never named a block");
    }

    #[test]
    fn a_sidebar_is_known_by_the_place_in_it() {
        let with_sidebar = |blocks: std::ops::Range<usize>| {
            let mut document = cut(&[10, 24, 38, 60]);
            document.blocks[blocks.clone()].iter_mut().for_each(|b| b.sidebar = Some(0));
            document.sidebars = vec![Sidebar { blocks, title: None, confidence: 1.0 }];
            document
        };
        let before = with_sidebar(1..3);
        let place = Place { part: Part::Sidebar(0), top: at(1, 0), cursor: at(2, 1), focus: Pane::Sidebars };
        let kept = KeptPlace::of(&before, place).unwrap();
        assert_eq!(kept.find(&Finder::new(&before)), Some(place));
        assert_eq!(kept.find(&Finder::new(&with_sidebar(0..2))), Some(place), "it begins earlier");
        let aside = Place { part: Part::Story, ..place };
        assert_eq!(kept.find(&Finder::new(&with_sidebar(3..4))), Some(aside), "it is none any longer");
        let stale = KeptPlace::of(&before, Place { part: Part::Sidebar(7), ..place });
        assert_eq!(stale, Some(kept), "sidebars were numbered anew since the place was marked");
    }
}
