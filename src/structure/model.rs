//! The weights that roles are told by, and how they score.
//!
//! An ensemble of oblivious trees (Prokhorenkova and others, "CatBoost", NeurIPS 2018) gives every block a score a
//! role; a [`Chain`] joins the scores of the blocks in a row. A tree asks the same few questions of every block, is
//! a byte above a threshold, and the answers are the number of its leaf: without a branch, many blocks at a time.
//! Trees and chain are trained together, by gradient boosting of the chain's likelihood (Dietterich, Hao and
//! Ashenfelter, "Gradient tree boosting for training conditional random fields", JMLR 2008).

use crate::structure::chain::{Chain, ROLES, Scores};
use crate::structure::context;
use crate::structure::convolution::Convolution;
use crate::structure::features::{COUNT, Feature, Row};
use crate::structure::lexicon::{BUCKETS, Lexicon, PLACED};
use crate::structure::vocabulary::{self, EMPTY, mix};

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

#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    pub questions: [Question; DEPTH],
    /// What a leaf's weight of one stands for.
    pub scale: f32,
    pub leaves: Box<[[i8; ROLES]; LEAVES]>,
}

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
    /// They score the blocks.
    pub trees: Vec<Tree>,
    /// It joins the scores of the blocks in a row.
    pub chain: Chain,
    /// The weights of each tree's leaves in whole numbers, which add faster, and what one of them stands for: so much
    /// that no sum overflows.
    weights: Vec<[[i16; ROLES]; LEAVES]>,
    unit: f32,
}

/// Columns of a batch of blocks, [`BATCH`] bytes each. A block's own features come first, then its neighbours': the
/// same bytes, looked at so many places on.
pub struct Columns {
    /// The features of the batch and of the blocks around it.
    bytes: Box<[[u8; WIDTH]; COUNT]>,
    /// Which feature each column is of, and where in it the batch begins.
    places: Vec<(u16, u16)>,
}

/// How far off the neighbours are that a block is judged by.
const EDGE: usize = 3;

/// Bytes kept of a feature: those of a batch and of the blocks around it, in eights.
const WIDTH: usize = (BATCH + 2 * EDGE).next_multiple_of(8);

/// How many columns there are.
fn columns() -> usize {
    COUNT + context::window().count()
}

impl Default for Columns {
    fn default() -> Self {
        let own = (0..COUNT).map(|feature| (0, feature));
        let near = context::window().map(|(offset, feature)| (offset, feature as usize));
        let place = |(offset, feature): (isize, usize)| (feature as u16, EDGE.saturating_add_signed(offset) as u16);
        Columns { bytes: Box::new([[0; WIDTH]; COUNT]), places: own.chain(near).map(place).collect() }
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
    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// A column of the blocks that were gathered.
    pub fn column(&self, index: usize) -> &[u8; BATCH] {
        const ZEROS: &[u8; BATCH] = &[0; BATCH];
        let (feature, from) = self.places[index];
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

impl Tree {
    /// The leaf of each block of a batch.
    fn leaves_of(&self, columns: &Columns) -> [u8; BATCH] {
        let mut leaf = [0u8; BATCH];
        for (bit, question) in self.questions.iter().enumerate() {
            let column = columns.column(usize::from(question.column));
            for (leaf, &value) in leaf.iter_mut().zip(column) {
                *leaf |= u8::from(value > question.above) << bit;
            }
        }
        leaf
    }

    /// The most that a leaf weighs, for or against a role.
    fn most(&self) -> f32 {
        let most = self.leaves.iter().flatten().map(|weight| weight.unsigned_abs()).max();
        self.scale * f32::from(most.unwrap_or(0))
    }
}

impl Reading {
    /// A reading by these trees, whose sums this chain joins.
    pub fn new(trees: Vec<Tree>, chain: Chain) -> Reading {
        // Half a unit is lost a weight at most.
        let most: f32 = trees.iter().map(|tree| tree.most()).sum();
        let unit = (most / (f32::from(i16::MAX) - trees.len() as f32)).max(f32::MIN_POSITIVE);
        let whole = |tree: &Tree| {
            tree.leaves.map(|leaf| leaf.map(|weight| (tree.scale * f32::from(weight) / unit).round() as i16))
        };
        Reading { weights: trees.iter().map(whole).collect(), unit, trees, chain }
    }

    /// The score of each role for each block, the chain left out.
    pub fn scores(&self, rows: &[Row]) -> Vec<Scores> {
        let mut columns = Columns::default();
        let mut all = vec![[0.0; ROLES]; rows.len()];
        for (batch, scores) in all.chunks_mut(BATCH).enumerate() {
            columns.gather(rows, batch * BATCH);
            let mut sums = [[0i16; ROLES]; BATCH];
            for (tree, weights) in self.trees.iter().zip(&self.weights) {
                for (&leaf, sums) in tree.leaves_of(&columns).iter().zip(&mut sums) {
                    let weights = &weights[usize::from(leaf) % LEAVES];
                    sums.iter_mut().zip(weights).for_each(|(sum, &weight)| *sum = sum.wrapping_add(weight));
                }
            }
            for (scores, sums) in scores.iter_mut().zip(sums) {
                *scores = sums.map(|sum| self.unit * f32::from(sum));
            }
        }
        all
    }
}

impl Model {
    /// The model as bytes, little-endian: what `assets/roles.bin` holds.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        let floats = |out: &mut Vec<u8>, values: &[f32]| values.iter().for_each(|v| out.extend(v.to_le_bytes()));
        out.extend(fingerprint().to_le_bytes());
        floats(&mut out, &[self.lexicon.scale]);
        floats(&mut out, &self.lexicon.bias);
        out.extend(self.lexicon.weights.iter().flatten().map(|&weight| weight as u8));
        for Reading { trees, chain, .. } in &self.readings {
            floats(&mut out, &chain.start);
            floats(&mut out, &chain.end);
            chain.step.iter().for_each(|row| floats(&mut out, row));
            out.extend((trees.len() as u32).to_le_bytes());
            for tree in trees {
                for question in tree.questions {
                    out.extend(question.column.to_le_bytes());
                    out.push(question.above);
                }
                floats(&mut out, &[tree.scale]);
                out.extend(tree.leaves.iter().flatten().map(|&weight| weight as u8));
            }
        }
        let network = self.network.iter().flat_map(Convolution::weights);
        network.for_each(|weight| out.extend(weight.to_le_bytes()));
        out
    }

    /// A model from [`Model::to_bytes`], or none where the bytes are no model of this version of the features.
    pub fn from_bytes(bytes: &[u8]) -> Option<Model> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let rest = &mut rest;
        if take(rest).map(u64::from_le_bytes)? != fingerprint() {
            return None;
        }
        let scale = float(rest)?;
        let bias = scores(rest)?;
        let weights = (0..BUCKETS).map(|_| signed(rest)).collect::<Option<_>>()?;
        let lexicon = Lexicon { scale, bias, weights };
        let readings = [reading(rest)?, reading(rest)?];
        let mut network = Convolution::default();
        for weight in network.weights_mut() {
            *weight = float(rest).filter(|weight| weight.is_finite())?;
        }
        rest.is_empty().then_some(Model { lexicon, readings, network: Some(network) })
    }
}

/// What the file begins with.
const MAGIC: &[u8] = b"cutline roles 3\n";

/// Tells a model of these features and tokens from one of others.
fn fingerprint() -> u64 {
    let tokens = mix(EMPTY ^ PLACED as u64);
    let names = Feature::NAMES.iter().fold(tokens, |hash, name| mix(hash ^ vocabulary::hash(name)));
    context::window().fold(names, |hash, (offset, feature)| mix(hash ^ (offset as u64) << 32 ^ feature as u64))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, left) = rest.split_first_chunk()?;
    *rest = left;
    Some(*taken)
}

fn float(rest: &mut &[u8]) -> Option<f32> {
    take(rest).map(f32::from_le_bytes)
}

fn scores(rest: &mut &[u8]) -> Option<Scores> {
    let mut scores = [0.0; ROLES];
    for score in &mut scores {
        *score = float(rest)?;
    }
    Some(scores)
}

fn signed(rest: &mut &[u8]) -> Option<[i8; ROLES]> {
    take(rest).map(|bytes: [u8; ROLES]| bytes.map(|byte| byte as i8))
}

fn reading(rest: &mut &[u8]) -> Option<Reading> {
    let (start, end) = (scores(rest)?, scores(rest)?);
    let mut step = [[0.0; ROLES]; ROLES];
    for row in &mut step {
        *row = scores(rest)?;
    }
    let count = u32::from_le_bytes(take(rest)?);
    let trees = (0..count).map(|_| tree(rest)).collect::<Option<_>>()?;
    Some(Reading::new(trees, Chain { start, end, step }))
}

fn tree(rest: &mut &[u8]) -> Option<Tree> {
    let mut questions = [Question::default(); DEPTH];
    for question in &mut questions {
        let [low, high, above] = take(rest)?;
        *question = Question { column: u16::from_le_bytes([low, high]), above };
    }
    let in_range = questions.iter().all(|question| usize::from(question.column) < columns());
    let scale = float(rest)?;
    let mut leaves = Box::new([[0; ROLES]; LEAVES]);
    for leaf in leaves.iter_mut() {
        *leaf = signed(rest)?;
    }
    in_range.then_some(Tree { questions, scale, leaves })
}
