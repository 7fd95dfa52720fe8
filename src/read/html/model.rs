//! The learned part of reading a page: gradient-boosted decision trees (Friedman 2001) that say of every piece how
//! likely it is page furniture or one of the article's roles.
//!
//! The trees are symmetric, as in CatBoost (Prokhorenkova et al. 2018): all nodes of a level ask the same question, so
//! that a tree is [`DEPTH`] questions and a table of answers. `examples/train_html.rs` learns the model and writes
//! `assets/html.bin`, in little-endian: the numbers of features and of trees as `u32`, then by tree the questions
//! (`u32` feature, `f32` threshold) and the answers (`f32`); tree `i` votes for class `i % CLASSES`.

use std::array;
use std::sync::LazyLock;

use fearless_simd::{Level, Simd, WithSimd};

/// Page furniture, then the roles in the order of [`crate::document::Role::ALL`].
pub const CLASSES: usize = 9;

/// Questions of a tree.
pub const DEPTH: usize = 5;

/// So many rows are asked at once: as many as a processor compares in a step or two.
pub const LANES: usize = 16;

/// Rows of features side by side: by feature, the values of all.
pub type Columns = Vec<[f32; LANES]>;

/// One tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// Feature and threshold: whether the feature is above it is the answer's next bit.
    pub questions: [(u32, f32); DEPTH],
    pub answers: [f32; 1 << DEPTH],
}

/// A model: trees, for each class in turn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Model {
    pub features: usize,
    pub trees: Vec<Tree>,
}

/// The model that cutline ships.
pub static MODEL: LazyLock<Model> = LazyLock::new(|| {
    // A test reads it, so that a damaged one is not shipped.
    Model::from_bytes(include_bytes!("../../../assets/html.bin")).unwrap_or_default()
});

impl Model {
    /// How likely each row is of each class; they add up to 1.
    pub fn likelihoods(&self, columns: &Columns) -> [[f32; CLASSES]; LANES] {
        let scores = Level::new().dispatch(Vote { trees: &self.trees, columns });
        array::from_fn(|lane| softmax(array::from_fn(|class| scores[class][lane])))
    }

    /// The model as `assets/html.bin` holds it; none where that is damaged.
    pub fn from_bytes(bytes: &[u8]) -> Option<Model> {
        let mut words = bytes.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]));
        let features = words.next()? as usize;
        let count = words.next()? as usize;
        if words.len() != count.checked_mul(2 * DEPTH + (1 << DEPTH))? {
            return None;
        }
        let mut trees = Vec::with_capacity(count);
        for _ in 0..count {
            let mut tree = Tree { questions: [(0, 0.0); DEPTH], answers: [0.0; 1 << DEPTH] };
            for question in &mut tree.questions {
                *question = (words.next()?, f32::from_bits(words.next()?));
            }
            for answer in &mut tree.answers {
                *answer = f32::from_bits(words.next()?);
            }
            trees.push(tree);
        }
        Some(Model { features, trees })
    }

    /// The bytes that [`Model::from_bytes`] reads.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut words = vec![self.features as u32, self.trees.len() as u32];
        for tree in &self.trees {
            words.extend(tree.questions.iter().flat_map(|(feature, threshold)| [*feature, threshold.to_bits()]));
            words.extend(tree.answers.iter().map(|answer| answer.to_bits()));
        }
        words.into_iter().flat_map(u32::to_le_bytes).collect()
    }
}

/// The scores of the rows, with the widest vectors that the processor has.
struct Vote<'a> {
    trees: &'a [Tree],
    columns: &'a Columns,
}

impl WithSimd for Vote<'_> {
    type Output = [[f32; LANES]; CLASSES];

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        /// What a damaged model may ask of a feature that there is not.
        const NONE: [f32; LANES] = [f32::NEG_INFINITY; LANES];
        let mut scores = [[0.0; LANES]; CLASSES];
        for (at, tree) in self.trees.iter().enumerate() {
            let mut leaves = [0u32; LANES];
            for (feature, threshold) in &tree.questions {
                let column = self.columns.get(*feature as usize).unwrap_or(&NONE);
                for lane in 0..LANES {
                    leaves[lane] = leaves[lane] << 1 | u32::from(column[lane] > *threshold);
                }
            }
            let sums = &mut scores[at % CLASSES];
            for lane in 0..LANES {
                sums[lane] += tree.answers[leaves[lane] as usize % (1 << DEPTH)];
            }
        }
        scores
    }
}

/// Scores to likelihoods.
pub fn softmax(mut scores: [f32; CLASSES]) -> [f32; CLASSES] {
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    scores.iter_mut().for_each(|score| *score = (*score - most).exp());
    let sum: f32 = scores.iter().sum();
    scores.map(|score| score / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_model_is_whole() {
        assert!(MODEL.features > 100 && MODEL.trees.len().is_multiple_of(CLASSES) && !MODEL.trees.is_empty());
        assert_eq!(Model::from_bytes(&MODEL.to_bytes()).as_ref(), Some(&*MODEL));
    }

    #[test]
    fn a_damaged_model_is_none() {
        let bytes = MODEL.to_bytes();
        assert_eq!(Model::from_bytes(&bytes[..bytes.len() - 4]), None);
        assert_eq!(Model::from_bytes(&[0xff; 8]), None);
    }

    #[test]
    fn a_tree_asks_its_questions_in_order() {
        let mut answers = [0.0; 1 << DEPTH];
        answers[0b10001] = 1.0;
        let questions = [(0, 0.5), (1, 0.5), (1, 0.5), (1, 0.5), (2, 0.5)];
        let model = Model { features: 3, trees: vec![Tree { questions, answers }] };
        let mut columns = vec![[1.0; LANES]; 3];
        columns[1][0] = 0.0;
        let likelihoods = model.likelihoods(&columns);
        assert!(likelihoods[0][0] > likelihoods[0][1], "above at the first question and the last");
        assert_eq!(likelihoods[1], [1.0 / CLASSES as f32; CLASSES], "another leaf says nothing");
    }
}
