//! How fast each step from bytes to a page is, in bytes of input a second: `cargo bench`.
//!
//! Sizes a tenfold apart, and inputs that are as unlike articles as can be, show that the cost is linear in the input.

mod inputs;

use std::fmt::Write;

use cutline::document::{Document, Format, Position};
use cutline::layout::{self, Measure, Part, Shown, viewport};
use cutline::reader::{Action, Message, Preferences, Reader, update};
use cutline::structure::structure;
use cutline::theme::Theme;
use cutline::{decode, export, read};
use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use inputs::{Words, html, markdown, text};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

fn main() {
    divan::main();
}

const MEGA: usize = 1 << 20;

fn structured(bytes: usize) -> Document {
    let mut document = read::read(text(bytes), Format::Text);
    structure(&mut document, &[]);
    document
}

#[divan::bench(sample_count = 20)]
fn decode_utf_8(bencher: Bencher) {
    let bytes = text(MEGA).into_bytes();
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| decode::decode(black_box(&bytes), None));
}

#[divan::bench(args = [Format::Text, Format::Html, Format::Markdown], sample_count = 20)]
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

#[divan::bench(args = [1, 10, 100], sample_count = 2, sample_size = 1)]
fn read_text_of_megabytes(bencher: Bencher, megabytes: usize) {
    let source = text(megabytes * MEGA);
    let bytes = BytesCount::of_str(&source);
    bencher.counter(bytes).with_inputs(|| source.clone()).bench_values(|source| read::read(source, Format::Text));
}

#[divan::bench(args = [1, 10, 100], sample_count = 2, sample_size = 1)]
fn structure_of_megabytes(bencher: Bencher, megabytes: usize) {
    structuring(bencher, text(megabytes * MEGA));
}

#[divan::bench(sample_count = 20)]
fn structure_of_articles(bencher: Bencher) {
    structuring(bencher, text(8 << 10));
}

#[divan::bench(args = [10_000, 100_000], sample_count = 2, sample_size = 1)]
fn structure_of_identical_paragraphs(bencher: Bencher, count: usize) {
    structuring(bencher, format!("{}.\n\n", Words::new(1).run(30)).repeat(count));
}

#[divan::bench(args = [2_000, 20_000], sample_count = 2, sample_size = 1)]
fn structure_of_captions_that_differ_in_a_word(bencher: Bencher, count: usize) {
    let caption = Words::new(1).run(14);
    let captions = (0..count).fold(String::new(), |mut all, number| {
        let _ = write!(all, "{caption} w{number}\n\n");
        all
    });
    structuring(bencher, captions);
}

#[divan::bench(args = [100_000, 1_000_000], sample_count = 2, sample_size = 1)]
fn structure_of_one_letter_blocks(bencher: Bencher, count: usize) {
    structuring(bencher, "x\n".repeat(count));
}

#[divan::bench(args = [60, 100, 200], sample_count = 20)]
fn layout_and_print_at(bencher: Bencher, width: usize) {
    let document = structured(MEGA);
    let measure = Measure { width, ..Measure::default() };
    let shown = Shown::default();
    bencher.counter(BytesCount::of_str(&document.source)).bench(|| {
        let mut out = Vec::with_capacity(2 * MEGA);
        export::text(black_box(&document), &shown, &measure, &mut out).map(|()| out)
    });
}

#[divan::bench(sample_count = 20)]
fn export_as_markdown(bencher: Bencher) {
    let document = structured(MEGA);
    bencher.counter(BytesCount::of_str(&document.source)).bench(|| {
        let mut out = Vec::with_capacity(2 * MEGA);
        export::markdown(black_box(&document), &Shown::default(), &mut out).map(|()| out)
    });
}

/// What a window asks of the layout wherever it stands: its rows, and no others.
#[divan::bench(args = [60, 100, 200])]
fn layout_of_a_window_at(bencher: Bencher, width: usize) {
    let document = structured(MEGA);
    let flow = layout::flow(&document, Part::Story, &Shown::default());
    let measure = Measure { width, ..Measure::default() };
    let mut block = 0;
    bencher.bench_local(|| {
        block = (block + 997) % document.blocks.len();
        viewport::forward(&document, &flow, &measure, Position { block, offset: 0 }, 40)
    });
}

#[divan::bench(sample_count = 20)]
fn export_as_json(bencher: Bencher) {
    let document = structured(MEGA);
    bencher.counter(BytesCount::of_str(&document.source)).bench(|| {
        let mut out = Vec::with_capacity(2 * MEGA);
        export::jsonl(black_box(&document), "a.txt", &mut out).map(|()| out)
    });
}

/// A line of scrolling, drawn: the same however long the article is.
#[divan::bench(args = [8 << 10, 1 << 20, 10 << 20], sample_count = 20)]
fn view_of_a_frame(bencher: Bencher, bytes: usize) {
    let mut reader = Reader::new(structured(bytes), "a.txt", Preferences::default(), Vec::new());
    update(&mut reader, Message::Resize { columns: 120, rows: 40 });
    let theme = Theme::built_in("terminal").expect("a theme that is built in");
    let mut frame = Buffer::empty(Rect::new(0, 0, 120, 40));
    bencher.bench_local(|| {
        update(&mut reader, Message::Act(Action::LineDown));
        cutline::view::view(&reader, &theme, &mut frame)
    });
}
