//! Resolution on a panel: d of a point, and the ring of points of one d.

use std::f64::consts::TAU;

use crate::{LabVec, Panel};

impl Panel {
    /// The resolution of a point of the panel in Å, in its own beam: d = λ/(2 sin θ) = λ/|ŝ − b|, with the unit vectors ŝ
    /// to the point and b of the beam; infinite in the direct beam. Coordinates as for
    /// [`position_m`](Self::position_m).
    #[must_use]
    pub fn resolution_angstrom(&self, [slow, fast]: [f64; 2], wavelength_angstrom: f64) -> f64 {
        wavelength_angstrom / (self.position_m(slow, fast).unit() - self.beam).length()
    }

    /// The ring of a resolution d in Å: where rays at 2θ = 2 arcsin(λ/2d) from the beam meet the panel's plane, `[slow,
    /// fast]` as for [`project`](Self::project), at azimuths 2πn/`count`, the first one again at the end. Rays that run away
    /// from the plane are `None`. There is no ring of a d that is less than λ/2.
    #[must_use]
    pub fn ring(&self, d_angstrom: f64, wavelength_angstrom: f64, count: u32) -> Vec<Option<[f64; 2]>> {
        let sine = wavelength_angstrom / (2.0 * d_angstrom);
        if !(0.0..=1.0).contains(&sine) {
            return Vec::new();
        }
        let (sin, cos) = (2.0 * sine.asin()).sin_cos();
        let across = self.across_beam();
        let up = self.beam.cross(across);
        let ray = |step: u32| {
            let (y, x) = (TAU * f64::from(step) / f64::from(count.max(1))).sin_cos();
            self.beam * cos + across * (sin * x) + up * (sin * y)
        };
        (0..=count).map(|step| self.project(ray(step))).collect()
    }

    /// A unit vector across the beam: near the fast axis, or near the slow one where the beam runs along the former.
    fn across_beam(&self) -> LabVec {
        let axis = if self.fast.unit().dot(self.beam).abs() < 0.9 { self.fast } else { self.slow };
        (axis - self.beam * axis.dot(self.beam)).unit()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Convention, DetectorSetup};

    fn panel(twotheta_rad: f64) -> Panel {
        let mut setup = DetectorSetup::new(Convention::Adxv).with_pixels([400, 500], 1e-3);
        setup.distance_m = 0.2;
        setup.beam_m = [Some(0.25), Some(0.15)];
        setup.twotheta_rad = twotheta_rad;
        setup.place().unwrap().panel
    }

    /// On a detector square to the beam it is a circle of radius D tan 2θ.
    #[test]
    fn a_ring_on_a_square_on_detector_is_a_circle() {
        let panel = panel(0.0);
        let [slow, fast] = panel.project(panel.beam).unwrap();
        // sin θ = λ/2d = ¼
        let radius = 200.0 * (2.0 * 0.25_f64.asin()).tan();
        let ring = panel.ring(2.0, 1.0, 8);
        assert_eq!(ring.len(), 9);
        for point in ring {
            let [s, f] = point.unwrap();
            assert!(((s - slow).hypot(f - fast) - radius).abs() < 1e-9, "{s} {f}");
            assert!((panel.resolution_angstrom([s, f], 1.0) - 2.0).abs() < 1e-12);
        }
    }

    #[test]
    fn points_of_a_ring_have_its_resolution_on_any_panel() {
        for twotheta_rad in [-0.6, 0.3, 1.2] {
            let panel = panel(twotheta_rad);
            let points: Vec<_> = panel.ring(0.8, 1.1, 90).into_iter().flatten().collect();
            assert!(!points.is_empty());
            for point in points {
                let found = panel.resolution_angstrom(point, 1.1);
                assert!((found - 0.8).abs() < 1e-12, "{twotheta_rad}: {found}");
            }
        }
    }

    #[test]
    fn there_is_no_ring_finer_than_half_the_wavelength() {
        assert!(panel(0.0).ring(0.49, 1.0, 8).is_empty());
        assert!(panel(0.0).ring(0.6, 1.0, 8).iter().all(Option::is_none), "backwards");
        let panel = panel(0.0);
        assert!(panel.resolution_angstrom(panel.project(panel.beam).unwrap(), 1.0) > 1e12);
    }
}
