//! Going from article to article: along the list that was opened, to where links lead, back and forward.
//!
//! 1. What is to be read is loaded beside what is being read, and shown when it has come.
//! 2. [`Terminal::read`] lets a person read it, and says where to go next.
//! 3. What the library is to remember is told to it whenever an article is left.
//!
//! An article that a link was followed from is kept as it is, so that back leads to the very line.

mod lists;
mod recall;

use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use crate::clean;
use crate::config::Config;
use crate::document::{Document, Format};
use crate::input::{self, Article, InputError, Source, pictures};
use crate::library::Read;
use crate::reader::articles::Listed;
use crate::reader::going::Go;
use crate::reader::memory::Memory;
use crate::reader::{Place, Reader};
use crate::terminal::{End, Events, Terminal};
use crate::theme::Themes;
use recall::{Has, Recall};

/// How a session ended.
#[derive(Debug, Default)]
pub struct Ended {
    /// The sources that could not be read, each once.
    pub failures: Vec<InputError>,
    /// What there is to say of the library, and was not said while there was a screen.
    pub warning: Option<String>,
    /// Why something could not be remembered.
    pub unsaved: Option<String>,
    /// The signal that ended it. It is for the caller to obey it.
    pub signal: Option<i32>,
}

/// What is on the screen.
struct Visit {
    reader: Reader,
    /// Nothing has come yet, a part, or the whole article.
    come: Come,
    /// Where the reader was when it came.
    began: Option<Place>,
    /// Whether where it was left the last time could be asked for: if not, that is not overwritten.
    recalled: bool,
    /// When it came.
    opened: SystemTime,
    /// Where the article comes from; none before there is any.
    source: Option<Source>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Come {
    Nothing,
    Part,
    Whole,
}

/// What the article that is being loaded is wanted for.
#[derive(Clone)]
enum Wanted {
    /// As an article of the list; the next that way will do where it cannot be had.
    Listed { index: usize, way: isize },
    /// As what a link leads to, or the library has.
    Elsewhere(Source),
}

struct Session<'a> {
    sources: &'a [Source],
    format: Option<Format>,
    config: &'a Config,
    articles: Arc<[Listed]>,
    recall: Recall,
    /// The library's list, as it was shown last.
    read: Vec<Read>,
    visit: Visit,
    before: Vec<Visit>,
    after: Vec<Visit>,
    wanted: Option<Wanted>,
    ended: Ended,
}

/// What is read at home as long as the library is empty.
const BUNDLED: [Source; 1] = [Source::Bundled];

/// Lets a person read the sources, as `format` where one is given; where there are none, what is in the library, or
/// for a first time the bundled article. `notice` is what there is to say first.
///
/// # Errors
/// The terminal cannot be used.
pub fn read(
    sources: &[Source],
    format: Option<Format>,
    config: &Config,
    themes: Themes,
    notice: Option<&str>,
) -> io::Result<Ended> {
    // Where files may only be so large, writing is to fail, not to kill.
    #[cfg(unix)]
    signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default())?;
    let mut events = Events::default();
    let list = |source: &Source| Listed { name: source.name(), ..Listed::default() };
    let articles: Arc<[Listed]> = if sources.len() > 1 { sources.iter().map(list).collect() } else { Arc::default() };
    let mut session = Session {
        sources,
        format,
        config,
        visit: Visit::blank(None, 0, &articles, config),
        articles,
        recall: Recall::new(),
        read: Vec::new(),
        before: Vec::new(),
        after: Vec::new(),
        wanted: None,
        ended: Ended::default(),
    };
    if sources.is_empty() {
        session.show_library();
        if session.read.is_empty() {
            session.sources = &BUNDLED;
        }
    }
    let (only, failed) = match session.sources {
        [] => (None, None),
        [source] => {
            session.wanted = Some(Wanted::Listed { index: 0, way: 1 });
            session.visit = Visit::blank(Some(source), 0, &session.articles, config);
            events.load(source.clone(), format)?;
            events.wait().map_or((None, None), |come| match come {
                Ok(article) => (Some(article), None),
                Err(error) => (None, Some(error)),
            })
        }
        _ => {
            session.visit.reader.open_articles(false);
            session.tell_titles(&events)?;
            // Whether or not they are gone to, as where they are printed.
            session.ended.failures.extend(sources.iter().filter_map(Source::missing));
            session.ended.failures.dedup_by(|a, b| a.name == b.name);
            (None, None)
        }
    };
    // An only article that cannot be read is no reason to take the terminal.
    if let Some(error) = failed {
        session.ended.failures.push(error);
        return Ok(session.ended);
    }
    let mut terminal = Terminal::take(events, &config.keymap, themes, &config.preferences)?;
    if let Some(article) = only {
        session.open(article, Come::Whole);
    }
    let notice = notice.map(str::to_string).or_else(|| session.recall.warning.take());
    session.visit.reader.notice = notice.or(session.visit.reader.notice.take());
    let ran = session.run(&mut terminal);
    // Saving may keep a disk busy; the terminal is not kept waiting for it.
    drop(terminal);
    session.leave();
    ran?;
    Ok(Ended { warning: session.recall.warning, ..session.ended })
}

impl Session<'_> {
    fn run(&mut self, terminal: &mut Terminal<'_>) -> io::Result<()> {
        loop {
            if self.visit.reader.notice.is_none() {
                self.visit.reader.notice = self.recall.warning.take();
            }
            let on = match terminal.read(&mut self.visit.reader)? {
                End::Quit => false,
                End::Signal(signal) => {
                    self.ended.signal = Some(signal);
                    false
                }
                End::Go(go) => self.go(go, &mut terminal.events)?,
                End::Part(article) => {
                    self.come(article, Come::Part);
                    true
                }
                End::Whole(Ok(article)) => {
                    self.come(article, Come::Whole);
                    true
                }
                End::Whole(Err(error)) => match self.failed(error) {
                    Some(wanted) => self.load(wanted, &mut terminal.events)?,
                    None => self.visit.come != Come::Nothing || self.visit.reader.is_listing(),
                },
            };
            if !on {
                return Ok(());
            }
        }
    }

    /// Goes where the reader wants; says whether reading goes on.
    fn go(&mut self, go: Go, events: &mut Events) -> io::Result<bool> {
        match go {
            Go::Article(index) => {
                let way = if index < self.visit.reader.among.0 { -1 } else { 1 };
                return self.load(Wanted::Listed { index, way }, events);
            }
            Go::Follow(address) => match self.visit.source.as_ref().and_then(|source| source.linked(&address)) {
                Some(source) => return self.load(Wanted::Elsewhere(source), events),
                None => self.visit.reader.notice = Some(format!("only a file leads to the file {address}")),
            },
            Go::Library => self.show_library(),
            Go::Read(index) => match self.read.get(index).map(|read| Source::found_at(&read.source)) {
                Some(Some(source)) => return self.load(Wanted::Elsewhere(source), events),
                Some(None) => self.visit.reader.notice = Some("it came by a pipe, and came but once".to_string()),
                None => {}
            },
            Go::Forget(index) => {
                let forgotten = self.recall.open().zip(self.read.get(index)).map(|(l, read)| l.forget(read.id));
                self.show_library();
                if let Some(Err(error)) = forgotten {
                    self.visit.reader.notice = Some(clean::folded(&error.to_string()).into_owned());
                }
            }
            Go::Visited(by) => self.revisit(by),
            Go::ReadAs(format) => self.read_as(format),
            Go::Stay => {
                self.wanted = None;
                events.forget();
                if self.visit.come == Come::Nothing {
                    return Ok(self.visit.reader.is_listing());
                }
                self.visit.come = Come::Whole;
                self.visit.reader.notice = Some("stopped".to_string());
            }
            Go::Out if !self.before.is_empty() => self.revisit(-1),
            Go::Out if self.articles.len() > 1 && !self.visit.reader.is_listing() => {
                self.visit.reader.open_articles(false)
            }
            Go::Out => return Ok(false),
        }
        Ok(true)
    }

    /// Loads what is wanted, or the next of the list that can be had; says whether there is anything to read on.
    fn load(&mut self, wanted: Wanted, events: &mut Events) -> io::Result<bool> {
        let mut next = Some(wanted);
        while let Some(wanted) = next.take() {
            let (source, format) = match &wanted {
                Wanted::Listed { index, .. } => match self.sources.get(*index) {
                    Some(source) => (source.clone(), self.format),
                    None => break,
                },
                Wanted::Elsewhere(source) => (source.clone(), None),
            };
            if let (Come::Nothing, Wanted::Listed { index, .. }) = (self.visit.come, &wanted)
                && !self.visit.reader.is_listing()
            {
                self.visit = Visit::blank(Some(&source), *index, &self.articles, self.config);
            }
            self.wanted = Some(wanted);
            events.load(source, format)?;
            match events.wait() {
                Some(Ok(article)) => self.open(article, Come::Whole),
                Some(Err(error)) => next = self.failed(error),
                None => {}
            }
        }
        Ok(self.visit.come != Come::Nothing || self.visit.reader.is_listing() || events.is_loading())
    }

    /// What was wanted has come.
    fn open(&mut self, article: Article, come: Come) {
        self.leave();
        let (source, index, linked) = match self.wanted.take() {
            Some(Wanted::Listed { index, .. }) => (self.sources[index].clone(), index, false),
            Some(Wanted::Elsewhere(source)) => (source, self.visit.reader.among.0, true),
            None => return,
        };
        let visit = self.visit(article, come, &source.name(), Some(source), index);
        if !linked && let (Some(listed), Some(title)) = (self.articles.get(index), visit.reader.document.title()) {
            listed.title.get_or_init(|| title.to_string());
        }
        let before = std::mem::replace(&mut self.visit, visit);
        self.after.clear();
        if linked {
            self.before.push(before);
        } else {
            self.before.clear();
        }
    }

    /// The article that was wanted has come, or the beginning of it; or more of what is on the screen.
    fn come(&mut self, article: Article, come: Come) {
        match self.wanted {
            Some(_) => self.open(article, come),
            None => self.grow(article, come),
        }
    }

    /// More of what is on the screen has come. What was kept of the whole is recalled when all of it is there; a reader
    /// who has moved on meanwhile stays.
    fn grow(&mut self, mut article: Article, come: Come) {
        let reader = &mut self.visit.reader;
        let moved = self.visit.began.as_ref() != Some(&reader.place());
        let mut has = if come == Come::Whole { self.recall.of(&article.document) } else { Has::Unknown };
        let memory = has.corrections(&article.document).and_then(|mut corrections| {
            corrections.append(&mut reader.corrections);
            article.structure(&corrections);
            reader.corrections.clone_from(&corrections);
            let memory = has.memory(&article.document)?;
            Some(Memory { corrections, ..memory })
        });
        article.structure(&reader.corrections);
        let told = article.told();
        reader.grow(article.document);
        reader.hang(article.pictures);
        if let Some(mut memory) = memory {
            let since = reader.memory();
            memory.marks.extend(since.marks);
            memory.remarks.extend(since.remarks);
            memory.place = memory.place.filter(|_| !moved);
            reader.recall(memory);
            self.visit.recalled = true;
        }
        reader.notice = told.or(reader.notice.take());
        self.visit.come = come;
    }

    /// What was wanted cannot be had: gives what will do instead.
    fn failed(&mut self, error: InputError) -> Option<Wanted> {
        let wanted = self.wanted.take();
        self.visit.reader.notice = Some(clean::folded(&error.to_string()).into_owned());
        let Some(Wanted::Listed { index, way }) = wanted else {
            if self.visit.come == Come::Part {
                self.ended.failures.push(error);
            }
            return None;
        };
        if !self.ended.failures.iter().any(|failure| failure.name == error.name) {
            self.ended.failures.push(error);
        }
        if self.visit.reader.is_listing() {
            return None;
        }
        let index = index.checked_add_signed(way).filter(|next| *next < self.sources.len())?;
        Some(Wanted::Listed { index, way })
    }

    /// Back to an article that a link was followed from, or forward again.
    fn revisit(&mut self, by: isize) {
        let (from, to) = if by < 0 { (&mut self.before, &mut self.after) } else { (&mut self.after, &mut self.before) };
        match from.pop() {
            Some(visit) => {
                to.push(std::mem::replace(&mut self.visit, visit));
                for left in self.before.last().into_iter().chain(self.after.last()) {
                    remember(left, &mut self.recall, &mut self.ended.unsaved);
                }
                self.visit.reader.notice = None;
                if self.visit.reader.is_in_library() {
                    self.show_library();
                }
            }
            None => {
                let way = if by < 0 { "back to" } else { "forward to" };
                self.visit.reader.notice = Some(format!("there is no article to go {way}"));
            }
        }
    }

    /// The same input as another format, at the same words where they can be found.
    fn read_as(&mut self, format: Format) {
        if self.visit.come != Come::Whole {
            return;
        }
        self.leave();
        let reader = &mut self.visit.reader;
        let document = input::read_as(std::mem::take(&mut reader.document), format);
        let (name, index) = (std::mem::take(&mut reader.source), reader.among.0);
        let preferences = reader.preferences.clone();
        let source = self.visit.source.take();
        let pictures = source.as_ref().map(|source| pictures::hints(&document, source)).unwrap_or_default();
        let article = Article { document, pictures, ..Article::default() };
        self.visit = self.visit(article, Come::Whole, &name, source, index);
        let reader = &mut self.visit.reader;
        reader.preferences = preferences;
        reader.notice = Some(format!("read as {}, F reads it as another format", format.name()));
    }

    /// An article on the screen, where it was left the last time.
    fn visit(&mut self, mut article: Article, come: Come, name: &str, source: Option<Source>, index: usize) -> Visit {
        // What cannot be recalled does not keep the article from being read; saving it will say what is wrong.
        let mut has = if come == Come::Whole { self.recall.of(&article.document) } else { Has::Unknown };
        article.structure(&has.corrections(&article.document).unwrap_or_default());
        let memory = has.memory(&article.document);
        let recalled = memory.is_some();
        let told = article.told();
        let mut reader = reader(article.document, name, index, &self.articles, self.config);
        reader.hang(article.pictures);
        reader.recall(memory.unwrap_or_default());
        reader.notice = told;
        let began = Some(reader.place());
        Visit { reader, come, began, recalled, opened: SystemTime::now(), source }
    }

    /// Has the library remember what is on the screen.
    fn leave(&mut self) {
        remember(&self.visit, &mut self.recall, &mut self.ended.unsaved);
    }
}

impl Visit {
    fn blank(source: Option<&Source>, index: usize, articles: &Arc<[Listed]>, config: &Config) -> Visit {
        let name = source.map(Source::name).unwrap_or_default();
        let reader = reader(Document::default(), &name, index, articles, config);
        let opened = SystemTime::now();
        Visit { reader, come: Come::Nothing, began: None, recalled: false, opened, source: source.cloned() }
    }
}

fn reader(document: Document, name: &str, index: usize, articles: &Arc<[Listed]>, config: &Config) -> Reader {
    let mut reader = Reader::new(document, name, config.preferences.clone(), config.keymap.help().to_vec());
    reader.place_among(index, articles);
    reader
}

fn remember(visit: &Visit, recall: &mut Recall, unsaved: &mut Option<String>) {
    if visit.come != Come::Whole {
        return;
    }
    let document = &visit.reader.document;
    let kept = recall.open().and_then(|library| {
        let mut memory = visit.reader.memory();
        // Where the last place could not be recalled, this one must not take its stead.
        memory.place = memory.place.filter(|_| visit.recalled);
        let whereabouts = visit.source.as_ref().map(Source::whereabouts).unwrap_or_default();
        library.met(document, visit.opened);
        library.remember(document, &whereabouts, &memory).err()
    });
    *unsaved = kept.map(|error| error.to_string()).or(unsaved.take());
}
