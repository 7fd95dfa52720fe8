//! What things look like: a style for every part of the screen. Nothing is said by colour alone.
//!
//! Themes are TOML files: those in `assets/themes`, and the reader's own. `dark` and `light` are true colours and are
//! brought down to what the terminal has; `terminal` is for sixteen colours whose shades nobody knows; `plain` has none.

mod choice;
mod colour;
mod file;

use ratatui::style::Style;

pub use choice::{AUTO, Themes};
pub use colour::{Depth, READABLE, Rgb, in_cube};
pub use file::{ThemeError, parse};

use crate::document::{MarkKind, Role};

/// The styles of everything that is drawn. Each says only where it differs from `text`, which lies under everything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Theme {
    /// The running text, and the ground of the whole window.
    pub text: Style,
    pub title: Style,
    pub heading: Style,
    pub caption: Style,
    pub quote: Style,
    /// What stands back: bylines, boilerplate, copies, counts.
    pub dim: Style,
    pub emphasis: Style,
    pub strong: Style,
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
    /// The ground of what the reader highlighted; a bar in the margin says so too.
    pub highlight: Style,
    pub found: Style,
    pub found_here: Style,
    pub notice: Style,
}

impl Theme {
    /// The names of the themes that are part of the program.
    pub const BUILT_IN: [&str; 4] = ["dark", "light", "terminal", "plain"];

    /// A theme that is part of the program, in true colours where it has colours.
    pub fn built_in(name: &str) -> Option<Theme> {
        let text = match name {
            "dark" => include_str!("../assets/themes/dark.toml"),
            "light" => include_str!("../assets/themes/light.toml"),
            "terminal" => include_str!("../assets/themes/terminal.toml"),
            "plain" => include_str!("../assets/themes/plain.toml"),
            _ => return None,
        };
        Some(file::built_in(text))
    }

    /// The parts by the names that theme files know them by.
    fn parts_mut(&mut self) -> [(&'static str, &mut Style); 21] {
        [
            ("text", &mut self.text),
            ("title", &mut self.title),
            ("heading", &mut self.heading),
            ("caption", &mut self.caption),
            ("quote", &mut self.quote),
            ("dim", &mut self.dim),
            ("emphasis", &mut self.emphasis),
            ("strong", &mut self.strong),
            ("link", &mut self.link),
            ("code", &mut self.code),
            ("sidebar", &mut self.sidebar),
            ("border", &mut self.border),
            ("pane", &mut self.pane),
            ("focused", &mut self.focused),
            ("chosen", &mut self.chosen),
            ("lit", &mut self.lit),
            ("cursor", &mut self.cursor),
            ("highlight", &mut self.highlight),
            ("found", &mut self.found),
            ("found-here", &mut self.found_here),
            ("notice", &mut self.notice),
        ]
    }

    /// The theme in so many colours: the nearest of them to its own.
    pub fn at(mut self, depth: Depth) -> Theme {
        for (_, style) in self.parts_mut() {
            *style = depth.style(*style);
        }
        self
    }

    /// The theme on the terminal's own ground, if all its text can be read there; otherwise on its own as before.
    pub fn on(self, ground: Rgb) -> Theme {
        if self.least_contrast(ground).is_some_and(|(contrast, _)| contrast < READABLE) {
            return self;
        }
        Theme { text: Style { bg: None, ..self.text }, ..self }
    }

    /// The least contrast of any text that stands on the window's ground, and which part that is; lines are no text.
    fn least_contrast(mut self, ground: Rgb) -> Option<(f64, &'static str)> {
        let text = self.text.fg;
        let parts = self
            .parts_mut()
            .into_iter()
            .filter(|(name, style)| !matches!(*name, "border" | "cursor") && (style.bg.is_none() || *name == "text"));
        let contrasts =
            parts.filter_map(|(name, style)| Some((ground.contrast(colour::known(style.fg.or(text)?)?), name)));
        contrasts.min_by(|a, b| a.0.total_cmp(&b.0))
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
            MarkKind::Emphasis => self.emphasis,
            MarkKind::Strong => self.strong,
            MarkKind::Struck => Style::new().crossed_out(),
            MarkKind::Code => self.code,
            MarkKind::Link(_) => self.link,
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Modifier};

    use super::*;

    /// Grounds that people have: the blackest, the whitest, and those of terminals and well-known palettes.
    const DARK: [Rgb; 10] = [
        Rgb(0, 0, 0),
        Rgb(0x1e, 0x1e, 0x1e),
        Rgb(0x28, 0x2a, 0x36),
        Rgb(0x28, 0x2c, 0x34),
        Rgb(0x00, 0x2b, 0x36),
        Rgb(0x2e, 0x34, 0x40),
        Rgb(0x28, 0x28, 0x28),
        Rgb(0x30, 0x0a, 0x24),
        Rgb(0x24, 0x27, 0x3a),
        Rgb(0x12, 0x12, 0x12),
    ];
    const LIGHT: [Rgb; 7] = [
        Rgb(255, 255, 255),
        Rgb(0xfd, 0xf6, 0xe3),
        Rgb(0xfb, 0xf1, 0xc7),
        Rgb(0xef, 0xf1, 0xf5),
        Rgb(0xfa, 0xfa, 0xfa),
        Rgb(0xf2, 0xe9, 0xe1),
        Rgb(0xe1, 0xe2, 0xe7),
    ];

    fn built_in(name: &str) -> Theme {
        Theme::built_in(name).unwrap()
    }

    fn rgb(colour: Option<Color>) -> Rgb {
        colour::known(colour.expect("a colour")).expect("a true colour")
    }

    #[test]
    fn text_can_be_read_on_its_own_ground_and_on_the_grounds_that_people_have() {
        for (name, grounds) in [("dark", &DARK[..]), ("light", &LIGHT[..])] {
            for depth in [Depth::True, Depth::Indexed] {
                let theme = built_in(name).at(depth);
                let own = rgb(theme.text.bg);
                for ground in grounds.iter().chain([&own]) {
                    let (contrast, part) = theme.least_contrast(*ground).unwrap();
                    assert!(contrast >= READABLE, "{name} {depth:?} {part} on {ground:?}: {contrast:.2}");
                    // Lines and bars are no text: the bar can be seen (success criterion 1.4.11), lines are quiet.
                    assert!(ground.contrast(rgb(theme.cursor.fg)) >= 3.0, "{name} {depth:?} cursor on {ground:?}");
                    let border = ground.contrast(rgb(theme.border.fg));
                    assert!((1.2..4.0).contains(&border), "{name} {depth:?} border on {ground:?}: {border:.2}");
                }
            }
        }
    }

    #[test]
    fn text_can_be_read_on_the_grounds_of_what_is_chosen_and_found() {
        for name in ["dark", "light"] {
            for depth in [Depth::True, Depth::Indexed] {
                let theme = built_in(name).at(depth);
                // Every part can stand on what is highlighted.
                let (contrast, part) = theme.least_contrast(rgb(theme.highlight.bg)).unwrap();
                assert!(contrast >= READABLE, "{name} {depth:?} {part} highlighted: {contrast:.2}");
                for style in [theme.chosen, theme.found, theme.found_here] {
                    let contrast = rgb(style.fg).contrast(rgb(style.bg));
                    assert!(contrast >= READABLE, "{name} {depth:?} {style:?}: {contrast:.2}");
                }
            }
        }
    }

    #[test]
    fn what_carries_meaning_differs_without_colour() {
        let bare = |style: Style| Style { fg: None, bg: None, ..style };
        for name in ["dark", "light", "terminal", "plain"] {
            let theme = built_in(name);
            let shown = |a: Style, b: Style| if name == "plain" { bare(a) != bare(b) } else { a != b };
            for (a, b, what) in [
                (theme.title, theme.text, "title and text"),
                (theme.heading, theme.text, "heading and text"),
                (theme.caption, theme.text, "caption and text"),
                (theme.dim, theme.text, "dim and text"),
                (theme.emphasis, theme.text, "emphasis and text"),
                (theme.strong, theme.text, "strong and text"),
                (theme.strong, theme.emphasis, "strong and emphasis"),
                (theme.link, theme.text, "link and text"),
                (theme.link, theme.emphasis, "link and emphasis"),
                (theme.link, theme.strong, "link and strong"),
                (theme.code, theme.text, "code and text"),
                (theme.sidebar, theme.text, "sidebar and text"),
                (theme.focused, theme.pane, "the pane that has the keys and the others"),
                (theme.chosen, theme.text, "chosen and text"),
                (theme.chosen, theme.lit, "chosen and lit"),
                (theme.lit, theme.text, "lit and text"),
                (theme.found, theme.text, "found and text"),
                (theme.found, theme.link, "found and link"),
                (theme.found, theme.emphasis, "found and emphasis"),
                (theme.found, theme.strong, "found and strong"),
                (theme.found_here, theme.found, "the match at hand and the others"),
                (theme.notice, theme.dim, "a notice and the status"),
            ] {
                assert!(shown(a, b), "{name}: {what}");
            }
        }
        // Where there are colours, the states of which one needs to tell two apart at a glance differ without them too.
        for name in ["dark", "light"] {
            let theme = built_in(name);
            for (a, b) in [(theme.found_here, theme.found), (theme.focused, theme.pane), (theme.lit, theme.chosen)] {
                assert_ne!(bare(a), bare(b), "{name}");
            }
        }
    }

    #[test]
    fn plain_has_no_colours_and_only_what_every_terminal_has() {
        let mut theme = built_in("plain");
        let allowed = Modifier::BOLD | Modifier::DIM | Modifier::UNDERLINED | Modifier::REVERSED;
        for (name, style) in theme.parts_mut() {
            assert_eq!((style.fg, style.bg), (None, None), "{name}");
            assert!(allowed.contains(style.add_modifier), "{name}");
        }
    }

    #[test]
    fn every_built_in_theme_says_every_part() {
        for name in Theme::BUILT_IN {
            let text = std::fs::read_to_string(format!("{}/assets/themes/{name}.toml", env!("CARGO_MANIFEST_DIR")));
            let text = text.unwrap();
            for (part, _) in Theme::default().parts_mut() {
                assert!(text.lines().any(|line| line.starts_with(&format!("{part} = {{"))), "{name}: {part}");
            }
        }
    }

    #[test]
    fn the_terminals_ground_is_kept_where_all_can_be_read_on_it() {
        let dark = built_in("dark");
        assert_eq!(dark.on(Rgb(0x12, 0x12, 0x12)).text, Style { bg: None, ..dark.text });
        assert_eq!(dark.on(Rgb(0x55, 0x57, 0x53)), dark, "on a middling grey");
        assert_eq!(dark.on(Rgb(255, 255, 255)), dark);
        assert_eq!(built_in("light").on(Rgb(0xfd, 0xf6, 0xe3)).text.bg, None);
    }
}
