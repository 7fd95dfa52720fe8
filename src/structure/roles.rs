//! What each block is in the article.
//!
//! 1. Every block becomes a row of features: of its own words (`features`), of the article around it
//!    ([`context`]), of what its words suggest by themselves ([`crate::structure::lexicon`]).
//! 2. A first reading scores every role for every block (`model`). What the markup or the reader said is taken as
//!    given, and the chain of roles is summed up around it ([`crate::structure::chain`]).
//! 3. A second reading does the same, and hears besides how the first took the block, its neighbours and the blocks
//!    like it all over the article ([`agreement`]).
//! 4. Where that leaves it open, a network that was trained apart reads the same as the second reading
//!    ([`convolution`](crate::structure::convolution)). Each block gets the role that is likeliest in the mean of
//!    both, the likelihood being its confidence.

use std::sync::LazyLock;

use crate::document::{Block, Document, Format, Given, Kind, Role};
use crate::structure::Correction;
use crate::structure::agreement::{self, Keys};
use crate::structure::chain::{ROLES, Scores};
use crate::structure::context;
use crate::structure::duplicates::Groups;
use crate::structure::features::{Feature, Row, Scanned, Scanner};
use crate::structure::model::{Model, Reading};
use crate::structure::vocabulary;
use crate::structure::weights::Aligned;

/// What is added to the scores of roles that a block cannot have.
const RULED_OUT: f32 = -1000.0;

/// What a bullet in flat text is worth for its block being an item of a list.
const BULLET: f32 = 3.0;

/// The model that ships, trained on the labelled corpus by `examples/train.rs`.
pub fn shipped() -> &'static Model {
    static BYTES: &Aligned<[u8]> = &Aligned(*include_bytes!("../../assets/roles.bin"));
    static SHIPPED: LazyLock<Model> = LazyLock::new(|| Model::from_bytes(&BYTES.0).unwrap_or_default());
    &SHIPPED
}

/// Gives every block its role, and how sure that is. Returns how likely each block is to be of each role. Without a
/// model, what is not given is taken for the story's, and after a bullet for a list's.
pub fn decide(
    document: &mut Document,
    groups: &Groups,
    corrections: &[Correction],
    model: Option<&Model>,
) -> Vec<Scores> {
    let given = given(document, corrections);
    // Where the markup says all, nothing is left to read.
    let all: Option<Vec<Role>> = given.iter().map(|given| Some(given.as_ref()?.role)).collect();
    let marginals = match (all, model) {
        (Some(roles), _) => roles.into_iter().map(certain).collect(),
        (None, Some(model)) => infer(document, groups, &given, model),
        (None, None) => {
            let likely = |(block, given): (&Block, &Option<Given>)| match given {
                Some(given) => certain(given.role),
                None if matches!(block.kind, Kind::Item(_)) => unread(Role::List),
                None => unread(Role::Body),
            };
            document.blocks.iter().zip(&given).map(likely).collect()
        }
    };
    let likeliest = |marginals: &Scores, out: Option<Role>| {
        let open = Role::ALL.into_iter().rev().filter(|role| Some(*role) != out);
        open.max_by(|&a, &b| marginals[a as usize].total_cmp(&marginals[b as usize]))
    };
    // No input is furniture from end to end: where all that is not given would be, none of it is.
    let furniture = |marginals| likeliest(marginals, None) == Some(Role::Boilerplate);
    let bare = given.iter().zip(&marginals).all(|(given, marginals)| given.is_some() || furniture(marginals));
    let out = bare.then_some(Role::Boilerplate);
    for ((block, marginals), given) in document.blocks.iter_mut().zip(&marginals).zip(given) {
        block.role = given.map(|given| given.role).or_else(|| likeliest(marginals, out)).unwrap_or_default();
        block.confidence = given.map_or(marginals[block.role as usize].min(MOST), |given| given.confidence);
    }
    marginals
}

/// How likely each block is to be of each role, by both readings and the network, around what is given.
fn infer(document: &Document, groups: &Groups, given: &[Option<Given>], model: &Model) -> Vec<Scores> {
    let (mut rows, keys) = observe(document, groups, |tokens| model.lexicon.levels(tokens));
    let hint = |index: usize, scores: &mut Scores| match &given[index] {
        Some(given) => rule_out_all_but(scores, given.role),
        None if matches!(document.blocks[index].kind, Kind::Item(_)) => scores[Role::List as usize] += BULLET,
        None => {}
    };
    let read = |rows: &[Row], reading: &Reading| {
        let mut scores = reading.scores(rows);
        scores.iter_mut().enumerate().for_each(|(index, scores)| hint(index, scores));
        reading.chain.marginals(&mut scores, |_, _| ());
        scores
    };
    let [first, second] = &model.readings;
    let marginals = read(&rows, first);
    agreement::fill(&mut rows, &keys, &marginals);
    let mut marginals = read(&rows, second);
    if let Some(network) = &model.network {
        network.mix(&rows, &mut marginals, hint);
    }
    marginals
}

/// The scores of a block that is surely of a role.
fn certain(role: Role) -> Scores {
    std::array::from_fn(|index| f32::from(u8::from(index == role as usize)))
}

/// The scores of a block of which next to nothing is known, and that is as likely of a role as not.
fn unread(role: Role) -> Scores {
    std::array::from_fn(|index| if index == role as usize { 0.5 } else { 0.5 / (ROLES - 1) as f32 })
}

/// The most that an inference may be sure of its role: 1 is for what was said.
const MOST: f32 = 0.9999;

fn rule_out_all_but(scores: &mut Scores, role: Role) {
    for (index, score) in scores.iter_mut().enumerate() {
        *score = if index == role as usize { 0.0 } else { RULED_OUT };
    }
}

/// A row of features for each block, and by what blocks are alike; `suggest` says what a block's tokens suggest by themselves.
pub fn observe(
    document: &Document,
    groups: &Groups,
    mut suggest: impl FnMut(&[u64]) -> [u8; ROLES],
) -> (Vec<Row>, Vec<Keys>) {
    let mut scanner = Scanner::new(vocabulary::classes());
    let mut scanned = Scanned::default();
    let mut tokens = Vec::new();
    let mut rows: Vec<Row> = Vec::with_capacity(document.blocks.len());
    for block in &document.blocks {
        let mut row = scanner.scan(document, block, &mut scanned, &mut tokens);
        row[Feature::LexTitle as usize..][..ROLES].copy_from_slice(&suggest(&tokens));
        rows.push(row);
    }
    context::fill(&mut rows, document, &scanned, groups);
    let keys = agreement::keys(&rows, &scanned, groups);
    (rows, keys)
}

/// The roles that the markup or the reader gave; the reader has the last word.
fn given(document: &Document, corrections: &[Correction]) -> Vec<Option<Given>> {
    let title = main_heading(document);
    let sure = |role| Given { role, confidence: 1.0 };
    let said = |(index, block): (usize, &Block)| {
        block.given.or_else(|| marked(block.kind, document.format, title == Some(index)).map(sure))
    };
    let mut given: Vec<Option<Given>> = document.blocks.iter().enumerate().map(said).collect();
    for &correction in corrections {
        if let Correction::Role { block, role } = correction
            && let Some(given) = given.get_mut(block)
        {
            *given = Some(sure(role));
        }
    }
    given
}

/// The heading that is the article's title: the first of the highest level that the article has.
fn main_heading(document: &Document) -> Option<usize> {
    let level = |kind| if let Kind::Heading(level) = kind { Some(level) } else { None };
    let headings = document.blocks.iter().enumerate().filter_map(|(index, block)| Some((level(block.kind)?, index)));
    let (level, index) = headings.min()?;
    (level == 1).then_some(index)
}

/// The role that markup gives a block, where it gives one. Flat text has no markup: a bullet may be a dash that
/// opens direct speech.
fn marked(kind: Kind, format: Format, title: bool) -> Option<Role> {
    match kind {
        Kind::Item(_) if format == Format::Text => None,
        Kind::Paragraph => None,
        Kind::Heading(_) if title => Some(Role::Title),
        Kind::Heading(_) => Some(Role::Heading),
        Kind::Item(_) => Some(Role::List),
        Kind::Quote => Some(Role::Quote),
        Kind::Code | Kind::Table => Some(Role::Body),
        Kind::Caption | Kind::Alt => Some(Role::Caption),
    }
}
