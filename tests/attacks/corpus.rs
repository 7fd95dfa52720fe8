//! The attacks, family by family.

use std::time::Duration;

use super::cases::{Act, Case, Feed, Out, Way};

pub const FORMS: [&str; 4] = ["text", "markdown", "json", "jsonl"];
/// Down, raw and back, outline, letters at links, copy, help, end, skim, list of sidebars and captions.
/// Where there is no link to choose, `a` opens the line for a note; ^G leaves it.
pub const TOUR: &str = "d r r t \r ; a \x07 Y ? q G s q 2 3 1";

pub const STORY: &str = "The ferry did not sail on Tuesday, and nobody on the quay seemed to mind very much about it.\n\n\
    The harbour master said that it would sail on Wednesday, and that on Wednesday it would rain.\n\n";

pub fn all() -> Vec<Case> {
    [controls(), encodings(), links(), sizes(), surroundings(), outputs(), windows(), signals()].concat()
}

/// What a terminal, or an eye, might take for something else.
fn payloads() -> Vec<(&'static str, String)> {
    let range = |range: std::ops::RangeInclusive<u32>| -> String { range.filter_map(char::from_u32).collect() };
    let spelt = [
        ("CSI colour", "\x1b[5;31mred"),
        ("CSI cursor", "\x1b[999;1Hfar"),
        ("CSI erase", "\x1b[3Jgone"),
        ("CSI report", "\x1b[6n"),
        ("CSI window", "\x1b[21t"),
        ("CSI modes", "\x1b[?1049l\x1b[?47h"),
        ("OSC 0", "\x1b]0;title\x07"),
        ("OSC 2", "\x1b]2;title\x1b\\"),
        ("OSC 8", "\x1b]8;;http://evil.example/\x1b\\here\x1b]8;;\x1b\\"),
        ("OSC 52", "\x1b]52;c;?\x07"),
        ("OSC 1337", "\x1b]1337;File=inline=1:AAAA\x07"),
        ("OSC without end", "\x1b]0;never"),
        ("DCS", "\x1bP$q\"p\x1b\\"),
        ("APC", "\x1b_Gf=24;AAAA\x1b\\"),
        ("PM", "\x1b^message\x1b\\"),
        ("SOS", "\x1bXstring\x1b\\"),
        ("reset", "\x1bc"),
        ("character set", "\x1b(0lqqk\x0e"),
        ("keypad and cursor", "\x1b=\x1b7\x1b8\x1bM"),
        ("C1 CSI", "\u{9b}5;31mred"),
        ("C1 OSC", "\u{9d}0;title\u{9c}"),
        ("C1 DCS, APC, PM, SOS", "\u{90}q\u{9c}\u{9f}G\u{9c}\u{9e}m\u{9c}\u{98}s\u{9c}"),
        ("DEL", "\u{7f}\u{7f}"),
        ("backspaces", "good\x08\x08\x08\x08evil"),
        ("bidirectional overrides", "\u{202e}gpj.exe\u{202c}\u{202d}x\u{202c}\u{202a}y\u{202b}"),
        ("bidirectional isolates", "\u{2066}a\u{2067}b\u{2068}c\u{2069}\u{200e}\u{200f}\u{61c}"),
        ("zero width", "pay\u{200b}pal\u{2060}\u{feff}\u{180e}\u{ad}"),
        ("blanks that are letters", "\u{3164}\u{115f}\u{1160}\u{ffa0}\u{2800}"),
        ("joiners between letters", "pay\u{200d}pal\u{200c}ab\u{200d}\u{200c}1\u{200d}2"),
        ("signs of emoji among letters", "1\u{fe0f}0\u{fe0e}a\u{fe0f}"),
        ("what else cannot be seen", "a\u{34f}b\u{2065}c\u{1d173}d\u{fff0}e\u{1bca0}f\u{17b4}g\u{180f}"),
        ("tags", "flag\u{e0001}\u{e0061}\u{e007f}"),
        ("variation selectors", "a\u{fe00}b\u{fe0d}c\u{e0100}d\u{e01ef}"),
        ("line separators", "one\u{2028}two\u{2029}three\u{85}four\x0bfive\x0csix"),
        ("interlinear notes", "\u{fff9}a\u{fffa}b\u{fffb}"),
    ];
    let mut all: Vec<_> = spelt.map(|(name, text)| (name, text.to_string())).into();
    all.push(("all C0 but NUL", range(1..=0x1f)));
    all.push(("all C1", range(0x80..=0x9f)));
    all.push(("marks", format!("a{}", "\u{301}".repeat(2000))));
    all
}

fn controls() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, payload) in payloads() {
        let case = |place: &str| Case::new("controls", format!("{name} in {place}"));
        let shown = |case: Case| if payload.contains('\x1b') { case.says("␛") } else { case };
        // What is full of controls is no text, and refused.
        let refused = payload.contains('\u{2}');
        let everywhere =
            |case: Case| match refused && !case.name.ends_with("a text") && !case.name.ends_with("entities") {
                true => case.statuses(&[1]).prints(&FORMS).refuses(),
                // A line of controls alone is boilerplate, which only JSON has.
                false if refused && case.name.ends_with("a text") => case.prints(&FORMS).opens(TOUR),
                false => shown(case).prints(&FORMS).opens(TOUR),
            };
        let p = &payload;
        let coded: String = p.chars().map(|c| format!("&#{};", c as u32)).collect();
        let text = format!("Harbour {p} news\n\n{STORY}Middle {p} words.\n\n{}", STORY.repeat(5));
        cases.push(everywhere(case("a text").text("a.txt", text.as_str())));
        cases.push(shown(case("a text, all of it").text("a.txt", text)).prints(&["json", "jsonl"]));
        cases.push(everywhere(case("a page").text(
            "a.html",
            format!(
                "<html lang='{p}'><head><title>{p} title</title><meta name=author content=\"{p} Ada\">\
                 <meta property='og:site_name' content=\"{p} site\"><meta property='article:published_time' content=\"2020 {p}\">\
                 </head><body><article><h1>Harbour {p} news</h1><p>{STORY}</p><p>{STORY} {p}</p>\
                 <figure><img src=\"https://a.example/{p}.jpg\" alt=\"Alt {p} text of it\"><figcaption>Ropes {p} on the quay, \
                 pictured in June</figcaption></figure><blockquote>Quoted {p}</blockquote><pre>code {p}</pre>\
                 <table><tr><td>cell {p}</td><td>b</td></tr></table>\
                 <aside><h2>Facts {p}</h2><p>The ferry {p} is long.</p></aside><p>{STORY}</p></article></body></html>"
            ),
        )));
        // What is left out is counted.
        if payload.contains(['\u{202e}', '\u{2066}', '\u{200b}', '\u{200d}', '\u{34f}', '\u{e0001}']) {
            let text = format!("{p}\n\n{STORY}");
            cases.push(case("a text, counted").text("a.txt", text).says("cannot be seen").prints(&["text"]));
        }
        cases.push(everywhere(
            case("entities")
                .text("a.html", format!("<h1>Harbour {coded} news</h1><p>{STORY} {coded}</p><p>{STORY}</p>")),
        ));
        cases.push(everywhere(case("an address").text(
            "a.html",
            format!("<h1>News</h1><p>{STORY}<a href=\"https://a.example/{p}\">a link</a> and <a href=\"https://{p}.example/{coded}\">another</a></p>"),
        ).never_says("panicked")).never_says_escapes());
        cases.push(everywhere(case("Markdown").text(
            "a.md",
            format!(
                "---\ntitle: \"{p}\"\nauthor: {p}\n---\n# Harbour {p} news\n\n{STORY}![alt {p}](https://a.example/a.jpg \"{p}\")\n\n\
                 [link {p}](<https://a.example/{p}>) and `code {p}`\n\n```{p}\nfenced {p}\n```\n\n> quote {p}\n\n- item {p}\n\n{STORY}"
            ),
        )));
        // A path has no more than so many bytes.
        if payload.len() < 200 && !payload.contains('/') {
            let named = format!("a{p}.txt");
            cases.push(case("the name of a file").text(&named, STORY).prints(&["text", "jsonl"]).opens("? q"));
            cases.push(
                shown(case("the name of no file").arguments(&[&named]))
                    .statuses(&[1])
                    .prints(&["text", "jsonl"])
                    .refuses(),
            );
        }
        let toml = payload.replace('\\', "\\\\");
        cases.push(
            case("the configuration")
                .text("a.txt", STORY)
                .file(".config/cutline/config.toml", format!("theme = \"x{toml}\"\n\"{toml}\" = 1\n"))
                .statuses(&[0, 2])
                .prints(&["text"])
                .opens("? q"),
        );
        cases.push(
            case("an option")
                .text("a.txt", STORY)
                .arguments(&["--theme", payload.as_str()])
                .statuses(&[2])
                .prints(&["text"]),
        );
        cases.push(case("an unknown option").arguments(&[&format!("--{payload}")]).statuses(&[2]).prints(&["text"]));
    }
    for (file, bold, italic) in [("a.html", ["<b>", "</b>"], ["<i>", "</i>"]), ("a.md", ["**", "**"], ["*", "*"])] {
        let some = |of: [&str; 2], mark: &str| format!("{}{}{}", of[0], mark.repeat(8), of[1]);
        let tower = (some(bold, "\u{301}") + &some(italic, "\u{302}")).repeat(200);
        let case = Case::new("controls", format!("marks from 400 elements on a letter in {file}"));
        cases.push(case.text(file, format!("# News\n\n{STORY}a{tower} tower\n\n{STORY}")).prints(&FORMS).opens(TOUR));
    }
    cases
}

impl Case {
    /// In addresses what is no letter is left out or coded, so that the picture of an escape need not be there.
    fn never_says_escapes(mut self) -> Case {
        self.expected.clear();
        self
    }
}

/// Bytes that are no characters, or not those that they seem.
fn encodings() -> Vec<Case> {
    let utf16 = |text: &str, little: bool| -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    };
    let with = |bytes: &[u8]| [b"Harbour ".as_slice(), bytes, b" news\n\n", STORY.as_bytes()].concat();
    let escaped = format!("Harbour \x1b[5m\u{9b}5m news\n\n{STORY}");
    let all: Vec<(&str, Vec<u8>)> = vec![
        ("C1 as bytes", with(&(0x80..=0x9f).collect::<Vec<u8>>())),
        ("C1 as bytes among Latin-1", with(b"Z\xfcrich \x9b5;31m\x9d0;title\x9c caf\xe9")),
        ("overlong escapes", with(b"\xc0\x9b[5m\xe0\x80\x9b[5m\xf0\x80\x80\x9b[5m")),
        ("surrogates and beyond", with(b"\xed\xa0\x80\xed\xb0\x80\xf4\x90\x80\x80\xff\xfe")),
        ("UTF-16 little", [b"\xff\xfe".to_vec(), utf16(&escaped, true)].concat()),
        ("UTF-16 big", [b"\xfe\xff".to_vec(), utf16(&escaped, false)].concat()),
        ("UTF-16 without its mark", utf16(&escaped, true)),
        ("UTF-16 cut in the middle", [b"\xff\xfe".to_vec(), utf16(&escaped, true), b"\xd8".to_vec()].concat()),
        ("UTF-7", with(b"+ABs-[5m +/v8- +AJs-5m")),
        ("ISO-2022-JP", with(b"\x1b$B%3%s\x1b(B \x1b[5m \x1b$B!!")),
        ("a mark in the midst", with("\u{feff}\u{feff}\x1b[5m".as_bytes())),
        ("a page that says it is UTF-7", with(b"<meta charset=utf-7><p>+ADw-script+AD4- \x1b[5m")),
        ("a page that says it is ISO-2022-KR", with(b"<meta charset=iso-2022-kr><p>\x0e\x1b$)C \x1b[5m")),
        ("carriage returns", with(b"good words\revil\r\r\nmore\n\r")),
        ("nothing", Vec::new()),
        ("one byte", b"\x1b".to_vec()),
        ("blanks alone", b" \t\r\n\x0c \n".to_vec()),
    ];
    let mut cases: Vec<Case> = Vec::new();
    for (name, bytes) in all {
        cases
            .push(Case::new("encodings", name).article("a.txt", move || bytes.clone()).prints(&FORMS).opens("d r r G"));
    }
    for (name, bytes) in [
        ("NUL bytes", with(b"\0\0\0")),
        ("random bytes", (0..20_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()),
        ("a program", b"\x7fELF\x02\x01\x01".to_vec()),
        ("a broken gzip", b"\x1f\x8b\x08\x00rubbish".to_vec()),
        ("a gzip of nothing but its head", b"\x1f\x8b".to_vec()),
    ] {
        cases.push(
            Case::new("encodings", name)
                .article("a.txt", move || bytes.clone())
                .statuses(&[1])
                .prints(&["text", "jsonl"])
                .refuses(),
        );
    }
    cases
}

/// Addresses that are no links, or lead elsewhere than they say.
fn links() -> Vec<Case> {
    let mut cases = Vec::new();
    // What the browser is given is noted, an argument a line.
    let noting = |case: Case| {
        case.prepared(|home| {
            let script = "#!/bin/sh\nfor word; do printf '%s\\n' \"$word\" >> \"$HOME/opened\"; done\n";
            std::fs::write(home.join("browser"), script)?;
            std::process::Command::new("chmod").args(["+x"]).arg(home.join("browser")).status().map(drop)
        })
        .variable("BROWSER", Some("$HOME/browser"))
    };
    for address in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java&#10;script:alert(1)",
        "java&#9;script:alert(1)",
        "&#1;javascript:alert(1)",
        "data:text/html,<script>1</script>",
        "vbscript:msgbox(1)",
        "about:blank",
        "blob:https://a.example/1",
        "chrome://settings",
        "view-source:https://a.example",
        "ms-msdt:/id",
        "tel:123",
        "ftp://a.example/",
        "intent://a#Intent;end",
        "-oProxyCommand=x",
    ] {
        let page = format!("<h1>News</h1><p>{STORY}</p><p>{STORY}<a href=\"{address}\">the link</a></p>");
        let closed = |home: &std::path::Path| match std::fs::read_to_string(home.join("opened")) {
            Ok(opened) => Err(format!("opens {opened:?}")),
            Err(_) => Ok(()),
        };
        let case = Case::new("links", format!("{address:?} is not opened")).text("a.html", page);
        cases.push(noting(case).checked(closed).prints(&["text", "json"]).opens("; a \r o"));
    }
    for (name, address, opened) in [
        (
            "a shell's signs",
            "https://a.example/$(touch%20evil);`id`|'\\&quot;&amp;b",
            "https://a.example/$(touch%20evil);%60id%60|'/%22&b\n",
        ),
        ("a dash", "https://a.example/ --help", ""),
        ("what is shown of a scheme", "https\u{200b}://a.example/b", "https://a.example/b\n"),
        ("a plain address", "https://a.example/b", "https://a.example/b\n"),
        ("a host in Cyrillic", "https://аррӏе.com/", "https://xn--80ak6aa92e.com/\n"),
        ("a host with slashes turned round", "https:\\\\evil.example\\a", "https://evil.example/a\n"),
        ("a host in escapes", "https://%65vil.example/", "https://evil.example/\n"),
        ("a number for a host", "http://2130706433/", "http://127.0.0.1/\n"),
    ] {
        let page = format!("<h1>News</h1><p>{STORY}</p><p>{STORY}<a href=\"{address}\">the link</a></p>");
        let checked = move |home: &std::path::Path| {
            let found = std::fs::read_to_string(home.join("opened")).unwrap_or_default();
            // An address with a blank is none; if it is opened after all, then as one word.
            if found == opened || (opened.is_empty() && found.lines().count() == 1) {
                Ok(())
            } else {
                Err(format!("opens {found:?}"))
            }
        };
        let case = Case::new("links", format!("{name} is one argument")).text("a.html", page);
        cases.push(noting(case).checked(checked).opens("; a \x07 o"));
    }
    let long = format!("https://bank.example{}@evil.example/", "a".repeat(2000));
    for (name, address) in [
        ("a host in Cyrillic", "https://аррle.com/"),
        ("a host turned around", "https://a.example/\u{202e}moc.knab"),
        ("a joiner in a host", "https://pay\u{200d}pal.com/"),
        ("a host behind a name", "https://bank.example@evil.example/"),
        ("a host behind a name and a port", "https://bank.example:443@evil.example/"),
        ("a host behind 2,000 letters", &*long),
        ("a host without its scheme's slashes", "https:evil.example"),
        ("a host that is no host", "https://a.example:bank.example/"),
        ("a host in wide letters", "https://ｂａｎｋ.example/"),
    ] {
        let page = format!("[the link](<{address}>) of it all\n\n{STORY}");
        cases.push(Case::new("links", name).text("a.md", page).prints(&FORMS).opens("; a \r"));
    }
    cases
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).and_then(|()| out.finish()).expect("memory can be written")
}

/// So many bytes of zeros, or of a letter, in little gzip.
pub fn bomb(letter: u8, megabytes: usize) -> Vec<u8> {
    use std::io::Write as _;
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let some = vec![letter; 1 << 20];
    (0..megabytes).try_for_each(|_| out.write_all(&some)).and_then(|()| out.finish()).expect("memory can be written")
}

type Make = fn(usize) -> Vec<u8>;

/// Much of everything. Each is run small in every build, and whole where it is optimised.
fn sizes() -> Vec<Case> {
    let all: [(&str, &str, usize, Make); 41] = [
        ("one line of 50 MB", "a.txt", 50_000_000, |n| "word and ".repeat(n / 9).into_bytes()),
        ("one word of 5 MB", "a.txt", 5_000_000, |n| vec![b'x'; n]),
        ("one word of 5 MB in Chinese", "a.txt", 5_000_000, |n| "水".repeat(n / 3).into_bytes()),
        ("a line of 5 MB of emoji joined", "a.txt", 5_000_000, |n| "👩\u{200d}".repeat(n / 7).into_bytes()),
        ("5 MB of flags", "a.txt", 5_000_000, |n| "🇩🇪".repeat(n / 8).into_bytes()),
        ("a million one-letter blocks", "a.txt", 1_000_000, |n| "a\n\n".repeat(n).into_bytes()),
        ("a million one-letter lines", "a.txt", 1_000_000, |n| "a\n".repeat(n).into_bytes()),
        ("5 million line ends", "a.txt", 5_000_000, |n| "\n".repeat(n).into_bytes()),
        ("5 MB of blanks", "a.txt", 5_000_000, |n| format!("a{}b", " ".repeat(n)).into_bytes()),
        ("5 MB of controls", "a.txt", 5_000_000, |n| format!("word {}", "\x1b[5m".repeat(n / 4)).into_bytes()),
        ("100,000 identical paragraphs", "a.txt", 100_000, |n| {
            STORY.lines().next().map(|line| format!("{line}\n\n").repeat(n)).unwrap_or_default().into_bytes()
        }),
        ("20,000 captions differing in a word", "a.txt", 20_000, |n| {
            let caption = |i| format!("Bo Lund and Kim Ash coil rope beside ferry{i} in the harbour, pictured\n\n");
            (0..n).map(caption).collect::<String>().into_bytes()
        }),
        ("20,000 captions of a page", "a.html", 20_000, |n| {
            let caption = |i| {
                format!(
                    "<figure><img src=a{i}.jpg alt='Rope {i} on the quay'><figcaption>Rope {i} on the quay, pictured</figcaption></figure>"
                )
            };
            format!("<h1>News</h1><p>{STORY}</p>{}", (0..n).map(caption).collect::<String>()).into_bytes()
        }),
        ("10,000 marks on a letter", "a.txt", 10_000, |n| format!("word a{} word", "\u{301}".repeat(n)).into_bytes()),
        ("a million marks on nothing", "a.txt", 1_000_000, |n| "\u{301}".repeat(n).into_bytes()),
        ("a million joiners", "a.txt", 1_000_000, |n| "\u{200d}".repeat(n).into_bytes()),
        ("a million paragraphs of a letter in a page", "a.html", 1_000_000, |n| "<p>a".repeat(n).into_bytes()),
        ("a million blocks of a letter in Markdown", "a.md", 1_000_000, |n| "a\n\n".repeat(n).into_bytes()),
        ("a million items of a letter in Markdown", "a.md", 1_000_000, |n| "- a\n".repeat(n).into_bytes()),
        ("200,000 headings", "a.txt", 200_000, |n| {
            (0..n).map(|i| format!("Heading {i}\n\n")).collect::<String>().into_bytes()
        }),
        ("200,000 nested elements", "a.html", 200_000, |n| {
            format!("{}word{}", "<div>".repeat(n), "</div>".repeat(n)).into_bytes()
        }),
        ("200,000 nested spans", "a.html", 200_000, |n| "<span>a".repeat(n).into_bytes()),
        ("200,000 nested quotes in Markdown", "a.md", 200_000, |n| format!("{} word", "> ".repeat(n)).into_bytes()),
        ("200,000 nested items in Markdown", "a.md", 200_000, |n| format!("{} word", "- ".repeat(n)).into_bytes()),
        ("200,000 brackets in Markdown", "a.md", 200_000, |n| format!("{}a", "[".repeat(n)).into_bytes()),
        ("200,000 pictures in brackets in Markdown", "a.md", 200_000, |n| "![a](".repeat(n).into_bytes()),
        ("200,000 stars in Markdown", "a.md", 200_000, |n| "*a **b ".repeat(n / 2).into_bytes()),
        ("10 MB of words in italics in Markdown", "a.md", 10_000_000, |n| "*a*b".repeat(n / 4).into_bytes()),
        ("10 MB of brackets in Markdown", "a.md", 10_000_000, |n| "[".repeat(n).into_bytes()),
        ("200,000 backticks in Markdown", "a.md", 200_000, |n| {
            (0..n / 100).map(|i| format!("{} ", "`".repeat(i % 200 + 1))).collect::<String>().into_bytes()
        }),
        ("a table of 2,000 columns in Markdown", "a.md", 2_000, |n| {
            let row = |cell: &str| format!("|{}\n", format!("{cell}|").repeat(n));
            format!("{}{}{}", row("a"), row("-"), row("b").repeat(n / 20)).into_bytes()
        }),
        ("a short row for each of 20,000, a table of 2,000 columns", "a.md", 20_000, |n| {
            format!("|{}\n|{}\n{}", "a|".repeat(n / 10), "-|".repeat(n / 10), "|b|\n".repeat(n)).into_bytes()
        }),
        ("100,000 footnotes in Markdown", "a.md", 100_000, |n| {
            (0..n).map(|i| format!("[^{i}] [^{i}]: note\n")).collect::<String>().into_bytes()
        }),
        ("a million attributes", "a.html", 1_000_000, |n| {
            format!("<p {}>text of it</p>", "a=1 ".repeat(n)).into_bytes()
        }),
        ("a million different attributes", "a.html", 1_000_000, |n| {
            format!("<p {}>text of it</p>", (0..n).map(|i| format!("a{i}=1 ")).collect::<String>()).into_bytes()
        }),
        ("a million entities", "a.html", 1_000_000, |n| {
            format!("<p>{}</p>", "&amp;&#65;&bogus;&".repeat(n / 4)).into_bytes()
        }),
        ("entities that name each other", "a.html", 100, |n| {
            let entity = |i| format!("<!ENTITY e{i} \"{}\">", format!("&e{};", i - 1).repeat(10));
            format!(
                "<!DOCTYPE a [<!ENTITY e0 \"ha\">{}]><p>&e{n}; and some text</p>",
                (1..=n).map(entity).collect::<String>()
            )
            .into_bytes()
        }),
        ("100,000 links in a paragraph", "a.html", 100_000, |n| {
            format!("<h1>News</h1><p>{}</p>", "<a href=https://a.example/b>a</a> ".repeat(n)).into_bytes()
        }),
        ("a table of 100,000 cells", "a.html", 100_000, |n| {
            format!("<p>{STORY}</p><table>{}</table>", format!("<tr>{}</tr>", "<td>a".repeat(100)).repeat(n / 100))
                .into_bytes()
        }),
        ("a table of one row of 100,000", "a.html", 100_000, |n| {
            format!("<p>{STORY}</p><table><tr>{}</table>", "<td>a".repeat(n)).into_bytes()
        }),
        ("an honest gzip of 10 MB", "a.txt.gz", 10_000_000, |n| {
            let line = |i: usize| {
                format!(
                    "Paragraph {i} of {} tells of {} and {}.\n\n",
                    i * 7919 % 10_007,
                    i * 104_729 % 99_991,
                    i * 31 % 977
                )
            };
            gzip((0..n / 50).map(line).collect::<String>().as_bytes())
        }),
    ];
    let mut cases = Vec::new();
    for (name, file, size, make) in all {
        let case = |name: &str, size: usize| {
            Case::new("sizes", name).article(file, move || make(size)).prints(&["text"]).opens("d G g")
        };
        let small = case(&format!("{name}, one part in fifty"), (size / 50).max(40));
        cases.extend([small, case(name, size).heavy()]);
    }
    for (name, letter, megabytes) in [("200 MB of a letter", b'a', 200), ("2 GB of line ends", b'\n', 2000)] {
        let case = Case::new("sizes", format!("a gzip of {name}")).article("a.gz", move || bomb(letter, megabytes));
        cases.push(case.says("only its first").prints(&["text"]).opens("d G g").heavy());
    }
    let zeros = Case::new("sizes", "a gzip of 200 MB of zeros").article("a.gz", || bomb(0, 200));
    cases.push(zeros.statuses(&[1]).says("not text").prints(&["text"]).refuses().heavy());
    cases.push(
        Case::new("sizes", "a gzip in a gzip in a gzip")
            .article("a.gz", || gzip(&gzip(&gzip(STORY.as_bytes()))))
            .statuses(&[0, 1])
            .prints(&["text"]),
    );
    let cut = |case: Case| case.says("only its first").heavy();
    cases.push(
        cut(Case::new("sizes", "an endless pipe of letters").fed(Feed::Endless(b"word and ".repeat(7000))))
            .prints(&["text"]),
    );
    cases.push(
        cut(Case::new("sizes", "an endless pipe of paragraphs").fed(Feed::Endless(STORY.repeat(400).into_bytes())))
            .prints(&["text"]),
    );
    for device in ["/dev/zero", "/dev/urandom"] {
        let case = Case::new("sizes", device).arguments(&[device]).statuses(&[1]);
        cases.push(case.prints(&["text"]).refuses().heavy());
    }
    for (what, some) in [("letters", b"word and ".repeat(7000)), ("paragraphs", STORY.repeat(400).into_bytes())] {
        let case = Case::new("sizes", format!("an endless pipe of {what} on the screen")).fed(Feed::Endless(some));
        cases.push(case.opens("d G g t \x1b r r d d d d d G").heavy());
    }
    cases.push(
        Case::new("sizes", "an endless pipe of zeros")
            .fed(Feed::Endless(vec![0; 1 << 16]))
            .statuses(&[1])
            .refuses()
            .heavy(),
    );
    cases.push(Case::new("sizes", "/dev/null").arguments(&["/dev/null"]).prints(&FORMS).opens("d"));
    cases
}

/// Breaks what is at a path.
type Break = fn(Case, &'static str) -> Case;

/// The ways in which things on a disk are broken.
fn broken() -> Vec<(&'static str, Break)> {
    vec![
        ("empty", |case, path| case.file(path, "")),
        ("rubbish", |case, path| case.file(path, (0..=255).cycle().take(5000).collect::<Vec<u8>>())),
        ("truncated", |case, path| {
            case.file(
                path,
                if path.ends_with("db") { &b"SQLite format 3\0\x10\0"[..] } else { b"measure = 6\n[show\n" },
            )
        }),
        ("of the wrong types", |case, path| {
            case.file(path, "measure = \"wide\"\nplain = 3\ntheme = [1]\nkeys = 7\nground = 5\n")
        }),
        ("from the future", |case, path| {
            case.file(path, "version = 99\nmeasure = 70\nhologram = true\n[future]\na = 1\n")
        }),
        ("out of range", |case, path| case.file(path, "measure = 99999999999999999999\n")),
        ("deeply nested", |case, path| case.file(path, format!("a = {}", "[".repeat(100_000)))),
        ("10 MB long", |case, path| case.file(path, "# words\n".repeat(1_250_000))),
        ("a directory", |case, path| case.prepared(move |home| std::fs::create_dir_all(home.join(path)))),
        ("a link to itself", |case, path| {
            case.prepared(move |home| {
                let path = home.join(path);
                std::fs::create_dir_all(path.parent().unwrap_or(home))?;
                std::os::unix::fs::symlink(&path, &path)
            })
        }),
        ("a link to nowhere", |case, path| {
            case.prepared(move |home| {
                let path = home.join(path);
                std::fs::create_dir_all(path.parent().unwrap_or(home))?;
                std::os::unix::fs::symlink("/nowhere/at/all", path)
            })
        }),
        ("a pipe that nobody writes", |case, path| {
            case.prepared(move |home| {
                let path = home.join(path);
                std::fs::create_dir_all(path.parent().unwrap_or(home))?;
                std::process::Command::new("mkfifo").arg(path).status().map(drop)
            })
        }),
        ("endless", |case, path| {
            case.prepared(move |home| {
                let path = home.join(path);
                std::fs::create_dir_all(path.parent().unwrap_or(home))?;
                std::os::unix::fs::symlink("/dev/zero", path)
            })
        }),
        ("unreadable", |case, path| locked(case.file(path, "measure = 70\n"), path, "000")),
        ("read-only", |case, path| locked(case.file(path, ""), path, "444")),
    ]
}

fn locked(case: Case, path: &'static str, mode: &'static str) -> Case {
    case.prepared(move |home| std::process::Command::new("chmod").arg(mode).arg(home.join(path)).status().map(drop))
}

fn surroundings() -> Vec<Case> {
    let mut cases = Vec::new();
    for (what, path, arguments) in [
        ("the configuration", ".config/cutline/config.toml", &[][..]),
        ("a theme", ".config/cutline/themes/own.toml", &["--theme", "own"]),
        ("the database", ".local/share/cutline/library.db", &[]),
        ("the folder of the configuration", ".config/cutline", &[]),
        ("the folder of the data", ".local/share/cutline", &[]),
    ] {
        for (how, breaking) in broken() {
            let case = Case::new("surroundings", format!("{what} {how}")).text("a.txt", STORY).arguments(arguments);
            let case = breaking(case.statuses(&[0, 1, 2]), path).prints(&["text"]);
            // A theme that was asked for by name and is broken is wrong usage, told before anything is opened.
            cases.push(if what == "a theme" { case.way(may_open()) } else { case.opens("d j") });
        }
    }
    let home = |name: &str| Case::new("surroundings", name).text("a.txt", STORY).prints(&["text"]).opens("d j");
    cases.push(home("no HOME").variable("HOME", None));
    cases.push(home("an empty HOME").variable("HOME", Some("")));
    cases.push(home("a relative HOME").variable("HOME", Some("here")));
    cases.push(home("a HOME that is not there").variable("HOME", Some("/nowhere/at/all")));
    cases.push(home("a HOME that is a device").variable("HOME", Some("/dev/null")));
    for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"] {
        for (how, value) in
            [("empty", ""), ("relative", "here/it/is"), ("a device", "/dev/null"), ("nowhere", "/proc/nowhere")]
        {
            let unwritten = |home: &std::path::Path| {
                if home.join("here").exists() { Err("writes at a relative path".into()) } else { Ok(()) }
            };
            cases.push(home(&format!("{name} {how}")).variable(name, Some(value)).statuses(&[0, 1]).checked(unwritten));
        }
    }
    for term in [
        None,
        Some(""),
        Some("dumb"),
        Some("unknown"),
        Some("no-such-terminal"),
        Some("vt100"),
        Some("linux"),
        Some("xterm\x1b[5m"),
    ] {
        cases.push(home(&format!("TERM {term:?}")).variable("TERM", term));
    }
    for (name, value) in [
        ("COLORTERM", "\x1b[5m"),
        ("COLORFGBG", "99999;-1;x"),
        ("NO_COLOR", ""),
        ("TMUX", "x"),
        ("LANG", "xx\x1b[5m"),
        ("LC_ALL", "C"),
        ("COLUMNS", "-5"),
        ("LINES", "99999999"),
        ("BROWSER", "\x1b[5m"),
        ("RUST_BACKTRACE", "1"),
    ] {
        cases.push(home(&format!("{name} {value:?}")).variable(name, Some(value)));
    }
    // What a machine may not have enough of.
    for files in [4, 5, 6, 7, 8, 10, 12, 16] {
        let few: &'static str = format!("ulimit -n {files}; ").leak();
        let case = Case::new("surroundings", format!("{files} open files at most")).text("a.txt", STORY).shell(few);
        let case = case.statuses(&[0, 1, 2]).prints(&["text", "jsonl"]);
        cases.push(case.way(may_open()));
    }
    for kilobytes in [256, 1024] {
        let little: &'static str = format!("ulimit -s {kilobytes}; ").leak();
        let deep = format!("{}word{STORY}", "<div><ul><li><b>".repeat(5000));
        let case = Case::new("surroundings", format!("a stack of {kilobytes} kB")).text("a.html", deep).shell(little);
        cases.push(case.prints(&FORMS).opens("d t q ? q"));
    }
    for (name, shell) in [
        ("standard input closed", "exec <&-; "),
        ("standard error closed", "exec 2>&-; "),
        ("standard error full", "exec 2>/dev/full; "),
        ("standard input and error closed", "exec <&- 2>&-; "),
        ("standard input nothing", "exec </dev/null; "),
        ("a signal that is ignored", "trap '' INT HUP TERM TSTP PIPE CHLD; "),
    ] {
        cases.push(home(name).shell(shell).statuses(&[0, 1]));
    }
    let gone = Case::new("surroundings", "a directory that is gone").arguments(&["a.txt", "*.txt", "."]);
    cases.push(gone.shell("mkdir gone; cd gone; rmdir ../gone; ").statuses(&[0, 1]).prints(&["text"]).opens("d"));
    let alone = Case::new("surroundings", "no terminal to be had").text("a.txt", STORY).statuses(&[1]);
    cases.push(alone.shell("set -- setsid -w \"$@\"; exec </dev/null; ").refuses());
    let source = |name: &str| Case::new("surroundings", name).statuses(&[1]).prints(&["text", "jsonl"]).refuses();
    cases.push(source("a directory as an article").arguments(&["."]));
    cases.push(
        source("a link to itself as an article")
            .arguments(&["loop"])
            .prepared(|home| std::os::unix::fs::symlink(home.join("loop"), home.join("loop"))),
    );
    cases.push(source("an empty name").arguments(&[""]));
    cases.push(source("a name of 5,000 letters").arguments(&[&"a".repeat(5000)]));
    cases.push(source("a file of memory").arguments(&["/proc/self/mem"]));
    let names: Vec<String> = (0..10_000).map(|i| format!("nothing{i}.txt")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let list = |name: &str, names: &[&str]| Case::new("surroundings", name).arguments(names).statuses(&[0, 1]);
    cases.push(list("a list of 10,000 names of nothing", &names).prints(&["jsonl"]).opens(TOUR));
    cases.push(list("a list of 10,000 names of nothing, followed", &names).opens("\r j \r > > < G \r"));
    let mixed = [&["a.txt"], &names[..200], &["b.txt"]].concat();
    cases.push(
        list("articles among 200 names of nothing", &mixed)
            .file("a.txt", STORY)
            .file("b.txt", STORY)
            .opens("\r d > d > < < A G \r d < q"),
    );
    cases
}

/// A screen, or none: either is right, as long as all else is.
fn may_open() -> Way {
    Way::Screen { columns: 100, rows: 30, keys: "", act: Act::Signal("TERM", Duration::from_millis(300)), opens: true }
}

/// Where cutline writes to.
fn outputs() -> Vec<Case> {
    let long: String =
        (0..20_000).map(|i| format!("Paragraph {i} of a very long article about the quay.\n\n")).collect();
    let case = |name: &str| Case::new("outputs", name).text("a.txt", long.clone());
    vec![
        case("a full disk").statuses(&[1]).prints_to(Out::Full),
        case("standard output closed").statuses(&[0, 1]).prints_to(Out::Closed),
        case("a pipe that is closed").prints_to(Out::Broken),
        Case::new("outputs", "a full disk for a short article")
            .text("a.txt", STORY)
            .statuses(&[1])
            .prints_to(Out::Full),
        Case::new("outputs", "standard output closed for a short article")
            .text("a.txt", STORY)
            .statuses(&[0, 1])
            .prints_to(Out::Closed),
        // What is to be written to a file fails, as on a full disk; and where it would kill who does not see to it.
        Case::new("outputs", "a full disk for the library")
            .text("a.txt", STORY)
            .shell("trap '' XFSZ; ulimit -f 8; ")
            .statuses(&[0, 1])
            .opens("d j m a"),
        Case::new("outputs", "files of 4 kB at most")
            .text("a.txt", STORY)
            .shell("ulimit -f 8; ")
            .statuses(&[0, 1])
            .opens("d j m a"),
        Case::new("outputs", "files of no byte at most")
            .text("a.txt", STORY)
            .shell("ulimit -f 0; ")
            .statuses(&[0, 1])
            .opens("d j m a"),
        Case::new("outputs", "a full disk for the help").arguments(&["--help"]).statuses(&[0, 1]).prints_to(Out::Full),
        Case::new("outputs", "no terminal for the keys")
            .text("a.txt", STORY)
            .fed(Feed::Once(std::sync::Arc::new(Vec::new)))
            .prints(&FORMS),
    ]
}

fn windows() -> Vec<Case> {
    let mut cases = Vec::new();
    for (columns, rows) in
        [(0, 0), (0, 24), (80, 0), (1, 1), (2, 2), (3, 1), (1, 100), (300, 1), (5, 5), (1000, 300), (20, 300)]
    {
        let case = Case::new("windows", format!("{columns}x{rows}"));
        cases.push(case.opens_at(columns, rows, "d G s ] q t \r / a \x1b ? q r r 2 3 1 v j y R q ; S c B D z + -"));
    }
    for (columns, rows) in [(80, 24), (120, 40)] {
        let way = Way::Screen { columns, rows, keys: "d G", act: Act::Storm, opens: true };
        cases.push(Case::new("windows", format!("a storm of sizes, {columns}x{rows} at last")).way(way));
    }
    cases
}

fn signals() -> Vec<Case> {
    let mut cases = Vec::new();
    let stops = Way::Screen { columns: 100, rows: 30, keys: TOUR, act: Act::Stops, opens: true };
    cases.push(Case::new("signals", "SIGTSTP after every key").text("a.txt", STORY.repeat(20)).way(stops));
    let modes = ["d", "/ ferry", "t", "?", ";", "a word", "m", "s", "r", "L", "R", "v j", "d T M", "A"];
    for (keys, name) in modes.into_iter().zip(["TERM", "HUP", "INT", "QUIT"].into_iter().cycle()) {
        let way = Way::Screen { columns: 100, rows: 30, keys, act: Act::Last(name), opens: true };
        let case = Case::new("signals", format!("SIG{name} after {keys:?}"));
        let case = case.text("a.md", format!("# A\n\n[b](http://c/) {STORY}")).way(way);
        cases.push(case.statuses(&[0, 129, 130, 131, 143]));
    }
    for name in ["TERM", "HUP", "INT", "QUIT"] {
        let some = Feed::Endless(STORY.repeat(400).into_bytes());
        let act = Act::Signal(name, Duration::from_millis(120));
        let way = Way::Screen { columns: 100, rows: 30, keys: "", act, opens: true };
        let case = Case::new("signals", format!("SIG{name} while it is loading")).fed(some).way(way);
        cases.push(case.statuses(&[0, 129, 130, 131, 143]));
    }
    for (name, shell) in [("the terminal hangs up", ""), ("the terminal hangs up, and nobody is told", "trap '' HUP; ")]
    {
        for keys in ["d", "/ a", "L"] {
            let way = Way::Screen { columns: 100, rows: 30, keys, act: Act::HangsUp, opens: true };
            cases.push(
                Case::new("signals", format!("{name} after {keys:?}")).text("a.txt", STORY).shell(shell).way(way),
            );
        }
    }
    for name in ["TERM", "HUP", "INT", "QUIT", "TSTP"] {
        for after in [0, 2, 4, 6, 8, 10, 12, 15, 20, 30, 50, 110, 150, 250] {
            let act = Act::Signal(name, Duration::from_millis(after));
            let way = Way::Screen { columns: 100, rows: 30, keys: "d", act, opens: true };
            // The shell that sets the limit may be what is met.
            cases.push(Case::new("signals", format!("SIG{name}")).way(way).statuses(&[0, 129, 130, 131, 143]));
        }
    }
    cases
}
