//! Learns `assets/html.bin` from labelled pages, and measures it on sites that it has not seen.
//!
//! ```sh
//! cargo run --release --example train_html -- ../shared/html            # writes assets/html.bin
//! cargo run --release --example train_html -- ../shared/html --folds 5 out.jsonl   # reads every page by a model
//! ```                                                                   # that has seen nothing of its site
//!
//! Deterministic: the same pages give the same model.
#![forbid(unsafe_code)]

#[path = "common/plain.rs"]
mod plain;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use cutline::document::Role;
use cutline::export;
use cutline::read::html;
use cutline::read::html::features::{self, Row};
use cutline::read::html::model::{CLASSES, DEPTH, Model, Tree, softmax};
use cutline::read::html::vocabulary::GROUPS;
use cutline::structure::structure;
use serde_json::Value;

const ROUNDS: usize = 70;
const RATE: f32 = 0.15;
const BINS: usize = 48;
const LAMBDA: f32 = 3.0;
/// What a piece counts that is learned from a second time, without the names in its markup.
const NAMELESS: f32 = 0.4;
/// Every so many furniture pieces one is learned from, at the weight of all.
const SPARE: usize = 3;

/// What a piece counts of an article that is set in a page of its own.
const PLAIN: f32 = 0.15;
/// How much more a piece of boilerplate counts there: few stand in articles, and nothing but their words gives them away.
const TOLD_BY_WORDS: f32 = 2.0;
/// The classes of bylines and of boilerplate.
const BYLINE: usize = 2;
const BOILERPLATE: usize = 8;

/// What a line counts as furniture that reads as a byline and is labelled as none.
const DOUBTFUL: f32 = 0.3;

struct Labelled {
    id: String,
    domain: String,
    page: String,
    pieces: Pieces,
    /// Those of the article set in pages with little else.
    plain: Vec<Pieces>,
}

/// The pieces of a page.
struct Pieces {
    rows: Vec<Row>,
    /// The class of each piece and its weight.
    labels: Vec<(usize, f32)>,
}

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let folder = Path::new(args.first().map_or("../shared/html", |folder| folder));
    let pages = labelled(folder)?;
    if let Some(at) = args.iter().position(|arg| arg == "--folds") {
        let folds: u64 = args[at + 1].parse()?;
        let mut out = Vec::new();
        for fold in 0..folds {
            let model = train(pages.iter().filter(|page| hash(&page.domain) % folds != fold));
            for page in pages.iter().filter(|page| hash(&page.domain) % folds == fold) {
                let mut document = html::read_with(page.page.clone(), &model);
                structure(&mut document, &[]);
                export::jsonl(&document, &format!("{}.html", page.id), &mut out)?;
            }
            eprintln!("fold {} of {folds}", fold + 1);
        }
        std::fs::write(&args[at + 2], out)?;
    } else {
        let model = train(pages.iter());
        std::fs::write("assets/html.bin", model.to_bytes())?;
        eprintln!("{} trees over {} features", model.trees.len(), model.features);
    }
    Ok(())
}

/// FNV-1a.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x100_0000_01b3))
}

/// The pages with the class of each of their pieces.
fn labelled(folder: &Path) -> anyhow::Result<Vec<Labelled>> {
    let mut pages = Vec::new();
    for (number, line) in std::fs::read_to_string(folder.join("gold.jsonl"))?.lines().enumerate() {
        let gold: Value = serde_json::from_str(line)?;
        let id = gold["id"].as_str().unwrap_or_default().to_string();
        let bytes = std::fs::read(folder.join(format!("pages/{id}.html.gz")))?;
        let mut page = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(&*bytes), &mut page)?;
        let page = cutline::decode::decode(&page, None)?;
        let pieces = examples(&gold, &page);
        let plain = plain::pages(&gold, number).map(|(part, page)| examples(&part, &page)).collect();
        pages.push(Labelled {
            id,
            domain: gold["domain"].as_str().unwrap_or_default().to_string(),
            page,
            pieces,
            plain,
        });
    }
    Ok(pages)
}

/// A page's rows, with the class of each piece.
fn examples(gold: &Value, page: &str) -> Pieces {
    let (pieces, rows) = html::pieces(page);
    let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
    Pieces { rows, labels: labels(gold, &texts) }
}

fn words(text: &str) -> BTreeMap<String, i32> {
    let mut words = BTreeMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        *words.entry(word.to_lowercase()).or_default() += 1;
    }
    words
}

/// The labels of a page's blocks, laid on its pieces: in order, where the words agree to 0.8. Pieces that are
/// neither in the article nor clearly outside weigh nothing.
fn labels(gold: &Value, texts: &[&str]) -> Vec<(usize, f32)> {
    let pieces: Vec<_> = texts.iter().map(|text| words(text)).collect();
    let size = |words: &BTreeMap<String, i32>| words.values().sum::<i32>() as f32;
    let mut labels = vec![(0, 1.0); texts.len()];
    let mut taken = vec![false; texts.len()];
    let mut next = 0;
    for block in gold["blocks"].as_array().into_iter().flatten() {
        let role = block["role"].as_str().unwrap_or_default();
        let class = 1 + Role::ALL.iter().position(|r| r.name() == role).unwrap_or(0);
        let weight = if block["note"].is_string() { 0.3 } else { 1.0 };
        let own = words(block["text"].as_str().unwrap_or_default());
        let mut best = None;
        for (at, piece) in pieces.iter().enumerate() {
            let shared = piece.iter().map(|(word, n)| own.get(word).copied().unwrap_or(0).min(*n)).sum::<i32>() as f32;
            let (mine, theirs) = (size(piece), size(&own));
            let like = 2.0 * shared / (mine + theirs).max(1.0);
            if like >= 0.8 && !taken[at] {
                let order = if at >= next { (at - next) as f32 } else { (next - at) as f32 * 3.0 + 20.0 };
                let cost = order - 100.0 * (like - 0.8);
                if best.is_none_or(|(_, least)| cost < least) {
                    best = Some((at, cost));
                }
            }
            // Part of a block, or a copy of it elsewhere: it is not clear what it should be.
            if !taken[at] && labels[at] == (0, 1.0) && mine > 0.0 && shared / mine > 0.6 && shared > 2.0 {
                labels[at] = (class, 0.0);
            }
        }
        if let Some((at, _)) = best {
            labels[at] = (class, weight);
            taken[at] = true;
            next = at + 1;
        }
    }
    // Half of the bylines that stand on the pages are not labelled: those are little evidence that they are furniture.
    let first = |class: usize| labels.iter().position(|label| *label == (class, 1.0));
    if let (Some(title), Some(body)) = (first(1), first(3)) {
        for at in title + 1..body.max(title + 1) {
            if labels[at] == (0, 1.0) && is_byline(texts[at]) {
                labels[at].1 = DOUBTFUL;
            }
        }
    }
    labels
}

/// Whether a short text opens as a byline does, or gives a time of the day or a year.
fn is_byline(text: &str) -> bool {
    let opens = ["by ", "von ", "von: ", "par ", "por ", "published", "updated"];
    let lower = text.to_lowercase();
    let year = lower.split(|c: char| !c.is_ascii_digit()).any(|n| n.len() == 4 && n.starts_with("20"));
    text.len() < 150 && (opens.iter().any(|open| lower.starts_with(open)) || year)
}

/// Learns a model: in every round one tree for each class, on the gradients of the softmax likelihood.
fn train<'a>(pages: impl Iterator<Item = &'a Labelled>) -> Model {
    let mut rows: Vec<Cow<Row>> = Vec::new();
    let mut labels: Vec<(usize, f32)> = Vec::new();
    let pages: Vec<&Labelled> = pages.collect();
    for (number, page) in pages.iter().enumerate() {
        let Pieces { rows: own, labels: told } = &page.pieces;
        let first = told.iter().position(|(class, _)| *class > 0).unwrap_or(0);
        let last = told.iter().rposition(|(class, _)| *class > 0).unwrap_or(0);
        for (at, (row, label)) in own.iter().zip(told).enumerate() {
            let near = at + 12 >= first && at <= last + 12;
            if label.1 > 0.0 && (near || at % SPARE == 0) {
                rows.push(Cow::Borrowed(row));
                labels.push((label.0, if near { label.1 } else { label.1 * SPARE as f32 }));
                // Pages whose markup has no names of ours must be read too.
                if near && number % 2 == 0 {
                    let mut nameless = row.clone();
                    nameless[..GROUPS].fill(features::FAR);
                    rows.push(Cow::Owned(nameless));
                    labels.push((label.0, label.1 * NAMELESS));
                }
            }
        }
    }
    let features = rows.first().map_or(0, |row| row.len());
    // Of real pages alone: it is there that much is to be told apart.
    let edges: Vec<Vec<f32>> = (0..features).map(|feature| edges(&rows, feature)).collect();
    // Whether a line is a byline, its place tells more than its words, and it has none of its own in a bare page.
    let plain = pages.iter().flat_map(|page| &page.plain).flat_map(|pieces| pieces.rows.iter().zip(&pieces.labels));
    for (row, (class, weight)) in plain.filter(|(_, (class, weight))| *class != BYLINE && *weight > 0.0) {
        rows.push(Cow::Borrowed(row));
        let rare = if *class == BOILERPLATE { TOLD_BY_WORDS } else { 1.0 };
        labels.push((*class, weight * PLAIN * rare));
    }
    let binned: Vec<Binned> = (0..features).map(|feature| Binned::new(&rows, feature, &edges[feature])).collect();
    let mut scores = vec![[0.0f32; CLASSES]; rows.len()];
    let mut trees = Vec::new();
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..ROUNDS {
        let likelihoods: Vec<[f32; CLASSES]> = scores.iter().map(|scores| softmax(*scores)).collect();
        for class in 0..CLASSES {
            let gradients: Vec<(f32, f32)> = likelihoods
                .iter()
                .zip(&labels)
                .map(|(p, (label, weight))| {
                    let p = p[class];
                    ((p - f32::from(*label == class)) * weight, (p * (1.0 - p)).max(1e-4) * weight)
                })
                .collect();
            let chosen: Vec<usize> = (0..features)
                .filter(|_| {
                    random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    random >> 62 < 2
                })
                .collect();
            let (tree, leaves) = grow(&binned, &edges, &gradients, &chosen);
            for (scores, leaf) in scores.iter_mut().zip(&leaves) {
                scores[class] += tree.answers[*leaf as usize];
            }
            trees.push(tree);
        }
    }
    Model { features, trees }
}

/// Where a feature's values are cut: at most [`BINS`] places, as many values in each.
fn edges(rows: &[Cow<Row>], feature: usize) -> Vec<f32> {
    let mut values: Vec<f32> = rows.iter().map(|row| row[feature]).collect();
    values.sort_by(f32::total_cmp);
    let mut edges: Vec<f32> = (1..BINS).map(|bin| values[(bin * values.len() / BINS).min(values.len() - 1)]).collect();
    edges.dedup();
    if edges.last() == values.last() {
        edges.pop();
    }
    if edges.is_empty() && values.first() != values.last() {
        edges.extend(values.first());
    }
    edges
}

/// The values of one feature as bins. Most rows share one: sums over it come by subtraction.
struct Binned {
    bins: Vec<u8>,
    most: u8,
    /// The rows of all other bins.
    others: Vec<(u32, u8)>,
}

impl Binned {
    fn new(rows: &[Cow<Row>], feature: usize, edges: &[f32]) -> Binned {
        let bin = |row: &Cow<Row>| edges.partition_point(|edge| row[feature] > *edge) as u8;
        let bins: Vec<u8> = rows.iter().map(bin).collect();
        let mut counts = [0; BINS];
        bins.iter().for_each(|bin| counts[*bin as usize] += 1);
        let most = (0..BINS).max_by_key(|bin| counts[*bin]).unwrap_or(0) as u8;
        let others = (0..).zip(&bins).filter(|(_, bin)| **bin != most).map(|(row, bin)| (row, *bin)).collect();
        Binned { bins, most, others }
    }
}

fn add(sum: &mut (f32, f32), (g, h): (f32, f32)) {
    sum.0 += g;
    sum.1 += h;
}

/// One symmetric tree, and the leaf that every row falls into.
fn grow(binned: &[Binned], edges: &[Vec<f32>], gradients: &[(f32, f32)], chosen: &[usize]) -> (Tree, Vec<u8>) {
    let mut leaves = vec![0u8; gradients.len()];
    let mut questions = [(0, f32::MAX); DEPTH];
    for (level, question) in questions.iter_mut().enumerate() {
        let count = 1 << level;
        let mut best = (0.0, None);
        let mut histogram = vec![(0.0f32, 0.0f32); count * BINS];
        let mut totals = vec![(0.0f32, 0.0f32); count];
        for (leaf, gradient) in leaves.iter().zip(gradients) {
            add(&mut totals[*leaf as usize], *gradient);
        }
        for &feature in chosen {
            histogram.fill((0.0, 0.0));
            for (row, bin) in &binned[feature].others {
                let leaf = leaves[*row as usize] as usize;
                add(&mut histogram[leaf * BINS + *bin as usize], gradients[*row as usize]);
            }
            let mut gains = [0.0f32; BINS];
            for (leaf, total) in histogram.chunks_mut(BINS).zip(&totals) {
                let others = leaf.iter().fold((0.0, 0.0), |sum, cell| (sum.0 + cell.0, sum.1 + cell.1));
                leaf[binned[feature].most as usize] = (total.0 - others.0, total.1 - others.1);
                let mut left = (0.0f32, 0.0f32);
                for (gain, cell) in gains.iter_mut().zip(leaf) {
                    left = (left.0 + cell.0, left.1 + cell.1);
                    let right = (total.0 - left.0, total.1 - left.1);
                    *gain += left.0 * left.0 / (left.1 + LAMBDA) + right.0 * right.0 / (right.1 + LAMBDA)
                        - total.0 * total.0 / (total.1 + LAMBDA);
                }
            }
            for (bin, edge) in edges[feature].iter().enumerate() {
                if gains[bin] > best.0 {
                    best = (gains[bin], Some((feature, bin, *edge)));
                }
            }
        }
        if let (_, Some((feature, bin, edge))) = best {
            *question = (feature as u32, edge);
            for (leaf, value) in leaves.iter_mut().zip(&binned[feature].bins) {
                *leaf = *leaf << 1 | u8::from(usize::from(*value) > bin);
            }
        } else {
            leaves.iter_mut().for_each(|leaf| *leaf <<= 1);
        }
    }
    let mut sums = [(0.0f32, 0.0f32); 1 << DEPTH];
    for (leaf, (g, h)) in leaves.iter().zip(gradients) {
        sums[*leaf as usize].0 += g;
        sums[*leaf as usize].1 += h;
    }
    (Tree { questions, answers: sums.map(|(g, h)| -RATE * g / (h + LAMBDA)) }, leaves)
}
