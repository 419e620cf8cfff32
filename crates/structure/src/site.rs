//! Atoms and crystals as files have them, on the way to a model.

use std::f64::consts::PI;
use std::ops::RangeInclusive;

use hkl_io::SpaceGroup;
use nanobragg_geometry::UnitCell;

use crate::metric::{Metric, fractionalization};
use crate::scatterers::{B_RANGE, OCCUPANCIES};
use crate::tensor::{Matrix, Tensor, apply};
use crate::{Atom, Displacement, Element, Error, Model, ReadOptions};

/// Coordinates beyond these are none, in Å.
const COORDINATES: RangeInclusive<f64> = -1e5..=1e5;

/// Matrices and shifts that differ by less are the same: files have six decimals.
const ROUNDING: f64 = 5e-6;

/// Entries of a matrix that is turned differ by more, as a share of the largest: less is in the digits that a cell lacks.
const TURNED: f64 = 1e-3;

/// Metric tensors of the same cell differ by less, relatively.
const SAME_CELL: f64 = 0.02;

/// The most letters of the name of an atom.
const LONGEST_NAME: usize = 60;

/// An atom with coordinates in Å.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) name: String,
    pub(crate) element: Element,
    pub(crate) charge: i8,
    pub(crate) position_angstrom: [f64; 3],
    pub(crate) occupancy: f64,
    /// In Å².
    pub(crate) b: f64,
    /// U 11, 22, 33, 12, 13, 23 in Å².
    pub(crate) u: Option<[f64; 6]>,
}

/// What a file says of the crystal.
#[derive(Debug, Clone, Default)]
pub(crate) struct Crystal {
    pub(crate) cell: Option<UnitCell>,
    pub(crate) space_group: Option<SpaceGroup>,
    /// A matrix and a shift that take coordinates in Å to fractional ones.
    pub(crate) to_fractional: Option<(Matrix, [f64; 3])>,
}

/// What would be possible, and what is found in its place.
pub(crate) type Impossible = (&'static str, String);

impl Site {
    /// Whether its numbers can be those of an atom.
    pub(crate) fn check(&self) -> Result<(), Impossible> {
        self.position_angstrom.into_iter().try_for_each(Self::check_coordinate)?;
        Self::check_occupancy(self.occupancy)?;
        if self.u.is_none() { Self::check_b(self.b) } else { Ok(()) }
    }

    /// Whether a number of Å can be a coordinate.
    pub(crate) fn check_coordinate(x: f64) -> Result<(), Impossible> {
        within(&COORDINATES, x, "coordinates up to 100000 Å")
    }

    /// Whether a number can be an occupancy.
    pub(crate) fn check_occupancy(occupancy: f64) -> Result<(), Impossible> {
        within(&OCCUPANCIES, occupancy, "an occupancy up to 100")
    }

    /// Whether a number of Å² can be the B of an atom.
    pub(crate) fn check_b(b: f64) -> Result<(), Impossible> {
        within(&B_RANGE, b, "a B from -100 to 10000 Å²")
    }

    /// Whether a tensor U in Å² can be the displacement of an atom.
    pub(crate) fn check_u(u: [f64; 6]) -> Result<(), Impossible> {
        let b = 8.0 * PI * PI;
        let smallest = b * Tensor(u).smallest_eigenvalue();
        let largest = -b * Tensor(u).times(-1.0).smallest_eigenvalue();
        if B_RANGE.contains(&smallest) && B_RANGE.contains(&largest) {
            return Ok(());
        }
        Err((
            "a displacement with B from -100 to 10000 Å² along all axes",
            format!("{smallest:.2} to {largest:.2} Å²"),
        ))
    }

    fn into_atom(self, matrix: &Matrix, shift: [f64; 3]) -> Atom {
        let position = apply(matrix, self.position_angstrom);
        let displacement = match self.u {
            Some(u) => Displacement::Anisotropic { u_star: Tensor(u).transformed(matrix).0 },
            None => Displacement::Isotropic { b: self.b },
        };
        Atom {
            name: self.name,
            element: self.element,
            charge: self.charge,
            position: std::array::from_fn(|i| position[i] + shift[i]),
            occupancy: self.occupancy,
            displacement,
        }
    }
}

impl Crystal {
    /// The model of sites in this crystal.
    ///
    /// # Errors
    ///
    /// [`Error::Content`] without atoms, cell or space group, or if the two do not fit.
    pub(crate) fn model(
        self,
        sites: Vec<Site>,
        mut notices: Vec<String>,
        name: &str,
        options: &ReadOptions,
    ) -> Result<Model, Error> {
        let content = |expected: &str, found: &str| Error::Content {
            file: name.to_owned(),
            expected: expected.to_owned(),
            found: found.to_owned(),
        };
        if sites.is_empty() {
            return Err(content("atoms", "none"));
        }
        let cell = match (self.cell.filter(|cell| !is_placeholder(cell)), options.cell) {
            (Some(cell), _) | (None, Some(cell)) => cell,
            (None, None) if self.cell.is_some() => {
                return Err(content(
                    "the unit cell of a crystal",
                    "edges of 1 Å, which files of structures have that are no crystals (NMR, electron microscopy)",
                ));
            }
            (None, None) => return Err(Error::NoCell { file: name.to_owned() }),
        };
        if let (Some(given), Some(found)) = (&options.space_group, &self.space_group)
            && given != found
        {
            notices.push(format!("space group {given} as given, in place of {found} in {name}"));
        }
        let group = options.space_group.clone().or(self.space_group);
        let group = group.ok_or_else(|| Error::NoSpaceGroup { file: name.to_owned() })?.on_axes_of(&cell);
        if !group.fits(&cell) {
            let ([a, b, c], [alpha, beta, gamma]) =
                (cell.edges_angstrom, cell.angles_rad.map(f64::to_degrees));
            let found = format!("edges {a} {b} {c} Å and angles {alpha:.3} {beta:.3} {gamma:.3} degrees");
            return Err(content(&format!("a cell with the symmetry of {group}"), &found));
        }
        let (matrix, shift) = frame(&cell, self.to_fractional, &mut notices);
        let atoms = sites.into_iter().map(|site| site.into_atom(&matrix, shift)).collect();
        let mut model = Model::new(cell, group, atoms);
        notices.append(&mut model.notices);
        Ok(Model { notices, ..model })
    }
}

fn within(range: &RangeInclusive<f64>, number: f64, expected: &'static str) -> Result<(), Impossible> {
    if range.contains(&number) { Ok(()) } else { Err((expected, number.to_string())) }
}

/// What an atom is called in messages: `CA of ALA A 5B, conformer C`. Control characters and what is long are left out.
pub(crate) fn name(atom: &str, residue: [&str; 3], conformer: &str) -> String {
    let words: Vec<_> = residue.into_iter().filter(|word| !word.is_empty()).collect();
    let name = format!("{atom} of {}", words.join(" "));
    let name = if conformer.is_empty() { name } else { format!("{name}, conformer {conformer}") };
    name.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect()
}

/// The cell of entries of the Protein Data Bank that are no crystals.
fn is_placeholder(cell: &UnitCell) -> bool {
    cell.edges_angstrom.iter().all(|edge| (edge - 1.0).abs() < 1e-6)
}

/// The matrix and the shift of coordinates: those of the file, if they are of this cell but turned or shifted.
fn frame(
    cell: &UnitCell,
    given: Option<(Matrix, [f64; 3])>,
    notices: &mut Vec<String>,
) -> (Matrix, [f64; 3]) {
    let standard = fractionalization(cell);
    let Some((matrix, shift)) = given else { return (standard, [0.0; 3]) };
    let reciprocal = Metric::of(cell).reciprocal;
    let [aa, bb, cc, ..] = reciprocal.0;
    let turned_by = matrix.iter().flatten().zip(standard.iter().flatten()).map(|(a, b)| (a - b).abs());
    let is_turned = turned_by.fold(0.0, f64::max) > (TURNED * aa.max(bb).max(cc).sqrt()).max(ROUNDING);
    if !is_turned && shift.iter().all(|shift| shift.abs() < ROUNDING) {
        return (standard, [0.0; 3]);
    }
    let unit = Tensor([1.0, 1.0, 1.0, 0.0, 0.0, 0.0]);
    let scales = [aa, bb, cc, (aa * bb).sqrt(), (aa * cc).sqrt(), (bb * cc).sqrt()];
    let apart = unit.transformed(&matrix).plus(reciprocal, -1.0);
    let is_of_cell = apart.0.iter().zip(scales).all(|(apart, scale)| apart.abs() <= SAME_CELL * scale);
    let (used, what) = match is_of_cell {
        true => ((matrix, shift), "has other axes or another origin than usual, and is used"),
        false => ((standard, [0.0; 3]), "is not that of its unit cell, and is not used"),
    };
    notices.push(format!("the matrix of the file (SCALE, _atom_sites) {what}"));
    used
}
