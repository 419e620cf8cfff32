//! What each key of a trace means: its unit, its natural size, and what it is computed from.
//!
//! The natural size is what a number is compared with to be negligible: 1e-17 in a unit vector is a rounding
//! error, 1e-17 in a solid angle may be the whole of it. A key that is not in the table has no unit, is as large
//! as the numbers beside it, and has no known inputs.

mod table;

use std::fmt;

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quantity {
    /// The key of a line, or the name of a field.
    pub key: &'static str,
    /// What the value consists of.
    pub shape: Shape,
    /// What its numbers are counted in.
    pub unit: Unit,
    /// How large its numbers naturally are.
    pub scale: Scale,
    /// The keys of what it is computed from, as far as they are in the trace.
    pub feeds: &'static [&'static str],
    /// What else it is computed from, as a phrase; empty if nothing.
    pub besides: &'static str,
}

/// What a value consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// A name.
    Name,
    /// One number.
    Scalar,
    /// Three numbers.
    Vector,
    /// Any count of numbers.
    List,
    /// Three rows of three numbers.
    Matrix,
    /// Named numbers.
    Fields,
}

/// What numbers are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// A pure number: an index, a count, a cosine, a component of a unit vector.
    One,
    /// m.
    Metre,
    /// m².
    SquareMetre,
    /// m⁻¹.
    PerMetre,
    /// Å.
    Angstrom,
    /// Å⁻¹.
    PerAngstrom,
    /// rad.
    Radian,
    /// °, in the fields the C program prints so.
    Degree,
    /// sr.
    Steradian,
    /// The scattering of one free electron, the unit of a structure factor.
    Electron,
    /// The square of it, before r_e² turns it into an area.
    SquareElectron,
    /// Photons in the pixel.
    Photon,
    /// photons/m².
    PhotonPerSquareMetre,
}

/// How large a quantity naturally is; its absolute tolerance is a multiple of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scale {
    /// 1, as indices and components of unit vectors are.
    One,
    /// The largest number of the same line: a vector is as large as its largest component, a scalar as itself.
    Line,
    /// The lattice factor of a crystal of this many cells along a, 0, b, 1, or c, 2.
    CellsAlong(usize),
    /// The lattice factor of the whole crystal, N_a·N_b·N_c.
    Cells,
}

/// The row of `key`, the key of a line or the name of a field.
#[must_use]
pub fn find(key: &str) -> Option<&'static Quantity> {
    table::QUANTITIES.iter().find(|quantity| quantity.key == key)
}

/// Every row, in the order of the lines in a trace.
#[must_use]
pub fn all() -> &'static [Quantity] {
    table::QUANTITIES
}

/// Whether only this program writes `key`, so that a log of another program need not have it.
#[must_use]
pub fn is_addition(key: &str) -> bool {
    matches!(key, "scattering_vec_per_angstrom" | "lattice_factor")
}

impl Unit {
    /// How it is written; `1` for a pure number.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::One => "1",
            Self::Metre => "m",
            Self::SquareMetre => "m²",
            Self::PerMetre => "m⁻¹",
            Self::Angstrom => "Å",
            Self::PerAngstrom => "Å⁻¹",
            Self::Radian => "rad",
            Self::Degree => "°",
            Self::Steradian => "sr",
            Self::Electron => "electrons",
            Self::SquareElectron => "electrons²",
            Self::Photon => "photons",
            Self::PhotonPerSquareMetre => "photons/m²",
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.symbol())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{all, find, is_addition};

    #[test]
    fn every_key_stands_once() {
        let keys: HashSet<_> = all().iter().map(|quantity| quantity.key).collect();
        assert_eq!(keys.len(), all().len());
    }

    #[test]
    fn every_quantity_is_fed_by_quantities() {
        for quantity in all() {
            for feed in quantity.feeds {
                assert!(find(feed).is_some(), "{} is fed by {feed}, which is no key", quantity.key);
                assert_ne!(*feed, quantity.key);
            }
        }
    }

    #[test]
    fn every_addition_is_in_the_table() {
        assert_eq!(all().iter().filter(|quantity| is_addition(quantity.key)).count(), 2);
    }
}
