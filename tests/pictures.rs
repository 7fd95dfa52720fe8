//! Pictures: where they stand, that nothing moves when they come, that what comes does no harm, and what the terminal
//! is told of them.

mod common;

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::Arc;

use common::Session;
use cutline::document::{Block, Document, Role};
use cutline::picture::{Hint, Picture, PictureError, Shape, Whence};
use cutline::reader::pictures::Means;
use cutline::reader::{Action, Message, update};
use image::{Rgb, RgbImage};
use proptest::prelude::*;
use ratatui::style::Color;

/// A picture of that size, the upper half of it orange and the lower blue.
fn png(width: u32, height: u32) -> Vec<u8> {
    let image = RgbImage::from_fn(width, height, |_, y| Rgb(if y < height / 2 { [250, 120, 0] } else { [0, 40, 200] }));
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn picture(width: u32, height: u32) -> Arc<Picture> {
    Arc::new(Picture::decode(&png(width, height), 400).unwrap())
}

/// Paragraphs, and after every other one a caption with a picture.
fn article() -> Document {
    let words =
        |at: usize| format!("Paragraph {at}. ") + &"The sea lay as calm as it had ever been. ".repeat(2 + at % 3);
    let caption = |at: usize| Block {
        text: Some(format!("Caption {at}: boats at the quay").into()),
        role: Role::Caption,
        image: Some(address(at).into()),
        ..Block::default()
    };
    let body = |at: usize| Block { text: Some(words(at).trim_end().into()), ..Block::default() };
    let blocks = (0..24).map(|at| if at % 3 == 2 { caption(at) } else { body(at) }).collect();
    Document { blocks, ..Document::default() }
}

fn address(at: usize) -> String {
    format!("https://example.org/{at}.jpg")
}

/// What is known of the article's pictures before they come.
fn hints(shape: Option<Shape>) -> HashMap<Box<str>, Hint> {
    let hint = |at: usize| (address(at).into(), Hint { whence: Whence::Web(address(at)), shape: shape.map(Ok) });
    (0..24).filter(|at| at % 3 == 2).map(hint).collect()
}

fn session(columns: u16, rows: u16, hints: HashMap<Box<str>, Hint>) -> Session {
    let mut session = Session::new(article(), columns, rows);
    session.reader.hang(hints);
    session.reader.show_pictures_by(Means::Blocks, (10, 20));
    session
}

fn comes(session: &mut Session, at: usize, picture: Result<Arc<Picture>, PictureError>) {
    update(&mut session.reader, Message::Picture { address: address(at).into(), picture });
}

/// How many rows of the body show a picture.
fn rows_of_pictures(session: &Session) -> usize {
    session.body().lines().filter(|row| row.contains('▀')).count()
}

#[test]
fn a_picture_stands_above_its_caption_in_two_colours_a_cell() {
    for (columns, rows) in [(160, 50), (120, 40), (80, 24), (40, 12)] {
        let mut session = session(columns, rows, hints(Some(Shape { width: 600, height: 400 })));
        comes(&mut session, 2, Ok(picture(600, 400)));
        session.keys(")");
        insta::with_settings!({
            description => format!("paragraphs with pictures, {columns}x{rows}, keys: )"),
            omit_expression => true,
            prepend_module_to_snapshot => false,
        }, { insta::assert_snapshot!(format!("pictures-{columns}x{rows}"), session.screen()) });
        let screen = session.buffer();
        let cells: Vec<_> = screen.content.iter().filter(|cell| cell.symbol() == "▀").collect();
        let (first, last) = (cells.first().unwrap(), cells.last().unwrap());
        assert_eq!((first.fg, first.bg), (Color::Rgb(250, 120, 0), Color::Rgb(250, 120, 0)));
        assert_eq!((last.fg, last.bg), (Color::Rgb(0, 40, 200), Color::Rgb(0, 40, 200)));
        let rows: Vec<String> = session.body().lines().map(str::to_string).collect();
        let below = rows.iter().rposition(|row| row.contains('▀')).unwrap() + 1;
        assert!(rows[below].contains("▣ Caption 2:"), "{rows:#?}");
    }
}

#[test]
fn with_256_colours_a_picture_has_those() {
    let mut session = session(80, 24, hints(Some(Shape { width: 600, height: 400 })));
    session.reader.show_pictures_by(Means::IndexedBlocks, (10, 20));
    comes(&mut session, 2, Ok(picture(600, 400)));
    session.keys(")");
    let screen = session.buffer();
    let cell = screen.content.iter().find(|cell| cell.symbol() == "▀").unwrap();
    assert!(matches!(cell.fg, Color::Indexed(16..)), "{:?}", cell.fg);
}

#[test]
fn the_key_hides_pictures_and_shows_them_and_plain_has_none() {
    let mut session = session(80, 24, hints(Some(Shape { width: 600, height: 400 })));
    comes(&mut session, 2, Ok(picture(600, 400)));
    session.keys(")");
    assert!(rows_of_pictures(&session) > 5);
    session.keys("i");
    assert!(rows_of_pictures(&session) == 0 && session.screen().contains("8 pictures hidden"));
    assert!(session.reader.wanted_pictures().is_empty());
    session.keys("i");
    assert!(rows_of_pictures(&session) > 5 && session.screen().contains("8 pictures shown"));
    session.reader.preferences.plain = true;
    session.keys("i");
    assert!(session.screen().contains("pictures cannot be shown here"));
    assert!(rows_of_pictures(&session) == 0);
}

#[test]
fn pictures_go_with_their_captions_and_stand_on_cards_too() {
    let mut session = session(80, 24, hints(Some(Shape { width: 600, height: 400 })));
    session.keys("c");
    assert!(!session.reader.page.flow.is_empty());
    assert_eq!(rows_of_pictures(&session), 0);
    session.keys("c");
    comes(&mut session, 2, Ok(picture(600, 400)));
    session.keys(")");
    assert!(rows_of_pictures(&session) > 0);
}

#[test]
fn what_would_tell_others_waits_until_the_reader_asks() {
    let elsewhere = |(address, hint): (Box<str>, Hint)| {
        let Whence::Web(web) = hint.whence else { panic!("it is from the web") };
        (address, Hint { whence: Whence::Elsewhere(web), shape: None })
    };
    let mut session = session(80, 24, hints(None).into_iter().map(elsewhere).collect());
    assert!(session.reader.wanted_pictures().is_empty() && !session.screen().contains('▨'));
    session.keys("i");
    assert!(session.screen().contains("fetching 8 pictures from the web"), "{}", session.screen());
    let wanted = session.reader.wanted_pictures();
    assert!(!wanted.is_empty() && session.reader.wanted_pictures().is_empty(), "each is asked for once");
    session.keys("i");
    assert!(session.screen().contains("8 pictures hidden"));
}

#[test]
fn only_what_is_in_sight_or_near_is_asked_for_and_no_more_is_kept_than_is_of_use() {
    let mut document = article();
    let more = document.blocks.clone();
    document.blocks = (0..400).flat_map(|_| more.clone()).collect();
    for (at, block) in document.blocks.iter_mut().enumerate() {
        block.image = block.image.as_ref().map(|_| address(at).into());
    }
    let known = (0..document.blocks.len())
        .filter(|at| at % 3 == 2)
        .map(|at| (address(at).into(), Hint { whence: Whence::Web(address(at)), shape: None }));
    let known = known.collect();
    let mut session = Session::new(document, 80, 24);
    session.reader.hang(known);
    session.reader.show_pictures_by(Means::Blocks, (10, 20));
    let one = picture(60, 60);
    let mut here = std::collections::HashSet::new();
    for _ in 0..60 {
        let wanted = session.reader.wanted_pictures();
        assert!(wanted.len() < 16, "{}", wanted.len());
        for (address, _) in wanted {
            here.insert(address.clone());
            update(&mut session.reader, Message::Picture { address, picture: Ok(Arc::clone(&one)) });
        }
        update(&mut session.reader, Message::Act(Action::PageDown));
    }
    assert!(here.len() > 40, "{}", here.len());
    assert!(Arc::strong_count(&one) < 50, "{} are kept", Arc::strong_count(&one));
}

#[test]
fn an_icon_is_no_picture_and_a_broken_one_says_so_in_a_line() {
    let mut known = hints(Some(Shape { width: 16, height: 16 }));
    known.insert(address(5).into(), Hint { whence: Whence::Web(address(5)), shape: Some(Err(PictureError::Damaged)) });
    let mut session = session(80, 24, known);
    assert_eq!(session.reader.document.pictures.keys().copied().collect::<Vec<_>>(), [5]);
    session.keys("))");
    let body = session.body();
    let told = body.lines().position(|row| row.contains("▨ No picture: it is damaged")).unwrap();
    assert!(body.lines().nth(told + 1).unwrap().contains("▣ Caption 5:"), "{body}");
}

#[test]
fn a_picture_that_cannot_be_had_takes_one_line_once_it_was_out_of_sight_or_all_is_laid_out_anew() {
    let rows_above = |session: &Session| {
        let body = session.body().replace('▎', " ");
        let told = body.lines().position(|row| row.contains("▨ No picture")).unwrap();
        body.lines().take(told).collect::<Vec<_>>().iter().rev().take_while(|row| row.trim().is_empty()).count()
    };
    for (keys, resized) in [("", true), ("-", false), ("D", false), ("GG", false)] {
        let mut session = session(80, 24, hints(None));
        session.keys(")");
        let before = session.body();
        comes(&mut session, 2, Err(PictureError::Damaged));
        assert_eq!(session.body().lines().next(), before.lines().next(), "nothing moves");
        assert!(rows_above(&session) > 5, "{}", session.body());
        if resized {
            session.resize(82, 24);
        }
        session.keys(keys);
        session.keys("g)");
        assert_eq!(rows_above(&session), 1, "{keys}\n{}", session.body());
    }
}

#[test]
fn a_page_that_begins_with_a_picture_shows_it_at_its_top() {
    let mut document = article();
    document.blocks.drain(..2);
    let mut session = Session::new(document, 80, 24);
    session.reader.hang(hints(Some(Shape { width: 600, height: 400 })));
    session.reader.show_pictures_by(Means::Blocks, (10, 20));
    comes(&mut session, 2, Ok(picture(600, 400)));
    assert!(session.body().lines().next().unwrap().contains('▀'), "{}", session.body());
    session.keys("jjG");
    assert!(!session.body().lines().next().unwrap().contains('▀'));
    session.keys("g");
    assert!(session.body().lines().next().unwrap().contains('▀'));
}

/// The rows of the body's words with what stands in them, pictures left out.
fn words(session: &Session) -> Vec<(usize, String)> {
    let is_word = |row: &str| !row.contains(['▀', '▨']) && !matches!(row.trim(), "" | "…");
    let body = session.body().replace('▎', " ");
    body.lines().enumerate().filter(|(_, row)| is_word(row)).map(|(at, row)| (at, row.to_string())).collect()
}

#[derive(Debug, Clone)]
enum Step {
    Key(&'static str),
    Resize(u16, u16),
    /// That picture comes, of that size; or is broken.
    Comes(usize, Option<(u32, u32)>),
}

fn step() -> impl Strategy<Value = Step> {
    const KEYS: [&str; 20] = [
        "j",
        "k",
        "d",
        "u",
        "<space>",
        "b",
        "g",
        "G",
        ")",
        "(",
        "}",
        "{",
        "c",
        "i",
        "+",
        "z",
        "/quay<enter>",
        "r",
        "?",
        "<esc>",
    ];
    let shape = prop_oneof![Just((60, 200)), Just((600, 400)), Just((900, 90)), Just((10, 10))];
    prop_oneof![
        3 => proptest::sample::select(&KEYS[..]).prop_map(Step::Key),
        1 => (1_u16..130, 1_u16..50).prop_map(|(columns, rows)| Step::Resize(columns, rows)),
        4 => (0_usize..8, proptest::option::of(shape)).prop_map(|(at, shape)| Step::Comes(3 * at + 2, shape)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_moves_when_a_picture_comes(steps in proptest::collection::vec(step(), 1..40)) {
        let mut session = session(100, 30, hints(None));
        for step in steps {
            let before = words(&session);
            match &step {
                Step::Key(keys) => { session.keys(keys); }
                Step::Resize(columns, rows) => session.resize(*columns, *rows),
                Step::Comes(at, shape) => {
                    let come = shape.map_or(Err(PictureError::Damaged), |(width, height)| Ok(picture(width, height)));
                    comes(&mut session, *at, come);
                }
            }
            let after = words(&session);
            session.reader.wanted_pictures();
            if matches!(step, Step::Comes(..)) {
                prop_assert_eq!(before, after, "{:?}", step);
            }
        }
    }
}

#[cfg(unix)]
mod in_a_terminal {
    use super::*;
    use common::pty::{PATIENCE, Terminal};
    use common::server::{Server, reply};
    use std::path::Path;
    use std::time::{Duration, Instant};

    fn page(images: &[&str]) -> String {
        let figure = |(at, image): (usize, &&str)| {
            let caption = format!("Caption {at}: the boats lie at the quay, seen from the hill above the town");
            let words = "The sea lay as calm as it had ever been, and nobody who lived there could say why. ".repeat(3);
            format!("<figure><img src=\"{image}\"><figcaption>{caption}</figcaption></figure><p>{words}</p>")
        };
        let figures: String = images.iter().enumerate().map(figure).collect();
        format!("<html><title>A calm sea</title><body><article><h1>A calm sea</h1>{figures}</article></body></html>")
    }

    fn saved(folder: &Path, images: &[&str]) -> String {
        let path = folder.join("page.html");
        std::fs::write(&path, page(images)).unwrap();
        path.to_str().unwrap().to_string()
    }

    #[test]
    fn a_saved_page_shows_its_pictures_and_calls_nobody_until_asked() {
        let server = Server::of("Content-Type: image/png", png(300, 200));
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("page_files")).unwrap();
        std::fs::write(folder.path().join("page_files/a.png"), png(300, 200)).unwrap();
        std::fs::write(folder.path().join("junk.jpg"), "no picture").unwrap();
        let web = format!("{}/b.png", server.address);
        let page = saved(folder.path(), &["page_files/a.png", "junk.jpg", "gone.png", &web]);
        let mut terminal = Terminal::open(&[&page], 100, 60);
        terminal.wait_for("▀▀▀▀");
        terminal.wait_for("▨ No picture: it is in no form that is known here");
        terminal.wait_for("Caption 3:");
        assert_eq!(server.asked().len(), 0, "a page that lies here is read in private");
        terminal.keys("i");
        terminal.wait_for("fetching 1 picture from the web, 1 not found");
        let start = Instant::now();
        while server.asked().is_empty() && start.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(server.asked()[0].starts_with("GET /b.png"), "{:?}", server.asked());
        terminal.keys("i");
        terminal.wait("no pictures", |screen| !screen.contains('▀') && screen.contains("hidden"));
        terminal.keys("Q");
        assert_eq!(terminal.end(), 0);
        terminal.assert_restored();
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_picture_costs_nothing_while_it_is_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.png"), png(900, 600)).unwrap();
        let page = saved(folder.path(), &["a.png"]);
        for script in [format!("exec cutline '{page}'"), format!("TERM=xterm-kitty exec cutline '{page}'")] {
            let mut terminal = Terminal::shell(&script, 100, 40);
            terminal.wait("the picture", |screen| {
                screen.contains('▀') || String::from_utf8_lossy(&terminal.written()).contains("\x1b_Ga=p,")
            });
            std::thread::sleep(Duration::from_millis(300));
            let (worked, written) = (terminal.processor_time(), terminal.written().len());
            std::thread::sleep(Duration::from_millis(700));
            assert!(terminal.processor_time() - worked <= Duration::from_millis(10));
            assert_eq!(terminal.written().len(), written);
            terminal.keys("Q");
            terminal.end();
        }
    }

    #[test]
    fn without_images_there_are_none_until_the_key() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.png"), png(300, 200)).unwrap();
        let page = saved(folder.path(), &["a.png"]);
        let mut terminal = Terminal::open(&["--no-images", &page], 100, 40);
        terminal.wait_for("Caption 0:");
        assert!(!terminal.screen().contains('▀'));
        terminal.keys("i");
        terminal.wait_for("▀▀▀▀");
        terminal.keys("Q");
        terminal.end();
    }

    #[test]
    fn a_page_of_the_web_has_its_pictures_from_there() {
        let server = Server::start(|path, stream| match path {
            "/story" => reply(
                stream,
                "200 OK",
                "Content-Type: text/html",
                page(&["/a.png", "/bomb.png", "/gone.png"]).as_bytes(),
            ),
            "/a.png" => reply(stream, "200 OK", "Content-Type: image/png", &png(300, 200)),
            // More bytes than a picture may have are not waited for.
            "/bomb.png" => reply(stream, "200 OK", "Content-Type: image/png\nContent-Length: 900000000", b"\x89PNG"),
            _ => reply(stream, "404 Not Found", "", b""),
        });
        let mut terminal = Terminal::open(&[&format!("{}/story", server.address)], 100, 50);
        terminal.wait_for("▀▀▀▀");
        terminal.keys("))");
        terminal.wait_for("▨ No picture: it has too many bytes: more than 24 MB");
        terminal.keys("G");
        terminal.wait_for("the server says 404");
        terminal.keys("Q");
        terminal.end();
    }

    #[test]
    fn a_terminal_that_draws_is_told_and_tidied_up() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.png"), png(300, 200)).unwrap();
        let page = saved(folder.path(), &["a.png"]);
        let script = format!("TERM=xterm-kitty cutline '{page}'");
        let mut terminal = Terminal::shell(&script, 100, 40);
        terminal.wait_for("Caption 0:");
        let written = |terminal: &Terminal| String::from_utf8_lossy(&terminal.written()).into_owned();
        terminal.wait("the picture told", |_| written(&terminal).contains("\x1b_Ga=p,i=1,p=1,"));
        assert!(!terminal.screen().contains('▀'));
        assert_eq!(written(&terminal).matches("\x1b_Ga=t,").count(), 1);
        terminal.keys("?");
        terminal.wait("the picture gone", |_| written(&terminal).contains("\x1b_Ga=d,d=i,i=1,"));
        terminal.keys("q");
        terminal.wait("the picture back", |_| written(&terminal).matches("\x1b_Ga=p,").count() == 2);
        terminal.keys("Q");
        terminal.end();
        terminal.wait("the picture forgotten", |_| written(&terminal).contains("\x1b_Ga=d,d=I,i=1,"));
        terminal.assert_restored();
    }
}
