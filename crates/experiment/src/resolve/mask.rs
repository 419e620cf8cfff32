//! Which pixels of a panel are rendered: the region of interest, the mask, bad regions.

use std::path::Path;
use std::sync::Arc;

use nanobragg_geometry::Panel as PlacedPanel;
use nanobragg_image_io::smv;
use nanobragg_kernel::{DetectorPanel, Region};
use ndarray::Array2;

use super::Resolver;
use crate::error::Error;
use crate::model::BadRegion;
use crate::notice::Part;

impl Resolver<'_> {
    /// Restricts a panel to the region of interest, its mask and what is not bad.
    pub(super) fn restrict(
        &mut self,
        panel: &mut DetectorPanel,
        mask_file: Option<&Path>,
        bad: &[BadRegion],
    ) -> Result<(), Error> {
        let shape = panel.placement.panel.shape;
        panel.region = self.region(shape)?;
        let mut mask = mask_file.map(|path| read_mask(path, shape)).transpose()?;
        if !bad.is_empty() {
            let good = mask.get_or_insert_with(|| Array2::from_elem(shape, true));
            bad.iter().for_each(|region| blank(good, region, &panel.placement.panel));
        }
        panel.mask = mask.map(Arc::new);
        Ok(())
    }

    fn region(&mut self, shape: [usize; 2]) -> Result<Region, Error> {
        let key = "sampling.roi";
        let Some(roi) = self.experiment.sampling.roi else {
            return Ok(Region { fast: 0..=shape[1] - 1, slow: 0..=shape[0] - 1 });
        };
        let [fast_min, fast_max, slow_min, slow_max] = roi.map(|end| end as usize);
        if fast_min >= shape[1] || slow_min >= shape[0] {
            let found = roi.map(|end| end.to_string()).join(" ");
            let expected =
                format!("xmin xmax ymin ymax with pixels of a {} × {} detector", shape[1], shape[0]);
            return Err(self.wrong(key, found, &expected));
        }
        if (fast_max >= shape[1] || slow_max >= shape[0]) && !self.is_argument(key) {
            let text = format!("{key} is clipped to the detector of {} × {} pixels", shape[1], shape[0]);
            self.warn(Part::Sampling, text);
        }
        Ok(Region { fast: fast_min..=fast_max, slow: slow_min..=slow_max })
    }
}

/// The zero pixels of an SMV image are not rendered.
fn read_mask(path: &Path, shape: [usize; 2]) -> Result<Array2<bool>, Error> {
    let image = smv::read(path)?;
    let found = image.pixels.dim();
    if found != (shape[0], shape[1]) {
        return Err(Error::Unfit {
            path: path.to_owned(),
            what: format!(
                "expected a mask of {} × {} pixels, as the detector, found {} × {} (fast × slow)",
                shape[1], shape[0], found.1, found.0
            ),
        });
    }
    Ok(image.pixels.mapv(|pixel| pixel != 0))
}

/// Takes the pixels of a bad region out.
fn blank(good: &mut Array2<bool>, region: &BadRegion, panel: &PlacedPanel) {
    match *region {
        BadRegion::Panel => good.fill(false),
        BadRegion::Pixels(ends) => {
            let [fast_min, fast_max, slow_min, slow_max] = ends.map(|end| end as usize);
            for ((slow, fast), pixel) in good.indexed_iter_mut() {
                let inside = (fast_min..=fast_max).contains(&fast) && (slow_min..=slow_max).contains(&slow);
                *pixel &= !inside;
            }
        }
        BadRegion::LabXyMm([x_min, x_max, y_min, y_max]) => {
            for ((slow, fast), pixel) in good.indexed_iter_mut() {
                #[expect(clippy::cast_precision_loss, reason = "a detector has fewer than 2⁵³ pixels")]
                let centre = panel.position_m(slow as f64 + 0.5, fast as f64 + 0.5) * 1e3;
                let inside = (x_min..=x_max).contains(&centre.x) && (y_min..=y_max).contains(&centre.y);
                *pixel &= !inside;
            }
        }
    }
}
