//! The detector: panels placed, with what of them is rendered.

use nanobragg_geometry::sweep::Sweep;
use nanobragg_geometry::vector::radians;
use nanobragg_geometry::{self as geometry, Axes, DetectorSetup, LabVec, Placement, common_frames};
use nanobragg_kernel::DetectorPanel;

use super::{Resolver, digits};
use crate::error::Error;
use crate::model::{Beam, Convention, ConventionDetector, Detector, Panel, Pivot, Scan, Sensor};
use crate::notice::Part;
use crate::validate::MOST_PIXELS;

/// A resolved detector.
pub(super) struct DetectorParts {
    pub(super) panels: Vec<DetectorPanel>,
    pub(super) axes: Axes,
    pub(super) twotheta_rad: f64,
}

/// Size of a detector of which neither pixels nor size are given, m.
const DEFAULT_SIZE_M: f64 = 102.4e-3;

impl From<Convention> for geometry::Convention {
    fn from(convention: Convention) -> Self {
        match convention {
            Convention::Mosflm => Self::Mosflm,
            Convention::Denzo => Self::Denzo,
            Convention::Adxv => Self::Adxv,
            Convention::Xds => Self::Xds,
            Convention::Dials => Self::Dials,
            Convention::Custom => Self::Custom,
        }
    }
}

impl From<Pivot> for geometry::Pivot {
    fn from(pivot: Pivot) -> Self {
        match pivot {
            Pivot::Beam => Self::Beam,
            Pivot::Sample => Self::Sample,
        }
    }
}

impl Sensor {
    /// Its layers as geometry knows them. `reference_layers` keeps the C program's layers of thickness/(count − 1).
    #[must_use]
    pub fn in_layers(&self, reference_layers: bool) -> geometry::Sensor {
        let layers = Sweep::of_sensor(self.thickness_um * 1e-6, self.layers, reference_layers);
        let attenuation_per_m = match self.attenuation_depth_um {
            Some(depth_um) => 1.0 / (depth_um * 1e-6),
            None if self.thickness_um > 0.0 => 1.0 / (self.thickness_um * 1e-6),
            None => 0.0,
        };
        geometry::Sensor { layers: layers.count, layer_thickness_m: layers.step, attenuation_per_m }
    }
}

impl Convention {
    /// What a detector of this convention rotates about unless a pivot is given; custom has none.
    #[must_use]
    pub fn pivot(self) -> Option<Pivot> {
        geometry::Convention::from(self).pivot().map(|pivot| match pivot {
            geometry::Pivot::Beam => Pivot::Beam,
            geometry::Pivot::Sample => Pivot::Sample,
        })
    }
}

impl Detector {
    /// The axes of the frame before rotation, as given: those of the beam and of the scan, else the convention's; of
    /// panels, those of XDS.
    #[must_use]
    pub fn axes(&self, beam: &Beam, scan: &Scan) -> Axes {
        match self {
            Self::Convention(detector) => detector.axes(beam, scan),
            Self::Panels(_) => with_vectors(geometry::Convention::Xds.axes(), beam, scan),
        }
    }
}

/// Axes with the vectors of the beam and of the scan in place of theirs.
fn with_vectors(mut axes: Axes, beam: &Beam, scan: &Scan) -> Axes {
    for (given, axis) in [
        (beam.direction, &mut axes.beam),
        (beam.polarization.e_vector, &mut axes.polarization),
        (scan.axis, &mut axes.spindle),
    ] {
        if let Some(vector) = given {
            *axis = LabVec::from(vector);
        }
    }
    axes
}

impl ConventionDetector {
    /// The axes before rotation, as given: those of the detector, the beam and the scan, else the convention's.
    #[must_use]
    pub fn axes(&self, beam: &Beam, scan: &Scan) -> Axes {
        let mut axes = with_vectors(geometry::Convention::from(self.name).axes(), beam, scan);
        for (given, axis) in [
            (self.fast_axis, &mut axes.fast),
            (self.slow_axis, &mut axes.slow),
            (self.normal, &mut axes.normal),
            (self.twotheta_axis, &mut axes.twotheta),
        ] {
            if let Some(vector) = given {
                *axis = LabVec::from(vector);
            }
        }
        axes
    }

    /// Pixels along slow and fast, and the size in metres along both from which default centres are taken.
    #[must_use]
    pub fn shape(&self) -> ([usize; 2], [f64; 2]) {
        let pixel_size_m = self.pixel_size_mm * 1e-3;
        let axis = |axis: usize| {
            let size_m = match ([self.slow_size_mm, self.fast_size_mm][axis], self.pixels) {
                (Some(size_mm), _) => size_mm * 1e-3,
                (None, Some(pixels)) => pixel_size_m * f64::from(pixels[axis]),
                (None, None) => DEFAULT_SIZE_M,
            };
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a float cast saturates"
            )]
            let fitting = (size_m / pixel_size_m - 0.5).ceil() as usize;
            (self.pixels.map_or(fitting, |pixels| pixels[axis] as usize), size_m)
        };
        let [(slow, slow_m), (fast, fast_m)] = [axis(0), axis(1)];
        ([slow, fast], [slow_m, fast_m])
    }
}

impl Resolver<'_> {
    pub(super) fn detector(&mut self) -> Result<DetectorParts, Error> {
        let experiment = self.experiment;
        match &experiment.detector {
            Detector::Convention(detector) => self.convention_detector(detector),
            Detector::Panels(panels) => self.panels(panels),
        }
    }

    fn convention_detector(&mut self, detector: &ConventionDetector) -> Result<DetectorParts, Error> {
        let (shape, size_m) = detector.shape();
        if let Some(&pixels) = shape.iter().find(|&&pixels| pixels == 0 || pixels > MOST_PIXELS as usize) {
            let found = format!("{pixels} pixels");
            let expected = "a detector of 1 to 1048576 pixels an edge";
            return Err(self.wrong("detector.convention.pixels", found, expected));
        }
        let (axes, replaced) = detector.axes(&self.experiment.beam, &self.experiment.scan).straightened();
        let key = "detector.convention.normal";
        if replaced && !self.is_argument(key) {
            self.warn(
                Part::Detector,
                format!("{key} is not of length 1: fast × slow is the detector's normal instead"),
            );
        }
        let convention = geometry::Convention::from(detector.name);
        let pivot = detector.pivot.map(Into::into).or(convention.pivot()).unwrap_or(geometry::Pivot::Beam);
        let twotheta_rad = radians(detector.twotheta_deg);
        let metres = |mm: Option<f64>| mm.map(|mm| mm * 1e-3);
        let mut setup = DetectorSetup::new(convention);
        setup.axes = axes;
        setup.pivot = pivot;
        setup.shape = shape;
        setup.pixel_size_m = detector.pixel_size_mm * 1e-3;
        setup.size_m = size_m;
        setup.distance_m = detector.distance_mm * 1e-3;
        setup.close_distance_m = metres(detector.close_distance_mm);
        setup.beam_m = [metres(detector.xbeam_mm), metres(detector.ybeam_mm)];
        setup.close_m = [metres(detector.xclose_mm), metres(detector.yclose_mm)];
        setup.org_pixels = [detector.orgx_px, detector.orgy_px];
        setup.rotations_rad = detector.rotations_deg.map(radians);
        setup.twotheta_rad = twotheta_rad;
        setup.origin_m = detector.origin_mm.map(|origin| LabVec::from(origin.map(|mm| mm / 1e3)));
        setup.curved = detector.curved;
        setup.sensor = detector.sensor.in_layers(self.compat());
        setup.as_reference = self.compat();
        let placement = setup.place()?;
        let close_mm = placement.panel.close_distance_m * 1e3;
        if close_mm.is_nan() || close_mm <= 0.0 {
            // Its pixels would have negative solid angles.
            return Err(Error::FacesAway { close_mm });
        }
        self.check_plane(&placement.panel)?;
        self.derive_centers(&placement);
        let mut panel = DetectorPanel::new("0", placement);
        self.restrict(&mut panel, detector.mask_file.as_deref(), &[])?;
        Ok(DetectorParts { panels: vec![panel], axes, twotheta_rad })
    }

    fn panels(&mut self, described: &[Panel]) -> Result<DetectorParts, Error> {
        let experiment = self.experiment;
        let (axes, _) = experiment.detector.axes(&experiment.beam, &experiment.scan).straightened();
        let mut placed = Vec::with_capacity(described.len());
        for (index, panel) in described.iter().enumerate() {
            placed.push(self.flat_panel(panel, axes.beam).map_err(|error| {
                let name = if panel.name.is_empty() { index.to_string() } else { panel.name.clone() };
                Error::Contradiction(format!("panel {name}: {error}"))
            })?);
        }
        // Panels cut out of one have the very pixels of that one.
        common_frames(&mut placed);
        let mut panels = Vec::with_capacity(described.len());
        for (index, (panel, described)) in placed.into_iter().zip(described).enumerate() {
            let name = if described.name.is_empty() { index.to_string() } else { described.name.clone() };
            let mut panel = DetectorPanel::new(name, Placement::of_panel(panel));
            self.restrict(&mut panel, described.mask_file.as_deref(), &described.bad)?;
            panels.push(panel);
        }
        self.derive("panels", panels.len(), "");
        Ok(DetectorParts { panels, axes, twotheta_rad: 0.0 })
    }

    fn flat_panel(&self, panel: &Panel, beam: LabVec) -> Result<geometry::Panel, geometry::Error> {
        let placed = geometry::Panel::flat(
            panel.pixels.map(|count| count as usize),
            panel.pixel_size_mm * 1e-3,
            LabVec::from(panel.origin_mm) * 1e-3,
            LabVec::from(panel.fast_axis),
            LabVec::from(panel.slow_axis),
            beam,
        )?;
        Ok(placed.with_sensor(panel.sensor.in_layers(self.compat())))
    }

    /// Where the beam and the near point came out.
    fn derive_centers(&mut self, placement: &Placement) {
        let centers = &placement.centers;
        self.derive("Xbeam", digits(centers.xy_beam_m[0] * 1e3), "mm");
        self.derive("Ybeam", digits(centers.xy_beam_m[1] * 1e3), "mm");
        self.derive("Fbeam", digits(centers.beam_m[0] * 1e3), "mm");
        self.derive("Sbeam", digits(centers.beam_m[1] * 1e3), "mm");
        self.derive("Fclose", digits(centers.close_m[0] * 1e3), "mm");
        self.derive("Sclose", digits(centers.close_m[1] * 1e3), "mm");
        self.derive("close distance", digits(placement.panel.close_distance_m * 1e3), "mm");
        let origin = placement.panel.origin_m;
        let [x, y, z] = [origin.x, origin.y, origin.z].map(|metres| digits(metres * 1e3));
        self.derive("origin", format!("{x} {y} {z}"), "mm");
    }
}
