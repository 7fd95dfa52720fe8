//! What the words of a span sum up to, block by block: how they hold together, and to the rest.

use std::sync::LazyLock;

use super::super::cohesion::{Article, PRIOR, Share, Source, flag, gamma, ln};

/// Four numbers that are added at once.
pub(super) type Four = [f32; 4];

/// What a stem's weight counts for in the sums of a span, when one more of its blocks comes to have the stem.
type Step = [Four; 3];

/// The step of a stem that `a` blocks within already have, and `b` blocks without.
fn step(a: u32, b: u32) -> Step {
    let [new, again, unique] = [a == 0, a == 1, b == 0].map(flag);
    let elsewhere = new - unique;
    let (a, b) = (a as f32, b as f32);
    let odds = ln(PRIOR + a) - ln(PRIOR + b);
    [[1.0, 1.0, odds, odds], [new, new, elsewhere, elsewhere], [a, b - a, again, (1.0 - new) * unique]]
}

/// The steps of stems that not many blocks have, made once.
pub(super) struct Steps(Vec<Step>);

impl Steps {
    pub fn known() -> &'static Steps {
        static KNOWN: LazyLock<Steps> =
            LazyLock::new(|| Steps((0..MANY).flat_map(|other| (0..=other).map(move |a| step(a, other - a))).collect()));
        &KNOWN
    }

    /// Adds to the sums a stem that `a` blocks within already have, and `b` blocks without.
    pub fn add(&self, sums: &mut Sums, weight: Share, a: u32, b: u32) {
        let others = (a + b) as usize;
        match self.0.get(others * (others + 1) / 2 + a as usize) {
            Some(step) => sums.add(weight, step),
            None => sums.add(weight, &step(a, b)),
        }
    }
}

/// Blocks that have a stem, from where on its steps are not kept.
const MANY: u32 = 32;

/// What the words of a span sum up to, block by block. Four numbers at a time are added, so that one instruction does.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    /// Weights of words, each once a block: of all and of names. Log odds that the span's words and the others have
    /// two sources, word by word: of all and of names.
    tokens_and_odds: Four,
    /// Weights of the different words, all and names: in the span; of these, elsewhere too.
    once_and_elsewhere: Four,
    /// Pairs of blocks that share a word, both within; one within and one without. Weights of the different words that
    /// come twice in the span; that come twice in it and nowhere else.
    pairs_and_twice: Four,
}

impl Sums {
    /// Takes in the stems of one more block that are in no other.
    pub fn add_lone(&mut self, weight: Share) {
        let Share { all, names } = weight;
        for sums in [&mut self.tokens_and_odds, &mut self.once_and_elsewhere] {
            sums[0] += all;
            sums[1] += names;
        }
    }

    /// Takes in a stem of one more block.
    fn add(&mut self, weight: Share, step: &Step) {
        let Share { all, names } = weight;
        let square = all * all;
        let add = |sums: &mut Four, values: Four, by: &Four| {
            for ((sum, value), by) in sums.iter_mut().zip(values).zip(by) {
                *sum += value * by;
            }
        };
        add(&mut self.tokens_and_odds, [all, names, all, names], &step[0]);
        add(&mut self.once_and_elsewhere, [all, names, all, names], &step[1]);
        add(&mut self.pairs_and_twice, [square, square, all, all], &step[2]);
    }

    pub fn within(&self) -> f32 {
        self.pairs_and_twice[0]
    }

    pub fn across(&self) -> f32 {
        self.pairs_and_twice[1]
    }

    pub fn twice(&self) -> f32 {
        self.pairs_and_twice[2]
    }

    pub fn alone(&self) -> f32 {
        self.pairs_and_twice[3]
    }

    pub fn once(&self) -> Share {
        Share { all: self.once_and_elsewhere[0], names: self.once_and_elsewhere[1] }
    }

    pub fn elsewhere(&self) -> Share {
        Share { all: self.once_and_elsewhere[2], names: self.once_and_elsewhere[3] }
    }

    /// What [`Sums::two_sources`] needs the logarithms of.
    pub fn parted(&self, article: &Article) -> [f32; 4] {
        let [tokens, names, ..] = self.tokens_and_odds;
        let ([all, within], [all_names, names_within]) =
            (article.sources[0].parted(tokens), article.sources[1].parted(names));
        [all, within, all_names, names_within]
    }

    /// Log odds that the span and the rest have two sources of words rather than one, for all words and for names,
    /// each a word in the mean and on the whole: the Bayes factor of Dirichlet compound multinomials (Eisenstein and
    /// Barzilay, "Bayesian unsupervised topic segmentation", EMNLP 2008).
    pub fn two_sources(&self, article: &Article, logs: [f32; 4]) -> [f32; 4] {
        let [tokens, token_names, odds, name_odds] = self.tokens_and_odds;
        let parted = self.parted(article);
        let factor = |source: usize, odds: f32| {
            let Source { one, none, .. } = article.sources[source];
            let gamma = |part: usize| gamma(parted[2 * source + part], logs[2 * source + part]);
            odds + none - gamma(0) - gamma(1) + one
        };
        let (all, names) = (factor(0, odds), factor(1, name_odds));
        let flat = |x: f32| x.signum() * ln(1.0 + x.abs());
        [all / (tokens + 2.0), names / (token_names + 2.0), flat(all), flat(names)]
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::article;
    use super::*;

    #[test]
    fn a_span_of_its_own_words_has_two_sources() {
        let texts = [
            "The heron waits by the weir for trout",
            "Trout pass the weir when the heron sleeps",
            "Signal faults delayed trains on Monday",
            "Trains waited while signal faults were mended",
            "The heron left the weir without trout",
            "No trout passed the weir with a heron near",
        ];
        let article = article(&texts.map(str::to_string));
        let odds = |span: std::ops::Range<usize>| {
            let (mut sums, mut inside) = (Sums::default(), vec![0; article.totals.len()]);
            for block in span {
                sums.add_lone(article.facts[block].lone);
                for stem in article.stems(block).iter().map(|&stem| stem as usize) {
                    sums.add(article.weights[stem], &step(inside[stem], article.totals[stem] - inside[stem] - 1));
                    inside[stem] += 1;
                }
            }
            sums.two_sources(&article, sums.parted(&article).map(ln))[2]
        };
        assert!(odds(2..4) > odds(1..3) && odds(2..4) > odds(3..5));
    }

    #[test]
    fn steps_that_are_kept_are_those_that_are_made() {
        let weight = Share { all: 0.5, names: 0.5 };
        for (a, b) in (0..40).flat_map(|a| (0..40).map(move |b| (a, b))) {
            let (mut kept, mut made) = (Sums::default(), Sums::default());
            Steps::known().add(&mut kept, weight, a, b);
            made.add(weight, &step(a, b));
            assert_eq!(format!("{kept:?}"), format!("{made:?}"), "{a} {b}");
        }
    }
}
