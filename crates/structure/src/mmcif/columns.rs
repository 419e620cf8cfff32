//! Where in the rows of `_atom_site` what is.

use hkl_io::cif::{Defect, Table, Value};

use crate::Element;
use crate::site::{self, Impossible, Site};

/// Places of items among the values of a row.
#[derive(Debug)]
pub(super) struct Columns {
    id: Option<usize>,
    element: usize,
    position: [usize; 3],
    occupancy: usize,
    b: usize,
    charge: Option<usize>,
    model: Option<usize>,
    names: Names,
}

/// Places of what an atom is called, best first.
#[derive(Debug)]
struct Names {
    atom: Vec<usize>,
    residue: Vec<usize>,
    chain: Vec<usize>,
    number: Vec<usize>,
    insertion: Vec<usize>,
    conformer: Vec<usize>,
}

impl Columns {
    /// The places in a table.
    ///
    /// # Errors
    ///
    /// The item that it lacks.
    pub(super) fn of(table: &Table<'_>) -> Result<Self, String> {
        let optional = |item: &str| table.place(&format!("_atom_site.{item}"));
        let needed = |item: &str| optional(item).ok_or_else(|| format!("_atom_site.{item}"));
        let any = |items: &[&str]| items.iter().filter_map(|item| optional(item)).collect();
        Ok(Self {
            id: optional("id"),
            element: needed("type_symbol")?,
            position: [needed("Cartn_x")?, needed("Cartn_y")?, needed("Cartn_z")?],
            occupancy: needed("occupancy")?,
            b: needed("B_iso_or_equiv")?,
            charge: optional("pdbx_formal_charge"),
            model: optional("pdbx_PDB_model_num"),
            names: Names {
                atom: any(&["auth_atom_id", "label_atom_id"]),
                residue: any(&["auth_comp_id", "label_comp_id"]),
                chain: any(&["auth_asym_id", "label_asym_id"]),
                number: any(&["auth_seq_id", "label_seq_id"]),
                insertion: any(&["pdbx_PDB_ins_code"]),
                conformer: any(&["label_alt_id"]),
            },
        })
    }

    /// What displacements name the atom by.
    pub(super) fn id<'a>(&self, row: &[Value<'a>]) -> Option<Value<'a>> {
        self.id.map(|place| row[place])
    }

    /// The model that the atom is of.
    pub(super) fn model<'a>(&self, row: &[Value<'a>]) -> Option<&'a [u8]> {
        self.model.map(|place| row[place].text)
    }

    /// The atom, with U in Å² if it has one: then B may be unknown.
    pub(super) fn site(&self, row: &[Value<'_>], u: Option<[f64; 6]>) -> Result<Site, Defect> {
        let name = self.names.of(row);
        let number = |place: usize, what: &str, check: fn(f64) -> Result<(), Impossible>| {
            let value = &row[place];
            let number =
                value.number().ok_or_else(|| Defect::new(value, format!("{what}, a number, for {name}")))?;
            check(number).map_err(|(expected, _)| Defect::new(value, format!("{expected} for {name}")))?;
            Ok(number)
        };
        let [x, y, z] = [("x in Å", 0), ("y in Å", 1), ("z in Å", 2)]
            .map(|(what, axis)| number(self.position[axis], what, Site::check_coordinate));
        let symbol = &row[self.element];
        let element = symbol.as_str().and_then(Element::from_symbol);
        let is_b_unknown = u.is_some() && row[self.b].is_none();
        Ok(Site {
            element: element
                .ok_or_else(|| Defect::new(symbol, format!("an element from H to Cf for {name}")))?,
            charge: self.charge.map_or(Ok(0), |place| charge(&row[place], &name))?,
            position_angstrom: [x?, y?, z?],
            occupancy: number(self.occupancy, "the occupancy", Site::check_occupancy)?,
            b: if is_b_unknown { 0.0 } else { number(self.b, "B in Å²", Site::check_b)? },
            u,
            name,
        })
    }
}

impl Names {
    fn of(&self, row: &[Value<'_>]) -> String {
        let text = |places: &[usize]| {
            let value = places.iter().map(|place| &row[*place]).find(|value| !value.is_none());
            value.map_or("".into(), |value| String::from_utf8_lossy(value.text))
        };
        let number = text(&self.number) + text(&self.insertion);
        let [atom, residue, chain, conformer] =
            [&self.atom, &self.residue, &self.chain, &self.conformer].map(|places| text(places));
        site::name(&atom, [&residue, &chain, &number], &conformer)
    }
}

/// A whole number of elementary charges; 0 if it is not stated.
fn charge(value: &Value<'_>, name: &str) -> Result<i8, Defect> {
    if value.is_none() {
        return Ok(0);
    }
    let charge = value.as_str().and_then(|text| text.parse().ok()).filter(|charge| (-9..=9).contains(charge));
    charge.ok_or_else(|| Defect::new(value, format!("a charge from -9 to 9 for {name}")))
}
