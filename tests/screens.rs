//! Whole screens: article, size, keys, and the screen that follows, in `tests/snapshots`.
//!
//! `INSTA_UPDATE=always cargo test --test screens` writes them anew; the difference is to be read.

mod common;

use common::Session;

const SIZES: [(u16, u16); 4] = [(160, 50), (120, 40), (80, 24), (40, 12)];

/// Types keys at every size and compares the screens with what they should be.
fn screens(name: &str, keys: &str) {
    for (columns, rows) in SIZES {
        let mut session = Session::welcome(columns, rows);
        session.keys(keys);
        let size = format!("{columns}x{rows}");
        insta::with_settings!({
            description => format!("assets/welcome.txt, {size}, keys: {keys}"),
            omit_expression => true,
            prepend_module_to_snapshot => false,
        }, { insta::assert_snapshot!(format!("{name}-{size}"), session.screen()) });
    }
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
