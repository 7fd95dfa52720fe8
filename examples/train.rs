//! Rebuilds the weights in `assets/` from a corpus: `cargo run --release --example train -- CORPUS`.
//!
//! CORPUS is a directory with `dev.jsonl` and, if there is one, `composed.jsonl`. The same corpus gives the same
//! bytes, always.

#[allow(dead_code)]
mod common;

use std::path::Path;
use std::{env, fs};

use anyhow::{Context, Result};
use common::{corpus, sidebars, train};

fn main() -> Result<()> {
    let directory = env::args().nth(1).context("which corpus? cargo run --release --example train -- CORPUS")?;
    let directory = Path::new(&directory);
    let records = corpus::load(&directory.join("dev.jsonl"))?;
    let articles = train::articles(&records.iter().collect::<Vec<_>>())?;
    let model = train::train(&articles.iter().collect::<Vec<_>>(), train::settings());
    write("roles.bin", &model.to_bytes())?;
    let network = sidebars::network(&records.iter().collect::<Vec<_>>(), train::settings());
    write("sidebars.bin", &network.to_bytes())
}

fn write(name: &str, bytes: &[u8]) -> Result<()> {
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join(name);
    fs::write(&out, bytes).with_context(|| format!("cannot write {}", out.display()))?;
    println!("{} bytes in {}", bytes.len(), out.display());
    Ok(())
}
