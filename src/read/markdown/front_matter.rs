//! What stands between `---` or `+++` lines at the head of a note: title, author, date.

use std::borrow::Cow;

use crate::clean;
use crate::document::Meta;
use crate::mend;

/// A longer one is none.
const LONGEST: usize = 64 << 10;

/// The front matter of a note: how many bytes it takes, and what it says.
pub fn front_matter(source: &str) -> Option<(usize, Meta)> {
    let fence = source.get(..4).filter(|head| matches!(*head, "---\n" | "+++\n"))?.trim_end();
    let head = clean::head(source, LONGEST);
    let mut end = fence.len() + 1;
    for line in head[end..].split_inclusive('\n') {
        let closes = line.trim_end() == fence || (fence == "---" && line.trim_end() == "...");
        if closes {
            let body = &source[fence.len() + 1..end];
            let meta = if fence == "+++" { toml_meta(body) } else { yaml_meta(body) };
            return meta.map(|meta| (end + line.len(), meta));
        }
        end += line.len();
    }
    None
}

/// The same things go by several names.
fn set(meta: &mut Meta, key: &str, value: &str) {
    let value = mend::shown(value);
    if value.is_empty() || value == "null" {
        return;
    }
    let place = match key.to_ascii_lowercase().as_str() {
        "title" => &mut meta.title,
        "author" | "authors" | "byline" | "by" | "creator" => &mut meta.byline,
        "date" | "published" | "pubdate" | "created" => &mut meta.published,
        "sitename" | "site" | "hostname" | "publication" => &mut meta.site,
        "url" | "source" | "link" | "canonical" => &mut meta.url,
        "lang" | "language" => &mut meta.language,
        _ => return,
    };
    match place {
        // A list of authors.
        Some(before) if matches!(key, "author" | "authors") => *before = format!("{before}, {value}"),
        Some(_) => {}
        None => *place = Some(value.into_owned()),
    }
}

fn toml_meta(body: &str) -> Option<Meta> {
    let table: toml::Table = body.parse().ok()?;
    let mut meta = Meta::default();
    for (key, value) in &table {
        match value {
            toml::Value::Array(values) => {
                values.iter().filter_map(toml::Value::as_str).for_each(|value| set(&mut meta, key, value));
            }
            toml::Value::String(value) => set(&mut meta, key, value),
            toml::Value::Datetime(value) => set(&mut meta, key, &value.to_string()),
            _ => {}
        }
    }
    Some(meta)
}

/// Of YAML what front matter is written in: `key: value`, quoted or not or on the lines that follow, and lists on one
/// line or on several. The first line must be of that form, or what stands between the lines is text.
fn yaml_meta(body: &str) -> Option<Meta> {
    let mut meta = Meta::default();
    let mut key = "";
    let mut first = true;
    let mut lines = body.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        let inside = line.starts_with([' ', '\t', '-']);
        let item = line.trim().trim_start_matches("- ");
        let pair = item.split_once(':').filter(|(_, value)| value.is_empty() || value.starts_with([' ', '\t']));
        let word =
            |key: &str| !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
        match pair {
            Some((name, value)) if !inside && word(name) => {
                key = name;
                if is_block(value) {
                    let below = |line: &&str| line.trim().is_empty() || line.starts_with([' ', '\t']);
                    let text: Vec<&str> = std::iter::from_fn(|| lines.next_if(below)).collect();
                    set(&mut meta, key, &text.join("\n"));
                } else {
                    values(value).for_each(|value| set(&mut meta, key, &value));
                }
            }
            // Pandoc's authors are lists, and may have fields of their own.
            Some((name, value)) if inside && name == "name" => values(value).for_each(|v| set(&mut meta, key, &v)),
            None if inside && line.trim_start().starts_with("- ") => values(item).for_each(|v| set(&mut meta, key, &v)),
            _ if first => return None,
            _ => {}
        }
        first = false;
    }
    Some(meta)
}

/// Whether the lines that follow are the value: `>` or `|`, and how their ends are to be taken.
fn is_block(value: &str) -> bool {
    let rest = value.trim().strip_prefix(['>', '|']);
    rest.is_some_and(|rest| rest.chars().all(|c| matches!(c, '-' | '+' | '1'..='9')))
}

/// A value without its quotes, or the values of a list in brackets.
fn values(value: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let value = value.trim();
    let list = value.strip_prefix('[').and_then(|list| list.strip_suffix(']'));
    // Only in a list do commas part values.
    list.unwrap_or(value).split(if list.is_some() { ',' } else { '\n' }).map(unquoted)
}

/// A value without its quotes, and what is escaped between them as it is meant. Between double ones that is as in JSON,
/// all but for what nobody writes.
fn unquoted(value: &str) -> Cow<'_, str> {
    let value = value.trim();
    let between = |quote: char| value.strip_prefix(quote).and_then(|value| value.strip_suffix(quote));
    match (between('"'), between('\'')) {
        (Some(plain), _) => serde_json::from_str(value).map_or(plain.into(), Cow::Owned),
        (_, Some(plain)) => plain.replace("''", "'").into(),
        _ => value.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_says_title_author_and_date() {
        let note = "---\ntitle: \"A walk: part 2\"\nauthor:\n  - Ann Lee\n  - Bo Chen\ndate: 2024-05-01\ntags: [a, b]\n---\nText";
        let (len, meta) = front_matter(note).unwrap();
        assert_eq!(&note[len..], "Text");
        assert_eq!(meta.title.as_deref(), Some("A walk: part 2"));
        assert_eq!(meta.byline.as_deref(), Some("Ann Lee, Bo Chen"));
        assert_eq!(meta.published.as_deref(), Some("2024-05-01"));
    }

    #[test]
    fn what_is_escaped_between_quotes_is_meant_so() {
        let title = |value: &str| front_matter(&format!("---\ntitle: {value}\n---\n")).unwrap().1.title.unwrap();
        assert_eq!(title(r#""The \"gull\" of C:\\port""#), r#"The "gull" of C:\port"#);
        assert_eq!(title(r#""a \q b""#), r"a \q b");
        assert_eq!(title("'The gull''s mouse'"), "The gull's mouse");
        assert_eq!(title(r#"Plain \" text"#), r#"Plain \" text"#);
    }

    #[test]
    fn a_value_may_stand_on_the_lines_that_follow() {
        let note = "---\ntitle: >-\n  A walk\n  # 2: the\n\n  return\nbyline: |\n  Ann Lee\nurl: >\n---\nText";
        let (_, meta) = front_matter(note).unwrap();
        assert_eq!(meta.title.as_deref(), Some("A walk # 2: the return"));
        assert_eq!(meta.byline.as_deref(), Some("Ann Lee"));
        assert_eq!(meta.url, None);
    }

    #[test]
    fn toml_says_the_same() {
        let note = "+++\ntitle = \"A walk\"\nauthors = [\"Ann Lee\", \"Bo Chen\"]\ndate = 2024-05-01\n+++\nText";
        let (_, meta) = front_matter(note).unwrap();
        assert_eq!(meta.title.as_deref(), Some("A walk"));
        assert_eq!(meta.byline.as_deref(), Some("Ann Lee, Bo Chen"));
        assert_eq!(meta.published.as_deref(), Some("2024-05-01"));
    }

    #[test]
    fn a_rule_at_the_top_is_no_front_matter() {
        assert_eq!(front_matter("---\nOnce upon a time\n---\n"), None);
        assert_eq!(front_matter("---\ntitle: never closed\n"), None);
    }
}
