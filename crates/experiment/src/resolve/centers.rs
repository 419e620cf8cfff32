//! Where the beam meets the detector: what came out, and which flags had no say in it.

use nanobragg_geometry::{Convention, Pivot, Placement};

use super::Resolver;
use crate::flag::Flag;
use crate::said::Provenance;

impl Resolver<'_> {
    /// The centres as they came out, and warnings of those that were said in vain.
    pub(super) fn center_settings(&mut self, convention: Convention, pivot: Pivot, placement: &Placement) {
        let centers = &placement.centers;
        let from = |flag: Flag, convention: Provenance| {
            if self.said.has(flag) { self.from(flag) } else { convention }
        };
        let [x, y] = [Flag::Xbeam, Flag::Ybeam].map(|flag| from(flag, Provenance::Convention));
        self.setting("Xbeam", centers.xy_beam_m[0] * 1e3, "mm", x);
        self.setting("Ybeam", centers.xy_beam_m[1] * 1e3, "mm", y);
        let derived = || Provenance::Derived;
        self.setting("Fbeam", centers.beam_m[0] * 1e3, "mm", derived());
        self.setting("Sbeam", centers.beam_m[1] * 1e3, "mm", derived());
        self.setting("Fclose", centers.close_m[0] * 1e3, "mm", derived());
        self.setting("Sclose", centers.close_m[1] * 1e3, "mm", derived());
        self.setting("close distance", placement.panel.close_distance_m * 1e3, "mm", derived());
        let origin = placement.panel.origin_m;
        let text = format!("{} {} {}", origin.x * 1e3, origin.y * 1e3, origin.z * 1e3);
        self.setting("origin", text, "mm", derived());

        let about_sample = pivot == Pivot::Sample && convention != Convention::Custom;
        let by_near_point = matches!(convention, Convention::Xds | Convention::Dials);
        let mut in_vain = Vec::new();
        for flag in [Flag::Xbeam, Flag::Ybeam] {
            if about_sample && self.said.has(flag) {
                in_vain.push((flag, "the detector rotates about the sample: use -ORGX and -ORGY"));
            }
        }
        for (flag, beam) in [(Flag::Xclose, Flag::Xbeam), (Flag::Yclose, Flag::Ybeam)] {
            let default_of_beam = (by_near_point || convention == Convention::Custom) && !self.said.has(beam);
            if self.said.has(flag) && (!default_of_beam || about_sample) {
                in_vain.push((flag, "it is only the default of the beam centre in xds, dials and custom"));
            }
        }
        for (flag, beam, close) in
            [(Flag::Orgx, Flag::Xbeam, Flag::Xclose), (Flag::Orgy, Flag::Ybeam, Flag::Yclose)]
        {
            let default_of_beam = (by_near_point || convention == Convention::Custom)
                && !self.said.has(beam)
                && !self.said.has(close);
            if self.said.has(flag) && !about_sample && !default_of_beam {
                in_vain.push((flag, "the beam centre is what counts here: use -Xbeam and -Ybeam"));
            }
        }
        for (flag, why) in in_vain {
            self.warn(format!("{} has no effect: {why}", flag.dashed()));
        }
    }
}
