//! Mosaic domains: small random rotations of the crystal.

use crate::{LabVec, Ran1, Rotation};
use std::f64::consts::PI;

/// The rotations of `count` mosaic domains; the first is the identity, though it uses up its deviates.
///
/// `spread_rad` is the largest rotation angle in radians; `seed` is the user's.
#[must_use]
pub fn domains(spread_rad: f64, count: u32, seed: i64) -> Vec<Rotation> {
    let mut random = Ran1::new(seed);
    let mut rotations: Vec<_> = (0..count.max(1)).map(|_| cap_rotation(spread_rad, &mut random)).collect();
    rotations[0] = Rotation::IDENTITY;
    rotations
}

/// A random rotation about a random axis by spread·(1 − r³²)^(1/3) radians (the C program's `mosaic_rotation_umat`).
///
/// The spread and the power are f32, as there; a difference in their last digit would show in every image.
#[must_use]
pub fn cap_rotation(spread_rad: f64, random: &mut Ran1) -> Rotation {
    let [r1, r2, r3] = [0; 3].map(|_| 2.0 * f64::from(random.uniform()) - 1.0);
    let in_plane = (1.0 - r2 * r2).sqrt();
    let axis = LabVec::new(in_plane * (PI * r1).sin(), in_plane * (PI * r1).cos(), r2);
    let angle = narrow(spread_rad) * narrow(1.0 - r3 * r3).powf(1.0 / 3.0);
    Rotation::about(axis, f64::from(angle))
}

#[expect(clippy::cast_possible_truncation, reason = "the C program computes the angle in f32")]
fn narrow(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_domain_is_aligned_and_the_rest_within_the_spread() {
        let spread = 0.02;
        let domains = domains(spread, 50, 12_345_678);
        assert_eq!(domains.len(), 50);
        assert_eq!(domains[0], Rotation::IDENTITY);
        for rotation in &domains[1..] {
            let rows = rotation.rows();
            let angle = ((rows[0][0] + rows[1][1] + rows[2][2] - 1.0) / 2.0).min(1.0).acos();
            assert!(angle > 0.0 && angle <= spread * 1.000_001, "{angle}");
        }
    }

    #[test]
    fn a_longer_list_starts_with_the_shorter_one() {
        assert_eq!(domains(0.1, 20, 5)[..8], domains(0.1, 8, 5)[..]);
    }
}
