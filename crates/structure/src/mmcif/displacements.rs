//! Anisotropic displacements: the loop `_atom_site_anisotrop`, whose rows belong to atoms by their id.

use std::collections::HashMap;

use hkl_io::cif::{Block, Defect, Value};

use crate::site::Site;

/// The entries of a tensor in our order.
const ENTRIES: [&str; 6] = ["[1][1]", "[2][2]", "[3][3]", "[1][2]", "[1][3]", "[2][3]"];

/// Displacements that wait for their atoms.
pub(super) struct Displacements<'a>(HashMap<&'a [u8], Row<'a>>);

struct Row<'a> {
    id: Value<'a>,
    u: Option<[f64; 6]>,
    is_taken: bool,
}

impl<'a> Displacements<'a> {
    /// Those of a block.
    ///
    /// # Errors
    ///
    /// A second row of an atom, a number that is none, and a displacement that is none.
    pub(super) fn of(block: &Block<'a>) -> Result<Self, Defect> {
        let mut rows = HashMap::new();
        let Some((table, id)) = block.table("_atom_site_anisotrop.id") else { return Ok(Self(rows)) };
        let place = |kind: &str, entry: &str| table.place(&format!("_atom_site_anisotrop.{kind}{entry}"));
        let u = ENTRIES.map(|entry| place("U", entry));
        let b = ENTRIES.map(|entry| place("B", entry));
        let b_of_u = 8.0 * std::f64::consts::PI.powi(2);
        let (places, unit) = if u.iter().any(Option::is_some) { (u, 1.0) } else { (b, 1.0 / b_of_u) };
        for row in table.rows() {
            let id = row[id];
            let tensor = tensor(&row, &id, places, unit)?;
            if rows.insert(id.text, Row { id, u: tensor, is_taken: false }).is_some() {
                return Err(Defect::new(&id, "one displacement of each atom"));
            }
        }
        Ok(Self(rows))
    }

    /// U in Å² of the atom with this id, if it has any.
    ///
    /// # Errors
    ///
    /// An id that another atom had.
    pub(super) fn take(&mut self, id: Option<Value<'_>>) -> Result<Option<[f64; 6]>, Defect> {
        let Some(id) = id else { return Ok(None) };
        let Some(row) = self.0.get_mut(id.text) else { return Ok(None) };
        if std::mem::replace(&mut row.is_taken, true) {
            return Err(Defect::new(&id, "an id that no other atom has, since a displacement belongs to it"));
        }
        Ok(row.u)
    }

    /// Refuses displacements of no atom: the first of them in the file.
    pub(super) fn check_all_taken(&self) -> Result<(), Defect> {
        let left = self.0.values().filter(|row| !row.is_taken);
        match left.min_by_key(|row| row.id.offset) {
            Some(row) => Err(Defect::new(&row.id, "the id of an atom of _atom_site")),
            None => Ok(()),
        }
    }
}

/// U in Å²; none where every entry is unknown or 0, as programs write them for atoms that have none.
fn tensor(
    row: &[Value<'_>],
    id: &Value<'_>,
    places: [Option<usize>; 6],
    unit: f64,
) -> Result<Option<[f64; 6]>, Defect> {
    if places.iter().flatten().all(|place| row[*place].is_none()) && places.iter().any(Option::is_some) {
        return Ok(None);
    }
    let mut u = [0.0; 6];
    for ((number, place), entry) in u.iter_mut().zip(places).zip(ENTRIES) {
        let expected = || format!("a number for U{entry} in Å²");
        let value = place.map(|place| &row[place]);
        let value = value.ok_or_else(|| Defect {
            offset: id.offset,
            expected: expected(),
            found: format!("no item _atom_site_anisotrop.U{entry}"),
        })?;
        *number = unit * value.number().ok_or_else(|| Defect::new(value, expected()))?;
    }
    if u.iter().all(|number| number.abs() <= 0.0) {
        return Ok(None);
    }
    Site::check_u(u).map_err(|(expected, found)| Defect {
        offset: id.offset,
        expected: expected.to_owned(),
        found,
    })?;
    Ok(Some(u))
}
