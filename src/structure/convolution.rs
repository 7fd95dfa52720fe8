//! A small network that tells roles by the features that the trees of [`crate::structure::model`] hear, those of the
//! second reading among them.
//!
//! Trees and network err differently, so that both together are right more often than either. The network looks at a
//! block and at two more on either side of it:
//!
//! 1. Levels of features weigh in a block's [`UNITS`]. A unit below zero counts as zero (rectified: Nair and Hinton,
//!    ICML 2010), and so do the channels below.
//! 2. [`CHANNELS`] are summed up from the units of a block and of its two neighbours; more channels from those, to
//!    which they are added: convolutions along the article (Collobert and others, JMLR 2011), with a way past the
//!    second (He and others, CVPR 2016).
//! 3. Units and channels weigh in the scores of the roles.

use std::ops::Range;
use std::sync::LazyLock;

use fearless_simd::{Level, Simd, WithSimd};

use crate::structure::chain::{ROLES, Scores, exp};
use crate::structure::cohesion::ln;
use crate::structure::features::{COUNT, Feature, Row};
use crate::structure::weights::{AT_ONCE, Rows, floats, rows};

/// Sums over the features of one block.
pub const UNITS: usize = 128;

/// Sums over a block and its neighbours.
pub const CHANNELS: usize = 48;

/// A block and its two neighbours.
pub const NEAR: usize = 3;

/// How far off blocks are, either way, that weigh in a block's scores; and blocks that are scored at a time.
const FAR: usize = 2;
const PART: usize = 256;

/// Features that may differ from the block's before so that only those are heard anew: fewer than differ between blocks
/// of a story, as many as between the items of a list without end.
const FEW: usize = COUNT / 8;

/// A role that is this likely needs no second opinion.
const CLEAR: f32 = 0.9;

/// Features that lie around 128; those before and behind count from zero.
const CENTRED: Range<usize> = Feature::CapitalsToUsual as usize..Feature::ReadTitle as usize;

/// Features that are kinds rather than quantities: each level has weights of its own too.
const KINDS: [Feature; 3] = [Feature::End, Feature::EndBare, Feature::Start];
const LEVELS: usize = 11;

/// Inputs of the units: of each feature how high it is and whether it is anything at all, then the levels of kinds.
pub const INPUTS: usize = 2 * COUNT + KINDS.len() * LEVELS;

/// The weights, layer by layer: a row for each sum of the layer before it. Those that ship are read where they lie.
#[derive(Debug, Clone, PartialEq)]
pub struct Convolution {
    pub inputs: Rows<UNITS>,
    pub units_start: [f32; UNITS],
    /// What the units of the block before, of the block itself and of the next weigh in the channels.
    pub first: Rows<CHANNELS>,
    pub first_start: [f32; CHANNELS],
    /// What those channels weigh in the other ones, likewise.
    pub second: Rows<CHANNELS>,
    pub second_start: [f32; CHANNELS],
    pub units_out: Rows<ROLES>,
    pub channels_out: Rows<ROLES>,
    pub out_start: Scores,
}

impl Default for Convolution {
    /// A network that knows nothing.
    fn default() -> Self {
        Convolution {
            inputs: vec![[0.0; UNITS]; INPUTS].into(),
            units_start: [0.0; UNITS],
            first: vec![[0.0; CHANNELS]; NEAR * UNITS].into(),
            first_start: [0.0; CHANNELS],
            second: vec![[0.0; CHANNELS]; NEAR * CHANNELS].into(),
            second_start: [0.0; CHANNELS],
            units_out: vec![[0.0; ROLES]; UNITS].into(),
            channels_out: vec![[0.0; ROLES]; CHANNELS].into(),
            out_start: [0.0; ROLES],
        }
    }
}

/// How high a level is: its logarithm where it counts from zero, in the second table its distance from 128.
static HEIGHTS: LazyLock<[[f32; 256]; 2]> = LazyLock::new(|| {
    [std::array::from_fn(|level| ln(1.0 + level as f32)), std::array::from_fn(|level| (level as f32 - 128.0) / 32.0)]
});

/// Hears a block's features: `hear` gets the number of each input that is not zero, and what it is.
pub fn hear(row: &Row, mut hear: impl FnMut(usize, f32)) {
    for &(feature, height) in heights(row, &mut [(0, 0.0); COUNT]) {
        hear(2 * usize::from(feature), height);
        hear(2 * usize::from(feature) + 1, 1.0);
    }
    kinds(row).for_each(|kind| hear(2 * COUNT + kind, 1.0));
}

/// How high the features of a row are, one after another, and which they are.
type Heights = [(u16, f32); COUNT];

/// The features that are anything, and how high each is, picked out without a branch that nothing could foretell.
#[inline]
fn heights<'a>(row: &Row, out: &'a mut Heights) -> &'a [(u16, f32)] {
    let [above_zero, around] = &*HEIGHTS;
    let mut count = 0;
    let mut put = |feature: usize, height: f32| {
        out[count] = (feature as u16, height);
        count += usize::from(height != 0.0);
    };
    let mut put_all = |features: Range<usize>, heights: &[f32; 256]| {
        features.clone().zip(&row[features]).for_each(|(feature, &level)| put(feature, heights[usize::from(level)]));
    };
    put_all(0..CENTRED.start, above_zero);
    put_all(CENTRED, around);
    put_all(CENTRED.end..COUNT, above_zero);
    &out[..count]
}

/// How many features of two rows differ.
#[inline]
fn differing(one: &Row, other: &Row) -> usize {
    one.iter().zip(other).map(|(one, other)| usize::from(one != other)).sum()
}

/// By how much the inputs of a row are other than those of the row before, to be added to what those summed up to (Nasu,
/// "Efficiently updatable neural-network-based evaluation functions", 2018): each feature that differs, how much higher
/// it is, and whether it is anything now (1) or no longer (-1).
fn changes<'a>(before: &'a Row, row: &'a Row) -> impl Iterator<Item = (usize, f32, f32)> + 'a {
    let [above_zero, around] = &*HEIGHTS;
    let differing = before.iter().zip(row).enumerate().filter(|(_, (before, now))| before != now);
    differing.map(move |(feature, (&before, &now))| {
        let heights = if CENTRED.contains(&feature) { around } else { above_zero };
        let (before, now) = (heights[usize::from(before)], heights[usize::from(now)]);
        let there = f32::from(u8::from(now != 0.0)) - f32::from(u8::from(before != 0.0));
        (feature, now - before, there)
    })
}

/// Which levels of kinds a block has.
#[inline]
fn kinds(row: &Row) -> impl Iterator<Item = usize> {
    let level = |(at, kind): (usize, Feature)| at * LEVELS + usize::from(row[kind as usize]).min(LEVELS - 1);
    KINDS.into_iter().enumerate().map(level)
}

/// Adds `by` times a row of weights.
#[inline]
pub fn add<const N: usize>(sums: &mut [f32; N], by: f32, weights: &[f32; N]) {
    sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += by * weight);
}

/// What is below zero counts as nothing.
#[inline]
pub fn rectified<const N: usize>(sums: [f32; N]) -> [f32; N] {
    sums.map(|sum| sum.max(0.0))
}

/// Sums over the blocks around each: `weights` has a row for each of the numbers of the block before, the block
/// itself, the next. Numbers that are nothing, as many are, cost nothing.
#[inline(always)]
pub fn around<const N: usize, const M: usize>(
    numbers: &[[f32; N]],
    weights: &[[f32; M]],
    start: &[f32; M],
) -> Vec<[f32; M]> {
    let mut sums = vec![*start; numbers.len()];
    for (index, numbers) in numbers.iter().enumerate() {
        let mut active = [0u8; N];
        let mut count = 0;
        for (at, &x) in numbers.iter().enumerate() {
            active[count.min(N - 1)] = at as u8;
            count += usize::from(x != 0.0);
        }
        for (near, weights) in weights.chunks_exact(N).enumerate() {
            // To the block after this one it is the one before.
            let Some(sums) = (index + 1).checked_sub(near).and_then(|at| sums.get_mut(at)) else { continue };
            // By themselves, so that they stay in registers.
            let mut own = *sums;
            for at in active[..count].iter().map(|&at| usize::from(at)) {
                add(&mut own, numbers[at], &weights[at]);
            }
            *sums = own;
        }
    }
    sums
}

impl Convolution {
    /// The score of each role for each of the blocks that are asked for; the others cost next to nothing, and get
    /// scores that say nothing.
    pub fn scores(&self, rows: &[Row], asked: &[bool]) -> Vec<Scores> {
        let mut all = Vec::with_capacity(rows.len());
        // What is summed up of a part stays in the cache, where all of it would not.
        for start in (0..rows.len()).step_by(PART) {
            let end = rows.len().min(start + PART);
            let with_near = start.saturating_sub(FAR)..rows.len().min(end + FAR);
            let before = start - with_near.start;
            let (rows, asked) = (&rows[with_near.clone()], &asked[with_near]);
            let scores = Level::new().dispatch(Scoring { network: self, rows, asked });
            all.extend_from_slice(&scores[before..before + end - start]);
        }
        all
    }

    /// Mixes into how likely each role is for each block what the network says, in equal parts, where they leave it
    /// open; `hint` may change a block's scores before.
    pub fn mix(&self, rows: &[Row], marginals: &mut [Scores], mut hint: impl FnMut(usize, &mut Scores)) {
        let open = |marginals: &Scores| marginals.iter().all(|&likely| likely < CLEAR);
        let asked: Vec<bool> = marginals.iter().map(open).collect();
        let scores = self.scores(rows, &asked);
        for (index, (marginals, mut scores)) in
            marginals.iter_mut().zip(scores).enumerate().filter(|(at, _)| asked[*at])
        {
            hint(index, &mut scores);
            let best = scores.iter().copied().fold(f32::MIN, f32::max);
            let odds = scores.map(|score| exp(score - best));
            let total: f32 = odds.iter().sum();
            marginals.iter_mut().zip(odds).for_each(|(likely, odds)| *likely = 0.5 * (*likely + odds / total));
        }
    }

    /// Takes the weights of [`Convolution::layers`] as bytes.
    pub fn take(rest: &mut &'static [u8]) -> Option<Convolution> {
        Some(Convolution {
            inputs: rows(INPUTS, rest)?,
            units_start: floats(rest)?,
            first: rows(NEAR * UNITS, rest)?,
            first_start: floats(rest)?,
            second: rows(NEAR * CHANNELS, rest)?,
            second_start: floats(rest)?,
            units_out: rows(UNITS, rest)?,
            channels_out: rows(CHANNELS, rest)?,
            out_start: floats(rest)?,
        })
    }

    /// All weights, layer by layer.
    pub fn layers(&self) -> [&[f32]; 9] {
        [
            self.inputs.as_flattened(),
            &self.units_start,
            self.first.as_flattened(),
            &self.first_start,
            self.second.as_flattened(),
            &self.second_start,
            self.units_out.as_flattened(),
            self.channels_out.as_flattened(),
            &self.out_start,
        ]
    }

    /// The same, to be changed.
    pub fn layers_mut(&mut self) -> [&mut [f32]; 9] {
        [
            self.inputs.to_mut().as_flattened_mut(),
            &mut self.units_start,
            self.first.to_mut().as_flattened_mut(),
            &mut self.first_start,
            self.second.to_mut().as_flattened_mut(),
            &mut self.second_start,
            self.units_out.to_mut().as_flattened_mut(),
            self.channels_out.to_mut().as_flattened_mut(),
            &mut self.out_start,
        ]
    }
}

/// [`Convolution::scores`], with the widest vectors that the processor has.
struct Scoring<'a> {
    network: &'a Convolution,
    rows: &'a [Row],
    asked: &'a [bool],
}

impl WithSimd for Scoring<'_> {
    type Output = Vec<Scores>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Vec<Scores> {
        let Scoring { network, rows, asked } = self;
        let (pairs, levels) = network.inputs.split_at(2 * COUNT);
        let (pairs, mut above) = (pairs.as_chunks::<2>().0, [(0, 0.0); COUNT]);
        let near = |asked: &[bool]| -> Vec<bool> {
            (0..asked.len()).map(|at| asked[at.saturating_sub(1)..asked.len().min(at + 2)].contains(&true)).collect()
        };
        let heard_first = near(asked);
        let heard = near(&heard_first);
        let mut units = vec![[0.0; UNITS]; rows.len()];
        let (mut sums, mut before) = (network.units_start, None);
        for ((units, row), _) in units.iter_mut().zip(rows).zip(&heard).filter(|(_, heard)| **heard) {
            if let Some(before) = before.replace(row).filter(|before| differing(before, row) <= FEW) {
                for (feature, height, there) in changes(before, row) {
                    let [highs, theres] = &pairs[feature];
                    add(&mut sums, height, highs);
                    add(&mut sums, there, theres);
                }
                kinds(before).for_each(|kind| add(&mut sums, -1.0, &levels[kind]));
                kinds(row).for_each(|kind| add(&mut sums, 1.0, &levels[kind]));
                *units = rectified(sums);
                continue;
            }
            sums = network.units_start;
            let heights = heights(row, &mut above);
            for (place, sums) in sums.as_chunks_mut::<AT_ONCE>().0.iter_mut().enumerate() {
                let part = |weights: &[f32; UNITS]| -> [f32; AT_ONCE] { weights.as_chunks().0[place] };
                let mut own = *sums;
                for &(feature, height) in heights {
                    // As `hear` has it, both of a feature's inputs at once.
                    let [highs, theres] = &pairs[usize::from(feature)];
                    let weights = part(highs).into_iter().zip(part(theres));
                    own.iter_mut().zip(weights).for_each(|(unit, (high, there))| *unit += height * high + there);
                }
                kinds(row).for_each(|kind| add(&mut own, 1.0, &part(&levels[kind])));
                *sums = own;
            }
            *units = rectified(sums);
        }
        let mut channels = around(&units, &network.first, &network.first_start);
        for (channels, heard) in channels.iter_mut().zip(heard_first) {
            *channels = if heard { rectified(*channels) } else { [0.0; CHANNELS] };
        }
        let second = around(&channels, &network.second, &network.second_start);
        let score = |at: usize| {
            let mut scores = network.out_start;
            if asked[at] {
                units[at].iter().zip(&*network.units_out).for_each(|(&x, row)| add(&mut scores, x, row));
                let channels = channels[at].iter().zip(rectified(second[at])).map(|(first, second)| first + second);
                channels.zip(&*network.channels_out).for_each(|(x, row)| add(&mut scores, x, row));
            }
            scores
        };
        (0..rows.len()).map(score).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A network whose weights are all of different sizes, none of them nothing.
    fn some() -> Convolution {
        let mut network = Convolution::default();
        for (at, weight) in network.layers_mut().into_iter().flatten().enumerate() {
            *weight = ((at * 37 % 101) as f32 - 40.0) / 500.0;
        }
        network
    }

    #[test]
    fn two_blocks_on_either_side_weigh_in_and_no_others() {
        let network = some();
        let plain = vec![[3; COUNT]; 9];
        let mut changed = plain.clone();
        changed[4] = [200; COUNT];
        let (plain, changed) = (network.scores(&plain, &[true; 9]), network.scores(&changed, &[true; 9]));
        let differ: Vec<usize> = (0..9).filter(|&at| plain[at] != changed[at]).collect();
        assert_eq!(differ, [2, 3, 4, 5, 6]);
    }

    #[test]
    fn wider_vectors_give_the_same_scores() {
        let (network, rows) = (some(), [[3; COUNT], [90; COUNT], [200; COUNT], [128; COUNT]]);
        let narrow = Level::baseline().dispatch(Scoring { network: &network, rows: &rows, asked: &[true; 4] });
        assert_eq!(network.scores(&rows, &[true; 4]), narrow);
    }

    /// The scores, each layer after the other and every block by itself.
    fn plainly(network: &Convolution, rows: &[Row]) -> Vec<Scores> {
        let unit = |row: &Row| {
            let mut sums = network.units_start;
            hear(row, |input, x| add(&mut sums, x, &network.inputs[input]));
            rectified(sums)
        };
        let units: Vec<_> = rows.iter().map(unit).collect();
        let channels: Vec<_> =
            around(&units, &network.first, &network.first_start).into_iter().map(rectified).collect();
        let second = around(&channels, &network.second, &network.second_start);
        let score = |at: usize| {
            let mut scores = network.out_start;
            units[at].iter().zip(&*network.units_out).for_each(|(&x, row)| add(&mut scores, x, row));
            let channels = channels[at].iter().zip(rectified(second[at])).map(|(first, second)| first + second);
            channels.zip(&*network.channels_out).for_each(|(x, row)| add(&mut scores, x, row));
            scores
        };
        (0..rows.len()).map(score).collect()
    }

    #[test]
    fn blocks_that_differ_little_from_those_before_are_scored_as_by_themselves() {
        let mut row: Row = std::array::from_fn(|feature| (feature * 11 % 140) as u8);
        let next = |at: usize| {
            // Now few features change and now many, to something and to nothing.
            (0..at % (FEW + 4)).for_each(|step| row[(at * 13 + step * 29) % COUNT] = (at * 7 * (step % 3)) as u8);
            row
        };
        let rows: Vec<Row> = (0..PART).map(next).collect();
        let few = rows.windows(2).filter(|two| differing(&two[0], &two[1]) <= FEW).count();
        assert!(few > PART / 2 && few < PART - 5, "{few}");
        for (scores, expected) in some().scores(&rows, &[true; PART]).into_iter().zip(plainly(&some(), &rows)) {
            for (score, expected) in scores.into_iter().zip(expected) {
                assert!((score - expected).abs() <= 1e-4 * expected.abs().max(1.0), "{score} {expected}");
            }
        }
    }

    #[test]
    fn an_article_of_many_blocks_is_scored_part_by_part_as_if_at_once() {
        let (network, count) = (some(), 2 * PART + 3);
        let rows: Vec<Row> = (0..count).map(|at| [(at * 7 % 251) as u8; COUNT]).collect();
        let at_once = Scoring { network: &network, rows: &rows, asked: &vec![true; count] };
        assert_eq!(network.scores(&rows, &vec![true; count]), Level::new().dispatch(at_once));
    }

    #[test]
    fn a_feature_that_is_nothing_adds_nothing() {
        let mut heard = Vec::new();
        let mut row = [0; COUNT];
        row[CENTRED].fill(128);
        row[Feature::Words as usize] = 1;
        hear(&row, |input, x| heard.push((input, x)));
        let words = Feature::Words as usize;
        let kinds = [0, LEVELS, 2 * LEVELS].map(|level| (2 * COUNT + level, 1.0));
        assert_eq!(heard, [&[(2 * words, ln(2.0)), (2 * words + 1, 1.0)], &kinds[..]].concat());
    }

    #[test]
    fn blocks_that_are_not_asked_for_change_nothing_of_the_others() {
        let rows: Vec<Row> = (0..12).map(|at| [at * 20; COUNT]).collect();
        let all = some().scores(&rows, &[true; 12]);
        for asked in 0..1 << 12 {
            let asked: Vec<bool> = (0..12).map(|at| asked >> at & 1 == 1).collect();
            let some = some().scores(&rows, &asked);
            (0..12).filter(|&at| asked[at]).for_each(|at| assert_eq!(some[at], all[at]));
        }
    }

    #[test]
    fn what_is_given_is_certain_and_what_is_clear_stays_as_it_is() {
        let rows = vec![[5; COUNT]; 4];
        let given = |index: usize, scores: &mut Scores| {
            if index == 1 {
                *scores = [-1000.0; ROLES];
                scores[3] = 0.0;
            }
        };
        let likely = |likely: f32| -> Scores {
            std::array::from_fn(|role| if role == 0 { likely } else { (1.0 - likely) / (ROLES - 1) as f32 })
        };
        let even = [1.0 / ROLES as f32; ROLES];
        let (clear, unclear) = (likely(CLEAR), likely(CLEAR - 0.01));
        let mut marginals = [even, even, clear, unclear];
        some().mix(&rows, &mut marginals, given);
        assert!((marginals[0].iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert_eq!(marginals[1][3], 0.5 + 0.5 / ROLES as f32);
        assert_eq!(marginals[2], clear);
        assert_ne!(marginals[3], unclear);
    }
}
