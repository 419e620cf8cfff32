//! Structure factors: from text, from a dump, or one for all.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hkl_io::text::ReadOptions;
use nanobragg_kernel::StructureFactors;

use super::Resolver;
use crate::error::Error;
use crate::flag::Flag;
use crate::said::Provenance;

/// Where structure factors come from and where they go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dump {
    /// The file they were read from.
    pub source: Option<PathBuf>,
    /// The binary file they are to be written to.
    pub target: Option<PathBuf>,
}

/// The C program's name for the dump.
const DUMP: &str = "Fdump.bin";

impl Resolver<'_> {
    /// F of every reflection, where it is from and goes, and the number of reflections in a text.
    pub(super) fn structure_factors(&mut self) -> Result<(StructureFactors, Dump, usize), Error> {
        let default_f = self.number(Flag::DefaultF, "default structure factor", 0.0);
        let max_grid_bytes = match self.said.number(Flag::MaxGridBytes) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked when it was said"
            )]
            Some(bytes) => bytes as usize,
            None => self.context.max_grid_bytes,
        };
        if self.said.has(Flag::MaxGridBytes) && !self.said.has(Flag::Hkl) {
            self.warn("-max-grid-bytes has no effect without -hkl");
        }
        if let Some(path) = self.said.file(Flag::Hkl) {
            let options = ReadOptions { default_f, max_grid_bytes };
            let text = hkl_io::text::read(path, &options)?;
            for duplicate in &text.duplicates {
                self.warn(format!(
                    "{}:{}: {} was given before: the last one counts",
                    path.display(),
                    duplicate.last_line,
                    duplicate.miller
                ));
            }
            let target = self.dump_target();
            self.setting("structure factors", path.display(), "", self.from(Flag::Hkl));
            let dump = Dump { source: Some(path.to_owned()), target };
            return Ok((StructureFactors::Grid(Arc::new(text.grid)), dump, text.reflection_count));
        }
        if let Some(path) = self.dump_source(default_f) {
            let grid = hkl_io::fdump::open(&path, default_f)?;
            self.setting("structure factors", path.display(), "", self.from(Flag::Dump));
            let dump = Dump { source: Some(path), target: None };
            return Ok((StructureFactors::Grid(Arc::new(grid)), dump, 0));
        }
        if default_f == 0.0 {
            return Err(Error::Missing {
                what: "no structure factors",
                hint: "give a list with -hkl FILE, a binary one with -dump FILE, or one F for all reflections with \
                       -default_F",
            });
        }
        self.setting("structure factors", default_f, "", self.from(Flag::DefaultF));
        Ok((StructureFactors::Uniform(default_f), Dump::default(), 0))
    }

    /// Whether F is interpolated.
    pub(super) fn interpolation(&mut self, structure_factors: &StructureFactors, cells: [u32; 3]) -> bool {
        let list = matches!(structure_factors, StructureFactors::Grid(_));
        let said = self.said.last_of(&[Flag::Interpolate, Flag::NoInterpolate]);
        // The C program decides before it works out how many cells fit a size: by the counts as typed, or 1.
        let typed = |axis| {
            let said = self.said.last_of(&[Flag::N, axis]).and_then(|flag| self.said.count(flag));
            said.unwrap_or(1)
        };
        let [small_as_typed, small_as_resolved] =
            [[Flag::Na, Flag::Nb, Flag::Nc].map(typed), cells].map(|cells| cells.iter().any(|&n| n <= 2));
        if list && said.is_none() && small_as_typed != small_as_resolved {
            self.quirks.insert(22);
        }
        let small = if self.compat() { small_as_typed } else { small_as_resolved };
        let on = list && said.map_or(small, |flag| flag == Flag::Interpolate);
        let from = match said {
            Some(flag) if !list => {
                self.warn(format!("{} has no effect without a list of structure factors", flag.dashed()));
                Provenance::Derived
            }
            Some(flag) => self.from(flag),
            None => Provenance::Derived,
        };
        if on {
            self.quirks.insert(4);
        }
        self.setting("interpolation", if on { "tricubic" } else { "nearest" }, "", from);
        on
    }

    /// Where a list read from text is dumped: where it was said, or in compat mode as the C program does (Q18).
    fn dump_target(&mut self) -> Option<PathBuf> {
        if let Some(path) = self.said.file(Flag::Dump) {
            return Some(path.to_owned());
        }
        if self.compat() {
            self.quirks.insert(18);
        }
        self.compat().then(|| self.context.directory.join(DUMP))
    }

    /// The dump to read when there is no text (Q18).
    fn dump_source(&mut self, default_f: f64) -> Option<PathBuf> {
        let lying_here = self.context.directory.join(DUMP);
        let other = default_f != 0.0;
        match self.said.file(Flag::Dump) {
            // The C program goes on without a dump that is not there when it has another F.
            Some(path) if self.compat() && other && !path.exists() => {
                self.warn(format!("{} does not exist: -default_F is used", path.display()));
                None
            }
            Some(path) => Some(path.to_owned()),
            None if lying_here.exists() && (self.compat() || !other) => {
                self.quirks.insert(18);
                self.warn(format!(
                    "no -hkl and no -dump: structure factors are read from {}",
                    shown(&lying_here)
                ));
                Some(lying_here)
            }
            None if lying_here.exists() => {
                self.quirks.insert(18);
                self.warn(format!(
                    "{} is not read: -default_F is given; name it with -dump",
                    shown(&lying_here)
                ));
                None
            }
            None => None,
        }
    }
}

/// A path as it is best shown: in the working directory, its name alone.
fn shown(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}
