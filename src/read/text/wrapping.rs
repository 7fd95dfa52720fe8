//! Tells wrapped text from text whose line ends mean something.
//!
//! Whoever wraps text breaks a line only where the next word would not fit: between two lines of a paragraph the
//! width W that it was wrapped at is no less than the first line, and less than that line with a blank and the next
//! line's first word. Each pair of neighbouring lines so names an interval for W; where most intervals agree, the text
//! was wrapped, there.

use super::lines::{LONG, Line};

/// The narrowest column that a whole text is taken to be wrapped at.
const NARROWEST: u16 = 30;
/// The same of Chinese or Japanese, whose characters take two columns.
const NARROWEST_WIDE: u16 = 25;
/// The widest.
const WIDEST: u16 = 200;

/// How a text, or a part of it, was wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapping {
    /// Its line ends mean something.
    None,
    /// Each line took all the words that fit into so many columns.
    Greedy(u16),
    /// Lines are about so wide, but not as full as they could be.
    Ragged(u16),
}

impl Wrapping {
    /// How a text was wrapped, given all its lines and which of them are plain: no items of lists, not set in.
    pub fn of(lines: &[Line], plain: impl Fn(&Line) -> bool) -> Wrapping {
        let plain: Vec<bool> = lines.iter().map(plain).collect();
        let pairs = || (1..lines.len()).filter(|i| plain[i - 1] && plain[*i]).map(|i| (&lines[i - 1], &lines[i]));
        let pairs = || pairs().filter(|(line, next)| !next.after_blank && !are_rows(line, next));
        let wide = lines.iter().filter(|line| line.starts_wide).count() * 2 > lines.len();
        let (width, full) = best_width(pairs(), if wide { NARROWEST_WIDE } else { NARROWEST }, WIDEST);
        // Of all widths that as many agree on, rather a usual one.
        let usual = best_width(pairs(), *USUAL.start(), *USUAL.end());
        let (width, full) = if usual.1 == full { usual } else { (width, full) };
        // A wrapped text has no line wider than that, but for words that are too long for any.
        let over = |width: u16| lines.iter().filter(|line| line.width > width && !line.single).count();
        if over(width) * 50 <= lines.len() && is_wrapped(pairs(), width, full) {
            let blanks = lines.iter().skip(1).any(|line| line.after_blank);
            let uneven = blanks
                && full * 20 < pairs().count() * 19
                && pairs().any(|(a, b)| runs_on(a, b) && !is_full(a, b, width));
            return if uneven { Wrapping::Ragged(width) } else { Wrapping::Greedy(width) };
        }
        if let Some(width) = told_by_sentences(lines, pairs()) {
            return Wrapping::Greedy(width);
        }
        // Copied from a page in a proportional font: sentences run on over line ends of no fixed width.
        let width = percentile(lines, 95);
        let joints = pairs().count();
        let run_on = pairs().filter(|(a, b)| runs_on(a, b)).count();
        let of_a_kind = pairs().filter(|(line, _)| line.width * 4 >= width * 3).count();
        let ragged = joints >= 4 && run_on * 5 >= joints * 2 && of_a_kind * 5 >= joints * 3;
        if ragged && (NARROWEST..WIDEST).contains(&width) { Wrapping::Ragged(width) } else { Wrapping::None }
    }

    /// How a few lines without a blank line among them were wrapped, given how the whole text was.
    pub fn of_part(self, lines: &[Line]) -> Wrapping {
        const LEAST: u16 = 45;
        const JOINTS: usize = 3;
        let pairs = || lines.windows(2).map(|pair| (&pair[0], &pair[1]));
        if pairs().count() >= JOINTS {
            let (width, full) = best_width(pairs(), LEAST, WIDEST);
            let told = full == pairs().count() && !pairs().any(|(line, next)| are_rows(line, next));
            if told && lines.iter().all(|line| line.width <= width || line.single) {
                return Wrapping::Greedy(width);
            }
        }
        self
    }

    /// Whether the break between two lines was made by the wrapping.
    pub fn made(self, line: &Line, next: &Line) -> bool {
        match self {
            Wrapping::None => false,
            _ if are_rows(line, next) => false,
            // Two blanks after a sentence, of which one is gone at the line's end, had their columns too.
            Wrapping::Greedy(width) => is_full(line, next, width - 1) && (line.width <= width || line.single),
            Wrapping::Ragged(width) => {
                let taken = u32::from(line.width) + 1 + u32::from(next.first_word);
                let short = taken * 4 < u32::from(width) * 3
                    || (line.ends_sentence && !next.starts_small && taken * 10 < u32::from(width) * 9);
                (!short || runs_on(line, next)) && line.width <= width + width / 4
            }
        }
    }
}

/// Whether the next line's first word had no room in the line.
fn is_full(line: &Line, next: &Line, width: u16) -> bool {
    line.width + 1 + next.first_word > width
}

/// Whether a sentence goes on in the next line.
fn runs_on(line: &Line, next: &Line) -> bool {
    next.starts_small && !line.ends_sentence && !line.introduces
}

/// Whether two lines are rows of a table.
fn are_rows(line: &Line, next: &Line) -> bool {
    line.gapped && next.gapped
}

/// Widths that texts are wrapped at as a rule.
const USUAL: std::ops::RangeInclusive<u16> = 50..=100;

/// The width that a text was wrapped at, told only by those pairs of lines in which a sentence goes on: they agree, or
/// nearly. A few lines that stand alone, such as an address of the web, may be wider.
fn told_by_sentences<'a>(lines: &[Line], pairs: impl Iterator<Item = (&'a Line, &'a Line)> + Clone) -> Option<u16> {
    /// Other pairs only choose among the widths that these agree on.
    const WEIGHT: usize = 16;
    let weight = |line, next| if runs_on(line, next) || may_run_on(line, next) { WEIGHT } else { 1 };
    let weighed = pairs.clone().flat_map(|(line, next)| std::iter::repeat_n((line, next), weight(line, next)));
    let (width, _) = best_width(weighed, *USUAL.start(), *USUAL.end());
    let full = pairs.clone().filter(|(line, next)| is_full(line, next, width) && line.width <= width);
    let agree = full.clone().filter(|(line, next)| runs_on(line, next)).count();
    let maybe = full.clone().filter(|(line, next)| may_run_on(line, next) && !runs_on(line, next)).count();
    let against = pairs.filter(|(line, next)| runs_on(line, next)).count() - agree;
    let over = || (0..lines.len()).filter(|at| lines[*at].width > width && !lines[*at].single);
    let alone = |at: &usize| lines[*at].after_blank && lines.get(at + 1).is_none_or(|next| next.after_blank);
    let (all, alone) = (over().count(), over().filter(alone).count());
    let told = (agree >= 1 || maybe >= 2) && against * 4 <= agree;
    (told && (all - alone) * 50 <= lines.len() && alone * 2 <= full.count()).then_some(width)
}

/// Whether a sentence may go on in the next line, though no small letter tells.
fn may_run_on(line: &Line, next: &Line) -> bool {
    (next.starts_caseless || line.ends_open) && !line.ends_sentence && !line.introduces
}

/// Whether pairs of neighbouring lines show that a text was wrapped, given how many of them agree on a width.
fn is_wrapped<'a>(pairs: impl Iterator<Item = (&'a Line, &'a Line)> + Clone, width: u16, full: usize) -> bool {
    let joints = pairs.clone().count();
    // Verse and lists have lines of like lengths, each with a capital; prose goes on in small letters.
    let goes_on = |(line, next): &(&Line, &Line)| {
        is_full(line, next, width) && (next.starts_small || (next.starts_wide && !line.ends_sentence))
    };
    let small = pairs.clone().filter(goes_on).count();
    if full == 0 || (!USUAL.contains(&width) && (full < 3 || small * 2 < full)) {
        return false;
    }
    // The last lines of paragraphs and the lines of a signature are not full; what speaks against wrapping is a
    // sentence that runs on from a line with room.
    let against = pairs.filter(|(line, next)| runs_on(line, next) && !is_full(line, next, width)).count();
    full * 2 >= joints || (full >= 3 && full * 4 >= joints && small * 2 >= full && against * 4 <= full)
}

/// The width that most pairs of lines agree on, the widest of several, and how many do.
fn best_width<'a>(pairs: impl Iterator<Item = (&'a Line, &'a Line)>, narrowest: u16, widest: u16) -> (u16, usize) {
    let mut change = [0_i64; LONG as usize * 2 + 2];
    for (line, next) in pairs {
        change[usize::from(line.width)] += 1;
        change[usize::from(line.width + next.first_word) + 1] -= 1;
    }
    let mut best = (narrowest, 0);
    let mut agreeing = 0;
    for (width, change) in (0..=widest).zip(change) {
        agreeing += change;
        if width >= narrowest && agreeing > 0 && agreeing as usize >= best.1 {
            best = (width, agreeing as usize);
        }
    }
    best
}

/// The width that so many of a hundred lines do not pass.
fn percentile(lines: &[Line], of_hundred: usize) -> u16 {
    let mut counts = [0_usize; LONG as usize + 1];
    for line in lines {
        counts[usize::from(line.width.min(LONG))] += 1;
    }
    let mut left = lines.len() * of_hundred / 100;
    for (width, count) in counts.into_iter().enumerate() {
        if count >= left {
            return width as u16;
        }
        left -= count;
    }
    LONG
}
