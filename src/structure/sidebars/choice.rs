//! Chooses among spans that may be sidebars those that are, over the whole article, and says how sure it is.

use super::super::chain::exp;
use super::super::cohesion::ln;

/// A span that may be a sidebar: its first and last block, and log odds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    pub first: usize,
    pub last: usize,
    pub score: f32,
}

/// A sidebar as it is decided on: its first and last block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    pub first: usize,
    pub last: usize,
    pub score: f32,
    /// How likely its blocks are to stand in a sidebar, whichever, in the mean.
    pub sure: f32,
}

/// Log odds of what the markup says.
pub const MARKED: f32 = 1e4;
/// Log odds of leaving the reader's own sidebar out.
const DENIED: f64 = -1e6;

/// The openings that score highest together without overlap, each with its likeliest end. An opening scores by all its
/// candidates summed up, for one that surely opens a sidebar may end in several places, none of which is likely by
/// itself: a mixture of Viterbi's maximum and of the sum over what is not asked for (marginal MAP: Liu and Ihler, JMLR
/// 2013). Candidates are sorted by their first block; every wanted block lies in one, if any can.
pub fn choose(all: &[Candidate], blocks: usize, wanted: &[bool]) -> Vec<Found> {
    if all.is_empty() {
        return Vec::new();
    }
    let outside = |block: usize| if wanted[block] { DENIED } else { 0.0 };
    let mut score = vec![0.0f64; blocks + 1];
    let mut chosen: Vec<Option<usize>> = vec![None; blocks];
    let mut end = all.len();
    for block in (0..blocks).rev() {
        score[block] = score[block + 1] + outside(block);
        let start = opening_at(block, &all[..end]);
        let with = |at: usize| f64::from(all[at].score) + score[all[at].last + 1];
        // Of equals the longest.
        if let Some(best) = (start..end).rev().reduce(|best, at| if with(at) > with(best) { at } else { best }) {
            let most = with(best);
            let sum: f32 = (start..end).map(|at| exp((with(at) - most) as f32)).sum();
            let total = most + f64::from(ln(sum));
            if total > score[block] {
                (score[block], chosen[block]) = (total, Some(best));
            }
        }
        end = start;
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
        let ends: Vec<&Candidate> = all[from..to].iter().filter(|c| c.last < next).collect();
        let given = score >= MARKED || wanted[first..next].contains(&true);
        let last = if given { last } else { likeliest_end(&ends, last) };
        let sure = inside[first..=last].iter().sum::<f32>() / (last + 1 - first) as f32;
        found.push(Found { first, last, score, sure: sure.clamp(0.0, 1.0) });
        block = last.max(all[c].last) + 1;
    }
    found
}

/// Where those begin, of candidates up to a block, that open with it.
fn opening_at(block: usize, all: &[Candidate]) -> usize {
    all.iter().rposition(|c| c.first != block).map_or(0, |before| before + 1)
}

/// Where a sidebar ends: where those of its candidates that end before the next one are densest, each counting for as
/// likely as its score makes it, since no other opens between. Ends a block or two off count too, the less the farther,
/// for one among many near ones is likelier to be about right than one that stands alone. It is the chosen one if there
/// is no other.
fn likeliest_end(ends: &[&Candidate], chosen: usize) -> usize {
    let most = ends.iter().map(|c| c.score).fold(f32::MIN, f32::max);
    let likely: Vec<(usize, f32)> = ends.iter().map(|c| (c.last, exp(c.score - most))).collect();
    let near = |a: usize, b: usize| (1.0 - a.abs_diff(b) as f32 / APART).max(0.0);
    let density = |last: usize| likely.iter().map(|&(other, likely)| likely * near(last, other)).sum::<f32>();
    // Of equals the first.
    let densest = likely.iter().map(|&(last, _)| (density(last), last));
    densest.fold((0.0, chosen), |best, end| if end.0 > best.0 { end } else { best }).1
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
        let start = opening_at(block, &all[..end]);
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

    fn candidate(first: usize, last: usize, score: f32) -> Candidate {
        Candidate { first, last, score }
    }

    #[test]
    fn an_opening_whose_end_is_open_is_found_where_no_span_is_likely_by_itself() {
        let spans = |ends: std::ops::Range<usize>| ends.map(|last| candidate(1, last, -0.5)).collect::<Vec<_>>();
        assert_eq!(choose(&spans(4..5), 9, &[false; 9]), []);
        let [found] = choose(&spans(3..8), 9, &[false; 9])[..] else { panic!("not one") };
        assert_eq!((found.first, found.last), (1, 5));
        // Five spans of odds e^-0.5 each against none at all.
        let all = 5.0 * (-0.5f32).exp();
        assert!(found.sure < all / (1.0 + all) && found.sure > 0.5, "{}", found.sure);
    }

    #[test]
    fn the_best_candidates_that_do_not_overlap_are_taken() {
        let all = [candidate(1, 3, 2.0), candidate(1, 5, 1.0), candidate(2, 6, 2.5), candidate(5, 7, 1.0)];
        let taken: Vec<_> = choose(&all, 9, &[false; 9]).iter().map(|found| (found.first, found.last)).collect();
        assert_eq!(taken, [(1, 3), (5, 7)]);
    }

    #[test]
    fn a_sidebar_ends_where_the_likely_ends_are_densest_but_before_the_next() {
        let dense = [candidate(1, 3, 1.0), candidate(1, 7, 0.8), candidate(1, 8, 0.7), candidate(1, 9, 0.8)];
        let ends = |all: &[Candidate], wanted: &[bool]| -> Vec<_> {
            choose(all, 12, wanted).iter().map(|found| (found.first, found.last)).collect()
        };
        assert_eq!(ends(&dense, &[false; 12]), [(1, 8)]);
        let next = [dense.as_slice(), &[candidate(8, 11, 9.0)]].concat();
        assert_eq!(ends(&next, &[false; 12]), [(1, 3), (8, 11)]);
        let said: Vec<bool> = (0..12).map(|block| block == 1).collect();
        assert_eq!(ends(&dense, &said), [(1, 3)]);
    }

    #[test]
    fn what_may_open_within_a_sidebar_and_does_not_makes_it_no_shorter() {
        let all = [candidate(1, 3, 1.0), candidate(1, 8, 1.3), candidate(5, 9, -0.2)];
        let found = choose(&all, 12, &[false; 12]);
        assert_eq!(found.iter().map(|found| (found.first, found.last)).collect::<Vec<_>>(), [(1, 8)]);
        // Each choice counted, the shorter one is the likelier.
        let (marginals, _) = marginals(&all, 12);
        assert!(marginals[0] > marginals[1]);
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
        let found = choose(&all, 6, &[false; 6]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].first, found[0].last), (all[0].first, all[0].last));
        assert!((found[0].sure - (inside[0] + 3.0 * inside[1]) / 4.0).abs() < 1e-4, "{}", found[0].sure);
    }
}
