//! How complete reflections are, and how strong, by resolution.

use rayon::prelude::*;

use crate::resolution::{Resolution, TOLERANCE};
use crate::{P1, ReflectionList};

/// A Wilson plot is straight beyond this resolution: solvent and the shapes of folds bend it before.
const WILSON_D_MAX_ANGSTROM: f64 = 4.5;

/// A line through fewer shells says nothing of its slope.
const FEWEST_SHELLS: usize = 3;

/// Completeness and strength of reflections, Friedel mates and other equivalents counted once.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Statistics {
    /// Shells of equal volume in reciprocal space, from the origin to the resolution of the list.
    pub shells: Vec<Shell>,
    /// Wilson's B; `None` where there are too few reflections for it.
    pub wilson: Option<Wilson>,
}

/// The reflections of a range of resolution.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Shell {
    /// The largest spacing d in Å; infinite for the first shell.
    pub d_max_angstrom: f64,
    /// The smallest spacing d in Å.
    pub d_min_angstrom: f64,
    /// Unique reflections that the space group allows.
    pub possible: usize,
    /// Those of them that are listed, or whose Friedel mate is.
    pub found: usize,
    /// The mean F of those found; 0 of none.
    pub mean_f: f64,
    /// The mean of F²/ε of those found, ε as in [`SpaceGroup::epsilon`](crate::SpaceGroup::epsilon); 0 of none.
    pub mean_intensity: f64,
    /// The mean of 1/d² in Å⁻² of those found; 0 of none.
    pub mean_inverse_d_squared: f64,
}

/// The slope of ln of the mean intensity against (sin θ/λ)² (Wilson 1942, doi 10.1038/150152a0).
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Wilson {
    /// B in Å². If no composition was given, the fall of the form factors is in it, and it serves to compare lists of the
    /// same crystal but not as that of its atoms.
    pub b_angstrom_squared: f64,
    /// The number of shells that the line goes through.
    pub shell_count: usize,
}

/// Sums over the reflections of a shell.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    possible: usize,
    found: usize,
    f: f64,
    intensity: f64,
    inverse_d_squared: f64,
}

impl Statistics {
    /// Statistics of a list and of what it was expanded to, in so many shells. With the sum of f² of all atoms of the
    /// cell as a function of (sin θ/λ)² in Å⁻², B is that of the atoms.
    #[must_use]
    pub fn of(
        list: &ReflectionList,
        p1: &P1,
        shell_count: usize,
        sum_of_f_squared: Option<&dyn Fn(f64) -> f64>,
    ) -> Self {
        let resolution = Resolution::of(&list.cell);
        let end = list.d_range_angstrom().map_or(0.0, |(d_min, _)| d_min.powi(-3));
        let sums = sums(list, p1, &resolution, shell_count, end);
        let edge = |number: usize| (end * number as f64 / shell_count as f64).cbrt().recip();
        let shells: Vec<_> = sums
            .into_iter()
            .enumerate()
            .map(|(number, sums)| Shell::new(edge(number), edge(number + 1), sums))
            .collect();
        let wilson = Wilson::of(&shells, sum_of_f_squared);
        Self { shells, wilson }
    }

    /// How much of the unique reflections up to the resolution of the list is there, from 0 to 1.
    #[must_use]
    pub fn completeness(&self) -> f64 {
        let possible: usize = self.shells.iter().map(|shell| shell.possible).sum();
        let found: usize = self.shells.iter().map(|shell| shell.found).sum();
        found as f64 / possible.max(1) as f64
    }
}

impl Shell {
    fn new(d_max_angstrom: f64, d_min_angstrom: f64, sums: Sums) -> Self {
        let mean = |sum: f64| sum / sums.found.max(1) as f64;
        Self {
            d_max_angstrom,
            d_min_angstrom,
            possible: sums.possible,
            found: sums.found,
            mean_f: mean(sums.f),
            mean_intensity: mean(sums.intensity),
            mean_inverse_d_squared: mean(sums.inverse_d_squared),
        }
    }
}

impl Wilson {
    /// A line through ln(⟨F²/ε⟩/Σf²) = ln k − 2B (sin θ/λ)², each shell with the weight of its reflections.
    fn of(shells: &[Shell], sum_of_f_squared: Option<&dyn Fn(f64) -> f64>) -> Option<Self> {
        let filled = || shells.iter().filter(|shell| shell.mean_intensity > 0.0);
        let mut used: Vec<_> =
            filled().filter(|shell| shell.d_max_angstrom <= WILSON_D_MAX_ANGSTROM).collect();
        if used.len() < FEWEST_SHELLS {
            used = filled().collect();
        }
        if used.len() < FEWEST_SHELLS {
            return None;
        }
        let points = used.iter().map(|shell| {
            let x = shell.mean_inverse_d_squared / 4.0;
            let scale = sum_of_f_squared.map_or(1.0, |sum| sum(x));
            (x, (shell.mean_intensity / scale).ln(), shell.found as f64)
        });
        let slope = slope(points)?;
        Some(Self { b_angstrom_squared: -slope / 2.0, shell_count: used.len() })
    }
}

/// The slope of the line of least squares through points (x, y) of a weight each.
fn slope(points: impl Iterator<Item = (f64, f64, f64)> + Clone) -> Option<f64> {
    let sum =
        |term: fn(f64, f64) -> f64| points.clone().map(|(x, y, weight)| weight * term(x, y)).sum::<f64>();
    let weight = sum(|_, _| 1.0);
    let (x, y) = (sum(|x, _| x) / weight, sum(|_, y| y) / weight);
    let spread = sum(|x, _| x * x) / weight - x * x;
    let slope = (sum(|x, y| x * y) / weight - x * y) / spread;
    slope.is_finite().then_some(slope)
}

/// The sums of every shell, `end` being 1/d³ of the last reflection. The planes of h are added in their order, so that the
/// number of threads changes nothing.
fn sums(list: &ReflectionList, p1: &P1, resolution: &Resolution, shell_count: usize, end: f64) -> Vec<Sums> {
    let pieces: Vec<_> = p1
        .pieces()
        .map(|nodes| {
            let mut sums = vec![Sums::default(); shell_count];
            for (node, factor) in nodes.filter(|(node, _)| *node > -*node) {
                let square = resolution.inverse_d_squared(node);
                let place = square.powf(1.5) / end * shell_count as f64;
                if place > shell_count as f64 * (1.0 + TOLERANCE) || !list.space_group.is_unique(node) {
                    continue;
                }
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a small number of shells"
                )]
                let Some(sums) = sums.get_mut((place as usize).min(shell_count.saturating_sub(1))) else {
                    continue;
                };
                sums.possible += 1;
                if let Some(factor) = factor {
                    sums.found += 1;
                    sums.f += factor;
                    sums.intensity += factor * factor / list.space_group.epsilon(node) as f64;
                    sums.inverse_d_squared += square;
                }
            }
            sums
        })
        .collect();
    pieces.into_iter().fold(vec![Sums::default(); shell_count], |mut all, piece| {
        for (sums, more) in all.iter_mut().zip(piece) {
            sums.possible += more.possible;
            sums.found += more.found;
            sums.f += more.f;
            sums.intensity += more.intensity;
            sums.inverse_d_squared += more.inverse_d_squared;
        }
        all
    })
}
