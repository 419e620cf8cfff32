//! Amorphous material in the beam.

use nanobragg_kernel::{AVOGADRO_PER_MOL, Amorphous, AmorphousFactor, Material};

use super::Resolver;
use crate::error::Error;
use crate::files::read_curve;
use crate::model::{Background, Flux, Intensity, Pulse, WATER_F};
use crate::notice::Part;

/// Cubic millimetres of a cubic centimetre.
const MM3_PER_CM3: f64 = 1e3;

impl Resolver<'_> {
    /// The cube of water.
    pub(super) fn amorphous(&mut self) -> Result<Option<Amorphous>, Error> {
        let cube = self.experiment.background.iter().find(|material| material.path_mm.is_none());
        let Some(Background { thickness_um, .. }) = cube else { return Ok(None) };
        let structure_factor =
            self.curve(cube)?.map_or(AmorphousFactor::Constant(WATER_F), AmorphousFactor::Curve);
        Ok((*thickness_um > 0.0).then(|| Amorphous { thickness_m: thickness_um / 1e6, structure_factor }))
    }

    /// The materials along paths.
    pub(super) fn materials(&mut self) -> Result<Vec<Material>, Error> {
        let mut materials = Vec::new();
        for (index, background) in self.experiment.background.iter().enumerate() {
            let Some(path_mm) = background.path_mm else { continue };
            let width_mm = self.illuminated_width_mm(index, background)?;
            let grams = path_mm * width_mm * width_mm / MM3_PER_CM3 * background.density_g_per_cm3;
            let molecules =
                grams / background.molar_mass_g_per_mol * AVOGADRO_PER_MOL * background.transmission;
            let curve = self.curve(Some(background))?;
            let structure_factor =
                curve.map_or(AmorphousFactor::Constant(WATER_F), AmorphousFactor::SmoothCurve);
            materials.push(Material { molecules, structure_factor });
        }
        Ok(materials)
    }

    /// The width of a material, or that of the beam where it is less.
    fn illuminated_width_mm(&self, index: usize, background: &Background) -> Result<f64, Error> {
        let beam_mm = match &self.experiment.beam.intensity {
            Intensity::Flux(Flux { size_um, .. }) | Intensity::Pulse(Pulse { size_um, .. }) => {
                Some(size_um / 1e3)
            }
            _ => None,
        };
        let widths = [background.width_mm, beam_mm].into_iter().flatten();
        widths.reduce(f64::min).ok_or_else(|| {
            let key = format!("background.{index}.width_mm");
            Error::Contradiction(format!(
                "{key} is not given, nor the size of the beam (beam.intensity.flux or pulse): expected one of them"
            ))
        })
    }

    /// The rows of a material's curve.
    fn curve(&mut self, material: Option<&Background>) -> Result<Option<Vec<(f64, f64)>>, Error> {
        let Some(curve) = material.and_then(|material| material.curve.as_ref()) else { return Ok(None) };
        let read = read_curve(&curve.file, curve.abscissa)?;
        if let Some(line) = read.unordered_line {
            let path = curve.file.display();
            let text = format!("{path}:{line}: the angles are not in ascending order: they are sorted");
            self.warn(Part::Background, text);
        }
        Ok(Some(read.rows))
    }
}
