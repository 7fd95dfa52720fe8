//! Flat text, as scrapers leave it: paragraphs with a blank line between them, one a line, or hard-wrapped at a
//! column.
//!
//! 1. `lines` measures every line that holds something.
//! 2. `Wrapping::of` tells whether the text, or a part of it, was wrapped, and where.
//! 3. `parts` puts together the lines that belong to one block: a wrapped paragraph, an item of a
//!    list with what hangs under it, a stretch of code.
//! 4. Each becomes a [`Block`], whose shown text has its line ends and its bullet taken out.

mod lines;
mod parts;
mod wrapping;

use std::borrow::Cow;

use crate::clean;
use crate::document::{Block, Kind};
use crate::mend;

pub use lines::is_crowded;
use lines::{Line, lines};
use parts::{Part, parts};

/// The blocks of flat text, in order: their spans do not overlap, and only white space lies outside them.
///
/// ```
/// use cutline::read::text::read;
///
/// let source = "A walk by\nthe sea\n\nIt rained.\n";
/// let spans: Vec<&str> = read(source).into_iter().map(|b| &source[b.span.unwrap()]).collect();
/// assert_eq!(spans, ["A walk by", "the sea", "It rained."]);
/// ```
pub fn read(source: &str) -> Vec<Block> {
    let lines = lines(source);
    parts(source, &lines).into_iter().map(|part| block(source, &lines[part.lines.clone()], &part)).collect()
}

/// The block that a part of the text is.
fn block(source: &str, lines: &[Line], part: &Part) -> Block {
    let span = lines[0].start..lines[lines.len() - 1].end;
    let text = &source[span.clone()];
    let shown = match part.kind {
        Kind::Code => Cow::Owned(verbatim(source, lines)),
        _ if lines.windows(2).any(|pair| pair[0].ends_wide && pair[1].starts_wide) => {
            Cow::Owned(mend::shown(&closed_up(source, lines)[part.bullet..]).into_owned())
        }
        _ => mend::shown(&text[part.bullet..]),
    };
    let text = if shown == text { None } else { Some(shown.into_owned().into_boxed_str()) };
    Block { span: Some(span), text, kind: part.kind, ..Block::default() }
}

/// Lines put together without a blank where Chinese or Japanese was wrapped.
fn closed_up(source: &str, lines: &[Line]) -> String {
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        if at > 0 && !(lines[at - 1].ends_wide && line.starts_wide) {
            text.push(' ');
        }
        text.push_str(&source[line.start..line.end]);
    }
    text
}

/// Lines as they are, but for the indent that all of them have.
fn verbatim(source: &str, lines: &[Line]) -> String {
    let common = lines.iter().map(|line| line.indent).min().unwrap_or(0);
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        text.extend(std::iter::repeat_n(' ', usize::from(line.indent - common)));
        let shown = clean::visible(&source[line.start..line.end]);
        text.extend(shown.chars().map(|c| if c == '\n' { ' ' } else { c }));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shown texts of a source's blocks; items with a bullet before them.
    fn texts(source: &str) -> Vec<String> {
        let mark = |block: &Block| match block.kind {
            Kind::Item(depth) => "  ".repeat(depth.into()) + "• ",
            Kind::Code => "# ".to_string(),
            _ => String::new(),
        };
        let shown = |block: &Block| {
            let span = block.span.clone().expect("blocks of flat text have spans");
            mark(block) + block.text.as_deref().unwrap_or(&source[span])
        };
        read(source).iter().map(shown).collect()
    }

    #[test]
    fn paragraphs_one_a_line() {
        let source = "The Admiral is still at large\nBy Cordelia Finch\nThe gull has kept the mouse for eleven days, and \
                      nobody in the harbour expects to see it again before the herring come back in the autumn.\n\
                      It has been seen on the ferry.\n";
        assert_eq!(texts(source), source.lines().collect::<Vec<_>>());
    }

    #[test]
    fn of_a_million_lines_of_a_letter_the_last_stand_together() {
        let source = "a\n".repeat(1_000_000);
        let blocks = read(&source);
        assert!(is_crowded(&source) && blocks.len() == 325_000, "{}", blocks.len());
        assert_eq!(blocks.last().and_then(|block| block.span.clone()), Some(649_998..1_999_999));
        assert!(!is_crowded(&"seven b\n\n".repeat(300_000)));
    }

    #[test]
    fn stray_blanks_make_no_paragraphs() {
        let source = "\u{feff}One \u{a0}\n\u{a0}\n \n\u{200b}\n\ttwo\u{a0}two\n\u{3000}\n\n";
        assert_eq!(texts(source), ["One", "two two"]);
        assert_eq!(texts("\u{a0}\n \n"), [""; 0]);
    }

    #[test]
    fn a_wrapped_mail_with_a_list_a_signature_and_a_quotation() {
        let source = "\
Dear all, the ferry will not sail on Thursday, nor on Saturday, and the
new mouse will therefore not come before Monday week. Until then please
bring to the reading room:

- a pencil that writes, and if you can spare it another one for the
  librarian, who has lent out all of hers
- patience
* * *
  1) Do not feed the gull.
  2) Do not speak of the gull, as it
     listens.

The council has asked me to add that the gull, which some of you call the
Admiral, is under protection, and that nets are out of the question. I
have added it.

Yours,
Winifred Ash
Saltpenny Reading Room
";
        assert_eq!(
            texts(source),
            [
                "Dear all, the ferry will not sail on Thursday, nor on Saturday, and the new mouse will therefore not \
                 come before Monday week. Until then please bring to the reading room:",
                "• a pencil that writes, and if you can spare it another one for the librarian, who has lent out all \
                 of hers",
                "• patience",
                "* * *",
                "• 1) Do not feed the gull.",
                "• 2) Do not speak of the gull, as it listens.",
                "The council has asked me to add that the gull, which some of you call the Admiral, is under \
                 protection, and that nets are out of the question. I have added it.",
                "Yours,",
                "Winifred Ash",
                "Saltpenny Reading Room",
            ]
        );
    }

    #[test]
    fn wrapped_paragraphs_without_blank_lines_end_where_a_line_is_short() {
        let source = "\
The tide was out when the Admiral came down to the slipway and looked
over the boats. Nothing in them was worth the walk.
At noon the harbour master rang the bell, as he had every day since the
clock stopped, and the gulls rose from the roofs and went out to meet
the boats that were not coming.
   The ice-cream kiosk closed early. It had sold four cones, two of
them to the librarian, who had come to look at the sea.
";
        let texts = texts(source);
        let starts: Vec<&str> = texts.iter().map(|text| &text[..8]).collect();
        assert_eq!(starts, ["The tide", "At noon ", "The ice-"]);
    }

    #[test]
    fn lines_of_uneven_length_are_joined_where_sentences_run_on() {
        let source = "\
The tide was out when the Admiral came down to the slipway
and looked over the boats in the harbour. Nothing in
them was worth the walk, so the bird stood for a while and
watched the
harbour master, who rang the bell at noon as he had every
day since the clock stopped.

The gulls rose from the roofs and went out
to meet the boats that were not coming, and the ferry with
them, which had turned back again.
";
        assert_eq!(texts(source).len(), 2, "{:?}", texts(source));
    }

    #[test]
    fn a_page_dumped_by_a_text_browser() {
        let source = "\
                            The Saltpenny Gazette

   The only computer in the reading room has been without a mouse for
   eleven days, because a herring gull has it, and the town reports that
   it has never read so much.

     * The bird was seen on the harbour wall at noon, and again at the
       kiosk towards evening
     * It has the mouse
          + and the cable
          + and, some say, the pad
     * Nobody saw it leave
";
        let texts = texts(source);
        assert_eq!(texts[0], "The Saltpenny Gazette");
        assert!(texts[1].starts_with("The only") && texts[1].ends_with("read so much."), "{texts:?}");
        assert!(texts[2].ends_with("kiosk towards evening"), "{texts:?}");
        assert_eq!(
            texts[3..],
            ["• It has the mouse", "  • and the cable", "  • and, some say, the pad", "• Nobody saw it leave"]
        );
    }

    #[test]
    fn code_keeps_its_lines() {
        let source = "\
The keys are set in a file, which is read when the reader opens, as the
following example of such a file with two keys in it is meant to show:

    [keys]
      down = \"j\"
    up = \"k\"

All others keep what they are.
";
        assert_eq!(texts(source)[1], "# [keys]\n  down = \"j\"\nup = \"k\"");
    }

    #[test]
    fn lines_of_verse_are_not_run_together() {
        let source = "\
A gull came down to Saltpenny pier
And took the mouse away,
It has not been returned, I fear,
Nor will it be today.

The town took up the keyboard then
And found it rather good,
";
        assert_eq!(texts(source).len(), 6);
    }

    #[test]
    fn a_wrapped_part_in_a_text_that_is_not() {
        let long = "The council met for two hours, heard the librarian, the harbour master and the owner of the kiosk, \
                    and came to no conclusion that anyone present could afterwards remember.";
        let source = format!(
            "{long}\n\n{long}\n\nDear council, I have read the minutes of the meeting and\ndo not recognise it as the one \
             that I was at. I said that\nthe gull should have a ticket, like everyone else, and I\nsaid so twice.\n\n{long}\n"
        );
        assert_eq!(texts(&source).len(), 4, "{:?}", texts(&source));
    }

    #[test]
    fn dialogue_and_dates_are_no_lists() {
        let source = "– It has the mouse, said Ash.\n\n– Which mouse?\n\n– The mouse.\n\n3. March 2024\n\n- from our own correspondent\n";
        assert!(read(source).iter().all(|block| block.kind == Kind::Paragraph));
    }

    #[test]
    fn a_bullet_says_that_it_is_a_list() {
        assert_eq!(
            texts("•\u{a0}One\n\n* two\n\n* three\n\n1. four\n2. five"),
            ["• One", "• two", "• three", "• 1. four", "• 2. five"]
        );
    }

    #[test]
    fn wrapped_japanese_is_joined_without_blanks() {
        let text = "港の図書室のただ一つの計算機は十一日のあいだ鼠を欠いている。鷗が持っているからだ。".repeat(5);
        let characters: Vec<char> = text.chars().collect();
        let lines: Vec<String> = characters.chunks(32).map(|line| line.iter().collect()).collect();
        assert_eq!(texts(&lines.join("\n")), [text]);
    }

    #[test]
    fn many_short_lines_and_one_huge_one() {
        assert_eq!(read(&"x\n".repeat(200_000)).len(), 200_000);
        assert_eq!(read(&"word ".repeat(200_000)).len(), 1);
        assert_eq!(read(&"1. x\n".repeat(100_000)).len(), 100_000);
    }
}
