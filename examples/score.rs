//! Cross-validates the reading by domain: `cargo run --release --example score -- CORPUS`.
//!
//! CORPUS is a directory with `dev.jsonl` and, if there is one, `composed.jsonl`; an article `ARTICLE.gold.json`
//! given after it is scored too, with the domain that it is from: `-- CORPUS ARTICLE.gold.json DOMAIN`. Every
//! article is read by models trained on none of its domains. What was written for cutline, in `examples/articles`,
//! `examples/pages` and `examples/texts`, is scored likewise, each by models that saw nothing of its writer. Sidebars
//! are scored on composed articles, on the corpus's own and on written ones and pages, by models that saw nothing of
//! half of the domains, those of the article among them, nor of its writer.
//! With `--roles` only roles are scored, with `--sidebars` only sidebars. With `--unseen` only the articles and pages of
//! `examples/unseen` are, which no model ever learns from, read by the models that ship: that takes a second.
//!
//! Some gold labels are wrong or arbitrary: `tests/fixtures/gold_doubts.tsv` lists those that reading the
//! disagreements of one cross-validation brought to light. The figures without them are printed below those as
//! labelled. They flatter: wrong labels that happened to be read alike were not looked for.
#![forbid(unsafe_code)]

#[allow(dead_code)]
mod common;

use std::collections::BTreeSet;
use std::env;
use std::path::Path;
use std::thread;

use anyhow::{Context, Result};
use common::corpus::{self, Doubts, Record};
use common::measure::Counts;
use common::{sidebars, train};
use cutline::document::{Document, Format, Role, Sidebar};
use cutline::read::read;
use cutline::structure::boxes::{self, Name};
use cutline::structure::model::Model;
use cutline::structure::network::Network;
use cutline::structure::roles;
use cutline::structure::sidebars::{SURE as SHIPPED, shipped};
use cutline::structure::structure_with;

/// Parts that the domains of the corpus are dealt out to.
const FOLDS: usize = 10;

/// Domains in one of the sets that sidebars are held out by, at most: some half of all. To train takes its time.
const BUNDLE: usize = 100;

/// Parts that the writers of what was written for cutline are dealt out to.
const PARTS: usize = 2;

fn main() -> Result<()> {
    let (flags, arguments): (Vec<String>, Vec<String>) = env::args().skip(1).partition(|a| a.starts_with("--"));
    let only = |what: &str| flags.iter().any(|flag| flag == what);
    if only("--unseen") {
        return print_unseen();
    }
    let directory = arguments.first().context("which corpus? cargo run --release --example score -- CORPUS")?;
    let directory = Path::new(directory);
    let (with_roles, with_sidebars) = (!only("--sidebars"), !only("--roles"));
    let records = corpus::load(&directory.join("dev.jsonl"))?;
    let learned = [records.clone(), corpus::all_written()?].concat();
    let score = |read: &[Record], held: &[BTreeSet<&str>], with_sidebars: bool| {
        cross_validate(&learned, read, held, with_sidebars)
    };

    if with_roles {
        let counts = score(&records, &corpus::folds(&records, FOLDS), false)?;
        print_articles(&records, &counts);
        print_doubts(&counts);
        for (kind, records) in
            [("articles", corpus::written()?), ("pages", corpus::pages()?), ("short texts", corpus::texts()?)]
        {
            let counts = score(&records, &corpus::folds(&records, PARTS), false)?;
            println!("\n{kind} written for cutline:");
            print_articles(&records, &counts);
        }
    }
    let composed = directory.join("composed.jsonl");
    if with_sidebars && composed.exists() {
        let (composed, articles, pages) = (corpus::load(&composed)?, corpus::written()?, corpus::pages()?);
        let written = [articles.as_slice(), &pages].concat();
        let all: Vec<Record> = composed.iter().chain(&records).chain(&written).cloned().collect();
        let mut held = bundles(&composed);
        deal_out(&records, &mut held);
        let writers = corpus::folds(&written, held.len());
        held.iter_mut().zip(writers).for_each(|(held, writers)| held.extend(writers));
        let counts = score(&all, &held, true)?;
        let kinds = [
            ("composed articles", composed.len()),
            ("articles of the corpus", records.len()),
            ("articles written for cutline", articles.len()),
            ("pages written for cutline", pages.len()),
        ];
        let (mut rest, mut end) = (counts.as_slice(), 0);
        for (kind, records) in kinds {
            end += records;
            let (counts, others) = rest.split_at(rest.partition_point(|(index, _)| *index < end));
            rest = others;
            println!("\n{kind}:");
            print_composed(&total(&all, counts, |_| true));
            print_by_sureness(counts);
        }
    }
    if let [_, gold, domain] = arguments.as_slice() {
        let mut article = corpus::load_one(Path::new(gold))?;
        article.domain = Some(domain.clone());
        let held = BTreeSet::from([domain.as_str()]);
        let counts = score(std::slice::from_ref(&article), &[held], with_sidebars)?;
        println!("\n{}, read by models that saw nothing of {domain}:", article.id);
        print_composed(&total(std::slice::from_ref(&article), &counts, |_| true));
    }
    Ok(())
}

/// Scores what nothing is learned from, read by what ships.
fn print_unseen() -> Result<()> {
    let doubts = Doubts::default();
    for (what, records) in corpus::unseen()? {
        let count = |(index, record): (usize, &Record)| {
            Ok((index, counts(record, &reading(record, roles::shipped(), shipped()), &doubts)?))
        };
        let scored = records.iter().enumerate().map(count).collect::<Result<Vec<Scored>>>()?;
        println!("{what} that nothing learned from:");
        print_articles(&records, &scored);
        println!();
        print_composed(&total(&records, &scored, |_| true));
        print_by_sureness(&scored);
        println!();
    }
    Ok(())
}

/// Ways to leave doubtful labels out, none of them first.
const DOUBTS: usize = 3;

/// What was counted of one of the records, whose place among them comes first: as labelled, without the labels that
/// are wrong, without the arbitrary ones too; then as labelled at each of [`SURE`].
type Scored = (usize, Vec<Counts>);

/// How sure a sidebar must be to count that is not called as only boxes are. Of those that are less sure than what
/// ships asks, none is found.
const SURE: [f32; 3] = [SHIPPED, 0.88, 0.9];

/// Scores each of `read` once: those whose domains are all in one set of `held`, by models trained on the records of
/// no domain in it.
fn cross_validate(
    records: &[Record],
    read: &[Record],
    held: &[BTreeSet<&str>],
    with_sidebars: bool,
) -> Result<Vec<Scored>> {
    let doubts = &corpus::known_doubts()?;
    let score = |at: usize| -> Result<Vec<Scored>> {
        let first = |record: &Record| held.iter().position(|held| record.domains().is_subset(held));
        let mine: Vec<usize> = (0..read.len()).filter(|&index| first(&read[index]) == Some(at)).collect();
        if mine.is_empty() {
            return Ok(Vec::new());
        }
        let seen: Vec<&Record> = records.iter().filter(|record| record.domains().is_disjoint(&held[at])).collect();
        let model = train::model(&seen)?;
        let network = if with_sidebars { sidebars::network(&seen)? } else { Network::default() };
        let count = |index: usize| Ok((index, counts(&read[index], &reading(&read[index], &model, &network), doubts)?));
        mine.into_iter().map(count).collect()
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut scored: Vec<Scored> = Vec::new();
    for some in (0..held.len()).collect::<Vec<_>>().chunks(threads) {
        let score = &score;
        let results: Vec<_> = thread::scope(|scope| {
            let handles: Vec<_> = some.iter().map(|&at| scope.spawn(move || score(at))).collect();
            handles.into_iter().map(|handle| handle.join().expect("scoring does not panic")).collect()
        });
        for result in results {
            scored.extend(result?);
        }
    }
    scored.sort_by_key(|&(index, _)| index);
    Ok(scored)
}

fn counts(record: &Record, read: &Document, doubts: &Doubts) -> Result<Vec<Counts>> {
    let count = |record: &Record, read: &Document| {
        let mut counts = Counts::default();
        counts.add(record, read).map(|()| counts)
    };
    let by_doubts =
        [count(record, read), count(&record.noted(doubts, false), read), count(&record.noted(doubts, true), read)];
    by_doubts.into_iter().chain(SURE.map(|sure| count(record, &surer(read.clone(), sure)))).collect()
}

/// The document without the sidebars that are less sure.
fn surer(mut document: Document, sure: f32) -> Document {
    let named = |sidebar: &Sidebar| {
        let opening = &document.blocks[sidebar.blocks.start];
        boxes::name(document.text_of(opening)) == Name::Own
    };
    let unsure: Vec<bool> = document.sidebars.iter().map(|s| s.confidence < sure && !named(s)).collect();
    let is_unsure = |sidebar: &u32| unsure[*sidebar as usize];
    document.blocks.iter_mut().for_each(|block| block.sidebar = block.sidebar.filter(|sidebar| !is_unsure(sidebar)));
    document
}

fn reading(record: &Record, model: &Model, network: &Network) -> Document {
    let mut document = read(record.text.clone(), Format::Text);
    structure_with(&mut document, &[], model, network);
    document
}

/// Sets of domains, none of more than [`BUNDLE`], so that the domains of each composed record are all in one of them.
fn bundles(composed: &[Record]) -> Vec<BTreeSet<&str>> {
    let mut bundles: Vec<BTreeSet<&str>> = Vec::new();
    for record in composed {
        let domains = record.domains();
        let joined = |bundle: &BTreeSet<&str>| bundle.union(&domains).count();
        let nearest = bundles.iter_mut().filter(|b| joined(b) <= BUNDLE).min_by_key(|b| joined(b) - b.len());
        match nearest {
            Some(bundle) => bundle.extend(domains),
            None => bundles.push(domains),
        }
    }
    bundles
}

/// Adds the records' domains that are in none of the bundles to them, in turn.
fn deal_out<'a>(records: &'a [Record], bundles: &mut [BTreeSet<&'a str>]) {
    let all: BTreeSet<&str> = records.iter().flat_map(Record::domains).collect();
    let left: Vec<&str> = all.into_iter().filter(|domain| !bundles.iter().any(|b| b.contains(domain))).collect();
    let count = bundles.len();
    left.into_iter().enumerate().for_each(|(at, domain)| {
        bundles[at % count].insert(domain);
    });
}

/// The counts as labelled, added up.
fn total(records: &[Record], scored: &[Scored], which: impl Fn(&Record) -> bool) -> Counts {
    total_at(0, scored.iter().filter(|(index, _)| which(&records[*index])))
}

fn total_at<'a>(at: usize, scored: impl Iterator<Item = &'a Scored>) -> Counts {
    let mut total = Counts::default();
    scored.for_each(|(_, counts)| total.merge(&counts[at]));
    total
}

fn print_doubts(scored: &[Scored]) {
    let totals: [Counts; DOUBTS] = std::array::from_fn(|at| total_at(at, scored.iter()));
    println!("\ndoubtful labels left out:{:4}blocks accuracy macro-F1  heading  caption     list    quote", "");
    for (name, counts) in ["none", "the wrong ones", "the arbitrary ones too"].into_iter().zip(&totals) {
        print!("  {name:24}{:9}{:9.3}{:9.3}", counts.blocks(), counts.accuracy(), counts.macro_f1());
        let roles = [Role::Heading, Role::Caption, Role::List, Role::Quote];
        roles.iter().for_each(|&role| print!("{:9.3}", counts.role_f1(role)));
        println!();
    }
}

fn print_articles(records: &[Record], scored: &[Scored]) {
    let language = |record: &Record, name: &str| record.lang.as_deref() == Some(name);
    let columns = [
        ("all", total(records, scored, |_| true)),
        ("English", total(records, scored, |r| language(r, "en"))),
        ("German", total(records, scored, |r| language(r, "de"))),
        ("Spanish", total(records, scored, |r| language(r, "es"))),
        ("others", total(records, scored, |r| !["en", "de", "es"].iter().any(|name| language(r, name)))),
    ];
    print!("{:26}", "");
    columns.iter().for_each(|(name, _)| print!("{name:>9}"));
    println!();
    let row = |name: &str, value: &dyn Fn(&Counts) -> f64| {
        print!("{name:26}");
        columns.iter().for_each(|(_, counts)| print!("{:9.3}", value(counts)));
        println!();
    };
    row("articles", &|c| c.articles as f64);
    row("block accuracy", &Counts::accuracy);
    row("role macro-F1", &Counts::macro_f1);
    for role in Role::ALL {
        row(&format!("F1 {}", role.name()), &|c| c.role_f1(role));
    }
    row("F1 folded duplicates", &Counts::folds_f1);
    let all = &columns[0].1;
    println!("\nconfusions, gold and read:");
    for (gold, read, count) in all.confusions().into_iter().take(12) {
        println!("  {count:5}  {gold} as {read}");
    }
    println!("\nexpected calibration error {:.3}", all.calibration_error());
    for (tenth, (blocks, sum, right)) in all.calibration.iter().enumerate().filter(|(_, tenth)| tenth.0 > 0) {
        let mean = |sum: f64| sum / *blocks as f64;
        println!("  from 0.{tenth}: {blocks:5} blocks, confidence {:.3}, right {:.3}", mean(*sum), mean(*right as f64));
    }
}

fn print_by_sureness(scored: &[Scored]) {
    println!("  as sure as   inside    exact    start      end    false");
    for (at, sure) in SURE.into_iter().enumerate() {
        let counts = total_at(DOUBTS + at, scored.iter());
        let [exact, start, end] = counts.edges_f1();
        let f1 = [counts.inside_f1(), exact, start, end];
        println!("  {sure:10.2}{:9.3}{:9.3}{:9.3}{:9.3}{:9}", f1[0], f1[1], f1[2], f1[3], counts.false_alarms);
    }
}

fn print_composed(counts: &Counts) {
    let [exact, start, end] = counts.edges_f1();
    println!("{} articles with {} sidebars:", counts.articles, counts.gold_sidebars);
    println!("  blocks wrong {} of {}", counts.blocks() - counts.right(), counts.blocks());
    println!("  F1 folded duplicates {:.3}", counts.folds_f1());
    println!("  sidebars found in {} of {} articles that have none", counts.false_alarms, counts.plain);
    println!(
        "  F1 inside {:.3}, exact {exact:.3}, start within one {start:.3}, end within one {end:.3}",
        counts.inside_f1()
    );
}
