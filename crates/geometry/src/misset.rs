//! Random orientations of a crystal.

use crate::mosaic::cap_rotation;
use crate::{Ran1, Rotation};

/// A rotation drawn uniformly from all rotations (Haar measure), by Shoemake's unit quaternions
/// (Graphics Gems III, 1992, p. 124).
#[must_use]
pub fn uniform_rotation(random: &mut Ran1) -> Rotation {
    let [u1, u2, u3] = [0; 3].map(|_| f64::from(random.uniform()));
    let (sin2, cos2) = (std::f64::consts::TAU * u2).sin_cos();
    let (sin3, cos3) = (std::f64::consts::TAU * u3).sin_cos();
    let (inner, outer) = ((1.0 - u1).sqrt(), u1.sqrt());
    Rotation::from_unit_quaternion([outer * cos3, inner * sin2, inner * cos2, outer * sin3])
}

/// The C program's random orientation: a spherical cap whose spread of 90 is taken as radians (Q13).
#[must_use]
pub fn reference_rotation(random: &mut Ran1) -> Rotation {
    cap_rotation(90.0, random)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LabVec;

    /// Under the Haar measure a turned vector is spread evenly over the sphere, and the rotation angle θ has the
    /// density (1 − cos θ)/π, whose mean is π/2 + 2/π.
    #[test]
    fn random_rotations_are_uniform() {
        let mut random = Ran1::new(7);
        let (mut mean, mut mean_angle, count) = (LabVec::ZERO, 0.0, 20_000);
        for _ in 0..count {
            let rotation = uniform_rotation(&mut random);
            mean = mean + rotation.apply(LabVec::new(0.0, 0.6, 0.8)) * (1.0 / f64::from(count));
            let rows = rotation.rows();
            let cosine = ((rows[0][0] + rows[1][1] + rows[2][2] - 1.0) / 2.0).clamp(-1.0, 1.0);
            mean_angle += cosine.acos() / f64::from(count);
        }
        assert!(mean.length() < 0.02, "{mean:?}");
        let expected = std::f64::consts::FRAC_PI_2 + std::f64::consts::FRAC_2_PI;
        assert!((mean_angle - expected).abs() < 0.02, "{mean_angle} {expected}");
    }
}
