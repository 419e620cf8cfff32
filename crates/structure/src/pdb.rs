//! Coordinates in the format of the Protein Data Bank, version 3.30 (2012).

mod atom;
mod line;

use hkl_io::SpaceGroup;
use nanobragg_geometry::UnitCell;

use crate::site::{Crystal, Site};
use crate::{Error, Model, ReadOptions};
use line::{Defect, Line};

/// What has been read so far.
#[derive(Default)]
struct Reader<'a> {
    crystal: Crystal,
    scale: [Option<[f64; 4]>; 3],
    sites: Vec<Site>,
    /// What ANISOU has in common with the last atom.
    last: &'a [u8],
    models: usize,
    /// Whether the first model, or the file, is over.
    is_over: bool,
    left_out: usize,
    without_element: usize,
    operators_not_applied: usize,
}

/// Reads the text of a file; `name` is for messages.
///
/// Of what it has CRYST1, SCALE, MODEL, ATOM, HETATM and ANISOU count. MTRIX is not applied, and a notice says so if its
/// copies are not in the file.
pub(crate) fn parse(bytes: &[u8], name: &str, options: &ReadOptions) -> Result<Model, Error> {
    let mut reader = Reader::default();
    for (line, number) in bytes.split(|byte| *byte == b'\n').zip(1..) {
        reader.take(Line::new(line)).map_err(|Defect { expected, found }| Error::Parse {
            file: name.to_owned(),
            line: number,
            expected,
            found,
        })?;
    }
    reader.finish(name, options)
}

impl<'a> Reader<'a> {
    fn take(&mut self, line: Line<'a>) -> Result<(), Defect> {
        match line.record() {
            b"CRYST1" => self.crystal(line)?,
            b"SCALE1" => self.scale[0] = Some(row(line)?),
            b"SCALE2" => self.scale[1] = Some(row(line)?),
            b"SCALE3" => self.scale[2] = Some(row(line)?),
            b"MTRIX1" => self.operators_not_applied += usize::from(line.columns(60, 60) != b"1"),
            b"MODEL" => {
                self.models += 1;
                self.is_over |= self.models > 1;
            }
            b"ENDMDL" | b"END" => self.is_over |= !self.sites.is_empty(),
            b"ATOM" | b"HETATM" if self.is_over => self.left_out += 1,
            b"ATOM" | b"HETATM" => {
                let (site, has_element) = atom::site(line)?;
                self.without_element += usize::from(!has_element);
                self.sites.push(site);
                self.last = line.columns(7, 27);
            }
            b"ANISOU" if !self.is_over => self.displacement(line)?,
            _ => {}
        }
        Ok(())
    }

    fn crystal(&mut self, line: Line<'_>) -> Result<(), Defect> {
        if self.crystal.cell.is_some() {
            return Err(Defect::new("one CRYST1 record", "another"));
        }
        let number = |first, last, what| line.number(first, last, what);
        let edges =
            [number(7, 15, "the edge a")?, number(16, 24, "the edge b")?, number(25, 33, "the edge c")?];
        let angles = [
            number(34, 40, "the angle alpha")?,
            number(41, 47, "the angle beta")?,
            number(48, 54, "the angle gamma")?,
        ];
        let cell = UnitCell::new(edges, angles);
        self.crystal.cell = Some(cell.map_err(|_| line.defect(7, 54, "a unit cell that has a volume"))?);
        let symbol = line.text(56, 66);
        if !symbol.is_empty() {
            let expected = "the symbol of a space group in columns 56 to 66";
            let group = SpaceGroup::from_symbol(&symbol).map_err(|_| line.defect(56, 66, expected))?;
            self.crystal.space_group = Some(group);
        }
        Ok(())
    }

    fn displacement(&mut self, line: Line<'_>) -> Result<(), Defect> {
        let site = self.sites.last_mut().filter(|_| line.columns(7, 27) == self.last);
        let expected = "the serial number and the names of the atom before it in columns 7 to 27";
        let site = site.ok_or_else(|| line.defect(7, 27, expected))?;
        let mut u = [0.0; 6];
        for (entry, first) in u.iter_mut().zip((29..).step_by(7)) {
            *entry = 1e-4 * line.number(first, first + 6, "U in 0.0001 Å²")?;
        }
        // Programs write zeros for atoms that have none.
        if u.iter().any(|entry| entry.abs() > 0.0) {
            Site::check_u(u).map_err(|(expected, found)| Defect::new(expected, found))?;
            site.u = Some(u);
        }
        Ok(())
    }

    fn finish(mut self, name: &str, options: &ReadOptions) -> Result<Model, Error> {
        let mut notices = Vec::new();
        if self.left_out > 0 {
            let place = if self.models > 1 {
                "of other models than the first"
            } else {
                "behind the end of the model"
            };
            notices.push(format!("{} atoms {place} are left out", self.left_out));
        }
        if self.without_element > 0 {
            let count = self.without_element;
            notices.push(format!(
                "the elements of {count} atoms are taken from their names: columns 77 to 78 have none"
            ));
        }
        if self.operators_not_applied > 0 {
            let count = self.operators_not_applied;
            notices.push(format!(
                "{count} operators of non-crystallographic symmetry (MTRIX) are not applied, and their copies are not in the file"
            ));
        }
        if let [Some(a), Some(b), Some(c)] = self.scale {
            let rows = [a, b, c];
            let matrix = rows.map(|[x, y, z, _]| [x, y, z]);
            self.crystal.to_fractional = Some((matrix, rows.map(|[.., shift]| shift)));
        }
        self.crystal.model(self.sites, notices, name, options)
    }
}

/// A row of SCALE: of the matrix, and of the shift.
fn row(line: Line<'_>) -> Result<[f64; 4], Defect> {
    let number = |first, last| line.number(first, last, "an element of the matrix");
    Ok([number(11, 20)?, number(21, 30)?, number(31, 40)?, number(46, 55)?])
}
