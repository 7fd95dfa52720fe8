//! HTML to a [`Tree`]: every page gives one, in time and memory in proportion to its bytes.
//!
//! The tree builder of the HTML standard costs the square of the depth and of a tag's attributes on hostile pages, and
//! knows lines but no byte offsets. This one keeps the parts of the standard that articles meet in the wild: void and
//! raw-text elements, tags that end others (`p`, `li`, `td` …), end tags that match nothing, and formatting that is
//! closed across blocks. Past [`MAX_DEPTH`] elements stand beside what follows instead of around it, so the tree can
//! be walked by recursion; past `MAX_ATTRIBUTES` a tag's attributes are passed over; and a page that is nothing but tags
//! has no more elements than memory allows for.
//!
//! Nothing is copied: names, attributes and text are byte ranges of the page, entities and all.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memmem};

use crate::clean;

/// How deep elements may nest. Real pages stay below 100.
pub const MAX_DEPTH: usize = 150;

/// How many attributes of one tag are kept.
const MAX_ATTRIBUTES: usize = 100;

pub use super::tag::Tag;

/// Index of a node in [`Tree::nodes`].
pub type NodeId = u32;

/// The root: it stands for the document and has no tag.
pub const ROOT: NodeId = 0;

/// No node.
const NONE: NodeId = NodeId::MAX;

/// An element or a run of text.
#[derive(Debug, Clone)]
pub struct Node {
    pub tag: Tag,
    pub parent: NodeId,
    first_child: NodeId,
    last_child: NodeId,
    next: NodeId,
    /// Bytes of the page: a text's, or an element's name.
    start: u32,
    end: u32,
    /// The element's attributes in [`Tree::attributes`]; of a raw element the content's bytes.
    attributes: Range<u32>,
    content: Range<u32>,
}

#[derive(Debug, Clone)]
struct Attribute {
    name: Range<u32>,
    value: Range<u32>,
}

/// A page as a tree over its bytes.
#[derive(Debug)]
pub struct Tree<'a> {
    page: &'a str,
    pub nodes: Vec<Node>,
    /// Whether the page has more elements, and shorter ones, than memory allows for: what follows is one text.
    pub crowded: bool,
    attributes: Vec<Attribute>,
}

impl<'a> Tree<'a> {
    /// The tree of a page. Bytes past 4 GB are not read.
    pub fn parse(page: &'a str) -> Tree<'a> {
        let page = clean::head(page, u32::MAX as usize - 1);
        let mut builder = Builder {
            tree: Tree { page, nodes: Vec::with_capacity(page.len() / 40 + 1), crowded: false, attributes: Vec::new() },
            open: vec![Open { node: ROOT, tag: Tag::Html, closed: false }],
            unheld: 0,
            paragraphs: 0,
        };
        builder.tree.nodes.push(Node {
            tag: Tag::Html,
            parent: NONE,
            first_child: NONE,
            last_child: NONE,
            next: NONE,
            start: 0,
            end: 0,
            attributes: 0..0,
            content: 0..0,
        });
        builder.run();
        builder.tree
    }

    /// The bytes of the page that the tree is over.
    pub fn page(&self) -> &'a str {
        self.page
    }

    pub fn tag(&self, node: NodeId) -> Tag {
        self.nodes[node as usize].tag
    }

    /// A node's element, or none for the root.
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        Some(self.nodes[node as usize].parent).filter(|parent| *parent != NONE)
    }

    pub fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let some = |node: NodeId| (node != NONE).then_some(node);
        let first = some(self.nodes[node as usize].first_child);
        std::iter::successors(first, move |node| some(self.nodes[*node as usize].next))
    }

    /// A text's bytes in the page.
    pub fn span(&self, node: NodeId) -> Range<usize> {
        let node = &self.nodes[node as usize];
        node.start as usize..node.end as usize
    }

    /// A text as the page has it, or an element's name.
    pub fn name(&self, node: NodeId) -> &'a str {
        &self.page[self.span(node)]
    }

    /// A run of text with its entities decoded.
    pub fn text(&self, node: NodeId) -> Cow<'a, str> {
        htmlize::unescape(self.name(node))
    }

    /// What stands in a script, a title or the like, as the page has it.
    pub fn raw(&self, node: NodeId) -> &'a str {
        let content = &self.nodes[node as usize].content;
        &self.page[content.start as usize..content.end as usize]
    }

    /// An attribute's value, entities decoded. The first of a name counts; names are told without regard to case.
    pub fn attribute(&self, node: NodeId, name: &str) -> Option<Cow<'a, str>> {
        let found = self.attributes_of(node).find(|(n, _)| n.eq_ignore_ascii_case(name))?;
        Some(htmlize::unescape_attribute(found.1))
    }

    /// All attributes of an element as the page has them: names and values.
    pub fn attributes_of(&self, node: NodeId) -> impl Iterator<Item = (&'a str, &'a str)> + '_ {
        let range = &self.nodes[node as usize].attributes;
        self.attributes[range.start as usize..range.end as usize].iter().map(|attribute| {
            let of = |range: &Range<u32>| &self.page[range.start as usize..range.end as usize];
            (of(&attribute.name), of(&attribute.value))
        })
    }
}

/// An element whose end has not come yet.
struct Open {
    node: NodeId,
    tag: Tag,
    /// Its end tag came while a block inside it was still open: it ends with that block.
    closed: bool,
}

struct Builder<'a> {
    tree: Tree<'a>,
    /// From the root to the innermost, never more than [`MAX_DEPTH`].
    open: Vec<Open>,
    /// Elements too deep to hold anything, whose end tags are still to come.
    unheld: usize,
    /// How many `p` are open.
    paragraphs: usize,
}

impl Builder<'_> {
    fn run(&mut self) {
        let page = self.tree.page.as_bytes();
        let mut at = 0;
        let mut text = 0;
        let most = page.len() / 16 + 200_000;
        while let Some(found) = memchr(b'<', &page[at..]) {
            if self.tree.nodes.len() > most {
                self.tree.crowded = true;
                break;
            }
            let lt = at + found;
            if !matches!(page.get(lt + 1), Some(b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'!' | b'?')) {
                at = lt + 1;
                continue;
            }
            self.text(text..lt);
            at = match page[lt + 1] {
                b'/' if page.get(lt + 2).is_some_and(u8::is_ascii_alphabetic) => self.end_tag(lt),
                b'/' | b'?' => skip_past(page, lt, b">"),
                b'!' => comment_end(page, lt),
                _ => self.start_tag(lt),
            };
            text = at;
        }
        self.text(text..page.len());
    }

    fn text(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.append(Tag::Text, range, 0..0);
        }
    }

    fn append(&mut self, tag: Tag, bytes: Range<usize>, attributes: Range<u32>) -> NodeId {
        let parent = self.open.last().map_or(ROOT, |open| open.node);
        let node = self.tree.nodes.len() as NodeId;
        self.tree.nodes.push(Node {
            tag,
            parent,
            first_child: NONE,
            last_child: NONE,
            next: NONE,
            start: bytes.start as u32,
            end: bytes.end as u32,
            attributes,
            content: 0..0,
        });
        let last = std::mem::replace(&mut self.tree.nodes[parent as usize].last_child, node);
        match last {
            NONE => self.tree.nodes[parent as usize].first_child = node,
            last => self.tree.nodes[last as usize].next = node,
        }
        node
    }

    /// Reads the start tag at `lt`, and gives where it ends; of raw elements, where their end tag does.
    fn start_tag(&mut self, lt: usize) -> usize {
        let page = self.tree.page.as_bytes();
        let name = lt + 1..name_end(page, lt + 1);
        let tag = Tag::named(&page[name.clone()]);
        let (attributes, end) = self.read_attributes(name.end);
        if matches!(tag, Tag::Html | Tag::Body) && self.repeats(tag) {
            return end;
        }
        self.make_room_for(tag);
        let node = self.append(tag, name.clone(), attributes);
        if tag.is_void() {
            return end;
        }
        if matches!(tag, Tag::Raw | Tag::Title | Tag::Textarea) {
            let drawn_at_once = page[name.clone()].eq_ignore_ascii_case(b"svg") && page[..end].ends_with(b"/>");
            if drawn_at_once {
                return end;
            }
            let close = raw_end(page, end, &page[name]);
            self.tree.nodes[node as usize].content = end as u32..close as u32;
            return skip_past(page, close, b">");
        }
        if self.open.len() >= MAX_DEPTH {
            self.unheld += 1;
            return end;
        }
        self.paragraphs += usize::from(tag == Tag::P);
        self.open.push(Open { node, tag, closed: false });
        end
    }

    /// A second `<html>` or `<body>` adds nothing.
    fn repeats(&self, tag: Tag) -> bool {
        self.open.iter().skip(1).any(|open| open.tag == tag)
    }

    /// The attributes from `at` on, and where the tag ends.
    fn read_attributes(&mut self, mut at: usize) -> (Range<u32>, usize) {
        let page = self.tree.page.as_bytes();
        let first = self.tree.attributes.len();
        loop {
            at += page[at..].iter().take_while(|b| b.is_ascii_whitespace() || **b == b'/').count();
            match page.get(at) {
                None => break,
                Some(b'>') => {
                    at += 1;
                    break;
                }
                Some(_) => {}
            }
            let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'/' | b'>' | b'=');
            let name = at..at + 1 + page[at + 1..].iter().take_while(|b| !ends(b)).count();
            at = name.end + page[name.end..].iter().take_while(|b| b.is_ascii_whitespace()).count();
            let mut value = name.end..name.end;
            if page.get(at) == Some(&b'=') {
                at += 1;
                at += page[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
                match page.get(at) {
                    Some(quote @ (b'"' | b'\'')) => {
                        let len = memchr(*quote, &page[at + 1..]).unwrap_or(page.len() - at - 1);
                        value = at + 1..at + 1 + len;
                        at = (value.end + 1).min(page.len());
                    }
                    _ => {
                        let len = page[at..].iter().take_while(|b| !b.is_ascii_whitespace() && **b != b'>').count();
                        value = at..at + len;
                        at = value.end;
                    }
                }
            }
            if self.tree.attributes.len() - first < MAX_ATTRIBUTES {
                let range = |range: Range<usize>| range.start as u32..range.end as u32;
                self.tree.attributes.push(Attribute { name: range(name), value: range(value) });
            }
        }
        (first as u32..self.tree.attributes.len() as u32, at)
    }

    /// Ends what a start tag ends without saying so.
    fn make_room_for(&mut self, tag: Tag) {
        let innermost = self.open.last().map_or(Tag::Html, |open| open.tag);
        let in_head = matches!(tag, Tag::Meta | Tag::Title | Tag::Raw | Tag::Noscript | Tag::Head | Tag::Other);
        if innermost == Tag::Head && !in_head {
            self.pop();
        }
        match tag {
            Tag::Li => self.end_within(|t| t == Tag::Li, |t| t == Tag::List || t.is_scope()),
            Tag::Dt | Tag::Dd => self.end_within(|t| matches!(t, Tag::Dt | Tag::Dd), |t| t == Tag::Dl || t.is_scope()),
            Tag::Option => self.end_within(|t| t == Tag::Option, |t| t == Tag::Select || t.is_block()),
            Tag::Td | Tag::Th => {
                self.end_within(|t| matches!(t, Tag::Td | Tag::Th), |t| matches!(t, Tag::Tr | Tag::Table))
            }
            Tag::Tr => self.end_within(|t| t == Tag::Tr, |t| t == Tag::Table),
            Tag::TableSection => self.end_within(|t| t == Tag::TableSection, |t| t == Tag::Table),
            Tag::Rp | Tag::Rt => self.end_within(|t| matches!(t, Tag::Rp | Tag::Rt), Tag::is_block),
            Tag::Heading(_) => self.end_within(Tag::is_heading, Tag::is_block),
            Tag::A => self.end_within(|t| t == Tag::A, Tag::is_block),
            _ => {}
        }
        if tag.is_block() && self.paragraphs > 0 {
            self.end_within(|t| t == Tag::P, |t| t.is_scope() || t == Tag::Button);
        }
    }

    /// Ends the innermost element that `is` what is sought, unless one that `bounds` stands in between.
    fn end_within(&mut self, is: impl Fn(Tag) -> bool, bounds: impl Fn(Tag) -> bool) {
        let found = self.open.iter().rposition(|open| is(open.tag) || bounds(open.tag));
        if let Some(at) = found.filter(|at| is(self.open[*at].tag)) {
            self.truncate(at);
        }
    }

    /// Ends the open elements from `at` on; the root stays.
    fn truncate(&mut self, at: usize) {
        while self.open.len() > at.max(1) {
            self.pop();
        }
    }

    /// Ends the innermost element, and those around it whose end tag came before.
    fn pop(&mut self) {
        self.unheld = 0;
        while self.open.len() > 1 {
            let Some(ended) = self.open.pop() else { return };
            self.paragraphs -= usize::from(ended.tag == Tag::P);
            if !self.open.last().is_some_and(|open| open.closed) {
                return;
            }
        }
    }

    /// Reads the end tag at `lt`, and gives where it ends.
    fn end_tag(&mut self, lt: usize) -> usize {
        let page = self.tree.page.as_bytes();
        let name = lt + 2..name_end(page, lt + 2);
        let tag = Tag::named(&page[name.clone()]);
        let end = skip_past(page, name.end, b">");
        if tag == Tag::Br {
            self.append(tag, name, 0..0);
            return end;
        }
        if matches!(tag, Tag::Html | Tag::Body) || tag.is_void() {
            return end;
        }
        if self.unheld > 0 {
            self.unheld -= 1;
            return end;
        }
        let same = |open: &Open| {
            open.tag == tag
                && (tag.is_heading() || self.tree.name(open.node).as_bytes().eq_ignore_ascii_case(&page[name.clone()]))
                || (open.tag.is_heading() && tag.is_heading())
        };
        let bounds = |open: &Open| open.tag.is_scope() && !matches!(tag, Tag::Table | Tag::Tr | Tag::TableSection);
        let Some(at) = self.open.iter().rposition(|open| same(open) || bounds(open)) else { return end };
        if at == 0 || !same(&self.open[at]) {
            return end;
        }
        let across_a_block = !tag.is_block() && self.open[at + 1..].iter().any(|open| open.tag.is_block());
        if across_a_block && tag != Tag::Other {
            self.open[at].closed = true;
        } else {
            self.truncate(at);
        }
        end
    }
}

/// Where a tag's name that starts at `start` ends.
fn name_end(page: &[u8], start: usize) -> usize {
    start + page[start..].iter().take_while(|b| !b.is_ascii_whitespace() && !matches!(b, b'/' | b'>')).count()
}

/// Where the comment (or document type, or section) that begins at `lt` ends.
fn comment_end(page: &[u8], lt: usize) -> usize {
    let rest = &page[lt..];
    if !rest.starts_with(b"<!--") {
        return skip_past(page, lt, b">");
    }
    if rest.starts_with(b"<!-->") {
        return lt + "<!-->".len();
    }
    // The opening's dashes may serve as the closing's: "<!--->".
    skip_past(page, lt + "<!-".len(), b"-->")
}

/// Just past the next `end` from `at` on, or the end of the page.
fn skip_past(page: &[u8], at: usize, end: &[u8]) -> usize {
    memmem::find(&page[at..], end).map_or(page.len(), |found| at + found + end.len())
}

/// Where the end tag of the raw element `name` begins, or the end of the page.
fn raw_end(page: &[u8], from: usize, name: &[u8]) -> usize {
    let mut at = from;
    while let Some(found) = memchr(b'<', &page[at..]) {
        let lt = at + found;
        let tail = &page[lt + 1..];
        let ends = tail.first() == Some(&b'/')
            && tail.get(1..1 + name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name))
            && tail.get(1 + name.len()).is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'));
        if ends {
            return lt;
        }
        at = lt + 1;
    }
    page.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree as nested names and texts: `p(b(bold) text)`.
    fn outline(page: &str) -> String {
        fn write(tree: &Tree, node: NodeId, out: &mut String) {
            for child in tree.children(node) {
                if tree.tag(child) == Tag::Text {
                    out.push_str(&tree.text(child));
                } else {
                    out.push_str(tree.name(child));
                    out.push('(');
                    write(tree, child, out);
                    out.push(')');
                }
            }
        }
        let mut out = String::new();
        write(&Tree::parse(page), ROOT, &mut out);
        out
    }

    #[test]
    fn tags_end_what_cannot_hold_them() {
        assert_eq!(outline("<p>a<p>b<div>c</div>d"), "p(a)p(b)div(c)d");
        assert_eq!(outline("<ul><li>a<ul><li>b</ul><li>c</ul>"), "ul(li(aul(li(b)))li(c))");
        assert_eq!(outline("<table><tr><td>a<td>b<tr><td>c</table>d"), "table(tr(td(a)td(b))tr(td(c)))d");
        assert_eq!(outline("<h2>a<h3>b</h2>c"), "h2(a)h3(b)c");
        assert_eq!(outline("<a>a<a>b</a>c"), "a(a)a(b)c");
        assert_eq!(outline("<head><title>t</title><p>a"), "head(title())p(a)");
    }

    #[test]
    fn formatting_ends_where_its_block_does() {
        assert_eq!(outline("<div><a>a<div>b</a>c</div>d</div>"), "div(a(adiv(bc))d)");
        assert_eq!(outline("<p><b>a</p><p>b"), "p(b(a))p(b)");
        assert_eq!(outline("<td></div>a</td>b"), "td(a)b");
    }

    #[test]
    fn what_is_no_markup_is_text() {
        assert_eq!(outline("1 < 2 <3 &amp; <!-- <p> -->x<!doctype html>y<?php ?>z</>"), "1 < 2 <3 & xyz");
        assert_eq!(outline("<script>a</b></script >b<style>c"), "script()bstyle()");
        assert_eq!(outline("<br/>a<img src=x>b<svg/>c<p"), "br()aimg()bsvg()cp()");
    }

    #[test]
    fn attributes_are_found_however_they_are_written() {
        let page = "<a HREF = 'x&amp;y' b=c/d checked e=\"f>g\" e=h>";
        let tree = Tree::parse(page);
        let value = |name| tree.attribute(1, name).map(Cow::into_owned);
        assert_eq!(value("href").as_deref(), Some("x&y"));
        assert_eq!(value("b").as_deref(), Some("c/d"));
        assert_eq!(value("checked").as_deref(), Some(""));
        assert_eq!(value("e").as_deref(), Some("f>g"));
        assert_eq!(value("none"), None);
    }

    #[test]
    fn past_the_depth_elements_stand_side_by_side() {
        let page = "<div>a".repeat(2 * MAX_DEPTH);
        let tree = Tree::parse(&page);
        let depth = |node| std::iter::successors(tree.parent(node), |n| tree.parent(*n)).count();
        assert_eq!((0..tree.nodes.len() as NodeId).map(depth).max(), Some(MAX_DEPTH));
        assert_eq!(tree.nodes.len(), 1 + 4 * MAX_DEPTH);
    }
}
