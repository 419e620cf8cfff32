//! Lists and grids of structure factors.

use hkl_io::text::ReadOptions;

use super::MIB;
use crate::seeds;
use crate::workplace::Workplace;

/// Less than what a reader may allocate, so that the limit is what stops it.
const OPTIONS: ReadOptions = ReadOptions { default_f: 0.0, max_grid_bytes: MIB };

pub(super) fn texts() -> Vec<Vec<u8>> {
    seeds::of(&["fixtures/seeds", "fixtures/hkl", "fixtures/bad/hkl", "golden/inputs"], ".hkl")
}

pub(super) fn hkl_text(_: &Workplace, input: &[u8]) -> bool {
    let Ok(read) = hkl_io::text::parse(input, "input", &OPTIONS) else { return false };
    read.grid.check_finite().unwrap();
    true
}

pub(super) fn dumps() -> Vec<Vec<u8>> {
    seeds::of(&["fixtures/hkl", "fixtures/bad/fdump"], ".bin")
}

pub(super) fn fdump(workplace: &Workplace, input: &[u8]) -> bool {
    let Ok(grid) = hkl_io::fdump::open(&workplace.file("input", input), 1.0) else { return false };
    hkl_io::fdump::write_to(&mut std::io::sink(), &grid).unwrap();
    grid.check_finite().is_ok()
}
