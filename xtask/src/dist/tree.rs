//! What an installation consists of, as it lies below a prefix such as `/usr`.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

use super::build::Program;
use super::links;
use crate::root;

/// The folder of the documents.
const DOCUMENTS: &str = "share/doc/nanobragg";

/// What the program prints, and the file it becomes.
const PRINTED: [(&[&str], &str); 4] = [
    (&["help", "man"], "share/man/man1/nanobragg.1.gz"),
    (&["help", "completions", "bash"], "share/bash-completion/completions/nanobragg"),
    (&["help", "completions", "zsh"], "share/zsh/site-functions/_nanobragg"),
    (&["help", "completions", "fish"], "share/fish/vendor_completions.d/nanobragg.fish"),
];

/// Files of the repository that go with the program.
const COPIED: [&str; 5] = ["README.md", "CHANGELOG.md", "LICENSE", "LICENSE-APACHE", "LICENSE-MIT"];

/// Folders whose files go with it too, under the same names, so that most links of README.md lead somewhere.
const COPIED_FOLDERS: [&str; 2] = ["docs", "docs/pictures"];

/// Makes the tree anew: programs, manual page, completions, documents.
pub(crate) fn fill(tree: &Path, programs: &[Program], third_party_licences: &str) -> anyhow::Result<()> {
    if tree.exists() {
        std::fs::remove_dir_all(tree)?;
    }
    let (first, others) = programs.split_first().context("no program was built")?;
    copy(&first.path, &tree.join("bin/nanobragg"))?;
    for program in others {
        copy(&program.path, &tree.join("libexec/nanobragg").join(format!("nanobragg-{}", program.level)))?;
    }
    for (arguments, name) in PRINTED {
        write(&tree.join(name), &printed(&first.path, arguments)?)?;
    }
    for name in COPIED {
        let text = std::fs::read_to_string(root().join(name)).with_context(|| name.to_owned())?;
        let text = if name.ends_with(".md") { links::kept(&text, goes_along) } else { text };
        write(&tree.join(DOCUMENTS).join(name), text.as_bytes())?;
    }
    for folder in COPIED_FOLDERS {
        for entry in std::fs::read_dir(root().join(folder))? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                copy(&entry.path(), &tree.join(DOCUMENTS).join(folder).join(entry.file_name()))?;
            }
        }
    }
    write(&tree.join(DOCUMENTS).join("THIRD-PARTY-LICENSES"), third_party_licences.as_bytes())
}

/// Whether a file of the repository goes with the program.
fn goes_along(name: &str) -> bool {
    let folder = Path::new(name).parent().and_then(Path::to_str).unwrap_or_default();
    COPIED.contains(&name) || (COPIED_FOLDERS.contains(&folder) && root().join(name).is_file())
}

/// What the program for the lowest level prints, whatever this machine could run.
fn printed(program: &Path, arguments: &[&str]) -> anyhow::Result<Vec<u8>> {
    let output = Command::new(program).args(arguments).output()?;
    ensure!(output.status.success(), "{}: {}", program.display(), String::from_utf8_lossy(&output.stderr));
    Ok(output.stdout)
}

/// Writes a file, compressed where its name says so.
fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    std::fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
    let mut file = std::fs::File::create(path).with_context(|| path.display().to_string())?;
    if path.extension().is_some_and(|extension| extension == "gz") {
        let mut compressed = flate2::write::GzEncoder::new(file, flate2::Compression::best());
        compressed.write_all(bytes)?;
        compressed.finish()?;
    } else {
        file.write_all(bytes)?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to.parent().context("a file is in a folder")?)?;
    std::fs::copy(from, to).with_context(|| from.display().to_string())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{goes_along, links};
    use crate::root;

    #[test]
    fn links_to_what_stays_behind_are_plain_text() {
        let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
        let packed = links::kept(&readme, goes_along);
        assert!(packed.contains("](docs/packaging.md)") && packed.contains("](docs/pictures/1orc.png)"));
        assert!(packed.contains("- `hkl-io`: ") && packed.contains("\ngolden/README.md: "), "{packed}");
        for behind in ["](golden/", "](crates/", "](ARCHITECTURE.md)"] {
            assert!(readme.contains(behind) && !packed.contains(behind), "{behind}");
        }
    }
}
