//! The tree as one compressed file, whose bytes depend on those of its files alone.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context;
use flate2::{Compression, GzBuilder};
use sha2::{Digest as _, Sha256};
use tar::{Builder, EntryType, Header};

/// What lists the checksums within the archive, with paths from its top; not at the top, which becomes a prefix of others' files.
const SUMS: &str = "share/doc/nanobragg/SHA256SUMS";

/// Writes `NAME.tar.gz`, in which all is below a folder of that name, and its checksum beside it; returns its path.
pub(crate) fn write(folder: &Path, tree: &Path, name: &str) -> anyhow::Result<PathBuf> {
    let files = files(tree)?;
    let mut sums = String::new();
    for file in &files {
        sums += &format!("{}  {}\n", sha256(&tree.join(file))?, file.display());
    }
    let path = folder.join(format!("{name}.tar.gz"));
    let compressed = GzBuilder::new().mtime(0).write(File::create(&path)?, Compression::best());
    let mut archive = Builder::new(compressed);
    append(&mut archive, &Path::new(name).join(SUMS), 0o644, sums.as_bytes())?;
    for file in &files {
        let mut bytes = Vec::new();
        let mut source = File::open(tree.join(file))?;
        source.read_to_end(&mut bytes)?;
        let is_program = source.metadata()?.permissions().mode() & 0o100 != 0;
        append(&mut archive, &Path::new(name).join(file), if is_program { 0o755 } else { 0o644 }, &bytes)?;
    }
    archive.into_inner()?.finish()?.sync_all()?;
    let line = format!("{}  {name}.tar.gz\n", sha256(&path)?);
    std::fs::write(folder.join(format!("{name}.tar.gz.sha256")), line)?;
    Ok(path)
}

/// A file of root's, of 1970.
fn append(
    archive: &mut Builder<impl std::io::Write>,
    path: &Path,
    mode: u32,
    bytes: &[u8],
) -> anyhow::Result<()> {
    let mut header = Header::new_ustar();
    header.set_entry_type(EntryType::Regular);
    header.set_mode(mode);
    header.set_size(bytes.len() as u64);
    header.set_mtime(0);
    archive.append_data(&mut header, path, bytes).with_context(|| path.display().to_string())
}

/// The files below a folder, relative to it, sorted.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder)?.to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn sha256(path: &Path) -> anyhow::Result<String> {
    let digest = Sha256::digest(std::fs::read(path)?);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}
