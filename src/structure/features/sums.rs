//! What the words of a block sum up to, in one pass over them.

use super::{has, is_name};
use crate::structure::scan::{Form, Word};
use crate::structure::vocabulary::Class;

/// What the words of a block sum up to.
#[derive(Default)]
pub(super) struct Sums {
    /// Letters of the longest.
    pub longest: u16,
    /// Sentences that end before the last word, and words from the last such end on.
    pub stops: usize,
    pub tail: usize,
    pub numbers: usize,
    pub shouted: usize,
    /// Longer words that open no sentence, and those with a capital: the first word of a sentence has one anyway.
    pub inner: usize,
    pub inner_capitals: usize,
    /// Capitals in a row, at the end and at most.
    pub run: usize,
    pub longest_run: usize,
    pub gerunds: usize,
    pub past: usize,
    pub third_persons: usize,
    pub names: usize,
    /// Numbers behind words of dates.
    pub dated: usize,
    pub classes: [usize; u32::BITS as usize],
}

/// The bits of a byte as bytes.
const SPREAD: [u64; 256] = {
    let (mut spread, mut byte) = ([0; 256], 0);
    while byte < 256 {
        let mut bit = 0;
        while bit < 8 {
            spread[byte] |= (byte as u64 >> bit & 1) << (8 * bit);
            bit += 1;
        }
        byte += 1;
    }
    spread
};

/// How many words have each class: eight sums in a number, without a branch a class, as many words at a time as a byte
/// can count.
fn classes(words: &[Word]) -> [usize; u32::BITS as usize] {
    let mut counts = [0; u32::BITS as usize];
    for words in words.chunks(255) {
        let mut sums = [0u64; 4];
        for word in words {
            let bytes = word.classes.to_le_bytes();
            sums.iter_mut().zip(bytes).for_each(|(sum, byte)| *sum += SPREAD[usize::from(byte)]);
        }
        let sums = sums.iter().flat_map(|sum| sum.to_le_bytes());
        counts.iter_mut().zip(sums).for_each(|(count, sum)| *count += usize::from(sum));
    }
    counts
}

impl Sums {
    pub fn of(words: &[Word]) -> Sums {
        let mut sums = Sums { tail: 1, classes: classes(words), ..Sums::default() };
        // Before the first word no sentence goes on, and none has ended.
        let (mut opens, mut after_date) = (true, false);
        for word in words {
            let (number, capital) = (word.form == Form::Number, matches!(word.form, Form::Capital | Form::Shouted));
            let inner = !opens && word.letters > 3;
            sums.longest = sums.longest.max(word.letters);
            sums.tail = if opens { 1 } else { sums.tail + 1 };
            sums.numbers += usize::from(number);
            sums.shouted += usize::from(word.form == Form::Shouted);
            sums.inner += usize::from(inner & !number);
            sums.inner_capitals += usize::from(inner & capital);
            sums.run = if capital { sums.run + 1 } else { 0 };
            sums.longest_run = sums.longest_run.max(sums.run);
            sums.gerunds += usize::from(word.gerund);
            sums.past += usize::from(word.past);
            sums.third_persons += usize::from(word.third_person & (word.form == Form::Lower));
            sums.stops += usize::from(word.stop);
            sums.dated += usize::from(after_date & number);
            sums.names += usize::from(is_name(word));
            (opens, after_date) = (word.stop, has(word, Class::Date));
        }
        sums.stops -= usize::from(words.last().is_some_and(|word| word.stop));
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure::scan::split;

    #[test]
    fn classes_are_counted_word_by_word() {
        let mut words = Vec::new();
        split(&"word ".repeat(1000), &|_| 0, &mut words);
        (0..).zip(&mut words).for_each(|(n, word): (u32, _)| word.classes = n.wrapping_mul(0x9e37_79b9));
        let counted = |class: usize| words.iter().filter(|word| word.classes >> class & 1 == 1).count();
        assert_eq!(classes(&words), std::array::from_fn(counted));
        assert_eq!(classes(&[]), [0; 32]);
    }
}
