//! Vectors of the laboratory frame, and rotations of them.

use std::ops::{Add, Mul, Neg, Sub};

use crate::Error;

/// A vector in the laboratory frame; its unit is part of the name of the field or variable that holds it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LabVec {
    /// Component along lab x.
    pub x: f64,
    /// Component along lab y.
    pub y: f64,
    /// Component along lab z.
    pub z: f64,
}

/// A proper rotation, as the matrix that multiplies column vectors from the left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rotation {
    rows: [[f64; 3]; 3],
}

/// How far the rows of a matrix may be from orthonormal to be taken for a rotation.
const ORTHONORMAL: f64 = 1e-6;

/// With a smaller cosine of the angle about y the other two angles are uncertain in their 13th digit and worse.
const NEAR_POLE: f64 = 1e-3;

/// An angle in degrees as radians, rounded as the C program rounds it: a crystal's size in whole cells can depend
/// on the last bit.
#[must_use]
pub fn radians(degrees: f64) -> f64 {
    degrees / (180.0 * std::f64::consts::FRAC_1_PI)
}

impl LabVec {
    /// The vector (0, 0, 0).
    pub const ZERO: Self = Self::new(0.0, 0.0, 0.0);

    /// The vector (x, y, z).
    #[must_use]
    pub const fn new(x: f64, y: f64, z: f64) -> Self {
        Self { x, y, z }
    }

    /// x, y and z.
    #[must_use]
    pub const fn to_array(self) -> [f64; 3] {
        [self.x, self.y, self.z]
    }

    /// The scalar product.
    #[must_use]
    pub fn dot(self, other: Self) -> f64 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    /// The vector product, right-handed.
    #[must_use]
    pub fn cross(self, other: Self) -> Self {
        Self::new(
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        )
    }

    /// The Euclidean length.
    #[must_use]
    pub fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    /// The vector of length 1 in this direction; the zero vector stays zero.
    #[must_use]
    pub fn unit(self) -> Self {
        let length = self.length();
        if length > 0.0 { Self::new(self.x / length, self.y / length, self.z / length) } else { Self::ZERO }
    }

    /// The vector of the given length in this direction.
    #[must_use]
    pub fn with_length(self, length: f64) -> Self {
        let own = self.length();
        self * (length / if own > 0.0 { own } else { 1.0 })
    }

    /// Turned right-handed by `angle_rad` about a unit axis (Rodrigues' formula).
    #[must_use]
    pub fn about(self, axis: Self, angle_rad: f64) -> Self {
        let (sin, cos) = angle_rad.sin_cos();
        axis * (axis.dot(self) * (1.0 - cos)) + self * cos + axis.cross(self) * sin
    }
}

impl LabVec {
    /// Turned right-handed about lab x, then y, then z, one after the other as the C program does: one rotation of
    /// all three rounds differently, and a crystal's size in whole cells can depend on the last bit.
    #[must_use]
    pub fn about_xyz(self, [x, y, z]: [f64; 3]) -> Self {
        Rotation::about_z(z).apply(Rotation::about_y(y).apply(Rotation::about_x(x).apply(self)))
    }
}

impl From<[f64; 3]> for LabVec {
    fn from([x, y, z]: [f64; 3]) -> Self {
        Self::new(x, y, z)
    }
}

impl From<LabVec> for [f64; 3] {
    fn from(v: LabVec) -> Self {
        v.to_array()
    }
}

impl Add for LabVec {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Self::new(self.x + o.x, self.y + o.y, self.z + o.z)
    }
}

impl Sub for LabVec {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        Self::new(self.x - o.x, self.y - o.y, self.z - o.z)
    }
}

impl Neg for LabVec {
    type Output = Self;
    fn neg(self) -> Self {
        Self::new(-self.x, -self.y, -self.z)
    }
}

impl Mul<f64> for LabVec {
    type Output = Self;
    fn mul(self, k: f64) -> Self {
        Self::new(self.x * k, self.y * k, self.z * k)
    }
}

impl Rotation {
    /// No rotation.
    pub const IDENTITY: Self = Self { rows: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]] };

    /// Right-handed about lab x.
    #[must_use]
    pub fn about_x(angle_rad: f64) -> Self {
        let (s, c) = angle_rad.sin_cos();
        Self { rows: [[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]] }
    }

    /// Right-handed about lab y.
    #[must_use]
    pub fn about_y(angle_rad: f64) -> Self {
        let (s, c) = angle_rad.sin_cos();
        Self { rows: [[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]] }
    }

    /// Right-handed about lab z.
    #[must_use]
    pub fn about_z(angle_rad: f64) -> Self {
        let (s, c) = angle_rad.sin_cos();
        Self { rows: [[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]] }
    }

    /// Right-handed about lab x, then y, then z; angles in radians.
    #[must_use]
    pub fn about_xyz(angles_rad: [f64; 3]) -> Self {
        Self::about_x(angles_rad[0]).then(Self::about_y(angles_rad[1])).then(Self::about_z(angles_rad[2]))
    }

    /// Right-handed by `angle_rad` about a unit axis.
    #[must_use]
    pub fn about(axis: LabVec, angle_rad: f64) -> Self {
        let (sin, cos) = angle_rad.sin_cos();
        let versine = 1.0 - cos;
        let LabVec { x, y, z } = axis;
        Self {
            rows: [
                [cos + versine * x * x, versine * x * y - sin * z, versine * x * z + sin * y],
                [versine * x * y + sin * z, cos + versine * y * y, versine * y * z - sin * x],
                [versine * x * z - sin * y, versine * y * z + sin * x, cos + versine * z * z],
            ],
        }
    }

    /// From the rows of a matrix that multiplies column vectors from the left.
    ///
    /// # Errors
    /// [`Error::NotARotation`] when its rows are not orthonormal to 10⁻⁶, or left-handed.
    pub fn from_rows(rows: [[f64; 3]; 3]) -> Result<Self, Error> {
        let [x, y, z] = rows.map(LabVec::from);
        let products = [
            (x.dot(x), 1.0),
            (y.dot(y), 1.0),
            (z.dot(z), 1.0),
            (x.dot(y), 0.0),
            (y.dot(z), 0.0),
            (z.dot(x), 0.0),
            (x.cross(y).dot(z), 1.0),
        ];
        // A NaN is a deviation, too.
        let deviations = products.map(|(found, expected)| (found - expected).abs());
        match deviations.into_iter().find(|&deviation| deviation.is_nan() || deviation > ORTHONORMAL) {
            Some(deviation) => {
                Err(Error::NotARotation { what: "the matrix", deviation, allowed: ORTHONORMAL })
            }
            None => Ok(Self { rows }),
        }
    }

    /// From a quaternion w + xi + yj + zk of any length but 0.
    ///
    /// # Errors
    /// [`Error::NotARotation`] when it has no length.
    pub fn from_quaternion(wxyz: [f64; 4]) -> Result<Self, Error> {
        let length = wxyz.iter().map(|part| part * part).sum::<f64>().sqrt();
        if !length.is_normal() {
            return Err(Error::NotARotation { what: "the quaternion", deviation: length, allowed: 0.0 });
        }
        Ok(Self::from_unit_quaternion(wxyz.map(|part| part / length)))
    }

    /// From a unit quaternion w + xi + yj + zk.
    #[must_use]
    pub fn from_unit_quaternion([w, x, y, z]: [f64; 4]) -> Self {
        Self {
            rows: [
                [1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - w * z), 2.0 * (x * z + w * y)],
                [2.0 * (x * y + w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - w * x)],
                [2.0 * (x * z - w * y), 2.0 * (y * z + w * x), 1.0 - 2.0 * (x * x + y * y)],
            ],
        }
    }

    /// This rotation followed by another.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        let mut rows = [[0.0; 3]; 3];
        for (row, next_row) in rows.iter_mut().zip(next.rows) {
            for (column, value) in row.iter_mut().enumerate() {
                *value = (0..3).map(|k| next_row[k] * self.rows[k][column]).sum();
            }
        }
        Self { rows }
    }

    /// The turned vector.
    #[must_use]
    pub fn apply(&self, v: LabVec) -> LabVec {
        let [x, y, z] = self.rows.map(|[rx, ry, rz]| LabVec::new(rx, ry, rz).dot(v));
        LabVec::new(x, y, z)
    }

    /// The angles about lab x, then y, then z that make up this rotation, in radians, each in (−π, π].
    #[must_use]
    pub fn to_xyz_angles(&self) -> [f64; 3] {
        let r = &self.rows;
        let cos_y = r[2][1].hypot(r[2][2]);
        let y = (-r[2][0]).atan2(cos_y);
        if cos_y > NEAR_POLE {
            [r[2][1].atan2(r[2][2]), y, r[1][0].atan2(r[0][0])]
        } else if cos_y > f64::EPSILON {
            // Near ±90° about y the other two angles are of the matrix's last digits, but their difference is not:
            // the angle about z is what the angle about x leaves.
            let x = r[2][1].atan2(r[2][2]);
            let (sin_x, cos_x) = x.sin_cos();
            let (sin_z, cos_z) = (sin_x * r[0][2] - cos_x * r[0][1], cos_x * r[1][1] - sin_x * r[1][2]);
            [x, y, sin_z.atan2(cos_z)]
        } else {
            // At ±90° about y only the difference of the other two angles is defined: take none about z.
            [(-r[1][2]).atan2(r[1][1]), y, 0.0]
        }
    }

    /// The matrix, row by row.
    #[must_use]
    pub const fn rows(&self) -> [[f64; 3]; 3] {
        self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(a: LabVec, b: LabVec) -> bool {
        (a - b).length() < 1e-12
    }

    #[test]
    fn quarter_turns_are_right_handed() {
        let (x, y, z) = (LabVec::new(1.0, 0.0, 0.0), LabVec::new(0.0, 1.0, 0.0), LabVec::new(0.0, 0.0, 1.0));
        let quarter = std::f64::consts::FRAC_PI_2;
        assert!(close(Rotation::about_x(quarter).apply(y), z));
        assert!(close(Rotation::about_y(quarter).apply(z), x));
        assert!(close(Rotation::about_z(quarter).apply(x), y));
        assert!(close(x.about(z, quarter), y));
        assert!(close(Rotation::about_xyz([quarter, 0.0, quarter]).apply(z), x), "z goes to −y, then to x");
    }

    /// Rounding in the last digit of a quaternion or a matrix is no other rotation, also where two axes fall together.
    #[test]
    fn angles_near_a_right_angle_about_y_are_the_rotation() {
        let quarter = std::f64::consts::FRAC_PI_2;
        for off in [0.0, 1e-17, 1e-15, 1e-12, 1e-9, 1e-7, 1e-5, 1e-3, 1e-2] {
            for sign in [1.0, -1.0] {
                let turned = Rotation::about_xyz([0.4, sign * (quarter - off), -1.3]);
                let noisy = Rotation { rows: turned.rows.map(|row| row.map(|n| n + 3e-16 * (1.0 - n))) };
                for rotation in [turned, noisy] {
                    let again = Rotation::about_xyz(rotation.to_xyz_angles());
                    for (a, b) in again.rows.as_flattened().iter().zip(rotation.rows.as_flattened()) {
                        assert!((a - b).abs() < 1e-12, "{off} {sign}: {again:?} and {rotation:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_matrix_that_is_no_rotation_is_refused() {
        let turned = Rotation::about_xyz([0.3, -0.2, 1.1]);
        assert_eq!(Rotation::from_rows(turned.rows()), Ok(turned));
        let [x, y, z] = turned.rows();
        for (name, rows) in [
            ("left-handed", [y, x, z]),
            ("stretched", [x.map(|v| v * 1.001), y, z]),
            ("skew", [x, x, z]),
            ("not a number", [[f64::NAN; 3], y, z]),
        ] {
            assert!(matches!(Rotation::from_rows(rows), Err(Error::NotARotation { .. })), "{name}");
        }
    }

    #[test]
    fn a_quaternion_of_any_length_turns_by_twice_its_angle() {
        let half = 0.4f64;
        let found = Rotation::from_quaternion([3.0 * half.cos(), 0.0, 0.0, 3.0 * half.sin()]).unwrap();
        let v = LabVec::from([0.3, -1.7, 2.2]);
        assert!(close(found.apply(v), Rotation::about_z(2.0 * half).apply(v)));
        assert!(Rotation::from_quaternion([0.0; 4]).is_err());
    }

    proptest! {
        #[test]
        fn a_rotation_keeps_lengths_and_is_found_again_from_its_angles(
            angles in prop::array::uniform3(-3.0..3.0f64),
            v in prop::array::uniform3(-5.0..5.0f64),
        ) {
            let v = LabVec::new(v[0], v[1], v[2]);
            let rotation = Rotation::about_xyz(angles);
            prop_assert!((rotation.apply(v).length() - v.length()).abs() < 1e-12);
            let again = Rotation::about_xyz(rotation.to_xyz_angles());
            prop_assert!(close(rotation.apply(v), again.apply(v)));
        }

        #[test]
        fn rodrigues_and_the_matrix_agree(
            axis in prop::array::uniform3(-1.0..1.0f64),
            angle in -7.0..7.0f64,
        ) {
            let axis = LabVec::new(axis[0], axis[1], axis[2] + 2.0).unit();
            let v = LabVec::new(0.3, -1.7, 2.2);
            prop_assert!(close(v.about(axis, angle), Rotation::about(axis, angle).apply(v)));
        }
    }
}
