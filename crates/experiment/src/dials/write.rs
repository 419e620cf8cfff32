//! Writes an experiment list, so that the truth of a simulation opens in DIALS.

use nanobragg_geometry::LabVec;
use serde_json::{Map, Value, json};

/// What a simulation knows of the experiment, as plain numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// The (central) wavelength, Å.
    pub wavelength_angstrom: f64,
    /// Direction in which the photons travel; any length.
    pub beam_direction: [f64; 3],
    /// Kahn's factor K: 0 unpolarized, 1 polarized along the E-vector.
    pub kahn_factor: f64,
    /// Direction of the E-vector; any length. Its part across the beam counts.
    pub e_vector: [f64; 3],
    /// The panels, at least one.
    pub panels: Vec<PanelFrame>,
    /// The laboratory axis of the spindle; none for a still.
    pub spindle_axis: Option<[f64; 3]>,
    /// The scan: start of the first image and rotation per image in degrees, number of images; none for a still.
    pub scan: Option<(f64, f64, u32)>,
    /// The direct vectors a, b and c in the laboratory at spindle angle 0, Å; none without a crystal.
    pub vectors_angstrom: Option<[[f64; 3]; 3]>,
}

/// A panel as it was rendered.
#[derive(Clone, Debug, PartialEq)]
pub struct PanelFrame {
    /// Its name.
    pub name: String,
    /// Corner of its first pixel in the laboratory frame, from the sample, mm.
    pub origin_mm: [f64; 3],
    /// Direction of the fast axis; any length.
    pub fast_axis: [f64; 3],
    /// Direction of the slow axis; any length.
    pub slow_axis: [f64; 3],
    /// Pixels along the slow and the fast axis.
    pub pixels: [u32; 2],
    /// Edge of a pixel, mm.
    pub pixel_size_mm: f64,
    /// Thickness of the sensor, mm; 0 for one that captures everything at its surface.
    pub thickness_mm: f64,
    /// Attenuation coefficient of the sensor, 1/mm.
    pub mu_per_mm: f64,
    /// Smallest and largest count that means something; none for all.
    pub trusted_range: Option<[f64; 2]>,
}

/// The experiment list of one experiment, without images, for `ExperimentListFactory.from_json_file(…,
/// check_format=False)` of dxtbx.
///
/// The crystal has space group P 1. A sensor with a thickness has DIALS's correction for parallax.
#[must_use]
pub fn write(truth: &Truth) -> Value {
    let mut experiment =
        Map::from_iter([("__id__".to_owned(), json!("Experiment")), ("identifier".to_owned(), json!(""))]);
    let mut list = Map::from_iter([("__id__".to_owned(), json!("ExperimentList"))]);
    list.insert("experiment".to_owned(), Value::Null);
    list.insert("imageset".to_owned(), json!([]));
    let models = [
        ("beam", Some(beam(truth))),
        ("detector", Some(json!({ "panels": truth.panels.iter().map(panel).collect::<Vec<_>>() }))),
        ("goniometer", truth.spindle_axis.map(goniometer)),
        ("scan", truth.scan.map(scan)),
        ("crystal", truth.vectors_angstrom.map(crystal)),
        ("profile", None),
        ("scaling_model", None),
    ];
    for (key, model) in models {
        if model.is_some() {
            experiment.insert(key.to_owned(), json!(0));
        }
        list.insert(key.to_owned(), model.into_iter().collect());
    }
    list.insert("experiment".to_owned(), json!([experiment]));
    Value::Object(list)
}

/// The beam. The polarization normal is n = beam × E, so that E = n × beam; the fraction is (K + 1)/2.
fn beam(truth: &Truth) -> Value {
    let photons = vector(truth.beam_direction).unit();
    let normal = photons.cross(vector(truth.e_vector)).unit();
    json!({
        "__id__": "monochromatic",
        "direction": (-photons).to_array(),
        "wavelength": truth.wavelength_angstrom,
        "divergence": 0.0,
        "sigma_divergence": 0.0,
        "polarization_normal": normal.to_array(),
        "polarization_fraction": f64::midpoint(truth.kahn_factor, 1.0),
        "flux": 0.0,
        "transmission": 1.0,
    })
}

fn panel(panel: &PanelFrame) -> Value {
    let [slow, fast] = panel.pixels;
    let [min, max] = panel.trusted_range.unwrap_or_default();
    let has_parallax = panel.thickness_mm > 0.0 && panel.mu_per_mm > 0.0 && panel.mu_per_mm.is_finite();
    let strategy = if has_parallax { "ParallaxCorrectedPxMmStrategy" } else { "SimplePxMmStrategy" };
    json!({
        "name": panel.name,
        "type": "SENSOR_PAD",
        "fast_axis": vector(panel.fast_axis).unit().to_array(),
        "slow_axis": vector(panel.slow_axis).unit().to_array(),
        "origin": panel.origin_mm,
        "raw_image_offset": [0, 0],
        "image_size": [fast, slow],
        "pixel_size": [panel.pixel_size_mm, panel.pixel_size_mm],
        "trusted_range": [min, max],
        "thickness": panel.thickness_mm,
        "material": "",
        "mu": if has_parallax { panel.mu_per_mm } else { 0.0 },
        "identifier": "",
        "mask": [],
        "gain": 1.0,
        "pedestal": 0.0,
        "px_mm_strategy": { "type": strategy },
    })
}

fn goniometer(spindle_axis: [f64; 3]) -> Value {
    const IDENTITY: [f64; 9] = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
    json!({
        "rotation_axis": vector(spindle_axis).unit().to_array(),
        "fixed_rotation": IDENTITY,
        "setting_rotation": IDENTITY,
    })
}

fn scan((start_deg, width_deg, images): (f64, f64, u32)) -> Value {
    let zeros = vec![0.0; usize::try_from(images).unwrap_or_default()];
    json!({
        "image_range": [1, images],
        "batch_offset": 0,
        "oscillation": [start_deg, width_deg],
        "exposure_time": zeros,
        "epochs": zeros,
        "valid_image_ranges": {},
    })
}

fn crystal([a, b, c]: [[f64; 3]; 3]) -> Value {
    json!({
        "__id__": "crystal",
        "real_space_a": a,
        "real_space_b": b,
        "real_space_c": c,
        "space_group_hall_symbol": " P 1",
    })
}

const fn vector([x, y, z]: [f64; 3]) -> LabVec {
    LabVec::new(x, y, z)
}
