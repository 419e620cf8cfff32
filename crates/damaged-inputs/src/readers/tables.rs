//! Small files of numbers.

use nanobragg_experiment::{Abscissa, read_curve, read_matrix, read_sources, read_spectrum};
use nanobragg_geometry::{LabVec, Source};

use super::experiments::{with_file, with_spectrum};
use crate::seeds;
use crate::workplace::Workplace;

fn all_finite<'a>(numbers: impl IntoIterator<Item = &'a f64>) -> bool {
    assert!(numbers.into_iter().all(|number| number.is_finite()));
    true
}

pub(super) fn matrices() -> Vec<Vec<u8>> {
    seeds::of(&["fixtures/seeds", "golden/inputs", "fixtures/bad/matrix"], ".mat")
}

pub(super) fn matrix(workplace: &Workplace, input: &[u8]) -> bool {
    let path = workplace.file("input", input);
    read_matrix(&path).is_ok_and(|matrix| all_finite(&matrix)) && with_file(workplace, "-mat", &path)
}

pub(super) fn curves() -> Vec<Vec<u8>> {
    seeds::of(&["fixtures/seeds", "golden/inputs", "fixtures/bad/stol"], ".stol")
}

pub(super) fn curve(workplace: &Workplace, input: &[u8]) -> bool {
    let path = workplace.file("input", input);
    let read = |abscissa| {
        read_curve(&path, abscissa)
            .is_ok_and(|curve| all_finite(curve.rows.iter().flat_map(|(x, factor)| [x, factor])))
    };
    [Abscissa::Q, Abscissa::Stol, Abscissa::FourStol].into_iter().all(read)
        && with_file(workplace, "-cell 30 -water 10 -stol", &path)
}

pub(super) fn source_lists() -> Vec<Vec<u8>> {
    let places = [
        "fixtures/seeds/sources.txt",
        "golden/inputs/sources.txt",
        "golden/inputs/sources_short.txt",
        "fixtures/bad/sources",
    ];
    seeds::of(&places, ".txt")
}

pub(super) fn sources(workplace: &Workplace, input: &[u8]) -> bool {
    let beam = LabVec::new(1.0, 0.0, 0.0);
    let path = workplace.file("input", input);
    let is_finite = |source: &Source| {
        let direction = source.incident.to_array();
        all_finite([&source.wavelength_angstrom, &source.weight].into_iter().chain(&direction))
    };
    read_sources(&path, beam, 1.0).is_ok_and(|sources| sources.iter().all(is_finite))
        && with_file(workplace, "-cell 30 -sourcefile", &path)
}

pub(super) fn spectra() -> Vec<Vec<u8>> {
    let mut spectra = seeds::of(&["fixtures/seeds/spectrum.txt"], "");
    spectra.push(b"9000 1e3\r\n9001 1\r\n".to_vec());
    spectra
}

pub(super) fn spectrum(workplace: &Workplace, input: &[u8]) -> bool {
    let path = workplace.file("input", input);
    read_spectrum(&path).is_ok_and(|rows| all_finite(rows.iter().flatten())) && with_spectrum(&path)
}
