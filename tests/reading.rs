//! What keys do to a reader: places kept, led back to, and nothing lost from sight unsaid.

mod common;

use common::{Session, fixture};
use cutline::document::{Format, Position, Role};
use cutline::layout::{Part, Sidebars};
use cutline::reader::going::Go;
use cutline::reader::{Effect, Message, Mode, Pane, update};

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
fn a_cursor_that_a_resize_leaves_out_of_sight_is_seen_and_acts_at_the_nearest_paragraph() {
    let mut session = Session::welcome(120, 40);
    session.keys("}}}}}}");
    let (cursor, top) = (session.reader.page.cursor, session.reader.page.top);
    session.resize(40, 12);
    let sight = session.reader.in_sight();
    assert!(!sight.contains(&cursor.block), "{sight:?} {cursor:?}");
    assert!(session.body().contains('▎'), "{}", session.screen());
    // As large as before, it is where it was.
    session.resize(120, 40);
    assert_eq!(session.reader.page.cursor, cursor);
    session.resize(40, 12);
    session.keys("H");
    let highlighted: Vec<usize> = session.reader.remarks.iter().map(|remark| remark.block).collect();
    assert!(highlighted.iter().all(|block| sight.contains(block)) && highlighted.len() == 1, "{highlighted:?}");
    assert_eq!(session.reader.page.top, top);
    session.keys("}");
    assert_eq!(session.reader.page.cursor.block, highlighted[0] + 1);
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
fn what_was_not_found_or_given_up_leaves_nothing_open() {
    for keys in ["/keybaord<esc>", "/keybaordx<enter>", "/keybaord<backspace>x<esc>", "B/keybaord<ctrl-u>gull<esc>B"] {
        let mut session = Session::welcome(110, 24);
        session.keys("jj");
        let (shown, place) = (session.reader.preferences.shown, session.reader.place());
        session.keys(keys);
        assert_eq!((session.reader.preferences.shown, session.reader.place()), (shown, place), "{keys}");
    }
    // The place before an earlier search is not forgotten with this one.
    let mut session = Session::welcome(110, 24);
    session.keys("/cheese<enter>/zzz<esc>q");
    assert_eq!((session.reader.page.part, session.reader.page.top), (Part::Story, Position::default()));
    // Opened by Enter, it stays open.
    session.keys("/keybaord<enter>");
    assert!(session.reader.preferences.shown.duplicates);
}

#[test]
fn what_can_be_read_is_found_before_its_folded_copy() {
    let mut session = Session::welcome(120, 40);
    // Copy and caption both have it, the copy first and with straight quotation marks.
    session.keys("/isn't exp");
    assert!(session.screen().contains("2 of 2, 1 in a folded caption"), "{}", session.screen());
    assert!(!session.reader.preferences.shown.duplicates);
    session.keys("<enter>n");
    assert!(session.reader.preferences.shown.duplicates, "n goes to the copy too");
}

#[test]
fn a_search_that_is_put_by_is_taken_up_again() {
    let mut session = Session::welcome(120, 40);
    session.keys("/mouse<enter>nn");
    assert_eq!(session.reader.find.current, Some(2));
    session.keys("<esc>");
    assert!(!session.screen().contains("/mouse"));
    session.keys("n");
    assert!(session.screen().contains("/mouse  4 of "), "{}", session.screen());
    session.keys("<esc>N");
    assert_eq!(session.reader.find.current, Some(2));
    session.keys("/<enter>");
    assert_eq!((session.reader.find.current, session.reader.find.input.value()), (Some(3), "mouse"));
    session.keys("/zebra<enter>n");
    assert_eq!(session.reader.find.current, Some(4), "what is nowhere does not take its place");
}

#[test]
fn the_next_match_is_the_next_from_where_the_reader_is() {
    let after = |keys: &str| {
        let mut session = Session::welcome(120, 24);
        session.keys(&format!("/mouse<enter>{keys}"));
        session
    };
    let current = |keys: &str| after(keys).reader.find.current.unwrap();
    let matches = after("").reader.find.matches;
    let count = matches.len();
    assert!(count > 4, "{count}");
    assert_eq!(current("Gn"), 0, "round the end");
    assert_eq!(current("GN"), count - 1);
    // Gone away and back again, and where it is still in sight, it goes on from the match.
    assert_eq!([current("n"), current("nn"), current("nN"), current("N")], [1, 2, 0, count - 1]);
    let (cursor, next) = (after("}}}}}}}}").reader.page.cursor, current("}}}}}}}}n"));
    assert!(next > 1 && matches[next].position() >= cursor && matches[next - 1].position() < cursor, "{next}");
    assert_eq!(current("}}}}}}}}N"), next - 1);
}

#[test]
fn in_the_raw_view_finding_begins_and_ends_where_it_is_read() {
    let mut session = Session::welcome(80, 12);
    session.keys("r<space><space>");
    let top = session.reader.in_body().1.top;
    session.keys("/mouse");
    let found = session.reader.find.current.unwrap();
    assert!(found > 0 && session.reader.find.matches[found].position() >= top);
    session.keys("<esc>");
    assert_eq!(session.reader.in_body().1.top, top);
    session.keys("/mouse<enter>Gn");
    assert_eq!(session.reader.find.current, Some(0), "round the end");
}

#[test]
fn in_the_raw_view_paragraphs_are_those_of_the_article() {
    let mut session = Session::welcome(80, 12);
    session.keys("r");
    let starts: Vec<usize> = session.reader.document.blocks.iter().map(|b| b.span.as_ref().unwrap().start).collect();
    let top = |session: &Session| session.reader.in_body().1.top.offset;
    session.keys("}}}");
    assert_eq!(top(&session), starts[3]);
    session.keys("2}{");
    assert_eq!(top(&session), starts[4]);
    session.keys("j{");
    assert_eq!(top(&session), starts[4], "from within a paragraph to its beginning");
    session.keys("9{");
    assert_eq!(top(&session), 0);
    session.keys("G");
    let end = top(&session);
    session.keys("}");
    assert_eq!(top(&session), end);
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

/// The place at the top after some keys, in an article long enough to have one for every percent.
fn top_after(keys: &str) -> (Position, Pane) {
    let mut session = Session::welcome(120, 16);
    session.keys(keys);
    (session.reader.page.top, session.reader.focus)
}

#[test]
fn a_count_may_begin_with_the_digit_of_a_pane() {
    assert_eq!(top_after("12j"), top_after("9jjjj"));
    assert_eq!(top_after("31j"), top_after("9j9j9j4j"));
    assert_eq!(top_after("z30j"), top_after("z9j9j9jjjj"));
    assert_eq!(top_after("1j"), top_after("j"));
    let paragraph_after = |keys: &str| {
        let mut session = Session::welcome(120, 16);
        session.keys(keys);
        (session.reader.page.cursor.block, session.reader.focus)
    };
    assert_eq!(paragraph_after("3}"), paragraph_after("}}}"));
    assert_eq!(paragraph_after("2)"), paragraph_after("))"));
    let percent = |keys: &str| {
        let mut session = Session::welcome(120, 16);
        session.keys(keys);
        session.reader.progress().0
    };
    assert!((0.25..0.45).contains(&percent("30g")), "{}", percent("30g"));
    assert!((0.1..0.3).contains(&percent("12g")), "{}", percent("12g"));
    // In an article without captions there is no pane that 3 leads to.
    let mut session = Session::new(common::expected(&fixture("plum-cake")), 120, 16);
    session.keys("3j");
    let mut stepped = Session::new(common::expected(&fixture("plum-cake")), 120, 16);
    stepped.keys("jjj");
    assert_eq!(session.reader.page.top, stepped.reader.page.top);
}

#[test]
fn a_digit_alone_leads_to_its_pane_and_what_moves_there_moves_there() {
    let mut session = Session::welcome(120, 40);
    session.keys("3");
    assert_eq!(session.reader.focus, Pane::Captions);
    session.keys("jj");
    assert_eq!((session.reader.focus, session.reader.captions.chosen), (Pane::Captions, 2));
    session.keys("3k3j");
    assert_eq!(session.reader.captions.chosen, 3, "in the pane itself it is a count");
    session.keys("g2j<enter>");
    assert_eq!(session.reader.page.part, Part::Sidebar(1));
    session.keys("3<esc>");
    assert_eq!(session.reader.focus, Pane::Body);
    // Once the keys have paused, another digit is one by itself.
    session.keys("2");
    update(&mut session.reader, Message::Pause);
    session.keys("3");
    assert_eq!(session.reader.focus, Pane::Captions);
    update(&mut session.reader, Message::Pause);
    session.keys("1");
    update(&mut session.reader, Message::Pause);
    let top = session.reader.page.top;
    session.keys("g");
    assert_eq!((session.reader.focus, session.reader.page.top), (Pane::Body, top));
    // What is a count goes on, however slowly it is typed.
    session.keys("9");
    update(&mut session.reader, Message::Pause);
    session.keys("0g");
    assert!(session.reader.progress().0 > 0.8);
}

#[test]
fn a_letter_that_means_nothing_is_said_to() {
    let mut session = Session::welcome(120, 40);
    session.keys("Rz");
    assert_eq!(session.reader.notice.as_deref(), Some("z says nothing of a block"));
}

#[test]
fn keys_never_go_to_a_pane_that_is_not_on_the_screen_or_empty() {
    for keys in ["z3", "z2", "z<tab>", "zrr<shift-tab>"] {
        let mut session = Session::welcome(120, 40);
        session.keys(keys);
        assert!(session.reader.focus != Pane::Body && session.screen().contains("CAPTIONS"), "{keys}");
    }
    let mut session = Session::welcome(120, 40);
    session.keys("r3");
    assert_eq!((session.reader.focus, session.reader.raw.is_some()), (Pane::Body, true));
    assert!(session.screen().contains("r leads back to the article"));
    // A place in a pane, come back to by q, brings the panes back.
    let mut session = Session::welcome(120, 40);
    session.keys("3<enter>zq");
    assert!(session.screen().contains("CAPTIONS") && session.reader.focus == Pane::Captions);
    for (columns, rows) in [(120, 40), (40, 12)] {
        for (keys, told) in [
            ("3", "this article has no captions"),
            ("2", "this article has no sidebars"),
            ("<tab>", "this article has no sidebars and no captions"),
        ] {
            let mut session = Session::new(common::expected(&fixture("plum-cake")), columns, rows);
            session.keys(keys);
            assert_eq!((session.reader.focus, session.reader.notice.as_deref()), (Pane::Body, Some(told)));
        }
    }
}

#[test]
fn q_takes_one_step_back_at_a_time() {
    for (columns, rows) in [(110, 24), (60, 16)] {
        // From the captions' pane to the story.
        let mut session = Session::welcome(columns, rows);
        session.keys(")<enter>");
        assert_eq!(session.reader.focus, Pane::Captions);
        assert_eq!(session.keys("q"), []);
        assert_eq!(session.reader.focus, Pane::Body);
        assert_eq!(session.keys("q"), [Effect::Go(Go::Out)]);
        // From the captions' pane to the sidebar that is read.
        let mut session = Session::welcome(columns, rows);
        session.keys("]]<enter>jj");
        let place = session.reader.place();
        session.keys("3jq");
        assert_eq!(session.reader.place(), place);
        session.keys("q");
        assert_eq!(session.reader.page.part, Part::Story);
        assert_eq!(session.keys("q"), [Effect::Go(Go::Out)]);
        // From a card's place in the story to the line of the sidebar that was left for it.
        let mut session = Session::welcome(columns, rows);
        session.keys("]<enter>jj");
        let place = session.reader.place();
        session.keys("s]<enter>q");
        assert_eq!(session.reader.place(), place);
        // A pane that was left by another key is no step.
        let mut session = Session::welcome(columns, rows);
        session.keys("3123<esc>");
        assert_eq!(session.keys("q"), [Effect::Go(Go::Out)]);
    }
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
fn a_highlight_is_taken_off_by_the_same_key_and_by_undo_and_stands_in_the_outline() {
    let mut session = Session::welcome(120, 40);
    let bars = |session: &Session| session.body().matches('┃').count();
    session.keys("}}}H");
    assert_eq!(bars(&session), 3, "as many rows as the paragraph has");
    session.keys("H");
    assert_eq!(bars(&session), 0);
    session.keys("v}H");
    assert!(bars(&session) > 3 && session.reader.selected_from.is_none());
    session.keys("U");
    assert_eq!(bars(&session), 0);
    session.keys("{HGtonly computer");
    let screen = session.screen();
    assert!(screen.lines().any(|line| line.contains("The only computer") && line.contains("highlight")), "{screen}");
    session.keys("<enter>");
    assert!(session.screen().contains("┃The only computer"), "{}", session.screen());
    // A correction after it is taken back before it.
    session.keys("RcUU");
    assert_eq!(bars(&session), 0);
    session.keys("]H");
    assert_eq!(session.reader.notice.as_deref(), Some("Enter opens the sidebar, to write in it"));
}

#[test]
fn what_is_chosen_in_a_pane_is_what_keys_are_about() {
    let mut session = inferred();
    session.keys("3j");
    let entry = session.reader.entries[1];
    let words = session.reader.document.text(entry.block).to_string();
    assert_eq!(session.keys("y"), [Effect::Copy(words.clone())]);
    session.keys("H");
    assert!(session.reader.is_highlighted(entry.place));
    session.keys("aWho took it?<enter>");
    assert_eq!(session.reader.notes(entry.place).collect::<Vec<_>>(), ["Who took it?"]);
    let place = session.reader.page.top;
    session.keys("R");
    let head: String = words.chars().take(30).collect();
    assert!(session.screen().contains(&format!("Now caption: {head}")), "{}", session.screen());
    session.keys("p");
    assert_eq!(session.reader.document.blocks[entry.block].role, Role::Body);
    assert_eq!((session.reader.page.top, session.reader.focus), (place, Pane::Captions), "the story stays");
    session.keys("UUU");
    assert!(session.reader.remarks.is_empty() && session.reader.corrections.is_empty());
    // A sidebar is copied as a whole, and taken for a sidebar; in it one writes where its blocks are.
    session.keys("2R");
    let title = session.reader.document.sidebar_title(0).to_string();
    assert!(session.screen().contains(&format!("Now sidebar: {title}")), "{}", session.screen());
    session.keys("<esc>H");
    assert_eq!(session.reader.notice.as_deref(), Some("Enter opens the sidebar, to write in it"));
    session.keys("v");
    assert_eq!((session.reader.notice.is_some(), session.reader.selected_from), (true, None));
    let [Effect::Copy(sidebar)] = &session.keys("y")[..] else { panic!("it is copied") };
    assert!(sidebar.starts_with(&title) && sidebar.lines().count() > 3, "{sidebar}");
    session.keys("Rn");
    assert!(
        session
            .reader
            .document
            .sidebars
            .iter()
            .all(|sidebar| session.reader.document.text(sidebar.blocks.start) != title)
    );
}

#[test]
fn what_is_taken_back_is_what_was_done_last_in_this_reading() {
    let mut session = inferred();
    session.keys("}}}}Rc}}H");
    let memory = session.reader.memory();
    let mut again = inferred();
    cutline::structure::structure(&mut again.reader.document, &memory.corrections);
    again.reader.recall(memory.clone());
    again.keys("U");
    assert_eq!(again.reader.notice.as_deref(), Some("there is nothing to take back since it was opened"));
    again.keys("}HU");
    assert_eq!(
        (again.reader.memory().remarks, again.reader.memory().corrections),
        (memory.remarks, memory.corrections)
    );
}

#[test]
fn a_note_over_the_panes_leaves_nothing_of_the_rule_between_them() {
    let mut session = Session::welcome(110, 24);
    session.keys("}}}a");
    for word in 0..99 {
        session.keys(&format!("word{word} "));
    }
    let screen = session.screen();
    let typed = screen.lines().skip_while(|line| !line.contains("Note on")).take_while(|line| !line.starts_with('├'));
    let typed: Vec<&str> = typed.collect();
    assert!(typed.len() > 8, "{screen}");
    for line in typed {
        assert!(line.ends_with(" │") && !line.contains(['─', '┤', '├']), "{screen}");
    }
}

#[test]
fn the_status_line_says_that_one_is_selecting_as_long_as_one_is() {
    let mut session = Session::welcome(120, 40);
    session.keys("}v");
    assert!(session.screen().contains("selecting 1 paragraph: { } extend"));
    session.keys("}}");
    assert!(session.screen().contains("selecting 3 paragraphs: "), "{}", session.screen());
    session.keys("<esc>");
    assert!(!session.screen().contains("selecting"));
}

#[test]
fn where_there_is_nothing_keys_say_so() {
    for key in ["H", "a", "v", "y", "Y"] {
        let mut session = Session::new(cutline::document::Document::default(), 80, 24);
        assert_eq!(session.keys(key), []);
        assert_eq!(session.reader.notice.as_deref(), Some("there is nothing here"), "{key}");
    }
    let mut session = Session::welcome(80, 24);
    session.keys("tzzzz");
    assert!(session.screen().contains("Nothing matches."), "{}", session.screen());
}

#[test]
fn the_help_is_there_over_cards_and_lists_and_leads_back_to_them() {
    let mut session = Session::welcome(120, 40);
    session.keys("s]");
    let card = session.screen();
    session.keys("?jj");
    assert!(session.screen().contains("Help"));
    session.keys("q");
    assert_eq!(session.screen(), card);
    session.keys("?<esc>q");
    assert!(matches!(session.reader.mode, Mode::Reading));
    let mut session = with_others();
    session.keys("Aj");
    let list = session.screen();
    session.keys("?");
    assert!(session.screen().contains("Help") && session.reader.is_listing());
    session.keys("?");
    assert_eq!(session.screen(), list);
}

/// The bundled article as the second of three.
fn with_others() -> Session {
    use cutline::reader::articles::Listed;
    let mut session = Session::welcome(80, 24);
    let titles =
        ["", "Gull makes off", "A title that is so long that there is no room for all of it in a window of eighty"];
    let listed = |(at, title): (usize, &&str)| {
        let title = Some(title.to_string()).filter(|title| !title.is_empty());
        let title = title.map(Into::into).unwrap_or_default();
        Listed { name: format!("article-{at}.html"), title, ..Listed::default() }
    };
    session.reader.place_among(1, &titles.iter().enumerate().map(listed).collect());
    session
}

#[test]
fn from_the_list_q_leads_back_to_the_article_that_it_lies_over() {
    let mut session = with_others();
    session.keys("A");
    assert!(session.screen().contains("q back"));
    assert_eq!(session.keys("/art<enter>"), [Effect::Go(Go::Article(0))]);
    session.keys("<esc>");
    assert_eq!(session.keys("q"), []);
    assert!(matches!(session.reader.mode, Mode::Reading));
    // Where back has led out of the article, it leads out of cutline next.
    assert_eq!(session.keys("q"), [Effect::Go(Go::Out)]);
    session.reader.open_articles(false);
    assert!(session.screen().contains("q quit"));
    assert_eq!(session.keys("q"), [Effect::Go(Go::Out)]);
    session.reader.open_library(std::sync::Arc::default(), 0);
    assert!(session.screen().contains("q back") && session.screen().contains("Nothing has been read."));
    session.keys("q");
    assert!(session.screen().contains("q quit"));
}

#[test]
fn a_file_s_name_stays_beside_its_title_and_what_is_filtered_out_is_said() {
    let mut session = with_others();
    session.keys("A");
    let screen = session.screen();
    for (words, name) in
        [("article-0.html", ""), ("Gull makes off ", "article-1.html"), ("A title that", "article-2.html")]
    {
        let line = screen.lines().find(|line| line.contains(words)).unwrap();
        assert!(line.contains(name), "{screen}");
    }
    session.keys("/zebra");
    assert!(session.screen().contains("Nothing matches."));
    // By words in any order, not by letters far apart.
    for (typed, left) in [("off gull", 1), ("gmo", 0), ("article", 3)] {
        session.keys(&format!("<ctrl-u>{typed}"));
        let Mode::Articles(articles) = &session.reader.mode else { panic!() };
        assert_eq!(articles.found.len(), left, "{typed}");
    }
}

#[test]
fn lines_grow_no_longer_than_the_window_has_room_for() {
    let mut session = Session::welcome(90, 24);
    let width = |session: &Session| session.reader.window().measure.width;
    session.keys("9+");
    let widest = width(&session);
    assert_eq!(usize::from(session.reader.preferences.measure), widest.max(68));
    assert!(session.reader.notice.as_deref().unwrap().contains("no room for more"), "{:?}", session.reader.notice);
    session.keys("-");
    assert_eq!(width(&session), widest - 4);
    // What a narrow window has no room for is kept for a wider one.
    let mut session = Session::welcome(60, 24);
    session.keys("+");
    session.resize(160, 50);
    assert_eq!(width(&session), 68);
}

#[test]
fn headings_stay_ragged_where_both_edges_are_even() {
    use cutline::document::{Block, Document};
    let words = "The harbour office opens again on Monday with a new clerk and the very same old stove";
    let block = |role| Block { text: Some(words.into()), role, ..Block::default() };
    let document = Document { blocks: vec![block(Role::Heading), block(Role::Body)], ..Document::default() };
    for columns in 30..60 {
        let mut session = Session::new(document.clone(), columns, 24);
        session.keys("=");
        let heading: Vec<String> =
            session.body().lines().take_while(|l| !l.trim().is_empty()).map(String::from).collect();
        assert!(heading.iter().all(|line| !line.trim().contains("  ")), "{}", session.screen());
    }
}

#[test]
fn two_apostrophes_lead_to_before_the_last_jump_and_back() {
    let mut session = Session::welcome(120, 40);
    session.keys("jjj");
    let place = session.reader.place();
    session.keys("G");
    let end = session.reader.place();
    session.keys("''");
    assert_eq!(session.reader.place(), place);
    session.keys("''");
    assert_eq!(session.reader.place(), end);
    session.keys("g2jj<enter>''");
    assert_eq!(session.reader.page.part, Part::Story);
    let mut session = Session::welcome(120, 40);
    session.keys("''");
    assert_eq!(session.reader.notice.as_deref(), Some("there is no mark '"));
}

#[test]
fn a_note_is_read_again_by_the_key_that_wrote_it() {
    let mut session = Session::welcome(120, 40);
    session.keys("}}}aWho paid<esc>");
    assert!(session.reader.remarks.is_empty());
    session.keys("aWho paid for it?<enter>");
    assert_eq!(session.body().matches('†').count(), 1);
    session.keys("a");
    let screen = session.screen();
    assert!(screen.contains("Note on: The only computer") && screen.contains("Who paid for it?"), "{screen}");
    session.keys(" Who did?<enter>");
    session.keys("Gtpaid");
    assert!(session.screen().lines().any(|line| line.contains("Who paid for it? Who did?") && line.contains("note")));
    session.keys("<enter>a<ctrl-u><enter>");
    assert!(session.reader.remarks.is_empty() && !session.body().contains('†'));
    session.keys("U");
    assert_eq!(session.body().matches('†').count(), 1);
}

#[test]
fn a_long_note_can_be_read_in_any_window() {
    for (columns, rows) in [(160, 50), (80, 24), (40, 12), (20, 4), (7, 3), (3, 2), (1, 1)] {
        let mut session = Session::welcome(columns, rows);
        session.keys("a");
        for word in 0..40 {
            session.keys(&format!("word{word} "));
        }
        if rows > 4 {
            assert!(session.screen().contains("word39"), "{columns}x{rows}\n{}", session.screen());
        }
        session.keys("<enter>");
        assert_eq!(session.reader.remarks.len(), 1);
    }
}

#[test]
fn an_unsure_block_is_called_what_it_is_called_when_it_is_corrected() {
    use cutline::document::{Block, Document};
    let block = |confidence| Block { text: Some("It rained all day.".into()), confidence, ..Block::default() };
    let mut session = Session::new(Document { blocks: vec![block(1.0), block(0.4)], ..Document::default() }, 80, 24);
    session.keys("w");
    assert_eq!(session.reader.notice.as_deref(), Some("paragraph? 40 % sure · R says what it is"));
    session.keys("R");
    let screen = session.screen();
    assert!(screen.contains("Now paragraph: It rained all day.") && screen.contains("p paragraph"), "{screen}");
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
    session.keys(";z");
    assert_eq!(session.reader.notice.as_deref(), Some("no link is called z"));
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
    let mail = "<p>Write to the <a href=\"mailto:gull@example.org\">gull</a></p>";
    let mut session = Session::new(cutline::read::read(mail.into(), Format::Html), 80, 24);
    session.keys(";a");
    assert_eq!(session.reader.notice.as_deref(), Some("Enter opens mailto:gull@example.org"));
    assert_eq!(session.keys("<enter>"), [Effect::Open("mailto:gull@example.org".into())]);
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
    assert!(matches!(session.reader.mode, Mode::Help { top: 3, .. }));
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
    for keys in ["", "2", "3", "1s", "qt", "<esc>?", "q", "H", "a", "!<enter>"] {
        session.keys(keys);
        let signs = session.screen().chars().filter(|c| ('\u{2190}'..'\u{2c00}').contains(c)).collect::<String>();
        assert_eq!(signs, "", "{keys}");
    }
}

#[test]
fn a_notice_too_long_for_its_line_is_said_in_full_above_it() {
    let told = "/home/someone/.config/cutline/config.toml: line 3: “j” is bound to both “line-down” and “skim”";
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        let mut session = Session::welcome(columns, rows);
        session.reader.notice = Some(told.to_string());
        let screen = session.screen();
        let bare = |text: &str| text.replace(['│', '\n', ' '], "");
        assert!(bare(&screen).contains(&bare(told)), "{screen}");
        session.keys("j");
        assert!(!session.screen().contains("is bound to both"));
    }
    // Where it would take more than half of the story, it is cut.
    let mut tiny = Session::welcome(12, 5);
    tiny.reader.notice = Some(told.to_string());
    assert!(tiny.screen().contains('…') && !tiny.screen().contains("skim"), "{}", tiny.screen());
}
