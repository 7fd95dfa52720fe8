//! What a first reading of the whole article says of each block: a second look's features.
//!
//! Blocks of one article follow one hand: where those of a block's build are headings, so is it, most likely. The
//! second look sees the first's probabilities for the block, its neighbours, and the blocks like it, as in stacked
//! sequential learning (Cohen and Carvalho, IJCAI 2005).

use crate::structure::chain::{ROLES, Scores};
use crate::structure::duplicates::Groups;
use crate::structure::features::Scanned;

/// Features of the second look: the first's own levels, then the means over the article, over the blocks of the
/// same build, of the same first word, and of those that say the same, each without the block itself.
pub const COUNT: usize = 5 * ROLES;

/// One block's features of the second look.
pub type Opinion = [u8; COUNT];

/// How far the neighbours stand whose levels count too.
pub const NEIGHBOURS: [isize; 4] = [-2, -1, 1, 2];

/// A probability's log-odds as a level around 128: four steps a doubling, by the bits of the numbers, so that every
/// machine agrees.
fn level(probability: f32) -> u8 {
    let octaves = |p: f32| (p.max(1e-6).to_bits() >> 21) as i32;
    (128 + octaves(probability) - octaves(1.0 - probability)).clamp(0, 255) as u8
}

/// Forms the opinions from the first look's probabilities.
pub fn form(marginals: &[Scores], scanned: &Scanned, groups: &Groups) -> Vec<Opinion> {
    let all = means(marginals, |_| Some(0), 1);
    let size = (marginals.len() * 4).next_power_of_two().clamp(256, 1 << 20);
    let slot = |hash: u32| hash as usize & (size - 1);
    let builds = means(marginals, |index| Some(slot(scanned.builds[index])), size);
    let firsts = means(marginals, |index| Some(slot(scanned.first[index])), size);
    let same = means(marginals, |index| groups.of[index].map(|group| group as usize), marginals.len());
    let opinion = |index: usize| {
        let mut opinion = [0; COUNT];
        let parts = [&marginals[index], &all[index], &builds[index], &firsts[index], &same[index]];
        for (levels, part) in opinion.chunks_exact_mut(ROLES).zip(parts) {
            levels.iter_mut().zip(part).for_each(|(l, &probability)| *l = level(probability));
        }
        opinion
    };
    (0..marginals.len()).map(opinion).collect()
}

/// For each block the mean of the others in its class; all zeros where there is no other.
fn means(marginals: &[Scores], class: impl Fn(usize) -> Option<usize>, classes: usize) -> Vec<Scores> {
    let mut sums = vec![([0.0f32; ROLES], 0u32); classes];
    for (index, marginal) in marginals.iter().enumerate() {
        if let Some(class) = class(index) {
            sums[class].0.iter_mut().zip(marginal).for_each(|(sum, p)| *sum += p);
            sums[class].1 += 1;
        }
    }
    let mean = |index: usize| {
        let Some((sum, count)) = class(index).map(|class| sums[class]).filter(|(_, count)| *count > 1) else {
            return [0.0; ROLES];
        };
        let share = 1.0 / (count - 1) as f32;
        std::array::from_fn(|role| ((sum[role] - marginals[index][role]) * share).clamp(0.0, 1.0))
    };
    (0..marginals.len()).map(mean).collect()
}
