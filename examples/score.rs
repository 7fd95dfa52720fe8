//! Cross-validates the reading by domain: `cargo run --release --example score -- CORPUS`.
//!
//! CORPUS is a directory with `dev.jsonl` and, if there is one, `composed.jsonl`. Every article is read by a model
//! trained on none of its domains.

#[allow(dead_code)]
mod common;

use std::collections::BTreeSet;
use std::env;
use std::path::Path;
use std::thread;

use anyhow::{Context, Result};
use common::corpus::{self, Record};
use common::measure::Counts;
use common::train;
use cutline::document::{Format, Role};
use cutline::read::read;
use cutline::structure::model::Model;
use cutline::structure::structure_with;

fn main() -> Result<()> {
    let directory = env::args().nth(1).context("which corpus? cargo run --release --example score -- CORPUS")?;
    let directory = Path::new(&directory);
    let folds_count: usize = env::var("FOLDS").ok().and_then(|v| v.parse().ok()).unwrap_or(5);
    let records = corpus::load(&directory.join("dev.jsonl"))?;
    let folds = corpus::folds(&records, folds_count);
    let score_fold = |held: &BTreeSet<&str>| -> Result<Vec<(usize, Counts)>> {
        let model = train_without(&records, held)?;
        let read_by = |(index, record): (usize, &Record)| {
            let mut counts = Counts::default();
            let document = reading(record, &model);
            if env::var("DUMP").is_ok() {
                use std::io::Write;
                let mut out = Vec::new();
                for (gold, block) in record.blocks.iter().zip(&document.blocks) {
                    let _ = writeln!(
                        out,
                        "@@{}\t{}\t{}\t{:.2}\t{}\t{}\t{}",
                        record.id,
                        gold.role.name(),
                        block.role.name(),
                        block.confidence,
                        gold.note.as_deref().unwrap_or("-"),
                        gold.group.as_deref().unwrap_or("-"),
                        gold.text
                    );
                }
                let _ = std::io::stdout().write_all(&out);
            }
            counts.add(record, &document).map(|()| (index, counts))
        };
        let of_fold =
            records.iter().enumerate().filter(|(_, record)| record.domains().iter().any(|d| held.contains(d)));
        of_fold.map(read_by).collect()
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).min(2);
    let mut all: Vec<(usize, Counts)> = Vec::new();
    for some in folds.chunks(threads) {
        let results: Vec<_> = thread::scope(|scope| {
            let handles: Vec<_> = some.iter().map(|fold| scope.spawn(|| score_fold(fold))).collect();
            handles.into_iter().map(|handle| handle.join().expect("no fold panics")).collect()
        });
        for result in results {
            all.extend(result?);
        }
    }
    all.sort_by_key(|(index, _)| *index);
    let sum = |which: &dyn Fn(&Record) -> bool| {
        let mut sum = Counts::default();
        all.iter().filter(|(index, _)| which(&records[*index])).for_each(|(_, counts)| sum.merge(counts));
        sum
    };
    print(&[
        ("all", sum(&|_| true)),
        ("English", sum(&|r| r.lang.as_deref() == Some("en"))),
        ("German", sum(&|r| r.lang.as_deref() == Some("de"))),
        ("Spanish", sum(&|r| r.lang.as_deref() == Some("es"))),
        ("others", sum(&|r| !matches!(r.lang.as_deref(), Some("en" | "de" | "es")))),
    ]);
    let total = sum(&|_| true);
    println!("confusions (gold -> read):");
    for (gold, read, count) in total.confusions().into_iter().take(16) {
        println!("  {count:5}  {gold} -> {read}");
    }
    println!("expected calibration error {:.4}", total.calibration_error());
    for (tenth, (blocks, sum, right)) in total.calibration.iter().enumerate().filter(|(_, tenth)| tenth.0 > 0) {
        let blocks_of = *blocks as f64;
        println!(
            "  0.{tenth}: {blocks:6} blocks, confidence {:.3}, right {:.3}",
            sum / blocks_of,
            *right as f64 / blocks_of
        );
    }
    Ok(())
}

fn train_without(records: &[Record], held: &BTreeSet<&str>) -> Result<Model> {
    let seen: Vec<&Record> = records.iter().filter(|record| record.domains().is_disjoint(held)).collect();
    let articles = train::articles(&seen)?;
    Ok(train::train(&articles.iter().collect::<Vec<_>>(), train::settings()))
}

fn reading(record: &Record, model: &Model) -> cutline::document::Document {
    let mut document = read(record.text.clone(), Format::Text);
    structure_with(&mut document, &[], model, &Default::default());
    document
}

fn print(columns: &[(&str, Counts)]) {
    print!("{:24}", "");
    columns.iter().for_each(|(name, _)| print!("{name:>9}"));
    println!();
    let row = |name: &str, value: &dyn Fn(&Counts) -> f64| {
        print!("{name:24}");
        columns.iter().for_each(|(_, counts)| print!("{:9.4}", value(counts)));
        println!();
    };
    row("articles", &|c| c.articles as f64);
    row("block accuracy", &Counts::accuracy);
    row("role macro-F1", &Counts::macro_f1);
    for role in Role::ALL {
        row(&format!("F1 {}", role.name()), &|c| c.role_f1(role));
    }
    row("F1 folded duplicates", &Counts::folds_f1);
    row("plain with a sidebar", &|c| c.false_alarms as f64 / c.plain as f64);
}
