//! What several test files share: articles with their expected reading, and a reader that is driven by keys.
#![allow(dead_code, reason = "every test file uses its own part")]

#[cfg(unix)]
pub mod pty;
pub mod server;
pub mod sound;

use std::path::{Path, PathBuf};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use cutline::document::{Block, Document, Role, Sidebar};
use cutline::keys::Keymap;
use cutline::mend;
use cutline::reader::{Effect, Message, Preferences, Reader, update};
use cutline::theme::Theme;
use cutline::view::view;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde::Deserialize;

/// An article with its expected reading, as `tests/fixtures/*.gold.json` and the shared corpora hold it.
#[derive(Debug, Clone, Deserialize)]
pub struct Gold {
    pub id: String,
    pub lang: Option<String>,
    pub domain: Option<String>,
    pub text: String,
    pub blocks: Vec<GoldBlock>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct GoldBlock {
    pub text: String,
    pub role: Role,
    pub group: Option<String>,
    pub sidebar: Option<String>,
    pub note: Option<String>,
}

/// A path in the repository.
pub fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

/// One of our own articles' expected readings.
pub fn fixture(id: &str) -> Gold {
    let text = std::fs::read_to_string(path(&format!("tests/fixtures/{id}.gold.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A file among the shared articles; none, said aloud, where they are not there.
pub fn shared(relative: &str) -> Option<PathBuf> {
    let found = path("../shared").join(relative);
    if !found.exists() {
        eprintln!("skipped: ../shared/{relative} is not there");
        return None;
    }
    Some(found)
}

/// The article as a document whose structure is the expected one, whatever the model thinks of it.
pub fn expected(gold: &Gold) -> Document {
    let mut document = Document { source: gold.text.clone(), ..Document::default() };
    document.meta.language = gold.lang.clone();
    let mut at = 0;
    for (index, block) in gold.blocks.iter().enumerate() {
        let start = at + gold.text[at..].find(&block.text).expect("a gold block stands in the text");
        at = start + block.text.len();
        let trimmed = start + (block.text.len() - block.text.trim_start().len());
        let span = trimmed..trimmed + block.text.trim().len();
        let text = mend::shown(&gold.text[span.clone()]).into_owned();
        if let Some(name) = &block.sidebar {
            let before = index.checked_sub(1).and_then(|i| gold.blocks[i].sidebar.as_ref());
            if before != Some(name) {
                let title = (block.role == Role::Heading).then_some(index);
                document.sidebars.push(Sidebar { blocks: index..index, title, confidence: 1.0 });
            }
            document.sidebars.last_mut().unwrap().blocks.end = index + 1;
        }
        document.blocks.push(Block {
            span: Some(span),
            text: Some(text.into()),
            role: block.role,
            confidence: 1.0,
            sidebar: block.sidebar.is_some().then(|| document.sidebars.len() as u32 - 1),
            ..Block::default()
        });
    }
    for index in 0..gold.blocks.len() {
        let Some(group) = &gold.blocks[index].group else { continue };
        let members: Vec<usize> =
            (0..gold.blocks.len()).filter(|i| gold.blocks[*i].group.as_ref() == Some(group)).collect();
        let in_story = members.iter().find(|i| gold.blocks[**i].role != Role::Caption);
        let shown = *in_story.or(members.last()).unwrap();
        if index != shown {
            document.blocks[index].duplicate_of = Some(shown as u32);
        }
    }
    document
}

/// A reader at work: an article, a window, and keys.
pub struct Session {
    pub reader: Reader,
    pub keymap: Keymap,
    pub theme: Theme,
}

impl Session {
    pub fn new(document: Document, columns: u16, rows: u16) -> Session {
        let keymap = Keymap::default();
        let help = keymap.help().to_vec();
        let mut reader = Reader::new(document, "article.txt", Preferences::default(), help);
        update(&mut reader, Message::Resize { columns, rows });
        Session { reader, keymap, theme: Theme::built_in("terminal").unwrap() }
    }

    /// The bundled article, structured as expected.
    pub fn welcome(columns: u16, rows: u16) -> Session {
        Session::new(expected(&fixture("welcome")), columns, rows)
    }

    /// Types keys: characters, or names in angle brackets, as in `s]<enter>jj<esc>`.
    pub fn keys(&mut self, keys: &str) -> Vec<Effect> {
        let mut effects = Vec::new();
        for key in parse(keys) {
            if let Some(message) = self.keymap.message(key, self.reader.expects()) {
                effects.extend(update(&mut self.reader, message));
            }
        }
        effects
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        update(&mut self.reader, Message::Resize { columns, rows });
    }

    /// What is drawn.
    pub fn buffer(&self) -> Buffer {
        let mut frame = Buffer::empty(Rect::new(0, 0, self.reader.columns, self.reader.rows));
        view(&self.reader, &self.theme, &mut frame);
        frame
    }

    /// The screen as text, a line a row, without blanks at the right.
    pub fn screen(&self) -> String {
        text_of(&self.buffer())
    }

    /// What stands in the body pane.
    pub fn body(&self) -> String {
        let body = self.reader.areas().body;
        let screen = self.buffer();
        let row = |y| (body.x..body.x + body.width).map(|x| screen[(x, y)].symbol().to_string()).collect::<String>();
        (body.y..body.y + body.height).map(row).collect::<Vec<_>>().join("\n")
    }

    /// The first row of the body pane, without blanks around.
    pub fn top_line(&self) -> String {
        let body = self.reader.areas().body;
        let screen = self.buffer();
        let cells = (body.x + 1..body.x + body.width).map(|x| screen[(x, body.y)].symbol().to_string());
        cells.collect::<String>().replace('▎', "").trim().to_string()
    }
}

pub fn text_of(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut skip = 0;
        for x in 0..buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            if skip == 0 {
                line.push_str(symbol);
            }
            skip = if skip > 0 { skip - 1 } else { cutline::layout::columns(symbol).saturating_sub(1) };
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn parse(keys: &str) -> Vec<KeyEvent> {
    let mut out = Vec::new();
    let mut rest = keys;
    while let Some(c) = rest.chars().next() {
        let (code, modifiers, used) = match rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
            Some((name, _)) if !name.is_empty() => {
                let (code, modifiers) = named(name);
                (code, modifiers, name.len() + 2)
            }
            _ => (KeyCode::Char(c), KeyModifiers::NONE, c.len_utf8()),
        };
        out.push(KeyEvent::new(code, modifiers));
        rest = &rest[used..];
    }
    out
}

fn named(name: &str) -> (KeyCode, KeyModifiers) {
    if let Some(c) = name.strip_prefix("ctrl-").and_then(|c| c.chars().next()) {
        return (KeyCode::Char(c), KeyModifiers::CONTROL);
    }
    let code = match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "shift-tab" => KeyCode::BackTab,
        "space" => KeyCode::Char(' '),
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pgup" => KeyCode::PageUp,
        "pgdn" => KeyCode::PageDown,
        "backspace" => KeyCode::Backspace,
        other => panic!("no key is called {other}"),
    };
    (code, KeyModifiers::NONE)
}
