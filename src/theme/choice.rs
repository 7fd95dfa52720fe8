//! Which theme is in effect: one that was named, or the one that suits the terminal's ground.

use std::cell::OnceCell;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::file::{ThemeError, parse};
use super::{Depth, Rgb, Theme};
use crate::decode;

/// The name that stands for whatever suits the terminal's ground.
pub const AUTO: &str = "auto";

/// The themes that there are, and the one in effect.
#[derive(Debug, Clone)]
pub struct Themes {
    depth: Depth,
    /// Where the reader's own themes are: `NAME.toml`.
    folder: Option<PathBuf>,
    /// Whether the ground is to be thought light as long as the terminal has not told it.
    light: bool,
    ground: Option<Rgb>,
    name: String,
    /// The theme of that name, in its own colours; none for `auto`.
    named: Option<Theme>,
    /// The theme in effect, once it was asked for.
    current: OnceCell<Theme>,
}

impl Themes {
    /// Starts with `auto`. `colorfgbg` is the environment variable `COLORFGBG`, with which some terminals tell the
    /// numbers of their colours to those who do not ask; `folder` holds the reader's own themes, if there is one.
    pub fn new(depth: Depth, colorfgbg: Option<&str>, folder: Option<PathBuf>) -> Themes {
        let ground = colorfgbg.and_then(|told| told.rsplit(';').next()?.trim().parse::<u8>().ok());
        let light = matches!(ground, Some(7 | 9..=15));
        Themes { depth, folder, light, ground: None, name: AUTO.into(), named: None, current: OnceCell::new() }
    }

    /// The theme in effect, in the colours that the terminal has.
    pub fn current(&self) -> &Theme {
        self.current.get_or_init(|| self.chosen().at(self.depth))
    }

    /// How many colours there are.
    pub fn depth(&self) -> Depth {
        self.depth
    }

    /// The name of what is in effect.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the choice depends on the terminal's ground, so that it is worth asking for.
    pub fn depend_on_ground(&self) -> bool {
        self.named.is_none() && self.depth >= Depth::Indexed
    }

    /// Takes notice of the terminal's ground.
    pub fn tell_ground(&mut self, ground: Rgb) {
        self.ground = Some(ground);
        self.current.take();
    }

    /// Takes the theme of a name: the reader's own, a built-in one, or `auto`.
    ///
    /// # Errors
    /// No such theme, or one that cannot be used. What was in effect stays so.
    pub fn choose(&mut self, name: &str) -> Result<(), ThemeError> {
        self.named = if name == AUTO { None } else { Some(self.load(name)?) };
        self.name = name.to_string();
        self.current.take();
        Ok(())
    }

    /// Takes the next theme, after the last the first.
    ///
    /// # Errors
    /// One that cannot be used. The next call goes past it. Without colours there is but one theme, whatever is named.
    pub fn choose_next(&mut self) -> Result<(), ThemeError> {
        if self.depth == Depth::Plain {
            return Err(ThemeError::NoColours);
        }
        let names = self.names();
        let at = names.iter().position(|name| *name == self.name).map_or(0, |at| at + 1);
        let next = names[at % names.len()].clone();
        self.choose(&next).inspect_err(|_| self.name = next)
    }

    /// The names of all themes: `auto`, the built-in ones, and the reader's own in alphabetical order.
    pub fn names(&self) -> Vec<String> {
        let mut own = self.folder.as_deref().map(own_names).unwrap_or_default();
        own.retain(|name| name != AUTO && !Theme::BUILT_IN.contains(&name.as_str()));
        [AUTO].into_iter().chain(Theme::BUILT_IN).map(str::to_string).chain(own).collect()
    }

    fn load(&self, name: &str) -> Result<Theme, ThemeError> {
        let unknown = || ThemeError::Unknown { name: name.to_string(), known: self.names() };
        // A name is no path: nothing outside the folder is a theme.
        let is_name = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0']);
        if let Some(folder) = self.folder.as_ref().filter(|_| is_name) {
            let path = folder.join(format!("{name}.toml"));
            match decode::settings(&path) {
                Ok(text) => return parse(&text, &path),
                Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
                Err(reason) => return Err(ThemeError::Unreadable { path, reason }),
            }
        }
        Theme::built_in(name).ok_or_else(unknown)
    }

    /// What is chosen, in its own colours.
    fn chosen(&self) -> Theme {
        let built_in = |name| Theme::built_in(name).unwrap_or_default();
        match (self.depth, self.named, self.ground) {
            (Depth::Plain, _, _) => built_in("plain"),
            (_, Some(named), _) => named,
            (Depth::Sixteen, None, _) => built_in("terminal"),
            (_, None, Some(ground)) => built_in(if ground.is_light() { "light" } else { "dark" }).on(ground),
            // Unknown: on its own ground it can be read whatever the terminal's is.
            (_, None, None) => built_in(if self.light { "light" } else { "dark" }),
        }
    }
}

/// The names of the theme files in a folder; none where there is no such folder.
fn own_names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".toml").map(str::to_string))
        .filter(|name| !name.is_empty() && !name.starts_with('.'))
        .collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::*;

    const BLACK: Rgb = Rgb(0x12, 0x12, 0x12);
    const WHITE: Rgb = Rgb(255, 255, 255);

    fn built_in(name: &str) -> Theme {
        Theme::built_in(name).unwrap()
    }

    #[test]
    fn without_a_name_the_ground_decides() {
        let mut themes = Themes::new(Depth::True, None, None);
        assert!(themes.depend_on_ground());
        themes.tell_ground(WHITE);
        assert_eq!(*themes.current(), built_in("light").on(WHITE));
        themes.tell_ground(BLACK);
        assert_eq!(*themes.current(), built_in("dark").on(BLACK));
        assert_eq!(themes.current().text.bg, None, "the terminal's own ground stays");
    }

    #[test]
    fn a_ground_that_is_not_told_is_painted() {
        let current = |colorfgbg| *Themes::new(Depth::True, colorfgbg, None).current();
        for (colorfgbg, name) in [
            (None, "dark"),
            (Some("15;0"), "dark"),
            (Some("0;15"), "light"),
            (Some("0;default;15"), "light"),
            (Some("0;7"), "light"),
            (Some("15;8"), "dark"),
            (Some("default;default"), "dark"),
            (Some(""), "dark"),
        ] {
            assert_eq!(current(colorfgbg), built_in(name), "{colorfgbg:?}");
        }
        assert!(built_in("dark").text.bg.is_some() && built_in("light").text.bg.is_some());
    }

    #[test]
    fn few_colours_need_no_ground() {
        let sixteen = Themes::new(Depth::Sixteen, None, None);
        assert!(!sixteen.depend_on_ground());
        assert_eq!(*sixteen.current(), built_in("terminal"));
        let mut plain = Themes::new(Depth::Plain, None, None);
        plain.choose("dark").unwrap();
        assert!(!plain.depend_on_ground());
        assert_eq!(*plain.current(), built_in("plain"));
        let told = plain.choose_next().unwrap_err().to_string();
        assert_eq!((told.as_str(), plain.name()), ("there are no colours to choose from (NO_COLOR, or TERM)", "dark"));
    }

    #[test]
    fn a_named_theme_is_fixed() {
        let mut themes = Themes::new(Depth::Indexed, None, None);
        themes.choose("light").unwrap();
        assert!(!themes.depend_on_ground());
        themes.tell_ground(BLACK);
        assert_eq!(*themes.current(), built_in("light").at(Depth::Indexed));
        let error = themes.choose("../secret").unwrap_err().to_string();
        assert_eq!(error, "there is no theme “../secret”; there are auto, dark, light, terminal, plain");
        assert_eq!(themes.name(), "light");
    }

    #[test]
    fn the_readers_own_themes_come_from_their_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("sepia.toml"), "inherits = \"light\"\ntext = { bg = \"#f4ecd8\" }\n").unwrap();
        fs::write(folder.path().join("broken.toml"), "text = { bg = \"brownish\" }\n").unwrap();
        fs::write(folder.path().join("dark.toml"), "inherits = \"dark\"\ntitle = { fg = \"red\" }\n").unwrap();
        fs::write(folder.path().join("notes.txt"), "").unwrap();
        let mut themes = Themes::new(Depth::True, None, Some(folder.path().to_path_buf()));
        assert_eq!(themes.names(), ["auto", "dark", "light", "terminal", "plain", "broken", "sepia"]);
        themes.choose("sepia").unwrap();
        assert_eq!(themes.current().text.bg, Some(Color::Rgb(0xf4, 0xec, 0xd8)));
        assert_eq!(themes.current().caption, built_in("light").caption);
        themes.choose("dark").unwrap();
        assert_eq!(themes.current().title.fg, Some(Color::Red), "one's own goes before the built-in one");
        let error = themes.choose("broken").unwrap_err().to_string();
        assert!(error.contains("broken.toml: line 1: text.bg: “brownish” is no colour"), "{error}");
    }

    #[test]
    fn the_next_theme_goes_round_and_past_a_broken_one() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("broken.toml"), "nonsense").unwrap();
        fs::write(folder.path().join("own.toml"), "").unwrap();
        let mut themes = Themes::new(Depth::True, None, Some(folder.path().to_path_buf()));
        let mut seen = Vec::new();
        for _ in 0..7 {
            let failed = themes.choose_next().is_err();
            seen.push((themes.name().to_string(), failed));
        }
        let order = ["dark", "light", "terminal", "plain", "broken", "own", "auto"];
        assert_eq!(seen, order.map(|name| (name.to_string(), name == "broken")));
    }
}
