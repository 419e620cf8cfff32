//! The crystal: cell, orientation, size, shape, mosaicity and rotation.

use nanobragg_geometry::cell::reciprocal_from_a_matrix;
use nanobragg_geometry::sweep::{Sweep, SweepRequest};
use nanobragg_geometry::vector::radians;
use nanobragg_geometry::{LabVec, Lattice, Ran1, Rotation, UnitCell, misset, mosaic};
use nanobragg_kernel::{Crystal, Orientations, Shape};

use super::Resolver;
use super::detector::Detector;
use super::superseded::SweepFlags;
use crate::error::Error;
use crate::flag::Flag;
use crate::matrix_file::read_matrix;
use crate::said::Provenance;

/// A resolved crystal and its rotation.
pub(super) struct CrystalParts {
    pub(super) lattice: Lattice,
    pub(super) crystal: Crystal,
    pub(super) misset_rad: [f64; 3],
    pub(super) phi_start_rad: f64,
    pub(super) phi: Sweep,
    pub(super) mosaic_spread_rad: f64,
    domains: Vec<Rotation>,
}

impl Resolver<'_> {
    pub(super) fn crystal(&mut self, wavelength_angstrom: f64) -> Result<CrystalParts, Error> {
        let misset_rad = self.misset();
        let lattice = self.lattice(wavelength_angstrom, misset_rad)?;
        let cells = self.cells(&lattice)?;
        let shape_flags = [Flag::SquareXtal, Flag::RoundXtal, Flag::GaussXtal, Flag::TophatSpots];
        let shape_flag = self.said.last_of(&shape_flags).unwrap_or(Flag::SquareXtal);
        let shape = match shape_flag {
            Flag::RoundXtal => Shape::Round,
            Flag::GaussXtal => Shape::Gauss,
            Flag::TophatSpots => Shape::Tophat,
            _ => Shape::Square,
        };
        self.setting("crystal shape", format!("{shape:?}").to_lowercase(), "", self.from(shape_flag));
        if matches!(shape, Shape::Gauss | Shape::Tophat) {
            self.quirks.insert(9);
        }
        if shape == Shape::Round {
            self.quirks.insert(26);
        }
        let fudge = self.not_negative(Flag::Fudge, "fudge", 1.0)?;
        if self.said.has(Flag::Fudge) && shape == Shape::Square {
            self.warn("-fudge has no effect on the square shape");
        }
        let (mosaic_spread_rad, domains) = self.mosaic()?;
        let (phi_start_rad, phi) = self.phi();
        let crystal = Crystal { shape, cells, fudge };
        Ok(CrystalParts { lattice, crystal, misset_rad, phi_start_rad, phi, mosaic_spread_rad, domains })
    }

    /// The orientations of all phi steps and domains.
    pub(super) fn orientations(&mut self, parts: &CrystalParts, spindle: LabVec) -> Orientations {
        let phis: Vec<f64> =
            (0..parts.phi.count).map(|tic| parts.phi_start_rad + parts.phi.step * f64::from(tic)).collect();
        if phis.len() > 1 && phis.contains(&0.0) {
            self.quirks.insert(1);
        }
        Orientations::new(&parts.lattice, spindle, phis, &parts.domains, self.mode)
    }

    /// Sub-pixels a pixel edge needs for the crystal's fringes, or as many as were said.
    pub(super) fn oversample(
        &mut self,
        parts: &CrystalParts,
        pixel_size_m: f64,
        detector: &Detector,
        wavelength_angstrom: f64,
    ) -> u32 {
        let edges = [parts.lattice.a, parts.lattice.b, parts.lattice.c].map(LabVec::length);
        let widths = edges.iter().zip(parts.crystal.cells).map(|(edge, cells)| edge * f64::from(cells));
        let largest_angstrom = widths.fold(0.0, f64::max);
        let fringe_angstrom = wavelength_angstrom * detector.placement.centers.distance_m / pixel_size_m;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float cast saturates")]
        let recommended = ((3.0 * largest_angstrom / fringe_angstrom).ceil() as u32).max(1);
        match self.said.count(Flag::Oversample).filter(|&count| count > 0) {
            Some(said) => {
                if said < recommended {
                    self.warn(format!(
                        "-oversample {said} is below {recommended}: the crystal is up to {largest_angstrom:.6} Å wide \
                         and its fringes are finer than a pixel, whose reciprocal size is {fringe_angstrom:.6} Å"
                    ));
                }
                self.setting("oversample", said, "", self.from(Flag::Oversample));
                said
            }
            None => {
                self.setting("oversample", recommended, "", Provenance::Derived);
                recommended
            }
        }
    }

    /// The angles about lab x, y, z that `-misset` asks for, in radians.
    fn misset(&mut self) -> [f64; 3] {
        let from = self.from(Flag::Misset);
        let seed = match self.said.integer(Flag::MissetSeed) {
            Some(seed) => seed,
            None => self.context.clock_seed,
        };
        if self.said.word(Flag::Misset).is_some() {
            self.quirks.insert(13);
            let mut random = Ran1::new(seed);
            let rotation = if self.compat() {
                misset::reference_rotation(&mut random)
            } else {
                misset::uniform_rotation(&mut random)
            };
            let angles = rotation.to_xyz_angles();
            let degrees = angles.map(f64::to_degrees);
            self.setting("misset seed", seed, "", self.from(Flag::MissetSeed));
            let text = format!("{} {} {}", degrees[0], degrees[1], degrees[2]);
            self.setting("misset", text, "deg", from);
            return angles;
        }
        if self.said.has(Flag::MissetSeed) {
            self.warn("-misset_seed has no effect without -misset random");
        }
        let said = self.said.triple(Flag::Misset);
        let degrees = said.unwrap_or_default();
        let angles = degrees.map(radians);
        self.setting("misset", format!("{} {} {}", degrees[0], degrees[1], degrees[2]), "deg", from);
        angles
    }

    fn lattice(&mut self, wavelength_angstrom: f64, misset_rad: [f64; 3]) -> Result<Lattice, Error> {
        let cell = self.unit_cell()?;
        let matrix = self.said.file(Flag::Mat).map(read_matrix).transpose()?;
        let lattice = match (&matrix, &cell) {
            (Some(matrix), cell) => {
                let reciprocal =
                    reciprocal_from_a_matrix(matrix, wavelength_angstrom).map(|v| v.about_xyz(misset_rad));
                let as_given = Lattice::from_reciprocal(reciprocal).map_err(|error| Error::Unfit {
                    path: self.said.file(Flag::Mat).unwrap_or("-mat".as_ref()).to_owned(),
                    what: format!("expected three reciprocal vectors that span a cell: {error}"),
                })?;
                cell.as_ref().map_or(as_given, |cell| Lattice::from_reciprocal_of_cell(reciprocal, cell))
            }
            (None, Some(cell)) if self.compat() => Lattice::reference_from_cell(cell, misset_rad),
            (None, Some(cell)) => Lattice::from_turned_cell(cell, misset_rad),
            (None, None) => {
                return Err(Error::Missing {
                    what: "no unit cell",
                    hint: "give -cell A B C ALPHA BETA GAMMA, or an orientation matrix with -mat FILE",
                });
            }
        };
        if let (None, Some(cell)) = (&matrix, &cell)
            && oblique_angles(cell) > 1
        {
            self.quirks.insert(20);
            if self.compat() {
                self.warn_of_oblique_cell(cell, &lattice);
            }
        }
        let (edges, angles) = lattice.direct_cell();
        let from = if matrix.is_some() { self.from(Flag::Mat) } else { self.from(Flag::Cell) };
        let text = edges.iter().chain(&angles).map(|n| format!("{n:.6}")).collect::<Vec<_>>().join(" ");
        self.setting("unit cell", text, "Å, deg", from);
        Ok(lattice)
    }

    /// nanoBragg's initial c* is not dual to a triclinic cell; the angles come out a little different.
    fn warn_of_oblique_cell(&mut self, cell: &UnitCell, lattice: &Lattice) {
        let (_, found) = lattice.direct_cell();
        let asked = cell.angles_rad.map(f64::to_degrees);
        let off = asked.iter().zip(found).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        if off > 1e-3 {
            self.warn(format!(
                "the cell comes out with angles {:.4} {:.4} {:.4} instead of {} {} {}: the reference's initial \
                 orientation of a triclinic cell is kept; use -mat for the exact cell",
                found[0], found[1], found[2], asked[0], asked[1], asked[2]
            ));
        }
    }

    fn unit_cell(&self) -> Result<Option<UnitCell>, Error> {
        if !self.said.has(Flag::Cell) {
            return Ok(None);
        }
        let said = self.said.numbers(Flag::Cell);
        if let Some(wrong) = said.iter().find(|&&number| number <= 0.0) {
            return Err(Error::wrong(Flag::Cell, &wrong.to_string(), "edges and angles above 0"));
        }
        let edge = |place: usize| said.get(place).copied().unwrap_or(said[0]);
        let angle = |place: usize| said.get(place).copied().unwrap_or(90.0);
        Ok(Some(UnitCell::new([edge(0), edge(1), edge(2)], [angle(3), angle(4), angle(5)])?))
    }

    /// Unit cells along a, b, c: as said, or as many as fit the crystal's size.
    fn cells(&mut self, lattice: &Lattice) -> Result<[u32; 3], Error> {
        let sizes_mm = self.sizes_mm()?;
        // In metres, and rounded as there: a size that is a whole number of cells is at the mercy of the last bit.
        let edges_m = [lattice.a, lattice.b, lattice.c].map(|edge| (edge * 1e-10).length());
        let axes = [(Flag::Na, "cells along a"), (Flag::Nb, "cells along b"), (Flag::Nc, "cells along c")];
        let mut cells = [1; 3];
        for (axis, (flag, name)) in axes.into_iter().enumerate() {
            let said = self.said.last_of(&[Flag::N, flag]);
            let mut from = said.map_or(Provenance::Default, |flag| self.from(flag));
            let mut count = said.and_then(|flag| self.said.count(flag)).unwrap_or(1);
            if let (0, Some(said)) = (count, said) {
                self.warn(format!("{} 0 counts as 1: a crystal has at least one cell", said.dashed()));
                count = 1;
            }
            if sizes_mm[axis] > 0.0 {
                let (flags, _) = SIZES[axis];
                let size_m = sizes_mm[axis] / 1000.0;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a float cast saturates"
                )]
                let fitting = (size_m / edges_m[axis]).ceil() as u32;
                // There, the counts as typed still decide on interpolation.
                if let (Some(said), false) = (said, self.compat()) {
                    self.warn(format!("{} has no effect: the crystal's size is given", said.dashed()));
                }
                count = fitting.max(1);
                from = self.said.last_of(&flags).map_or(Provenance::Derived, |flag| self.from(flag));
            }
            self.setting(name, count, "", from);
            cells[axis] = count;
        }
        Ok(cells)
    }

    /// Crystal sizes along x, y, z in mm, 0 where not said; y and z clipped to the beam.
    fn sizes_mm(&mut self) -> Result<[f64; 3], Error> {
        let beam_mm = self.said.number(Flag::Beamsize).unwrap_or(0.1);
        let mut sizes = [0.0; 3];
        for (axis, (flags, name)) in SIZES.into_iter().enumerate() {
            let Some(flag) = self.said.last_of(&flags) else { continue };
            let mut size = self.said.number(flag).unwrap_or(0.0);
            if size <= 0.0 {
                return Err(Error::wrong(flag, &size.to_string(), "a positive number"));
            }
            if axis > 0 && beam_mm >= 0.0 && beam_mm < size {
                self.warn(format!(
                    "the crystal's {name} of {size} mm is clipped to the beam of {beam_mm} mm"
                ));
                size = beam_mm;
            }
            sizes[axis] = size;
        }
        Ok(sizes)
    }

    fn mosaic(&mut self) -> Result<(f64, Vec<Rotation>), Error> {
        let spread_deg = self.number(Flag::Mosaic, "mosaic spread", 0.0);
        if spread_deg < 0.0 {
            return Err(Error::wrong(Flag::Mosaic, &spread_deg.to_string(), "a spread that is not negative"));
        }
        let said = self.said.count(Flag::MosaicDomains).filter(|&count| count > 0);
        let count = match (said, spread_deg > 0.0) {
            (Some(count), true) => count,
            (None, true) => {
                self.warn("a mosaic spread without -mosaic_domains: 10 domains");
                10
            }
            (Some(count), false) => {
                if count > 1 {
                    self.warn(format!("-mosaic_domains {count} has no effect without a mosaic spread"));
                }
                1
            }
            (None, false) => 1,
        };
        let seed = self.said.integer(Flag::MosaicSeed).unwrap_or(12_345_678);
        if self.said.has(Flag::MosaicSeed) && count == 1 {
            self.warn("-mosaic_seed has no effect with one domain");
        }
        self.setting("mosaic domains", count, "", self.from(Flag::MosaicDomains));
        self.setting("mosaic seed", seed, "", self.from(Flag::MosaicSeed));
        let spread = radians(spread_deg);
        Ok((spread, mosaic::domains(spread, count, seed)))
    }

    fn phi(&mut self) -> (f64, Sweep) {
        let start = radians(self.number(Flag::Phi, "first phi", 0.0));
        let request = SweepRequest {
            range: self.said.number(Flag::Osc).map(radians),
            step: self.said.number(Flag::Phistep).map(radians),
            count: self.said.count(Flag::Phisteps),
        };
        if request.count.is_some() && request.step.is_some() && request.range.is_none() {
            self.quirks.insert(11);
        }
        let sweep = Sweep::of_phi(request, self.compat());
        let flags = SweepFlags {
            range: request.range.map(|range| (Flag::Osc, range)),
            step: request.step.map(|step| (Flag::Phistep, step)),
            count: request.count.map(|count| (Flag::Phisteps, count)),
        };
        self.warn_of_sweep(&flags, sweep);
        let from = |flag: Flag| if self.said.has(flag) { self.from(flag) } else { Provenance::Derived };
        let [range, step, count] = [Flag::Osc, Flag::Phistep, Flag::Phisteps].map(from);
        self.setting("phi range", sweep.range.to_degrees(), "deg", range);
        self.setting("phi step", sweep.step.to_degrees(), "deg", step);
        self.setting("phi steps", sweep.count, "", count);
        (start, sweep)
    }
}

/// How many angles of a cell are not 90°.
#[expect(clippy::float_cmp, reason = "a right angle is typed as 90")]
fn oblique_angles(cell: &UnitCell) -> usize {
    cell.angles_rad.iter().filter(|&&angle| angle != radians(90.0)).count()
}

/// Which flags give the crystal's size along x, y and z.
const SIZES: [([Flag; 2], &str); 3] = [
    ([Flag::SampleSize, Flag::SampleX], "thickness"),
    ([Flag::SampleSize, Flag::SampleY], "width"),
    ([Flag::SampleSize, Flag::SampleZ], "height"),
];
