//! Measures spans of an article as candidate sidebars: a fixed list of numbers each, which the network weighs.
//!
//! A candidate opens with a block that looks like a heading. Do its words come again within it, and only there? Does
//! the story before it come back after it? What are its blocks, and the blocks beside it?

mod opening;
mod span;
mod sums;

use std::ops::Range;

use super::cohesion::{Article, Ending, FEW, Share, flag};
use crate::document::Role;
use opening::opening;
use span::{Return, Span};
use sums::{Four, Steps, Sums};

/// The numbers of a candidate: of what opens it, of what is in it, of what comes after it.
pub const FEATURES: usize = OPENING + CLOSING;
pub const CLOSING: usize = CONTENT + RETURN;
pub const OPENING: usize = 55;
const CONTENT: usize = 50;
const RETURN: usize = 38;

/// Blocks of a sidebar at most, and of the story before it that are compared.
pub const LONGEST: usize = 48;
const BEFORE: usize = 48;
/// Blocks after a sidebar that are compared, of so many that are looked at.
const AFTER: usize = 8;
const AHEAD: usize = 14;
/// Of which the nearest count by themselves.
const NEAR: usize = 3;
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

fn add(sums: &mut Four, more: &Four) {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

/// A block after an opening: how it is like what comes before it, and the sums of the span that ends with it.
#[derive(Debug, Clone, Copy)]
struct Compared {
    block: usize,
    /// Like the story before the span, and like its few latest paragraphs: by all words and by names.
    host: Share,
    near: Share,
    /// By where the span ends, so many blocks before this one, none but the block's own neighbour first: like the span,
    /// by all words and by names; like the story before it in words that the span has not; and like the span in words
    /// that the story before it has not.
    guest: [Four; AHEAD],
    sums: Sums,
    /// How much of the heading comes again within the span up to this block, and how much elsewhere.
    title: [f32; 2],
}

/// What measuring asks of a stem, side by side.
#[derive(Debug, Clone, Copy)]
struct Stem {
    weight: Share,
    /// How many blocks have it.
    total: u32,
    /// The first block from the opening on that has it, copies apart, if that is not behind; and how many have it from
    /// there on.
    first: u32,
    inside: u32,
    /// How many blocks of the story before have it.
    before: u32,
    /// The opening that has it, and the latest that has it in the few paragraphs before.
    opens: u32,
    near: u32,
}

impl Stem {
    /// How many of some blocks have it, of those that were read.
    fn within(&self, blocks: &Range<usize>) -> u32 {
        if blocks.contains(&(self.first as usize)) { self.inside } else { 0 }
    }
}

/// Measures candidates, openings in order.
pub struct Measure<'a> {
    article: &'a Article,
    before: Before,
    stems: Vec<Stem>,
    compared: Vec<Compared>,
}

const NOWHERE: u32 = u32::MAX;

impl<'a> Measure<'a> {
    pub fn new(article: &'a Article) -> Measure<'a> {
        let stem = |(&weight, &total): (&Share, &u32)| Stem {
            weight,
            total,
            first: NOWHERE,
            inside: 0,
            before: 0,
            opens: NOWHERE,
            near: NOWHERE,
        };
        let stems = article.weights.iter().zip(&article.totals).map(stem).collect();
        Measure { article, before: Before::default(), stems, compared: Vec::new() }
    }

    /// Measures every span that opens at `first`, shortest first, and hands its last block and its numbers, the
    /// opening's apart, to `each`.
    pub fn spans(&mut self, first: usize, mut each: impl FnMut(usize, &[f32; CLOSING])) {
        let article = self.article;
        let end = article.blocks().min(first + LONGEST);
        self.compare(first, end);
        let mut span = Span::default();
        let mut numbers = [0.0; CLOSING];
        for (last, compared) in (first..end).zip(&self.compared) {
            span.add(article, compared);
            // A picture's texts are not parted.
            if last == first || article.facts.get(last + 1).is_some_and(|next| next.copy) {
                continue;
            }
            let after = self.compared[last - first + 1..].iter().take(AHEAD);
            let mut back = Return::default();
            for compared in after.filter(|c| article.facts[c.block].compares()).take(AFTER) {
                back.add(article, compared, compared.block - last - 1);
            }
            let (content, rest) = numbers.split_at_mut(CONTENT);
            content.copy_from_slice(&span.content(article, first, compared));
            rest.copy_from_slice(&back.numbers(article, &span, compared));
            each(last, &numbers);
        }
    }

    /// Compares the blocks from the opening on, each once, with the story before and with the span up to them.
    fn compare(&mut self, opening: usize, end: usize) {
        let article = self.article;
        let (steps, stems) = (Steps::known(), &mut self.stems);
        self.before.up_to(article, opening, |stem, more| tally(&mut stems[stem].before, more));
        // Pictures stand anywhere: what the story was at is told by its paragraphs.
        let tells = |&b: &usize| article.facts[b].compares() && article.facts[b].role != Role::Caption;
        let few = (0..opening).rev().filter(tells).take(FEW);
        let place = opening as u32;
        few.for_each(|b| count(article, b, |stem| stems[stem].near = place));
        count(article, opening, |stem| stems[stem].opens = place);
        self.compared.clear();
        let (mut sums, mut title) = (Sums::default(), [0.0; 2]);
        for block in opening..article.blocks().min(end + AHEAD) {
            let facts = &article.facts[block];
            let (mut host, mut near, mut guest) = (Share::default(), Share::default(), [Four::default(); AHEAD]);
            let (span, mut titled) = (opening..block, false);
            if !facts.copy {
                sums.add_lone(facts.lone);
            }
            count(article, block, |stem| {
                let stem = &mut stems[stem];
                let Share { all, names } = stem.weight;
                let known = stem.before > 0;
                host.add(stem.weight.times(flag(known)));
                near.add(stem.weight.times(flag(stem.near == place)));
                let inside = stem.within(&span);
                // The span has the word if it reaches as far as the first block that has it.
                if inside > 0 {
                    let gap = (block - 1 - stem.first as usize).min(AHEAD - 1);
                    let (less, more) = if known { (-all, 0.0) } else { (0.0, all) };
                    add(&mut guest[gap], &[all, names, less, more]);
                }
                if !facts.copy {
                    steps.add(&mut sums, stem.weight, inside, stem.total - inside - 1);
                    if inside == 0 {
                        stem.first = block as u32;
                    }
                    stem.inside = inside + 1;
                    titled |= stem.opens == place;
                }
            });
            // What the span has when it ends farther back, it has when it ends nearer.
            let (all, names) = (facts.weight.all + 0.5, facts.weight.names + 0.5);
            let mut sum = [0.0, 0.0, host.all, 0.0];
            for guest in guest[..AHEAD.min(block + 1 - opening)].iter_mut().rev() {
                add(&mut sum, guest);
                *guest = std::array::from_fn(|i| sum[i] / [all, names, all, all][i]);
            }
            if titled || block == opening {
                let span = opening..block + 1;
                let inside = |stem: usize| stems[stem].within(&span);
                let again = article.share(opening, |stem| inside(stem) > 1);
                let elsewhere = article.share(opening, |stem| stems[stem].total > inside(stem));
                title = [again.all, elsewhere.all];
            }
            let of = |share: Share| Share { all: share.all / all, names: share.names / names };
            self.compared.push(Compared { block, host: of(host), near: of(near), guest, sums, title });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::cohesion::{Background, ln};
    use super::*;
    use crate::document::{Block, Document};
    use crate::structure::words::Words;
    use crate::structure::{Seen, duplicates};

    /// Articles of few words, so that many come again, with some blocks that are repeated at once.
    fn texts() -> impl Strategy<Value = Vec<String>> {
        let word = prop::sample::select(vec!["heron", "Weir", "trout", "Anna", "signal", "trains", "fault", "quay"]);
        let block = (prop::collection::vec((word, 0..90u8), 1..8), 1..3usize);
        let text = |words: Vec<(&str, u8)>| {
            let words = words.into_iter().map(|(word, n)| if n < 60 { word.to_string() } else { format!("{word}{n}") });
            words.collect::<Vec<_>>().join(" ")
        };
        prop::collection::vec(block, 3..70)
            .prop_map(move |blocks| blocks.into_iter().flat_map(|(words, n)| vec![text(words); n]).collect())
    }

    pub(super) fn article(texts: &[String]) -> Article {
        let block = |text: &String| Block { text: Some(text.as_str().into()), ..Block::default() };
        let document = Document { blocks: texts.iter().map(block).collect(), ..Document::default() };
        let words = Words::of(&document);
        let groups = duplicates::find(&document, &words);
        let roles = vec![[0.0; Role::ALL.len()]; texts.len()];
        Article::of(&document, &Seen { words: &words, groups: &groups, roles: &roles }, &Background::default())
    }

    #[test]
    fn what_the_story_was_at_is_told_by_paragraphs_and_not_by_captions() {
        let pictures = ["A heron on the wall", "Two boats at anchor", "The signal box at dusk"];
        let texts =
            ["Keepers count the trout below the weir", "The box that comes", "Keepers say the trout are back again"];
        let texts: Vec<String> =
            [&texts[..1], &pictures, &texts[1..]].concat().into_iter().map(str::to_owned).collect();
        let mut article = article(&texts);
        let mut like_the_story_before = |role: Role| {
            article.facts[1..4].iter_mut().for_each(|facts| facts.role = role);
            let mut measure = Measure::new(&article);
            measure.compare(4, 6);
            measure.compared[1].near.all
        };
        assert!(like_the_story_before(Role::Caption) > 0.1);
        assert!(like_the_story_before(Role::Body) < 0.05);
    }

    fn near(a: f32, b: f32) -> bool {
        (a - b).abs() < 1e-3 * b.abs().max(1.0)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_is_measured_in_one_go_is_what_its_definition_says(texts in texts()) {
            let article = article(&texts);
            let n = article.blocks();
            let has = |blocks: Range<usize>, stem: usize| {
                blocks.filter(|&b| !article.facts[b].copy && article.stems(b).contains(&(stem as u32))).count() as u32
            };
            let mut measure = Measure::new(&article);
            for opening in (1..n).step_by(3) {
                let end = n.min(opening + LONGEST);
                measure.compare(opening, end);
                let before = |stem: usize| {
                    (opening.saturating_sub(BEFORE)..opening).any(|b| article.stems(b).contains(&(stem as u32)))
                };
                let mut sums = Sums::default();
                for got in &measure.compared {
                    let block = got.block;
                    prop_assert!(near(got.host.all, article.share(block, before).all));
                    for gap in 0..AHEAD.min(block - opening) {
                        let within = |stem: usize| has(opening..block - gap, stem) > 0;
                        let guest = article.share(block, within);
                        let only_host = article.share(block, |stem| before(stem) && !within(stem)).all;
                        let only_guest = article.share(block, |stem| !before(stem) && within(stem)).all;
                        for (got, expected) in got.guest[gap].iter().zip([guest.all, guest.names, only_host, only_guest]) {
                            prop_assert!(near(*got, expected), "{opening} {block} {gap}: {got} {expected}");
                        }
                    }
                    let again = article.share(opening, |stem| has(opening..block + 1, stem) > 1).all;
                    let elsewhere =
                        article.share(opening, |stem| article.totals[stem] > has(opening..block + 1, stem)).all;
                    prop_assert!(near(got.title[0], again) && near(got.title[1], elsewhere));
                    if !article.facts[block].copy {
                        sums.add_lone(article.facts[block].lone);
                        for stem in article.stems(block).iter().map(|&stem| stem as usize) {
                            let inside = has(opening..block, stem);
                            let weight = article.weights[stem];
                            Steps::known().add(&mut sums, weight, inside, article.totals[stem] - inside - 1);
                        }
                    }
                    let plain = sums.two_sources(&article, sums.parted(&article).map(ln));
                    let sources = got.sums.two_sources(&article, got.sums.parted(&article).map(ln));
                    prop_assert!(plain.iter().zip(sources).all(|(plain, got)| near(got, *plain)));
                    prop_assert!(near(got.sums.within(), sums.within()) && near(got.sums.across(), sums.across()));
                    prop_assert!(near(got.sums.twice(), sums.twice()) && near(got.sums.alone(), sums.alone()));
                }
            }
        }
    }
}
