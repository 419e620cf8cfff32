//! Structure factors: from text, from a dump, or one for all.

use std::path::{Path, PathBuf};

use nanobragg_experiment::{FactorSource, Interpolation, Provenance, StructureFactors};

use super::Lowering;
use crate::error::Error;
use crate::flag::Flag;

/// The C program's name for the dump.
const DUMP: &str = "Fdump.bin";

impl Lowering<'_> {
    /// Where F of every reflection is from and goes.
    pub(super) fn structure_factors(&mut self) -> Result<(), Error> {
        let before = self.draft.structure_factors.take();
        let default_before = before.as_ref().map_or(0.0, |factors| factors.default_f);
        let default_f = self.number(Flag::DefaultF, "structure_factors.default_f", default_before);
        if self.arguments.has(Flag::MaxGridBytes) && !self.arguments.has(Flag::Hkl) {
            self.warn("-max-grid-bytes has no effect without -hkl");
        }
        let mut factors = self.source(before.as_ref(), default_f)?;
        if self.arguments.has(Flag::NoMmap) && !matches!(factors.source, FactorSource::Dump(_)) {
            self.warn("-no-mmap has no effect where no dump is read");
        }
        factors.default_f = default_f;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked when it was added"
        )]
        if let Some(bytes) = self.arguments.number(Flag::MaxGridBytes) {
            factors.max_grid_bytes = Some(bytes as u64);
            self.set("structure_factors.max_grid_bytes", Flag::MaxGridBytes);
        }
        self.derivation(&mut factors);
        self.draft.structure_factors = Some(factors);
        Ok(())
    }

    /// What is taken of a file, and how F is computed of coordinates.
    fn derivation(&mut self, factors: &mut StructureFactors) {
        for (flag, key, text) in [
            (Flag::Column, "structure_factors.column", &mut factors.column),
            (Flag::SpaceGroup, "structure_factors.space_group", &mut factors.space_group),
        ] {
            if let Some(word) = self.arguments.word(flag) {
                *text = Some(word.to_owned());
                self.set(key, flag);
            }
        }
        if self.arguments.has(Flag::NoSolvent) {
            factors.solvent = false;
            self.set("structure_factors.solvent", Flag::NoSolvent);
        }
        factors.direct = self.switch(Flag::Direct, "structure_factors.direct", factors.direct);
        factors.force_cell = self.switch(Flag::ForceCell, "structure_factors.force_cell", factors.force_cell);
    }

    fn source(
        &mut self,
        before: Option<&StructureFactors>,
        default_f: f64,
    ) -> Result<StructureFactors, Error> {
        let key = "structure_factors.source";
        let from_before = |source: FactorSource| {
            let mut factors = before.cloned().unwrap_or_else(|| StructureFactors::new(source.clone()));
            factors.source = source;
            factors
        };
        if let Some(path) = self.arguments.file(Flag::Hkl) {
            let mut factors = from_before(FactorSource::File(path.to_owned()));
            self.set(key, Flag::Hkl);
            factors.dump_file = self.dump_target();
            return Ok(factors);
        }
        if before.is_some() && !self.arguments.has(Flag::Dump) {
            let mut factors = before.cloned().unwrap_or_else(|| StructureFactors::uniform(default_f));
            if let (FactorSource::Uniform(factor), true) =
                (&mut factors.source, self.arguments.has(Flag::DefaultF))
            {
                *factor = default_f;
                self.set(key, Flag::DefaultF);
            }
            return Ok(factors);
        }
        if let Some(path) = self.dump_source(default_f) {
            let flag_named = self.arguments.has(Flag::Dump);
            self.set_derived(key, if flag_named { self.from(Flag::Dump) } else { Provenance::Default });
            return Ok(from_before(FactorSource::Dump(path)));
        }
        if default_f == 0.0 {
            return Err(Error::NoStructureFactors);
        }
        self.set(key, Flag::DefaultF);
        Ok(from_before(FactorSource::Uniform(default_f)))
    }

    /// Whether F is interpolated.
    pub(super) fn interpolation(&mut self) -> Result<(), Error> {
        let given = self.arguments.last_of(&[Flag::Interpolate, Flag::NoInterpolate]);
        // The C program decides before it works out how many cells fit a size: by the counts as typed, or 1.
        // Without a size, the cells of a file count as typed.
        let sizes = [Flag::SampleSize, Flag::SampleX, Flag::SampleY, Flag::SampleZ];
        let has_size = sizes.iter().any(|flag| self.arguments.has(*flag));
        let cells = self.draft.crystal.as_ref().map_or([1; 3], |crystal| crystal.cells);
        let before = if has_size { [1; 3] } else { cells };
        let typed = |(axis, before)| {
            let given = self.arguments.last_of(&[Flag::N, axis]).and_then(|flag| self.arguments.count(flag));
            given.unwrap_or(before)
        };
        let small = |cells: [u32; 3]| cells.iter().any(|&count| count <= 2);
        let small_as_typed =
            small([(Flag::Na, before[0]), (Flag::Nb, before[1]), (Flag::Nc, before[2])].map(typed));
        let small_as_resolved = small(self.draft.crystal.as_ref().map_or([1; 3], |crystal| crystal.cells));
        let compat = self.compat();
        let Some(factors) = &mut self.draft.structure_factors else { return Ok(()) };
        let list = factors.is_list();
        let key = "structure_factors.interpolation";
        if let Some(flag) = given {
            let how =
                if flag == Flag::Interpolate { Interpolation::Tricubic } else { Interpolation::Nearest };
            factors.interpolation = list.then_some(how);
            if list {
                self.set(key, flag);
            } else {
                self.warn(format!("{} has no effect without a list of structure factors", flag.dashed()));
            }
            return Ok(());
        }
        if list && factors.interpolation.is_none() && compat {
            let how = if small_as_typed { Interpolation::Tricubic } else { Interpolation::Nearest };
            factors.interpolation = Some(how);
            self.set_derived(key, Provenance::Derived);
        }
        if list && small_as_typed != small_as_resolved {
            self.quirks.insert(22);
        }
        Ok(())
    }

    /// Where a list read from text is dumped: as given, or in compat mode as the C program does (Q18).
    fn dump_target(&mut self) -> Option<PathBuf> {
        let key = "structure_factors.dump_file";
        if let Some(path) = self.arguments.file(Flag::Dump) {
            let path = path.to_owned();
            self.set(key, Flag::Dump);
            return Some(path);
        }
        if !self.compat() {
            return None;
        }
        self.quirks.insert(18);
        Some(self.surroundings.directory.join(DUMP))
    }

    /// The dump to read when there is no text (Q18).
    fn dump_source(&mut self, default_f: f64) -> Option<PathBuf> {
        let default_dump = self.surroundings.directory.join(DUMP);
        let other = default_f != 0.0;
        match self.arguments.file(Flag::Dump) {
            // The C program goes on without a dump that is not there when it has another F.
            Some(path) if self.compat() && other && !path.exists() => {
                let text = format!("{} does not exist: -default_F is used", path.display());
                self.warn(text);
                None
            }
            Some(path) => Some(path.to_owned()),
            None if default_dump.exists() && (self.compat() || !other) => {
                self.quirks.insert(18);
                self.warn(format!(
                    "no -hkl and no -dump: structure factors are read from {}",
                    shown(&default_dump)
                ));
                Some(default_dump)
            }
            None if default_dump.exists() => {
                self.quirks.insert(18);
                self.warn(format!(
                    "{} is not read: -default_F is given; name it with -dump",
                    shown(&default_dump)
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
