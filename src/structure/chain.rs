//! The roles of a sequence of blocks as a linear chain: which role follows which, and how sure each is.
//!
//! Forward-backward over a conditional random field (Lafferty, McCallum and Pereira, ICML 2001). The sums are kept
//! in range by scaling each block's (Rabiner 1989), and `exp` is our own, so that every machine computes the same.

use crate::document::Role;

pub const ROLES: usize = Role::ALL.len();

/// Scores of one block, a role each: natural logarithms up to a constant.
pub type Scores = [f32; ROLES];

/// What the order of roles is worth, as logarithms.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chain {
    pub start: Scores,
    pub end: Scores,
    /// `step[a][b]`: that role `b` follows role `a`.
    pub step: [Scores; ROLES],
}

/// Powers of e, the same bits on every machine: the exponent by its bits, the rest by a polynomial (relative error
/// below 2e-6). Below -60 it is nothing that matters beside 1.
#[inline]
pub fn exp(x: f32) -> f32 {
    // What is added and taken away again leaves the nearest whole number, and its lowest bits: unlike the library's
    // rounding it is no call, and goes for many numbers at a time.
    const SHIFT: f32 = (3 << 22) as f32;
    const ONE: u32 = 127 << 23;
    let x = x.clamp(-60.0, 60.0) * std::f32::consts::LOG2_E;
    let shifted = x + SHIFT;
    let nearest = shifted - SHIFT;
    let above = u32::from(nearest > x);
    let whole = nearest - above as f32;
    let rest = (x - whole) * std::f32::consts::LN_2;
    let power = 1.0
        + rest
            * (1.0
                + rest * (1.0 / 2.0 + rest * (1.0 / 6.0 + rest * (1.0 / 24.0 + rest * (1.0 / 120.0 + rest / 720.0)))));
    f32::from_bits((shifted.to_bits().wrapping_sub(above) << 23).wrapping_add(ONE)) * power
}

/// The factors of one block: the exponentials of its scores, the best of them 1.
fn factors(scores: &Scores) -> Scores {
    let best = scores.iter().copied().fold(f32::MIN, f32::max);
    scores.map(|score| exp(score - best))
}

fn scale(values: &mut Scores) {
    let sum: f32 = values.iter().sum();
    let by = if sum > 0.0 { 1.0 / sum } else { 0.0 };
    values.iter_mut().for_each(|value| *value *= by);
}

impl Chain {
    /// The probability of each role for each block, the others' roles summed out, in place of the blocks' scores.
    ///
    /// `pairs` is told the probability of every two roles in a row: what training the chain needs.
    pub fn marginals(&self, scores: &mut [Scores], mut pairs: impl FnMut(usize, &[Scores; ROLES])) {
        let n = scores.len();
        let steps = self.step.map(|row| row.map(exp));
        let mut forward = vec![[0.0; ROLES]; n];
        for index in 0..n {
            let own = factors(&scores[index]);
            let mut reached = if index == 0 {
                self.start.map(exp)
            } else {
                let before = &forward[index - 1];
                let mut reached = [0.0; ROLES];
                for (from, row) in before.iter().zip(&steps) {
                    reached.iter_mut().zip(row).for_each(|(sum, step)| *sum += from * step);
                }
                reached
            };
            reached.iter_mut().zip(&own).for_each(|(sum, own)| *sum *= own);
            scale(&mut reached);
            forward[index] = reached;
            scores[index] = own;
        }
        let mut backward = self.end.map(exp);
        for index in (0..n).rev() {
            let own = scores[index];
            let mut marginal: Scores = std::array::from_fn(|role| forward[index][role] * backward[role]);
            scale(&mut marginal);
            scores[index] = marginal;
            if index == 0 {
                break;
            }
            let ahead: Scores = std::array::from_fn(|role| own[role] * backward[role]);
            let before = &forward[index - 1];
            let mut both = [[0.0; ROLES]; ROLES];
            for from in 0..ROLES {
                both[from] = std::array::from_fn(|to| before[from] * steps[from][to] * ahead[to]);
                backward[from] = steps[from].iter().zip(&ahead).map(|(step, ahead)| step * ahead).sum();
            }
            scale(&mut backward);
            pairs(index, &both);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_exp_is_the_exponential() {
        for tenth in -500..500 {
            let x = tenth as f32 / 10.0;
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-5, "{x}");
        }
    }

    #[test]
    fn marginals_are_those_of_counting_every_path() {
        let chain = Chain {
            start: [0.5, 0.0, -1.0, 0.0, 0.3, 0.0, 0.0, -2.0],
            end: [0.0, 1.0, 0.0, -0.5, 0.0, 0.0, 0.2, 0.0],
            step: std::array::from_fn(|a| std::array::from_fn(|b| (a * 3 + b * 5) as f32 % 7.0 / 4.0 - 0.8)),
        };
        let scores: Vec<Scores> =
            (0..3).map(|i| std::array::from_fn(|role| ((i * 5 + role * 3) % 11) as f32 / 3.0)).collect();
        let mut counted = [[0.0f32; ROLES]; 3];
        let mut total = 0.0;
        for path in 0..ROLES.pow(3) {
            let roles = [path % ROLES, path / ROLES % ROLES, path / ROLES / ROLES];
            let own: f32 = roles.iter().enumerate().map(|(i, &role)| scores[i][role]).sum();
            let steps = chain.step[roles[0]][roles[1]] + chain.step[roles[1]][roles[2]];
            let weight = (own + steps + chain.start[roles[0]] + chain.end[roles[2]]).exp();
            total += weight;
            roles.iter().enumerate().for_each(|(i, &role)| counted[i][role] += weight);
        }
        let mut marginals = scores.clone();
        chain.marginals(&mut marginals, |_, _| ());
        for (counted, marginal) in counted.iter().flatten().zip(marginals.iter().flatten()) {
            assert!((counted / total - marginal).abs() < 1e-4, "{counted} of {total}, {marginal}");
        }
    }

    #[test]
    fn a_long_sequence_of_sure_blocks_neither_overflows_nor_vanishes() {
        let mut scores = vec![[0.0, 900.0, 0.0, -900.0, 0.0, 0.0, 0.0, 0.0]; 10_000];
        Chain::default().marginals(&mut scores, |_, _| ());
        assert!(scores.iter().all(|marginal| marginal[1] > 0.999));
    }
}
