//! Letters above and below the line (`<sup>`, `<sub>`), which a terminal cannot draw: 10⁵ is not 105.

use std::borrow::Cow;

/// Where letters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    Above,
    Below,
}

impl Script {
    /// The script that an element is for.
    pub fn named(name: &str) -> Option<Script> {
        match name {
            _ if name.eq_ignore_ascii_case("sup") => Some(Script::Above),
            _ if name.eq_ignore_ascii_case("sub") => Some(Script::Below),
            _ => None,
        }
    }

    /// A text as it is to be written, in a word or beside one: in Unicode's own forms of the characters where all have
    /// one. Else what begins with a digit is kept apart from the word, as in TeX; words such as `1st` stay as they are.
    pub fn written(self, text: Cow<'_, str>, in_word: bool) -> Cow<'_, str> {
        if text.trim().is_empty() {
            return text;
        }
        let forms: Option<String> = text.chars().map(|c| self.form(c)).collect();
        match forms {
            Some(forms) => Cow::Owned(forms),
            None if in_word && text.starts_with(|c: char| c.is_ascii_digit()) => {
                Cow::Owned(format!("{}{text}", if self == Script::Above { '^' } else { '_' }))
            }
            None => text,
        }
    }

    fn form(self, c: char) -> Option<char> {
        const PLAIN: &str = "0123456789+-=()n−–";
        let forms = if self == Script::Above {
            "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ⁻⁻"
        } else {
            "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙ₋₋"
        };
        let found = PLAIN.chars().zip(forms.chars()).find(|(plain, _)| *plain == c).map(|(_, form)| form);
        found.or(c.is_whitespace().then_some(c))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_keep_their_height_and_words_stay_words() {
        let above = |text| Script::Above.written(Cow::Borrowed(text), true).into_owned();
        assert_eq!(["5", "-5", "−12", "2n", "(3)"].map(above), ["⁵", "⁻⁵", "⁻¹²", "²ⁿ", "⁽³⁾"]);
        assert_eq!(["st", "me", "[4]", "TM", " "].map(above), ["st", "me", "[4]", "TM", " "]);
        assert_eq!(["1.5", "1,2"].map(above), ["^1.5", "^1,2"]);
        assert_eq!(Script::Below.written(Cow::Borrowed("2"), true), "₂");
        assert_eq!(Script::Above.written(Cow::Borrowed("1.5"), false), "1.5", "nothing to be kept apart from");
    }
}
