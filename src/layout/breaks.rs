//! Words between which no line of the best breaking can end are joined, so that there is less to choose from.
//!
//! The lines that cost least cost no more than those of first fit, and that says much of them:
//!
//! 1. There are as many of them. First fit makes the fewest lines in which nothing is too wide; one more costs more
//!    than all that first fit leaves empty, and so does a column too many in one.
//! 2. The k-th ends at the earliest where the others still hold what is left, and at the latest where the k-th of first
//!    fit does, which are all as full as can be.
//! 3. None but the last leaves more empty than has, squared, the cost of all of first fit.
//!
//! What costs least among the ends that are left costs least among all, and is found by the same search.

use std::ops::Range;

use textwrap::core::Fragment;
use textwrap::wrap_algorithms::Penalties;

use super::words::Word;
use super::wrap::Rooms;

/// Words that stand in one line, wherever it ends.
#[derive(Debug)]
pub struct Run {
    /// By their indices.
    pub words: Range<usize>,
    width: usize,
    space: usize,
    hyphen: bool,
}

impl Fragment for Run {
    fn width(&self) -> f64 {
        self.width as f64
    }

    fn whitespace_width(&self) -> f64 {
        self.space as f64
    }

    fn penalty_width(&self) -> f64 {
        f64::from(u8::from(self.hyphen))
    }
}

/// How wide the lines between any two ends are. An end is the number of words before it.
struct Measured {
    /// The columns of all words and blanks before an end.
    before: Vec<usize>,
    /// The same, as they are where a line ends: without the blank, with the hyphen.
    until: Vec<usize>,
}

impl Measured {
    /// None where a longer line may be narrower, for a word without width.
    fn of(words: &[Word]) -> Option<Measured> {
        let mut sum = 0;
        let mut measured =
            Measured { before: Vec::with_capacity(words.len() + 1), until: Vec::with_capacity(words.len() + 1) };
        measured.before.push(0);
        measured.until.push(0);
        for word in words {
            if word.width == 0 {
                return None;
            }
            measured.until.push(sum + word.width + usize::from(word.hyphen));
            sum += word.width + word.space;
            measured.before.push(sum);
        }
        Some(measured)
    }

    /// What a line leaves empty of its room; none where it is too wide.
    fn left(&self, line: Range<usize>, room: usize) -> Option<usize> {
        (self.before[line.start] + room).checked_sub(self.until[line.end])
    }

    /// The first end from which what stands before `end` fits in a line of that room.
    fn earliest(&self, end: usize, room: usize) -> usize {
        let mut start = end - 1;
        while start > 0 && self.left(start - 1..end, room).is_some() {
            start -= 1;
        }
        start
    }
}

/// The words in the runs that the lines of least cost are made of, or none where first fit says too little of them.
pub fn runs(words: &[Word], rooms: Rooms, first_fit: &[&[Word]], penalties: &Penalties) -> Option<Vec<Run>> {
    let measured = Measured::of(words)?;
    let (last, others) = first_fit.split_last()?;
    let mut cost = if last.len() == 1 { penalties.short_last_line_penalty } else { 0 };
    let mut ends = Vec::with_capacity(first_fit.len());
    let mut start = 0;
    for (line, fitted) in others.iter().enumerate() {
        let end = start + fitted.len();
        let left = measured.left(start..end, rooms.of(line))?;
        cost += left * left + if words[end - 1].hyphen { penalties.hyphen_penalty } else { 0 };
        ends.push(end..end + 1);
        start = end;
    }
    measured.left(start..words.len(), rooms.of(others.len()))?;
    // A column too many costs more than a line, even with the line that it may save.
    if cost >= penalties.nline_penalty || penalties.overflow_penalty < 2 * penalties.nline_penalty {
        return None;
    }
    // Back from the end, each line as full as it can be.
    let mut next = words.len();
    for (line, ends) in ends.iter_mut().enumerate().rev() {
        next = measured.earliest(next, rooms.of(line + 1));
        ends.start = next;
    }
    // From the start, each as full as it must be.
    let mut start = 0;
    for (line, ends) in ends.iter_mut().enumerate() {
        while measured.left(start..ends.start, rooms.of(line)).is_some_and(|left| left * left > cost) {
            ends.start += 1;
        }
        start = ends.start;
    }
    // The last word counts by itself where it stands alone.
    ends.push(words.len() - 1..words.len() + 1);
    Some(joined(words, &measured, &ends))
}

/// The runs between the ends that are in one of the ranges.
fn joined(words: &[Word], measured: &Measured, ends: &[Range<usize>]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::with_capacity(words.len());
    let mut start = 0;
    for end in ends.iter().cloned().flatten() {
        if end > start {
            let last = &words[end - 1];
            let width = measured.before[end] - measured.before[start] - last.space;
            runs.push(Run { words: start..end, width, space: last.space, hyphen: last.hyphen });
            start = end;
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use textwrap::wrap_algorithms::{wrap_first_fit, wrap_optimal_fit};

    #[test]
    fn of_a_paragraph_of_a_few_lines_most_words_are_joined() {
        let word = |at: usize| Word { range: 0..0, width: 2 + at * 7 % 9, space: 1, hyphen: false };
        let words: Vec<Word> = (0..40).map(word).collect();
        let rooms = Rooms { first: 66, rest: 68 };
        let penalties = Penalties { short_last_line_penalty: 100, ..Penalties::new() };
        let runs = runs(&words, rooms, &wrap_first_fit(&words, &rooms.widths()), &penalties).expect("first fit tells");
        assert!(runs.len() * 2 < words.len(), "{}", runs.len());
        assert_eq!(runs.iter().flat_map(|run| run.words.clone()).collect::<Vec<_>>(), (0..40).collect::<Vec<_>>());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

        #[test]
        fn lines_of_runs_are_those_of_words(
            sizes in prop::collection::vec((1_usize..12, prop::bool::weighted(0.15)), 1..80),
            first in 12_usize..70,
            more in 0_usize..4,
        ) {
            let word = |(width, hyphen): &(usize, bool)| {
                Word { range: 0..0, width: *width, space: usize::from(!hyphen), hyphen: *hyphen }
            };
            let words: Vec<Word> = sizes.iter().map(word).collect();
            let rooms = Rooms { first, rest: first + more };
            let penalties = Penalties { short_last_line_penalty: 100, ..Penalties::new() };
            let widths = [rooms.first as f64, rooms.rest as f64];
            let first_fit = wrap_first_fit(&words, &widths);
            if let Some(runs) = runs(&words, rooms, &first_fit, &penalties) {
                let lines = wrap_optimal_fit(&runs, &widths, &penalties).expect("numbers are small");
                let lines: Vec<usize> = lines.iter().map(|line| line[line.len() - 1].words.end).collect();
                let plain = wrap_optimal_fit(&words, &widths, &penalties).expect("numbers are small");
                let ends = plain.iter().scan(0, |end, line| {
                    *end += line.len();
                    Some(*end)
                });
                prop_assert_eq!(lines, ends.collect::<Vec<_>>());
            }
        }
    }
}
