//! What the keys do while the panes are on the screen.

use super::going::Go;
use super::page::Page;
use super::place::Leaving;
use super::shown::AS_IT_CAME;
use super::{Action, Effect, Mode, Pane, Reader, motion, rows_of};
use crate::document::{Document, Position, Role};
use crate::layout::{Item, Part, Sidebars};

impl Reader {
    pub(super) fn reading(&mut self, action: Action, count: Option<usize>) -> Vec<Effect> {
        let times = count.unwrap_or(1).max(1);
        let by = isize::try_from(times).unwrap_or(1);
        match action {
            Action::NextPane => self.step_pane(1),
            Action::PreviousPane => self.step_pane(-1),
            Action::Body => self.go_to_pane(Pane::Body),
            Action::Sidebars => self.go_to_pane(Pane::Sidebars),
            Action::Captions => self.go_to_pane(Pane::Captions),
            Action::Zoom => {
                self.zoomed = !self.zoomed;
                self.focus = Pane::Body;
            }
            Action::Skim => self.open_skim(),
            Action::Outline => self.open_outline(),
            Action::Articles => self.open_articles(true),
            Action::Library => return vec![Effect::Go(Go::Library)],
            Action::Forget => self.notice = Some("this forgets an article of the library, which L opens".to_string()),
            Action::Find => self.open_find(),
            Action::NextMatch => self.step_match(by),
            Action::PreviousMatch => self.step_match(-by),
            Action::Mark | Action::GoToMark => self.mode = Mode::Marking(action),
            Action::Duplicates | Action::CaptionsShown | Action::SidebarsShown | Action::Boilerplate => {
                self.toggle(action);
            }
            Action::Pictures => self.toggle_pictures(),
            Action::Raw => self.toggle_raw(),
            Action::Wider | Action::Narrower => self.set_measure(action, times),
            Action::Justify => self.justify(),
            Action::Links => self.open_links(),
            Action::OpenLink => return self.open_link(),
            Action::CopyParagraph => return self.copy_paragraph(),
            Action::CopyArticle => return self.copy_article(),
            Action::Select => self.select(),
            Action::Correct => self.open_corrections(),
            Action::Undo => self.undo(),
            Action::Highlight => self.highlight(),
            Action::Note => self.open_note(),
            Action::NextUnsure => self.step_unsure(1),
            Action::PreviousUnsure => self.step_unsure(-1),
            Action::Back => return self.back(),
            Action::Escape => self.escape(),
            Action::NextParagraph if self.raw.is_some() => self.step_raw(by),
            Action::PreviousParagraph if self.raw.is_some() => self.step_raw(-by),
            Action::NextParagraph => {
                self.on_page(|page, window| page.step(window, by, |_| true));
            }
            Action::PreviousParagraph => {
                // From the first paragraph, to its first row.
                if !self.on_page(|page, window| page.step(window, -by, |_| true)) {
                    self.on_page(Page::to_top);
                }
            }
            Action::NextCaption => self.step_caption(by),
            Action::PreviousCaption => self.step_caption(-by),
            Action::NextSidebar => self.step_sidebar(by),
            Action::PreviousSidebar => self.step_sidebar(-by),
            _ if self.focus != Pane::Body => self.in_list(action, count),
            Action::Choose if self.link.is_some() => return self.follow_link(),
            Action::Choose => self.choose_in_body(),
            Action::Top | Action::End => {
                self.jumped_from = Some(self.place());
                match count {
                    Some(percent) => self.on_page(|page, window| page.to_percent(window, percent)),
                    None if action == Action::Top => self.on_page(Page::to_top),
                    None => self.on_page(Page::to_end),
                }
            }
            _ => {
                let height = usize::from(self.areas().body.height);
                if let Some(rows) = rows_of(action, times, height) {
                    self.on_page(|page, window| motion::scroll(page, window, action, rows));
                }
            }
        }
        Vec::new()
    }

    /// Gives a pane the keys, and the story its panes again where it stood alone. A pane with nothing in it is not gone
    /// to.
    pub(super) fn go_to_pane(&mut self, pane: Pane) {
        let told = match pane {
            Pane::Body => {
                self.focus = pane;
                return;
            }
            _ if self.raw.is_some() => AS_IT_CAME,
            _ if self.has_keys_for(pane) => {
                if self.focus == Pane::Body {
                    self.leave(Leaving::Pane);
                }
                (self.focus, self.zoomed) = (pane, false);
                return;
            }
            Pane::Sidebars => "this article has no sidebars",
            Pane::Captions => "this article has no captions",
        };
        self.notice = Some(told.to_string());
    }

    /// To the next pane that way that has anything in it.
    fn step_pane(&mut self, by: isize) {
        let others = [by, 2 * by].map(|by| self.focus.step(by));
        match others.into_iter().find(|pane| self.has_keys_for(*pane)) {
            Some(pane) => self.go_to_pane(pane),
            None => self.notice = Some("this article has no sidebars and no captions".to_string()),
        }
    }

    /// Reads a sidebar in the body pane.
    pub(super) fn read_sidebar(&mut self, index: usize) {
        self.leave(Leaving::Sidebars);
        self.page = Page::new(&self.document, Part::Sidebar(index), &self.preferences.shown);
        self.focus = Pane::Body;
    }

    /// Goes to the line in the story where a sidebar stands.
    pub(super) fn go_to_sidebar(&mut self, index: usize, why: Leaving) {
        self.leave(why);
        self.turn_to(Part::Story);
        self.focus = Pane::Body;
        let position = Position { block: self.document.sidebars[index].blocks.start, offset: 0 };
        self.on_page(|page, window| page.show(window, position));
    }

    /// Enter in the body: opens the sidebar at the cursor, finds the caption at the cursor in its pane, or leads from
    /// a sidebar to its place in the story.
    fn choose_in_body(&mut self) {
        if self.raw.is_some() {
            return;
        }
        match (self.page.part, self.page.at_cursor(&self.document)) {
            (Part::Sidebar(index), _) => self.go_to_sidebar(index, Leaving::Reading),
            (_, Some(Item::Sidebar(index))) => self.read_sidebar(index),
            (_, Some(Item::Block(block))) if self.document.blocks[block].role == Role::Caption => {
                if let Some(entry) = self.entries.iter().position(|e| e.place == block) {
                    self.choose(Pane::Captions, entry);
                    self.go_to_pane(Pane::Captions);
                }
            }
            _ => {}
        }
    }

    /// To the next or previous caption that stands in the story.
    fn step_caption(&mut self, by: isize) {
        if !self.preferences.shown.captions {
            self.notice = Some("captions are hidden, c shows them".to_string());
            return;
        }
        let is_caption = |item, document: &Document| match item {
            Item::Block(block) => document.blocks[block].role == Role::Caption,
            Item::Sidebar(_) => false,
        };
        self.step_in_body(by, "caption", is_caption);
    }

    /// The next or previous sidebar: in the story its place there, while reading one the neighbour itself.
    fn step_sidebar(&mut self, by: isize) {
        let count = self.document.sidebars.len();
        if self.raw.is_some() {
            return;
        }
        if count == 0 {
            self.notice = Some("this article has no sidebars".to_string());
            return;
        }
        if let Part::Sidebar(index) = self.page.part {
            let next = index.saturating_add_signed(by).min(count - 1);
            let end = if by > 0 { "this is the last sidebar" } else { "this is the first sidebar" };
            self.notice = (next == index).then(|| end.to_string());
            return self.turn_to(Part::Sidebar(next));
        }
        if self.preferences.shown.sidebars == Sidebars::Hidden {
            self.notice = Some("sidebars are hidden, S shows them".to_string());
            return;
        }
        let begins_sidebar = |item, document: &Document| match item {
            Item::Sidebar(_) => true,
            Item::Block(block) => {
                let sidebar = document.blocks[block].sidebar;
                sidebar.is_some_and(|s| document.sidebars[s as usize].blocks.start == block)
            }
        };
        self.step_in_body(by, "sidebar", begins_sidebar);
    }

    /// Moves the cursor over items of a kind; says so where there are no more.
    fn step_in_body(&mut self, by: isize, kind: &str, test: impl Fn(Item, &Document) -> bool) {
        if self.raw.is_some() {
            return;
        }
        self.focus = Pane::Body;
        if !self.on_page(|page, window| page.step(window, by, |item| test(item, window.document))) {
            self.notice = Some(format!("no {} {kind}", if by > 0 { "further" } else { "earlier" }));
        }
    }
}
