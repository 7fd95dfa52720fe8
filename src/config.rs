//! What may be configured, its defaults and its errors.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use serde::Deserialize;

use crate::decode;
use crate::keys::{KeyError, Keymap};
use crate::layout::{Shown, Sidebars};
use crate::reader::pictures::Means;
use crate::reader::{LEAST_MEASURE, MOST_MEASURE, Preferences};
use crate::theme;

/// What `config.toml` may say. Everything has a default.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    measure: u16,
    justified: bool,
    hyphenated: bool,
    plain: bool,
    mouse: bool,
    pictures: Pictures,
    theme: String,
    show: Show,
    keys: BTreeMap<String, Vec<String>>,
}

impl Default for File {
    fn default() -> Self {
        let Preferences { measure, justified, hyphenated, plain, mouse, .. } = Preferences::default();
        File {
            measure,
            justified,
            hyphenated,
            plain,
            mouse,
            pictures: Pictures::Auto,
            theme: theme::AUTO.into(),
            show: Show::default(),
            keys: BTreeMap::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Show {
    duplicates: bool,
    captions: bool,
    boilerplate: bool,
    sidebars: Boxes,
}

impl Default for Show {
    fn default() -> Self {
        let Shown { duplicates, captions, boilerplate, .. } = Shown::default();
        Show { duplicates, captions, boilerplate, sidebars: Boxes::Line }
    }
}

/// Whether pictures are shown, and by what means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Pictures {
    /// By the best that the terminal is known to have.
    Auto,
    Off,
    Kitty,
    Sixel,
    ITerm2,
    Blocks,
}

impl Pictures {
    fn means(self) -> Option<Means> {
        match self {
            Pictures::Auto | Pictures::Off => None,
            Pictures::Kitty => Some(Means::Kitty),
            Pictures::Sixel => Some(Means::Sixel),
            Pictures::ITerm2 => Some(Means::ITerm2),
            Pictures::Blocks => Some(Means::Blocks),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Boxes {
    Line,
    Inline,
    Hidden,
}

/// The configuration in effect.
#[derive(Debug, Clone)]
pub struct Config {
    pub preferences: Preferences,
    pub keymap: Keymap,
    /// A theme's name, or `auto`.
    pub theme: String,
}

impl Default for Config {
    fn default() -> Self {
        Config { preferences: Preferences::default(), keymap: Keymap::default(), theme: File::default().theme }
    }
}

/// Why a configuration cannot be used. It names the file, and the line where that is known.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{}: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: std::io::Error },
    #[error("{}: line {line}: {message}", path.display())]
    Wrong { path: PathBuf, line: usize, message: String },
}

/// Where the configuration is looked for, if this platform has such a place.
pub fn default_path() -> Option<PathBuf> {
    Some(folder()?.join("config.toml"))
}

/// Where the reader's own themes are, if this platform has such a place.
pub fn themes_folder() -> Option<PathBuf> {
    Some(folder()?.join("themes"))
}

fn folder() -> Option<PathBuf> {
    Some(ProjectDirs::from("", "", "cutline")?.config_dir().to_path_buf())
}

/// Reads the configuration at a path; the defaults where there is no such file.
///
/// # Errors
/// A file that cannot be read, is no TOML, or asks for what does not exist.
pub fn load(path: &Path) -> Result<Config, ConfigError> {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    match decode::settings(path) {
        Ok(text) => parse(&text, path),
        // Services have /dev/null for a home.
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => Ok(Config::default()),
        Err(reason) => Err(ConfigError::Unreadable { path: path.to_path_buf(), reason }),
    }
}

/// The configuration that a text asks for. The path is for the errors.
///
/// # Errors
/// No TOML, or what does not exist is asked for.
pub fn parse(text: &str, path: &Path) -> Result<Config, ConfigError> {
    let wrong = |line, message| ConfigError::Wrong { path: path.to_path_buf(), line, message };
    let file: File = toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        wrong(line_at(text, offset), error.message().trim().replace('\n', ", "))
    })?;
    if !(LEAST_MEASURE..=MOST_MEASURE).contains(&file.measure) {
        let message = format!("measure is {}, not {LEAST_MEASURE} to {MOST_MEASURE}", file.measure);
        return Err(wrong(line_naming(text, "measure"), message));
    }
    let keymap = Keymap::with(&file.keys).map_err(|error| {
        let name = match &error {
            KeyError::NoAction(name) | KeyError::NoKey { action: name, .. } => name,
            // The one that the file names is where to look; the other may be a default.
            KeyError::Twice { second, .. } if file.keys.contains_key(second) => second,
            KeyError::Twice { first, .. } => first,
        };
        wrong(line_naming(text, name), error.to_string())
    })?;
    let Show { duplicates, captions, boilerplate, sidebars } = file.show;
    let sidebars = match sidebars {
        Boxes::Line => Sidebars::Line,
        Boxes::Inline => Sidebars::Inline,
        Boxes::Hidden => Sidebars::Hidden,
    };
    let shown = Shown { duplicates, captions, boilerplate, sidebars };
    let File { measure, justified, hyphenated, plain, mouse, theme, .. } = file;
    let (pictures, picture_means) = (file.pictures != Pictures::Off, file.pictures.means());
    let preferences = Preferences { measure, justified, hyphenated, plain, mouse, pictures, picture_means, shown };
    Ok(Config { preferences, keymap, theme })
}

/// The number of the line that holds a byte, from 1.
fn line_at(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|b| *b == b'\n').count()
}

/// The number of the line that sets a key, from 1.
fn line_naming(text: &str, key: &str) -> usize {
    let names = |line: &str| line.trim_start().trim_start_matches('"').starts_with(key);
    1 + text.lines().position(names).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, String> {
        parse(text, Path::new("config.toml")).map_err(|error| error.to_string())
    }

    #[test]
    fn an_empty_file_is_the_defaults() {
        assert_eq!(read("").unwrap().preferences, Preferences::default());
    }

    #[test]
    fn what_is_set_takes_effect() {
        let config = read("measure = 80\n[show]\nduplicates = true\nsidebars = \"inline\"\n").unwrap();
        assert_eq!(config.preferences.measure, 80);
        assert!(config.preferences.shown.duplicates);
        assert_eq!(config.preferences.shown.sidebars, Sidebars::Inline);
    }

    #[test]
    fn pictures_are_off_or_by_some_means() {
        let preferences = |text| read(text).unwrap().preferences;
        assert_eq!((preferences("").pictures, preferences("").picture_means), (true, None));
        assert!(!preferences("pictures = \"off\"").pictures);
        assert_eq!(preferences("pictures = \"iterm2\"").picture_means, Some(Means::ITerm2));
        assert!(read("pictures = \"mosaic\"").unwrap_err().starts_with("config.toml: line 1: unknown variant"));
    }

    #[test]
    fn errors_name_file_line_and_key() {
        let error = |text| read(text).unwrap_err();
        assert!(error("measure = 68\nmeazure = 3\n").starts_with("config.toml: line 2: unknown field `meazure`"));
        assert!(error("\nmeasure = \"wide\"\n").starts_with("config.toml: line 2:"));
        assert_eq!(error("measure = 4\n"), "config.toml: line 1: measure is 4, not 20 to 200");
        let twice = "[keys]\nhelp = [\"x\"]\nskim = [\"q\"]\n";
        assert_eq!(error(twice), "config.toml: line 3: “q” is bound to both “skim” and “back”");
    }
}
