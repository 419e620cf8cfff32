//! The crystal: lattice, orientation, cells, mosaic domains.

use nanobragg_geometry::cell::reciprocal_from_a_matrix;
use nanobragg_geometry::vector::radians;
use nanobragg_geometry::{LabVec, Lattice, Ran1, Rotation, UnitCell, misset, mosaic};
use nanobragg_kernel as kernel;

use super::{Resolver, digits};
use crate::error::Error;
use crate::experiment::Mode;
use crate::files::read_matrix;
use crate::model::{Cell, Crystal, Mosaic, Orientation, Shape};

/// Domains of a spread that comes without a number of them.
const DEFAULT_DOMAINS: u32 = 10;

/// A resolved crystal.
pub(super) struct CrystalParts {
    pub(super) lattice: Lattice,
    pub(super) crystal: kernel::Crystal,
    pub(super) misset_rad: [f64; 3],
    pub(super) misset_seed: Option<i64>,
    pub(super) mosaic_spread_rad: f64,
    pub(super) domains: Vec<Rotation>,
}

impl Orientation {
    /// The angles about lab x, then y, then z, in radians, that turn the crystal so.
    ///
    /// A random orientation without a seed takes the one given, from the clock. In compat mode it is that of the C
    /// program, which does not reach all orientations alike.
    ///
    /// # Errors
    /// [`nanobragg_geometry::Error`] for a matrix that is no rotation.
    pub fn misset_rad(&self, mode: Mode, clock_seed: i64) -> Result<[f64; 3], nanobragg_geometry::Error> {
        Ok(match self {
            Self::MissetDeg(angles) => angles.map(radians),
            Self::RotationMatrix(rows) => Rotation::from_rows(*rows)?.to_xyz_angles(),
            Self::Quaternion(quaternion) => Rotation::from_quaternion(*quaternion)?.to_xyz_angles(),
            Self::Random(random) => {
                let mut stream = Ran1::new(random.seed.unwrap_or(clock_seed));
                let rotation = match mode {
                    Mode::Physics => misset::uniform_rotation(&mut stream),
                    Mode::Compat => misset::reference_rotation(&mut stream),
                };
                rotation.to_xyz_angles()
            }
        })
    }
}

impl Cell {
    /// The cell as geometry knows it.
    ///
    /// # Errors
    /// [`nanobragg_geometry::Error::ImpossibleCell`] when it has no volume.
    pub fn unit_cell(&self) -> Result<UnitCell, nanobragg_geometry::Error> {
        UnitCell::new(self.edges_angstrom, self.angles_deg)
    }
}

impl From<UnitCell> for Cell {
    fn from(cell: UnitCell) -> Self {
        // Degrees again, without what the radians rounded.
        let angles_deg = cell.angles_rad.map(|angle| (angle.to_degrees() * 1e9).round() / 1e9);
        Self { edges_angstrom: cell.edges_angstrom, angles_deg }
    }
}

impl Crystal {
    /// Whether nothing gives its lattice.
    #[must_use]
    pub const fn has_no_lattice(&self) -> bool {
        self.cell.is_none() && self.matrix_file.is_none() && self.vectors_angstrom.is_none()
    }

    /// The same crystal, with a cell where nothing gives its lattice.
    #[must_use]
    pub fn or_cell(self, cell: Option<UnitCell>) -> Self {
        if self.has_no_lattice() { Self { cell: cell.map(Cell::from), ..self } } else { self }
    }

    /// The lattice at spindle angle 0, without mosaicity, reading the matrix file where there is one.
    ///
    /// # Errors
    /// [`Error::Missing`] without a cell, matrix or vectors; [`Error::Geometry`] for an impossible cell;
    /// [`Error::Unfit`] and those of the reader for the matrix.
    pub fn lattice(
        &self,
        wavelength_angstrom: f64,
        misset_rad: [f64; 3],
        mode: Mode,
    ) -> Result<Lattice, Error> {
        let cell = self.cell.as_ref().map(Cell::unit_cell).transpose()?;
        if let Some(path) = &self.matrix_file {
            let reciprocal = reciprocal_from_a_matrix(&read_matrix(path)?, wavelength_angstrom)
                .map(|v| v.about_xyz(misset_rad));
            let as_given = Lattice::from_reciprocal(reciprocal).map_err(|error| Error::Unfit {
                path: path.clone(),
                what: format!("expected three reciprocal vectors that span a cell: {error}"),
            })?;
            return Ok(cell.map_or(as_given, |cell| Lattice::from_reciprocal_of_cell(reciprocal, &cell)));
        }
        match (&self.vectors_angstrom, cell, mode) {
            (Some(vectors), ..) => {
                let [a, b, c] = vectors.map(|[x, y, z]| LabVec::new(x, y, z).about_xyz(misset_rad));
                let volume = a.dot(b.cross(c));
                let reciprocal = [b.cross(c), c.cross(a), a.cross(b)].map(|v| v * (1.0 / volume));
                Ok(Lattice::from_reciprocal(reciprocal)?)
            }
            (None, Some(cell), Mode::Physics) => Ok(Lattice::from_turned_cell(&cell, misset_rad)),
            (None, Some(cell), Mode::Compat) => Ok(Lattice::reference_from_cell(&cell, misset_rad)),
            (None, None, _) => Err(Error::NoCell),
        }
    }

    /// Cells along a, b and c: as given, or as many as fill the size.
    #[must_use]
    pub fn cells_of(&self, lattice: &Lattice) -> [u32; 3] {
        let Some(sizes_um) = self.size_um else { return self.cells };
        let edges = [lattice.a, lattice.b, lattice.c].map(LabVec::length);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float cast saturates")]
        let count = |axis: usize| ((sizes_um[axis] * 1e4 / edges[axis]).ceil() as u32).max(1);
        [count(0), count(1), count(2)]
    }
}

impl Mosaic {
    /// The number of domains that there are: 1 without a spread.
    #[must_use]
    pub fn domain_count(&self) -> u32 {
        if self.spread_deg > 0.0 { self.domains.unwrap_or(DEFAULT_DOMAINS) } else { 1 }
    }
}

impl From<Shape> for kernel::Shape {
    fn from(shape: Shape) -> Self {
        match shape {
            Shape::Square => Self::Square,
            Shape::Round => Self::Round,
            Shape::Gauss => Self::Gauss,
            Shape::Tophat => Self::Tophat,
        }
    }
}

impl Resolver<'_> {
    /// `cell` is that of the file of structure factors, for a crystal without one.
    pub(super) fn crystal(
        &mut self,
        wavelength_angstrom: f64,
        cell: Option<UnitCell>,
    ) -> Result<CrystalParts, Error> {
        let crystal = &self.experiment.crystal.clone().or_cell(cell);
        let mode = self.experiment.mode;
        let clock_seed = self.context.clock_seed;
        let misset_rad = crystal.orientation.misset_rad(mode, clock_seed)?;
        let misset_seed = match &crystal.orientation {
            Orientation::Random(random) => Some(random.seed.unwrap_or(clock_seed)),
            _ => None,
        };
        let lattice = crystal.lattice(wavelength_angstrom, misset_rad, mode)?;
        self.warn_of_angles_of_matrix(&lattice);
        let cells = crystal.cells_of(&lattice);
        if let Some(sizes) = crystal.size_um
            && cells.contains(&u32::MAX)
        {
            // The count is at the end of its range: the size was cut.
            let found = sizes.map(|size| size.to_string()).join(" ");
            return Err(self.wrong(
                "crystal.size_um",
                found,
                "a size of fewer than 4294967295 cells an edge",
            ));
        }
        let mosaic_spread_rad = radians(crystal.mosaic.spread_deg);
        let domains = mosaic::domains(mosaic_spread_rad, crystal.mosaic.domain_count(), crystal.mosaic.seed);
        let (edges, angles) = lattice.direct_cell();
        let cell = edges.iter().chain(&angles).map(|n| format!("{n:.6}")).collect::<Vec<_>>().join(" ");
        self.derive("unit cell", cell, "Å, deg");
        self.derive("cells", format!("{} {} {}", cells[0], cells[1], cells[2]), "");
        let [x, y, z] = misset_rad.map(|angle| digits(angle.to_degrees()));
        self.derive("misset", format!("{x} {y} {z}"), "deg");
        let crystal = kernel::Crystal { shape: crystal.shape.into(), cells, fudge: crystal.fudge };
        Ok(CrystalParts { lattice, crystal, misset_rad, misset_seed, mosaic_spread_rad, domains })
    }
}
