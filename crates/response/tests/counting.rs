//! Counted photons are Poisson deviates: χ² in bins, and moments.
#![expect(clippy::unwrap_used, reason = "helpers of tests stop like tests")]

use nanobragg_response::{Counts, Key, Pixels, Response, Sample, respond};
use ndarray::Array2;

const DEVIATES: [usize; 2] = [2500, 4000];

/// How often a normal deviate is farther off: once in two million.
const SIGMAS: f64 = 5.0;

fn counted(mean: f32) -> Array2<u32> {
    let photons = Array2::from_elem(DEVIATES, mean);
    let key = Key { seed: 20, image: u64::from(mean.to_bits()), ..Key::default() };
    match respond(photons.view(), &Response::new(Sample::U32), &key).unwrap() {
        Counts { pixels: Pixels::U32(counts), overloads: 0 } => counts,
        other => panic!("{} overloads", other.overloads),
    }
}

/// χ² over numbers of photons, joined until they are expected five times at least, tails included, is as usual.
fn check_bins(mean: f32, counts: &Array2<u32>) {
    let mut found = vec![0.0; 400];
    counts.iter().for_each(|count| found[*count as usize] += 1.0);
    let (mean, total) = (f64::from(mean), counts.len() as f64);
    let mut probability = (-mean).exp();
    let mut expected = Vec::new();
    for photons in 0..found.len() {
        expected.push(probability * total);
        probability *= mean / (photons as f64 + 1.0);
    }
    let (mut chi_square, mut bins, mut bin) = (0.0, 0.0, [0.0; 2]);
    let mut rest = total;
    for (found, expected) in found.iter().zip(&expected) {
        bin = [bin[0] + found, bin[1] + expected];
        rest -= expected;
        if bin[1] >= 5.0 && rest >= 5.0 {
            chi_square += (bin[0] - bin[1]).powi(2) / bin[1];
            bins += 1.0;
            bin = [0.0; 2];
        }
    }
    // The upper tail.
    chi_square += (bin[0] - bin[1]).powi(2) / bin[1];
    bins += 1.0;
    // Wilson and Hilferty: the cube root of χ² per degree of freedom is normal.
    let freedom: f64 = bins - 1.0;
    let variance = 2.0 / (9.0 * freedom);
    let normal = ((chi_square / freedom).cbrt() - (1.0 - variance)) / variance.sqrt();
    assert!(bins >= 2.0 && normal.abs() < SIGMAS, "{mean}: χ² {chi_square} in {bins} bins, {normal}");
}

/// Mean, variance and skewness are what they are of a Poisson deviate, within their own errors.
fn check_moments(mean: f32, counts: &Array2<u32>) {
    let (mean, total) = (f64::from(mean), counts.len() as f64);
    let moment =
        |power: i32| counts.iter().map(|count| (f64::from(*count) - mean).powi(power)).sum::<f64>() / total;
    // Central moments to the sixth, of which the errors are made (Kendall and Stuart, §5.9).
    let fourth = mean + 3.0 * mean.powi(2);
    let sixth = mean + 25.0 * mean.powi(2) + 15.0 * mean.powi(3);
    let errors = [mean, fourth - mean.powi(2), sixth - mean.powi(2)].map(|square| (square / total).sqrt());
    for (power, expected, error) in [(1, 0.0, errors[0]), (2, mean, errors[1]), (3, mean, errors[2])] {
        let found = moment(power);
        assert!(
            (found - expected).abs() < SIGMAS * error,
            "{mean}: moment {power} is {found}, error {error}"
        );
    }
}

#[test]
fn ten_million_deviates_have_the_distribution() {
    for mean in [1e-6, 1e-4, 1e-2, 0.3, 1.0, 5.0, 11.99, 12.01, 100.0] {
        let counts = counted(mean);
        check_bins(mean, &counts);
        if mean >= 1e-2 {
            check_moments(mean, &counts);
        }
    }
}

#[test]
fn ten_million_deviates_of_a_large_mean_have_the_moments() {
    for mean in [1e4, 1e6, 1e9] {
        check_moments(mean, &counted(mean));
    }
}

#[test]
fn no_photons_are_no_counts() {
    assert!(counted(0.0).iter().all(|count| *count == 0));
}
