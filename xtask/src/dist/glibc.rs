//! The oldest C library that a program runs with: the newest version that its symbols ask of one.

use std::fmt;
use std::path::Path;

use anyhow::Context;
use object::LittleEndian;
use object::read::elf::ElfFile64;

/// A version such as 2.34.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(u32, u32);

impl Version {
    /// The version in the name of a set of symbols, `GLIBC_2.34`; the third number of old ones says nothing more.
    fn named(name: &str) -> Option<Self> {
        let mut numbers = name.strip_prefix("GLIBC_")?.split('.').map(str::parse);
        Some(Self(numbers.next()?.ok()?, numbers.next()?.ok()?))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

/// The newest version in the program's table of versions, without which the loader refuses it.
pub(crate) fn needed(program: &Path) -> anyhow::Result<Version> {
    let bytes = std::fs::read(program).with_context(|| program.display().to_string())?;
    let file: ElfFile64<'_, LittleEndian> = ElfFile64::parse(&*bytes)?;
    let (sections, data) = (file.elf_section_table(), file.data());
    let needs = sections.gnu_verneed(LittleEndian, data)?;
    let (mut libraries, link) = needs.context("the program asks for no version of any library")?;
    let strings = sections.strings(LittleEndian, data, link)?;
    let mut newest = None;
    while let Some((_, mut versions)) = libraries.next()? {
        while let Some(version) = versions.next()? {
            let name = version.name(LittleEndian, strings)?;
            newest = newest.max(Version::named(str::from_utf8(name)?));
        }
    }
    newest.with_context(|| format!("{} asks for no version of glibc", program.display()))
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_are_ordered_by_their_numbers() {
        let named = |name| Version::named(name).unwrap();
        assert!(named("GLIBC_2.34") > named("GLIBC_2.4"));
        assert_eq!(named("GLIBC_2.2.5").to_string(), "2.2");
        assert!(Version::named("GCC_3.0").is_none());
        assert!(Version::named("GLIBC_PRIVATE").is_none());
    }

    #[test]
    fn this_very_program_runs_with_the_library_that_is_here() {
        let program = std::env::current_exe().unwrap();
        assert!(super::needed(&program).unwrap() >= Version(2, 2));
    }
}
