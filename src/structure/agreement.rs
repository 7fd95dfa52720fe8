//! What a first reading of the whole article tells of each of its blocks: how blocks like it were read.
//!
//! An article is set by one hand: if most blocks that end in a name after the last full stop were read as captions,
//! the others are captions too. So roles are decided twice, and the second reading sees the probabilities that the
//! first gave to the block, to its neighbours and to blocks like it (stacked sequential learning: Cohen and
//! Carvalho, IJCAI 2005).

use crate::structure::chain::{ROLES, Scores};
use crate::structure::features::{Feature, Row, Scanned};
use crate::structure::vocabulary::mix;

/// The ways in which blocks are alike: the same build, the same end, the same first word, the same last.
const WAYS: usize = 4;

/// By what a block is like others, a hash each way; 0 where it is like none.
pub type Keys = [u32; WAYS];

/// Slots at most for the sums of blocks that are alike; that some fall together in a huge article does no harm.
const SLOTS: usize = 1 << 18;

/// The keys of each block.
pub fn keys(rows: &[Row], scanned: &Scanned) -> Vec<Keys> {
    let key = |(index, row): (usize, &Row)| {
        let of = |feature: Feature| u64::from(row[feature as usize]);
        let length = [3, 11, 39].iter().filter(|&&most| of(Feature::Words) > most).count() as u64;
        let signs = [Feature::TailPlain, Feature::CreditLast, Feature::BracketEnd, Feature::Group];
        let end = signs.iter().fold(of(Feature::EndBare), |key, &sign| key << 1 | u64::from(of(sign) > 0));
        let end = mix((end << 2 | length) + 1) as u32;
        [scanned.builds[index], end, scanned.first[index], scanned.last[index]]
    };
    rows.iter().enumerate().map(key).collect()
}

/// Fills in what the first reading's probabilities tell.
pub fn fill(rows: &mut [Row], keys: &[Keys], marginals: &[Scores]) {
    let levels: Vec<[u8; ROLES]> = marginals.iter().map(|block| block.map(|p| (p * 255.0) as u8)).collect();
    for (row, levels) in rows.iter_mut().zip(&levels) {
        row[Feature::ReadTitle as usize..][..ROLES].copy_from_slice(levels);
    }
    let starts = [Feature::BuildTitle, Feature::EndTitle, Feature::FirstTitle, Feature::LastTitle];
    for (way, start) in starts.into_iter().enumerate() {
        among(rows, &levels, start, |index| keys[index][way]);
    }
    among(rows, &levels, Feature::AllTitle, |_| 1);
}

/// The mean levels of the other blocks with the same key.
fn among(rows: &mut [Row], levels: &[[u8; ROLES]], start: Feature, key: impl Fn(usize) -> u32) {
    let size = (rows.len() * 4).next_power_of_two().min(SLOTS);
    let slot = |index: usize| key(index) as usize & (size - 1);
    let mut sums = vec![[0u32; ROLES]; size];
    let mut counts = vec![0u32; size];
    for (index, levels) in levels.iter().enumerate() {
        sums[slot(index)].iter_mut().zip(levels).for_each(|(sum, &level)| *sum += u32::from(level));
        counts[slot(index)] += 1;
    }
    for (index, (row, levels)) in rows.iter_mut().zip(levels).enumerate() {
        let others = counts[slot(index)] - 1;
        if key(index) == 0 || others == 0 {
            continue;
        }
        let means = row[start as usize..][..ROLES].iter_mut().zip(sums[slot(index)].iter().zip(levels));
        means.for_each(|(mean, (sum, &own))| *mean = ((sum - u32::from(own)) / others) as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Role;
    use crate::structure::features::COUNT;

    fn sure(role: Role) -> Scores {
        std::array::from_fn(|index| f32::from(u8::from(index == role as usize)))
    }

    #[test]
    fn a_block_hears_how_the_others_like_it_were_read_and_not_itself() {
        let mut rows = vec![[0; COUNT]; 4];
        let keys = [[7, 1, 0, 0], [7, 2, 0, 0], [7, 3, 0, 0], [8, 4, 0, 0]];
        let marginals = [Role::Caption, Role::Caption, Role::Body, Role::Heading].map(sure);
        fill(&mut rows, &keys, &marginals);
        let level = |block: usize, feature: Feature| rows[block][feature as usize];
        assert_eq!(level(2, Feature::BuildCaption), 255);
        assert_eq!(level(2, Feature::BuildBody), 0);
        assert_eq!(level(0, Feature::BuildCaption), 127);
        assert_eq!(level(3, Feature::BuildHeading), 0);
        assert_eq!(level(3, Feature::ReadHeading), 255);
    }

    #[test]
    fn blocks_without_a_word_are_like_none() {
        let mut rows = vec![[0; COUNT]; 2];
        fill(&mut rows, &[[1, 1, 0, 0]; 2], &[sure(Role::List), sure(Role::List)]);
        assert_eq!(rows[0][Feature::FirstList as usize], 0);
        assert_eq!(rows[0][Feature::BuildList as usize], 255);
    }
}
