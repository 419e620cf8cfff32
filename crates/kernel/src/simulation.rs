//! Everything a rendering needs, resolved: nothing here is a default that could still change.

use hkl_io::Grid;
use nanobragg_geometry::{Curvature, LabVec, Lattice, Panel, PixelIndex, Source};
use std::sync::Arc;

use crate::detector_panel::DetectorPanel;
use crate::lane::single::LARGEST_INDEX;
use crate::mode::Mode;
use crate::orientation::Orientations;

/// The Thomson cross-section r_e² in m², to the digits that nanoBragg uses.
pub const R_E_SQR_M2: f64 = 7.940_792_480_189_65e-30;

/// Avogadro's number in mol⁻¹, as nanoBragg has it.
pub const AVOGADRO_PER_MOL: f64 = 6.022_141_79e23;

/// Molar mass of water in g/mol and density in g/m³, for the amorphous background.
const WATER: [f64; 2] = [18.0, 1e6];

/// The fluence in photons per m² at which r_e² · fluence is 1 to the last digits, nanoBragg's default.
pub const UNIT_FLUENCE_PER_M2: f64 = 1.259_320_152_862_270_9e29;

/// One experiment, complete and in SI units, or in Å where a name ends in it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Simulation {
    /// The detector's panels; never empty.
    pub panels: Vec<DetectorPanel>,
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
    /// Whether the solid angle is 1/R² instead of that of the pixel.
    pub point_pixel: bool,
    /// Photons per m².
    pub fluence_per_m2: f64,
    /// Water around the crystal, as the C program nanoBragg has it.
    pub amorphous: Option<Amorphous>,
    /// Amorphous materials in the beam.
    pub materials: Vec<Material>,
    /// Sub-steps of a finer resolution than this contribute nothing; 0 for no limit. Å.
    pub dmin_angstrom: f64,
    /// Which result is computed where the C program is wrong.
    pub mode: Mode,
    /// Whether spots that end are predicted and the steps beyond their ends left out; the image is the same to the last
    /// digit that an f32 has.
    pub predict: bool,
    /// The precision of what a step adds.
    pub precision: Precision,
    /// Photons that the steps left out of a pixel may sum up to, beyond those of [`predict`](Self::predict), without
    /// which it has no effect; 0 for none.
    pub tolerance_photons: f64,
}

/// The precision of the numbers of a step, after its indices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// `f64`.
    #[default]
    Double,
    /// `f32`, where the image allows it: twice as many at once. A pixel is off by 1e-5 of it and 1e-8 of the brightest
    /// pixel at most.
    Single,
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

/// Which factors are computed for every sub-step instead of once a pixel.
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

/// Amorphous material in the beam, of any amount.
#[derive(Clone, Debug, PartialEq)]
pub struct Material {
    /// Molecules that the beam illuminates.
    pub molecules: f64,
    /// The structure factor of a molecule in electrons. Where it is negative, F² counts negatively: what is displaced
    /// scatters less.
    pub structure_factor: AmorphousFactor,
}

/// The structure factor of amorphous material.
#[derive(Clone, Debug, PartialEq)]
pub enum AmorphousFactor {
    /// The same at all angles, such as 2.57 electrons for water.
    Constant(f64),
    /// Against sin θ/λ in Å⁻¹: rows of (sin θ/λ, F) in ascending order, straight lines between, the end values beyond.
    Curve(Vec<(f64, f64)>),
    /// The same rows with the cubic through the four nearest ones between them, the end values beyond.
    SmoothCurve(Vec<(f64, f64)>),
}

impl Simulation {
    /// A still image with everything else at its default.
    ///
    /// The lattice stands in one orientation, as it is. The beam is unpolarized ([`Polarization::unpolarized`] of the
    /// first source) and has [`UNIT_FLUENCE_PER_M2`]. A pixel is one sub-pixel, whose factors are computed once; F is
    /// that of the nearest reflection; there is no amorphous material and no limit of resolution; the mode is
    /// [`Mode::Physics`]. Panels and sources must not be empty.
    #[must_use]
    pub fn new(
        panels: Vec<DetectorPanel>,
        sources: Vec<Source>,
        lattice: Lattice,
        crystal: Crystal,
        structure_factors: StructureFactors,
    ) -> Self {
        let beam = sources.first().map_or(LabVec::ZERO, |source| source.incident);
        Self {
            panels,
            sources,
            lattice,
            crystal,
            orientations: Orientations::single(&lattice),
            structure_factors,
            interpolate: false,
            oversample: 1,
            per_sub_step: PerSubStep::default(),
            polarization: Polarization::unpolarized(beam),
            point_pixel: false,
            fluence_per_m2: UNIT_FLUENCE_PER_M2,
            amorphous: None,
            materials: Vec::new(),
            dmin_angstrom: 0.0,
            mode: Mode::default(),
            predict: true,
            precision: Precision::default(),
            tolerance_photons: 0.0,
        }
    }

    /// Sources · phi steps · domains · sub-pixels: what the sum over a pixel is divided by.
    #[must_use]
    pub fn steps(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "both counts are far below 2⁵³")]
        let (sources, orientations) = (self.sources.len() as f64, self.orientations.len() as f64);
        sources * orientations * f64::from(self.oversample) * f64::from(self.oversample)
    }

    /// Whether the running sum of a pixel is multiplied by the factors of every sub-step (Q2).
    pub(crate) fn multiplies_running_sum(&self) -> bool {
        let PerSubStep { capture, polarization, solid_angle } = self.per_sub_step;
        self.mode == Mode::Compat && (capture || polarization || solid_angle)
    }

    /// Whether the steps are in single precision: where it was asked for, the sum is not multiplied at every step, no
    /// index is beyond 32-bit fixed point, and the shape is not round, whose fringes count turns by a square root.
    #[must_use]
    pub fn uses_single(&self) -> bool {
        self.precision == Precision::Single
            && !self.multiplies_running_sum()
            && self.crystal.shape != Shape::Round
            && self.indices_fit()
    }

    /// Whether no index is beyond 32-bit fixed point.
    fn indices_fit(&self) -> bool {
        let wavelengths = self.sources.iter().map(|source| source.wavelength_angstrom);
        let longest_q = 2.0 / wavelengths.fold(f64::INFINITY, f64::min);
        let axes = self.orientations.table().iter().flatten().map(|axis| axis.length());
        axes.fold(0.0, f64::max) * longest_q < LARGEST_INDEX / 2.0
    }

    /// Whether steps may be left out at all: where each multiplies the running sum, one that adds nothing counts.
    pub(crate) fn leaves_out(&self) -> bool {
        self.predict && !self.multiplies_running_sum()
    }

    /// The largest F_latt² that the tolerance lets go, where F is at most the given one; infinite for F = 0.
    ///
    /// If every step that is left out has F² F_latt² times [`photons_at_most`](Self::photons_at_most) ≤ tolerance, their sum in
    /// a pixel is no more than the tolerance.
    pub(crate) fn tolerated_lattice_square(&self, largest_factor: f64) -> f64 {
        let of_panel = |panel: &DetectorPanel| self.largest_solid_angle(&panel.placement.panel, 0.0);
        let solid_angle = self.panels.iter().map(of_panel).fold(0.0, f64::max);
        self.tolerance_photons / (self.photons_at_most(solid_angle) * largest_factor.powi(2))
    }

    /// What no pixel exceeds in which F² F_latt² of each step is 1, in photons.
    ///
    /// A pixel's photons are r_e² · fluence · Ω · P times the mean of F² F_latt² over its steps, times what its layers capture.
    /// Weights have a mean of 1.
    pub(crate) fn photons_at_most(&self, solid_angle: f64) -> f64 {
        let polarization = match self.polarization {
            Polarization::Off => 1.0,
            Polarization::Kahn { factor, .. } => f64::midpoint(1.0, factor.abs().max(1.0)),
        };
        // More by far more than all rounding.
        R_E_SQR_M2 * self.fluence_per_m2 * solid_angle * polarization * (1.0 + 1e-9)
    }

    /// What Ω of no pixel of a panel that is no nearer than a distance exceeds, times the most that its layers capture of it.
    ///
    /// In compat mode, and without a thickness, each layer may capture all (Q6). A ray's layer captures e^−ix (1 − e^−x) with
    /// x = μt/ζ of its own ζ, the cosine of its obliquity, which grows with the depth by no more than the distance from the
    /// plane does. With the largest and the least x of all layers the sum is at most their ratio.
    pub(crate) fn largest_solid_angle(&self, panel: &Panel, nearest_m: f64) -> f64 {
        let nearest_of_all = match panel.curvature {
            Curvature::Spherical { distance_m, .. } | Curvature::Reference { distance_m } => distance_m,
            // Of the plane itself: a near distance that was given may be another.
            _ => panel.origin_m.dot(panel.fast.cross(panel.slow).unit()).abs(),
        };
        let nearest_m = nearest_m.max(nearest_of_all);
        let pixel =
            if self.point_pixel { nearest_m } else { panel.pixel_area_m2 * panel.close_distance_m.abs() };
        let layers = f64::from(panel.sensor.layers);
        let depth_m = layers * panel.sensor.layer_thickness_m;
        let captured = if self.mode == Mode::Compat || depth_m == 0.0 {
            layers
        } else {
            (1.0 + depth_m / nearest_of_all).min(layers)
        };
        captured * pixel / nearest_m.powi(3)
    }

    /// Whether a pixel of a panel is rendered: on it, inside its region and not masked.
    #[must_use]
    pub fn renders(&self, panel: usize, pixel: PixelIndex) -> bool {
        self.panels.get(panel).is_some_and(|panel| panel.renders(pixel))
    }

    /// Evaluations of F²·F_latt² on all panels: pixels · layers · [`steps`](Self::steps).
    #[must_use]
    pub fn evaluations(&self) -> f64 {
        let of_panel = |panel: &DetectorPanel| {
            #[expect(clippy::cast_precision_loss, reason = "a detector has fewer than 2⁵³ pixels")]
            let pixels = panel.region_pixels() as f64;
            pixels * f64::from(panel.placement.panel.sensor.layers) * self.steps()
        };
        self.panels.iter().map(of_panel).sum()
    }
}

impl Crystal {
    /// A crystal of a shape and of unit cells along a, b and c.
    #[must_use]
    pub const fn new(shape: Shape, cells: [u32; 3]) -> Self {
        Self { shape, cells, fudge: 1.0 }
    }
}

impl Polarization {
    /// An unpolarized beam of the given direction: Kahn's factor 0. Its E-vector counts only when the factor is changed;
    /// it is lab z, or lab x where the beam runs along z, as in the conventions of MOSFLM, ADXV and XDS.
    #[must_use]
    pub fn unpolarized(beam: LabVec) -> Self {
        let along_z = beam.unit().z.abs() > 0.9;
        let e_vector = if along_z { LabVec::new(1.0, 0.0, 0.0) } else { LabVec::new(0.0, 0.0, 1.0) };
        Self::Kahn { factor: 0.0, e_vector }
    }
}

impl Amorphous {
    /// F² times the number of water molecules in the cube.
    pub(crate) fn electrons(&self, structure_factor: f64) -> f64 {
        let [molar_mass, density] = WATER;
        let molecules = self.thickness_m.powi(3) * density * AVOGADRO_PER_MOL / molar_mass;
        structure_factor * structure_factor * molecules
    }
}

impl AmorphousFactor {
    /// F at sin θ/λ in Å⁻¹.
    #[must_use]
    pub fn at(&self, stol_per_angstrom: f64) -> f64 {
        let (rows, is_smooth) = match self {
            Self::Constant(factor) => return *factor,
            Self::Curve(rows) => (rows, false),
            Self::SmoothCurve(rows) => (rows, true),
        };
        let above = rows.partition_point(|&(stol, _)| stol < stol_per_angstrom);
        match (above.checked_sub(1).map(|below| rows[below]), rows.get(above)) {
            (Some(_), Some(_)) if is_smooth => {
                polynomial(&rows[above.saturating_sub(2)..rows.len().min(above + 2)], stol_per_angstrom)
            }
            (Some((x0, y0)), Some(&(x1, y1))) => y0 + (y1 - y0) * (stol_per_angstrom - x0) / (x1 - x0),
            (None, Some(&(_, end))) | (Some((_, end)), None) => end,
            (None, None) => 0.0,
        }
    }
}

/// The polynomial through points, by Lagrange's formula.
fn polynomial(points: &[(f64, f64)], x: f64) -> f64 {
    let term = |(place, &(x0, y0)): (usize, &(f64, f64))| {
        let others = points.iter().enumerate().filter(|(other, _)| *other != place);
        others.fold(y0, |product, (_, &(x1, _))| product * (x - x1) / (x0 - x1))
    };
    points.iter().enumerate().map(term).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cubic is itself between four rows, a parabola also at the ends.
    #[test]
    fn a_smooth_curve_is_a_cubic() {
        let cubic = |x: f64| 2.0 - x + 3.0 * x * x - 0.5 * x.powi(3);
        let rows = |y: &dyn Fn(f64) -> f64| [0.0, 0.5, 1.5, 2.0, 3.5, 4.0].map(|x| (x, y(x))).to_vec();
        let curve = AmorphousFactor::SmoothCurve(rows(&cubic));
        for x in [0.5, 0.7, 1.9, 2.0, 3.1] {
            assert!((curve.at(x) - cubic(x)).abs() < 1e-12, "{x}");
        }
        let parabola = |x: f64| 1.0 + x * x;
        let curve = AmorphousFactor::SmoothCurve(rows(&parabola));
        for (x, expected) in [(-1.0, 1.0), (0.2, 1.04), (3.8, 15.44), (9.0, 17.0)] {
            assert!((curve.at(x) - expected).abs() < 1e-12, "{x}");
        }
    }

    #[test]
    fn an_amorphous_curve_is_straight_between_rows_and_flat_beyond() {
        let curve = AmorphousFactor::Curve(vec![(0.0, 2.0), (0.1, 4.0), (0.3, 1.0)]);
        for (stol, expected) in [(-1.0, 2.0), (0.0, 2.0), (0.05, 3.0), (0.1, 4.0), (0.2, 2.5), (9.0, 1.0)] {
            assert!((curve.at(stol) - expected).abs() < 1e-12, "{stol}");
        }
    }
}
