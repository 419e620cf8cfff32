//! Goes through the statements of a geometry file.

use std::path::Path;

use super::bad::Region;
use super::energy::Energy;
use super::statement::{At, Quantity, Statement};
use super::template::{Frame, Template, length};
use crate::Error;

/// Keys of panels that a simulation has no use for.
const UNUSED: [&str; 21] = [
    "adu_per_eV",
    "adu_per_photon",
    "badrow_direction",
    "data",
    "dim",
    "flag_equal",
    "flag_lessthan",
    "flag_morethan",
    "integr_radius",
    "mask",
    "mask_bad",
    "mask_data",
    "mask_badbits",
    "mask_file",
    "mask_good",
    "mask_goodbits",
    "peak_list",
    "peak_list_type",
    "photon_energy_scale",
    "saturation_map",
    "saturation_map_file",
];

/// Keys that are used, among which the one that was meant is looked for.
const USED: [&str; 20] = [
    "bandwidth",
    "clen",
    "coffset",
    "corner_x",
    "corner_y",
    "detector_shift_x",
    "detector_shift_y",
    "fs",
    "mask_edge_pixels",
    "max_adu",
    "max_fs",
    "max_ss",
    "min_fs",
    "min_ss",
    "no_index",
    "panel",
    "photon_energy",
    "res",
    "ss",
    "wavelength",
];

/// A key is taken for a misspelt one from this similarity (Jaro–Winkler) on.
const SIMILAR: f64 = 0.84;

/// A key that is not known, where another one may be missing.
#[derive(Clone, Debug)]
pub(super) struct Misspelt {
    key: String,
    line: usize,
    meant: &'static str,
}

/// The content of a file, checked.
#[derive(Debug)]
pub(super) struct Read {
    pub frames: Vec<Frame>,
    pub misspelt: Vec<Misspelt>,
    pub energy: Option<At<Energy>>,
    pub notices: Vec<String>,
}

/// What has been read so far.
#[derive(Default)]
struct Reader {
    defaults: Template,
    /// Statements without a panel since the last panel was named.
    pending: Vec<String>,
    panels: Vec<Template>,
    regions: Vec<Region>,
    clen: Option<At<Quantity>>,
    energy: Option<At<Energy>>,
    shift_m: [f64; 2],
    unused: Vec<String>,
    misspelt: Vec<Misspelt>,
    notices: Vec<String>,
}

/// Reads a text whose lines end in `\n`.
pub(super) fn read(path: &Path, text: &str) -> Result<Read, Error> {
    let mut reader = Reader::default();
    for statement in Statement::all(path, text)? {
        reader.take(&statement)?;
    }
    reader.finish(path)
}

/// The error of a missing key, with the key that may be there in its place.
pub(super) fn in_place_of(error: Error, misspelt: &[Misspelt]) -> Error {
    let Error::Key { path, line, key, mut what } = error else { return error };
    let name = key.rsplit('/').next().unwrap_or_default();
    if let Some(Misspelt { key, line, .. }) = misspelt.iter().find(|misspelt| misspelt.meant == name) {
        what += &format!(" (line {line} has {key}, which is not a known key)");
    }
    Error::Key { path, line, key, what }
}

impl Reader {
    fn take(&mut self, statement: &Statement<'_>) -> Result<(), Error> {
        match statement.owner {
            None => self.take_global(statement),
            Some(name) if name.starts_with("rigid_group") || name.starts_with("group") => Err(statement
                .wrong("expected the name of a panel before the slash, found that of a group".to_owned())),
            Some(name) if name.starts_with("bad") => self.take_bad(name, statement),
            Some(name) => self.take_panel(name, statement),
        }
    }

    fn take_global(&mut self, statement: &Statement<'_>) -> Result<(), Error> {
        match statement.key {
            "clen" => self.take_clen(statement),
            "photon_energy" | "wavelength" | "electron_voltage" => self.take_energy(statement),
            "detector_shift_x" => self.take_shift(0, statement),
            "detector_shift_y" => self.take_shift(1, statement),
            "bandwidth" => {
                statement.number("a fraction of the wavelength")?;
                self.notices.push(
                    statement.notice("not used: the beam has the bandwidth that its description gives it"),
                );
                Ok(())
            }
            key if key.starts_with("rigid_group") || key.starts_with("group_") => Ok(()),
            _ => {
                if self.defaults.take(statement)? {
                    self.pending.push(statement.notice("without effect: no panel is first named after it"));
                } else {
                    self.leave(statement);
                }
                Ok(())
            }
        }
    }

    fn take_clen(&mut self, statement: &Statement<'_>) -> Result<(), Error> {
        let clen = statement.at(length(statement)?);
        match &self.clen {
            Some(first) if first.value != clen.value => {
                let what = format!(
                    "expected one camera length without a panel's name, found {:?} and another in line {}",
                    statement.value, first.line
                );
                Err(statement.wrong(what))
            }
            _ => {
                self.clen = Some(clen);
                Ok(())
            }
        }
    }

    fn take_energy(&mut self, statement: &Statement<'_>) -> Result<(), Error> {
        let energy = statement.at(Energy::of(statement)?);
        match &self.energy {
            Some(first) if first.value != energy.value => {
                let what = format!(
                    "expected one wavelength, found {:?} and another in line {}",
                    statement.value, first.line
                );
                return Err(statement.wrong(what));
            }
            _ => {}
        }
        if let Energy::Location(_) = energy.value {
            self.notices.push(statement.notice("in a data file, which is not read: it must be given"));
        }
        self.energy = Some(energy);
        Ok(())
    }

    fn take_shift(&mut self, axis: usize, statement: &Statement<'_>) -> Result<(), Error> {
        match length(statement)? {
            Quantity::Number(metres) => self.shift_m[axis] = metres,
            Quantity::Location(_) => {
                self.notices.push(statement.notice("in a data file, which is not read: taken for 0"));
            }
        }
        Ok(())
    }

    fn take_bad(&mut self, name: &str, statement: &Statement<'_>) -> Result<(), Error> {
        let index = self.regions.iter().position(|region| region.name() == name).unwrap_or_else(|| {
            self.regions.push(Region::new(name, statement.line));
            self.regions.len() - 1
        });
        if !self.regions[index].take(statement)? {
            self.leave(statement);
        }
        Ok(())
    }

    fn take_panel(&mut self, name: &str, statement: &Statement<'_>) -> Result<(), Error> {
        let index = self.panels.iter().position(|panel| panel.name == name).unwrap_or_else(|| {
            self.pending.clear();
            self.panels.push(self.defaults.new_panel(name, statement.line));
            self.panels.len() - 1
        });
        if !self.panels[index].take(statement)? {
            self.leave(statement);
        }
        Ok(())
    }

    /// Notes a key that is not used.
    fn leave(&mut self, statement: &Statement<'_>) {
        if is_unused(statement.key) {
            if !self.unused.iter().any(|key| key == statement.key) {
                self.unused.push(statement.key.to_owned());
            }
            return;
        }
        let similarity = |key: &&str| strsim::jaro_winkler(statement.key, key);
        let nearest = USED.into_iter().chain(UNUSED).max_by(|a, b| similarity(a).total_cmp(&similarity(b)));
        let meant = nearest.filter(|key| similarity(key) >= SIMILAR);
        self.misspelt.extend(meant.map(|meant| Misspelt {
            key: statement.key.to_owned(),
            line: statement.line,
            meant,
        }));
        let what = meant.map_or_else(
            || "not a known key: ignored".to_owned(),
            |key| format!("not a known key: ignored; is {key} meant?"),
        );
        self.notices.push(statement.notice(&what));
    }

    fn finish(mut self, path: &Path) -> Result<Read, Error> {
        if self.panels.is_empty() {
            return Err(Error::Unfit {
                path: path.to_owned(),
                what: "expected at least one line such as `panel/key = value`, found no panel".to_owned(),
            });
        }
        self.notices.append(&mut self.pending);
        self.note_unindexed(path);
        let mut frames = Vec::with_capacity(self.panels.len());
        for mut panel in self.panels {
            panel.clen = panel.clen.or_else(|| self.clen.clone());
            let mut frame = panel.frame(path).map_err(|error| in_place_of(error, &self.misspelt))?;
            for (corner_px, shift_m) in frame.corner_px.iter_mut().zip(self.shift_m) {
                *corner_px += shift_m * frame.res;
            }
            frames.push(frame);
        }
        for region in &self.regions {
            self.notices.extend(region.mark(path, &mut frames)?);
        }
        if !self.unused.is_empty() {
            self.notices.push(format!(
                "{}: keys without use here: {}",
                path.display(),
                self.unused.join(", ")
            ));
        }
        Ok(Read { frames, misspelt: self.misspelt, energy: self.energy, notices: self.notices })
    }

    /// CrystFEL ignores panels with `no_index`; here they are rendered like the others.
    fn note_unindexed(&mut self, path: &Path) {
        for panel in &self.panels {
            if let Some(At { value: true, line }) = panel.no_index {
                let place = format!("{}:{line}: {}/no_index", path.display(), panel.name);
                self.notices
                    .push(format!("{place}: CrystFEL ignores this panel; it is rendered all the same"));
            }
        }
    }
}

/// Whether a key is known and without use for a simulation, `dim0` and `mask0_data` like `dim` and `mask_data`.
fn is_unused(key: &str) -> bool {
    let name: String = key.chars().filter(|c| !c.is_ascii_digit()).collect();
    UNUSED.contains(&name.as_str())
}
