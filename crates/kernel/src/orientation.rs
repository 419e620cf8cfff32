//! The orientation table: a, b and c for every phi step and mosaic domain, made once a run.

use nanobragg_geometry::{LabVec, Lattice, Rotation};

use crate::mode::Mode;

/// The direct cell vectors a, b, c in Å in one orientation.
pub type DirectVectors = [LabVec; 3];

/// The orientations that every pixel sums over, phi steps outermost.
#[derive(Clone, Debug, PartialEq)]
pub struct Orientations {
    phis_rad: Vec<f64>,
    domains: usize,
    table: Vec<DirectVectors>,
    first: Option<Vec<DirectVectors>>,
    spread: Spread,
}

/// Where some orientations take the cell vectors: to their mean, and how far from it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spread {
    /// a, b, c in Å.
    pub(crate) mean: DirectVectors,
    /// Largest distance of each from its mean, Å.
    pub(crate) angstrom: [f64; 3],
}

/// More than the rounding of an index.
pub(crate) const INDEX_ROUNDING: f64 = 1e-6;

impl Spread {
    pub(crate) fn of(members: &[DirectVectors]) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a table has fewer than 2⁵³ orientations")]
        let part = 1.0 / members.len() as f64;
        let mean =
            [0, 1, 2].map(|axis| members.iter().fold(LabVec::ZERO, |sum, direct| sum + direct[axis]) * part);
        let mut spread = Self { mean, angstrom: [0.0; 3] };
        spread.reach(members);
        spread
    }

    /// Widens to orientations that the mean is not of.
    fn reach(&mut self, others: &[DirectVectors]) {
        for axis in 0..3 {
            let distances = others.iter().map(|direct| (direct[axis] - self.mean[axis]).length());
            self.angstrom[axis] = distances.fold(self.angstrom[axis], f64::max);
        }
    }
}

impl Orientations {
    /// Turns a lattice about the spindle by every phi (radians), then by every mosaic domain's rotation.
    ///
    /// In compat mode a step at exactly phi = 0 keeps the orientation that the step before it left, or the last step
    /// of the evaluation before it; only the first evaluation of an image starts from the lattice (Q1).
    #[must_use]
    pub fn new(
        lattice: &Lattice,
        spindle: LabVec,
        phis_rad: Vec<f64>,
        domains: &[Rotation],
        mode: Mode,
    ) -> Self {
        let unturned = [lattice.a, lattice.b, lattice.c];
        let turned = |phi: f64| lattice.direct_about(spindle, phi);
        let with_domains = |steps: Vec<DirectVectors>| -> Vec<DirectVectors> {
            steps.iter().flat_map(|step| domains.iter().map(|domain| step.map(|v| domain.apply(v)))).collect()
        };
        let plain: Vec<DirectVectors> =
            phis_rad.iter().map(|&phi| if phi == 0.0 { unturned } else { turned(phi) }).collect();
        let (table, first) = match mode {
            Mode::Physics => (with_domains(plain), None),
            Mode::Compat => {
                let pass = |mut left: DirectVectors| -> Vec<DirectVectors> {
                    phis_rad
                        .iter()
                        .zip(&plain)
                        .map(|(&phi, step)| {
                            if phi != 0.0 {
                                left = *step;
                            }
                            left
                        })
                        .collect()
                };
                let first = pass(unturned);
                let steady = pass(first.last().copied().unwrap_or(unturned));
                let differs = first != steady;
                (with_domains(steady), differs.then(|| with_domains(first)))
            }
        };
        Self::of_tables(phis_rad, domains.len(), table, first)
    }

    /// A lattice as it stands: no rotation, one domain.
    #[must_use]
    pub fn single(lattice: &Lattice) -> Self {
        Self::of_tables(vec![0.0], 1, vec![[lattice.a, lattice.b, lattice.c]], None)
    }

    fn of_tables(
        phis_rad: Vec<f64>,
        domains: usize,
        table: Vec<DirectVectors>,
        first: Option<Vec<DirectVectors>>,
    ) -> Self {
        let mut spread = Spread::of(&table);
        spread.reach(first.as_deref().unwrap_or_default());
        Self { phis_rad, domains, table, first, spread }
    }

    /// Phi steps times mosaic domains.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is no orientation at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// The angles of the phi steps, radians.
    #[must_use]
    pub fn phis_rad(&self) -> &[f64] {
        &self.phis_rad
    }

    /// Number of mosaic domains.
    #[must_use]
    pub const fn domains(&self) -> usize {
        self.domains
    }

    /// a, b, c of every orientation, mosaic domains innermost.
    #[must_use]
    pub fn table(&self) -> &[DirectVectors] {
        &self.table
    }

    /// The table of the very first evaluation of an image, where it differs (Q1).
    #[must_use]
    pub fn first_table(&self) -> Option<&[DirectVectors]> {
        self.first.as_deref()
    }

    /// Of all orientations of both tables.
    pub(crate) const fn spread(&self) -> &Spread {
        &self.spread
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nanobragg_geometry::UnitCell;
    use std::sync::LazyLock;

    const Z: LabVec = LabVec::new(0.0, 0.0, 1.0);

    /// Made once: Miri varies the last digits of sines.
    fn lattice() -> Lattice {
        static LATTICE: LazyLock<Lattice> =
            LazyLock::new(|| Lattice::from_cell(&UnitCell::new([40.0, 50.0, 60.0], [90.0; 3]).unwrap()));
        *LATTICE
    }

    fn table(phis: &[f64], mode: Mode) -> Orientations {
        Orientations::new(&lattice(), Z, phis.to_vec(), &[Rotation::IDENTITY], mode)
    }

    #[test]
    fn every_step_turns_the_lattice_from_phi_zero() {
        let orientations = table(&[0.0, 0.1, 0.2], Mode::Physics);
        assert_eq!(orientations.table()[0][0], lattice().a);
        assert!((orientations.table()[2][0].y - 40.0 * 0.2f64.sin()).abs() < 1e-12);
        assert_eq!(orientations.first_table(), None);
    }

    #[test]
    fn a_single_orientation_is_one_step_at_phi_zero_with_one_domain() {
        assert_eq!(Orientations::single(&lattice()), table(&[0.0], Mode::Physics));
    }

    #[test]
    #[cfg_attr(
        miri,
        ignore = "compares tables that are computed twice, and Miri varies the last digits of sines"
    )]
    fn q1_a_step_at_phi_zero_keeps_what_was_left() {
        let physics = table(&[0.0, 0.1, 0.2], Mode::Physics);
        let compat = table(&[0.0, 0.1, 0.2], Mode::Compat);
        assert_eq!(compat.table()[0], physics.table()[2], "the last step of the evaluation before");
        assert_eq!(compat.first_table(), Some(physics.table()), "the first evaluation is right");
        let through = table(&[-0.1, 0.0, 0.1], Mode::Compat);
        assert_eq!(through.table()[1], through.table()[0], "the step before");
        assert_eq!(through.first_table(), None);
        assert_eq!(table(&[0.0], Mode::Compat), table(&[0.0], Mode::Compat));
        assert_eq!(table(&[0.0], Mode::Compat).table(), table(&[0.0], Mode::Physics).table());
    }

    #[test]
    fn the_spread_is_that_of_both_tables() {
        let orientations = table(&[0.0, 0.1, 0.2], Mode::Compat);
        let Spread { mean, angstrom } = orientations.spread();
        let first = orientations.first_table().unwrap();
        for direct in orientations.table().iter().chain(first) {
            for axis in 0..3 {
                assert!((direct[axis] - mean[axis]).length() <= angstrom[axis]);
            }
        }
        let of_first = (first[0][0] - mean[0]).length();
        assert!(
            of_first >= angstrom[0],
            "the lattice as it stands, which the first table alone has, is the farthest"
        );
    }

    #[test]
    fn mosaic_domains_are_innermost() {
        let domains = [Rotation::IDENTITY, Rotation::about_x(0.3)];
        let orientations = Orientations::new(&lattice(), Z, vec![0.0, 0.1], &domains, Mode::Physics);
        assert_eq!(orientations.len(), 4);
        assert!((orientations.table()[1][2].y + 60.0 * 0.3f64.sin()).abs() < 1e-12);
    }
}
