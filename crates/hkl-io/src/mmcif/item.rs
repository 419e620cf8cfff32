//! Which item of `_refln` F is taken from.

use crate::cif::Table;
use crate::reflection_list::Quantity;

/// What all items of reflections start with.
const CATEGORY: &str = "_refln.";

/// Items that can become F, best first: one, or that of F(+) or I(+) and that of the Friedel mate.
const ITEMS: [(&[&str], Quantity); 10] = [
    (&["F_calc_au"], Quantity::Amplitude),
    (&["F_calc"], Quantity::Amplitude),
    (&["F_meas_au"], Quantity::Amplitude),
    (&["F_meas"], Quantity::Amplitude),
    (&["pdbx_F_plus", "pdbx_F_minus"], Quantity::Amplitude),
    (&["intensity_calc"], Quantity::Intensity),
    (&["F_squared_calc"], Quantity::Intensity),
    (&["intensity_meas"], Quantity::Intensity),
    (&["F_squared_meas"], Quantity::Intensity),
    (&["pdbx_I_plus", "pdbx_I_minus"], Quantity::Intensity),
];

/// Items that become F only if they are asked for: parts of a model, and coefficients of maps.
const ON_DEMAND: [&str; 4] =
    ["pdbx_F_calc_with_solvent", "pdbx_F_calc_part_solvent", "pdbx_FWT", "pdbx_DELFWT"];

/// Where F comes from.
#[derive(Debug, PartialEq)]
pub(super) struct Source {
    pub(super) quantity: Quantity,
    /// The places of one item, or of that of F(+) and that of F(-).
    pub(super) places: Vec<usize>,
    items: Vec<&'static str>,
}

impl Source {
    /// The names of its items.
    pub(super) fn name(&self) -> String {
        let items: Vec<_> = self.items.iter().map(|item| format!("{CATEGORY}{item}")).collect();
        items.join(", ")
    }
}

/// The item asked for, else the best that has a number; none if there is no such item.
pub(super) fn choose(table: &Table<'_>, asked: Option<&str>) -> Option<Source> {
    if let Some(asked) = asked {
        let item = asked.strip_prefix(CATEGORY).unwrap_or(asked);
        let on_demand = ON_DEMAND.iter().map(|item| (std::slice::from_ref(item), Quantity::Amplitude));
        let mut known = ITEMS.into_iter().chain(on_demand);
        let (items, quantity) =
            known.find(|(items, _)| items.iter().any(|known| known.eq_ignore_ascii_case(item)))?;
        return source(table, items, quantity);
    }
    let sources: Vec<_> =
        ITEMS.into_iter().filter_map(|(items, quantity)| source(table, items, quantity)).collect();
    let mut has_number = vec![false; sources.len()];
    for row in table.rows() {
        for (source, has_number) in sources.iter().zip(&mut has_number) {
            *has_number |= source.places.iter().any(|place| !row[*place].is_none());
        }
        if has_number.first() == Some(&true) {
            break;
        }
    }
    sources.into_iter().zip(has_number).find_map(|(source, has_number)| has_number.then_some(source))
}

/// What a table has in place of what was asked for, or of any item that has a number.
pub(super) fn found(table: &Table<'_>, asked: Option<&str>) -> String {
    let items = ITEMS.iter().filter_map(|(items, quantity)| source(table, items, *quantity));
    let names = items.map(|source| source.name()).collect::<Vec<_>>().join(", ");
    match asked {
        _ if names.is_empty() => "none".to_owned(),
        Some(_) => names,
        None => format!("only ? and . in {names}"),
    }
}

fn source(table: &Table<'_>, items: &[&'static str], quantity: Quantity) -> Option<Source> {
    let place = |item: &&str| table.place(&format!("{CATEGORY}{item}"));
    let places = items.iter().map(place).collect::<Option<Vec<_>>>()?;
    Some(Source { quantity, places, items: items.to_vec() })
}
