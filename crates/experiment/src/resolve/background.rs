//! Amorphous material in the beam.

use nanobragg_kernel::{Amorphous, AmorphousFactor};

use super::Resolver;
use crate::error::Error;
use crate::files::read_curve;
use crate::model::WATER_F;
use crate::notice::Part;

impl Resolver<'_> {
    pub(super) fn amorphous(&mut self) -> Result<Option<Amorphous>, Error> {
        let Some(material) = self.experiment.background.first() else { return Ok(None) };
        let mut structure_factor = AmorphousFactor::Constant(WATER_F);
        if let Some(curve) = &material.curve {
            let read = read_curve(&curve.file, curve.abscissa)?;
            if let Some(line) = read.unordered_line {
                let path = curve.file.display();
                let text = format!("{path}:{line}: the angles are not in ascending order: they are sorted");
                self.warn(Part::Background, text);
            }
            structure_factor = AmorphousFactor::Curve(read.rows);
        }
        let thickness_um = material.thickness_um;
        Ok((thickness_um > 0.0).then(|| Amorphous { thickness_m: thickness_um / 1e6, structure_factor }))
    }
}
