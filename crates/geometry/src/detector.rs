//! Placing the detector: from conventions, distances, beam centres and rotations to a [`Placement`].

use crate::panel::as_number;
use crate::placement::{dials_mm, non_zero};
use crate::{
    Axes, BeamCenters, Convention, Curvature, Error, LabVec, OriginSteps, Panel, Pivot, PixelIndex,
    Placement, PlacementSteps, Rotation, Sensor,
};

/// What is known of a detector before it is placed. Lengths in metres, angles in radians.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DetectorSetup {
    /// The convention that reads the beam centre.
    pub convention: Convention,
    /// The axes before rotation, made unit ([`Axes::straightened`]).
    pub axes: Axes,
    /// What the detector rotates about.
    pub pivot: Pivot,
    /// Pixels along the slow and the fast axis.
    pub shape: [usize; 2],
    /// Pixel edge.
    pub pixel_size_m: f64,
    /// Size along the slow and the fast axis, from which default centres are taken.
    pub size_m: [f64; 2],
    /// From the sample to the plane along the beam.
    pub distance_m: f64,
    /// From the sample to the nearest point of the plane.
    pub close_distance_m: Option<f64>,
    /// Xbeam and Ybeam, in the convention's axes.
    pub beam_m: [Option<f64>; 2],
    /// Xclose and Yclose: only feed the default beam centre.
    pub close_m: [Option<f64>; 2],
    /// ORGX and ORGY in pixels: the near point, XDS style.
    pub org_pixels: [Option<f64>; 2],
    /// Rotations about lab x, then y, then z.
    pub rotations_rad: [f64; 3],
    /// Swing about the two-theta axis.
    pub twotheta_rad: f64,
    /// The origin, where it is given outright instead of by centres.
    pub origin_m: Option<LabVec>,
    /// Whether the surface is curved.
    pub curved: bool,
    /// The sensor's layers.
    pub sensor: Sensor,
    /// Whether the C program's defects Q8 and Q12 of COMPAT are reproduced.
    pub as_reference: bool,
}

impl DetectorSetup {
    /// 1024 × 1024 pixels of 0.1 mm at 100 mm in a convention's own axes, its pivot (the direct beam for
    /// [`Convention::Custom`]) and its default centres, neither turned nor curved, with a [`Sensor::SURFACE`].
    #[must_use]
    pub fn new(convention: Convention) -> Self {
        Self {
            convention,
            axes: convention.axes(),
            pivot: convention.pivot().unwrap_or(Pivot::Beam),
            shape: [0; 2],
            pixel_size_m: 0.0,
            size_m: [0.0; 2],
            distance_m: 0.1,
            close_distance_m: None,
            beam_m: [None; 2],
            close_m: [None; 2],
            org_pixels: [None; 2],
            rotations_rad: [0.0; 3],
            twotheta_rad: 0.0,
            origin_m: None,
            curved: false,
            sensor: Sensor::SURFACE,
            as_reference: false,
        }
        .with_pixels([1024, 1024], 1e-4)
    }

    /// The setup with another number of pixels `[slow, fast]` and another pixel edge in metres, and the size that
    /// follows from them.
    #[must_use]
    pub fn with_pixels(mut self, shape: [usize; 2], pixel_size_m: f64) -> Self {
        self.shape = shape;
        self.pixel_size_m = pixel_size_m;
        self.size_m = shape.map(|pixels| as_number(pixels) * pixel_size_m);
        self
    }

    /// Places the detector.
    ///
    /// # Errors
    /// [`Error::ZeroVector`] when an axis has no direction.
    pub fn place(&self) -> Result<Placement, Error> {
        for (name, axis) in self.axes.named() {
            if axis == LabVec::ZERO {
                return Err(Error::ZeroVector { name });
            }
        }
        let wanted = self.wanted_centers();
        let turn = Rotation::about_xyz(self.rotations_rad);
        let swing = |v: LabVec| v.about(self.axes.twotheta, self.twotheta_rad);
        let beam = self.axes.beam;
        let initial = [self.axes.fast, self.axes.slow, self.axes.normal];
        let after_rotations = initial.map(|v| turn.apply(v));
        let after_twotheta = after_rotations.map(swing);
        let [fast, slow, normal] = after_twotheta;

        let ratio = non_zero(beam.dot(after_rotations[2]));
        let close_distance_m = self.close_distance_m.unwrap_or((ratio * self.distance_m).abs());
        let distance_m = close_distance_m / ratio;

        let origin = match (self.origin_m, self.pivot) {
            (Some(origin), _) => OriginSteps::Given { origin },
            (None, Pivot::Sample) => {
                let [f, s] = wanted.close_m;
                let terms = [initial[0] * -f, initial[1] * -s, initial[2] * close_distance_m];
                let before_rotation = terms[0] + terms[1] + terms[2];
                let after_rotations = turn.apply(before_rotation);
                let after_twotheta = swing(after_rotations);
                OriginSteps::Sample {
                    close_m: [f, s],
                    terms,
                    before_rotation,
                    after_rotations,
                    after_twotheta,
                }
            }
            (None, Pivot::Beam) => {
                let [f, s] = wanted.beam_m;
                let terms = [fast * -f, slow * -s, beam * distance_m];
                let [x, y, z] = self.rotations_rad;
                OriginSteps::Beam {
                    rotations: [Rotation::about_x(x), Rotation::about_y(y), Rotation::about_z(z), turn],
                    beam_m: [f, s],
                    terms,
                    origin: terms[0] + terms[1] + terms[2],
                }
            }
        };
        let origin_m = origin.origin();

        let final_close_m = origin_m.dot(normal);
        let final_ratio = if self.as_reference { ratio } else { non_zero(beam.dot(normal)) };
        let to_beam = beam * (final_close_m / final_ratio) - origin_m;
        let beam_m = [fast.dot(to_beam), slow.dot(to_beam)];
        let close_m = [-origin_m.dot(fast), -origin_m.dot(slow)];
        let final_distance_m = match (self.as_reference, self.origin_m) {
            (true, _) => final_close_m / ratio,
            (false, Some(_)) => final_close_m / final_ratio,
            (false, None) => distance_m,
        };
        let curvature = match (self.curved, self.as_reference) {
            (false, _) => Curvature::Flat,
            (true, true) => Curvature::Reference { distance_m: final_distance_m },
            (true, false) => Curvature::Spherical {
                distance_m: final_distance_m,
                beam_m,
                senses: [fast.dot(slow.cross(beam)).signum(), slow.dot(fast.cross(beam)).signum()],
            },
        };
        Ok(Placement {
            panel: Panel {
                shape: self.shape,
                pixel_size_m: self.pixel_size_m,
                pixel_area_m2: self.pixel_size_m * self.pixel_size_m,
                origin_m,
                first_pixel: PixelIndex::default(),
                fast,
                slow,
                normal,
                beam,
                close_distance_m: final_close_m,
                curvature,
                sensor: self.sensor,
            },
            centers: BeamCenters {
                beam_m,
                close_m,
                distance_m: final_distance_m,
                org_pixels: close_m.map(|m| m / self.pixel_size_m + 0.5),
                dials_origin_mm: dials_mm(origin_m),
                ..wanted
            },
            steps: Some(PlacementSteps {
                convention: self.convention,
                pivot: self.pivot,
                angles_rad: [
                    self.rotations_rad[0],
                    self.rotations_rad[1],
                    self.rotations_rad[2],
                    self.twotheta_rad,
                ],
                initial,
                after_rotations,
                twotheta_axis: self.axes.twotheta,
                after_twotheta,
                ratio,
                distance_m,
                close_distance_m,
                origin,
            }),
        })
    }

    /// The centres as given, with each convention's defaults where they are not.
    fn wanted_centers(&self) -> BeamCenters {
        let [size_slow_m, size_fast_m] = self.size_m;
        let d = self.pixel_size_m;
        let near = |org: Option<f64>, size: f64| org.map_or(size / 2.0, |org| (org - 0.5) * d);
        let mut close_m = [near(self.org_pixels[0], size_fast_m), near(self.org_pixels[1], size_slow_m)];
        let xy_close_m = [self.close_m[0].unwrap_or(close_m[0]), self.close_m[1].unwrap_or(close_m[1])];
        let default_beam = self.convention.default_beam_m(size_fast_m, size_slow_m, d).unwrap_or(xy_close_m);
        let xy_beam_m =
            [self.beam_m[0].unwrap_or(default_beam[0]), self.beam_m[1].unwrap_or(default_beam[1])];
        let beam_m = self.convention.beam_on_axes_m(xy_beam_m, size_slow_m, d);
        if self.convention == Convention::Custom {
            close_m = xy_beam_m;
        }
        BeamCenters {
            xy_beam_m,
            xy_close_m,
            beam_m,
            close_m,
            distance_m: self.distance_m,
            org_pixels: [0.0; 2],
            dials_origin_mm: [0.0; 3],
            size_slow_m,
            pixel_size_m: d,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn setup(convention: Convention) -> DetectorSetup {
        DetectorSetup::new(convention).with_pixels([72, 96], 4e-4)
    }

    #[test]
    fn each_convention_has_its_own_default_centre() {
        // Direct beam along fast and slow, in pixels: MOSFLM is one pixel off the middle, DENZO and ADXV half a pixel.
        for (convention, fast, slow) in [
            (Convention::Mosflm, 49.0, 37.0),
            (Convention::Denzo, 48.5, 36.5),
            (Convention::Adxv, 48.5, 36.5),
            (Convention::Xds, 48.0, 36.0),
            (Convention::Dials, 48.0, 36.0),
            (Convention::Custom, 48.0, 36.0),
        ] {
            let centers = setup(convention).place().unwrap().centers;
            let found = centers.beam_m.map(|m| m / 4e-4);
            assert!(
                (found[0] - fast).abs() < 1e-9 && (found[1] - slow).abs() < 1e-9,
                "{convention:?} {found:?}"
            );
        }
    }

    #[test]
    fn q12_the_direct_beam_counts_the_two_theta_swing() {
        let swung = DetectorSetup { pivot: Pivot::Sample, twotheta_rad: 0.3, ..setup(Convention::Xds) };
        let placed = swung.place().unwrap();
        let hit =
            placed.panel.beam * (placed.panel.close_distance_m / placed.panel.beam.dot(placed.panel.normal));
        let on_detector = placed.panel.origin_m
            + placed.panel.fast * placed.centers.beam_m[0]
            + placed.panel.slow * placed.centers.beam_m[1];
        assert!((hit - on_detector).length() < 1e-12);
        let reference = DetectorSetup { as_reference: true, ..swung }.place().unwrap();
        assert!((reference.centers.beam_m[1] - placed.centers.beam_m[1]).abs() > 1e-3);
        assert_eq!(reference.panel.origin_m, placed.panel.origin_m, "the pixels stay where they are");
    }

    proptest! {
        #[test]
        fn a_beam_pivot_keeps_the_beam_centre(angles in prop::array::uniform3(-0.4..0.4f64), swing in -0.4..0.4f64) {
            for convention in [Convention::Mosflm, Convention::Adxv, Convention::Denzo] {
                let plain = setup(convention).place().unwrap();
                let turned = DetectorSetup { rotations_rad: angles, twotheta_rad: swing, ..setup(convention) };
                let turned = turned.place().unwrap();
                for axis in 0..2 {
                    prop_assert!((plain.centers.beam_m[axis] - turned.centers.beam_m[axis]).abs() < 1e-12);
                }
            }
        }

        #[test]
        fn a_sample_pivot_keeps_the_near_point(angles in prop::array::uniform3(-0.4..0.4f64), swing in -0.4..0.4f64) {
            for convention in [Convention::Xds, Convention::Dials] {
                let plain = setup(convention).place().unwrap();
                let turned = DetectorSetup { rotations_rad: angles, twotheta_rad: swing, ..setup(convention) };
                let turned = turned.place().unwrap();
                for axis in 0..2 {
                    prop_assert!((plain.centers.close_m[axis] - turned.centers.close_m[axis]).abs() < 1e-12);
                }
            }
        }
    }
}
