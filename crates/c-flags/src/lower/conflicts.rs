//! Warnings of flags that another flag leaves without effect: nothing that was typed is dropped in silence.

use nanobragg_experiment::Provenance;
use nanobragg_geometry::sweep::Sweep;

use super::Lowering;
use crate::exclusions::{RIVALS, WHOLES};
use crate::flag::Flag;

/// Counts for which 0 stands for no count.
const COUNTS: [Flag; 7] = [
    Flag::MosaicDomains,
    Flag::Dispsteps,
    Flag::Divsteps,
    Flag::Hdivsteps,
    Flag::Vdivsteps,
    Flag::Phisteps,
    Flag::DetectorThicksteps,
];

/// The flags that describe a sweep, with their numbers in the unit of the sweep.
pub(super) struct SweepFlags {
    pub(super) range: Option<(Flag, f64)>,
    pub(super) step: Option<(Flag, f64)>,
    pub(super) count: Option<(Flag, u32)>,
}

impl Lowering<'_> {
    /// Warns of every typed flag that a later one replaces, and of counts of 0.
    pub(super) fn warn_of_replaced(&mut self) {
        for rivals in RIVALS {
            let last = self.last_typed(rivals);
            for flag in *rivals {
                if self.typed(*flag) && Some(*flag) != last {
                    self.warn_replaced(*flag, last);
                }
            }
        }
        for (whole, parts) in WHOLES {
            let replaced: Vec<Flag> = parts
                .iter()
                .copied()
                .filter(|part| self.typed(*part) && self.last_typed(&[*whole, *part]) == Some(*whole))
                .collect();
            for part in replaced {
                self.warn_replaced(part, Some(*whole));
            }
            if self.typed(*whole) && parts.iter().all(|part| self.last_typed(&[*whole, *part]) == Some(*part))
            {
                let later = self.last_typed(parts);
                self.warn_replaced(*whole, later);
            }
        }
        for flag in COUNTS {
            if self.typed(flag) && self.arguments.count(flag) == Some(0) {
                let counts_as =
                    if flag == Flag::Phisteps { "counts as 1" } else { "has no effect: 0 is no count" };
                self.warn(format!("{} 0 {counts_as}", flag.dashed()));
            }
        }
    }

    /// Warns where a sweep is another than a flag asks for.
    pub(super) fn warn_of_sweep(&mut self, given: &SweepFlags, sweep: Sweep) {
        let steps =
            if sweep.count == 1 { "there is 1 step" } else { &format!("there are {} steps", sweep.count) };
        #[expect(clippy::float_cmp, reason = "a number that is used is passed through unchanged")]
        for (flag, asked, found) in [(given.range, sweep.range), (given.step, sweep.step)]
            .into_iter()
            .filter_map(|(asked, found)| asked.map(|(flag, asked)| (flag, asked, found)))
        {
            if asked < 0.0 {
                let flag = flag.dashed();
                self.warn(format!("{flag} has no effect: expected a number that is not negative; {steps}"));
            } else if asked != found && asked != 0.0 {
                self.warn(format!("{} has no effect: {steps}", flag.dashed()));
            }
        }
        if let Some((flag, count)) = given.count
            && count > 0
            && count != sweep.count
        {
            self.warn(format!("{} {count} has no effect: {steps}", flag.dashed()));
        }
    }

    /// Whether a flag was typed, and does not stand for a header.
    pub(super) fn typed(&self, flag: Flag) -> bool {
        matches!(self.from(flag), Provenance::Argument(_))
    }

    fn last_typed(&self, flags: &[Flag]) -> Option<Flag> {
        let typed: Vec<Flag> = flags.iter().copied().filter(|flag| self.typed(*flag)).collect();
        self.arguments.last_of(&typed)
    }

    fn warn_replaced(&mut self, flag: Flag, later: Option<Flag>) {
        let later = later.map_or_else(String::new, Flag::dashed);
        self.warn(format!("{} has no effect: {later} comes after it", flag.dashed()));
    }
}
