//! The detector's response, as the crate that computes it has it.

use nanobragg_response as detector;

use crate::error::Error;
use crate::model::{PointSpread, Preset, Response, Rounding, Sample};
use crate::provenance::Provenances;

/// The keys of the values that the crate calls otherwise.
const KEYS: [(&str, &str); 9] = [
    ("calibration.sigma", "calibration_sigma"),
    ("readout.gain", "gain"),
    ("readout.noise_adu", "readout_noise_adu"),
    ("readout.offset_adu", "offset_adu"),
    ("readout.saturation_adu", "saturation_adu"),
    ("defects.dead_fraction", "dead_fraction"),
    ("defects.hot_fraction", "hot_fraction"),
    ("defects.modules.pixels", "modules"),
    ("defects.modules.gap", "modules"),
];

impl Response {
    /// What the detector makes of photons on pixels of an edge in mm: what is given over what the preset has.
    #[must_use]
    pub fn of_pixels(&self, pixel_size_mm: f64) -> detector::Response {
        let mut response = match self.preset {
            None => detector::Response::new(self.sample.unwrap_or(Sample::I32).into()),
            Some(Preset::Pilatus) => detector::Response::pilatus(),
            Some(Preset::Eiger) => detector::Response::eiger(),
            Some(Preset::Jungfrau) => detector::Response::jungfrau(),
            Some(Preset::Ccd) => detector::Response::ccd(),
        };
        response.pixel_um = [pixel_size_mm * 1e3; 2];
        set(&mut response.flicker, self.flicker);
        set(&mut response.calibration.sigma, self.calibration_sigma);
        set(&mut response.calibration.seed, self.calibration_seed);
        set(&mut response.counting, self.counting);
        response.point_spread = self.point_spread.map(Into::into).or(response.point_spread);
        let readout = &mut response.readout;
        if let Some(sample) = self.sample.map(Into::into).filter(|sample| *sample != readout.sample) {
            readout.sample = sample;
            readout.saturation_adu =
                readout.saturation_adu.min(detector::Readout::photons(sample).saturation_adu);
        }
        set(&mut readout.gain, self.gain);
        set(&mut readout.noise_adu, self.readout_noise_adu);
        set(&mut readout.offset_adu, self.offset_adu);
        set(&mut readout.saturation_adu, self.saturation_adu);
        set(&mut readout.rounding, self.rounding.map(Into::into));
        let defects = &mut response.defects;
        set(&mut defects.dead_fraction, self.dead_fraction);
        set(&mut defects.hot_fraction, self.hot_fraction);
        set(&mut defects.seed, self.defect_seed);
        if let Some(modules) = self.modules {
            let [pixels, gap] = [modules.pixels, modules.gap].map(|pair| pair.map(|count| count as usize));
            defects.modules = Some(detector::Modules { pixels, gap });
        }
        response
    }

    /// Looks at every value.
    pub(crate) fn validate(&self, from: &Provenances) -> Result<(), Error> {
        // Lengths of pixels are the detector's own, and are checked there.
        self.of_pixels(0.1).validate().map_err(|error| match error {
            detector::Error::Value { key, found, expected } => {
                let key = KEYS.iter().find(|(theirs, _)| *theirs == key).map_or(key, |(_, ours)| ours);
                Error::value(from, &format!("response.{key}"), found, expected)
            }
            other => Error::Contradiction(format!("response: {other}")),
        })
    }
}

fn set<T>(value: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *value = given;
    }
}

impl From<PointSpread> for detector::PointSpread {
    fn from(spread: PointSpread) -> Self {
        match spread {
            PointSpread::Gaussian { fwhm_um } => Self::Gaussian { fwhm_um },
            PointSpread::FibreTaper { fwhm_um } => Self::FibreTaper { fwhm_um },
        }
    }
}

impl From<Sample> for detector::Sample {
    fn from(sample: Sample) -> Self {
        match sample {
            Sample::U16 => Self::U16,
            Sample::I16 => Self::I16,
            Sample::U32 => Self::U32,
            Sample::I32 => Self::I32,
        }
    }
}

impl From<Rounding> for detector::Rounding {
    fn from(rounding: Rounding) -> Self {
        match rounding {
            Rounding::Nearest => Self::Nearest,
            Rounding::Truncated => Self::Truncated,
        }
    }
}
