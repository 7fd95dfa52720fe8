//! Theme files: TOML that says for a part of the screen which colours it has and whether it is bold, dim and so on.
//!
//! ```toml
//! inherits = "dark"
//! caption = { fg = "#b0a890", italic = true }
//! chosen = { fg = "black", bg = "208" }
//! ```

use std::path::{Path, PathBuf};

use ratatui::style::{Color, Modifier, Style};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Theme;

/// Why a theme cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    #[error("there is no theme “{name}”; there are {}", known.join(", "))]
    Unknown { name: String, known: Vec<String> },
    /// The terminal has no colours, or is to show none.
    #[error("there are no colours to choose from (NO_COLOR, or TERM)")]
    NoColours,
    #[error("{}: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: std::io::Error },
    #[error("{}: line {line}: {message}", path.display())]
    Wrong { path: PathBuf, line: usize, message: String },
}

/// What is wrong, and the byte where.
type Wrong = (usize, String);

/// Reads a theme file's text. What it does not say is as in the built-in theme that it inherits from, or as in
/// `terminal` where it names none. The path is for the errors.
///
/// # Errors
/// No TOML, a part or a property that there is not, a colour that is none.
pub fn parse(text: &str, path: &Path) -> Result<Theme, ThemeError> {
    read(text, "terminal").map_err(|(offset, message)| {
        let line = 1 + text.bytes().take(offset).filter(|b| *b == b'\n').count();
        ThemeError::Wrong { path: path.to_path_buf(), line, message }
    })
}

/// Reads a theme that is part of the program, and says everything itself.
pub(super) fn built_in(text: &str) -> Theme {
    read(text, "").expect("the built-in themes are read in the tests")
}

fn read(text: &str, base: &str) -> Result<Theme, Wrong> {
    let table = DeTable::parse(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        (offset, error.message().trim().replace('\n', ", "))
    })?;
    let table = table.get_ref();
    let mut theme = match table.get("inherits") {
        None => Theme::built_in(base).unwrap_or_default(),
        Some(value) => {
            let name = value.get_ref().as_str().unwrap_or_default();
            let none =
                || (value.span().start, format!("inherits: “{name}” is not one of {}", Theme::BUILT_IN.join(", ")));
            Theme::built_in(name).ok_or_else(none)?
        }
    };
    for (key, value) in table.iter().filter(|(key, _)| key.get_ref() != "inherits") {
        let (name, at) = (key.get_ref().as_ref(), key.span().start);
        let parts = theme.parts_mut();
        let names = parts.each_ref().map(|(name, _)| *name);
        let part = parts.into_iter().find(|(part, _)| *part == name);
        let unknown = || (at, format!("{name}: there is no such part; there are {}", names.join(", ")));
        let (_, style) = part.ok_or_else(unknown)?;
        let DeValue::Table(properties) = value.get_ref() else {
            return Err((
                value.span().start,
                format!("{name}: is not of the form {{ fg = \"#808080\", bold = true }}"),
            ));
        };
        for (key, value) in properties {
            let wrong = |wrong| (key.span().start, format!("{name}.{}: {wrong}", key.get_ref()));
            set(style, key.get_ref(), value).map_err(wrong)?;
        }
    }
    Ok(theme)
}

/// Sets one property of a part's style.
fn set(style: &mut Style, key: &str, value: &Spanned<DeValue<'_>>) -> Result<(), String> {
    let modifier = match key {
        "fg" => {
            style.fg = Some(colour(value)?);
            return Ok(());
        }
        "bg" => {
            style.bg = Some(colour(value)?);
            return Ok(());
        }
        "bold" => Modifier::BOLD,
        "dim" => Modifier::DIM,
        "italic" => Modifier::ITALIC,
        "underlined" => Modifier::UNDERLINED,
        "reversed" => Modifier::REVERSED,
        _ => return Err("there is no such property; there are fg, bg, bold, dim, italic, underlined, reversed".into()),
    };
    let on = value.get_ref().as_bool().ok_or("is neither true nor false")?;
    style.add_modifier.set(modifier, on);
    Ok(())
}

fn colour(value: &Spanned<DeValue<'_>>) -> Result<Color, String> {
    let text = value.get_ref().as_str().ok_or("a colour stands in quotes")?;
    text.parse().map_err(|_| format!("“{text}” is no colour: neither \"#rrggbb\", 0 to 255, \"reset\", nor a name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        parse(text, Path::new("themes/mine.toml")).unwrap_err().to_string()
    }

    #[test]
    fn what_is_not_said_is_inherited() {
        let dark = Theme::built_in("dark").unwrap();
        let theme = parse("inherits = \"dark\"\n[caption]\nfg = \"208\"\nitalic = true\n", Path::new("")).unwrap();
        assert_eq!(theme.caption, dark.caption.fg(Color::Indexed(208)).add_modifier(Modifier::ITALIC));
        assert_eq!(Theme { caption: dark.caption, ..theme }, dark);
        let theme = parse("title = { bold = false }", Path::new("")).unwrap();
        let terminal = Theme::built_in("terminal").unwrap();
        assert_eq!(theme.title, Style::new());
        assert_eq!(Theme { title: terminal.title, ..theme }, terminal);
    }

    #[test]
    fn errors_name_file_line_and_key() {
        assert_eq!(
            error("inherits = \"dark\"\n\ncaption = { fg = \"mauvish\" }\n"),
            "themes/mine.toml: line 3: caption.fg: “mauvish” is no colour: neither \"#rrggbb\", 0 to 255, \"reset\", nor a name"
        );
        assert_eq!(error("[link]\nbold = 1\n"), "themes/mine.toml: line 2: link.bold: is neither true nor false");
        assert!(
            error("[link]\n\nblink = true\n").starts_with("themes/mine.toml: line 3: link.blink: there is no such")
        );
        assert!(
            error("\n[captions]\nfg = \"red\"\n").starts_with("themes/mine.toml: line 2: captions: there is no such")
        );
        assert!(error("\ntitle = \"red\"\n").starts_with("themes/mine.toml: line 2: title: is not of the form"));
        assert!(error("inherits = \"darkest\"\n").starts_with("themes/mine.toml: line 1: inherits: “darkest” is not"));
        assert!(error("\n\ntitle = {\n").starts_with("themes/mine.toml: line "));
        assert!(error("title = {}\ntitle = {}\n").starts_with("themes/mine.toml: line 2:"));
        assert!(error("[title]\nfg = 208\n").starts_with("themes/mine.toml: line 2: title.fg: a colour stands in"));
    }
}
