//! The weights that roles are told by, and how they score.
//!
//! An ensemble of oblivious trees (Prokhorenkova and others, "CatBoost", NeurIPS 2018) gives every block a score a
//! role; a [`Chain`] joins the scores of the blocks in a row. A tree asks the same few questions of every block, is
//! a byte above a threshold, and the answers are the number of its leaf: without a branch, many blocks at a time.
//! Trees and chain are trained together, by gradient boosting of the chain's likelihood (Dietterich, Hao and
//! Ashenfelter, "Gradient tree boosting for training conditional random fields", JMLR 2008).

use std::borrow::Cow;
use std::sync::LazyLock;

use fearless_simd::{Level, Simd, WithSimd};

use crate::structure::chain::{Chain, ROLES, Scores};
use crate::structure::context;
use crate::structure::convolution::Convolution;
use crate::structure::features::{COUNT, Feature, Row};
use crate::structure::lexicon::{BUCKETS, Lexicon, PLACED};
use crate::structure::vocabulary::{self, EMPTY, mix};
use crate::structure::weights::{self, float, floats, put, several, take};

/// Questions of a tree.
pub const DEPTH: usize = 4;
pub const LEAVES: usize = 1 << DEPTH;

/// Blocks scored at a time.
pub const BATCH: usize = 64;

/// One question: is the column above the threshold?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Question {
    pub column: u16,
    pub above: u8,
}

/// A tree as it is grown: its questions, and what each leaf weighs for each role.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    pub questions: [Question; DEPTH],
    pub leaves: [Scores; LEAVES],
}

/// A tree as it is kept: three bytes a question, then two bytes a weight in whole numbers, which add faster.
type Kept = [u8; ASKED + LEAVES * WEIGHED];

/// Bytes of a tree's questions, and of a leaf's weights.
const ASKED: usize = 3 * DEPTH;
const WEIGHED: usize = 2 * ROLES;

/// All that is learned from the corpus for telling roles.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Model {
    pub lexicon: Lexicon,
    /// The first reading, which sees no other, and the second, which sees what the first made of the article.
    pub readings: [Reading; 2],
    /// It reads the article by itself; where there is none, the second reading has the word alone.
    pub network: Option<Convolution>,
}

/// What one reading of an article decides by.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// They score the blocks. The trees that ship are read where they lie.
    trees: Cow<'static, [Kept]>,
    /// What a weight of one stands for: so much that no sum overflows.
    unit: f32,
    /// It joins the scores of the blocks in a row.
    pub chain: Chain,
}

/// Columns of a batch of blocks, [`BATCH`] bytes each. A block's own features come first, then its neighbours': the
/// same bytes, looked at so many places on.
pub struct Columns {
    /// The features of the batch and of the blocks around it.
    bytes: Box<[[u8; WIDTH]; COUNT]>,
}

/// How far off the neighbours are that a block is judged by.
const EDGE: usize = 3;

/// Bytes kept of a feature: those of a batch and of the blocks around it, in eights.
const WIDTH: usize = (BATCH + 2 * EDGE).next_multiple_of(8);

/// Which feature each column is of, and where in it the batch begins.
static PLACES: LazyLock<Vec<(u16, u16)>> = LazyLock::new(|| {
    let own = (0..COUNT).map(|feature| (0, feature));
    let near = context::window().map(|(offset, feature)| (offset, feature as usize));
    let place = |(offset, feature): (isize, usize)| (feature as u16, EDGE.saturating_add_signed(offset) as u16);
    own.chain(near).map(place).collect()
});

impl Default for Columns {
    fn default() -> Self {
        Columns { bytes: Box::new([[0; WIDTH]; COUNT]) }
    }
}

impl Columns {
    /// Gathers the features of the blocks from `first` on; a neighbour beyond the article's ends is all zeros.
    pub fn gather(&mut self, rows: &[Row], first: usize) {
        const NONE: &Row = &[0; COUNT];
        let row = |at: usize| (first + at).checked_sub(EDGE).and_then(|at| rows.get(at)).unwrap_or(NONE);
        for at in (0..WIDTH).step_by(8) {
            let rows: [&Row; 8] = std::array::from_fn(|i| row(at + i));
            // The last eight features overlap those before, so that all are taken in eights.
            for feature in (0..COUNT - 8).step_by(8).chain([COUNT - 8]) {
                let square = transposed(rows.map(|row| eight(row, feature)));
                for (bytes, column) in self.bytes[feature..].iter_mut().zip(square) {
                    bytes[at..at + 8].copy_from_slice(&column.to_le_bytes());
                }
            }
        }
    }

    /// How many columns there are.
    pub fn count() -> usize {
        PLACES.len()
    }

    /// A column of the blocks that were gathered.
    pub fn column(&self, index: usize) -> &[u8; BATCH] {
        const ZEROS: &[u8; BATCH] = &[0; BATCH];
        let (feature, from) = PLACES[index];
        self.bytes[usize::from(feature)][usize::from(from)..].first_chunk().unwrap_or(ZEROS)
    }
}

/// Eight bytes of a row.
fn eight(row: &Row, from: usize) -> u64 {
    row[from..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// Eight rows of eight bytes as columns (Warren, *Hacker's Delight*, 7-3).
fn transposed(mut rows: [u64; 8]) -> [u64; 8] {
    for (distance, mask) in [(4, 0x0000_0000_ffff_ffff), (2, 0x0000_ffff_0000_ffff), (1, 0x00ff_00ff_00ff_00ffu64)] {
        for low in (0..8).filter(|row| row & distance == 0) {
            let swapped = (rows[low] >> (8 * distance) ^ rows[low + distance]) & mask;
            rows[low + distance] ^= swapped;
            rows[low] ^= swapped << (8 * distance);
        }
    }
    rows
}

/// The questions of a tree.
fn questions(tree: &Kept) -> impl Iterator<Item = Question> {
    let (questions, _) = tree[..ASKED].as_chunks();
    questions.iter().map(|&[low, high, above]| Question { column: u16::from_le_bytes([low, high]), above })
}

/// The leaf of each block of a batch.
#[inline(always)]
fn leaves_of(tree: &Kept, columns: &Columns) -> [u8; BATCH] {
    let mut leaf = [0u8; BATCH];
    for (bit, question) in questions(tree).enumerate() {
        let column = columns.column(usize::from(question.column));
        for (leaf, &value) in leaf.iter_mut().zip(column) {
            *leaf |= u8::from(value > question.above) << bit;
        }
    }
    leaf
}

/// Adds a leaf's weights.
#[inline]
fn add(sums: &mut [i16; ROLES], leaf: &[u8; WEIGHED]) {
    let weights: [i16; ROLES] = std::array::from_fn(|role| i16::from_le_bytes([leaf[2 * role], leaf[2 * role + 1]]));
    sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum = sum.wrapping_add(weight));
}

impl Reading {
    /// A reading by these trees, whose sums this chain joins.
    pub fn new(trees: &[Tree], chain: Chain) -> Reading {
        // Half a unit is lost a weight at most.
        let most = |tree: &Tree| tree.leaves.iter().flatten().fold(0.0f32, |most, weight| most.max(weight.abs()));
        let most: f32 = trees.iter().map(most).sum();
        let unit = (most / (f32::from(i16::MAX) - trees.len() as f32)).max(f32::MIN_POSITIVE);
        let kept = |tree: &Tree| {
            let questions = tree.questions.iter().flat_map(|question| {
                let [low, high] = question.column.to_le_bytes();
                [low, high, question.above]
            });
            let weights =
                tree.leaves.iter().flatten().flat_map(|weight| ((weight / unit).round() as i16).to_le_bytes());
            let mut bytes = questions.chain(weights);
            std::array::from_fn(|_| bytes.next().unwrap_or_default())
        };
        Reading { trees: trees.iter().map(kept).collect(), unit, chain }
    }

    /// The score of each role for each block, the chain left out.
    pub fn scores(&self, rows: &[Row]) -> Vec<Scores> {
        let mut columns = Columns::default();
        let mut all = vec![[0.0; ROLES]; rows.len()];
        for (batch, scores) in all.chunks_mut(BATCH).enumerate() {
            columns.gather(rows, batch * BATCH);
            let mut sums = [[0i16; ROLES]; BATCH];
            // No more of the batch than there is.
            let sums = &mut sums[..scores.len()];
            Level::new().dispatch(Answer { trees: &self.trees, columns: &columns, sums });
            for (scores, sums) in scores.iter_mut().zip(sums) {
                *scores = sums.map(|sum| self.unit * f32::from(sum));
            }
        }
        all
    }
}

/// Sums up what trees say of a batch, with the widest vectors that the processor has.
struct Answer<'a> {
    trees: &'a [Kept],
    columns: &'a Columns,
    sums: &'a mut [[i16; ROLES]],
}

impl WithSimd for Answer<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for tree in self.trees {
            let (leaves, _) = tree[ASKED..].as_chunks::<WEIGHED>();
            let Some(leaves) = leaves.first_chunk::<LEAVES>() else { continue };
            for (sums, &leaf) in self.sums.iter_mut().zip(&leaves_of(tree, self.columns)) {
                add(sums, &leaves[usize::from(leaf) % LEAVES]);
            }
        }
    }
}

impl Model {
    /// The model as bytes, little-endian: what `assets/roles.bin` holds.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend(fingerprint().to_le_bytes());
        put(&mut out, &[self.lexicon.scale]);
        put(&mut out, &self.lexicon.bias);
        out.extend(self.lexicon.weights.as_flattened());
        for Reading { trees, unit, chain } in &self.readings {
            put(&mut out, &chain.start);
            put(&mut out, &chain.end);
            put(&mut out, chain.step.as_flattened());
            out.extend((trees.len() as u32).to_le_bytes());
            put(&mut out, &[*unit]);
            out.extend(trees.as_flattened());
        }
        weights::align(&mut out);
        let network = self.network.iter().flat_map(Convolution::layers);
        network.for_each(|layer| put(&mut out, layer));
        out
    }

    /// A model from [`Model::to_bytes`], or none where the bytes are no model of this version of the features. Most of
    /// it stays where it is.
    pub fn from_bytes(bytes: &'static [u8]) -> Option<Model> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let rest = &mut rest;
        if take(rest).map(u64::from_le_bytes)? != fingerprint() {
            return None;
        }
        let scale = float(rest)?;
        let bias = floats(rest)?;
        let lexicon = Lexicon { scale, bias, weights: Cow::Borrowed(several(rest, BUCKETS)?) };
        let readings = [reading(rest)?, reading(rest)?];
        weights::skip(bytes, rest)?;
        let network = Convolution::take(rest)?;
        if !rest.is_empty() {
            return None;
        }
        Some(Model { lexicon, readings, network: Some(network) })
    }
}

/// What the file begins with.
const MAGIC: &[u8] = b"cutline roles 6\n";

/// Tells a model of these features and tokens from one of others.
fn fingerprint() -> u64 {
    let tokens = mix(EMPTY ^ PLACED as u64);
    let names = Feature::NAMES.iter().fold(tokens, |hash, name| mix(hash ^ vocabulary::hash(name)));
    context::window().fold(names, |hash, (offset, feature)| mix(hash ^ (offset as u64) << 32 ^ feature as u64))
}

fn reading(rest: &mut &'static [u8]) -> Option<Reading> {
    let (start, end) = (floats(rest)?, floats(rest)?);
    let mut step = [[0.0; ROLES]; ROLES];
    for row in &mut step {
        *row = floats(rest)?;
    }
    let count = u32::from_le_bytes(take(rest)?);
    let unit = float(rest)?;
    let trees: &[Kept] = several(rest, count as usize)?;
    let columns = Columns::count();
    let in_range = trees.iter().flat_map(questions).all(|question| usize::from(question.column) < columns);
    in_range.then_some(Reading { trees: Cow::Borrowed(trees), unit, chain: Chain { start, end, step } })
}
