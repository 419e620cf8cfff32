//! Warnings of values that are far from what their unit makes plausible, most often metres for millimetres or ångströms.
//!
//! They are no errors: a simulation may be of what nobody would measure.

use percent_g::percent_g;

use super::Resolver;
use crate::model::{Detector, Intensity, Sensor, Spectrum};
use crate::notice::Part;
use crate::provenance::Provenance;

/// What a value of some kind usually is, in its unit.
struct Kind {
    unit: &'static str,
    /// The unit of arguments, where it is another one, and how many of the unit it is.
    of_arguments: Option<(&'static str, f64)>,
    usual: [f64; 2],
    /// Other units in which such values are given, by how many of the unit they are.
    others: &'static [f64],
}

/// Metres and micrometres for millimetres.
const FOR_MM: &[f64] = &[1e3, 1e-3];
/// Millimetres, metres and nanometres for micrometres.
const FOR_UM: &[f64] = &[1e3, 1e6, 1e-3];
/// Metres and picometres for ångströms; nanometres cannot be told from them.
const FOR_ANGSTROM: &[f64] = &[1e10, 1e-2];

const WAVELENGTH: Kind = Kind { unit: "Å", of_arguments: None, usual: [0.01, 50.0], others: FOR_ANGSTROM };
/// Kiloelectronvolts.
const ENERGY: Kind = Kind { unit: "eV", of_arguments: None, usual: [250.0, 1e6], others: &[1e3] };
const CELL_EDGE: Kind = Kind { unit: "Å", of_arguments: None, usual: [1.0, 1e4], others: FOR_ANGSTROM };
/// Radians for degrees.
const CELL_ANGLE: Kind =
    Kind { unit: "deg", of_arguments: None, usual: [20.0, 160.0], others: &[180.0 / std::f64::consts::PI] };
const RESOLUTION: Kind = Kind { unit: "Å", of_arguments: None, usual: [0.1, 1e3], others: FOR_ANGSTROM };
/// From a few cells on: whoever gives 10 µm in metres, where a flag has millimetres, gets 0.01 µm. Below a millimetre: whoever
/// gives 1 µm as such, where a flag has millimetres, gets 1000 µm.
const CRYSTAL_SIZE: Kind =
    Kind { unit: "µm", of_arguments: Some(("mm", 1e3)), usual: [0.02, 500.0], others: FOR_UM };
/// A beam of a millimetre is one of a laboratory.
const BEAM_SIZE: Kind =
    Kind { unit: "µm", of_arguments: Some(("mm", 1e3)), usual: [0.01, 2e3], others: FOR_UM };
const THICKNESS: Kind = Kind { unit: "µm", of_arguments: None, usual: [1.0, 1e5], others: FOR_UM };
const WATER: Kind = Kind { unit: "µm", of_arguments: None, usual: [1e-3, 1e5], others: FOR_UM };
const DISTANCE: Kind = Kind { unit: "mm", of_arguments: None, usual: [2.0, 1e5], others: FOR_MM };
const PIXEL: Kind = Kind { unit: "mm", of_arguments: None, usual: [1e-3, 10.0], others: FOR_MM };
const DETECTOR_SIZE: Kind = Kind { unit: "mm", of_arguments: None, usual: [1.0, 1e4], others: FOR_MM };

/// What to ask about the size of a crystal in micrometres, if it is far from what is usual.
///
/// A front end that makes a count of cells of the size asks by itself: the experiment no longer has the size then.
#[must_use]
pub fn doubt_of_crystal_size(size_um: f64) -> Option<String> {
    CRYSTAL_SIZE.doubt(size_um, true)
}

impl Resolver<'_> {
    /// Warns of values of another magnitude than their unit has.
    pub(super) fn warn_of_magnitudes(&mut self) {
        let mut doubts = Vec::new();
        for (key, value, kind) in self.magnitudes() {
            let doubt = kind.doubt(value, self.is_argument(&key));
            doubts.extend(doubt.map(|doubt| (key, doubt)));
        }
        doubts.extend(centres_in_pixels(&self.experiment.detector));
        for (key, doubt) in doubts {
            let text = match self.experiment.provenance.of(&key) {
                // A header states its own units.
                Provenance::Default | Provenance::Header { .. } => continue,
                Provenance::Argument(name) => format!("{name} {doubt}"),
                from @ Provenance::File { .. } => format!("{from}: {key} {doubt}"),
                _ => format!("{key} {doubt}"),
            };
            self.warn(Part::Files, text);
        }
    }

    /// The values that are looked at, by their keys.
    fn magnitudes(&self) -> Vec<(String, f64, Kind)> {
        let experiment = self.experiment;
        let mut all = Vec::new();
        let mut add = |key: &str, value: Option<f64>, kind: Kind| {
            all.extend(value.map(|value| (key.to_owned(), value, kind)));
        };
        match &experiment.beam.spectrum {
            Spectrum::WavelengthAngstrom(wavelength) => {
                add("beam.spectrum.wavelength_angstrom", Some(*wavelength), WAVELENGTH);
            }
            Spectrum::EnergyEv(energy) => add("beam.spectrum.energy_ev", Some(*energy), ENERGY),
            Spectrum::Band(band) => {
                add("beam.spectrum.band.wavelength_angstrom", Some(band.wavelength_angstrom), WAVELENGTH);
            }
            Spectrum::Table(_) | Spectrum::File(_) => {}
        }
        match &experiment.beam.intensity {
            Intensity::Flux(flux) => add("beam.intensity.flux.size_um", Some(flux.size_um), BEAM_SIZE),
            Intensity::Pulse(pulse) => add("beam.intensity.pulse.size_um", Some(pulse.size_um), BEAM_SIZE),
            _ => {}
        }
        let crystal = &experiment.crystal;
        add("crystal.cell", crystal.cell.map(|cell| farthest(cell.edges_angstrom, &CELL_EDGE)), CELL_EDGE);
        add("crystal.cell", crystal.cell.map(|cell| farthest(cell.angles_deg, &CELL_ANGLE)), CELL_ANGLE);
        add("crystal.size_um", crystal.size_um.map(|size| farthest(size, &CRYSTAL_SIZE)), CRYSTAL_SIZE);
        add(
            "background.0.thickness_um",
            experiment.background.first().map(|water| water.thickness_um),
            WATER,
        );
        add("sampling.dmin_angstrom", Some(experiment.sampling.dmin_angstrom), RESOLUTION);
        let mut add_sensor = |key: &str, sensor: &Sensor| {
            add(&format!("{key}.thickness_um"), Some(sensor.thickness_um), THICKNESS);
            add(&format!("{key}.attenuation_depth_um"), sensor.attenuation_depth_um, THICKNESS);
        };
        match &experiment.detector {
            Detector::Convention(detector) => {
                add_sensor("detector.convention.sensor", &detector.sensor);
                let corner =
                    detector.origin_mm.map(|corner| corner.iter().map(|x| x * x).sum::<f64>().sqrt());
                for (name, value, kind) in [
                    ("distance_mm", Some(detector.distance_mm), DISTANCE),
                    ("close_distance_mm", detector.close_distance_mm, DISTANCE),
                    ("origin_mm", corner, DISTANCE),
                    ("pixel_size_mm", Some(detector.pixel_size_mm), PIXEL),
                    ("fast_size_mm", detector.fast_size_mm, DETECTOR_SIZE),
                    ("slow_size_mm", detector.slow_size_mm, DETECTOR_SIZE),
                ] {
                    add(&format!("detector.convention.{name}"), value, kind);
                }
            }
            Detector::Panels(panels) => {
                if let Some(panel) = panels.first() {
                    add_sensor("detector.panels.0.sensor", &panel.sensor);
                    add("detector.panels.0.pixel_size_mm", Some(panel.pixel_size_mm), PIXEL);
                }
            }
        }
        all
    }
}

/// Centres in millimetres that are off the detector, and on it if they are counted in pixels, with what to say of them.
fn centres_in_pixels(detector: &Detector) -> Vec<(String, String)> {
    let Detector::Convention(detector) = detector else { return Vec::new() };
    let (_, [slow_m, fast_m]) = detector.shape();
    let widest_mm = slow_m.max(fast_m) * 1e3;
    let centres = [
        ("xbeam_mm", detector.xbeam_mm),
        ("ybeam_mm", detector.ybeam_mm),
        ("xclose_mm", detector.xclose_mm),
        ("yclose_mm", detector.yclose_mm),
    ];
    let doubt = |(name, centre_mm): (&str, Option<f64>)| {
        let found = centre_mm?;
        let meant = found * detector.pixel_size_mm;
        let [number, widest, of_pixels] = [found, widest_mm, meant].map(|number| percent_g(number, 6));
        let text = format!(
            "gives {number} mm, and the detector is {widest} mm wide: did you mean {of_pixels} mm, {number} pixels?"
        );
        (found > widest_mm && meant <= widest_mm).then(|| (format!("detector.convention.{name}"), text))
    };
    centres.into_iter().filter_map(doubt).collect()
}

impl Kind {
    fn is_usual(&self, value: f64) -> bool {
        (self.usual[0]..=self.usual[1]).contains(&value)
    }

    /// What to say of a value that is not usual, in the unit that it was given in; 0 is none.
    fn doubt(&self, value: f64, is_argument: bool) -> Option<String> {
        if value == 0.0 || self.is_usual(value) {
            return None;
        }
        let Self { unit, of_arguments, usual: [low, high], others } = self;
        let (unit, size) = of_arguments.filter(|_| is_argument).unwrap_or((unit, 1.0));
        let shown = |number: f64| percent_g(number / size, 6).to_string();
        let [found, low, high] = [value, *low, *high].map(shown);
        let meant = others.iter().map(|other| value * other).find(|&meant| self.is_usual(meant));
        let question = match meant {
            Some(meant) => format!("did you mean {} {unit}?", shown(meant)),
            None => "is it in another unit?".to_owned(),
        };
        Some(format!("gives {found} {unit}, and {low} to {high} {unit} is usual: {question}"))
    }
}

/// The first of three values that is not usual, or the first.
fn farthest(values: [f64; 3], kind: &Kind) -> f64 {
    values.into_iter().find(|&value| !kind.is_usual(value)).unwrap_or(values[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_in_another_unit_is_asked_about() {
        for (kind, value, meant) in [
            (DISTANCE, 0.25, "did you mean 250 mm?"),
            (DISTANCE, 1e6, "did you mean 1000 mm?"),
            (WAVELENGTH, 1e-10, "did you mean 1 Å?"),
            (WAVELENGTH, 98.0, "did you mean 0.98 Å?"),
            (ENERGY, 12.4, "did you mean 12400 eV?"),
            (PIXEL, 75.0, "did you mean 0.075 mm?"),
            (CELL_EDGE, 7e-9, "did you mean 70 Å?"),
            (CELL_ANGLE, 1.57, "did you mean 89.9544 deg?"),
            (THICKNESS, 0.45, "did you mean 450 µm?"),
            (THICKNESS, 4.5e-4, "did you mean 450 µm?"),
            (CRYSTAL_SIZE, 5000.0, "did you mean 5 µm?"),
            (CRYSTAL_SIZE, 1000.0, "did you mean 1 µm?"),
            (BEAM_SIZE, 5000.0, "did you mean 5 µm?"),
            (CRYSTAL_SIZE, 0.01, "did you mean 10 µm?"),
            (WAVELENGTH, 1e6, "is it in another unit?"),
        ] {
            let doubt = kind.doubt(value, false).unwrap();
            assert!(doubt.ends_with(meant), "{value}: {doubt}");
        }
        let of_flag = BEAM_SIZE.doubt(1e5, true).unwrap();
        assert_eq!(of_flag, "gives 100 mm, and 1e-05 to 2 mm is usual: did you mean 0.1 mm?");
        for (kind, value) in [(DISTANCE, 5.0), (WAVELENGTH, 0.0197), (RESOLUTION, 0.0), (CRYSTAL_SIZE, 0.02)]
            .into_iter()
            .chain([(CRYSTAL_SIZE, 500.0), (BEAM_SIZE, 1000.0)])
        {
            assert_eq!(kind.doubt(value, true), None, "{value}");
        }
    }
}
