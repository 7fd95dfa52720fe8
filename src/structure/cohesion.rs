//! Lexical cohesion: how strongly spans of an article hold together, and to the rest, by the words they share.
//!
//! Halliday and Hasan's *Cohesion in English* (1976) is the idea, Hearst's TextTiling (1997) and Choi's C99 (2000) its
//! first uses in segmentation. Here a span that may be a sidebar, its heading first, is measured against the story
//! around it: do its words come again within it, and only there; does the story before it come back after it?
//! What is measured is a fixed list of numbers ([`Span`]) that the model in [`super::sidebars`] weighs.

use std::collections::HashMap;

use super::duplicates::Groups;
use super::words::{Shape, Words};
use crate::document::{Document, Role};

/// How often a word is thought to come in a story, before any is read.
const PRIOR: f32 = 0.3;

/// How general a word is, by its stem: 0 for a word of every article, 1 for one of few.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Background {
    pub weights: HashMap<u32, f32>,
}

impl Background {
    fn weight(&self, stem: u64) -> f32 {
        self.weights.get(&Background::key(stem)).copied().unwrap_or(1.0)
    }

    /// What the table knows a stem by.
    pub fn key(stem: u64) -> u32 {
        (stem >> 32) as u32 ^ stem as u32
    }
}

/// Different words of a block that count, the first ones.
const STEMS: usize = 96;
/// Blocks of a sidebar at most, and of the story before it that is compared.
pub const LONGEST: usize = 64;
const BEFORE: usize = 48;
/// Blocks after a span that are compared.
const AFTER: usize = 3;

/// What is measured of a block alone.
struct Facts {
    /// Where its stems end in `Article::stems`.
    end: usize,
    /// Sum of its stems' weights, and of those that are names.
    weight: f32,
    names: f32,
    words: usize,
    role: Role,
    confidence: f32,
    /// Whether it repeats one just before it.
    copy: bool,
    stop: bool,
    colon: bool,
    question: bool,
    inner_colon: bool,
    quote: bool,
    capitals: bool,
}

/// An article as what its words weigh.
pub struct Article {
    facts: Vec<Facts>,
    stems: Vec<u32>,
    /// For each stem: what it weighs, whether it is mostly a name, in how many blocks it is.
    weights: Vec<f32>,
    names: Vec<bool>,
    totals: Vec<u32>,
    headings: f32,
    heading_words: f32,
    /// Words of all blocks, each once a block; names alone; different ones.
    words: [f32; 2],
    kinds: [f32; 2],
    /// How much of its blocks' weight comes again elsewhere.
    usual: f32,
}

impl Article {
    pub fn of(document: &Document, words: &Words, groups: &Groups, background: &Background) -> Article {
        let mut index: HashMap<u64, u32> = HashMap::new();
        let (mut stems, mut weights, mut names, mut totals) = (Vec::new(), Vec::new(), Vec::new(), Vec::<u32>::new());
        let mut latest: Vec<u32> = Vec::new();
        let mut facts = Vec::with_capacity(document.blocks.len());
        let mut capital: Vec<[u32; 2]> = Vec::new();
        for (i, block) in document.blocks.iter().enumerate() {
            let text = document.text_of(block).trim_end();
            let copy = groups.of[i].is_some() && (i.saturating_sub(3)..i).any(|j| groups.of[j] == groups.of[i]);
            let start = stems.len();
            for word in words.block(i) {
                if stems.len() - start == STEMS {
                    break;
                }
                let next = index.len() as u32;
                let stem = *index.entry(word.stem).or_insert_with(|| {
                    let short = if word.chars < 3 && word.shape == Shape::Small { 0.3 } else { 1.0 };
                    weights.push(background.weight(word.stem) * short);
                    totals.push(0);
                    latest.push(0);
                    capital.push([0; 2]);
                    next
                });
                match word.shape {
                    Shape::Capital => capital[stem as usize][0] += 1,
                    Shape::Small => capital[stem as usize][1] += 1,
                    _ => {}
                }
                if latest[stem as usize] != i as u32 + 1 {
                    latest[stem as usize] = i as u32 + 1;
                    totals[stem as usize] += !copy as u32;
                    stems.push(stem);
                }
            }
            let tail = text.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']', '“']);
            facts.push(Facts {
                end: stems.len(),
                weight: 0.0,
                names: 0.0,
                words: words.block(i).len(),
                role: block.role,
                confidence: block.confidence,
                copy,
                stop: tail.ends_with(['.', '…', '。', '।']),
                colon: text.ends_with([':', '：']),
                question: tail.ends_with(['?', '؟', '？']),
                inner_colon: text.contains(": ") && !text.ends_with(':'),
                quote: text.starts_with(['"', '\'', '“', '‘', '„', '«', '»']),
                capitals: !text.contains(char::is_lowercase) && text.contains(char::is_uppercase),
            });
        }
        names.extend(capital.iter().map(|[up, low]| *up > *low));
        // What stands in most blocks tells none of them apart.
        let count = facts.len().max(2) as f32;
        for (weight, &total) in weights.iter_mut().zip(&totals) {
            *weight *= (1.0 - (total.max(1) as f32).ln() / (count + 1.0).ln()).clamp(0.05, 1.0);
        }
        let mut start = 0;
        for fact in &mut facts {
            for &stem in &stems[start..fact.end] {
                fact.weight += weights[stem as usize];
                fact.names += if names[stem as usize] { weights[stem as usize] } else { 0.0 };
            }
            start = fact.end;
        }
        let all: Vec<f32> =
            facts.iter().filter(|f| f.role == Role::Heading).map(|f| (f.words as f32).min(40.0)).collect();
        let headings = all.len() as f32;
        let heading_words = if all.is_empty() { 0.0 } else { all.iter().sum::<f32>() / headings };
        let mut article = Article {
            facts,
            stems,
            weights,
            names,
            totals,
            headings,
            heading_words,
            words: [0.0; 2],
            kinds: [0.0; 2],
            usual: 0.0,
        };
        article.count();
        article
    }

    fn count(&mut self) {
        for (w, &total) in self.totals.iter().enumerate() {
            let weight = self.weights[w];
            for (k, on) in [true, self.names[w]].into_iter().enumerate().filter(|&(_, on)| on) {
                let _ = on;
                self.words[k] += weight * total as f32;
                self.kinds[k] += weight;
            }
        }
        let (mut again, mut all) = (0.0, 0.5);
        for block in (0..self.facts.len()).filter(|&b| compares(&self.facts[b])) {
            again += share(self, block, |w| self.totals[w as usize] > 1).0;
            all += 1.0;
        }
        self.usual = again / all;
    }

    fn stems(&self, block: usize) -> &[u32] {
        let start = if block == 0 { 0 } else { self.facts[block - 1].end };
        &self.stems[start..self.facts[block].end]
    }

    /// Whether a sidebar may open with this block: it looks like a heading, and something follows.
    pub fn may_open(&self, block: usize) -> bool {
        let f = &self.facts[block];
        block > 0
            && block + 1 < self.facts.len()
            && f.words > 0
            && match f.role {
                Role::Heading | Role::Title => true,
                _ => !f.stop && f.words <= 40 && !f.copy,
            }
    }

    pub fn len(&self) -> usize {
        self.facts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }
}

/// The numbers that describe a span of blocks as a candidate sidebar.
pub const FEATURES: usize = START + CONTENT;
pub const START: usize = 38;
const CONTENT: usize = 66;
pub type Span = [f32; FEATURES];

/// Per-stem working memory, reused from start to start.
pub struct Scratch {
    inside: Vec<u32>,
    before: Vec<u32>,
    near: Vec<u32>,
    touched: Vec<u32>,
}

impl Scratch {
    pub fn new(article: &Article) -> Scratch {
        let n = article.totals.len();
        Scratch { inside: vec![0; n], before: vec![0; n], near: vec![0; n], touched: Vec::new() }
    }
}

/// Whether a block has words enough to be compared.
fn compares(f: &Facts) -> bool {
    !f.copy && f.words >= 4 && !matches!(f.role, Role::Boilerplate | Role::Byline)
}

fn flag(on: bool) -> f32 {
    on as u8 as f32
}

/// Shares of a block's weight: of all its words, and of its names, found by a test.
fn share(article: &Article, block: usize, mut found: impl FnMut(u32) -> bool) -> (f32, f32) {
    let (mut all, mut names) = (0.0, 0.0);
    for &stem in article.stems(block) {
        if found(stem) {
            let weight = article.weights[stem as usize];
            all += weight;
            names += if article.names[stem as usize] { weight } else { 0.0 };
        }
    }
    let f = &article.facts[block];
    (all / (f.weight + 0.5), names / (f.names + 0.5))
}

/// Measures every span that opens at `start`, shortest first, and hands `(last block, numbers)` to `each`.
pub fn spans(article: &Article, start: usize, scratch: &mut Scratch, mut each: impl FnMut(usize, &Span)) {
    let Scratch { inside, before, near, touched } = scratch;
    let facts = &article.facts;
    let n = facts.len();
    for block in start.saturating_sub(BEFORE)..start {
        for &stem in article.stems(block) {
            before[stem as usize] += 1;
            near[stem as usize] += (block + 6 >= start) as u32;
            touched.push(stem);
        }
    }
    let mut span = [0.0; FEATURES];
    open(article, start, before, &mut span[..START]);

    let last = (start + LONGEST).min(n) - 1;
    // How far each block takes up the story before the span, and its last few blocks.
    let host: Vec<_> = (start..n.min(last + 7)).map(|b| share(article, b, |w| before[w as usize] > 0)).collect();
    let close: Vec<_> = (start..n.min(last + 7)).map(|b| share(article, b, |w| near[w as usize] > 0)).collect();
    let mut sums = Sums::default();
    for end in start..=last {
        let f = &facts[end];
        let to_guest = share(article, end, |w| inside[w as usize] > 0);
        let to_host = host[end - start];
        for &stem in article.stems(end) {
            let w = stem as usize;
            let (weight, name) = (article.weights[w], article.names[w]);
            let a = inside[w] as f32;
            let b = article.totals[w].saturating_sub(inside[w] + !f.copy as u32) as f32;
            if !f.copy {
                sums.add(weight, name, a, b);
                inside[w] += 1;
            }
            touched.push(stem);
        }
        sums.block(f, to_guest, to_host);
        if end == start {
            continue;
        }
        let x = &mut span[START..];
        content(article, start, end, &sums, x);
        // The blocks after: are they the story's again?
        let base = 31;
        x[base..base + 14].fill(0.0);
        let mut found = 0.0;
        for at in (end + 1..n.min(end + 7)).filter(|&at| compares(&facts[at])).take(AFTER) {
            let guest = share(article, at, |w| inside[w as usize] > 0);
            let back = share(article, at, |w| before[w as usize] > 0 && inside[w as usize] == 0);
            let (host, close) = (host[at - start], close[at - start]);
            if found == 0.0 {
                x[base] = host.0;
                x[base + 1] = guest.0;
                x[base + 2] = host.1 - guest.1;
                x[base + 3] = close.0;
            }
            x[base + 4] += host.0 - guest.0;
            x[base + 5] += host.1 - guest.1;
            x[base + 6] += close.0;
            x[base + 7] += guest.0;
            x[base + 13] += back.0;
            found += 1.0;
        }
        for sum in [4, 5, 6, 7, 13] {
            x[base + sum] /= f32::max(found, 1.0);
        }
        x[base + 8] = flag(found == 0.0);
        // The heading's words: do they come again within, or outside?
        let heading = share(article, start, |w| inside[w as usize] > 1);
        let title = share(article, start, |w| article.totals[w as usize] > inside[w as usize]);
        x[62] = heading.0;
        x[63] = heading.1;
        x[64] = title.0;
        x[65] = heading.0 - title.0;
        // The last block and the last paragraph: are they still the sidebar's?
        x[base + 9] = to_guest.0 - to_host.0;
        x[base + 10] = to_guest.1 - to_host.1;
        x[base + 11] = sums.recent[0];
        x[base + 12] = sums.recent[1];
        each(end, &span);
    }
    for stem in touched.drain(..) {
        inside[stem as usize] = 0;
        before[stem as usize] = 0;
        near[stem as usize] = 0;
    }
}

/// Numbers about the block that would open the sidebar and what stands around it.
fn open(article: &Article, start: usize, before: &[u32], x: &mut [f32]) {
    let facts = &article.facts;
    let (f, next, prev) = (&facts[start], &facts[start + 1], &facts[start - 1]);
    let words = |f: &Facts| (1.0 + f.words as f32).ln() / 4.0;
    x[0] = 1.0;
    x[1] = flag(f.role == Role::Heading);
    x[2] = flag(f.role == Role::Title);
    x[3] = flag(f.role == Role::Body);
    x[4] = flag(f.role == Role::Caption);
    x[5] = f.confidence * flag(f.role == Role::Heading);
    x[6] = words(f);
    x[7] = flag(f.words >= 8);
    x[8] = flag(f.words <= 3);
    x[9] = flag(f.stop);
    x[10] = flag(f.colon);
    x[11] = flag(f.question);
    x[12] = flag(f.inner_colon);
    x[13] = flag(f.quote);
    x[14] = flag(f.capitals);
    x[15] = f.names / (f.weight + 0.5);
    x[16] = flag(next.role == Role::Body);
    x[17] = flag(next.role == Role::List);
    x[18] = flag(next.role == Role::Caption);
    x[19] = flag(next.role == Role::Heading);
    x[20] = words(next);
    x[21] = flag(prev.role == Role::Body);
    x[22] = flag(prev.role == Role::Caption);
    x[23] = flag(prev.colon);
    let (all, names) = share(article, start, |w| before[w as usize] > 0);
    x[24] = all;
    x[25] = names;
    // The first paragraphs: a second story tells anew who is who.
    let mut paragraphs = (start + 1..facts.len().min(start + 8)).filter(|&b| facts[b].words >= 12 && !facts[b].copy);
    let first = paragraphs.next().map(|b| share(article, b, |w| before[w as usize] > 0));
    let second = paragraphs.next().map(|b| share(article, b, |w| before[w as usize] > 0));
    x[26] = first.map_or(0.0, |s| s.0);
    x[27] = first.map_or(0.0, |s| s.1);
    x[28] = second.map_or(0.0, |s| s.0);
    x[29] = second.map_or(0.0, |s| s.1);
    // How much the story's own paragraphs just before took up of what came before them.
    let usual: Vec<f32> = (start.saturating_sub(8).max(1)..start)
        .filter(|&b| facts[b].words >= 12)
        .map(|b| share(article, b, |w| before[w as usize] > 1).0)
        .collect();
    let usual = usual.iter().sum::<f32>() / usual.len().max(1) as f32;
    x[30] = first.map_or(0.0, |s| s.0 - usual);
    x[31] = (1.0 + article.headings).ln() / 3.0;
    x[32] = ((f.words as f32).min(40.0) - article.heading_words) / 10.0;
    x[33] = start as f32 / facts.len() as f32;
    x[34] = (1.0 + start as f32).ln() / 4.0;
    x[35] = article.usual;
    x[36] = (facts.len() as f32).ln() / 5.0;
    x[37] = f.confidence;
}

/// Sums over a span that grow block by block.
#[derive(Default)]
struct Sums {
    /// Pairs of blocks that share a word, both within, and one within and one without.
    within: f32,
    across: f32,
    /// Weights of words in the span; that come twice in it; that come twice and nowhere else; and of names.
    once: f32,
    twice: f32,
    alone: f32,
    names: f32,
    names_shared: f32,
    outside: f32,
    /// Words within, each once a block, and names; log odds of two sources of words against one, word by word.
    count: [f32; 2],
    odds: [f32; 2],
    blocks: f32,
    copies: f32,
    roles: [f32; 8],
    short: f32,
    stops: f32,
    words: f32,
    guest: f32,
    host: f32,
    /// Likeness of the last paragraphs to the span less that to the story, the newest weighing most.
    recent: [f32; 2],
    shortest_run: f32,
}

impl Sums {
    /// Takes in a word of one more block, which `a` blocks within and `b` without already have.
    fn add(&mut self, weight: f32, name: bool, a: f32, b: f32) {
        let squared = weight * weight;
        self.within += squared * a;
        let odds = weight * ((PRIOR + a) / (PRIOR + b)).ln();
        self.count[0] += weight;
        self.odds[0] += odds;
        if name {
            self.count[1] += weight;
            self.odds[1] += odds;
        }
        self.across += squared * (b - a);
        if a == 0.0 {
            self.once += weight;
            self.outside += if b > 0.0 { weight } else { 0.0 };
            if name {
                self.names += weight;
                self.names_shared += if b > 0.0 { weight } else { 0.0 };
            }
        } else if a == 1.0 {
            self.twice += weight;
        }
        if b == 0.0 && a >= 1.0 {
            self.alone += weight;
            self.outside -= weight;
            if name {
                self.names_shared -= weight;
            }
        }
    }

    /// Log odds of two sources of words against one: the Bayes factor of Dirichlet compound multinomials (Eisenstein
    /// and Barzilay, "Bayesian unsupervised topic segmentation", EMNLP 2008), for all words or for names.
    fn bayes(&self, article: &Article, k: usize) -> f32 {
        let prior = PRIOR * article.kinds[k].max(1.0);
        let gamma = |n: f32| (n - 0.5) * n.ln() - n;
        let (all, within) = (article.words[k], self.count[k].min(article.words[k]));
        self.odds[k] + gamma(prior) - gamma(prior + within) - gamma(prior + all - within) + gamma(prior + all)
    }

    fn block(&mut self, f: &Facts, to_guest: (f32, f32), to_host: (f32, f32)) {
        self.roles[f.role as usize] += 1.0;
        self.copies += flag(f.copy);
        if f.copy {
            return;
        }
        self.blocks += 1.0;
        self.words += f.words as f32;
        let short = !f.stop && f.words < 16;
        self.short += flag(short);
        self.shortest_run = if short { self.shortest_run + 1.0 } else { 0.0 };
        self.stops += flag(f.stop);
        self.guest += to_guest.0;
        self.host += to_host.0;
        if f.words >= 6 {
            self.recent[0] = 0.5 * self.recent[0] + 0.5 * (to_guest.0 - to_host.0);
            self.recent[1] = 0.5 * self.recent[1] + 0.5 * (to_guest.1 - to_host.1);
        }
    }
}

/// Numbers about what is in the span, and the roles at its end.
fn content(article: &Article, start: usize, end: usize, s: &Sums, x: &mut [f32]) {
    let facts = &article.facts;
    let count = facts.len() as f32;
    let blocks = s.blocks.max(1.0);
    let with_copies = blocks + s.copies;
    x[0] = blocks.ln() / 3.0;
    for (k, (low, high)) in [(2, 2), (3, 3), (4, 5), (6, 9), (10, 15), (16, 24), (25, 99)].into_iter().enumerate() {
        x[1 + k] = flag((low..=high).contains(&(blocks as usize)));
    }
    x[8] = s.roles[Role::Body as usize] / with_copies;
    x[9] = s.roles[Role::Caption as usize] / with_copies;
    x[10] = s.roles[Role::List as usize] / with_copies;
    x[11] = (s.roles[Role::Heading as usize] - 1.0).max(0.0) / 4.0;
    x[12] = s.short / blocks;
    x[13] = s.stops / blocks;
    x[14] = (1.0 + s.words / blocks).ln() / 4.0;
    let pairs = (blocks * (blocks - 1.0) / 2.0).max(1.0);
    let others = (blocks * (count - blocks)).max(1.0);
    let (within, across) = (s.within / pairs, s.across / others);
    x[15] = within;
    x[16] = across;
    x[17] = ((within + 0.02) / (across + 0.02)).ln();
    x[18] = s.alone / (s.twice + 0.5);
    x[19] = s.alone / (s.once + 0.5);
    x[20] = s.names_shared / (s.names + 0.5);
    x[21] = (s.guest - s.host) / blocks;
    x[22] = s.host / blocks;
    let next = facts.get(end + 1);
    let role = |r: Role| flag(next.is_some_and(|f| f.role == r));
    x[23] = role(Role::Body);
    x[24] = role(Role::Heading);
    x[25] = role(Role::Caption);
    x[26] = role(Role::List);
    x[27] = flag(next.is_some_and(|f| f.copy || (f.role == Role::Caption && facts[end].role == Role::Caption)));
    x[28] = flag(facts[end].role == Role::Caption);
    x[29] = flag(facts[end].role == Role::List);
    x[30] = flag(facts[end].role == Role::Body);
    // The bases 31 to 44 are filled where the blocks after are looked at.
    x[45] = flag(next.is_none());
    x[46] = flag(next.is_some_and(|f| f.words >= 16 && f.stop)) * flag(s.shortest_run >= 2.0);
    x[47] = s.shortest_run.min(8.0) / 8.0;
    x[48] = flag(s.roles[Role::Body as usize] == 0.0);
    x[49] = flag(next.is_some_and(|f| f.words < 16 && !f.stop));
    x[50] = flag(facts[start].words >= 8) * x[17];
    x[51] = flag(facts[start].words >= 8) * blocks.ln() / 3.0;
    x[52] = flag(facts[end].role == Role::Heading);
    x[53] = s.words.max(1.0).ln() / 8.0;
    x[54] = end as f32 / count;
    let factors = [s.bayes(article, 0), s.bayes(article, 1)];
    x[55] = factors[0] / (s.count[0] + 2.0);
    x[56] = factors[1] / (s.count[1] + 2.0);
    x[57] = factors[0].signum() * (1.0 + factors[0].abs()).ln();
    x[58] = factors[1].signum() * (1.0 + factors[1].abs()).ln();
    x[59] = s.outside / (s.once + 0.5);
    x[60] = x[59] - article.usual;
    x[61] = s.words / (s.words + article.words[0]);
}
