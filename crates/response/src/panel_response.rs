//! A detector's stages, one after the other, row by row on all threads.

use ndarray::parallel::prelude::*;
use ndarray::{Array2, ArrayView1, ArrayView2, Axis};
use rand_distr::{Distribution, StandardNormal};

use crate::convolution::Convolution;
use crate::counts::{Counts, Sample, Written};
use crate::defects::PixelState;
use crate::poisson::poisson;
use crate::random::{Row, Stage, Stream};
use crate::{Error, Response};

/// Beyond it not every whole number of photons is an `f64`, with some room for flicker and calibration.
const MOST_PHOTONS: f32 = 1e15;

/// Which image of which panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// The seed of what differs from image to image.
    pub seed: u64,
    /// The number of the image.
    pub image: u64,
    /// The number of the panel.
    pub panel: u32,
    /// The first pixel that is given, in the panel, `[slow, fast]`.
    pub origin: [usize; 2],
}

/// A panel, or a part of one, with all that is the same on every image.
pub struct PanelResponse {
    response: Response,
    panel: u32,
    origin: [usize; 2],
    shape: [usize; 2],
    /// The sensitivity of pixels, where they differ.
    sensitivity: Option<Array2<f32>>,
    convolution: Option<Convolution>,
    /// The states of pixels, where some do not work.
    states: Option<Array2<PixelState>>,
}

/// What belongs to one image.
struct Exposure<'a> {
    photons: ArrayView2<'a, f32>,
    /// The flux, as a multiple of the mean one.
    flux: f64,
    counting: Stream,
    readout: Stream,
}

/// What a detector writes of the expected photons of a panel, or of a part of one, shape `[slow, fast]`.
///
/// Many images of a panel share a [`PanelResponse`].
///
/// # Errors
///
/// [`Error::Value`], [`Error::Mask`], [`Error::Region`] and [`Error::Photons`].
pub fn respond(photons: ArrayView2<'_, f32>, response: &Response, key: &Key) -> Result<Counts, Error> {
    let shape = [photons.nrows(), photons.ncols()];
    PanelResponse::new(response, key.panel, key.origin, shape)?.respond(photons, key.seed, key.image)
}

impl PanelResponse {
    /// Works out what is the same on every image of a region that begins at a pixel of a panel, `[slow, fast]`.
    ///
    /// # Errors
    ///
    /// [`Error::Value`], [`Error::Mask`] and [`Error::Region`].
    pub fn new(
        response: &Response,
        panel: u32,
        origin: [usize; 2],
        shape: [usize; 2],
    ) -> Result<Self, Error> {
        response.validate()?;
        check_region(origin, shape)?;
        let spread = response.point_spread.zip(reach(response, shape));
        let convolution = spread
            .map(|(spread, reach)| Convolution::new(shape, spread.shares(response.pixel_um, reach).view()));
        Ok(Self {
            panel,
            origin,
            shape,
            sensitivity: sensitivity(response, panel, origin, shape),
            convolution,
            states: response.defects.states(panel, origin, shape)?,
            response: response.clone(),
        })
    }

    /// The memory in bytes that a region takes until its first image is there, without the expected photons and without
    /// what threads take for a few rows or columns each.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] and [`Error::Region`].
    pub fn bytes(response: &Response, shape: [usize; 2]) -> Result<u128, Error> {
        response.validate()?;
        check_region([0, 0], shape)?;
        let pixels = shape[0] as u128 * shape[1] as u128;
        let has_sensitivity = response.calibration.sigma > 0.0;
        let sample = response.readout.sample.bytes();
        let per_pixel =
            sample + if has_sensitivity { 4 } else { 0 } + usize::from(response.defects.are_any());
        let spread = reach(response, shape).map_or(0, |reach| {
            let [prepared, kept, image] = Convolution::bytes(shape, reach);
            prepared.max(kept + image)
        });
        Ok(pixels * per_pixel as u128 + spread)
    }

    /// Its pixels, `[slow, fast]`.
    #[must_use]
    pub const fn shape(&self) -> [usize; 2] {
        self.shape
    }

    /// The state of every pixel, shape `[slow, fast]`; `None` if all are good.
    #[must_use]
    pub fn states(&self) -> Option<ArrayView2<'_, PixelState>> {
        self.states.as_ref().map(|states| states.view())
    }

    /// What the detector writes of the expected photons of an image, shape `[slow, fast]`.
    ///
    /// The same for any number of threads. Without a point spread, a part of a panel gets what the whole gets there.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] and [`Error::Photons`].
    pub fn respond(&self, photons: ArrayView2<'_, f32>, seed: u64, image: u64) -> Result<Counts, Error> {
        self.check(photons)?;
        let stream = |stage| Stream::new(stage, seed, image, self.panel);
        let flux = match self.response.flicker {
            0.0 => 1.0,
            flicker => factor(flicker, &mut Stream::new(Stage::Shot, seed, image, 0).row::<1>([0, 0])),
        };
        let [counting, readout] = [Stage::Counting, Stage::Readout].map(stream);
        let exposure = Exposure { photons, flux, counting, readout };
        Ok(match self.response.readout.sample {
            Sample::U16 => self.written::<u16>(&exposure),
            Sample::I16 => self.written::<i16>(&exposure),
            Sample::U32 => self.written::<u32>(&exposure),
            Sample::I32 => self.written::<i32>(&exposure),
        })
    }

    fn check(&self, photons: ArrayView2<'_, f32>) -> Result<(), Error> {
        let found = [photons.nrows(), photons.ncols()];
        if found != self.shape {
            return Err(Error::Shape { found, expected: self.shape });
        }
        let can_be = |photons: &f32| (0.0..=MOST_PHOTONS).contains(photons);
        let rows = photons.axis_iter(Axis(0)).into_par_iter().enumerate();
        let wrong = rows.find_map_first(|(slow, row)| {
            let fast = row.iter().position(|photons| !can_be(photons))?;
            Some(Error::Photons { slow, fast, found: row[fast] })
        });
        wrong.map_or(Ok(()), Err)
    }

    fn written<T: Written>(&self, exposure: &Exposure<'_>) -> Counts {
        let mut image = Array2::<T>::default(self.shape);
        let rows = image.axis_iter_mut(Axis(0)).into_par_iter();
        let overloads = if let Some(convolution) = &self.convolution {
            let mut spectra = convolution.spectra(|slow, signal| self.count(exposure, slow, signal));
            let rows = rows.zip(spectra.axis_iter_mut(Axis(0))).enumerate();
            rows.map_init(
                || convolution.scratch(),
                |scratch, (slow, (mut written, mut spectrum))| {
                    let spectrum = spectrum.as_slice_mut().unwrap_or_default();
                    self.read(exposure, slow, convolution.row(spectrum, scratch), written.iter_mut())
                },
            )
            .sum()
        } else {
            rows.enumerate()
                .map_init(
                    || vec![0.0; self.shape[1]],
                    |signal, (slow, mut written)| {
                        self.count(exposure, slow, signal);
                        self.read(exposure, slow, signal, written.iter_mut())
                    },
                )
                .sum()
        };
        Counts { pixels: T::pixels(image), overloads }
    }

    /// The photons of a row: flicker, calibration, counting.
    fn count(&self, exposure: &Exposure<'_>, slow: usize, signal: &mut [f64]) {
        let photons: ArrayView1<'_, f32> = exposure.photons.row(slow);
        for (signal, photons) in signal.iter_mut().zip(photons) {
            *signal = f64::from(*photons) * exposure.flux;
        }
        if let Some(sensitivity) = &self.sensitivity {
            for (signal, sensitivity) in signal.iter_mut().zip(sensitivity.row(slow)) {
                *signal *= f64::from(*sensitivity);
            }
        }
        if self.response.counting {
            let mut numbers = exposure.counting.row::<2>(self.pixel(slow));
            for signal in signal {
                *signal = poisson(*signal, &mut numbers.next_pixel());
            }
        }
    }

    /// Writes a row of signals in photons: readout, defects. Returns the number of overloads.
    fn read<'a, T: Written + 'a>(
        &self,
        exposure: &Exposure<'_>,
        slow: usize,
        signal: &[f64],
        written: impl Iterator<Item = &'a mut T>,
    ) -> u64 {
        let readout = &self.response.readout;
        let saturation = readout.saturation_adu;
        let is_noisy = readout.noise_adu > 0.0;
        let mut numbers = exposure.readout.row::<1>(self.pixel(slow));
        let states = self.states.as_ref().map(|states| states.row(slow));
        let mut overloads = 0;
        for (fast, (written, photons)) in written.zip(signal).enumerate() {
            let normal = if is_noisy { StandardNormal.sample(&mut numbers.next_pixel()) } else { 0.0 };
            let state = states.map_or(PixelState::Good, |states| states[fast]);
            let adu = match state {
                PixelState::Good => readout.adu(*photons, normal),
                PixelState::Dead => readout.adu(0.0, normal),
                PixelState::Hot => saturation,
                PixelState::Gap => {
                    *written = T::of(readout.sample.gap_value() as f64);
                    continue;
                }
            };
            overloads += u64::from(adu > saturation);
            *written = T::of(adu.min(saturation));
        }
        overloads
    }

    fn pixel(&self, slow: usize) -> [usize; 2] {
        [self.origin[0] + slow, self.origin[1]]
    }
}

fn check_region(origin: [usize; 2], shape: [usize; 2]) -> Result<(), Error> {
    let fits =
        |axis: usize| origin[axis].checked_add(shape[axis]).is_some_and(|end| u32::try_from(end).is_ok());
    if fits(0) && fits(1) { Ok(()) } else { Err(Error::Region { origin, shape }) }
}

/// The distance `[slow, fast]` up to which a photon is spread over a region, `None` if it is not, or there are no pixels.
fn reach(response: &Response, shape: [usize; 2]) -> Option<[usize; 2]> {
    let spread = response.point_spread.filter(|_| !shape.contains(&0))?;
    Some([0, 1].map(|axis| spread.reach(response.pixel_um[axis], shape[axis] - 1)))
}

/// The sensitivity of every pixel, `None` if they are alike.
fn sensitivity(
    response: &Response,
    panel: u32,
    origin: [usize; 2],
    shape: [usize; 2],
) -> Option<Array2<f32>> {
    let calibration = response.calibration;
    if calibration.sigma == 0.0 {
        return None;
    }
    let stream = Stream::new(Stage::Calibration, calibration.seed, 0, panel);
    let mut sensitivity = Array2::zeros(shape);
    sensitivity.axis_iter_mut(Axis(0)).into_par_iter().enumerate().for_each(|(slow, mut row)| {
        let mut numbers = stream.row::<1>([origin[0] + slow, origin[1]]);
        #[expect(clippy::cast_possible_truncation, reason = "seven digits are enough for an error")]
        row.iter_mut().for_each(|pixel| *pixel = factor(calibration.sigma, &mut numbers) as f32);
    });
    Some(sensitivity)
}

/// A positive factor that varies around 1.
fn factor(sigma: f64, numbers: &mut Row<'_, 1>) -> f64 {
    let normal: f64 = StandardNormal.sample(&mut numbers.next_pixel());
    (1.0 + sigma * normal).max(0.0)
}
