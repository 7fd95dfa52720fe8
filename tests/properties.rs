//! What holds for any bytes, step by step from bytes to a frame: on inputs made up of what upsets readers, and on
//! those that once broke something.

mod common;

use common::sound;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// What pages and Markdown are made of, and what is nothing in either.
const MARKUP: &[&str] = &[
    "<p>",
    "</p>",
    "<div class=\"caption\">",
    "</div>",
    "<h1>",
    "</h2>",
    "<a href=\"https://a.example/b\">",
    "</a>",
    "<ul><li>",
    "<li>",
    "<table><tr><td>",
    "<td>",
    "<tr>",
    "</table>",
    "<figure><img src=a.jpg alt=\"A boat\">",
    "<figcaption>",
    "</figure>",
    "<aside>",
    "</aside>",
    "<blockquote>",
    "<pre>",
    "<br>",
    "<em>",
    "</b>",
    "<script>",
    "</script>",
    "<title>",
    "<svg>",
    "<!--",
    "-->",
    "<template>",
    "&amp;",
    "&#x202e;",
    "&#27;[",
    "&bogus;",
    "<",
    ">",
    "\n# ",
    "\n## ",
    "\n- ",
    "\n  - ",
    "\n1. ",
    "\n> ",
    "\n    ",
    "\n```\n",
    "\n---\n",
    "\n|a|b|\n|-|-|\n|c|d|\n",
    "[^1]",
    "\n[^1]: ",
    "![a](b \"c\")",
    "[a](https://b.example/)",
    "<https://b.example/>",
    "**",
    "_",
    "`",
    "~~",
    "[",
    "](",
];

/// White space, controls, marks, letters of all widths and directions.
const LETTERS: &[&str] = &[
    "\u{a0}",
    "\t",
    "\u{3000}",
    "\u{2028}",
    "\u{c}",
    "\u{200b}",
    "\u{feff}",
    "\u{301}",
    "\u{1b}[31m",
    "\0",
    "\u{85}",
    "\u{ad}",
    "\u{9b}",
    "\u{202e}",
    "\r",
    "\r\n",
    "日本語",
    "。",
    "👨\u{200d}👩\u{200d}👧",
    "🇩🇪",
    "â€™",
    "مرحبا",
    "ภาษา",
    "Read more: ",
    "Photo: ",
    "By Ada Lovelace\n\n",
    "(pictured) ",
    "Boats at the quay",
    "• ",
];

/// Settings, and text put together from such pieces.
fn input() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => "[a-zA-Zäß’]{1,12}[ .]".prop_map(String::into_bytes),
        3 => Just(b"\n\n".to_vec()),
        1 => Just(b"\n".to_vec()),
        4 => select(MARKUP).prop_map(Vec::from),
        2 => select(LETTERS).prop_map(Vec::from),
        1 => any::<char>().prop_map(|c| c.to_string().into_bytes()),
        1 => vec(any::<u8>(), 1..6),
    ];
    (vec(any::<u8>(), 0..24), vec(piece, 0..120)).prop_map(|(settings, text)| [settings, text.concat()].concat())
}

/// Settings files that are nearly right.
fn settings() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => select(&["measure = 70\n", "plain = true\n", "theme = \"dark\"\n", "[show]\n", "sidebars = \"inline\"\n", "[keys]\n", "help = [\"x\"]\n", "quit = [\"\", \"ctrl-x\"]\n", "inherits = \"dark\"\n", "caption = { fg = \"#b0a890\", italic = true }\n", "text = { bg = 208 }\n", "= ", "[", "\"", "\n", "{", "[["][..]).prop_map(Vec::from),
        1 => vec(any::<u8>(), 1..4),
        1 => "[a-z]{1,8}( = [0-9\"]{1,5})?\n".prop_map(String::into_bytes),
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_become_clean_text(data in input()) {
        sound::decode(&data);
    }

    #[test]
    fn nothing_of_a_text_is_lost(data in input()) {
        sound::text(&data);
    }

    #[test]
    fn any_page_is_read(data in input()) {
        sound::html(&data);
    }

    #[test]
    fn any_markdown_is_read(data in input()) {
        sound::markdown(&data);
    }

    #[test]
    fn settings_take_effect_or_are_refused_by_line(data in settings()) {
        sound::config(&data);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_reading_is_sound(data in input()) {
        sound::structure(&data);
    }

    #[test]
    fn any_layout_holds_all_text(data in input()) {
        sound::layout(&data);
    }

    #[test]
    fn a_database_with_wrong_bytes_is_no_danger(data in vec(any::<u8>(), 0..60)) {
        sound::library(&data);
    }

    #[test]
    fn every_frame_and_every_print_is_clean(data in input()) {
        sound::page(&data);
    }
}
