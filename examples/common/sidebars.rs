//! Trains the model of sidebars, on second stories set inside first ones and on the corpus's own few sidebars.
//!
//! 1. [`compose`] sets stories, and boxes of short lines, into other stories on kindred subjects.
//! 2. [`background`] counts in how many articles each word stem is.
//! 3. [`train`] fits the network by gradient descent on the likelihood of the right spans (Adam: Kingma and Ba, 2015).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use cutline::document::{Block, Document, Role};
use cutline::structure::cohesion::{Article, Background, FEATURES};
use cutline::structure::duplicates;
use cutline::structure::sidebars::{self, Candidate, HIDDEN, Model};
use cutline::structure::words::Words;

use super::corpus::{Gold, Record};

/// Numbers that look random and are the same every time (SplitMix64).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// Between 0 and 1.
    pub fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    fn pick(&mut self, range: Range<usize>) -> usize {
        range.start + self.below(range.end - range.start)
    }
}

/// An article and where its sidebars are, first and last block.
pub struct Labelled {
    pub document: Document,
    pub sidebars: Vec<(usize, usize)>,
}

impl Labelled {
    pub fn of(record: &Record) -> Labelled {
        let mut sidebars: Vec<(usize, usize)> = Vec::new();
        let mut name: Option<&str> = None;
        for (i, gold) in record.blocks.iter().enumerate() {
            match (&gold.sidebar, name) {
                (Some(now), Some(then)) if now == then => sidebars.last_mut().expect("it began").1 = i,
                (Some(_), _) => sidebars.push((i, i)),
                (None, _) => {}
            }
            name = gold.sidebar.as_deref();
        }
        Labelled { document: document(&record.blocks), sidebars }
    }
}

fn document(blocks: &[Gold]) -> Document {
    let mut document = Document::default();
    for gold in blocks {
        let start = document.source.len();
        document.source.push_str(&gold.text);
        let span = Some(start..document.source.len());
        document.source.push_str("\n\n");
        document.blocks.push(Block { span, role: gold.role, confidence: 0.95, ..Block::default() });
    }
    document
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
    Background { weights: counts.into_iter().filter(|&(_, n)| n >= 5).map(|(stem, n)| (stem, weight(n))).collect() }
}

/// Composes articles: hosts with one to three guests each.
pub fn compose(records: &[&Record], count: usize, random: &mut Random) -> Vec<Labelled> {
    let bags: Vec<BTreeMap<u64, f32>> = vectors(records);
    let body = |r: &Record| r.blocks.iter().filter(|b| b.role == Role::Body).count();
    let hosts: Vec<usize> = (0..records.len())
        .filter(|&i| body(records[i]) >= 8 && records[i].blocks.iter().all(|b| b.sidebar.is_none()))
        .collect();
    let mut near: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut made = Vec::new();
    for turn in 0..count {
        let host = hosts[random.below(hosts.len())];
        let near = near.entry(host).or_insert_with(|| {
            let mut all: Vec<usize> =
                (0..records.len()).filter(|&i| i != host && records[i].lang == records[host].lang).collect();
            let likeness = |&i: &usize| -> f32 {
                bags[host].iter().filter_map(|(w, x)| Some(x * bags[i].get(w)?)).sum()
            };
            all.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
            all
        });
        let guests = [0, 1, 1, 1, 2, 2, 3][random.below(7)];
        let reach = if turn % 3 == 0 { 3 } else { 12 };
        let mut picked: Vec<Vec<Gold>> = Vec::new();
        for _ in 0..guests {
            if near.is_empty() {
                continue;
            }
            let from = near[random.below(near.len().min(reach))];
            if random.unit() < 0.2 {
                picked.extend(fact_box(records[if random.unit() < 0.5 { host } else { from }], random));
            } else {
                picked.extend(guest(records[from], random));
            }
        }
        made.push(insert(records[host], picked, random));
    }
    made
}

/// The rare words of each record, weighted, as a unit vector.
fn vectors(records: &[&Record]) -> Vec<BTreeMap<u64, f32>> {
    let bag = |record: &&Record| {
        let words = Words::of(&document(&record.blocks));
        let mut bag: BTreeMap<u64, f32> = BTreeMap::new();
        for word in (0..words.blocks()).flat_map(|b| words.block(b)).filter(|w| w.chars >= 4) {
            *bag.entry(word.hash).or_default() += 1.0;
        }
        bag
    };
    let mut bags: Vec<_> = records.iter().map(bag).collect();
    let mut counts: HashMap<u64, f32> = HashMap::new();
    bags.iter().flat_map(|bag| bag.keys()).for_each(|&w| *counts.entry(w).or_default() += 1.0);
    for bag in &mut bags {
        bag.retain(|w, _| counts[w] > 1.0);
        bag.iter_mut().for_each(|(w, x)| *x = (1.0 + x.ln()) * (records.len() as f32 / counts[w]).ln());
        let length = bag.values().map(|x| x * x).sum::<f32>().sqrt().max(1e-6);
        bag.values_mut().for_each(|x| *x /= length);
    }
    bags
}

/// A story as a sidebar: its title, then its first blocks.
fn guest(record: &Record, random: &mut Random) -> Option<Vec<Gold>> {
    let kept = |b: &&Gold| {
        matches!(b.role, Role::Body | Role::Caption | Role::Heading | Role::List | Role::Quote)
            && b.sidebar.is_none()
            && b.note.is_none()
    };
    let mut blocks: Vec<Gold> = record.blocks.iter().filter(kept).cloned().collect();
    if blocks.iter().filter(|b| b.role == Role::Body).count() < 4 {
        return None;
    }
    let title = record.blocks.iter().find(|b| b.role == Role::Title)?;
    let length = if random.unit() < 0.8 { random.pick(3..15) } else { random.pick(3..40) };
    blocks.truncate(length);
    while blocks.last().is_some_and(|b| b.role == Role::Heading) {
        blocks.pop();
    }
    blocks.insert(0, Gold { role: Role::Heading, ..title.clone() });
    Some(blocks)
}

/// A box of short lines on a story: half of its title, then clauses of its last paragraphs.
fn fact_box(record: &Record, random: &mut Random) -> Option<Vec<Gold>> {
    let title = record.blocks.iter().find(|b| b.role == Role::Title)?;
    let words: Vec<&str> = title.text.split_whitespace().collect();
    let half = words.len().min(random.pick(2..8));
    let from = random.below(words.len() - half + 1);
    let line = |text: String, role| Gold { text, role, group: None, sidebar: None, note: None };
    let mut made = vec![line(words[from..from + half].join(" "), Role::Heading)];
    let bodies: Vec<&Gold> = record.blocks.iter().filter(|b| b.role == Role::Body && b.note.is_none()).collect();
    let count = random.pick(3..12);
    let listed = random.unit() < 0.5;
    let parted = random.unit() < 0.4;
    for body in bodies.iter().rev().take(count) {
        let words: Vec<&str> = body.text.split_whitespace().collect();
        let length = words.len().min(random.pick(4..14));
        if length < 3 {
            continue;
        }
        let from = random.below(words.len() - length + 1);
        let role = if listed { Role::List } else { Role::Body };
        if parted && random.unit() < 0.3 {
            made.push(line(format!("{}:", words[from..from + 2].join(" ")), if listed { Role::List } else { Role::Heading }));
        }
        made.push(line(words[from..from + length].join(" ").trim_matches(['.', ',', '"', '”', '“']).to_string(), role));
    }
    (made.len() >= 4).then_some(made)
}

fn insert(host: &Record, guests: Vec<Vec<Gold>>, random: &mut Random) -> Labelled {
    let mut blocks: Vec<(Gold, bool)> = host.blocks.iter().map(|b| (b.clone(), false)).collect();
    // A story of another length around it: the same host is not always the same.
    if random.unit() < 0.3 {
        let keep = random.pick(blocks.len() / 2..blocks.len() + 1);
        blocks.truncate(keep);
    }
    let bodies: Vec<usize> = (0..blocks.len()).filter(|&i| blocks[i].0.role == Role::Body).skip(2).collect();
    if bodies.is_empty() {
        return Labelled { document: document(&host.blocks), sidebars: Vec::new() };
    }
    let mut slots: BTreeMap<usize, Vec<Gold>> = BTreeMap::new();
    for guest in guests {
        slots.insert(bodies[random.below(bodies.len())], guest);
    }
    let (mut made, mut sidebars) = (Vec::new(), Vec::new());
    for (i, (block, _)) in blocks.drain(..).enumerate() {
        if let Some(guest) = slots.remove(&i) {
            sidebars.push((made.len(), made.len() + guest.len() - 1));
            made.extend(guest);
        }
        made.push(block);
    }
    Labelled { document: document(&made), sidebars }
}

/// The candidates of a labelled article, measured.
struct Measured {
    spans: Vec<[f32; FEATURES]>,
    places: Vec<(usize, usize)>,
    gold: Vec<usize>,
    blocks: usize,
    weight: f32,
}

fn measure(labelled: &Labelled, background: &Background) -> Measured {
    let document = &labelled.document;
    let words = Words::of(document);
    let groups = duplicates::find(document, &words);
    let article = Article::of(document, &words, &groups, background);
    let (mut spans, mut places) = (Vec::new(), Vec::new());
    sidebars::candidates(document, &article, |first, last, span| {
        spans.push(*span);
        places.push((first, last));
    });
    let gold = labelled.sidebars.iter().filter_map(|g| places.iter().position(|p| p == g)).collect();
    Measured { spans, places, gold, blocks: document.blocks.len(), weight: 1.0 }
}

pub struct Settings {
    pub epochs: usize,
    pub rate: f32,
    pub decay: f32,
}

/// Fits a model to labelled articles. The same articles in the same order give the same model.
pub fn train(articles: &[Labelled], background: Background, settings: &Settings) -> Model {
    let measured: Vec<Measured> = articles.iter().map(|a| measure(a, &background)).collect();
    let missed: usize = articles.iter().zip(&measured).map(|(a, m)| a.sidebars.len() - m.gold.len()).sum();
    let all: usize = measured.iter().map(|m| m.spans.len()).sum();
    eprintln!("{} articles, {all} candidates, {missed} sidebars that are no candidate", articles.len());
    let mut model = start(&measured, background);
    let mut parameters = Parameters::of(&model);
    let mut random = Random(11);
    let mut order: Vec<usize> = (0..measured.len()).collect();
    let steps = settings.epochs * measured.len();
    let (mut first, mut second) = (vec![0.0f32; parameters.0.len()], vec![0.0f32; parameters.0.len()]);
    let mut gradient = vec![0.0f32; parameters.0.len()];
    const BATCH: usize = 8;
    let mut step = 0;
    for epoch in 0..settings.epochs {
        for at in (1..order.len()).rev() {
            order.swap(at, random.below(at + 1));
        }
        let mut loss = 0.0;
        for batch in order.chunks(BATCH) {
            gradient.fill(0.0);
            for &i in batch {
                loss += slope(&model, &measured[i], &mut gradient);
            }
            step += 1;
            let progress = (step * BATCH) as f32 / steps as f32;
            let rate = settings.rate * (1.0 - progress).max(0.02);
            let (fix1, fix2) = (1.0 - 0.9f32.powi(step as i32), 1.0 - 0.999f32.powi(step as i32));
            for (k, value) in parameters.0.iter_mut().enumerate() {
                let g = gradient[k] / batch.len() as f32;
                first[k] = 0.9 * first[k] + 0.1 * g;
                second[k] = 0.999 * second[k] + 0.001 * g * g;
                *value -= rate * (first[k] / fix1 / ((second[k] / fix2).sqrt() + 1e-8) + settings.decay * *value);
            }
            parameters.put(&mut model);
        }
        if epoch + 1 == settings.epochs || epoch % 4 == 0 {
            eprintln!("  epoch {epoch}: loss {:.4}", loss / measured.len() as f64);
        }
    }
    model
}

/// A model that knows nothing yet but the numbers' means and spreads.
fn start(measured: &[Measured], background: Background) -> Model {
    let (mut count, mut sum, mut squares) = (0.0f64, vec![0.0f64; FEATURES], vec![0.0f64; FEATURES]);
    for span in measured.iter().flat_map(|m| &m.spans) {
        count += 1.0;
        for (i, &x) in span.iter().enumerate() {
            sum[i] += x as f64;
            squares[i] += (x * x) as f64;
        }
    }
    let mut random = Random(5);
    let mean: Vec<f64> = sum.iter().map(|s| s / count).collect();
    let spread = |i: usize| (squares[i] / count - mean[i] * mean[i]).max(0.0).sqrt();
    let scale = |i: usize| if spread(i) < 1e-4 { 1.0 } else { (1.0 / spread(i)) as f32 };
    let mut shift: Vec<f32> = mean.iter().map(|&m| m as f32).collect();
    // The first number is always 1: it carries the bias.
    shift[0] = 0.0;
    let mut some = |n: usize, size: f32| (0..n).map(|_| (random.unit() - 0.5) * size).collect::<Vec<f32>>();
    let mut linear = vec![0.0; FEATURES];
    linear[0] = -5.0;
    Model {
        background,
        scale: (0..FEATURES).map(scale).collect(),
        hidden: some(FEATURES * HIDDEN, 0.3),
        bias: vec![0.0; HIDDEN],
        out: some(HIDDEN, 0.5),
        shift,
        linear,
    }
}

/// All the network's weights in a row.
struct Parameters(Vec<f32>);

impl Parameters {
    fn of(model: &Model) -> Parameters {
        Parameters([&model.hidden[..], &model.bias, &model.out, &model.linear].concat())
    }

    fn put(&self, model: &mut Model) {
        let (hidden, rest) = self.0.split_at(FEATURES * HIDDEN);
        let (bias, rest) = rest.split_at(HIDDEN);
        let (out, linear) = rest.split_at(HIDDEN);
        model.hidden.copy_from_slice(hidden);
        model.bias.copy_from_slice(bias);
        model.out.copy_from_slice(out);
        model.linear.copy_from_slice(linear);
    }
}

/// Adds the slope of an article's negative log likelihood to `gradient`, and gives the likelihood.
fn slope(model: &Model, m: &Measured, gradient: &mut [f32]) -> f64 {
    let candidate = |(span, &(first, last)): (&[f32; FEATURES], &(usize, usize))| Candidate {
        first,
        last,
        score: model.score(span),
    };
    let candidates: Vec<Candidate> = m.spans.iter().zip(&m.places).map(candidate).collect();
    let (marginals, total) = sidebars::marginals(&candidates, m.blocks);
    let gold: f64 = m.gold.iter().map(|&g| candidates[g].score as f64).sum();
    for (c, (span, &marginal)) in m.spans.iter().zip(&marginals).enumerate() {
        let error = m.weight * (marginal as f32 - m.gold.contains(&c) as u8 as f32);
        if error.abs() < 1e-4 {
            continue;
        }
        let x: [f32; FEATURES] = std::array::from_fn(|i| (span[i] - model.shift[i]) * model.scale[i]);
        let mut units = [0.0; HIDDEN];
        units.copy_from_slice(&model.bias);
        for (i, &x) in x.iter().enumerate() {
            for h in 0..HIDDEN {
                units[h] += model.hidden[i * HIDDEN + h] * x;
            }
        }
        let (hidden, rest) = gradient.split_at_mut(FEATURES * HIDDEN);
        let (bias, rest) = rest.split_at_mut(HIDDEN);
        let (out, linear) = rest.split_at_mut(HIDDEN);
        let mut back = [0.0; HIDDEN];
        for h in 0..HIDDEN {
            let t = units[h].tanh();
            out[h] += error * t;
            back[h] = error * model.out[h] * (1.0 - t * t);
            bias[h] += back[h];
        }
        for (i, &x) in x.iter().enumerate() {
            linear[i] += error * x;
            for h in 0..HIDDEN {
                hidden[i * HIDDEN + h] += back[h] * x;
            }
        }
    }
    total - gold
}
