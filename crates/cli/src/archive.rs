//! A trace with all it was made from: the folder that `nanobragg trace --out` writes.

use std::path::{Path, PathBuf};

use nanobragg_trace::{Log, json, text};
use serde_json::Value;
use whole_file::FileSet;

use crate::failure::Failure;
use crate::prepared::Prepared;
use crate::{environment, factors_json, files, settings};

/// Writes the files of a trace, all or none; returns their paths. The time is in `environment.json` alone.
pub(crate) fn write(
    folder: &Path,
    log: &Log,
    prepared: &Prepared,
    as_json: bool,
) -> Result<Vec<PathBuf>, Failure> {
    std::fs::create_dir_all(folder).map_err(|reason| Failure::Folder { path: folder.to_owned(), reason })?;
    let mut paths = vec![folder.join("trace.log")];
    let set = files::set(&prepared.options);
    set.write(&paths[0], |out| text::write(log, text::PREFIX, out))?;
    if as_json {
        let path = folder.join("trace.json");
        set.write(&path, |out| json::write(log, out))?;
        paths.push(path);
    }
    for (name, value) in [
        ("config.json", settings::json(prepared)),
        ("hkl.json", factors_json::json(&prepared.resolved)?),
        ("environment.json", environment::json(&prepared.resolved)),
    ] {
        let path = folder.join(name);
        write_json(&set, &path, &value)?;
        paths.push(path);
    }
    set.commit()?;
    Ok(paths)
}

fn write_json(set: &FileSet, path: &Path, value: &Value) -> Result<(), Failure> {
    Ok(set.write(path, |out| writeln!(out, "{value:#}"))?)
}
