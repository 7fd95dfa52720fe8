//! What there is to be known of a [`Piece`]: where it stands in the tree, what the names around it speak of, how it
//! reads, and what stands beside it. Numbers for [`super::model`], the same for a page wherever it is read.
//!
//! After the features of Readability (containers scored by their paragraphs), boilerpipe (Kohlschütter et al. 2010:
//! words and link density of a block and its neighbours) and Web2Text (Vogels et al. 2018: features of ancestors).

use std::array;
use std::collections::HashSet;

use foldhash::{HashMap, HashMapExt};

use super::metadata::Metadata;
use super::parse::{NodeId, ROOT, Tag, Tree};
use super::vocabulary::{self, GROUPS, Purpose};
use super::walk::Piece;
use super::wording::{Wording, bag, hash, likeness, shingles, words};
use crate::document::Kind;

/// A piece's features; all pieces have as many.
pub type Row = Vec<f32>;

/// From so many bytes on, with few of them in links, a paragraph is one that stories are made of.
const LONG: usize = 80;

/// So many pieces before one and after it are looked at beside it.
const NEAR: usize = 3;

/// Farther than so many levels no difference is made.
pub const FAR: f32 = 12.0;

/// Sums over the pieces under an element.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    text: f32,
    linked: f32,
    long: f32,
    pieces: f32,
}

/// What is around a node, handed down from its parent.
#[derive(Debug, Clone, Copy)]
struct Around {
    depth: u32,
    /// The innermost of [`AROUND`] around it, itself left out.
    nearest: [Option<NodeId>; AROUND.len()],
    /// Where its branch leaves the one of the best container.
    meeting: NodeId,
    /// The outermost box that it is in.
    set_apart: Option<NodeId>,
}

/// Elements whose share of the story is looked at.
const AROUND: [Tag; 4] = [Tag::Article, Tag::Main, Tag::Section, Tag::Div];

/// A page with all that its pieces' features are made of. The cost is in proportion to the page: what is asked of other
/// pieces is asked of sums and of nearest neighbours.
pub struct Page<'a> {
    tree: &'a Tree<'a>,
    pieces: &'a [Piece],
    groups: Vec<u32>,
    /// By node, of everything under it.
    sums: Vec<Sum>,
    /// How much text there is, as a logarithm, by node and by piece.
    node_logs: Vec<f32>,
    piece_logs: Vec<f32>,
    /// By node: the long paragraphs standing in it, and at half weight one level down.
    scores: HashMap<NodeId, f32>,
    /// By node, what is around it.
    around: Vec<Around>,
    best: NodeId,
    /// By piece, whether it is a paragraph that stories are made of.
    are_long: Vec<bool>,
    /// Bytes of long paragraphs, of the page and by signature.
    long: f32,
    signatures: HashMap<u64, Sum>,
    /// The nearest long paragraph of the best container before and after each piece.
    first_long: usize,
    last_long: usize,
    nearest_before: Vec<usize>,
    nearest_after: Vec<usize>,
    texts: HashMap<&'a str, (usize, usize)>,
    about: About,
    /// By piece.
    wordings: Vec<Wording>,
    /// By piece, how like it is to those after it, near ones first.
    alike: Vec<[f32; NEAR]>,
    /// By piece, its key in `signatures`.
    signed: Vec<u64>,
    /// The piece that is most like a title the page gives itself.
    title: Option<usize>,
}

/// What the page's metadata says, as words to compare with.
struct About {
    titles: Vec<Vec<u64>>,
    authors: Vec<Vec<u64>>,
    description: Vec<u64>,
    body: Option<HashSet<u64>>,
}

impl About {
    fn new(metadata: &Metadata) -> About {
        let titles = metadata.titles.iter().map(|t| bag(t)).collect();
        let authors = metadata.authors.iter().map(|a| bag(a)).collect();
        let description = metadata.description.as_deref().map(bag).unwrap_or_default();
        let body = metadata.body.as_deref().map(|body| words(body).collect::<Vec<_>>());
        // An excerpt is no evidence against what it leaves out.
        let body = body.filter(|words| words.len() > 80).map(|words| shingles(&words).collect());
        About { titles, authors, description, body }
    }
}

fn is_long(piece: &Piece) -> bool {
    matches!(piece.kind, Kind::Paragraph | Kind::Quote)
        && piece.text.len() >= LONG
        && piece.linked * 3 < piece.text.len()
        && piece.text.contains(['.', '!', '?', '。', '…', '؟', '।'])
}

impl<'a> Page<'a> {
    pub fn new(tree: &'a Tree<'a>, metadata: &Metadata, pieces: &'a [Piece]) -> Page<'a> {
        let mut sums = vec![Sum::default(); tree.nodes.len()];
        let mut scores: HashMap<NodeId, f32> = HashMap::new();
        let mut signatures: HashMap<u64, Sum> = HashMap::new();
        let mut texts: HashMap<&str, (usize, usize)> = HashMap::new();
        let mut long = 0.0;
        let signed: Vec<u64> = pieces.iter().map(|piece| signature(tree, piece)).collect();
        let are_long: Vec<bool> = pieces.iter().map(is_long).collect();
        for (at, piece) in pieces.iter().enumerate() {
            let text = piece.text.len() as f32;
            let long_here = if are_long[at] { text } else { 0.0 };
            let sum = Sum { text, linked: piece.linked as f32, long: long_here, pieces: 1.0 };
            add(&mut sums[piece.node as usize], sum);
            add(signatures.entry(signed[at]).or_default(), sum);
            let seen = texts.entry(&piece.text).or_insert((at, at));
            seen.1 = at;
            long += long_here;
            if long_here > 0.0 {
                let parent = tree.parent(piece.node).unwrap_or(ROOT);
                *scores.entry(parent).or_default() += long_here;
                if let Some(grandparent) = tree.parent(parent) {
                    *scores.entry(grandparent).or_default() += long_here / 2.0;
                }
            }
        }
        for node in (1..sums.len()).rev() {
            if let Some(parent) = tree.parent(node as NodeId) {
                let sum = sums[node];
                add(&mut sums[parent as usize], sum);
            }
        }
        // Of equals the first in the page, whatever the order of the map.
        let best = scores.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0))).map_or(ROOT, |(node, _)| *node);
        let around = around(tree, best, &sums, long);
        let log = |sum: &Sum| if sum.text > 0.0 { sum.text.ln_1p() } else { 0.0 };
        let node_logs = sums.iter().map(log).collect();
        let piece_logs = pieces.iter().map(|piece| (piece.text.len() as f32).ln_1p()).collect();
        let in_best = |piece: &Piece| around[piece.node as usize].meeting == best;
        let within: Vec<bool> = pieces.iter().zip(&are_long).map(|(piece, long)| *long && in_best(piece)).collect();
        let first_long = within.iter().position(|w| *w).unwrap_or(0);
        let last_long = within.iter().rposition(|w| *w).unwrap_or(0);
        let mut nearest_before = Vec::with_capacity(pieces.len());
        let mut nearest_after = vec![usize::MAX; pieces.len()];
        let mut nearest = usize::MAX;
        for (at, long) in within.iter().enumerate() {
            nearest_before.push(nearest);
            nearest = if *long { at } else { nearest };
        }
        nearest = usize::MAX;
        for (at, long) in within.iter().enumerate().rev() {
            nearest_after[at] = nearest;
            nearest = if *long { at } else { nearest };
        }
        let peopled = |node: NodeId| sums[node as usize].pieces > 0.0;
        let groups = |node: NodeId| if peopled(node) { vocabulary::groups(tree, node) } else { 0 };
        let mut groups: Vec<u32> = (0..tree.nodes.len() as NodeId).map(groups).collect();
        // Inline elements hold no pieces of their own.
        for piece in pieces {
            let inline = std::iter::successors(Some(piece.inner), |node| tree.parent(*node));
            for node in inline.take_while(|node| !peopled(*node)) {
                groups[node as usize] = vocabulary::groups(tree, node);
            }
        }
        let about = About::new(metadata);
        let wordings: Vec<Wording> = pieces.iter().map(Wording::of).collect();
        let next = |at: usize, after: usize| wordings.get(at + after).map_or(&[][..], |next| &next.bag);
        let like = |at: usize, after: usize| likeness(&wordings[at].bag, next(at, after));
        let alike = (0..wordings.len()).map(|at| array::from_fn(|after| like(at, after + 1))).collect();
        let title = title(&about, pieces, &wordings, first_long);
        Page {
            tree,
            pieces,
            groups,
            sums,
            node_logs,
            piece_logs,
            scores,
            around,
            best,
            are_long,
            long,
            signatures,
            first_long,
            last_long,
            nearest_before,
            nearest_after,
            texts,
            about,
            wordings,
            alike,
            signed,
            title,
        }
    }

    /// By piece, the box that it stands in, where the markup sets one apart from the story.
    pub fn boxes(&self) -> Vec<Option<NodeId>> {
        self.pieces.iter().map(|piece| self.around[piece.node as usize].set_apart).collect()
    }

    /// What an element's names say that it is for.
    pub fn purpose(&self, node: NodeId) -> Purpose {
        vocabulary::purpose(self.groups[node as usize])
    }

    /// Whether a piece stands in what the markup calls navigation.
    pub fn navigates(&self, piece: &Piece) -> bool {
        let mut around = std::iter::successors(Some(piece.node), |node| self.tree.parent(*node));
        around.any(|node| self.tree.tag(node) == Tag::Nav)
    }

    /// The features of one piece.
    pub fn row(&self, at: usize, row: &mut Row) {
        row.clear();
        let piece = &self.pieces[at];
        self.names(piece, row);
        self.place(at, piece, row);
        row.extend(self.wordings[at].features);
        self.statements(at, row);
        for before in (1..=NEAR).rev() {
            self.neighbour(at, at.checked_sub(before), row);
        }
        for after in 1..=NEAR {
            self.neighbour(at, Some(at + after).filter(|next| *next < self.pieces.len()), row);
        }
    }

    /// How many levels up the names speak of each group, and the elements of each kind.
    fn names(&self, piece: &Piece, row: &mut Row) {
        const TAGS: [Tag; 14] = [
            Tag::Article,
            Tag::Main,
            Tag::Aside,
            Tag::Nav,
            Tag::Header,
            Tag::Footer,
            Tag::Figure,
            Tag::Form,
            Tag::Li,
            Tag::Table,
            Tag::Section,
            Tag::Blockquote,
            Tag::Button,
            Tag::Figcaption,
        ];
        let mut levels = [FAR; GROUPS];
        let mut tags = [FAR; TAGS.len()];
        let up = std::iter::successors(Some(piece.inner), |node| self.tree.parent(*node)).take(FAR as usize);
        for (level, node) in up.enumerate() {
            let tag = self.tree.tag(node);
            if matches!(tag, Tag::Body | Tag::Html) {
                break;
            }
            let mut groups = self.groups[node as usize];
            while groups != 0 {
                let group = &mut levels[groups.trailing_zeros() as usize];
                *group = group.min(level as f32);
                groups &= groups - 1;
            }
            if let Some(known) = TAGS.iter().position(|known| *known == tag) {
                tags[known] = tags[known].min(level as f32);
            }
        }
        row.extend(levels);
        row.extend(tags);
        row.push(self.around[piece.inner as usize].depth as f32);
        row.push(tag_code(self.tree.tag(piece.node)));
        row.push(tag_code(self.tree.tag(piece.inner)));
        row.push(self.tree.parent(piece.node).map_or(0.0, |parent| tag_code(self.tree.tag(parent))));
        row.push(kind_code(piece.kind));
    }

    /// Where it stands: the containers around it, and the story's paragraphs before and after.
    fn place(&self, at: usize, piece: &Piece, row: &mut Row) {
        let most = self.scores.get(&self.best).copied().unwrap_or(0.0).max(1.0);
        let mut node = Some(piece.node);
        for _ in 0..6 {
            let sum = node.map(|n| self.sums[n as usize]).unwrap_or_default();
            row.push(node.map_or(0.0, |n| self.node_logs[n as usize]));
            row.push(sum.linked / sum.text.max(1.0));
            row.push(sum.long / self.long.max(1.0));
            row.push(sum.text / sum.pieces.max(1.0));
            row.push(node.and_then(|n| self.scores.get(&n)).copied().unwrap_or(0.0) / most);
            node = node.and_then(|n| self.tree.parent(n));
        }
        let around = &self.around[piece.node as usize];
        for nearest in around.nearest {
            let sum = nearest.map(|n| self.sums[n as usize]).unwrap_or_default();
            row.push(sum.long / self.long.max(1.0));
            row.push(sum.linked / sum.text.max(1.0));
        }
        // How far up this branch and the best container's part: levels from here, and from there.
        let depth = |node: NodeId| self.around[node as usize].depth as f32;
        row.push(depth(piece.node) - depth(around.meeting));
        row.push(depth(self.best) - depth(around.meeting));
        let signature = self.signatures.get(&self.signed[at]).copied().unwrap_or_default();
        row.push(signature.pieces.ln_1p());
        row.push(signature.long / self.long.max(1.0));
        row.push(signature.linked / signature.text.max(1.0));
        row.push(signature.text / signature.pieces.max(1.0));
        row.push(at as f32 / self.pieces.len() as f32);
        let far = |n: isize| (n as f32).clamp(-60.0, 60.0);
        row.push(far(at as isize - self.first_long as isize));
        row.push(far(at as isize - self.last_long as isize));
        row.push(self.title.map_or(-70.0, |title| far(at as isize - title as isize)));
        row.push(f32::from(self.title.is_some_and(|title| at > title) && at < self.first_long));
        row.push(self.distance(at, self.nearest_before[at]));
        row.push(self.distance(at, self.nearest_after[at]));
        // Whether the story's nearest paragraphs stand in the same element.
        for near in [self.nearest_before[at], self.nearest_after[at]] {
            let parent = |node| self.tree.parent(node);
            let near = self.pieces.get(near);
            row.push(f32::from(near.is_some_and(|near| parent(near.node) == parent(piece.node))));
        }
        row.push(f32::from(piece.image.is_some()));
        row.push(f32::from(piece.signed));
        let (first, last) = self.texts.get(piece.text.as_str()).copied().unwrap_or((at, at));
        row.push(f32::from(first < at));
        row.push(f32::from(last > at));
    }

    fn distance(&self, at: usize, other: usize) -> f32 {
        if other == usize::MAX { 60.0 } else { (at.abs_diff(other) as f32).min(60.0) }
    }

    /// How it agrees with what the page says of its article.
    fn statements(&self, at: usize, row: &mut Row) {
        let bag = &self.wordings[at].bag;
        row.push(self.about.titles.iter().map(|title| likeness(title, bag)).fold(0.0, f32::max));
        row.push(likeness(&self.about.description, bag));
        let author = self.about.authors.iter().map(|author| {
            let found = author.iter().filter(|word| bag.binary_search(word).is_ok()).count();
            found as f32 / author.len().max(1) as f32
        });
        row.push(author.fold(0.0, f32::max));
        row.push(if self.about.authors.is_empty() { 0.0 } else { 1.0 });
        let Some(body) = &self.about.body else { return row.push(-1.0) };
        let own: Vec<u64> = words(&self.pieces[at].text).take(200).collect();
        if own.len() < 3 {
            return row.push(-0.5);
        }
        let found = shingles(&own).filter(|shingle| body.contains(shingle)).count();
        row.push(found as f32 / (own.len() - 2) as f32);
    }

    fn neighbour(&self, at: usize, next: Option<usize>, row: &mut Row) {
        let Some(next) = next else { return row.extend([-1.0; 7]) };
        let (piece, other) = (&self.pieces[at], &self.pieces[next]);
        row.push(self.piece_logs[next]);
        row.push(other.linked as f32 / other.text.len().max(1) as f32);
        row.push(kind_code(other.kind));
        row.push(f32::from(self.are_long[next]));
        row.push(f32::from(self.tree.parent(other.node) == self.tree.parent(piece.node)));
        row.push(f32::from(self.signed[next] == self.signed[at]));
        row.push(self.alike[at.min(next)][at.abs_diff(next) - 1]);
    }
}

/// The piece that is most like one of the page's titles: a heading rather than another, near the story rather than far.
fn title(about: &About, pieces: &[Piece], wordings: &[Wording], first_long: usize) -> Option<usize> {
    let score = |at: usize| {
        let like = about.titles.iter().map(|title| likeness(title, &wordings[at].bag)).fold(0.0, f32::max);
        let kind = match pieces[at].kind {
            Kind::Heading(level) => 0.4 - 0.05 * f32::from(level),
            Kind::Alt | Kind::Item(_) => -0.3,
            _ => 0.0,
        };
        let late = if at > first_long { 0.3 } else { 0.0 };
        (like > 0.4).then_some(like + kind - late - first_long.abs_diff(at) as f32 / 1000.0)
    };
    let scored = (0..pieces.len()).filter_map(|at| Some((at, score(at)?)));
    let best = scored.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|(at, _)| at);
    best.or_else(|| pieces.iter().position(|piece| piece.kind == Kind::Heading(1)))
}

fn add(to: &mut Sum, sum: Sum) {
    to.text += sum.text;
    to.linked += sum.linked;
    to.long += sum.long;
    to.pieces += sum.pieces;
}

/// Hands down what is around every node; parents come before their children.
fn around(tree: &Tree, best: NodeId, sums: &[Sum], long: f32) -> Vec<Around> {
    /// A box holds a part of the story, and not the most of it.
    const MOST: f32 = 0.35;
    let mut path = vec![false; tree.nodes.len()];
    std::iter::successors(Some(best), |node| tree.parent(*node)).for_each(|node| path[node as usize] = true);
    let mut boxes = vocabulary::Boxes::default();
    let mut all: Vec<Around> = Vec::with_capacity(tree.nodes.len());
    for node in 0..tree.nodes.len() {
        let id = node as NodeId;
        let root = Around { depth: 0, nearest: [None; AROUND.len()], meeting: ROOT, set_apart: None };
        let mut around = root;
        if let Some(parent) = tree.parent(id) {
            around = Around { depth: all[parent as usize].depth + 1, ..all[parent as usize] };
            if let Some(tag) = AROUND.iter().position(|tag| *tag == tree.tag(parent)) {
                around.nearest[tag] = Some(parent);
            }
        }
        if path[node] {
            around.meeting = id;
        }
        let sum = &sums[node];
        let may_be = around.set_apart.is_none() && sum.pieces > 0.0 && sum.long <= MOST * long.max(1.0);
        if may_be && tree.tag(id) != Tag::Text && boxes.has(tree, id) {
            around.set_apart = Some(id);
        }
        all.push(around);
    }
    all
}

/// What pieces made by the same template share: the element and its class, and its parent's.
fn signature(tree: &Tree, piece: &Piece) -> u64 {
    let class = |node: NodeId| {
        let class = tree.attributes_of(node).find(|(name, _)| name.eq_ignore_ascii_case("class"));
        class.map_or("", |(_, value)| value)
    };
    let parent = tree.parent(piece.node).unwrap_or(ROOT);
    let names = [tree.name(piece.node), class(piece.node), tree.name(parent), class(parent)];
    hash(names.iter().flat_map(|name| name.bytes().chain([0xff])))
}

fn kind_code(kind: Kind) -> f32 {
    match kind {
        Kind::Paragraph => 0.0,
        Kind::Heading(level) => 10.0 + f32::from(level),
        Kind::Item(depth) => 3.0 + f32::from(depth.min(3)) / 4.0,
        Kind::Quote => 2.0,
        Kind::Code => 7.0,
        Kind::Table => 8.0,
        Kind::Caption => 5.0,
        Kind::Alt => 6.0,
    }
}

fn tag_code(tag: Tag) -> f32 {
    match tag {
        Tag::P => 0.0,
        Tag::Div => 2.0,
        Tag::Section | Tag::Article | Tag::Main => 3.0,
        Tag::Span => 4.0,
        Tag::A => 5.0,
        Tag::Button => 6.0,
        Tag::Strong => 7.0,
        Tag::Em => 8.0,
        Tag::Li => 10.0,
        Tag::Dd | Tag::Dt => 11.0,
        Tag::Td | Tag::Th => 12.0,
        Tag::Figcaption => 14.0,
        Tag::Figure => 15.0,
        Tag::Time => 16.0,
        Tag::Header => 17.0,
        Tag::Footer | Tag::Nav | Tag::Aside => 18.0,
        Tag::Blockquote => 19.0,
        Tag::Heading(level) => 20.0 + f32::from(level),
        Tag::Img => 30.0,
        _ => 9.0,
    }
}
