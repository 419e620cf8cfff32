//! Photon-counting noise: the deviates of the C program, to the bit.
//!
//! Where it computes in float, so does this: the recorded noise images are compared byte for byte. The methods are
//! those of *Numerical Recipes in C* (1992, §7.2 and §7.3) with the changes that PHYSICS names.

use nanobragg_geometry::Ran1;
use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut1, Axis, Slice, Zip};
use std::f64::consts::PI;

use crate::detector_panel::Region;
use crate::functions::exp;
use crate::lane::{Arithmetic, INTEGER_BITS, Wide};

/// Above it a Poisson deviate is a Gaussian one.
const GAUSSIAN_ABOVE: f32 = 1.0e6;
/// Below it photons are counted one by one.
const COUNTED_BELOW: f32 = 12.0;
/// Lanczos' coefficients for lnΓ (Numerical Recipes, §6.1).
const LANCZOS: [f64; 6] = [
    76.18009172947146,
    -86.50532032941677,
    24.01409824083091,
    -1.231739572450155,
    0.1208650973866179e-2,
    -0.5395239384953e-5,
];

/// An image as a counting detector would read it out.
#[derive(Clone, Debug, PartialEq)]
pub struct Noisy {
    /// Photons plus offset, truncated and clamped to 16 bits, shape `[slow, fast]`; 0 outside the region.
    pub counts: Array2<u16>,
    /// Photons on the whole image.
    pub photons: f64,
    /// Pixels that did not fit.
    pub overloads: u64,
}

/// A detector that is read out row by row, from one stream of deviates.
#[derive(Clone, Debug)]
pub struct Readout {
    stream: Poisson,
    offset: f64,
    /// Of a row.
    means: Vec<f32>,
    thresholds: Vec<f32>,
    deviates: Vec<f32>,
}

impl Readout {
    /// A detector that adds an offset in counts to each pixel of its region.
    #[must_use]
    pub fn new(offset: f64, seed: i64) -> Self {
        let [means, thresholds, deviates] = [const { Vec::new() }; 3];
        Self { stream: Poisson::new(seed), offset, means, thresholds, deviates }
    }

    /// Draws a Poisson deviate for every pixel of a panel's region that is in some of its rows, of which the number of the
    /// first is given. The rows of an image, and the panels of a detector, are read one after the other.
    pub fn read(&mut self, photons: ArrayView2<'_, f32>, first_row: usize, region: &Region) -> Noisy {
        let mut noisy = Noisy { counts: Array2::zeros(photons.dim()), photons: 0.0, overloads: 0 };
        let first = *region.fast.start();
        let end = region.fast.end().saturating_add(1).min(photons.ncols());
        if first >= end {
            return noisy;
        }
        let columns = Slice::from(first..end);
        let rows = photons.rows().into_iter().zip(noisy.counts.rows_mut());
        for (row, (means, mut counts)) in rows.enumerate() {
            if region.slow.contains(&(first_row + row)) {
                let means = means.slice_axis(Axis(0), columns);
                self.means.resize(means.len(), 0.0);
                means.assign_to(ArrayViewMut1::from(&mut self.means));
                let (photons, overloads) = self.read_row(counts.slice_axis_mut(Axis(0), columns));
                noisy.photons += photons;
                noisy.overloads += overloads;
            }
        }
        noisy
    }

    /// The counts of a row; returns photons and overloads.
    fn read_row(&mut self, mut counts: ArrayViewMut1<'_, u16>) -> (f64, u64) {
        let (dark, dark_is_overload) = self.stored(0.0);
        let (mut photons, mut overloads) = (0.0, 0);
        let mut first = 0;
        while first < self.means.len() {
            let (is_dark, length) = run(&self.means[first..]);
            let mut counts = counts.slice_axis_mut(Axis(0), Slice::from(first..first + length));
            let means = &self.means[first..first + length];
            first += length;
            if is_dark {
                self.stream.random.skip(length);
                counts.fill(dark);
                overloads += length as u64 * u64::from(dark_is_overload);
                continue;
            }
            thresholds(means, &mut self.thresholds);
            self.deviates.resize(length, 0.0);
            self.stream.deviates_of(means, &self.thresholds, &mut self.deviates);
            photons += self.deviates.iter().map(|deviate| f64::from(*deviate)).sum::<f64>();
            Zip::from(&mut counts).and(ArrayView1::from(&self.deviates)).for_each(|counts, deviate| {
                let (stored, is_overload) = self.stored(f64::from(*deviate));
                *counts = stored;
                overloads += u64::from(is_overload);
            });
        }
        (photons, overloads)
    }

    /// What is read of photons, and whether they are too many.
    fn stored(&self, photons: f64) -> (u16, bool) {
        let counts = photons + self.offset;
        let most = f64::from(u16::MAX);
        // A cast would saturate, for which processors have no instruction that converts several numbers at once.
        #[expect(clippy::cast_possible_truncation, reason = "a small integer")]
        let stored = (counts.max(0.0).min(most).floor() + INTEGER_BITS).to_bits() as u16;
        (stored, counts > most)
    }
}

/// Below this mean e^−mean is 1 in f32, which no product of deviates exceeds: a pixel takes one deviate and shows nothing.
const DARK_BELOW: f32 = 1.0 / (1 << 25) as f32;
/// Pixels that are dark together, or not. Most of most images are.
const DARK_TOGETHER: usize = 16;

/// Whether the first pixels of a row are dark, and how many are as the first ones.
fn run(means: &[f32]) -> (bool, usize) {
    let is_dark = |means: &&[f32]| means.iter().fold(true, |all, mean| all & (*mean < DARK_BELOW));
    let mut pieces = means.chunks(DARK_TOGETHER);
    let Some(first) = pieces.next() else { return (true, 0) };
    let wanted = is_dark(&first);
    let more = pieces.take_while(|piece| is_dark(piece) == wanted);
    (wanted, first.len() + more.map(<[f32]>::len).sum::<usize>())
}

/// More than the difference of two exponentials, each within a few units of its last place, as a part of them.
const SLACK: f64 = 8.0 * f64::EPSILON;

/// e^−mean of each mean in f32, to the bit what the system's exponential gives: ours is within [`SLACK`] of it, so that only
/// where the two may round differently it is asked.
fn thresholds(means: &[f32], thresholds: &mut Vec<f32>) {
    thresholds.clear();
    thresholds.resize(means.len(), 1.0);
    for (means, thresholds) in means.chunks_exact(Wide::WIDTH).zip(thresholds.chunks_exact_mut(Wide::WIDTH)) {
        let power = exp(Wide::from_fn(|place| -f64::from(means[place])));
        let [low, high] = [1.0 - SLACK, 1.0 + SLACK].map(|part| power * Wide::splat(part));
        let mut agree = true;
        for (place, threshold) in thresholds.iter_mut().enumerate() {
            *threshold = narrow(low.get(place));
            agree &= threshold.to_bits() == narrow(high.get(place)).to_bits();
        }
        if !agree {
            thresholds.iter_mut().zip(means).for_each(|(known, mean)| *known = threshold(*mean));
        }
    }
    let rest = means.len() - means.len() % Wide::WIDTH;
    thresholds[rest..].iter_mut().zip(&means[rest..]).for_each(|(known, mean)| *known = threshold(*mean));
}

fn threshold(mean: f32) -> f32 {
    narrow((-f64::from(mean)).exp())
}

/// A stream of Poisson deviates.
#[derive(Clone, Debug)]
pub struct Poisson {
    random: Ran1,
    /// The Gaussian deviate left over from the last pair.
    spare: Option<f32>,
    /// What was worked out for the last mean.
    known: Known,
}

#[derive(Clone, Copy, Debug, Default)]
struct Known {
    mean: f32,
    square_root: f32,
    log: f32,
    threshold: f32,
}

impl Poisson {
    /// The stream of a user's seed.
    #[must_use]
    pub fn new(seed: i64) -> Self {
        Self { random: Ran1::new(seed), spare: None, known: Known { mean: -1.0, ..Known::default() } }
    }

    /// A deviate around a mean in photons.
    pub fn deviate(&mut self, mean: f32) -> f32 {
        let mut deviate = [0.0];
        self.deviates_of(&[mean], &[threshold(mean)], &mut deviate);
        deviate[0]
    }

    /// Deviates around means whose e^−mean are known.
    fn deviates_of(&mut self, means: &[f32], thresholds: &[f32], deviates: &mut [f32]) {
        let mut first = 0;
        while first < means.len() {
            let counted = means[first..].iter().take_while(|mean| **mean < COUNTED_BELOW).count();
            let end = first + counted;
            self.counted(&thresholds[first..end], &mut deviates[first..end]);
            if let Some(mean) = means.get(end) {
                deviates[end] = self.not_counted(*mean);
            }
            first = end + 1;
        }
    }

    /// A deviate around a mean for which photons are too many to be counted.
    fn not_counted(&mut self, mean: f32) -> f32 {
        if mean > GAUSSIAN_ABOVE {
            return narrow(f64::from(mean) + f64::from(mean).sqrt() * f64::from(self.gaussian()));
        }
        self.rejected(mean)
    }

    /// Photons arrive until the product of uniform deviates falls below e^−mean.
    fn counted(&mut self, thresholds: &[f32], deviates: &mut [f32]) {
        let mut pixels = thresholds.iter().zip(deviates);
        let Some((mut threshold, mut deviate)) = pixels.next() else { return };
        let (mut photons, mut product) = (0.0, 1.0);
        self.random.uniform_while(|uniform| {
            product *= uniform;
            if product > *threshold {
                photons += 1.0;
                return true;
            }
            *deviate = photons;
            (photons, product) = (0.0, 1.0);
            let next = pixels.next();
            let is_followed = next.is_some();
            if let Some(next) = next {
                (threshold, deviate) = next;
            }
            is_followed
        });
    }

    /// Rejection under a Lorentzian.
    #[expect(clippy::float_cmp, reason = "the C program caches the last mean exactly")]
    fn rejected(&mut self, mean: f32) -> f32 {
        if mean != self.known.mean {
            let wide = f64::from(mean);
            let log = narrow(wide.ln());
            self.known = Known {
                mean,
                square_root: narrow((2.0 * wide).sqrt()),
                log,
                threshold: mean * log - ln_gamma(mean + 1.0),
            };
        }
        let Known { square_root, log, threshold, .. } = self.known;
        loop {
            let (photons, y) = loop {
                let y = narrow((PI * f64::from(self.random.uniform())).tan());
                let photons = square_root * y + mean;
                if photons >= 0.0 {
                    break (photons.floor(), y);
                }
            };
            let exponent = photons * log - ln_gamma(photons + 1.0) - threshold;
            let accepted = narrow(0.9 * (1.0 + f64::from(y * y)) * f64::from(exponent).exp());
            if self.random.uniform() <= accepted {
                return photons;
            }
        }
    }

    /// Box and Muller's polar method; the second of a pair is kept for the next call.
    fn gaussian(&mut self) -> f32 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let [v1, v2] = [0; 2].map(|_| narrow(2.0 * f64::from(self.random.uniform()) - 1.0));
            let radius = v1 * v1 + v2 * v2;
            if radius < 1.0 && radius != 0.0 {
                let factor = narrow((-2.0 * f64::from(radius).ln() / f64::from(radius)).sqrt());
                self.spare = Some(v1 * factor);
                return v2 * factor;
            }
        }
    }
}

/// lnΓ(x) by the six-term Lanczos series, rounded to f32.
fn ln_gamma(x: f32) -> f32 {
    let x = f64::from(x);
    let shifted = x + 5.5;
    let shifted = shifted - (x + 0.5) * shifted.ln();
    let mut series = 1.000_000_000_190_015;
    let mut term = x;
    for coefficient in LANCZOS {
        term += 1.0;
        series += coefficient / term;
    }
    narrow(-shifted + (2.506_628_274_631_000_5 * series / x).ln())
}

#[expect(clippy::cast_possible_truncation, reason = "the C program stores a float here")]
fn narrow(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    #![expect(clippy::cast_possible_truncation, reason = "what is dropped is what is tested, or nothing")]

    use super::*;

    #[test]
    fn ln_gamma_of_integers_is_the_log_of_factorials() {
        let mut factorial = 1.0f64;
        for n in 1..15u8 {
            factorial *= f64::from(n);
            assert!((f64::from(ln_gamma(f32::from(n) + 1.0)) - factorial.ln()).abs() < 2e-6, "{n}");
        }
    }

    #[test]
    fn thresholds_are_those_of_the_system_to_the_bit() {
        // Miri varies the last digits of exponentials.
        let count = if cfg!(miri) { 0 } else { 2_000_003 };
        let means: Vec<f32> = (0..count).map(|i| i as f32 * 7.3e-6).collect();
        let mut found = Vec::new();
        thresholds(&means, &mut found);
        for (mean, found) in means.iter().zip(&found) {
            assert_eq!(found.to_bits(), threshold(*mean).to_bits(), "{mean}");
        }
    }

    /// Dark pixels, which are passed over, take their deviates as if each were drawn.
    #[test]
    fn every_pixel_shows_the_deviate_of_its_own_mean() {
        let means = [0.0, DARK_BELOW.next_down(), DARK_BELOW, 1e-6, 0.9, 7.0, 30.0, 2e6];
        let image = Array2::from_shape_fn((40, 107), |(slow, fast)| {
            let is_dark = (fast / (slow + 1)) % 3 != 1;
            means[(slow * 7 + fast * 3) % if is_dark { 2 } else { 8 }]
        });
        let region = Region { slow: 0..=39, fast: 3..=101 };
        let noisy = Readout::new(10.0, 42).read(image.view(), 0, &region);
        let mut stream = Poisson::new(42);
        for ((slow, fast), mean) in image.indexed_iter().filter(|((_, fast), _)| region.fast.contains(fast)) {
            let expected = (f64::from(stream.deviate(*mean)) + 10.0) as u16;
            assert_eq!(noisy.counts[[slow, fast]], expected, "{slow} {fast}");
        }
    }

    #[test]
    fn counts_are_truncated_and_clamped_as_by_a_cast() {
        for offset in [-3.5, 0.0, 40.0, 70000.0] {
            let readout = Readout::new(offset, 1);
            for photons in [0.0, 0.5, 3.0, 4.0, 1e3, 65494.9, 65495.0, 65535.0, 65536.0, 1e9, f64::INFINITY] {
                let expected = ((photons + offset) as u16, photons + offset > 65535.0);
                assert_eq!(readout.stored(photons), expected, "{photons} {offset}");
            }
        }
    }

    /// The parts of an image, row after row, draw the deviates that the image draws.
    #[test]
    fn parts_draw_from_one_stream() {
        let image = Array2::from_shape_fn((6, 7), |(slow, fast)| (3 * slow + 5 * fast) as f32);
        let region = Region { slow: 1..=4, fast: 2..=9 };
        let whole = Readout::new(10.0, 42).read(image.view(), 0, &region);
        let mut readout = Readout::new(10.0, 42);
        let parts = image.axis_chunks_iter(Axis(0), 4).enumerate();
        let parts = parts.map(|(index, part)| readout.read(part, 4 * index, &region));
        let parts: Vec<Noisy> = parts.collect();
        let counts: Vec<u16> = parts.iter().flat_map(|part| part.counts.iter().copied()).collect();
        assert_eq!(counts, whole.counts.iter().copied().collect::<Vec<_>>());
        let photons: f64 = parts.iter().map(|part| part.photons).sum();
        assert_eq!(photons.to_bits(), whole.photons.to_bits());
    }

    /// Mean and variance of a Poisson deviate are its mean, in each of the three regimes.
    #[test]
    fn deviates_have_the_mean_and_the_variance_of_poisson() {
        for mean in [0.3f32, 5.0, 11.9, 12.0, 500.0, 2.0e6] {
            // Miri, a thousand times slower, is given fewer.
            let (mut stream, count) = (Poisson::new(5), if cfg!(miri) { 1000 } else { 40_000 });
            let deviates: Vec<f64> = (0..count).map(|_| f64::from(stream.deviate(mean))).collect();
            let average = deviates.iter().sum::<f64>() / f64::from(count);
            let variance = deviates.iter().map(|d| (d - average).powi(2)).sum::<f64>() / f64::from(count);
            let mean = f64::from(mean);
            // The variance of the variance of n deviates is (2 mean² + mean)/n.
            let deviations = 5.0 / f64::from(count).sqrt();
            assert!((average - mean).abs() < deviations * mean.sqrt(), "{mean} {average}");
            assert!(
                (variance / mean - 1.0).abs() < deviations * (2.0 + 1.0 / mean).sqrt(),
                "{mean} {variance}"
            );
        }
    }
}
