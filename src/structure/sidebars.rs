//! Finds the sidebars: spans of blocks that are not the main story.
//!
//! 1. Spans that open with what looks like a heading are measured ([`candidates`]), above all by lexical cohesion
//!    ([`cohesion`](super::cohesion)), and scored ([`network`](super::network)).
//! 2. What the markup set apart is a candidate above all others; what the reader corrected rules out all candidates
//!    that contradict.
//! 3. Of the candidates those are taken that do not overlap and score highest together, over the whole article: a
//!    semi-Markov conditional random field (Sarawagi and Cohen, NIPS 2004). Its marginals say where each most likely
//!    ends, and how sure it is.

use std::sync::LazyLock;

use super::boxes::Name;
use super::candidates::{self, LONGEST, Measure, OPENING};
use super::chain::exp;
use super::cohesion::{Article, ln};
use super::network::Network;
use super::weights::Aligned;
use super::{Correction, Seen};
use crate::document::{Document, Kind, Role, Sidebar};

/// The network that ships, trained on the labelled corpus by `examples/train.rs`.
pub fn shipped() -> &'static Network {
    static BYTES: &Aligned<[u8]> = &Aligned(*include_bytes!("../../assets/sidebars.bin"));
    static SHIPPED: LazyLock<Network> = LazyLock::new(|| Network::from_bytes(&BYTES.0).unwrap_or_default());
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
pub const SURE: f32 = 0.84;

/// The same of what is called as hardly anything but a box is: "At a glance", "Did you know?", "Box 2". Seldom is it
/// none, and then it is a part of the story with a title of its own.
pub const SURE_BY_NAME: f32 = 0.5;

/// A sidebar as it is decided on: its first and last block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    pub first: usize,
    pub last: usize,
    score: f32,
    /// How likely its blocks are to stand in a sidebar, whichever, in the mean.
    pub sure: f32,
}

/// Log odds of what the markup says, and of leaving the reader's own sidebar out.
const MARKED: f32 = 1e4;
const DENIED: f64 = -1e6;

/// Finds the sidebars of a document whose roles are known: sets its sidebars and each block's. A block that opens one
/// becomes its heading.
pub fn find(document: &mut Document, seen: &Seen, corrections: &[Correction], network: &Network) {
    let count = document.blocks.len();
    let given = Given::new(count, corrections);
    let article = Article::of(document, seen, &network.background);
    let mut all = marked(document);
    let mut scratch = Measure::new(&article);
    for (first, numbers) in openings(document, &article, network) {
        let opening = network.opening(&numbers);
        scratch.spans(first, |last, numbers| {
            all.push(Candidate { first, last, score: network.score(opening, numbers) });
        });
    }
    given.add(&article, &mut all);
    if !corrections.is_empty() {
        all.retain(|c| given.allows(c));
    }
    all.sort_by_key(|c| (c.first, c.last));

    document.sidebars.clear();
    document.blocks.iter_mut().for_each(|block| block.sidebar = None);
    for found in decide(&all, count, &given.wanted) {
        let Found { first, last, score, sure } = found;
        let said = given.wanted[first] || given.wanted[last] || score >= MARKED;
        let links = document.blocks[first..=last].iter().filter(|block| block.role == Role::Boilerplate).count();
        let least = if article.facts[first].name == Name::Own { SURE_BY_NAME } else { SURE };
        if !said && (sure < least || 2 * links > last - first) {
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

/// The openings whose spans are worth measuring, with their numbers: the likeliest, where there are too many.
pub fn openings(document: &Document, article: &Article, network: &Network) -> Vec<(usize, [f32; OPENING])> {
    let most = |bytes: usize| 32.max(document.source.len() / bytes);
    let mut found = candidates::openings(article, most(BYTES_A_LINE));
    // What the markup says of these is believed.
    let is_said = |kind| matches!(kind, Kind::Caption | Kind::Alt | Kind::Code | Kind::Table);
    found.retain(|(block, _)| !is_said(document.blocks[*block].kind));
    let score = |opening @ (_, numbers): (usize, [f32; OPENING])| (network.door.score(&numbers), opening);
    let mut found: Vec<_> = found.into_iter().map(score).filter(|(score, _)| *score >= 0.0).collect();
    let most = most(BYTES_AN_OPENING);
    if found.len() > most {
        found.sort_by(|(a, (first, _)), (b, (second, _))| b.total_cmp(a).then(first.cmp(second)));
        found.truncate(most);
        found.sort_by_key(|(_, (first, _))| *first);
    }
    found.into_iter().map(|(_, opening)| opening).collect()
}

/// One line is looked at as an opening for so many bytes of text, and one opening's spans are measured for so many, so
/// that the cost stays linear in the text.
const BYTES_A_LINE: usize = 150;
const BYTES_AN_OPENING: usize = 1500;

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
        let count = self.starts.len();
        all.iter_mut().filter(|c| self.starts[c.first] || self.ends[c.last]).for_each(|c| c.score = c.score.max(NEW));
        for first in (0..count).filter(|&b| self.starts[b]) {
            let known: Vec<Candidate> = all.iter().filter(|c| c.first == first).copied().collect();
            let limit = count.min(first + FARTHEST);
            let end = (first..limit).find(|&b| self.ends[b]);
            for last in first..end.map_or(limit.min(first + LONGEST), |end| end + 1) {
                if !known.iter().any(|c| c.last == last) {
                    all.push(Candidate { first, last, score: NEW });
                }
            }
        }
        for last in (0..count).filter(|&b| self.ends[b]) {
            let known: Vec<Candidate> = all.iter().filter(|c| c.last == last).copied().collect();
            for first in (last.saturating_sub(LONGEST)..=last).filter(|&b| !known.iter().any(|c| c.first == b)) {
                let score = if candidates::may_open(article, first) { NEW } else { UNLIKELY };
                all.push(Candidate { first, last, score });
            }
        }
    }
}

/// Blocks between a start and an end that the reader gave, at most.
const FARTHEST: usize = 4096;
/// Log odds of a candidate that only the reader's word makes one, with something like a heading and without.
const NEW: f32 = -12.0;
const UNLIKELY: f32 = -40.0;

/// The candidates that score highest together without overlap (Viterbi), each with its likeliest end. Candidates are
/// sorted by their first block; every wanted block lies in one, if any can.
pub fn decide(all: &[Candidate], blocks: usize, wanted: &[bool]) -> Vec<Found> {
    if all.is_empty() {
        return Vec::new();
    }
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
    let inside = inside(all, &marginals, blocks);
    let (mut found, mut block) = (Vec::new(), 0);
    while block < blocks {
        let Some(c) = chosen[block] else {
            block += 1;
            continue;
        };
        let next = (all[c].last + 1..blocks).find(|&b| chosen[b].is_some()).unwrap_or(blocks);
        let Candidate { first, last, score } = all[c];
        let from = all.partition_point(|c| c.first < first);
        let to = all.partition_point(|c| c.first <= first);
        let ends: Vec<(usize, f32)> =
            all[from..to].iter().map(|c| c.last).zip(marginals[from..to].iter().copied()).collect();
        let given = score >= MARKED || wanted[first..next].contains(&true);
        let last = if given { last } else { likeliest_end(&ends, last, next) };
        let sure = inside[first..=last].iter().sum::<f32>() / (last + 1 - first) as f32;
        found.push(Found { first, last, score, sure: sure.clamp(0.0, 1.0) });
        block = last.max(all[c].last) + 1;
    }
    found
}

/// Where a sidebar ends, before the next one: where the ends that it may have, each with how likely it is, are
/// densest. Those a block or two off count too, the less the farther, for one among many near ones is likelier to be
/// about right than one that stands alone. It is the chosen one if no other is before the next sidebar.
fn likeliest_end(ends: &[(usize, f32)], chosen: usize, next: usize) -> usize {
    let near = |a: usize, b: usize| (1.0 - a.abs_diff(b) as f32 / APART).max(0.0);
    let density = |last: usize| ends.iter().map(|&(other, likely)| likely * near(last, other)).sum::<f32>();
    let before_next = ends.iter().filter(|(last, _)| *last < next).map(|&(last, _)| (density(last), last));
    // Of equals the first.
    before_next.fold((0.0, chosen), |best, end| if end.0 > best.0 { end } else { best }).1
}

/// Ends so many blocks apart no longer count for each other.
const APART: f32 = 3.0;

/// How likely each block is to stand in a sidebar. Candidates are sorted by their first block.
fn inside(all: &[Candidate], marginals: &[f32], blocks: usize) -> Vec<f32> {
    let mut changes = vec![0.0f32; blocks + 1];
    for (c, likely) in all.iter().zip(marginals) {
        changes[c.first] += likely;
        changes[c.last + 1] -= likely;
    }
    let mut likely = 0.0;
    let sum = |change: f32| {
        likely += change;
        likely
    };
    changes.into_iter().take(blocks).map(sum).collect()
}

/// How likely each candidate is to be a sidebar, given that no two overlap, and the logarithm of what they are measured
/// by: the sum over all choices of candidates. Candidates are sorted by their first block.
pub fn marginals(all: &[Candidate], blocks: usize) -> (Vec<f32>, f64) {
    // From the last block to the first: the sum over all choices of candidates from there on, as a logarithm; and how
    // likely no sidebar opens there, or each that does, given that none lies over the block from before.
    let mut sums = vec![0.0f64; blocks + 1];
    let mut none = vec![1.0f32; blocks];
    let mut likely = vec![0.0f32; all.len()];
    let mut end = all.len();
    for block in (0..blocks).rev() {
        let start = all[..end].iter().rposition(|c| c.first != block).map_or(0, |before| before + 1);
        let opening = &all[start..end];
        let sum = |c: &Candidate| sums[c.last + 1] + f64::from(c.score);
        let most = opening.iter().map(sum).fold(sums[block + 1], f64::max);
        none[block] = exp((sums[block + 1] - most) as f32);
        let mut total = none[block];
        for (c, likely) in opening.iter().zip(&mut likely[start..end]) {
            *likely = exp((sum(c) - most) as f32);
            total += *likely;
        }
        sums[block] = if opening.is_empty() { most } else { most + f64::from(ln(total)) };
        none[block] /= total;
        likely[start..end].iter_mut().for_each(|likely| *likely /= total);
        end = start;
    }
    // From the first block to the last: how likely no sidebar lies over the block from before.
    let mut free = vec![0.0f32; blocks + 1];
    free[0] = 1.0;
    let mut opening = all.iter().zip(&mut likely).peekable();
    for block in 0..blocks {
        free[block + 1] += free[block] * none[block];
        while let Some((c, likely)) = opening.next_if(|(c, _)| c.first == block) {
            *likely *= free[block];
            free[c.last + 1] += *likely;
        }
    }
    (likely, sums[0])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::Block;
    use crate::structure::duplicates;
    use crate::structure::words::Words;

    fn candidate(first: usize, last: usize, score: f32) -> Candidate {
        Candidate { first, last, score }
    }

    /// Eight paragraphs with two lines that look like headings, read without a network.
    fn plain() -> Document {
        let text = |i: usize| match i {
            3 | 6 => format!("A line like a heading, number {i}"),
            _ => format!("Paragraph {i} of the story says this and that about the matter, and then it stops."),
        };
        let block = |i| Block { text: Some(text(i).into()), ..Block::default() };
        Document { blocks: (0..9).map(block).collect(), ..Document::default() }
    }

    /// The first and last block of each sidebar.
    fn found(document: &mut Document, corrections: &[Correction]) -> Vec<(usize, usize)> {
        found_by(&Network::default(), document, corrections)
    }

    fn found_by(network: &Network, document: &mut Document, corrections: &[Correction]) -> Vec<(usize, usize)> {
        let words = Words::of(document);
        let groups = duplicates::find(document, &words);
        let roles = vec![[0.0; Role::ALL.len()]; document.blocks.len()];
        find(document, &Seen { words: &words, groups: &groups, roles: &roles }, corrections, network);
        document.sidebars.iter().map(|sidebar| (sidebar.blocks.start, sidebar.blocks.end - 1)).collect()
    }

    /// A network to which what opens is a sidebar to the end of the story, by such log odds for six blocks.
    fn to_the_end(odds: f32) -> Network {
        let mut network = Network { offset: odds - 80.0 * ln(6.0) / 3.0, ..Network::default() };
        network.linear[OPENING] = 80.0;
        network
    }

    #[test]
    fn what_is_unsure_is_none() {
        let found = |odds, title: &str, least: f32| {
            let mut document = plain();
            document.blocks[3] = Block { text: Some(title.into()), role: Role::Heading, ..Block::default() };
            let spans = found_by(&to_the_end(odds), &mut document, &[]);
            // What is inferred is never certain.
            assert!(document.sidebars.iter().all(|sidebar| (least..1.0).contains(&sidebar.confidence)));
            spans
        };
        let odds = [-1.0, 1.0, 3.0];
        let (none, all) = (vec![], vec![(3, 8)]);
        assert_eq!(odds.map(|odds| found(odds, "A matter of taste", SURE)), [&none, &none, &all].map(Vec::clone));
        assert_eq!(odds.map(|odds| found(odds, "Box 2", SURE_BY_NAME)), [&none, &all, &all].map(Vec::clone));
    }

    #[test]
    fn a_run_that_is_links_by_half_is_none_unless_the_reader_or_the_markup_says_so() {
        let found = |links: &[usize], corrections: &[Correction]| {
            let mut document = plain();
            document.blocks[3].role = Role::Heading;
            links.iter().for_each(|&block| document.blocks[block].role = Role::Boilerplate);
            found_by(&to_the_end(8.0), &mut document, corrections);
            document.sidebars.iter().any(|sidebar| sidebar.blocks.start == 3)
        };
        let spans = |links: &[usize]| found(links, &[]);
        assert_eq!([spans(&[]), spans(&[4, 5]), spans(&[4, 5, 7])], [true, true, false]);
        assert!(found(&[4, 5, 7], &[Correction::SidebarStart { block: 3 }]));
    }

    #[test]
    fn what_the_markup_calls_a_caption_opens_nothing() {
        let opening = |kind| -> Vec<usize> {
            let mut document = plain();
            document.blocks[3].kind = kind;
            let (words, network) = (Words::of(&document), Network::default());
            let groups = duplicates::find(&document, &words);
            let roles = vec![[0.0; Role::ALL.len()]; document.blocks.len()];
            let seen = Seen { words: &words, groups: &groups, roles: &roles };
            let article = Article::of(&document, &seen, &network.background);
            openings(&document, &article, &network).into_iter().map(|(block, _)| block).collect()
        };
        assert_eq!(opening(Kind::Paragraph), [3, 6]);
        for said in [Kind::Caption, Kind::Alt, Kind::Code, Kind::Table] {
            assert_eq!(opening(said), [6], "{said:?}");
        }
    }

    #[test]
    fn the_best_candidates_that_do_not_overlap_are_taken() {
        let all = [candidate(1, 3, 2.0), candidate(1, 5, 1.0), candidate(2, 6, 2.5), candidate(5, 7, 1.0)];
        let taken: Vec<_> = decide(&all, 9, &[false; 9]).iter().map(|found| (found.first, found.last)).collect();
        assert_eq!(taken, [(1, 3), (5, 7)]);
    }

    #[test]
    fn a_sidebar_ends_where_the_likely_ends_are_densest_but_before_the_next() {
        let dense = [candidate(1, 3, 1.0), candidate(1, 7, 0.8), candidate(1, 8, 0.7), candidate(1, 9, 0.8)];
        let ends = |all: &[Candidate], wanted: &[bool]| -> Vec<_> {
            decide(all, 12, wanted).iter().map(|found| (found.first, found.last)).collect()
        };
        assert_eq!(ends(&dense, &[false; 12]), [(1, 8)]);
        let next = [dense.as_slice(), &[candidate(8, 11, 9.0)]].concat();
        assert_eq!(ends(&next, &[false; 12]), [(1, 3), (8, 11)]);
        let said: Vec<bool> = (0..12).map(|block| block == 1).collect();
        assert_eq!(ends(&dense, &said), [(1, 3)]);
    }

    #[test]
    fn marginals_are_those_of_counting_every_choice() {
        let all = [candidate(1, 2, 1.5), candidate(2, 4, -0.5), candidate(3, 4, 0.25)];
        // Nothing, each alone, and the first with the last.
        let weights = [1.0f64, 1.5f64.exp(), (-0.5f64).exp(), 0.25f64.exp(), 1.75f64.exp()];
        let sum: f64 = weights.iter().sum();
        let (marginals, total) = marginals(&all, 5);
        assert!((total - sum.ln()).abs() < 1e-4);
        let expected = [(weights[1] + weights[4]) / sum, weights[2] / sum, (weights[3] + weights[4]) / sum];
        for (got, expected) in marginals.iter().zip(expected) {
            assert!((f64::from(*got) - expected).abs() < 1e-4, "{got} {expected}");
        }
    }

    proptest! {
        #[test]
        fn marginals_of_a_few_candidates_are_those_of_counting(
            some in prop::collection::vec((0..6usize, 0..4usize, -9.0f32..9.0), 0..7),
        ) {
            let mut all: Vec<_> = some.iter().map(|&(first, more, score)| candidate(first, first + more, score)).collect();
            all.sort_by_key(|c| (c.first, c.last));
            let (mut sum, mut with) = (0.0f64, vec![0.0f64; all.len()]);
            for choice in 0..1u32 << all.len() {
                let taken: Vec<usize> = (0..all.len()).filter(|c| choice >> c & 1 == 1).collect();
                if taken.windows(2).all(|pair| all[pair[0]].last < all[pair[1]].first) {
                    let weight = taken.iter().map(|&c| f64::from(all[c].score)).sum::<f64>().exp();
                    sum += weight;
                    taken.iter().for_each(|&c| with[c] += weight);
                }
            }
            let (marginals, total) = marginals(&all, 9);
            prop_assert!((total - sum.ln()).abs() < 1e-4);
            for (got, with) in marginals.iter().zip(with) {
                prop_assert!((f64::from(*got) - with / sum).abs() < 1e-4, "{got} {}", with / sum);
            }
        }
    }

    #[test]
    fn how_sure_is_how_likely_its_blocks_stand_in_a_sidebar() {
        // Two openings, one block apart, of what ends at the same place: that there is one is surer than where it opens.
        let all = [candidate(1, 4, 2.0), candidate(2, 4, 1.5)];
        let weights = [2.0f32.exp(), 1.5f32.exp()];
        let sum = 1.0 + weights[0] + weights[1];
        let inside = [weights[0] / sum, (weights[0] + weights[1]) / sum];
        let found = decide(&all, 6, &[false; 6]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].first, found[0].last), (all[0].first, all[0].last));
        assert!((found[0].sure - (inside[0] + 3.0 * inside[1]) / 4.0).abs() < 1e-4, "{}", found[0].sure);
    }

    #[test]
    fn what_the_markup_set_apart_is_a_sidebar() {
        let mut document = plain();
        document.blocks[3..6].iter_mut().for_each(|block| block.aside = Some(1));
        assert_eq!(found(&mut document, &[]), [(3, 5)]);
        assert_eq!(document.sidebars[0].title, Some(3));
        assert_eq!(document.sidebars[0].confidence, 1.0);
        assert!(found(&mut document, &[Correction::NotSidebar { block: 4 }]).is_empty());
        assert_eq!(found(&mut document, &[Correction::SidebarEnd { block: 4 }]), [(3, 4)]);
    }

    #[test]
    fn the_readers_start_and_end_are_taken_as_given() {
        let (start, end) = (Correction::SidebarStart { block: 3 }, Correction::SidebarEnd { block: 5 });
        assert!(found(&mut plain(), &[]).is_empty());
        assert_eq!(found(&mut plain(), &[start, end]), [(3, 5)]);
        assert_eq!(found(&mut plain(), &[start])[0].0, 3);
        assert_eq!(found(&mut plain(), &[end]).last().map(|span| span.1), Some(5));
        assert_eq!(found(&mut plain(), &[start, end, Correction::NotSidebar { block: 3 }])[0].1, 5);
        assert!(found(&mut plain(), &[start, Correction::NotSidebar { block: 3 }]).is_empty());
        assert!(found(&mut plain(), &[Correction::SidebarStart { block: 99 }]).is_empty());
    }

    #[test]
    fn what_opens_a_sidebar_becomes_its_heading_unless_it_is_a_paragraph() {
        let mut document = plain();
        found(&mut document, &[Correction::SidebarStart { block: 3 }, Correction::SidebarEnd { block: 5 }]);
        assert_eq!((document.blocks[3].role, document.sidebars[0].title), (Role::Heading, Some(3)));
        let mut document = plain();
        found(&mut document, &[Correction::SidebarStart { block: 4 }, Correction::SidebarEnd { block: 5 }]);
        assert_eq!((document.blocks[4].role, document.sidebars[0].title), (Role::Body, None));
    }

    #[test]
    fn a_document_of_any_size_can_be_read() {
        for count in 0..4 {
            let block = || Block { text: Some("One".into()), ..Block::default() };
            let mut document = Document { blocks: (0..count).map(|_| block()).collect(), ..Document::default() };
            let all: Vec<Correction> = (0..=count).map(|block| Correction::SidebarStart { block }).collect();
            assert_eq!(found(&mut document, &all).len(), count);
        }
    }
}
