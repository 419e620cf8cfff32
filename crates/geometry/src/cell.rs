//! The unit cell and the lattice it spans in the laboratory frame.

use crate::vector::radians;
use crate::{Error, LabVec};

/// Edges and angles of a unit cell with a volume.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnitCell {
    /// Edges a, b, c in Å.
    pub edges_angstrom: [f64; 3],
    /// Angles α, β, γ in radians.
    pub angles_rad: [f64; 3],
    volume: f64,
}

/// Direct and reciprocal basis vectors in the laboratory frame.
///
/// The two are dual: a·a* = 1 and a·b* = 0 to rounding. The exception is [`Lattice::reference_from_cell`] of a cell
/// with two or more oblique angles, which reproduces a defect of nanoBragg.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lattice {
    /// a in Å.
    pub a: LabVec,
    /// b in Å.
    pub b: LabVec,
    /// c in Å.
    pub c: LabVec,
    /// a* in Å⁻¹.
    pub a_star: LabVec,
    /// b* in Å⁻¹.
    pub b_star: LabVec,
    /// c* in Å⁻¹.
    pub c_star: LabVec,
    /// Cell volume in Å³.
    pub volume: f64,
}

impl UnitCell {
    /// A cell from its edges in Å and its angles in degrees.
    ///
    /// # Errors
    /// [`Error::ImpossibleCell`] when no such parallelepiped exists: the volume is zero or imaginary.
    pub fn new(edges_angstrom: [f64; 3], angles_deg: [f64; 3]) -> Result<Self, Error> {
        let angles_rad = angles_deg.map(radians);
        let [alpha, beta, gamma] = angles_rad;
        let half = (alpha + beta + gamma) / 2.0;
        let factors = [half.sin(), (half - alpha).sin(), (half - beta).sin(), (half - gamma).sin()];
        // All four are positive for a possible cell; a product of two negative ones would look like a volume.
        let skew: f64 = factors.iter().product();
        let volume = 2.0 * edges_angstrom.iter().product::<f64>() * skew.sqrt();
        if factors.iter().any(|&f| f.is_nan() || f <= 0.0)
            || !volume.is_normal()
            || edges_angstrom.iter().any(|&e| e <= 0.0)
        {
            return Err(Error::ImpossibleCell { edges: edges_angstrom, angles_deg });
        }
        Ok(Self { edges_angstrom, angles_rad, volume })
    }

    /// V = 2abc·√(sin s · sin(s−α) · sin(s−β) · sin(s−γ)) in Å³, with s = (α+β+γ)/2.
    #[must_use]
    pub const fn volume(&self) -> f64 {
        self.volume
    }
}

impl Lattice {
    /// The lattice of a cell in its initial orientation: a* along lab x, b* in the x–y plane.
    #[must_use]
    pub fn from_cell(cell: &UnitCell) -> Self {
        Self::from_turned_cell(cell, [0.0; 3])
    }

    /// The lattice of a cell in its initial orientation, turned about lab x, then y, then z; angles in radians.
    #[must_use]
    pub fn from_turned_cell(cell: &UnitCell, angles_rad: [f64; 3]) -> Self {
        let reciprocal = initial_reciprocal(cell).map(|v| v.about_xyz(angles_rad));
        let Self { a, b, c, .. } = Self::from_reciprocal_of_cell(reciprocal, cell);
        // The volume that the three vectors span: a·a* is 1 however the cell's volume was rounded.
        Self::from_direct([a, b, c], a.dot(b.cross(c)))
    }

    /// The lattice that nanoBragg makes of a cell, turned about lab x, then y, then z; angles in radians.
    ///
    /// The z component of its initial c* is |c*|·V/(abc·sin γ*), which is dual to the cell only when at most one angle
    /// is oblique: 75 85 95° come out as 75.04 85.01 95.01°, with a·a* = 1.0002.
    #[must_use]
    pub fn reference_from_cell(cell: &UnitCell, angles_rad: [f64; 3]) -> Self {
        let reciprocal = reference_initial_reciprocal(cell).map(|v| v.about_xyz(angles_rad));
        Self::from_reciprocal_of_cell(reciprocal, cell)
    }

    /// The lattice whose reciprocal vectors a*, b*, c* (Å⁻¹) are given.
    ///
    /// # Errors
    /// [`Error::FlatMatrix`] when they lie in a plane.
    pub fn from_reciprocal(reciprocal: [LabVec; 3]) -> Result<Self, Error> {
        let [a_star, b_star, c_star] = reciprocal;
        let volume_star = a_star.dot(b_star.cross(c_star));
        if !volume_star.is_normal() || !(1.0 / volume_star).is_normal() {
            return Err(Error::FlatMatrix { volume: volume_star });
        }
        let volume = 1.0 / volume_star;
        let direct =
            [b_star.cross(c_star) * volume, c_star.cross(a_star) * volume, a_star.cross(b_star) * volume];
        // A product of two of them may be no number though that of all three is one.
        if !reciprocal.iter().chain(&direct).all(|vector| vector.dot(*vector).is_normal()) {
            return Err(Error::FlatMatrix { volume: volume_star });
        }
        Ok(Self::from_direct(direct, volume))
    }

    /// The lattice with the directions given by reciprocal vectors and the edges and volume of a cell.
    #[must_use]
    pub fn from_reciprocal_of_cell(reciprocal: [LabVec; 3], cell: &UnitCell) -> Self {
        let [a_star, b_star, c_star] = reciprocal;
        let [a, b, c] = cell.edges_angstrom;
        // In two steps, as the C program: a size in whole cells depends on the last bit of an edge.
        let direct = [(b_star.cross(c_star), a), (c_star.cross(a_star), b), (a_star.cross(b_star), c)]
            .map(|(normal, edge)| normal.with_length(edge / cell.volume) * (1.0 / (1.0 / cell.volume)));
        Self::from_direct(direct, cell.volume)
    }

    /// a, b and c turned right-handed about a unit axis: a rotation step.
    #[must_use]
    pub fn direct_about(&self, axis: LabVec, angle_rad: f64) -> [LabVec; 3] {
        [self.a, self.b, self.c].map(|v| v.about(axis, angle_rad))
    }

    /// Edges in Å and angles in degrees of the direct cell as it came out.
    #[must_use]
    pub fn direct_cell(&self) -> ([f64; 3], [f64; 3]) {
        measure([self.a, self.b, self.c])
    }

    /// Edges in Å⁻¹ and angles in degrees of the reciprocal cell as it came out.
    #[must_use]
    pub fn reciprocal_cell(&self) -> ([f64; 3], [f64; 3]) {
        measure([self.a_star, self.b_star, self.c_star])
    }

    fn from_direct([a, b, c]: [LabVec; 3], volume: f64) -> Self {
        let volume_star = 1.0 / volume;
        let (a_star, b_star, c_star) =
            (b.cross(c) * volume_star, c.cross(a) * volume_star, a.cross(b) * volume_star);
        Self { a, b, c, a_star, b_star, c_star, volume }
    }
}

/// The reciprocal vectors of a MOSFLM A matrix: nine numbers row by row, columns a*, b*, c*, times the wavelength.
#[must_use]
pub fn reciprocal_from_a_matrix(matrix: &[f64; 9], wavelength_angstrom: f64) -> [LabVec; 3] {
    [0, 1, 2].map(|column| {
        // Through metres, as the C program, for the sake of the last bit.
        LabVec::new(matrix[column], matrix[column + 3], matrix[column + 6])
            * (1e-10 / (wavelength_angstrom / 1e10))
    })
}

/// a*, b*, c* of a cell in Å⁻¹ with a* along x and b* in the x–y plane, so that c is along z and c*_z = 1/c.
fn initial_reciprocal(cell: &UnitCell) -> [LabVec; 3] {
    let star = ReciprocalCell::of(cell);
    star.vectors(1.0 / (cell.volume * star.lengths[0] * star.lengths[1] * star.sin_gamma))
}

/// The same as nanoBragg has it, with another z component of c*.
fn reference_initial_reciprocal(cell: &UnitCell) -> [LabVec; 3] {
    let [a, b, c] = cell.edges_angstrom;
    let star = ReciprocalCell::of(cell);
    star.vectors(star.lengths[2] * cell.volume / (a * b * c * star.sin_gamma))
}

/// The reciprocal cell: lengths in Å⁻¹, cosines of α*, β* and γ*, and sin γ*.
struct ReciprocalCell {
    lengths: [f64; 3],
    cosines: [f64; 3],
    sin_gamma: f64,
}

impl ReciprocalCell {
    fn of(cell: &UnitCell) -> Self {
        let [a, b, c] = cell.edges_angstrom;
        let [alpha, beta, gamma] = cell.angles_rad;
        let volume_star = 1.0 / cell.volume;
        let lengths = [
            b * c * alpha.sin() * volume_star,
            c * a * beta.sin() * volume_star,
            a * b * gamma.sin() * volume_star,
        ];
        let cosine = |x: f64, y: f64, opposite: f64| {
            ((x.cos() * y.cos() - opposite.cos()) / (x.sin() * y.sin())).clamp(-1.0, 1.0)
        };
        Self {
            lengths,
            cosines: [cosine(beta, gamma, alpha), cosine(gamma, alpha, beta), cosine(alpha, beta, gamma)],
            sin_gamma: (c * volume_star / lengths[0] / lengths[1]).min(1.0),
        }
    }

    /// a* along x, b* in the x–y plane, and c* with the z component given.
    fn vectors(&self, c_star_z: f64) -> [LabVec; 3] {
        let Self { lengths: [a, b, c], cosines: [cos_alpha, cos_beta, cos_gamma], sin_gamma } = *self;
        [
            LabVec::new(a, 0.0, 0.0),
            LabVec::new(b * cos_gamma, b * sin_gamma, 0.0),
            LabVec::new(c * cos_beta, c * (cos_alpha - cos_beta * cos_gamma) / sin_gamma, c_star_z),
        ]
    }
}

fn measure([a, b, c]: [LabVec; 3]) -> ([f64; 3], [f64; 3]) {
    let angle = |u: LabVec, v: LabVec| u.cross(v).length().atan2(u.dot(v)).to_degrees();
    ([a.length(), b.length(), c.length()], [angle(b, c), angle(a, c), angle(a, b)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cell(edges: [f64; 3], angles: [f64; 3]) -> UnitCell {
        UnitCell::new(edges, angles).unwrap()
    }

    fn assert_dual(lattice: &Lattice, tolerance: f64) {
        let direct = [lattice.a, lattice.b, lattice.c];
        let reciprocal = [lattice.a_star, lattice.b_star, lattice.c_star];
        for (i, u) in direct.iter().enumerate() {
            for (j, v) in reciprocal.iter().enumerate() {
                let expected = if i == j { 1.0 } else { 0.0 };
                assert!((u.dot(*v) - expected).abs() < tolerance, "{i} {j} {}", u.dot(*v));
            }
        }
    }

    #[test]
    fn a_dot_a_star_is_one() {
        for (edges, angles) in [
            ([40.0, 50.0, 60.0], [90.0, 90.0, 90.0]),
            ([40.0, 50.0, 60.0], [90.0, 104.0, 90.0]),
            ([78.0, 78.0, 37.0], [90.0, 90.0, 120.0]),
            ([70.0, 80.0, 90.0], [75.0, 85.0, 95.0]),
            ([26.7514, 31.31, 33.6734], [88.687, 71.5295, 68.1375]),
        ] {
            assert_dual(&Lattice::from_cell(&cell(edges, angles)), 1e-12);
        }
    }

    /// nanoBragg's report on this cell reads "70 80 90 75.0391 85.0136 95.0081".
    #[test]
    fn q20_a_triclinic_cell_comes_out_as_in_the_reference() {
        let lattice = Lattice::reference_from_cell(&cell([70.0, 80.0, 90.0], [75.0, 85.0, 95.0]), [0.0; 3]);
        let (edges, angles) = lattice.direct_cell();
        for (found, expected) in edges.iter().zip([70.0, 80.0, 90.0]) {
            assert!((found - expected).abs() < 1e-9);
        }
        // The C program prints atan2 of a sine and a cosine that disagree a little; the cosine is that of the vectors.
        for (found, expected) in angles.iter().zip([75.0391, 85.0136, 95.0081]) {
            assert!((found - expected).abs() < 0.02, "{found} {expected}");
        }
    }

    #[test]
    fn impossible_cells_are_refused() {
        for (edges, angles) in [
            ([10.0, 10.0, 10.0], [60.0, 60.0, 120.0]),
            ([10.0, 10.0, 10.0], [30.0, 40.0, 100.0]),
            ([10.0, 0.0, 10.0], [90.0, 90.0, 90.0]),
            ([10.0, 10.0, 10.0], [90.0, 90.0, 180.0]),
            ([10.0, 10.0, 10.0], [f64::NAN, 90.0, 90.0]),
            ([10.0, 10.0, 10.0], [200.0, 200.0, 200.0]),
        ] {
            assert!(UnitCell::new(edges, angles).is_err(), "{edges:?} {angles:?}");
        }
    }

    #[test]
    fn vectors_whose_products_are_no_numbers_are_refused() {
        let [x, y, z] = [LabVec::new(1.0, 0.0, 0.0), LabVec::new(0.0, 1.0, 0.0), LabVec::new(0.0, 0.0, 1.0)];
        for (scales, is_possible) in [
            ([0.01, 0.01, 0.01], true),
            ([1e300, 1e-155, 1e-155], false),
            ([1e-200, 1e99, 1e99], false),
            ([1e155, 1e155, 1e-310], false),
            ([f64::NAN, 0.01, 0.01], false),
        ] {
            let reciprocal = [x * scales[0], y * scales[1], z * scales[2]];
            assert_eq!(Lattice::from_reciprocal(reciprocal).is_ok(), is_possible, "{scales:?}");
        }
    }

    proptest! {
        /// Strongly oblique cells too: whatever has a tenth of the volume of its edges' box.
        #[test]
        fn q20_every_cell_is_exact(
            edges in prop::array::uniform3(5.0..500.0f64),
            angles in prop::array::uniform3(30.0..150.0f64),
            misset in prop::array::uniform3(-3.0..3.0f64),
        ) {
            let Ok(cell) = UnitCell::new(edges, angles) else { return Ok(()) };
            prop_assume!(cell.volume() > 0.1 * edges.iter().product::<f64>());
            let lattice = Lattice::from_turned_cell(&cell, misset);
            for (u, v) in [(lattice.a, lattice.a_star), (lattice.b, lattice.b_star), (lattice.c, lattice.c_star)] {
                prop_assert!((u.dot(v) - 1.0).abs() < 1e-12, "{}", u.dot(v));
            }
            let (found_edges, found_angles) = lattice.direct_cell();
            for axis in 0..3 {
                prop_assert!((found_edges[axis] - edges[axis]).abs() < 1e-10 * edges[axis]);
                prop_assert!((found_angles[axis] - angles[axis]).abs() < 1e-10, "{found_angles:?} {angles:?}");
            }
        }

        #[test]
        fn a_matrix_gives_a_dual_basis(m in prop::array::uniform9(-0.05..0.05f64)) {
            if let Ok(lattice) = Lattice::from_reciprocal(reciprocal_from_a_matrix(&m, 1.1)) {
                prop_assume!(lattice.volume.abs() < 1e7);
                assert_dual(&lattice, 1e-10);
            }
        }

        #[test]
        fn turning_a_cell_turns_its_vectors(angles in prop::array::uniform3(-3.0..3.0f64)) {
            let turn = crate::Rotation::about_xyz(angles);
            let cell = cell([70.0, 80.0, 90.0], [75.0, 85.0, 95.0]);
            let (plain, turned) = (Lattice::from_cell(&cell), Lattice::from_turned_cell(&cell, angles));
            for (u, v) in [(plain.a, turned.a), (plain.b, turned.b), (plain.c_star, turned.c_star)] {
                prop_assert!((turn.apply(u) - v).length() < 1e-11);
            }
        }
    }
}
