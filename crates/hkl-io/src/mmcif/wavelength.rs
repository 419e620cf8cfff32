//! The wavelength of an mmCIF file.

use crate::cif::Block;

/// Items of wavelengths.
const WAVELENGTHS: [&str; 2] = ["_diffrn_radiation_wavelength.wavelength", "_diffrn_radiation_wavelength"];

/// The wavelength in Å, if there is only one.
pub(super) fn find(blocks: &[&Block<'_>], notices: &mut Vec<String>) -> Option<f64> {
    let stated = blocks.iter().find_map(|block| {
        let values = WAVELENGTHS.iter().flat_map(|item| block.values(item));
        let numbers: Vec<_> = values.filter_map(|value| value.number()).collect();
        (!numbers.is_empty()).then_some(numbers)
    })?;
    let first = stated[0];
    if stated.iter().any(|other| (other - first).abs() > 1e-6) {
        notices.push(format!("{} wavelengths are stated, and none is used", stated.len()));
        return None;
    }
    (first > 0.0).then_some(first)
}
