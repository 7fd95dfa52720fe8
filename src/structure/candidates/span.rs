//! The numbers of a span: of what is in it, and of whether the story comes back after it.

use super::super::cohesion::{Article, Ending, Share, Sums, ln};
use super::{CONTENT, Likeness, NEAR, RETURN, flag};
use crate::document::Role;

/// A span as it grows block by block.
#[derive(Default)]
pub(super) struct Span {
    pub(super) sums: Sums,
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
    pub(super) guest: Share,
    pub(super) host: Share,
    /// The sums of those.
    guests: f32,
    hosts: f32,
    /// Likeness of the latest paragraphs to the span less that to the story, the latest counting most.
    recent: Share,
    /// Likeness of the latest block to the span alone, and of the latest few.
    pub(super) only_guest: f32,
    recent_guest: f32,
}

impl Span {
    pub(super) fn add(&mut self, article: &Article, block: usize) {
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
    pub(super) fn content(&self, article: &Article, first: usize, last: usize) -> [f32; CONTENT] {
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
pub(super) struct Return {
    found: f32,
    /// Of the block just after: its likeness to the few blocks before the span, and to those before itself.
    near: Share,
    bond: Share,
    /// Likeness of the nearest to the few blocks before the span, summed up.
    nears: Share,
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
    pub(super) fn add(&mut self, article: &Article, block: usize, likeness: &Likeness, gap: usize) {
        let (host, guest) = (likeness.host, likeness.guest(gap));
        let (only_host, only_guest) = (likeness.only_host[gap], likeness.only_guest[gap]);
        if self.found == 0.0 {
            (self.host, self.guest) = (host, guest);
            (self.near, self.bond) = (likeness.near, article.facts[block].bond);
        }
        self.found += 1.0;
        self.far.all += host.all - guest.all;
        self.far.names += host.names - guest.names;
        self.far_only_host += only_host;
        self.worst = self.worst.max(guest.all - host.all);
        self.only_guests += only_guest;
        self.most_guest = self.most_guest.max(only_guest);
        if self.found <= NEAR {
            self.nears.add(likeness.near);
            self.margin.all += host.all - guest.all;
            self.margin.names += host.names - guest.names;
            self.guests += guest.all;
            self.only_host += only_host;
            self.near_guest = self.near_guest.max(only_guest);
        }
    }

    pub(super) fn numbers(&self, article: &Article, span: &Span, last: usize, title: [f32; 2]) -> [f32; RETURN] {
        let joint = article.facts[last].joint;
        let [title, elsewhere] = title;
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
            // The few blocks on either side of the gap, and those before the span.
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
