//! Measures spans of an article as candidate sidebars: a fixed list of numbers each, which the network weighs.
//!
//! A candidate opens with a block that looks like a heading. Do its words come again within it, and only there? Does
//! the story before it come back after it? What are its blocks, and the blocks beside it?

use super::cohesion::{Article, Ending, Share, Sums, ln};
use crate::document::Role;

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

/// Numbers about the block that opens the sidebar and what stands around it.
fn opening(article: &Article, first: usize, before: &[u32]) -> [f32; OPENING] {
    let facts = &article.facts;
    let (f, next, prev) = (&facts[first], &facts[first + 1], &facts[first - 1]);
    let length = |words: usize| ln(1.0 + words as f32) / 4.0;
    let known = |block: usize| article.share(block, |stem| before[stem] > 0);
    // The first paragraphs: a second story tells anew who is who.
    let paragraph = |b: &usize| facts[*b].words >= 12 && !facts[*b].copy;
    let mut paragraphs = (first + 1..facts.len().min(first + 8)).filter(paragraph).map(known);
    let told_anew = |from: usize, to: usize, most: usize| {
        let told: Vec<f32> = (from..to).filter(paragraph).take(most).map(|b| facts[b].again.min(3.0)).collect();
        told.iter().sum::<f32>() / told.len().max(1) as f32
    };
    let (anew, anew_more) =
        (told_anew(first + 1, facts.len().min(first + 8), 1), told_anew(first + 1, facts.len().min(first + 10), 3));
    let anew_before = told_anew(first.saturating_sub(8), first, 8);
    let (one, two) = (paragraphs.next(), paragraphs.next());
    // How far the story's own paragraphs just before take up what came before them.
    let own: Vec<f32> = (first.saturating_sub(5).max(1)..first)
        .filter(|&b| facts[b].words >= 12)
        .map(|b| article.share(b, |stem| before[stem] > 1).all)
        .collect();
    let own = own.iter().sum::<f32>() / own.len().max(1) as f32;
    let heading = known(first);
    [
        1.0,
        flag(f.role == Role::Heading),
        flag(f.role == Role::Title),
        flag(f.role == Role::Body),
        flag(f.role == Role::Caption),
        f.confidence * flag(f.role == Role::Heading),
        f.confidence,
        length(f.words),
        flag(f.words >= 8),
        flag(f.words <= 3),
        flag(f.ending == Ending::Stop),
        flag(f.ending == Ending::Colon),
        flag(f.ending == Ending::Question),
        flag(f.colon),
        flag(f.opens_with_quote),
        flag(f.capitals),
        flag(f.names_box && next.words < 40),
        f.heading,
        flag(next.copy),
        article.doubled * flag(!next.copy),
        article.doubled * flag(prev.copy),
        flag(next.is_line()),
        flag(facts.get(first + 2).is_some_and(|f| f.is_line())) * flag(next.is_line()),
        f.weight.names / (f.weight.all + 0.5),
        flag(next.role == Role::Body),
        flag(next.role == Role::List),
        flag(next.role == Role::Caption),
        flag(next.role == Role::Heading),
        length(next.words),
        flag(prev.role == Role::Body),
        flag(prev.role == Role::Caption),
        flag(prev.ending == Ending::Colon),
        heading.all,
        heading.names,
        one.map_or(0.0, |s| s.all),
        one.map_or(0.0, |s| s.names),
        two.map_or(0.0, |s| s.all),
        two.map_or(0.0, |s| s.names),
        one.map_or(0.0, |s| s.all - own),
        anew,
        anew_more,
        anew_more - anew_before,
        ln(1.0 + article.headings) / 3.0,
        (f.words.min(HEADING) as f32 - article.heading_words) / 10.0,
        first as f32 / facts.len() as f32,
        ln(1.0 + first as f32) / 4.0,
        article.usual,
        ln(facts.len() as f32) / 5.0,
    ]
}

/// A span as it grows block by block.
#[derive(Default)]
struct Span {
    sums: Sums,
    /// Blocks, copies apart.
    blocks: f32,
    copies: f32,
    roles: [f32; Role::ALL.len()],
    words: f32,
    lines: f32,
    stops: f32,
    /// Those that end in a colon or open with a number; and the spread of lengths.
    colons: f32,
    numbers: f32,
    longest: f32,
    /// Short lines in a row up to here.
    run: f32,
    /// How the latest block is like the span before it, and like the story before the span.
    guest: Share,
    host: Share,
    /// The sums of those.
    guests: f32,
    hosts: f32,
    /// Likeness of the latest paragraphs to the span less that to the story, the latest counting most.
    recent: Share,
    /// Likeness of the latest block to the span alone, and of the latest few.
    only_guest: f32,
    recent_guest: f32,
}

impl Span {
    fn add(&mut self, article: &Article, block: usize) {
        let f = &article.facts[block];
        self.roles[f.role as usize] += 1.0;
        if f.copy {
            self.copies += 1.0;
            return;
        }
        self.blocks += 1.0;
        self.words += f.words as f32;
        self.lines += flag(f.is_line());
        self.run = if f.is_line() { self.run + 1.0 } else { 0.0 };
        self.stops += flag(f.ending == Ending::Stop);
        self.colons += flag(f.ending == Ending::Colon || f.colon);
        self.numbers += flag(f.opens_with_number);
        self.longest = self.longest.max(f.words as f32);
        self.guests += self.guest.all;
        self.hosts += self.host.all;
        if f.words >= 6 {
            self.recent.all = 0.5 * (self.recent.all + self.guest.all - self.host.all);
            self.recent_guest = 0.5 * (self.recent_guest + self.only_guest);
            self.recent.names = 0.5 * (self.recent.names + self.guest.names - self.host.names);
        }
    }

    /// Numbers about what is in the span, and the roles at its end.
    fn content(&self, article: &Article, first: usize, last: usize) -> [f32; CONTENT] {
        let (s, blocks, count) = (&self.sums, self.blocks.max(1.0), article.blocks() as f32);
        let role = |role: Role| self.roles[role as usize] / (blocks + self.copies);
        let long = |low: usize, high: usize| flag((low..=high).contains(&(blocks as usize)));
        let within = s.within() / (blocks * (blocks - 1.0) / 2.0).max(1.0);
        let across = s.across() / (blocks * (count - blocks)).max(1.0);
        let contrast = ln((within + 0.02) / (across.max(0.0) + 0.02));
        let elsewhere = s.elsewhere().all / (s.once().all + 0.5);
        let titled = flag(article.facts[first].words >= 8);
        let end = &article.facts[last];
        let next = article.facts.get(last + 1);
        let next_is = |role: Role| flag(next.is_some_and(|f| f.role == role));
        let [all_mean, names_mean, all, names] = s.two_sources(article);
        [
            ln(blocks) / 3.0,
            long(2, 2),
            long(3, 3),
            long(4, 5),
            long(6, 9),
            long(10, 15),
            long(16, 24),
            long(25, usize::MAX),
            titled * ln(blocks) / 3.0,
            ln(self.words.max(1.0)) / 8.0,
            self.words / (self.words + article.tokens.all),
            ln(1.0 + self.words / blocks) / 4.0,
            role(Role::Body),
            role(Role::Caption),
            role(Role::List),
            flag(self.roles[Role::Body as usize] == 0.0),
            (self.roles[Role::Heading as usize] - 1.0).max(0.0) / 4.0,
            self.lines / blocks,
            self.stops / blocks,
            self.colons / blocks,
            self.numbers / blocks,
            ln(1.0 + self.longest) / 4.0,
            flag(article.facts[first].names_box) * self.lines / blocks,
            within,
            across,
            contrast,
            titled * contrast,
            s.alone() / (s.twice() + 0.5),
            s.alone() / (s.once().all + 0.5),
            s.elsewhere().names / (s.once().names + 0.5),
            elsewhere,
            elsewhere - article.usual,
            all_mean,
            names_mean,
            all,
            names,
            (self.guests - self.hosts) / blocks,
            self.hosts / blocks,
            next_is(Role::Body),
            next_is(Role::Heading),
            next_is(Role::Caption),
            next_is(Role::List),
            flag(next.is_some_and(|f| f.copy || (f.role == Role::Caption && end.role == Role::Caption))),
            flag(next.is_some_and(|f| f.words >= 16 && f.ending == Ending::Stop)) * flag(self.run >= 2.0),
            flag(next.is_some_and(|f| f.is_line())),
            flag(end.role == Role::Caption),
            flag(end.role == Role::List),
            flag(end.role == Role::Body),
            flag(end.role == Role::Heading),
        ]
    }
}

/// Whether the blocks after a span are the story's again.
#[derive(Default)]
struct Return {
    found: f32,
    /// Of the block just after.
    host: Share,
    guest: Share,
    /// Of the nearest that are compared.
    margin: Share,
    guests: f32,
    only_host: f32,
    /// The same of more of them; and the most that one of them is more like the span.
    far: Share,
    far_only_host: f32,
    worst: f32,
    /// Of words that the span has and the story before it has not.
    only_guests: f32,
    most_guest: f32,
    near_guest: f32,
}

impl Return {
    fn add(&mut self, likeness: &Likeness, gap: usize) {
        let (host, guest) = (likeness.host, likeness.guest(gap));
        let (only_host, only_guest) = (likeness.only_host[gap], likeness.only_guest[gap]);
        if self.found == 0.0 {
            (self.host, self.guest) = (host, guest);
        }
        self.found += 1.0;
        self.far.all += host.all - guest.all;
        self.far.names += host.names - guest.names;
        self.far_only_host += only_host;
        self.worst = self.worst.max(guest.all - host.all);
        self.only_guests += only_guest;
        self.most_guest = self.most_guest.max(only_guest);
        if self.found <= NEAR {
            self.margin.all += host.all - guest.all;
            self.margin.names += host.names - guest.names;
            self.guests += guest.all;
            self.only_host += only_host;
            self.near_guest = self.near_guest.max(only_guest);
        }
    }

    fn numbers(&self, span: &Span, title: f32, elsewhere: f32) -> [f32; RETURN] {
        let (found, far) = (self.found.clamp(1.0, NEAR), self.found.max(1.0));
        [
            self.host.all,
            self.guest.all,
            self.host.all - self.guest.all,
            self.host.names - self.guest.names,
            self.margin.all / found,
            self.margin.names / found,
            self.guests / found,
            self.only_host / found,
            flag(self.found == 0.0),
            self.far.all / far,
            self.far.names / far,
            self.far_only_host / far,
            self.worst,
            self.only_guests / far,
            self.most_guest,
            self.near_guest,
            span.only_guest,
            span.recent_guest,
            // The latest blocks within: are they the sidebar's still?
            span.guest.all - span.host.all,
            span.guest.names - span.host.names,
            span.recent.all,
            span.recent.names,
            span.run.min(8.0) / 8.0,
            span.roles[Role::Heading as usize].min(4.0) / 4.0,
            // The heading's words: do they come again within, or elsewhere?
            title,
            elsewhere,
            title - elsewhere,
            span.copies / (span.blocks + span.copies),
        ]
    }
}
