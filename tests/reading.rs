//! What keys do to a reader: places kept, led back to, and nothing lost from sight unsaid.

mod common;

use std::collections::BTreeMap;

use common::{Session, fixture};
use cutline::document::{Format, Position, Role};
use cutline::layout::viewport::{self, PlacedRow};
use cutline::layout::{Item, Measure, Part, Sidebars};
use cutline::reader::areas::Form;
use cutline::reader::correct::ANSWERS;
use cutline::reader::going::Go;
use cutline::reader::page::{Page, Window};
use cutline::reader::{Action, Effect, Message, Mode, Pane, Reader, update};
use proptest::prelude::*;

#[test]
fn a_resize_there_and_back_keeps_the_words_at_the_top() {
    let mut session = Session::welcome(120, 40);
    session.keys("<space>jjj");
    let (line, place) = (session.top_line(), session.reader.page.top);
    for (columns, rows) in [(80, 24), (40, 12), (160, 50), (1, 1), (120, 40)] {
        session.resize(columns, rows);
        assert_eq!(session.reader.page.top, place);
    }
    assert_eq!(session.top_line(), line);
}

#[test]
fn toggles_and_measures_keep_the_words_at_the_top() {
    for keys in ["c", "D", "S", "B", "+", "--", "=", "z"] {
        let mut session = Session::welcome(120, 40);
        session.keys("<space>j");
        let first_word = session.top_line().split(' ').next().unwrap().to_string();
        session.keys(keys);
        assert!(session.top_line().contains(&first_word), "{keys}: {:?} has no {first_word:?}", session.top_line());
    }
}

#[test]
fn enter_on_a_caption_and_back_leads_to_the_very_line() {
    let mut session = Session::welcome(120, 40);
    session.keys("jj");
    let before = session.body();
    session.keys("3G<enter>");
    assert!(session.screen().contains("The mouse came to light on Sunday"));
    session.keys("q1");
    assert_eq!(session.body(), before);
}

#[test]
fn leafing_through_captions_takes_one_key_back() {
    let mut session = Session::welcome(120, 40);
    let before = session.reader.page.top;
    session.keys("3jjjjj<enter>jjj<enter>jj<enter>");
    assert_ne!(session.reader.page.top, before);
    session.keys("q");
    assert_eq!(session.reader.page.top, before);
}

#[test]
fn a_sidebar_is_read_in_the_body_and_left_to_the_very_line() {
    let mut session = Session::welcome(120, 40);
    session.keys("<space>jjj");
    let place = session.reader.page.top;
    session.keys("2jj<enter>");
    assert_eq!(session.reader.page.part, Part::Sidebar(2));
    assert!(session.top_line().starts_with("Runaway cheese!"));
    session.keys("q");
    assert_eq!((session.reader.page.part, session.reader.page.top), (Part::Story, place));
}

#[test]
fn skimming_all_cards_takes_a_key_each_and_q_leads_back() {
    let mut session = Session::welcome(120, 40);
    session.keys("<space>");
    let before = session.body();
    session.keys("s");
    let mut strips = Vec::new();
    for _ in 0..3 {
        strips.push(session.screen().lines().nth(1).unwrap()[..12].to_string());
        session.keys("]");
    }
    assert_eq!(strips, ["│ 1 of 3  ", "│ 2 of 3  ", "│ 3 of 3  "]);
    session.keys("q");
    assert_eq!(session.body(), before);
}

#[test]
fn enter_on_a_card_goes_to_its_place_in_the_story_and_q_back() {
    let mut session = Session::welcome(120, 40);
    let before = session.reader.page.top;
    session.keys("s]]<enter>");
    assert!(session.screen().contains("▐ Sidebar: Runaway cheese!"));
    assert!(matches!(session.reader.mode, Mode::Reading));
    session.keys("q");
    assert_eq!(session.reader.page.top, before);
    assert_eq!(session.keys("q"), [Effect::Go(Go::Out)]);
}

#[test]
fn enter_on_a_sidebars_line_opens_it() {
    let mut session = Session::welcome(120, 40);
    session.keys("]<enter>");
    assert_eq!(session.reader.page.part, Part::Sidebar(0));
    session.keys("]");
    assert_eq!(session.reader.page.part, Part::Sidebar(1));
}

#[test]
fn brackets_walk_over_the_captions_of_the_story() {
    let mut session = Session::welcome(120, 40);
    session.keys("))");
    let block = session.reader.page.cursor.block;
    assert!(session.reader.document.text(block).starts_with("Winifred Ash, Saltpenny’s librarian"));
    session.keys("(");
    assert!(session.reader.document.text(session.reader.page.cursor.block).starts_with("The Admiral, pictured"));
    session.keys("(");
    assert_eq!(session.reader.notice.as_deref(), Some("no earlier caption"));
}

#[test]
fn every_toggle_says_how_much_it_hides() {
    let mut session = Session::welcome(120, 40);
    let mut notices = Vec::new();
    for key in ["D", "c", "B", "S", "S", "S"] {
        session.keys(key);
        notices.push(session.reader.notice.clone().unwrap());
    }
    assert_eq!(
        notices,
        [
            "9 duplicates shown",
            "11 captions hidden in the story",
            "3 lines of boilerplate shown",
            "3 sidebars stand in the story",
            "3 sidebars hidden in the story",
            "3 sidebars stand aside, one line each",
        ]
    );
    assert_eq!(session.reader.preferences.shown.sidebars, Sidebars::Line);
}

#[test]
fn shown_duplicates_stand_in_the_story_and_under_their_captions() {
    let mut session = Session::welcome(120, 40);
    assert!(!session.screen().contains("hasn't"));
    session.keys("D");
    let screen = session.screen();
    assert!(screen.contains("The Admiral, pictured on the harbour wall, hasn't shown"));
    assert!(screen.contains("= The Admiral, pictured on the"));
}

#[test]
fn finding_shows_what_is_folded_and_escape_leads_back() {
    let mut session = Session::welcome(120, 40);
    session.keys("/keybaord");
    assert!(session.screen().contains("1 of 1, 1 in a folded caption"));
    assert!(session.screen().contains("keybaord its regulars"));
    session.keys("<esc>D");
    assert_eq!(session.reader.page.top, Position::default());
    session.keys("/cheese<enter>n");
    assert_eq!(session.reader.page.part, Part::Sidebar(2));
    session.keys("<esc>q");
    assert_eq!((session.reader.page.part, session.reader.page.top), (Part::Story, Position::default()));
}

#[test]
fn finding_nothing_says_so_and_stays() {
    let mut session = Session::welcome(120, 40);
    session.keys("<space>/zebra");
    let top = session.reader.page.top;
    assert!(session.screen().contains("no match"));
    session.keys("<enter>");
    assert_eq!((session.reader.page.top, session.reader.notice.as_deref()), (top, Some("no match for “zebra”")));
}

#[test]
fn the_raw_view_shows_the_input_at_the_same_words_and_leads_back() {
    let mut session = Session::welcome(120, 40);
    session.keys("<space>");
    let before = session.screen();
    let words: String = session.top_line().split(' ').take(3).collect::<Vec<_>>().join(" ");
    session.keys("r");
    assert!(session.top_line().starts_with(&words), "{:?} / {words:?}", session.top_line());
    session.keys("gG");
    assert!(session.screen().contains("Read more at saltpennymercury.example"));
    assert!(session.screen().contains("The nest on the roof of Saltpenny's fish market"));
    let mut session = Session::welcome(120, 40);
    session.keys("<space>rr");
    assert_eq!(session.screen(), before);
}

#[test]
fn counts_repeat_and_marks_return() {
    let mut session = Session::welcome(120, 40);
    session.keys("5jma");
    let place = session.reader.page.top;
    let mut stepped = Session::welcome(120, 40);
    stepped.keys("jjjjj");
    assert_eq!(stepped.reader.page.top, place);
    session.keys("G'a");
    assert_eq!(session.reader.page.top, place);
    session.keys("50g");
    let (done, _) = session.reader.progress();
    assert!((0.5..0.75).contains(&done), "{done}");
}

#[test]
fn in_a_narrow_window_tabs_lead_from_pane_to_pane() {
    let mut session = Session::welcome(40, 12);
    session.keys("<tab>");
    assert_eq!(session.reader.focus, Pane::Sidebars);
    assert!(session.screen().contains("[Sidebars 3]"));
    session.keys("j<enter>");
    assert_eq!((session.reader.focus, session.reader.page.part), (Pane::Body, Part::Sidebar(1)));
    session.keys("q3<enter>");
    assert_eq!(session.reader.focus, Pane::Body);
    assert_eq!(session.keys("qqq"), [Effect::Go(Go::Out)]);
}

#[test]
fn an_article_without_sidebars_or_captions_is_read_alone() {
    let mut session = Session::new(common::expected(&fixture("plum-cake")), 120, 40);
    session.keys("s");
    assert_eq!(session.reader.notice.as_deref(), Some("this article has no sidebars"));
    assert!(!session.screen().contains("SIDEBARS"));
    session.keys("23jk<enter>");
}

#[test]
fn an_empty_article_can_be_opened_and_left() {
    let mut session = Session::new(cutline::document::Document::default(), 80, 24);
    session.keys("jkdu<space>bgG{}()[]<tab><tab>1<enter>2<enter>3<enter>sDcSBr/a<enter>nN?q");
    assert_eq!(session.keys("Q"), [Effect::Quit]);
    assert!(session.screen().contains("There is nothing to read here"));
}

#[test]
fn the_outline_is_filtered_by_typing_and_leads_to_a_heading_and_back() {
    let mut session = Session::welcome(120, 40);
    session.keys("tbeak");
    let screen = session.screen();
    let chosen = screen.lines().find(|line| line.contains('▸')).unwrap();
    assert!(chosen.contains("The long beak of the law"), "{chosen}");
    assert!(!screen.contains("Ten boxes in ten presses"));
    session.keys("<enter>");
    assert_eq!(session.top_line(), "The long beak of the law");
    session.keys("q");
    assert_eq!(session.reader.page.top, Position::default());
}

#[test]
fn a_selection_is_copied_as_paragraphs() {
    let mut session = Session::welcome(120, 40);
    let one = session.keys("}y");
    assert_eq!(one, [Effect::Copy("By Cordelia Finch, harbour correspondent".into())]);
    let two = session.keys("v}y");
    let dated = "By Cordelia Finch, harbour correspondent\n\nPublished 9.14 am, Tuesday 3 March";
    assert_eq!(two, [Effect::Copy(dated.into())]);
    assert_eq!(session.reader.selected_from, None);
    let [Effect::Copy(article)] = &session.keys("Y")[..] else { panic!("the article is copied") };
    assert!(article.contains("Josiah Venn") && article.ends_with("pressed q."));
}

/// The bundled article as cutline itself takes it apart.
fn inferred() -> Session {
    let mut document = common::expected(&fixture("welcome"));
    cutline::structure::structure(&mut document, &[]);
    Session::new(document, 120, 40)
}

#[test]
fn a_correction_changes_the_reading_and_can_be_taken_back() {
    let mut session = inferred();
    let before = session.reader.document.clone();
    session.keys("}}}}Rc");
    let block = session.reader.page.cursor.block;
    assert_eq!(session.reader.document.blocks[block].role, Role::Caption);
    assert!(session.reader.entries.iter().any(|entry| entry.block == block));
    session.keys("U");
    assert!(session.reader.document == before, "the reading is as it was");
}

#[test]
fn a_sidebar_is_said_to_begin_and_to_be_none() {
    let mut session = inferred();
    let count = session.reader.document.sidebars.len();
    let heading =
        session.reader.document.blocks.iter().position(|b| b.text.as_deref() == Some("Ten boxes in ten presses"));
    session.reader.page.cursor = Position { block: heading.unwrap(), offset: 0 };
    session.keys("R[");
    assert_eq!(session.reader.document.sidebars.len(), count + 1);
    session.keys("Rn");
    assert_eq!(session.reader.document.sidebars.len(), count);
}

#[test]
fn a_link_is_chosen_by_its_letter_and_read_here_or_opened_outside() {
    use cutline::document::{Block, Document, Mark, MarkKind};
    let link = |start: usize, end: usize, to: &str| Mark { range: start..end, kind: MarkKind::Link(to.into()) };
    let marks = vec![link(4, 8, "https://example.org/boat"), link(13, 17, "javascript:alert(1)")].into();
    let block = Block { text: Some("The boat and quay and more".into()), marks, ..Block::default() };
    let mut session = Session::new(Document { blocks: vec![block], ..Document::default() }, 80, 24);
    session.keys(";");
    assert!(session.screen().contains("The aoat and suay and more"));
    assert_eq!(session.keys("a<enter>"), [Effect::Go(Go::Follow("https://example.org/boat".into()))]);
    assert_eq!(session.keys(";ao"), [Effect::Open("https://example.org/boat".into())]);
    assert_eq!(session.keys(";so"), []);
    assert!(session.reader.notice.as_deref().unwrap().starts_with("only http, https, mailto and file are opened"));
}

#[test]
fn a_chosen_link_shows_the_host_that_it_leads_to() {
    for (link, shown, opened) in [
        ("https://аррӏе.com/a", "https://xn--80ak6aa92e.com/a", "https://xn--80ak6aa92e.com/a"),
        ("https://münchen.example/", "https://münchen.example/", "https://xn--mnchen-3ya.example/"),
        ("https://bank.example@evil.example/", "https://…@evil.example/", "https://bank.example@evil.example/"),
        (
            "https:\\\\evil.example\\bank.example",
            "https://evil.example/bank.example",
            "https://evil.example/bank.example",
        ),
        ("http://2130706433/", "http://127.0.0.1/", "http://127.0.0.1/"),
    ] {
        let article = cutline::read::read(format!("<p>The <a href=\"{link}\">link</a> to it</p>"), Format::Html);
        let mut session = Session::new(article, 80, 24);
        assert_eq!(session.keys(";a"), []);
        assert!(session.screen().contains(&format!("Enter reads {shown}, o opens")), "{}", session.screen());
        assert_eq!(session.keys("o"), [Effect::Open(opened.to_string())]);
        assert!(session.screen().contains(&format!("opening {shown}")));
    }
}

#[test]
fn the_wheel_scrolls_what_is_under_it_and_a_click_chooses() {
    let mut session = Session::welcome(120, 40);
    update(&mut session.reader, Message::Wheel { column: 10, row: 10, by: 1 });
    assert!(session.top_line().starts_with("By Cordelia Finch"));
    update(&mut session.reader, Message::Wheel { column: 100, row: 25, by: 1 });
    assert_eq!(session.reader.captions.chosen, 1);
    let areas = session.reader.areas();
    update(&mut session.reader, Message::Click { column: areas.sidebars.x + 2, row: areas.sidebars.y + 2 });
    assert_eq!(session.reader.page.part, Part::Sidebar(1));
    assert_eq!(session.keys("M"), [Effect::Mouse(false)]);
}

#[test]
fn a_click_on_a_link_says_where_it_leads_and_another_opens_it() {
    use cutline::document::{Block, Document, Mark, MarkKind};
    let link = Mark { range: 4..8, kind: MarkKind::Link("https://example.org/boat".into()) };
    let block = Block { text: Some("The boat and quay".into()), marks: vec![link].into(), ..Block::default() };
    let mut session = Session::new(Document { blocks: vec![block], ..Document::default() }, 80, 24);
    let row = session.reader.areas().body.y;
    let line = session.screen().lines().nth(usize::from(row)).unwrap().to_string();
    let column = line[..line.find("boat").unwrap()].chars().count() as u16;
    let mut click = |column| update(&mut session.reader, Message::Click { column, row });
    assert_eq!((click(column - 1), click(column + 4)), (vec![], vec![]), "beside it");
    assert_eq!(click(column), []);
    assert_eq!(click(column + 3), [Effect::Open("https://example.org/boat".into())]);
    assert!(session.reader.notice.unwrap().contains("https://example.org/boat"));
}

#[test]
fn the_wheel_scrolls_the_help_and_a_click_in_the_outline_goes_there() {
    let mut session = Session::welcome(120, 40);
    session.keys("?");
    update(&mut session.reader, Message::Wheel { column: 10, row: 10, by: 1 });
    assert!(matches!(session.reader.mode, Mode::Help { top: 3 }));
    session.keys("qt");
    let screen = session.screen();
    let row = screen.lines().position(|line| line.contains("The long beak of the law")).unwrap() as u16;
    update(&mut session.reader, Message::Click { column: 30, row });
    assert!(matches!(session.reader.mode, Mode::Reading));
    assert_eq!(session.top_line(), "The long beak of the law");
}

#[test]
fn the_title_is_said_once() {
    for (columns, rows) in [(160, 50), (120, 40), (80, 24)] {
        let mut session = Session::welcome(columns, rows);
        assert_eq!(session.screen().matches("Gull makes off").count(), 1);
        session.keys("<space>");
        assert_eq!(session.screen().matches("Gull makes off").count(), 1);
        session.keys("s]]");
        assert_eq!(session.screen().matches("Runaway cheese!").count(), 1);
    }
}

#[test]
fn the_plain_form_has_no_lines_and_only_ascii_signs() {
    let mut session = Session::welcome(120, 40);
    session.reader.preferences.plain = true;
    for keys in ["", "2", "3", "1s", "qt", "<esc>?", "q"] {
        session.keys(keys);
        let signs = session.screen().chars().filter(|c| ('\u{2190}'..'\u{2c00}').contains(c)).collect::<String>();
        assert_eq!(signs, "", "{keys}");
    }
}

/// Every action of the reader, so that a sequence of them can be made up.
fn action() -> impl Strategy<Value = Message> {
    let actions: Vec<Action> =
        cutline::keys::TABLE.iter().flat_map(|(_, bindings)| bindings.iter().map(|b| b.action)).collect();
    prop_oneof![
        20 => proptest::sample::select(actions).prop_map(Message::Act),
        2 => (0u16..180, 0u16..60).prop_map(|(columns, rows)| Message::Resize { columns, rows }),
        2 => (0u8..10).prop_map(Message::Digit),
        1 => "[a-z .(]{1,3}".prop_map(Message::Paste),
        1 => proptest::char::range('a', 'q').prop_map(Message::Letter),
        1 => (0u16..120, 0u16..40, -2isize..3).prop_map(|(column, row, by)| Message::Wheel { column, row, by }),
        1 => (0u16..120, 0u16..40).prop_map(|(column, row)| Message::Click { column, row }),
    ]
}

/// Where a message sends the top of the body.
#[derive(Debug, PartialEq)]
enum Sent {
    /// The same words stay at the top, of the same part.
    Nowhere,
    /// This row is the first.
    To(Position),
    /// The first row of a part.
    Into(Part),
    /// So that this place stands in the window, in whatever part it is read.
    Sight(Position),
    /// The very place.
    Back(Part, Position),
    /// Out of the raw input or into it, or back to somewhere the reader has been.
    Elsewhere,
}

/// The rows of what is in the body pane, all of them, and which of them the window begins at: the slow and simple way
/// to say where a motion leads.
struct Rows<'a> {
    reader: &'a Reader,
    rows: Vec<PlacedRow>,
    at: usize,
    height: usize,
}

impl<'a> Rows<'a> {
    fn of(reader: &'a Reader) -> Option<Rows<'a>> {
        let (_, page) = reader.in_body();
        let window = reader.window();
        let here = page.rows(&Window { height: 1, ..window }).first()?.position;
        let mut from_top = page.clone();
        from_top.to_top(&window);
        let rows = from_top.rows(&Window { height: usize::MAX, ..window });
        let at = rows.iter().position(|row| row.position == here)?;
        Some(Rows { reader, rows, at, height: window.height.max(1) })
    }

    /// The row that shows the last screenful.
    fn end(&self) -> usize {
        self.rows.len().saturating_sub(self.height)
    }

    fn to(&self, row: usize) -> Sent {
        if row == self.at { Sent::Nowhere } else { Sent::To(self.rows[row].position) }
    }

    fn down(&self, rows: usize) -> usize {
        if self.at >= self.end() { self.at } else { self.at.saturating_add(rows).min(self.end()) }
    }

    /// A page, or part of one, down: a heading that would stand last is left to the next.
    fn turned(&self, rows: usize) -> usize {
        let target = self.down(rows);
        let foot = (target + self.height).min(self.rows.len());
        if self.rows[foot - 1].item == self.rows[self.rows.len() - 1].item {
            return target;
        }
        let document = self.reader.in_body().0;
        let heads = |row: &&PlacedRow| match row.item {
            Item::Block(block) => document.blocks[block].role == Role::Heading,
            Item::Sidebar(_) => false,
        };
        let stranded = self.rows[..foot].iter().rev().take_while(heads).count();
        if stranded < target - self.at { target - stranded } else { target }
    }

    /// The first row of an item of the flow.
    fn first(&self, item: Item) -> usize {
        self.rows.iter().position(|row| row.item == item && row.first).unwrap()
    }

    /// To an item: nowhere where it is in sight, else so that a third of the window stands above it.
    fn shown(&self, item: Item) -> Sent {
        let row = self.first(item);
        if (self.at..self.at + (self.height - 1).max(1)).contains(&row) {
            return Sent::Nowhere;
        }
        let third = self.reader.window().height / 3;
        self.to(row.saturating_sub(third).min(self.end()))
    }

    /// So many hundredths into the text.
    fn percent(&self, percent: usize) -> Sent {
        let (document, page) = self.reader.in_body();
        let length = |item: &Item| match item {
            Item::Block(block) => document.text(*block).len(),
            Item::Sidebar(_) => 1,
        };
        let total: usize = page.flow.iter().map(length).sum();
        let target = total * percent.min(100) / 100;
        let before = |item: Item| page.flow.iter().take_while(|other| **other != item).map(length).sum::<usize>();
        let starts = |row: &PlacedRow| match (row.item, &row.row) {
            (Item::Block(_), Some(text)) => Some(before(row.item) + text.range.start),
            (Item::Sidebar(_), Some(_)) if row.first => Some(before(row.item)),
            _ => None,
        };
        let reached = self.rows.iter().rposition(|row| starts(row).is_some_and(|start| start <= target));
        self.to(reached.unwrap_or(0).min(self.end()))
    }

    /// Over items of a kind, as many as there are that way.
    fn stepped(&self, by: isize, test: impl Fn(Item) -> bool) -> Sent {
        let (document, page) = self.reader.in_body();
        let here = page.at_cursor(document).unwrap();
        let here = page.flow.iter().position(|item| *item == here).unwrap();
        let found = match by {
            1.. => page.flow[here + 1..].iter().filter(|item| test(**item)).take(by.unsigned_abs()).last(),
            _ => page.flow[..here].iter().rev().filter(|item| test(**item)).take(by.unsigned_abs()).last(),
        };
        found.map_or(Sent::Nowhere, |item| self.shown(*item))
    }
}

/// Where a message sends the top of the body. `marks` are those that were set, `count` was typed before an action.
fn sent(reader: &Reader, marks: &BTreeMap<char, (Part, Position)>, count: Option<usize>, message: &Message) -> Sent {
    let Some(rows) = Rows::of(reader) else { return Sent::Elsewhere };
    match message {
        Message::Act(action) => sent_by_key(reader, &rows, count, *action),
        Message::Letter(letter) if reader.raw.is_none() => match reader.mode {
            Mode::Marking(Action::GoToMark) => marks.get(letter).map_or(Sent::Nowhere, |m| Sent::Back(m.0, m.1)),
            // The structure may be another after a correction, but the block in question stays in sight.
            Mode::Correcting if ANSWERS.iter().any(|(l, ..)| l == letter) => Sent::Sight(reader.page.cursor),
            _ => Sent::Nowhere,
        },
        Message::Letter(_) | Message::Paste(_) => Sent::Elsewhere,
        Message::Wheel { column, row, by } if matches!(reader.mode, Mode::Reading) => {
            let areas = reader.areas();
            let over = areas.body.contains(*column, *row) && (areas.form != Form::Tabs || reader.focus == Pane::Body);
            match by.unsigned_abs() * 3 {
                _ if !over => Sent::Nowhere,
                lines if *by > 0 => rows.to(rows.down(lines)),
                lines => rows.to(rows.at.saturating_sub(lines)),
            }
        }
        Message::Click { .. } => Sent::Elsewhere,
        _ => Sent::Nowhere,
    }
}

fn sent_by_key(reader: &Reader, rows: &Rows<'_>, count: Option<usize>, action: Action) -> Sent {
    use Action::*;
    let document = &reader.document;
    let by = isize::try_from(count.unwrap_or(1).max(1)).unwrap();
    let lines = |lines: usize| lines.saturating_mul(by.unsigned_abs());
    let (raw, in_body) = (reader.raw.is_some(), reader.focus == Pane::Body);
    let is_caption = |item| matches!(item, Item::Block(block) if document.blocks[block].role == Role::Caption);
    let begins = |item| match item {
        Item::Sidebar(_) => true,
        Item::Block(block) => document.sidebars.iter().any(|sidebar| sidebar.blocks.start == block),
    };
    let start_of = |sidebar: usize| Position { block: document.sidebars[sidebar].blocks.start, offset: 0 };
    match &reader.mode {
        Mode::Reading => {}
        Mode::Skim { card, .. } if action == Choose => return Sent::Sight(start_of(*card)),
        Mode::Outline(outline) if action == Choose => {
            let heading = outline.headings.get(outline.list.chosen);
            return heading
                .map_or(Sent::Nowhere, |heading| Sent::Sight(Position { block: heading.block(document), offset: 0 }));
        }
        Mode::Finding { .. } => return Sent::Elsewhere,
        _ => return Sent::Nowhere,
    }
    match action {
        LineDown if in_body => rows.to(rows.down(lines(1))),
        LineUp if in_body => rows.to(rows.at.saturating_sub(lines(1))),
        HalfDown if in_body => rows.to(rows.turned(lines((reader.window().height / 2).max(1)))),
        HalfUp if in_body => rows.to(rows.at.saturating_sub(lines((reader.window().height / 2).max(1)))),
        PageDown if in_body => rows.to(rows.turned(lines(reader.window().height.saturating_sub(2).max(1)))),
        PageUp if in_body => rows.to(rows.at.saturating_sub(lines(reader.window().height.saturating_sub(2).max(1)))),
        Top | End if in_body => match count {
            Some(percent) => rows.percent(percent),
            None => rows.to(if action == Top { 0 } else { rows.end() }),
        },
        NextParagraph => rows.stepped(by, |_| true),
        PreviousParagraph => match rows.stepped(-by, |_| true) {
            // At the first item, to its first row.
            Sent::Nowhere if reader.in_body().1.at_cursor(reader.in_body().0) == Some(rows.rows[0].item) => rows.to(0),
            elsewhere => elsewhere,
        },
        NextCaption | PreviousCaption | NextSidebar | PreviousSidebar if raw => Sent::Nowhere,
        NextCaption if reader.preferences.shown.captions => rows.stepped(by, is_caption),
        PreviousCaption if reader.preferences.shown.captions => rows.stepped(-by, is_caption),
        NextSidebar | PreviousSidebar => match (reader.page.part, action) {
            (Part::Sidebar(index), _) => {
                let by = if action == NextSidebar { by } else { -by };
                let next = index.saturating_add_signed(by).min(document.sidebars.len() - 1);
                if next == index { Sent::Nowhere } else { Sent::Into(Part::Sidebar(next)) }
            }
            _ if reader.preferences.shown.sidebars == cutline::layout::Sidebars::Hidden => Sent::Nowhere,
            (_, NextSidebar) => rows.stepped(by, begins),
            _ => rows.stepped(-by, begins),
        },
        Choose if raw => Sent::Elsewhere,
        Choose => match (reader.focus, reader.page.part, reader.page.at_cursor(document)) {
            (Pane::Captions, ..) => {
                Sent::Sight(Position { block: reader.entries[reader.captions.chosen].place, offset: 0 })
            }
            (Pane::Sidebars, ..) => Sent::Into(Part::Sidebar(reader.sidebars.chosen)),
            (_, Part::Sidebar(index), _) => Sent::Sight(start_of(index)),
            (_, _, Some(Item::Sidebar(index))) => Sent::Into(Part::Sidebar(index)),
            _ => Sent::Nowhere,
        },
        NextMatch | PreviousMatch if reader.find.matches.is_empty() => Sent::Nowhere,
        NextMatch | PreviousMatch | Back | Escape | Raw | Undo | NextUnsure | PreviousUnsure => Sent::Elsewhere,
        _ => Sent::Nowhere,
    }
}

/// Whether a place, or what stands for it, is in the window's rows.
fn in_window(reader: &Reader, position: Position) -> bool {
    let (document, page) = reader.in_body();
    let window = reader.window();
    let rows = page.rows(&Window { height: window.height.max(1), ..window });
    let place = viewport::place_of(document, &page.flow, position).map(|index| page.flow[index]);
    let reaches = |row: &PlacedRow| match (&row.row, row.item) {
        (Some(text), Item::Block(block)) => block != position.block || text.range.contains(&position.offset),
        (row, _) => row.is_some(),
    };
    rows.iter().any(|row| Some(row.item) == place && reaches(row))
}

/// The blocks of a part that stand on one of its screens, from the first to the last.
fn on_screens(session: &Session, part: Part) -> Vec<usize> {
    let reader = &session.reader;
    let mut page = Page::new(&reader.document, part, &reader.preferences.shown);
    let window =
        Window { document: &reader.document, measure: Measure { width: 40, ..Measure::default() }, height: 20 };
    let mut seen = Vec::new();
    loop {
        seen.extend(page.rows(&window).iter().filter_map(|placed| match (placed.item, &placed.row) {
            (Item::Block(block), Some(_)) => Some(block),
            _ => None,
        }));
        let before = page.top;
        page.scroll(&window, 18);
        if page.top == before {
            return seen;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is pressed, at whatever size: nothing panics, a screen can be drawn, and the top is where the message
    /// sent it, or at the same words. In the end every block is on some screen, or counted as hidden.
    #[test]
    fn any_sequence_of_messages_leaves_a_sound_reader(messages in proptest::collection::vec(action(), 1..30)) {
        let mut session = Session::welcome(100, 30);
        let (mut marks, mut count, mut been) = (BTreeMap::new(), None::<usize>, Vec::new());
        for message in messages {
            let before = session.reader.clone();
            let sent = sent(&before, &marks, count, &message);
            been.push((before.page.part, before.page.top));
            match message {
                Message::Digit(digit) => count = Some((count.unwrap_or(0) * 10 + usize::from(digit)).min(1_000_000)),
                Message::Act(_) => count = None,
                Message::Letter(letter) if matches!(before.mode, Mode::Marking(Action::Mark)) => {
                    marks.insert(letter, (before.page.part, before.page.top));
                }
                _ => {}
            }
            update(&mut session.reader, message.clone());
            let _ = session.buffer();
            let reader = &session.reader;
            let (document, page) = reader.in_body();
            prop_assert!(page.top.block < document.blocks.len());
            prop_assert!(page.top.offset <= document.text(page.top.block).len().max(200));
            let (top, raw) = (page.top, reader.raw.is_some());
            let at_end = || Rows::of(reader).is_some_and(|rows| rows.at >= rows.end());
            match sent {
                Sent::Nowhere => {
                    let stood = (before.in_body().1.top, before.page.part, before.raw.is_some());
                    prop_assert_eq!((top, reader.page.part, raw), stood, "{:?}", message);
                }
                Sent::To(first) => prop_assert_eq!(top, first, "{:?}", message),
                Sent::Into(part) => {
                    let mut first = page.clone();
                    first.to_top(&reader.window());
                    prop_assert_eq!((page.part, top), (part, first.top), "{:?}", message);
                }
                Sent::Back(part, place) => prop_assert_eq!((reader.page.part, top, raw), (part, place, false)),
                Sent::Sight(place) => prop_assert!(in_window(reader, place), "{:?} to {:?}", message, place),
                Sent::Elsewhere if raw && before.raw.is_none() => {
                    // The input begins at the block that was at the top.
                    let from = before.document.blocks[before.page.top.block].span.clone().unwrap().start;
                    let first = page.rows(&Window { height: 1, ..reader.window() }).remove(0);
                    let holds = first.row.is_some_and(|row| (row.range.start..=row.range.end).contains(&from));
                    prop_assert!(holds || at_end(), "{:?}", message);
                }
                Sent::Elsewhere => match reader.find.current.and_then(|current| reader.find.matches.get(current)) {
                    Some(found) if before.find.current != reader.find.current || before.find.matches != reader.find.matches => {
                        prop_assert!(in_window(reader, found.position()), "{:?} to {:?}", message, found);
                    }
                    // What leads back leads to where the reader has been.
                    _ if matches!(message, Message::Act(Action::Back | Action::Escape)) && before.raw.is_none() => {
                        prop_assert!(been.contains(&(page.part, top)), "{:?}", message);
                    }
                    _ => {}
                },
            }
            // The words that the place names are in the first row, unless they are hidden now.
            let first = page.rows(&reader.window()).into_iter().next();
            if let Some((row, placed)) = first.as_ref().and_then(|placed| Some((placed.row.as_ref()?, placed)))
                && placed.item == Item::Block(page.top.block)
            {
                prop_assert!((row.range.start..=row.range.end).contains(&page.top.offset), "{:?}", message);
            }
        }
        let reader = &session.reader;
        let sidebars = (0..reader.document.sidebars.len()).map(Part::Sidebar);
        let mut seen: Vec<usize> = std::iter::once(Part::Story).chain(sidebars).flat_map(|part| on_screens(&session, part)).collect();
        seen.sort_unstable();
        seen.dedup();
        let (duplicates, captions, boilerplate) = reader.hidden();
        prop_assert_eq!(seen.len() + duplicates + captions + boilerplate, reader.document.blocks.len());
    }
}
