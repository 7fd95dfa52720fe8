//! Whole pages, our own and hostile ones, read through the library.

use std::time::{Duration, Instant};

use cutline::document::{Document, Format, Kind, MarkKind, Role};
use cutline::read::read;
use cutline::structure::structure;

fn article(page: &str) -> Document {
    let mut document = read(page.to_string(), Format::Html);
    structure(&mut document, &[]);
    document
}

const PAGE: &str = include_str!("fixtures/ferry.html");

fn texts(document: &Document, role: Role) -> Vec<&str> {
    let shown = document.blocks.iter().filter(|block| block.role == role && block.duplicate_of.is_none());
    shown.map(|block| document.text_of(block)).collect()
}

#[test]
fn the_article_is_found_in_its_page() {
    let document = article(PAGE);
    assert_eq!(texts(&document, Role::Title), ["The last ferry to Sandholm"]);
    assert_eq!(texts(&document, Role::Heading), ["A crossing of eleven minutes", "The crossing in figures"]);
    let body = texts(&document, Role::Body);
    assert!(body.first().is_some_and(|first| first.starts_with("For ninety years")), "{body:#?}");
    assert!(body.last().is_some_and(|last| last.ends_with("the bell will stay.")), "{body:#?}");
    let all: String = document.blocks.iter().map(|block| document.text_of(block)).collect();
    for furniture in ["Sign in", "Weather", "All rights reserved", "Cookie"] {
        assert!(!all.contains(furniture), "{furniture} is in the article");
    }
}

#[test]
fn metadata_comes_from_where_the_page_states_it() {
    let meta = read(PAGE.to_string(), Format::Html).meta;
    assert_eq!(meta.title.as_deref(), Some("The last ferry to Sandholm"));
    assert_eq!(meta.byline.as_deref(), Some("Mira Holt"));
    assert_eq!(meta.published.as_deref(), Some("2024-10-02T07:30:00+02:00"));
    assert_eq!(meta.site.as_deref(), Some("The Fjord Courier"));
    assert_eq!(meta.url.as_deref(), Some("https://courier.example/2024/ferry.html"));
    assert_eq!(meta.language.as_deref(), Some("en"));
}

#[test]
fn captions_are_tied_to_their_pictures() {
    let document = article(PAGE);
    let caption = document.blocks.iter().find(|block| block.kind == Kind::Caption).expect("a caption");
    assert_eq!(document.text_of(caption), "Passengers board the Alma in the rain. Photo: Jon Berg");
    assert_eq!(caption.role, Role::Caption);
    assert_eq!(caption.image.as_deref(), Some("https://courier.example/img/alma.jpg"));
}

#[test]
fn a_fact_box_is_set_apart() {
    let document = article(PAGE);
    let boxed: Vec<&str> =
        document.blocks.iter().filter(|block| block.aside.is_some()).map(|block| document.text_of(block)).collect();
    assert_eq!(boxed, ["The crossing in figures", "Length: 2.3 kilometres", "First run: 4 May 1934"]);
}

/// A page with a story of five paragraphs, and this after the third and at the end.
fn with(amid: &str, last: &str) -> Document {
    let paragraphs = [
        "The ferry did not sail on Tuesday, and nobody on the quay seemed to mind very much about it.",
        "The harbour master said that it would sail on Wednesday, and that on Wednesday it would rain.",
        "Most of those who had come to the quay turned around and went home again, as they had in May.",
        "Those who stayed were given tea, and those who had brought cake shared it with all the others.",
        "Nobody could say when the other boat would be back, or whom to ask about it, or why it had left.",
    ];
    let paragraphs = paragraphs.map(|paragraph| format!("<p>{paragraph} So it was told on the island.</p>"));
    let (before, after) = (paragraphs[..3].concat(), paragraphs[3..].concat());
    article(&format!(
        "<!doctype html><html lang=en><title>The late ferry</title><body><article><h1>The late ferry</h1>\
         {before}{amid}{after}{last}</article></body></html>"
    ))
}

#[test]
fn what_a_page_hides_amid_its_story_is_folded() {
    let hidden = "The boat that is not to be read about here.";
    for element in ["p hidden", "p style='color: red; display: none'"] {
        let document = with(&format!("<{element}>{hidden}</p>"), "");
        assert_eq!((texts(&document, Role::Boilerplate), texts(&document, Role::Body).len()), (vec![hidden], 5));
    }
    // The rest of a story, to be asked for, is the story.
    let rest = "The boat was built on the island, by those who sail it still. So it was told on the island.";
    let document = with("", &format!("<p hidden>{rest}</p>"));
    assert!(texts(&document, Role::Body).contains(&rest), "{:?}", texts(&document, Role::Boilerplate));
    let long = "<p>The boat went on and on along the coast, past every pier of it, and at none did it stop.</p>";
    let document = with(&format!("<div hidden>{}</div>", long.repeat(3)), "");
    assert!(texts(&document, Role::Boilerplate).is_empty());
}

#[test]
fn quotations_have_their_marks() {
    let document =
        with("<p>She said: <q>It is <q>the</q> boat.</q> He said <q>“No”</q>, <q></q>and that it was his.</p>", "");
    let said = "She said: “It is ‘the’ boat.” He said “No”, and that it was his.";
    assert!(texts(&document, Role::Body).contains(&said), "{:?}", texts(&document, Role::Body));
}

#[test]
fn who_is_quoted_stands_with_the_quotation() {
    let quote = "We have waited for this boat for ninety years, and now it is here.";
    let who = "— Jane Someone, mayor";
    let footer = "<footer>— <cite>Jane Someone, mayor</cite></footer>";
    let document = with(&format!("<blockquote><p>{quote}</p>{footer}</blockquote>"), "");
    assert_eq!(texts(&document, Role::Quote), [quote, who]);
    let document = with(&format!("<figure><blockquote><p>{quote}</p></blockquote>{footer}</figure>"), "");
    assert_eq!(texts(&document, Role::Caption), [quote, who]);
    let document = with("", "<footer><p>All the boats of the island</p></footer>");
    assert!(document.blocks.iter().all(|block| !document.text_of(block).starts_with("All the boats")));
}

#[test]
fn readings_of_words_stand_in_brackets_once() {
    for (ruby, read) in [
        ("<ruby>漢字<rt>かんじ</rt></ruby>を読む。", "漢字（かんじ）を読む。"),
        ("<ruby>漢<rt>かん<rt></rt>字<rt>じ</ruby>を読む。", "漢（かん）字（じ）を読む。"),
        ("<ruby>漢字<rp>（</rp><rt>かんじ</rt><rp>）</rp></ruby>を読む。", "漢字（かんじ）を読む。"),
        ("<ruby>漢字<rp>(<rt>かんじ<rp>)</ruby>を読む。", "漢字(かんじ)を読む。"),
        ("The <ruby>WWW<rt>World Wide Web</rt></ruby> is old.", "The WWW (World Wide Web) is old."),
    ] {
        let document = article(&format!("<p>{ruby}</p>"));
        assert_eq!(document.text(0), read);
    }
}

#[test]
fn a_formula_is_read_once() {
    let tex = "<annotation encoding=\"application/x-tex\">E=mc^2</annotation>";
    let xml = "<annotation-xml encoding=\"MathML-Content\"><ci>E</ci></annotation-xml>";
    let shown = "<mrow><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup></mrow>";
    for (formula, read) in [
        (format!("<semantics> {shown}{tex}{xml}</semantics>"), "So E=mc2 it is."),
        (format!("<semantics>{tex}</semantics>"), "So E=mc^2 it is."),
    ] {
        let document = article(&format!("<p>So <math>{formula}</math> it is.</p>"));
        assert_eq!(document.text(0), read);
    }
}

/// A page with one of everything that pages put into an article.
const EVERYTHING: &str = include_str!("fixtures/harbour.html");

#[test]
fn what_the_markup_calls_by_name_is_kept() {
    let document = article(EVERYTHING);
    let items = ["Foot passengers: 4 pounds", "Cars: 20 pounds", "with a trailer: 30", "1. Buy a ticket", "2. Board"];
    let boxed = ["Built: 1987", "Length: 60 m", "Crew: 9"];
    assert_eq!(texts(&document, Role::List), [&items[..], &boxed[..]].concat());
    assert_eq!(texts(&document, Role::Quote), ["I never thought I would see her again.", "Old sailor"]);
    let captions = ["The ferry Margaret at the north pier. Photo: J. Hill", "A crowd waves from the pier on Tuesday"];
    assert_eq!(texts(&document, Role::Caption), captions);
    let of = |kind: Kind| document.blocks.iter().find(|block| block.kind == kind).map(|block| document.text_of(block));
    assert_eq!(of(Kind::Table), Some("Timetable\nDay | Leaves\nMonday | 08:00\nTuesday | 09:30"));
    assert_eq!(of(Kind::Code), Some("fn main() {\n    println!(\"boat\");\n}"));
}

#[test]
fn cells_that_span_others_keep_them_under_their_heads() {
    let table = |rows: &str| {
        let document = with(&format!("<table>{rows}</table>"), "");
        let table = document.blocks.iter().find(|block| block.kind == Kind::Table);
        table.map(|block| document.text_of(block).to_string())
    };
    let years = "<thead><tr><th rowspan=2>Boat<th colspan='2'>2023<th>2024<tr><th>Spring<th>Autumn<th>Spring</thead>\
                 <tbody><tr><td>Alma<td>1<td>2<td>3<tr><td>Margaret<td colspan=3>none</tbody>";
    let read = "Boat | 2023 |  | 2024\n | Spring | Autumn | Spring\nAlma | 1 | 2 | 3\nMargaret | none |  |";
    assert_eq!(table(years).as_deref(), Some(read));
    let below = "<tr><td rowspan=3>Alma<td>Monday<tr><td>Tuesday<tr><td>Friday";
    assert_eq!(table(below).as_deref(), Some("Alma | Monday\n | Tuesday\n | Friday"));
    let parts = "<thead><tr><th rowspan=3>Boat<th>Day</thead><tbody><tr><td>Alma<td>Monday</tbody>";
    assert_eq!(table(parts).as_deref(), Some("Boat | Day\nAlma | Monday"));
    let giant = "<tr><td colspan=4294967295 rowspan=99999999999>All<td>1<tr><td colspan=-3>2<td>3";
    assert!(table(giant).is_some_and(|read| read.len() < 40));
    let wide = "<tr>".to_string() + &"<td>a".repeat(300) + &"<tr><td colspan=1000 rowspan=1000>b".repeat(1000);
    assert!(table(&wide).is_some_and(|read| read.len() < 40_000));
}

#[test]
fn an_aside_is_a_sidebar_with_its_heading() {
    let document = article(EVERYTHING);
    let [sidebar] = &document.sidebars[..] else { panic!("{:#?}", document.sidebars) };
    assert_eq!(document.sidebar_title(0), "The Margaret in figures");
    assert_eq!((sidebar.blocks.len(), sidebar.confidence), (4, 1.0));
}

#[test]
fn alternative_text_that_repeats_the_caption_is_folded_into_it() {
    let document = article(EVERYTHING);
    let folded: Vec<(&str, &str)> = document
        .blocks
        .iter()
        .filter_map(|block| Some((document.text_of(block), document.text(block.duplicate_of? as usize))))
        .collect();
    let ferry = ("The ferry Margaret at the north pier", "The ferry Margaret at the north pier. Photo: J. Hill");
    let crowd = ("A crowd waves from the pier", "A crowd waves from the pier on Tuesday");
    assert_eq!(folded, [ferry, crowd]);
}

/// Paragraphs and items, as people write to each other; our own words.
const LETTER: [&str; 6] = [
    "Thank you for the drawings. I have shown them to the harbour master, who likes the bench but not the lamp.",
    "the drawings of the bench",
    "the bill for the timber",
    "a coat that somebody left here",
    "The council meets on the ninth and would like to have a price before that. Anything under four hundred will pass.",
    "Come and see the quay when the paint is dry; the kettle is always on.",
];

#[test]
fn of_a_page_that_is_nothing_but_its_text_all_is_read() {
    let [first, items @ .., before_last, last] = LETTER;
    for [open, close] in [["<p>", "</p>"], ["<div>", "</div>"]] {
        for [item, end] in [["<li>", "</li>"], ["<li><p>", "</p></li>"]] {
            let items: String = items.iter().map(|text| format!("{item}{text}{end}")).collect();
            let page = format!(
                "<html><body>{open}{first}{close}<ul>{items}</ul>{open}{before_last}{close}{open}{last}{close}</body></html>"
            );
            let document = article(&page);
            let read: Vec<&str> = document.blocks.iter().map(|block| document.text_of(block)).collect();
            assert_eq!(read, LETTER, "{page}");
            assert!(document.blocks.iter().all(|block| block.role != Role::Boilerplate), "{page}");
        }
    }
}

#[test]
fn where_there_are_hardly_any_words_but_links_they_are_read() {
    let read = |page: &str| {
        let document = article(page);
        let shown = document.blocks.iter().filter(|block| block.role != Role::Boilerplate);
        shown.map(|block| document.text_of(block).to_string()).collect::<Vec<_>>()
    };
    assert_eq!(read("<a href=\"https://news.example/item?id=1\">Comments</a>"), ["Comments"]);
    let submitted = "submitted by <a href=\"https://a.example/u/x\"> /u/x </a> <br/> <span><a \
                     href=\"https://a.example/\">[link]</a></span> <span><a href=\"https://a.example/c\">[comments]</a></span>";
    assert_eq!(read(submitted), ["submitted by /u/x [link] [comments]"]);
    let pointed = "<p>Article URL: <a href=\"https://e.example/a\">https://e.example/a</a></p><p>Points: 12</p>";
    assert_eq!(read(pointed), ["Article URL: https://e.example/a", "Points: 12"]);
    let items = ["How the lighthouse was moved", "A map of all the wells", "Why boats are red below the water"];
    let linked = items.map(|item| format!("<li><a href=\"/a\">{item}</a></li>")).concat();
    assert_eq!(read(&format!("<ul>{linked}</ul>")), items);
    let page = format!("<html><body><nav><ul>{linked}</ul></nav><div>{}</div></body></html>", LETTER.join(" "));
    assert!(!read(&page).concat().contains(items[0]), "a menu beside words is none of them");
    let page = format!("<body><nav><ul>{linked}</ul></nav><p><a href=\"/b\">Boats are late</a></p></body>");
    assert_eq!(read(&page), ["Boats are late"]);
}

#[test]
fn what_stands_between_title_and_story_is_not_lost() {
    let lines =
        ["Interview by Rupert Vane", "The town had grown used to it. Then a stranger came.", "Hosted by the library"];
    let between: String = lines.iter().map(|line| format!("<p class=\"standfirst\">{line}</p>")).collect();
    let document = article(&format!(
        "<html><body><nav><a href=\"/\">Home</a></nav><main><article><h1>The clock at Holm End</h1>{between}\
         <p>The last bus to Holm End leaves at ten past four and arrives, most days, in the dark, with three people on \
         it.</p><p>Nobody knew him. He asked the driver where the clock was, and the driver, who had driven past it for \
         twenty years, had to think.</p></article></main></body></html>"
    ));
    let read: Vec<&str> = document.blocks.iter().map(|block| document.text_of(block)).collect();
    lines.iter().for_each(|line| assert!(read.contains(line), "{line} is not in {read:#?}"));
}

#[test]
fn a_story_that_the_page_tells_search_engines_alone_is_read() {
    let [first, .., last] = LETTER;
    let page = |shown: &str| {
        format!(
            "<html><head><script type=\"application/ld+json\">{{\"@type\": \"NewsArticle\", \"headline\": \"A bench for \
             the quay\", \"articleBody\": \"{first}\\n\\n{last}\"}}</script></head><body><div id=\"app\"></div>{shown}\
             </body></html>"
        )
    };
    let read = |document: &Document| {
        document.blocks.iter().map(|block| document.text_of(block).to_string()).collect::<Vec<_>>()
    };
    for menu in ["", "<ul><li><a href=\"/\">All the news of the quay</a></li></ul>"] {
        assert_eq!(read(&article(&page(menu))), ["A bench for the quay", first, last]);
    }
    let shown = article(&page(&format!("<h1>A bench for the quay</h1><p>{first}</p><p>{last}</p>")));
    assert_eq!(read(&shown), ["A bench for the quay", first, last], "what the page shows is not told twice");
}

#[test]
fn what_stands_in_the_article_and_is_not_of_it_is_boilerplate_and_the_pages_furniture_is_not_there() {
    let document = article(EVERYTHING);
    let boilerplate = [
        "Advertisement",
        "Buy a boat now!",
        "Related stories",
        "Storm breaks the pier",
        "Islanders ask for a bridge",
        "Sign up for our newsletter",
        "Read more at the Harbour Post.",
    ];
    assert_eq!(texts(&document, Role::Boilerplate), boilerplate);
    let all: String = document.blocks.iter().map(|block| document.text_of(block)).collect();
    for furniture in ["Home", "cookies", "Comments", "Great news", "Copyright"] {
        assert!(!all.contains(furniture), "{furniture} is in the article");
    }
}

#[test]
fn roles_that_were_inferred_are_not_certain() {
    let document = article(EVERYTHING);
    let sure = |text: &str| {
        let block = document.blocks.iter().find(|block| document.text_of(block).starts_with(text));
        block.map_or(f32::NAN, |block| block.confidence)
    };
    assert!((0.5..1.0).contains(&sure("She carries forty cars")), "{}", sure("She carries forty cars"));
    assert!((0.5..1.0).contains(&sure("Sign up for our newsletter")), "{}", sure("Sign up for our newsletter"));
}

#[test]
fn links_and_emphasis_are_marked() {
    let document = article(PAGE);
    let block = document.blocks.iter().find(|block| document.text_of(block).contains("bridge")).expect("the bridge");
    let text = document.text_of(block);
    let marked: Vec<(&str, &MarkKind)> = block.marks.iter().map(|m| (&text[m.range.clone()], &m.kind)).collect();
    let link = MarkKind::Link("https://courier.example/2023/bridge.html".to_string());
    assert_eq!(marked, [("a new bridge", &link), ("Alma", &MarkKind::Emphasis)]);
}

#[test]
fn spans_are_bytes_of_the_page() {
    let document = article(PAGE);
    for block in document.blocks.iter().filter(|block| block.role == Role::Body) {
        let span = block.span.clone().expect("a span");
        let first = document.text_of(block).split_whitespace().next().expect("a word");
        assert!(document.source[span].starts_with(first), "{first}");
    }
}

#[test]
fn a_page_without_classes_or_metadata_is_read_too() {
    let paragraph =
        "<p>The council met on Monday evening, and nobody was surprised that the meeting ran late again.</p>";
    let document = article(&format!("<h1>A long meeting</h1>{}", paragraph.repeat(5)));
    assert_eq!(texts(&document, Role::Title), ["A long meeting"]);
    assert!(document.blocks.len() >= 2, "{:#?}", document.blocks);
    assert!(article("<p>Only one line.</p>").blocks.iter().any(|block| block.kind == Kind::Paragraph));
    assert_eq!(article("").blocks, []);
}

/// Reads a hostile page of `unit` repeated and takes it apart, and one four times as long: more than linear cost shows.
fn assert_linear(name: &str, page: impl Fn(usize) -> String, size: usize) {
    let time = |size: usize| {
        let page = page(size);
        let start = Instant::now();
        let document = article(&page);
        drop(document);
        start.elapsed()
    };
    // Unoptimised code is slower by as much.
    let size = if cfg!(debug_assertions) { size / 10 } else { size };
    let (short, long) = (time(size / 4), time(size));
    println!("{name}: {size} in {long:?}");
    assert!(long < short * 12 + Duration::from_millis(500), "{name}: {short:?}, then {long:?} for four times as much");
}

#[test]
fn hostile_pages_cost_in_proportion() {
    let repeat = |unit: &'static str| move |size: usize| unit.repeat(size);
    assert_linear("nested div", repeat("<div>"), 200_000);
    assert_linear("nested div with text", repeat("<div>word "), 200_000);
    assert_linear("nested span", repeat("<span>a"), 200_000);
    assert_linear("nested b with paragraphs", repeat("<b><p>a"), 100_000);
    assert_linear("nested tables", repeat("<table><tr><td>a"), 60_000);
    let spans = |size: usize| format!("<table>{}", "<tr><td>a<td colspan=1000 rowspan=1000>b".repeat(size));
    assert_linear("spans", spans, 20_000);
    assert_linear("tables of spans", repeat("<table><tr><td colspan=9>a<td>b<tr><td>c<td>d</table>"), 20_000);
    assert_linear("nested lists", repeat("<ul><li>a"), 100_000);
    assert_linear("nested links", repeat("<a href=x>a<div>"), 100_000);
    assert_linear("nested captions", repeat("<div class=caption>a"), 100_000);
    assert_linear("unclosed paragraphs", repeat("<p>Some words, and a stop."), 100_000);
    assert_linear("stray end tags", repeat("</div></p></b>"), 200_000);
    assert_linear("attributes of one tag", |size| format!("<div {}>text</div>", "a=1 ".repeat(size)), 1_000_000);
    assert_linear("attributes over tags", repeat("<i a=1 b=2 c=3 d=4 e>"), 200_000);
    assert_linear("an unclosed tag", |size| format!("<p>a</p><div {}", "x ".repeat(size)), 1_000_000);
    assert_linear("an unclosed quote", |size| format!("<p>a</p><a href=\"{}", "x".repeat(size)), 1_000_000);
    assert_linear("unclosed comments", repeat("<!-- "), 200_000);
    assert_linear("unclosed scripts", repeat("<script><style>"), 200_000);
    assert_linear("signs", repeat("<"), 1_000_000);
    assert_linear("entities", repeat("&amp;&#65;&bogus;&"), 200_000);
    let bomb = |size| format!("<!DOCTYPE x [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><p>{}", "&b;".repeat(size));
    assert_linear("an entity bomb", bomb, 200_000);
    assert_linear("asides", repeat("<aside><h3>Box</h3><p>One line of it.</p><p>Another.</p></aside>"), 50_000);
    assert_linear(
        "figures",
        repeat("<figure><img src=a alt='A man'><figcaption>A man walks.</figcaption></figure>"),
        50_000,
    );
    assert_linear("ampersands", repeat("&"), 1_000_000);
    assert_linear("pictures", repeat("<img alt=\"a b c\" src=x>"), 100_000);
    assert_linear("one long paragraph", repeat("<em>a</em> "), 200_000);
    assert_linear("titles", |size| format!("<title>{}</title><p>x</p>", "&lt;a ".repeat(size)), 200_000);
    let ld = |size| format!("<script type='application/ld+json'>{}</script><p>x</p>", "[".repeat(size));
    assert_linear("JSON-LD", ld, 1_000_000);
}

#[test]
fn deep_and_wide_pages_are_read_whole() {
    let start = Instant::now();
    let deep = read(format!("{}word{}", "<div>".repeat(200_000), "</div>".repeat(200_000)), Format::Html);
    let wide = read(format!("<p {}>A paragraph.</p>", "a=1 ".repeat(1_000_000)), Format::Html);
    assert_eq!((deep.text(0), wide.text(0)), ("word", "A paragraph."));
    drop((deep, wide));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn nothing_of_a_page_reaches_the_screen_as_a_command() {
    let page = "<h1>\u{1b}[31mRed</h1><p>One &#27;[2J two &#x9b;31m, and &#8238;enough words to be a paragraph.</p>";
    let document = article(page);
    for block in &document.blocks {
        let text = document.text_of(block);
        assert!(!text.chars().any(|c| c.is_control() || c == '\u{202e}'), "{text:?}");
    }
}

proptest::proptest! {
    #[test]
    fn any_page_is_read(page in "([a-c &<>/=\"'!-]|</?(p|div|b|a|li|ul|td|table|h1|figure|script|svg)( class=\"caption\")?>|é|\\n){0,80}") {
        let document = article(&page);
        for block in &document.blocks {
            let text = document.text_of(block);
            for mark in &block.marks {
                assert!(text.get(mark.range.clone()).is_some_and(|marked| !marked.is_empty()), "{mark:?} in {text:?}");
            }
            if let Some(span) = &block.span {
                assert!(document.source.get(span.clone()).is_some());
            }
        }
    }
}

#[test]
fn a_page_of_more_elements_than_memory_allows_for_is_read_to_its_end() {
    let document = read(format!("{}<p>the end", "<p>a".repeat(1_000_000)), Format::Html);
    assert!(document.crowded && document.blocks.len() < 200_000, "{}", document.blocks.len());
    assert!(document.blocks.last().is_some_and(|last| document.text_of(last).ends_with("the end")));
    assert!(!read("<p>a".repeat(9000), Format::Html).crowded);
}
