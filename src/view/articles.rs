//! The lists of articles to choose from.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{clipped, fitting, frame, glyphs, overlay, panes, put, rect};
use crate::clean;
use crate::layout::columns;
use crate::reader::Reader;
use crate::reader::articles::{Articles, Shelf};
use crate::theme::Theme;

/// Columns of the list, at most.
const MOST_WIDTH: u16 = 110;

/// Titles and names; says where the cursor stands, if something is being typed.
pub fn articles(reader: &Reader, articles: &Articles, theme: &Theme, buffer: &mut Buffer) -> Option<(u16, u16)> {
    let areas = overlay::bare(reader.areas());
    frame::borders(&areas, theme.border, buffer);
    let header = frame::padded(rect(areas.header), &areas);
    let filtered = articles.typing || !articles.input.value().is_empty();
    let name = if articles.shelf == Shelf::Opened { "Articles" } else { "Library" };
    let label = if filtered { format!("{name}: ") } else { format!("{name}  {}", articles.found.len()) };
    put(buffer, header, &format!("{label}{}", clean::visible(articles.input.value())), theme.title);
    let area = Rect { width: areas.header.width, ..rect(areas.body) };
    let width = area.width.min(MOST_WIDTH);
    let left = area.x + (area.width - width) / 2;
    if articles.found.is_empty() && reader.loading.is_none() {
        let told = if filtered { "Nothing matches." } else { "Nothing has been read." };
        let row = Rect { x: left, width, height: area.height.min(1), ..area };
        panes::entry(row, " ", told, "", theme.dim, theme, buffer);
    }
    let lines = articles.found.iter().enumerate().skip(articles.list.top);
    for (y, (at, index)) in (area.y..area.bottom()).zip(lines) {
        let Some(listed) = reader.listed(articles.shelf).get(*index) else { continue };
        let row = Rect { x: left, y, width, height: 1 };
        let (words, fact) = match listed.title() {
            Some(title) => (title, listed.name.as_str()),
            None => (listed.name.as_str(), ""),
        };
        // Where it is from is the first to go where there is no room.
        let facts = [fact, &listed.fact].into_iter().filter(|fact| !fact.is_empty()).collect::<Vec<_>>();
        let all = facts.join(glyphs(reader).dot);
        let (said, room) = (columns(&all), usize::from(width.saturating_sub(4)));
        let roomy = said * 4 <= room || columns(words) + 1 + said <= room;
        let fact = if roomy { all.as_str() } else { facts.last().copied().unwrap_or_default() };
        // A file's name stays beside its title, however long that is.
        let (words, fact) = if articles.shelf == Shelf::Opened {
            let name = clipped(fact, room / 2);
            (clipped(words, room.saturating_sub(columns(&name) + 1)), name)
        } else {
            (words.into(), fact.into())
        };
        let chosen = at == articles.list.chosen;
        let style = if chosen { theme.chosen } else { theme.text };
        let mark = if chosen { glyphs(reader).pointer } else { " " };
        panes::entry(row, mark, &words, &fact, style, theme, buffer);
    }
    let status = frame::padded(rect(areas.status), &areas);
    let q = if reader.leads_back(articles) { "q back" } else { "q quit" };
    let keys = match (articles.typing, articles.shelf) {
        (true, _) => "type to filter, Enter reads, Esc back".to_string(),
        (_, Shelf::Opened) => format!("Enter reads, / filters, {q}"),
        (_, Shelf::Library) => {
            let all = format!("Enter reads, / filters, X forgets, {q}");
            fitting(&[&all, &format!("Enter reads, / filters, {q}")], status).to_string()
        }
    };
    let told = reader.loading.as_deref().or(reader.notice.as_deref());
    put(buffer, status, told.unwrap_or(&keys), if told.is_some() { theme.notice } else { theme.dim });
    let typed = u16::try_from(label.len() + articles.input.visual_cursor()).unwrap_or(u16::MAX);
    articles.typing.then(|| (header.x.saturating_add(typed).min(header.right().saturating_sub(1)), header.y))
}
