//! Finds the sidebars: spans of blocks that are not the main story.
//!
//! 1. A sidebar opens with a block that looks like a heading; a *candidate* is such a block and some blocks after it.
//! 2. [`cohesion`] measures each candidate; a small network ([`Model`]) makes one score of the numbers.
//! 3. The candidates that do not overlap and score highest together are taken, by dynamic programming over the whole
//!    article: a semi-Markov conditional random field (Sarawagi and Cohen, NIPS 2004), whose marginals say how sure
//!    each sidebar is. Spans that the markup set apart, and what the reader corrected, are taken as given.

use super::Correction;
use super::cohesion::{self, Article, Background, FEATURES, START, Scratch};
use super::duplicates::Groups;
use super::words::Words;
use crate::document::{Document, Role, Sidebar};

/// Units of the network's hidden layer.
pub const HIDDEN: usize = 16;

/// The learned part: word weights, and the network that scores a candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub background: Background,
    /// What is subtracted from each number, and what it is then multiplied by.
    pub shift: Vec<f32>,
    pub scale: Vec<f32>,
    /// Weights of the numbers for each hidden unit, one unit after the other; then the units' biases.
    pub hidden: Vec<f32>,
    pub bias: Vec<f32>,
    /// Weights of the hidden units, and of the numbers themselves, in the score.
    pub out: Vec<f32>,
    pub linear: Vec<f32>,
}

/// A span that may be a sidebar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    pub first: usize,
    pub last: usize,
    pub score: f32,
}

/// A candidate is measured for so many bytes of text, so that the cost stays linear in the text.
const BYTES_A_CANDIDATE: usize = 400;
/// Below this a sidebar is no sidebar.
const SURE: f32 = 0.5;

impl Model {
    /// The score of the numbers of a candidate: the log odds of a sidebar against none, give or take the overlaps.
    pub fn score(&self, span: &[f32; FEATURES]) -> f32 {
        let mut sum = 0.0;
        let mut units = [0.0; HIDDEN];
        units.copy_from_slice(&self.bias);
        for (i, &x) in span.iter().enumerate() {
            let x = (x - self.shift[i]) * self.scale[i];
            sum += self.linear[i] * x;
            let row = &self.hidden[i * HIDDEN..(i + 1) * HIDDEN];
            units.iter_mut().zip(row).for_each(|(unit, weight)| *unit += weight * x);
        }
        sum + units.iter().zip(&self.out).map(|(unit, weight)| unit.tanh() * weight).sum::<f32>()
    }
}

/// All candidates of an article with their numbers handed to `each`, in the order of their first and last blocks.
pub fn candidates(
    document: &Document,
    article: &Article,
    mut each: impl FnMut(usize, usize, &[f32; FEATURES]),
) {
    let mut scratch = Scratch::new(article);
    for first in starts(document, article) {
        cohesion::spans(article, first, &mut scratch, |last, span| each(first, last, span));
    }
}

/// The blocks that may open a sidebar: all that look like it, or the likeliest where there are too many.
fn starts(document: &Document, article: &Article) -> Vec<usize> {
    let mut starts: Vec<usize> = (0..article.len()).filter(|&b| article.may_open(b)).collect();
    let most = 32.max(document.source.len() / BYTES_A_CANDIDATE);
    if starts.len() > most {
        starts.sort_by_key(|&b| (document.blocks[b].role != Role::Heading, b));
        starts.truncate(most);
        starts.sort_unstable();
    }
    starts
}

/// Log of the sum of two numbers' exponentials.
pub fn log_add(a: f64, b: f64) -> f64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if low == f64::NEG_INFINITY { high } else { high + (low - high).exp().ln_1p() }
}

/// How likely each candidate is to be a sidebar, given that no two overlap: forward-backward. Candidates are sorted.
pub fn marginals(candidates: &[Candidate], blocks: usize) -> (Vec<f64>, f64) {
    let mut by_last: Vec<usize> = (0..candidates.len()).collect();
    by_last.sort_by_key(|&c| candidates[c].last);
    let mut forward = vec![0.0f64; blocks + 1];
    let mut at = 0;
    for i in 0..blocks {
        forward[i + 1] = forward[i];
        while at < by_last.len() && candidates[by_last[at]].last == i {
            let c = &candidates[by_last[at]];
            forward[i + 1] = log_add(forward[i + 1], forward[c.first] + c.score as f64);
            at += 1;
        }
    }
    let mut backward = vec![0.0f64; blocks + 1];
    let mut at = candidates.len();
    for i in (0..blocks).rev() {
        backward[i] = backward[i + 1];
        while at > 0 && candidates[at - 1].first == i {
            at -= 1;
            let c = &candidates[at];
            backward[i] = log_add(backward[i], backward[c.last + 1] + c.score as f64);
        }
    }
    let total = forward[blocks];
    let marginal = |c: &Candidate| (forward[c.first] + c.score as f64 + backward[c.last + 1] - total).exp();
    (candidates.iter().map(marginal).collect(), total)
}

/// The candidates that score highest together without overlap (Viterbi).
pub fn best(candidates: &[Candidate], blocks: usize) -> Vec<usize> {
    let mut score = vec![0.0f64; blocks + 1];
    let mut chosen: Vec<Option<usize>> = vec![None; blocks + 1];
    let mut at = candidates.len();
    for i in (0..blocks).rev() {
        score[i] = score[i + 1];
        while at > 0 && candidates[at - 1].first == i {
            at -= 1;
            let c = &candidates[at];
            let with = c.score as f64 + score[c.last + 1];
            if with > score[i] {
                (score[i], chosen[i]) = (with, Some(at));
            }
        }
    }
    let (mut found, mut i) = (Vec::new(), 0);
    while i < blocks {
        match chosen[i] {
            Some(c) => {
                found.push(c);
                i = candidates[c].last + 1;
            }
            None => i += 1,
        }
    }
    found
}

/// The sidebars among the candidates: first block, last block, how sure each is.
pub fn decide(candidates: &[Candidate], blocks: usize, sure: f32) -> Vec<(usize, usize, f32)> {
    let (marginals, _) = marginals(candidates, blocks);
    let found = best(candidates, blocks);
    let sidebars = found.into_iter().map(|c| {
        let c = &candidates[c];
        // Sure of a sidebar here, wherever exactly its edges are.
        let opens = |o: &Candidate| o.first == c.first;
        let sure: f64 = candidates.iter().zip(&marginals).filter(|(o, _)| opens(o)).map(|(_, m)| m).sum();
        (c.first, c.last, sure as f32)
    });
    sidebars.filter(|s| s.2 >= sure).collect()
}
