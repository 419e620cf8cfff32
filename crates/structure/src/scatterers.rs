//! What the atoms of a model scatter with.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::metric::orthogonalization;
use crate::tensor::Matrix;
use crate::{Atom, Dispersion, Element, Error, FormFactor, Model};

/// B beyond these limits, in Å², are no displacements of atoms in a crystal.
pub(crate) const B_RANGE: RangeInclusive<f64> = -100.0..=10_000.0;

/// Occupancies beyond these limits are none.
pub(crate) const OCCUPANCIES: RangeInclusive<f64> = -100.0..=100.0;

/// An element or ion.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Species {
    pub(crate) form_factor: FormFactor,
    pub(crate) dispersion: Dispersion,
}

/// The atoms of a model with what each scatters with.
pub(crate) struct Scatterers<'a> {
    atoms: &'a [Atom],
    pub(crate) species: Vec<Species>,
    /// The place among the species, of every atom.
    of_atom: Vec<usize>,
    /// Of all atoms along all axes, in Å².
    pub(crate) smallest_b: f64,
    pub(crate) largest_b: f64,
}

impl<'a> Scatterers<'a> {
    /// # Errors
    ///
    /// [`Error::NoDispersion`], and [`Error::Atom`] for a position, an occupancy or a B that is none.
    pub(crate) fn of(model: &'a Model, energy_ev: Option<f64>) -> Result<Self, Error> {
        let orthogonalization = orthogonalization(&model.cell);
        let mut places: BTreeMap<(Element, i8), usize> = BTreeMap::new();
        let (mut species, mut of_atom) = (Vec::new(), Vec::with_capacity(model.atoms.len()));
        let (mut smallest_b, mut largest_b) = (f64::INFINITY, f64::NEG_INFINITY);
        for atom in &model.atoms {
            let b = checked_b(atom, &orthogonalization)?;
            (smallest_b, largest_b) = (smallest_b.min(*b.start()), largest_b.max(*b.end()));
            let known = places.get(&(atom.element, atom.charge)).copied();
            let place = known.unwrap_or(species.len());
            if known.is_none() {
                species.push(Species::of(atom, energy_ev)?);
                places.insert((atom.element, atom.charge), place);
            }
            of_atom.push(place);
        }
        Ok(Self { atoms: &model.atoms, species, of_atom, smallest_b, largest_b })
    }

    /// Every atom, with the place of what it scatters with among the species.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'a Atom, usize)> {
        self.atoms.iter().zip(self.of_atom.iter().copied())
    }
}

impl Species {
    fn of(atom: &Atom, energy_ev: Option<f64>) -> Result<Self, Error> {
        let of_charge = |charge| FormFactor::of(atom.element, charge);
        let form_factor = of_charge(atom.charge).or_else(|| of_charge(0)).ok_or_else(|| Error::Atom {
            atom: atom.name.clone(),
            expected: "an element with a form factor",
            found: atom.element.to_string(),
        })?;
        let dispersion = energy_ev.map(|energy| Dispersion::of(atom.element, energy)).transpose()?;
        Ok(Self { form_factor, dispersion: dispersion.unwrap_or_default() })
    }

    /// f + f′ as Gaussians a·exp(−b s²).
    pub(crate) fn real_terms(&self) -> impl Iterator<Item = (f64, f64)> {
        let FormFactor { a, b, c } = self.form_factor;
        a.into_iter().zip(b).chain([(c + self.dispersion.f_prime, 0.0)])
    }
}

/// The smallest and the largest B of an atom, if all its numbers can be computed with.
fn checked_b(atom: &Atom, orthogonalization: &Matrix) -> Result<RangeInclusive<f64>, Error> {
    let refuse = |expected, found: String| Err(Error::Atom { atom: atom.name.clone(), expected, found });
    if let Some(found) = atom.position.iter().find(|x| !(-1e6..=1e6).contains(*x)) {
        return refuse("fractional coordinates up to 1000000", found.to_string());
    }
    if !OCCUPANCIES.contains(&atom.occupancy) {
        return refuse("an occupancy up to 100", atom.occupancy.to_string());
    }
    let smallest = atom.displacement.smallest_b(orthogonalization);
    let largest = atom.displacement.largest_b(orthogonalization);
    if !B_RANGE.contains(&smallest) || !B_RANGE.contains(&largest) {
        return refuse("a B from -100 to 10000 Å² along all axes", format!("{smallest} to {largest}"));
    }
    Ok(smallest..=largest)
}
