//! The lists that a session shows: what was read before, and what was opened together, by their titles.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread;

use super::Session;
use crate::clean;
use crate::document::{Format, Kind};
use crate::input::Source;
use crate::library::{Library, Read};
use crate::reader::articles::Listed;
use crate::terminal::Events;

impl Session<'_> {
    /// Lists what was read before, what is being read among it.
    pub(super) fn show_library(&mut self) {
        self.leave();
        let read = self.recall.open().map(Library::articles);
        match read {
            Some(Ok(read)) => {
                self.visit.reader.notice = None;
                // The same article stays chosen, wherever it stands now; where it is gone, the one in its place.
                let chosen = self.visit.reader.chosen_in_library();
                let id = chosen.and_then(|chosen| self.read.get(chosen)).map(|before| before.id);
                let now = read.iter().position(|read| Some(read.id) == id).or(chosen).unwrap_or(0);
                self.visit.reader.open_library(read.iter().map(listed).collect(), now);
                self.read = read;
            }
            Some(Err(error)) => self.visit.reader.notice = Some(clean::folded(&error.to_string()).into_owned()),
            // Why there is none is said instead, where that was not said yet.
            None => {
                let none = "there is no library, nothing is kept";
                self.visit.reader.notice = self.recall.warning.is_none().then(|| none.to_string());
            }
        }
    }

    /// Finds out the titles of the list's files, beside everything else.
    pub(super) fn tell_titles(&self, events: &Events) -> io::Result<()> {
        let (sources, articles, changed) = (self.sources.to_vec(), Arc::clone(&self.articles), events.waker());
        let peek = move || {
            for (source, listed) in sources.iter().zip(articles.iter()) {
                if let Source::File(path) = source
                    && let Some(title) = title(path)
                {
                    let _ = listed.glimpsed.set(title);
                    if !changed() {
                        break;
                    }
                }
            }
        };
        thread::Builder::new().name("titles".into()).spawn(peek).map(drop)
    }
}

/// What the library's list says of an article.
fn listed(read: &Read) -> Listed {
    let name = match Source::found_at(&read.source) {
        Some(Source::File(path)) => path.file_name().map(|name| name.to_string_lossy().into_owned()),
        Some(Source::Web(address)) => address.split('/').nth(2).map(str::to_string),
        _ => None,
    };
    let when = match read.days {
        ..=0 => "today".to_string(),
        1 => "yesterday".to_string(),
        days @ 2..31 => format!("{days} days ago"),
        _ => read.day.clone(),
    };
    let facts = read.reached.map(|reached| format!("{reached} %")).into_iter().chain([when]);
    Listed {
        name: clean::folded(name.as_deref().unwrap_or(&read.source)).into_owned(),
        title: read.title.clone().map(OnceLock::from).unwrap_or_default(),
        fact: facts.collect::<Vec<_>>().join(", "),
        ..Listed::default()
    }
}

/// A file's title, as far as its first bytes tell: the one that its markup gives, or its first heading; of plain text
/// the first line.
fn title(path: &Path) -> Option<String> {
    const LOOKED_AT: u64 = 64 << 10;
    const LONGEST: usize = 200;
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut head = Vec::new();
    File::open(path).ok()?.take(LOOKED_AT).read_to_end(&mut head).ok()?;
    let article = Source::File(path.to_path_buf()).so_far(&head, None).ok()?;
    let document = &article.document;
    let is_title = |kind: &Kind| document.format == Format::Text || matches!(kind, Kind::Heading(_));
    let first = document.blocks.iter().find(|block| is_title(&block.kind)).map(|block| document.text_of(block));
    let title = document.meta.title.as_deref().or(first)?;
    let title: String = clean::folded(title).chars().take(LONGEST).collect();
    Some(title).filter(|title| !title.is_empty())
}
