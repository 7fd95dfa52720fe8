//! What a block's words alone suggest: a linear model over hashed words.
//!
//! Words are hashed into a fixed number of weights (Weinberger and others, "Feature hashing for large scale
//! multitask learning", ICML 2009), each with a weight a role: once as a word anywhere, once more as one of the
//! first or last three. So are the outlines of words, where every two in a row count: they tell how a block is
//! written whatever it is about. Its margins are features of [`crate::structure::model`].

use std::borrow::Cow;

use crate::document::Role;

/// How many roles there are.
pub const ROLES: usize = Role::ALL.len();

/// Weights of the table.
pub const BUCKETS: usize = 1 << 15;

/// How many tokens at the end of a block's are placed: the first three words, the last three, the first two as one;
/// the outlines of the first three, of the last three, and of the three as one at either end.
pub const PLACED: usize = 15;

/// Weights of words, a role each.
#[derive(Debug, Clone, PartialEq)]
pub struct Lexicon {
    /// What a weight of one stands for.
    pub scale: f32,
    pub bias: [f32; ROLES],
    /// Signed bytes, where they lie: nothing is copied before it is used.
    pub weights: Cow<'static, [[u8; ROLES]]>,
}

/// The weight that a token has.
#[inline]
pub fn bucket(token: u64) -> usize {
    (token >> 40) as usize % BUCKETS
}

/// How much each of the tokens anywhere counts: a long block is not more certain of its role than a short one.
pub fn share_of(words: usize) -> f32 {
    1.0 / (words.max(1) as f32).sqrt()
}

impl Default for Lexicon {
    fn default() -> Self {
        Lexicon { scale: 0.0, bias: [0.0; ROLES], weights: vec![[0; ROLES]; BUCKETS].into() }
    }
}

impl Lexicon {
    /// The scores of a block with these tokens (see [`crate::structure::features::Scanner::scan`]).
    pub fn scores(&self, tokens: &[u64]) -> [f32; ROLES] {
        let (words, placed) = tokens.split_at(tokens.len().saturating_sub(PLACED));
        let sum = |tokens: &[u64]| {
            // No more tokens than these weights can be summed of without overflow, see `Scanner::scan`.
            let mut sum = [0i16; ROLES];
            for &token in tokens.iter().filter(|&&token| token != 0) {
                let weights = &self.weights[bucket(token)];
                sum.iter_mut()
                    .zip(weights)
                    .for_each(|(sum, &weight)| *sum = sum.saturating_add(i16::from(weight as i8)));
            }
            sum
        };
        let (anywhere, placed) = (sum(words), sum(placed));
        let share = share_of(words.len());
        std::array::from_fn(|role| {
            self.bias[role] + self.scale * (f32::from(anywhere[role]) * share + f32::from(placed[role]))
        })
    }

    /// How far each role's score is from the best other one's, as levels around 128.
    pub fn levels(&self, tokens: &[u64]) -> [u8; ROLES] {
        margins(&self.scores(tokens))
    }
}

/// Scores as levels: a margin of one over the best other role is 16 above 128.
pub fn margins(scores: &[f32; ROLES]) -> [u8; ROLES] {
    let best = (0..ROLES).fold(0, |best, role| if scores[role] > scores[best] { role } else { best });
    let others = scores.iter().enumerate().filter(|(role, _)| *role != best);
    let second = others.map(|(_, &score)| score).fold(f32::MIN, f32::max);
    std::array::from_fn(|role| {
        let rival = if role == best { second } else { scores[best] };
        (128.0 + 16.0 * (scores[role] - rival)).clamp(0.0, 255.0) as u8
    })
}
