//! What keys do to a reader: places kept, led back to, and nothing lost from sight unsaid.

mod common;

use common::{Session, fixture};
use cutline::document::Position;
use cutline::layout::{Part, Sidebars};
use cutline::reader::action::Action;
use cutline::reader::{Effect, Message, Mode, Pane, update};
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
    let before = session.screen();
    session.keys("3G<enter>");
    assert!(session.screen().contains("The mouse came to light on Sunday"));
    session.keys("q1");
    assert_eq!(session.screen(), before);
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
    let before = session.screen();
    session.keys("s");
    let mut strips = Vec::new();
    for _ in 0..3 {
        strips.push(session.screen().lines().nth(1).unwrap()[..12].to_string());
        session.keys("]");
    }
    assert_eq!(strips, ["│ 1 of 3  ", "│ 2 of 3  ", "│ 3 of 3  "]);
    session.keys("q");
    assert_eq!(session.screen(), before);
}

#[test]
fn enter_on_a_card_goes_to_its_place_in_the_story_and_q_back() {
    let mut session = Session::welcome(120, 40);
    let before = session.reader.page.top;
    session.keys("s]]<enter>");
    assert!(session.screen().contains("▐ Sidebar: Runaway cheese!"));
    assert_eq!(session.reader.mode, Mode::Reading);
    session.keys("q");
    assert_eq!(session.reader.page.top, before);
    assert_eq!(session.keys("q"), [Effect::Quit]);
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
    assert_eq!(session.keys("qqq"), [Effect::Quit]);
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

/// Every action of the reader, so that a sequence of them can be made up.
fn action() -> impl Strategy<Value = Message> {
    let actions: Vec<Action> =
        cutline::keys::TABLE.iter().flat_map(|(_, bindings)| bindings.iter().map(|b| b.action)).collect();
    prop_oneof![
        20 => proptest::sample::select(actions).prop_map(Message::Act),
        2 => (0u16..180, 0u16..60).prop_map(|(columns, rows)| Message::Resize { columns, rows }),
        2 => (0u8..10).prop_map(Message::Digit),
        1 => "[a-z .(]{1,3}".prop_map(Message::Paste),
        1 => proptest::char::range('a', 'c').prop_map(Message::Letter),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is pressed, at whatever size: nothing panics, a screen can be drawn, the top is a place of the text,
    /// and every block is in the flow, in a sidebar, or counted as hidden.
    #[test]
    fn any_sequence_of_messages_leaves_a_sound_reader(messages in proptest::collection::vec(action(), 1..40)) {
        let mut session = Session::welcome(100, 30);
        for message in messages {
            update(&mut session.reader, message);
            let reader = &session.reader;
            let _ = session.buffer();
            let (document, page) = reader.in_body();
            prop_assert!(page.top.block < document.blocks.len());
            prop_assert!(page.top.offset <= document.text(page.top.block).len().max(200));
            let shown = &reader.preferences.shown;
            let story = cutline::layout::flow(&reader.document, Part::Whole, shown).len();
            let (duplicates, captions, boilerplate) = reader.hidden();
            prop_assert_eq!(story + duplicates + captions + boilerplate, reader.document.blocks.len());
        }
    }
}
