//! A detector panel in the laboratory: where its pixels are, and which pixel a ray meets.

use std::ops::Range;

use crate::{Error, LabVec};

/// A pixel, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PixelIndex {
    /// Row.
    pub slow: usize,
    /// Column.
    pub fast: usize,
}

/// How the surface bends.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Curvature {
    /// A plane.
    #[default]
    Flat,
    /// All pixels at one distance, reached by turning the beam about the slow axis by (Fdet − Fbeam)/distance and
    /// about the fast axis by (Sdet − Sbeam)/distance, in the senses of the flat detector.
    Spherical {
        /// The distance in metres.
        distance_m: f64,
        /// Where the direct beam meets the detector, along f and s from [`Panel::origin_m`], in metres.
        beam_m: [f64; 2],
        /// +1 or −1: the sense about the slow axis and about the fast axis.
        senses: [f64; 2],
    },
    /// The C program's: the flat pixel's lab y and z, over the distance, taken as angles (Q8).
    Reference {
        /// The distance in metres.
        distance_m: f64,
    },
}

/// The sensor's layers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sensor {
    /// Number of layers, at least 1.
    pub layers: u32,
    /// Thickness of one layer in metres; 0 when the sensor has no thickness.
    pub layer_thickness_m: f64,
    /// 1/attenuation depth, m⁻¹.
    pub attenuation_per_m: f64,
}

/// A detector panel, placed.
///
/// A pixel is [`first_pixel`](Self::first_pixel) plus its index away from [`origin_m`](Self::origin_m), along the
/// axes as they are: they are not made unit or orthogonal.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Panel {
    /// Pixels along the slow axis and along the fast axis.
    pub shape: [usize; 2],
    /// Pixel edge in metres.
    pub pixel_size_m: f64,
    /// Area of a pixel in m²: the edge squared, times |f × s| where the axes are not quite orthonormal.
    pub pixel_area_m2: f64,
    /// Corner of the frame in which the pixels are counted, from the sample, in metres.
    pub origin_m: LabVec,
    /// The panel's first pixel in the frame whose corner is [`origin_m`](Self::origin_m).
    ///
    /// A panel cut out of another keeps that panel's frame and axes, so that its pixels are at the same places bit for
    /// bit. It is (0, 0) for any other panel.
    pub first_pixel: PixelIndex,
    /// Vector along the fast axis, of unit length but for the rounding of the file that it comes from.
    pub fast: LabVec,
    /// Vector along the slow axis, of unit length but for the rounding of the file that it comes from.
    pub slow: LabVec,
    /// Unit normal, away from the sample.
    pub normal: LabVec,
    /// Unit vector of the beam.
    pub beam: LabVec,
    /// Distance from the sample to the nearest point of the plane, in metres.
    pub close_distance_m: f64,
    /// How the surface bends.
    pub curvature: Curvature,
    /// The sensor's layers.
    pub sensor: Sensor,
}

/// A plane nearer to the sample than this part of a pixel goes through it.
const TOO_CLOSE_PIXELS: f64 = 1e-6;
/// Axes with a smaller sine between them are parallel.
const PARALLEL_SINE: f64 = 1e-6;
/// |f × s| of axes that are orthonormal but for the rounding of the arithmetic.
const ORTHONORMAL: f64 = 1e-12;

impl PixelIndex {
    /// The pixel in a row and a column.
    #[must_use]
    pub const fn new(slow: usize, fast: usize) -> Self {
        Self { slow, fast }
    }
}

impl Sensor {
    /// A surface without thickness, which captures everything.
    pub const SURFACE: Self = Self { layers: 1, layer_thickness_m: 0.0, attenuation_per_m: 0.0 };

    /// A sensor of a thickness and an attenuation depth, both in metres, computed in a number of layers.
    #[must_use]
    pub fn new(thickness_m: f64, attenuation_depth_m: f64, layers: u32) -> Self {
        let layers = layers.max(1);
        Self {
            layers,
            layer_thickness_m: thickness_m / f64::from(layers),
            attenuation_per_m: 1.0 / attenuation_depth_m,
        }
    }
}

impl Default for Sensor {
    fn default() -> Self {
        Self::SURFACE
    }
}

impl Panel {
    /// A flat panel from the corner of its first pixel and its two axes, with a [`Sensor::SURFACE`].
    ///
    /// The shape is `[slow, fast]`. The axes are used as given; the normal is unit(f × s), turned away from the sample.
    /// The beam's direction is made unit; it places no pixel.
    ///
    /// # Errors
    /// [`Error::ZeroVector`] and [`Error::ParallelAxes`] for axes that span no plane, [`Error::PixelSize`] for an edge
    /// that is not a positive number, [`Error::PlaneThroughSample`] for a plane that contains the sample.
    pub fn flat(
        shape: [usize; 2],
        pixel_size_m: f64,
        origin_m: LabVec,
        fast: LabVec,
        slow: LabVec,
        beam: LabVec,
    ) -> Result<Self, Error> {
        let named = [("fast detector axis", fast), ("slow detector axis", slow), ("beam vector", beam)];
        if let Some((name, _)) = named.into_iter().find(|(_, axis)| axis.unit() == LabVec::ZERO) {
            return Err(Error::ZeroVector { name });
        }
        let area = fast.cross(slow);
        let sine = area.length() / (fast.length() * slow.length());
        if sine.is_nan() || sine < PARALLEL_SINE {
            return Err(Error::ParallelAxes { sine });
        }
        if !(pixel_size_m.is_finite() && pixel_size_m > 0.0) {
            return Err(Error::PixelSize { size_m: pixel_size_m });
        }
        let normal = area.unit();
        let close_distance_m = origin_m.dot(normal);
        let close_pixels = close_distance_m.abs() / pixel_size_m;
        if close_pixels.is_nan() || close_pixels < TOO_CLOSE_PIXELS {
            return Err(Error::PlaneThroughSample { distance_m: close_distance_m });
        }
        let stretch = if (area.length() - 1.0).abs() < ORTHONORMAL { 1.0 } else { area.length() };
        let away = close_distance_m > 0.0;
        Ok(Self {
            shape,
            pixel_size_m,
            pixel_area_m2: pixel_size_m * pixel_size_m * stretch,
            origin_m,
            first_pixel: PixelIndex::default(),
            fast,
            slow,
            normal: if away { normal } else { -normal },
            beam: beam.unit(),
            close_distance_m: close_distance_m.abs(),
            curvature: Curvature::Flat,
            sensor: Sensor::SURFACE,
        })
    }

    /// The panel with another sensor.
    #[must_use]
    pub fn with_sensor(mut self, sensor: Sensor) -> Self {
        self.sensor = sensor;
        self
    }

    /// A rectangle of this panel's pixels as a separate panel; each pixel is at the same place bit for bit.
    ///
    /// # Errors
    /// [`Error::CutOutside`] when the rectangle is empty or not on the panel.
    pub fn cut(&self, slow: Range<usize>, fast: Range<usize>) -> Result<Self, Error> {
        let inside = |range: &Range<usize>, size: usize| range.start < range.end && range.end <= size;
        if !(inside(&slow, self.shape[0]) && inside(&fast, self.shape[1])) {
            return Err(Error::CutOutside { slow, fast, shape: self.shape });
        }
        let mut part = self.clone();
        part.first_pixel.slow += slow.start;
        part.first_pixel.fast += fast.start;
        part.shape = [slow.len(), fast.len()];
        Ok(part)
    }

    /// Size along the slow axis and along the fast axis, in metres.
    #[must_use]
    pub fn size_m(&self) -> [f64; 2] {
        self.shape.map(|pixels| self.pixel_size_m * as_number(pixels))
    }

    /// Whether a pixel is on the panel.
    #[must_use]
    pub const fn contains(&self, pixel: PixelIndex) -> bool {
        pixel.slow < self.shape[0] && pixel.fast < self.shape[1]
    }

    /// The corner of the panel's first pixel on the flat panel, from the sample, in metres.
    #[must_use]
    pub fn corner_m(&self) -> LabVec {
        let first = self.first_pixel;
        self.flat_position_m([as_number(first.slow), as_number(first.fast)].map(|n| n * self.pixel_size_m))
    }

    /// The place of a point of the panel in metres, from its coordinates in pixels: (0, 0) is the corner of the panel's
    /// first pixel, (0.5, 0.5) the centre of that pixel.
    #[must_use]
    pub fn position_m(&self, slow_pixels: f64, fast_pixels: f64) -> LabVec {
        let sdet = (as_number(self.first_pixel.slow) + slow_pixels) * self.pixel_size_m;
        let fdet = (as_number(self.first_pixel.fast) + fast_pixels) * self.pixel_size_m;
        self.bent(self.flat_position_m([sdet, fdet]), [sdet, fdet])
    }

    /// Where a ray from the sample meets the plane, in pixels `[slow, fast]` of this panel as for
    /// [`position_m`](Self::position_m); they may lie beyond its edges. `None` when the ray runs away from the plane.
    ///
    /// Exact also for axes that are not orthonormal. For a curved surface it is the plane that is intersected.
    #[must_use]
    pub fn project(&self, direction: LabVec) -> Option<[f64; 2]> {
        let area = self.fast.cross(self.slow);
        let times = self.origin_m.dot(area) / direction.dot(area);
        if !(times.is_finite() && times > 0.0) {
            return None;
        }
        let [slow_m, fast_m] = self.along_axes_m(direction * times - self.origin_m);
        let first = self.first_pixel;
        Some([
            slow_m / self.pixel_size_m - as_number(first.slow),
            fast_m / self.pixel_size_m - as_number(first.fast),
        ])
    }

    /// The point of the curved surface that stands for a point of the plane, from both its place and its distances
    /// `[slow, fast]` from [`origin_m`](Self::origin_m) along the axes, in metres.
    #[inline]
    #[must_use]
    pub fn bent(&self, flat_m: LabVec, [sdet_m, fdet_m]: [f64; 2]) -> LabVec {
        match self.curvature {
            Curvature::Flat => flat_m,
            Curvature::Spherical { distance_m, beam_m, senses } => {
                let about_slow = senses[0] * (fdet_m - beam_m[0]) / distance_m;
                let about_fast = senses[1] * (sdet_m - beam_m[1]) / distance_m;
                (self.beam * distance_m).about(self.slow, about_slow).about(self.fast, about_fast)
            }
            Curvature::Reference { distance_m } => {
                let (about_slow, about_fast) = (flat_m.y / distance_m, flat_m.z / distance_m);
                (self.beam * distance_m).about(self.slow, about_slow).about(self.fast, about_fast)
            }
        }
    }

    /// The components `[slow, fast]` of a vector along the axes, which need not be orthonormal; the component out of the
    /// plane is dropped.
    pub(crate) fn along_axes_m(&self, v: LabVec) -> [f64; 2] {
        let (fast, slow) = (self.fast, self.slow);
        let (f, s) = (v.dot(fast), v.dot(slow));
        let (ff, ss, fs) = (fast.dot(fast), slow.dot(slow), fast.dot(slow));
        let determinant = ff * ss - fs * fs;
        [(s * ff - f * fs) / determinant, (f * ss - s * fs) / determinant]
    }

    fn flat_position_m(&self, [sdet_m, fdet_m]: [f64; 2]) -> LabVec {
        self.slow * sdet_m + self.origin_m + self.fast * fdet_m
    }
}

#[expect(clippy::cast_precision_loss, reason = "a detector has fewer than 2⁵³ pixels")]
pub(crate) const fn as_number(pixels: usize) -> f64 {
    pixels as f64
}

#[cfg(test)]
mod tests {
    #![expect(clippy::float_cmp, reason = "these numbers are exact")]

    use super::*;
    use crate::{Convention, DetectorSetup, Rotation};
    use proptest::prelude::*;

    const D: f64 = 1.72e-4;
    const X: LabVec = LabVec::new(1.0, 0.0, 0.0);
    const Y: LabVec = LabVec::new(0.0, 1.0, 0.0);
    const Z: LabVec = LabVec::new(0.0, 0.0, 1.0);

    /// A panel oblique to the axes, with axes that are not quite orthonormal when `skew` is not 0.
    fn askew(angles: [f64; 3], skew: f64) -> Panel {
        let turn = Rotation::about_xyz(angles);
        let (fast, slow) = (turn.apply(X + Y * skew), turn.apply(Y * (1.0 - skew)));
        let origin = turn.apply(LabVec::new(-0.03, -0.02, 0.11));
        Panel::flat([300, 400], D, origin, fast, slow, Z).unwrap()
    }

    #[test]
    fn a_flat_panel_is_the_one_that_a_setup_places() {
        for convention in Convention::ALL {
            let mut setup = DetectorSetup::new(convention);
            setup.twotheta_rad = 0.2;
            let placed = setup.place().unwrap().panel;
            let flat = Panel::flat(
                placed.shape,
                placed.pixel_size_m,
                placed.origin_m,
                placed.fast,
                placed.slow,
                placed.beam,
            )
            .unwrap();
            assert_eq!(flat.pixel_area_m2, placed.pixel_area_m2, "{convention}");
            assert!((flat.normal - placed.normal).length() < 1e-15, "{convention}");
            assert!((flat.close_distance_m - placed.close_distance_m).abs() < 1e-16, "{convention}");
        }
    }

    #[test]
    fn the_normal_points_away_from_the_sample() {
        for (fast, slow) in [(X, Y), (Y, X)] {
            let panel = Panel::flat([2, 3], D, LabVec::new(-0.1, -0.1, 0.2), fast, slow, Z).unwrap();
            assert_eq!((panel.normal, panel.close_distance_m), (Z, 0.2));
        }
    }

    #[test]
    fn axes_that_are_not_unit_stretch_the_pixel() {
        let panel = Panel::flat([2, 3], D, Z, X * 1.001, Y * 0.998 + X * 0.1, Z).unwrap();
        assert!((panel.pixel_area_m2 / (D * D) - 1.001 * 0.998).abs() < 1e-15);
        assert_eq!(panel.fast, X * 1.001);
        assert_eq!(Panel::flat([2, 3], D, Z, X, Y, Z).unwrap().pixel_area_m2, D * D);
    }

    #[test]
    fn what_is_no_panel_is_refused() {
        let flat = |size, origin, fast, slow, beam| Panel::flat([2, 3], size, origin, fast, slow, beam);
        for (found, expected) in [
            (flat(D, Z, LabVec::ZERO, Y, Z), "the fast detector axis has no direction"),
            (flat(D, Z, X, LabVec::ZERO, Z), "the slow detector axis has no direction"),
            (flat(D, Z, X, Y, LabVec::ZERO), "the beam vector has no direction"),
            (flat(D, Z, X, -X, Z), "are parallel"),
            (flat(0.0, Z, X, Y, Z), "an edge of 0 m"),
            (flat(f64::NAN, Z, X, Y, Z), "an edge of NaN m"),
            (flat(D, X * 0.3 + Y, X, Y, Z), "goes through the sample"),
            (flat(D, Z * f64::NAN, X, Y, Z), "goes through the sample"),
        ] {
            let error = found.unwrap_err().to_string();
            assert!(error.contains(expected), "{error} instead of {expected}");
        }
        let panel = askew([0.1; 3], 0.0);
        for (slow, fast) in [(0..301, 0..1), (0..1, 400..401), (5..5, 0..1), (0..1, 7..7)] {
            assert!(matches!(panel.cut(slow, fast), Err(Error::CutOutside { .. })));
        }
    }

    #[test]
    fn a_ray_that_runs_away_meets_nothing() {
        let panel = askew([0.1, 0.2, 0.3], 0.0);
        assert!(panel.project(panel.normal).is_some());
        assert_eq!(panel.project(-panel.normal), None);
        assert_eq!(panel.project(LabVec::ZERO), None);
    }

    proptest! {
        #[test]
        fn a_pixel_is_found_again_from_its_direction(
            angles in prop::array::uniform3(-1.2..1.2f64),
            skew in 0.0..0.05f64,
            slow in -50.0..350.0f64,
            fast in -50.0..450.0f64,
        ) {
            let whole = askew(angles, skew);
            let part = whole.cut(100..200, 50..90).unwrap();
            for (panel, at) in [(&whole, [slow, fast]), (&part, [slow - 100.0, fast - 50.0])] {
                let position = panel.position_m(at[0], at[1]);
                let [found_slow, found_fast] = panel.project(position * 7.0).unwrap();
                prop_assert!((found_slow - at[0]).abs() < 1e-9 && (found_fast - at[1]).abs() < 1e-9);
            }
        }

        #[test]
        fn a_part_has_the_places_of_the_whole(
            angles in prop::array::uniform3(-1.2..1.2f64),
            start in (0..290usize, 0..390usize),
            at in (0..10u32, 0..10u32),
        ) {
            let whole = askew(angles, 0.01);
            let part = whole.cut(start.0..start.0 + 10, start.1..start.1 + 10).unwrap();
            let again = part.cut(0..10, 0..10).unwrap();
            let (slow, fast) = (f64::from(at.0) + 0.5, f64::from(at.1) + 0.5);
            let expected = whole.position_m(as_number(start.0) + slow, as_number(start.1) + fast);
            prop_assert_eq!(part.position_m(slow, fast), expected);
            prop_assert_eq!(part.corner_m(), part.position_m(0.0, 0.0));
            prop_assert_eq!(part, again);
        }
    }
}
