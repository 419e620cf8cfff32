//! The report as a folder of files.

use std::fs;
use std::path::Path;

use nanobragg_image_io::whole_file;

use crate::{Error, Figures, Image, Options, Report, page};

/// Writes `summary.json`, `first.png`, `second.png`, `difference.png` and `report.html` into a folder, which is made
/// if it is not there. The images and options are those of the report.
///
/// # Errors
/// [`Error::ImageIo`] naming the file that cannot be written; [`Error::ShapesDiffer`] when the images are not those
/// of the report.
pub fn write(
    folder: impl AsRef<Path>,
    report: &Report,
    a: &Image,
    b: &Image,
    options: &Options,
) -> Result<(), Error> {
    let folder = folder.as_ref();
    fs::create_dir_all(folder)
        .map_err(|reason| nanobragg_image_io::Error::Write { path: folder.to_owned(), reason })?;
    let figures = Figures::of(a, b, report.relative_floor, options)?;
    let page = page::html(report, &figures);
    let summary = report.to_json() + "\n";
    for (name, bytes) in [
        ("summary.json", summary.as_bytes()),
        ("first.png", &figures.a),
        ("second.png", &figures.b),
        ("difference.png", &figures.difference),
        ("report.html", page.as_bytes()),
    ] {
        whole_file::write(folder.join(name), |out| out.write_all(bytes))?;
    }
    Ok(())
}
