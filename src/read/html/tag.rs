//! The elements that are told apart.

/// What the reader has to know of an element's name; all the others are [`Tag::Other`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tag {
    /// A run of text.
    Text,
    A,
    /// `annotation`, `annotation-xml`: a formula once more, as a program has it.
    Annotation,
    Article,
    Aside,
    Blockquote,
    Body,
    Br,
    Button,
    Caption,
    Code,
    Del,
    /// `address`, `div`, `center`, `details`, `fieldset` …: blocks that say nothing about what is in them.
    Div,
    Dl,
    Dt,
    Dd,
    Em,
    Figcaption,
    Figure,
    Footer,
    Form,
    Head,
    Header,
    /// `h1` to `h6`.
    Heading(u8),
    Hr,
    Html,
    Img,
    Li,
    Main,
    Nav,
    /// `ul`, `ol`, `menu`, `dir`.
    List,
    Meta,
    Noscript,
    Option,
    P,
    Picture,
    Pre,
    /// Elements whose content is no text to read: scripts, styles, frames, drawings.
    Raw,
    /// The bracket beside a reading, for those who cannot set it above the words.
    Rp,
    /// How the words before it are read.
    Rt,
    Section,
    Select,
    Span,
    Strong,
    Table,
    /// `thead`, `tbody`, `tfoot`.
    TableSection,
    Td,
    Th,
    Time,
    Title,
    Tr,
    Textarea,
    Video,
    Other,
}

impl Tag {
    /// The tag of an element's name, in capitals or not.
    pub fn named(name: &[u8]) -> Tag {
        let mut lower = [0; 14];
        let Some(lower) = lower.get_mut(..name.len()) else { return Tag::Other };
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        match &*lower {
            b"a" => Tag::A,
            b"annotation" | b"annotation-xml" => Tag::Annotation,
            b"article" => Tag::Article,
            b"aside" => Tag::Aside,
            b"blockquote" => Tag::Blockquote,
            b"body" => Tag::Body,
            b"br" => Tag::Br,
            b"button" => Tag::Button,
            b"caption" => Tag::Caption,
            b"code" | b"kbd" | b"samp" | b"tt" => Tag::Code,
            b"del" | b"s" | b"strike" => Tag::Del,
            b"address" | b"div" | b"center" | b"details" | b"dialog" | b"fieldset" | b"hgroup" | b"search"
            | b"summary" | b"legend" => Tag::Div,
            b"dl" => Tag::Dl,
            b"dt" => Tag::Dt,
            b"dd" => Tag::Dd,
            b"em" | b"i" | b"cite" | b"dfn" | b"var" => Tag::Em,
            b"figcaption" => Tag::Figcaption,
            b"figure" => Tag::Figure,
            b"footer" => Tag::Footer,
            b"form" => Tag::Form,
            b"head" => Tag::Head,
            b"header" => Tag::Header,
            b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => Tag::Heading(lower[1] - b'0'),
            b"hr" => Tag::Hr,
            b"html" => Tag::Html,
            b"img" | b"amp-img" => Tag::Img,
            b"li" => Tag::Li,
            b"main" => Tag::Main,
            b"nav" => Tag::Nav,
            b"ul" | b"ol" | b"menu" | b"dir" => Tag::List,
            b"meta" | b"link" | b"base" | b"input" | b"source" | b"track" | b"wbr" | b"area" | b"col" | b"embed"
            | b"param" => Tag::Meta,
            b"noscript" => Tag::Noscript,
            b"option" | b"optgroup" => Tag::Option,
            b"p" => Tag::P,
            b"picture" => Tag::Picture,
            b"pre" | b"listing" => Tag::Pre,
            b"script" | b"style" | b"iframe" | b"noembed" | b"noframes" | b"xmp" | b"svg" => Tag::Raw,
            b"rp" => Tag::Rp,
            b"rt" => Tag::Rt,
            b"section" => Tag::Section,
            b"select" | b"datalist" => Tag::Select,
            b"span" | b"font" | b"u" | b"small" | b"big" | b"mark" | b"sub" | b"sup" | b"abbr" | b"q" | b"ins"
            | b"label" => Tag::Span,
            b"b" | b"strong" => Tag::Strong,
            b"table" => Tag::Table,
            b"thead" | b"tbody" | b"tfoot" => Tag::TableSection,
            b"td" => Tag::Td,
            b"th" => Tag::Th,
            b"time" => Tag::Time,
            b"title" => Tag::Title,
            b"tr" => Tag::Tr,
            b"textarea" => Tag::Textarea,
            b"video" | b"audio" | b"object" | b"canvas" | b"map" | b"template" => Tag::Video,
            _ => Tag::Other,
        }
    }

    /// Elements that never hold anything.
    pub fn is_void(self) -> bool {
        matches!(self, Tag::Br | Tag::Hr | Tag::Img | Tag::Meta)
    }

    /// Elements that start on a line of their own.
    pub fn is_block(self) -> bool {
        use Tag::*;
        matches!(
            self,
            Article
                | Aside
                | Blockquote
                | Body
                | Caption
                | Div
                | Dl
                | Dt
                | Dd
                | Figcaption
                | Figure
                | Footer
                | Form
                | Header
                | Heading(_)
                | Hr
                | Html
                | Li
                | Main
                | Nav
                | List
                | Option
                | P
                | Pre
                | Section
                | Select
                | Table
                | TableSection
                | Td
                | Th
                | Tr
        )
    }

    /// Elements that an end tag outside does not reach into.
    pub fn is_scope(self) -> bool {
        matches!(self, Tag::Table | Tag::Td | Tag::Th | Tag::Caption | Tag::Html)
    }

    /// `h1` to `h6`.
    pub fn is_heading(self) -> bool {
        matches!(self, Tag::Heading(_))
    }
}
