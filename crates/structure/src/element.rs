//! Chemical elements.

/// Symbols, and van der Waals radii in Å as the library cctbx uses them for solvent masks, by atomic number.
#[rustfmt::skip]
const TABLE: [(&str, f64); 98] = [
    ("H", 1.2), ("He", 1.4), ("Li", 1.82), ("Be", 0.63), ("B", 1.75), ("C", 1.775), ("N", 1.5), ("O", 1.45),
    ("F", 1.47), ("Ne", 1.54), ("Na", 2.27), ("Mg", 1.73), ("Al", 1.5), ("Si", 2.1), ("P", 1.9), ("S", 1.8),
    ("Cl", 1.75), ("Ar", 1.88), ("K", 2.75), ("Ca", 1.95), ("Sc", 1.32), ("Ti", 1.95), ("V", 1.06),
    ("Cr", 1.13), ("Mn", 1.19), ("Fe", 1.26), ("Co", 1.13), ("Ni", 1.63), ("Cu", 1.4), ("Zn", 1.39),
    ("Ga", 1.87), ("Ge", 1.48), ("As", 0.83), ("Se", 1.9), ("Br", 1.85), ("Kr", 2.02), ("Rb", 2.65),
    ("Sr", 2.02), ("Y", 1.61), ("Zr", 1.42), ("Nb", 1.33), ("Mo", 1.75), ("Tc", 2.0), ("Ru", 1.2),
    ("Rh", 1.22), ("Pd", 1.63), ("Ag", 1.72), ("Cd", 1.58), ("In", 1.93), ("Sn", 2.17), ("Sb", 1.12),
    ("Te", 1.26), ("I", 1.98), ("Xe", 2.16), ("Cs", 3.01), ("Ba", 2.41), ("La", 1.83), ("Ce", 1.86),
    ("Pr", 1.62), ("Nd", 1.79), ("Pm", 1.76), ("Sm", 1.74), ("Eu", 1.96), ("Gd", 1.69), ("Tb", 1.66),
    ("Dy", 1.63), ("Ho", 1.61), ("Er", 1.59), ("Tm", 1.57), ("Yb", 1.54), ("Lu", 1.53), ("Hf", 1.4),
    ("Ta", 1.22), ("W", 1.26), ("Re", 1.3), ("Os", 1.58), ("Ir", 1.22), ("Pt", 1.72), ("Au", 1.66),
    ("Hg", 1.55), ("Tl", 1.96), ("Pb", 2.02), ("Bi", 1.73), ("Po", 1.21), ("At", 1.12), ("Rn", 2.3),
    ("Fr", 3.24), ("Ra", 2.57), ("Ac", 2.12), ("Th", 1.84), ("Pa", 1.6), ("U", 1.75), ("Np", 1.71),
    ("Pu", 1.67), ("Am", 1.66), ("Cm", 1.65), ("Bk", 1.64), ("Cf", 1.63),
];

/// A chemical element from hydrogen to californium, those that form factors are tabulated for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Element(u8);

impl Element {
    /// Hydrogen, which deuterium is too: X-rays see no difference.
    pub const HYDROGEN: Self = Self(1);

    /// The element of a symbol, in capitals or not; `D` is hydrogen.
    #[must_use]
    pub fn from_symbol(symbol: &str) -> Option<Self> {
        if symbol.eq_ignore_ascii_case("D") {
            return Some(Self::HYDROGEN);
        }
        let index = TABLE.iter().position(|(known, _)| known.eq_ignore_ascii_case(symbol))?;
        Self::from_atomic_number(u8::try_from(index + 1).ok()?)
    }

    /// The element of an atomic number from 1 to 98.
    #[must_use]
    pub fn from_atomic_number(number: u8) -> Option<Self> {
        (1..=TABLE.len()).contains(&usize::from(number)).then_some(Self(number))
    }

    /// Z, the number of its electrons when it is neutral.
    #[must_use]
    pub const fn atomic_number(self) -> u8 {
        self.0
    }

    /// The symbol, such as `Se`.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        self.row().0
    }

    /// The van der Waals radius in Å.
    #[must_use]
    pub const fn radius_angstrom(self) -> f64 {
        self.row().1
    }

    const fn row(self) -> (&'static str, f64) {
        TABLE[self.0 as usize - 1]
    }
}

impl std::fmt::Display for Element {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.symbol())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_those_of_the_periodic_table() {
        for (symbol, number, name) in [
            ("H", 1, "H"),
            ("d", 1, "H"),
            ("C", 6, "C"),
            ("CA", 20, "Ca"),
            ("se", 34, "Se"),
            ("Xe", 54, "Xe"),
            ("U", 92, "U"),
            ("CF", 98, "Cf"),
        ] {
            let element = Element::from_symbol(symbol).unwrap();
            assert_eq!((element.atomic_number(), element.symbol()), (number, name));
        }
        for symbol in ["", "X", "Es", "C ", "CX"] {
            assert_eq!(Element::from_symbol(symbol), None, "{symbol}");
        }
        assert_eq!(Element::from_atomic_number(0), None);
        assert_eq!(Element::from_atomic_number(99), None);
    }
}
