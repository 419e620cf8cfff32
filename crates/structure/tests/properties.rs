//! What holds of structure factors whatever the structure.
#![expect(clippy::unwrap_used, reason = "helpers of tests stop like tests")]

use std::path::Path;

use std::f64::consts::TAU;
use std::sync::Mutex;

use hkl_io::{Miller, SpaceGroup};
use nanobragg_geometry::UnitCell;
use nanobragg_structure::{
    Atom, BulkSolvent, Complex, Computation, Displacement, Element, Error, Model, StructureFactors,
};
use proptest::prelude::*;

/// Cells from the most general to those of high symmetry.
const CELLS: [([f64; 3], [f64; 3]); 10] = [
    ([9.0, 10.0, 11.0], [80.0, 95.0, 100.0]),
    ([9.0, 10.0, 11.0], [90.0, 104.0, 90.0]),
    ([9.0, 10.0, 11.0], [90.0, 90.0, 104.0]),
    ([9.0, 10.0, 11.0], [104.0, 90.0, 90.0]),
    ([9.0, 10.0, 11.0], [90.0; 3]),
    ([9.0, 9.0, 11.0], [90.0; 3]),
    ([9.0, 11.0, 9.0], [90.0; 3]),
    ([11.0, 9.0, 9.0], [90.0; 3]),
    ([9.0, 9.0, 11.0], [90.0, 90.0, 120.0]),
    ([9.0; 3], [90.0; 3]),
];

fn cell_of(group: &SpaceGroup) -> UnitCell {
    let mut cells = CELLS.iter().map(|(edges, angles)| UnitCell::new(*edges, *angles).unwrap());
    cells.find(|cell| group.fits(cell)).unwrap_or_else(|| panic!("no cell for {group}"))
}

fn atom(symbol: &str, position: [f64; 3], b: f64) -> Atom {
    Atom {
        name: symbol.to_owned(),
        element: Element::from_symbol(symbol).unwrap(),
        charge: 0,
        position,
        occupancy: 0.8,
        displacement: Displacement::Isotropic { b },
    }
}

/// The same content without symmetry.
fn expanded(model: &Model) -> Model {
    let copies = model.atoms.iter().flat_map(|atom| {
        let operators = model.space_group.operators().iter();
        operators
            .map(move |operator| Atom { position: operator.transform_point(atom.position), ..atom.clone() })
    });
    Model::new(model.cell, SpaceGroup::from_number(1).unwrap(), copies.collect())
}

fn direct(model: &Model, d_min: f64) -> StructureFactors {
    Computation::new(model, d_min).direct(&|_| ()).unwrap()
}

fn mean(factors: &StructureFactors) -> f64 {
    factors.iter().map(|(_, factor)| factor.norm()).sum::<f64>() / factors.iter().count() as f64
}

/// The largest distance in the complex plane.
fn worst(found: &StructureFactors, expected: &StructureFactors) -> f64 {
    assert!(found.iter().map(|(node, _)| node).eq(expected.iter().map(|(node, _)| node)));
    found.iter().zip(expected.iter()).map(|((_, a), (_, b))| (a - b).norm()).fold(0.0, f64::max)
}

/// Absences, phases and centrings of every setting: the sum over operators is that over all atoms of the cell.
#[test]
fn a_space_group_is_what_its_copies_scatter() {
    for group in SpaceGroup::settings() {
        let atoms = vec![atom("C", [0.13, 0.29, 0.41], 5.0), atom("O", [0.37, 0.07, 0.83], 10.0)];
        let model = Model::new(cell_of(&group), group, atoms);
        let (found, expected) = (direct(&model, 3.0), direct(&expanded(&model), 3.0));
        let tolerance = 1e-10 * expected.get(Miller::new(0, 0, 0)).unwrap().norm();
        assert!(worst(&found, &expected) < tolerance, "{}", model.space_group);
        // Without symmetry nothing is set to 0: what is absent cancels.
        let absent = expected.iter().filter(|(node, _)| model.space_group.is_systematically_absent(*node));
        for (node, factor) in absent {
            assert!(factor.norm() < tolerance, "{} {node} {factor}", model.space_group);
        }
        for operator in model.space_group.operators() {
            for (node, factor) in expected.iter() {
                let equivalent = expected.get(operator.transform_miller(node)).unwrap();
                let apart = (equivalent.norm() - factor.norm()).abs();
                assert!(apart < tolerance, "{} {operator} {node}: {apart}", model.space_group);
            }
        }
    }
}

#[test]
fn the_transform_has_the_symmetry_of_every_setting() {
    for group in SpaceGroup::settings() {
        let atoms = vec![atom("C", [0.13, 0.29, 0.41], 15.0), atom("S", [0.37, 0.07, 0.83], 20.0)];
        let model = Model::new(cell_of(&group), group, atoms);
        let computation = Computation::new(&model, 2.0);
        let (found, expected) = (computation.run(&|_| ()).unwrap(), computation.direct(&|_| ()).unwrap());
        let mean = mean(&expected);
        assert!(worst(&found, &expected) < 2e-3 * mean, "{}", model.space_group);
        for (node, factor) in found.iter().chain(expected.iter()) {
            let is_absent = model.space_group.is_systematically_absent(node);
            assert!(!is_absent || factor.norm() < 1e-9, "{} {node} {factor}", model.space_group);
        }
        for factors in [&found, &expected] {
            for (node, factor) in factors.iter() {
                for operator in model.space_group.operators() {
                    let copy = operator.transform_miller(node);
                    let apart = factors.get(copy).unwrap().norm() - factor.norm();
                    assert!(apart.abs() < 1e-4 * mean, "{} {node} {copy}", model.space_group);
                }
            }
        }
    }
}

/// The mask was sampled more finely the farther out structure factors were wanted: those of low resolution changed by 20 %.
#[test]
fn the_solvent_does_not_depend_on_the_resolution() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/structures/5e5z.pdb");
    let model = nanobragg_structure::read(&path, &nanobragg_structure::ReadOptions::default()).unwrap();
    let to =
        |d_min| Computation::new(&model, d_min).solvent(Some(BulkSolvent::default())).run(&|_| ()).unwrap();
    let coarse = to(3.0);
    for d_min in [2.0, 1.2, 1.0, 0.7, 0.45] {
        let fine = to(d_min);
        for (node, factor) in coarse.iter() {
            let apart = (fine.get(node).unwrap() - factor).norm();
            assert!(apart < 1e-3 * mean(&coarse), "{d_min} Å: {node} {apart}");
        }
    }
}

/// A solvent without atoms fills the cell, and has structure factors at the origin alone.
#[test]
fn solvent_alone_scatters_forward() {
    let group = SpaceGroup::from_symbol("C 1 2 1").unwrap();
    let cell = cell_of(&group);
    let model = Model::new(cell, group, Vec::new());
    let factors = Computation::new(&model, 2.0).solvent(Some(BulkSolvent::default())).run(&|_| ()).unwrap();
    for (node, factor) in factors.iter() {
        let expected = if node == Miller::new(0, 0, 0) { 0.35 * cell.volume() } else { 0.0 };
        assert!((factor - expected).norm() < 1e-3, "{node} {factor}");
    }
}

#[test]
fn threads_change_nothing() {
    let group = SpaceGroup::from_symbol("C 1 2 1").unwrap();
    let atoms = (0..200_u16).map(|i| {
        let position = [0.137, 0.733, 0.419].map(|step| (step * f64::from(i)).fract());
        atom(if i % 9 == 0 { "SE" } else { "N" }, position, 10.0 + f64::from(i % 7))
    });
    let cell = UnitCell::new([31.0, 22.0, 27.0], [90.0, 101.0, 90.0]).unwrap();
    let model = Model::new(cell, group, atoms.collect());
    let computation =
        Computation::new(&model, 1.7).anomalous(Some(12_700.0)).solvent(Some(BulkSolvent::default()));
    let with_threads = |count: usize| -> Vec<[u64; 2]> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap();
        let factors = pool.install(|| computation.run(&|_| ())).unwrap();
        factors.iter().map(|(_, factor)| [factor.re.to_bits(), factor.im.to_bits()]).collect()
    };
    let one = with_threads(1);
    assert!(one == with_threads(2) && one == with_threads(7));
}

#[test]
fn what_is_too_large_is_counted_and_refused() {
    for (edge, d_min, max_bytes) in [(1000.0, 0.5, 16 << 30), (100.0, 1.0, 1 << 20), (1e9, 0.01, usize::MAX)]
    {
        let cell = UnitCell::new([edge; 3], [90.0; 3]).unwrap();
        let model = Model::new(cell, SpaceGroup::from_number(1).unwrap(), vec![atom("C", [0.0; 3], 5.0)]);
        let error = Computation::new(&model, d_min).max_bytes(max_bytes).run(&|_| ()).unwrap_err();
        let Error::TooLarge { needed_bytes, .. } = error else { panic!("{error}") };
        // Two numbers for each node of half a sphere.
        let at_least = 16.0 * TAU / 3.0 * (edge / d_min).powi(3);
        assert!(needed_bytes as f64 >= at_least.min(1e30), "{needed_bytes}");
    }
}

/// Few nodes, but a mask of any number of points.
#[test]
fn a_mask_that_is_too_large_is_refused() {
    let cell = UnitCell::new([1e15; 3], [90.0; 3]).unwrap();
    let model = Model::new(cell, SpaceGroup::from_number(1).unwrap(), vec![atom("C", [0.0; 3], 5.0)]);
    let computation = Computation::new(&model, 1e14).solvent(Some(BulkSolvent::default()));
    assert!(computation.run(&|_| ()).is_err());
    let error = computation.max_bytes(1 << 30).run(&|_| ()).unwrap_err();
    assert!(matches!(error, Error::TooLarge { .. }), "{error}");
}

/// Their density would be summed over thousands of cells.
#[test]
fn wide_atoms_in_a_small_cell_are_no_more_work() {
    let cell = UnitCell::new([1.0, 1.2, 0.9], [90.0; 3]).unwrap();
    let group = SpaceGroup::from_symbol("P 2 2 2").unwrap();
    let atoms = (0..200_u16).map(|i| atom("FE", [0.1 + 0.001 * f64::from(i), 0.2, 0.3], 9_000.0)).collect();
    let model = Model::new(cell, group, atoms);
    let found = Computation::new(&model, 50.0).run(&|_| ()).unwrap();
    let nodes: Vec<_> = found.iter().map(|(node, _)| node).collect();
    assert_eq!(nodes, [Miller::new(0, 0, 0)]);
    // Four copies with a share of 0.8.
    let electrons = 26.0 * 200.0 * 4.0 * 0.8;
    assert!((found.get(nodes[0]).unwrap().norm() / electrons - 1.0).abs() < 1e-3);
}

#[test]
fn what_cannot_be_computed_with_is_named() {
    let cell = UnitCell::new([10.0, 11.0, 12.0], [90.0; 3]).unwrap();
    let model =
        |group: &str, atom: Atom| Model::new(cell, SpaceGroup::from_symbol(group).unwrap(), vec![atom]);
    let (plain, solvent) = (atom("C", [0.1; 3], 5.0), BulkSolvent::default());
    let huge = Displacement::Anisotropic { u_star: [10.0; 6] };
    let check = |model: &Model,
                 change: &dyn Fn(Computation<'_>) -> Result<StructureFactors, Error>,
                 expected: &str| {
        assert_eq!(change(Computation::new(model, 2.0)).unwrap_err().to_string(), expected);
    };
    let good = model("P 1", plain.clone());
    check(
        &model("P 4", plain.clone()),
        &|computation| computation.run(&|_| ()),
        "expected a cell with the symmetry of P 4, found edges 10 11 12 Å and angles 90.000 90.000 90.000 degrees",
    );
    check(
        &good,
        &|computation| computation.anomalous(Some(100.0)).run(&|_| ()),
        "expected f' and f\" of an element up to U at 1000 to 80000 eV, found C at 100 eV",
    );
    check(
        &good,
        &|computation| {
            computation.solvent(Some(BulkSolvent { probe_angstrom: f64::NAN, ..solvent })).run(&|_| ())
        },
        "expected a probe radius from 0 to 10 Å, found NaN",
    );
    for (atom, expected) in [
        (Atom { occupancy: f64::NAN, ..plain.clone() }, "atom C: expected an occupancy up to 100, found NaN"),
        (
            Atom { position: [0.0, f64::INFINITY, 0.0], ..plain.clone() },
            "atom C: expected fractional coordinates up to 1000000, found inf",
        ),
        (
            Atom { displacement: Displacement::Isotropic { b: -101.0 }, ..plain.clone() },
            "atom C: expected a B from -100 to 10000 Å² along all axes, found -101 to -101",
        ),
    ] {
        check(&model("P 1", atom), &|computation| computation.direct(&|_| ()), expected);
    }
    let error =
        Computation::new(&model("P 1", Atom { displacement: huge, ..plain }), 2.0).run(&|_| ()).unwrap_err();
    assert!(error.to_string().starts_with("atom C: expected a B from -100 to 10000 Å²"), "{error}");
}

#[test]
fn progress_ends_with_everything_done() {
    let cell = UnitCell::new([9.0; 3], [90.0; 3]).unwrap();
    let model = Model::new(cell, SpaceGroup::from_number(19).unwrap(), vec![atom("C", [0.1; 3], 5.0)]);
    let most = Mutex::new(0.0_f64);
    let report = |share: f64| {
        let mut most = most.lock().unwrap();
        *most = most.max(share);
    };
    let computation = Computation::new(&model, 2.0).solvent(Some(BulkSolvent::default()));
    for way in [Computation::run, Computation::direct] {
        way(&computation, &report).unwrap();
        let reached = std::mem::take(&mut *most.lock().unwrap());
        assert!((reached - 1.0).abs() < 1e-12, "{reached}");
    }
}

prop_compose! {
    fn any_atom()(
        symbol in prop::sample::select(vec!["H", "C", "N", "O", "S", "FE", "SE"]),
        position in prop::array::uniform3(-1.0..2.0f64),
        occupancy in 0.2..1.0f64,
        b in 2.0..60.0f64,
        charge in 0..3i8,
        spread in prop::array::uniform3(0.02..0.6f64),
        is_anisotropic in any::<bool>(),
    ) -> Atom {
        // In Å² along axes of about 15 Å, with some correlation.
        let [x, y, z] = spread.map(|u| u / 225.0);
        let u_star = [x, y, z, 0.3 * (x * y).sqrt(), -0.2 * (x * z).sqrt(), 0.1 * (y * z).sqrt()];
        let anisotropic = Displacement::Anisotropic { u_star };
        let displacement = if is_anisotropic { anisotropic } else { Displacement::Isotropic { b } };
        Atom { occupancy, charge, displacement, ..atom(symbol, position, b) }
    }
}

prop_compose! {
    fn any_model()(
        (angles, group) in prop::sample::select(vec![
            ([82.0, 97.0, 105.0], "P 1"),
            ([82.0, 97.0, 105.0], "P -1"),
            ([90.0, 112.0, 90.0], "C 1 2 1"),
            ([90.0; 3], "P 21 21 21"),
        ]),
        atoms in prop::collection::vec(any_atom(), 1..12),
    ) -> Model {
        let cell = UnitCell::new([14.0, 15.0, 17.0], angles).unwrap();
        Model::new(cell, SpaceGroup::from_symbol(group).unwrap(), atoms)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_transform_is_the_sum(
        model in any_model(),
        d_min in 1.2..3.0f64,
        energy in prop::option::of(5e3..20e3f64),
    ) {
        let computation = Computation::new(&model, d_min).anomalous(energy);
        let (found, expected) = (computation.run(&|_| ()).unwrap(), computation.direct(&|_| ()).unwrap());
        let (worst, mean) = (worst(&found, &expected), mean(&expected));
        prop_assert!(worst < 2e-3 * mean, "{} of {}", worst, mean);
    }

    #[test]
    fn a_shift_of_the_origin_changes_phases_alone(
        model in any_model(),
        shift in prop::array::uniform3(-1.0..1.0f64),
    ) {
        let mut model = model;
        model.space_group = SpaceGroup::from_number(1).unwrap();
        let before = direct(&model, 2.5);
        for atom in &mut model.atoms {
            atom.position = std::array::from_fn(|i| atom.position[i] + shift[i]);
        }
        for ((node, factor), (_, after)) in before.iter().zip(direct(&model, 2.5).iter()) {
            let h = [node.h, node.k, node.l];
            let turns: f64 = h.iter().zip(shift).map(|(index, shift)| f64::from(*index) * shift).sum();
            let expected = factor * Complex::from_polar(1.0, TAU * turns);
            prop_assert!((after - expected).norm() < 1e-10 * mean(&before), "{} {} {}", node, after, expected);
        }
    }

    #[test]
    fn friedels_law_holds_unless_something_absorbs(mut model in any_model()) {
        model.atoms.push(Atom { occupancy: 1.0, ..atom("SE", [0.2, 0.35, 0.43], 10.0) });
        model.atoms.push(Atom { occupancy: 1.0, ..atom("C", [0.72, 0.1, 0.13], 10.0) });
        let plain = Computation::new(&model, 2.0).run(&|_| ()).unwrap();
        prop_assert!(plain.obeys_friedel());
        for (node, factor) in plain.iter() {
            prop_assert!((plain.get(-node).unwrap() - factor.conj()).norm() < 1e-12 * mean(&plain));
        }
        let anomalous = Computation::new(&model, 2.0).anomalous(Some(12_700.0)).run(&|_| ()).unwrap();
        prop_assert!(!anomalous.obeys_friedel());
        let differences =
            anomalous.iter().map(|(node, factor)| (anomalous.get(-node).unwrap().norm() - factor.norm()).abs());
        let largest = differences.fold(0.0, f64::max);
        if model.space_group.is_centrosymmetric() {
            prop_assert!(largest < 2e-3 * mean(&anomalous), "{}", largest);
        } else {
            prop_assert!(largest > 0.1, "{}", largest);
        }
    }
}
