//! The detector: convention, size, distances, centres, pivot.

use nanobragg_experiment::{Convention, ConventionDetector, Detector, Panel, Pivot, Provenance};

use super::Lowering;
use crate::error::Error;
use crate::flag::Flag;

/// A float, two kinds of counts and a gray level.
const BYTES_PER_PIXEL: usize = 9;

/// Pixels along one edge at the most.
const MOST_PIXELS: usize = 1 << 20;

/// Flags that name a convention.
const CONVENTIONS: [(Flag, Convention, &str); 5] = [
    (Flag::Mosflm, Convention::Mosflm, "mosflm"),
    (Flag::Xds, Convention::Xds, "xds"),
    (Flag::Adxv, Convention::Adxv, "adxv"),
    (Flag::Denzo, Convention::Denzo, "denzo"),
    (Flag::Dials, Convention::Dials, "dials"),
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

/// Flags that give the origin.
const ORIGIN: [Flag; 2] = [Flag::Pix0Vector, Flag::Pix0VectorMm];

/// Flags after which a custom detector turns about the beam, and about the sample.
const ABOUT_BEAM: [Flag; 7] =
    [Flag::Xbeam, Flag::Ybeam, Flag::Distance, Flag::Mosflm, Flag::Adxv, Flag::Denzo, Flag::Dials];
const ABOUT_SAMPLE: [Flag; 7] =
    [Flag::Xclose, Flag::Yclose, Flag::Orgx, Flag::Orgy, Flag::Xds, Flag::CloseDistance, Flag::Twotheta];

/// Flags that give the place of the beam or of the near point.
const CENTERS: [Flag; 6] = [Flag::Xbeam, Flag::Ybeam, Flag::Xclose, Flag::Yclose, Flag::Orgx, Flag::Orgy];

/// Flags that place one panel by a convention: panels that are written out have a place.
const PLACEMENT: [Flag; 33] = [
    Flag::Mosflm,
    Flag::Xds,
    Flag::Adxv,
    Flag::Denzo,
    Flag::Dials,
    Flag::Distance,
    Flag::CloseDistance,
    Flag::Pixel,
    Flag::Detpixels,
    Flag::DetpixelsF,
    Flag::DetpixelsS,
    Flag::Detsize,
    Flag::DetsizeF,
    Flag::DetsizeS,
    Flag::Xbeam,
    Flag::Ybeam,
    Flag::Xclose,
    Flag::Yclose,
    Flag::Orgx,
    Flag::Orgy,
    Flag::Pivot,
    Flag::DetectorRotx,
    Flag::DetectorRoty,
    Flag::DetectorRotz,
    Flag::Twotheta,
    Flag::FdetVector,
    Flag::SdetVector,
    Flag::OdetVector,
    Flag::TwothetaAxis,
    Flag::Pix0Vector,
    Flag::Pix0VectorMm,
    Flag::CurvedDet,
    Flag::Img,
];

/// The key below which a detector of a convention is described.
fn key(name: &str) -> String {
    format!("detector.convention.{name}")
}

impl Lowering<'_> {
    pub(super) fn detector(&mut self) -> Result<(), Error> {
        match std::mem::take(&mut self.draft.detector) {
            Detector::Convention(mut detector) => {
                self.convention_detector(&mut detector)?;
                self.draft.detector = Detector::Convention(detector);
            }
            Detector::Panels(mut panels) => {
                self.panels(&mut panels)?;
                self.draft.detector = Detector::Panels(panels);
            }
            other => self.draft.detector = other,
        }
        Ok(())
    }

    /// Panels that are written out take a sensor, a mask and the beam's vectors, nothing that places them.
    fn panels(&mut self, panels: &mut [Panel]) -> Result<(), Error> {
        let with_geom = |flag: &Flag| *flag == Flag::Distance && self.arguments.has(Flag::Geom);
        let places = |flag: &&Flag| self.arguments.has(**flag) && !with_geom(flag);
        if let Some(flag) = PLACEMENT.iter().find(places) {
            return Err(Error::Contradiction(format!(
                "{} has no effect on a detector of panels, which {} gives (-expt, -geom or TOML): expected no such flag",
                flag.dashed(),
                self.draft.provenance.of("detector")
            )));
        }
        for (index, panel) in panels.iter_mut().enumerate() {
            let key = format!("detector.panels.{index}.sensor");
            let notice_count = self.notices.len();
            panel.sensor = self.sensor(panel.sensor, &key)?;
            if index > 0 {
                // What the first panel's sensor gave cause for holds for all.
                self.notices.truncate(notice_count);
            }
        }
        match (self.arguments.file(Flag::Mask), panels) {
            (None, _) => {}
            (Some(path), [panel]) => {
                panel.mask_file = Some(path.to_owned());
                self.set("detector.panels.0.mask_file", Flag::Mask);
            }
            (Some(_), panels) => {
                let count = panels.len();
                let text = format!("-mask: expected a detector of one panel, found {count} panels");
                return Err(Error::Contradiction(text));
            }
        }
        self.beam_vectors()
    }

    fn convention_detector(&mut self, detector: &mut ConventionDetector) -> Result<(), Error> {
        self.convention(detector);
        self.axes(detector)?;
        self.pivot(detector);
        detector.pixel_size_mm = self.positive(Flag::Pixel, &key("pixel_size_mm"), detector.pixel_size_mm)?;
        self.shape(detector)?;
        detector.distance_mm = self.positive(Flag::Distance, &key("distance_mm"), detector.distance_mm)?;
        self.close_distance(detector)?;
        let rotations = [Flag::DetectorRotx, Flag::DetectorRoty, Flag::DetectorRotz];
        for (axis, flag) in rotations.into_iter().enumerate() {
            if let Some(degrees) = self.arguments.number(flag) {
                detector.rotations_deg[axis] = degrees;
            }
        }
        self.set_all(&key("rotations_deg"), &rotations);
        detector.twotheta_deg = self.number(Flag::Twotheta, &key("twotheta_deg"), detector.twotheta_deg);
        detector.curved = self.switch(Flag::CurvedDet, &key("curved"), detector.curved);
        self.origin(detector);
        for (flag, name, value) in [
            (Flag::Xbeam, "xbeam_mm", &mut detector.xbeam_mm),
            (Flag::Ybeam, "ybeam_mm", &mut detector.ybeam_mm),
            (Flag::Xclose, "xclose_mm", &mut detector.xclose_mm),
            (Flag::Yclose, "yclose_mm", &mut detector.yclose_mm),
            (Flag::Orgx, "orgx_px", &mut detector.orgx_px),
            (Flag::Orgy, "orgy_px", &mut detector.orgy_px),
        ] {
            *value = self.optional(flag, &key(name), *value);
        }
        detector.sensor = self.sensor(detector.sensor, &key("sensor"))?;
        if let Some(path) = self.arguments.file(Flag::Mask) {
            detector.mask_file = Some(path.to_owned());
            self.set(&key("mask_file"), Flag::Mask);
        }
        if let Some(pivot) = detector.pivot {
            self.warn_of_idle_centers(detector.name, pivot);
        }
        Ok(())
    }

    /// The nearest point's distance where it is given; then the distance along the beam follows from it.
    fn close_distance(&mut self, detector: &mut ConventionDetector) -> Result<(), Error> {
        let Some(close_mm) = self.arguments.number(Flag::CloseDistance) else {
            if self.typed(Flag::Distance) {
                // The distance along the beam is given anew.
                detector.close_distance_mm = None;
            }
            return Ok(());
        };
        if close_mm <= 0.0 {
            return Err(Error::wrong(Flag::CloseDistance, &close_mm.to_string(), "a positive number"));
        }
        if self.typed(Flag::Distance) {
            let why = "-close_distance is given, and the distance along the beam follows from it";
            self.warn(format!("-distance has no effect: {why}"));
        }
        detector.close_distance_mm = Some(close_mm);
        self.set(&key("close_distance_mm"), Flag::CloseDistance);
        Ok(())
    }

    /// The convention that is given last; any vector makes it custom.
    fn convention(&mut self, detector: &mut ConventionDetector) {
        let all: Vec<Flag> = CONVENTIONS.iter().map(|&(flag, ..)| flag).chain(CUSTOM).collect();
        let Some(last) = self.arguments.last_of(&all) else { return };
        let named = CONVENTIONS.iter().find(|(flag, ..)| *flag == last);
        if let Some(&(_, convention, name)) = named {
            for flag in CUSTOM {
                let is_used = ORIGIN.contains(&flag) && self.origin_is_used();
                if self.arguments.has(flag) && !is_used {
                    self.warn(format!(
                        "{} has no effect: -{name} comes after it and has axes of its own",
                        flag.dashed(),
                    ));
                }
            }
            detector.name = convention;
            for axis in [
                &mut detector.fast_axis,
                &mut detector.slow_axis,
                &mut detector.normal,
                &mut detector.twotheta_axis,
            ] {
                *axis = None;
            }
        } else {
            for (flag, convention, _) in CONVENTIONS {
                if self.arguments.has(flag) {
                    let (flag, vector) = (flag.dashed(), last.dashed());
                    // Its pivot remains: a custom detector turns as the last such flag has it.
                    let left = if convention == Convention::Custom { "" } else { ", but for the pivot" };
                    self.warn(format!(
                        "{flag} has no effect{left}: {vector} comes after it and selects custom"
                    ));
                }
            }
            detector.name = Convention::Custom;
        }
        self.set(&key("name"), last);
    }

    fn axes(&mut self, detector: &mut ConventionDetector) -> Result<(), Error> {
        if detector.name != Convention::Custom {
            return Ok(());
        }
        for (flag, name, axis) in [
            (Flag::FdetVector, "fast_axis", &mut detector.fast_axis),
            (Flag::SdetVector, "slow_axis", &mut detector.slow_axis),
            (Flag::OdetVector, "normal", &mut detector.normal),
            (Flag::TwothetaAxis, "twotheta_axis", &mut detector.twotheta_axis),
        ] {
            if let Some(vector) = self.vector(flag)? {
                *axis = Some(vector);
                self.set(&key(name), flag);
            }
        }
        self.beam_vectors()?;
        let (_, replaced) = detector.axes(&self.draft.beam, &self.draft.scan).straightened();
        if replaced {
            self.warn("-odet_vector is not of length 1: the detector's normal is fast × slow instead");
        }
        Ok(())
    }

    /// The vectors of the beam and of the rotation.
    fn beam_vectors(&mut self) -> Result<(), Error> {
        if let Some(vector) = self.vector(Flag::BeamVector)? {
            self.draft.beam.direction = Some(vector);
            self.set("beam.direction", Flag::BeamVector);
        }
        if let Some(vector) = self.vector(Flag::PolarVector)? {
            self.draft.beam.polarization.e_vector = Some(vector);
            self.set("beam.polarization.e_vector", Flag::PolarVector);
        }
        if let Some(vector) = self.vector(Flag::SpindleAxis)? {
            self.draft.scan.axis = Some(vector);
            self.set("scan.axis", Flag::SpindleAxis);
        }
        Ok(())
    }

    fn vector(&self, flag: Flag) -> Result<Option<[f64; 3]>, Error> {
        match self.arguments.triple(flag) {
            Some(vector) if vector.iter().all(|&component| component == 0.0) => {
                Err(Error::wrong(flag, "0 0 0", "a vector of non-zero length"))
            }
            vector => Ok(vector),
        }
    }

    fn pivot(&mut self, detector: &mut ConventionDetector) {
        let asked = self
            .arguments
            .word(Flag::Pivot)
            .map(|word| if word == "beam" { Pivot::Beam } else { Pivot::Sample });
        if asked.is_some() && detector.name != Convention::Custom {
            self.quirks.insert(5);
        }
        let (pivot, from) = match (asked, detector.name.pivot()) {
            (Some(asked), _) if !self.compat() => (asked, self.from(Flag::Pivot)),
            (None, Some(_)) if detector.pivot.is_some() && !self.compat() => return,
            (_, Some(pivot)) => {
                if asked.is_some_and(|asked| asked != pivot) {
                    self.warn(format!(
                        "-pivot has no effect: the {} convention has its own (Q5)",
                        detector.name
                    ));
                }
                (pivot, Provenance::Convention)
            }
            (asked, None) => {
                // A header sets no pivot.
                let typed = |flag: &Flag| self.typed(*flag);
                let setters: Vec<Flag> =
                    ABOUT_BEAM.into_iter().chain(ABOUT_SAMPLE).chain([Flag::Pivot]).filter(typed).collect();
                match self.arguments.last_of(&setters) {
                    Some(Flag::Pivot) => (asked.unwrap_or(Pivot::Beam), self.from(Flag::Pivot)),
                    Some(flag) if ABOUT_SAMPLE.contains(&flag) => (Pivot::Sample, self.from(flag)),
                    Some(flag) => (Pivot::Beam, self.from(flag)),
                    None if detector.pivot.is_some() => return,
                    None => (Pivot::Beam, Provenance::Default),
                }
            }
        };
        detector.pivot = Some(pivot);
        self.set_derived(&key("pivot"), from);
    }

    /// Pixels and size along slow and fast.
    fn shape(&mut self, detector: &mut ConventionDetector) -> Result<(), Error> {
        let axes = [
            ([Flag::Detpixels, Flag::DetpixelsS], [Flag::Detsize, Flag::DetsizeS]),
            ([Flag::Detpixels, Flag::DetpixelsF], [Flag::Detsize, Flag::DetsizeF]),
        ];
        let mut pixels = [None; 2];
        let mut sizes_mm = [None; 2];
        let mut flags = Vec::new();
        for (axis, (in_pixels, in_mm)) in axes.into_iter().enumerate() {
            let given_pixels = self.arguments.last_of(&in_pixels);
            if let Some(flag) = given_pixels.filter(|&flag| self.arguments.count(flag) == Some(0)) {
                return Err(Error::wrong(flag, "0", "a detector of 1 to 1048576 pixels an edge"));
            }
            let given_size = self.arguments.last_of(&in_mm);
            match (given_pixels, given_size) {
                (Some(flag), size) => {
                    if let Some(ignored) = size {
                        let why = match self.from(flag) {
                            Provenance::Header { path, .. } => {
                                format!("the header of {} gives the pixels (Q27)", path.display())
                            }
                            _ => format!("{} is given", flag.dashed()),
                        };
                        self.warn(format!("{} has no effect: {why}", ignored.dashed()));
                    }
                    pixels[axis] = self.arguments.count(flag);
                }
                (None, Some(flag)) => sizes_mm[axis] = self.arguments.number(flag),
                (None, None) => {}
            }
            flags.extend(given_pixels.or(given_size));
        }
        if !flags.is_empty() {
            keep_shape(detector, pixels, sizes_mm);
        }
        let (shape, _) = detector.shape();
        for (axis, &count) in shape.iter().enumerate() {
            if count == 0 || count > MOST_PIXELS {
                let (in_pixels, in_mm) = &axes[axis];
                let flag = self.arguments.last_of(in_pixels).or(self.arguments.last_of(in_mm));
                let found = format!("{count} pixels");
                let expected = "a detector of 1 to 1048576 pixels an edge";
                return Err(Error::wrong(flag.unwrap_or(Flag::Pixel), &found, expected));
            }
        }
        self.set_all(&key("pixels"), &flags);
        self.set_all(&key("slow_size_mm"), &flags);
        self.set_all(&key("fast_size_mm"), &flags);
        self.check_memory(shape)
    }

    /// Refuses a detector whose images do not fit this machine, before memory is asked for.
    fn check_memory(&self, shape: [usize; 2]) -> Result<(), Error> {
        let memory_bytes = self.surroundings.machine.memory_bytes;
        let needed = shape[0].saturating_mul(shape[1]).saturating_mul(BYTES_PER_PIXEL);
        if needed <= memory_bytes {
            return Ok(());
        }
        Err(Error::Contradiction(format!(
            "a detector of {} × {} pixels needs {needed} bytes for its images, and this machine has {memory_bytes}: \
             expected fewer pixels (-detpixels, -detsize, -pixel)",
            shape[1], shape[0]
        )))
    }

    /// Whether an origin that is given is used, whatever the convention (Q16).
    fn origin_is_used(&self) -> bool {
        !self.compat() && !CENTERS.iter().any(|flag| self.arguments.has(*flag))
    }

    /// The origin, where `-pix0_vector` gives it (Q16).
    fn origin(&mut self, detector: &mut ConventionDetector) {
        let Some(flag) = self.arguments.last_of(&ORIGIN) else { return };
        self.quirks.insert(16);
        let center = CENTERS.into_iter().find(|&flag| self.arguments.has(flag));
        if self.compat() {
            self.warn(format!("{} has no effect in compat mode (Q16)", flag.dashed()));
            return;
        }
        if let Some(center) = center {
            self.warn(format!("{} has no effect: {} gives the origin", flag.dashed(), center.dashed()));
            return;
        }
        for idle in [Flag::Distance, Flag::CloseDistance, Flag::Pivot] {
            if self.typed(idle) {
                self.warn(format!("{} has no effect: {} gives the origin", idle.dashed(), flag.dashed()));
            }
        }
        let unit_mm = if flag == Flag::Pix0VectorMm { 1.0 } else { 1e3 };
        detector.origin_mm = self.arguments.triple(flag).map(|vector| vector.map(|length| length * unit_mm));
        self.set(&key("origin_mm"), flag);
    }
}

/// Gives a detector the pixels and sizes of the axes that flags give; the others stay as they are.
fn keep_shape(detector: &mut ConventionDetector, pixels: [Option<u32>; 2], sizes_mm: [Option<f64>; 2]) {
    let (before, before_m) = detector.shape();
    for (axis, size_mm) in [&mut detector.slow_size_mm, &mut detector.fast_size_mm].into_iter().enumerate() {
        *size_mm = match (pixels[axis], sizes_mm[axis]) {
            (Some(_), _) => None,
            (None, Some(size)) => Some(size),
            (None, None) => size_mm.or(detector.pixels.is_none().then_some(before_m[axis] * 1e3)),
        };
    }
    detector.pixels = None;
    let (fitting, _) = detector.shape();
    let count = |axis: usize| match (pixels[axis], sizes_mm[axis]) {
        (Some(count), _) => count,
        (None, Some(_)) => u32::try_from(fitting[axis]).unwrap_or(u32::MAX),
        (None, None) => u32::try_from(before[axis]).unwrap_or(u32::MAX),
    };
    detector.pixels = Some([count(0), count(1)]);
}
