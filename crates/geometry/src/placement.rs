//! A placed panel: where the direct beam and the near point are on it, and the numbers on the way there.

use crate::{Convention, LabVec, Panel, Pivot, Rotation};

/// A placed detector, and every number on the way to it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Placement {
    /// The detector.
    pub panel: Panel,
    /// Where the direct beam and the near point ended up, in every convention.
    pub centers: BeamCenters,
    /// The steps, for the trace; a panel that was given outright has none.
    pub steps: Option<PlacementSteps>,
}

/// The direct beam and the near point on a placed detector.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct BeamCenters {
    /// Xbeam and Ybeam as given or defaulted, metres.
    pub xy_beam_m: [f64; 2],
    /// Xclose and Yclose as given or defaulted, metres.
    pub xy_close_m: [f64; 2],
    /// Direct beam along the fast and the slow axis, metres.
    pub beam_m: [f64; 2],
    /// Nearest point along the fast and the slow axis, metres.
    pub close_m: [f64; 2],
    /// From the sample to the plane along the beam, metres.
    pub distance_m: f64,
    /// Near point in pixels, XDS style.
    pub org_pixels: [f64; 2],
    /// Origin in DIALS's frame, millimetres.
    pub dials_origin_mm: [f64; 3],
    /// Size along the slow axis, metres: ADXV counts from the other edge.
    pub size_slow_m: f64,
    /// Pixel edge, metres.
    pub pixel_size_m: f64,
}

/// The numbers on the way from setup to panel. Lengths in metres.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PlacementSteps {
    /// Convention, as the setup has it.
    pub convention: Convention,
    /// Pivot, as the setup has it.
    pub pivot: Pivot,
    /// Rotations about lab x, y, z and the two-theta swing, radians.
    pub angles_rad: [f64; 4],
    /// Fast, slow and normal axis before rotation.
    pub initial: [LabVec; 3],
    /// Fast, slow and normal axis after the rotations about lab x, y, z.
    pub after_rotations: [LabVec; 3],
    /// Axis of the two-theta swing.
    pub twotheta_axis: LabVec,
    /// Fast, slow and normal axis after the swing.
    pub after_twotheta: [LabVec; 3],
    /// b·(R o).
    pub ratio: f64,
    /// close/ratio before the detector was moved.
    pub distance_m: f64,
    /// |ratio·distance| or as given.
    pub close_distance_m: f64,
    /// The origin's parts.
    pub origin: OriginSteps,
}

/// How the origin came about.
#[expect(clippy::large_enum_variant, reason = "there is one per run")]
#[derive(Clone, Debug, PartialEq)]
pub enum OriginSteps {
    /// Rotated about the sample.
    Sample {
        /// Near point along fast and slow.
        close_m: [f64; 2],
        /// −Fclose·f, −Sclose·s and close·o, before rotation.
        terms: [LabVec; 3],
        /// Their sum.
        before_rotation: LabVec,
        /// After the rotations about lab x, y, z.
        after_rotations: LabVec,
        /// After the two-theta swing.
        after_twotheta: LabVec,
    },
    /// Rotated about the direct-beam spot.
    Beam {
        /// The rotations about lab x, y and z, and all three.
        rotations: [Rotation; 4],
        /// Direct beam along fast and slow.
        beam_m: [f64; 2],
        /// −Fbeam·f, −Sbeam·s and distance·b, after rotation.
        terms: [LabVec; 3],
        /// Their sum.
        origin: LabVec,
    },
    /// Given outright.
    Given {
        /// As given.
        origin: LabVec,
    },
}

impl Placement {
    /// The placement of a panel that was given outright: the centres follow from where it is, counted from the corner
    /// of its first pixel.
    #[must_use]
    pub fn of_panel(panel: Panel) -> Self {
        let corner = panel.corner_m();
        let distance_m = panel.close_distance_m / non_zero(panel.beam.dot(panel.normal));
        let on_axes = |point: LabVec| {
            let [slow, fast] = panel.along_axes_m(point - corner);
            [fast, slow]
        };
        let beam_m = on_axes(panel.beam * distance_m);
        let close_m = on_axes(panel.normal * panel.close_distance_m);
        let centers = BeamCenters {
            xy_beam_m: beam_m,
            xy_close_m: close_m,
            beam_m,
            close_m,
            distance_m,
            org_pixels: close_m.map(|m| m / panel.pixel_size_m + 0.5),
            dials_origin_mm: dials_mm(corner),
            size_slow_m: panel.size_m()[0],
            pixel_size_m: panel.pixel_size_m,
        };
        Self { panel, centers, steps: None }
    }
}

impl From<Panel> for Placement {
    fn from(panel: Panel) -> Self {
        Self::of_panel(panel)
    }
}

impl OriginSteps {
    /// Where the corner of the first pixel ended up.
    #[must_use]
    pub const fn origin(&self) -> LabVec {
        match *self {
            Self::Sample { after_twotheta, .. } => after_twotheta,
            Self::Beam { origin, .. } | Self::Given { origin } => origin,
        }
    }
}

impl BeamCenters {
    /// The direct beam for ADXV, millimetres.
    #[must_use]
    pub fn adxv_mm(&self) -> [f64; 2] {
        [self.beam_m[0] * 1000.0, (self.size_slow_m - self.beam_m[1]) * 1000.0]
    }

    /// The direct beam for MOSFLM, millimetres.
    #[must_use]
    pub fn mosflm_mm(&self) -> [f64; 2] {
        let half = 0.5 * self.pixel_size_m;
        [(self.beam_m[1] - half) * 1000.0, (self.beam_m[0] - half) * 1000.0]
    }

    /// The direct beam for DENZO, millimetres.
    #[must_use]
    pub fn denzo_mm(&self) -> [f64; 2] {
        [self.beam_m[1] * 1000.0, self.beam_m[0] * 1000.0]
    }
}

/// A point in DIALS's frame, millimetres.
pub(crate) fn dials_mm(point_m: LabVec) -> [f64; 3] {
    [1000.0 * point_m.z, 1000.0 * point_m.y, -1000.0 * point_m.x]
}

/// A detector edge-on to the beam has no distance along it; the smallest number stands for zero, as in the C program.
pub(crate) fn non_zero(ratio: f64) -> f64 {
    if ratio == 0.0 { f64::MIN_POSITIVE } else { ratio }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DetectorSetup;

    fn close(found: [f64; 2], expected: [f64; 2]) -> bool {
        found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-13)
    }

    #[test]
    fn a_panel_given_outright_has_the_centres_of_the_placed_one() {
        for convention in Convention::ALL {
            let mut setup = DetectorSetup::new(convention).with_pixels([72, 96], 4e-4);
            setup.rotations_rad = [0.1, -0.2, 0.3];
            setup.twotheta_rad = 0.25;
            let placed = setup.place().unwrap();
            let given = Placement::of_panel(placed.panel.clone());
            let (found, expected) = (given.centers, placed.centers);
            assert!(close(found.beam_m, expected.beam_m) && close(found.close_m, expected.close_m));
            // A setup's distance is the one before the two-theta swing, as in the C program.
            let along_beam = placed.panel.project(placed.panel.beam).unwrap();
            let hit = placed.panel.position_m(along_beam[0], along_beam[1]);
            assert!((found.distance_m - hit.length()).abs() < 1e-13);
            assert!(given.steps.is_none());
        }
    }

    #[test]
    fn the_centres_of_a_part_count_from_its_own_corner() {
        let whole = DetectorSetup::new(Convention::Xds).with_pixels([72, 96], 4e-4).place().unwrap();
        let part = Placement::of_panel(whole.panel.cut(30..50, 7..9).unwrap());
        let moved = [whole.centers.beam_m[0] - 7.0 * 4e-4, whole.centers.beam_m[1] - 30.0 * 4e-4];
        assert!(close(part.centers.beam_m, moved));
        assert!((part.centers.size_slow_m - 20.0 * 4e-4).abs() < 1e-13);
        let hit = part.panel.position_m(moved[1] / 4e-4, moved[0] / 4e-4);
        assert!((hit - part.panel.beam * part.centers.distance_m).length() < 1e-13);
    }
}
