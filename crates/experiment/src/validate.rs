//! Which values can be: every number of an experiment is checked here, under its key.

use hkl_io::SpaceGroup;
use nanobragg_geometry::{LabVec, Rotation};

use crate::error::Error;
use crate::experiment::{Experiment, Mode};
use crate::model::{
    Background, BadRegion, Band, Convention, ConventionDetector, Crystal, Detector, FactorSource, Flux,
    Intensity, Orientation, Panel, Pulse, Sensor, Spectrum,
};
use crate::provenance::Provenances;

/// Pixels along one edge of a panel, at the most.
pub(crate) const MOST_PIXELS: u32 = 1 << 20;

/// Images of a scan, at the most: each has files whose names are looked at before the first is rendered.
const MOST_IMAGES: u32 = 1_000_000;

/// Lengths, in whatever unit, and energies are between this and its inverse: their squares and volumes are numbers then.
const LARGEST: f64 = 1e30;

/// How far a panel's axes may be from unit vectors at right angles.
const SKEW: f64 = 0.02;

/// A full turn in mrad, rounded up: directions have no wider range.
const FULL_TURN_MRAD: f64 = 6283.2;

/// Every orientation is within half a turn of any other.
const WIDEST_MOSAIC_DEG: f64 = 180.0;

/// A millionth of a µm, 1 pm: less than any atom, let alone what absorbs X-rays. With thicknesses below
/// [`THICKEST_SENSOR_UM`], t μ stays a number.
const SHALLOWEST_UM: f64 = 1e-6;

/// A kilometre.
const THICKEST_SENSOR_UM: f64 = 1e9;

/// The sine between the E-vector and the beam, at least: nearer to the beam, rounding says where it points.
const SMALLEST_SINE: f64 = 1e-6;

impl Experiment {
    /// Checks every value.
    ///
    /// # Errors
    /// [`Error::Value`], [`Error::Missing`] and [`Error::Contradiction`], naming the key of what cannot be.
    pub fn validate(&self) -> Result<(), Error> {
        validate(self)
    }
}
/// Vectors whose volume is a smaller part of that of a box with their lengths lie in a plane.
const FLAT: f64 = 1e-9;

/// Checks every value of an experiment.
fn validate(experiment: &Experiment) -> Result<(), Error> {
    let check = Check { from: &experiment.provenance };
    beam(&check, experiment)?;
    if experiment.crystal.has_no_lattice() && experiment.structure_factors.file().is_none() {
        return Err(Error::NoCell);
    }
    crystal(&check, &experiment.crystal)?;
    structure_factors(&check, experiment)?;
    scan(&check, experiment)?;
    match &experiment.detector {
        Detector::Convention(detector) => convention_detector(&check, detector)?,
        Detector::Panels(panels) => all_panels(&check, panels)?,
    }
    background(&check, &experiment.background)?;
    let sampling = &experiment.sampling;
    check.not_negative("sampling.dmin_angstrom", sampling.dmin_angstrom)?;
    check.not_negative("sampling.tolerance_photons", sampling.tolerance_photons)?;
    if let Some([fast_min, fast_max, slow_min, slow_max]) = sampling.roi
        && (fast_min > fast_max || slow_min > slow_max)
    {
        let found = format!("{fast_min} {fast_max} {slow_min} {slow_max}");
        return Err(check.wrong(
            "sampling.roi",
            found,
            "fast_min fast_max slow_min slow_max, each pair in order",
        ));
    }
    check.finite("response.adc_offset", experiment.response.adc_offset)?;
    experiment.response.validate(&experiment.provenance)?;
    check.optional("output.int_scale", experiment.output.int_scale, Check::positive)?;
    check.optional("output.pgm_scale", experiment.output.pgm_scale, Check::positive)?;
    names_of_images(&check, experiment)
}

/// Each image of a series has files of its own.
fn names_of_images(check: &Check<'_>, experiment: &Experiment) -> Result<(), Error> {
    if experiment.rendered_images() == 1 {
        return Ok(());
    }
    let (first, second) = (experiment.image_files(0), experiment.image_files(1));
    for ((key, path), (_, next)) in first.with_keys().into_iter().zip(second.with_keys()) {
        let is_own = path != next || path.starts_with("/dev");
        let expected = format!("a name with #### for the numbers of {} images", experiment.scan.images);
        check.that(is_own, key, path.display(), &expected)?;
    }
    Ok(())
}

/// Checks of single values; an error names the key and what would have done.
struct Check<'a> {
    from: &'a Provenances,
}

impl Check<'_> {
    fn wrong(&self, key: &str, found: impl ToString, expected: &str) -> Error {
        Error::value(self.from, key, found, expected)
    }

    fn that(&self, holds: bool, key: &str, found: impl ToString, expected: &str) -> Result<(), Error> {
        if holds { Ok(()) } else { Err(self.wrong(key, found, expected)) }
    }

    fn finite(&self, key: &str, value: f64) -> Result<(), Error> {
        self.that(value.is_finite(), key, value, "a finite number")
    }

    fn positive(&self, key: &str, value: f64) -> Result<(), Error> {
        self.that(value.is_finite() && value > 0.0, key, value, "a positive number")
    }

    /// A positive number whose cube and its inverse are numbers.
    fn extent(&self, key: &str, value: f64) -> Result<(), Error> {
        self.positive(key, value)?;
        self.within(key, value, [LARGEST.recip(), LARGEST], "a number from 1e-30 to 1e30")
    }

    /// A number whose square is a number.
    fn coordinate(&self, key: &str, value: f64) -> Result<(), Error> {
        self.finite(key, value)?;
        self.within(key, value, [-LARGEST, LARGEST], "a number from -1e30 to 1e30")
    }

    fn not_negative(&self, key: &str, value: f64) -> Result<(), Error> {
        self.that(value.is_finite() && value >= 0.0, key, value, "a number that is not negative")
    }

    fn count(&self, key: &str, value: u32) -> Result<(), Error> {
        self.that(value > 0, key, value, "a count of at least 1")
    }

    fn optional<T: Copy>(
        &self,
        key: &str,
        value: Option<T>,
        check: impl Fn(&Self, &str, T) -> Result<(), Error>,
    ) -> Result<(), Error> {
        value.map_or(Ok(()), |value| check(self, key, value))
    }

    fn finite_all(&self, key: &str, values: &[f64]) -> Result<(), Error> {
        let finite = values.iter().all(|value| value.is_finite());
        self.that(finite, key, listed(values), "finite numbers")
    }

    /// A direction: three finite numbers, whose length is a number that can be divided by.
    fn direction(&self, key: &str, vector: [f64; 3]) -> Result<(), Error> {
        self.finite_all(key, &vector)?;
        self.that(has_length(&vector), key, listed(&vector), "a vector of non-zero length")
    }

    fn within(&self, key: &str, value: f64, range: [f64; 2], expected: &str) -> Result<(), Error> {
        self.that((range[0]..=range[1]).contains(&value), key, value, expected)
    }
}

/// Whether a vector can be made unit: neither 0 nor so small or large that its square is no number.
fn has_length(vector: &[f64]) -> bool {
    vector.iter().map(|component| component * component).sum::<f64>().is_normal()
}

fn listed(values: &[f64]) -> String {
    values.iter().map(f64::to_string).collect::<Vec<_>>().join(" ")
}

fn beam(check: &Check<'_>, experiment: &Experiment) -> Result<(), Error> {
    let beam = &experiment.beam;
    check.optional("beam.direction", beam.direction, Check::direction)?;
    match &beam.spectrum {
        Spectrum::WavelengthAngstrom(wavelength) => {
            check.extent("beam.spectrum.wavelength_angstrom", *wavelength)?;
        }
        Spectrum::EnergyEv(energy) => check.extent("beam.spectrum.energy_ev", *energy)?,
        Spectrum::Band(Band { wavelength_angstrom, width_percent, wavelengths }) => {
            check.extent("beam.spectrum.band.wavelength_angstrom", *wavelength_angstrom)?;
            let width = "beam.spectrum.band.width_percent";
            check.not_negative(width, *width_percent)?;
            check.that(*width_percent < 200.0, width, width_percent, "a width below 200 %")?;
            check.count("beam.spectrum.band.wavelengths", *wavelengths)?;
        }
        Spectrum::Table(rows) => {
            let key = "beam.spectrum.table";
            let good = |row: &[f64; 2]| {
                (LARGEST.recip()..=LARGEST).contains(&row[0]) && row[1].is_finite() && row[1] >= 0.0
            };
            if let Some(row) = rows.iter().find(|row| !good(row)) {
                return Err(check.wrong(
                    key,
                    listed(row),
                    "a positive energy in eV and a weight that is not negative",
                ));
            }
            let total: f64 = rows.iter().map(|row| row[1]).sum();
            check.that(
                total > 0.0 && total.is_finite(),
                key,
                format!("{} rows", rows.len()),
                "at least one row with a weight",
            )?;
        }
        Spectrum::File(_) => {}
    }
    let spread = &beam.divergence;
    for (key, value) in [
        ("beam.divergence.horizontal_mrad", spread.horizontal_mrad),
        ("beam.divergence.vertical_mrad", spread.vertical_mrad),
    ] {
        check.not_negative(key, value)?;
        check.within(key, value, [0.0, FULL_TURN_MRAD], "a range within a full turn, 6283.2 mrad")?;
    }
    check.count("beam.divergence.horizontal_steps", spread.horizontal_steps)?;
    check.count("beam.divergence.vertical_steps", spread.vertical_steps)?;
    check.optional(
        "beam.divergence.horizontal_step_mrad",
        spread.horizontal_step_mrad,
        Check::not_negative,
    )?;
    check.optional("beam.divergence.vertical_step_mrad", spread.vertical_step_mrad, Check::not_negative)?;
    polarization(check, experiment)?;
    match &beam.intensity {
        Intensity::FluencePerM2(fluence) => check.not_negative("beam.intensity.fluence_per_m2", *fluence),
        Intensity::Flux(Flux { flux_per_s, exposure_s, size_um }) => {
            check.not_negative("beam.intensity.flux.flux_per_s", *flux_per_s)?;
            check.not_negative("beam.intensity.flux.exposure_s", *exposure_s)?;
            check.extent("beam.intensity.flux.size_um", *size_um)
        }
        Intensity::Pulse(Pulse { photons_per_pulse, size_um }) => {
            check.not_negative("beam.intensity.pulse.photons_per_pulse", *photons_per_pulse)?;
            check.extent("beam.intensity.pulse.size_um", *size_um)
        }
    }
}

/// K is −1 to 1, or P would be negative somewhere; and E has a direction across the beam where one is needed.
fn polarization(check: &Check<'_>, experiment: &Experiment) -> Result<(), Error> {
    let Experiment { beam, scan, detector, mode, .. } = experiment;
    let factor = beam.polarization.kahn_factor;
    check.within("beam.polarization.kahn_factor", factor, [-1.0, 1.0], "a factor from -1 to 1")?;
    let key = "beam.polarization.e_vector";
    check.optional(key, beam.polarization.e_vector, Check::direction)?;
    let (horizontal, vertical) = beam.divergence.sweeps();
    let diverges = beam.sources_file.is_none() && (horizontal.range > 0.0 || vertical.range > 0.0);
    if *mode == Mode::Compat || !(diverges || (beam.polarization.apply && factor != 0.0)) {
        return Ok(());
    }
    let axes = detector.axes(beam, scan);
    let e_vector = axes.polarization;
    let sine = e_vector.unit().cross(axes.beam.unit()).length();
    check.that(sine > SMALLEST_SINE, key, listed(&e_vector.to_array()), "a vector that is not along the beam")
}

fn crystal(check: &Check<'_>, crystal: &Crystal) -> Result<(), Error> {
    let Crystal { cell, matrix_file, vectors_angstrom, .. } = crystal;
    if let Some(cell) = cell {
        let good = cell.edges_angstrom.iter().chain(&cell.angles_deg).all(|&n| n.is_finite() && n > 0.0);
        check.that(good, "crystal.cell", cell, "edges and angles above 0")?;
        cell.edges_angstrom.iter().try_for_each(|&edge| check.extent("crystal.cell", edge))?;
        check.that(cell.unit_cell().is_ok(), "crystal.cell", cell, "angles that enclose a volume")?;
    }
    if let Some(vectors) = vectors_angstrom {
        let other = if matrix_file.is_some() { Some("crystal.matrix_file") } else { None };
        if let Some(other) = other.or_else(|| cell.is_some().then_some("crystal.cell")) {
            return Err(Error::Contradiction(format!(
                "crystal.vectors_angstrom and {other} both give the lattice: expected one of them"
            )));
        }
        let key = "crystal.vectors_angstrom";
        vectors.iter().try_for_each(|vector| check.direction(key, *vector))?;
        vectors.as_flattened().iter().try_for_each(|&component| check.coordinate(key, component))?;
        let [a, b, c] = vectors.map(LabVec::from);
        let (volume, of_box) = (a.dot(b.cross(c)), a.length() * b.length() * c.length());
        let span = volume.abs() > FLAT * of_box;
        check.that(span, key, listed(vectors.as_flattened()), "three vectors that enclose a volume")?;
    }
    match &crystal.orientation {
        Orientation::MissetDeg(angles) => check.finite_all("crystal.orientation.misset_deg", angles)?,
        Orientation::RotationMatrix(rows) => {
            let key = "crystal.orientation.rotation_matrix";
            rows.iter().try_for_each(|row| check.finite_all(key, row))?;
            let is_rotation = Rotation::from_rows(*rows).is_ok();
            check.that(is_rotation, key, listed(rows.as_flattened()), "a rotation, within 1e-6")?;
        }
        Orientation::Quaternion(quaternion) => {
            let key = "crystal.orientation.quaternion";
            check.finite_all(key, quaternion)?;
            check.that(has_length(quaternion), key, listed(quaternion), "a quaternion of non-zero length")?;
        }
        Orientation::Random(_) => {}
    }
    crystal.cells.iter().try_for_each(|&cells| check.count("crystal.cells", cells))?;
    if let Some(sizes) = crystal.size_um {
        sizes.iter().try_for_each(|&size| check.extent("crystal.size_um", size))?;
    }
    check.not_negative("crystal.fudge", crystal.fudge)?;
    let spread = "crystal.mosaic.spread_deg";
    check.not_negative(spread, crystal.mosaic.spread_deg)?;
    check.within(
        spread,
        crystal.mosaic.spread_deg,
        [0.0, WIDEST_MOSAIC_DEG],
        "a spread of 180° at the most",
    )?;
    check.optional("crystal.mosaic.domains", crystal.mosaic.domains, Check::count)
}

fn structure_factors(check: &Check<'_>, experiment: &Experiment) -> Result<(), Error> {
    let factors = &experiment.structure_factors;
    check.finite("structure_factors.default_f", factors.default_f)?;
    if let Some(group) = &factors.space_group {
        let is_known = SpaceGroup::from_symbol(group).is_ok();
        let expected = "a space group by symbol or number, such as P 21 21 21 or 19";
        check.that(is_known, "structure_factors.space_group", group, expected)?;
    }
    match &factors.source {
        FactorSource::Uniform(factor) => check.finite("structure_factors.source.uniform", *factor),
        FactorSource::Reflections(rows) => {
            let key = "structure_factors.source.reflections";
            check.that(!rows.is_empty(), key, "none", "at least one row of h, k, l and F")?;
            rows.iter().try_for_each(|(.., factor)| check.finite(key, *factor))
        }
        FactorSource::File(_) | FactorSource::Dump(_) => Ok(()),
    }
}

fn scan(check: &Check<'_>, experiment: &Experiment) -> Result<(), Error> {
    let scan = &experiment.scan;
    check.optional("scan.axis", scan.axis, Check::direction)?;
    check.finite("scan.start_deg", scan.start_deg)?;
    check.not_negative("scan.width_deg", scan.width_deg)?;
    check.count("scan.steps", scan.steps)?;
    check.optional("scan.step_deg", scan.step_deg, Check::finite)?;
    let (start_rad, sweep) = scan.sweep();
    let last_rad = start_rad + sweep.step * f64::from(sweep.count);
    check.that(last_rad.is_finite(), "scan.step_deg", sweep.step.to_degrees(), "steps to a finite angle")?;
    let images = 1..=MOST_IMAGES;
    check.that(images.contains(&scan.images), "scan.images", scan.images, "a count from 1 to 1000000")
}

fn convention_detector(check: &Check<'_>, detector: &ConventionDetector) -> Result<(), Error> {
    let key = |name: &str| format!("detector.convention.{name}");
    check.extent(&key("distance_mm"), detector.distance_mm)?;
    check.optional(&key("close_distance_mm"), detector.close_distance_mm, Check::extent)?;
    check.extent(&key("pixel_size_mm"), detector.pixel_size_mm)?;
    if let Some(pixels) = detector.pixels {
        pixels.iter().try_for_each(|&count| pixel_count(check, &key("pixels"), count))?;
    }
    check.optional(&key("slow_size_mm"), detector.slow_size_mm, Check::extent)?;
    check.optional(&key("fast_size_mm"), detector.fast_size_mm, Check::extent)?;
    if let Some(origin) = detector.origin_mm {
        origin.iter().try_for_each(|&mm| check.coordinate(&key("origin_mm"), mm))?;
    }
    for (name, value) in [
        ("xbeam_mm", detector.xbeam_mm),
        ("ybeam_mm", detector.ybeam_mm),
        ("xclose_mm", detector.xclose_mm),
        ("yclose_mm", detector.yclose_mm),
        ("orgx_px", detector.orgx_px),
        ("orgy_px", detector.orgy_px),
    ] {
        check.optional(&key(name), value, Check::coordinate)?;
    }
    check.finite_all(&key("rotations_deg"), &detector.rotations_deg)?;
    check.finite(&key("twotheta_deg"), detector.twotheta_deg)?;
    for (name, axis) in [
        ("fast_axis", detector.fast_axis),
        ("slow_axis", detector.slow_axis),
        ("normal", detector.normal),
        ("twotheta_axis", detector.twotheta_axis),
    ] {
        check.optional(&key(name), axis, Check::direction)?;
        if axis.is_some() && detector.name != Convention::Custom {
            return Err(Error::Contradiction(format!(
                "{} is of the custom convention alone: expected {} = \"custom\"",
                key(name),
                key("name")
            )));
        }
    }
    sensor(check, "detector.convention.sensor", &detector.sensor)
}

fn pixel_count(check: &Check<'_>, key: &str, count: u32) -> Result<(), Error> {
    check.that((1..=MOST_PIXELS).contains(&count), key, count, "a detector of 1 to 1048576 pixels an edge")
}

fn all_panels(check: &Check<'_>, panels: &[Panel]) -> Result<(), Error> {
    check.that(!panels.is_empty(), "detector.panels", "none", "at least one panel")?;
    for (index, panel) in panels.iter().enumerate() {
        let key = |name: &str| format!("detector.panels.{index}.{name}");
        panel.origin_mm.iter().try_for_each(|&mm| check.coordinate(&key("origin_mm"), mm))?;
        check.direction(&key("fast_axis"), panel.fast_axis)?;
        check.direction(&key("slow_axis"), panel.slow_axis)?;
        near_unit(check, &key, panel)?;
        panel.pixels.iter().try_for_each(|&count| pixel_count(check, &key("pixels"), count))?;
        check.extent(&key("pixel_size_mm"), panel.pixel_size_mm)?;
        sensor(check, &key("sensor"), &panel.sensor)?;
        panel.bad.iter().try_for_each(|region| bad_region(check, &key("bad"), region))?;
        let same = |other: &&Panel| !panel.name.is_empty() && other.name == panel.name;
        if let Some(other) = panels[..index].iter().find(same) {
            return Err(check.wrong(&key("name"), &other.name, "a name that no other panel has"));
        }
    }
    Ok(())
}

fn bad_region(check: &Check<'_>, key: &str, region: &BadRegion) -> Result<(), Error> {
    match *region {
        BadRegion::Panel => Ok(()),
        BadRegion::Pixels(ends @ [fast_min, fast_max, slow_min, slow_max]) => {
            let found = ends.map(|end| end.to_string()).join(" ");
            let in_order = fast_min <= fast_max && slow_min <= slow_max;
            check.that(in_order, key, found, "fast_min fast_max slow_min slow_max, each pair in order")
        }
        BadRegion::LabXyMm(ends @ [x_min, x_max, y_min, y_max]) => {
            let in_order = x_min <= x_max && y_min <= y_max;
            check.that(in_order, key, listed(&ends), "x_min x_max y_min y_max, each pair in order")
        }
    }
}

/// The axes of a panel may be off unit vectors at right angles by the rounding of a file, not by more.
fn near_unit(check: &Check<'_>, key: &dyn Fn(&str) -> String, panel: &Panel) -> Result<(), Error> {
    let dot = |u: [f64; 3], v: [f64; 3]| u.iter().zip(v).map(|(u, v)| u * v).sum::<f64>();
    let (fast, slow) = (panel.fast_axis, panel.slow_axis);
    for (name, axis) in [("fast_axis", fast), ("slow_axis", slow)] {
        let length = dot(axis, axis).sqrt();
        check.that((length - 1.0).abs() <= SKEW, &key(name), listed(&axis), "a vector of length 1")?;
    }
    let slow_name = key("slow_axis");
    check.that(
        dot(fast, slow).abs() <= SKEW,
        &slow_name,
        listed(&slow),
        "a vector at right angles to the fast axis",
    )
}

fn sensor(check: &Check<'_>, key: &str, sensor: &Sensor) -> Result<(), Error> {
    let thickness = format!("{key}.thickness_um");
    check.not_negative(&thickness, sensor.thickness_um)?;
    let possible =
        sensor.thickness_um == 0.0 || (SHALLOWEST_UM..=THICKEST_SENSOR_UM).contains(&sensor.thickness_um);
    check.that(possible, &thickness, sensor.thickness_um, "0, or 1e-6 to 1e9 µm")?;
    if let Some(depth) = sensor.attenuation_depth_um {
        let key = format!("{key}.attenuation_depth_um");
        // An infinite depth is a sensor that absorbs nothing.
        check.that(depth > 0.0, &key, depth, "a positive depth, or inf")?;
        check.that(depth >= SHALLOWEST_UM, &key, depth, "a depth of 1e-6 µm and more, or inf")?;
    }
    check.optional(&format!("{key}.layers"), sensor.layers, Check::count)
}

fn background(check: &Check<'_>, background: &[Background]) -> Result<(), Error> {
    let cubes = background.iter().filter(|material| material.path_mm.is_none()).count();
    if cubes > 1 {
        let expected = "one cube at the most (thickness_um); other materials have a path_mm";
        return Err(check.wrong("background", format!("{cubes} cubes"), expected));
    }
    background.iter().enumerate().try_for_each(|(index, material)| {
        let key = |name: &str| format!("background.{index}.{name}");
        check.not_negative(&key("thickness_um"), material.thickness_um)?;
        check.optional(&key("path_mm"), material.path_mm, Check::extent)?;
        check.optional(&key("width_mm"), material.width_mm, Check::extent)?;
        check.extent(&key("density_g_per_cm3"), material.density_g_per_cm3)?;
        check.extent(&key("molar_mass_g_per_mol"), material.molar_mass_g_per_mol)?;
        check.within(&key("transmission"), material.transmission, [0.0, 1.0], "a share from 0 to 1")?;
        let is_one = material.path_mm.is_none() || material.thickness_um == 0.0;
        check.that(is_one, &key("thickness_um"), material.thickness_um, "no cube beside path_mm")
    })
}
