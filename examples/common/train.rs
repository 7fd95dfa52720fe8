//! Trains the model of roles on labelled articles.

use std::collections::BTreeSet;

use anyhow::Result;
use cutline::clean;
use cutline::document::{Block, Document, Role};
use cutline::structure::agreement::{self, Keys};
use cutline::structure::chain::{Scores, exp};
use cutline::structure::convolution::Convolution;
use cutline::structure::features::{Feature, Row};
use cutline::structure::lexicon::{BUCKETS, Lexicon, PLACED, ROLES, bucket, share_of};
use cutline::structure::model::{BATCH, Columns, Model};
use cutline::structure::words::Words;
use cutline::structure::{duplicates, roles};

use super::augment;
use super::boost::{self, Set, Settings};
use super::compose::Random;
use super::convolution::Example;
use super::corpus::{self, Origin, Record};

/// An article as the trainer sees it.
pub struct Article {
    pub domains: BTreeSet<String>,
    rows: Vec<Row>,
    keys: Vec<Keys>,
    tokens: Vec<Vec<u64>>,
    labels: Vec<usize>,
    weights: Vec<f32>,
}

/// How much a block counts whose label is doubtful.
const DOUBTFUL: f32 = 0.3;

/// Deals out the articles to folds, so that the lexicon's margins are of articles that it has not seen.
const FOLDS: usize = 5;

impl Article {
    /// The article's gold blocks, each as the reader would have read it, at a weight.
    pub fn new(record: &Record, weight: f32) -> Result<Article> {
        let block = |(span, gold): (std::ops::Range<usize>, &corpus::Gold)| Block {
            text: Some(clean::folded(&gold.text).into()),
            span: Some(span),
            ..Block::default()
        };
        let blocks = record.spans()?.into_iter().zip(&record.blocks).map(block).collect();
        let document = Document { source: record.text.clone(), blocks, ..Document::default() };
        let groups = duplicates::find(&document, &Words::of(&document));
        let mut tokens = Vec::new();
        let (rows, keys) = roles::observe(&document, &groups, |words| {
            tokens.push(words.to_vec());
            [0; ROLES]
        });
        let weigh = |(at, gold): (usize, &corpus::Gold)| {
            let doubtful = if gold.note.is_some() { DOUBTFUL } else { 1.0 };
            let opening = if record.origin == Origin::Article && record.opens_sidebar(at) { OPENING } else { 1.0 };
            weight * weight_of(gold.role) * doubtful * opening
        };
        Ok(Article {
            domains: record.domains().into_iter().map(str::to_owned).collect(),
            rows,
            keys,
            tokens,
            labels: record.blocks.iter().map(|gold| gold.role as usize).collect(),
            weights: record.blocks.iter().enumerate().map(weigh).collect(),
        })
    }
}

/// Trains a model on articles. The same articles give the same model, always.
///
/// The rows that the trees are trained on have the margins of lexicons that have not seen the row's domain: the
/// trees must hear the lexicon as it will be on articles that it has not seen. So too with the second reading, which
/// hears first readings that have not seen the row's domain.
fn train(articles: &[&Article], settings: Settings, with_network: bool) -> Model {
    let domains: BTreeSet<&String> = articles.iter().flat_map(|article| &article.domains).collect();
    let mut folds = vec![BTreeSet::new(); FOLDS];
    domains.into_iter().enumerate().for_each(|(at, domain)| {
        folds[at % FOLDS].insert(domain);
    });
    let mut rows: Vec<Vec<Row>> = articles.iter().map(|article| article.rows.clone()).collect();
    for held in &folds {
        let seen = |article: &&&Article| !article.domains.iter().any(|domain| held.contains(domain));
        let lexicon = lexicon(&articles.iter().filter(seen).copied().collect::<Vec<_>>());
        let of_fold = |article: &Article| article.domains.first().is_some_and(|domain| held.contains(domain));
        for (rows, article) in rows.iter_mut().zip(articles).filter(|(_, article)| of_fold(article)) {
            suggest(rows, article, &lexicon);
        }
    }
    let first = Settings { rounds: FIRST.rounds.min(settings.rounds / 2), ..FIRST };
    let mut marginals: Vec<Vec<Scores>> = vec![Vec::new(); articles.len()];
    for held in &folds {
        let of_fold = |article: &Article| article.domains.first().is_some_and(|domain| held.contains(domain));
        let seen = |at: &usize| !articles[*at].domains.iter().any(|domain| held.contains(domain));
        let seen: Vec<usize> = (0..articles.len()).filter(seen).collect();
        let reading = boost::train(&set(articles, &rows, &seen), first);
        for at in (0..articles.len()).filter(|&at| of_fold(articles[at])) {
            let mut scores = reading.scores(&rows[at]);
            reading.chain.marginals(&mut scores, |_, _| ());
            marginals[at] = scores;
        }
    }
    let all: Vec<usize> = (0..articles.len()).collect();
    let first = boost::train(&set(articles, &rows, &all), first);
    for ((rows, article), marginals) in rows.iter_mut().zip(articles).zip(&marginals) {
        agreement::fill(rows, &article.keys, marginals);
    }
    let network = with_network.then(|| network(articles, &rows, &all));
    let mut set = set(articles, &rows, &all);
    let said = marginals.iter().flatten().zip(&set.labels).map(|(marginals, &label)| marginals[label]);
    set.weights.iter_mut().zip(said).for_each(|(weight, said)| *weight *= (said / UNLIKELY).clamp(LEAST, 1.0));
    let second = boost::train(&set, settings);
    Model { lexicon: lexicon(articles), readings: [first, second], network }
}

/// What the trees are trained on: the rows of some of the articles.
fn set(articles: &[&Article], rows: &[Vec<Row>], which: &[usize]) -> Set {
    let mut set = Set { columns: Vec::new(), labels: Vec::new(), weights: Vec::new(), articles: Vec::new() };
    let mut columns = Columns::default();
    for &at in which {
        let (rows, article) = (&rows[at], articles[at]);
        let start = set.labels.len();
        for first in (0..rows.len()).step_by(BATCH) {
            columns.gather(rows, first);
            set.columns.resize(Columns::count(), Vec::new());
            let some = (rows.len() - first).min(BATCH);
            set.columns.iter_mut().enumerate().for_each(|(at, all)| all.extend(&columns.column(at)[..some]));
        }
        set.labels.extend(&article.labels);
        set.weights.extend(&article.weights);
        set.articles.push(start..set.labels.len());
    }
    set
}

/// The network that rows of some of the articles teach.
fn network(articles: &[&Article], rows: &[Vec<Row>], which: &[usize]) -> Convolution {
    let example =
        |&at: &usize| Example { rows: &rows[at], labels: &articles[at].labels, weights: &articles[at].weights };
    super::convolution::train(&which.iter().map(example).collect::<Vec<_>>())
}

fn suggest(rows: &mut [Row], article: &Article, lexicon: &Lexicon) {
    for (row, tokens) in rows.iter_mut().zip(&article.tokens) {
        row[Feature::LexTitle as usize..][..ROLES].copy_from_slice(&lexicon.levels(tokens));
    }
}

/// Passes over the blocks that the lexicon's weights are trained in.
const PASSES: usize = 6;

/// Trains the lexicon: multinomial logistic regression by AdaGrad (Duchi, Hazan and Singer, JMLR 2011).
fn lexicon(articles: &[&Article]) -> Lexicon {
    let mut weights = vec![[0.0f32; ROLES]; BUCKETS];
    let mut squares = vec![[1.0f32; ROLES]; BUCKETS];
    let (mut bias, mut bias_squares) = ([0.0f32; ROLES], [1.0f32; ROLES]);
    let mut order: Vec<(usize, usize)> = Vec::new();
    for (a, article) in articles.iter().enumerate() {
        order.extend((0..article.labels.len()).map(|b| (a, b)));
    }
    let mut random = Random(7);
    for _ in 0..PASSES {
        random.shuffle(&mut order);
        for &(a, b) in &order {
            let (tokens, label) = (&articles[a].tokens[b], articles[a].labels[b]);
            let words = tokens.len() - PLACED;
            let share = share_of(words);
            let value = |at: usize| if at < words { share } else { 1.0 };
            let used = || tokens.iter().enumerate().filter(|(_, token)| **token != 0);
            let mut scores = bias;
            for (at, &token) in used() {
                let weights = &weights[bucket(token)];
                scores.iter_mut().zip(weights).for_each(|(score, weight)| *score += value(at) * weight);
            }
            let best = scores.iter().copied().fold(f32::MIN, f32::max);
            let odds = scores.map(|score| exp(score - best));
            let total: f32 = odds.iter().sum();
            let slope: [f32; ROLES] = std::array::from_fn(|role| {
                articles[a].weights[b] * (if role == label { 1.0 } else { 0.0 } - odds[role] / total)
            });
            let step = |weight: &mut f32, square: &mut f32, slope: f32| {
                *square += slope * slope;
                *weight += LEARNING * (slope - DECAY * *weight) / square.sqrt();
            };
            for role in 0..ROLES {
                step(&mut bias[role], &mut bias_squares[role], slope[role]);
            }
            for (at, &token) in used() {
                let (weights, squares) = (&mut weights[bucket(token)], &mut squares[bucket(token)]);
                for role in 0..ROLES {
                    step(&mut weights[role], &mut squares[role], value(at) * slope[role]);
                }
            }
        }
    }
    let most = weights.iter().flatten().fold(1e-9, |most: f32, weight| most.max(weight.abs())).min(4.0);
    let scale = most / 127.0;
    let weights =
        weights.iter().map(|weights| weights.map(|weight| (weight / scale).round().clamp(-127.0, 127.0) as i8 as u8));
    Lexicon { scale, bias, weights: weights.collect() }
}

const LEARNING: f32 = 0.1;
const DECAY: f32 = 1e-3;

/// How much a block counts of an article that was written for cutline: such an article has more kinds of blocks than
/// most, and is not as wild as the real ones.
const WRITTEN: f32 = 0.06;

/// How much a block counts of a page of another kind, and of a short text: nothing else teaches what these are like.
const PAGE: f32 = 0.25;
const TEXT: f32 = 0.5;

/// How much more the title of a sidebar counts in it: real articles keep few, and a headline in the middle of a story
/// reads like a link.
const OPENING: f32 = 3.0;

/// Variants of each real article that are trained on beside it, and how much each of their blocks counts.
#[derive(Debug, Clone, Copy)]
struct Variants {
    count: usize,
    weight: f32,
}

/// The more there are, the less it matters which are drawn; fewer take less time.
const VARIANTS: Variants = Variants { count: 6, weight: 0.2 };
const FEW_VARIANTS: Variants = Variants { count: 2, weight: 0.5 };

/// The model that the records teach: from them, their wrong labels mended, and from variants of them.
pub fn model(records: &[&Record]) -> Result<Model> {
    let doubts = corpus::known_doubts()?;
    let mended: Vec<Record> = records.iter().map(|record| record.mended(&doubts)).collect();
    model_by(&mended.iter().collect::<Vec<_>>(), VARIANTS, SETTINGS, true)
}

/// The like of [`model`] without the network and in a small part of the time, nearly as good: for training what reads
/// roles.
pub fn quick_model(records: &[&Record]) -> Result<Model> {
    let settings = Settings { rounds: 75, rate: 0.18, chain_rate: 0.006, ..SETTINGS };
    model_by(records, FEW_VARIANTS, settings, false)
}

fn model_by(records: &[&Record], variants: Variants, settings: Settings, with_network: bool) -> Result<Model> {
    let mut random = Random(11);
    let weight = |record: &Record| match record.origin {
        Origin::Paper => 1.0,
        Origin::Article => WRITTEN,
        Origin::Page => PAGE,
        Origin::Text => TEXT,
    };
    let mut articles = records.iter().map(|record| Article::new(record, weight(record))).collect::<Result<Vec<_>>>()?;
    for _ in 0..variants.count {
        for record in records.iter().filter(|record| record.origin == Origin::Paper) {
            let variant = augment::variant(record, records, &mut random);
            articles.push(Article::new(&variant, variants.weight)?);
        }
    }
    Ok(train(&articles.iter().collect::<Vec<_>>(), settings, with_network))
}

/// How the shipped model is trained: what measured best by cross-validation.
const SETTINGS: Settings =
    Settings { rounds: 500, rate: 0.1, chain_rate: 0.01, lambda: 8.0, rows: 0.6, columns: 0.1, seed: 1 };

/// A label that a model trained on other papers thinks this unlikely is likely wrong: it counts less the less likely
/// it is, down to a least share.
const UNLIKELY: f32 = 0.1;
const LEAST: f32 = 0.25;

/// How the first reading is trained, whose probabilities the second sees.
const FIRST: Settings = Settings { rounds: 60, rate: 0.2, chain_rate: 0.02, ..SETTINGS };

/// How much a block of a role counts: the scarce ones more, or none would ever be told.
fn weight_of(role: Role) -> f32 {
    match role {
        Role::Quote => 4.0,
        Role::List => 1.5,
        Role::Caption => 1.3,
        Role::Heading | Role::Boilerplate => 1.2,
        Role::Title | Role::Byline | Role::Body => 1.0,
    }
}
