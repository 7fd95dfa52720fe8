//! What the elements of a page are, by what stands under each: a caption, who wrote and when, a table of figures.

use super::parse::{NodeId, Tag, Tree};
use super::vocabulary;

/// Headings and captions up to this length are one piece, whatever blocks they are put together from.
const MERGED: u32 = 1500;

/// Elements named for who wrote or when are one piece up to this length; with more in them they hold a life, or a list.
const SIGNED: u32 = 250;

/// Tables with more text than this are page layout, or nothing that a reader of articles can use as one block.
const TABLE: u32 = 20_000;

/// Nor are tables with more elements than this waiting to be looked at.
const CELLS: usize = 5000;

/// What stands under a node.
#[derive(Debug, Clone, Copy, Default)]
struct Under {
    /// Bytes of text.
    size: u32,
    /// Whether pictures do, and headings of a story or figures.
    pictured: bool,
    headed: bool,
    /// Whether words stand directly in it, in no other element.
    worded: bool,
}

/// The elements of a page, with what stands under each.
pub(super) struct Elements<'a> {
    tree: &'a Tree<'a>,
    under: Vec<Under>,
}

impl<'a> Elements<'a> {
    pub fn of(tree: &'a Tree<'a>) -> Elements<'a> {
        Elements { tree, under: under(tree) }
    }

    /// Short enough to be one piece.
    pub fn is_short(&self, node: NodeId) -> bool {
        self.under[node as usize].size < MERGED
    }

    /// Whether there is any text in it.
    pub fn is_worded(&self, node: NodeId) -> bool {
        self.under[node as usize].size > 0
    }

    /// An element that its class calls a caption, and that holds no more than words.
    pub fn is_caption(&self, node: NodeId, tag: Tag) -> bool {
        let fits = matches!(tag, Tag::Div | Tag::P | Tag::Span | Tag::Section | Tag::Footer | Tag::Em | Tag::Other);
        let size = self.under[node as usize].size;
        let named = fits && size > 0 && self.is_short(node) && vocabulary::is_caption(self.tree, node);
        named && !self.under[node as usize].pictured
    }

    /// An element named for who wrote or when, that holds no more than that. Amid running words it is a part of them.
    pub fn is_signed(&self, node: NodeId, tag: Tag, parent: NodeId) -> bool {
        use Tag::*;
        let fits = matches!(tag, Div | P | Span | Section | Header | Footer | List | Li | Dl | Time | A | Other);
        let under = self.under[node as usize];
        let alone = tag.is_block() || !self.under[parent as usize].worded;
        let small = under.size > 0 && under.size < SIGNED && !under.headed;
        fits && alone && small && (tag == Time || vocabulary::is_signed(self.tree, node))
    }

    /// A table of figures rather than of the page's layout.
    pub fn is_data(&self, table: NodeId) -> bool {
        if self.under[table as usize].size > TABLE {
            return false;
        }
        let (mut cells, mut rows, mut blocks, mut spanned) = (0, 0, 0, 0_usize);
        let mut pending = vec![table];
        while let Some(node) = pending.pop() {
            for child in self.tree.children(node) {
                match self.tree.tag(child) {
                    Tag::Table | Tag::Article | Tag::Figure | Tag::Form | Tag::Img => return false,
                    Tag::P | Tag::Heading(_) | Tag::List => blocks += 1,
                    Tag::Td | Tag::Th => {
                        cells += 1;
                        let rows = self.tree.attribute(child, "rowspan").and_then(|rows| rows.trim().parse().ok());
                        spanned += rows.unwrap_or(1_usize).clamp(1, CELLS) - 1;
                    }
                    Tag::Tr => rows += 1,
                    _ => {}
                }
                pending.push(child);
                if pending.len() > CELLS {
                    return false;
                }
            }
        }
        // A cell that spans rows stands for one in each of them.
        rows > 1 && cells + spanned.min(rows) >= 2 * rows && blocks <= cells
    }

    /// The most cells in a row of a table.
    pub fn cells(&self, table: NodeId) -> usize {
        let of = |tag: fn(Tag) -> bool| self.tree.children(table).filter(move |child| tag(self.tree.tag(*child)));
        let own = of(|tag| matches!(tag, Tag::Td | Tag::Th)).count();
        of(|tag| matches!(tag, Tag::TableSection | Tag::Tr)).map(|part| self.cells(part)).fold(own, usize::max)
    }
}

fn under(tree: &Tree) -> Vec<Under> {
    let mut under = vec![Under::default(); tree.nodes.len()];
    // Children come after their parents.
    for node in (1..tree.nodes.len()).rev() {
        let mut worded = false;
        match tree.nodes[node].tag {
            Tag::Text => {
                let text = tree.name(node as NodeId).trim();
                under[node].size = text.len() as u32;
                worded = text.contains(char::is_alphanumeric);
            }
            Tag::Img => under[node].pictured = true,
            Tag::Heading(1 | 2) | Tag::Figure => under[node].headed = true,
            _ => {}
        }
        if let Some(parent) = tree.parent(node as NodeId) {
            let Under { size, pictured, headed, .. } = under[node];
            let parent = &mut under[parent as usize];
            parent.size += size;
            parent.pictured |= pictured;
            parent.headed |= headed;
            parent.worded |= worded;
        }
    }
    under
}
