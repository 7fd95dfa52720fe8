//! Whole screens: article, size, keys, and the screen that follows, in `tests/snapshots`.
//!
//! `INSTA_UPDATE=always cargo test --test screens` writes them anew; the difference is to be read.

mod common;

use common::Session;
use cutline::document::{Block, Document, Mark, MarkKind};
use cutline::reader::areas::{Area, Areas};
use cutline::reader::articles::Listed;
use cutline::theme::Theme;
use cutline::view::hyperlink::Hyperlink;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Style};

const SIZES: [(u16, u16); 4] = [(160, 50), (120, 40), (80, 24), (40, 12)];

/// Types keys at every size and compares the screens with what they should be.
fn screens(name: &str, keys: &str) {
    for (columns, rows) in SIZES {
        screen(name, "", keys, Session::welcome(columns, rows));
    }
}

fn screen(name: &str, what: &str, keys: &str, mut session: Session) {
    session.keys(keys);
    let size = format!("{}x{}", session.reader.columns, session.reader.rows);
    insta::with_settings!({
        description => format!("assets/welcome.txt, {what}{size}, keys: {keys}"),
        omit_expression => true,
        prepend_module_to_snapshot => false,
    }, { insta::assert_snapshot!(format!("{name}-{size}"), session.screen()) });
}

#[test]
fn the_first_screen() {
    screens("first", "");
}

#[test]
fn a_page_down_the_captions_follow() {
    screens("page-down", "<space>");
}

#[test]
fn the_end() {
    screens("end", "G");
}

#[test]
fn skimming_flips_to_the_second_card() {
    screens("skim", "s]");
}

#[test]
fn a_sidebar_read_in_the_body_pane() {
    screens("sidebar", "2j<enter>");
}

#[test]
fn the_list_of_sidebars() {
    screens("sidebars-pane", "2");
}

#[test]
fn the_list_of_captions() {
    screens("captions-pane", "3jjj");
}

#[test]
fn duplicates_shown() {
    screens("duplicates", "D<space>");
}

#[test]
fn captions_hidden_and_sidebars_in_the_story() {
    screens("captions-hidden-sidebars-inline", "cS<space>");
}

#[test]
fn the_raw_input() {
    screens("raw", "<space>r");
}

#[test]
fn finding_as_one_types() {
    screens("finding", "/cheese");
}

#[test]
fn the_help() {
    screens("help", "?");
}

#[test]
fn the_story_alone() {
    screens("zoomed", "z");
}

#[test]
fn justified_and_narrow() {
    screens("justified", "--=");
}

#[test]
fn the_outline_with_words_typed() {
    screens("outline", "t");
    screens("outline-filtered", "tbeak");
}

#[test]
fn correcting_asks_what_the_block_is() {
    screens("correcting", "}R");
}

#[test]
fn a_selection_of_paragraphs() {
    screens("selecting", "}}v}}");
}

#[test]
fn what_is_highlighted_and_noted() {
    screens("highlighted", "}}}HaWho paid for it?<enter>}");
}

#[test]
fn a_note_is_typed_over_the_foot_of_the_panes() {
    screens("noting", "}}}aWho paid for it, and has anybody asked the gull? The harbour office may know");
}

#[test]
fn the_outline_lists_what_was_remarked() {
    screens("outline-remarks", "}}}H}aWho took this?<enter>t");
}

#[test]
fn the_library() {
    for (columns, rows) in SIZES {
        let mut session = Session::welcome(columns, rows);
        let read = [
            (
                "Gull makes off with the mouse, and a harbour town learns to read without it",
                "welcome.txt",
                "42 %, today",
            ),
            ("The last ferry", "ferry.example", "100 %, yesterday"),
            ("", "standard input", "7 %, 12 days ago"),
        ];
        let listed = |(title, name, fact): &(&str, &str, &str)| {
            let title = Some(title.to_string()).filter(|title| !title.is_empty());
            let title = title.map(Into::into).unwrap_or_default();
            Listed { name: name.to_string(), title, fact: fact.to_string(), ..Listed::default() }
        };
        session.reader.open_library(read.iter().map(listed).collect(), 0);
        screen("library", "over it the library, ", "j", session);
    }
}

#[test]
fn a_letter_is_asked_for_to_mark_a_place() {
    screens("marking", "<space>m");
}

#[test]
fn what_was_found_stays_in_the_status_line() {
    screens("found", "/beak<enter>n");
}

#[test]
fn boilerplate_shown() {
    screens("boilerplate", "BG");
}

#[test]
fn the_plain_form() {
    for (columns, rows) in SIZES {
        let mut session = Session::welcome(columns, rows);
        session.reader.preferences.plain = true;
        screen("plain", "plain, ", "<space>", session);
    }
}

#[test]
fn letters_stand_at_the_links() {
    for (columns, rows) in SIZES {
        screen("links", "but a paragraph of our own, ", ";", Session::new(linked(), columns, rows));
    }
}

/// A paragraph with two links and some emphasis.
fn linked() -> Document {
    let text = "The ferry timetable hangs at the quay, and the harbour office has it too, on paper.";
    let mark = |words: &str, kind| {
        let start = text.find(words).unwrap();
        Mark { range: start..start + words.len(), kind }
    };
    let link = |to: &str| MarkKind::Link(to.to_string());
    let marks = vec![
        mark("ferry timetable", link("https://example.org/ferry")),
        mark("harbour office", link("https://example.org/office")),
        mark("too", MarkKind::Emphasis),
    ];
    let block = Block { text: Some(text.into()), marks: marks.into(), ..Block::default() };
    Document { blocks: vec![block], ..Document::default() }
}

const THEMES: [&str; 4] = ["dark", "light", "terminal", "plain"];

/// A screen of 120 by 40, drawn in a theme.
struct Drawn {
    session: Session,
    buffer: Buffer,
    look: Theme,
    body: Area,
    sidebars: Area,
    captions: Area,
}

impl Drawn {
    fn new(document: Document, theme: &str, keys: &str) -> Drawn {
        let mut session = Session::new(document, 120, 40);
        session.theme = Theme::built_in(theme).unwrap();
        session.keys(keys);
        let (buffer, look) = (session.buffer(), session.theme);
        let Areas { body, sidebars, captions, .. } = session.reader.areas();
        Drawn { session, buffer, look, body, sidebars, captions }
    }

    /// Words in an area have these styles, every cell of them.
    #[track_caller]
    fn assert(&self, area: Area, words: &str, expected: &[Style]) {
        let expected = over(&self.look, expected);
        for found in styles(&self.buffer, area, words) {
            assert_eq!(found, expected, "{words}");
        }
    }
}

/// Looks at the bundled article in every theme, after some keys.
#[track_caller]
fn in_every_theme(keys: &str, look_at: impl Fn(&Drawn)) {
    for theme in THEMES {
        look_at(&Drawn::new(common::expected(&common::fixture("welcome")), theme, keys));
    }
}

/// The styles of the cells where words stand, the first time that they do in an area.
fn styles(buffer: &Buffer, area: Area, words: &str) -> Vec<Style> {
    for y in area.y..area.y + area.height {
        let cells: Vec<&str> = (area.x..area.x + area.width).map(|x| buffer[(x, y)].symbol()).collect();
        if let Some(at) = cells.concat().find(words) {
            let start = area.x + cells.concat()[..at].chars().count() as u16;
            return (start..start + words.chars().count() as u16).map(|x| style(buffer, x, y)).collect();
        }
    }
    panic!("“{words}” is not on the screen\n{}", common::text_of(buffer));
}

/// A cell's style, but for the number of its link.
fn style(buffer: &Buffer, x: u16, y: u16) -> Style {
    buffer[(x, y)].style().underline_color(Color::Reset)
}

/// What a cell looks like that has these styles, one over the other.
fn over(theme: &Theme, styles: &[Style]) -> Style {
    let mut cell = Cell::default();
    cell.set_style(theme.text);
    styles.iter().for_each(|style| {
        cell.set_style(*style);
    });
    cell.style()
}

#[test]
fn roles_are_told_apart_by_their_styles() {
    in_every_theme("", |on| {
        on.assert(on.body, "Gull makes off", &[on.look.title]);
        on.assert(on.body, "By Cordelia Finch", &[on.look.dim]);
        on.assert(on.body, "The only computer", &[]);
        on.assert(on.body, "The Admiral, pictured", &[on.look.caption]);
    });
    in_every_theme("]", |on| on.assert(on.body, "Sidebar: ", &[on.look.sidebar]));
    in_every_theme("tbeak<enter>", |on| on.assert(on.body, "The long beak of the law", &[on.look.heading]));
}

#[test]
fn a_bar_stands_at_the_paragraph_of_the_cursor_alone() {
    in_every_theme("}}}", |on| {
        let bars: Vec<(u16, u16)> = (0..on.buffer.area.height)
            .flat_map(|y| (0..on.buffer.area.width).map(move |x| (x, y)))
            .filter(|at| on.buffer[*at].symbol() == "▎")
            .collect();
        let rows: Vec<String> = common::text_of(&on.buffer).lines().map(str::to_string).collect();
        assert!(rows[usize::from(bars[0].1)].contains("▎ The only computer"), "{bars:?}");
        assert_eq!(bars.len(), 3, "as many rows as the paragraph has");
        for (x, y) in bars {
            assert!(x > on.body.x, "it stands clear of the frame");
            assert_eq!(style(&on.buffer, x, y), over(&on.look, &[on.look.cursor]));
        }
    });
}

#[test]
fn what_is_selected_is_set_off_and_nothing_else() {
    in_every_theme("}v}", |on| {
        on.assert(on.body, "By Cordelia Finch", &[on.look.dim, on.look.chosen]);
        on.assert(on.body, "Published 9.14", &[on.look.dim, on.look.chosen]);
        on.assert(on.body, "The only computer", &[]);
    });
}

#[test]
fn what_is_highlighted_has_a_ground_and_a_bar_and_what_is_noted_a_sign() {
    in_every_theme("}}}HaWho paid?<enter>}", |on| {
        on.assert(on.body, "The only computer", &[on.look.highlight]);
        on.assert(on.body, "┃", &[on.look.highlight, on.look.notice]);
        on.assert(on.body, "†", &[on.look.notice]);
        on.assert(on.body, "The Admiral, pictured", &[on.look.caption]);
    });
}

#[test]
fn the_match_at_hand_is_told_from_the_others() {
    in_every_theme("/mouse", |on| {
        on.assert(on.body, "mouse", &[on.look.title, on.look.found_here]);
        let found = &styles(&on.buffer, on.body, "mouse for eleven")[..5];
        assert!(found.iter().all(|style| *style == over(&on.look, &[on.look.found])));
    });
}

#[test]
fn a_copy_that_is_shown_stands_back() {
    in_every_theme("D", |on| {
        let document = &on.session.reader.document;
        let copy = document.blocks.iter().find(|b| b.duplicate_of.is_some()).unwrap();
        let words: String = document.text_of(copy).chars().take(30).collect();
        on.assert(on.body, &words, &[on.look.caption, on.look.dim]);
        on.assert(on.captions, "= The Admiral", &[on.look.lit, on.look.dim]);
    });
}

#[test]
fn captions_in_sight_are_lit_and_marked() {
    in_every_theme("", |on| {
        let reader = &on.session.reader;
        on.assert(on.captions, "• Winifred", &[on.look.lit]);
        let last = reader.entries.last().unwrap();
        assert!(!reader.in_sight().contains(&last.place));
        let words: String = reader.document.text(last.block).chars().take(12).collect();
        on.assert(on.captions, &words, &[]);
    });
}

#[test]
fn the_chosen_entry_and_the_pane_with_the_keys_are_set_off() {
    in_every_theme("2j", |on| {
        on.assert(on.sidebars, "SIDEBARS", &[on.look.focused]);
        on.assert(on.captions, "CAPTIONS", &[on.look.pane]);
        let chosen: String = on.session.reader.document.sidebar_title(1).chars().take(12).collect();
        on.assert(on.sidebars, &format!("▸ {chosen}"), &[on.look.chosen]);
    });
}

#[test]
fn links_and_emphasis_are_drawn_and_links_numbered() {
    for theme in THEMES {
        let on = Drawn::new(linked(), theme, "");
        on.assert(on.body, "ferry timetable", &[on.look.link]);
        on.assert(on.body, "harbour office", &[on.look.link]);
        on.assert(on.body, "too", &[on.look.emphasis]);
        let letters = |nth| {
            let link = Some(Hyperlink { block: 0, nth });
            let cells = on.buffer.content.iter().filter(|cell| Hyperlink::of(cell) == link);
            cells.map(|cell| cell.symbol().to_string()).collect::<String>()
        };
        assert_eq!([letters(0), letters(1)], ["ferry timetable", "harbour office"]);
    }
}
