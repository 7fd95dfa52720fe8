//! What stands between `---` or `+++` lines at the head of a note: title, author, date.

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
        "author" | "authors" | "by" | "creator" => &mut meta.byline,
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

/// Of YAML what front matter is written in: `key: value`, quoted or not, and lists on one line or on several. The
/// first line must be of that form, or what stands between the lines is text.
fn yaml_meta(body: &str) -> Option<Meta> {
    let mut meta = Meta::default();
    let mut key = "";
    let mut first = true;
    for line in body.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')) {
        let inside = line.starts_with([' ', '\t', '-']);
        let item = line.trim().trim_start_matches("- ");
        let pair = item.split_once(':').filter(|(_, value)| value.is_empty() || value.starts_with([' ', '\t']));
        let word =
            |key: &str| !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
        match pair {
            Some((name, value)) if !inside && word(name) => {
                key = name;
                values(value).for_each(|value| set(&mut meta, key, value));
            }
            // Pandoc's authors are lists, and may have fields of their own.
            Some((name, value)) if inside && name == "name" => values(value).for_each(|v| set(&mut meta, key, v)),
            None if inside && line.trim_start().starts_with("- ") => values(item).for_each(|v| set(&mut meta, key, v)),
            _ if first => return None,
            _ => {}
        }
        first = false;
    }
    Some(meta)
}

/// A value without its quotes, or the values of a list in brackets.
fn values(value: &str) -> impl Iterator<Item = &str> {
    let value = value.trim();
    let list = value.strip_prefix('[').and_then(|list| list.strip_suffix(']'));
    // Only in a list do commas part values.
    let parts = list.unwrap_or(value).split(if list.is_some() { ',' } else { '\n' });
    parts.map(|part| {
        let part = part.trim();
        let quoted = |quote: char| part.strip_prefix(quote).and_then(|part| part.strip_suffix(quote));
        quoted('"').or_else(|| quoted('\'')).unwrap_or(part)
    })
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
