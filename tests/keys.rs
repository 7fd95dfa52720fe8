//! Every key of the table, in a pseudo-terminal with the real binary: it does what the help says.
//!
//! The test walks the table, so that an action without a case here fails.
#![cfg(unix)]

mod common;

use common::pty::Terminal;
use cutline::keys::TABLE;

/// How an action is seen to have been done.
enum Sign {
    /// Words come that were not on the screen.
    Comes(&'static str),
    /// Words go that were on the screen.
    Goes(&'static str),
    /// cutline ends.
    Ends,
    /// Bytes are written that the screen does not show.
    Writes(&'static str),
}
use Sign::{Comes, Ends, Goes, Writes};

/// What is typed before an action's key, with words to wait for after each, and the sign of the action.
type Case = (&'static str, &'static [(&'static str, &'static str)], Sign);

const END: (&str, &str) = ("G", "100 %");
const SELECTING: (&str, &str) = ("v", "selecting");
const FOUND: (&str, &str) = ("/cheese\r", "/cheese  1 of ");

const CASES: &[Case] = &[
    ("line-down", &[], Goes("▎ Gull makes off")),
    ("line-up", &[("jj", "▎ By Cordelia Finch")], Comes("│    harbour town learns")),
    ("half-page-down", &[], Goes("▎ Gull makes off")),
    ("half-page-up", &[END], Goes("100 %")),
    ("page-down", &[], Goes("Winifred Ash, the librarian")),
    ("page-up", &[END], Goes("100 %")),
    ("top", &[END], Comes("By Cordelia Finch")),
    ("end", &[], Comes("100 %")),
    ("next-paragraph", &[], Comes("▎ By Cordelia Finch")),
    ("previous-paragraph", &[("}", "▎ By Cordelia Finch")], Comes("▎ Gull makes off")),
    ("next-caption", &[], Comes("▎ ▣ The Admiral")),
    ("previous-caption", &[("))", "▎ ▣ Winifred Ash")], Comes("▎ ▣ The Admiral")),
    ("next-sidebar", &[], Comes("▎ ▐ Sidebar: ")),
    ("previous-sidebar", &[("9]", "▎ ▐ Sidebar: Runaway cheese")], Comes("▎ ▐ Sidebar: Skerrin Rock light")),
    ("skim", &[], Comes("[ ] flip")),
    ("outline", &[], Comes("Outline:")),
    ("choose", &[("]", "▎ ▐ Sidebar: ")], Comes("Sidebar 1 of ")),
    ("next-pane", &[("s", "[ ] flip")], Comes("○●○")),
    ("previous-pane", &[("s]", "○●○")], Comes("●○○")),
    ("body", &[("3j", "▸ Winifred")], Comes("▎ Gull makes off")),
    ("sidebars", &[], Goes("▎ Gull makes off")),
    ("captions", &[], Goes("▎ Gull makes off")),
    ("zoom", &[], Goes("CAPTIONS")),
    ("toggle-duplicates", &[], Comes("duplicates shown")),
    ("toggle-captions", &[], Comes("captions hidden in the story")),
    ("toggle-sidebars", &[], Comes("sidebars stand in the story")),
    ("toggle-boilerplate", &[], Comes("boilerplate shown")),
    ("toggle-pictures", &[], Comes("this article has no pictures")),
    ("raw", &[], Comes("RAW")),
    ("wider", &[], Comes("measure 72")),
    ("narrower", &[], Comes("measure 64")),
    ("justify", &[], Comes("justified")),
    ("theme", &[], Writes("\x1b[")),
    ("mouse", &[], Comes("the mouse is the terminal's")),
    ("find", &[], Goes("? help")),
    ("next-match", &[FOUND], Comes("/cheese  2 of ")),
    ("previous-match", &[FOUND, ("n", "/cheese  2 of ")], Comes("/cheese  1 of ")),
    ("mark", &[], Comes("mark this place with")),
    ("go-to-mark", &[], Comes("go to mark")),
    ("links", &[], Comes("there are no links on the screen")),
    ("open-link", &[], Comes("there is no link here")),
    ("select", &[], Comes("selecting")),
    (
        "copy",
        &[("}", "▎ By Cordelia Finch"), SELECTING],
        Writes("\x1b]52;c;QnkgQ29yZGVsaWEgRmluY2gsIGhhcmJvdXIgY29ycmVzcG9uZGVudA=="),
    ),
    ("copy-article", &[], Writes("\x1b]52;c;")),
    ("correct", &[], Comes("p paragraph")),
    ("undo", &[("H", "┃")], Goes("┃")),
    ("highlight", &[], Comes("┃")),
    ("note", &[], Comes("Note on: Gull makes off")),
    ("next-unsure", &[], Comes("sure")),
    ("previous-unsure", &[END], Comes("sure")),
    ("next-article", &[], Comes("this is the only article")),
    ("previous-article", &[], Comes("this is the only article")),
    ("articles", &[], Comes("this is the only article")),
    ("library", &[], Comes("Library  1")),
    ("forget", &[("L", "Library  1")], Comes("once more forgets it")),
    ("visited-before", &[], Comes("there is no article to go back to")),
    ("visited-after", &[], Comes("there is no article to go forward to")),
    ("format", &[], Comes("read as HTML")),
    ("help", &[], Comes("Help")),
    ("back", &[("s", "[ ] flip")], Comes("CAPTIONS")),
    ("escape", &[("s", "[ ] flip")], Comes("CAPTIONS")),
    ("quit", &[], Ends),
    ("suspend", &[], Writes("\x1b[?1049l")),
    ("redraw", &[], Writes("\x1b[2J")),
];

/// The bytes that a terminal sends for a key of the table.
fn bytes(key: &str) -> String {
    if let Some(letter) = key.strip_prefix("ctrl-") {
        return char::from(letter.as_bytes()[0] & 0x1f).to_string();
    }
    match key {
        "space" => " ",
        "enter" => "\r",
        "esc" => "\x1b",
        "backspace" => "\x7f",
        "delete" => "\x1b[3~",
        "tab" => "\t",
        "shift-tab" => "\x1b[Z",
        "up" => "\x1b[A",
        "down" => "\x1b[B",
        "right" => "\x1b[C",
        "left" => "\x1b[D",
        "home" => "\x1b[H",
        "end" => "\x1b[F",
        "pgup" => "\x1b[5~",
        "pgdn" => "\x1b[6~",
        character => character,
    }
    .to_string()
}

/// One key of one action: opens the article, types what comes before, and looks for the sign.
fn try_key(name: &str, key: &str, before: &[(&str, &str)], sign: &Sign) {
    let mut terminal = match sign {
        // What is suspended needs a shell to come back to.
        _ if name == "suspend" => Terminal::shell("set -m; cutline; read line", 120, 40),
        _ => Terminal::open(&[], 120, 40),
    };
    terminal.wait_for("CAPTIONS");
    for (keys, words) in before {
        terminal.keys(keys);
        terminal.wait_for(words);
    }
    let told = |what: &str| format!("{what} after “{key}” ({name})");
    let written = terminal.written().len();
    match sign {
        Comes(words) => assert!(!terminal.screen().contains(words), "{name}: “{words}” is there before the key"),
        Goes(words) => assert!(terminal.screen().contains(words), "{name}: “{words}” is not there before the key"),
        Ends | Writes(_) => {}
    }
    terminal.keys(&bytes(key));
    match sign {
        Comes(words) => terminal.wait(&told(words), |screen| screen.contains(words)),
        Goes(words) => terminal.wait(&told("the words gone"), |screen| !screen.contains(words)),
        Writes(bytes) => terminal.wait(&told("what is written"), |_| {
            String::from_utf8_lossy(&terminal.written()[written..]).contains(bytes)
        }),
        Ends => assert_eq!(terminal.end(), 0, "{name}"),
    }
}

#[test]
fn every_key_of_the_table_does_what_the_help_says() {
    let bindings: Vec<_> = TABLE.iter().flat_map(|(_, bindings)| bindings.iter()).collect();
    for (name, ..) in CASES {
        assert!(bindings.iter().any(|b| b.name == *name), "there is no action {name}");
    }
    for binding in bindings {
        let case = CASES.iter().find(|(name, ..)| *name == binding.name);
        let (name, before, sign) = case.unwrap_or_else(|| panic!("no case tries {}", binding.name));
        for key in binding.keys.split(' ') {
            try_key(name, key, before, sign);
        }
    }
}
