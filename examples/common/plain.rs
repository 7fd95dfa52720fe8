//! The articles of labelled pages set anew in pages that have next to nothing but the article, as mail programs, feeds,
//! converters and people make them: a page need not be a newspaper's to be read.

use cutline::document::Role;
use serde_json::{Value, json};

/// How a page is set.
struct Style {
    /// Around all of it: what comes before and after.
    around: [&'static str; 2],
    /// Around a paragraph.
    paragraph: [&'static str; 2],
    /// Around an item of a list, and around a byline.
    item: [&'static str; 2],
    byline: [&'static str; 2],
    heading: &'static str,
    /// Whether it is a part of the article alone, without title.
    is_part: bool,
}

const NAVIGATION: &str =
    "<nav><a href=\"/\">Home</a> <a href=\"/all\">All articles</a> <a href=\"/us\">About</a></nav>";
const FOOTER: &str = "<footer><p>Copyright by its owners</p><p><a href=\"/terms\">Terms</a></p></footer>";

const STYLES: [Style; 6] = [
    Style {
        around: ["", ""],
        paragraph: ["<p>", "</p>"],
        item: ["<li>", "</li>"],
        byline: ["<p>", "</p>"],
        heading: "h2",
        is_part: false,
    },
    Style {
        around: ["{nav}<main><article>", "</article></main>{footer}"],
        paragraph: ["<p>", "</p>"],
        item: ["<li>", "</li>"],
        byline: ["<p class=\"byline\">", "</p>"],
        heading: "h2",
        is_part: false,
    },
    Style {
        around: ["", ""],
        paragraph: ["<div>", "</div>"],
        item: ["<li>", "</li>"],
        byline: ["<div>", "</div>"],
        heading: "h3",
        is_part: true,
    },
    Style {
        around: ["<div><div>", "</div></div>"],
        paragraph: ["<p>", "</p>"],
        item: ["<li><p>", "</p></li>"],
        byline: ["<div><em>", "</em></div>"],
        heading: "h3",
        is_part: false,
    },
    Style {
        around: ["<div dir=\"ltr\">", "</div>"],
        paragraph: ["<p>", "</p>"],
        item: ["<li><p>", "</p></li>"],
        byline: ["<p>", "</p>"],
        heading: "h2",
        is_part: true,
    },
    Style {
        around: ["{nav}<div><section>", "</section></div>{footer}"],
        paragraph: ["<div>", "</div>"],
        item: ["<li>", "</li>"],
        byline: ["<span>", "</span><br>"],
        heading: "h2",
        is_part: false,
    },
];

/// Pages of a labelled article, each with its record: `number` chooses which styles.
pub fn pages(gold: &Value, number: usize) -> impl Iterator<Item = (Value, String)> {
    [2 * number, 2 * number + 1 + number / STYLES.len() % 2].map(|style| page(gold, style)).into_iter()
}

fn page(gold: &Value, number: usize) -> (Value, String) {
    let style = &STYLES[number % STYLES.len()];
    let all: Vec<&Value> = gold["blocks"].as_array().into_iter().flatten().collect();
    let blocks = if style.is_part {
        let body: Vec<&Value> =
            all.into_iter().filter(|block| !matches!(role(block), Role::Title | Role::Byline)).collect();
        let count = (2 + number % 9).min(body.len());
        let start = number * 7 % (body.len() - count + 1);
        body[start..start + count].to_vec()
    } else {
        all
    };
    let mut page = String::from("<!DOCTYPE html><html><head><meta charset=\"utf-8\">");
    if let Some(title) = gold["title"].as_str().filter(|_| !style.is_part) {
        page += &format!("<title>{}</title>", escaped(title));
    }
    page += "</head><body>";
    page += &style.around[0].replace("{nav}", NAVIGATION);
    for run in blocks.chunk_by(|one, next| are_one(one, next)) {
        let texts: Vec<String> = run.iter().map(|block| linked(block)).collect();
        let set = |[before, after]: [&str; 2]| {
            texts.iter().map(|text| format!("{before}{text}{after}\n")).collect::<String>()
        };
        page += &match role(run[0]) {
            Role::Title => set(["<h1>", "</h1>"]),
            Role::Byline => set(style.byline),
            Role::Body | Role::Boilerplate => set(style.paragraph),
            Role::Heading => format!("<{0}>{1}</{0}>", style.heading, texts[0]),
            Role::List => format!("<ul>{}</ul>", set(style.item)),
            Role::Quote => format!("<blockquote>{}</blockquote>", set(["<p>", "</p>"])),
            Role::Caption => match &texts[..] {
                [alt, .., caption] => {
                    format!("<figure><img src=\"a.jpg\" alt=\"{alt}\"><figcaption>{caption}</figcaption></figure>")
                }
                _ => format!("<figure><img src=\"a.jpg\"><figcaption>{}</figcaption></figure>", texts[0]),
            },
        };
    }
    page += &style.around[1].replace("{footer}", FOOTER);
    page += "</body></html>";
    (json!({ "blocks": blocks }), page)
}

/// Whether two blocks are set as one: items of a list, paragraphs of a quotation, what is said twice of a picture.
fn are_one(one: &Value, next: &Value) -> bool {
    role(one) == role(next)
        && match role(one) {
            Role::List | Role::Quote => true,
            Role::Caption => one["group"].is_string() && one["group"] == next["group"],
            _ => false,
        }
}

fn role(block: &Value) -> Role {
    let name = block["role"].as_str().unwrap_or_default();
    Role::ALL.into_iter().find(|role| role.name() == name).unwrap_or_default()
}

/// A block's text with a link in it, as many have: in a paragraph or an item some words, most of them in boilerplate.
fn linked(block: &Value) -> String {
    let text = block["text"].as_str().unwrap_or_default();
    let words: Vec<&str> = text.split(' ').collect();
    // As good as by chance, and the same always.
    let chance = text.bytes().map(usize::from).sum::<usize>();
    let range = match role(block) {
        Role::Body | Role::List if chance.is_multiple_of(3) => {
            let start = chance % words.len();
            start..words.len().min(start + 1 + chance % 4)
        }
        Role::Boilerplate if chance.is_multiple_of(2) => words.len() / 3..words.len(),
        _ => return escaped(text),
    };
    let [before, within, after] =
        [&words[..range.start], &words[range.clone()], &words[range.end..]].map(|words| escaped(&words.join(" ")));
    format!("{before} <a href=\"/a/{chance}\">{within}</a> {after}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
