//! What is written, and how it is scaled.

use std::path::{Path, PathBuf};

use super::{Dump, Resolver};
use crate::error::Error;
use crate::flag::Flag;

/// The files of a run and their scales.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Raw photons.
    pub float_file: PathBuf,
    /// Scaled integers.
    pub int_file: PathBuf,
    /// Scaled bytes, if wanted.
    pub pgm_file: Option<PathBuf>,
    /// Photons with noise, if wanted.
    pub noise_file: Option<PathBuf>,
    /// Scale of the integers; from the maximum without.
    pub scale: Option<f64>,
    /// Scale of the bytes; from the deviation without.
    pub pgm_scale: Option<f64>,
    /// Offset of integers and noise, in counts.
    pub adc: f64,
    /// Seed of the noise.
    pub seed: i64,
    /// Whether that seed is from the clock.
    pub seed_from_clock: bool,
    /// Whether pixels are printed to the screen.
    pub printout: bool,
    /// Whether progress is shown.
    pub progress: bool,
}

/// Files that are read.
const INPUTS: [Flag; 8] =
    [Flag::Hkl, Flag::Mat, Flag::Img, Flag::Mask, Flag::Sourcefile, Flag::Stol, Flag::FourStol, Flag::Q];

impl Resolver<'_> {
    /// Refuses outputs that would replace each other or a file that is read.
    pub(super) fn check_names(&self, output: &Output, dump: &Dump) -> Result<(), Error> {
        let mut written = vec![(Flag::Floatfile, &output.float_file), (Flag::Intfile, &output.int_file)];
        written.extend(output.pgm_file.as_ref().map(|path| (Flag::Pgmfile, path)));
        written.extend(output.noise_file.as_ref().map(|path| (Flag::Noisefile, path)));
        written.extend(dump.target.as_ref().map(|path| (Flag::Dump, path)));
        for (place, (flag, path)) in written.iter().enumerate() {
            // A device takes what it is given.
            if path.starts_with("/dev") {
                continue;
            }
            if let Some((other, _)) = written[..place].iter().find(|(_, other)| same_file(path, other)) {
                let (one, two, path) = (other.dashed(), flag.dashed(), path.display());
                return Err(Error::Contradiction(format!(
                    "{one} and {two} both write {path}: expected two names"
                )));
            }
            let read = |flag: &&Flag| self.said.file(**flag).is_some_and(|input| same_file(path, input));
            if let Some(input) = INPUTS.iter().find(read) {
                let (one, two, path) = (flag.dashed(), input.dashed(), path.display());
                return Err(Error::Contradiction(format!("{one} would replace {path}, which {two} reads")));
            }
        }
        Ok(())
    }

    pub(super) fn output(&mut self) -> Result<Output, Error> {
        let [scale, pgm_scale] = [self.scale(Flag::Scale)?, self.scale(Flag::Pgmscale)?];
        let name = |flag: Flag| PathBuf::from(self.said.word(flag).unwrap_or(flag.row().default));
        // Naming a file, or its scale, turns its writing on again.
        let wanted = |file: &[Flag], no: Flag| {
            let all: Vec<Flag> = file.iter().copied().chain([no]).collect();
            self.said.last_of(&all) != Some(no)
        };
        let pgm = wanted(&[Flag::Pgmfile, Flag::Pgmscale], Flag::Nopgm);
        let noise = wanted(&[Flag::Noisefile], Flag::Nonoise);
        // As in the C program, which finds `-printout` in it, the flag that names a pixel asks for the printing too.
        let printout = self.said.has(Flag::Printout) || self.said.has(Flag::PrintoutPixel);
        let output = Output {
            float_file: name(Flag::Floatfile),
            int_file: name(Flag::Intfile),
            pgm_file: pgm.then(|| name(Flag::Pgmfile)),
            noise_file: noise.then(|| name(Flag::Noisefile)),
            scale,
            pgm_scale,
            adc: self.said.number(Flag::Adc).unwrap_or(40.0),
            seed: self.said.integer(Flag::Seed).unwrap_or(self.context.clock_seed),
            seed_from_clock: !self.said.has(Flag::Seed),
            printout,
            progress: self.said.last_of(&[Flag::Progress, Flag::Noprogress]) != Some(Flag::Noprogress),
        };
        for (flag, wanted, without) in [
            (Flag::Pgmfile, pgm, "-nopgm comes after it"),
            (Flag::Pgmscale, pgm, "-nopgm comes after it"),
            (Flag::Noisefile, noise, "-nonoise comes after it"),
            (Flag::Seed, noise, "no noise image is written"),
            (Flag::Nopgm, !pgm, "the PGM is asked for after it"),
            (Flag::Nonoise, !noise, "the noise image is asked for after it"),
        ] {
            if self.said.has(flag) && !wanted {
                self.warn(format!("{} has no effect: {without}", flag.dashed()));
            }
        }
        if noise {
            self.setting("noise seed", output.seed, "", self.from(Flag::Seed));
        }
        self.setting("adc offset", output.adc, "counts", self.from(Flag::Adc));
        Ok(output)
    }

    /// A scale; 0 asks for the automatic one.
    fn scale(&self, flag: Flag) -> Result<Option<f64>, Error> {
        match self.said.number(flag) {
            Some(scale) if scale < 0.0 => {
                Err(Error::wrong(flag, &scale.to_string(), "a number that is not negative"))
            }
            scale => Ok(scale.filter(|&scale| scale > 0.0)),
        }
    }
}

/// Whether two names are of one file, as far as can be told before it exists.
fn same_file(one: &Path, other: &Path) -> bool {
    one == other || matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}
