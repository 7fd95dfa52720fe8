//! Trains the model of sidebars, on second stories set inside first ones and on the corpus's own few sidebars.
//!
//! 1. [`compose`] sets stories, and boxes of short lines, into other stories on kindred subjects.
//! 2. [`background`] counts in how many articles each word stem is.
//! 3. [`train`] fits the network by gradient descent on the likelihood of the right spans (Adam: Kingma and Ba, 2015).

use std::collections::{BTreeSet, HashMap};

use cutline::document::{Block, Document, Role};
use cutline::structure::cohesion::{Article, Background, FEATURES};
use cutline::structure::duplicates;
use cutline::structure::sidebars::{self, Candidate, HIDDEN, Model};
use cutline::structure::words::Words;

use super::boost;
use super::compose::{Random, compose};
use super::corpus::Record;
use super::train as roles;

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
        Labelled { document: record.gold_document(), sidebars }
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
    Background { weights: counts.into_iter().filter(|&(_, n)| n >= 5).map(|(stem, n)| (stem, weight(n))).collect() }
}

/// Articles to train on: composed ones and the records themselves, the blocks' roles told by models that saw none of
/// them.
pub fn articles(records: &[&Record], count: usize, settings: boost::Settings) -> Vec<Labelled> {
    let domains: BTreeSet<&str> = records.iter().flat_map(|r| r.domains()).collect();
    let halves: [BTreeSet<&str>; 2] =
        [0, 1].map(|half| domains.iter().copied().enumerate().filter(|(i, _)| i % 2 == half).map(|(_, d)| d).collect());
    let mut all = Vec::new();
    for (half, domains) in halves.iter().enumerate() {
        let (mine, others): (Vec<&Record>, Vec<&Record>) =
            records.iter().partition(|r| r.domains().iter().all(|d| domains.contains(d)));
        let model = role_model(&others, settings);
        let made = compose(&mine, count / 2, &mut Random(3 + half as u64));
        let again = mine.iter().chain(&mine).map(|r| Labelled::of(r));
        let mut labelled: Vec<Labelled> = made.iter().map(Labelled::of).chain(again).collect();
        labelled.iter_mut().for_each(|labelled| tell_roles(&mut labelled.document, &model));
        all.append(&mut labelled);
    }
    all
}

/// A model of roles trained on records and on articles composed of them.
pub fn role_model(records: &[&Record], settings: boost::Settings) -> cutline::structure::model::Model {
    let made = compose(records, COMPOSED_FOR_ROLES, &mut Random(17));
    let own = records.iter().filter_map(|r| roles::Article::new(r, 1.0).ok());
    let articles: Vec<roles::Article> = own.chain(made.iter().filter_map(|r| roles::Article::new(r, COMPOSED_WEIGHT).ok())).collect();
    roles::train(&articles.iter().collect::<Vec<_>>(), settings)
}

/// Composed articles that roles are learned from, beside the records, and how much each of their blocks counts.
const COMPOSED_FOR_ROLES: usize = 150;
const COMPOSED_WEIGHT: f32 = 0.3;

/// Gives the blocks the roles that a model tells.
pub fn tell_roles(document: &mut Document, model: &cutline::structure::model::Model) {
    document.blocks.iter_mut().for_each(|block| (block.role, block.confidence) = (Role::Body, 0.0));
    let groups = duplicates::find(document, &Words::of(document));
    cutline::structure::roles::decide(document, &groups, &[], model);
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
