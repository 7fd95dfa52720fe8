//! Fits networks that score spans, by gradient descent on the likelihood of the right ones (Adam: Kingma and Ba, 2015).

use cutline::structure::candidates::{CLOSING, FEATURES, OPENING};
use cutline::structure::network::{Member, UNITS, saturate};
use cutline::structure::sidebars::{self, Candidate};

use super::adam::{Adam, Course};
use super::compose::Random;

/// An article's candidates, measured.
pub struct Measured {
    pub openings: Vec<Opening>,
    pub blocks: usize,
}

/// A block that may open a sidebar, and the spans that open with it.
pub struct Opening {
    pub first: usize,
    pub numbers: [f32; OPENING],
    pub spans: Vec<Span>,
}

/// A span by its last block.
pub struct Span {
    pub last: usize,
    pub numbers: [f32; CLOSING],
    /// Whether it is a sidebar.
    pub right: bool,
}

impl Measured {
    /// The numbers of its openings.
    pub fn numbers(&self) -> Vec<[f32; OPENING]> {
        self.openings.iter().map(|opening| opening.numbers).collect()
    }
}

/// What each number is in the mean, and what makes it stray by one.
pub struct Usual(pub Vec<(f32, f32)>);

impl Usual {
    /// Of rows of numbers, each so many times. A number that hardly ever differs counts as nothing.
    pub fn of<'a>(rows: impl Iterator<Item = (&'a [f32], usize)>) -> Usual {
        let (mut count, mut sums) = (0.0, Vec::new());
        for (numbers, times) in rows {
            let times = times as f64;
            count += times;
            sums.resize(numbers.len(), [0.0f64; 2]);
            for ([sum, squares], &x) in sums.iter_mut().zip(numbers) {
                *sum += f64::from(x) * times;
                *squares += f64::from(x) * f64::from(x) * times;
            }
        }
        let usual = |[sum, squares]: [f64; 2]| {
            let mean = sum / count;
            let spread = (squares / count - mean * mean).max(0.0).sqrt();
            (mean as f32, if spread < 1e-3 { 0.0 } else { (1.0 / spread) as f32 })
        };
        Usual(sums.into_iter().map(usual).collect())
    }

    /// Makes weights of how far numbers stray weights of the numbers as they are: a row for each number, and what all
    /// is added to.
    pub fn fold<const N: usize>(&self, rows: &mut [[f32; N]], start: &mut [f32; N]) {
        for (row, &(mean, scale)) in rows.iter_mut().zip(&self.0) {
            for (weight, start) in row.iter_mut().zip(&mut *start) {
                *weight *= scale;
                *start -= *weight * mean;
            }
        }
    }

    fn of_spans(measured: &[Measured]) -> Usual {
        let openings = || measured.iter().flat_map(|measured| &measured.openings);
        let Usual(mut all) = Usual::of(openings().map(|opening| (opening.numbers.as_slice(), opening.spans.len())));
        let spans = openings().flat_map(|opening| &opening.spans).map(|span| (span.numbers.as_slice(), 1));
        all.extend(Usual::of(spans).0);
        Usual(all)
    }
}

/// A network as it is trained.
#[derive(Clone)]
struct Learner {
    hidden: Vec<[f32; UNITS]>,
    bias: [f32; UNITS],
    out: [f32; UNITS],
    linear: [f32; FEATURES],
    offset: f32,
}

const COURSE: Course = Course { passes: 14, batch: 8, rate: 0.004 };
const DECAY: f32 = 0.1;

/// The share of an opening's numbers that are made usual, others in every pass (Srivastava and others, "Dropout", JMLR
/// 2014): the headlines to learn from are few, and would be known by their numbers one by one.
const DROPPED: f32 = 0.3;

/// The network that articles teach. The same articles in the same order, and the same seed, give the same network.
pub fn fit(measured: &[Measured], seed: u64) -> Member {
    let usual = Usual::of_spans(measured);
    let mut learner = Learner::beginning(seed);
    let mut random = Random(11 + seed);
    let (mut adam, mut slope) =
        (Adam::new(learner.layers_mut().iter().map(|layer| layer.len()).sum()), Learner::nothing());
    COURSE.run(measured.len(), &mut random, |batch, rate, random| {
        slope.layers_mut().into_iter().for_each(|layer| layer.fill(0.0));
        let raw = learner.told_raw(&usual);
        let mut drop = |(x, &(mean, _)): (&mut f32, &(f32, f32))| {
            if random.unit() < DROPPED {
                *x = mean;
            }
        };
        for measured in batch.iter().map(|&at| &measured[at]) {
            let mut numbers = measured.numbers();
            numbers.iter_mut().flat_map(|numbers| numbers.iter_mut().zip(&usual.0)).for_each(&mut drop);
            raw.add_slope(measured, &numbers, &mut slope);
        }
        slope.tell_usual(&usual);
        let slopes = slope.layers_mut().into_iter().flatten().map(|slope| *slope / batch.len() as f32);
        adam.step(learner.layers_mut().into_iter().flatten(), slopes, rate, DECAY);
    });
    let Learner { hidden, bias, out, linear, offset } = learner.told_raw(&usual);
    Member { hidden: hidden.into(), bias, out, linear, offset }
}

impl Learner {
    fn nothing() -> Self {
        let hidden = vec![[0.0; UNITS]; FEATURES];
        Learner { hidden, bias: [0.0; UNITS], out: [0.0; UNITS], linear: [0.0; FEATURES], offset: 0.0 }
    }

    fn beginning(seed: u64) -> Self {
        let mut random = Random(5 + seed);
        let mut learner = Learner { offset: -5.0, ..Learner::nothing() };
        let mut fill = |weights: &mut [f32], size: f32| {
            weights.iter_mut().for_each(|weight| *weight = (random.unit() - 0.5) * size);
        };
        fill(learner.hidden.as_flattened_mut(), 0.3);
        fill(&mut learner.out, 0.5);
        learner
    }

    /// All weights, layer by layer, to be changed.
    fn layers_mut(&mut self) -> [&mut [f32]; 5] {
        let offset = std::slice::from_mut(&mut self.offset);
        [self.hidden.as_flattened_mut(), &mut self.bias, &mut self.out, &mut self.linear, offset]
    }

    /// The same network, told the numbers as they are where it was told how far they stray from what is usual.
    fn told_raw(&self, usual: &Usual) -> Self {
        let mut raw = self.clone();
        usual.fold(&mut raw.hidden, &mut raw.bias);
        usual.fold(raw.linear.as_chunks_mut().0, std::array::from_mut(&mut raw.offset));
        raw
    }

    /// From the slope of what is told the numbers as they are, that of the same told how far they stray.
    fn tell_usual(&mut self, usual: &Usual) {
        let rows = self.hidden.iter_mut().zip(&mut self.linear).zip(&usual.0);
        for ((row, linear), &(mean, scale)) in rows {
            *linear = scale * (*linear - mean * self.offset);
            row.iter_mut().zip(&self.bias).for_each(|(slope, bias)| *slope = scale * (*slope - mean * bias));
        }
    }

    /// The sums of the units and of the score, with some numbers more, from `first` on.
    fn take(&self, (mut units, mut sum): ([f32; UNITS], f32), first: usize, numbers: &[f32]) -> ([f32; UNITS], f32) {
        let rows = self.hidden[first..].iter().zip(&self.linear[first..]);
        for ((row, linear), &x) in rows.zip(numbers).filter(|(_, x)| **x != 0.0) {
            sum += linear * x;
            units.iter_mut().zip(row).for_each(|(unit, weight)| *unit += weight * x);
        }
        (units, sum)
    }

    /// All candidates with their scores, and the levels of the units for each; the openings' numbers are told apart.
    fn scores(&self, measured: &Measured, numbers: &[[f32; OPENING]]) -> (Vec<Candidate>, Vec<[f32; UNITS]>) {
        let scores = measured.openings.iter().zip(numbers).flat_map(|(opening, numbers)| {
            let opened = self.take((self.bias, self.offset), 0, numbers);
            opening.spans.iter().map(move |span| {
                let (units, sum) = self.take(opened, OPENING, &span.numbers);
                let levels = units.map(saturate);
                let score = sum + levels.iter().zip(&self.out).map(|(level, weight)| level * weight).sum::<f32>();
                (Candidate { first: opening.first, last: span.last, score }, levels)
            })
        });
        scores.unzip()
    }

    /// Adds the slope of an article's negative log likelihood.
    fn add_slope(&self, measured: &Measured, numbers: &[[f32; OPENING]], slope: &mut Self) {
        let (candidates, levels) = self.scores(measured, numbers);
        let (marginals, _) = sidebars::marginals(&candidates, measured.blocks);
        let mut told = marginals.iter().zip(&levels);
        for (opening, numbers) in measured.openings.iter().zip(numbers) {
            // What flows back to the opening's numbers from all its spans.
            let (mut back, mut error) = ([0.0; UNITS], 0.0);
            for (span, (likely, levels)) in opening.spans.iter().zip(&mut told) {
                let wrong = likely - if span.right { 1.0 } else { 0.0 };
                if wrong.abs() < 1e-4 {
                    continue;
                }
                let mut own = [0.0; UNITS];
                for unit in 0..UNITS {
                    slope.out[unit] += wrong * levels[unit];
                    own[unit] = wrong * self.out[unit] * (1.0 - levels[unit] * levels[unit]);
                    back[unit] += own[unit];
                }
                error += wrong;
                slope.give(&own, wrong, OPENING, &span.numbers);
            }
            slope.give(&back, error, 0, numbers);
            slope.offset += error;
            slope.bias.iter_mut().zip(back).for_each(|(slope, back)| *slope += back);
        }
    }

    /// Adds to the slopes of what some numbers weigh, from `first` on.
    fn give(&mut self, back: &[f32; UNITS], error: f32, first: usize, numbers: &[f32]) {
        let rows = self.hidden[first..].iter_mut().zip(&mut self.linear[first..]);
        for ((row, linear), &x) in rows.zip(numbers).filter(|(_, x)| **x != 0.0) {
            *linear += error * x;
            row.iter_mut().zip(back).for_each(|(slope, back)| *slope += back * x);
        }
    }
}
