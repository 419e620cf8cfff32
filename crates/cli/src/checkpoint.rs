//! Rows that are kept while they are rendered, so that the same command goes on where an interrupted one ended.
//!
//! A checkpoint is a header ([`header`]) and then a record for each row, in the order in which they were finished. A
//! record that was cut short, or that is damaged, ends what is known. The file is removed when the images are written.

#[cfg(test)]
mod damaged;
mod header;
mod keeper;
mod kept;
mod record;

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use nanobragg_experiment::Experiment;
use nanobragg_kernel::{RowIndex, Simulation};

use crate::progress::rendered_rows;
use crate::terminal;
use header::Header;
use keeper::Keeper;
#[cfg(unix)]
pub(crate) use kept::told;
use record::Record;

/// Why a checkpoint cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// It cannot be opened, read or written.
    #[error("{}: cannot be used as a checkpoint: {reason}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// It is a file of something else, which must not be lost.
    #[error("{}: expected a checkpoint of this program or no file, found another file", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Another run keeps its rows there.
    #[error("{}: is the checkpoint of another run, which has not ended", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// It belongs to another experiment.
    #[error("{}: is the checkpoint of another experiment: {difference}", path.display())]
    OtherExperiment {
        /// The file.
        path: PathBuf,
        /// The first value that differs.
        difference: String,
    },
    /// A file that the photons depend on cannot be read.
    #[error(transparent)]
    Input(#[from] nanobragg_experiment::Error),
    /// It has the name of an output.
    #[error("{}: expected a checkpoint of its own, found the name of an output", path.display())]
    Output {
        /// The file.
        path: PathBuf,
    },
}

/// What a checkpoint is of.
pub(crate) struct Run<'a> {
    pub(crate) experiment: &'a Experiment,
    pub(crate) simulation: &'a Simulation,
    pub(crate) clock_seed: i64,
    /// The files that the run will write.
    pub(crate) outputs: &'a [PathBuf],
}

/// The checkpoint of a run.
pub(crate) struct Checkpoint {
    path: PathBuf,
    /// The rows that are to be rendered.
    rows: usize,
    /// Where the record of a row starts.
    known: HashMap<RowIndex, u64>,
    file: Mutex<File>,
    keeper: Keeper,
}

/// The seed from the clock of the run that began a checkpoint, if there is one: all runs that go on from it share it.
pub(crate) fn clock_seed(path: &Path) -> Option<i64> {
    Some(Header::read(&mut BufReader::new(File::open(path).ok()?)).ok()??.clock_seed)
}

impl Checkpoint {
    /// Begins a checkpoint, or reads what one has.
    pub(crate) fn open(path: &Path, run: &Run<'_>) -> Result<Self, Error> {
        let unusable = |reason| Error::Unusable { path: path.to_owned(), reason };
        let own = whole_file::destination(path);
        if run.outputs.iter().any(|output| whole_file::destination(output) == own) {
            return Err(Error::Output { path: path.to_owned() });
        }
        let mut options = File::options();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(path).map_err(unusable)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(Error::InUse { path: path.to_owned() }),
            // A file system without locks is no reason to go without a checkpoint.
            Err(TryLockError::Error(_)) | Ok(()) => {}
        }
        let header = Header::of(run.experiment, run.clock_seed)?;
        let mut reader = BufReader::new(&mut file);
        let found = match Header::read(&mut reader) {
            Ok(found) => found,
            Err(reason) if reason.kind() == io::ErrorKind::InvalidData => {
                return Err(Error::Foreign { path: path.to_owned() });
            }
            Err(reason) => return Err(unusable(reason)),
        };
        let (known, end) = match found {
            Some(found) => {
                if let Some(difference) = header.difference(&found, run.experiment) {
                    return Err(Error::OtherExperiment { path: path.to_owned(), difference });
                }
                known_rows(&mut reader, run.simulation).map_err(unusable)?
            }
            None => {
                header.write(&mut file).map_err(unusable)?;
                (HashMap::new(), file.stream_position().map_err(unusable)?)
            }
        };
        // What is behind the last whole record is written anew.
        file.set_len(end).map_err(unusable)?;
        let mut at_end = file.try_clone().map_err(unusable)?;
        at_end.seek(SeekFrom::End(0)).map_err(unusable)?;
        let again = File::open(path).map_err(unusable)?;
        kept::begin(path, if known.is_empty() { end } else { 0 });
        Ok(Self {
            path: path.to_owned(),
            rows: run.simulation.panels.iter().map(rendered_rows).sum(),
            known,
            file: Mutex::new(again),
            keeper: Keeper::start(at_end, path),
        })
    }

    /// The part of the rows that is still to be rendered; told when there is less to do than all.
    pub(crate) fn announce(&self) -> f64 {
        if !self.known.is_empty() {
            let (path, known, rows) = (self.path.display(), self.known.len(), self.rows);
            terminal::note(format!("going on from {path}: {known} of {rows} rows are known"));
        }
        #[expect(clippy::cast_precision_loss, reason = "for an estimate of the time")]
        let left = 1.0 - self.known.len() as f64 / self.rows.max(1) as f64;
        left
    }

    /// Fills in a row that is known; returns the solid angle of its pixels.
    pub(crate) fn known(&self, row: RowIndex, photons: &mut [f32]) -> Option<f64> {
        let start = *self.known.get(&row)?;
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(start)).ok()?;
        let mut bytes = vec![0; record::bytes(photons.len())];
        file.read_exact(&mut bytes).ok()?;
        drop(file);
        let record = Record::parse(&bytes)?;
        record.photons_into(photons);
        Some(record.solid_angle_sr)
    }

    /// Keeps a row, unless it is known.
    pub(crate) fn keep(&self, row: RowIndex, photons: &[f32], solid_angle_sr: f64) {
        if !self.known.contains_key(&row) {
            self.keeper.keep(row, photons, solid_angle_sr);
        }
    }

    /// Removes the file, when the images are written.
    pub(crate) fn remove(self) -> Result<(), Error> {
        let Self { path, keeper, .. } = self;
        // What it has still to write is not needed.
        drop(keeper);
        kept::end();
        std::fs::remove_file(&path).map_err(|reason| Error::Unusable { path, reason })
    }
}

/// Where the records are, as far as they are whole, and where they end.
fn known_rows(
    reader: &mut (impl Read + Seek),
    simulation: &Simulation,
) -> io::Result<(HashMap<RowIndex, u64>, u64)> {
    let mut known = HashMap::new();
    let mut end = reader.stream_position()?;
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        reader.by_ref().take(record::PREFIX_BYTES as u64).read_to_end(&mut bytes)?;
        let Some(row) = record::row(&bytes) else { break };
        let shape = simulation.panels.get(row.panel).map(|panel| panel.placement.panel.shape);
        let Some([_, columns]) = shape.filter(|[rows, _]| row.slow < *rows) else { break };
        let rest = record::bytes(columns) - record::PREFIX_BYTES;
        reader.by_ref().take(rest as u64).read_to_end(&mut bytes)?;
        if bytes.len() < record::bytes(columns) || Record::parse(&bytes).is_none() {
            break;
        }
        known.insert(row, end);
        end += bytes.len() as u64;
    }
    Ok((known, end))
}
