//! One table: action, name, keys, help. The help screen, the configuration's names and the manual come from it.

use std::collections::{BTreeMap, HashMap};

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use tui_input::InputRequest;

use crate::reader::{Action, Expects, HelpLine, Message};

/// An action with its name in the configuration, the keys it has by default, and what it does in a few words.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    pub action: Action,
    pub name: &'static str,
    /// Separated by spaces: a character, a name such as `down`, or one of these after `ctrl-` or `shift-`.
    pub keys: &'static str,
    pub help: &'static str,
}

const fn bind(action: Action, name: &'static str, keys: &'static str, help: &'static str) -> Binding {
    Binding { action, name, keys, help }
}

/// Every action, under the headings of the help.
pub const TABLE: &[(&str, &[Binding])] = &[
    (
        "Reading",
        &[
            bind(Action::LineDown, "line-down", "j down", "a line down; in a list, the next entry"),
            bind(Action::LineUp, "line-up", "k up", "a line up; in a list, the entry before"),
            bind(Action::HalfDown, "half-page-down", "d ctrl-d", "half a page down"),
            bind(Action::HalfUp, "half-page-up", "u ctrl-u", "half a page up"),
            bind(Action::PageDown, "page-down", "space f pgdn ctrl-f", "a page down"),
            bind(Action::PageUp, "page-up", "b pgup ctrl-b", "a page up"),
            bind(Action::Top, "top", "g home", "to the top; 30g goes to 30 %"),
            bind(Action::End, "end", "G end", "to the end"),
            bind(Action::NextParagraph, "next-paragraph", "}", "to the next paragraph"),
            bind(Action::PreviousParagraph, "previous-paragraph", "{", "to the paragraph before"),
            bind(Action::NextCaption, "next-caption", ")", "to the next caption in the story"),
            bind(Action::PreviousCaption, "previous-caption", "(", "to the caption before"),
            bind(Action::NextSidebar, "next-sidebar", "]", "to the next sidebar"),
            bind(Action::PreviousSidebar, "previous-sidebar", "[", "to the sidebar before"),
        ],
    ),
    (
        "Panes",
        &[
            bind(Action::Skim, "skim", "s", "skim the sidebars, a card at a time"),
            bind(Action::Outline, "outline", "t", "outline: headings and sidebars; type to filter"),
            bind(Action::Choose, "choose", "enter", "open, or go to, what is chosen; read where a link leads"),
            bind(Action::NextPane, "next-pane", "tab right l", "the next pane; while skimming, the next card"),
            bind(Action::PreviousPane, "previous-pane", "shift-tab left h", "the pane, or card, before"),
            bind(Action::Body, "body", "1", "the story"),
            bind(Action::Sidebars, "sidebars", "2", "the sidebars"),
            bind(Action::Captions, "captions", "3", "the captions"),
            bind(Action::Zoom, "zoom", "z", "the story alone, or with its panes"),
        ],
    ),
    (
        "What is shown",
        &[
            bind(Action::Duplicates, "toggle-duplicates", "D", "duplicates: folded or shown"),
            bind(Action::CaptionsShown, "toggle-captions", "c", "captions in the story: shown or hidden"),
            bind(Action::SidebarsShown, "toggle-sidebars", "S", "sidebars: aside, in the story, or hidden"),
            bind(Action::Boilerplate, "toggle-boilerplate", "B", "boilerplate: folded or shown"),
            bind(Action::Pictures, "toggle-pictures", "i", "pictures: shown or hidden; fetched from the web"),
            bind(Action::Format, "format", "F", "read the input as text, as HTML, as Markdown"),
            bind(Action::Raw, "raw", "r", "the input as it came"),
            bind(Action::Wider, "wider", "+", "longer lines"),
            bind(Action::Narrower, "narrower", "-", "shorter lines"),
            bind(Action::Justify, "justify", "=", "ragged or justified"),
            bind(Action::Theme, "theme", "T", "the next theme"),
            bind(Action::Mouse, "mouse", "M", "the mouse: cutline's, or the terminal's to select with"),
        ],
    ),
    (
        "Finding",
        &[
            bind(Action::Find, "find", "/", "find as you type, everywhere in the article"),
            bind(Action::NextMatch, "next-match", "n", "the next match, also after Esc"),
            bind(Action::PreviousMatch, "previous-match", "N", "the match before"),
            bind(Action::Mark, "mark", "m", "mark this place with a letter"),
            bind(Action::GoToMark, "go-to-mark", "'", "go to a mark; '' goes back to before the last jump"),
        ],
    ),
    (
        "Taking along",
        &[
            bind(Action::Links, "links", ";", "choose a link on the screen by its letters"),
            bind(Action::OpenLink, "open-link", "o", "open the link in the browser"),
            bind(Action::Select, "select", "v", "select paragraphs"),
            bind(Action::CopyParagraph, "copy", "y", "copy the paragraph, or what is selected"),
            bind(Action::CopyArticle, "copy-article", "Y", "copy the article"),
        ],
    ),
    (
        "Writing in it",
        &[
            bind(Action::Highlight, "highlight", "H", "highlight the paragraph, or what is selected; or no longer"),
            bind(Action::Note, "note", "a", "write a note beside the paragraph, or read it"),
        ],
    ),
    (
        "Correcting",
        &[
            bind(Action::Correct, "correct", "R", "say what this block really is"),
            bind(Action::Undo, "undo", "U", "take back the last correction, highlight or note of this reading"),
            bind(Action::NextUnsure, "next-unsure", "w", "to the next place that cutline is unsure of"),
            bind(Action::PreviousUnsure, "previous-unsure", "W", "to the one before"),
        ],
    ),
    (
        "Leaving",
        &[
            bind(Action::NextArticle, "next-article", ">", "the next article, of several"),
            bind(Action::PreviousArticle, "previous-article", "<", "the article before"),
            bind(Action::Articles, "articles", "A", "the list of articles, where several were opened"),
            bind(Action::Library, "library", "L", "the library: what you have read before"),
            bind(Action::Forget, "forget", "X delete", "in the library, forget an article"),
            bind(
                Action::VisitedBefore,
                "visited-before",
                ", backspace",
                "back to the article that a link was followed from",
            ),
            bind(Action::VisitedAfter, "visited-after", ".", "forward again"),
            bind(Action::Help, "help", "?", "this help"),
            bind(Action::Back, "back", "q", "back to the very line, then quit"),
            bind(Action::Escape, "escape", "esc", "back out of anything"),
            bind(Action::Quit, "quit", "Q ctrl-c", "quit at once"),
            bind(Action::Suspend, "suspend", "ctrl-z", "suspend; fg comes back"),
            bind(Action::Redraw, "redraw", "ctrl-l", "draw the screen anew"),
        ],
    ),
];

/// A key without what terminals report differently: a capital is a character, not Shift with a small letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    code: KeyCode,
    ctrl: bool,
}

impl Key {
    fn of(event: KeyEvent) -> Key {
        let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
        let code = match event.code {
            KeyCode::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
            code => code,
        };
        Key { code, ctrl }
    }

    /// The key that a name in the table or the configuration means.
    fn named(name: &str) -> Option<Key> {
        let (ctrl, plain) = match name.strip_prefix("ctrl-") {
            Some(rest) if !rest.is_empty() => (true, rest),
            _ => (false, name),
        };
        let mut characters = plain.chars();
        let code = match (characters.next()?, characters.next()) {
            (c, None) => KeyCode::Char(c),
            _ => NAMED.iter().find(|(name, _)| *name == plain)?.1,
        };
        Some(Key { code, ctrl })
    }
}

const NAMED: &[(&str, KeyCode)] = &[
    ("space", KeyCode::Char(' ')),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("shift-tab", KeyCode::BackTab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pgup", KeyCode::PageUp),
    ("pgdn", KeyCode::PageDown),
];

/// Which key does what.
#[derive(Debug, Clone)]
pub struct Keymap {
    actions: HashMap<Key, Action>,
    help: Vec<HelpLine>,
}

/// Why keys cannot be bound as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("there is no action “{0}”")]
    NoAction(String),
    #[error("there is no key “{key}” (for “{action}”)")]
    NoKey { key: String, action: String },
    #[error("“{key}” is bound to both “{first}” and “{second}”")]
    Twice { key: String, first: String, second: String },
}

impl Default for Keymap {
    fn default() -> Self {
        // A test holds the table to this.
        Keymap::with(&BTreeMap::new()).unwrap_or(Keymap { actions: HashMap::new(), help: Vec::new() })
    }
}

impl Keymap {
    /// The table's keys, but for the actions named in `changes`, which get the keys given there.
    ///
    /// # Errors
    /// An action or key that does not exist; a key that two actions claim.
    pub fn with(changes: &BTreeMap<String, Vec<String>>) -> Result<Keymap, KeyError> {
        let bindings = || TABLE.iter().flat_map(|(group, bindings)| bindings.iter().map(move |b| (*group, b)));
        if let Some(name) = changes.keys().find(|name| !bindings().any(|(_, b)| b.name == **name)) {
            return Err(KeyError::NoAction(name.clone()));
        }
        let mut actions = HashMap::new();
        let mut names: HashMap<Key, &str> = HashMap::new();
        let mut help = Vec::new();
        for (group, binding) in bindings() {
            let keys: Vec<&str> = match changes.get(binding.name) {
                Some(keys) => keys.iter().map(String::as_str).collect(),
                None => binding.keys.split(' ').collect(),
            };
            for name in &keys {
                let no_key = || KeyError::NoKey { key: (*name).to_string(), action: binding.name.to_string() };
                let key = Key::named(name).ok_or_else(no_key)?;
                if let Some(first) = names.insert(key, binding.name) {
                    let (first, second) = (first.to_string(), binding.name.to_string());
                    return Err(KeyError::Twice { key: (*name).to_string(), first, second });
                }
                actions.insert(key, binding.action);
            }
            help.push(HelpLine { group, keys: keys.join(" "), text: binding.help });
        }
        Ok(Keymap { actions, help })
    }

    /// The help screen's lines.
    pub fn help(&self) -> &[HelpLine] {
        &self.help
    }

    /// What a key press means to a reader who expects actions, text or a letter; nothing where it has no meaning.
    pub fn message(&self, event: KeyEvent, expects: Expects) -> Option<Message> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let key = Key::of(event);
        let typed = match key {
            Key { code: KeyCode::Char(c), ctrl: false } => Some(c),
            _ => None,
        };
        match (expects, typed) {
            (Expects::Text, _) => text_message(key),
            (Expects::Letter, Some(letter)) => Some(Message::Letter(letter)),
            (Expects::Action, Some(digit @ '0'..='9')) => {
                Some(Message::Digit(digit as u8 - b'0', self.actions.get(&key).copied()))
            }
            (Expects::Letter, None) => Some(Message::Act(Action::Escape)),
            (Expects::Action, _) => self.actions.get(&key).copied().map(Message::Act),
        }
    }
}

/// Keys while typing: those of a shell's line.
fn text_message(key: Key) -> Option<Message> {
    let request = match (key.code, key.ctrl) {
        (KeyCode::Enter, _) => return Some(Message::Act(Action::Choose)),
        (KeyCode::Down, _) | (KeyCode::Char('n'), true) => return Some(Message::Act(Action::LineDown)),
        (KeyCode::Up, _) | (KeyCode::Char('p'), true) => return Some(Message::Act(Action::LineUp)),
        (KeyCode::PageDown, _) => return Some(Message::Act(Action::PageDown)),
        (KeyCode::PageUp, _) => return Some(Message::Act(Action::PageUp)),
        (KeyCode::Esc, _) | (KeyCode::Char('c' | 'g'), true) => return Some(Message::Act(Action::Escape)),
        (KeyCode::Char('z'), true) => return Some(Message::Act(Action::Suspend)),
        (KeyCode::Char(c), false) => InputRequest::InsertChar(c),
        (KeyCode::Backspace, _) | (KeyCode::Char('h'), true) => InputRequest::DeletePrevChar,
        (KeyCode::Delete, _) | (KeyCode::Char('d'), true) => InputRequest::DeleteNextChar,
        (KeyCode::Char('w'), true) => InputRequest::DeletePrevWord,
        (KeyCode::Char('u'), true) => InputRequest::DeleteLine,
        (KeyCode::Char('k'), true) => InputRequest::DeleteTillEnd,
        (KeyCode::Left, true) => InputRequest::GoToPrevWord,
        (KeyCode::Right, true) => InputRequest::GoToNextWord,
        (KeyCode::Left, _) | (KeyCode::Char('b'), true) => InputRequest::GoToPrevChar,
        (KeyCode::Right, _) | (KeyCode::Char('f'), true) => InputRequest::GoToNextChar,
        (KeyCode::Home, _) | (KeyCode::Char('a'), true) => InputRequest::GoToStart,
        (KeyCode::End, _) | (KeyCode::Char('e'), true) => InputRequest::GoToEnd,
        _ => return None,
    };
    Some(Message::Edit(request))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(code: KeyCode, modifiers: KeyModifiers) -> KeyEvent {
        KeyEvent::new(code, modifiers)
    }

    fn changes(action: &str, keys: &[&str]) -> BTreeMap<String, Vec<String>> {
        BTreeMap::from([(action.to_string(), keys.iter().map(ToString::to_string).collect())])
    }

    #[test]
    fn the_table_binds_no_key_twice_and_names_only_keys_that_exist() {
        assert_eq!(Keymap::with(&BTreeMap::new()).err(), None);
    }

    #[test]
    fn the_manual_names_every_action() {
        let manual = include_str!("../README.md");
        for binding in TABLE.iter().flat_map(|(_, bindings)| bindings.iter()) {
            assert!(manual.contains(&format!("`{}`", binding.name)), "{}", binding.name);
        }
    }

    #[test]
    fn capitals_are_keys_of_their_own_however_the_terminal_reports_them() {
        let keymap = Keymap::default();
        for modifiers in [KeyModifiers::NONE, KeyModifiers::SHIFT] {
            let message = keymap.message(press(KeyCode::Char('G'), modifiers), Expects::Action);
            assert_eq!(message, Some(Message::Act(Action::End)));
        }
    }

    #[test]
    fn a_rebound_key_works_and_shows_in_the_help() {
        let keymap = Keymap::with(&changes("skim", &["x"])).unwrap();
        let act = |c| keymap.message(press(KeyCode::Char(c), KeyModifiers::NONE), Expects::Action);
        assert_eq!((act('x'), act('s')), (Some(Message::Act(Action::Skim)), None));
        assert!(keymap.help().iter().any(|line| line.keys == "x" && line.text.contains("skim")));
    }

    #[test]
    fn conflicts_and_unknown_names_are_named() {
        let error = |action, keys: &[&str]| Keymap::with(&changes(action, keys)).unwrap_err().to_string();
        assert_eq!(error("skim", &["q"]), "“q” is bound to both “skim” and “back”");
        assert_eq!(error("fly", &["x"]), "there is no action “fly”");
        assert_eq!(error("skim", &["hyper-x"]), "there is no key “hyper-x” (for “skim”)");
    }

    #[test]
    fn while_typing_letters_are_text() {
        let keymap = Keymap::default();
        let message = |code, modifiers| keymap.message(press(code, modifiers), Expects::Text);
        let none = KeyModifiers::NONE;
        assert_eq!(message(KeyCode::Char('q'), none), Some(Message::Edit(InputRequest::InsertChar('q'))));
        assert_eq!(message(KeyCode::Enter, none), Some(Message::Act(Action::Choose)));
        assert_eq!(message(KeyCode::Char('c'), KeyModifiers::CONTROL), Some(Message::Act(Action::Escape)));
    }
}
