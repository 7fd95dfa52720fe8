//! How the items of a list are counted.

/// The numbers of a list (`<ol>`).
#[derive(Debug, Clone, Copy)]
pub struct Numbering {
    /// The next item's.
    pub next: i32,
    /// 1, or -1 where it counts down.
    pub step: i32,
    pub style: Style,
}

impl Numbering {
    /// The next item's number, or the one that it is said to have, as it is written before its words.
    pub fn number(&mut self, said: Option<i32>) -> String {
        let number = said.unwrap_or(self.next);
        self.next = number.saturating_add(self.step);
        self.style.written(number)
    }
}

/// What a list counts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Digits,
    Letters { capital: bool },
    Roman { capital: bool },
}

impl Style {
    /// The style that the attribute `type` names.
    pub fn named(name: &str) -> Style {
        match name.trim() {
            "a" | "A" => Style::Letters { capital: name.contains('A') },
            "i" | "I" => Style::Roman { capital: name.contains('I') },
            _ => Style::Digits,
        }
    }

    /// A number with its stop. Behind a capital that is a bracket: `J. Smith` would be a name.
    fn written(self, number: i32) -> String {
        let (counter, capital) = match self {
            Style::Letters { capital } => (letters(number), capital),
            Style::Roman { capital } => (roman(number), capital),
            Style::Digits => (None, false),
        };
        match counter {
            Some(counter) if capital => counter.to_uppercase() + ")",
            Some(counter) => counter + ".",
            None => format!("{number}."),
        }
    }
}

/// `a` to `z`, `aa` and on.
fn letters(number: i32) -> Option<String> {
    let mut rest = u32::try_from(number).ok().filter(|number| *number > 0)?;
    let mut letters = Vec::new();
    while rest > 0 {
        letters.push(char::from(b'a' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    Some(letters.into_iter().rev().collect())
}

/// Roman numerals, as far as they reach.
fn roman(number: i32) -> Option<String> {
    const SIGNS: [(i32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    let mut rest = Some(number).filter(|number| (1..4000).contains(number))?;
    let mut numeral = String::new();
    for (value, sign) in SIGNS {
        while rest >= value {
            numeral.push_str(sign);
            rest -= value;
        }
    }
    Some(numeral)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_count_as_they_are_told_to() {
        let written = |name: &str, number| Style::named(name).written(number);
        assert_eq!(["a", "A", "i", "I", "1", ""].map(|name| written(name, 4)), ["d.", "D)", "iv.", "IV)", "4.", "4."]);
        assert_eq!([26, 27, 703, 0, -1].map(|number| written("a", number)), ["z.", "aa.", "aaa.", "0.", "-1."]);
        assert_eq!([1999, 4000].map(|number| written("i", number)), ["mcmxcix.", "4000."]);
    }
}
