//! Files that are written image by image.

use std::io;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use ndarray::ArrayView2;
use rust_hdf5::{FileLocking, H5Dataset, H5File, H5FileOptions, Hdf5Error, LibverBound};
use whole_file::FileSet;

use super::layout::{Layout, stack};
use super::{Description, Pixel, bitshuffle, metadata};
use crate::Error;

/// A file to which images are appended, while a series is rendered; its pixels are of one type.
///
/// The file has its name when it is finished. One that is dropped before leaves what was at its path.
pub struct Writer<T: Pixel> {
    path: PathBuf,
    layout: Layout,
    /// How many images there are to be, where the description says it.
    expected: Option<usize>,
    written: usize,
    images: H5Dataset,
    file: H5File,
    /// Last, so that the file is closed before its folder is removed.
    own: Option<FileSet>,
    pixels: PhantomData<T>,
}

impl<T: Pixel> Writer<T> {
    /// Begins a file that [`finish`](Self::finish) puts at `path`.
    ///
    /// # Errors
    /// [`Error::Unwritable`] for a description of what cannot be, or of an image of more than 512 million pixels or 4 GiB;
    /// [`Error::Write`].
    pub fn create(path: impl AsRef<Path>, description: &Description) -> Result<Self, Error> {
        let set = FileSet::new();
        let mut writer = Self::create_in(&set, path, description)?;
        writer.own = Some(set);
        Ok(writer)
    }

    /// Begins a file of a set: it gets its name with the others, after it is finished.
    ///
    /// # Errors
    /// Those of [`create`](Self::create).
    pub fn create_in(
        set: &FileSet,
        path: impl AsRef<Path>,
        description: &Description,
    ) -> Result<Self, Error> {
        let path = path.as_ref();
        let layout = description.layout::<T>(path)?;
        let fails = |reason| failed(path, reason);
        // Nobody else knows the hidden name. The oldest version of the format is the one that all readers know.
        let options = H5FileOptions::new().locking(FileLocking::Disabled).libver(LibverBound::Earliest);
        let file = options.create(set.reserve(path)?).map_err(fails)?;
        let images = metadata::write::<T>(&file, description, &layout).map_err(fails)?;
        let expected = description.rotation.as_ref().map(|rotation| rotation.angles_deg.len());
        let (path, pixels) = (path.to_owned(), PhantomData);
        Ok(Self { path, layout, expected, written: 0, images, file, own: None, pixels })
    }

    /// Appends an image, `[slow, fast]` of each panel in the order of the description.
    ///
    /// # Errors
    /// [`Error::Unwritable`] for other panels than those of the description; [`Error::HeaderShape`]; [`Error::Write`].
    pub fn append(&mut self, panels: &[ArrayView2<'_, T>]) -> Result<(), Error> {
        let said = &self.layout.panels;
        if panels.len() != said.len() {
            return Err(self.unwritable("an image", panels.len(), said.len(), "panels"));
        }
        for ((_, header), panel) in said.iter().zip(panels) {
            let pixels = [panel.nrows(), panel.ncols()];
            if pixels != *header {
                return Err(Error::HeaderShape { path: self.path.clone(), header: *header, pixels });
            }
        }
        bitshuffle::compressed(&stack(panels))
            .map_err(Hdf5Error::from)
            .and_then(|chunk| self.images.write_chunk_raw_at(&[self.written, 0, 0], &chunk, 0))
            .map_err(|reason| failed(&self.path, reason))?;
        self.written += 1;
        Ok(())
    }

    /// Ends the file, and gives it its name, unless it is one of a set.
    ///
    /// # Errors
    /// [`Error::Unwritable`] when there are no images, or more or fewer than angles in the description; [`Error::Write`].
    pub fn finish(self) -> Result<(), Error> {
        let expected = self.expected.unwrap_or(self.written.max(1));
        if self.written != expected {
            return Err(self.unwritable("the series", self.written, expected, "images"));
        }
        let Self { path, images, file, own, .. } = self;
        drop(images);
        // It is no more durable than the other files of a run.
        file.close_no_sync().map_err(|reason| failed(&path, reason))?;
        match own {
            Some(set) => Ok(set.commit()?),
            None => Ok(()),
        }
    }

    fn unwritable(&self, what: &str, found: usize, expected: usize, unit: &str) -> Error {
        Error::Unwritable {
            path: self.path.clone(),
            what: what.to_owned(),
            found: format!("of {found} {unit}"),
            expected: format!("{expected} {unit}"),
        }
    }
}

fn failed(path: &Path, reason: Hdf5Error) -> Error {
    let reason = match reason {
        Hdf5Error::Io(reason) => reason,
        reason => io::Error::other(reason.to_string()),
    };
    Error::Write { path: path.to_owned(), reason }
}
