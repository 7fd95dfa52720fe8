//! How fast each step from bytes to a page is, in bytes of input a second: `cargo bench`.
//!
//! The inputs are made of the words of the bundled article, so that every run measures the same, anywhere. Sizes a
//! tenfold apart, and inputs that are as unlike articles as can be, show that the cost is linear in the input.

use std::fmt::Write;

use cutline::document::{Document, Format};
use cutline::layout::{Measure, Shown};
use cutline::reader::{Action, Message, Preferences, Reader, update};
use cutline::structure::structure;
use cutline::theme::Theme;
use cutline::{decode, export, read};
use divan::counter::BytesCount;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

const MEGA: usize = 1 << 20;

/// Words of the bundled article in an order of their own.
struct Words {
    words: Vec<&'static str>,
    state: u64,
}

impl Words {
    fn new() -> Words {
        let words = include_str!("../assets/welcome.txt").split_whitespace().collect();
        Words { words, state: 1 }
    }

    fn next(&mut self) -> &'static str {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.words[(self.state >> 33) as usize % self.words.len()]
    }

    fn run(&mut self, count: usize) -> String {
        (0..count).map(|_| self.next()).collect::<Vec<_>>().join(" ")
    }
}

/// An article of so many bytes: paragraphs, a heading now and then, captions that come twice. `form` writes a
/// paragraph, a heading and a caption.
fn article(bytes: usize, form: [&dyn Fn(&str) -> String; 3]) -> String {
    let [paragraph, heading, caption] = form;
    let mut words = Words::new();
    let mut text = String::with_capacity(bytes + 1024);
    for number in 0.. {
        if text.len() >= bytes {
            break;
        }
        if number % 9 == 0 {
            text += &heading(&words.run(5));
        }
        if number % 6 == 5 {
            let caption = caption(&words.run(14));
            text += &caption;
            text += &caption;
        }
        text += &paragraph(&format!("{}.", words.run(20 + number % 40)));
    }
    text
}

fn text(bytes: usize) -> String {
    let block = |words: &str| format!("{words}\n\n");
    article(bytes, [&block, &block, &block])
}

fn html(bytes: usize) -> String {
    let paragraph = |words: &str| format!("<p class=\"story\">{words}</p>\n");
    let heading = |words: &str| format!("<h2>{words}</h2>\n");
    let caption =
        |words: &str| format!("<figure><img src=\"a.jpg\" alt=\"{words}\"><figcaption>{words}</figcaption></figure>\n");
    format!(
        "<!doctype html><html><body><article>{}</article></body></html>",
        article(bytes, [&paragraph, &heading, &caption])
    )
}

fn markdown(bytes: usize) -> String {
    let paragraph = |words: &str| format!("{words}\n\n");
    article(bytes, [&paragraph, &|words| format!("## {words}\n\n"), &|words| format!("![{words}](a.jpg)\n\n")])
}

fn structured(bytes: usize) -> Document {
    let mut document = read::read(text(bytes), Format::Text);
    structure(&mut document, &[]);
    document
}

#[divan::bench]
fn decode_utf_8(bencher: Bencher) {
    let bytes = text(MEGA).into_bytes();
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| decode::decode(black_box(&bytes), None));
}

#[divan::bench(args = [Format::Text, Format::Html, Format::Markdown])]
fn read_as(bencher: Bencher, format: Format) {
    let source = match format {
        Format::Text => text(MEGA),
        Format::Html => html(MEGA),
        Format::Markdown => markdown(MEGA),
    };
    let bytes = BytesCount::of_str(&source);
    bencher.counter(bytes).with_inputs(|| source.clone()).bench_values(|source| read::read(source, format));
}

fn structuring(bencher: Bencher, source: String) {
    let bytes = BytesCount::of_str(&source);
    let document = read::read(source, Format::Text);
    bencher.counter(bytes).with_inputs(|| document.clone()).bench_values(|mut document| {
        structure(&mut document, &[]);
        document
    });
}

#[divan::bench(args = [1, 10], sample_count = 5)]
fn structure_of_megabytes(bencher: Bencher, megabytes: usize) {
    structuring(bencher, text(megabytes * MEGA));
}

#[divan::bench(sample_count = 20)]
fn structure_of_articles(bencher: Bencher) {
    structuring(bencher, text(8 << 10));
}

#[divan::bench(args = [10_000, 100_000], sample_count = 3)]
fn structure_of_identical_paragraphs(bencher: Bencher, count: usize) {
    structuring(bencher, format!("{}.\n\n", Words::new().run(30)).repeat(count));
}

#[divan::bench(args = [2_000, 20_000], sample_count = 3)]
fn structure_of_captions_that_differ_in_a_word(bencher: Bencher, count: usize) {
    let caption = Words::new().run(14);
    let captions = (0..count).fold(String::new(), |mut all, number| {
        let _ = write!(all, "{caption} w{number}\n\n");
        all
    });
    structuring(bencher, captions);
}

#[divan::bench(args = [100_000, 1_000_000], sample_count = 3)]
fn structure_of_one_letter_blocks(bencher: Bencher, count: usize) {
    structuring(bencher, "x\n".repeat(count));
}

#[divan::bench(args = [60, 100, 200])]
fn layout_and_print_at(bencher: Bencher, width: usize) {
    let document = structured(MEGA);
    let measure = Measure { width, ..Measure::default() };
    let shown = Shown::default();
    bencher.counter(BytesCount::of_str(&document.source)).bench(|| {
        let mut out = Vec::with_capacity(2 * MEGA);
        export::text(black_box(&document), &shown, &measure, &mut out).map(|()| out)
    });
}

#[divan::bench]
fn export_as_json(bencher: Bencher) {
    let document = structured(MEGA);
    bencher.counter(BytesCount::of_str(&document.source)).bench(|| {
        let mut out = Vec::with_capacity(2 * MEGA);
        export::jsonl(black_box(&document), "a.txt", &mut out).map(|()| out)
    });
}

/// A line of scrolling, drawn.
#[divan::bench(args = [8 << 10, 10 << 20], sample_count = 20)]
fn view_of_a_frame(bencher: Bencher, bytes: usize) {
    let mut reader = Reader::new(structured(bytes), "a.txt", Preferences::default(), Vec::new());
    update(&mut reader, Message::Resize { columns: 120, rows: 40 });
    let theme = Theme::built_in("terminal").expect("a theme that is built in");
    let backend = ratatui::backend::TestBackend::new(120, 40);
    let mut terminal = ratatui::Terminal::new(backend).expect("a terminal in memory");
    bencher.bench_local(|| {
        update(&mut reader, Message::Act(Action::LineDown));
        terminal.draw(|frame| cutline::view::view(&reader, &theme, frame)).is_ok()
    });
}
