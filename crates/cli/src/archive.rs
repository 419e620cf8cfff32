//! A trace with all it was made from: the folder that `nanobragg trace --out` writes.

use std::path::{Path, PathBuf};

use nanobragg_trace::{Log, json, text};
use serde_json::Value;

use crate::failure::Failure;
use crate::prepared::Prepared;
use crate::{environment, factors, settings};

/// Writes the files of a trace; returns their paths. The time is in `environment.json` alone.
pub(crate) fn write(
    folder: &Path,
    log: &Log,
    prepared: &Prepared,
    as_json: bool,
) -> Result<Vec<PathBuf>, Failure> {
    std::fs::create_dir_all(folder).map_err(|reason| Failure::Folder { path: folder.to_owned(), reason })?;
    let mut paths = vec![folder.join("trace.log")];
    whole_file::write(&paths[0], |out| text::write(log, text::PREFIX, out))?;
    if as_json {
        let path = folder.join("trace.json");
        whole_file::write(&path, |out| json::write(log, out))?;
        paths.push(path);
    }
    for (name, value) in [
        ("config.json", settings::json(prepared)),
        ("hkl.json", factors::json(&prepared.resolved)?),
        ("environment.json", environment::json(&prepared.resolved)),
    ] {
        let path = folder.join(name);
        write_json(&path, &value)?;
        paths.push(path);
    }
    Ok(paths)
}

fn write_json(path: &Path, value: &Value) -> Result<(), Failure> {
    Ok(whole_file::write(path, |out| writeln!(out, "{value:#}"))?)
}
