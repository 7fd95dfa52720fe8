//! Articles made of the words of the bundled one, so that every run measures the same, anywhere.
#![allow(dead_code, reason = "every program that measures uses its own part")]

/// Words of the bundled article in an order of their own.
pub struct Words {
    words: Vec<&'static str>,
    state: u64,
}

impl Words {
    pub fn new(seed: u64) -> Words {
        Words { words: include_str!("../../assets/welcome.txt").split_whitespace().collect(), state: seed }
    }

    fn next(&mut self) -> &'static str {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.words[(self.state >> 33) as usize % self.words.len()]
    }

    pub fn run(&mut self, count: usize) -> String {
        let mut run = String::with_capacity(8 * count);
        for _ in 0..count {
            run += self.next();
            run.push(' ');
        }
        run.pop();
        run
    }
}

/// An article of so many bytes: paragraphs, a heading now and then, captions that come twice. `form` writes a
/// paragraph, a heading and a caption.
fn article(seed: u64, bytes: usize, form: [&dyn Fn(&str) -> String; 3]) -> String {
    let [paragraph, heading, caption] = form;
    let mut words = Words::new(seed);
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

pub fn text(bytes: usize) -> String {
    seeded_text(1, bytes)
}

/// Another article for every seed.
pub fn seeded_text(seed: u64, bytes: usize) -> String {
    let block = |words: &str| format!("{words}\n\n");
    article(seed, bytes, [&block, &block, &block])
}

pub fn html(bytes: usize) -> String {
    let paragraph = |words: &str| format!("<p class=\"story\">{words}</p>\n");
    let heading = |words: &str| format!("<h2>{words}</h2>\n");
    let caption =
        |words: &str| format!("<figure><img src=\"a.jpg\" alt=\"{words}\"><figcaption>{words}</figcaption></figure>\n");
    format!(
        "<!doctype html><html><body><article>{}</article></body></html>",
        article(1, bytes, [&paragraph, &heading, &caption])
    )
}

pub fn markdown(bytes: usize) -> String {
    let paragraph = |words: &str| format!("{words}\n\n");
    article(1, bytes, [&paragraph, &|words| format!("## {words}\n\n"), &|words| format!("![{words}](a.jpg)\n\n")])
}
