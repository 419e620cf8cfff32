//! Warnings of flags for beam centres that have no effect where the detector stands.

use nanobragg_experiment::{Convention, Pivot};

use super::Lowering;
use crate::flag::Flag;

impl Lowering<'_> {
    /// Warns of centres that the convention or the pivot does not use.
    pub(super) fn warn_of_idle_centers(&mut self, convention: Convention, pivot: Pivot) {
        let about_sample = pivot == Pivot::Sample && convention != Convention::Custom;
        let by_near_point = matches!(convention, Convention::Xds | Convention::Dials);
        let mut idle = Vec::new();
        for flag in [Flag::Xbeam, Flag::Ybeam] {
            if about_sample && self.arguments.has(flag) {
                idle.push((flag, "the detector rotates about the sample: use -ORGX and -ORGY"));
            }
        }
        for (flag, beam) in [(Flag::Xclose, Flag::Xbeam), (Flag::Yclose, Flag::Ybeam)] {
            let default_of_beam =
                (by_near_point || convention == Convention::Custom) && !self.arguments.has(beam);
            if self.arguments.has(flag) && (!default_of_beam || about_sample) {
                idle.push((flag, "it is only the default of the beam centre in xds, dials and custom"));
            }
        }
        for (flag, beam, close) in
            [(Flag::Orgx, Flag::Xbeam, Flag::Xclose), (Flag::Orgy, Flag::Ybeam, Flag::Yclose)]
        {
            let default_of_beam = (by_near_point || convention == Convention::Custom)
                && !self.arguments.has(beam)
                && !self.arguments.has(close);
            if self.arguments.has(flag) && !about_sample && !default_of_beam {
                idle.push((flag, "the beam centre is what counts here: use -Xbeam and -Ybeam"));
            }
        }
        for (flag, why) in idle {
            self.warn(format!("{} has no effect: {why}", flag.dashed()));
        }
    }
}
