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

    /// Words in lines of so many columns at most.
    fn wrapped(text: &str, width: usize) -> String {
        let mut lines = vec![String::new()];
        for word in text.split(' ') {
            let line = lines.last_mut().expect("there is a line");
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(word.to_string());
            } else {
                *line += if line.is_empty() { "" } else { " " };
                *line += word;
            }
        }
        lines.join("\n")
    }

    /// Asserts that paragraphs wrapped at any usual width are put together, and that all other lines stay.
    fn assert_read_at_any_width(parts: &[(bool, &str)]) {
        let expected: Vec<&str> =
            parts.iter().flat_map(|&(prose, text)| if prose { vec![text] } else { text.lines().collect() }).collect();
        for width in 50..=100 {
            let laid = |&(prose, text): &(bool, &str)| if prose { wrapped(text, width) } else { text.to_string() };
            let source = parts.iter().map(laid).collect::<Vec<_>>().join("\n\n");
            let shown = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let texts: Vec<String> = texts(&source).into_iter().map(shown).collect();
            let expected: Vec<String> = expected.iter().map(|line| shown(line.to_string())).collect();
            assert_eq!(texts, expected, "wrapped at {width}");
        }
    }

    const SIGNED: [(bool, &str); 4] = [
        (false, "Dear Mr Venn,"),
        (
            true,
            "Thank you for your letter of 3 March, in which you ask on behalf of the readers who is to pay for the new \
             mouse.",
        ),
        (
            true,
            "I have put it to the treasurer. He says that the old one was insured against water and fire only, and not \
             against gulls.",
        ),
        (false, "Yours,\nW. Ash\nKeeper of the Books\n12 Rope Walk\nSaltpenny"),
    ];

    #[test]
    fn a_short_letter_with_a_long_signature() {
        assert_read_at_any_width(&SIGNED);
    }

    #[test]
    fn one_line_too_long_does_not_keep_a_letter_from_being_put_together() {
        let address =
            "See also: https://www.reading-room.example/letters/2025/03/03/who-is-to-pay-for-the-new-mouse-and-why";
        assert_read_at_any_width(&[&SIGNED[..], &[(false, address)]].concat());
        let code =
            "grep -v '^#' insured.txt | sort -t, -k2 | awk -F, '{ total += $3 } END { print total, NR, total / NR }'";
        let table = "Peril      Insured   Paid\nWater          yes    120\nFire           yes      0";
        assert_read_at_any_width(&[&SIGNED[1..3], &[(false, table), (false, code)]].concat());
    }

    #[test]
    fn german_lines_that_go_on_with_a_noun() {
        let first = "Von einer neuen Maus für den Lesesaal war auf der Sitzung nicht die";
        let signed = "Mit freundlichen Grüßen\nW. Esch\nLeiterin des Lesesaals\nReepergasse 12\nSalzpfennig";
        let source = format!("{first}\nRede.\n\n{first}\nRede.\n\n{signed}\n");
        assert_eq!(texts(&source)[..2], [format!("{first} Rede."), format!("{first} Rede.")]);
        assert_eq!(texts(&source).len(), 7);
    }

    #[test]
    fn scripts_without_small_letters_are_put_together_too() {
        for [heading, first, second] in [
            [
                "الفأرة الضائعة",
                "أخذ نورس الفأرة الوحيدة من مكتبة الميناء في صباح يوم الأحد، وطار بها إلى \
                 السوق، ولم يره أحد بعد ذلك.",
                "وتقول أمينة المكتبة إن القراء لم يقرؤوا من قبل كما يقرؤون الآن، وإن الأقلام \
                 قد نفدت من الدكان القريب من الجسر.",
            ],
            [
                "העכבר האבוד",
                "שחף לקח את העכבר היחיד מן הספרייה שבנמל בבוקר יום ראשון, עף איתו מעל \
                 הסירות אל השוק, ואיש לא ראה אותו מאז.",
                "הספרנית אומרת שהקוראים לא קראו מעולם כפי שהם קוראים עכשיו, ושהעפרונות אזלו בחנות הקטנה שליד הגשר.",
            ],
            [
                "खोया हुआ माउस",
                "रविवार की सुबह एक पक्षी बंदरगाह के पुस्तकालय से इकलौता माउस लेकर नावों के ऊपर \
                 से बाज़ार की ओर उड़ गया, और उसके बाद किसी ने उसे नहीं देखा।",
                "पुस्तकालय की अध्यक्ष कहती हैं कि लोगों ने पहले कभी इतना नहीं पढ़ा, और पुल के \
                 पास वाली दुकान में पेंसिलें समाप्त हो गई हैं।",
            ],
        ] {
            assert_read_at_any_width(&[(false, heading), (true, first), (true, second)]);
        }
    }

    #[test]
    fn japanese_of_any_usual_width_is_put_together() {
        let said = "港の図書室のただ一つの計算機は十一日のあいだ鼠を欠いている。鷗が持っているからだ。";
        let text = format!("鷗は戻らない。{}", said.repeat(5));
        let characters: Vec<char> = text.chars().collect();
        for width in 25..=50 {
            let lines: Vec<String> = characters.chunks(width).map(|line| line.iter().collect()).collect();
            assert_eq!(
                texts(&format!("港の図書室\n\n{}", lines.join("\n"))),
                ["港の図書室", &text],
                "wrapped at {width}"
            );
        }
        let titled =
            format!("鷗に鼠を取られて十一日、町の人はかつてなく本を読んでいる\n文・灰野冬子\n三月三日\n\n{text}");
        assert_eq!(texts(&titled).len(), 4);
    }

    #[test]
    fn rows_of_a_table_are_not_run_together() {
        let table = "Where the lights of the coast stand\n\n\
                     Ellery          white, every ten seconds       lit\n\
                     Dunmarrow       red, every five seconds        lit\n\
                     Northsea        white, then red                lit\n\
                     Holm            none since the war             not\n";
        assert_eq!(texts(table).len(), 5);
    }

    #[test]
    fn a_credit_under_a_caption_stays_a_line_in_a_text_that_is_not_wrapped() {
        let long = "The council met for two hours, heard the librarian, the harbour master and the owner of the kiosk, \
                    and came to no conclusion that anyone present could afterwards remember.";
        let caption = "The Admiral on the harbour wall with the mouse in his beak at noon\nphoto by Jo Reed";
        assert_eq!(texts(&[long, caption, long, caption, long].join("\n\n")).len(), 7);
    }

    #[test]
    fn many_short_lines_and_one_huge_one() {
        assert_eq!(read(&"x\n".repeat(200_000)).len(), 200_000);
        assert_eq!(read(&"word ".repeat(200_000)).len(), 1);
        assert_eq!(read(&"1. x\n".repeat(100_000)).len(), 100_000);
    }
}
