//! Pixels that do not work.

use ndarray::{Array2, Axis, Zip};
use rand_distr::{Distribution, StandardUniform};

use crate::Error;
use crate::random::{Stage, Stream};

/// Pixels that do not work, the same on every image.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Defects {
    /// The share of pixels that record no photons, from 0 to 1.
    pub dead_fraction: f64,
    /// The share of pixels that are always saturated, from 0 to 1.
    pub hot_fraction: f64,
    /// Which pixels are dead or hot, by chance.
    pub seed: u64,
    /// The state of every pixel of the panel, shape `[slow, fast]`; chance acts on those that it calls good.
    pub mask: Option<Array2<PixelState>>,
    /// The modules that a panel is tiled with; what is between them is gap.
    pub modules: Option<Modules>,
}

/// What a pixel is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum PixelState {
    /// It works.
    #[default]
    Good,
    /// It records no photons, and is read out like any other.
    Dead,
    /// It always reads the saturation.
    Hot,
    /// There is no sensor, or the detector reports the pixel as bad: [`Sample::gap_value`](crate::Sample::gap_value).
    Gap,
}

/// Equal modules from the first pixel of a panel on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Modules {
    /// Pixels of a module, `[slow, fast]`.
    pub pixels: [usize; 2],
    /// Pixels between two modules, `[slow, fast]`.
    pub gap: [usize; 2],
}

impl Defects {
    /// Whether a pixel may not work.
    pub(crate) fn are_any(&self) -> bool {
        self.dead_fraction > 0.0 || self.hot_fraction > 0.0 || self.mask.is_some() || self.modules.is_some()
    }

    /// Whether there are pixels without a value.
    pub(crate) fn has_gaps(&self) -> bool {
        self.modules.is_some_and(|modules| modules.gap != [0, 0])
            || self.mask.as_ref().is_some_and(|mask| mask.iter().any(|state| *state == PixelState::Gap))
    }

    /// The states of the pixels of a region, `None` if all are good.
    pub(crate) fn states(
        &self,
        panel: u32,
        origin: [usize; 2],
        shape: [usize; 2],
    ) -> Result<Option<Array2<PixelState>>, Error> {
        let end = [origin[0] + shape[0], origin[1] + shape[1]];
        if let Some(mask) = &self.mask
            && (mask.nrows() < end[0] || mask.ncols() < end[1])
        {
            return Err(Error::Mask { found: [mask.nrows(), mask.ncols()], expected: end });
        }
        if !self.are_any() {
            return Ok(None);
        }
        let stream = Stream::new(Stage::Defects, self.seed, 0, panel);
        let mut states = Array2::default(shape);
        Zip::indexed(states.axis_iter_mut(Axis(0))).par_for_each(|row, mut states| {
            let slow = origin[0] + row;
            let mut numbers = stream.row::<1>([slow, origin[1]]);
            for (column, state) in states.iter_mut().enumerate() {
                let by_chance = self.chance(StandardUniform.sample(&mut numbers.next_pixel()));
                let fixed = self.fixed([slow, origin[1] + column]);
                *state = if fixed == PixelState::Good { by_chance } else { fixed };
            }
        });
        Ok(Some(states))
    }

    fn fixed(&self, pixel: [usize; 2]) -> PixelState {
        if self.modules.is_some_and(|modules| modules.is_gap(pixel)) {
            return PixelState::Gap;
        }
        self.mask.as_ref().map_or(PixelState::Good, |mask| mask[pixel])
    }

    fn chance(&self, uniform: f64) -> PixelState {
        if uniform < self.dead_fraction {
            PixelState::Dead
        } else if uniform < self.dead_fraction + self.hot_fraction {
            PixelState::Hot
        } else {
            PixelState::Good
        }
    }
}

impl Modules {
    fn is_gap(&self, [slow, fast]: [usize; 2]) -> bool {
        let beyond =
            |index: usize, axis: usize| index % (self.pixels[axis] + self.gap[axis]) >= self.pixels[axis];
        beyond(slow, 0) || beyond(fast, 1)
    }
}
