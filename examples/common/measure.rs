//! Measures a reading against the gold labels, as the corpus's own scorer does.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::Result;
use cutline::document::{Document, Role};

use super::corpus::Record;

const ROLES: usize = Role::ALL.len();

/// Right and wrong, added up over articles.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    pub articles: usize,
    /// `confusion[gold][read]`; the last column counts gold blocks that no block was read for.
    pub confusion: [[usize; ROLES + 1]; ROLES],
    /// Folded duplicates: right, wrong, missed.
    pub folds: [usize; 3],
    /// Blocks in a sidebar: right, wrong, missed.
    pub inside: [usize; 3],
    pub gold_sidebars: usize,
    pub read_sidebars: usize,
    pub exact: usize,
    pub start: usize,
    pub end: usize,
    /// Articles that have no sidebar, and those of them in which one was read.
    pub plain: usize,
    pub false_alarms: usize,
    /// By tenths of confidence: blocks, the sum of their confidence, how many are right.
    pub calibration: [(usize, f64, usize); 10],
}

fn f1([right, wrong, missed]: [usize; 3]) -> f64 {
    2.0 * right as f64 / (2 * right + wrong + missed) as f64
}

impl Counts {
    /// Counts one article in.
    pub fn add(&mut self, record: &Record, read: &Document) -> Result<()> {
        let gold = &record.blocks;
        let matched = matched(record, read)?;
        self.articles += 1;
        for (gold, &block) in gold.iter().zip(&matched).filter(|(gold, _)| gold.note.is_none()) {
            let role = block.map_or(ROLES, |block| read.blocks[block].role as usize);
            self.confusion[gold.role as usize][role] += 1;
            let inside = block.is_some_and(|block| read.blocks[block].sidebar.is_some());
            match (gold.sidebar.is_some(), inside) {
                (true, true) => self.inside[0] += 1,
                (false, true) => self.inside[1] += 1,
                (true, false) => self.inside[2] += 1,
                (false, false) => {}
            }
            if let Some(block) = block {
                let confidence = f64::from(read.blocks[block].confidence);
                let tenth = &mut self.calibration[((confidence * 10.0) as usize).min(9)];
                tenth.0 += 1;
                tenth.1 += confidence;
                tenth.2 += usize::from(read.blocks[block].role == gold.role);
            }
        }
        self.fold(record, read, &matched);
        self.sidebars(record, read, &matched);
        Ok(())
    }

    fn fold(&mut self, record: &Record, read: &Document, matched: &[Option<usize>]) {
        let gold = &record.blocks;
        let mut first: BTreeMap<usize, usize> = BTreeMap::new();
        for (index, block) in matched.iter().enumerate() {
            if let Some(block) = *block {
                first.entry(block).or_insert(index);
            }
        }
        let mut seen = HashSet::new();
        let wanted = gold.iter().flat_map(|gold| &gold.group).filter(|group| !seen.insert(*group)).count();
        let (mut right, mut wrong) = (0, 0);
        for (&block, &index) in &first {
            let Some(shown) = read.blocks[block].duplicate_of else { continue };
            let other = first.get(&(shown as usize)).copied();
            let same = other.is_some_and(|other| gold[index].group.is_some() && gold[index].group == gold[other].group);
            let literal = other.is_some_and(|other| words(&gold[index].text) == words(&gold[other].text));
            if same {
                right += 1;
            } else if !literal {
                wrong += 1;
            }
        }
        self.folds[0] += right;
        self.folds[1] += wrong;
        self.folds[2] += wanted.saturating_sub(right);
    }

    fn sidebars(&mut self, record: &Record, read: &Document, matched: &[Option<usize>]) {
        let names: HashMap<&str, u32> = record
            .blocks
            .iter()
            .flat_map(|gold| &gold.sidebar)
            .enumerate()
            .map(|(i, name)| (name.as_str(), i as u32))
            .collect();
        let want = runs(record.blocks.iter().map(|gold| gold.sidebar.as_deref().map(|name| names[name])));
        let got = runs(matched.iter().map(|block| block.and_then(|block| read.blocks[block].sidebar)));
        self.gold_sidebars += want.len();
        self.read_sidebars += got.len();
        self.exact += want.iter().filter(|span| got.contains(span)).count();
        let near = |edge: fn(&(usize, usize)) -> usize| {
            let mut left: Vec<usize> = got.iter().map(edge).collect();
            let hit = |span: &&(usize, usize)| {
                let found = left.iter().position(|&other| other.abs_diff(edge(span)) <= 1);
                found.map(|found| left.remove(found)).is_some()
            };
            want.iter().filter(hit).count()
        };
        self.start += near(|span| span.0);
        self.end += near(|span| span.1);
        if want.is_empty() {
            self.plain += 1;
            self.false_alarms += usize::from(!got.is_empty());
        }
    }

    /// Adds another's counts.
    pub fn merge(&mut self, other: &Counts) {
        self.articles += other.articles;
        for (row, other) in self.confusion.iter_mut().zip(&other.confusion) {
            row.iter_mut().zip(other).for_each(|(cell, other)| *cell += other);
        }
        for (counts, other) in [(&mut self.folds, &other.folds), (&mut self.inside, &other.inside)] {
            counts.iter_mut().zip(other).for_each(|(count, other)| *count += other);
        }
        self.gold_sidebars += other.gold_sidebars;
        self.read_sidebars += other.read_sidebars;
        self.exact += other.exact;
        self.start += other.start;
        self.end += other.end;
        self.plain += other.plain;
        self.false_alarms += other.false_alarms;
        for (tenth, other) in self.calibration.iter_mut().zip(&other.calibration) {
            *tenth = (tenth.0 + other.0, tenth.1 + other.1, tenth.2 + other.2);
        }
    }

    pub fn blocks(&self) -> usize {
        self.confusion.iter().flatten().sum()
    }

    pub fn right(&self) -> usize {
        (0..ROLES).map(|role| self.confusion[role][role]).sum()
    }

    pub fn accuracy(&self) -> f64 {
        self.right() as f64 / self.blocks() as f64
    }

    /// The F1 of a role; not a number where it neither occurs nor was read.
    pub fn role_f1(&self, role: Role) -> f64 {
        let role = role as usize;
        let right = self.confusion[role][role];
        let gold: usize = self.confusion[role].iter().sum();
        let read: usize = self.confusion.iter().map(|row| row[role]).sum();
        f1([right, read - right, gold - right])
    }

    /// The mean F1 of the roles that occur.
    pub fn macro_f1(&self) -> f64 {
        let occurs = |role: &Role| self.confusion[*role as usize].iter().sum::<usize>() > 0;
        let all: Vec<f64> = Role::ALL.into_iter().filter(occurs).map(|role| self.role_f1(role)).collect();
        all.iter().sum::<f64>() / all.len() as f64
    }

    pub fn folds_f1(&self) -> f64 {
        f1(self.folds)
    }

    pub fn inside_f1(&self) -> f64 {
        f1(self.inside)
    }

    /// F1 of sidebars exact, starts within one block, ends within one block.
    pub fn edges_f1(&self) -> [f64; 3] {
        [self.exact, self.start, self.end]
            .map(|hits| 2.0 * hits as f64 / (self.gold_sidebars + self.read_sidebars) as f64)
    }

    /// How far confidence is from being right, on average (expected calibration error, by tenths).
    pub fn calibration_error(&self) -> f64 {
        let total: usize = self.calibration.iter().map(|tenth| tenth.0).sum();
        self.calibration.iter().map(|&(_, sum, right)| (sum - right as f64).abs()).sum::<f64>() / total as f64
    }

    /// The confusions, the commonest first: gold, read, how often.
    pub fn confusions(&self) -> Vec<(&'static str, &'static str, usize)> {
        let name = |role: usize| Role::ALL.get(role).map_or("missing", |role| role.name());
        let cell = |gold: usize, read: usize| (name(gold), name(read), self.confusion[gold][read]);
        let mut all: Vec<_> = (0..ROLES)
            .flat_map(|gold| (0..=ROLES).filter(move |&read| read != gold).map(move |read| cell(gold, read)))
            .collect();
        all.retain(|cell| cell.2 > 0);
        all.sort_by_key(|cell| std::cmp::Reverse(cell.2));
        all
    }
}

/// For each gold block the block that covers most of its bytes.
fn matched(record: &Record, read: &Document) -> Result<Vec<Option<usize>>> {
    let spans: Vec<_> = read.blocks.iter().map(|block| block.span.clone().unwrap_or_default()).collect();
    let find = |gold: std::ops::Range<usize>| {
        let from = spans.partition_point(|span| span.end <= gold.start);
        let near = spans.iter().enumerate().skip(from).take_while(|(_, span)| span.start < gold.end);
        let overlap = near.map(|(i, span)| (span.end.min(gold.end).saturating_sub(span.start.max(gold.start)), i));
        overlap.filter(|&(bytes, _)| bytes > 0).rev_max()
    };
    Ok(record.spans()?.into_iter().map(find).collect())
}

/// The first of the greatest.
trait FirstMax {
    fn rev_max(self) -> Option<usize>;
}

impl<I: Iterator<Item = (usize, usize)>> FirstMax for I {
    fn rev_max(self) -> Option<usize> {
        self.fold(None, |best: Option<(usize, usize)>, next| match best {
            Some(best) if best.0 >= next.0 => Some(best),
            _ => Some(next),
        })
        .map(|best| best.1)
    }
}

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The runs of the same value, first and last place; where there is none there is no run.
fn runs(values: impl Iterator<Item = Option<u32>>) -> Vec<(usize, usize)> {
    let values: Vec<_> = values.collect();
    let mut runs = Vec::new();
    let mut start = 0;
    for run in values.chunk_by(|a, b| a == b) {
        if run[0].is_some() {
            runs.push((start, start + run.len() - 1));
        }
        start += run.len();
    }
    runs
}
