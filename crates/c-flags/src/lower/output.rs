//! What is written, and how it is scaled.

use nanobragg_experiment::same_file;

use super::Lowering;
use crate::error::Error;
use crate::flag::Flag;

impl Lowering<'_> {
    pub(super) fn output(&mut self) -> Result<(), Error> {
        let [scale, pgm_scale] = [self.scale(Flag::Scale)?, self.scale(Flag::Pgmscale)?];
        let mut output = self.draft.output.clone();
        for (flag, key, path) in [
            (Flag::Floatfile, "output.float_file", &mut output.float_file),
            (Flag::Intfile, "output.int_file", &mut output.int_file),
            (Flag::Pgmfile, "output.pgm_file", &mut output.pgm_file),
            (Flag::Noisefile, "output.noise_file", &mut output.noise_file),
        ] {
            if let Some(given) = self.arguments.file(flag) {
                given.clone_into(path);
                self.set(key, flag);
            }
        }
        for (flag, key, path) in [
            (Flag::Cbffile, "output.cbf_file", &mut output.cbf_file),
            (Flag::Nxmx, "output.nxmx_file", &mut output.nxmx_file),
            (Flag::Smvfile, "output.smv_file", &mut output.smv_file),
            (Flag::Npyfile, "output.npy_file", &mut output.npy_file),
            (Flag::Pngfile, "output.png_file", &mut output.png_file),
            (Flag::ExptOut, "output.expt_file", &mut output.expt_file),
        ] {
            if let Some(given) = self.arguments.file(flag) {
                *path = Some(given.to_owned());
                self.set(key, flag);
            }
        }
        if let Some(preset) = self.arguments.word(Flag::Response).and_then(|name| name.parse().ok()) {
            self.draft.response.preset = Some(preset);
            self.set("response.preset", Flag::Response);
        }
        // Naming a file, or its scale, turns its writing on again.
        let last = self.arguments.last_of(&[Flag::Pgmfile, Flag::Pgmscale, Flag::Nopgm]);
        if let Some(flag) = last {
            output.write_pgm = flag != Flag::Nopgm;
            self.set("output.write_pgm", flag);
        }
        if let Some(flag) = self.arguments.last_of(&[Flag::Noisefile, Flag::Nonoise]) {
            output.write_noise = flag != Flag::Nonoise;
            self.set("output.write_noise", flag);
        }
        for (flag, key, given, scale) in [
            (Flag::Scale, "output.int_scale", scale, &mut output.int_scale),
            (Flag::Pgmscale, "output.pgm_scale", pgm_scale, &mut output.pgm_scale),
        ] {
            if self.arguments.has(flag) {
                *scale = given;
                self.set(key, flag);
            }
        }
        let adc_offset = self.draft.response.adc_offset;
        self.draft.response.adc_offset = self.number(Flag::Adc, "response.adc_offset", adc_offset);
        if let Some(seed) = self.arguments.integer(Flag::Seed) {
            self.draft.response.noise_seed = Some(seed);
            self.set("response.noise_seed", Flag::Seed);
        }
        let (pgm, noise) = (output.write_pgm, output.write_noise);
        let images = [&output.cbf_file, &output.nxmx_file, &output.smv_file].into_iter().any(Option::is_some);
        let arrays = output.npy_file.is_some() || output.png_file.is_some();
        let counts = images || (arrays && self.draft.response.is_described());
        for (flag, wanted, without) in [
            (Flag::Pgmfile, pgm, "-nopgm comes after it"),
            (Flag::Pgmscale, pgm, "-nopgm comes after it"),
            (Flag::Noisefile, noise, "-nonoise comes after it"),
            (Flag::Seed, noise || counts, "no image with noise is written"),
            (
                Flag::Response,
                images || arrays,
                "no counts are written (-cbffile, -nxmx, -smvfile, -npyfile, -pngfile)",
            ),
            (Flag::Nopgm, !pgm, "the PGM is asked for after it"),
            (Flag::Nonoise, !noise, "the noise image is asked for after it"),
        ] {
            if self.arguments.has(flag) && !wanted {
                self.warn(format!("{} has no effect: {without}", flag.dashed()));
            }
        }
        self.draft.output = output;
        self.check_header_image()
    }

    /// Refuses an output that would replace the image whose header is read; the experiment does not know of it.
    fn check_header_image(&self) -> Result<(), Error> {
        let Some(input) = self.arguments.file(Flag::Img) else { return Ok(()) };
        let output = &self.draft.output;
        let asked = [
            (Flag::Cbffile, &output.cbf_file),
            (Flag::Nxmx, &output.nxmx_file),
            (Flag::Smvfile, &output.smv_file),
            (Flag::Npyfile, &output.npy_file),
            (Flag::Pngfile, &output.png_file),
            (Flag::ExptOut, &output.expt_file),
        ];
        let written = [
            (Flag::Floatfile, true, &output.float_file),
            (Flag::Intfile, true, &output.int_file),
            (Flag::Pgmfile, output.write_pgm, &output.pgm_file),
            (Flag::Noisefile, output.write_noise, &output.noise_file),
        ];
        let asked = asked.into_iter().filter_map(|(flag, path)| Some((flag, true, path.as_ref()?)));
        let mut written = written.into_iter().chain(asked);
        match written.find(|(_, on, path)| *on && same_file(path, input)) {
            Some((flag, _, path)) => {
                let (one, path) = (flag.dashed(), path.display());
                Err(Error::Contradiction(format!("{one} would replace {path}, which -img reads")))
            }
            None => Ok(()),
        }
    }

    /// A scale; 0 asks for the automatic one.
    fn scale(&self, flag: Flag) -> Result<Option<f64>, Error> {
        match self.arguments.number(flag) {
            Some(scale) if scale < 0.0 => {
                Err(Error::wrong(flag, &scale.to_string(), "a number that is not negative"))
            }
            scale => Ok(scale.filter(|&scale| scale > 0.0)),
        }
    }
}
