//! The labelled corpus: one JSON record a line, articles as flat text with the gold roles of their blocks.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result};
use cutline::document::{Block, Document, Role};
use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
pub struct Record {
    pub id: String,
    #[serde(default)]
    pub domain: Option<String>,
    /// A composed article has the domains of all the articles that it was made of.
    #[serde(default)]
    pub domains: Vec<String>,
    pub lang: Option<String>,
    pub text: String,
    pub blocks: Vec<Gold>,
    #[serde(skip)]
    pub origin: Origin,
}

/// Where a record comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    #[default]
    Paper,
    /// An article that was written for cutline.
    Article,
    /// A page of another kind than news, that was likewise.
    Page,
    /// A short text, that was likewise.
    Text,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Gold {
    pub text: String,
    pub role: Role,
    pub group: Option<String>,
    pub sidebar: Option<String>,
    /// Why the label is doubtful; such a block is not scored.
    pub note: Option<String>,
}

impl Record {
    /// A record of blocks, with a blank line between each two.
    pub fn new(id: String, domains: Vec<String>, lang: Option<String>, blocks: Vec<Gold>) -> Record {
        let text = blocks.iter().map(|b| b.text.as_str()).collect::<Vec<_>>().join("\n\n") + "\n";
        Record { id, domain: None, domains, lang, text, blocks, origin: Origin::Paper }
    }

    /// Whether a sidebar opens with this block.
    pub fn opens_sidebar(&self, block: usize) -> bool {
        let name = |block: usize| self.blocks[block].sidebar.as_deref();
        name(block).is_some() && (block == 0 || name(block - 1) != name(block))
    }

    /// The article with its gold roles.
    pub fn gold_document(&self) -> Document {
        let mut document = Document::default();
        for gold in &self.blocks {
            let start = document.source.len();
            document.source.push_str(&gold.text);
            let span = Some(start..document.source.len());
            document.source.push_str("\n\n");
            document.blocks.push(Block { span, role: gold.role, confidence: 0.95, ..Block::default() });
        }
        document
    }

    /// The record with its wrong labels mended and its arbitrary ones noted: to learn from.
    pub fn mended(&self, doubts: &Doubts) -> Record {
        let mut mended = self.clone();
        for (index, gold) in mended.blocks.iter_mut().enumerate() {
            match doubts.get(&(self.id.clone(), index)) {
                Some(Some(role)) => gold.role = *role,
                Some(None) => gold.note = Some("arbitrary".to_owned()),
                None => {}
            }
        }
        mended
    }

    /// The record with a note on its wrong labels, on its arbitrary ones too if asked, so that they are not scored.
    pub fn noted(&self, doubts: &Doubts, arbitrary: bool) -> Record {
        let mut noted = self.clone();
        for (index, gold) in noted.blocks.iter_mut().enumerate() {
            if doubts.get(&(self.id.clone(), index)).is_some_and(|role| role.is_some() || arbitrary) {
                gold.note.get_or_insert_with(|| "doubtful".to_owned());
            }
        }
        noted
    }

    /// The domains whose articles a model must not have seen to be scored on this record.
    pub fn domains(&self) -> BTreeSet<&str> {
        self.domains.iter().chain(&self.domain).map(String::as_str).collect()
    }

    /// The bytes of each gold block in the text, found one after another.
    pub fn spans(&self) -> Result<Vec<Range<usize>>> {
        let mut at = 0;
        let find = |block: &Gold| {
            let found =
                self.text[at..].find(&block.text).with_context(|| format!("{}: a block is missing", self.id))?;
            let span = at + found..at + found + block.text.len();
            at = span.end;
            Ok(span)
        };
        self.blocks.iter().map(find).collect()
    }
}

/// Gold labels that are not to be trusted, by the id of the record and the index of the block: with the role that the
/// definitions clearly ask for, or none where they leave it open and the corpus labels its like now one way, now
/// another.
pub type Doubts = BTreeMap<(String, usize), Option<Role>>;

/// The doubtful labels of a file, a line each: the record's id, the block's index, the role or `either`.
fn doubts(path: &Path) -> Result<Doubts> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let doubt = |line: &str| {
        let mut fields = line.split('\t');
        let [id, block, role] = [fields.next()?, fields.next()?, fields.next()?];
        let role = if role == "either" { None } else { Some(Role::ALL.into_iter().find(|r| r.name() == role)?) };
        Some(((id.to_owned(), block.parse().ok()?), role))
    };
    text.lines().map(|line| doubt(line).with_context(|| format!("not a doubt: {line}"))).collect()
}

/// The doubtful labels that were found in the corpus by reading it.
pub fn known_doubts() -> Result<Doubts> {
    doubts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/gold_doubts.tsv"))
}

/// The records of a file of JSON lines.
pub fn load(path: &Path) -> Result<Vec<Record>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| serde_json::from_str(line).with_context(|| format!("{}: not a record", path.display()))).collect()
}

/// The articles that were written for cutline, with their labels: kinds that the corpus has few of, and boxes and
/// second stories as papers print them. A writer's, the first part of the name, are one domain.
pub fn written() -> Result<Vec<Record>> {
    sheets("examples/articles", Origin::Article)
}

/// Pages of other kinds than news that were written for cutline, with their labels: essays, manuals, encyclopaedias. A
/// writer's are one domain.
pub fn pages() -> Result<Vec<Record>> {
    sheets("examples/pages", Origin::Page)
}

/// Short texts that were written for cutline, with their labels: letters, notes, lists, poems, notices. A writer's are
/// one domain.
pub fn texts() -> Result<Vec<Record>> {
    sheets("examples/texts", Origin::Text)
}

/// Articles and pages by other writers, that no model learns from, each with what they are.
pub fn unseen() -> Result<[(&'static str, Vec<Record>); 2]> {
    let articles = sheets("examples/unseen/articles", Origin::Article)?;
    Ok([("articles", articles), ("pages", sheets("examples/unseen/pages", Origin::Page)?)])
}

/// All that was written for cutline to learn from.
pub fn all_written() -> Result<Vec<Record>> {
    Ok([written()?, pages()?, texts()?].concat())
}

/// The records of the sheets in a directory.
fn sheets(directory: &str, origin: Origin) -> Result<Vec<Record>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let files = fs::read_dir(&directory).with_context(|| format!("cannot read {}", directory.display()))?;
    let mut paths = files.map(|file| Ok(file?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    let sheets = paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "tsv"));
    sheets.map(|path| Ok(Record { origin, ..sheet(path)? })).collect()
}

/// The record of a sheet: a block a line, its role, `#` and its group, `@` and its sidebar, `!` if the label is
/// doubtful, then a tab and its text. The line `lang` tells the language.
fn sheet(path: &Path) -> Result<Record> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (mut lang, mut blocks) = (None, Vec::new());
    for line in text.lines() {
        let wrong = || format!("{}: not a block: {line}", path.display());
        let (head, text) = line.split_once('\t').with_context(wrong)?;
        if head == "lang" {
            lang = Some(text.to_owned());
            continue;
        }
        let (head, note) = match head.strip_suffix('!') {
            Some(head) => (head, Some("doubtful".to_owned())),
            None => (head, None),
        };
        let (head, sidebar) = head.split_once('@').map_or((head, None), |(head, name)| (head, Some(name.to_owned())));
        let (head, group) = head.split_once('#').map_or((head, None), |(head, name)| (head, Some(name.to_owned())));
        let role = Role::ALL.into_iter().find(|role| role.name() == head).with_context(wrong)?;
        blocks.push(Gold { text: text.to_owned(), role, group, sidebar, note });
    }
    let writer = id.split_once('-').map_or(id.as_str(), |(writer, _)| writer).to_owned();
    Ok(Record::new(id, vec![writer], lang, blocks))
}

/// The record of a JSON file.
pub fn load_one(path: &Path) -> Result<Record> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{}: not a record", path.display()))
}

/// Deals the domains of the records out to folds: the largest first, each to the fold with the fewest blocks.
pub fn folds<'a>(records: &'a [Record], count: usize) -> Vec<BTreeSet<&'a str>> {
    let mut sizes: BTreeMap<&'a str, usize> = BTreeMap::new();
    for record in records {
        for domain in record.domains() {
            *sizes.entry(domain).or_default() += record.blocks.len();
        }
    }
    let mut order: Vec<_> = sizes.into_iter().collect();
    order.sort_by_key(|&(domain, size)| (std::cmp::Reverse(size), domain));
    let mut folds = vec![(0, BTreeSet::new()); count];
    for (domain, size) in order {
        if let Some(fold) = folds.iter_mut().min_by_key(|fold| fold.0) {
            fold.0 += size;
            fold.1.insert(domain);
        }
    }
    folds.into_iter().map(|fold| fold.1).collect()
}
