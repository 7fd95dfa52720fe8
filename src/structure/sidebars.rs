//! Finds the sidebars: spans of blocks that are not the main story.
//!
//! 1. Spans that open with what looks like a heading are measured ([`candidates`]), above all by lexical cohesion
//!    ([`cohesion`](super::cohesion)), and scored ([`network`](super::network)).
//! 2. What the markup set apart is a candidate above all others; what the reader corrected rules out all candidates
//!    that contradict.
//! 3. Of the candidates those are taken that do not overlap and score highest together, over the whole article: a
//!    semi-Markov conditional random field (Sarawagi and Cohen, NIPS 2004). Its marginals say how sure each is.

use std::sync::LazyLock;

use super::Correction;
use super::candidates::{self, FEATURES, LONGEST, Scratch};
use super::chain::exp;
use super::cohesion::{Article, ln};
use super::duplicates::Groups;
use super::network::Network;
use super::words::Words;
use crate::document::{Document, Role, Sidebar};

/// The network that ships, trained on the labelled corpus by `examples/train.rs`.
pub fn shipped() -> &'static Network {
    static SHIPPED: LazyLock<Network> =
        LazyLock::new(|| Network::from_bytes(include_bytes!("../../assets/sidebars.bin")).unwrap_or_default());
    &SHIPPED
}

/// A span that may be a sidebar: its first and last block, and log odds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    pub first: usize,
    pub last: usize,
    pub score: f32,
}

/// How sure a sidebar must be to be one. A false one takes paragraphs out of the story; a missed one leaves them in
/// their place.
pub const SURE: f32 = 0.85;

/// Log odds of what the markup says, and of leaving the reader's own sidebar out.
const MARKED: f32 = 1e4;
const DENIED: f64 = -1e6;

/// Finds the sidebars of a document whose roles are known: sets its sidebars and each block's. A block that opens one
/// becomes its heading.
pub fn find(document: &mut Document, words: &Words, groups: &Groups, corrections: &[Correction], network: &Network) {
    let count = document.blocks.len();
    let given = Given::new(count, corrections);
    let article = Article::of(document, words, groups, &network.background);
    let mut all = marked(document);
    measure(document, &article, |first, last, numbers| {
        all.push(Candidate { first, last, score: network.score(numbers) })
    });
    given.add(&article, &mut all);
    all.retain(|c| given.allows(c));
    all.sort_by_key(|c| (c.first, c.last));

    document.sidebars.clear();
    document.blocks.iter_mut().for_each(|block| block.sidebar = None);
    for (found, sure) in decide(&all, count, &given.wanted) {
        let (first, last) = (found.first, found.last);
        let said = given.wanted[first] || given.wanted[last] || found.score >= MARKED;
        if !said && sure < SURE {
            continue;
        }
        let index = document.sidebars.len() as u32;
        document.blocks[first..=last].iter_mut().for_each(|block| block.sidebar = Some(index));
        let opening = &mut document.blocks[first];
        let titled = opening.role == Role::Heading || (first < last && candidates::may_open(&article, first));
        if titled && opening.role != Role::Heading && opening.confidence < 1.0 {
            (opening.role, opening.confidence) = (Role::Heading, sure.min(opening.confidence));
        }
        let title = (titled && opening.role == Role::Heading).then_some(first);
        let confidence = if said { 1.0 } else { sure };
        document.sidebars.push(Sidebar { blocks: first..last + 1, title, confidence });
    }
}

/// Hands every candidate's first and last block and its numbers to `each`, in order.
pub fn measure(document: &Document, article: &Article, mut each: impl FnMut(usize, usize, &[f32; FEATURES])) {
    let mut scratch = Scratch::new(article);
    for first in candidates::openings(document, article) {
        candidates::spans(article, first, &mut scratch, |last, numbers| each(first, last, numbers));
    }
}

/// What the markup set apart, where it is more than boilerplate.
fn marked(document: &Document) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut first = 0;
    for run in document.blocks.chunk_by(|a, b| a.aside == b.aside) {
        if run[0].aside.is_some() && run.iter().any(|block| block.role != Role::Boilerplate) {
            found.push(Candidate { first, last: first + run.len() - 1, score: MARKED });
        }
        first += run.len();
    }
    found
}

/// What the reader said, block by block.
struct Given {
    starts: Vec<bool>,
    ends: Vec<bool>,
    /// No sidebar may lie over these blocks, and one must lie over those.
    barred: Vec<bool>,
    wanted: Vec<bool>,
}

impl Given {
    /// Of corrections that contradict, the last holds.
    fn new(count: usize, corrections: &[Correction]) -> Given {
        let none = vec![false; count];
        let mut given = Given { starts: none.clone(), ends: none.clone(), barred: none.clone(), wanted: none };
        for &correction in corrections {
            match correction {
                Correction::SidebarStart { block } if block < count => {
                    (given.starts[block], given.barred[block]) = (true, false);
                }
                Correction::SidebarEnd { block } if block < count => {
                    (given.ends[block], given.barred[block]) = (true, false);
                }
                Correction::NotSidebar { block } if block < count => {
                    (given.starts[block], given.ends[block], given.barred[block]) = (false, false, true);
                }
                _ => {}
            }
        }
        given.wanted = given.starts.iter().zip(&given.ends).map(|(start, end)| start | end).collect();
        given
    }

    /// Whether a candidate contradicts nothing.
    fn allows(&self, c: &Candidate) -> bool {
        !self.barred[c.first..=c.last].contains(&true)
            && !self.starts[c.first + 1..=c.last].contains(&true)
            && !self.ends[c.first..c.last].contains(&true)
    }

    /// Adds the candidates that the reader's starts and ends make, whatever they look like.
    fn add(&self, article: &Article, all: &mut Vec<Candidate>) {
        let score = |all: &[Candidate], first, last| {
            all.iter().find(|c| (c.first, c.last) == (first, last)).map_or(NEW, |c| c.score)
        };
        for first in (0..self.starts.len()).filter(|&b| self.starts[b]) {
            let last = (first..self.ends.len()).find(|&b| self.ends[b] || self.barred.get(b + 1) == Some(&true));
            let last = last.unwrap_or(self.ends.len() - 1).min(first + LONGEST * LONGEST);
            let reach = if self.ends[last] { last } else { last.min(first + LONGEST) };
            let made = (first..=reach).map(|last| Candidate { first, last, score: score(all, first, last) });
            let made: Vec<Candidate> = made.collect();
            all.retain(|c| c.first != first || c.score >= MARKED);
            all.extend(made);
        }
        for last in (0..self.ends.len()).filter(|&b| self.ends[b]) {
            for first in last.saturating_sub(LONGEST)..=last {
                let plain = if candidates::may_open(article, first) { NEW } else { 4.0 * NEW };
                if !all.iter().any(|c| (c.first, c.last) == (first, last)) {
                    all.push(Candidate { first, last, score: plain });
                }
            }
        }
    }
}

/// Log odds of a candidate that only the reader's word makes one.
const NEW: f32 = -12.0;

/// The candidates that score highest together without overlap (Viterbi), and how sure it is of each that a sidebar
/// opens there. Candidates are sorted by their first block; every wanted block lies in one, if any can.
pub fn decide(all: &[Candidate], blocks: usize, wanted: &[bool]) -> Vec<(Candidate, f32)> {
    let outside = |block: usize| if wanted[block] { DENIED } else { 0.0 };
    let mut score = vec![0.0f64; blocks + 1];
    let mut chosen: Vec<Option<usize>> = vec![None; blocks];
    let mut at = all.len();
    for block in (0..blocks).rev() {
        score[block] = score[block + 1] + outside(block);
        while at > 0 && all[at - 1].first == block {
            at -= 1;
            let with = f64::from(all[at].score) + score[all[at].last + 1];
            if with > score[block] {
                (score[block], chosen[block]) = (with, Some(at));
            }
        }
    }
    let (marginals, _) = marginals(all, blocks);
    let (mut found, mut block) = (Vec::new(), 0);
    while block < blocks {
        let Some(c) = chosen[block] else {
            block += 1;
            continue;
        };
        // Sure of a sidebar that opens here, wherever exactly it ends.
        let from = all.partition_point(|c| c.first < block);
        let to = all.partition_point(|c| c.first <= block);
        found.push((all[c], marginals[from..to].iter().sum::<f32>().min(1.0)));
        block = all[c].last + 1;
    }
    found
}

/// How likely each candidate is to be a sidebar, given that no two overlap (forward-backward), and the logarithm of
/// what they are measured by: the sum over all choices of candidates. Candidates are sorted by their first block.
pub fn marginals(all: &[Candidate], blocks: usize) -> (Vec<f32>, f64) {
    let mut forward = vec![0.0f64; blocks + 1];
    let mut backward = vec![0.0f64; blocks + 1];
    let mut at = all.len();
    for block in (0..blocks).rev() {
        backward[block] = backward[block + 1];
        while at > 0 && all[at - 1].first == block {
            at -= 1;
            let c = &all[at];
            backward[block] = log_add(backward[block], backward[c.last + 1] + f64::from(c.score));
        }
    }
    let mut by_last: Vec<&Candidate> = all.iter().collect();
    by_last.sort_by_key(|c| c.last);
    let mut ending = by_last.into_iter().peekable();
    for block in 0..blocks {
        forward[block + 1] = forward[block];
        while let Some(c) = ending.next_if(|c| c.last == block) {
            forward[block + 1] = log_add(forward[block + 1], forward[c.first] + f64::from(c.score));
        }
    }
    let total = backward[0];
    let likely = |c: &Candidate| forward[c.first] + f64::from(c.score) + backward[c.last + 1] - total;
    (all.iter().map(|c| exp(likely(c) as f32)).collect(), total)
}

/// The logarithm of the sum of two numbers given by their logarithms.
fn log_add(a: f64, b: f64) -> f64 {
    a.max(b) + f64::from(ln(1.0 + exp(-(a - b).abs() as f32)))
}
