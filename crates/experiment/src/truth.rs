//! What a simulation knows of its geometry and its crystal, for DIALS.

use nanobragg_geometry::{LabVec, Panel};
use nanobragg_kernel::Polarization;
use serde_json::Value;

use crate::dials::{self, PanelFrame, Truth};
use crate::experiment::Experiment;
use crate::model::Detector;
use crate::resolve::Resolved;

impl Resolved {
    /// The experiment list (`.expt`) with the beam, the panels, the rotation and the crystal of the simulation. Of many
    /// sources it has the beam's direction and the central wavelength.
    #[must_use]
    pub fn experiment_list(&self, experiment: &Experiment) -> Value {
        let sim = &self.simulation;
        let beam = experiment.detector.axes(&experiment.beam, &experiment.scan).straightened().0.beam;
        let (kahn_factor, e_vector) = match sim.polarization {
            Polarization::Kahn { factor, e_vector } => (factor, e_vector),
            // Any vector across the beam: without the factor it has no effect.
            Polarization::Off => match Polarization::unpolarized(beam) {
                Polarization::Kahn { factor, e_vector } => (factor, e_vector),
                Polarization::Off => (0.0, LabVec::new(0.0, 0.0, 1.0)),
            },
        };
        let ranges = trusted_ranges(&experiment.detector);
        let panels = sim.panels.iter().enumerate().map(|(index, panel)| {
            let trusted_range = ranges.get(index).copied().flatten();
            frame(&panel.name, &panel.placement.panel, trusted_range)
        });
        let scan = &experiment.scan;
        let is_still = scan.width_deg == 0.0 && scan.images == 1;
        // A still has no spindle: its crystal is as the angle leaves it.
        let turned_rad = if is_still { self.facts.phi_start_rad } else { 0.0 };
        let vectors = sim.lattice.direct_about(LabVec::from(self.facts.spindle), turned_rad);
        dials::write(&Truth {
            wavelength_angstrom: self.facts.wavelength_angstrom,
            beam_direction: beam.to_array(),
            kahn_factor,
            e_vector: e_vector.to_array(),
            panels: panels.collect(),
            spindle_axis: (!is_still).then_some(self.facts.spindle),
            scan: (!is_still).then_some((scan.start_deg, scan.width_deg, scan.images)),
            vectors_angstrom: Some(vectors.map(LabVec::to_array)),
        })
    }
}

fn trusted_ranges(detector: &Detector) -> Vec<Option<[f64; 2]>> {
    match detector {
        Detector::Convention(_) => Vec::new(),
        Detector::Panels(panels) => panels.iter().map(|panel| panel.trusted_range).collect(),
    }
}

fn frame(name: &str, panel: &Panel, trusted_range: Option<[f64; 2]>) -> PanelFrame {
    let thickness_m = panel.sensor.layer_thickness_m * f64::from(panel.sensor.layers);
    PanelFrame {
        name: name.to_owned(),
        origin_mm: (panel.corner_m() * 1e3).to_array(),
        fast_axis: panel.fast.to_array(),
        slow_axis: panel.slow.to_array(),
        pixels: panel.shape.map(|count| u32::try_from(count).unwrap_or(u32::MAX)),
        pixel_size_mm: panel.pixel_size_m * 1e3,
        thickness_mm: thickness_m * 1e3,
        mu_per_mm: panel.sensor.attenuation_per_m * 1e-3,
        trusted_range,
    }
}
