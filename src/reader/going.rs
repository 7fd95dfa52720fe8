//! Going somewhere else than this article: along the list, to where a link leads, back and forward.

use std::sync::Arc;

use super::articles::Listed;
use super::{Action, Effect, Reader};
use crate::document::Format;

/// Somewhere else to go. Whoever holds the articles takes the reader there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Go {
    /// To the article of this place in the list.
    Article(usize),
    /// To the article at an address: on the web, or beside this one.
    Follow(String),
    /// To the list of what was read before.
    Library,
    /// To the article of this place in that list.
    Read(usize),
    /// Forget the article of this place in that list.
    Forget(usize),
    /// Back to the article that a link was followed from, by -1, or forward again.
    Visited(isize),
    /// The same input, read as this.
    ReadAs(Format),
    /// Nowhere: what is being loaded is not waited for any longer.
    Stay,
    /// Out of this article: there is nothing left in it to go back to.
    Out,
}

impl Reader {
    /// Tells the reader which article of which list this is.
    pub fn place_among(&mut self, index: usize, articles: &Arc<[Listed]>) {
        self.among = (index, articles.len().max(1));
        self.articles = Arc::clone(articles);
    }

    /// What the keys for going elsewhere do; nothing for others.
    pub(super) fn going(&mut self, action: Action, count: Option<usize>) -> Option<Vec<Effect>> {
        let go = match action {
            Action::NextArticle => return Some(self.other_article(count.unwrap_or(1), 1)),
            Action::PreviousArticle => return Some(self.other_article(count.unwrap_or(1), -1)),
            Action::VisitedBefore => Go::Visited(-1),
            Action::VisitedAfter => Go::Visited(1),
            Action::Format => Go::ReadAs(match self.document.format {
                Format::Text => Format::Html,
                Format::Html => Format::Markdown,
                Format::Markdown => Format::Text,
            }),
            Action::Escape if self.loading.take().is_some() => Go::Stay,
            _ => return None,
        };
        Some(vec![Effect::Go(go)])
    }

    /// On to another article of several, if there is one that way.
    fn other_article(&mut self, times: usize, way: isize) -> Vec<Effect> {
        let (index, count) = self.among;
        let by = way.saturating_mul(isize::try_from(times).unwrap_or(isize::MAX));
        let target = index.saturating_add_signed(by).min(count - 1);
        if target == index {
            self.notice = Some(if count == 1 { "this is the only article" } else { "no article that way" }.to_string());
            return Vec::new();
        }
        vec![Effect::Go(Go::Article(target))]
    }
}
