//! A group of flags, or one flag.

use clap::Command;
use nanobragg_c_flags::{FLAGS, Flag, Row};

use super::entry::{Entry, groups, rows, typed};
use crate::failure::Failure;
use crate::terminal;

/// From this likeness on, of 0 to 1, a word is asked about.
const LIKE: f64 = 0.85;

/// What help can be asked for.
#[derive(Clone, Copy)]
pub(super) enum Topic {
    Group(&'static str),
    Flag(Flag),
}

impl Topic {
    /// The group that a word begins, or the flag that it is, with dashes or without.
    ///
    /// # Errors
    /// [`Failure::NoHelp`] with what looks like the word, commands included.
    pub(super) fn named(word: &str, program: &Command) -> Result<Self, Failure> {
        let plain = word.trim_start_matches('-');
        let lower = plain.to_lowercase();
        let mut groups = groups().into_iter();
        // A flag with its dash is one, whatever group its name begins.
        let group = groups
            .find(|group| !word.starts_with('-') && !lower.is_empty() && typed(group).starts_with(&lower));
        let flag = || Flag::named(plain).map(Self::Flag);
        let longer = || group.filter(|_| plain.len() > 2).map(Self::Group);
        longer().or_else(flag).ok_or_else(|| Failure::NoHelp {
            topic: word.to_owned(),
            expected: Self::known(),
            nearest: nearest(word, program),
        })
    }

    /// The groups, for a message.
    pub(super) fn known() -> String {
        let groups = groups().into_iter().map(typed).collect::<Vec<_>>().join(", ");
        format!("a group of flags ({groups}), a flag or a command")
    }

    pub(super) fn text(self) -> String {
        match self {
            Self::Group(group) => of_group(group),
            Self::Flag(flag) => of_row(flag.row()),
        }
    }
}

/// The group, the command or the flag that looks most like a word; with a dash it is a flag.
fn nearest(word: &str, program: &Command) -> Option<String> {
    let commands = program.get_subcommands().map(|command| command.get_name().to_owned());
    let flags = FLAGS
        .iter()
        .flat_map(|row| std::iter::once(&row.name).chain(row.aliases))
        .map(|name| format!("-{name}"));
    let likeness =
        |name: &str| strsim::jaro_winkler(name.trim_start_matches('-'), word.trim_start_matches('-'));
    groups()
        .into_iter()
        .map(typed)
        .chain(commands)
        .chain(flags)
        .filter(|name| name.starts_with('-') || !word.starts_with('-'))
        .map(|name| (likeness(&name), name))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness > LIKE)
        .map(|(_, name)| name)
}

/// The flags of a group, with its name above them.
pub(super) fn of_group(group: &'static str) -> String {
    std::iter::once(format!("{group}:\n")).chain(rows(group).map(of_row)).collect()
}

/// A flag, and what is said of it below, indented.
fn of_row(row: &'static Row) -> String {
    let entry = Entry::of(row);
    let said = format!("{}; {}", entry.meaning, entry.remarks().join("; "));
    format!("  {}\n{}", entry.heading(), terminal::wrapped(&said, "      "))
}
