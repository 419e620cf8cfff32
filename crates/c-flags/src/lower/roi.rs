//! The region of interest.

use nanobragg_experiment::Detector;

use super::Lowering;
use crate::error::Error;
use crate::flag::Flag;

impl Lowering<'_> {
    /// The inclusive part of the detector that is rendered; an end below 0 stands for the edge.
    pub(super) fn roi(&mut self) -> Result<(), Error> {
        let given = self.arguments.numbers(Flag::Roi);
        if given.is_empty() {
            return Ok(());
        }
        let [slow_count, fast_count] = self.largest_panel();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked when it was added"
        )]
        let end = |place: usize, edge: u32| {
            given.get(place).filter(|&&end| end >= 0.0).map_or(edge, |&end| end as u32)
        };
        let roi = [end(0, 0), end(1, fast_count - 1), end(2, 0), end(3, slow_count - 1)];
        let [fast_min, fast_max, slow_min, slow_max] = roi;
        let empty = fast_min > fast_max || slow_min > slow_max;
        if empty || fast_min >= fast_count || slow_min >= slow_count {
            let found = given.iter().map(f64::to_string).collect::<Vec<_>>().join(" ");
            let expected =
                format!("xmin xmax ymin ymax with pixels of a {fast_count} × {slow_count} detector");
            return Err(Error::wrong(Flag::Roi, &found, &expected));
        }
        if given.iter().any(|&end| end < 0.0) {
            self.warn("-roi: an end below 0 means the edge of the detector");
        }
        if fast_max >= fast_count || slow_max >= slow_count {
            self.warn(format!("-roi is clipped to the detector of {fast_count} × {slow_count} pixels"));
        }
        self.draft.sampling.roi = Some(roi);
        self.set("sampling.roi", Flag::Roi);
        Ok(())
    }

    /// Pixels along slow and fast of the largest panel.
    fn largest_panel(&self) -> [u32; 2] {
        match &self.draft.detector {
            Detector::Convention(detector) => {
                detector.shape().0.map(|count| u32::try_from(count).unwrap_or(u32::MAX))
            }
            Detector::Panels(panels) => {
                let most = |axis: usize| panels.iter().map(|panel| panel.pixels[axis]).max().unwrap_or(1);
                [most(0), most(1)]
            }
            _ => [1, 1],
        }
    }
}
