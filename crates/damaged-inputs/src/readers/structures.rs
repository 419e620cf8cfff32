//! Crystal structures.

use hkl_io::Format;
use nanobragg_structure::{BulkSolvent, Computation, ReadOptions, parse};

use super::MIB;
use crate::seeds;
use crate::workplace::Workplace;

/// Models of more atoms are read alone.
const MOST_ATOMS: usize = 300;
/// In Å.
const RESOLUTION: f64 = 5.0;
/// At the edge of selenium.
const ENERGY_EV: f64 = 12_658.0;
/// Less than what a reader may allocate, so that the limit is what stops it.
const MOST_BYTES: usize = 8 * MIB;

pub(super) fn pdb_files() -> Vec<Vec<u8>> {
    seeds::of(&["fixtures/structures/5e5z.pdb", "fixtures/bad/pdb"], ".pdb")
}

pub(super) fn mmcif_files() -> Vec<Vec<u8>> {
    seeds::of(&["fixtures/structures/5i55.cif", "fixtures/bad/atom_site"], ".cif")
}

/// Reads a model, and computes from it if it is small.
pub(super) fn coordinates(_: &Workplace, input: &[u8]) -> bool {
    let _ = Format::of_bytes(input, "input");
    let Ok(model) = parse(input, "input", &ReadOptions::default()) else { return false };
    assert!(model.atoms.iter().all(|atom| atom.position.iter().all(|x| x.is_finite())));
    if model.atoms.len() > MOST_ATOMS {
        return true;
    }
    let computation = Computation::new(&model, RESOLUTION).max_bytes(MOST_BYTES).anomalous(Some(ENERGY_EV));
    if let Ok(factors) = computation.solvent(Some(BulkSolvent::default())).run(&|_| ()) {
        assert!(factors.iter().all(|(_, factor)| factor.is_finite()));
    }
    true
}
