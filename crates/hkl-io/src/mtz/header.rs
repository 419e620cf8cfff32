//! The header of an MTZ file: what it says of columns, rows, cell and symmetry.

use nanobragg_geometry::UnitCell;

use super::record::{ByteOrder, RECORD_BYTES, Record};
use super::{DATA_START, MAGIC, NUMBER_BYTES};
use crate::SpaceGroup;
use crate::found::{ByteDefect, word};
use crate::symmetry::Operator;

/// The parts of a header that matter.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) order: ByteOrder,
    pub(super) columns: Vec<Column>,
    pub(super) row_count: usize,
    pub(super) batch_count: usize,
    /// The number that stands for none, beside NaN.
    pub(super) missing: Option<f32>,
    pub(super) space_group: Option<SpaceGroup>,
    cell: Option<UnitCell>,
    datasets: Vec<Dataset>,
}

/// A column.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) label: String,
    /// A letter, such as F for amplitudes.
    pub(super) kind: char,
    dataset: i32,
}

#[derive(Debug)]
struct Dataset {
    number: i32,
    cell: Option<UnitCell>,
    wavelength_angstrom: Option<f64>,
}

/// What the records say, before it is held against the data.
#[derive(Debug, Default)]
struct Records<'a> {
    /// NCOL.
    counts: Option<Record<'a>>,
    columns: Vec<Column>,
    missing: Option<f32>,
    /// SYMINF.
    symmetry: Option<Record<'a>>,
    /// SYMM.
    operators: Vec<Record<'a>>,
    cell: Option<UnitCell>,
    datasets: Vec<Dataset>,
}

impl Header {
    /// The cell, and the wavelength in Å, of the dataset of a column.
    pub(super) fn crystal(&self, column: usize) -> (Option<UnitCell>, Option<f64>) {
        let number = self.columns[column].dataset;
        let dataset = self.datasets.iter().find(|dataset| dataset.number == number);
        let cell = dataset.and_then(|dataset| dataset.cell).or(self.cell);
        (cell, dataset.and_then(|dataset| dataset.wavelength_angstrom))
    }
}

/// Reads the header, and checks that the file is as long as it says.
pub(super) fn parse(bytes: &[u8]) -> Result<Header, ByteDefect> {
    let order = byte_order(bytes)?;
    let start = header_start(bytes, order)?;
    let mut records = Records::default();
    let mut byte = start;
    loop {
        let text = bytes.get(byte..byte + RECORD_BYTES).ok_or_else(|| ByteDefect {
            byte: bytes.len(),
            found: "the end of the file".to_owned(),
            expected: "a record END of the header".to_owned(),
        })?;
        let record = Record { byte, text };
        if record.keyword() == *b"END " {
            break;
        }
        records.add(record)?;
        byte += RECORD_BYTES;
    }
    records.into_header(order, start)
}

fn byte_order(bytes: &[u8]) -> Result<ByteOrder, ByteDefect> {
    let defect = |byte: usize, expected: &str| {
        let found = word(bytes.get(byte..bytes.len().min(byte + 4)).unwrap_or_default());
        ByteDefect { byte, found, expected: expected.to_owned() }
    };
    if !bytes.starts_with(MAGIC) {
        return Err(defect(0, "\"MTZ \""));
    }
    // Half a byte each for real and for integer numbers.
    match bytes.get(8..10).map(|stamp| [stamp[0] >> 4, stamp[1] >> 4]) {
        Some([4, 4]) => Ok(ByteOrder::Little),
        Some([1, 1]) => Ok(ByteOrder::Big),
        _ => Err(defect(8, "a machine stamp of IEEE numbers, \"DA\" or \"\\x11\\x11\"")),
    }
}

/// Where the header starts, counted in bytes from 0; in the file it is in numbers from 1.
fn header_start(bytes: &[u8], order: ByteOrder) -> Result<usize, ByteDefect> {
    let short = bytes[4..].first_chunk().map_or(0, |word| order.short(*word));
    let long = || bytes.get(12..).and_then(<[u8]>::first_chunk).map_or(0, |word| order.long(*word));
    let (byte, place) = if short == -1 { (12, long()) } else { (4, i64::from(short)) };
    let start = place.checked_sub(1).and_then(|place| usize::try_from(place).ok()?.checked_mul(NUMBER_BYTES));
    start.filter(|start| (DATA_START..bytes.len()).contains(start)).ok_or_else(|| ByteDefect {
        byte,
        found: place.to_string(),
        expected: format!("the place of the header, from 21 to {}", bytes.len().div_ceil(NUMBER_BYTES)),
    })
}

impl<'a> Records<'a> {
    fn add(&mut self, record: Record<'a>) -> Result<(), ByteDefect> {
        match &record.keyword() {
            b"NCOL" => self.counts = Some(record),
            b"CELL" => self.cell = cell(&record, 1)?,
            b"SYMI" => self.symmetry = Some(record),
            b"SYMM" => self.operators.push(record),
            b"VALM" => self.missing = Some(record.value(1, "the number that stands for a missing one")?),
            b"COLU" => self.columns.push(Column::of(&record)?),
            b"DCEL" => {
                let cell = cell(&record, 2)?;
                self.dataset(&record)?.cell = cell;
            }
            b"DWAV" => {
                let wavelength: f64 = record.value(2, "a wavelength in Å")?;
                let stated = wavelength.is_finite() && wavelength > 0.0;
                self.dataset(&record)?.wavelength_angstrom = stated.then_some(wavelength);
            }
            _ => {}
        }
        Ok(())
    }

    /// The dataset that a record is about.
    fn dataset(&mut self, record: &Record<'_>) -> Result<&mut Dataset, ByteDefect> {
        let number = record.value(1, "the number of a dataset")?;
        let known = self.datasets.iter().position(|dataset| dataset.number == number);
        let place = known.unwrap_or(self.datasets.len());
        if known.is_none() {
            self.datasets.push(Dataset { number, cell: None, wavelength_angstrom: None });
        }
        Ok(&mut self.datasets[place])
    }

    fn into_header(self, order: ByteOrder, start: usize) -> Result<Header, ByteDefect> {
        let missing = |expected: &str| ByteDefect {
            byte: start,
            found: "none in the header".to_owned(),
            expected: expected.to_owned(),
        };
        let counts = self.counts.ok_or_else(|| missing("a record NCOL"))?;
        let column_count: usize = counts.value(1, "the number of columns")?;
        let row_count: usize = counts.value(2, "the number of reflections")?;
        let batch_count =
            if counts.words().len() > 3 { counts.value(3, "the number of batches")? } else { 0 };
        if column_count != self.columns.len() {
            let expected = format!("the number of records COLUMN, {}", self.columns.len());
            return Err(counts.words()[1].defect(&expected));
        }
        let numbers = column_count.checked_mul(row_count).and_then(|count| count.checked_mul(NUMBER_BYTES));
        if numbers != Some(start - DATA_START) {
            let expected =
                format!("as many reflections of {column_count} columns as are before byte {start}");
            return Err(counts.words()[2].defect(&expected));
        }
        let is_index = |column: &Column| column.kind == 'H';
        if column_count < 3 || !self.columns[..3].iter().all(is_index) {
            return Err(missing("three columns H, K, L of type H before all others"));
        }
        let space_group = space_group(self.symmetry, &self.operators)?;
        let Self { columns, missing, cell, datasets, .. } = self;
        Ok(Header { order, columns, row_count, batch_count, missing, space_group, cell, datasets })
    }
}

impl Column {
    #[cfg(test)]
    pub(super) fn new(label: &str, kind: char) -> Self {
        Self { label: label.to_owned(), kind, dataset: 0 }
    }

    fn of(record: &Record<'_>) -> Result<Self, ByteDefect> {
        let dataset = if record.words().len() > 5 { record.value(5, "the number of a dataset")? } else { 0 };
        let label = record.value(1, "the label of a column")?;
        Ok(Self { label, kind: record.value(2, "the type of a column, one letter")?, dataset })
    }
}

/// A cell; none where it is all zeros.
fn cell(record: &Record<'_>, place: usize) -> Result<Option<UnitCell>, ByteDefect> {
    let (edges, angles) = record.cell(place)?;
    if edges.iter().all(|edge| *edge == 0.0) {
        return Ok(None);
    }
    let cell = UnitCell::new(edges, angles).ok();
    cell.map(Some).ok_or_else(|| record.words()[place].defect("a unit cell that has a volume"))
}

/// The space group of the operators, else that of the symbol, else that of the number.
fn space_group(
    symmetry: Option<Record<'_>>,
    operators: &[Record<'_>],
) -> Result<Option<SpaceGroup>, ByteDefect> {
    if let Some(symmetry) = symmetry {
        let count: usize = symmetry.value(1, "the number of symmetry operators")?;
        if count != operators.len() && !operators.is_empty() {
            let expected = format!("the number of records SYMM, {}", operators.len());
            return Err(symmetry.words()[1].defect(&expected));
        }
    }
    let Some(first) = operators.first() else {
        return Ok(symmetry.and_then(|symmetry| named_group(&symmetry)));
    };
    let parsed: Result<Vec<_>, _> = operators.iter().map(operator).collect();
    let group = SpaceGroup::from_operators(parsed?);
    group.map(Some).map_err(|error| {
        let (_, expected, found) = error.of_symmetry();
        ByteDefect { byte: first.byte, found, expected }
    })
}

fn operator(record: &Record<'_>) -> Result<Operator, ByteDefect> {
    let rest = record.rest();
    let text = std::str::from_utf8(rest.text).map_err(|_| rest.defect("a symmetry operator"))?;
    Operator::parse(text).map_err(|error| {
        let (offset, expected, found) = error.of_symmetry();
        ByteDefect { byte: rest.byte + offset, found, expected }
    })
}

/// The group of `SYMINF count primitive lattice number 'symbol' point-group`.
fn named_group(symmetry: &Record<'_>) -> Option<SpaceGroup> {
    let text = std::str::from_utf8(symmetry.text).ok()?;
    let by_symbol = text.split('\'').nth(1).and_then(|symbol| SpaceGroup::from_symbol(symbol).ok());
    by_symbol.or_else(|| SpaceGroup::from_number(symmetry.value(4, "").ok()?).ok())
}
