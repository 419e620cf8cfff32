//! What a computation needs before it starts, and what its ways have in common.

use std::f64::consts::PI;

use hkl_io::Miller;
use nanobragg_geometry::UnitCell;
use rayon::prelude::*;
use rustfft::num_complex::Complex;

use super::Computation;
use crate::density::{CUT, Density, Sampling};
use crate::ellipsoid::Ellipsoid;
use crate::factors::Pair;
use crate::metric::Metric;
use crate::scatterers::{Scatterers, Species};
use crate::solvent::Mask;
use crate::spectrum::{Extent, Spectrum};
use crate::sphere::Sphere;
use crate::{BulkSolvent, Error, StructureFactors};

/// Densities are sampled at d/3.
const POINTS_PER_D: f64 = 3.0;

/// Masks are sampled at this, in Å, whatever the resolution of the structure factors, so that those of low resolution,
/// where the solvent is, do not depend on it. Between masks at 0.67 Å and at 0.3 Å they differ by some 3 %.
const MASK_SPACING: f64 = 0.4;

/// No grid has as many points along an edge: three such numbers are multiplied.
const MOST_POINTS: f64 = (1 << 26) as f64;

/// Lattice planes of no crystal are so near to each other, in Å. A sphere around an atom would have any number of points.
const NEAREST_PLANES: f64 = 0.5;

/// Atoms that are so many times as many points as there are terms in the sum are so wide, for the cell or the resolution,
/// that they are summed.
const POINTS_PER_TERM: f64 = 100.0;

/// B of the sharpest atom on the grid, as a multiple of d²: indices that the grid takes for others, with s = 1/d or more,
/// have then less than exp(−11.5·3/4) = 2e-4 of what those at s = 1/(2d) have.
const SMALLEST_B: f64 = 11.5;

/// The nodes, the grid, and what atoms scatter with.
pub(super) struct Plan<'a> {
    computation: Computation<'a>,
    pub(super) metric: Metric,
    extents: Extents,
    pub(super) scatterers: Scatterers<'a>,
    nodes: Vec<Miller>,
    /// In Å².
    blur: f64,
}

/// The grids of the density and of the mask, each with coefficients as far out as they are needed.
#[derive(Clone, Copy)]
struct Extents {
    density: Extent,
    mask: Extent,
}

impl<'a> Plan<'a> {
    pub(super) fn new(computation: Computation<'a>) -> Result<Self, Error> {
        let Computation { model, d_min_angstrom, solvent, energy_ev, .. } = computation;
        let sphere = Sphere::new(&model.cell, d_min_angstrom)?;
        let metric = Metric::of(&model.cell);
        check_planes(&model.cell, &metric)?;
        if !model.space_group.fits(&model.cell) {
            return Err(Error::Symmetry {
                space_group: model.space_group.to_string(),
                edges_angstrom: model.cell.edges_angstrom,
                angles_deg: model.cell.angles_rad.map(f64::to_degrees),
            });
        }
        solvent.iter().try_for_each(BulkSolvent::check)?;
        let scatterers = Scatterers::of(model, energy_ev)?;
        let (extents, count) = computation.extents(&sphere)?;
        let mut nodes = Vec::new();
        reserve(&mut nodes, count)?;
        nodes.extend(sphere.nodes());
        let blur = (SMALLEST_B * d_min_angstrom.powi(2) - scatterers.smallest_b).max(0.0);
        Ok(Self { computation, metric, extents, scatterers, nodes, blur })
    }

    /// The number of planes that the spectrum of a density is made of.
    pub(super) const fn planes(&self) -> usize {
        self.extents.density.dims[0]
    }

    /// The number of planes that the spectrum of the mask is made of, if there is a solvent.
    pub(super) const fn mask_planes(&self) -> usize {
        if self.computation.solvent.is_some() { self.extents.mask.dims[0] } else { 0 }
    }

    /// The number of sums over atoms.
    pub(super) fn sums(&self) -> usize {
        let group = &self.computation.model.space_group;
        let present = self.nodes.iter().filter(|node| !group.is_systematically_absent(**node)).count();
        present * group.primitive_operators().len()
    }

    /// Whether the sum over the atoms is far less work than their density.
    pub(super) fn is_for_summation(&self) -> bool {
        let steps: f64 = self.extents.density.dims.iter().map(|n| *n as f64).product();
        let variances = self.scatterers.largest_b.max(0.0) + self.blur;
        let radius = CUT * (variances / (8.0 * PI * PI)).sqrt();
        let points = 4.0 / 3.0 * PI * radius.powi(3) * steps / self.computation.model.cell.volume();
        points > POINTS_PER_TERM * self.sums().max(1) as f64
    }

    /// The spectrum of the density of the atoms, without copies, each a sum of Gaussians a·exp(−b s²) of its species.
    pub(super) fn spectrum(
        &self,
        terms: impl Fn(&Species) -> Vec<(f64, f64)>,
        done: impl Fn() + Sync,
    ) -> Result<Spectrum, Error> {
        let dims = self.extents.density.dims;
        let sampling = Sampling { dims, blur: self.blur, reciprocal: self.metric.reciprocal };
        let terms: Vec<_> = self.scatterers.species.iter().map(terms).collect();
        let of_atom = |(atom, species): (_, usize)| sampling.gaussians(atom, terms[species].iter().copied());
        let density = Density::new(self.scatterers.iter().flat_map(of_atom).collect(), dims);
        Spectrum::of(self.extents.density, |x, plane| density.add_to(x, plane), done)
    }

    /// The spectrum of the mask, if there is a solvent.
    pub(super) fn solvent(&self, done: impl Fn() + Sync) -> Result<Option<Spectrum>, Error> {
        let Computation { model, solvent: Some(solvent), .. } = self.computation else { return Ok(None) };
        let mask = Mask::new(model, &solvent, self.extents.mask.dims)?;
        Spectrum::of(self.extents.mask, |x, plane| mask.add_to(x, plane), done).map(Some)
    }

    /// What takes the common B away again.
    pub(super) fn sharpening(&self, node: Miller) -> f64 {
        (self.blur * self.metric.s_squared(node)).exp()
    }

    /// The solvent's share of a node, as a part of the sum over the operators: the mask has all copies already.
    pub(super) fn of_solvent(&self, mask: Option<&Spectrum>, node: Miller) -> Complex<f64> {
        let Computation { model, solvent: Some(solvent), d_min_angstrom, .. } = self.computation else {
            return Complex::default();
        };
        let s_squared = self.metric.s_squared(node);
        let Some(mask) = mask.filter(|_| 4.0 * s_squared * solvent.d_min(d_min_angstrom).powi(2) <= 1.0)
        else {
            return Complex::default();
        };
        let per_point = model.cell.volume() / self.extents.mask.points() as f64;
        mask.at(node) * (solvent.scale(s_squared) * per_point / model.space_group.operators().len() as f64)
    }

    /// F of all nodes from what the atoms scatter, without copies, with f + f′ and with f″.
    pub(super) fn finish(
        &self,
        sums: impl Fn(Miller) -> [Complex<f64>; 2] + Sync,
    ) -> Result<StructureFactors, Error> {
        let mut half = Vec::new();
        reserve(&mut half, self.nodes.len())?;
        self.nodes.par_iter().map(|node| self.with_copies(*node, &sums)).collect_into_vec(&mut half);
        let not_finite = half.iter().find(|pair| !(pair.plus.is_finite() && pair.minus.is_finite()));
        if let Some(Pair { node, plus, .. }) = not_finite {
            return Err(Error::NotFinite { miller: *node, modulus: plus.norm() });
        }
        let Computation { d_min_angstrom, energy_ev, .. } = self.computation;
        Ok(StructureFactors::new(half, d_min_angstrom, energy_ev.is_none()))
    }

    /// A copy by x′ = R x + t scatters as the atoms do at hᵀR, and with the phase of the translation. The sums with real
    /// factors change into their conjugates when h changes its sign, those that are multiplied by i do not.
    fn with_copies(&self, node: Miller, sums: impl Fn(Miller) -> [Complex<f64>; 2]) -> Pair {
        let group = &self.computation.model.space_group;
        let [mut real, mut imaginary] = [Complex::default(); 2];
        if !group.is_systematically_absent(node) {
            for operator in group.primitive_operators() {
                let shift = Complex::from_polar(1.0, -operator.phase_shift(node));
                let [of_real, of_imaginary] = sums(operator.transform_miller(node));
                real += shift * of_real;
                imaginary += shift * of_imaginary;
            }
        }
        let lattice_points = group.operators().len() as f64 / group.primitive_operators().len() as f64;
        let (real, i) = (real * lattice_points, Complex::i() * lattice_points);
        Pair { node, plus: real + i * imaginary, minus: real.conj() + i * imaginary.conj() }
    }
}

impl Computation<'_> {
    /// The grids and the number of nodes, if there is memory for them.
    fn extents(&self, sphere: &Sphere) -> Result<(Extents, usize), Error> {
        let Self { model, d_min_angstrom, max_bytes, .. } = *self;
        let edges_angstrom = model.cell.edges_angstrom;
        let check = |needed_bytes: u128| match needed_bytes <= max_bytes as u128 {
            true => Ok(()),
            false => Err(Error::TooLarge { edges_angstrom, d_min_angstrom, needed_bytes, max_bytes }),
        };
        // Nodes are counted where they are not far too many.
        let of_node = (size_of::<Pair>() + size_of::<Miller>()) as u128;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a number out of range becomes the nearest one in it"
        )]
        check(((0.5 * sphere.estimate()) as u128).saturating_mul(of_node))?;
        let spacing = d_min_angstrom / POINTS_PER_D;
        let d_of_mask = self.solvent.map_or(d_min_angstrom, |solvent| solvent.d_min(d_min_angstrom));
        let of_mask = if self.solvent.is_some() { MASK_SPACING } else { spacing };
        let can_be = edges_angstrom.iter().all(|edge| edge / of_mask.min(spacing) < MOST_POINTS);
        let limits = |sphere: &Sphere| sphere.limits(model.space_group.operators()).filter(|_| can_be);
        let (Some(to_density), Some(to_mask)) =
            (limits(sphere), limits(&Sphere::new(&model.cell, d_of_mask)?))
        else {
            check(u128::MAX)?;
            return Err(Error::OutOfMemory { needed_bytes: usize::MAX });
        };
        let sampled_at =
            |spacing: f64, limits| Extent::new(limits, edges_angstrom.map(|edge| spacing / edge));
        let extents =
            Extents { density: sampled_at(spacing, to_density), mask: sampled_at(of_mask, to_mask) };
        check(self.bytes_beside_nodes(extents))?;
        let count = sphere.count();
        check(self.bytes_beside_nodes(extents) + count as u128 * of_node)?;
        Ok((extents, count))
    }

    /// What spectra, masks and Gaussians take, as if all were there at the same time.
    fn bytes_beside_nodes(&self, Extents { density, mask }: Extents) -> u128 {
        let ellipsoid = (self.model.atoms.len() * size_of::<Ellipsoid>()) as u128;
        let real = density.spectrum_bytes() + 5 * ellipsoid;
        let imaginary = density.spectrum_bytes() + ellipsoid;
        let copies = self.model.space_group.operators().len() as u128;
        let solvent = mask.spectrum_bytes() + Mask::bytes(mask.points()) + copies * ellipsoid;
        let also = |is_needed: bool, bytes: u128| if is_needed { bytes } else { 0 };
        real + also(self.energy_ev.is_some(), imaginary) + also(self.solvent.is_some(), solvent)
    }
}

fn check_planes(cell: &UnitCell, metric: &Metric) -> Result<(), Error> {
    let [aa, bb, cc, ..] = metric.reciprocal.0;
    let found_angstrom = aa.max(bb).max(cc).sqrt().recip();
    if found_angstrom >= NEAREST_PLANES {
        return Ok(());
    }
    Err(Error::Thin { edges_angstrom: cell.edges_angstrom, found_angstrom, least_angstrom: NEAREST_PLANES })
}

fn reserve<T>(vector: &mut Vec<T>, count: usize) -> Result<(), Error> {
    vector
        .try_reserve_exact(count)
        .map_err(|_| Error::OutOfMemory { needed_bytes: count.saturating_mul(size_of::<T>()) })
}
