use cutline::document::*;
use cutline::layout::*;
fn now() -> Cpu {
    Cpu(cpu())
}
struct Cpu(f64);
impl Cpu {
    fn elapsed(&self) -> std::time::Duration {
        std::time::Duration::from_secs_f64(cpu() - self.0)
    }
}
fn cpu() -> f64 {
    let s = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    s.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}
fn main() {
    let mut text = String::new();
    for l in std::fs::read_to_string("../shared/corpus/dev.jsonl").unwrap().lines() {
        let v: serde_json::Value = serde_json::from_str(l).unwrap();
        if v["lang"] == "en" {
            text.push_str(v["text"].as_str().unwrap());
            text.push_str("\n\n");
        }
    }
    let t = now();
    let mut document = cutline::read::read(text.clone(), Format::Text);
    println!(
        "read {} bytes: {:.1} MB/s, {} blocks",
        text.len(),
        text.len() as f64 / 1e6 / t.elapsed().as_secs_f64(),
        document.blocks.len()
    );
    document.meta.language = Some("en".into());
    let shown = Shown::default();
    let items = flow(&document, Part::Story, &shown);
    for (name, m) in [
        ("first", Measure { optimal: false, hyphenated: false, ..Measure::default() }),
        ("optimal", Measure { hyphenated: false, ..Measure::default() }),
        ("first hyph", Measure { optimal: false, ..Measure::default() }),
        ("optimal hyph", Measure::default()),
        ("optimal hyph just", Measure { justified: true, ..Measure::default() }),
        ("optimal hyph 40", Measure { width: 40, ..Measure::default() }),
        ("optimal 40", Measure { width: 40, hyphenated: false, ..Measure::default() }),
        ("optimal 200", Measure { width: 200, hyphenated: false, ..Measure::default() }),
    ] {
        let t = now();
        let mut n = 0;
        let mut hy = 0;
        for i in &items {
            for r in rows(&document, *i, &m) {
                n += 1;
                hy += usize::from(r.hyphen);
            }
        }
        println!("{name:20} {:.1} MB/s {n} rows {hy} hyphens", text.len() as f64 / 1e6 / t.elapsed().as_secs_f64());
    }
    let m = Measure::default();
    let t = now();
    let mut at = Position::default();
    let mut k = 0;
    for _ in 0..1000 {
        let f = viewport::forward(&document, &items, &m, at, 37);
        k += f.len();
        at = viewport::scroll(&document, &items, &m, at, 1, 37);
    }
    println!("frame+scroll {:.1} us ({k})", t.elapsed().as_secs_f64() * 1000.0);
    let t = now();
    for _ in 0..1000 {
        at = viewport::end(&document, &items, &m, 37);
    }
    println!("end {:.1} us {at:?}", t.elapsed().as_secs_f64() * 1000.0);
    for (name, f) in [("text", 0), ("md", 1), ("json", 2), ("jsonl", 3)] {
        let mut out = Vec::new();
        let t = now();
        match f {
            0 => cutline::export::text(&document, &shown, &m, &mut out).unwrap(),
            1 => cutline::export::markdown(&document, &shown, &mut out).unwrap(),
            2 => cutline::export::json(&document, "x", &mut out).unwrap(),
            _ => cutline::export::jsonl(&document, "x", &mut out).unwrap(),
        }
        println!("{name} {:.1} MB/s of input", text.len() as f64 / 1e6 / t.elapsed().as_secs_f64());
    }
    let huge = Document { source: "word and another ".repeat(3_000_000), ..Document::default() };
    let len = huge.source.trim_end().len();
    let huge = Document { blocks: vec![Block { span: Some(0..len), ..Block::default() }], ..huge };
    let items = flow(&huge, Part::Story, &shown);
    let t = now();
    for i in 0..100 {
        viewport::forward(&huge, &items, &m, Position { block: 0, offset: i * 400_000 }, 37);
    }
    println!("50 MB line: frame {:.1} us", t.elapsed().as_secs_f64() * 1e4);
}
