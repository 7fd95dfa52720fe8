//! Attacks by other ways than as an article: names, lists of them, records, the library, keys, the web.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cutline::document::Format;
use cutline::library::{Library, Opened};
use cutline::read;
use cutline::reader::{Action, Message, Preferences, Reader, update};

use super::cases::{Act, Case, Feed, Way};
use super::corpus::{FORMS, STORY, TOUR, gzip};
use super::server::{Server, reply};

pub fn all() -> Vec<Case> {
    [names(), lists(), records(), library(), keys(), web()].concat()
}

/// A few of what terminals and eyes stumble over.
const HOSTILE: [&str; 6] = [
    "\x1b[5;31mred\x1b[3J",
    "\x1b]0;title\x07\x1b]52;c;?\x07",
    "\u{9b}5m\u{9d}0;t\u{9c}\u{85}",
    "\u{202e}gpj.exe\u{2066}\u{200f}",
    "pay\u{200b}pal\u{200d}\u{e0041}\u{feff}",
    "line\nline\r\tend\x08\x7f",
];

fn names() -> Vec<Case> {
    let case = |name: &str| Case::new("names", name);
    let odd = |home: &Path| std::fs::write(home.join(os(b"bad\xff\xfe\x9b5m.txt")), STORY);
    let mut cases = vec![
        case("a file whose name is no UTF-8")
            .prepared(odd)
            .shell(r#"set -- "$@" "$(printf 'bad\377\376\2335m.txt')"; "#)
            .says("ferry")
            .prints(&FORMS)
            .opens(TOUR),
        case("no file, of a name that is no UTF-8")
            .shell(r#"set -- "$@" "$(printf 'no\377\2335m.txt')"; "#)
            .statuses(&[1])
            .says("no such file")
            .prints(&["text", "jsonl"])
            .refuses(),
        case("an option that is no UTF-8")
            .shell(r#"set -- "$@" "$(printf -- '--no\377\2335m')"; "#)
            .statuses(&[2])
            .prints(&["text"])
            .refuses(),
        case("a theme of a name that is no UTF-8")
            .text("a.txt", STORY)
            .shell(r#"set -- "$@" --theme "$(printf 'no\377\2335m')"; "#)
            .statuses(&[2])
            .prints(&["text"])
            .refuses(),
        case("a configuration of a name that is no UTF-8")
            .text("a.txt", STORY)
            .shell(r#"set -- "$@" --config "$(printf 'no\377\2335m')"; "#)
            .statuses(&[2])
            .prints(&["text"])
            .refuses(),
        case("a directory that leads to itself")
            .prepared(|home| {
                std::fs::create_dir_all(home.join("d/e"))?;
                std::fs::write(home.join("d/e/a.txt"), STORY)?;
                std::os::unix::fs::symlink("..", home.join("d/e/up"))
            })
            .arguments(&["d"])
            .says("ferry")
            .prints(&["text", "jsonl"])
            .opens("d q"),
        case("a directory of 300 in one another")
            .prepared(|home| {
                let deep = (0..300).fold(home.join("d"), |path, _| path.join("e"));
                std::fs::create_dir_all(&deep)?;
                std::fs::write(deep.join("a.txt"), STORY)
            })
            .arguments(&["d"])
            .says("ferry")
            .prints(&["text"]),
        case("a directory of pipes and devices")
            .prepared(|home| {
                std::fs::create_dir_all(home.join("d"))?;
                std::process::Command::new("mkfifo").arg(home.join("d/a.txt")).status()?;
                std::os::unix::fs::symlink("/dev/zero", home.join("d/b.txt"))?;
                std::os::unix::fs::symlink("c.txt", home.join("d/c.txt"))
            })
            .arguments(&["d"])
            .statuses(&[1])
            .prints(&["text", "jsonl"])
            .refuses(),
    ];
    let all = move |home: &Path| {
        for (at, name) in HOSTILE.iter().enumerate() {
            std::fs::write(home.join(format!("{at}{name}.txt")), format!("{name}\n\n{STORY}"))?;
        }
        odd(home)
    };
    for word in [".", "*.txt", "[0-9]*"] {
        cases.push(
            case(&format!("hostile names in {word}"))
                .prepared(all)
                .arguments(&[word])
                .prints(&FORMS)
                .opens("d A G k \r > > < A / evil \x1b q L \r q"),
        );
    }
    cases
}

fn lists() -> Vec<Case> {
    let case = |name: &str| Case::new("lists", name).file("a.txt", STORY).file("b.txt", STORY);
    let hostile: Vec<u8> = [
        b"a.txt\nbad\xff\xfe\x9b5m.txt\n\n\r\n\0\n-\n--help\n/dev/full\n".as_slice(),
        HOSTILE.join("\n").as_bytes(),
        b"\nhttp://\x1b[5m/\nhttp://127.0.0.1:1/\x1b[5m\nfile:///etc/motd\nb.txt\r\n",
        "x".repeat(5000).as_bytes(),
        b"\nb.txt",
    ]
    .concat();
    let from = &["--files-from", "list"];
    vec![
        case("a hostile list")
            .file("list", hostile)
            .arguments(from)
            .statuses(&[1])
            .prints(&FORMS)
            .opens("d > > > > d A G \r A k k \r A g \r L q q"),
        case("a list of itself").file("list", "list\nlist\n./list\n").arguments(from).prints(&FORMS).opens("d > > <"),
        case("an empty list").file("list", "").arguments(from).prints(&FORMS).opens("d"),
        case("a list that is a directory").arguments(&["--files-from", "."]).statuses(&[1]).prints(&FORMS).refuses(),
        case("a list that is not there").arguments(from).statuses(&[1]).prints(&FORMS).refuses(),
        case("a list that leads to itself")
            .prepared(|home| std::os::unix::fs::symlink("list", home.join("list")))
            .arguments(from)
            .statuses(&[1])
            .prints(&FORMS)
            .refuses(),
        case("/dev/zero as a list")
            .arguments(&["--files-from", "/dev/zero"])
            .statuses(&[1])
            .says("too long")
            .prints(&FORMS)
            .refuses(),
        case("a list without end")
            .fed(Feed::Endless(b"a.txt\n".repeat(1000)))
            .arguments(&["--files-from", "-"])
            .opens("d > d > < A G \r q"),
    ]
}

fn records() -> Vec<Case> {
    let case = |name: &str| Case::new("records", name).arguments(&["--from", "jsonl", "r"]).statuses(&[1]);
    let said = |text: &str| serde_json::to_string(text).expect("text is JSON");
    let mut lines: Vec<Vec<u8>> = HOSTILE
        .iter()
        .flat_map(|evil| {
            let (evil, story) = (said(evil), said(&format!("Harbour {evil} news\n\n{STORY}")));
            [
                format!("{{\"id\":{evil},\"text\":{story}}}"),
                format!("{{\"id\":{evil},\"html\":{story}}}"),
                format!("{{{evil}:{evil},\"text\":{evil}}}"),
                evil.clone(),
                format!("{{\"text\":[{evil}]}}"),
                format!("{{\"id\":{{{evil}:1}},\"text\":\"a\"}}"),
            ]
        })
        .map(String::into_bytes)
        .collect();
    lines.extend(HOSTILE.iter().map(|evil| evil.as_bytes().to_vec()));
    for odd in [
        b"{\"text\":\"\\ud800\"}".as_slice(),
        b"{\"text\":\"\xff\x9b5m\"}",
        b"{\"id\":1e999,\"text\":\"a\"}",
        b"{\"id\":99999999999999999999999,\"text\":\"a\"}",
        b"{\"text\":\"a\",\"text\":\"b\"}",
        b"{\"html\":\"<p>\\u001b[5m\"} trailing\x1b",
        b"{",
        b"\x00",
        b"nul\x1b",
    ] {
        lines.push(odd.to_vec());
    }
    vec![
        case("hostile records").file("r", lines.join(&b'\n')).prints(&["jsonl", "text", "markdown"]),
        case("a record nested without end").file("r", "{\"text\":".repeat(100_000)).prints(&["jsonl"]),
        case("lists nested in a record").file("r", "[".repeat(1_000_000)).prints(&["jsonl"]),
        Case::new("records", "a record of one line of 50 MB")
            .arguments(&["--from", "jsonl"])
            .article("r", || {
                format!("{{\"id\":\"a\",\"text\":\"{}\"}}\n", "word and ".repeat(50_000_000 / 9)).into_bytes()
            })
            .statuses(&[0, 1])
            .prints(&["jsonl"])
            .heavy(),
        Case::new("records", "/dev/zero as records")
            .arguments(&["--from", "jsonl", "/dev/zero"])
            .statuses(&[1])
            .prints(&["jsonl"])
            .heavy(),
        Case::new("records", "a directory as records")
            .arguments(&["--from", "jsonl", "."])
            .statuses(&[1])
            .prints(&["jsonl"]),
        Case::new("records", "nothing as records").arguments(&["--from", "jsonl", "/dev/null"]).prints(&["jsonl"]),
    ]
}

const DATABASE: &str = ".local/share/cutline/library.db";

/// A library that remembers an article with a mark and a note.
fn remembered(home: &Path) -> rusqlite::Connection {
    let path = home.join(DATABASE);
    let mut document = read::read(STORY.repeat(3), Format::Text);
    cutline::structure::structure(&mut document, &[]);
    let mut reader = Reader::new(document.clone(), "a.txt", Preferences::default(), Vec::new());
    update(&mut reader, Message::Resize { columns: 80, rows: 24 });
    let note = [Message::Act(Action::Note), Message::Paste("a note".into()), Message::Act(Action::Choose)];
    let mark = [Message::Act(Action::Mark), Message::Letter('a'), Message::Act(Action::Highlight)];
    mark.into_iter().chain(note).for_each(|message| drop(update(&mut reader, message)));
    let Opened { mut library, .. } = Library::open(&path).expect("there is nothing there yet");
    library.remember(&document, &home.join("a.txt").to_string_lossy(), &reader.memory()).expect("it can be written");
    drop(library);
    rusqlite::Connection::open(path).expect("it is there")
}

fn done(outcome: rusqlite::Result<impl Sized>) -> std::io::Result<()> {
    outcome.map(drop).map_err(std::io::Error::other)
}

fn library() -> Vec<Case> {
    let case = |name: String| Case::new("library", name).file("a.txt", STORY.repeat(3));
    let mut cases = Vec::new();
    for evil in HOSTILE.map(str::to_string).into_iter().chain([
        "x\0y".into(),
        "a\u{301}".repeat(20_000),
        "long ".repeat(400_000),
    ]) {
        let head: String = evil.chars().take(12).collect();
        let spoilt = move |home: &Path| {
            let database = remembered(home);
            done(database.execute("UPDATE articles SET title = ?1, format = ?1", [&evil]))?;
            done(database.execute("UPDATE remarks SET note = ?1 WHERE note IS NOT NULL", [&evil]))?;
            done(database.execute("UPDATE marks SET letter = ?1", [&evil]))?;
            let more = "INSERT INTO articles (hash, title, source, format, first_opened, last_opened)
                VALUES (zeroblob(16), ?1, ?1, ?1, ?2, ?2)";
            done(database.execute(more, (&evil, i64::MAX)))
        };
        let home = case(format!("{head:?} in what is remembered")).prepared(spoilt);
        cases.push(home.clone().opens("j j \r d q L G \r L X X j / a \x1b"));
        cases.push(home.arguments(&["a.txt"]).also("beside its article").opens("a \x1b ' a ' b L q H U"));
    }
    for (name, spoil) in [
        (
            "places that are no JSON",
            "UPDATE positions SET place = '{\"x\":' ; UPDATE marks SET place = '[[[['; UPDATE remarks SET anchor = '7'",
        ),
        (
            "places out of range",
            "UPDATE positions SET place = replace(place, '0', '99999999999999999'), reached = -7; UPDATE remarks SET anchor = replace(anchor, '1', '18446744073709551615')",
        ),
        (
            "bytes where text was",
            "UPDATE articles SET title = CAST(x'ff9b' AS TEXT), source = CAST(x'ff1b5b' AS TEXT); UPDATE remarks SET note = CAST(x'9b1b' AS TEXT); UPDATE marks SET letter = CAST(x'9b' AS TEXT)",
        ),
        ("a version to come", "PRAGMA user_version = 99"),
        ("a version below zero", "PRAGMA user_version = -3"),
        ("a table too few", "DROP TABLE marks"),
        ("a column too few", "ALTER TABLE articles DROP COLUMN title"),
        ("another program's tables", "PRAGMA application_id = 7"),
        (
            "a trigger",
            "CREATE TRIGGER t AFTER UPDATE ON articles BEGIN INSERT INTO articles SELECT randomblob(16), 'x', 'x', 'x', 1, 1; END",
        ),
        (
            "a trigger that refuses",
            "CREATE TRIGGER t BEFORE UPDATE ON articles BEGIN SELECT RAISE(ABORT, 'no\u{1b}[5m'); END",
        ),
        (
            "100,000 articles",
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
            INSERT INTO articles (hash, title, source, format, first_opened, last_opened)
            SELECT randomblob(16), 'Title ' || i, '/nowhere/' || i, 'text', i, i FROM n",
        ),
        ("a write-ahead log", "PRAGMA journal_mode = wal"),
    ] {
        let home =
            case(format!("{name} in the database")).prepared(move |home| done(remembered(home).execute_batch(spoil)));
        cases.push(home.clone().opens("j j G \r d L q"));
        let beside = home.arguments(&["a.txt"]).statuses(&[0, 1]);
        let beside = match name {
            // What cutline does not know it does not touch.
            "a version to come" => beside.says("newer cutline").checked(|home| {
                let version = rusqlite::Connection::open(home.join(DATABASE))
                    .and_then(|database| database.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0)));
                if version == Ok(99) { Ok(()) } else { Err(format!("leaves a version of {version:?}")) }
            }),
            _ => beside,
        };
        cases.push(beside.also("beside its article").opens("d m a a \x07 ' a L q"));
    }
    let held = |home: &Path| {
        let database = remembered(home);
        done(database.execute_batch("BEGIN EXCLUSIVE"))?;
        // For as long as the tests run.
        std::mem::forget(database);
        Ok(())
    };
    cases.push(
        case("a database that another holds".into())
            .prepared(held)
            .arguments(&["a.txt"])
            .statuses(&[0, 1])
            .opens("d j"),
    );
    cases
}

/// What is typed, or pasted, may come from anyone too.
fn keys() -> Vec<Case> {
    let case = |name: &str| Case::new("keys", name).text("a.txt", STORY.repeat(9));
    let paste = "\x1b[200~e\x1b[5m\u{9b}5m\u{202e}\u{200d}\x07\x08il\nx\x1b[201~";
    let pasted = |before: &str, after: &str| -> &'static str { format!("{before} {paste} {after}").leak() };
    vec![
        case("a hostile paste").opens(pasted("", "d")),
        case("a hostile paste to be found").opens(pasted("/", "\r n N \x1b")),
        case("a hostile paste into the outline").opens(pasted("t", "\r")),
        case("a hostile paste into a note").opens(pasted("a", "\r d g a \x1b L q")),
        case("a hostile paste for a mark").opens(pasted("m", "'")),
        case("a hostile paste among links").opens(pasted(";", "\x1b")),
        case("a hostile paste into corrections").opens(pasted("R", "\x1b")),
        case("marks by hostile letters").opens("m \u{202e} ' \u{9b} ' \u{200d} m \u{e0041} ' \u{e0041} m \u{301} ' \u{301}"),
        case("hostile letters to be found").opens("/\u{202e}\u{9b}5m\u{200b}\u{301}\u{301} \r n"),
        case("a pattern that is costly").opens("/(a*)*(b*)*(c|d|e)*{50}{50}x \r n \x1b /(((((((((( \r /[[[[ \r /\\ \r /x{1000}{1000} \r"),
        case("half of an escape").opens("\x1b[ \x1b[1;1 \x1b]0; \x1bP \x1b[M \x1b[<9999;9999;9999M d"),
        case("a mouse that is nowhere").opens("\x1b[<0;60000;60000M \x1b[<64;1;1M \x1b[<65;65535;1M \x1b[<0;-1;-1m d"),
        case("bytes that are no keys").opens("\u{80} \u{ff} \u{10ffff} \u{feff} \0 \x1c \x1d \x1e \x1f \x7f d"),
        case("numbers without end").opens("99999999999999999999999999999999999999999999999999g 99999999999999999999G 4294967296j 18446744073709551616d"),
    ]
}

/// What a server of the web may answer.
fn web() -> Vec<Case> {
    let page = |title: &str| format!("<html><title>{title}</title><h1>{title}</h1><p>{STORY}</p></html>").into_bytes();
    let mut cases = Vec::new();
    let mut case = |name: &str, server: Arc<Server>, path: &str, statuses: &[i32]| {
        let address = format!("{}{path}", server.address);
        let case =
            Case::new("web", name).arguments(&[&address]).statuses(statuses).served(server).prints(&["text", "jsonl"]);
        cases.push(match statuses {
            [1] => case.refuses(),
            _ => case.opens("d G ? q"),
        });
    };
    let raw = |bytes: Vec<u8>| Arc::new(Server::start(move |_, stream| drop(stream.write_all(&bytes))));
    let of = |headers: &str, body: Vec<u8>| {
        let headers = headers.to_string();
        Arc::new(Server::start(move |_, stream| reply(stream, "200 OK", &headers, &body)))
    };
    for evil in HOSTILE {
        let shown: String = evil.chars().take(8).collect();
        case(&format!("{shown:?} in a page"), of("Content-Type: text/html", page(evil)), "/", &[0]);
        let line = evil.replace(['\n', '\r'], "");
        let answer = |head: String| [head.into_bytes(), b"Connection: close\r\n\r\n".to_vec(), page("a")].concat();
        let typed = raw(answer(format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset={line}\r\nX: {line}\r\n")));
        case(&format!("{shown:?} in headers"), typed, "/", &[0, 1]);
        let sent = raw(answer(format!("HTTP/1.1 302 Found\r\nLocation: {line}\r\n")));
        case(&format!("{shown:?} as where to go"), sent, "/", &[0, 1]);
        case(&format!("{shown:?} as a status"), raw(answer(format!("HTTP/1.1 404 {line}\r\n"))), "/", &[1]);
        case(&format!("{shown:?} in a protocol"), raw(answer(format!("{line} 200 OK\r\n"))), "/", &[1]);
    }
    for target in [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,evil",
        "ftp://127.0.0.1/",
        "//",
        "http://",
        "http://[",
        "mailto:a@b",
    ] {
        let server =
            Arc::new(Server::start(move |_, stream| reply(stream, "302 Found", &format!("Location: {target}"), b"")));
        case(&format!("sent on to {target}"), server, "/", &[1]);
    }
    case(
        "sent on for ever",
        Arc::new(Server::start(|_, stream| reply(stream, "302 Found", "Location: /", b""))),
        "/",
        &[1],
    );
    case("nothing", raw(Vec::new()), "/", &[1]);
    case(
        "random bytes",
        raw((0..9999_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()),
        "/",
        &[0, 1],
    );
    case("half of an answer", raw(b"HTTP/1.1 200 OK\r\nContent-Le".to_vec()), "/", &[1]);
    case("less than was promised", of("Content-Length: 99999", page("a")), "/", &[1]);
    case("a length of -1", raw(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc".to_vec()), "/", &[0, 1]);
    case(
        "a length beyond all",
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nabc".to_vec()),
        "/",
        &[0, 1],
    );
    case(
        "broken chunks",
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\nabc".to_vec()),
        "/",
        &[0, 1],
    );
    case("a header of 5 MB", raw([b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'x'; 5_000_000]].concat()), "/", &[1]);
    case("100,000 headers", raw([b"HTTP/1.1 200 OK\r\n".to_vec(), b"X: y\r\n".repeat(100_000)].concat()), "/", &[1]);
    case("a gzip of 2 GB", of("Content-Encoding: gzip", super::corpus::bomb(b'a', 2000)), "/", &[1]);
    case(
        "a gzip in a gzip",
        of("Content-Encoding: gzip\r\nContent-Type: text/html", gzip(&gzip(&page("a")))),
        "/",
        &[0, 1],
    );
    case("rubbish as gzip", of("Content-Encoding: gzip", b"rubbish".to_vec()), "/", &[1]);
    let endless = |_: &str, stream: &mut std::net::TcpStream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n");
        while stream.write_all(&[b'a'; 1 << 16]).is_ok() {}
    };
    case("an endless page", Arc::new(Server::start(endless)), "/", &[1]);
    case("a picture", of("Content-Type: image/png", b"\x89PNG".to_vec()), "/", &[1]);
    case("a hostile address", of("Content-Type: text/html", page("a")), "/\x1b[5m\u{202e}?\u{9b}#\u{200b}", &[0, 1]);
    // A server that says nothing is left when the reader is.
    let silent = Arc::new(Server::start(|_, _| std::thread::sleep(Duration::from_secs(30))));
    let way = Way::Screen {
        columns: 100,
        rows: 30,
        keys: "",
        act: Act::Signal("TERM", Duration::from_millis(400)),
        opens: true,
    };
    let waiting = Case::new("web", "a server that says nothing").arguments(&[&silent.address]);
    cases.push(waiting.served(silent).way(way));
    cases
}

fn os(bytes: &[u8]) -> &std::ffi::OsStr {
    std::os::unix::ffi::OsStrExt::from_bytes(bytes)
}
