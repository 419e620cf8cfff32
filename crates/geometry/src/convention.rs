//! The detector conventions: which way the axes point and what a beam centre means.

use std::fmt;
use std::str::FromStr;

use crate::{Error, LabVec};

/// The program whose convention defines the detector's axes and the beam centre.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Convention {
    /// MOSFLM, the default.
    #[default]
    Mosflm,
    /// DENZO: MOSFLM without the half pixel.
    Denzo,
    /// ADXV.
    Adxv,
    /// XDS.
    Xds,
    /// DIALS.
    Dials,
    /// Axes given one by one, from MOSFLM's.
    Custom,
}

/// What stays in place when the detector is rotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pivot {
    /// The direct-beam spot.
    Beam,
    /// The sample.
    Sample,
}

/// The directions a convention fixes, as unit vectors of the laboratory frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axes {
    /// Direction of the beam, b.
    pub beam: LabVec,
    /// Fast pixel axis, f.
    pub fast: LabVec,
    /// Slow pixel axis, s.
    pub slow: LabVec,
    /// Detector normal, o, away from the sample.
    pub normal: LabVec,
    /// Axis of the two-theta swing, t.
    pub twotheta: LabVec,
    /// E-vector of the polarization, p.
    pub polarization: LabVec,
    /// Spindle, v.
    pub spindle: LabVec,
}

impl Convention {
    /// Every convention.
    pub const ALL: [Self; 6] = [Self::Mosflm, Self::Denzo, Self::Adxv, Self::Xds, Self::Dials, Self::Custom];

    /// Its name in options and traces, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mosflm => "mosflm",
            Self::Denzo => "denzo",
            Self::Adxv => "adxv",
            Self::Xds => "xds",
            Self::Dials => "dials",
            Self::Custom => "custom",
        }
    }

    /// Its axes, before any rotation; for custom, what is not given.
    #[must_use]
    pub const fn axes(self) -> Axes {
        const X: LabVec = LabVec::new(1.0, 0.0, 0.0);
        const Y: LabVec = LabVec::new(0.0, 1.0, 0.0);
        const Z: LabVec = LabVec::new(0.0, 0.0, 1.0);
        const MINUS_X: LabVec = LabVec::new(-1.0, 0.0, 0.0);
        const MINUS_Y: LabVec = LabVec::new(0.0, -1.0, 0.0);
        const MINUS_Z: LabVec = LabVec::new(0.0, 0.0, -1.0);
        const MOSFLM: Axes = Axes {
            beam: X,
            fast: Z,
            slow: MINUS_Y,
            normal: X,
            twotheta: MINUS_Z,
            polarization: Z,
            spindle: Z,
        };
        match self {
            Self::Mosflm | Self::Denzo => MOSFLM,
            Self::Custom => Axes { twotheta: Y, ..MOSFLM },
            Self::Adxv => Axes {
                beam: Z,
                fast: X,
                slow: MINUS_Y,
                normal: Z,
                twotheta: MINUS_X,
                polarization: X,
                spindle: X,
            },
            Self::Xds => {
                Axes { beam: Z, fast: X, slow: Y, normal: Z, twotheta: X, polarization: X, spindle: X }
            }
            Self::Dials => {
                Axes { beam: Z, fast: X, slow: Y, normal: Z, twotheta: Y, polarization: Y, spindle: Y }
            }
        }
    }

    /// What the detector rotates about unless a pivot is given; `None` for custom.
    #[must_use]
    pub const fn pivot(self) -> Option<Pivot> {
        match self {
            Self::Mosflm | Self::Denzo | Self::Adxv => Some(Pivot::Beam),
            Self::Xds | Self::Dials => Some(Pivot::Sample),
            Self::Custom => None,
        }
    }

    /// The convention's default Xbeam and Ybeam in metres, from the detector's size and pixel, or `None` where it is
    /// the near point.
    #[must_use]
    pub(crate) fn default_beam_m(self, size_fast_m: f64, size_slow_m: f64, pixel_m: f64) -> Option<[f64; 2]> {
        match self {
            Self::Mosflm | Self::Denzo => {
                Some([f64::midpoint(size_slow_m, pixel_m), f64::midpoint(size_fast_m, pixel_m)])
            }
            Self::Adxv => Some([f64::midpoint(size_fast_m, pixel_m), (size_slow_m - pixel_m) / 2.0]),
            Self::Xds | Self::Dials | Self::Custom => None,
        }
    }

    /// Xbeam and Ybeam as the direct beam's place along the fast and slow axes, in metres.
    #[must_use]
    pub(crate) fn beam_on_axes_m(self, [xbeam, ybeam]: [f64; 2], size_slow_m: f64, pixel_m: f64) -> [f64; 2] {
        match self {
            Self::Mosflm => [ybeam + 0.5 * pixel_m, xbeam + 0.5 * pixel_m],
            Self::Denzo => [ybeam, xbeam],
            Self::Adxv => [xbeam, size_slow_m - ybeam],
            Self::Xds | Self::Dials | Self::Custom => [xbeam, ybeam],
        }
    }
}

impl Pivot {
    /// Its name, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Beam => "beam",
            Self::Sample => "sample",
        }
    }
}

impl fmt::Display for Convention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Convention {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|convention| convention.name() == text).ok_or_else(|| Error::UnknownName {
            what: "detector convention",
            found: text.to_owned(),
            expected: "mosflm, denzo, adxv, xds, dials or custom",
        })
    }
}

impl fmt::Display for Pivot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Pivot {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        [Self::Beam, Self::Sample].into_iter().find(|pivot| pivot.name() == text).ok_or_else(|| {
            Error::UnknownName { what: "pivot", found: text.to_owned(), expected: "beam or sample" }
        })
    }
}

impl Axes {
    /// All vectors made unit. A normal that is not a unit vector as given is replaced by f × s; the second value
    /// is then true.
    #[must_use]
    pub fn straightened(&self) -> (Self, bool) {
        let (fast, slow) = (self.fast.unit(), self.slow.unit());
        #[expect(clippy::float_cmp, reason = "the C program tests for a length of exactly 1")]
        let replaced = self.normal.length() != 1.0;
        let normal = if replaced { fast.cross(slow).unit() } else { self.normal };
        let axes = Self {
            beam: self.beam.unit(),
            fast,
            slow,
            normal,
            twotheta: self.twotheta.unit(),
            polarization: self.polarization.unit(),
            spindle: self.spindle.unit(),
        };
        (axes, replaced)
    }

    /// Each axis with its name, for messages and reports.
    #[must_use]
    pub const fn named(&self) -> [(&'static str, LabVec); 7] {
        [
            ("beam vector", self.beam),
            ("fast detector axis", self.fast),
            ("slow detector axis", self.slow),
            ("detector normal", self.normal),
            ("two-theta axis", self.twotheta),
            ("polarization vector", self.polarization),
            ("spindle axis", self.spindle),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_convention_looks_along_its_beam() {
        for convention in Convention::ALL {
            let axes = convention.axes();
            assert_eq!(axes.normal, axes.beam, "{convention:?}");
            for (name, axis) in axes.named() {
                assert!((axis.length() - 1.0).abs() < 1e-15, "{convention:?} {name}");
            }
            assert!(axes.fast.dot(axes.slow).abs() < 1e-15 && axes.polarization.dot(axes.beam).abs() < 1e-15);
        }
    }

    #[test]
    fn names_are_read_back() {
        for convention in Convention::ALL {
            assert_eq!(convention.to_string().parse(), Ok(convention));
        }
        for pivot in [Pivot::Beam, Pivot::Sample] {
            assert_eq!(pivot.to_string().parse(), Ok(pivot));
        }
        let error = "MOSFLM".parse::<Convention>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`MOSFLM` is no detector convention: expected mosflm, denzo, adxv, xds, dials or custom"
        );
    }

    #[test]
    fn a_normal_that_is_no_unit_vector_is_made_from_the_others() {
        let axes = Axes { normal: LabVec::new(0.9, 0.1, 0.0), ..Convention::Mosflm.axes() };
        let (straight, replaced) = axes.straightened();
        assert!(replaced);
        assert_eq!(straight.normal, LabVec::new(1.0, 0.0, 0.0));
    }
}
