//! Checkpoints damaged at random: whatever is read of one is what was written.

use std::io::Cursor;
use std::path::Path;

use damaged_inputs::{Dice, mutated};
use nanobragg_c_flags::{Arguments, Surroundings, lower};
use nanobragg_experiment::{Context, Draft, Experiment, resolve};
use nanobragg_kernel::{RowIndex, Simulation};

use super::header::Header;
use super::known_rows;
use super::record::{self, Record};

const INPUTS: u64 = 20_000;
const SEED: u64 = 20_261_124;
const COLUMNS: usize = 8;

fn experiment() -> (Experiment, Simulation) {
    let words = format!("-cell 30 35 40 -default_F 10 -N 3 -detpixels {COLUMNS}");
    let machine = Context { clock_seed: 1, memory_bytes: usize::MAX, map_files: true };
    let surroundings = Surroundings { machine, directory: Path::new("/nowhere").to_owned() };
    let arguments = Arguments::parse(words.split_whitespace()).unwrap();
    let lowered = lower(&arguments, Draft::default(), &surroundings).unwrap();
    let resolved = resolve(&lowered.experiment, &machine).unwrap();
    (lowered.experiment, resolved.simulation)
}

/// The photons of a row, other ones in each.
fn photons(slow: usize) -> [f32; COLUMNS] {
    std::array::from_fn(|fast| f32::from(u16::try_from(slow * COLUMNS + fast).unwrap()))
}

/// A checkpoint with so many rows.
fn written(header: &Header, rows: usize) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    header.write(&mut file).unwrap();
    let mut bytes = file.into_inner();
    for slow in 0..rows {
        bytes.extend(record::of(RowIndex { panel: 0, slow }, &photons(slow), 0.5));
    }
    bytes
}

#[test]
fn whatever_is_known_of_a_damaged_checkpoint_was_written() {
    let (experiment, simulation) = experiment();
    let header = Header::of(&experiment, 1).unwrap();
    let seeds = [0, 1, COLUMNS].map(|rows| written(&header, rows));
    let count = std::env::var("NANOBRAGG_MUTATIONS").ok().and_then(|count| count.parse().ok());
    let mut rows = 0;
    for number in 0..count.unwrap_or(INPUTS) {
        let bytes = mutated(&mut Dice::of("checkpoint", SEED, number), &seeds);
        let mut file = Cursor::new(&bytes);
        let Ok(Some(found)) = Header::read(&mut file) else { continue };
        let _ = header.difference(&found, &experiment);
        let (known, end) = known_rows(&mut file, &simulation).unwrap();
        assert!(end <= bytes.len() as u64, "input {number}");
        for (row, start) in known {
            let start = usize::try_from(start).unwrap();
            let record = Record::parse(&bytes[start..start + record::bytes(COLUMNS)]).unwrap();
            let mut read = [f32::NAN; COLUMNS];
            record.photons_into(&mut read);
            assert_eq!((row.panel, read), (0, photons(row.slow)), "input {number}");
            rows += 1;
        }
    }
    assert!(rows > INPUTS / 10, "{rows} rows");
}
