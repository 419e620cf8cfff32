//! From photons to numbers.

use crate::counts::Sample;

/// How the signal of a pixel becomes a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Readout {
    /// ADU per photon.
    pub gain: f64,
    /// Standard deviation in ADU of normal noise, one deviate per pixel and image.
    pub noise_adu: f64,
    /// What is added to every pixel, in ADU.
    pub offset_adu: f64,
    /// How a fraction of an ADU is dropped.
    pub rounding: Rounding,
    /// The largest value in ADU. What is above it reads as it, and is an overload.
    pub saturation_adu: f64,
    /// The type of a pixel. What is below its smallest value reads as that.
    pub sample: Sample,
}

/// How a fraction of an ADU is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest number, the even one of two.
    Nearest,
    /// Towards zero, as the C program does.
    Truncated,
}

impl Readout {
    /// One ADU per photon, and nothing else, up to what the type holds beside its value for gaps.
    #[must_use]
    pub fn photons(sample: Sample) -> Self {
        let max = f64::from(sample.max());
        let saturation_adu = if sample.gap_value() < 0 { max } else { max - 1.0 };
        let [noise_adu, offset_adu] = [0.0; 2];
        Self { gain: 1.0, noise_adu, offset_adu, rounding: Rounding::Nearest, saturation_adu, sample }
    }

    /// The value of a pixel in ADU before saturation, of its signal in photons and a normal deviate.
    #[inline]
    pub(crate) fn adu(&self, photons: f64, normal: f64) -> f64 {
        let adu = photons * self.gain + normal * self.noise_adu + self.offset_adu;
        match self.rounding {
            Rounding::Nearest => adu.round_ties_even(),
            Rounding::Truncated => adu.trunc(),
        }
    }
}
