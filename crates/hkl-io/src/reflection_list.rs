//! What a file of measured or calculated reflections lists: those of an asymmetric unit, with cell and space group.

use nanobragg_geometry::UnitCell;

use crate::resolution::{Resolution, TOLERANCE};
use crate::{Error, Miller, Reflection, SpaceGroup};

/// What is not in a file, or is to be taken in place of what is.
#[derive(Debug, Clone, Default)]
pub struct ListOptions {
    /// The column of F or of intensities: the label of an MTZ column, or an item of `_refln` such as `F_meas_au`. Of an
    /// anomalous pair either stands for both.
    pub column: Option<String>,
    /// The space group.
    pub space_group: Option<SpaceGroup>,
    /// The unit cell of a file that has none.
    pub cell: Option<UnitCell>,
}

/// Reflections with the crystal that they belong to.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ReflectionList {
    /// The name of the file, for messages.
    pub file: String,
    /// The unit cell.
    pub cell: UnitCell,
    /// The space group.
    pub space_group: SpaceGroup,
    /// The wavelength in Å, where the file says one.
    pub wavelength_angstrom: Option<f64>,
    /// The column or the pair of columns that F is from, such as `FP`, `F(+), F(-)` or `_refln.F_meas_au`.
    pub column: String,
    /// F as listed, in the order of the file. Of an anomalous pair F(+) is at h, k, l and F(-) is at -h, -k, -l.
    pub reflections: Vec<Reflection>,
    /// How many rows became how many reflections.
    pub counts: Counts,
    /// What a user should know beside the errors, a line each.
    pub notices: Vec<String>,
}

/// How many rows became how many reflections.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Rows of the file.
    pub rows: usize,
    /// Rows left out because of their status: unobserved or unknown.
    pub left_out_by_status: usize,
    /// Rows left out because they have no number in the column.
    pub missing: usize,
    /// Intensities below 0, which became F = 0.
    pub negative_intensities: usize,
    /// Reflections listed with an F other than 0 that the space group does not allow; they are taken as 0.
    pub absent: usize,
}

/// What a number in a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantity {
    /// F.
    Amplitude,
    /// F².
    Intensity,
}

/// What a file says of the crystal.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) cell: Option<UnitCell>,
    pub(crate) space_group: Option<SpaceGroup>,
    pub(crate) wavelength_angstrom: Option<f64>,
}

/// Rows on their way to a list.
#[derive(Debug)]
pub(crate) struct Rows {
    quantity: Quantity,
    reflections: Vec<Reflection>,
    counts: Counts,
}

impl ReflectionList {
    /// Reflections that are in no such file; `name` and `column` say what they are from.
    #[must_use]
    pub fn from_reflections(
        name: &str,
        column: &str,
        cell: UnitCell,
        space_group: SpaceGroup,
        reflections: Vec<Reflection>,
    ) -> Self {
        let counts = Counts { rows: reflections.len(), ..Counts::default() };
        let (file, column) = (name.to_owned(), column.to_owned());
        let notices = Vec::new();
        Self { file, cell, space_group, wavelength_angstrom: None, column, reflections, counts, notices }
    }

    /// Without the reflections of finer resolution than this, in Å.
    #[must_use]
    pub fn up_to(mut self, d_min_angstrom: f64) -> Self {
        let (resolution, most) = (Resolution::of(&self.cell), d_min_angstrom.powi(-2) * (1.0 + TOLERANCE));
        self.reflections.retain(|listed| resolution.inverse_d_squared(listed.miller) <= most);
        self
    }

    /// The smallest and the largest spacing of lattice planes, d in Å, of a reflection other than F(0 0 0); `None` if
    /// there is no other.
    #[must_use]
    pub fn d_range_angstrom(&self) -> Option<(f64, f64)> {
        let resolution = Resolution::of(&self.cell);
        let all = self.reflections.iter().filter(|reflection| reflection.miller != Miller::new(0, 0, 0));
        let squares = all.map(|reflection| resolution.inverse_d_squared(reflection.miller));
        let range = squares.fold(None, |range, square| match range {
            None => Some((square, square)),
            Some((low, high)) => Some((square.min(low), square.max(high))),
        });
        range.map(|(low, high)| (high.sqrt().recip(), low.sqrt().recip()))
    }

    /// The list of a file, with what was given in place of what it says.
    pub(crate) fn new(
        name: &str,
        options: &ListOptions,
        found: Found,
        rows: Rows,
        column: String,
        mut notices: Vec<String>,
    ) -> Result<Self, Error> {
        let missing = |expected: &str| Error::Content {
            file: name.to_owned(),
            expected: expected.to_owned(),
            found: "none".to_owned(),
        };
        let cell =
            found.cell.or(options.cell).ok_or_else(|| missing("a unit cell in the file, or one given"))?;
        let space_group = match (&options.space_group, found.space_group) {
            (Some(given), Some(found)) if *given != found => {
                notices.push(format!("space group {given} as given, in place of {found} in {name}"));
                given.clone()
            }
            (Some(given), _) => given.clone(),
            (None, Some(found)) => found,
            (None, None) => return Err(missing("a space group in the file, or one given")),
        };
        let space_group = space_group.on_axes_of(&cell);
        if !space_group.fits(&cell) {
            notices
                .push(format!("the cell of {name} does not have the symmetry of space group {space_group}"));
        }
        let Rows { quantity, reflections, mut counts } = rows;
        if reflections.is_empty() {
            return Err(missing(&format!("at least one reflection with a number in {column}")));
        }
        if quantity == Quantity::Intensity {
            let below = match counts.negative_intensities {
                0 => String::new(),
                negative => format!("; {negative} below 0 become F = 0"),
            };
            notices.push(format!("F is the square root of the intensities {column}{below}"));
        }
        let is_absent = |reflection: &&Reflection| {
            reflection.structure_factor != 0.0 && space_group.is_systematically_absent(reflection.miller)
        };
        counts.absent = reflections.iter().filter(is_absent).count();
        if counts.absent > 0 {
            let absent = counts.absent;
            notices.push(format!(
                "{absent} reflections that space group {space_group} does not allow are taken as 0"
            ));
        }
        let wavelength_angstrom = found.wavelength_angstrom;
        let file = name.to_owned();
        Ok(Self { file, cell, space_group, wavelength_angstrom, column, reflections, counts, notices })
    }
}

impl Rows {
    pub(crate) fn new(quantity: Quantity) -> Self {
        Self { quantity, reflections: Vec::new(), counts: Counts::default() }
    }

    /// A row with a finite number, or none.
    pub(crate) fn push(&mut self, miller: Miller, number: Option<f64>) {
        self.push_row([(miller, number)]);
    }

    /// A row with a finite number, or none, for the node and for its Friedel mate.
    pub(crate) fn push_pair(&mut self, miller: Miller, [plus, minus]: [Option<f64>; 2]) {
        self.push_row([(miller, plus), (-miller, minus)]);
    }

    pub(crate) fn leave_out_by_status(&mut self) {
        self.counts.rows += 1;
        self.counts.left_out_by_status += 1;
    }

    fn push_row<const N: usize>(&mut self, numbers: [(Miller, Option<f64>); N]) {
        self.counts.rows += 1;
        let before = self.reflections.len();
        for (miller, number) in numbers {
            let Some(number) = number else { continue };
            let structure_factor = match self.quantity {
                Quantity::Amplitude => number,
                Quantity::Intensity => {
                    self.counts.negative_intensities += usize::from(number < 0.0);
                    number.max(0.0).sqrt()
                }
            };
            self.reflections.push(Reflection { miller, structure_factor });
        }
        self.counts.missing += usize::from(self.reflections.len() == before);
    }
}
