//! The real binary in a real pseudo-terminal: driven by keys, its screen read by a terminal emulator.
#![cfg(unix)]

mod common;

use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use common::pty::{PATIENCE, Terminal};
use common::server::{Server, reply};

/// A file in a directory of its own.
fn file(name: &str, text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_string();
    (folder, path)
}

/// A file whose beginning is shown while the rest is taken apart.
fn large() -> (tempfile::TempDir, String) {
    let paragraph = |i| format!("Paragraph {i} says that it rained all day, and that the ferry did not sail.\n\n");
    file("large.txt", &(0..40_000).map(paragraph).collect::<String>())
}

/// Whether all of it has come. The line that says that it is being loaded is drawn last, and may be seen later than the
/// rest.
fn is_whole(screen: &str) -> bool {
    screen.contains("? help") && !screen.contains("loading")
}

/// What cutline wrote, once it has ended.
fn written_at_end(mut terminal: Terminal) -> String {
    terminal.keys("Q");
    terminal.end();
    String::from_utf8_lossy(&terminal.written()).into_owned()
}

#[test]
fn open_skim_toggle_find_quit() {
    let mut terminal = Terminal::open(&[], 120, 40);
    terminal.wait_for("SIDEBARS");
    terminal.wait_for("Gull makes off with the mouse");
    terminal.keys("s");
    terminal.wait_for("1 of ");
    terminal.keys("]");
    terminal.wait_for("○●");
    terminal.keys("q");
    terminal.wait_for("CAPTIONS");
    terminal.keys("D");
    terminal.wait_for("copies shown");
    terminal.keys("/viaduct");
    terminal.wait_for("1 of 1");
    terminal.keys("\r");
    terminal.wait_for("It rolled through a cutting");
    terminal.keys("qq");
    assert_eq!(terminal.end(), 0);
    terminal.assert_restored();
}

#[test]
fn a_large_file_shows_its_beginning_while_the_rest_is_taken_apart() {
    let (_folder, path) = large();
    let mut terminal = Terminal::open(&[&path], 100, 30);
    terminal.wait_for("Paragraph 1 says");
    terminal.keys("d");
    // What stands beside the story may change with the whole; the story may not.
    let top = |screen: &str| {
        let mut rows = screen.lines().skip(3).map(|row| row.chars().take(70).collect::<String>());
        rows.find_map(|row| row.split("Paragraph ").nth(1)?.split(' ').next()?.parse::<u32>().ok())
    };
    terminal.wait("half a page on", |screen| top(screen).is_some_and(|number| number > 1));
    let before = top(&terminal.screen());
    terminal.wait("the whole of it", is_whole);
    assert_eq!(top(&terminal.screen()), before, "the place is kept");
    terminal.keys("G");
    terminal.wait_for("Paragraph 39999 says");
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);
    // The next time it opens where it was left, as others do.
    let home = tempfile::tempdir().unwrap();
    for times in 0..2 {
        let mut terminal = Terminal::open_at_home(&[&path], home.path(), 100, 30);
        terminal.wait_for("Paragraph ");
        terminal.wait("the whole of it", is_whole);
        if times == 0 {
            terminal.keys("G");
        }
        terminal.wait_for("Paragraph 39999 says");
        terminal.keys("q");
        assert_eq!(terminal.end(), 0);
    }
}

#[test]
fn what_is_said_of_the_beginning_holds_when_the_rest_has_come() {
    let (home, path) = large();
    let bars = |screen: &str| screen.matches('┃').count();
    let mut terminal = Terminal::open_at_home(&["tests/fixtures/ferry.html"], home.path(), 100, 30);
    terminal.wait_for("The last ferry to Sandholm");
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);
    // The first time the library has nothing of it, the second time it has.
    for (keys, rows) in [("}}}H}Rc", 2), ("}}H", 4)] {
        let mut terminal = Terminal::open_at_home(&[&path], home.path(), 100, 30);
        terminal.wait_for("Paragraph ");
        terminal.keys(keys);
        terminal.wait("the whole of it", is_whole);
        terminal.wait("what was highlighted", |screen| bars(screen) == rows);
        terminal.wait_for("▣ Paragraph");
        terminal.keys("q");
        assert_eq!(terminal.end(), 0);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_lines_modes_are_as_they_were() {
    // The shell stays, so that the line can be asked after cutline has gone.
    let mut terminal = Terminal::shell("cutline; echo gone; read line", 80, 24);
    let before = {
        let plain = Terminal::shell("echo ready; read line", 80, 24);
        plain.wait_for("ready");
        plain.modes()
    };
    terminal.wait_for("SIDEBARS");
    assert_ne!(terminal.modes(), before, "raw mode changes the line");
    terminal.keys("q");
    terminal.wait_for("gone");
    assert_eq!(terminal.modes(), before);
    terminal.assert_restored();
}

#[test]
fn signals_end_it_with_the_terminal_restored() {
    for name in ["TERM", "HUP", "INT"] {
        let mut terminal = Terminal::open(&[], 100, 30);
        terminal.wait_for("SIDEBARS");
        assert!(terminal.alternate());
        terminal.signal(name);
        assert_ne!(terminal.end(), 0, "SIG{name} is no success");
        let start = Instant::now();
        while terminal.alternate() && start.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(5));
        }
        terminal.assert_restored();
    }
}

#[test]
fn suspended_and_resumed_it_draws_its_screen_again() {
    let mut terminal = Terminal::shell("set -m; cutline; echo stopped; fg >/dev/null; echo over; read line", 100, 30);
    terminal.wait_for("SIDEBARS");
    terminal.keys("\x1a");
    // The shell's `echo stopped` is on the main screen, and `fg` brings cutline back at once.
    terminal.wait("its screen again after a stop", |screen| screen.contains("SIDEBARS"));
    terminal.wait("the stop", |_| {
        let written = terminal.written();
        let leaves = written.windows(8).filter(|w| w == b"\x1b[?1049l").count();
        let enters = written.windows(8).filter(|w| w == b"\x1b[?1049h").count();
        leaves == 1 && enters >= 2
    });
    terminal.wait_for("SIDEBARS");
    terminal.keys("?");
    terminal.wait_for("more below");
    terminal.keys("qq");
    terminal.wait_for("over");
    terminal.assert_restored();
}

#[test]
fn a_resize_redraws_at_the_same_words() {
    let mut terminal = Terminal::open(&[], 120, 40);
    terminal.wait_for("SIDEBARS");
    terminal.keys(" ");
    terminal.wait("the second page", |screen| !screen.contains("By Cordelia Finch"));
    let top = terminal.row(3);
    let words = top.trim_matches(['│', '▎', '▣', ' ']).split(' ').take(2).collect::<Vec<_>>().join(" ");
    for (columns, rows) in [(80, 24), (40, 12), (1, 1), (160, 50)] {
        terminal.resize(columns, rows);
        if columns > 40 {
            terminal.wait_for(&words);
        }
    }
    terminal.wait_for("SIDEBARS");
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn an_article_piped_in_is_read_with_keys_from_the_terminal() {
    let mut terminal = Terminal::shell("cat assets/welcome.txt | cutline; echo status $?; read line", 120, 40);
    terminal.wait_for("SIDEBARS");
    terminal.keys("s");
    terminal.wait_for("[ ] flip");
    terminal.keys("qq");
    terminal.wait_for("status 0");
}

#[test]
fn no_control_character_of_an_article_reaches_the_terminal() {
    let text = "A title \x1b]0;owned\x07 that attacks\n\nBody \x1b[31mred\x1b[0m \u{9b}31m \u{202e}backwards\u{202c} \x08\x7f end.\n\n\
        \x1bPdevice\x1b\\ control.\n";
    let (_folder, file) = file("attack.txt", text);
    let mut terminal = Terminal::open(&[&file], 100, 30);
    terminal.wait_for("backwards");
    terminal.keys("r");
    terminal.wait_for("RAW");
    let written = written_at_end(terminal);
    for attack in ["\x1b]0;owned", "\x1b[31m", "\u{9b}", "\u{202e}", "\x1bP", "\x08", "\x7f"] {
        assert!(!written.contains(attack), "{attack:?} was written");
    }
    assert!(written.contains("␛"));
}

#[test]
fn several_articles_are_gone_through_and_what_cannot_be_read_is_said_at_the_end() {
    let arguments = ["assets/welcome.txt", "no-such-file.txt", "tests/fixtures/plum-cake.txt"];
    let mut terminal = Terminal::open(&arguments, 120, 40);
    terminal.wait_for("Articles  3");
    terminal.keys("\r>");
    terminal.wait_for("article 3 of 3");
    terminal.wait("the other article", |screen| !screen.contains("Gull makes off"));
    terminal.keys("<");
    terminal.wait_for("Gull makes off");
    terminal.keys("Q");
    assert_eq!(terminal.end(), 1);
    terminal.wait_for("cutline: no-such-file.txt: no such file");
    // Be it that nobody has looked at it.
    let mut terminal = Terminal::open(&arguments, 120, 40);
    terminal.wait_for("Articles  3");
    terminal.keys("q");
    assert_eq!(terminal.end(), 1);
    terminal.wait_for("cutline: no-such-file.txt: no such file");
}

#[test]
fn an_article_is_opened_where_it_was_left_though_it_has_moved() {
    let home = tempfile::tempdir().unwrap();
    let (first, second) = (home.path().join("first.txt"), home.path().join("second.txt"));
    std::fs::copy(common::path("assets/welcome.txt"), &first).unwrap();
    let mut terminal = Terminal::open_at_home(&[first.to_str().unwrap()], home.path(), 100, 30);
    terminal.wait_for("CAPTIONS");
    terminal.keys("  ");
    terminal.wait_for("The program on the machine");
    let top = terminal.row(3);
    terminal.keys("Q");
    assert_eq!(terminal.end(), 0);
    std::fs::rename(&first, &second).unwrap();
    let mut terminal = Terminal::open_at_home(&[second.to_str().unwrap()], home.path(), 100, 30);
    terminal.wait_for("CAPTIONS");
    assert_eq!(terminal.row(3), top);
    // A signal saves the place too.
    terminal.keys("G");
    terminal.wait_for("100 %");
    terminal.signal("TERM");
    terminal.end();
    let mut terminal = Terminal::open_at_home(&[second.to_str().unwrap()], home.path(), 100, 30);
    terminal.wait_for("100 %");
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn without_a_source_the_library_opens_what_was_read_before_and_forgets_it() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::open_at_home(&[], home.path(), 120, 40);
    terminal.wait_for("Gull makes off");
    terminal.keys("Q");
    assert_eq!(terminal.end(), 0);
    let mut terminal = Terminal::open_at_home(&["tests/fixtures/ferry.html"], home.path(), 120, 40);
    terminal.wait_for("The last ferry to Sandholm");
    terminal.keys("}H");
    terminal.wait_for("┃");
    terminal.keys("aWho rowed?\r");
    terminal.wait_for("†");
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);

    let mut terminal = Terminal::open_at_home(&[], home.path(), 120, 40);
    terminal.wait_for("Library  2");
    terminal.wait("what was read last chosen", |screen| {
        screen
            .lines()
            .any(|line| line.contains("▸ The last ferry") && line.contains("ferry.html") && line.contains("%, today"))
    });
    terminal.keys("/gull\r");
    terminal.wait_for("By Cordelia Finch");
    terminal.keys("q");
    terminal.wait_for("Library  2");
    terminal.wait_for("▸ Gull makes off");
    terminal.keys("/sandholm\r");
    terminal.wait_for("┃");
    terminal.wait_for("†");
    terminal.keys("a");
    terminal.wait_for("Who rowed?");
    terminal.keys("\x1b");
    terminal.wait_for("? help");
    terminal.keys("q");
    terminal.wait_for("▸ The last ferry");
    terminal.keys("X");
    terminal.wait_for("once more forgets it");
    terminal.keys("X");
    terminal.wait_for("Library  1");
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);
    terminal.assert_restored();

    let mut terminal = Terminal::open_at_home(&["tests/fixtures/ferry.html"], home.path(), 120, 40);
    terminal.wait_for("The last ferry to Sandholm");
    assert!(!terminal.screen().contains("┃") && !terminal.screen().contains("†"));
    terminal.keys("Q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_library_that_cannot_be_opened_says_so_once_and_hinders_nothing() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".local/share/cutline/library.db");
    std::fs::create_dir_all(&folder).unwrap();
    for (arguments, text) in [(&[][..], "Gull makes off"), (&["tests/fixtures/ferry.html"], "The last ferry")] {
        let mut terminal = Terminal::open_at_home(arguments, home.path(), 120, 40);
        terminal.wait_for(text);
        terminal.wait_for("it is a directory");
        terminal.keys("j");
        terminal.wait_for("? help");
        terminal.keys("L");
        terminal.wait_for("there is no library");
        terminal.keys("q");
        assert_eq!(terminal.end(), 0);
        assert_eq!(written_at_end(terminal).matches("it is a directory").count(), 1);
    }
}

#[test]
fn of_several_articles_one_is_chosen_from_a_list() {
    let arguments = ["assets/welcome.txt", "tests/fixtures/plum-cake.txt", "tests/fixtures/ferry.html"];
    let mut terminal = Terminal::open(&arguments, 120, 40);
    // Files say their titles soon.
    terminal.wait_for("The last ferry to Sandholm");
    terminal.keys("jj");
    terminal.wait("the third chosen", |screen| screen.lines().any(|l| l.contains("▸") && l.contains("Sandholm")));
    terminal.keys("\r");
    terminal.wait_for("article 3 of 3");
    terminal.keys("q");
    terminal.wait_for("Articles  3");
    terminal.keys("/plum");
    terminal.wait("only one", |screen| screen.contains("plum-cake.txt") && !screen.contains("Sandholm"));
    terminal.keys("\r");
    terminal.wait_for("article 2 of 3");
    terminal.keys("A");
    terminal.wait_for("Articles  3");
    terminal.keys("\x1b");
    terminal.wait_for("article 2 of 3");
    terminal.keys("qq");
    assert_eq!(terminal.end(), 0);
    terminal.assert_restored();
}

#[test]
fn the_list_shows_titles_and_never_markup() {
    let folder = tempfile::tempdir().unwrap();
    let bare = "<!DOCTYPE html>\n<article><p>The quay has been shut since Monday, and nobody could say why.</p>\
        <p>On Tuesday the gulls had it to themselves, and on Wednesday the rain.</p></article>";
    let texts = [
        ("bare.html", bare.to_string()),
        ("marked.md", "# The second ferry\n\nIt sails on Thursdays, if at all.\n".to_string()),
        ("plain.txt", "The third ferry\n\nIt has been sold, and nobody was asked.\n".to_string()),
        (
            "late.html",
            format!("<!DOCTYPE html>\n<!-- {} -->\n<article><h1>The late ferry</h1>{}", "x".repeat(70_000), bare),
        ),
    ];
    let paths: Vec<String> = texts
        .iter()
        .map(|(name, text)| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_string()
        })
        .collect();
    let mut terminal = Terminal::open(&paths.iter().map(String::as_str).collect::<Vec<_>>(), 120, 40);
    terminal.wait_for("The second ferry");
    terminal.wait_for("The third ferry");
    let screen = terminal.screen();
    assert!(screen.contains("bare.html") && screen.contains("late.html"), "{screen}");
    assert!(!screen.contains('<') && !screen.contains('#'), "{screen}");
    // What reading has told of an article is known in the list.
    terminal.keys("G\r");
    terminal.wait_for("article 4 of 4");
    terminal.keys("q");
    terminal.wait_for("Articles  4");
    assert!(terminal.screen().contains("The late ferry"), "{}", terminal.screen());
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);
}

const LINKING: &str = "<!doctype html><title>First</title><article><h1>The first page</h1>\
    <p>The pier was closed on Monday, and the gulls have had it to themselves since <a href=/second>that day</a>.</p>\
    <p>Nobody could say on Tuesday when it would open again, or who was to be asked about it, or why.</p></article>";

#[test]
fn links_are_read_in_cutline_and_back_and_forward_keep_the_place() {
    let server = Server::start(|path, stream| match path {
        "/first" => reply(stream, "200 OK", "Content-Type: text/html", LINKING.as_bytes()),
        "/second" => {
            let page = LINKING.replace("first page", "second page").replace("/second", "/gone");
            reply(stream, "200 OK", "Content-Type: text/html", page.as_bytes());
        }
        _ => reply(stream, "404 Not Found", "", b""),
    });
    let mut terminal = Terminal::open(&[&format!("{}/first", server.address)], 120, 40);
    terminal.wait_for("The first page");
    terminal.keys(";a");
    terminal.wait_for("Enter reads");
    terminal.keys("\r");
    terminal.wait_for("The second page");
    terminal.keys(";a\r");
    terminal.wait_for("404: there is no such page");
    terminal.keys(",");
    terminal.wait_for("The first page");
    terminal.keys(".");
    terminal.wait_for("The second page");
    terminal.keys("q");
    terminal.wait_for("The first page");
    terminal.keys(",");
    terminal.wait_for("no article to go back to");
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);
    assert_eq!(server.asked().len(), 3, "what was read is not fetched again");
}

#[test]
fn fetching_shows_how_much_has_come_and_escape_stops_it() {
    let server = Server::start(|path, stream| match path {
        "/first" => reply(stream, "200 OK", "Content-Type: text/html", LINKING.as_bytes()),
        _ => {
            let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000000\r\n\r\n";
            let _ = stream.write_all(head);
            while stream.write_all(&[b'.'; 10_000]).is_ok() {
                thread::sleep(Duration::from_millis(20));
            }
        }
    });
    let mut terminal = Terminal::open(&[&format!("{}/first", server.address)], 120, 40);
    terminal.wait_for("The first page");
    terminal.keys(";a\r");
    terminal.wait_for("of 9000 kB");
    // What is on the screen can be read meanwhile.
    terminal.keys("jr");
    terminal.wait_for("<!doctype html>");
    terminal.keys("\x1b");
    terminal.wait_for("stopped");
    terminal.keys("Q");
    assert_eq!(terminal.end(), 0);
    // With nothing else to read, stopping is leaving.
    let mut terminal = Terminal::open(&[&format!("{}/slow", server.address)], 120, 40);
    terminal.wait_for("of 9000 kB");
    terminal.keys("\x1b");
    assert_eq!(terminal.end(), 0);
    terminal.assert_restored();
}

#[test]
fn what_is_pasted_is_text_where_text_is_typed_and_nothing_elsewhere() {
    let mut terminal = Terminal::open(&[], 120, 40);
    terminal.wait_for("SIDEBARS");
    terminal.keys("\x1b[200~sqQ?\x1b[201~/\x1b[200~viad\x1b[201~");
    terminal.wait_for("1 of 1");
    terminal.keys("\r");
    terminal.wait_for("It rolled through a cutting");
    terminal.keys("Q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn the_mouse_scrolls_chooses_and_can_be_let_go() {
    let mut terminal = Terminal::open(&[], 120, 40);
    terminal.wait_for("By Cordelia Finch");
    // SGR reports: button 65 is the wheel turned down, 0 the left one pressed; cells are counted from 1.
    terminal.keys("\x1b[<65;10;10M\x1b[<65;10;10M");
    terminal.wait("the story scrolled", |screen| !screen.contains("By Cordelia Finch"));
    let row = 1 + terminal.screen().lines().position(|line| line.contains("Runaway cheese")).unwrap();
    terminal.keys(&format!("\x1b[<0;100;{row}M\x1b[<0;100;{row}m"));
    terminal.wait_for("Sidebar 3 of 3");
    let written = terminal.written().len();
    terminal.keys("M");
    terminal.wait("the mouse let go", |_| terminal.written()[written..].windows(8).any(|w| w == b"\x1b[?1000l"));
    terminal.keys("Q");
    assert_eq!(terminal.end(), 0);
    terminal.assert_restored();
}

#[test]
fn a_pipe_that_never_ends_is_read_as_far_as_it_has_come_and_left() {
    let endless =
        "i=0; while :; do i=$((i+1)); echo \"Paragraph $i of an endless story goes on.\"; echo; sleep 0.02; done";
    let mut terminal = Terminal::shell(&format!("({endless}) | cutline; echo status $?; read line"), 100, 30);
    terminal.wait_for("Paragraph 5 of");
    terminal.wait_for("so far · Esc stops");
    // What comes does not move the screen: the end is gone to once there is more.
    thread::sleep(Duration::from_secs(4));
    terminal.keys("G");
    let far = |screen: &str| (60..400).any(|n| screen.contains(&format!("Paragraph {n} of")));
    terminal.wait("what has come meanwhile", far);
    terminal.keys("q");
    terminal.wait_for("status 0");
    terminal.assert_restored();
    let mut silent = Terminal::shell("(echo One line.; sleep 10) | cutline; echo status $?; read line", 100, 30);
    silent.wait_for("One line.");
    silent.keys("\x1b");
    silent.wait_for("stopped");
    silent.keys("q");
    silent.wait_for("status 0");
}

#[test]
fn another_format_is_a_key_away() {
    let (_folder, file) = file("page.txt", LINKING);
    let mut terminal = Terminal::open(&["--from", "text", &file], 120, 40);
    terminal.wait_for("<article>");
    terminal.keys("F");
    terminal.wait_for("read as HTML");
    terminal.wait("no markup", |screen| screen.contains("The first page") && !screen.contains("<article>"));
    terminal.keys("FF");
    terminal.wait_for("read as text");
    terminal.wait_for("<article>");
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn the_terminal_is_told_of_links_that_may_be_opened_unless_it_is_to_be_plain() {
    let text = "# Links\n\nThe boats lay along the [quay](https://example.org/quay) for a week, and nobody knew of \
                the [bad one](javascript:alert(1)) and more.\n";
    let (_folder, file) = file("links.md", text);
    let told = |arguments: &[&str]| {
        let terminal = Terminal::open(arguments, 100, 30);
        terminal.wait_for("and more.");
        written_at_end(terminal)
    };
    let written = told(&[&file]);
    assert_eq!(written.matches("\x1b]8;id=1.0;https://example.org/quay\x1b\\").count(), 1);
    assert_eq!(written.matches("\x1b]8;;\x1b\\").count(), 1);
    assert!(!written.contains("javascript"));
    assert!(!told(&["--plain", &file]).contains("\x1b]8;"));
}

/// What is on the screen, once nothing more comes.
fn settled(terminal: &Terminal) -> String {
    let mut written = terminal.written().len();
    loop {
        thread::sleep(Duration::from_millis(150));
        let now = terminal.written().len();
        if now == written {
            return terminal.screen();
        }
        written = now;
    }
}

#[test]
fn what_scrolling_leaves_is_what_a_full_repaint_gives() {
    let mut terminal = Terminal::open(&[], 120, 40);
    terminal.wait_for("SIDEBARS");
    settled(&terminal);
    let before = terminal.written().len();
    for keys in ["j", "jjj", "k", "d", "]", "z", "jj", "u", "z"] {
        terminal.keys(keys);
        let left = settled(&terminal);
        terminal.keys("\x0c");
        assert_eq!(settled(&terminal), left, "after {keys}");
    }
    let written = terminal.written()[before..].to_vec();
    assert!(written.windows(3).any(|bytes| bytes == b"\x1b[r"), "nothing was moved by the terminal itself");
}
