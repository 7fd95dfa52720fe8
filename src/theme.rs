//! What things look like: a style for every part of the screen. Nothing is said by colour alone.

use ratatui::style::{Color, Modifier, Style};

use crate::document::{MarkKind, Role};

/// The styles of everything that is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    pub text: Style,
    pub title: Style,
    pub heading: Style,
    pub caption: Style,
    pub quote: Style,
    /// What stands back: bylines, boilerplate, copies, counts.
    pub dim: Style,
    pub link: Style,
    pub code: Style,
    /// A sidebar's line in the story, and its name where it is read.
    pub sidebar: Style,
    pub border: Style,
    /// The heading of a pane, and of the pane that has the keys.
    pub pane: Style,
    pub focused: Style,
    /// The chosen entry of a list, and entries whose words are on the screen.
    pub chosen: Style,
    pub lit: Style,
    /// The bar beside the paragraph at the cursor.
    pub cursor: Style,
    pub found: Style,
    pub found_here: Style,
    pub notice: Style,
}

impl Theme {
    /// For terminals with colours, dark or light: the terminal's own text and ground, and few of its sixteen colours.
    pub fn colour() -> Theme {
        let text = Style::new();
        let accent = text.fg(Color::Cyan);
        Theme {
            text,
            title: text.add_modifier(Modifier::BOLD),
            heading: text.add_modifier(Modifier::BOLD),
            caption: text.add_modifier(Modifier::DIM),
            quote: text.add_modifier(Modifier::ITALIC),
            dim: text.add_modifier(Modifier::DIM),
            link: accent.add_modifier(Modifier::UNDERLINED),
            code: text.fg(Color::Green),
            sidebar: accent.add_modifier(Modifier::BOLD),
            border: text.add_modifier(Modifier::DIM),
            pane: text.add_modifier(Modifier::DIM),
            focused: accent.add_modifier(Modifier::BOLD),
            chosen: text.add_modifier(Modifier::REVERSED),
            lit: accent,
            cursor: accent,
            found: text.fg(Color::Black).bg(Color::Yellow),
            found_here: text
                .fg(Color::Black)
                .bg(Color::Yellow)
                .add_modifier(Modifier::BOLD.union(Modifier::UNDERLINED)),
            notice: accent,
        }
    }

    /// For `NO_COLOR` and terminals without colours: bold, dim, underlined and reversed only.
    pub fn plain() -> Theme {
        let bare = |style: Style| Style { fg: None, bg: None, ..style };
        let colour = Theme::colour();
        Theme {
            link: bare(colour.link),
            code: bare(colour.code),
            sidebar: bare(colour.sidebar),
            focused: bare(colour.focused).add_modifier(Modifier::UNDERLINED),
            lit: bare(colour.lit).add_modifier(Modifier::BOLD),
            cursor: bare(colour.cursor),
            found: bare(colour.found).add_modifier(Modifier::UNDERLINED),
            found_here: bare(colour.found_here).add_modifier(Modifier::REVERSED),
            notice: bare(colour.notice).add_modifier(Modifier::BOLD),
            ..colour
        }
    }

    /// The style of a block's text.
    pub fn role(&self, role: Role) -> Style {
        match role {
            Role::Title => self.title,
            Role::Heading => self.heading,
            Role::Caption => self.caption,
            Role::Quote => self.quote,
            Role::Byline | Role::Boilerplate => self.dim,
            Role::Body | Role::List => self.text,
        }
    }

    /// What a mark adds to the style of the text that it lies over.
    pub fn mark(&self, kind: &MarkKind) -> Style {
        match kind {
            MarkKind::Emphasis => Style::new().add_modifier(Modifier::ITALIC),
            MarkKind::Strong => Style::new().add_modifier(Modifier::BOLD),
            MarkKind::Code => self.code,
            MarkKind::Link(_) => self.link,
        }
    }
}
