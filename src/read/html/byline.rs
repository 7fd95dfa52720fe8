//! Bylines that the model took for furniture: what stands between the title and the story and says who or when.

use super::article::{self, Likelihoods};
use super::metadata::Metadata;
use super::walk::Piece;
use crate::document::{Kind, Role};

/// Bylines are shorter, in words.
const MOST_WORDS: usize = 24;
/// Between title and story there are no more lines of this kind; where there are, they are teasers of other stories.
const MOST: usize = 4;

/// Lines that are less likely bylines than this, by the model, are something else, unless the page names them.
const LIKELY: f32 = 0.1;

/// What a byline opens with, in languages of many news sites.
const OPENINGS: [&str; 12] = ["by", "von", "par", "por", "di", "da", "av", "af", "door", "autor", "author", "oleh"];

/// Takes for bylines the lines between title and story that open as one, give a date, or name an author that the page
/// states.
pub fn complete(pieces: &[Piece], metadata: &Metadata, likelihoods: &[Likelihoods], roles: &mut [Option<Role>]) {
    let Some(title) = roles.iter().position(|role| *role == Some(Role::Title)) else { return };
    // The first paragraph may be a standfirst.
    let story = |at: &usize| roles[*at] == Some(Role::Body);
    let Some(body) = (title + 1..roles.len()).filter(story).nth(1) else { return };
    let likely = |at: usize| pieces[at].signed || article::likelihood(&likelihoods[at], Role::Byline) >= LIKELY;
    let found: Vec<usize> = (title + 1..body)
        .filter(|at| roles[*at].is_none() && pieces[*at].kind == Kind::Paragraph && likely(*at))
        .filter(|at| {
            let text = &pieces[*at].text;
            opens(text) || dates(text) || names(text, &metadata.authors)
        })
        .collect();
    if found.len() <= MOST {
        found.into_iter().for_each(|at| roles[at] = Some(Role::Byline));
    }
}

/// Whether a line opens as a byline does, with a name after it.
fn opens(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let (Some(first), Some(second)) = (words.next(), words.next()) else { return false };
    let first = first.trim_end_matches(':').to_lowercase();
    OPENINGS.contains(&first.as_str()) && second.starts_with(char::is_uppercase) && words.count() + 2 <= MOST_WORDS
}

/// Whether a line gives a date or a time, and says little more.
fn dates(text: &str) -> bool {
    /// Of its letters and figures, so many are figures.
    const FIGURES: usize = 6;
    let count = |fits: fn(&char) -> bool| text.chars().filter(fits).count();
    let numbers = || text.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
    let year = numbers().any(|number| number.len() == 4 && (number.starts_with("19") || number.starts_with("20")));
    let clock = text.split_whitespace().any(|word| {
        let (hours, rest) = word.split_once([':', '.']).unwrap_or_default();
        let minutes = rest.find(|c: char| !c.is_ascii_digit()).map_or(rest, |end| &rest[..end]);
        matches!(hours.len(), 1 | 2) && hours.bytes().all(|b| b.is_ascii_digit()) && minutes.len() == 2
    });
    (year || clock) && text.len() < 120 && count(char::is_ascii_digit) * FIGURES >= count(|c| c.is_alphanumeric())
}

/// Whether a line names an author in full, and says little more.
fn names(text: &str, authors: &[String]) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
    };
    let said = words(text);
    said.len() <= MOST_WORDS / 2
        && authors.iter().map(|author| words(author)).any(|author| {
            author.len() > 1 && said.len() <= author.len() * 3 && author.iter().all(|word| said.contains(word))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines_open_with_a_word_for_it_and_a_name() {
        for text in
            ["By Ada Nettle", "Von: Bo Lund, Kim Ash", "AUTOR Ada Nettle", "por Ada Nettle 3 May 2024, 7:40 Uhr"]
        {
            assert!(opens(text), "{text}");
        }
        for text in ["By", "By the sea", "Byron Bay is closed", "Ada Nettle", ""] {
            assert!(!opens(text), "{text}");
        }
        assert!(!opens(&format!("By Ada Nettle {}", "and on ".repeat(20))));
    }

    #[test]
    fn dates_say_little_more_than_a_date() {
        for text in
            ["Saturday 02 March 2024 22:14", "12:43", "Updated 8.39 Uhr", "06. 01. 2026", "2 May 2019 | 3 min read"]
        {
            assert!(dates(text), "{text}");
        }
        for text in ["The budget of 2024 is to be voted on today", "Page 12", "3 comments", "3.896%", "Ada Nettle", ""]
        {
            assert!(!dates(text), "{text}");
        }
    }

    #[test]
    fn stated_authors_are_found_by_their_whole_names() {
        let authors = ["Ada Nettle".to_string(), "dpa".to_string()];
        assert!(names("ADA NETTLE", &authors) && names("Ada Nettle · Harbour desk", &authors));
        assert!(!names("Nettle soup", &authors) && !names("dpa", &authors));
        assert!(!names("Ada Nettle on why the pier is closed and what is to be done", &authors));
    }
}
