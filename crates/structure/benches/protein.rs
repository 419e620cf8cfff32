//! Structure factors of something like a protein: 10,000 atoms in P 21 21 21 to 1.5 Å.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use hkl_io::SpaceGroup;
use nanobragg_geometry::{Ran1, UnitCell};
use nanobragg_structure::{Atom, BulkSolvent, Computation, Displacement, Element, Model};

/// Atoms of the asymmetric unit.
const ATOMS: usize = 10_000;

/// In Å: half of the cell is protein, at 17 Å³ an atom.
const EDGES: [f64; 3] = [90.0, 110.0, 137.4];

const D_MIN: f64 = 1.5;

fn main() {
    divan::main();
}

/// Density, transform, mask and sum over operators.
#[divan::bench(sample_count = 10)]
fn with_solvent(bencher: Bencher<'_, '_>) {
    let model = protein();
    run(bencher, Computation::new(&model, D_MIN).solvent(Some(BulkSolvent::default())));
}

#[divan::bench(sample_count = 10)]
fn without_solvent(bencher: Bencher<'_, '_>) {
    let model = protein();
    run(bencher, Computation::new(&model, D_MIN));
}

/// f″ needs a second density.
#[divan::bench(sample_count = 10)]
fn anomalous_with_solvent(bencher: Bencher<'_, '_>) {
    let model = protein();
    let computation = Computation::new(&model, D_MIN).solvent(Some(BulkSolvent::default()));
    run(bencher, computation.anomalous(Some(12_660.0)));
}

fn run(bencher: Bencher<'_, '_>, computation: Computation<'_>) {
    bencher.counter(ItemsCount::new(ATOMS)).bench(|| black_box(&computation).run(&|_| ()));
}

/// Atoms of the usual elements at random, in one half of the asymmetric unit.
fn protein() -> Model {
    let mut random = Ran1::new(-1);
    let mut next = || f64::from(random.uniform());
    let atoms = (0..ATOMS).map(|number| {
        let symbol = match next() {
            0.0..0.63 => "C",
            0.63..0.80 => "N",
            0.80..0.995 => "O",
            _ => "S",
        };
        Atom {
            name: format!("atom {number}"),
            element: Element::from_symbol(symbol).expect("a symbol of an element"),
            charge: 0,
            position: [0.5 * next(), 0.5 * next(), 0.5 * next()],
            occupancy: 1.0,
            displacement: Displacement::Isotropic { b: 10.0 + 50.0 * next() },
        }
    });
    let cell = UnitCell::new(EDGES, [90.0; 3]).expect("a cell");
    let group = SpaceGroup::from_number(19).expect("a space group");
    Model::new(cell, group, atoms.collect())
}
