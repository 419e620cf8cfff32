//! The cell and the space group of a crystal.

use nanobragg_geometry::UnitCell;

use super::{Block, Defect, Value};
use crate::symmetry::Operator;
use crate::{Error, SpaceGroup};

/// Items of the edges in Å, then of the angles in degrees.
const CELL: [&str; 6] = [
    "_cell.length_a",
    "_cell.length_b",
    "_cell.length_c",
    "_cell.angle_alpha",
    "_cell.angle_beta",
    "_cell.angle_gamma",
];

/// Loops of all symmetry operators.
const OPERATORS: [&str; 2] = ["_space_group_symop.operation_xyz", "_symmetry_equiv.pos_as_xyz"];

/// Items of Hermann-Mauguin symbols.
const SYMBOLS: [&str; 3] =
    ["_symmetry.space_group_name_H-M", "_space_group.name_H-M_alt", "_space_group.name_H-M_full"];

/// Items of Hall symbols.
const HALL_SYMBOLS: [&str; 2] = ["_symmetry.space_group_name_Hall", "_space_group.name_Hall"];

/// Items of numbers of space groups.
const NUMBERS: [&str; 2] = ["_symmetry.Int_Tables_number", "_space_group.IT_number"];

/// The unit cell, each number from the first of the blocks that states it; none if one is stated nowhere.
///
/// # Errors
///
/// A number that is none, or a cell without a volume.
pub fn cell<'a>(blocks: &[&Block<'a>]) -> Result<Option<UnitCell>, Defect> {
    let Some(values) = CELL.iter().map(|item| value(blocks, item)).collect::<Option<Vec<_>>>() else {
        return Ok(None);
    };
    let number = |place: usize| {
        values[place]
            .number()
            .ok_or_else(|| Defect::new(&values[place], format!("a number for {}", CELL[place])))
    };
    let edges = [number(0)?, number(1)?, number(2)?];
    let angles = [number(3)?, number(4)?, number(5)?];
    UnitCell::new(edges, angles)
        .map(Some)
        .map_err(|_| Defect::new(&values[0], "a unit cell that has a volume"))
}

/// The space group of the operators in the first of the blocks that lists them, else of the Hall symbol, which tells origins
/// apart, of the Hermann-Mauguin symbol or of the number; none if nothing of it is stated.
///
/// # Errors
///
/// Operators that make no group, and symbols and numbers of none.
pub fn space_group<'a>(blocks: &[&Block<'a>]) -> Result<Option<SpaceGroup>, Defect> {
    for item in OPERATORS {
        let values = blocks.iter().map(|block| block.values(item).collect::<Vec<_>>());
        if let Some(values) = values.into_iter().find(|values| !values.is_empty()) {
            return of_operators(&values).map(Some);
        }
    }
    let named = |items: &[&str]| items.iter().find_map(|item| value(blocks, item));
    if let Some(value) = named(&HALL_SYMBOLS) {
        return of_text(value, SpaceGroup::from_hall);
    }
    if let Some(value) = named(&SYMBOLS) {
        return of_text(value, SpaceGroup::from_symbol);
    }
    if let Some(value) = named(&NUMBERS) {
        let number = value.as_str().and_then(|text| text.parse().ok());
        let group = number.and_then(|number| SpaceGroup::from_number(number).ok());
        return group
            .map(Some)
            .ok_or_else(|| Defect::new(&value, "the number of a space group, from 1 to 230"));
    }
    Ok(None)
}

fn value<'a>(blocks: &[&Block<'a>], item: &str) -> Option<Value<'a>> {
    blocks.iter().find_map(|block| block.values(item).next())
}

fn of_operators<'a>(values: &[Value<'a>]) -> Result<SpaceGroup, Defect> {
    let operator = |value: &Value<'a>| {
        let text = value.as_str().unwrap_or_default();
        Operator::parse(text).map_err(|error| of_symmetry(value, error))
    };
    let operators = values.iter().map(operator).collect::<Result<Vec<_>, _>>()?;
    SpaceGroup::from_operators(operators).map_err(|error| of_symmetry(&values[0], error))
}

fn of_text<'a>(
    value: Value<'a>,
    group: impl Fn(&str) -> Result<SpaceGroup, Error>,
) -> Result<Option<SpaceGroup>, Defect> {
    group(value.as_str().unwrap_or_default()).map(Some).map_err(|error| of_symmetry(&value, error))
}

/// What is wrong with a value for the symmetry.
fn of_symmetry(value: &Value<'_>, error: Error) -> Defect {
    let (offset, expected, found) = error.of_symmetry();
    Defect { offset: value.offset + offset, expected, found }
}
