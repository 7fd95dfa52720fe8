//! The list of articles to choose from, where several were opened.

use std::sync::OnceLock;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use tui_input::{Input, InputRequest};

use super::going::Go;
use super::list::List;
use super::{Action, Effect, Mode, Reader, rows_of};

/// An article of the list: what it was opened as, and its title, once that is known.
#[derive(Debug, Default)]
pub struct Listed {
    pub name: String,
    pub title: OnceLock<String>,
}

/// The list on the screen: what is typed to filter it, what passes, and what is chosen.
#[derive(Debug, Clone, Default)]
pub struct Articles {
    pub input: Input,
    /// Whether keys are letters of the filter.
    pub typing: bool,
    /// Indices into [`Reader::articles`].
    pub found: Vec<usize>,
    pub list: List,
}

impl Reader {
    /// Opens the list, at this article.
    pub fn open_articles(&mut self) {
        if self.articles.len() < 2 {
            self.notice = Some("this is the only article".to_string());
            return;
        }
        let mut articles = Articles { found: (0..self.articles.len()).collect(), ..Articles::default() };
        articles.list.choose(self.among.0, articles.found.len(), self.outline_height());
        self.mode = Mode::Articles(articles);
    }

    /// What is typed to filter the list has changed.
    pub(super) fn edit_articles(&mut self, request: InputRequest) {
        let height = self.outline_height();
        let Mode::Articles(articles) = &mut self.mode else { return };
        if articles.input.handle(request).is_some_and(|changed| changed.value) {
            articles.found = found(articles.input.value(), &self.articles);
            articles.list = List::default();
            articles.list.choose(0, articles.found.len(), height);
        }
    }

    /// What the keys do while the list is on the screen.
    pub(super) fn in_articles(&mut self, action: Action, count: Option<usize>) -> Vec<Effect> {
        let height = self.outline_height();
        let Mode::Articles(articles) = &mut self.mode else { return Vec::new() };
        let entries = articles.found.len();
        if let Some(rows) = rows_of(action, count.unwrap_or(1), height) {
            articles.list.step(rows, entries, height);
        }
        match action {
            Action::Top => articles.list.choose(0, entries, height),
            Action::End => articles.list.choose(entries, entries, height),
            Action::Find => articles.typing = true,
            Action::Choose => {
                if let Some(index) = articles.found.get(articles.list.chosen) {
                    return vec![Effect::Go(Go::Article(*index))];
                }
            }
            Action::Escape | Action::Back if articles.typing || !articles.input.value().is_empty() => {
                self.open_articles();
            }
            Action::Articles | Action::Escape if self.is_reading() => self.mode = Mode::Reading,
            Action::Back => return vec![Effect::Go(Go::Out)],
            _ => {}
        }
        Vec::new()
    }

    /// Whether the list of articles is on the screen.
    pub fn is_listing(&self) -> bool {
        matches!(self.mode, Mode::Articles(_))
    }

    /// Whether there is an article behind what covers it.
    fn is_reading(&self) -> bool {
        !self.document.blocks.is_empty()
    }
}

/// The articles whose title or name fits what is typed, in the list's order.
fn found(typed: &str, articles: &[Listed]) -> Vec<usize> {
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::parse(typed, CaseMatching::Smart, Normalization::Smart);
    let mut fits = |text: &str| {
        let mut characters = Vec::new();
        pattern.score(Utf32Str::new(text, &mut characters), &mut matcher).is_some()
    };
    let fitting = articles.iter().enumerate().filter(|(_, listed)| {
        let title = listed.title.get();
        fits(&listed.name) || title.is_some_and(|title| fits(title))
    });
    fitting.map(|(index, _)| index).collect()
}
