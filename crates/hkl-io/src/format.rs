//! What kind of file structure factors come from, told by its content.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::map::Bytes;
use crate::{Error, fdump, mtz, text};

/// A kind of file that structure factors come from, or can be computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// HKL text, one reflection `h k l F` per line.
    HklText,
    /// A grid as the C program nanoBragg writes it.
    Fdump,
    /// Reflections in an MTZ file.
    Mtz,
    /// Reflections in an mmCIF file.
    MmcifReflections,
    /// Coordinates in the format of the Protein Data Bank.
    PdbCoordinates,
    /// Coordinates in an mmCIF file.
    MmcifCoordinates,
}

/// So much of a file tells the format of nearly all, however long.
const START_BYTES: u64 = 4096;

/// Records that a file of coordinates starts with, or that only such a file has.
const PDB_RECORDS: [&[u8]; 14] = [
    b"HEADER", b"OBSLTE", b"TITLE ", b"SPLIT ", b"CAVEAT", b"COMPND", b"SOURCE", b"KEYWDS", b"EXPDTA",
    b"AUTHOR", b"REMARK", b"CRYST1", b"ATOM  ", b"HETATM",
];

/// How the formats but for HKL text are told.
const STARTS: &str = "MTZ: \"MTZ \"; Fdump: six bounds, then a form feed; mmCIF: \"data_\"; PDB: a record such as HEADER, \
                      CRYST1 or ATOM";

/// What other files start with that are taken for structure factors by mistake, and what they are.
const OTHERS: [(&[u8], &str); 4] = [
    (b"\x1f\x8b", "a file compressed by gzip"),
    (b"BZh", "a file compressed by bzip2"),
    (b"\xfd7zXZ", "a file compressed by xz"),
    (b"\x89HDF", "an HDF5 file"),
];

impl Format {
    /// The format of a file.
    ///
    /// # Errors
    ///
    /// [`Error::Read`], and those of [`of_bytes`](Self::of_bytes).
    pub fn of_file(path: &Path) -> Result<Self, Error> {
        let failed = |reason| Error::Read { file: path.to_owned(), reason };
        let mut start = Vec::new();
        File::open(path).and_then(|file| file.take(START_BYTES).read_to_end(&mut start)).map_err(failed)?;
        let is_all = (start.len() as u64) < START_BYTES;
        let name = path.display().to_string();
        match if is_all { Some(&start[..]) } else { telling(&start) } {
            Some(bytes) => Self::of_bytes(bytes, &name),
            None => Self::of_bytes(&Bytes::open(path)?, &name),
        }
    }

    /// The format of the bytes of a file; `name` is the file name for error messages. What begins with three indices, or has
    /// blank lines and comments alone, is HKL text, whose reader says what is wrong with it.
    ///
    /// # Errors
    ///
    /// [`Error::Content`] for a compressed file, and for an mmCIF file without reflections or coordinates;
    /// [`Error::Parse`] for what is in none of the formats.
    pub fn of_bytes(bytes: &[u8], name: &str) -> Result<Self, Error> {
        let refuse = |expected: &str, found: &str| Error::Content {
            file: name.to_owned(),
            expected: expected.to_owned(),
            found: found.to_owned(),
        };
        if let Some((_, found)) = OTHERS.iter().find(|(start, _)| bytes.starts_with(start)) {
            return Err(refuse("structure factors or coordinates", found));
        }
        if bytes.starts_with(mtz::MAGIC) {
            return Ok(Self::Mtz);
        }
        if fdump::has_header(bytes) {
            return Ok(Self::Fdump);
        }
        match lines(bytes).find(|line| !line.is_empty() && !line.starts_with(b"#")) {
            Some(line) if starts(line, b"data_") => {
                let format = lines(bytes).find_map(of_item);
                format.ok_or_else(|| refuse("items of _refln or of _atom_site", "none"))
            }
            Some(line) if is_pdb(line) => Ok(Self::PdbCoordinates),
            _ => match text::defect_of_first_indices(bytes, name) {
                Some(Error::Parse { file, line, column, found, expected }) => {
                    let expected =
                        format!("{expected} of HKL text, or the start of another format ({STARTS})");
                    Err(Error::Parse { file, line, column, found, expected })
                }
                _ => Ok(Self::HklText),
            },
        }
    }
}

/// As in `an MTZ file`.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HklText => "HKL text",
            Self::Fdump => "an Fdump",
            Self::Mtz => "an MTZ file",
            Self::MmcifReflections => "an mmCIF file of reflections",
            Self::PdbCoordinates => "a PDB file of coordinates",
            Self::MmcifCoordinates => "an mmCIF file of coordinates",
        })
    }
}

/// What of the start of a file tells its format, whatever follows; `None` where more of it is needed.
fn telling(start: &[u8]) -> Option<&[u8]> {
    let is_binary = start.starts_with(mtz::MAGIC) || fdump::has_header(start);
    if is_binary || OTHERS.iter().any(|(other, _)| start.starts_with(other)) {
        return Some(start);
    }
    let whole_lines = &start[..start.iter().rposition(|byte| *byte == b'\n')?];
    let line = lines(whole_lines).find(|line| !line.is_empty() && !line.starts_with(b"#"))?;
    (!starts(line, b"data_")).then_some(whole_lines)
}

/// Lines without blanks around them.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_start)
}

/// What the name of an item at the start of a line says of an mmCIF file.
fn of_item(line: &[u8]) -> Option<Format> {
    // The category ends with a point, or in CIF of small molecules with an underscore.
    let is = |names: [&[u8]; 2]| names.iter().any(|name| starts(line, name));
    if is([b"_refln.", b"_refln_index_"]) {
        return Some(Format::MmcifReflections);
    }
    is([b"_atom_site.", b"_atom_site_"]).then_some(Format::MmcifCoordinates)
}

fn is_pdb(line: &[u8]) -> bool {
    PDB_RECORDS.iter().any(|record| line.starts_with(record) || line == record.trim_ascii_end())
}

/// Whether a line starts with a word, in capitals or not.
fn starts(line: &[u8], word: &[u8]) -> bool {
    line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &[u8], expected: Result<Format, &str>) {
        let found = Format::of_bytes(text, "x").map_err(|error| error.to_string());
        assert_eq!(found, expected.map_err(str::to_owned), "{}", text.escape_ascii());
    }

    /// A list is not read twice to tell that it is one.
    #[test]
    fn the_start_of_a_file_tells_as_much_as_all_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let long = |start: &str, line: &str| start.to_owned() + &line.repeat(5000 / line.len());
        let comments = long("", "# so it goes\n");
        for (text, is_told) in [
            (long("", "1 2 3 4\n"), true),
            (long("1 2 ", "3"), false),
            (long("# c\n\n1 x 3\n", "1 2 3 4\n"), true),
            (long("HEADER\n", "ATOM\n"), true),
            (long("data_x\n", "#\n") + "_refln.index_h\n", false),
            (long("0 1 0 1 0 1\n\x0c", "\0"), true),
            (long("MTZ ", "\0"), true),
            (long("BZh", "\0"), true),
            (comments.clone() + "1 2 3 4\n", false),
            (comments + "data_x\n_atom_site.id\n", false),
            (long("{", "\0"), false),
        ] {
            std::fs::write(&path, &text).unwrap();
            let [found, expected] =
                [Format::of_file(&path), Format::of_bytes(text.as_bytes(), &path.display().to_string())]
                    .map(|format| format.map_err(|error| error.to_string()));
            assert_eq!(found, expected, "{}", &text[..8]);
            assert_eq!(telling(&text.as_bytes()[..4096]).is_some(), is_told, "{}", &text[..8]);
        }
    }

    #[test]
    fn content_tells_the_format() {
        check(b"1 0 0 5\n", Ok(Format::HklText));
        check(b"", Ok(Format::HklText));
        check(b"# data_x\n 1 2 3 4", Ok(Format::HklText));
        check(b"0 1 0 1 0 1 5\n", Ok(Format::HklText));
        check(b"0 1 0 1 0 1\n\x0c", Ok(Format::Fdump));
        check(b"MTZ \x15\0\0\0DA", Ok(Format::Mtz));
        check(
            b"# c\n\nDATA_r1abcsf\n_cell.length_a 1\nloop_\n_refln.index_h\n",
            Ok(Format::MmcifReflections),
        );
        check(b"data_x\nloop_\n_refln_index_h\n", Ok(Format::MmcifReflections));
        check(b"data_x\n_refln_sys_abs.index_h 1\n_atom_site_label C1\n", Ok(Format::MmcifCoordinates));
        check(b"data_x\n_reflns.number_all 5\nloop_\n _atom_site.id\n", Ok(Format::MmcifCoordinates));
        check(
            b"data_x\n_atom_sites.entry_id x\n",
            Err("x: expected items of _refln or of _atom_site, found none"),
        );
        check(b"HEADER    TRANSCRIPTION\n", Ok(Format::PdbCoordinates));
        check(b"CRYST1   34.880", Ok(Format::PdbCoordinates));
        check(b"REMARK\nATOM", Ok(Format::PdbCoordinates));
        check(
            b"# c\n{\n",
            Err(
                "x:2:1: expected an integer index h of HKL text, or the start of another format (MTZ: \"MTZ \"; Fdump: six \
                 bounds, then a form feed; mmCIF: \"data_\"; PDB: a record such as HEADER, CRYST1 or ATOM), found \"{\"",
            ),
        );
        check(b"1 2 3 x\n", Ok(Format::HklText));
        check(
            b"\x1f\x8b\x08",
            Err("x: expected structure factors or coordinates, found a file compressed by gzip"),
        );
    }
}
