//! Sweeps: range, step and count, of which missing ones follow from the others.

use crate::Error;

/// Steps at start, start + step, …, `count` of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sweep {
    /// Full range, in the unit of what is swept.
    pub range: f64,
    /// From one step to the next.
    pub step: f64,
    /// Number of steps, at least 1.
    pub count: u32,
}

/// The parameters of a sweep that are given.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SweepRequest {
    /// Full range.
    pub range: Option<f64>,
    /// From one step to the next.
    pub step: Option<f64>,
    /// Number of steps.
    pub count: Option<u32>,
}

/// Which sweep is completed; they differ where only a count is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeamSweep {
    /// Spread of directions, radians.
    Divergence {
        /// `horizontal` or `vertical`, for the message.
        axis: &'static str,
        /// Whether a count alone means 1 radian, as in the C program (Q14), or is refused.
        count_alone_is_a_radian: bool,
    },
    /// Spread of wavelengths, as a fraction.
    Dispersion,
}

impl Sweep {
    /// One step, no range.
    pub const SINGLE: Self = Self { range: 0.0, step: 0.0, count: 1 };

    /// Completes a sweep of the beam: divergence in radians or dispersion as a fraction.
    ///
    /// # Errors
    /// [`Error::CountWithoutRange`] for a divergence of which only the number of steps is known.
    pub fn of_beam(kind: BeamSweep, request: SweepRequest) -> Result<Self, Error> {
        let step = request.step.filter(|&s| s > 0.0);
        let count = request.count.filter(|&c| c > 0);
        let sweep = match (request.range, step, count) {
            (None, None, None) => Self::SINGLE,
            (None, Some(step), _) => Self { range: step, step, count: 2 },
            (Some(range), None, None) => Self { range, step: range, count: 2 },
            (Some(range), Some(step), None) => Self { range, step, count: steps_in(range, step) },
            (Some(range), None, Some(count)) => {
                let count = count.max(2);
                Self { range, step: range / f64::from(count - 1), count }
            }
            (Some(range), Some(step), Some(count)) => Self { range, step, count },
            (None, None, Some(count)) => match kind {
                BeamSweep::Dispersion => Self::SINGLE,
                BeamSweep::Divergence { count_alone_is_a_radian: true, .. } => {
                    Self { range: 1.0, step: 1.0 / f64::from(count), count }
                }
                BeamSweep::Divergence { axis, .. } => return Err(Error::CountWithoutRange { axis, count }),
            },
        };
        Ok(sweep.or_single())
    }

    /// Completes the rotation of the crystal, angles in radians.
    ///
    /// `reference_count_and_step` keeps the C program's answer to a count and a step (Q11): two steps.
    #[must_use]
    pub fn of_phi(request: SweepRequest, reference_count_and_step: bool) -> Self {
        let range = request.range.filter(|&r| r >= 0.0);
        let step = request.step.filter(|&s| s > 0.0);
        match (range, step, request.count.map(|c| c.max(1))) {
            (None, None, None) => Self::SINGLE,
            (None, Some(step), None) => Self { range: step, step, count: 2 },
            (Some(range), None, None) => Self { range, step: range / 2.0, count: 2 },
            (Some(range), Some(step), None) => Self { range, step, count: steps_in(range, step) },
            (None, None, Some(count)) => {
                let range = 1f64.to_radians();
                Self { range, step: range / f64::from(count), count }
            }
            (None, Some(step), Some(_)) if reference_count_and_step => Self { range: step, step, count: 2 },
            (None, Some(step), Some(count)) => Self { range: f64::from(count) * step, step, count },
            (Some(range), None, Some(count)) => Self { range, step: range / f64::from(count), count },
            (Some(range), Some(step), Some(count)) => Self { range, step, count },
        }
    }

    /// Completes the layers of a sensor of the given thickness in metres; the step is a layer's thickness.
    ///
    /// `reference_layers` keeps the C program's layers (Q10): at least two, thickness/(count − 1) each.
    #[must_use]
    pub fn of_sensor(thickness_m: f64, count: Option<u32>, reference_layers: bool) -> Self {
        if thickness_m <= 0.0 {
            return Self::SINGLE;
        }
        let range = thickness_m;
        match count.filter(|&c| c > 0) {
            None => Self { range, step: range / 2.0, count: 2 },
            Some(count) if reference_layers => {
                let count = count.max(2);
                Self { range, step: range / f64::from(count - 1), count }
            }
            Some(count) => Self { range, step: range / f64::from(count), count },
        }
    }

    /// A sweep without range has one step.
    fn or_single(self) -> Self {
        if self.range > 0.0 && self.step > 0.0 { self } else { Self::SINGLE }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float cast saturates")]
fn steps_in(range: f64, step: f64) -> u32 {
    ((range / step).ceil() as u32).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(range: Option<f64>, step: Option<f64>, count: Option<u32>) -> SweepRequest {
        SweepRequest { range, step, count }
    }

    fn sweep(range: f64, step: f64, count: u32) -> Sweep {
        Sweep { range, step, count }
    }

    #[test]
    fn a_beam_sweep_fills_in_what_was_not_said() {
        for (given, expected) in [
            (request(None, None, None), Sweep::SINGLE),
            (request(None, Some(2.0), None), sweep(2.0, 2.0, 2)),
            (request(Some(3.0), None, None), sweep(3.0, 3.0, 2)),
            (request(Some(3.0), Some(2.0), None), sweep(3.0, 2.0, 2)),
            (request(Some(3.0), None, Some(4)), sweep(3.0, 1.0, 4)),
            (request(Some(3.0), None, Some(1)), sweep(3.0, 3.0, 2)),
            (request(None, Some(2.0), Some(7)), sweep(2.0, 2.0, 2)),
            (request(None, None, Some(7)), Sweep::SINGLE),
            (request(Some(0.0), None, Some(7)), Sweep::SINGLE),
        ] {
            assert_eq!(Sweep::of_beam(BeamSweep::Dispersion, given), Ok(expected), "{given:?}");
        }
    }

    #[test]
    fn a_divergence_needs_more_than_a_count() {
        let kind =
            |count_alone_is_a_radian| BeamSweep::Divergence { axis: "vertical", count_alone_is_a_radian };
        let given = request(None, None, Some(4));
        assert_eq!(
            Sweep::of_beam(kind(false), given),
            Err(Error::CountWithoutRange { axis: "vertical", count: 4 })
        );
        assert_eq!(Sweep::of_beam(kind(true), given), Ok(sweep(1.0, 0.25, 4)));
    }

    #[test]
    fn phi_steps_start_their_intervals() {
        let degree = 1f64.to_radians();
        for (given, reference, expected) in [
            (request(None, None, None), false, Sweep::SINGLE),
            (request(Some(2.0), None, None), false, sweep(2.0, 1.0, 2)),
            (request(Some(3.0), Some(1.0), None), false, sweep(3.0, 1.0, 3)),
            (request(None, Some(0.5), None), false, sweep(0.5, 0.5, 2)),
            (request(None, None, Some(4)), false, sweep(degree, degree / 4.0, 4)),
            (request(Some(2.0), None, Some(4)), false, sweep(2.0, 0.5, 4)),
            (request(None, Some(0.5), Some(4)), false, sweep(2.0, 0.5, 4)),
            (request(None, Some(0.5), Some(4)), true, sweep(0.5, 0.5, 2)),
            (request(Some(9.0), Some(0.5), Some(4)), false, sweep(9.0, 0.5, 4)),
        ] {
            assert_eq!(Sweep::of_phi(given, reference), expected, "{given:?}");
        }
    }

    #[test]
    fn sensor_layers_share_the_thickness() {
        assert_eq!(Sweep::of_sensor(0.0, Some(5), false), Sweep::SINGLE);
        assert_eq!(Sweep::of_sensor(4.0, None, false), sweep(4.0, 2.0, 2));
        assert_eq!(Sweep::of_sensor(4.0, Some(1), false), sweep(4.0, 4.0, 1));
        assert_eq!(Sweep::of_sensor(4.0, Some(4), false), sweep(4.0, 1.0, 4));
        assert_eq!(Sweep::of_sensor(4.0, Some(1), true), sweep(4.0, 4.0, 2));
        assert_eq!(Sweep::of_sensor(4.0, Some(5), true), sweep(4.0, 1.0, 5));
    }
}
