//! The report as a folder of files.

use std::fs;
use std::path::Path;

use whole_file::FileSet;

use crate::{Error, Image, Options, Pictures, Report, page};

/// Writes `summary.json`, `first.png`, `second.png`, `difference.png` and `report.html` into a folder, which is
/// created if necessary. The images and options are those of the report.
///
/// # Errors
/// [`Error::Write`] naming the file that cannot be written; [`Error::ShapesDiffer`] when the images are not those
/// of the report.
pub fn write(
    folder: impl AsRef<Path>,
    report: &Report,
    a: &Image,
    b: &Image,
    options: &Options,
) -> Result<(), Error> {
    let folder = folder.as_ref();
    fs::create_dir_all(folder).map_err(|reason| whole_file::Error::new(folder, reason))?;
    let pictures = Pictures::of(a, b, report.relative_floor, options)?;
    let page = page::html(report, &pictures)?;
    let summary = report.to_json() + "\n";
    let files = FileSet::new();
    for (name, bytes) in [
        ("summary.json", summary.as_bytes()),
        ("first.png", &pictures.a),
        ("second.png", &pictures.b),
        ("difference.png", &pictures.difference),
        ("report.html", page.as_bytes()),
    ] {
        files.write(folder.join(name), |out| out.write_all(bytes))?;
    }
    Ok(files.commit()?)
}
