//! What a page says about its article: JSON-LD, Open Graph, `<meta>`, `<title>`.

use serde_json::Value;

use super::address::Base;
use super::parse::{NodeId, Tag, Tree};
use crate::document::Meta;
use crate::mend;

/// A page's statements, the most trustworthy of each.
#[derive(Debug, Clone, Default)]
pub struct Metadata {
    pub meta: Meta,
    /// Every title the page gives itself, best first.
    pub titles: Vec<String>,
    pub authors: Vec<String>,
    pub description: Option<String>,
    /// The article's words, where the page gives them to search engines: a paragraph a line.
    pub body: Option<String>,
    pub base: Base,
}

/// Reads a page's head, and JSON-LD wherever it stands.
pub fn metadata(tree: &Tree) -> Metadata {
    let mut found = Found::default();
    for node in 0..tree.nodes.len() as NodeId {
        match tree.tag(node) {
            Tag::Meta => found.meta(tree, node),
            Tag::Title if found.title.is_none() => found.title = shown(&htmlize::unescape(tree.raw(node))),
            Tag::Raw if is_json_ld(tree, node) => found.json_ld(tree.raw(node)),
            Tag::Html if node > 0 => found.language = tree.attribute(node, "lang").and_then(|l| shown(&l)),
            _ => {}
        }
    }
    found.settled()
}

fn shown(text: &str) -> Option<String> {
    let text = mend::shown(text);
    (!text.is_empty()).then(|| text.into_owned())
}

fn is_json_ld(tree: &Tree, node: NodeId) -> bool {
    tree.attribute(node, "type").is_some_and(|t| t.trim().to_ascii_lowercase().starts_with("application/ld+json"))
}

/// Names and contents of `<meta>`, and what JSON-LD says of the article.
#[derive(Debug, Default)]
struct Found {
    named: Vec<(String, String)>,
    canonical: Option<String>,
    base: Option<String>,
    title: Option<String>,
    language: Option<String>,
    article: Option<Article>,
}

/// An article in the words of schema.org.
#[derive(Debug, Default)]
struct Article {
    headline: Option<String>,
    alternative: Option<String>,
    authors: Vec<String>,
    published: Option<String>,
    site: Option<String>,
    url: Option<String>,
    language: Option<String>,
    description: Option<String>,
    body: Option<String>,
}

impl Found {
    fn meta(&mut self, tree: &Tree, node: NodeId) {
        match tree.name(node).to_ascii_lowercase().as_str() {
            "link" => {
                let canonical = tree.attribute(node, "rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical"));
                if canonical && self.canonical.is_none() {
                    self.canonical = tree.attribute(node, "href").and_then(|href| shown(&href));
                }
            }
            "base" if self.base.is_none() => self.base = tree.attribute(node, "href").and_then(|href| shown(&href)),
            "meta" => {
                let name = ["property", "name", "itemprop"].iter().find_map(|name| tree.attribute(node, name));
                let content = tree.attribute(node, "content").and_then(|content| shown(&content));
                if let (Some(name), Some(content)) = (name, content) {
                    self.named.push((name.to_ascii_lowercase(), content));
                }
            }
            _ => {}
        }
    }

    fn json_ld(&mut self, script: &str) {
        let script = script.trim();
        let parsed = serde_json::from_str(script).or_else(|_| {
            // Line ends within strings are common, and no JSON.
            serde_json::from_str::<Value>(&script.replace(|c: char| c.is_control(), " "))
        });
        if let Ok(value) = parsed {
            self.statement(&value);
        }
    }

    /// Looks for the article among the things that are stated. The depth is bounded by the JSON parser's.
    fn statement(&mut self, value: &Value) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.statement(value)),
            Value::Object(fields) => {
                if is_article(value) {
                    let article = Article::of(value);
                    let better = |old: &Article| old.body.is_none() && article.body.is_some() || old.headline.is_none();
                    if self.article.as_ref().is_none_or(better) {
                        self.article = Some(article);
                    }
                    return;
                }
                for name in ["@graph", "mainEntity", "mainEntityOfPage"] {
                    fields.get(name).into_iter().for_each(|value| self.statement(value));
                }
            }
            _ => {}
        }
    }

    fn named(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| Some(self.named.iter().find(|(n, _)| n == name)?.1.clone()))
    }

    fn settled(self) -> Metadata {
        let address = self.canonical.clone().or_else(|| self.named(&["og:url", "twitter:url"]));
        let named_title = self.named(&["og:title", "twitter:title", "dc.title", "title", "sailthru.title"]);
        let published = self.named(&[
            "article:published_time",
            "datepublished",
            "date",
            "dc.date",
            "dc.date.issued",
            "publish-date",
            "pubdate",
            "parsely-pub-date",
            "sailthru.date",
            "last-modified",
        ]);
        let author =
            self.named(&["author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "byl"]);
        let author = author.filter(|author| !author.contains("://"));
        let language = self.named(&["og:locale", "language", "content-language"]);
        let description = self.named(&["og:description", "description", "twitter:description"]);
        let site = self.named(&["og:site_name", "application-name"]);
        let article = self.article.unwrap_or_default();

        let mut titles: Vec<String> = Vec::new();
        let stripped = self.title.as_deref().map(|title| without_site(title, site.as_deref()));
        for title in [article.headline, named_title, article.alternative, stripped].into_iter().flatten() {
            let title = without_site(&title, site.as_deref());
            if !titles.contains(&title) {
                titles.push(title);
            }
        }
        let mut authors = article.authors;
        if authors.is_empty() {
            authors.extend(author);
        }
        let url = address.or(article.url).filter(|url| url.contains("://"));
        let base = Base::new(self.base.as_deref().filter(|base| base.contains("://")).or(url.as_deref()).unwrap_or(""));
        let language = self.language.or(article.language).or(language).map(|l| l.replace('_', "-"));
        let meta = Meta {
            title: titles.first().cloned(),
            byline: (!authors.is_empty()).then(|| authors.join(", ")),
            published: article.published.or(published),
            site: site.or(article.site),
            url,
            language: language.filter(|l| l.starts_with(|c: char| c.is_ascii_alphabetic()) && l.len() < 36),
        };
        Metadata { meta, titles, authors, description: article.description.or(description), body: article.body, base }
    }
}

/// A title without the site's name behind it: "Headline | The Daily".
fn without_site(title: &str, site: Option<&str>) -> String {
    for separator in [" | ", " – ", " - ", " — ", " · ", " » "] {
        let Some((head, tail)) = title.rsplit_once(separator) else { continue };
        let named = site.is_some_and(|site| tail.eq_ignore_ascii_case(site));
        let short = separator == " | " && tail.split_whitespace().count() <= 4;
        if named || (short && head.split_whitespace().count() >= 3) {
            return head.trim().to_string();
        }
    }
    title.to_string()
}

fn is_article(value: &Value) -> bool {
    let is = |kind: &Value| {
        let kind = kind.as_str().unwrap_or_default();
        kind.ends_with("Article") || kind.ends_with("Posting") || matches!(kind, "Report" | "Review" | "Recipe")
    };
    match &value["@type"] {
        Value::Array(kinds) => kinds.iter().any(is),
        kind => is(kind),
    }
}

impl Article {
    fn of(value: &Value) -> Article {
        let text = |name: &str| value[name].as_str().and_then(stated);
        Article {
            headline: text("headline").or_else(|| text("name")),
            alternative: text("alternativeHeadline").or_else(|| text("alternateName")),
            authors: names(&value["author"]),
            published: text("datePublished"),
            site: names(&value["publisher"]).into_iter().next(),
            url: text("url").or_else(|| value["mainEntityOfPage"]["@id"].as_str().and_then(stated)),
            language: text("inLanguage"),
            description: text("description"),
            body: value["articleBody"]
                .as_str()
                .map(|body| body.lines().filter_map(stated).collect::<Vec<_>>().join("\n")),
        }
    }
}

/// A statement's text: JSON-LD often carries entities, and even tags, as if it were HTML.
fn stated(text: &str) -> Option<String> {
    let text = htmlize::unescape(text);
    if text.contains("</") {
        let tree = Tree::parse(&text);
        let runs = (0..tree.nodes.len() as NodeId).filter(|node| tree.tag(*node) == Tag::Text);
        return shown(&runs.map(|node| tree.text(node)).collect::<Vec<_>>().join(" "));
    }
    shown(&text)
}

/// The names of persons or organisations, however they are stated.
fn names(value: &Value) -> Vec<String> {
    match value {
        Value::String(name) => stated(name).filter(|name| !name.contains("://")).into_iter().collect(),
        Value::Array(values) => values.iter().flat_map(names).collect(),
        Value::Object(_) => names(&value["name"]),
        _ => Vec::new(),
    }
}
