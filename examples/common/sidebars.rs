//! Trains the model of sidebars, on second stories set inside first ones and on articles with sidebars of their own.
//!
//! 1. [`compose`] sets stories, and boxes of short lines, into other stories on kindred subjects.
//! 2. [`background`] counts in how many articles each word stem is.
//! 3. [`train`] fits the network by gradient descent on the likelihood of the right spans (Adam: Kingma and Ba, 2015);
//!    last the door before it, to what the network makes of the spans behind each opening.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use cutline::document::{Document, Role};
use cutline::structure::Seen;
use cutline::structure::candidates::{FEATURES, Measure, OPENING};
use cutline::structure::chain::Scores;
use cutline::structure::chain::exp;
use cutline::structure::cohesion::{Article, Background};
use cutline::structure::duplicates;
use cutline::structure::model::Model;
use cutline::structure::network::{DOOR, Door, Network, UNITS, saturate};
use cutline::structure::sidebars::{self, Candidate};
use cutline::structure::words::Words;

use super::adam::{Adam, Course};
use super::compose::{Random, compose, moved};
use super::corpus::Record;
use super::train as roles;

/// An article and where its sidebars are, first and last block.
pub struct Labelled {
    pub document: Document,
    /// How likely each block is to be of each role.
    pub roles: Vec<Scores>,
    pub sidebars: Vec<(usize, usize)>,
}

impl Labelled {
    pub fn of(record: &Record) -> Labelled {
        let mut sidebars: Vec<(usize, usize)> = Vec::new();
        for (block, gold) in record.blocks.iter().enumerate() {
            if record.opens_sidebar(block) {
                sidebars.push((block, block));
            } else if gold.sidebar.is_some() {
                sidebars.last_mut().expect("it began").1 = block;
            }
        }
        Labelled { document: record.gold_document(), roles: Vec::new(), sidebars }
    }
}

/// The stems that are in many of the documents, and how little they tell.
pub fn background<'a>(documents: impl Iterator<Item = &'a Document>) -> Background {
    let mut counts: HashMap<u32, u32> = HashMap::new();
    let mut all = 0;
    for document in documents {
        all += 1;
        let words = Words::of(document);
        let stems: BTreeSet<u32> =
            (0..words.blocks()).flat_map(|b| words.block(b)).map(|w| Background::key(w.stem)).collect();
        stems.into_iter().for_each(|stem| *counts.entry(stem).or_default() += 1);
    }
    let most = (all as f32 / 4.0).ln();
    let weight = |n: u32| ((all as f32 / n as f32).ln() / most).clamp(0.0, 1.0);
    let mut common: Vec<(u32, u32)> = counts.into_iter().filter(|&(_, n)| n >= COMMON).collect();
    common.sort_unstable();
    let keys: Vec<[u8; 4]> = common.iter().map(|(stem, _)| stem.to_le_bytes()).collect();
    let weights: Vec<u8> = common.iter().map(|&(_, n)| (weight(n) * 255.0).round() as u8).collect();
    Background::new(keys.into(), weights.into())
}

/// One of the samples of articles to train on: composed ones and the records themselves, the blocks' roles told by
/// models that saw none of them.
fn sample(records: &[&Record], which: usize) -> Result<Vec<Labelled>> {
    let mut all = Vec::new();
    for (half, (mine, others)) in halves(records, which).into_iter().enumerate() {
        let (model, seed) = (&roles::quick_model(&others)?, (2 * which + half) as u64);
        let made = compose(&mine, COMPOSED / 2, &mut Random(3 + seed));
        let mut random = Random(17 + seed);
        let own = mine.iter().filter(|record| record.blocks.iter().any(|gold| gold.sidebar.is_some()));
        let moved = own.flat_map(|record| [record; MOVED]).map(|record| moved(record, &mut random));
        let moved: Vec<Labelled> = moved.map(|record| Labelled::of(&record)).collect();
        let as_they_are = mine.iter().flat_map(|record| [record; AS_THEY_ARE]).map(|record| Labelled::of(record));
        let mut labelled: Vec<Labelled> = made.iter().map(Labelled::of).chain(moved).chain(as_they_are).collect();
        labelled.iter_mut().for_each(|labelled| labelled.roles = tell_roles(&mut labelled.document, model));
        all.append(&mut labelled);
    }
    Ok(all)
}

/// The records in two halves, no domain in both, each with the other; other halves for every sample.
fn halves<'a>(records: &[&'a Record], which: usize) -> [(Vec<&'a Record>, Vec<&'a Record>); 2] {
    let domains: BTreeSet<&str> = records.iter().flat_map(|r| r.domains()).collect();
    let first: BTreeSet<&str> =
        domains.into_iter().enumerate().filter(|(at, _)| at >> which & 1 == 0).map(|(_, domain)| domain).collect();
    let (one, two): (Vec<&Record>, Vec<&Record>) =
        records.iter().partition(|r| r.domains().iter().all(|d| first.contains(d)));
    [(one.clone(), two.clone()), (two, one)]
}

/// How often an article with sidebars of its own is among them, each time with those elsewhere in it; and how often each
/// is as it stands.
const MOVED: usize = 22;
const AS_THEY_ARE: usize = 4;

/// Articles that a common word is in.
const COMMON: u32 = 5;

/// Gives the blocks the roles that a model tells.
pub fn tell_roles(document: &mut Document, model: &Model) -> Vec<Scores> {
    document.blocks.iter_mut().for_each(|block| (block.role, block.confidence) = (Role::Body, 0.0));
    let groups = duplicates::find(document, &Words::of(document));
    cutline::structure::roles::decide(document, &groups, &[], model)
}

/// The candidates of a labelled article, measured.
struct Measured {
    numbers: Vec<[f32; FEATURES]>,
    places: Vec<(usize, usize)>,
    /// Which candidates are right.
    gold: Vec<usize>,
    blocks: usize,
}

fn measure(labelled: &Labelled, article: &Article, network: &Network) -> Measured {
    let (mut numbers, mut places) = (Vec::new(), Vec::new());
    let mut scratch = Measure::new(article);
    for (first, opening) in sidebars::openings(&labelled.document, article, network) {
        scratch.spans(first, |last, closing| {
            numbers.push(std::array::from_fn(|i| if i < OPENING { opening[i] } else { closing[i - OPENING] }));
            places.push((first, last));
        });
    }
    let gold = labelled.sidebars.iter().filter_map(|g| places.iter().position(|p| p == g)).collect();
    Measured { numbers, places, gold, blocks: labelled.document.blocks.len() }
}

fn weigh(labelled: &Labelled, background: &Background) -> Article {
    let document = &labelled.document;
    let words = Words::of(document);
    let groups = duplicates::find(document, &words);
    Article::of(document, &Seen { words: &words, groups: &groups, roles: &labelled.roles }, background)
}

/// Fits the door to what the network makes of the spans behind it, and opens it so far that nearly all openings pass
/// that are likelier than not: openings, and how likely each is, all its spans together.
fn fit_door(openings: &[([f32; OPENING], f32)]) -> Door {
    let mut random = Random(23);
    let mut door = Door::default();
    let mut fill = |weights: &mut dyn Iterator<Item = &mut f32>, size: f32| {
        weights.for_each(|weight| *weight = (random.unit() - 0.5) * size);
    };
    fill(&mut door.hidden.iter_mut().flatten(), 0.5);
    fill(&mut door.out.iter_mut(), 0.9);
    let (mut adam, mut slope) = (Adam::new(door.layers().into_iter().map(<[f32]>::len).sum()), Door::default());
    DOOR_COURSE.run(openings.len(), &mut random, |batch, rate, _| {
        slope.layers_mut().into_iter().for_each(|layer| layer.fill(0.0));
        for &at in batch {
            let (numbers, likely) = &openings[at];
            let units = door.units(numbers);
            let wanted = if *likely >= WORTHWHILE { 1.0 } else { 0.0 };
            let error = 1.0 / (1.0 + exp(-door.score_of(&units))) - wanted;
            slope.offset += error;
            for unit in (0..DOOR).filter(|&unit| units[unit] > 0.0) {
                slope.out[unit] += error * units[unit];
                let back = error * door.out[unit];
                slope.bias[unit] += back;
                slope.hidden.iter_mut().zip(numbers).for_each(|(row, x)| row[unit] += back * x);
            }
        }
        let slopes = slope.layers().into_iter().flatten().map(|slope| slope / batch.len() as f32);
        adam.step(door.layers_mut().into_iter().flatten(), slopes, rate, 0.0);
    });
    let likely = openings.iter().filter(|(_, likely)| *likely >= 0.5);
    let mut passed: Vec<f32> = likely.map(|(numbers, _)| door.score(numbers)).collect();
    passed.sort_by(f32::total_cmp);
    door.offset -= passed.get((passed.len() as f32 * LOST) as usize).copied().unwrap_or(0.0);
    door
}

const DOOR_COURSE: Course = Course { passes: 40, batch: 128, rate: 0.005 };
/// How likely an opening must be for the door to learn that it is worth a look.
const WORTHWHILE: f32 = 0.3;
/// The share of openings, of those more likely than not, that may be lost at the door.
const LOST: f32 = 0.01;

/// The openings of an article, and how likely each is by the members together, all its spans summed up.
fn openings_of(members: &[Member], measured: &Measured) -> Vec<([f32; OPENING], f32)> {
    let candidate = |(numbers, &(first, last)): (&[f32; FEATURES], &(usize, usize))| {
        let score = members.iter().map(|member| member.score(numbers).1).sum::<f32>() / members.len() as f32;
        Candidate { first, last, score }
    };
    let candidates: Vec<Candidate> = measured.numbers.iter().zip(&measured.places).map(candidate).collect();
    let (marginals, _) = sidebars::marginals(&candidates, measured.blocks);
    let mut found: Vec<([f32; OPENING], f32)> = Vec::new();
    let mut last = None;
    for ((numbers, &(first, _)), likely) in measured.numbers.iter().zip(&measured.places).zip(marginals) {
        if last.replace(first) != Some(first) {
            found.push((std::array::from_fn(|i| numbers[i]), 0.0));
        }
        found.last_mut().expect("an opening").1 += likely;
    }
    found
}

/// How many composed articles are in a sample, and how the members are trained on it.
const COMPOSED: usize = 6000;
const COURSE: Course = Course { passes: 14, batch: 8, rate: 0.004 };
const DECAY: f32 = 0.1;

/// Trains the network on the records of a corpus.
pub fn network(records: &[&Record]) -> Result<Network> {
    let gold: Vec<Document> = records.iter().map(|record| record.gold_document()).collect();
    let samples = (0..SAMPLES).map(|which| sample(records, which)).collect::<Result<Vec<_>>>()?;
    Ok(train(&samples, background(gold.iter())))
}

/// Networks that are fitted from different beginnings to different samples, in turn; the one that ships is their mean
/// (Breiman, "Bagging predictors", Machine Learning 1996).
const MEMBERS: usize = 4;
const SAMPLES: usize = 2;
const OWN: usize = UNITS / MEMBERS;

/// Fits a network to samples of labelled articles. The same articles in the same order give the same network.
fn train(samples: &[Vec<Labelled>], background: Background) -> Network {
    let mut network = Network { background, offset: 0.0, ..Network::default() };
    let measured = |labelled: &Labelled| measure(labelled, &weigh(labelled, &network.background), &network);
    let mut measured: Vec<Measured> = samples.iter().flatten().map(measured).collect();
    let (shift, scale) = standardise(&mut measured);
    let sample = |member: usize| {
        let first: usize = samples[..member % SAMPLES].iter().map(Vec::len).sum();
        &measured[first..first + samples[member % SAMPLES].len()]
    };
    let members: Vec<Member> = (0..MEMBERS).map(|member| fit(sample(member), member as u64)).collect();
    for (member, fitted) in members.iter().enumerate() {
        network.offset += fitted.offset() / MEMBERS as f32;
        for unit in 0..OWN {
            let place = member * OWN + unit;
            network.bias[place] = fitted.bias()[unit];
            network.out[place] = fitted.out()[unit] / MEMBERS as f32;
            for i in 0..FEATURES {
                let weight = fitted.row(i)[unit] * scale[i];
                network.hidden[i][place] = weight;
                network.bias[place] -= weight * shift[i];
            }
        }
        for i in 0..FEATURES {
            let weight = fitted.linear()[i] * scale[i] / MEMBERS as f32;
            network.linear[i] += weight;
            network.offset -= weight * shift[i];
        }
    }
    network.door = fit_door(&measured.iter().flat_map(|measured| openings_of(&members, measured)).collect::<Vec<_>>());
    for (i, row) in network.door.hidden.iter_mut().enumerate() {
        row.iter_mut().for_each(|weight| *weight *= scale[i]);
        network.door.bias.iter_mut().zip(row).for_each(|(bias, weight)| *bias -= *weight * shift[i]);
    }
    network
}

/// Makes every number zero in the mean with a spread of one: gives what was subtracted and what it was multiplied by.
fn standardise(measured: &mut [Measured]) -> (Vec<f32>, Vec<f32>) {
    let (mut count, mut sums, mut squares) = (0.0, vec![0.0; FEATURES], vec![0.0; FEATURES]);
    for numbers in measured.iter().flat_map(|m| &m.numbers) {
        count += 1.0;
        for (i, &x) in numbers.iter().enumerate() {
            sums[i] += f64::from(x);
            squares[i] += f64::from(x) * f64::from(x);
        }
    }
    let shift: Vec<f32> = sums.iter().map(|sum| (sum / count) as f32).collect();
    let spread = |i: usize| (squares[i] / count - (sums[i] / count) * (sums[i] / count)).max(0.0).sqrt();
    let scale: Vec<f32> =
        (0..FEATURES).map(|i| if spread(i) < 1e-3 { 0.0 } else { (1.0 / spread(i)) as f32 }).collect();
    for numbers in measured.iter_mut().flat_map(|m| &mut m.numbers) {
        for (i, x) in numbers.iter_mut().enumerate() {
            *x = (*x - shift[i]) * scale[i];
        }
    }
    (shift, scale)
}

/// The weights of one member in a row: a row of units for each number, the units' biases, what units and numbers weigh
/// in the score, and the offset.
struct Member(Vec<f32>);

const ROWS: usize = FEATURES * OWN;

impl Member {
    fn new(seed: u64) -> Member {
        let mut random = Random(5 + seed);
        let mut some = |n: usize, size: f32| (0..n).map(|_| (random.unit() - 0.5) * size).collect::<Vec<f32>>();
        Member([some(ROWS, 0.3), vec![0.0; OWN], some(OWN, 0.5), vec![0.0; FEATURES], vec![-5.0]].concat())
    }

    fn row(&self, number: usize) -> &[f32] {
        &self.0[number * OWN..(number + 1) * OWN]
    }

    fn bias(&self) -> &[f32] {
        &self.0[ROWS..ROWS + OWN]
    }

    fn out(&self) -> &[f32] {
        &self.0[ROWS + OWN..ROWS + 2 * OWN]
    }

    fn linear(&self) -> &[f32] {
        &self.0[ROWS + 2 * OWN..ROWS + 2 * OWN + FEATURES]
    }

    fn offset(&self) -> f32 {
        self.0[ROWS + 2 * OWN + FEATURES]
    }

    fn score(&self, numbers: &[f32; FEATURES]) -> ([f32; OWN], f32) {
        let mut units: [f32; OWN] = std::array::from_fn(|unit| self.bias()[unit]);
        let mut sum = self.offset();
        for (i, (&x, linear)) in numbers.iter().zip(self.linear()).enumerate() {
            sum += linear * x;
            units.iter_mut().zip(self.row(i)).for_each(|(unit, weight)| *unit += weight * x);
        }
        (units, sum + units.iter().zip(self.out()).map(|(&unit, weight)| saturate(unit) * weight).sum::<f32>())
    }
}

fn fit(measured: &[Measured], seed: u64) -> Member {
    let mut member = Member::new(seed);
    let mut random = Random(11 + seed);
    let size = member.0.len();
    let (mut adam, mut slope) = (Adam::new(size), vec![0.0f32; size]);
    COURSE.run(measured.len(), &mut random, |batch, rate, _| {
        slope.fill(0.0);
        batch.iter().for_each(|&i| add_slope(&member, &measured[i], &mut slope));
        let slopes = slope.iter().map(|slope| slope / batch.len() as f32);
        adam.step(member.0.iter_mut(), slopes, rate, DECAY);
    });
    member
}

/// Adds the slope of an article's negative log likelihood.
fn add_slope(member: &Member, m: &Measured, slope: &mut [f32]) {
    let scored: Vec<([f32; OWN], f32)> = m.numbers.iter().map(|numbers| member.score(numbers)).collect();
    let candidate =
        |(&(_, score), &(first, last)): (&([f32; OWN], f32), &(usize, usize))| Candidate { first, last, score };
    let candidates: Vec<Candidate> = scored.iter().zip(&m.places).map(candidate).collect();
    let (marginals, _) = sidebars::marginals(&candidates, m.blocks);
    for (c, ((numbers, &likely), (units, _))) in m.numbers.iter().zip(&marginals).zip(&scored).enumerate() {
        let error = likely - if m.gold.contains(&c) { 1.0 } else { 0.0 };
        if error.abs() < 1e-4 {
            continue;
        }
        let (rows, rest) = slope.split_at_mut(ROWS);
        let (bias, rest) = rest.split_at_mut(OWN);
        let (out, rest) = rest.split_at_mut(OWN);
        let (linear, offset) = rest.split_at_mut(FEATURES);
        offset[0] += error;
        let mut back = [0.0; OWN];
        for unit in 0..OWN {
            let level = saturate(units[unit]);
            out[unit] += error * level;
            back[unit] = error * member.out()[unit] * (1.0 - level * level);
            bias[unit] += back[unit];
        }
        for ((&x, linear), row) in numbers.iter().zip(linear).zip(rows.chunks_exact_mut(OWN)) {
            *linear += error * x;
            row.iter_mut().zip(&back).for_each(|(slope, back)| *slope += back * x);
        }
    }
}
