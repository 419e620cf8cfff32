//! How atoms scatter as a function of s = sin θ/λ: International Tables C (1992), 6.1.1.4.

mod it92;

use crate::Element;

/// f(s) = Σ a·exp(−b s²) + c in electrons, for s up to 2 Å⁻¹.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FormFactor {
    /// a in electrons.
    pub a: [f64; 4],
    /// b in Å².
    pub b: [f64; 4],
    /// c in electrons.
    pub c: f64,
}

impl FormFactor {
    /// That of a neutral atom (charge 0) or an ion; `None` if it is not tabulated.
    #[must_use]
    pub fn of(element: Element, charge: i8) -> Option<Self> {
        let wanted = (element.atomic_number(), charge);
        let row = it92::TABLE.iter().find(|(z, charge, ..)| (*z, *charge) == wanted)?;
        let (_, _, a, b, c) = *row;
        Some(Self { a, b, c })
    }

    /// f in electrons; s² in Å⁻².
    #[must_use]
    pub fn at(&self, s_squared: f64) -> f64 {
        let sum: f64 = self.a.iter().zip(self.b).map(|(a, b)| a * (-b * s_squared).exp()).sum();
        sum + self.c
    }
}

/// Atoms of an average residue of a protein, C, N, O and H.
const RESIDUE: [(u8, f64); 4] = [(6, 5.0), (7, 1.35), (8, 1.5), (1, 8.0)];

/// Σ f² of an average residue of a protein in electrons², s² in Å⁻²: what a Wilson plot of a protein of unknown content is
/// divided by.
#[must_use]
pub fn protein_f_squared(s_squared: f64) -> f64 {
    let of_atom = |(z, count): (u8, f64)| {
        let form_factor = Element::from_atomic_number(z).and_then(|element| FormFactor::of(element, 0));
        form_factor.map_or(0.0, |form_factor| count * form_factor.at(s_squared).powi(2))
    };
    RESIDUE.into_iter().map(of_atom).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// f(0) is the number of electrons, to the accuracy of the fit.
    #[test]
    fn every_atom_scatters_forward_with_all_its_electrons() {
        for (z, charge, ..) in it92::TABLE {
            let form_factor = FormFactor::of(Element::from_atomic_number(z).unwrap(), charge).unwrap();
            let electrons = f64::from(z) - f64::from(charge);
            assert!((form_factor.at(0.0) - electrons).abs() < 0.12, "{z} {charge} {}", form_factor.at(0.0));
        }
        for z in 1..=98 {
            assert!(FormFactor::of(Element::from_atomic_number(z).unwrap(), 0).is_some(), "{z}");
        }
    }

    /// Values of gemmi 0.7.5 (`IT92_get_exact`, `calculate_sf`), which has the table from elsewhere.
    #[test]
    fn form_factors_are_those_of_another_program() {
        for (symbol, charge, s_squared, expected) in [
            ("H", 0, 0.01, 0.854270),
            ("C", 0, 0.01, 5.107644),
            ("N", 0, 0.04, 4.559760),
            ("O", -2, 0.09, 4.193184),
            ("Na", 1, 0.04, 8.373835),
            ("S", 0, 0.0625, 9.927610),
            ("Fe", 3, 0.02, 21.225252),
            ("Zn", 2, 0.1, 20.305239),
            ("Se", 0, 0.05, 25.994066),
            ("I", -1, 0.03, 44.051205),
            ("U", 0, 0.2, 58.438953),
            ("Cf", 0, 0.01, 92.506737),
        ] {
            let form_factor = FormFactor::of(Element::from_symbol(symbol).unwrap(), charge).unwrap();
            let found = form_factor.at(s_squared);
            // It has the table in single precision.
            assert!((found - expected).abs() < 2e-7 * expected + 1e-6, "{symbol} {charge} {found}");
        }
    }
}
