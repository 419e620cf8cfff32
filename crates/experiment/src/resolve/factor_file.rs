//! The file of structure factors: its cell, and how far it must reach.

use nanobragg_geometry::{LabVec, Lattice, Source, UnitCell};
use nanobragg_kernel::DetectorPanel;

use super::Resolver;
use crate::error::Error;
use crate::factor_file::{FactorFile, FactorOptions};
use crate::model::Cell;
use crate::notice::Part;

/// Nodes beyond the last pixel that an interpolation of F may ask for.
const NODES_BEYOND: f64 = 2.0;

/// The finest resolution that anything sees.
pub(crate) struct Finest {
    d_min_angstrom: f64,
}

impl Finest {
    /// That of all pixels and sources, or a coarser one that was asked for; 0 for no limit.
    pub(crate) fn of(panels: &[DetectorPanel], sources: &[Source], limit_angstrom: f64) -> Self {
        let corners: Vec<LabVec> = panels
            .iter()
            .map(|panel| &panel.placement.panel)
            .flat_map(|panel| {
                let [slow, fast] = panel.shape.map(|pixels| pixels as f64);
                [[0.0, 0.0], [0.0, fast], [slow, 0.0], [slow, fast]]
                    .map(|[s, f]| panel.position_m(s, f).unit())
            })
            .collect();
        let finest_of = |source: &Source| {
            let cosines = corners.iter().map(|corner| corner.dot(source.incident));
            let cosine = cosines.fold(1.0, f64::min);
            // Beyond a right angle the corners of a panel are not its farthest points.
            let sine = if cosine < 0.0 { 1.0 } else { ((1.0 - cosine) / 2.0).sqrt() };
            source.wavelength_angstrom / (2.0 * sine)
        };
        let finest = sources.iter().map(finest_of).fold(f64::INFINITY, f64::min);
        Self { d_min_angstrom: finest.max(limit_angstrom) }
    }

    /// It, in Å.
    pub(crate) const fn d_min_angstrom(&self) -> f64 {
        self.d_min_angstrom
    }

    /// The resolution in the cell of a file up to which the crystal of a lattice needs F, in Å: an interpolation also takes
    /// nodes that are farther out. The crystal may have another cell.
    pub(super) fn beyond(&self, lattice: &Lattice, of_file: &UnitCell) -> f64 {
        let in_file = Lattice::from_cell(of_file);
        let (stars, _) = lattice.reciprocal_cell();
        let longest = stars.into_iter().fold(0.0, f64::max);
        let farthest = (self.d_min_angstrom.recip() + NODES_BEYOND * longest) * stretch(lattice, &in_file);
        farthest.recip()
    }
}

/// How many times as far from the origin, at the most, a node is in another lattice: √(‖M‖₁‖M‖_∞) of the matrix M that takes
/// the one to the other, both with a along x and b in the x–y plane, is a bound of its largest singular value.
fn stretch(lattice: &Lattice, other: &Lattice) -> f64 {
    let (edges, angles_deg) = lattice.direct_cell();
    let Ok(cell) = UnitCell::new(edges, angles_deg) else { return 1.0 };
    let direct = Lattice::from_cell(&cell);
    let (edges, stars) = ([direct.a, direct.b, direct.c], [other.a_star, other.b_star, other.c_star]);
    // q' = Σ (q·a_i) a'*_i
    let entry = |row: usize, column: usize| -> f64 {
        (0..3).map(|i| stars[i].to_array()[row] * edges[i].to_array()[column]).sum()
    };
    let largest = |sums: [f64; 3]| sums.into_iter().fold(0.0, f64::max);
    let rows = largest([0, 1, 2].map(|row| (0..3).map(|column| entry(row, column).abs()).sum()));
    let columns = largest([0, 1, 2].map(|column| (0..3).map(|row| entry(row, column).abs()).sum()));
    (rows * columns).sqrt()
}

impl Resolver<'_> {
    /// Reads the file of structure factors, if there is one, but for HKL text and dumps; tells of what has no effect on it.
    pub(super) fn factor_file(&mut self) -> Result<Option<FactorFile>, Error> {
        let factors = &self.experiment.structure_factors;
        let file = match factors.file() {
            Some(path) => Some(FactorFile::open(
                path,
                &FactorOptions::of(factors, self.experiment.crystal.cell.as_ref())?,
            )?),
            None => None,
        };
        for notice in file.iter().flat_map(FactorFile::notices) {
            self.warn(Part::StructureFactors, notice.clone());
        }
        let is_list = matches!(file, Some(FactorFile::Reflections(_)));
        let is_model = matches!(file, Some(FactorFile::Coordinates(_)));
        let is_used = [
            ("column", factors.column.is_some(), is_list),
            ("space_group", factors.space_group.is_some(), is_list || is_model),
            ("solvent", !factors.solvent, is_model),
            ("direct", factors.direct, is_model),
            ("force_cell", factors.force_cell, is_list || is_model),
        ];
        let what = file.as_ref().map_or("such structure factors", FactorFile::kind);
        for (key, _, _) in is_used.into_iter().filter(|(_, is_given, has_effect)| *is_given && !has_effect) {
            let name = self.name(&format!("structure_factors.{key}")).to_owned();
            self.warn(Part::StructureFactors, format!("{name} has no effect on {what}"));
        }
        Ok(file)
    }

    /// Refuses a crystal of another cell than that of the file of its structure factors.
    pub(super) fn check_cell(&mut self, lattice: &Lattice, file: Option<&FactorFile>) -> Result<(), Error> {
        let factors = &self.experiment.structure_factors;
        let (Some(path), Some(file)) = (factors.file(), file) else { return Ok(()) };
        let (edges, angles) = lattice.direct_cell();
        let [a, b, c] = edges;
        let [alpha, beta, gamma] = angles;
        let crystal = &self.experiment.crystal;
        let key = match (&crystal.matrix_file, &crystal.vectors_angstrom) {
            (Some(_), _) => "crystal.matrix_file",
            (None, Some(_)) => "crystal.vectors_angstrom",
            (None, None) => "crystal.cell",
        };
        let of_crystal = Cell::from([a, b, c, alpha, beta, gamma]);
        let Some(text) = file.other_cell(path, self.name(key), &of_crystal) else { return Ok(()) };
        if !factors.force_cell {
            let hint = "-force-cell (TOML: structure_factors.force_cell = true) takes it all the same";
            return Err(Error::Contradiction(format!("{text}; {hint}")));
        }
        self.warn(Part::StructureFactors, text);
        Ok(())
    }
}
