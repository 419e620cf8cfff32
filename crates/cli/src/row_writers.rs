//! The files that are written while rows are rendered: photons, and photons with noise.
//!
//! Rows are written in the order of the image, which is also that of the noise's deviates, by whichever thread finishes a row
//! and finds the next ones finished, while no other thread is writing. None waits, and none is added.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use nanobragg_image_io::{raw, smv};
use nanobragg_kernel::{Region, RowIndex, noise};
use ndarray::ArrayView2;
use whole_file::{FileSet, Incomplete};

use crate::exposure::Exposure;
use crate::failure::Failure;
use crate::named_file::{Named, of_panel};
use crate::smv_header;

/// The files of an image that are written row by row.
pub(crate) struct RowWriters<'a> {
    waiting: Mutex<Waiting<'a>>,
    writing: Mutex<Writing>,
}

/// What was written row by row.
#[derive(Debug, Default)]
pub(crate) struct RowFiles {
    pub(crate) floats: Vec<Named>,
    pub(crate) noise: Vec<Named>,
    /// Photons on the noise image, and pixels that do not fit 16 bits.
    pub(crate) counted: Option<(f64, u64)>,
}

/// Finished rows, by the first of each piece.
struct Waiting<'a> {
    pieces: BTreeMap<RowIndex, &'a [f32]>,
    /// Of each panel, `[slow, fast]`.
    shapes: Vec<[usize; 2]>,
    /// What is to be written next.
    next: RowIndex,
}

struct Writing {
    floats: Vec<Incomplete>,
    noise: Option<Noise>,
    failure: Option<Failure>,
}

struct Noise {
    readout: noise::Readout,
    regions: Vec<Region>,
    files: Vec<Incomplete>,
    photons: f64,
    overloads: u64,
}

impl<'a> RowWriters<'a> {
    /// Creates the files of an image.
    ///
    /// # Errors
    /// Those of the files.
    pub(crate) fn new(set: &FileSet, exposure: &Exposure<'_>) -> Result<Self, Failure> {
        let panels = &exposure.resolved.simulation.panels;
        let shapes: Vec<_> = panels.iter().map(|panel| panel.placement.panel.shape).collect();
        let create = |path: &Path, is_one: bool| -> Result<Vec<Incomplete>, Failure> {
            let name = |panel: usize| if is_one { path.to_owned() } else { of_panel(path, panel) };
            let files = if is_one { 1 } else { panels.len() };
            Ok((0..files).map(|panel| set.create(name(panel))).collect::<Result<_, _>>()?)
        };
        let floats = match &exposure.files.float {
            Some(path) => create(path, has_one_shape(&shapes))?,
            None => Vec::new(),
        };
        let noise = match &exposure.files.noise {
            Some(path) => Some(Noise::new(create(path, panels.len() == 1)?, exposure)?),
            None => None,
        };
        let waiting = Waiting { pieces: BTreeMap::new(), shapes, next: FIRST };
        Ok(Self {
            waiting: Mutex::new(waiting),
            writing: Mutex::new(Writing { floats, noise, failure: None }),
        })
    }

    /// Takes finished rows, and writes what can be written if nobody does.
    pub(crate) fn take(&self, first: RowIndex, photons: &'a [f32]) {
        self.waiting().pieces.insert(first, photons);
        // One who comes while another stops would be forgotten: the other looks once more after it has stopped.
        while self.waiting().is_ready() {
            let mut writing = match self.writing.try_lock() {
                Ok(writing) => writing,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => return,
            };
            while let Some((first, photons)) = { self.waiting().take() } {
                writing.write(first, photons);
            }
        }
    }

    /// Adds the files to the set.
    ///
    /// # Errors
    /// What kept a file from being written.
    pub(crate) fn finish(self, set: &FileSet) -> Result<RowFiles, Failure> {
        let Writing { floats, noise, failure, .. } =
            self.writing.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(failure) = failure {
            return Err(failure);
        }
        let add = |files: Vec<Incomplete>, what: &'static str| -> Result<Vec<Named>, Failure> {
            let paths = files.iter().map(|file| (file.path().to_owned(), what)).collect();
            files.into_iter().try_for_each(|file| set.add(file))?;
            Ok(paths)
        };
        let counted = noise.as_ref().map(|noise| (noise.photons, noise.overloads));
        Ok(RowFiles {
            floats: add(floats, "photons, 4-byte floats")?,
            noise: match noise {
                Some(noise) => add(noise.files, "photons with noise, 2-byte integers (SMV)")?,
                None => Vec::new(),
            },
            counted,
        })
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting<'a>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const FIRST: RowIndex = RowIndex { panel: 0, slow: 0 };

/// Whether the floats of all panels are in one file.
pub(crate) fn has_one_shape(shapes: &[[usize; 2]]) -> bool {
    shapes.iter().all(|shape| *shape == shapes[0])
}

impl<'a> Waiting<'a> {
    fn is_ready(&self) -> bool {
        self.pieces.contains_key(&self.next)
    }

    /// The next rows of the image, if they are finished.
    fn take(&mut self) -> Option<(RowIndex, ArrayView2<'a, f32>)> {
        let photons = self.pieces.remove(&self.next)?;
        let first = self.next;
        let [rows, columns] = self.shapes[first.panel];
        let photons = ArrayView2::from_shape([photons.len() / columns.max(1), columns], photons).ok()?;
        self.next.slow += photons.nrows();
        if self.next.slow >= rows {
            self.next = RowIndex { panel: first.panel + 1, slow: 0 };
        }
        Some((first, photons))
    }
}

impl Writing {
    fn write(&mut self, first: RowIndex, photons: ArrayView2<'_, f32>) {
        // There are no deviates around a pixel that is no number; the run ends with a message about it.
        // All are looked at, since several at once are quicker than one at a time up to the first.
        let is_finite = photons.iter().fold(true, |all, photons| all & photons.is_finite());
        if self.failure.is_none() && is_finite {
            self.failure = self.try_write(first, photons).err();
        }
    }

    fn try_write(&mut self, first: RowIndex, rows: ArrayView2<'_, f32>) -> Result<(), Failure> {
        let of_panel = first.panel.min(self.floats.len().saturating_sub(1));
        if let Some(file) = self.floats.get_mut(of_panel) {
            file.write_with(|out| raw::write_f32_to(out, rows))?;
        }
        if let Some(noise) = &mut self.noise {
            let noisy = noise.readout.read(rows, first.slow, &noise.regions[first.panel]);
            noise.photons += noisy.photons;
            noise.overloads += noisy.overloads;
            noise.files[first.panel].write_with(|out| smv::write_rows_to(out, noisy.counts.view()))?;
        }
        Ok(())
    }
}

impl Noise {
    fn new(mut files: Vec<Incomplete>, exposure: &Exposure<'_>) -> Result<Self, Failure> {
        let prepared = exposure.prepared;
        for (panel, file) in files.iter_mut().enumerate() {
            let header = smv_header::of_panel(&exposure.resolved, panel);
            file.write_with(|out| smv::write_header_to(out, &header))?;
        }
        // Each image of a series has noise of its own.
        let seed = prepared.noise_seed().wrapping_add(exposure.image.into());
        let readout = noise::Readout::new(prepared.experiment.response.adc_offset, seed);
        let panels = &exposure.resolved.simulation.panels;
        let regions = panels.iter().map(|panel| panel.region.clone()).collect();
        Ok(Self { readout, regions, files, photons: 0.0, overloads: 0 })
    }
}
