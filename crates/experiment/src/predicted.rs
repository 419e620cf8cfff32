//! The spots that are expected on an image.

use hkl_io::Miller;
use nanobragg_geometry::{LabVec, Prediction};
use nanobragg_kernel::StructureFactors;

use crate::error::Error;
use crate::resolve::{Finest, Resolved};

/// More lattice points take too long: some ten nanoseconds each.
const MOST_CANDIDATES: f64 = 1e9;

/// A spot on a panel.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct PredictedSpot {
    /// h, k and l.
    pub miller: [i32; 3],
    /// Where its ray meets the panel, in pixels `[slow, fast]` from the corner of the first one.
    pub place: [f64; 2],
}

impl Resolved {
    /// The spots on each panel, by [`Prediction`]: reflections that meet the Ewald sphere during the image, or are within
    /// reach of mosaicity, band, divergence and size of the crystal, and have an F that is not 0. Of a curved panel it is
    /// the plane that they are on.
    ///
    /// # Errors
    /// [`Error::Contradiction`] where more than a thousand million lattice points are within the resolution.
    pub fn spots(&self) -> Result<Vec<Vec<PredictedSpot>>, Error> {
        let simulation = &self.simulation;
        let prediction = Prediction {
            lattice: simulation.lattice,
            spindle: LabVec::from(self.facts.spindle),
            start_rad: self.facts.phi_start_rad,
            range_rad: self.facts.phi.range,
            sources: simulation.sources.clone(),
            cells: simulation.crystal.cells,
            mosaic_spread_rad: self.facts.mosaic_spread_rad,
        };
        let d_min =
            Finest::of(&simulation.panels, &simulation.sources, simulation.dmin_angstrom).d_min_angstrom();
        if prediction.candidates(d_min) > MOST_CANDIDATES {
            let found = format!("{:.1e} reflections to {d_min:.2} Å", prediction.candidates(d_min));
            let expected = "fewer than 1e9, such as with -dmin (TOML: sampling.dmin_angstrom)";
            return Err(Error::Contradiction(format!(
                "prediction of spots: expected {expected}, found {found}"
            )));
        }
        let scatters = |[h, k, l]: [i32; 3]| match &simulation.structure_factors {
            StructureFactors::Uniform(factor) => *factor != 0.0,
            StructureFactors::Grid(grid) => grid.get(Miller::new(h, k, l)).unwrap_or(grid.default_f()) != 0.0,
        };
        let spots = prediction.spots(d_min);
        let on_panel = |panel: &nanobragg_geometry::Panel| -> Vec<PredictedSpot> {
            let hits = spots.iter().filter(|spot| scatters(spot.miller)).filter_map(|spot| {
                Some(PredictedSpot { miller: spot.miller, place: panel.project(spot.direction)? })
            });
            let is_on = |place: [f64; 2]| {
                place.iter().zip(panel.shape).all(|(at, side)| (0.0..=side as f64).contains(at))
            };
            hits.filter(|spot| is_on(spot.place)).collect()
        };
        Ok(simulation.panels.iter().map(|panel| on_panel(&panel.placement.panel)).collect())
    }
}
