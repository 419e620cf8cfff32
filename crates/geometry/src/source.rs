//! X-ray sources: directions, wavelengths and weights.

use crate::LabVec;
use crate::sweep::Sweep;

/// One point source, far away.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Source {
    /// Unit vector along which its photons travel: from the source to the sample.
    pub incident: LabVec,
    /// Wavelength in Å.
    pub wavelength_angstrom: f64,
    /// Share of the intensity, relative: the mean over all sources is 1.
    pub weight: f64,
}

/// A beam from which sources are generated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beam {
    /// Unit vector of the beam's direction.
    pub direction: LabVec,
    /// Unit E-vector of its polarization: vertical divergence turns about it.
    pub polarization: LabVec,
    /// Central wavelength in Å.
    pub wavelength_angstrom: f64,
    /// Horizontal divergence, radians.
    pub horizontal: Sweep,
    /// Vertical divergence, radians.
    pub vertical: Sweep,
    /// Whether the corners of the divergence grid are cut off.
    pub round: bool,
    /// Spectral dispersion Δλ/λ.
    pub dispersion: Sweep,
}

impl Source {
    /// A source of weight 1 whose photons travel along a direction, which is made unit, at a wavelength in Å.
    #[must_use]
    pub fn new(direction: LabVec, wavelength_angstrom: f64) -> Self {
        Self { incident: direction.unit(), wavelength_angstrom, weight: 1.0 }
    }
}

impl Beam {
    /// The divergence offsets (horizontal, vertical) in radians that take part.
    #[must_use]
    pub fn divergences(&self) -> Vec<(f64, f64)> {
        let (h, v) = (self.horizontal, self.vertical);
        let mut kept = Vec::new();
        for h_tic in 0..h.count {
            for v_tic in 0..v.count {
                let (horizontal, vertical) = (offset(h, h_tic), offset(v, v_tic));
                if !self.round || 4.0 * (off_center(h, horizontal) + off_center(v, vertical)) <= 1.1 {
                    kept.push((horizontal, vertical));
                }
            }
        }
        kept
    }

    /// The sources: every kept direction, each with every wavelength, all of weight 1.
    #[must_use]
    pub fn sources(&self) -> Vec<Source> {
        let vertical_axis = self.direction.cross(self.polarization).unit();
        let mut sources = Vec::new();
        for (horizontal, vertical) in self.divergences() {
            // The C program puts its sources 10 m upstream before it turns them.
            let position = (self.direction * -10.0).about(self.polarization, vertical);
            let position = position.about(vertical_axis, horizontal);
            for tic in 0..self.dispersion.count {
                let wavelength_angstrom = self.wavelength_angstrom * (1.0 + offset(self.dispersion, tic));
                sources.push(Source { incident: -position.unit(), wavelength_angstrom, weight: 1.0 });
            }
        }
        sources
    }
}

/// Scales weights to a mean of 1, so that they distribute the intensity without changing it.
pub fn normalise_weights(sources: &mut [Source]) {
    let total: f64 = sources.iter().map(|s| s.weight).sum();
    if total > 0.0 {
        #[expect(clippy::cast_precision_loss, reason = "fewer than 2⁵³ sources fit in memory")]
        let scale = sources.len() as f64 / total;
        for source in sources {
            source.weight *= scale;
        }
    }
}

fn offset(sweep: Sweep, tic: u32) -> f64 {
    sweep.step * f64::from(tic) - sweep.range / 2.0
}

/// (x² − [even]·step²/4)/range²: how far a divergence is from the middle, an even count being half a step off.
fn off_center(sweep: Sweep, offset: f64) -> f64 {
    if sweep.range <= 0.0 {
        return 0.0;
    }
    let even = if sweep.count.is_multiple_of(2) { sweep.step * sweep.step / 4.0 } else { 0.0 };
    (offset * offset - even) / (sweep.range * sweep.range)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beam(horizontal: Sweep, vertical: Sweep, round: bool) -> Beam {
        Beam {
            direction: LabVec::new(1.0, 0.0, 0.0),
            polarization: LabVec::new(0.0, 0.0, 1.0),
            wavelength_angstrom: 1.0,
            horizontal,
            vertical,
            round,
            dispersion: Sweep::SINGLE,
        }
    }

    #[test]
    fn a_parallel_beam_is_one_source_along_the_beam() {
        let sources = beam(Sweep::SINGLE, Sweep::SINGLE, true).sources();
        assert_eq!(sources.len(), 1);
        assert!((sources[0].incident - LabVec::new(1.0, 0.0, 0.0)).length() < 1e-15);
    }

    #[test]
    fn the_round_option_cuts_the_corners() {
        let five = Sweep { range: 6e-3, step: 1.5e-3, count: 5 };
        assert_eq!(beam(five, five, false).sources().len(), 25);
        assert_eq!(beam(five, five, true).sources().len(), 13);
    }

    #[test]
    fn horizontal_divergence_turns_along_the_polarization() {
        let h = Sweep { range: 2e-3, step: 2e-3, count: 2 };
        for source in beam(h, Sweep::SINGLE, true).sources() {
            assert!(source.incident.y.abs() < 1e-15 && (source.incident.z.abs() - 1e-3).abs() < 1e-9);
        }
    }

    #[test]
    fn weights_get_a_mean_of_one() {
        let mut sources = beam(Sweep { range: 2e-3, step: 1e-3, count: 3 }, Sweep::SINGLE, true).sources();
        for (source, weight) in sources.iter_mut().zip([1.0, 2.0, 0.5]) {
            source.weight = weight;
        }
        normalise_weights(&mut sources);
        assert!((sources.iter().map(|s| s.weight).sum::<f64>() - 3.0).abs() < 1e-15);
        assert!((sources[1].weight / sources[2].weight - 4.0).abs() < 1e-15);
    }
}
