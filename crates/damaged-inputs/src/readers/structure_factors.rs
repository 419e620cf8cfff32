//! Lists and grids of structure factors.

use hkl_io::symmetry::Operator;
use hkl_io::text::ReadOptions;
use hkl_io::{Format, ListOptions, ReflectionList, SpaceGroup, Statistics};

use super::MIB;
use crate::seeds;
use crate::workplace::Workplace;

/// Less than what a reader may allocate, so that the limit is what stops it.
const OPTIONS: ReadOptions = ReadOptions { default_f: 0.0, max_grid_bytes: MIB };
/// Shells of the statistics.
const SHELLS: usize = 10;

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

/// Expands reflections to P 1 and counts them.
fn expanded(list: Result<ReflectionList, hkl_io::Error>) -> bool {
    let Ok(list) = list else { return false };
    assert!(list.reflections.iter().all(|reflection| reflection.structure_factor.is_finite()));
    let Ok(p1) = list.expand_to_p1(8 * MIB) else { return false };
    let statistics = Statistics::of(&list, &p1, SHELLS, None);
    assert!((0.0..=1.0).contains(&statistics.completeness()));
    p1.into_grid(0.0).is_ok_and(|grid| grid.check_finite().is_ok())
}

pub(super) fn mtz_files() -> Vec<Vec<u8>> {
    seeds::of(&["fixtures/reflections", "fixtures/bad/mtz"], ".mtz")
}

pub(super) fn mtz(_: &Workplace, input: &[u8]) -> bool {
    let _ = Format::of_bytes(input, "input");
    expanded(hkl_io::mtz::parse(input, "input", &ListOptions::default()))
}

pub(super) fn reflection_lists() -> Vec<Vec<u8>> {
    seeds::of(&["fixtures/reflections", "fixtures/bad/mmcif"], ".cif")
}

pub(super) fn mmcif_reflections(_: &Workplace, input: &[u8]) -> bool {
    let _ = Format::of_bytes(input, "input");
    expanded(hkl_io::mmcif::parse(input, "input", &ListOptions::default()))
}

/// Symbols and triplets as a user may type them.
pub(super) fn space_groups() -> Vec<Vec<u8>> {
    let symbols = SpaceGroup::settings().map(|group| group.hermann_mauguin().as_bytes().to_vec());
    let hall = ["-I 4bd 2ab 3", "P 3* 2 (x-y,x,z)", "R 3 2\"", "C 2c 2 (0 0 1)", "-F 4vw 2vw 3"];
    let triplets = ["x,y,z", "-y, x-y, z+1/3", "1/2-X,  Y+.25,  -Z"];
    symbols.chain(hall.iter().chain(&triplets).map(|text| text.as_bytes().to_vec())).collect()
}

pub(super) fn space_group(_: &Workplace, input: &[u8]) -> bool {
    let text = String::from_utf8_lossy(input);
    if let Ok(operator) = Operator::parse(&text) {
        assert_eq!(Operator::parse(&operator.to_string()).unwrap(), operator);
        let _ = SpaceGroup::from_operators([Operator::IDENTITY, operator]);
    }
    SpaceGroup::from_symbol(&text).or_else(|_| SpaceGroup::from_hall(&text)).is_ok()
}
