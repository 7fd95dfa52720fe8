//! Trains the model of sidebars, on second stories set inside first ones and on articles with sidebars of their own.
//!
//! 1. [`compose`] sets stories, and boxes of short lines, into other stories on kindred subjects.
//! 2. [`background`] counts in how many articles each word stem is.
//! 3. Networks are fitted to several samples of such articles, one to each ([`spans`]).
//! 4. The door before them is fitted to what they make of the spans behind each opening ([`door`]).

use std::collections::{BTreeSet, HashMap};
use std::thread;

use anyhow::Result;
use cutline::document::{Document, Role};
use cutline::structure::Seen;
use cutline::structure::candidates::{Measure, OPENING};
use cutline::structure::chain::Scores;
use cutline::structure::cohesion::{Article, Background};
use cutline::structure::duplicates;
use cutline::structure::model::Model;
use cutline::structure::network::{HOPELESS, MEMBERS, Network};
use cutline::structure::sidebars::{self, Candidate};
use cutline::structure::words::Words;

use super::compose::{Random, compose, moved};
use super::corpus::{Origin, Record};
use super::door;
use super::spans::{self, Measured, Opening, Span};
use super::train as roles;

/// An article and where its sidebars are, first and last block.
pub struct Labelled {
    pub document: Document,
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
    let mut common: Vec<(u32, u32)> = counts.into_iter().filter(|&(_, n)| n >= COMMON).collect();
    common.sort_unstable();
    let keys: Vec<[u8; 4]> = common.iter().map(|(stem, _)| stem.to_le_bytes()).collect();
    let weights: Vec<u8> = common.iter().map(|&(_, n)| (weight(n) * 255.0).round() as u8).collect();
    Background::new(keys.into(), weights.into())
}

/// Trains the network on the records of a corpus, short texts apart, which have no sidebars. The same records in the same
/// order give the same network.
pub fn network(records: &[&Record]) -> Result<Network> {
    let records: Vec<&Record> = records.iter().copied().filter(|record| record.origin != Origin::Text).collect();
    let gold: Vec<Document> = records.iter().map(|record| record.gold_document()).collect();
    let mut network = Network { background: background(gold.iter()), ..Network::default() };
    let mut last = Vec::new();
    for which in 0..MEMBERS {
        // One at a time, for they are large.
        last.clear();
        last = sample(&records, which, &network)?;
        network.members[which] = spans::fit(&last, which as u64);
    }
    let openings: Vec<_> = last.iter().flat_map(|measured| openings_of(&network, measured)).collect();
    network.door = door::fit(&openings);
    Ok(network)
}

/// One of the samples of articles to train on: composed ones, of news alone, and the records themselves, the blocks'
/// roles told by models that saw none of them.
fn sample(records: &[&Record], which: usize, network: &Network) -> Result<Vec<Measured>> {
    let half = |(half, (mine, others)): (usize, (Vec<&Record>, Vec<&Record>))| -> Result<Vec<Measured>> {
        let (model, seed) = (&roles::quick_model(&others)?, (2 * which + half) as u64);
        let news: Vec<&Record> = mine.iter().copied().filter(|record| record.origin != Origin::Page).collect();
        let made = compose(&news, COMPOSED / 2, &mut Random(3 + seed));
        let mut random = Random(17 + seed);
        let own = mine.iter().filter(|record| record.blocks.iter().any(|gold| gold.sidebar.is_some()));
        let moved = own.flat_map(|record| [record; MOVED]).map(|record| moved(record, &mut random));
        let moved: Vec<Record> = moved.collect();
        let as_they_are = mine.iter().flat_map(|record| [*record; AS_THEY_ARE]);
        let all = made.iter().chain(&moved).chain(as_they_are);
        Ok(all.map(|record| measure(Labelled::of(record), model, network)).collect())
    };
    thread::scope(|scope| {
        let halves = halves(records, which).into_iter().enumerate();
        let handles: Vec<_> = halves.map(|one| scope.spawn(move || half(one))).collect();
        let measured = handles.into_iter().map(|handle| handle.join().expect("measuring does not panic"));
        Ok(measured.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    })
}

/// How many composed articles are in a sample.
const COMPOSED: usize = 6000;

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
const MOVED: usize = 18;
const AS_THEY_ARE: usize = 4;

/// Articles that a common word is in.
const COMMON: u32 = 5;

/// Gives the blocks the roles that a model tells.
pub fn tell_roles(document: &mut Document, model: &Model) -> Vec<Scores> {
    document.blocks.iter_mut().for_each(|block| (block.role, block.confidence) = (Role::Body, 0.0));
    let groups = duplicates::find(document, &Words::of(document));
    cutline::structure::roles::decide(document, &groups, &[], Some(model))
}

/// Measures the candidates of an article, its roles told by a model.
fn measure(mut labelled: Labelled, model: &Model, network: &Network) -> Measured {
    let roles = tell_roles(&mut labelled.document, model);
    let document = &labelled.document;
    let words = Words::of(document);
    let groups = duplicates::find(document, &words);
    let article = Article::of(document, &Seen { words: &words, groups: &groups, roles: &roles }, &network.background);
    let mut scratch = Measure::new(&article);
    let opening = |(first, numbers)| {
        let mut spans = Vec::new();
        scratch.spans(first, |last, numbers| {
            let right = labelled.sidebars.contains(&(first, last));
            spans.push(Span { last, numbers: *numbers, right });
        });
        Opening { first, numbers, spans }
    };
    let openings = sidebars::openings(document, &article, network).into_iter().map(opening).collect();
    Measured { openings, blocks: document.blocks.len() }
}

/// The openings of an article, and how likely each is by the network, all its spans summed up.
fn openings_of(network: &Network, measured: &Measured) -> Vec<([f32; OPENING], f32)> {
    let candidates: Vec<Candidate> = measured
        .openings
        .iter()
        .flat_map(|opening| {
            let mut told = network.opening(opening.numbers, HOPELESS);
            let candidate = move |span: &Span| Candidate {
                first: opening.first,
                last: span.last,
                score: told.score(&span.numbers),
            };
            opening.spans.iter().map(candidate)
        })
        .collect();
    let (marginals, _) = sidebars::marginals(&candidates, measured.blocks);
    let mut likely = marginals.iter();
    let openings = measured.openings.iter();
    openings.map(|opening| (opening.numbers, likely.by_ref().take(opening.spans.len()).sum())).collect()
}
