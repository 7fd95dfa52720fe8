//! The lists of articles to choose from: those that were opened together, and those that were read before.

use std::sync::{Arc, OnceLock};

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use tui_input::{Input, InputRequest};

use super::going::Go;
use super::list::List;
use super::{Action, Effect, Mode, Reader, rows_of};

/// An article of a list: what it was opened as, its title, once that is known, and what else there is to say of it.
#[derive(Debug, Default)]
pub struct Listed {
    pub name: String,
    /// As it was when the article was read.
    pub title: OnceLock<String>,
    /// As it seemed to be from the first look at the file.
    pub glimpsed: OnceLock<String>,
    pub fact: String,
}

impl Listed {
    /// Its title, as far as that is known.
    pub fn title(&self) -> Option<&str> {
        self.title.get().or(self.glimpsed.get()).map(String::as_str)
    }
}

/// Which of the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shelf {
    /// What was opened together.
    #[default]
    Opened,
    /// What was read before.
    Library,
}

/// The list on the screen: what is typed to filter it, what passes, and what is chosen.
#[derive(Debug, Clone, Default)]
pub struct Articles {
    pub shelf: Shelf,
    pub input: Input,
    /// Whether keys are letters of the filter.
    pub typing: bool,
    /// Indices into [`Reader::listed`].
    pub found: Vec<usize>,
    pub list: List,
    /// Whether it lies over an article that was being read, so that back leads there and not out.
    over_article: bool,
    /// The one that was asked to be forgotten, and is once this is asked for again.
    forgetting: Option<usize>,
}

impl Reader {
    /// Opens the list that was opened together, at this article: `over_article` where it is looked at on the way, not
    /// come back to.
    pub fn open_articles(&mut self, over_article: bool) {
        if self.articles.len() < 2 {
            self.notice = Some("this is the only article".to_string());
            return;
        }
        self.open_shelf(Shelf::Opened, self.among.0, over_article);
    }

    /// The article that is chosen in the list of what was read before, while that is on the screen.
    pub fn chosen_in_library(&self) -> Option<usize> {
        match self.under_help() {
            Mode::Articles(articles) if articles.shelf == Shelf::Library => {
                articles.found.get(articles.list.chosen).copied()
            }
            _ => None,
        }
    }

    /// Opens the list of what was read before.
    pub fn open_library(&mut self, read: Arc<[Listed]>, chosen: usize) {
        self.read_before = read;
        let over_article = match self.under_help() {
            Mode::Articles(articles) => articles.over_article,
            _ => self.is_reading(),
        };
        self.open_shelf(Shelf::Library, chosen, over_article);
    }

    fn open_shelf(&mut self, shelf: Shelf, chosen: usize, over_article: bool) {
        let found = (0..self.listed(shelf).len()).collect();
        let mut articles = Articles { shelf, found, over_article, ..Articles::default() };
        articles.list.choose(chosen, articles.found.len(), self.outline_height());
        self.mode = Mode::Articles(articles);
    }

    /// Whether back leads from a list to what was on the screen before it, and not out of cutline.
    pub fn leads_back(&self, articles: &Articles) -> bool {
        articles.over_article || articles.shelf == Shelf::Library && self.articles.len() > 1
    }

    /// The articles of a list.
    pub fn listed(&self, shelf: Shelf) -> &[Listed] {
        if shelf == Shelf::Opened { &self.articles } else { &self.read_before }
    }

    /// What is typed to filter the list has changed.
    pub(super) fn edit_articles(&mut self, request: InputRequest) {
        let height = self.outline_height();
        let Mode::Articles(articles) = &mut self.mode else { return };
        if articles.input.handle(request).is_some_and(|changed| changed.value) {
            let listed = if articles.shelf == Shelf::Opened { &self.articles } else { &self.read_before };
            articles.found = found(articles.input.value(), listed);
            articles.list = List::default();
            articles.list.choose(0, articles.found.len(), height);
        }
    }

    /// What the keys do while the list is on the screen.
    pub(super) fn in_articles(&mut self, action: Action, count: Option<usize>) -> Vec<Effect> {
        let height = self.outline_height();
        let is_reading = self.is_reading();
        let Mode::Articles(articles) = &mut self.mode else { return Vec::new() };
        let (shelf, over_article, entries) = (articles.shelf, articles.over_article, articles.found.len());
        let chosen = articles.found.get(articles.list.chosen).copied();
        let forgetting = articles.forgetting.take();
        if let Some(rows) = rows_of(action, count.unwrap_or(1), height) {
            articles.list.step(rows, entries, height);
        }
        match action {
            Action::Top => articles.list.choose(0, entries, height),
            Action::End => articles.list.choose(entries, entries, height),
            Action::Find => articles.typing = true,
            Action::Choose => {
                let go = if shelf == Shelf::Opened { Go::Article } else { Go::Read };
                return chosen.map(|index| Effect::Go(go(index))).into_iter().collect();
            }
            Action::Forget if shelf == Shelf::Library => {
                if let Some(index) = chosen.filter(|_| chosen == forgetting) {
                    return vec![Effect::Go(Go::Forget(index))];
                }
                articles.forgetting = chosen;
                let told = "once more forgets it, with its place, marks, notes and corrections";
                self.notice = chosen.map(|_| told.to_string());
            }
            Action::Escape | Action::Back if articles.typing || !articles.input.value().is_empty() => {
                self.open_shelf(shelf, chosen.unwrap_or(0), over_article);
            }
            Action::Articles if shelf == Shelf::Library => self.open_articles(over_article),
            Action::Library if shelf == Shelf::Opened => return vec![Effect::Go(Go::Library)],
            Action::Articles | Action::Library | Action::Escape if is_reading => self.mode = Mode::Reading,
            Action::Back if over_article => self.mode = Mode::Reading,
            Action::Back if shelf == Shelf::Library && self.articles.len() > 1 => self.open_articles(false),
            Action::Back => return vec![Effect::Go(Go::Out)],
            _ => {}
        }
        Vec::new()
    }

    /// Whether the list of what was read before is on the screen.
    pub fn is_in_library(&self) -> bool {
        matches!(self.under_help(), Mode::Articles(articles) if articles.shelf == Shelf::Library)
    }

    /// Whether a list of articles is on the screen.
    pub fn is_listing(&self) -> bool {
        matches!(self.under_help(), Mode::Articles(_))
    }

    /// Whether there is an article behind what covers it.
    fn is_reading(&self) -> bool {
        !self.document.blocks.is_empty()
    }
}

/// The articles that have all words that are typed in their title or their name, in the list's order. Letters far apart
/// are no match here: in long titles nearly everything would be.
fn found(typed: &str, articles: &[Listed]) -> Vec<usize> {
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::new(typed, CaseMatching::Smart, Normalization::Smart, AtomKind::Substring);
    let mut fits = |text: &str| {
        let mut characters = Vec::new();
        pattern.score(Utf32Str::new(text, &mut characters), &mut matcher).is_some()
    };
    let fitting =
        articles.iter().enumerate().filter(|(_, listed)| fits(&listed.name) || listed.title().is_some_and(&mut fits));
    fitting.map(|(index, _)| index).collect()
}
