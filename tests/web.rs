//! Articles from servers: good ones, slow, broken, endless and lying ones, all on loopback.

mod common;

use std::io::Write;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use common::server::{Server, reply};
use cutline::document::{Document, Format, MarkKind};
use cutline::input::fetch::{FetchError, Fetched, Limits, Wanted, fetch};
use cutline::input::{InputError, Source};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Little patience, so that the tests need little.
const LIMITS: Limits = Limits {
    connect: Duration::from_secs(5),
    silence: Duration::from_millis(300),
    total: Duration::from_secs(5),
    bytes: 1 << 20,
    redirects: 10,
    wanted: Wanted::Article,
};

fn fetched(address: &str) -> Result<Fetched, FetchError> {
    fetch(address, &LIMITS, &mut |_| true)
}

fn load(address: &str) -> Result<Document, InputError> {
    Source::named(address).load(None, &mut |_| true).map(|article| article.document)
}

const PAGE: &str = "<!doctype html><html lang=en><title>A page</title><body><article><h1>The pier is closed</h1>\
    <p>The pier was closed on Monday, and the gulls have had it to themselves since, as <a href=/old>in May</a>.</p>\
    <p>Nobody could say on Tuesday when it would open again, or who was to be asked about it.</p></article>";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// Bytes as Brotli, by hand: one uncompressed metablock, and an empty last one (RFC 7932, section 9).
fn brotli(bytes: &[u8]) -> Vec<u8> {
    assert!((1..=1 << 16).contains(&bytes.len()));
    let length = bytes.len() - 1;
    // WBITS 16 is the bit 0; ISLAST 0; MNIBBLES 4 is 00; MLEN-1 in 16 bits; ISUNCOMPRESSED 1; padding.
    let header = (length << 4) | (1 << 20);
    let mut out = vec![header as u8, (header >> 8) as u8, (header >> 16) as u8];
    out.extend_from_slice(bytes);
    // ISLAST, ISLASTEMPTY.
    out.push(3);
    out
}

#[test]
fn a_page_is_fetched_politely_and_read() {
    let server = Server::of("Content-Type: text/html; charset=utf-8", PAGE);
    let document = load(&format!("{}/news/pier#top", server.address)).unwrap();
    assert_eq!((document.format, document.title()), (Format::Html, Some("The pier is closed")));
    let links = document.blocks.iter().flat_map(|block| &block.marks).map(|mark| &mark.kind);
    assert_eq!(links.collect::<Vec<_>>(), [&MarkKind::Link(format!("{}/old", server.address))]);
    assert_eq!(document.meta.url, Some(format!("{}/news/pier", server.address)));
    let asked = server.asked();
    assert_eq!(asked.len(), 1);
    let request = asked[0].to_ascii_lowercase();
    assert!(request.starts_with("get /news/pier http/1.1\n"), "{request}");
    assert!(request.contains(concat!("user-agent: cutline/", env!("CARGO_PKG_VERSION"))), "{request}");
    assert!(request.contains("accept-encoding: gzip, br"), "{request}");
    assert!(!request.contains("cookie") && !request.contains("referer"), "{request}");
}

#[test]
fn what_is_packed_is_unpacked() {
    for (headers, body) in [
        ("Content-Type: text/plain\nContent-Encoding: gzip", gzip(b"The pier opens.\n")),
        ("Content-Type: text/plain\nContent-Encoding: br", brotli(b"The pier opens.\n")),
        ("Content-Type: application/gzip", gzip(b"The pier opens.\n")),
    ] {
        let server = Server::of(headers, body);
        assert_eq!(load(&server.address).unwrap().source, "The pier opens.\n", "{headers}");
    }
    let lying = Server::of("Content-Encoding: gzip", "The pier opens.\n");
    assert_eq!(fetched(&lying.address), Err(FetchError::Unpacking));
    let lying = Server::of("Content-Encoding: br", "The pier opens.\n");
    assert_eq!(fetched(&lying.address), Err(FetchError::Unpacking));
}

#[test]
fn bombs_and_endless_pages_are_too_large() {
    let too_large = Err(FetchError::TooLarge(LIMITS.bytes));
    let bomb = Server::of("Content-Encoding: gzip", gzip(&vec![b' '; 100 << 20]));
    assert_eq!(fetched(&bomb.address), too_large);
    // A metablock of 64 kB, as often as it takes.
    let block = brotli(&[b' '; 1 << 16]);
    let block = block[..block.len() - 1].to_vec();
    let bomb = Server::start(move |_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n");
        let more = &block[..];
        let _ = stream.write_all(more);
        // From the second on the window's size is not said again: all bits stand one lower.
        let mut header = usize::from(more[0]) | usize::from(more[1]) << 8 | usize::from(more[2]) << 16;
        header >>= 1;
        let header = [header as u8, (header >> 8) as u8, (header >> 16) as u8];
        while stream.write_all(&header).and_then(|()| stream.write_all(&more[3..])).is_ok() {}
    });
    assert_eq!(fetched(&bomb.address), too_large);
    let endless = Server::start(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n");
        while stream.write_all(b"and on and on and on\n").is_ok() {}
    });
    assert_eq!(fetched(&endless.address), too_large);
    let declared = Server::of("Content-Length: 123456789012", "");
    assert_eq!(fetched(&declared.address), too_large, "nothing of it is waited for");
    // As for the 32 MB that hold for readers.
    let error = load(&endless.address).unwrap_err().to_string();
    assert_eq!(error, format!("{}: it is too large: more than 32 MB", endless.address));
}

#[test]
fn slow_servers_are_not_waited_for_without_end() {
    let start = Instant::now();
    let silent = Server::start(|_, _| thread::sleep(Duration::from_secs(60)));
    assert_eq!(fetched(&silent.address), Err(FetchError::Silent(LIMITS.silence)));
    let stalled = Server::start(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nThe pier");
        thread::sleep(Duration::from_secs(60));
    });
    assert_eq!(fetched(&stalled.address), Err(FetchError::Silent(LIMITS.silence)));
    let dripping = Server::start(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
        while stream.write_all(b".").is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    let limits = Limits { total: Duration::from_secs(1), ..LIMITS };
    assert_eq!(fetch(&dripping.address, &limits, &mut |_| true), Err(FetchError::Slow(limits.total)));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn a_connection_that_breaks_off_is_said_to() {
    let short = Server::of("Content-Length: 5000", PAGE);
    assert_eq!(fetched(&short.address), Err(FetchError::BrokenOff));
    let chunked = Server::start(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\nThe pier");
    });
    assert_eq!(fetched(&chunked.address), Err(FetchError::BrokenOff));
    let packed = gzip(PAGE.repeat(20).as_bytes());
    let cut = packed[..packed.len() / 2].to_vec();
    let packed = Server::start(move |_, stream| reply(stream, "200 OK", "Content-Encoding: gzip", &cut));
    assert_eq!(fetched(&packed.address), Err(FetchError::BrokenOff));
    let mute = Server::start(|_, _| {});
    assert_eq!(fetched(&mute.address), Err(FetchError::BrokenOff));
    let noise = Server::start(|_, stream| {
        let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n\r\n");
    });
    assert!(matches!(fetched(&noise.address), Err(FetchError::Protocol(_))), "{:?}", fetched(&noise.address));
}

#[test]
fn a_length_that_lies_short_gives_that_much() {
    let server = Server::of("Content-Length: 8", "The pier is closed.");
    assert_eq!(fetched(&server.address).unwrap().bytes, b"The pier");
}

#[test]
fn redirects_are_followed_ten_times_and_only_on_the_web() {
    let server = Server::start(|path, stream| {
        let number: usize = path.trim_start_matches('/').trim_end_matches("?x").parse().unwrap_or(0);
        match number {
            0 => reply(stream, "200 OK", "Content-Type: text/plain", b"Here.\n"),
            // Now absolute, now relative.
            n if n % 2 == 0 => reply(stream, "302 Found", &format!("Location: /{}", n - 1), b""),
            n => reply(stream, "301 Moved", &format!("Location: {}?x", n - 1), b""),
        }
    });
    let ten = fetched(&format!("{}/10", server.address)).unwrap();
    assert_eq!((&*ten.bytes, ten.address), (&b"Here.\n"[..], format!("{}/0?x", server.address)));
    let before = server.asked().len();
    assert_eq!(fetched(&format!("{}/11", server.address)), Err(FetchError::Redirects(10)));
    assert_eq!(server.asked().len(), before + 11);
    let secret = tempfile::NamedTempFile::new().unwrap();
    let file = format!("file://{}", secret.path().display());
    for target in [file, "ftp://example.org/a".to_string(), "javascript:alert(1)".to_string()] {
        let location = format!("Location: {target}");
        let server = Server::start(move |_, stream| reply(stream, "302 Found", &location, b""));
        assert_eq!(fetched(&server.address), Err(FetchError::Elsewhere(target)));
    }
    let lost = Server::of("", "");
    let nowhere = Server::start(|_, stream| reply(stream, "302 Found", "", b""));
    assert_eq!(fetched(&nowhere.address), Err(FetchError::Status(302)));
    assert_eq!(fetched(&lost.address).unwrap().bytes, b"");
}

#[test]
fn a_charset_that_lies_does_not_garble_the_page() {
    let text = "Žluťoučký kůň úpěl ďábelské ódy, říká se. ".repeat(5);
    let page = format!("<p>{text}</p>");
    let lying = Server::of("Content-Type: text/html; charset=iso-8859-1", page.clone());
    assert!(load(&lying.address).unwrap().source.contains("Žluťoučký"), "UTF-8 is told by its bytes");
    let (bytes, _, _) = encoding_rs::WINDOWS_1250.encode(&page);
    let lying = Server::of("Content-Type: text/html; charset=utf-8", bytes.clone().into_owned());
    assert!(load(&lying.address).unwrap().source.contains("Žluťoučký"), "no UTF-8, whatever is said");
    let honest = Server::of("Content-Type: text/html; charset=windows-1250", bytes.into_owned());
    assert!(load(&honest.address).unwrap().source.contains("Žluťoučký"));
    let unknown = Server::of("Content-Type: text/html; charset=klingon", page);
    assert!(load(&unknown.address).unwrap().source.contains("Žluťoučký"));
}

#[test]
fn the_type_that_http_gives_goes_before_the_bytes_and_from_before_both() {
    let plain = Server::of("Content-Type: text/plain", PAGE);
    assert_eq!(load(&format!("{}/a.html", plain.address)).unwrap().format, Format::Text);
    let forced = Source::named(&plain.address).load(Some(Format::Html), &mut |_| true).unwrap();
    assert_eq!(forced.document.format, Format::Html);
    let silent = Server::of("", PAGE);
    assert_eq!(load(&format!("{}/a.md", silent.address)).unwrap().format, Format::Html);
    let named = Server::of("", "Only prose here.\n");
    assert_eq!(load(&format!("{}/a.md?b=c", named.address)).unwrap().format, Format::Markdown);
}

#[test]
fn what_is_no_text_is_said_so_before_it_has_all_come() {
    let server = Server::start(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 9999999\r\n\r\n");
        thread::sleep(Duration::from_secs(60));
    });
    assert_eq!(fetched(&server.address), Err(FetchError::NotText("a film")));
    let lying = Server::of("Content-Type: text/html", &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..]);
    let error = load(&lying.address).unwrap_err();
    assert_eq!(error.reason.to_string(), "it is not text but a picture");
}

#[test]
fn progress_is_told_and_ends_when_asked() {
    let server = Server::of("Content-Type: text/plain", "All is well.\n".repeat(20_000));
    let mut last = (0, None);
    fetch(&server.address, &LIMITS, &mut |progress| {
        assert!(progress.bytes.len() >= last.0);
        last = (progress.bytes.len(), progress.of);
        true
    })
    .unwrap();
    assert_eq!(last, (260_000, Some(260_000)));
    assert_eq!(fetch(&server.address, &LIMITS, &mut |_| false), Err(FetchError::Cancelled));
}

#[test]
fn what_cannot_be_had_is_told_to_a_person() {
    let gone = Server::start(|_, stream| reply(stream, "404 Not Found", "", b"<h1>Not found</h1>"));
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (address, sentence) in [
        (gone.address.clone(), "the server says 404: there is no such page"),
        (format!("http://{free}"), "the server refuses connections"),
        ("http://no-such-host.invalid/".to_string(), "there is no server of that name, or no network"),
        ("http://[::1/".to_string(), "it is no address of the web"),
    ] {
        let error = load(&address).unwrap_err();
        assert_eq!(error.to_string(), format!("{address}: {sentence}"));
    }
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_not_trusted() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_string()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let config = Arc::new(config);
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut connection = rustls::ServerConnection::new(config).unwrap();
        let mut tls = rustls::Stream::new(&mut connection, &mut stream);
        tls.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nHi").is_ok()
    });
    let told = "nobody known vouches for its certificate".to_string();
    assert_eq!(fetched(&address), Err(FetchError::Certificate(told)));
    assert!(!server.join().unwrap(), "nothing is asked of it");
    let plain = Server::of("", "Hi");
    let error = fetched(&plain.address.replace("http:", "https:")).unwrap_err();
    assert!(!matches!(error, FetchError::Silent(_)), "{error:?}");
}

fn cutline(arguments: &[&str]) -> (String, String, i32) {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cutline"));
    command.args(arguments).stdin(Stdio::null()).env("HOME", home.path()).current_dir(home.path());
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

#[test]
fn an_address_on_the_command_line_is_printed_or_complained_of() {
    let server = Server::start(|path, stream| match path {
        "/pier" => reply(stream, "200 OK", "Content-Type: text/html", PAGE.as_bytes()),
        _ => reply(stream, "404 Not Found", "", b""),
    });
    let (pier, none) = (format!("{}/pier", server.address), format!("{}/none", server.address));
    let (out, err, status) = cutline(&[&none, &pier]);
    assert!(out.contains("The pier was closed on Monday, and the gulls"), "{out}");
    assert_eq!((err, status), (format!("cutline: {none}: the server says 404: there is no such page\n"), 1));
    let (out, _, status) = cutline(&["--format", "jsonl", &pier]);
    let article: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&article["source"], &article["url"], status), (&pier.clone().into(), &pier.into(), 0));
}

#[test]
fn a_picture_is_not_fetched_from_the_network_around_by_a_detour() {
    let server = Server::start(|path, stream| match path {
        "/detour" => reply(stream, "302 Found", "Location: http://localhost:9/a.png", b""),
        "/round" => reply(stream, "302 Found", "Location: /a.png", b""),
        _ => reply(stream, "200 OK", "Content-Type: image/png", b"\x89PNG"),
    });
    let limits = Limits { wanted: Wanted::Picture, ..LIMITS };
    let picture = |path: &str| fetch(&format!("{}{path}", server.address), &limits, &mut |_| true);
    assert_eq!(picture("/detour"), Err(FetchError::Elsewhere("http://localhost:9/a.png".to_string())));
    assert_eq!(picture("/round").map(|fetched| fetched.bytes), Ok(b"\x89PNG".to_vec()));
    // What is no picture is asked for as an article, and told from one.
    assert_eq!(fetched(&format!("{}/a.png", server.address)).err(), Some(FetchError::NotText("a picture")));
}
