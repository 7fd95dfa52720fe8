//! What the names in a page's markup are about: `class="story-body__caption"` speaks of a story and of a caption.

use std::sync::LazyLock;

use foldhash::{HashMap, HashMapExt};

use super::parse::{NodeId, Tag, Tree};
use crate::clean;

/// How many groups of words there are.
pub const GROUPS: usize = GROUPED.len();

/// Words of classes, identifiers and the like, by what they announce. General vocabulary of web pages in several
/// languages; no site's own names.
const GROUPED: [&str; 27] = [
    // Captions and their credits.
    "caption captions figcaption imagecaption bildunterschrift legende leyenda didascalia bildtext cutline \
     piefoto bu imgcaption photocaption mediacaption captiontext",
    "credit credits copyright photographer fotograf bildnachweis quelle source attribution credito creditos \
     rights photocredit imagecredit",
    // Bylines and dates.
    "byline bylines author authors autor autoren auteur autore writer contributor contributors authored \
     journalist reporter creator signature firma",
    "date datetime dateline time timestamp published publish pubdate datum fecha updated modified posted \
     datepublished datemodified timeago timestamps pubtime",
    "headline title titel titulo titre titolo hed heading headlines entrytitle",
    "dek deck subheadline subtitle standfirst lead lede intro summary abstract excerpt vorspann chapo \
     entradilla subhead subheading teasertext introtext leadtext preamble description ingress",
    "share sharing social socials facebook twitter whatsapp pinterest linkedin tweet follow addtoany \
     shareaholic bookmark toolbar tools buttons sharebar sharetools socialmedia teilen compartir partager \
     flipboard reddit copylink",
    "related recommended recommendation recommendations trending popular mostread similar suggested outbrain \
     taboola latest zergnet recirc recirculation upnext relacionadas relacionados crosslink linklist further \
     more readmore morefrom next previous prev seealso weitere mehr recent recommend mostviewed picks ranking",
    "promo promotion teaser teasers teaserlist card cards feed river rail stream carousel grid list item items \
     listing collection hub package tile tiles",
    "newsletter newsletters subscribe subscription signup signin login paywall piano register registration abo \
     offer donate donation membership marketing cta regwall subscriber subscribers premium meter email mail \
     support",
    "ad ads advert adverts advertisement advertising adslot adunit sponsor sponsored dfp gpt banner anzeige \
     anzeigen werbung publicidad commercial adwrap native partner promoted adbox leaderboard mpu billboard \
     adwrapper adcontainer anuncio",
    "comment comments disqus kommentar kommentare discussion forum reply livefyre coral conversation \
     comentarios commentaires respond reactions replies spotim",
    "nav navigation menu breadcrumb breadcrumbs masthead topbar navbar pagination pager tab tabs skip search \
     logo sitemap submenu subnav dropdown hamburger megamenu navi toplinks switcher edition",
    "header head top branding sitehead",
    "footer foot bottom colophon legal terms privacy impressum disclaimer fineprint endnote",
    "cookie cookies consent gdpr cmp modal popup overlay dialog tooltip onetrust toast alert notification \
     notice warning message",
    "tag tags topic topics keyword keywords category categories label labels kicker eyebrow rubrik dachzeile \
     overline taxonomy section channel flag badge",
    "bio biography profile about authorbox authorbio avatar vcard user people",
    "articlebody body content entry post storybody text richtext copy paragraph prose wysiwyg artikel texto \
     cuerpo corps inhalt rte bodytext articletext maincontent contents textblock",
    "article story main single news report page hentry longform",
    "sidebar aside box infobox factbox fact facts inset callout keypoints highlights takeaways timeline \
     glossary explainer kasten infokasten faktenbox recuadro key points info panel faq",
    "quote pullquote blockquote zitat cita citation quotation pull",
    "gallery slideshow slide slides galerie bilder photos lightbox slider swiper galeria bildergalerie \
     thumbnail thumbnails thumb thumbs",
    "video videos player audio podcast jw brightcove playlist youtube embed iframe podcasts listen speech",
    "image images img picture photo figure foto bild media visual hero wp imagen pic",
    "product products price prices buy shop affiliate deal deals rating stars score",
    "hidden visually sr screenreader offscreen noprint invisible a11y accessibility collapsed print",
];

/// The attributes whose values name what an element is for.
const NAMING: [&str; 10] =
    ["class", "id", "itemprop", "role", "data-testid", "data-component", "data-type", "data-qa", "aria-label", "rel"];

/// How much of one element's names is looked at; style sheets made of hundreds of utility classes say nothing after.
const LOOKED_AT: usize = 400;

/// The groups of bylines and of dates.
const SIGNED: u32 = 1 << 2 | 1 << 3;

/// What an element is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Unknown,
    /// Adverts, links to other stories, ways to share, pleas: beside the story, though within it.
    Other,
    /// The page's own: comments, navigation, notices.
    Page,
}

/// What an element is for whose names speak of these groups.
pub fn purpose(groups: u32) -> Purpose {
    const PAGE: u32 = 1 << 11 | 1 << 12 | 1 << 14 | 1 << 15;
    const OTHER: u32 = 1 << 6 | 1 << 7 | 1 << 9 | 1 << 10 | 1 << 17 | 1 << 25 | 1 << 26;
    if groups & PAGE != 0 {
        Purpose::Page
    } else if groups & OTHER != 0 {
        Purpose::Other
    } else {
        Purpose::Unknown
    }
}

/// Whether an element's class says that it is a caption.
pub fn is_caption(tree: &Tree, node: NodeId) -> bool {
    const CAPTION: u32 = 1;
    named(tree, node, "class").is_some_and(|class| words(class) & CAPTION != 0)
}

/// Names of the line that says who wrote and when.
const CREDITS: [&str; 6] = ["entry-meta", "post-meta", "article-meta", "story-meta", "article-info", "post-info"];

/// Whether an element's class, or what it states, says that it names who wrote, or when. Names of components count by
/// how they start: `AuthorName` is one, `HeaderAuthor` may be the whole header.
pub fn is_signed(tree: &Tree, node: NodeId) -> bool {
    let signed = |token: &str| {
        let second = token.bytes().skip(1).position(|b| b.is_ascii_uppercase());
        let first = second.map_or(token, |at| &token[..=at]).to_ascii_lowercase();
        group(&first) & SIGNED != 0 && first != "time"
    };
    ["class", "itemprop"].iter().filter_map(|name| named(tree, node, name)).any(|value| {
        let mut names = value.split_whitespace();
        value.split(|c: char| !c.is_ascii_alphabetic()).any(signed) || names.any(|name| CREDITS.contains(&name))
    })
}

/// Whether an element in a byline is none of it: a way to share or to follow, or what only a screen reader reads out.
pub fn is_beside(tree: &Tree, node: NodeId) -> bool {
    const SHARING: u32 = 1 << 6;
    const READ_OUT: [&str; 4] = ["screen-reader", "sr-only", "visually-hidden", "offscreen"];
    let Some(class) = named(tree, node, "class") else { return false };
    READ_OUT.iter().any(|name| class.contains(name)) || words(class) & SHARING != 0 && !is_signed(tree, node)
}

/// What is looked at of an attribute's value.
fn named<'a>(tree: &Tree<'a>, node: NodeId, attribute: &str) -> Option<&'a str> {
    let mut attributes = tree.attributes_of(node);
    let (_, value) = attributes.find(|(name, _)| name.eq_ignore_ascii_case(attribute))?;
    Some(clean::head(value, LOOKED_AT))
}

/// The groups that an element's names speak of, a bit each.
pub fn groups(tree: &Tree, node: NodeId) -> u32 {
    if tree.tag(node) == Tag::Text {
        return 0;
    }
    let mut found = 0;
    for (name, value) in tree.attributes_of(node) {
        if NAMING.iter().any(|naming| name.eq_ignore_ascii_case(naming)) {
            found |= words(clean::head(value, LOOKED_AT));
        }
    }
    // Elements of a page's own making: `<share-buttons>`.
    if tree.name(node).contains('-') {
        found |= words(tree.name(node));
    }
    found
}

/// Names of boxes beside a story, written as one word.
const BOXES: &str = "factbox factsbox factfile infobox keypoint keyfact keytakeaway takeaways timeline faktenbox infokasten \
     kasten callout explainer glossary glossar recuadro quickfacts highlights faktaboks faktaruta encadre \
     summarybox insetbox boxout";

/// Tells the boxes beside the story of one page: what a name says is found out once.
#[derive(Default)]
pub struct Boxes<'a> {
    named: HashMap<&'a str, bool>,
}

impl<'a> Boxes<'a> {
    /// Whether an element is a box beside the story: an `aside`, or one that is named so.
    pub fn has(&mut self, tree: &Tree<'a>, node: NodeId) -> bool {
        tree.tag(node) == Tag::Aside
            || tree.attributes_of(node).any(|(name, value)| {
                NAMING.iter().any(|naming| name.eq_ignore_ascii_case(naming))
                    && *self.named.entry(clean::head(value, LOOKED_AT)).or_insert_with_key(|value| names_box(value))
            })
    }
}

/// Whether a value names a box.
fn names_box(value: &str) -> bool {
    let squeezed: String = value.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()).collect();
    BOXES.split(' ').any(|name| squeezed.contains(name))
}

/// By node, the outermost box beside the story that it stands in.
pub fn boxes(tree: &Tree) -> Vec<Option<NodeId>> {
    let mut known = Boxes::default();
    let mut boxes: Vec<Option<NodeId>> = Vec::with_capacity(tree.nodes.len());
    for node in 0..tree.nodes.len() as NodeId {
        let around = tree.parent(node).and_then(|parent| boxes[parent as usize]);
        boxes.push(around.or_else(|| (tree.tag(node) != Tag::Text && known.has(tree, node)).then_some(node)));
    }
    boxes
}

/// The groups of the words in a name; words end at punctuation and where capitals begin.
fn words(value: &str) -> u32 {
    let mut found = 0;
    let mut word = String::new();
    let mut small = false;
    for c in value.chars().chain([' ']) {
        let ends = !c.is_ascii_alphabetic() || (c.is_ascii_uppercase() && small);
        if ends && !word.is_empty() {
            found |= group(&word);
            word.clear();
        }
        if c.is_ascii_alphabetic() {
            word.push(c.to_ascii_lowercase());
        }
        small = c.is_ascii_lowercase();
    }
    found
}

fn group(word: &str) -> u32 {
    static INDEX: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| {
        let mut index = HashMap::new();
        for (at, words) in GROUPED.iter().enumerate() {
            for word in words.split_whitespace() {
                *index.entry(word).or_default() |= 1 << at;
            }
        }
        index
    });
    INDEX.get(word).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart_into_words() {
        assert_eq!(words("story-body__caption"), group("story") | group("body") | group("caption"));
        assert_eq!(words("articleBody"), group("article") | group("body"));
        assert_eq!(words("NEWSLETTER_signup2"), group("newsletter"));
        assert_eq!(words("breadth"), 0, "no word of ours, though it starts like one");
    }
}
