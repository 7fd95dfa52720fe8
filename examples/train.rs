//! Rebuilds the weights in `assets/` from a corpus: `cargo run --release --example train -- CORPUS`.
//!
//! CORPUS is a directory with `dev.jsonl`; what was written for cutline, in `examples/articles`, `examples/pages` and
//! `examples/texts`, is learned from beside it. The same corpus gives the same bytes, always.
#![forbid(unsafe_code)]

#[allow(dead_code)]
mod common;

use std::path::Path;
use std::{env, fs};

use anyhow::{Context, Result};
use common::{corpus, sidebars, train};

fn main() -> Result<()> {
    let directory = env::args().nth(1).context("which corpus? cargo run --release --example train -- CORPUS")?;
    let mut records = corpus::load(&Path::new(&directory).join("dev.jsonl"))?;
    records.extend(corpus::all_written()?);
    let records: Vec<&corpus::Record> = records.iter().collect();
    write("roles.bin", &train::model(&records)?.to_bytes())?;
    write("sidebars.bin", &sidebars::network(&records)?.to_bytes())
}

fn write(name: &str, bytes: &[u8]) -> Result<()> {
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join(name);
    fs::write(&out, bytes).with_context(|| format!("cannot write {}", out.display()))?;
    println!("{} bytes in {}", bytes.len(), out.display());
    Ok(())
}
