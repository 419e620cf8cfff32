//! The options of a run.

use std::path::Path;

use super::Lowering;
use crate::flag::Flag;
use crate::options::{RunOptions, Telling};

impl Lowering<'_> {
    pub(super) fn options(&self) -> RunOptions {
        let pair = |flag: Flag| <[f64; 2]>::try_from(self.arguments.numbers(flag)).ok();
        // As in the C program, which finds `-printout` in it, the flag that names a pixel asks for the printing too.
        let printout = self.arguments.has(Flag::Printout) || self.arguments.has(Flag::PrintoutPixel);
        let telling = match self.arguments.last_of(&[Flag::Verbose, Flag::Quiet]) {
            Some(Flag::Verbose) => Telling::Everything,
            Some(_) => Telling::Errors,
            None => Telling::Summary,
        };
        RunOptions {
            telling,
            threads: self.arguments.count(Flag::Threads),
            progress: self.arguments.last_of(&[Flag::Progress, Flag::Noprogress]) != Some(Flag::Noprogress),
            no_clobber: self.arguments.has(Flag::NoClobber),
            map_files: !self.arguments.has(Flag::NoMmap),
            checkpoint: self.arguments.file(Flag::Checkpoint).map(Path::to_owned),
            printout,
            printout_pixel: pair(Flag::PrintoutPixel),
            trace_pixel: pair(Flag::TracePixel),
            panel: self.arguments.word(Flag::Panel).map(str::to_owned),
        }
    }
}
