//! Lexical cohesion: how strongly spans of an article hold together, and to the rest, by the words they share.
//!
//! Halliday and Hasan's *Cohesion in English* (1976) is the idea, Hearst's TextTiling (1997) and Choi's C99 (2000) its
//! first uses in segmentation. A word counts by its stem, for as much as it is rare in articles at large and in this
//! one, and once a block.

use std::borrow::Cow;

use super::Seen;
use super::boxes::{self, Name};
use super::words::{HashedMap, Shape, Word, Words, mix};
use crate::document::{Document, Role};

/// How general words are, by their stems. What ships is read where it lies.
#[derive(Debug, Clone, PartialEq)]
pub struct Background {
    /// The keys of the stems that are common, in order, little-endian.
    keys: Cow<'static, [[u8; 4]]>,
    /// What each of them weighs: 0 for a stem that every article has, up to 255 for one that few have.
    weights: Cow<'static, [u8]>,
    /// Where the keys begin that have the same topmost bits, and where the last of them end.
    starts: Vec<u16>,
}

/// Bits of a key that its place is looked up by.
const TOPMOST: u32 = 13;

impl Background {
    /// A table of keys in order, and of what each weighs.
    pub fn new(keys: Cow<'static, [[u8; 4]]>, weights: Cow<'static, [u8]>) -> Background {
        let mut starts = vec![0; (1 << TOPMOST) + 1];
        for &key in keys.iter() {
            starts[Background::group(u32::from_le_bytes(key)) + 1] += 1;
        }
        let mut sum = 0;
        starts.iter_mut().for_each(|start| {
            sum += *start;
            *start = sum;
        });
        Background { keys, weights, starts }
    }

    /// The keys, and the weights, one after another.
    pub fn bytes(&self) -> (&[u8], &[u8]) {
        (self.keys.as_flattened(), &self.weights)
    }

    /// What the table knows a stem by.
    pub fn key(stem: u64) -> u32 {
        (stem >> 32) as u32 ^ stem as u32
    }

    fn group(key: u32) -> usize {
        (key >> (u32::BITS - TOPMOST)) as usize
    }

    /// What a word of this stem weighs: 1 where it is not a common one.
    fn weight(&self, stem: u64) -> f32 {
        let key = Background::key(stem);
        let group = Background::group(key);
        let mut places = usize::from(self.starts[group])..usize::from(self.starts[group + 1]);
        let found = places.find(|&place| self.keys[place] == key.to_le_bytes());
        found.map_or(1.0, |place| f32::from(self.weights[place]) / 255.0)
    }
}

impl Default for Background {
    /// A table that knows no stem.
    fn default() -> Background {
        Background::new(Cow::Borrowed(&[]), Cow::Borrowed(&[]))
    }
}

/// Different stems of a block that count, the first ones.
const STEMS: usize = 96;

/// What is known of a block by itself.
pub(super) struct Facts {
    /// Where its stems end in `Article::stems`.
    end: usize,
    /// Sum of its stems' weights, and of those that are names; and of those stems that no other block has.
    pub weight: Share,
    pub lone: Share,
    pub words: usize,
    pub role: Role,
    pub confidence: f32,
    /// How likely it is to be a heading.
    pub heading: f32,
    /// Whether it repeats one just before it.
    pub copy: bool,
    pub ending: Ending,
    /// A colon within.
    pub colon: bool,
    pub opens_with_quote: bool,
    /// All letters that can be are capitals.
    pub capitals: bool,
    /// What it is called, as far as it is a line.
    pub name: Name,
    /// A line that opens with what questions open with, as "Who is …", "How it …" do.
    pub asks: bool,
    /// Full names in it that the story gave before, but not just before: who is who is told anew.
    pub again: f32,
    /// It opens with a number: a date, a time, a count.
    pub opens_with_number: bool,
    /// How much of its words stands in the few blocks before it.
    pub bond: Share,
    /// How much of their words the few blocks up to it and the few blocks after it share.
    pub joint: f32,
}

/// How a block's text ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Stop,
    Question,
    Colon,
    Open,
}

impl Facts {
    /// Whether the block has words enough to be compared by them.
    pub fn compares(&self) -> bool {
        !self.copy && self.words >= 4 && !matches!(self.role, Role::Boilerplate | Role::Byline)
    }

    /// Whether the block is as short as an item of a list or a heading, and ends like one.
    pub fn is_line(&self) -> bool {
        self.ending != Ending::Stop && self.words < 16
    }
}

/// A sum over all words, and over names alone.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Share {
    pub all: f32,
    pub names: f32,
}

impl Share {
    /// The share of one word.
    fn of(weight: f32, name: bool) -> Share {
        Share { all: weight, names: if name { weight } else { 0.0 } }
    }

    pub fn times(self, by: f32) -> Share {
        Share { all: self.all * by, names: self.names * by }
    }

    pub fn add(&mut self, other: Share) {
        self.all += other.all;
        self.names += other.names;
    }
}

/// An article as what its words weigh.
pub struct Article {
    pub(super) facts: Vec<Facts>,
    /// The stems of each block that other blocks have too. Only these are ever compared: most words of an article are
    /// in one block alone.
    stems: Vec<u32>,
    /// For each of these: what it weighs, also as a name if that is what it mostly is; how many blocks have it.
    pub(super) weights: Vec<Share>,
    pub(super) totals: Vec<u32>,
    /// All words, and names.
    pub(super) sources: [Source; 2],
    /// How much of a block's weight comes again elsewhere, in the mean.
    pub(super) usual: f32,
    /// Headings, and the words of one in the mean.
    pub(super) headings: f32,
    pub(super) heading_words: f32,
    /// The share of headings that are all capitals.
    pub(super) heading_capitals: f32,
    /// How many of the captions come twice.
    pub(super) doubled: f32,
    /// How much of a block's words stands in the few blocks before it, in the mean.
    pub(super) usual_bond: f32,
}

impl Article {
    /// Weighs the words of a document whose roles are known.
    pub fn of(document: &Document, seen: &Seen, background: &Background) -> Article {
        let Seen { words, groups, roles } = *seen;
        let mut stems = Stems::default();
        // About every third word of an article is a new one.
        let likely = (words.total() / 3).min(1 << 12);
        stems.numbers.reserve(likely);
        stems.known.reserve(likely);
        let mut facts: Vec<Facts> = Vec::with_capacity(document.blocks.len());
        let mut names = FullNames::default();
        for (i, block) in document.blocks.iter().enumerate() {
            let copy = groups.of[i].is_some() && (i.saturating_sub(3)..i).any(|j| groups.of[j] == groups.of[i]);
            stems.read(words, i, copy, background);
            let text = document.text_of(block).trim_end();
            let closed = text.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']', '“']);
            let ending = match closed.chars().next_back() {
                Some('.' | '…' | '。' | '।') => Ending::Stop,
                Some('?' | '؟' | '？') => Ending::Question,
                Some(':' | '：') => Ending::Colon,
                _ => Ending::Open,
            };
            facts.push(Facts {
                end: stems.read.len(),
                weight: Share::default(),
                lone: Share::default(),
                words: words.block(i).len(),
                role: block.role,
                confidence: block.confidence,
                heading: roles[i][Role::Heading as usize] + roles[i][Role::Title as usize],
                copy,
                ending,
                colon: text.contains(": "),
                opens_with_quote: text.starts_with(['"', '\'', '“', '‘', '„', '«', '»']),
                capitals: !text.contains(char::is_lowercase) && text.contains(char::is_uppercase),
                // "Did you know …" is a title, too.
                name: if ending == Ending::Stop && !text.ends_with('…') { Name::Other } else { boxes::name(text) },
                asks: ending != Ending::Stop && boxes::asks(text),
                again: if copy { 0.0 } else { names.read(words.block(i), i) },
                opens_with_number: text.starts_with(|c: char| c.is_numeric()),
                bond: Share::default(),
                joint: 0.0,
            });
        }
        let words_of_headings = facts.iter().filter(|f| f.role == Role::Heading).map(|f| f.words.min(40) as f32);
        let headings = words_of_headings.clone().count() as f32;
        let capitals = facts.iter().filter(|f| f.role == Role::Heading && f.capitals).count() as f32;
        let captions = facts.iter().filter(|f| f.role == Role::Caption && !f.copy).count() as f32;
        let copies = facts.iter().filter(|f| f.copy).count() as f32;
        let mut article = Article {
            doubled: (copies / captions.max(1.0)).min(1.0),
            heading_capitals: capitals / headings.max(1.0),
            heading_words: words_of_headings.sum::<f32>() / headings.max(1.0),
            headings,
            weights: Vec::new(),
            totals: Vec::new(),
            stems: Vec::new(),
            facts,
            sources: Default::default(),
            usual: 0.0,
            usual_bond: 0.0,
        };
        article.weigh(&stems);
        article.bind();
        article
    }

    /// Weighs the stems that were read and the blocks by them, and keeps those stems that blocks share.
    fn weigh(&mut self, read: &Stems) {
        let most = read.known.iter().map(|stem| stem.total).max().unwrap_or(0);
        // What stands in most blocks tells none of them apart.
        let blocks = ln(self.facts.len().max(2) as f32 + 1.0);
        let spread = |total: u32| (1.0 - ln(total.max(1) as f32) / blocks).clamp(0.05, 1.0);
        let spread: Vec<f32> = (0..=most).map(spread).collect();
        let weight = |stem: &Stem| Share::of(stem.weight * spread[stem.total as usize], stem.capitals > stem.smalls);
        let (mut tokens, mut kinds) = (Share::default(), Share::default());
        let mut places = Vec::with_capacity(read.known.len());
        for stem in &read.known {
            let weight = weight(stem);
            tokens.add(weight.times(stem.total as f32));
            kinds.add(weight);
            let shared = stem.blocks > 1;
            places.push((weight, shared.then_some(self.weights.len() as u32)));
            if shared {
                self.weights.push(weight);
                self.totals.push(stem.total);
            }
        }
        self.sources = [Source::of(tokens.all, kinds.all), Source::of(tokens.names, kinds.names)];
        let mut start = 0;
        for facts in &mut self.facts {
            let end = std::mem::replace(&mut facts.end, 0);
            for &stem in &read.read[start..end] {
                let (weight, place) = places[stem as usize];
                facts.weight.add(weight);
                match place {
                    Some(place) => self.stems.push(place),
                    None => facts.lone.add(weight),
                }
            }
            (start, facts.end) = (end, self.stems.len());
        }
    }

    /// Compares every block with the few before it, and what stands on either side of the gap after it: Hearst's
    /// comparison of blocks.
    fn bind(&mut self) {
        let compared: Vec<usize> = (0..self.facts.len()).filter(|&b| self.facts[b].compares()).collect();
        // In how many of the few blocks each stem is, and what it weighs where it is in any.
        let mut near = vec![(0u8, Share::default()); self.weights.len()];
        let (mut again, mut bonds) = (0.0, 0.0);
        for (at, &block) in compared.iter().enumerate() {
            again += self.share(block, |stem| self.totals[stem] > 1).all;
            let bond = self.of_block(block, self.sum(block, |stem| near[stem].1));
            self.facts[block].bond = bond;
            bonds += bond.all;
            for stem in self.stems(block).iter().map(|&stem| stem as usize) {
                near[stem] = (near[stem].0 + 1, self.weights[stem]);
            }
            if at >= FEW {
                for &stem in self.stems(compared[at - FEW]) {
                    let (count, weight) = &mut near[stem as usize];
                    *count -= 1;
                    *weight = weight.times(flag(*count > 0));
                }
            }
            // The gap after this block.
            let ahead = &compared[at + 1..compared.len().min(at + 1 + FEW)];
            let after: f32 = ahead.iter().map(|&block| self.facts[block].weight.all).sum();
            let shared: f32 = ahead.iter().map(|&block| self.sum(block, |stem| near[stem].1).all).sum();
            let joint = shared / (after + 0.5);
            let next = compared.get(at + 1).copied().unwrap_or(self.facts.len());
            self.facts[block..next].iter_mut().for_each(|facts| facts.joint = joint);
        }
        let count = compared.len() as f32 + 0.5;
        (self.usual, self.usual_bond) = (again / count, bonds / count);
    }

    /// Blocks of the article.
    pub fn blocks(&self) -> usize {
        self.facts.len()
    }

    /// The different stems of a block that other blocks have too.
    pub(super) fn stems(&self, block: usize) -> &[u32] {
        let start = if block == 0 { 0 } else { self.facts[block - 1].end };
        &self.stems[start..self.facts[block].end]
    }

    /// How much of a block's weight, and of its names', is of stems that pass a test.
    /// The test is not put to stems that no other block has: it is to fail for those.
    pub(super) fn share(&self, block: usize, passes: impl Fn(usize) -> bool) -> Share {
        self.of_block(block, self.sum(block, |stem| self.weights[stem].times(flag(passes(stem)))))
    }

    /// The sum over the stems of a block that other blocks have too.
    fn sum(&self, block: usize, of: impl Fn(usize) -> Share) -> Share {
        // Side by side, as each addition waits for the one before.
        let mut sums = [Share::default(); 4];
        let (fours, rest) = self.stems(block).as_chunks();
        for stems in fours.iter().map(|four: &[u32; 4]| &four[..]).chain([rest]) {
            sums.iter_mut().zip(stems).for_each(|(sum, &stem)| sum.add(of(stem as usize)));
        }
        let [mut a, b, mut c, d] = sums;
        a.add(b);
        c.add(d);
        a.add(c);
        a
    }

    /// What part of a block's weight, and of its names', is this.
    fn of_block(&self, block: usize, part: Share) -> Share {
        let weight = self.facts[block].weight;
        Share { all: part.all / (weight.all + 0.5), names: part.names / (weight.names + 0.5) }
    }
}

/// Blocks that are near enough to a place to speak of the same.
pub(super) const FEW: usize = 3;

/// One where something holds, else zero: to count by without a branch, which nothing could foretell.
pub(super) fn flag(holds: bool) -> f32 {
    f32::from(u8::from(holds))
}

/// The full names of an article as they are read: pairs of words with capitals, and the latest block that has them.
#[derive(Default)]
struct FullNames {
    latest: HashedMap<u64, usize>,
}

impl FullNames {
    /// Reads a block, and counts the names that were given before, but not in the blocks just before.
    fn read(&mut self, block: &[Word], index: usize) -> f32 {
        let mut again = 0.0;
        for pair in block.windows(2) {
            let apart = pair[1].start.saturating_sub(pair[0].start + u32::from(pair[0].bytes));
            let name = matches!(pair[0].shape, Shape::Capital | Shape::Opening) && pair[1].shape == Shape::Capital;
            if name && apart <= 1 {
                let latest = self.latest.insert(mix(pair[0].hash, pair[1].hash), index);
                again += flag(latest.is_some_and(|latest| index - latest > JUST_BEFORE));
            }
        }
        again
    }
}

/// Blocks back that a name is still in mind.
const JUST_BEFORE: usize = 4;

/// The stems of an article as they are read, numbered in the order of their first blocks.
#[derive(Default)]
struct Stems {
    numbers: HashedMap<u64, u32>,
    known: Vec<Stem>,
    /// The different ones of every block.
    read: Vec<u32>,
}

struct Stem {
    weight: f32,
    /// How many blocks have it; and copies apart.
    blocks: u32,
    total: u32,
    /// How often with a capital within a sentence, how often small.
    capitals: u32,
    smalls: u32,
    /// The latest block that has it, counted from 1.
    latest: usize,
}

impl Stems {
    fn read(&mut self, words: &Words, block: usize, copy: bool, background: &Background) {
        let start = self.read.len();
        for word in words.block(block) {
            if self.read.len() - start == STEMS {
                break;
            }
            let next = self.known.len() as u32;
            let number = *self.numbers.entry(word.stem).or_insert(next);
            if number == next {
                let short = word.chars < 3 && word.shape == Shape::Small;
                let weight = background.weight(word.stem) * if short { 0.3 } else { 1.0 };
                self.known.push(Stem { weight, blocks: 0, total: 0, capitals: 0, smalls: 0, latest: 0 });
            }
            let stem = &mut self.known[number as usize];
            match word.shape {
                Shape::Capital => stem.capitals += 1,
                Shape::Small => stem.smalls += 1,
                Shape::Number | Shape::Opening | Shape::Pair => {}
            }
            if stem.latest != block + 1 {
                stem.latest = block + 1;
                stem.blocks += 1;
                stem.total += u32::from(!copy);
                self.read.push(number);
            }
        }
    }
}

/// How often a word is thought to come in a story, before any is read.
pub(super) const PRIOR: f32 = 0.3;

/// What two sources of words are weighed against: one that all words come from.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Source {
    /// Weights of the words of all blocks, each once a block.
    pub tokens: f32,
    /// What is thought to come before any is read; and the gamma function of that and of all that comes.
    prior: f32,
    pub none: f32,
    pub one: f32,
}

impl Source {
    /// The source of words of such a weight together, and of such a weight each counted once.
    fn of(tokens: f32, kinds: f32) -> Source {
        let prior = PRIOR * kinds.max(1.0);
        let gamma = |n: f32| gamma(n, ln(n));
        Source { tokens, prior, none: gamma(prior), one: gamma(prior + tokens) }
    }

    /// What is thought to come, or has, where some of the words are of another source: of those, and of the rest.
    pub fn parted(&self, tokens: f32) -> [f32; 2] {
        let tokens = tokens.min(self.tokens);
        [self.prior + tokens, self.prior + self.tokens - tokens]
    }
}

/// The logarithm of the gamma function by Stirling's formula, up to a constant.
pub(super) fn gamma(n: f32, log: f32) -> f32 {
    (n - 0.5) * log - n
}

/// Natural logarithms of positive numbers, the same bits on every machine: the exponent by its bits, the rest by the
/// series of the inverse hyperbolic tangent (error below 1e-6).
pub(super) fn ln(x: f32) -> f32 {
    let bits = x.max(f32::MIN_POSITIVE).to_bits();
    let mut exponent = (bits >> 23) as i32 - 127;
    let mut fraction = f32::from_bits((bits & 0x7f_ffff) | 0x3f80_0000);
    if fraction > std::f32::consts::SQRT_2 {
        fraction *= 0.5;
        exponent += 1;
    }
    let t = (fraction - 1.0) / (fraction + 1.0);
    let s = t * t;
    let series = 2.0 * t * (1.0 + s * (1.0 / 3.0 + s * (1.0 / 5.0 + s * (1.0 / 7.0 + s / 9.0))));
    exponent as f32 * std::f32::consts::LN_2 + series
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Block;
    use crate::structure::duplicates;

    fn article(texts: &[&str]) -> Article {
        let block = |text: &&str| Block { text: Some((*text).into()), ..Block::default() };
        let document = Document { blocks: texts.iter().map(block).collect(), ..Document::default() };
        let words = Words::of(&document);
        let groups = duplicates::find(&document, &words);
        let roles = vec![[0.0; Role::ALL.len()]; texts.len()];
        Article::of(&document, &Seen { words: &words, groups: &groups, roles: &roles }, &Background::default())
    }

    #[test]
    fn our_ln_is_the_natural_logarithm() {
        for i in 1..4000 {
            let x = i as f32 * 0.37;
            assert!((ln(x) - x.ln()).abs() < 2e-6 * x.ln().abs().max(1.0), "{x}");
        }
    }

    #[test]
    fn words_that_come_again_weigh_in_a_share() {
        let article = article(&["The heron waits by the weir", "A heron fishes there", "Trains were late"]);
        let again = |block| article.share(block, |stem| article.totals[stem] > 1).all;
        assert!(again(0) > 0.1 && again(1) > 0.1);
        assert_eq!(again(2), 0.0);
    }
}
