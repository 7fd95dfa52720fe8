//! The numbers of a span: of what is in it, and of whether the story comes back after it.

use super::super::boxes::Name;
use super::super::cohesion::{Article, Ending, Share, ln};
use super::sums::Four;
use super::{CONTENT, Compared, NEAR, RETURN, add, flag};
use crate::document::Role;

/// A span as it grows block by block.
#[derive(Default)]
pub(super) struct Span {
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
    pub(super) fn add(&mut self, article: &Article, latest: &Compared) {
        let f = &article.facts[latest.block];
        let [all, names, _, only_guest] = latest.guest[0];
        (self.guest, self.host, self.only_guest) = (Share { all, names }, latest.host, only_guest);
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
    pub(super) fn content(&self, article: &Article, first: usize, latest: &Compared) -> [f32; CONTENT] {
        let (s, blocks, count) = (&latest.sums, self.blocks.max(1.0), article.blocks() as f32);
        let role = |role: Role| self.roles[role as usize] / (blocks + self.copies);
        let long = |low: usize, high: usize| flag((low..=high).contains(&(blocks as usize)));
        let within = s.within() / (blocks * (blocks - 1.0) / 2.0).max(1.0);
        let across = s.across() / (blocks * (count - blocks)).max(1.0);
        let [all, within_all, names, within_names] = s.parted(article);
        // All at once: the logarithms of four numbers take no longer than that of one.
        let logs = [
            (within + 0.02) / (across.max(0.0) + 0.02),
            self.words.max(1.0),
            1.0 + self.words / blocks,
            1.0 + self.longest,
            all,
            within_all,
            names,
            within_names,
        ];
        let [contrast, words, mean, longest, sources @ ..] = logs.map(ln);
        let ln_blocks = ln(blocks) / 3.0;
        let elsewhere = s.elsewhere().all / (s.once().all + 0.5);
        let titled = flag(article.facts[first].words >= 8);
        let end = &article.facts[latest.block];
        let next = article.facts.get(latest.block + 1);
        let next_is = |role: Role| flag(next.is_some_and(|f| f.role == role));
        let [all_mean, names_mean, all, names] = s.two_sources(article, sources);
        [
            ln_blocks,
            long(2, 2),
            long(3, 3),
            long(4, 5),
            long(6, 9),
            long(10, 15),
            long(16, 24),
            long(25, usize::MAX),
            titled * ln_blocks,
            words / 8.0,
            self.words / (self.words + article.sources[0].tokens),
            mean / 4.0,
            role(Role::Body),
            role(Role::Caption),
            role(Role::List),
            role(Role::Boilerplate),
            flag(self.roles[Role::Body as usize] == 0.0),
            (self.roles[Role::Heading as usize] - 1.0).max(0.0) / 4.0,
            self.lines / blocks,
            self.stops / blocks,
            self.colons / blocks,
            self.numbers / blocks,
            longest / 4.0,
            flag(article.facts[first].name > Name::Other) * self.lines / blocks,
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
pub(super) struct Return {
    found: usize,
    /// Of the block just after: its likeness to the few paragraphs before the span, and to the few blocks before itself.
    near: Share,
    bond: Share,
    host: Share,
    guest: Share,
    /// Likeness of the nearest to the few paragraphs before the span, summed up; and to the span.
    nears: Share,
    guests: f32,
    /// Of the nearest that are compared, and of more of them.
    nearest: After,
    far: After,
}

/// What blocks after a span sum up to.
#[derive(Clone, Copy, Default)]
struct After {
    /// How much more they are like the story than like the span, by all words and by names; and how much they are like
    /// either in words that the other has not.
    margins: Four,
    /// The most that one of them is more like the span; and is like it in words that the story before it has not.
    worst: f32,
    most_guest: f32,
}

impl Return {
    pub(super) fn add(&mut self, article: &Article, block: &Compared, gap: usize) {
        let Compared { host, near, .. } = *block;
        let [guest, names, only_host, only_guest] = block.guest[gap];
        if self.found == 0 {
            (self.host, self.guest) = (host, Share { all: guest, names });
            (self.near, self.bond) = (near, article.facts[block.block].bond);
        }
        self.found += 1;
        let After { margins, worst, most_guest } = &mut self.far;
        add(margins, &[host.all - guest, host.names - names, only_host, only_guest]);
        *worst = worst.max(guest - host.all);
        *most_guest = most_guest.max(only_guest);
        if self.found <= NEAR {
            self.nears.add(near);
            self.guests += guest;
            self.nearest = self.far;
        }
    }

    pub(super) fn numbers(&self, article: &Article, span: &Span, latest: &Compared) -> [f32; RETURN] {
        let joint = article.facts[latest.block].joint;
        let [title, elsewhere] = latest.title;
        let (found, far) = (self.found.clamp(1, NEAR) as f32, self.found.max(1) as f32);
        let [margin, margin_names, only_host, _] = self.nearest.margins;
        let [far_margin, far_names, far_only_host, only_guests] = self.far.margins;
        [
            self.host.all,
            self.guest.all,
            self.host.all - self.guest.all,
            self.host.names - self.guest.names,
            margin / found,
            margin_names / found,
            self.guests / found,
            only_host / found,
            flag(self.found == 0),
            far_margin / far,
            far_names / far,
            far_only_host / far,
            self.far.worst,
            only_guests / far,
            self.far.most_guest,
            self.nearest.most_guest,
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
            // The few blocks on either side of the gap, and the few paragraphs before the span.
            joint,
            joint - article.usual_bond,
            self.bond.all,
            self.bond.names,
            self.near.all,
            self.near.names,
            self.near.all - self.bond.all,
            self.near.names - self.bond.names,
            self.nears.all / found - joint,
            self.nears.names / found,
        ]
    }
}
