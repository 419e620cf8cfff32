//! The crystal: cell, orientation, size, shape, mosaicity, and its rotation.

use std::path::Path;

use nanobragg_experiment::{
    Cell, Crystal, FactorFile, FactorOptions, Mode, Orientation, Provenance, RandomOrientation, Shape,
    StructureFactors, doubt_of_crystal_size,
};
use nanobragg_geometry::Lattice;
use nanobragg_geometry::sweep::{Sweep, SweepRequest};
use nanobragg_geometry::vector::radians;

use super::Lowering;
use super::conflicts::SweepFlags;
use crate::error::Error;
use crate::flag::Flag;

/// Which flags give the crystal's size along x, y and z.
const SIZES: [([Flag; 2], &str); 3] = [
    ([Flag::SampleSize, Flag::SampleX], "thickness"),
    ([Flag::SampleSize, Flag::SampleY], "width"),
    ([Flag::SampleSize, Flag::SampleZ], "height"),
];

/// The flags that name a shape.
const SHAPES: [(Flag, Shape); 4] = [
    (Flag::SquareXtal, Shape::Square),
    (Flag::RoundXtal, Shape::Round),
    (Flag::GaussXtal, Shape::Gauss),
    (Flag::TophatSpots, Shape::Tophat),
];

impl Lowering<'_> {
    pub(super) fn crystal(&mut self) -> Result<(), Error> {
        let mut crystal = self.draft.crystal.take().unwrap_or_default();
        self.orientation(&mut crystal);
        let lattice = self.lattice(&mut crystal)?;
        self.cells(&mut crystal, lattice.as_ref())?;
        if let Some(flag) = self.arguments.last_of(&SHAPES.map(|(flag, _)| flag)) {
            crystal.shape =
                SHAPES.into_iter().find(|(known, _)| *known == flag).map_or(Shape::Square, |row| row.1);
            self.set("crystal.shape", flag);
        }
        crystal.fudge = self.not_negative(Flag::Fudge, "crystal.fudge", crystal.fudge)?;
        if self.arguments.has(Flag::Fudge) && crystal.shape == Shape::Square {
            self.warn("-fudge has no effect on the square shape");
        }
        self.mosaic(&mut crystal)?;
        self.scan();
        self.draft.crystal = Some(crystal);
        Ok(())
    }

    /// How `-misset` turns the crystal.
    fn orientation(&mut self, crystal: &mut Crystal) {
        let key = "crystal.orientation";
        if self.arguments.word(Flag::Misset).is_some() {
            let seed = self.arguments.integer(Flag::MissetSeed);
            let seeded = seed.unwrap_or(self.surroundings.machine.clock_seed);
            crystal.orientation = Orientation::Random(RandomOrientation::seeded(seeded));
            self.set(key, Flag::Misset);
            let from = if seed.is_some() { self.from(Flag::MissetSeed) } else { Provenance::Clock };
            self.set_derived("crystal.orientation.random.seed", from);
            return;
        }
        if let (Orientation::Random(random), Some(seed), false) = (
            &mut crystal.orientation,
            self.arguments.integer(Flag::MissetSeed),
            self.arguments.has(Flag::Misset),
        ) {
            random.seed = Some(seed);
            self.set("crystal.orientation.random.seed", Flag::MissetSeed);
            return;
        }
        if self.arguments.has(Flag::MissetSeed) {
            self.warn("-misset_seed has no effect without -misset random");
        }
        if let Some(angles) = self.arguments.triple(Flag::Misset) {
            crystal.orientation = Orientation::MissetDeg(angles);
            self.set(key, Flag::Misset);
        }
    }

    /// The lattice, unless it is that of the file of structure factors and nothing here depends on it.
    fn lattice(&mut self, crystal: &mut Crystal) -> Result<Option<Lattice>, Error> {
        if let Some(cell) = self.arguments.cell()? {
            self.warn_of_incomplete_cell(&cell);
            crystal.cell = Some(cell);
            crystal.vectors_angstrom = None;
            self.set("crystal.cell", Flag::Cell);
        }
        if let Some(path) = self.arguments.file(Flag::Mat) {
            crystal.matrix_file = Some(path.to_owned());
            crystal.vectors_angstrom = None;
            self.set("crystal.matrix_file", Flag::Mat);
        }
        let has_size = SIZES.iter().any(|(flags, _)| self.arguments.last_of(flags).is_some());
        let cell = match (crystal.has_no_lattice(), self.factor_file()) {
            (false, _) => None,
            (true, Some(_)) if !has_size && crystal.size_um.is_none() => return Ok(None),
            (true, Some(path)) if path.exists() && !path.is_file() => {
                return Err(Error::Contradiction(format!(
                    "how many cells fit a crystal's size is asked of {}, which is read once: expected -cell, or -N",
                    path.display()
                )));
            }
            (true, Some(path)) => FactorFile::open(path, &FactorOptions::default())?.cell(),
            (true, None) => None,
        };
        let (mode, clock_seed) = (self.draft.mode, self.surroundings.machine.clock_seed);
        let misset_rad = crystal.orientation.misset_rad(mode, clock_seed)?;
        let wavelength_angstrom = self.draft.beam.wavelength_angstrom()?;
        let lattice = crystal.clone().or_cell(cell).lattice(wavelength_angstrom, misset_rad, mode)?;
        if let (None, Some(cell), Mode::Compat) = (&crystal.matrix_file, &crystal.cell, mode) {
            self.warn_of_oblique_cell(cell, &lattice);
        }
        Ok(Some(lattice))
    }

    /// A cell is given with one number, three or six; with another count some were forgotten.
    fn warn_of_incomplete_cell(&mut self, cell: &Cell) {
        let [a, b, c] = cell.edges_angstrom;
        let [alpha, beta, gamma] = cell.angles_deg;
        let count = self.arguments.numbers(Flag::Cell).len();
        if matches!(count, 2 | 4 | 5) {
            self.warn(format!(
                "-cell has {count} numbers, and 1, 3 or 6 are usual: the cell is taken to be {a} {b} {c} Å, {alpha} {beta} \
                 {gamma} deg"
            ));
        }
    }

    /// The file that structure factors are read from.
    fn factor_file(&self) -> Option<&Path> {
        let of_draft = || self.draft.structure_factors.as_ref().and_then(StructureFactors::file);
        self.arguments.file(Flag::Hkl).or_else(of_draft)
    }

    /// nanoBragg's initial c* is not dual to a triclinic cell; the angles come out a little different (Q20).
    fn warn_of_oblique_cell(&mut self, cell: &Cell, lattice: &Lattice) {
        let (_, found) = lattice.direct_cell();
        let asked = cell.angles_deg;
        let off =
            asked.iter().zip(found).map(|(a, b)| (radians(*a).to_degrees() - b).abs()).fold(0.0, f64::max);
        if off > 1e-3 {
            let asked = asked.map(|angle| radians(angle).to_degrees());
            self.warn(format!(
                "the cell comes out with angles {:.4} {:.4} {:.4} instead of {} {} {}: the reference's initial \
                 orientation of a triclinic cell is kept; use -mat for the exact cell",
                found[0], found[1], found[2], asked[0], asked[1], asked[2]
            ));
        }
    }

    /// Unit cells along a, b, c: as given, or as many as fill the crystal's size.
    fn cells(&mut self, crystal: &mut Crystal, lattice: Option<&Lattice>) -> Result<(), Error> {
        let sizes_mm = self.sizes_mm()?;
        // In metres, and rounded as there: a size that is a whole number of cells is at the mercy of the last bit.
        let edges_m = lattice.map_or([f64::NAN; 3], |lattice| {
            [lattice.a, lattice.b, lattice.c].map(|edge| (edge * 1e-10).length())
        });
        let mut cells = lattice.map_or(crystal.cells, |lattice| crystal.cells_of(lattice));
        let mut flags = Vec::new();
        for (axis, flag) in [Flag::Na, Flag::Nb, Flag::Nc].into_iter().enumerate() {
            let given = self.arguments.last_of(&[Flag::N, flag]);
            let mut count = given.and_then(|flag| self.arguments.count(flag)).unwrap_or(cells[axis]);
            if let (0, Some(given)) = (count, given) {
                self.warn(format!("{} 0 counts as 1: a crystal has at least one cell", given.dashed()));
                count = 1;
            }
            let mut used = given;
            if sizes_mm[axis] > 0.0 {
                let size_m = sizes_mm[axis] / 1000.0;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a float cast saturates"
                )]
                let fitting = (size_m / edges_m[axis]).ceil() as u32;
                // There, the counts as typed still decide on interpolation.
                if let (Some(given), false) = (given, self.compat()) {
                    self.warn(format!("{} has no effect: the crystal's size is given", given.dashed()));
                }
                count = fitting.max(1);
                used = self.arguments.last_of(&SIZES[axis].0);
            }
            cells[axis] = count;
            flags.extend(used);
        }
        if !flags.is_empty() {
            crystal.cells = cells;
            crystal.size_um = None;
            self.set_all("crystal.cells", &flags);
        }
        Ok(())
    }

    /// Crystal sizes along x, y, z in mm, 0 where not given; y and z clipped to the beam.
    fn sizes_mm(&mut self) -> Result<[f64; 3], Error> {
        let beam_mm = self.beam_mm();
        let mut sizes = [0.0; 3];
        for (axis, (flags, name)) in SIZES.into_iter().enumerate() {
            let Some(flag) = self.arguments.last_of(&flags) else { continue };
            let mut size = self.arguments.number(flag).unwrap_or(0.0);
            if size <= 0.0 {
                return Err(Error::wrong(flag, &size.to_string(), "a positive number"));
            }
            if let Some(doubt) = doubt_of_crystal_size(size * 1e3) {
                self.warn(format!("{} {doubt}", flag.dashed()));
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

    fn mosaic(&mut self, crystal: &mut Crystal) -> Result<(), Error> {
        let mosaic = &mut crystal.mosaic;
        mosaic.spread_deg = self.number(Flag::Mosaic, "crystal.mosaic.spread_deg", mosaic.spread_deg);
        let spread_deg = mosaic.spread_deg;
        if spread_deg < 0.0 {
            return Err(Error::wrong(Flag::Mosaic, &spread_deg.to_string(), "a spread that is not negative"));
        }
        let key = "crystal.mosaic.domains";
        let given = self.arguments.count(Flag::MosaicDomains).filter(|&count| count > 0);
        match (given, spread_deg > 0.0) {
            (Some(count), true) => {
                mosaic.domains = Some(count);
                self.set(key, Flag::MosaicDomains);
            }
            (None, true) => {}
            (Some(count), false) => {
                if count > 1 {
                    self.warn(format!("-mosaic_domains {count} has no effect without a mosaic spread"));
                }
            }
            (None, false) => {}
        }
        if let Some(seed) = self.arguments.integer(Flag::MosaicSeed) {
            mosaic.seed = seed;
            self.set("crystal.mosaic.seed", Flag::MosaicSeed);
        }
        if self.arguments.has(Flag::MosaicSeed) && mosaic.domain_count() == 1 {
            self.warn("-mosaic_seed has no effect with one domain");
        }
        Ok(())
    }

    fn scan(&mut self) {
        let start_deg = self.draft.scan.start_deg;
        self.draft.scan.start_deg = self.number(Flag::Phi, "scan.start_deg", start_deg);
        if let Some(images) = self.arguments.count(Flag::Images) {
            self.draft.scan.images = images;
            self.set("scan.images", Flag::Images);
        }
        let [width_deg, step_deg] = [Flag::Osc, Flag::Phistep].map(|flag| self.arguments.number(flag));
        let typed = SweepRequest {
            range: width_deg.map(radians),
            step: step_deg.map(radians),
            count: self.arguments.count(Flag::Phisteps),
        };
        if typed == SweepRequest::default() {
            return;
        }
        // What no flag gives stays as a file has it.
        let before = self.draft.scan.clone();
        let has_range = before.width_deg > 0.0 && (typed.step.is_none() || typed.count.is_none());
        let width_deg = width_deg.or(has_range.then_some(before.width_deg));
        let step_deg = step_deg.or(before.step_deg.filter(|_| typed.count.is_none()));
        let keeps_steps = typed.range.is_some() && step_deg.is_none() && before.steps > 1;
        let count = typed.count.or(keeps_steps.then_some(before.steps));
        let request = SweepRequest { range: width_deg.map(radians), step: step_deg.map(radians), count };
        if request.count.is_some() && request.step.is_some() && request.range.is_none() {
            self.quirks.insert(11);
        }
        let sweep = Sweep::of_phi(request, self.compat());
        let flags = SweepFlags {
            range: typed.range.map(|range| (Flag::Osc, range)),
            step: typed.step.map(|step| (Flag::Phistep, step)),
            count: typed.count.map(|count| (Flag::Phisteps, count)),
        };
        self.warn_of_sweep(&flags, sweep);
        let width = width_deg.filter(|&width| width >= 0.0);
        let step = step_deg.filter(|&step| step > 0.0);
        self.draft.scan.steps = sweep.count;
        self.draft.scan.step_deg = step;
        self.draft.scan.width_deg = match (width, step, request.count) {
            (Some(width), ..) => width,
            // In compat mode the range is one step (Q11).
            (None, Some(step), Some(count)) if !self.compat() => step * f64::from(count.max(1)),
            (None, Some(step), _) => step,
            (None, None, Some(_)) => 1.0,
            (None, None, None) => 0.0,
        };
        for (key, flag, is_kept) in [
            ("scan.width_deg", Flag::Osc, has_range),
            ("scan.steps", Flag::Phisteps, keeps_steps),
            ("scan.step_deg", Flag::Phistep, step.is_some()),
        ] {
            if self.arguments.has(flag) {
                self.set(key, flag);
            } else if !is_kept {
                self.set_derived(key, Provenance::Derived);
            }
        }
    }
}
