//! Boosts oblivious trees and a chain of roles on the likelihood of the gold roles (see `structure::model`).

use std::ops::Range;

use cutline::structure::chain::{Chain, ROLES, Scores};
use cutline::structure::model::{DEPTH, LEAVES, Question, Reading, Tree};

use super::compose::Random;

/// What is trained on: blocks in rows, articles as ranges of rows.
pub struct Set {
    /// Column after column, a byte a row.
    pub columns: Vec<Vec<u8>>,
    pub labels: Vec<usize>,
    pub weights: Vec<f32>,
    pub articles: Vec<Range<usize>>,
}

/// How the trainer goes about it.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    pub rounds: usize,
    pub rate: f32,
    pub chain_rate: f32,
    /// Added to the second derivatives: the pull of leaves towards nothing.
    pub lambda: f32,
    /// The share of the rows and of the columns that each tree sees.
    pub rows: f32,
    pub columns: f32,
    pub seed: u64,
}

/// A row's first and second derivatives, a role each.
type Slopes = [f32; 2 * ROLES];

/// A column's values as few steps, and the thresholds between the steps.
struct Binned {
    bins: Vec<u8>,
    thresholds: Vec<u8>,
}

const BINS: usize = 32;

fn bin(column: &[u8]) -> Binned {
    let mut counts = [0usize; 256];
    column.iter().for_each(|&value| counts[usize::from(value)] += 1);
    let step = column.len().div_ceil(BINS).max(1);
    let mut thresholds: Vec<u8> = Vec::new();
    let (mut below, mut since) = (0, 0);
    for value in 0..255u8 {
        below += counts[usize::from(value)];
        since += counts[usize::from(value)];
        let left = column.len() - below;
        // A value held by few rows gets no threshold of its own, nor one that parts next to nothing.
        if (since >= step || (thresholds.is_empty() && since > 20)) && left > 20 && thresholds.len() < BINS - 1 {
            thresholds.push(value);
            since = 0;
        }
    }
    // The rare high values are often the telling ones: part them too.
    if thresholds.len() < BINS / 2 {
        let mut all: Vec<u8> = Vec::new();
        let (mut below, mut since) = (0, 0);
        for value in 0..255u8 {
            below += counts[usize::from(value)];
            since += counts[usize::from(value)];
            if since >= 20 && column.len() - below >= 20 {
                all.push(value);
                since = 0;
            }
        }
        if all.len() < BINS {
            thresholds = all;
        } else {
            let keep = |(at, value): (usize, u8)| {
                (at * (BINS - 1) / all.len() != (at + 1) * (BINS - 1) / all.len()).then_some(value)
            };
            thresholds = all.iter().copied().enumerate().filter_map(keep).collect();
        }
    }
    let mut of = [0u8; 256];
    for value in 0..=255u8 {
        of[usize::from(value)] = thresholds.iter().filter(|&&threshold| value > threshold).count() as u8;
    }
    Binned { bins: column.iter().map(|&value| of[usize::from(value)]).collect(), thresholds }
}

/// Trains trees and chain, round by round.
pub fn train(set: &Set, settings: Settings) -> Reading {
    let n = set.labels.len();
    let columns: Vec<Binned> = set.columns.iter().map(|column| bin(column)).collect();
    let mut random = Random(settings.seed);
    let mut chain = Chain::default();
    let mut scores = vec![[0.0f32; ROLES]; n];
    let mut slopes: Vec<Slopes> = vec![[0.0; 2 * ROLES]; n];
    let mut trees = Vec::with_capacity(settings.rounds);
    for _ in 0..settings.rounds {
        descend(set, &mut chain, &scores, &mut slopes, settings.chain_rate);
        let sample: Vec<u32> = (0..n as u32).filter(|_| random.unit() < settings.rows).collect();
        let tried: Vec<usize> = (0..columns.len())
            .filter(|&column| random.unit() < settings.columns && !columns[column].thresholds.is_empty())
            .collect();
        let tree = grow(&columns, &tried, &sample, &slopes, &settings);
        let leaves = leaves_of(&tree.questions, set);
        for (score, leaf) in scores.iter_mut().zip(leaves) {
            for (score, &weight) in score.iter_mut().zip(&tree.leaves[usize::from(leaf)]) {
                *score += weight;
            }
        }
        trees.push(tree);
    }
    Reading::new(&trees, chain)
}

/// Takes the derivatives of the likelihood at the present scores, and the chain one step uphill.
fn descend(set: &Set, chain: &mut Chain, scores: &[Scores], slopes: &mut [Slopes], rate: f32) {
    let mut gold = Chain::default();
    let mut expected = Chain::default();
    for article in &set.articles {
        let mut marginals = scores[article.clone()].to_vec();
        let labels = &set.labels[article.clone()];
        let weights = &set.weights[article.clone()];
        chain.marginals(&mut marginals, |index, pairs| {
            let weight = weights[index].min(weights[index - 1]);
            let total: f32 = pairs.iter().flatten().sum();
            gold.step[labels[index - 1]][labels[index]] += weight;
            for (sums, pairs) in expected.step.iter_mut().zip(pairs) {
                sums.iter_mut().zip(pairs).for_each(|(sum, pair)| *sum += weight * pair / total);
            }
        });
        if let (Some(first), Some(last)) = (marginals.first(), marginals.last()) {
            gold.start[labels[0]] += weights[0];
            gold.end[labels[labels.len() - 1]] += weights[labels.len() - 1];
            (0..ROLES).for_each(|role| expected.start[role] += weights[0] * first[role]);
            (0..ROLES).for_each(|role| expected.end[role] += weights[labels.len() - 1] * last[role]);
        }
        for (at, marginal) in marginals.iter().enumerate() {
            let slopes = &mut slopes[article.start + at];
            for role in 0..ROLES {
                let truth = if labels[at] == role { 1.0 } else { 0.0 };
                slopes[role] = weights[at] * (truth - marginal[role]);
                slopes[ROLES + role] = weights[at] * marginal[role] * (1.0 - marginal[role]);
            }
        }
    }
    let uphill = |weights: &mut Scores, gold: &Scores, expected: &Scores| {
        for ((weight, gold), expected) in weights.iter_mut().zip(gold).zip(expected) {
            *weight += rate * (gold - expected - 0.5 * *weight) / (expected + 20.0);
        }
    };
    uphill(&mut chain.start, &gold.start, &expected.start);
    uphill(&mut chain.end, &gold.end, &expected.end);
    for (row, (gold, expected)) in chain.step.iter_mut().zip(gold.step.iter().zip(&expected.step)) {
        uphill(row, gold, expected);
    }
}

/// Grows one tree, a question at a time: the one that parts all of the present leaves best.
fn grow(columns: &[Binned], tried: &[usize], sample: &[u32], slopes: &[Slopes], settings: &Settings) -> Tree {
    let mut questions = [Question::default(); DEPTH];
    let mut leaf = vec![0u8; sample.len()];
    let own: Vec<Slopes> = sample.iter().map(|&row| slopes[row as usize]).collect();
    for (depth, question) in questions.iter_mut().enumerate() {
        let mut best = (f32::MIN, 0, 0);
        let mut sums = vec![[0.0f32; 2 * ROLES]; BINS << depth];
        for &column in tried {
            let binned = &columns[column];
            let bins = binned.thresholds.len() + 1;
            let sums = &mut sums[..bins << depth];
            sums.fill([0.0; 2 * ROLES]);
            for ((&row, &leaf), slopes) in sample.iter().zip(&leaf).zip(&own) {
                let sum = &mut sums[usize::from(leaf) * bins + usize::from(binned.bins[row as usize])];
                sum.iter_mut().zip(slopes).for_each(|(sum, slope)| *sum += slope);
            }
            let gains = gains(sums, bins, settings.lambda);
            for (threshold, &gain) in gains.iter().enumerate() {
                if gain > best.0 {
                    best = (gain, column, threshold);
                }
            }
        }
        let (_, column, threshold) = best;
        let binned = &columns[column];
        let Some(&above) = binned.thresholds.get(threshold) else { break };
        *question = Question { column: column as u16, above };
        for (leaf, &row) in leaf.iter_mut().zip(sample) {
            *leaf |= u8::from(usize::from(binned.bins[row as usize]) > threshold) << depth;
        }
    }
    let mut sums = vec![[0.0f32; 2 * ROLES]; LEAVES];
    for (&leaf, slopes) in leaf.iter().zip(&own) {
        sums[usize::from(leaf)].iter_mut().zip(slopes).for_each(|(sum, slope)| *sum += slope);
    }
    let value = |sum: &Slopes, role: usize| settings.rate * sum[role] / (sum[ROLES + role] + settings.lambda);
    let leaves = std::array::from_fn(|leaf| std::array::from_fn(|role| value(&sums[leaf], role)));
    Tree { questions, leaves }
}

/// What each threshold between a column's bins gains, over all leaves and roles.
fn gains(sums: &[Slopes], bins: usize, lambda: f32) -> Vec<f32> {
    let mut gains = vec![0.0f32; bins - 1];
    for bins in sums.chunks(bins) {
        let mut total = [0.0f32; 2 * ROLES];
        for bin in bins {
            total.iter_mut().zip(bin).for_each(|(total, value)| *total += value);
        }
        let mut below = [0.0f32; 2 * ROLES];
        for (gain, bin) in gains.iter_mut().zip(bins) {
            below.iter_mut().zip(bin).for_each(|(below, value)| *below += value);
            for role in 0..ROLES {
                let (g, h) = (below[role], below[ROLES + role]);
                let (others, rest) = (total[role] - g, total[ROLES + role] - h);
                *gain += g * g / (h + lambda) + others * others / (rest + lambda);
            }
        }
    }
    gains
}

/// The leaf that each row of the set falls into.
fn leaves_of(questions: &[Question; DEPTH], set: &Set) -> Vec<u8> {
    let mut leaf = vec![0u8; set.labels.len()];
    for (bit, question) in questions.iter().enumerate() {
        for (leaf, &value) in leaf.iter_mut().zip(&set.columns[usize::from(question.column)]) {
            *leaf |= u8::from(value > question.above) << bit;
        }
    }
    leaf
}
