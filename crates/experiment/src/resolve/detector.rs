//! The detector: convention, size, distances, centres, pivot, sensor.

use nanobragg_geometry::vector::radians;
use nanobragg_geometry::{Axes, Convention, DetectorSetup, LabVec, Pivot, Placement};

use super::Resolver;
use crate::error::Error;
use crate::flag::Flag;
use crate::said::Provenance;

/// A resolved detector.
pub(super) struct Detector {
    pub(super) placement: Placement,
    pub(super) axes: Axes,
    pub(super) twotheta_rad: f64,
}

/// A float, two kinds of counts and a gray level.
const BYTES_PER_PIXEL: usize = 9;

/// Flags that name a convention.
const CONVENTIONS: [(Flag, Convention); 5] = [
    (Flag::Mosflm, Convention::Mosflm),
    (Flag::Xds, Convention::Xds),
    (Flag::Adxv, Convention::Adxv),
    (Flag::Denzo, Convention::Denzo),
    (Flag::Dials, Convention::Dials),
];

/// Flags that make the convention custom.
const CUSTOM: [Flag; 9] = [
    Flag::FdetVector,
    Flag::SdetVector,
    Flag::OdetVector,
    Flag::BeamVector,
    Flag::PolarVector,
    Flag::SpindleAxis,
    Flag::TwothetaAxis,
    Flag::Pix0Vector,
    Flag::Pix0VectorMm,
];

/// The flags of the axes, in the order of [`Axes::named`].
const AXES: [Flag; 7] = [
    Flag::BeamVector,
    Flag::FdetVector,
    Flag::SdetVector,
    Flag::OdetVector,
    Flag::TwothetaAxis,
    Flag::PolarVector,
    Flag::SpindleAxis,
];

/// Flags after which a custom detector turns about the beam, and about the sample.
const ABOUT_BEAM: [Flag; 7] =
    [Flag::Xbeam, Flag::Ybeam, Flag::Distance, Flag::Mosflm, Flag::Adxv, Flag::Denzo, Flag::Dials];
const ABOUT_SAMPLE: [Flag; 7] =
    [Flag::Xclose, Flag::Yclose, Flag::Orgx, Flag::Orgy, Flag::Xds, Flag::CloseDistance, Flag::Twotheta];

/// Flags that say where the beam or the near point is.
const CENTERS: [Flag; 6] = [Flag::Xbeam, Flag::Ybeam, Flag::Xclose, Flag::Yclose, Flag::Orgx, Flag::Orgy];

impl Resolver<'_> {
    pub(super) fn detector(&mut self) -> Result<Detector, Error> {
        let convention = self.convention();
        let axes = self.axes(convention)?;
        let pivot = self.pivot(convention);
        let pixel_size_m = self.positive(Flag::Pixel, "pixel size", 0.1)? * 1e-3;
        let (shape, size_m) = self.shape(pixel_size_m)?;
        self.check_memory(shape)?;
        let distance_m = self.positive(Flag::Distance, "distance", 100.0)? * 1e-3;
        let close_distance_m = self.close_distance()?;
        let rotations = [Flag::DetectorRotx, Flag::DetectorRoty, Flag::DetectorRotz];
        let names = ["detector rotation about x", "detector rotation about y", "detector rotation about z"];
        let rotations_rad = [0, 1, 2].map(|axis| radians(self.number(rotations[axis], names[axis], 0.0)));
        let twotheta_rad = radians(self.number(Flag::Twotheta, "two-theta", 0.0));
        if twotheta_rad != 0.0 {
            self.quirks.insert(12);
        }
        let curved = self.switch(Flag::CurvedDet);
        if curved {
            self.quirks.insert(8);
        }
        let origin_m = self.origin();
        let millimetres = |flag: Flag| self.said.number(flag).map(|mm| mm * 1e-3);
        let pixels = |flag: Flag| self.said.number(flag);
        let mut setup = DetectorSetup::new(convention).with_pixels(shape, pixel_size_m);
        setup.axes = axes;
        setup.pivot = pivot;
        setup.size_m = size_m;
        setup.distance_m = distance_m;
        setup.close_distance_m = close_distance_m;
        setup.beam_m = [millimetres(Flag::Xbeam), millimetres(Flag::Ybeam)];
        setup.close_m = [millimetres(Flag::Xclose), millimetres(Flag::Yclose)];
        setup.org_pixels = [pixels(Flag::Orgx), pixels(Flag::Orgy)];
        setup.rotations_rad = rotations_rad;
        setup.twotheta_rad = twotheta_rad;
        setup.origin_m = origin_m;
        setup.curved = curved;
        setup.sensor = self.sensor()?;
        setup.as_reference = self.compat();
        if curved && setup.sensor.layer_thickness_m > 0.0 && setup.sensor.attenuation_per_m > 0.0 {
            self.quirks.insert(28);
        }
        let placement = setup.place()?;
        let close_mm = placement.panel.close_distance_m * 1e3;
        if close_mm.is_nan() || close_mm <= 0.0 {
            // Its pixels would have negative solid angles.
            return Err(Error::Contradiction(format!(
                "the detector shows its back to the sample: the nearest point of its plane is at {close_mm} mm along \
                 its normal, expected more than 0; check -detector_rotx, -detector_roty, -detector_rotz, -twotheta, \
                 -odet_vector and -pix0_vector"
            )));
        }
        self.center_settings(convention, pivot, &placement);
        Ok(Detector { placement, axes, twotheta_rad })
    }

    /// The nearest point's distance where it was said, metres; then the distance along the beam follows from it.
    fn close_distance(&mut self) -> Result<Option<f64>, Error> {
        let Some(close_mm) = self.said.number(Flag::CloseDistance) else { return Ok(None) };
        if close_mm <= 0.0 {
            return Err(Error::wrong(Flag::CloseDistance, &close_mm.to_string(), "a positive number"));
        }
        if self.typed(Flag::Distance) {
            let why = "-close_distance is given, and the distance along the beam follows from it";
            self.warn(format!("-distance has no effect: {why}"));
        }
        Ok(Some(close_mm * 1e-3))
    }

    /// The convention that was said last; any vector makes it custom.
    fn convention(&mut self) -> Convention {
        let all: Vec<Flag> = CONVENTIONS.iter().map(|&(flag, _)| flag).chain(CUSTOM).collect();
        let flag = self.said.last_of(&all);
        let convention = match flag {
            None => Convention::default(),
            Some(flag) => CONVENTIONS
                .iter()
                .find(|(known, _)| *known == flag)
                .map_or(Convention::Custom, |&(_, convention)| convention),
        };
        if convention != Convention::Custom {
            for flag in CUSTOM {
                if self.said.has(flag) {
                    self.warn(format!(
                        "{} has no effect: -{} comes after it and has axes of its own",
                        flag.dashed(),
                        convention.name()
                    ));
                }
            }
        }
        let vector = flag.filter(|_| convention == Convention::Custom);
        for (named, convention) in CONVENTIONS {
            if let (Some(vector), true) = (vector, self.said.has(named)) {
                let (named, vector) = (named.dashed(), vector.dashed());
                // What it leaves behind is the pivot: PHYSICS 2 has custom turn as the last such flag says.
                let left = if convention.pivot().is_some() { ", but for the pivot" } else { "" };
                self.warn(format!("{named} has no effect{left}: {vector} comes after it and selects custom"));
            }
        }
        let from = flag.map_or(Provenance::Default, |flag| self.from(flag));
        self.setting("convention", convention.name(), "", from);
        convention
    }

    /// Refuses a detector whose images do not fit this machine, before memory is asked for.
    fn check_memory(&self, shape: [usize; 2]) -> Result<(), Error> {
        let needed = shape[0].saturating_mul(shape[1]).saturating_mul(BYTES_PER_PIXEL);
        if needed <= self.context.max_grid_bytes {
            return Ok(());
        }
        Err(Error::Contradiction(format!(
            "a detector of {} × {} pixels needs {needed} bytes for its images, and this machine has {}: expected fewer \
             pixels (-detpixels, -detsize, -pixel)",
            shape[1], shape[0], self.context.max_grid_bytes
        )))
    }

    fn axes(&mut self, convention: Convention) -> Result<Axes, Error> {
        let mut axes = convention.axes();
        if convention == Convention::Custom {
            let Axes { beam, fast, slow, normal, twotheta, polarization, spindle } = &mut axes;
            for (flag, axis) in
                AXES.into_iter().zip([beam, fast, slow, normal, twotheta, polarization, spindle])
            {
                if let Some([x, y, z]) = self.said.triple(flag) {
                    let vector = LabVec::new(x, y, z);
                    if vector == LabVec::ZERO {
                        return Err(Error::wrong(flag, "0 0 0", "a vector of non-zero length"));
                    }
                    *axis = vector;
                }
            }
        }
        let (axes, replaced) = axes.straightened();
        if replaced {
            self.warn("-odet_vector is not of length 1: the detector's normal is fast × slow instead");
        }
        for ((name, axis), flag) in axes.named().into_iter().zip(AXES) {
            let from = match convention {
                Convention::Custom if flag == Flag::OdetVector && replaced => Provenance::Derived,
                Convention::Custom if self.said.has(flag) => self.from(flag),
                _ => Provenance::Convention,
            };
            self.setting(name, format!("{} {} {}", axis.x, axis.y, axis.z), "", from);
        }
        Ok(axes)
    }

    fn pivot(&mut self, convention: Convention) -> Pivot {
        let asked =
            self.said.word(Flag::Pivot).map(|word| if word == "beam" { Pivot::Beam } else { Pivot::Sample });
        if asked.is_some() && convention != Convention::Custom {
            self.quirks.insert(5);
        }
        let by_convention = convention.pivot();
        let (pivot, from) = match (asked, by_convention) {
            (Some(asked), _) if !self.compat() => (asked, self.from(Flag::Pivot)),
            (_, Some(pivot)) => {
                if asked.is_some_and(|asked| asked != pivot) {
                    self.warn(format!(
                        "-pivot has no effect: the {} convention has its own (Q5)",
                        convention.name()
                    ));
                }
                (pivot, Provenance::Convention)
            }
            (asked, None) => {
                // A header sets no pivot.
                let typed = |flag: &Flag| matches!(self.from(*flag), Provenance::Flag(_));
                let setters: Vec<Flag> =
                    ABOUT_BEAM.into_iter().chain(ABOUT_SAMPLE).chain([Flag::Pivot]).filter(typed).collect();
                match self.said.last_of(&setters) {
                    Some(Flag::Pivot) => (asked.unwrap_or(Pivot::Beam), self.from(Flag::Pivot)),
                    Some(flag) if ABOUT_SAMPLE.contains(&flag) => (Pivot::Sample, self.from(flag)),
                    Some(flag) => (Pivot::Beam, self.from(flag)),
                    None => (Pivot::Beam, Provenance::Default),
                }
            }
        };
        self.setting("pivot", format!("{pivot:?}").to_lowercase(), "", from);
        pivot
    }

    /// Pixels and size along slow and fast.
    fn shape(&mut self, pixel_size_m: f64) -> Result<([usize; 2], [f64; 2]), Error> {
        let axes = [
            ([Flag::Detpixels, Flag::DetpixelsS], [Flag::Detsize, Flag::DetsizeS], "pixels along slow"),
            ([Flag::Detpixels, Flag::DetpixelsF], [Flag::Detsize, Flag::DetsizeF], "pixels along fast"),
        ];
        let mut shape = [0; 2];
        let mut size_m = [0.0; 2];
        for (axis, (in_pixels, in_mm, name)) in axes.into_iter().enumerate() {
            let said_pixels = self.said.last_of(&in_pixels);
            if let Some(flag) = said_pixels.filter(|&flag| self.said.count(flag) == Some(0)) {
                return Err(Error::wrong(flag, "0", "a detector of 1 to 1048576 pixels an edge"));
            }
            let said_size = self.said.last_of(&in_mm);
            let (size, from) = match (said_pixels, said_size) {
                (Some(flag), size) => {
                    if let Some(ignored) = size {
                        let why = match self.from(flag) {
                            Provenance::Header(path) => {
                                format!("the header of {} gives the pixels (Q27)", path.display())
                            }
                            _ => format!("{} is given", flag.dashed()),
                        };
                        self.warn(format!("{} has no effect: {why}", ignored.dashed()));
                    }
                    let pixels = f64::from(self.said.count(flag).unwrap_or(0));
                    (pixel_size_m * pixels, self.from(flag))
                }
                (None, Some(flag)) => (self.said.number(flag).unwrap_or(0.0) * 1e-3, self.from(flag)),
                (None, None) => (102.4e-3, Provenance::Default),
            };
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a float cast saturates"
            )]
            let pixels = (size / pixel_size_m - 0.5).ceil() as usize;
            if pixels == 0 || pixels > 1 << 20 {
                let flag = said_pixels.or(said_size).unwrap_or(Flag::Pixel);
                let found = format!("{pixels} pixels");
                return Err(Error::wrong(flag, &found, "a detector of 1 to 1048576 pixels an edge"));
            }
            self.setting(name, pixels, "pixels", from);
            (shape[axis], size_m[axis]) = (pixels, size);
        }
        Ok((shape, size_m))
    }

    /// The origin, where `-pix0_vector` gives it (Q16).
    fn origin(&mut self) -> Option<LabVec> {
        let flag = self.said.last_of(&[Flag::Pix0Vector, Flag::Pix0VectorMm])?;
        self.quirks.insert(16);
        let center = CENTERS.into_iter().find(|&flag| self.said.has(flag));
        if self.compat() {
            self.warn(format!("{} has no effect in compat mode (Q16)", flag.dashed()));
            return None;
        }
        if let Some(center) = center {
            self.warn(format!("{} has no effect: {} gives the origin", flag.dashed(), center.dashed()));
            return None;
        }
        for idle in [Flag::Distance, Flag::CloseDistance, Flag::Pivot] {
            if self.typed(idle) {
                self.warn(format!("{} has no effect: {} gives the origin", idle.dashed(), flag.dashed()));
            }
        }
        let unit_m = if flag == Flag::Pix0VectorMm { 1e-3 } else { 1.0 };
        self.said.triple(flag).map(|[x, y, z]| LabVec::new(x, y, z) * unit_m)
    }
}
