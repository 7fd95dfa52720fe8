//! Measures spans of an article as candidate sidebars: a fixed list of numbers each, which the network weighs.
//!
//! A candidate opens with a block that looks like a heading. Do its words come again within it, and only there? Does
//! the story before it come back after it? What are its blocks, and the blocks beside it?

mod opening;
mod span;

use super::cohesion::{Article, Ending, FEW, Share};
use crate::document::Role;
use opening::opening;
use span::{Return, Span};

/// The numbers of a candidate: of what opens it, of what is in it, of what comes after it.
pub const FEATURES: usize = OPENING + CLOSING;
pub const CLOSING: usize = CONTENT + RETURN;
pub const OPENING: usize = 50;
const CONTENT: usize = 49;
const RETURN: usize = 38;

/// Blocks of a sidebar at most, and of the story before it that are compared.
pub const LONGEST: usize = 48;
const BEFORE: usize = 48;
/// Blocks after a sidebar that are compared, of so many that are looked at.
const AFTER: usize = 8;
const AHEAD: usize = 14;
/// Of which the nearest count by themselves.
const NEAR: f32 = 3.0;
/// Words of a heading at most.
const HEADING: usize = 40;

/// Whether a sidebar may open with this block: it looks like a heading.
pub fn may_open(article: &Article, block: usize) -> bool {
    let f = &article.facts[block];
    match f.role {
        Role::Heading | Role::Title => f.words > 0,
        _ => f.ending != Ending::Stop && (1..=HEADING).contains(&f.words) && !f.copy,
    }
}

/// The blocks that look as if a sidebar may open with them, `most` at most, and each one's numbers. The article's own
/// title opens none.
pub fn openings(article: &Article, most: usize) -> Vec<(usize, [f32; OPENING])> {
    let head = article.facts.iter().take_while(|f| f.role != Role::Body);
    let title = head.enumerate().find_map(|(block, f)| (f.role == Role::Title).then_some(block));
    let mut open: Vec<usize> =
        (title.unwrap_or(0) + 1..article.blocks().max(2) - 1).filter(|&block| may_open(article, block)).collect();
    if open.len() > most {
        // Headings of some words before all else.
        let rank = |b: usize| (article.facts[b].role != Role::Heading, article.facts[b].words < 3, b);
        open.select_nth_unstable_by_key(most, |&b| rank(b));
        open.truncate(most);
        open.sort_unstable();
    }
    let (mut before, mut known) = (Before::default(), vec![0; article.totals.len()]);
    let mut numbers = |block| {
        before.up_to(article, block, |stem, more| tally(&mut known[stem], more));
        (block, opening(article, block, &known))
    };
    open.into_iter().map(&mut numbers).collect()
}

/// The story before a place, so many blocks of it: a window that moves forward.
#[derive(Default)]
struct Before {
    first: usize,
    last: usize,
}

impl Before {
    /// Moves on to the blocks before this one: tells `change` of each stem of a block that comes or leaves, and which.
    fn up_to(&mut self, article: &Article, block: usize, mut change: impl FnMut(usize, bool)) {
        let first = block.saturating_sub(BEFORE);
        // Where the last place is far behind, what lies between is passed over.
        (self.first..self.last.min(first)).for_each(|b| count(article, b, |stem| change(stem, false)));
        (self.last.max(first)..block).for_each(|b| count(article, b, |stem| change(stem, true)));
        (self.first, self.last) = (first, block);
    }
}

/// Counts one more, or one less.
fn tally(count: &mut u32, more: bool) {
    *count = if more { *count + 1 } else { *count - 1 };
}

fn count(article: &Article, block: usize, each: impl FnMut(usize)) {
    article.stems(block).iter().map(|&stem| stem as usize).for_each(each);
}

/// How a block is like what comes before it.
#[derive(Debug, Clone, Copy, Default)]
struct Likeness {
    /// Like the story before the span, and like the few blocks just before it.
    host: Share,
    near: Share,
    /// Like the span where it ends so many blocks before this one, none but the block's own neighbour first; and so by
    /// names.
    guest: [f32; AHEAD],
    guest_names: [f32; AHEAD],
    /// Like the story before the span in words that the span has not, likewise.
    only_host: [f32; AHEAD],
    /// Like the span in words that the story before it has not, likewise.
    only_guest: [f32; AHEAD],
}

impl Likeness {
    fn guest(&self, gap: usize) -> Share {
        Share { all: self.guest[gap], names: self.guest_names[gap] }
    }
}

/// What measuring asks of a stem, side by side.
#[derive(Debug, Clone, Copy)]
struct Stem {
    weight: Share,
    /// How many blocks have it: of the article, within the span, of the story before.
    total: u32,
    inside: u32,
    before: u32,
    /// The first block from the opening on that has it.
    first: u32,
    /// Whether the few blocks before the opening have it.
    near: bool,
}

/// Measures candidates, openings in order.
pub struct Measure<'a> {
    article: &'a Article,
    before: Before,
    stems: Vec<Stem>,
    likeness: Vec<Likeness>,
}

const NOWHERE: u32 = u32::MAX;

impl<'a> Measure<'a> {
    pub fn new(article: &'a Article) -> Measure<'a> {
        let stem = |(&weight, &total): (&Share, &u32)| Stem {
            weight,
            total,
            inside: 0,
            before: 0,
            first: NOWHERE,
            near: false,
        };
        let stems = article.weights.iter().zip(&article.totals).map(stem).collect();
        Measure { article, before: Before::default(), stems, likeness: Vec::new() }
    }

    /// Measures every span that opens at `first`, shortest first, and hands its last block and its numbers, the
    /// opening's apart, to `each`.
    pub fn spans(&mut self, first: usize, mut each: impl FnMut(usize, &[f32; CLOSING])) {
        let article = self.article;
        let n = article.blocks();
        let end = n.min(first + LONGEST);
        let reach = n.min(end + AHEAD);
        self.compare(first, reach);
        let stems = &mut self.stems;
        let mut span = Span::default();
        let mut numbers = [0.0; CLOSING];
        for last in first..end {
            let likeness = &self.likeness[last - first];
            (span.guest, span.host, span.only_guest) = (likeness.guest(0), likeness.host, likeness.only_guest[0]);
            if !article.facts[last].copy {
                count(article, last, |stem| {
                    let Stem { weight, total, inside, .. } = &mut stems[stem];
                    span.sums.add(article, *weight, *inside, total.saturating_sub(*inside + 1));
                    *inside += 1;
                });
            }
            span.add(article, last);
            // A picture's texts are not parted.
            if last == first || article.facts.get(last + 1).is_some_and(|next| next.copy) {
                continue;
            }
            numbers[..CONTENT].copy_from_slice(&span.content(article, first, last));
            let title = article.share(first, |stem| stems[stem].inside > 1).all;
            let elsewhere = article.share(first, |stem| stems[stem].total > stems[stem].inside).all;
            let mut back = Return::default();
            for block in (last + 1..reach.min(last + 1 + AHEAD)).filter(|&b| article.facts[b].compares()).take(AFTER) {
                let (likeness, gap) = (&self.likeness[block - first], block - last - 1);
                back.add(article, block, likeness, gap);
            }
            numbers[CONTENT..].copy_from_slice(&back.numbers(article, &span, last, [title, elsewhere]));
            each(last, &numbers);
        }
        for block in first..reach {
            count(article, block, |stem| (stems[stem].inside, stems[stem].first) = (0, NOWHERE));
        }
    }

    /// Compares the blocks from the opening on, each once, with the story before and with the span up to them.
    fn compare(&mut self, first: usize, reach: usize) {
        let article = self.article;
        let stems = &mut self.stems;
        self.before.up_to(article, first, |stem, more| tally(&mut stems[stem].before, more));
        self.likeness.clear();
        let few = (0..first).rev().filter(|&b| article.facts[b].compares()).take(FEW);
        few.clone().for_each(|b| count(article, b, |stem| stems[stem].near = true));
        for block in first..reach {
            let mut found = Likeness::default();
            let copy = article.facts[block].copy;
            count(article, block, |stem| {
                let Stem { weight, first, near, before, .. } = &mut stems[stem];
                let known = *before > 0;
                if known {
                    found.host.add(*weight);
                }
                if *near {
                    found.near.add(*weight);
                }
                // The span has the word if it reaches as far as the first block that has it.
                if *first < block as u32 {
                    let gap = (block - 1 - *first as usize).min(AHEAD - 1);
                    found.guest[gap] += weight.all;
                    found.guest_names[gap] += weight.names;
                    if known {
                        found.only_host[gap] -= weight.all;
                    } else {
                        found.only_guest[gap] += weight.all;
                    }
                } else if !copy {
                    *first = block as u32;
                }
            });
            // What the span has when it ends farther back, it has when it ends nearer.
            for gap in (0..AHEAD - 1).rev() {
                found.guest[gap] += found.guest[gap + 1];
                found.guest_names[gap] += found.guest_names[gap + 1];
                found.only_host[gap] += found.only_host[gap + 1];
                found.only_guest[gap] += found.only_guest[gap + 1];
            }
            let weight = article.facts[block].weight;
            let (all, names) = (weight.all + 0.5, weight.names + 0.5);
            self.likeness.push(Likeness {
                host: Share { all: found.host.all / all, names: found.host.names / names },
                near: Share { all: found.near.all / all, names: found.near.names / names },
                guest: found.guest.map(|guest| guest / all),
                guest_names: found.guest_names.map(|guest| guest / names),
                only_host: found.only_host.map(|less| (found.host.all + less) / all),
                only_guest: found.only_guest.map(|more| more / all),
            });
        }
        few.for_each(|b| count(article, b, |stem| stems[stem].near = false));
    }
}

fn flag(on: bool) -> f32 {
    f32::from(u8::from(on))
}
