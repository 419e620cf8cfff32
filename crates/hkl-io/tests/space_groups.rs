//! Space groups: the operators of all settings, and what they do to structure factors.

use std::f64::consts::TAU;
use std::fmt::Write;

use hkl_io::symmetry::Operator;
use hkl_io::{Miller, SpaceGroup};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sha2::{Digest, Sha256};

/// The order of the point groups, and the last number of a space group that has it (International Tables A, 3.2.1).
const POINT_GROUP_ORDERS: [(u16, usize); 22] = [
    (1, 1),
    (2, 2),
    (9, 2),
    (15, 4),
    (46, 4),
    (74, 8),
    (82, 4),
    (88, 8),
    (122, 8),
    (142, 16),
    (146, 3),
    (148, 6),
    (161, 6),
    (167, 12),
    (174, 6),
    (176, 12),
    (190, 12),
    (194, 24),
    (199, 12),
    (206, 24),
    (220, 24),
    (230, 48),
];

fn expected_order(group: &SpaceGroup) -> usize {
    let number = group.number().expect("a setting of the table has a number");
    let row = POINT_GROUP_ORDERS.iter().find(|(last, _)| number <= *last);
    let lattice_points = match group.hermann_mauguin().chars().next() {
        Some('P') => 1,
        Some('A' | 'B' | 'C' | 'I') => 2,
        Some('R') if group.hermann_mauguin().ends_with(":R") => 1,
        Some('R') => 3,
        Some('F') => 4,
        letter => panic!("lattice {letter:?}"),
    };
    row.expect("a number up to 230").1 * lattice_points
}

#[test]
fn all_settings_are_groups_of_the_right_order() {
    let mut numbers = std::collections::BTreeSet::new();
    for group in SpaceGroup::settings() {
        assert_eq!(group.operators().len(), expected_order(&group), "{group}");
        assert_eq!(group.operators()[0], Operator::IDENTITY, "{group}");
        let again = SpaceGroup::from_operators(group.operators().iter().copied());
        assert_eq!(again.expect("the operators of a setting are a group"), group, "{group}");
        numbers.extend(group.number());
    }
    assert!(numbers.into_iter().eq(1..=230));
}

#[test]
fn a_symbol_stands_for_one_setting() {
    for group in SpaceGroup::settings() {
        let symbol = group.hermann_mauguin();
        for spelling in
            [symbol.to_owned(), symbol.replace(' ', ""), symbol.to_uppercase(), symbol.replace(" :", ":")]
        {
            let found = SpaceGroup::from_symbol(&spelling).expect("the symbol of a setting");
            assert_eq!((found.hermann_mauguin(), &found), (symbol, &group), "{spelling}");
        }
    }
}

/// The sum is of what gemmi 0.7.5 says for the same settings (`gemmi.spacegroup_table()`): a line for each, of the
/// number and the sorted triplets with blanks between, the lines sorted.
#[test]
fn operators_are_those_of_gemmi() {
    let mut lines: Vec<_> = SpaceGroup::settings()
        .map(|group| {
            let mut triplets: Vec<_> = group.operators().iter().map(ToString::to_string).collect();
            triplets.sort();
            format!("{} {}\n", group.number().unwrap_or(0), triplets.join(" "))
        })
        .collect();
    lines.sort();
    assert_eq!(lines.len(), 564);
    let sum = Sha256::digest(lines.concat()).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes any text");
        hex
    });
    assert_eq!(sum, "7b986391e6725ad064ca27c7b07f7e147384de76f5c80cffbdd3468c3a4f9cfe");
}

/// Where an atom is, in fractional coordinates, and its weight.
type Atom = ([f64; 3], f64);

/// F of atoms and all their images by direct summation: real and imaginary part.
fn structure_factor(group: &SpaceGroup, atoms: &[Atom], node: Miller) -> [f64; 2] {
    let images = |point: [f64; 3]| group.operators().iter().map(move |o| o.transform_point(point));
    let terms = atoms.iter().flat_map(|(point, weight)| images(*point).map(move |image| (image, weight)));
    terms.fold([0.0; 2], |[re, im], ([x, y, z], weight)| {
        let angle = TAU * (f64::from(node.h) * x + f64::from(node.k) * y + f64::from(node.l) * z);
        [re + weight * angle.cos(), im + weight * angle.sin()]
    })
}

/// Atoms anywhere, and indices of all kinds, those with zeros and equal ones among them.
fn atoms_and_indices() -> impl Strategy<Value = (Vec<Atom>, Vec<[i32; 3]>)> {
    let atom = (prop::array::uniform3(0.0..1.0), 1.0..9.0);
    let indices = prop::collection::vec(prop::array::uniform3(-5..6_i32), 12);
    (prop::collection::vec(atom, 3), indices)
}

#[test]
fn equivalents_have_the_same_modulus_and_absences_vanish() {
    let mut runner = TestRunner::deterministic();
    let special = [
        [0, 0, 0],
        [1, 0, 0],
        [0, 0, 1],
        [0, 0, 3],
        [0, 3, 0],
        [0, 2, 1],
        [1, 1, 0],
        [2, 2, 5],
        [1, -1, 2],
        [4, 0, 2],
    ];
    for group in SpaceGroup::settings() {
        let (atoms, general) = atoms_and_indices().new_tree(&mut runner).expect("atoms").current();
        let scale: f64 = atoms.iter().map(|(_, weight)| weight).sum::<f64>() * group.operators().len() as f64;
        for [h, k, l] in special.into_iter().chain(general) {
            let node = Miller::new(h, k, l);
            let [re, im] = structure_factor(&group, &atoms, node);
            let absent = re.hypot(im) < 1e-10 * scale;
            assert_eq!(group.is_systematically_absent(node), absent, "{group} {node}: {}", re.hypot(im));
            for operator in group.operators() {
                let found = structure_factor(&group, &atoms, operator.transform_miller(node));
                let (sin, cos) = operator.phase_shift(node).sin_cos();
                let expected = [re * cos - im * sin, re * sin + im * cos];
                for (found, expected) in found.into_iter().zip(expected) {
                    assert!((found - expected).abs() < 1e-10 * scale, "{group} {node} {operator}");
                }
            }
        }
    }
}
