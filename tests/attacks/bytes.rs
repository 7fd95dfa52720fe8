//! What cutline may write, byte by byte: told from a list of its own, not from the code that is on trial.

use unicode_width::UnicodeWidthChar;

/// The state that a terminal is in after what was written to it, and the letters that were.
#[derive(Debug, Default, Clone)]
pub struct Told {
    pub alternate: bool,
    pub hidden_cursor: bool,
    pub paste: bool,
    pub mouse: bool,
    pub text: String,
    /// How many visible characters were drawn on the alternate screen.
    pub drawn: usize,
}

/// Marks on a letter, at most. Terminals draw them all into one cell, and over the lines around.
const MARKS: usize = 10;

/// Whether no text for people may hold a character: controls, what turns lines around, what cannot be seen.
fn forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0d}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a joiner, or a sign of emoji, stands where nothing is joined: behind a letter of Latin.
fn deceives(before: char, c: char, next: Option<char>) -> bool {
    match c {
        '\u{200c}' | '\u{200d}' => before.is_ascii_alphanumeric(),
        '\u{fe0e}' | '\u{fe0f}' => before.is_ascii_alphanumeric() && next != Some('\u{20e3}'),
        _ => false,
    }
}

fn check_text(text: &str, allowed: &[char]) -> Result<(), String> {
    let (mut marks, mut before) = (0, ' ');
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if forbidden(c) && !allowed.contains(&c) || deceives(before, c, characters.peek().copied()) {
            return Err(format!("writes U+{:04X}", c as u32));
        }
        marks = if c >= '\u{300}' && c.width() == Some(0) { marks + 1 } else { 0 };
        if marks > MARKS {
            return Err("writes a tower of marks".into());
        }
        before = c;
    }
    Ok(())
}

/// Checks what was printed: text, and of the controls only the line feed.
pub fn check_print(bytes: &[u8]) -> Result<String, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("writes no UTF-8 at {}", error.valid_up_to()))?;
    check_text(text, &['\n'])?;
    Ok(text.to_string())
}

/// Checks what was written to a terminal of at most this size: text, and just the sequences that cutline's own
/// screens are drawn with.
pub fn check_screen(bytes: &[u8], columns: u16, rows: u16) -> Result<Told, String> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // What was written so far may end within a character.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).map_err(|e| e.to_string())?
        }
        Err(error) => return Err(format!("writes no UTF-8 at {}", error.valid_up_to())),
    };
    let mut told = Told::default();
    let mut parts = text.split('\x1b');
    plain(parts.next().unwrap_or_default(), &mut told)?;
    let mut end_expected = false;
    for part in parts {
        if end_expected {
            let rest = part.strip_prefix('\\').ok_or("does not end a command")?;
            plain(rest, &mut told)?;
            end_expected = false;
        } else if let Some(rest) = part.strip_prefix('[') {
            let end = rest.find(|c: char| ('@'..='~').contains(&c));
            let Some(end) = end else { return unfinished(part, &text.as_bytes()[text.len() - part.len()..], told) };
            command(&rest[..end], rest.as_bytes()[end], (columns, rows), &mut told)
                .map_err(|()| format!("writes the command ␛[{}", &rest[..=end]))?;
            plain(&rest[end + 1..], &mut told)?;
        } else if let Some(rest) = part.strip_prefix(']') {
            match rest.split_once('\x07') {
                Some(("11;?", rest)) => plain(rest, &mut told)?,
                Some(_) => return Err(format!("writes the command ␛]{}", head(rest))),
                None if may_be_told(rest) => end_expected = true,
                None => return Err(format!("writes the command ␛]{}", head(rest))),
            }
        } else {
            return Err(format!("writes the command ␛{}", head(part)));
        }
    }
    Ok(told)
}

/// A command without its end is fine only at the very end of what was seen.
fn unfinished(part: &str, last: &[u8], told: Told) -> Result<Told, String> {
    if part.as_bytes() == last { Ok(told) } else { Err(format!("writes the command ␛{}", head(part))) }
}

fn head(text: &str) -> String {
    text.chars().take(40).map(|c| if c.is_control() { '�' } else { c }).collect()
}

/// Letters between commands. Line ends are for the screen that the shell has, after cutline or before it.
fn plain(text: &str, told: &mut Told) -> Result<(), String> {
    check_text(text, if told.alternate { &[] } else { &['\r', '\n'] })?;
    if told.alternate {
        told.drawn += text.chars().filter(|c| !c.is_whitespace()).count();
    }
    told.text.push_str(text);
    Ok(())
}

/// OSC 8 with an address that may be opened, or its end; OSC 52 with what was copied.
fn may_be_told(command: &str) -> bool {
    const SCHEMES: [&str; 4] = ["http://", "https://", "mailto:", "file:"];
    if let Some(link) = command.strip_prefix("8;") {
        let Some((id, address)) = link.split_once(';') else { return false };
        let opens = id.strip_prefix("id=").is_some_and(|id| id.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
            && SCHEMES.iter().any(|scheme| address.to_ascii_lowercase().starts_with(scheme))
            && address.bytes().all(|b| b.is_ascii_graphic())
            && !address.split('/').nth(2).is_some_and(|host| host.contains('@'));
        return opens || link == ";";
    }
    let base64 = |b: u8| b.is_ascii_alphanumeric() || b"+/=".contains(&b);
    command.strip_prefix("52;c;").is_some_and(|copied| copied.bytes().all(base64))
}

/// The commands that begin with CSI: colours, cursor, erasing, modes.
fn command(parameters: &str, end: u8, (columns, rows): (u16, u16), told: &mut Told) -> Result<(), ()> {
    match (parameters, end) {
        ("?1049", b'h' | b'l') => told.alternate = end == b'h',
        ("?25", b'h' | b'l') => told.hidden_cursor = end == b'l',
        ("?2004", b'h' | b'l') => told.paste = end == b'h',
        ("?1000" | "?1006", b'h' | b'l') => told.mouse = end == b'h',
        ("" | "2", b'J') | ("", b'K') => {}
        (_, b'H') => {
            let (row, column) = parameters.split_once(';').ok_or(())?;
            let within = |n: &str, most: u16| n.parse::<u16>().is_ok_and(|n| n >= 1 && n <= most.max(1));
            return if within(row, rows) && within(column, columns) { Ok(()) } else { Err(()) };
        }
        (_, b'm') => return style(parameters),
        _ => return Err(()),
    }
    Ok(())
}

/// Colours and attributes: no blinking and nothing concealed, which cutline has no use for.
fn style(parameters: &str) -> Result<(), ()> {
    let numbers: Result<Vec<u8>, _> =
        parameters.split([';', ':']).map(|n| if n.is_empty() { Ok(0) } else { n.parse() }).collect();
    let numbers = numbers.map_err(|_| ())?;
    let mut rest = numbers.as_slice();
    while let [first, after @ ..] = rest {
        rest = match (first, after) {
            (38 | 48 | 58, [2, _, _, _, rest @ ..] | [5, _, rest @ ..]) => rest,
            (0..=4 | 7 | 9 | 22..=24 | 27 | 29..=37 | 39..=47 | 49 | 59 | 90..=97 | 100..=107, rest) => rest,
            _ => return Err(()),
        };
    }
    Ok(())
}

/// What the checks above must see; a check that lets anything pass proves nothing.
pub fn self_test() -> Result<(), String> {
    for evil in [
        "\x1b[5m",
        "\x1b[3J",
        "\x1b[99;1H",
        "\x1b[6n",
        "\x1b]0;a\x07",
        "\x1b]8;;javascript:a\x1b\\",
        "\x1bc",
        "\x1bPq\x1b\\",
        "\x1b_a\x1b\\",
        "\u{9b}m",
        "a\x08",
        "\x07",
        "\u{202e}",
        "\u{200b}",
        "pay\u{200d}pal",
        "1\u{fe0f}",
        "a\u{34f}",
        "\x1b]52;c;?\x1b\\",
        "\x1b[?1004h",
        "\x1b]8;id=0.0;http://a\u{fc}\x1b\\",
        "\x1b]8;id=0.0;http://a@b/\x1b\\",
        "\x1b]8;id=0.0;http://a",
        "\x1b[38;2;1;2;3;8m",
        "\x7f",
    ] {
        let ends_open = evil.ends_with("http://a");
        if check_screen(evil.as_bytes(), 80, 24).is_ok() && !ends_open {
            return Err(format!("the check of screens lets {evil:?} pass"));
        }
        if check_print(evil.as_bytes()).is_ok() {
            return Err(format!("the check of prints lets {evil:?} pass"));
        }
    }
    if check_screen(b"\xff", 80, 24).is_ok() || check_print(b"\xff").is_ok() || check_print(b"a\tb").is_ok() {
        return Err("the checks let bytes pass that are no text".into());
    }
    let tower = format!("a{}", "\u{301}".repeat(MARKS + 1));
    if check_print(tower.as_bytes()).is_ok() {
        return Err("the check lets a tower of marks pass".into());
    }
    let fine = "\x1b[?1049h\x1b[?25l\x1b[1;1H\x1b[38;5;3mé\x1b]8;id=0.0;http://a\x1b\\b\x1b]8;;\x1b\\\x1b[0m\x1b[?1049l\x1b[?25h\r\n";
    check_screen(fine.as_bytes(), 80, 24).map(drop)
}
