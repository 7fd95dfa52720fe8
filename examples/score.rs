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
    let records = corpus::load(&directory.join("dev.jsonl"))?;
    let folds = corpus::folds(&records, FOLDS);
    let held = folds.iter().map(|held| Held { domains: held.clone(), records: of_domains(&records, held) }).collect();
    let counts = cross_validate(&records, held)?;
    report(&records, &counts);

    if let Ok(composed) = corpus::load(&directory.join("composed.jsonl")) {
        println!("\ncomposed articles, a second story inside a first:");
        let held = bundles(&composed).into_iter().map(|(domains, records)| Held { domains, records }).collect();
        let total = sum(&cross_validate_on(&records, &composed, held)?);
        print_sidebars(&total);
    }
    if let Ok(record) = fs::read_to_string(directory.join("../articles/hanoi-summit.gold.json")) {
        shared_article(&records, &serde_json::from_str(&record)?)?;
    }
    Ok(())
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
