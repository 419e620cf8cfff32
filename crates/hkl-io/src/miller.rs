//! A node of the reciprocal lattice, and what is listed there.

use std::fmt;
use std::ops::Neg;

/// Miller indices: a node of the reciprocal lattice. Ordered by h, then k, then l.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Miller {
    /// Along a*.
    pub h: i32,
    /// Along b*.
    pub k: i32,
    /// Along c*.
    pub l: i32,
}

/// A structure factor listed for a node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reflection {
    /// The node.
    pub miller: Miller,
    /// F, in electrons per unit cell.
    pub structure_factor: f64,
}

impl Miller {
    /// The node h, k, l.
    #[must_use]
    pub const fn new(h: i32, k: i32, l: i32) -> Self {
        Self { h, k, l }
    }
}

/// The Friedel mate; of an index that has no negative in 32 bits the same.
impl Neg for Miller {
    type Output = Self;

    fn neg(self) -> Self {
        Self { h: self.h.wrapping_neg(), k: self.k.wrapping_neg(), l: self.l.wrapping_neg() }
    }
}

impl From<[i32; 3]> for Miller {
    fn from([h, k, l]: [i32; 3]) -> Self {
        Self { h, k, l }
    }
}

impl Reflection {
    /// F, in electrons per unit cell, at a node such as `[h, k, l]`.
    #[must_use]
    pub fn new(miller: impl Into<Miller>, structure_factor: f64) -> Self {
        Self { miller: miller.into(), structure_factor }
    }
}

impl fmt::Display for Miller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}, {}, {})", self.h, self.k, self.l)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_is_a_triple() {
        assert_eq!(Miller::new(-7, -1, 14).to_string(), "(-7, -1, 14)");
    }

    #[test]
    fn order_is_that_of_the_grid_l_fastest() {
        let in_order = [(-1, 9, 9), (0, -1, 9), (0, 0, -9), (0, 0, 3)].map(|(h, k, l)| Miller::new(h, k, l));
        assert!(in_order.is_sorted());
    }
}
