//! F_latt: the Fourier transform of the crystal's lattice, for each shape.
//!
//! Source: Holton et al. 2014 (doi 10.1111/febs.12922), where the grating function and the spherical transform are
//! given; the constants of the others are those of the C program.

use nanobragg_geometry::Lattice;

use crate::functions::{cos_pi, exp2, sin_pi, sines_pi};
use crate::lane::{Arithmetic, Fixed, Triple};
use crate::mode::Mode;
use crate::simulation::Crystal;

/// A crystal's lattice factor.
pub(crate) trait LatticeFactor: Sync {
    /// F_latt at a distance δ from the nearest node, up to its sign, which no intensity depends on.
    fn at<L: Arithmetic>(&self, delta: Triple<L>) -> L;
    /// What of it counts in an image: 0 where the spot does not reach; `is_near` says that it mostly does.
    #[inline(always)]
    fn counted<L: Arithmetic>(&self, delta: Triple<L>, _is_near: bool) -> L {
        self.at(delta)
    }
    /// The same as a numerator and a denominator.
    #[inline(always)]
    fn counted_quotient<L: Arithmetic>(&self, delta: Triple<L>, is_near: bool) -> [L; 2] {
        [self.counted(delta, is_near), L::splat(1.0)]
    }
    /// The same from a distance in fixed point, in single precision.
    #[inline(always)]
    fn counted_quotient_in_single<X: Fixed>(&self, [a, b, c]: [X; 3], is_near: bool) -> [X::Single; 2] {
        self.counted_quotient(Triple([a.to_single(), b.to_single(), c.to_single()]), is_near)
    }
    /// How far spots reach, where they end.
    fn spot(&self) -> Option<Spot> {
        None
    }
    /// Whether it is a product of gratings, whose fringes have no end.
    const HAS_FRINGES: bool = false;
    /// Whether it is 0 over whole blocks of pixels often enough to be tested before F is fetched.
    const OFTEN_ZERO: bool = false;
    /// F_latt_a, F_latt_b, F_latt_c and F_latt with their signs, where the shape has such parts.
    fn signed_parts(&self, _nearest: [f64; 3], _delta: [f64; 3]) -> Option<[f64; 4]> {
        None
    }
}

/// A parallelepiped. With `SEVERAL`, every axis has more than one cell and no step tests for it: 16 % on fifty mosaic
/// domains (bench `rows`).
pub(crate) struct Square<const SEVERAL: bool> {
    cells: [f64; 3],
    /// The same as integers: converting them at every step in single precision would be a tenth of it.
    whole_cells: [i32; 3],
}

/// An ellipsoid.
pub(crate) struct Round {
    rho: Rho,
    peak: f64,
    /// Of the part of its fringes that counts.
    radius: f64,
}

/// Gaussian spots.
pub(crate) struct Gauss {
    rho: Rho,
    peak: f64,
    /// The smallest F_latt that counts, as a power of two of the peak.
    end: f64,
}

/// Where a spot ends: fudge·ρ² ≤ radius², with the vectors that δh, δk, δl are multiples of in ρ.
pub(crate) struct Spot {
    pub(crate) basis: [[f64; 3]; 3],
    pub(crate) radius: f64,
}

/// Flat spots.
pub(crate) struct Tophat {
    rho: Rho,
    peak: f64,
}

/// fudge·ρ², the squared distance from the node in units of a spot's width.
enum Rho {
    /// (Na δh)² + (Nb δk)² + (Nc δl)².
    InCells([f64; 3]),
    /// The C program's for gauss and tophat (Q9), (NaNbNc)²·|δh a* + δk b* + δl c*|²: the vectors that δh, δk, δl are multiples
    /// of.
    Reference([[f64; 3]; 3]),
}

/// √(π/6), the root of a ball's volume over that of the cube around it, to the digits that nanoBragg has: over all of
/// reciprocal space F_latt² then holds as much as the square crystal's.
const SPHERE_OF_A_CUBE: f64 = 0.723_601_254_558_268;
/// Width of the Gaussian: F_latt² falls to half where the square crystal's does.
const GAUSS_WIDTH: f64 = 0.63;
/// F_latt is 2 to the power of this times ρ², of its peak.
const POWER: f64 = -std::f64::consts::LOG2_E / GAUSS_WIDTH;
/// The least power of two that is a number of full precision, in double and in single precision.
const LEAST_POWERS: [f64; 2] = [-1022.0, -126.0];
/// Below it a power of two is 0. Up to here a step counts where every one multiplies the running sum.
const UNDERFLOW: f64 = -1075.0;
/// A Gaussian spot ends where F_latt is this part of its peak: F_latt² below 1e-20 of its own changes no photon, and no
/// digit of an image in f32.
const SPOT_END: f64 = 1e-10;
/// A spot that may be left out all of it ends close to its peak.
const WHOLE_SPOT: f64 = 0.999;
/// Edge of the flat spot: the square crystal's volume at the same height.
const TOPHAT_EDGE: f64 = 0.3969;
/// F_latt of a ball is at most 3(1 + 1/x)/x² of its peak, 4.5/x² from x = 2 on.
const BALL_BOUND: [f64; 2] = [4.5, 2.0];
/// Added to δ: nothing to any δ but 0, where sin(πNδ)/sin(πδ) is then N to the last bit instead of 0/0.
const TINY: f64 = 1e-30;

impl<const SEVERAL: bool> Square<SEVERAL> {
    pub(crate) fn new(crystal: &Crystal) -> Self {
        Self { cells: crystal.cells.map(f64::from), whole_cells: crystal.cells.map(u32::cast_signed) }
    }
}

/// The distance of N·δ from the nearest integer.
#[inline(always)]
fn rest_of_turns<L: Arithmetic>(cells: f64, delta: L) -> L {
    // An addition rounds, and takes the product along.
    let (cells, rounds) = (L::splat(cells), L::splat(L::ROUNDS));
    let turns = delta.mul_add(cells, rounds) - rounds;
    delta.mul_add(cells, -turns)
}

/// The same from a distance in fixed point.
#[inline(always)]
fn fixed_rest_of_turns<X: Fixed>(cells: i32, delta: X) -> X::Single {
    delta.times(cells).to_single()
}

/// Products of three numerators sin(πNδ), up to their signs, and three denominators sin(πδ).
#[inline(always)]
fn products<L: Arithmetic>([a, b, c]: [L; 3], [d, e, f]: [L; 3]) -> [L; 2] {
    let [a, b, c, d, e, f] = sines_pi([a, b, c, d, e, f]);
    [a * b * c, d * e * f]
}

impl<const SEVERAL: bool> LatticeFactor for Square<SEVERAL> {
    const HAS_FRINGES: bool = true;

    #[inline(always)]
    fn at<L: Arithmetic>(&self, delta: Triple<L>) -> L {
        let [above, below] = self.counted_quotient(delta, false);
        above / below
    }

    /// One division for all three axes; an axis of one cell has factor 1.
    #[inline(always)]
    fn counted_quotient<L: Arithmetic>(&self, delta: Triple<L>, _: bool) -> [L; 2] {
        let delta = delta.0.map(|delta| delta + L::splat(TINY));
        if SEVERAL {
            let ([a, b, c], [na, nb, nc]) = (delta, self.cells);
            return products([rest_of_turns(na, a), rest_of_turns(nb, b), rest_of_turns(nc, c)], delta);
        }
        let mut above = L::splat(1.0);
        let mut below = L::splat(1.0);
        for (cells, delta) in self.cells.into_iter().zip(delta) {
            if cells > 1.0 {
                let [numerator, denominator] = sines_pi([rest_of_turns(cells, delta), delta]);
                above = above * numerator;
                below = below * denominator;
            }
        }
        [above, below]
    }

    /// N·δ is reduced before it is rounded.
    #[inline(always)]
    fn counted_quotient_in_single<X: Fixed>(&self, delta: [X; 3], _is_near: bool) -> [X::Single; 2] {
        let [mut above, mut below] = [X::Single::splat(1.0); 2];
        let ([a, b, c], [na, nb, nc]) = (delta, self.whole_cells);
        if SEVERAL {
            let rests = [fixed_rest_of_turns(na, a), fixed_rest_of_turns(nb, b), fixed_rest_of_turns(nc, c)];
            [above, below] = products(rests, [a.to_single(), b.to_single(), c.to_single()]);
        } else {
            for (cells, delta) in self.whole_cells.into_iter().zip(delta).filter(|(cells, _)| *cells != 1) {
                let [numerator, denominator] =
                    sines_pi([fixed_rest_of_turns(cells, delta), delta.to_single()]);
                above = above * numerator;
                below = below * denominator;
            }
        }
        [above, below]
    }

    /// F_latt_a, F_latt_b, F_latt_c and F_latt with their signs.
    fn signed_parts(&self, nearest: [f64; 3], delta: [f64; 3]) -> Option<[f64; 4]> {
        let mut parts = [1.0; 4];
        for axis in 0..3 {
            let cells = self.cells[axis];
            if cells > 1.0 {
                let delta = delta[axis] + TINY;
                let [numerator, denominator] = sines_pi([rest_of_turns(cells, delta), delta]);
                // sin(πN(h0+δ))/sin(π(h0+δ)) = (−1)^((N−1)h0) sin(πNδ)/sin(πδ), and the numerator's turns are omitted.
                let half_turns = (cells - 1.0) * nearest[axis] + (cells * delta).round_ties_even();
                let sign = if half_turns.rem_euclid(2.0) < 0.5 { 1.0 } else { -1.0 };
                parts[axis] = sign * numerator / denominator;
            }
            parts[3] *= parts[axis];
        }
        Some(parts)
    }
}

impl Rho {
    fn in_cells(crystal: &Crystal) -> Self {
        let width = crystal.fudge.sqrt();
        Self::InCells(crystal.cells.map(|cells| f64::from(cells) * width))
    }

    fn reference(crystal: &Crystal, lattice: &Lattice) -> Self {
        let scale = peak(crystal) * crystal.fudge.sqrt();
        Self::Reference([lattice.a_star, lattice.b_star, lattice.c_star].map(|v| (v * scale).to_array()))
    }

    fn of_mode(crystal: &Crystal, lattice: &Lattice, mode: Mode) -> Self {
        match mode {
            Mode::Physics => Self::in_cells(crystal),
            Mode::Compat => Self::reference(crystal, lattice),
        }
    }

    /// The vectors that δh, δk, δl are multiples of.
    fn basis(&self) -> [[f64; 3]; 3] {
        match *self {
            Self::InCells([a, b, c]) => [[a, 0.0, 0.0], [0.0, b, 0.0], [0.0, 0.0, c]],
            Self::Reference(basis) => basis,
        }
    }

    #[inline(always)]
    fn squared<L: Arithmetic>(&self, delta: Triple<L>) -> L {
        let [h, k, l] = delta.0;
        let along = match *self {
            Self::InCells(cells) => {
                let [a, b, c] = cells;
                Triple([L::splat(a) * h, L::splat(b) * k, L::splat(c) * l])
            }
            Self::Reference(basis) => {
                let [a, b, c] = basis.map(Triple::splat);
                c.scaled_plus(l, b.scaled_plus(k, a.scaled(h)))
            }
        };
        along.dot(along)
    }
}

fn peak(crystal: &Crystal) -> f64 {
    crystal.cells.iter().map(|&n| f64::from(n)).product()
}

impl Round {
    /// Fringes down to F_latt² of the tolerated one; 0 for all of them.
    pub(crate) fn new(crystal: &Crystal, tolerated_square: f64) -> Self {
        let peak = peak(crystal) * SPHERE_OF_A_CUBE;
        let [height, from] = BALL_BOUND;
        let x = (height * peak / tolerated_square.sqrt()).sqrt().max(from);
        Self { rho: Rho::in_cells(crystal), peak, radius: x / std::f64::consts::PI }
    }
}

impl LatticeFactor for Round {
    /// S(x) = 3(sin x/x − cos x)/x² with x = π√(fudge·ρ²); its series near 0, where the difference cancels.
    #[inline(always)]
    fn at<L: Arithmetic>(&self, delta: Triple<L>) -> L {
        let square = self.rho.squared(delta);
        let half_turns = square.sqrt();
        let turns = half_turns.round();
        let rest = half_turns - turns;
        // (−1)^turns, as 1 − 2·(turns mod 2).
        let even = (turns * L::splat(0.5)).floor() * L::splat(2.0);
        let sign = L::splat(1.0) - (turns - even) * L::splat(2.0);
        let x2 = square * L::splat(std::f64::consts::PI * std::f64::consts::PI);
        let x = half_turns.larger(L::splat(TINY)) * L::splat(std::f64::consts::PI);
        let near = [-1.0 / 1_330_560.0, 1.0 / 15_120.0, -1.0 / 280.0, 1.0 / 10.0].map(L::splat);
        let [s3, s2, s1, s0] = near;
        // 1 − x²/10 + x⁴/280 − x⁶/15120 + x⁸/1330560
        let series = (s3.mul_add(x2, s2).mul_add(x2, s1).mul_add(x2, s0) * -x2) + L::splat(1.0);
        let direct = sign * (sin_pi(rest) / x - cos_pi(rest)) * L::splat(3.0) / x2.larger(L::splat(TINY));
        let transform = L::select(x2.below(L::splat(0.04)), series, direct);
        transform * L::splat(self.peak)
    }

    #[inline(always)]
    fn counted<L: Arithmetic>(&self, delta: Triple<L>, _: bool) -> L {
        let reached = self.rho.squared(delta).at_most(L::splat(self.radius * self.radius));
        L::select(reached, self.at(delta), L::splat(0.0))
    }

    fn spot(&self) -> Option<Spot> {
        self.radius.is_finite().then_some(Spot { basis: self.rho.basis(), radius: self.radius })
    }
}

impl Gauss {
    /// Spots that end where F_latt is [`SPOT_END`] of its peak, or its square is the tolerated one; or not at all.
    pub(crate) fn new(
        crystal: &Crystal,
        lattice: &Lattice,
        mode: Mode,
        tolerated_square: Option<f64>,
    ) -> Self {
        let peak = peak(crystal);
        let end = tolerated_square
            .map_or(UNDERFLOW, |square| (square.sqrt() / peak).clamp(SPOT_END, WHOLE_SPOT).log2());
        Self { rho: Rho::of_mode(crystal, lattice, mode), peak, end }
    }

    /// F_latt down to a power of two of its peak, 0 below; where numbers lose precision, it is kept at the last that has all of it.
    #[inline(always)]
    fn down_to<L: Arithmetic>(&self, end: f64, delta: Triple<L>, is_near: bool) -> L {
        let [double, single] = LEAST_POWERS;
        let (least, end) = if L::IS_SINGLE { (single, end.max(single)) } else { (double, end) };
        let power = self.rho.squared(delta) * L::splat(POWER);
        let is_beyond = power.below(L::splat(end));
        if !is_near && L::all(is_beyond) {
            return L::splat(0.0);
        }
        let bounded = if end < least { power.larger(L::splat(least)) } else { power };
        L::select(is_beyond, L::splat(0.0), L::splat(self.peak) * exp2(bounded))
    }
}

impl LatticeFactor for Gauss {
    const OFTEN_ZERO: bool = true;

    #[inline(always)]
    fn at<L: Arithmetic>(&self, delta: Triple<L>) -> L {
        self.down_to(UNDERFLOW, delta, false)
    }

    #[inline(always)]
    fn counted<L: Arithmetic>(&self, delta: Triple<L>, is_near: bool) -> L {
        self.down_to(self.end, delta, is_near)
    }

    fn spot(&self) -> Option<Spot> {
        Some(Spot { basis: self.rho.basis(), radius: (self.end / POWER).sqrt() })
    }
}

impl Tophat {
    pub(crate) fn new(crystal: &Crystal, lattice: &Lattice, mode: Mode) -> Self {
        Self { rho: Rho::of_mode(crystal, lattice, mode), peak: peak(crystal) }
    }
}

impl LatticeFactor for Tophat {
    const OFTEN_ZERO: bool = true;

    #[inline(always)]
    fn at<L: Arithmetic>(&self, delta: Triple<L>) -> L {
        let inside = self.rho.squared(delta).below(L::splat(TOPHAT_EDGE));
        L::select(inside, L::splat(self.peak), L::splat(0.0))
    }

    fn spot(&self) -> Option<Spot> {
        Some(Spot { basis: self.rho.basis(), radius: TOPHAT_EDGE.sqrt() })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::float_cmp, reason = "these numbers are exact")]

    use super::*;
    use crate::simulation::Shape;
    use nanobragg_geometry::UnitCell;
    use proptest::prelude::*;
    use std::f64::consts::PI;

    fn crystal(shape: Shape, cells: [u32; 3], fudge: f64) -> Crystal {
        Crystal { shape, cells, fudge }
    }

    fn at(shape: &impl LatticeFactor, hkl: [f64; 3]) -> f64 {
        let nearest = hkl.map(|h| (h - 0.5).ceil());
        let delta = [0, 1, 2].map(|i| hkl[i] - nearest[i]);
        shape.at(Triple(delta))
    }

    fn lattice() -> Lattice {
        Lattice::from_cell(&UnitCell::new([10.0, 20.0, 25.0], [90.0; 3]).unwrap())
    }

    #[test]
    fn integer_indices_give_the_number_of_cells() {
        let cells = [4, 7, 10];
        let c = crystal(Shape::Square, cells, 1.0);
        for (name, found) in [
            ("square", at(&Square::<false>::new(&c), [3.0, -2.0, 0.0])),
            ("gauss", at(&Gauss::new(&c, &lattice(), Mode::Physics, None), [3.0, -2.0, 0.0])),
            ("tophat", at(&Tophat::new(&c, &lattice(), Mode::Physics), [3.0, -2.0, 0.0])),
            ("round", at(&Round::new(&c, 0.0), [3.0, -2.0, 0.0]) / SPHERE_OF_A_CUBE),
        ] {
            assert!((found.abs() - 280.0).abs() < 280.0 * 1e-15, "{name} {found}");
        }
    }

    #[test]
    fn one_cell_has_no_lattice() {
        let square = Square::<false>::new(&crystal(Shape::Square, [1, 1, 1], 1.0));
        for h in [0.0, 0.3, 0.5, -7.25] {
            assert_eq!(at(&square, [h, 0.1, 2.0 * h]), 1.0);
        }
    }

    #[test]
    fn q9_the_reference_measures_the_radius_in_the_wrong_unit() {
        let c = crystal(Shape::Gauss, [5, 5, 5], 1.0);
        let (ours, reference) =
            (Gauss::new(&c, &lattice(), Mode::Physics, None), Gauss::new(&c, &lattice(), Mode::Compat, None));
        let hkl = [0.1, 0.0, 0.0];
        assert!((at(&ours, hkl) - 125.0 * (-0.25 / 0.63f64).exp()).abs() < 1e-12);
        assert!((at(&reference, hkl) - 125.0 * (-(125.0 * 0.1 * 0.1f64).powi(2) / 0.63).exp()).abs() < 1e-12);
    }

    /// Where every step multiplies the running sum, the C program passes over those whose exponential is 0, and no others.
    #[test]
    fn a_gaussian_is_nothing_only_where_its_exponential_is() {
        let c = crystal(Shape::Gauss, [100, 1, 1], 1.0);
        let gauss = Gauss::new(&c, &lattice(), Mode::Physics, None);
        let counted = |exponent: f64| {
            gauss.counted(Triple([(-exponent * GAUSS_WIDTH).sqrt() / 100.0, 0.0, 0.0]), false)
        };
        assert!((counted(-700.0) / (100.0 * (-700f64).exp()) - 1.0).abs() < 1e-11);
        for exponent in [-709.0, -720.0, -745.0] {
            assert!(counted(exponent) > 0.0 && counted(exponent) < 1e-305, "{exponent}");
        }
        assert_eq!(counted(-746.0), 0.0);
    }

    /// Miri, a thousand times slower, is given fewer.
    fn cases() -> ProptestConfig {
        let config = ProptestConfig::default();
        ProptestConfig { cases: if cfg!(miri) { 8 } else { config.cases }, ..config }
    }

    proptest! {
        #![proptest_config(cases())]
        #[test]
        fn the_square_factor_is_a_ratio_of_sines(h in prop::array::uniform3(-9.0..9.0f64), n in prop::array::uniform3(2..60u32)) {
            let square = Square::<false>::new(&crystal(Shape::Square, n, 1.0));
            let expected: f64 = (0..3).map(|i| (PI * f64::from(n[i]) * h[i]).sin() / (PI * h[i]).sin()).product();
            let peak: f64 = n.iter().map(|&n| f64::from(n)).product();
            prop_assert!((at(&square, h).abs() - expected.abs()).abs() < 1e-10 * peak);
            let nearest = h.map(|h| (h - 0.5).ceil());
            let parts = square.signed_parts(nearest, [0, 1, 2].map(|i| h[i] - nearest[i])).unwrap();
            prop_assert!((parts[3] - expected).abs() < 1e-10 * peak, "{} {}", parts[3], expected);
        }

        #[test]
        fn the_round_factor_is_the_transform_of_a_ball(h in prop::array::uniform3(-0.5..0.5f64), n in 1..40u32, fudge in 0.1..3.0f64) {
            let round = Round::new(&crystal(Shape::Round, [n, n, n], fudge), 0.0);
            let x = PI * f64::from(n) * (fudge * h.iter().map(|h| h * h).sum::<f64>()).sqrt();
            prop_assume!(x > 1e-3);
            let peak = f64::from(n).powi(3) * SPHERE_OF_A_CUBE;
            let expected = peak * 3.0 * (x.sin() / x - x.cos()) / (x * x);
            prop_assert!((at(&round, h) - expected).abs() < 1e-9 * peak, "{x}");
        }
    }
}
