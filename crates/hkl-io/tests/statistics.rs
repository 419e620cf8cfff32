//! Completeness and Wilson's B of lists made for the purpose.

use std::fmt::Write;

use hkl_io::{ListOptions, Miller, ReflectionList, Statistics, mmcif};
use nanobragg_geometry::{Lattice, UnitCell};

const MAX_BYTES: usize = 1 << 26;

/// A list of `h k l F` in a cell and space group.
fn list(
    cell: [f64; 6],
    space_group: &str,
    reflections: impl IntoIterator<Item = (Miller, f64)>,
) -> ReflectionList {
    let [a, b, c, alpha, beta, gamma] = cell;
    let mut text = format!(
        "data_x\n_cell.length_a {a}\n_cell.length_b {b}\n_cell.length_c {c}\n_cell.angle_alpha {alpha}\n\
         _cell.angle_beta {beta}\n_cell.angle_gamma {gamma}\n_symmetry.space_group_name_H-M '{space_group}'\n\
         loop_\n_refln.index_h\n_refln.index_k\n_refln.index_l\n_refln.F_meas_au\n"
    );
    for (Miller { h, k, l }, factor) in reflections {
        writeln!(text, "{h} {k} {l} {factor}").expect("a string takes any text");
    }
    mmcif::parse(text.as_bytes(), "x.cif", &ListOptions::default()).expect("good mmCIF")
}

fn statistics(list: &ReflectionList, shells: usize) -> Statistics {
    Statistics::of(list, &list.expand_to_p1(MAX_BYTES).expect("a small grid"), shells, None)
}

/// How many unique reflections are possible up to the resolution of one, as counted by gemmi 0.7.5
/// (`make_miller_array`).
#[test]
fn possible_reflections_are_those_of_gemmi() {
    for (cell, space_group, [h, k, l], expected) in [
        ([30.0, 40.0, 50.0, 90.0, 90.0, 90.0], "P 21 21 21", [7, 8, 9], 1644),
        ([30.0, 40.0, 50.0, 90.0, 95.0, 90.0], "C 1 2 1", [7, 7, -9], 1221),
        ([60.0, 60.0, 90.0, 90.0, 90.0, 120.0], "R 3 :H", [5, 5, 21], 1546),
        ([60.0, 60.0, 90.0, 90.0, 90.0, 120.0], "P 61 2 2", [5, 5, 20], 1303),
        ([50.0, 50.0, 50.0, 90.0, 90.0, 90.0], "F d -3 m", [4, 6, 10], 67),
        ([20.0, 25.0, 30.0, 80.0, 95.0, 110.0], "P 1", [3, 5, -4], 1212),
        ([45.0, 45.0, 80.0, 90.0, 90.0, 90.0], "I 41", [6, 5, 11], 478),
    ] {
        let statistics = statistics(&list(cell, space_group, [(Miller::new(h, k, l), 5.0)]), 7);
        let possible: Vec<_> = statistics.shells.iter().map(|shell| shell.possible).collect();
        assert_eq!(possible.iter().sum::<usize>(), expected, "{space_group} {possible:?}");
        let found: Vec<_> = statistics.shells.iter().map(|shell| shell.found).collect();
        assert_eq!(found, [0, 0, 0, 0, 0, 0, 1], "{space_group}");
        assert!((statistics.completeness() - 1.0 / expected as f64).abs() < 1e-12);
        assert_eq!(statistics.wilson, None);
    }
}

/// Every equivalent and mate that is listed counts once.
#[test]
fn equivalents_count_once() {
    let of = |h, k, l, f| (Miller::new(h, k, l), f);
    let unique = [of(1, 2, 3, 10.0), of(2, 2, 2, 20.0), of(0, 0, 4, 30.0)];
    let more = [of(-1, -2, 3, 10.0), of(-1, -2, -3, 10.0), of(0, 0, -4, 30.0), of(0, 0, 3, 99.0)];
    let cell = [30.0, 40.0, 50.0, 90.0, 90.0, 90.0];
    let few = statistics(&list(cell, "P 21 21 21", unique), 2);
    let many = statistics(&list(cell, "P 21 21 21", unique.into_iter().chain(more)), 2);
    assert_eq!(few, many);
    let found: usize = few.shells.iter().map(|shell| shell.found).sum();
    assert_eq!(found, 3);
    let sum: f64 = few.shells.iter().map(|shell| shell.mean_f * shell.found as f64).sum();
    assert!((sum - 60.0).abs() < 1e-9);
}

/// F² = ε f² exp(−2B s²), with s = sin θ/λ, has the B of its making.
#[test]
fn b_is_that_of_the_intensities() {
    let cell = [30.0, 40.0, 50.0, 90.0, 90.0, 90.0];
    let Lattice { a_star, b_star, c_star, .. } =
        Lattice::from_cell(&UnitCell::new([30.0, 40.0, 50.0], [90.0; 3]).expect("a cell"));
    let d_min = 2.0;
    let group = hkl_io::SpaceGroup::from_symbol("P 21 21 2").expect("a group");
    let form_factor_squared = |s_squared: f64| 1000.0 * (-40.0 * s_squared).exp();
    for b in [0.0, 15.0, 80.0] {
        let mut reflections = Vec::new();
        for (h, k, l) in (0..16).flat_map(|h| (0..21).flat_map(move |k| (0..26).map(move |l| (h, k, l)))) {
            let node = Miller::new(h, k, l);
            let s = a_star * f64::from(h) + b_star * f64::from(k) + c_star * f64::from(l);
            let s_squared = s.dot(s) / 4.0;
            if node != Miller::new(0, 0, 0) && s_squared <= 0.25 / (d_min * d_min) {
                let intensity = group.epsilon(node) as f64
                    * form_factor_squared(s_squared)
                    * (-2.0 * b * s_squared).exp();
                reflections.push((node, intensity.sqrt()));
            }
        }
        let list = list(cell, "P 21 21 2", reflections);
        let p1 = list.expand_to_p1(MAX_BYTES).expect("a small grid");
        let of_atoms = Statistics::of(&list, &p1, 20, Some(&form_factor_squared));
        let relative = Statistics::of(&list, &p1, 20, None);
        for (statistics, expected) in [(of_atoms, b), (relative, b + 20.0)] {
            let wilson = statistics.wilson.expect("enough reflections");
            // Within a shell the mean of an exponential is not the exponential of the mean.
            assert!(
                (wilson.b_angstrom_squared - expected).abs() < 0.02 * expected.max(10.0),
                "{wilson:?} {expected}"
            );
            assert!(wilson.shell_count > 10, "{wilson:?}");
            assert!((statistics.completeness() - 1.0).abs() < 1e-12);
        }
    }
}
