//! Everything a rendering needs, resolved: nothing here is a default that could still change.

use hkl_io::Grid;
use nanobragg_geometry::{LabVec, Lattice, PixelIndex, Placement, Source};
use ndarray::Array2;
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::orientation::Orientations;

/// The Thomson cross-section r_e² in m², to the digits that nanoBragg uses.
pub const R_E_SQR_M2: f64 = 7.940_792_480_189_65e-30;

/// Avogadro's number in mol⁻¹, as nanoBragg has it.
pub const AVOGADRO_PER_MOL: f64 = 6.022_141_79e23;

/// One experiment, complete and in SI units but for Å where a name says so.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// The detector, and how it came to stand where it does.
    pub detector: Placement,
    /// The beam; never empty.
    pub sources: Vec<Source>,
    /// The lattice before rotation and mosaicity.
    pub lattice: Lattice,
    /// The crystal's shape and size.
    pub crystal: Crystal,
    /// Orientations over phi steps and mosaic domains.
    pub orientations: Orientations,
    /// F of every reflection: there is no simulation without.
    pub structure_factors: StructureFactors,
    /// Whether F is interpolated between reflections (tricubic) where the grid allows it.
    pub interpolate: bool,
    /// Sub-pixels per pixel edge, at least 1.
    pub oversample: u32,
    /// Which factors are computed for every sub-step instead of once a pixel.
    pub per_sub_step: PerSubStep,
    /// Polarization of the beam.
    pub polarization: Polarization,
    /// Whether the solid angle is 1/R² instead of the pixel's own.
    pub point_pixel: bool,
    /// Photons per m².
    pub fluence_per_m2: f64,
    /// Amorphous material around the crystal.
    pub amorphous: Option<Amorphous>,
    /// Sub-steps of a finer resolution than this contribute nothing; 0 for no limit. Å.
    pub dmin_angstrom: f64,
    /// The part of the detector that is rendered.
    pub region: Region,
    /// Pixels that are rendered, shape `[slow, fast]`; all without it.
    pub mask: Option<Arc<Array2<bool>>>,
    /// Which of two answers is given where the reference is wrong.
    pub mode: Mode,
}

/// Which answer is given where the C program differs from the physics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// What the formulas say.
    #[default]
    Physics,
    /// What the C program nanoBragg prints, defects included.
    Compat,
}

/// The crystal's shape and size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crystal {
    /// Its shape.
    pub shape: Shape,
    /// Unit cells along a, b and c, at least 1 each.
    pub cells: [u32; 3],
    /// Scales ρ² of all shapes but the square one.
    pub fudge: f64,
}

/// The shape of the crystal, or of its spots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// A parallelepiped: the grating function along each axis.
    #[default]
    Square,
    /// An ellipsoid.
    Round,
    /// Gaussian spots, without fringes.
    Gauss,
    /// Spots with a flat top.
    Tophat,
}

/// Structure factors of the unit cell.
#[derive(Clone, Debug)]
pub enum StructureFactors {
    /// One F for every reflection.
    Uniform(f64),
    /// A list, as a dense grid with a default outside.
    Grid(Arc<Grid>),
}

/// Which factors are computed for every sub-step (`-oversample_thick`, `_polar`, `_omega`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerSubStep {
    /// Capture by the sensor's layer.
    pub capture: bool,
    /// Polarization.
    pub polarization: bool,
    /// Solid angle.
    pub solid_angle: bool,
}

/// Polarization of the beam.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Polarization {
    /// No polarization factor.
    Off,
    /// A beam of Kahn's factor K with its E-vector near a unit vector.
    Kahn {
        /// K: 0 unpolarized, 1 fully polarized.
        factor: f64,
        /// Unit E-vector.
        e_vector: LabVec,
    },
}

/// Amorphous material in the beam, a cube of water of the given edge.
#[derive(Clone, Debug, PartialEq)]
pub struct Amorphous {
    /// Edge in metres.
    pub thickness_m: f64,
    /// Its structure factor in electrons.
    pub structure_factor: AmorphousFactor,
}

/// The structure factor of amorphous material.
#[derive(Clone, Debug, PartialEq)]
pub enum AmorphousFactor {
    /// The same at all angles, such as 2.57 electrons for water.
    Constant(f64),
    /// Against sin θ/λ in Å⁻¹: rows of (sin θ/λ, F) in ascending order, straight lines between, the end values beyond.
    Curve(Vec<(f64, f64)>),
}

/// A rectangle of pixels, both ends included; it may reach past the detector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Rows.
    pub slow: RangeInclusive<usize>,
    /// Columns.
    pub fast: RangeInclusive<usize>,
}

impl Region {
    /// All pixels of a detector of the given shape `[slow, fast]`.
    #[must_use]
    pub const fn all(shape: [usize; 2]) -> Self {
        Self { slow: 0..=shape[0], fast: 0..=shape[1] }
    }

    /// Whether a pixel is inside.
    #[must_use]
    pub fn contains(&self, pixel: PixelIndex) -> bool {
        self.slow.contains(&pixel.slow) && self.fast.contains(&pixel.fast)
    }
}

impl Simulation {
    /// Sources · phi steps · domains · sub-pixels: what the sum over a pixel is divided by.
    #[must_use]
    pub fn steps(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "both counts are far below 2⁵³")]
        let (sources, orientations) = (self.sources.len() as f64, self.orientations.len() as f64);
        sources * orientations * f64::from(self.oversample) * f64::from(self.oversample)
    }

    /// Whether a pixel is rendered: inside the region and not masked.
    #[must_use]
    pub fn renders(&self, pixel: PixelIndex) -> bool {
        self.detector.panel.contains(pixel)
            && self.region.contains(pixel)
            && self.mask.as_ref().is_none_or(|mask| mask[[pixel.slow, pixel.fast]])
    }

    /// Evaluations of F²·F_latt² in the whole image: pixels · layers · [`steps`](Self::steps).
    #[must_use]
    pub fn evaluations(&self) -> f64 {
        let [slow, fast] = self.detector.panel.shape;
        let rows = self.region.slow.clone().take_while(|&s| s < slow).count();
        let columns = self.region.fast.clone().take_while(|&f| f < fast).count();
        #[expect(clippy::cast_precision_loss, reason = "a detector has fewer than 2⁵³ pixels")]
        let pixels = (rows * columns) as f64;
        pixels * f64::from(self.detector.panel.sensor.layers) * self.steps()
    }
}

impl AmorphousFactor {
    /// F at sin θ/λ in Å⁻¹.
    #[must_use]
    pub fn at(&self, stol_per_angstrom: f64) -> f64 {
        let rows = match self {
            Self::Constant(factor) => return *factor,
            Self::Curve(rows) => rows,
        };
        let above = rows.partition_point(|&(stol, _)| stol < stol_per_angstrom);
        match (above.checked_sub(1).map(|below| rows[below]), rows.get(above)) {
            (Some((x0, y0)), Some(&(x1, y1))) => y0 + (y1 - y0) * (stol_per_angstrom - x0) / (x1 - x0),
            (None, Some(&(_, end))) | (Some((_, end)), None) => end,
            (None, None) => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amorphous_curve_is_straight_between_rows_and_flat_beyond() {
        let curve = AmorphousFactor::Curve(vec![(0.0, 2.0), (0.1, 4.0), (0.3, 1.0)]);
        for (stol, expected) in [(-1.0, 2.0), (0.0, 2.0), (0.05, 3.0), (0.1, 4.0), (0.2, 2.5), (9.0, 1.0)] {
            assert!((curve.at(stol) - expected).abs() < 1e-12, "{stol}");
        }
    }
}
