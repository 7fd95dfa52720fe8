//! What a first reading of the whole article tells of each of its blocks: how blocks like it were read.
//!
//! An article is set by one hand: if most blocks that end in a name after the last full stop were read as captions,
//! the others are captions too. So roles are decided twice, and the second reading sees the probabilities that the
//! first gave to the block, to its neighbours and to blocks like it (stacked sequential learning: Cohen and
//! Carvalho, IJCAI 2005).

use crate::structure::chain::{ROLES, Scores};
use crate::structure::context::is_paragraph;
use crate::structure::duplicates::Groups;
use crate::structure::features::{Feature, Row, Scanned};
use crate::structure::vocabulary::mix;

/// The ways in which blocks are alike: the same build, the same end, the same first word, the same last; the same run of
/// lines between two paragraphs, the same lengths and ends with those around, the same words.
const WAYS: usize = 7;

/// By what a block is like others, a hash each way; 0 where it is like none.
pub type Keys = [u32; WAYS];

/// Slots at most for the sums of blocks that are alike; that some fall together in a huge article does no harm.
const SLOTS: usize = 1 << 18;

/// The keys of each block.
pub fn keys(rows: &[Row], scanned: &Scanned, groups: &Groups) -> Vec<Keys> {
    let rough: Vec<u64> = rows.iter().map(rough).collect();
    let mut run = 0;
    let key = |(index, row): (usize, &Row)| {
        run += u32::from(row[Feature::RunBefore as usize] == 0);
        let near = |at: Option<usize>| at.and_then(|at| rough.get(at)).map_or(0, |rough| rough + 1);
        let around = [near(index.checked_sub(1)), near(Some(index)), near(Some(index + 1))];
        let around = mix(around.iter().fold(1, |key, rough| key << ROUGH | rough)) as u32;
        // Most paragraphs are of the story: what stands between them says nothing of others.
        let [run, around] = if is_paragraph(row) { [0; 2] } else { [run, around] };
        let same = groups.of[index].map_or(0, |group| group + 1);
        let of = |feature: Feature| u64::from(row[feature as usize]);
        let length = [3, 11, 39].iter().filter(|&&most| of(Feature::Words) > most).count() as u64;
        let signs = [Feature::TailPlain, Feature::CreditLast, Feature::BracketEnd, Feature::Group];
        let end = signs.iter().fold(of(Feature::EndBare), |key, &sign| key << 1 | u64::from(of(sign) > 0));
        let end = mix((end << 2 | length) + 1) as u32;
        [scanned.builds[index], end, scanned.first[index], scanned.last[index], run, around, same]
    };
    rows.iter().enumerate().map(key).collect()
}

/// How long a block is and how it ends, roughly.
fn rough(row: &Row) -> u64 {
    let words = row[Feature::Words as usize];
    let length = [2, 7, 15, 35].iter().filter(|&&most| words > most).count() as u64;
    // With a full stop, a colon, a question or exclamation mark, none of these.
    let end = match row[Feature::EndBare as usize] {
        10 => 0,
        5 => 1,
        8 | 9 => 2,
        _ => 3,
    };
    length << 2 | end
}

/// Bits that a rough block, or none, is told in.
const ROUGH: u32 = 5;

/// Fills in what the first reading's probabilities tell.
pub fn fill(rows: &mut [Row], keys: &[Keys], marginals: &[Scores]) {
    let levels: Vec<[u8; ROLES]> = marginals.iter().map(|block| block.map(|p| (p * 255.0) as u8)).collect();
    for (row, levels) in rows.iter_mut().zip(&levels) {
        row[Feature::ReadTitle as usize..][..ROLES].copy_from_slice(levels);
    }
    let starts = [
        Feature::BuildTitle,
        Feature::EndTitle,
        Feature::FirstTitle,
        Feature::LastTitle,
        Feature::RunTitle,
        Feature::AroundTitle,
        Feature::SameTitle,
    ];
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
    let has_key = |index: usize| key(index) != 0;
    for (index, levels) in levels.iter().enumerate().filter(|(index, _)| has_key(*index)) {
        sums[slot(index)].iter_mut().zip(levels).for_each(|(sum, &level)| *sum += u32::from(level));
        counts[slot(index)] += 1;
    }
    for (index, (row, levels)) in rows.iter_mut().zip(levels).enumerate().filter(|(index, _)| has_key(*index)) {
        let others = counts[slot(index)] - 1;
        if others == 0 {
            continue;
        }
        let means = row[start as usize..][..ROLES].iter_mut().zip(sums[slot(index)].iter().zip(levels));
        means.for_each(|(mean, (sum, &own))| *mean = ((sum - u32::from(own)) / others) as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Format, Role};
    use crate::read::read;
    use crate::structure::features::COUNT;
    use crate::structure::words::Words;
    use crate::structure::{duplicates, roles};

    fn sure(role: Role) -> Scores {
        std::array::from_fn(|index| f32::from(u8::from(index == role as usize)))
    }

    #[test]
    fn a_block_hears_how_the_others_like_it_were_read_and_not_itself() {
        let mut rows = vec![[0; COUNT]; 4];
        let keys = [[7, 1, 0, 0, 0, 0, 0], [7, 2, 0, 0, 0, 0, 0], [7, 3, 0, 0, 0, 0, 0], [8, 4, 0, 0, 0, 0, 0]];
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
    fn lines_are_alike_by_their_run_by_what_stands_around_them_and_by_their_words() {
        let text = "The keeper of the lighthouse counts the ships that pass between the two islands.";
        let blocks = [text, "Pros", "Quiet", "By Ida", text, "Cons", "By Ida", text, "Rates", "Salty", "By Bo", text];
        let document = read(blocks.join("\n\n"), Format::Text);
        let groups = duplicates::find(&document, &Words::of(&document));
        let (_, keys) = roles::observe(&document, &groups, |_| [0; ROLES]);
        assert_eq!(keys.len(), blocks.len());
        let alike = |way: usize, block: usize| -> Vec<usize> {
            let key = keys[block][way];
            (0..blocks.len()).filter(|&other| key != 0 && keys[other][way] == key).collect()
        };
        let [run, around, same] = [4, 5, 6];
        assert_eq!([1, 5, 8].map(|block| alike(run, block)), [vec![1, 2, 3], vec![5, 6], vec![8, 9, 10]]);
        assert_eq!([1, 2, 3].map(|block| alike(around, block)), [vec![1, 5, 8], vec![2, 9], vec![3, 6, 10]]);
        assert_eq!([1, 3].map(|block| alike(same, block)), [vec![], vec![3, 6]]);
        assert!([run, around].iter().all(|way| alike(*way, 4).is_empty()));
    }

    #[test]
    fn blocks_without_a_word_are_like_none() {
        let mut rows = vec![[0; COUNT]; 2];
        fill(&mut rows, &[[1, 1, 0, 0, 0, 0, 0]; 2], &[sure(Role::List), sure(Role::List)]);
        assert_eq!(rows[0][Feature::FirstList as usize], 0);
        assert_eq!(rows[0][Feature::BuildList as usize], 255);
    }
}
