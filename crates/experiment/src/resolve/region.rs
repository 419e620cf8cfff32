//! Which pixels are rendered.

use std::sync::Arc;

use nanobragg_image_io::smv;
use nanobragg_kernel::Region;
use ndarray::Array2;

use super::Resolver;
use crate::error::Error;
use crate::flag::Flag;

impl Resolver<'_> {
    /// The inclusive part of the detector that is rendered; a negative end means the default.
    pub(super) fn region(&mut self, shape: [usize; 2]) -> Result<Region, Error> {
        let said = self.said.numbers(Flag::Roi);
        let end = |place: usize, default: usize| -> usize {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked when it was said"
            )]
            said.get(place).filter(|&&n| n >= 0.0).map_or(default, |&n| n as usize)
        };
        let region =
            Region { fast: end(0, 0)..=end(1, shape[1] - 1), slow: end(2, 0)..=end(3, shape[0] - 1) };
        let outside = *region.fast.start() >= shape[1] || *region.slow.start() >= shape[0];
        if region.fast.is_empty() || region.slow.is_empty() || outside {
            let found = said.iter().map(f64::to_string).collect::<Vec<_>>().join(" ");
            let expected =
                format!("xmin xmax ymin ymax with pixels of a {} × {} detector", shape[1], shape[0]);
            return Err(Error::wrong(Flag::Roi, &found, &expected));
        }
        if said.iter().any(|&n| n < 0.0) {
            self.warn("-roi: an end below 0 means the edge of the detector");
        }
        if *region.fast.end() >= shape[1] || *region.slow.end() >= shape[0] {
            self.warn(format!("-roi is clipped to the detector of {} × {} pixels", shape[1], shape[0]));
        }
        let (fast, slow) = (&region.fast, &region.slow);
        let text =
            format!("{} to {} fast, {} to {} slow", fast.start(), fast.end(), slow.start(), slow.end());
        self.setting("region", text, "pixels", self.from(Flag::Roi));
        Ok(region)
    }

    /// The mask as truth values, if it fits the detector.
    pub(super) fn mask(
        &self,
        mask: Option<smv::Smv>,
        shape: [usize; 2],
    ) -> Result<Option<Arc<Array2<bool>>>, Error> {
        let Some(mask) = mask else { return Ok(None) };
        let found = mask.pixels.dim();
        if found != (shape[0], shape[1]) {
            return Err(Error::Unfit {
                path: self.said.file(Flag::Mask).unwrap_or("-mask".as_ref()).to_owned(),
                what: format!(
                    "expected a mask of {} × {} pixels, as the detector, found {} × {} (fast × slow)",
                    shape[1], shape[0], found.1, found.0
                ),
            });
        }
        Ok(Some(Arc::new(mask.pixels.mapv(|pixel| pixel != 0))))
    }
}
