//! Space groups: symmetry operators from Hermann-Mauguin symbols, numbers, Hall symbols or triplets, and what they do
//! to structure factors.

mod group;
mod hall;
mod metric;
mod operator;
mod settings;

pub use operator::Operator;

use std::collections::{BTreeSet, HashSet};
use std::fmt;

use nanobragg_geometry::UnitCell;

use crate::found::quoted;
use crate::{Error, Miller};
use settings::Setting;

/// A space group in one setting.
///
/// Two are equal if they have the same operators.
#[derive(Debug, Clone)]
pub struct SpaceGroup {
    /// In the order of [`group::ordered`].
    operators: Vec<Operator>,
    primitive_count: usize,
    number: Option<u16>,
    symbol: String,
}

impl SpaceGroup {
    /// The space group of a Hermann-Mauguin symbol, such as `P 21 21 21`, `P212121`, `P 1 21 1`, `P 21/c`, `R 3 :H` or
    /// `H 3`, of a number, such as `19`, or of a Hall symbol.
    ///
    /// A symbol that leaves the setting open stands for unique axis b, origin choice 1 and hexagonal axes. It is not
    /// taken for a Hall symbol if it is a Hermann-Mauguin symbol: `P 2` is `P 1 2 1`.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownSpaceGroup`].
    pub fn from_symbol(symbol: &str) -> Result<Self, Error> {
        let by_number = || Self::from_number(symbol.trim().parse().ok()?).ok();
        let setting = settings::find(symbol).and_then(Self::of_setting);
        setting.or_else(by_number).or_else(|| Self::of_hall(symbol)).ok_or_else(|| Error::UnknownSpaceGroup {
            expected: "a space group by symbol or number, such as P 21 21 21 or 19",
            found: quoted(symbol),
        })
    }

    /// The standard setting of a number in International Tables A.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownSpaceGroup`] unless it is from 1 to 230.
    pub fn from_number(number: u16) -> Result<Self, Error> {
        let setting = settings::all().find(|setting| setting.number == number);
        setting.and_then(Self::of_setting).ok_or_else(|| Error::UnknownSpaceGroup {
            expected: "the number of a space group, from 1 to 230",
            found: number.to_string(),
        })
    }

    /// The space group of a Hall symbol, such as `P 2ac 2ab`, of the table or not.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownSpaceGroup`].
    pub fn from_hall(symbol: &str) -> Result<Self, Error> {
        Self::of_hall(symbol).ok_or_else(|| Error::UnknownSpaceGroup {
            expected: "a Hall symbol of a space group, such as P 2ac 2ab",
            found: quoted(symbol),
        })
    }

    /// The space group of all its operators, those with the translations of a centred cell included.
    ///
    /// # Errors
    ///
    /// [`Error::NotAGroup`] if the product of two is not among them, or if they are more than a space group has.
    pub fn from_operators(operators: impl IntoIterator<Item = Operator>) -> Result<Self, Error> {
        let operators: BTreeSet<Operator> = operators.into_iter().collect();
        if let Some(operator) = operators.iter().find(|operator| !operator.is_rigid()) {
            let found = format!("{operator}, which is of another determinant");
            return Err(Error::NotAGroup { expected: "rotations and their inverses", found });
        }
        if operators.is_empty() || operators.len() > group::MOST {
            let found = operators.len().to_string();
            return Err(Error::NotAGroup { expected: "1 to 192 different ones", found });
        }
        if let Some((a, b)) = group::not_closed(&operators) {
            let found = format!("{a} and {b} without their product");
            return Err(Error::NotAGroup { expected: "a group", found });
        }
        let operators = operators.into_iter().collect();
        let setting = settings::all().find(|setting| is_setting(&operators, *setting));
        let symbol = setting.map_or("unknown", |setting| setting.symbol());
        Ok(Self::new(operators, setting.map(|setting| setting.number), symbol))
    }

    /// Every setting in the table, ordered by number, the standard one of a number first.
    pub fn settings() -> impl Iterator<Item = Self> {
        settings::all().filter_map(Self::of_setting)
    }

    /// All operators, the identity first; those with the translations of a centred cell last.
    #[must_use]
    pub fn operators(&self) -> &[Operator] {
        &self.operators
    }

    /// One operator of each rotation: all of them but for the translations of a centred cell.
    #[must_use]
    pub fn primitive_operators(&self) -> &[Operator] {
        &self.operators[..self.primitive_count]
    }

    /// The number in International Tables A; `None` for a setting that is not in the table.
    #[must_use]
    pub const fn number(&self) -> Option<u16> {
        self.number
    }

    /// The Hermann-Mauguin symbol with its setting, such as `P 1 21 1` or `R 3 :H`; of a group that is not in the table
    /// the Hall symbol that it was made from, else `unknown`.
    #[must_use]
    pub fn hermann_mauguin(&self) -> &str {
        &self.symbol
    }

    /// Whether inversion is among the rotations: then F(-h) has the modulus of F(h), whatever scatters.
    #[must_use]
    pub fn is_centrosymmetric(&self) -> bool {
        self.primitive_operators()
            .iter()
            .any(|operator| operator.rotation == [[-1, 0, 0], [0, -1, 0], [0, 0, -1]])
    }

    /// Whether F is 0 for any content of the cell.
    #[must_use]
    pub fn is_systematically_absent(&self, node: Miller) -> bool {
        // The others of a centred cell are products of these.
        let mut translations = self.operators.iter().step_by(self.primitive_count);
        translations.any(|operator| operator.turn(node) != 0)
            || self
                .primitive_operators()
                .iter()
                .any(|operator| operator.keeps(node) && operator.turn(node) != 0)
    }

    /// Whether F(-h) is among the equivalents of F(h).
    #[must_use]
    pub fn is_centric(&self, node: Miller) -> bool {
        self.primitive_operators().iter().any(|operator| operator.transform_miller(node) == -node)
    }

    /// Whether a node stands for all its equivalents and their Friedel mates: it is allowed, and the last of them.
    #[must_use]
    pub fn is_unique(&self, node: Miller) -> bool {
        let is_last = |other: Miller| node >= other && node >= -other;
        self.primitive_operators().iter().all(|operator| is_last(operator.transform_miller(node)))
            && !self.is_systematically_absent(node)
    }

    /// ε: how many times as large as that of a general reflection the mean intensity is, by the rotations that leave h as
    /// it is. The factor of a centred cell, which all reflections have that are not absent, is not in it.
    #[must_use]
    pub fn epsilon(&self, node: Miller) -> usize {
        self.primitive_operators().iter().filter(|operator| operator.keeps(node)).count()
    }

    /// Whether a cell has the symmetry of the group's rotations, to about 1 % of its edges and 1° of its angles.
    #[must_use]
    pub fn fits(&self, cell: &UnitCell) -> bool {
        self.primitive_operators().iter().all(|operator| metric::is_kept(&operator.rotation, cell))
    }

    /// This group, or its setting on rhombohedral axes if it is on hexagonal ones and only the former fit the cell: `R 3`
    /// does not say which it means.
    #[must_use]
    pub fn on_axes_of(self, cell: &UnitCell) -> Self {
        let rhombohedral = self.symbol.strip_suffix(":H").map(|name| format!("{name}:R"));
        let rhombohedral = rhombohedral.and_then(|symbol| Self::from_symbol(&symbol).ok());
        match rhombohedral {
            Some(group) if group.fits(cell) && !self.fits(cell) => group,
            _ => self,
        }
    }

    fn new(group: HashSet<Operator>, number: Option<u16>, symbol: &str) -> Self {
        let (operators, primitive_count) = group::ordered(group);
        Self { operators, primitive_count, number, symbol: symbol.to_owned() }
    }

    fn of_setting(setting: Setting) -> Option<Self> {
        let group = group::closure(&hall::generators(setting.hall)?)?;
        Some(Self::new(group, Some(setting.number), setting.symbol()))
    }

    fn of_hall(symbol: &str) -> Option<Self> {
        let group = group::closure(&hall::generators(symbol)?)?;
        let setting = settings::all().find(|setting| is_setting(&group, *setting));
        let symbol = setting.map_or(symbol.trim(), |setting| setting.symbol());
        Some(Self::new(group, setting.map(|setting| setting.number), symbol))
    }
}

impl PartialEq for SpaceGroup {
    fn eq(&self, other: &Self) -> bool {
        self.operators == other.operators
    }
}

impl Eq for SpaceGroup {}

impl fmt::Display for SpaceGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.symbol)
    }
}

/// Whether a group is that of a setting.
fn is_setting(group: &HashSet<Operator>, setting: Setting) -> bool {
    let Some(generators) = hall::generators(setting.hall) else { return false };
    generators.iter().all(|generator| group.contains(generator))
        && group::closure(&generators).is_some_and(|closure| closure.len() == group.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cases at most: Miri takes a minute for each search of the table.
    const MOST: usize = if cfg!(miri) { 1 } else { usize::MAX };

    #[test]
    fn a_setting_is_found_by_any_of_its_symbols() {
        for (symbol, number, setting, count) in [
            ("P 21 21 21", 19, "P 21 21 21", 4),
            ("p212121", 19, "P 21 21 21", 4),
            ("P 2ac 2ab", 19, "P 21 21 21", 4),
            ("19", 19, "P 21 21 21", 4),
            (" P 2_1 2_1 2_1 ", 19, "P 21 21 21", 4),
            ("P 1 21 1", 4, "P 1 21 1", 2),
            ("P 21", 4, "P 1 21 1", 2),
            ("P 2", 3, "P 1 2 1", 2),
            ("C 1 2 1", 5, "C 1 2 1", 4),
            ("I 1 2 1", 5, "I 1 2 1", 4),
            ("I 1 21 1", 5, "I 1 21 1", 4),
            ("B 2", 5, "B 1 1 2", 4),
            ("P 2 2 21", 17, "P 2 2 21", 4),
            ("P 21 2 21", 18, "P 21 2 21", 4),
            ("P21/c", 14, "P 1 21/c 1", 4),
            ("P 1 21/n 1", 14, "P 1 21/n 1", 4),
            ("R 3 :H", 146, "R 3 :H", 9),
            ("H 3", 146, "R 3 :H", 9),
            ("R 3", 146, "R 3 :H", 9),
            ("R3:R", 146, "R 3 :R", 3),
            ("H 3 2", 155, "R 3 2 :H", 18),
            ("H32", 155, "R 3 2 :H", 18),
            ("P 31 2 1", 152, "P 31 2 1", 6),
            ("P 31 1 2", 151, "P 31 1 2", 6),
            ("I 41/A C D :2", 142, "I 41/a c d :2", 32),
            ("Fd-3m", 227, "F d -3 m :1", 192),
            ("C m c e", 64, "C m c a", 16),
            ("F 4 2 2", 97, "F 4 2 2", 32),
        ]
        .into_iter()
        .take(MOST)
        {
            let group = SpaceGroup::from_symbol(symbol).unwrap();
            let found = (group.number(), group.hermann_mauguin(), group.operators().len());
            assert_eq!(found, (Some(number), setting, count), "{symbol}");
        }
    }

    #[test]
    fn no_space_group_is_made_of_other_text() {
        for symbol in ["", "P 5", "Q 2 2 2", "0", "231", "P 21 21 21 21", "x,y,z"].into_iter().take(MOST) {
            let message = SpaceGroup::from_symbol(symbol).unwrap_err().to_string();
            assert_eq!(
                message,
                format!(
                    "expected a space group by symbol or number, such as P 21 21 21 or 19, found {symbol:?}"
                )
            );
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "makes the groups of the whole table, which takes Miri minutes")]
    fn a_setting_that_is_in_no_table_has_its_hall_symbol() {
        let group = SpaceGroup::from_hall("P 2 2 (0 0 1)").unwrap();
        assert_eq!((group.number(), group.hermann_mauguin()), (None, "P 2 2 (0 0 1)"));
        let again = SpaceGroup::from_operators(group.operators().iter().copied()).unwrap();
        assert_eq!((&again, again.hermann_mauguin()), (&group, "unknown"));
    }

    fn refusal(triplets: &[&str]) -> String {
        let operators = triplets.iter().map(|triplet| Operator::parse(triplet).unwrap());
        SpaceGroup::from_operators(operators).unwrap_err().to_string()
    }

    #[test]
    fn operators_that_are_no_group_are_refused() {
        for (triplets, found) in [
            (&[][..], "expected symmetry operators that are 1 to 192 different ones, found 0"),
            (
                &["x,y,z", "-y,x,z"],
                "expected symmetry operators that are a group, found -y,x,z and -y,x,z without their product",
            ),
            (
                &["x,y,z", "-x,y+1/3,-z"],
                "expected symmetry operators that are a group, found -x,y+1/3,-z and -x,y+1/3,-z without their product",
            ),
        ] {
            assert_eq!(refusal(triplets), found);
        }
        let flat = Operator { rotation: [[1, 0, 0], [0, 1, 0], [0, 0, 0]], translation: [0; 3] };
        let message = SpaceGroup::from_operators([Operator::IDENTITY, flat]).unwrap_err().to_string();
        assert!(message.contains("x,y,0"), "{message}");
    }

    #[test]
    fn a_group_without_axes_takes_those_of_the_cell() {
        let rhombohedral = UnitCell::new([60.0; 3], [75.0; 3]).unwrap();
        let hexagonal = UnitCell::new([60.0, 60.0, 100.0], [90.0, 90.0, 120.0]).unwrap();
        let oblique = UnitCell::new([60.0, 61.0, 100.0], [90.0, 90.0, 118.0]).unwrap();
        for (symbol, cell, expected, fits) in [
            ("R 3 2", rhombohedral, "R 3 2 :R", true),
            ("R 3 2", hexagonal, "R 3 2 :H", true),
            ("R 3 2", oblique, "R 3 2 :H", false),
            ("P 3", oblique, "P 3", false),
            ("P 61 2 2", hexagonal, "P 61 2 2", true),
            ("P 1 21 1", hexagonal, "P 1 21 1", false),
            ("P 1 1 21", hexagonal, "P 1 1 21", true),
            ("P 1", oblique, "P 1", true),
        ]
        .into_iter()
        .take(MOST)
        {
            let group = SpaceGroup::from_symbol(symbol).unwrap().on_axes_of(&cell);
            assert_eq!((group.hermann_mauguin(), group.fits(&cell)), (expected, fits), "{symbol}");
        }
    }

    #[test]
    fn absences_and_multiplicities() {
        let p212121 = SpaceGroup::from_number(19).unwrap();
        let c2 = SpaceGroup::from_symbol("C 1 2 1").unwrap();
        let r3 = SpaceGroup::from_symbol("R 3 :H").unwrap();
        for (group, [h, k, l], absent, epsilon, centric) in [
            (&p212121, [1, 0, 0], true, 2, true),
            (&p212121, [2, 0, 0], false, 2, true),
            (&p212121, [1, 1, 0], false, 1, true),
            (&p212121, [1, 2, 3], false, 1, false),
            (&c2, [1, 0, 0], true, 1, true),
            (&c2, [0, 2, 0], false, 2, false),
            (&c2, [1, 1, 5], false, 1, false),
            (&r3, [1, 0, 0], true, 1, false),
            (&r3, [1, 0, 1], false, 1, false),
            (&r3, [0, 0, 3], false, 3, false),
            (&r3, [0, 0, 0], false, 3, true),
        ] {
            let node = Miller::new(h, k, l);
            let found = (group.is_systematically_absent(node), group.epsilon(node), group.is_centric(node));
            assert_eq!(found, (absent, epsilon, centric), "{group} {node}");
        }
        assert!(SpaceGroup::from_symbol("P 1 21/c 1").unwrap().is_centrosymmetric());
        assert!(!p212121.is_centrosymmetric());
    }
}
