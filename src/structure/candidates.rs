//! Measures spans of an article as candidate sidebars: a fixed list of numbers each, which the network weighs.
//!
//! A candidate opens with a block that looks like a heading. Do its words come again within it, and only there? Does
//! the story before it come back after it? What are its blocks, and the blocks beside it?

mod opening;
mod span;

use super::cohesion::{Article, Ending, Share};
use crate::document::Role;
use opening::opening;
use span::{Return, Span};

/// The numbers of a candidate: of what opens it, of what is in it, of what comes after it.
pub const FEATURES: usize = OPENING + CLOSING;
pub const CLOSING: usize = CONTENT + RETURN;
pub const OPENING: usize = 48;
const CONTENT: usize = 49;
const RETURN: usize = 28;

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
    let mut before = Before::new(article);
    open.into_iter().map(|block| (block, opening(article, block, before.up_to(article, block)))).collect()
}

/// How many blocks of the story before a place have each stem: a window that moves forward.
struct Before {
    counts: Vec<u32>,
    first: usize,
    last: usize,
}

impl Before {
    fn new(article: &Article) -> Before {
        Before { counts: vec![0; article.totals.len()], first: 0, last: 0 }
    }

    fn up_to(&mut self, article: &Article, block: usize) -> &[u32] {
        let counts = &mut self.counts;
        let first = block.saturating_sub(BEFORE);
        // Where the last place is far behind, what lies between is passed over.
        (self.first..self.last.min(first)).for_each(|b| count(article, b, |stem| counts[stem] -= 1));
        (self.last.max(first)..block).for_each(|b| count(article, b, |stem| counts[stem] += 1));
        (self.first, self.last) = (first, block);
        counts
    }
}

fn count(article: &Article, block: usize, each: impl FnMut(usize)) {
    article.stems(block).iter().map(|&stem| stem as usize).for_each(each);
}

/// How a block is like what comes before it.
#[derive(Debug, Clone, Copy, Default)]
struct Likeness {
    /// Like the story before the span.
    host: Share,
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

/// What comparing asks of a stem, side by side.
#[derive(Debug, Clone, Copy)]
struct Stem {
    weight: Share,
    /// The first block from the opening on that has it.
    first: u32,
}

/// Measures candidates, openings in order.
pub struct Measure<'a> {
    article: &'a Article,
    before: Before,
    /// How many blocks within the span have each stem.
    inside: Vec<u32>,
    stems: Vec<Stem>,
    likeness: Vec<Likeness>,
}

const NOWHERE: u32 = u32::MAX;

impl<'a> Measure<'a> {
    pub fn new(article: &'a Article) -> Measure<'a> {
        let stems = article.totals.len();
        Measure {
            article,
            before: Before::new(article),
            inside: vec![0; stems],
            stems: article.weights.iter().map(|&weight| Stem { weight, first: NOWHERE }).collect(),
            likeness: Vec::new(),
        }
    }

    /// Measures every span that opens at `first`, shortest first, and hands its last block and its numbers, the
    /// opening's apart, to `each`.
    pub fn spans(&mut self, first: usize, mut each: impl FnMut(usize, &[f32; CLOSING])) {
        let article = self.article;
        let n = article.blocks();
        let end = n.min(first + LONGEST);
        let reach = n.min(end + AHEAD);
        self.compare(first, reach);
        let inside = &mut self.inside;
        let mut span = Span::default();
        let mut numbers = [0.0; CLOSING];
        for last in first..end {
            let likeness = &self.likeness[last - first];
            (span.guest, span.host, span.only_guest) = (likeness.guest(0), likeness.host, likeness.only_guest[0]);
            if !article.facts[last].copy {
                count(article, last, |stem| {
                    let others = article.totals[stem].saturating_sub(inside[stem] + 1);
                    span.sums.add(article, stem, inside[stem], others);
                    inside[stem] += 1;
                });
            }
            span.add(article, last);
            // A picture's texts are not parted.
            if last == first || article.facts.get(last + 1).is_some_and(|next| next.copy) {
                continue;
            }
            numbers[..CONTENT].copy_from_slice(&span.content(article, first, last));
            let title = article.share(first, |stem| inside[stem] > 1).all;
            let elsewhere = article.share(first, |stem| article.totals[stem] > inside[stem]).all;
            let mut back = Return::default();
            for block in (last + 1..reach.min(last + 1 + AHEAD)).filter(|&b| article.facts[b].compares()).take(AFTER) {
                let (likeness, gap) = (&self.likeness[block - first], block - last - 1);
                back.add(likeness, gap);
            }
            numbers[CONTENT..].copy_from_slice(&back.numbers(&span, title, elsewhere));
            each(last, &numbers);
        }
        for block in first..reach {
            count(article, block, |stem| (self.inside[stem], self.stems[stem].first) = (0, NOWHERE));
        }
    }

    /// Compares the blocks from the opening on, each once, with the story before and with the span up to them.
    fn compare(&mut self, first: usize, reach: usize) {
        let article = self.article;
        let before = self.before.up_to(article, first);
        let stems = &mut self.stems;
        self.likeness.clear();
        for block in first..reach {
            let mut found = Likeness::default();
            let copy = article.facts[block].copy;
            count(article, block, |stem| {
                let known = before[stem] > 0;
                let Stem { weight, first } = &mut stems[stem];
                if known {
                    found.host.add(*weight);
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
                guest: found.guest.map(|guest| guest / all),
                guest_names: found.guest_names.map(|guest| guest / names),
                only_host: found.only_host.map(|less| (found.host.all + less) / all),
                only_guest: found.only_guest.map(|more| more / all),
            });
        }
    }
}

fn flag(on: bool) -> f32 {
    f32::from(u8::from(on))
}
