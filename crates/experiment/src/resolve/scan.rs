//! The rotation as a sweep.

use nanobragg_geometry::sweep::Sweep;
use nanobragg_geometry::vector::radians;

use crate::model::Scan;

impl Scan {
    /// First angle in radians, and range, step and number of steps of one image.
    #[must_use]
    pub fn sweep(&self) -> (f64, Sweep) {
        let range = radians(self.width_deg);
        let step = self.step_deg.map_or(range / f64::from(self.steps), radians);
        (radians(self.start_deg), Sweep { range, step, count: self.steps })
    }
}
