//! What is known of a detector, and which values can be.

use crate::Error;
use crate::counts::Sample;
use crate::defects::Defects;
use crate::point_spread::PointSpread;
use crate::readout::Readout;

/// What a detector makes of photons, stage by stage in this order.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// Standard deviation of the flux from image to image, as a share of it, 0 to 1: one normal deviate scales all
    /// panels of an image.
    pub flicker: f64,
    /// How much pixels differ from each other.
    pub calibration: Calibration,
    /// Whether photons are counted, as Poisson deviates; otherwise their expected number goes on.
    pub counting: bool,
    /// How the signal of a photon is spread over pixels, if it is.
    pub point_spread: Option<PointSpread>,
    /// The edges of a pixel in µm, `[slow, fast]`. Only the point spread depends on them.
    pub pixel_um: [f64; 2],
    /// How signals become numbers.
    pub readout: Readout,
    /// Which pixels do not work.
    pub defects: Defects,
}

/// Errors of the calibration of pixels, the same on every image.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Calibration {
    /// Standard deviation of the pixels' sensitivity, as a share of it, 0 to 1.
    pub sigma: f64,
    /// Which pixels are off by how much.
    pub seed: u64,
}

/// Beyond it a pixel is not a pixel, and squares of lengths in µm might not be numbers.
const LARGEST_UM: f64 = 1e9;

/// Beyond it an `f64` does not hold every whole number.
const LARGEST_ADU: f64 = 9e15;

impl Response {
    /// A perfect counter: Poisson deviates, one ADU per photon.
    #[must_use]
    pub fn new(sample: Sample) -> Self {
        Self {
            flicker: 0.0,
            calibration: Calibration::default(),
            counting: true,
            point_spread: None,
            pixel_um: [100.0; 2],
            readout: Readout::photons(sample),
            defects: Defects::default(),
        }
    }

    /// Looks at every value.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] with the first that cannot be.
    pub fn validate(&self) -> Result<(), Error> {
        let share = "a share from 0 to 1";
        check("flicker", self.flicker, share, |value| (0.0..=1.0).contains(&value))?;
        check("calibration.sigma", self.calibration.sigma, share, |value| (0.0..=1.0).contains(&value))?;
        let length = |value: f64| value > 0.0 && value <= LARGEST_UM;
        for edge in self.pixel_um {
            check("pixel_um", edge, "µm above 0, up to 1e9", length)?;
        }
        if let Some(spread) = self.point_spread {
            check("point_spread.fwhm_um", spread.fwhm_um(), "µm above 0, up to 1e9", length)?;
        }
        self.validate_readout()?;
        self.validate_defects(share)
    }

    fn validate_readout(&self) -> Result<(), Error> {
        let Readout { gain, noise_adu, offset_adu, saturation_adu, sample, .. } = self.readout;
        let gains = "ADU per photon above 0, up to 9e15";
        check("readout.gain", gain, gains, |value| value > 0.0 && value <= LARGEST_ADU)?;
        let noises = "ADU from 0 to 9e15";
        check("readout.noise_adu", noise_adu, noises, |value| (0.0..=LARGEST_ADU).contains(&value))?;
        let offsets = "ADU from -9e15 to 9e15";
        check("readout.offset_adu", offset_adu, offsets, |value| value.abs() <= LARGEST_ADU)?;
        let largest = f64::from(sample.max());
        let saturations = "a whole number of ADU from 1 to the largest of the type";
        check("readout.saturation_adu", saturation_adu, saturations, |value| {
            (1.0..=largest).contains(&value) && value.fract() == 0.0
        })?;
        let gap_is_seen = "below the value of a gap, which is the largest of the type";
        check("readout.saturation_adu", saturation_adu, gap_is_seen, |value| {
            value < largest || sample.gap_value() < 0 || !self.defects.has_gaps()
        })
    }

    fn validate_defects(&self, share: &'static str) -> Result<(), Error> {
        let Defects { dead_fraction, hot_fraction, modules, .. } = self.defects;
        check("defects.dead_fraction", dead_fraction, share, |value| (0.0..=1.0).contains(&value))?;
        let rest = "a share from 0 to what is not dead";
        let of_rest = |value: f64| (0.0..=1.0 - dead_fraction).contains(&value);
        check("defects.hot_fraction", hot_fraction, rest, of_rest)?;
        let Some(modules) = modules else { return Ok(()) };
        for axis in [0, 1] {
            let [pixels, gap] = [modules.pixels[axis] as f64, modules.gap[axis] as f64];
            check("defects.modules.pixels", pixels, "from 1 to 1e9", |value| (1.0..=1e9).contains(&value))?;
            check("defects.modules.gap", gap, "from 0 to 1e9", |value| value <= 1e9)?;
        }
        Ok(())
    }
}

fn check(
    key: &'static str,
    found: f64,
    expected: &'static str,
    can_be: impl Fn(f64) -> bool,
) -> Result<(), Error> {
    if can_be(found) { Ok(()) } else { Err(Error::Value { key, found, expected }) }
}
