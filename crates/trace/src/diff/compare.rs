//! When two values are the same.

use std::collections::HashMap;

use nanobragg_kernel::record::Value;

use super::{Options, Status};
use crate::Log;
use crate::quantity::{self, Quantity, Scale};

/// The natural sizes that depend on the crystal.
pub(super) struct Scales<'a> {
    cells: Option<[f64; 3]>,
    /// The largest lattice factor seen under each key.
    largest: HashMap<&'a str, f64>,
}

/// The comparison of two values: how, by how much at worst, and in which number, counted from 1.
pub(super) struct Verdict {
    pub(super) status: Status,
    pub(super) relative: f64,
    pub(super) number: usize,
}

impl<'a> Scales<'a> {
    pub(super) fn of(logs: [&'a Log; 2], options: &Options) -> Self {
        let mut largest = HashMap::new();
        for line in logs.iter().flat_map(|log| &log.lines) {
            match &line.value {
                Value::Numbers(numbers) => enlarge(&mut largest, &line.key, numbers),
                Value::Fields(fields) => {
                    fields.iter().for_each(|(name, number)| enlarge(&mut largest, name, &[*number]));
                }
                Value::Name(_) | Value::Matrix(_) => {}
            }
        }
        Self { cells: options.cells, largest }
    }

    /// The natural size of a number of `quantity` on a line whose largest number is `line`.
    fn natural(&self, quantity: Option<&Quantity>, line: f64) -> f64 {
        let Some(quantity) = quantity else { return line };
        let seen = || self.largest.get(quantity.key).copied().unwrap_or(1.0);
        match quantity.scale {
            Scale::One => 1.0,
            Scale::Line => line,
            Scale::CellsAlong(axis) => {
                self.cells.and_then(|cells| cells.get(axis).copied()).unwrap_or_else(seen)
            }
            Scale::Cells => self.cells.map_or_else(seen, |cells| cells.iter().product()),
        }
    }

    /// Compares two values of `quantity`.
    pub(super) fn compare(
        &self,
        quantity: Option<&Quantity>,
        left: &Value,
        right: &Value,
        options: &Options,
    ) -> Verdict {
        let (left, right) = match (left, right) {
            (Value::Name(left), Value::Name(right)) if left == right => return Verdict::equal(),
            (Value::Numbers(left), Value::Numbers(right)) => (left.as_slice(), right.as_slice()),
            (Value::Matrix(left), Value::Matrix(right)) => (left.as_flattened(), right.as_flattened()),
            _ => return Verdict::incomparable(),
        };
        if left.len() != right.len() {
            return Verdict::incomparable();
        }
        let floor = options.floor() * self.natural(quantity, largest(left).max(largest(right)));
        let mut worst = Verdict::equal();
        for (index, (&left, &right)) in left.iter().zip(right).enumerate() {
            let (status, relative) = compare_numbers(left, right, options.tolerance, floor);
            if (status, relative) > (worst.status, worst.relative) {
                worst = Verdict { status, relative, number: index + 1 };
            }
        }
        worst
    }
}

impl Verdict {
    fn equal() -> Self {
        Self { status: Status::Equal, relative: 0.0, number: 1 }
    }

    fn incomparable() -> Self {
        Self { status: Status::Different, relative: f64::INFINITY, number: 1 }
    }
}

/// The row of a field, or else of the key of its line.
pub(super) fn quantity(key: &str, field: Option<&str>) -> Option<&'static Quantity> {
    field.and_then(quantity::find).or_else(|| quantity::find(key))
}

fn enlarge<'a>(largest: &mut HashMap<&'a str, f64>, key: &'a str, numbers: &[f64]) {
    let is_lattice_factor =
        |quantity: &Quantity| matches!(quantity.scale, Scale::Cells | Scale::CellsAlong(_));
    if quantity::find(key).is_some_and(is_lattice_factor) {
        // A crystal has at least one cell.
        let seen = largest.entry(key).or_insert(1.0);
        *seen = seen.max(self::largest(numbers));
    }
}

/// The largest magnitude among the finite of `numbers`, 0 if there is none.
fn largest(numbers: &[f64]) -> f64 {
    numbers.iter().filter(|number| number.is_finite()).fold(0.0, |largest, number| number.abs().max(largest))
}

/// The status of two numbers and their relative difference.
#[expect(clippy::float_cmp, reason = "equal means that not even the last bit differs")]
fn compare_numbers(left: f64, right: f64, tolerance: f64, floor: f64) -> (Status, f64) {
    if left == right {
        return (Status::Equal, 0.0);
    }
    if !left.is_finite() || !right.is_finite() {
        return (Status::Different, f64::INFINITY);
    }
    let difference = (left - right).abs();
    let relative = difference / left.abs().max(right.abs());
    let is_close = relative <= tolerance || difference <= floor;
    (if is_close { Status::Close } else { Status::Different }, relative)
}

#[cfg(test)]
mod tests {
    use super::Scales;
    use crate::diff::{Options, Status};
    use crate::{Log, Value, quantity};

    #[test]
    fn numbers_are_the_same_up_to_their_natural_size() {
        let (equal, close, different) = (Status::Equal, Status::Close, Status::Different);
        let nan = f64::NAN;
        for (key, left, right, expected) in [
            ("fdet_vec", vec![0.0, 1.0, 0.0], vec![-0.0, 1.0, 0.0], equal),
            ("fdet_vec", vec![0.0, 1.0, 0.0], vec![1e-17, 1.0, 0.0], close),
            ("fdet_vec", vec![0.0, 1.0, 0.0], vec![1e-7, 1.0, 0.0], different),
            ("pixel_pos_meters", vec![0.1, 1e-12, 0.0], vec![0.1, 0.0, 0.0], close),
            ("pixel_pos_meters", vec![0.1, 1e-8, 0.0], vec![0.1, 0.0, 0.0], different),
            ("omega_pixel_sr", vec![1e-17], vec![2e-17], different),
            ("r_e_sqr", vec![7.940_792_4e-30], vec![7.940_792_5e-30], close),
            ("unheard_of", vec![1e-17], vec![0.0], different),
            ("unheard_of", vec![1e-17, 1.0], vec![0.0, 1.0], close),
            ("hkl_frac", vec![nan, 1.0, 1.0], vec![nan, 1.0, 1.0], different),
            ("polar", vec![f64::INFINITY], vec![f64::INFINITY], equal),
            ("polar", vec![f64::INFINITY], vec![1.0], different),
            ("polar", vec![1.0], vec![1.0, 1.0], different),
            ("F_latt_b", vec![2e-8], vec![-2e-8], different),
            ("F_latt", vec![2e-8], vec![-2e-8], different),
        ] {
            let options = Options::default();
            let nothing = Log::default();
            let scales = Scales::of([&nothing, &nothing], &options);
            let (left, right) = (Value::Numbers(left), Value::Numbers(right));
            let verdict = scales.compare(quantity::find(key), &left, &right, &options);
            assert_eq!(verdict.status, expected, "{key}: {left:?} and {right:?}");
        }
    }

    #[test]
    fn a_lattice_factor_is_measured_by_the_crystal() {
        let log = |text: &str| Log::parse(text, "log").unwrap();
        let seen = log("TRACE_RS: F_latt_a 36\nTRACE_RS: F_latt_b 2\nTRACE_RS_PHI phi_tic=0 F_latt_b=5\n");
        for (cells, key, expected) in [
            (None, "F_latt_a", Status::Close),
            (None, "F_latt_b", Status::Close),
            (None, "F_latt_c", Status::Different),
            (Some([5.0, 5.0, 1.0]), "F_latt_c", Status::Different),
            (Some([5.0, 5.0, 1.0]), "F_latt_a", Status::Close),
            (Some([5.0, 5.0, 1.0]), "F_latt", Status::Close),
        ] {
            let options = Options { cells, ..Options::default() };
            let scales = Scales::of([&seen, &seen], &options);
            let [left, right] = [2e-8, -2e-8].map(|number| Value::Numbers(vec![number]));
            let verdict = scales.compare(quantity::find(key), &left, &right, &options);
            assert_eq!(verdict.status, expected, "{key}, {cells:?} cells");
        }
    }
}
