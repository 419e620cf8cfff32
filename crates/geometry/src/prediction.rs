//! Which reflections are on an image, and in which direction.
//!
//! A reflection of the reciprocal lattice vector p (without 2π, in Å⁻¹) diffracts where p meets the Ewald sphere:
//! |s₀ + p| = |s₀|, with s₀ of length 1/λ along the beam. Its ray runs along s₀ + p.
//!
//! During a rotation about the unit vector e, p(φ) = e(e·p) + cos φ p⊥ + sin φ e×p, and the condition p² + 2 s₀·p(φ) = 0
//! is A cos φ + B sin φ = C with A = s₀·p⊥, B = s₀·(e×p) and C = −p²/2 − (s₀·e)(e·p), so that
//! φ = atan2(B, A) ± arccos(C/√(A² + B²)) (Kabsch 1988, J. Appl. Cryst. 21, 916, has the same in components).
//!
//! A reflection that does not cross the sphere is on the image where its excitation error ε = |s₀ + p| − |s₀| is within
//! reach of what is not sharp: ε ≤ w_λ + w_δ + w_η + w_N. To first order, with ŝ along s₀ + p and n along s₀×p,
//!
//! - w_λ = (Δλ/2λ²)(1 − cos 2θ), of the band of full width Δλ,
//! - w_δ = δ |(n×p)·ŝ|, of directions of the beam up to δ from their mean,
//! - w_η = η |(n×p)·ŝ|, of mosaic domains up to η from their mean,
//! - w_N = 1/√(Σ (N_i a_i·ŝ)²), of a crystal of N₁ × N₂ × N₃ cells: the first zero of its lattice factor.
//!
//! The ray is that of the mean over all of them as if they were Gaussian: each takes the part w²/Σw² of −ε, by another
//! wavelength, another direction of s₀, a rotation of p, and a shift of p along ŝ.

use std::f64::consts::{PI, TAU};

use crate::{LabVec, Lattice, Source};

/// A crystal in a beam during an image.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The lattice at spindle angle 0, without mosaicity.
    pub lattice: Lattice,
    /// Unit spindle axis, about which it turns right-handed.
    pub spindle: LabVec,
    /// Spindle angle at the start, radians.
    pub start_rad: f64,
    /// Rotation during the image, radians; 0 for a still.
    pub range_rad: f64,
    /// The beam.
    pub sources: Vec<Source>,
    /// Unit cells along a, b and c.
    pub cells: [u32; 3],
    /// Largest angle of a mosaic domain to the lattice, radians.
    pub mosaic_spread_rad: f64,
}

/// A reflection on an image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// h, k and l.
    pub miller: [i32; 3],
    /// Along its ray, from the sample; of any length.
    pub direction: LabVec,
    /// Spindle angle at which it is nearest to the Ewald sphere, radians.
    pub phi_rad: f64,
    /// |s₀ + p| − |s₀| there, Å⁻¹: 0 where it crosses the sphere.
    pub excitation_error: f64,
}

/// The mean of a beam, and how far it is spread.
struct MeanBeam {
    incident: LabVec,
    /// 1/λ, Å⁻¹.
    wavenumber: f64,
    /// Half the range of 1/λ, as a part of it.
    half_band: f64,
    /// Largest angle to the mean direction, radians.
    half_divergence_rad: f64,
}

impl Prediction {
    /// The reflections on an image up to a resolution in Å, in the order of their indices; one that crosses the sphere
    /// twice is there twice.
    #[must_use]
    pub fn spots(&self, d_min_angstrom: f64) -> Vec<Spot> {
        let beam = MeanBeam::of(&self.sources);
        let farthest = 1.0 / d_min_angstrom;
        let Lattice { a, b, c, a_star, b_star, c_star, .. } = self.lattice;
        #[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
        let last = |edge: LabVec| (edge.length() * farthest) as i32;
        let mut spots = Vec::new();
        for h in -last(a)..=last(a) {
            for k in -last(b)..=last(b) {
                let plane = a_star * f64::from(h) + b_star * f64::from(k);
                for l in -last(c)..=last(c) {
                    let p = plane + c_star * f64::from(l);
                    if [h, k, l] != [0; 3] && p.dot(p) <= farthest * farthest {
                        self.add(&beam, [h, k, l], p, &mut spots);
                    }
                }
            }
        }
        spots
    }

    /// The reflections within a resolution in Å, about: the volume of the sphere over that of the reciprocal cell.
    #[must_use]
    pub fn candidates(&self, d_min_angstrom: f64) -> f64 {
        4.0 / 3.0 * PI / d_min_angstrom.powi(3) * self.lattice.volume.abs()
    }

    fn add(&self, beam: &MeanBeam, miller: [i32; 3], p: LabVec, spots: &mut Vec<Spot>) {
        let s0 = beam.incident * beam.wavenumber;
        // From the middle of the image a point moves by no more than this.
        let middle = p.about(self.spindle, self.start_rad + self.range_rad / 2.0);
        let reach = p.length()
            * (self.range_rad / 2.0 + self.mosaic_spread_rad + beam.half_divergence_rad + beam.half_band)
            + self.widest();
        if excitation(s0, middle).abs() > reach {
            return;
        }
        let p_along = self.spindle * self.spindle.dot(p);
        let (cosine, sine) = (s0.dot(p - p_along), s0.dot(self.spindle.cross(p)));
        let constant = -p.dot(p) / 2.0 - s0.dot(p_along);
        let nearest = sine.atan2(cosine);
        let ratio = constant / cosine.hypot(sine);
        let mut crossed = false;
        if ratio.abs() <= 1.0 && self.range_rad > 0.0 {
            for phi in [nearest - ratio.acos(), nearest + ratio.acos()] {
                if let Some(phi_rad) = self.within(phi) {
                    crossed = true;
                    let direction = s0 + p.about(self.spindle, phi_rad);
                    spots.push(Spot { miller, direction, phi_rad, excitation_error: 0.0 });
                }
            }
        }
        if crossed {
            return;
        }
        let extrema = [nearest, nearest + PI].into_iter().filter_map(|phi| self.within(phi));
        let ends = [self.start_rad, self.start_rad + self.range_rad];
        let error = |phi: f64| excitation(s0, p.about(self.spindle, phi));
        let nearest =
            ends.into_iter().chain(extrema).min_by(|x, y| error(*x).abs().total_cmp(&error(*y).abs()));
        spots.extend(nearest.and_then(|phi| self.unsharp(beam, miller, p, phi)));
    }

    /// The spot of a reflection beside the sphere, where it is within reach.
    fn unsharp(&self, beam: &MeanBeam, miller: [i32; 3], p: LabVec, phi_rad: f64) -> Option<Spot> {
        let s0 = beam.incident * beam.wavenumber;
        let turned = p.about(self.spindle, phi_rad);
        let ray = (s0 + turned).unit();
        let error = excitation(s0, turned);
        let normal = s0.cross(turned).unit();
        let lever = normal.cross(turned).dot(ray);
        let one_less_cosine = 1.0 - ray.dot(beam.incident);
        let band = beam.half_band * beam.wavenumber * one_less_cosine;
        let divergence = beam.half_divergence_rad * lever.abs();
        let mosaic = self.mosaic_spread_rad * lever.abs();
        let size = self.width_along(ray.about(self.spindle, -phi_rad));
        if error.abs() > band + divergence + mosaic + size {
            return None;
        }
        // The shares of −ε, each over what its cause moves |s₀ + p| − |s₀| by; those causes may move nothing.
        let per_variance = error / (band * band + divergence * divergence + mosaic * mosaic + size * size);
        let stretched = s0 * (1.0 + per_variance * beam.half_band * band);
        let s0 = stretched.about(normal, per_variance * beam.half_divergence_rad.powi(2) * lever);
        let turned = turned.about(normal, -per_variance * self.mosaic_spread_rad.powi(2) * lever);
        let direction = s0 + turned - ray * (per_variance * size * size);
        Some(Spot { miller, direction, phi_rad, excitation_error: error })
    }

    /// An angle, by whole turns, that is in the image.
    fn within(&self, phi: f64) -> Option<f64> {
        let after = (phi - self.start_rad).rem_euclid(TAU);
        (after <= self.range_rad).then_some(self.start_rad + after)
    }

    /// From a lattice point to the first zero of the lattice factor along a unit vector at spindle angle 0, Å⁻¹.
    fn width_along(&self, direction: LabVec) -> f64 {
        let edges = [self.lattice.a, self.lattice.b, self.lattice.c];
        let parts = edges.into_iter().zip(self.cells).map(|(edge, n)| f64::from(n) * edge.dot(direction));
        1.0 / parts.map(|part| part * part).sum::<f64>().sqrt()
    }

    /// No less than any [`width_along`](Self::width_along): a unit vector is Σ (a_i·d) a*_i, so that
    /// 1 ≤ √(Σ (N_i a_i·d)²) · √(Σ (|a*_i|/N_i)²).
    fn widest(&self) -> f64 {
        let Lattice { a_star, b_star, c_star, .. } = self.lattice;
        let over_cells = [a_star, b_star, c_star].into_iter().zip(self.cells);
        over_cells.map(|(star, n)| star.length() / f64::from(n.max(1))).sum()
    }
}

impl MeanBeam {
    fn of(sources: &[Source]) -> Self {
        let total: f64 = sources.iter().map(|source| source.weight).sum();
        let zero = (LabVec::ZERO, 0.0);
        let (sum, wavenumbers) = sources.iter().fold(zero, |(sum, wavenumbers), source| {
            (sum + source.incident * source.weight, wavenumbers + source.weight / source.wavelength_angstrom)
        });
        let (incident, wavenumber) = (sum.unit(), wavenumbers / total);
        let parts = sources.iter().map(|source| 1.0 / source.wavelength_angstrom / wavenumber);
        let (low, high) =
            parts.fold((f64::INFINITY, 0.0), |(low, high): (f64, f64), part| (low.min(part), high.max(part)));
        let angle = |source: &Source| 2.0 * ((source.incident - incident).length() / 2.0).min(1.0).asin();
        Self {
            incident,
            wavenumber,
            half_band: (high - low) / 2.0,
            half_divergence_rad: sources.iter().map(angle).fold(0.0, f64::max),
        }
    }
}

/// |s₀ + p| − |s₀|
fn excitation(s0: LabVec, p: LabVec) -> f64 {
    (s0 + p).length() - s0.length()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnitCell;

    const X: LabVec = LabVec::new(1.0, 0.0, 0.0);
    const Z: LabVec = LabVec::new(0.0, 0.0, 1.0);

    /// A crystal so large that its spots are sharp.
    fn sharp(range_rad: f64) -> Prediction {
        let cell = UnitCell::new([31.0, 37.0, 43.0], [80.0, 95.0, 100.0]).unwrap();
        Prediction {
            lattice: Lattice::from_turned_cell(&cell, [0.3, -1.1, 0.7]),
            spindle: X,
            start_rad: 0.2,
            range_rad,
            sources: vec![Source::new(Z, 1.0)],
            cells: [1_000_000_000; 3],
            mosaic_spread_rad: 0.0,
        }
    }

    fn with_sources(prediction: Prediction, wavelengths: &[f64]) -> Prediction {
        let sources = wavelengths.iter().map(|&wavelength| Source::new(Z, wavelength)).collect();
        Prediction { sources, ..prediction }
    }

    fn at(prediction: &Prediction, spot: &Spot) -> LabVec {
        let Lattice { a_star, b_star, c_star, .. } = prediction.lattice;
        let [h, k, l] = spot.miller.map(f64::from);
        (a_star * h + b_star * k + c_star * l).about(prediction.spindle, spot.phi_rad)
    }

    fn all_within_22() -> impl Iterator<Item = (i32, i32, i32)> {
        (-22..=22).flat_map(|h| (-22..=22).flat_map(move |k| (-22..=22).map(move |l| (h, k, l))))
    }

    /// Counted by the changes of sign in small steps.
    #[test]
    fn what_crosses_the_sphere_is_found_where_it_does() {
        let prediction = sharp(0.05);
        let spots = prediction.spots(2.0);
        let steps = 200;
        let phi =
            |step: u32| prediction.start_rad + prediction.range_rad * f64::from(step) / f64::from(steps);
        let mut crossings = 0;
        for (h, k, l) in all_within_22().filter(|miller| *miller != (0, 0, 0)) {
            let spot = Spot { miller: [h, k, l], direction: X, phi_rad: 0.0, excitation_error: 0.0 };
            let p = at(&prediction, &spot);
            let is_inside = |step: u32| excitation(Z, p.about(X, phi(step))) < 0.0;
            if p.length() <= 0.5 {
                crossings += (0..steps).filter(|step| is_inside(*step) != is_inside(step + 1)).count();
            }
        }
        assert!(crossings > 100, "{crossings}");
        assert_eq!(spots.len(), crossings);
        for spot in spots {
            let p = at(&prediction, &spot);
            assert!(((Z + p).length() - 1.0).abs() < 1e-12, "{spot:?}");
            assert!((spot.direction - Z - p).length() < 1e-12 && (0.2..=0.25).contains(&spot.phi_rad));
        }
    }

    /// In a band alone a lattice point diffracts at the wavelength 2 s₀·p = −λ p².
    #[test]
    fn of_a_band_each_reflection_takes_its_wavelength() {
        let prediction = with_sources(sharp(0.0), &[0.99, 1.0, 1.01]);
        let spots = prediction.spots(2.0);
        assert!(spots.len() > 20, "{}", spots.len());
        for spot in spots {
            let p = at(&prediction, &spot);
            let wavenumber = -p.dot(p) / (2.0 * Z.dot(p));
            assert!((0.9899..=1.0102).contains(&wavenumber), "{wavenumber}");
            let expected = (Z * wavenumber + p).unit();
            // What is left out is of the order of the square of half the band.
            assert!((spot.direction.unit() - expected).length() < 1e-4, "{spot:?}");
        }
    }

    /// A mosaic domain keeps the length of p, so that its ray has the angle to the beam of its resolution.
    #[test]
    fn of_mosaic_domains_each_reflection_has_its_angle() {
        let prediction = Prediction { mosaic_spread_rad: 0.01, ..sharp(0.0) };
        let spots = prediction.spots(2.0);
        assert!(spots.len() > 20, "{}", spots.len());
        for spot in spots {
            let p = at(&prediction, &spot);
            let found = (spot.direction.unit() - Z).length();
            // As above, of the spread.
            assert!((found - p.length()).abs() < 1e-4, "{spot:?}: {found}");
        }
    }

    #[test]
    fn a_small_crystal_has_spots_beside_the_sphere() {
        assert!(sharp(0.0).spots(3.0).is_empty());
        let small = Prediction { cells: [10, 12, 14], ..sharp(0.0) };
        for spot in small.spots(3.0) {
            let ray = spot.direction.unit().about(X, -0.2);
            let Lattice { a, b, c, .. } = small.lattice;
            let delta =
                [10.0 * a.dot(ray), 12.0 * b.dot(ray), 14.0 * c.dot(ray)].map(|n| n * spot.excitation_error);
            assert!(delta.iter().all(|delta| delta.abs() <= 1.0), "{spot:?}: {delta:?}");
        }
        assert!(small.spots(3.0).len() > 20);
    }
}
