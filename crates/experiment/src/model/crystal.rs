//! The crystal: cell, orientation, size, shape, mosaicity.

use std::fmt;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The crystal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Crystal {
    /// Unit cell; edges in Å, angles in degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<Cell>,
    /// A MOSFLM A matrix: nine numbers, columns a*, b*, c* times the wavelength. With a cell, the edges and the volume
    /// are those of the cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matrix_file: Option<PathBuf>,
    /// The direct vectors a, b and c in the laboratory frame at spindle angle 0, Å; instead of a cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vectors_angstrom: Option<[[f64; 3]; 3]>,
    /// How the crystal is turned from its initial orientation (a* along x, b* in the x–y plane) or from that of the
    /// matrix or the vectors.
    pub orientation: Orientation,
    /// Unit cells along a, b and c.
    pub cells: [u32; 3],
    /// Size along a, b and c in µm, instead of `cells`: as many cells as are needed to fill it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_um: Option<[f64; 3]>,
    /// Shape of the crystal, or of its spots.
    pub shape: Shape,
    /// Scales the squared spot radius of the round, gauss and tophat shapes.
    pub fudge: f64,
    /// Mosaicity.
    pub mosaic: Mosaic,
}

/// A unit cell: edges a, b, c in Å and angles α, β, γ in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(into = "[f64; 6]", from = "[f64; 6]")]
#[schemars(with = "[f64; 6]")]
pub struct Cell {
    /// a, b, c in Å.
    pub edges_angstrom: [f64; 3],
    /// α, β, γ in degrees.
    pub angles_deg: [f64; 3],
}

/// How a crystal is turned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Orientation {
    /// About lab x, then y, then z, degrees.
    MissetDeg([f64; 3]),
    /// By a rotation matrix, rows first, that multiplies column vectors from the left.
    RotationMatrix([[f64; 3]; 3]),
    /// By a quaternion w, x, y, z; any length.
    Quaternion([f64; 4]),
    /// At random, uniformly over all rotations.
    Random(RandomOrientation),
}

/// A random orientation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RandomOrientation {
    /// Seed; from the clock by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
}

/// Shape of the crystal, or of its spots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Shape {
    /// A parallelepiped: spots with fringes.
    #[default]
    Square,
    /// An ellipsoid.
    Round,
    /// Gaussian spots without fringes.
    Gauss,
    /// Spots with a flat top.
    Tophat,
}

/// Mosaicity: domains of slightly different orientation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Mosaic {
    /// Isotropic spread, degrees.
    pub spread_deg: f64,
    /// Number of domains; by default 10 with a spread, 1 without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domains: Option<u32>,
    /// Seed of the domains' orientations.
    pub seed: i64,
}

impl Crystal {
    /// A crystal of one cell with edges in Å and angles in degrees, in its initial orientation.
    #[must_use]
    pub fn new(cell: impl Into<Cell>) -> Self {
        Self { cell: Some(cell.into()), ..Self::default() }
    }

    /// A crystal oriented by a MOSFLM A matrix file.
    #[must_use]
    pub fn from_matrix_file(path: impl Into<PathBuf>) -> Self {
        Self { matrix_file: Some(path.into()), ..Self::default() }
    }

    /// The same crystal with other numbers of cells along a, b and c.
    #[must_use]
    pub const fn with_cells(mut self, cells: [u32; 3]) -> Self {
        self.cells = cells;
        self
    }

    /// The same crystal with another shape.
    #[must_use]
    pub const fn with_shape(mut self, shape: Shape) -> Self {
        self.shape = shape;
        self
    }

    /// The same crystal in another orientation.
    #[must_use]
    pub fn with_orientation(mut self, orientation: Orientation) -> Self {
        self.orientation = orientation;
        self
    }
}

impl Default for Crystal {
    /// No cell yet: one of `cell`, `matrix_file` and `vectors_angstrom` must follow.
    fn default() -> Self {
        Self {
            cell: None,
            matrix_file: None,
            vectors_angstrom: None,
            orientation: Orientation::default(),
            cells: [1; 3],
            size_um: None,
            shape: Shape::default(),
            fudge: 1.0,
            mosaic: Mosaic::default(),
        }
    }
}

impl Default for Orientation {
    fn default() -> Self {
        Self::MissetDeg([0.0; 3])
    }
}

impl RandomOrientation {
    /// A random orientation that can be repeated.
    #[must_use]
    pub const fn seeded(seed: i64) -> Self {
        Self { seed: Some(seed) }
    }
}

impl Default for Mosaic {
    fn default() -> Self {
        Self { spread_deg: 0.0, domains: None, seed: 12_345_678 }
    }
}

impl Mosaic {
    /// So many domains over an isotropic spread in degrees.
    #[must_use]
    pub fn new(spread_deg: f64, domains: u32) -> Self {
        Self { spread_deg, domains: Some(domains), ..Self::default() }
    }
}

impl From<[f64; 6]> for Cell {
    fn from([a, b, c, alpha, beta, gamma]: [f64; 6]) -> Self {
        Self { edges_angstrom: [a, b, c], angles_deg: [alpha, beta, gamma] }
    }
}

impl From<Cell> for [f64; 6] {
    fn from(cell: Cell) -> Self {
        let ([a, b, c], [alpha, beta, gamma]) = (cell.edges_angstrom, cell.angles_deg);
        [a, b, c, alpha, beta, gamma]
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, alpha, beta, gamma] = (*self).into();
        write!(f, "{a} {b} {c} {alpha} {beta} {gamma}")
    }
}
