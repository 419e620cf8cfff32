//! A crystal structure: the atoms of an asymmetric unit, the cell and the space group.

use std::f64::consts::PI;

use hkl_io::SpaceGroup;
use nanobragg_geometry::UnitCell;

use crate::metric::{Metric, orthogonalization};
use crate::tensor::{Matrix, Tensor};
use crate::{Element, FormFactor};

/// An atom this near to its copy by symmetry is on a special position, in Å.
const SPECIAL_ANGSTROM: f64 = 0.3;

/// A crystal structure.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Model {
    /// The unit cell.
    pub cell: UnitCell,
    /// The space group.
    pub space_group: SpaceGroup,
    /// The atoms of an asymmetric unit: with all copies by symmetry they are the content of the cell.
    pub atoms: Vec<Atom>,
    /// What a user should know beside the errors, a line each.
    pub notices: Vec<String>,
}

/// An atom, or one of its alternative places.
#[derive(Debug, Clone, PartialEq)]
pub struct Atom {
    /// What it is called in messages, such as `CA of ALA A 5`.
    pub name: String,
    /// The element.
    pub element: Element,
    /// In elementary charges. Form factors are those of the neutral atom where the ion is not tabulated.
    pub charge: i8,
    /// Fractional coordinates.
    pub position: [f64; 3],
    /// The share of cells that have it here.
    pub occupancy: f64,
    /// How it is smeared out by vibration and disorder.
    pub displacement: Displacement,
}

/// Displacements of atoms (Trueblood et al. 1996, doi 10.1107/S0108767396005697).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Displacement {
    /// Scattering falls off with exp(−B s²).
    Isotropic {
        /// B in Å².
        b: f64,
    },
    /// Scattering falls off with exp(−2π² hᵀ U* h).
    Anisotropic {
        /// U* 11, 22, 33, 12, 13, 23, without unit: for fractional coordinates.
        u_star: [f64; 6],
    },
}

impl Model {
    /// The model of these atoms, with notices of what is unusual about them.
    #[must_use]
    pub fn new(cell: UnitCell, space_group: SpaceGroup, atoms: Vec<Atom>) -> Self {
        let model = Self { cell, space_group, atoms, notices: Vec::new() };
        let (orthogonalization, metric) = (orthogonalization(&cell), Metric::of(&cell));
        let notices = [
            model.notice("a negative B, which sharpens them", |atom| {
                let b = atom.displacement.smallest_b(&orthogonalization);
                // U in files is rounded.
                (b < -0.01).then(|| format!("{b:.2} Å²"))
            }),
            model.notice("an occupancy that is not from 0 to 1", |atom| {
                (!(0.0..=1.0).contains(&atom.occupancy)).then(|| atom.occupancy.to_string())
            }),
            model.notice("a charge without a form factor, and scatter as neutral atoms", |atom| {
                FormFactor::of(atom.element, atom.charge).is_none().then(|| format!("{:+}", atom.charge))
            }),
            model.notice(
                "copies by symmetry in their own place, with occupancies that add up to more than 1",
                |atom| {
                    let count = model.copies_in_place(atom, &metric);
                    let is_more = count > 1 && atom.occupancy * count as f64 > 1.01;
                    is_more.then(|| format!("{count} times {}", atom.occupancy))
                },
            ),
        ];
        let notices = notices.into_iter().flatten().collect();
        Self { notices, ..model }
    }

    /// Σ f² of all atoms of the unit cell, in electrons², s² = (sin θ/λ)² in Å⁻²: without displacements the mean of |F|²
    /// (Wilson 1942, doi 10.1038/150152a0).
    #[must_use]
    pub fn sum_of_f_squared(&self, s_squared: f64) -> f64 {
        let of_atom = |atom: &Atom| {
            let form_factor =
                FormFactor::of(atom.element, atom.charge).or_else(|| FormFactor::of(atom.element, 0));
            form_factor.map_or(0.0, |form_factor| (atom.occupancy * form_factor.at(s_squared)).powi(2))
        };
        self.space_group.operators().len() as f64 * self.atoms.iter().map(of_atom).sum::<f64>()
    }

    /// A line on the atoms that have something unusual.
    fn notice(&self, what: &str, found: impl Fn(&Atom) -> Option<String>) -> Option<String> {
        let mut unusual = self.atoms.iter().filter_map(|atom| Some((atom, found(atom)?)));
        let (first, value) = unusual.next()?;
        let others = unusual.count();
        Some(format!("atoms have {what}: {} with {value}{}", first.name, and_others(others)))
    }

    /// How many operators leave an atom where it is, the identity among them.
    fn copies_in_place(&self, atom: &Atom, metric: &Metric) -> usize {
        let is_near = |copy: [f64; 3]| {
            let apart: [f64; 3] = std::array::from_fn(|i| copy[i] - atom.position[i]);
            metric.direct.along(apart.map(|x| x - x.round())) < SPECIAL_ANGSTROM.powi(2)
        };
        let operators = self.space_group.operators().iter();
        operators.filter(|operator| is_near(operator.transform_point(atom.position))).count()
    }
}

impl Displacement {
    /// B in Å² along the axis that it is smallest along.
    pub(crate) fn smallest_b(&self, orthogonalization: &Matrix) -> f64 {
        match *self {
            Self::Isotropic { b } => b,
            Self::Anisotropic { u_star } => {
                8.0 * PI.powi(2) * Tensor(u_star).transformed(orthogonalization).smallest_eigenvalue()
            }
        }
    }

    /// B in Å² along the axis that it is largest along.
    pub(crate) fn largest_b(&self, orthogonalization: &Matrix) -> f64 {
        match *self {
            Self::Isotropic { b } => b,
            Self::Anisotropic { u_star } => {
                -Self::Anisotropic { u_star: u_star.map(|u| -u) }.smallest_b(orthogonalization)
            }
        }
    }
}

fn and_others(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => ", and another".to_owned(),
        _ => format!(", and {count} others"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atom(name: &str) -> Atom {
        Atom {
            name: name.to_owned(),
            element: Element::from_symbol("ZN").unwrap(),
            charge: 2,
            position: [0.1, 0.2, 0.3],
            occupancy: 1.0,
            displacement: Displacement::Isotropic { b: 10.0 },
        }
    }

    fn check(atoms: Vec<Atom>, expected: &[&str]) {
        let cell = UnitCell::new([50.0; 3], [90.0; 3]).unwrap();
        let model = Model::new(cell, SpaceGroup::from_symbol("P 1 2 1").unwrap(), atoms);
        assert_eq!(model.notices, expected);
    }

    #[test]
    fn what_is_unusual_is_said_of_the_first_atom() {
        let negative = || Atom { displacement: Displacement::Isotropic { b: -1.5 }, ..atom("N") };
        // −0.02 Å² along a of 50 Å.
        let displacement = Displacement::Anisotropic { u_star: [-8e-6, 8e-6, 8e-6, 0.0, 0.0, 0.0] };
        let flat = || Atom { displacement, ..atom("F") };
        let on_axis = |occupancy| Atom { position: [0.5, 0.2, 0.002], occupancy, ..atom("A") };
        check(vec![atom("A"), on_axis(0.5)], &[]);
        check(vec![negative()], &["atoms have a negative B, which sharpens them: N with -1.50 Å²"]);
        check(
            vec![atom("A"), flat(), negative(), negative()],
            &["atoms have a negative B, which sharpens them: F with -1.58 Å², and 2 others"],
        );
        check(
            vec![Atom { occupancy: 1.2, charge: 7, ..atom("A") }],
            &[
                "atoms have an occupancy that is not from 0 to 1: A with 1.2",
                "atoms have a charge without a form factor, and scatter as neutral atoms: A with +7",
            ],
        );
        check(
            vec![on_axis(1.0), on_axis(1.0)],
            &[
                "atoms have copies by symmetry in their own place, with occupancies that add up to more than 1: A with 2 times 1, and another",
            ],
        );
    }
}
