//! Steps down a slope, each weight at its own pace (Kingma and Ba, "Adam", ICLR 2015), with decay kept apart from the
//! slope (Loshchilov and Hutter, ICLR 2019).

use super::compose::Random;

/// How a set of examples is gone through: so often, so many between two steps, at a rate that falls to nothing.
#[derive(Debug, Clone, Copy)]
pub struct Course {
    pub passes: usize,
    pub batch: usize,
    pub rate: f32,
}

impl Course {
    /// Goes through so many examples in random order: `step` gets the next few by their numbers, and the rate for them.
    pub fn run(self, count: usize, random: &mut Random, mut step: impl FnMut(&[usize], f32, &mut Random)) {
        let mut order: Vec<usize> = (0..count).collect();
        let steps = self.passes * count.div_ceil(self.batch);
        let mut done = 0;
        for _ in 0..self.passes {
            random.shuffle(&mut order);
            for batch in order.chunks(self.batch) {
                step(batch, self.rate * (1.0 - done as f32 / steps as f32), random);
                done += 1;
            }
        }
    }
}

/// The means that the paces are told by.
pub struct Adam {
    means: Vec<[f32; 2]>,
    fades: [f32; 2],
}

const KEPT: [f32; 2] = [0.9, 0.999];

impl Adam {
    /// For so many weights.
    pub fn new(count: usize) -> Adam {
        Adam { means: vec![[0.0; 2]; count], fades: [1.0; 2] }
    }

    /// One step of the weights against their slopes.
    pub fn step<'a>(
        &mut self,
        weights: impl Iterator<Item = &'a mut f32>,
        slopes: impl Iterator<Item = f32>,
        rate: f32,
        decay: f32,
    ) {
        self.fades = [self.fades[0] * KEPT[0], self.fades[1] * KEPT[1]];
        for ((weight, slope), [first, second]) in weights.zip(slopes).zip(&mut self.means) {
            *first = KEPT[0] * *first + 0.1 * slope;
            *second = KEPT[1] * *second + 0.001 * slope * slope;
            let push = (*first / (1.0 - self.fades[0])) / ((*second / (1.0 - self.fades[1])).sqrt() + 1e-8);
            *weight -= rate * (push + decay * *weight);
        }
    }
}
