//! Whole articles, taken apart by what ships, against their expected readings.

mod common;

use std::collections::HashSet;

use common::{Gold, expected, fixture, shared};
use cutline::document::{Document, Format};
use cutline::read::read;
use cutline::structure::structure;

/// An article's expected reading, and how cutline takes it apart.
struct Article {
    gold: Gold,
    expected: Document,
    read: Document,
}

impl Article {
    fn of(gold: Gold) -> Article {
        let mut document = read(gold.text.clone(), Format::Text);
        structure(&mut document, &[]);
        let spans = |document: &Document| document.blocks.iter().map(|block| block.span.clone()).collect::<Vec<_>>();
        let expected = expected(&gold);
        assert_eq!(spans(&document), spans(&expected), "the paragraphs of {}", gold.id);
        Article { gold, expected, read: document }
    }

    /// The blocks of another role than the expected one; where that is doubtful, as a note says, none is wrong.
    fn wrong(&self) -> Vec<usize> {
        let role = |document: &Document, index: usize| document.blocks[index].role;
        let wrong = |&i: &usize| self.gold.blocks[i].note.is_none() && role(&self.read, i) != role(&self.expected, i);
        (0..self.gold.blocks.len()).filter(wrong).collect()
    }

    /// How many blocks are folded into one that says the same, and how many could be; none is into another.
    fn folds(&self) -> (usize, usize) {
        let groups: Vec<&String> = self.gold.blocks.iter().filter_map(|block| block.group.as_ref()).collect();
        let different: HashSet<&String> = groups.iter().copied().collect();
        let folded: Vec<(usize, usize)> = (self.read.blocks.iter().enumerate())
            .filter_map(|(index, block)| Some((index, block.duplicate_of? as usize)))
            .collect();
        for &(index, shown) in &folded {
            let group = |index: usize| self.gold.blocks[index].group.as_ref();
            assert!(group(index).is_some() && group(index) == group(shown), "{index} is folded into {shown}");
        }
        (folded.len(), groups.len() - different.len())
    }

    /// Where the expected sidebars stand, and where sidebars were found.
    fn sidebars(&self) -> [Vec<(usize, usize)>; 2] {
        [&self.expected, &self.read].map(|document| {
            document.sidebars.iter().map(|sidebar| (sidebar.blocks.start, sidebar.blocks.end - 1)).collect()
        })
    }
}

#[test]
fn the_bundled_article_is_taken_apart_as_it_was_written() {
    let article = Article::of(fixture("welcome"));
    assert!(article.wrong().len() * 20 <= article.read.blocks.len(), "wrong: {:?}", article.wrong());
    let (folded, all) = article.folds();
    assert_eq!(folded, all);
    let [expected, found] = article.sidebars();
    assert_eq!(found, expected);
}

#[test]
fn the_article_that_started_the_project_is_taken_apart() {
    let Some(gold) = shared("articles/hanoi-summit.gold.json") else { return };
    let text = std::fs::read_to_string(gold).unwrap();
    let article = Article::of(serde_json::from_str(&text).unwrap());
    assert!(article.wrong().len() <= 2, "wrong: {:?}", article.wrong());
    let (folded, all) = article.folds();
    assert_eq!(folded, all);
    let [expected, found] = article.sidebars();
    println!("sidebars: {found:?} for {expected:?}");
    let starts = |sidebars: &[(usize, usize)]| sidebars.iter().map(|(first, _)| *first).collect::<Vec<_>>();
    assert_eq!(starts(&found), starts(&expected));
    assert!(found.iter().zip(&expected).all(|((_, found), (_, last))| found.abs_diff(*last) <= 2));
}
