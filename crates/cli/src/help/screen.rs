//! `nanobragg -h`: what the program does, on one screen.

use std::fmt::Write;

use clap::Command;

use super::entry::{groups, rows, typed};
use crate::example::EXAMPLE;
use crate::{level, terminal};

pub(super) const USAGE: &str = "\
Usage: nanobragg FLAGS     render the experiment that they describe
       nanobragg COMMAND   see below";

/// Command lines with what they do; the first is [`EXAMPLE`].
pub(super) const EXAMPLES: [(&str, &str); 3] = [
    (EXAMPLE, "a first image, without a file: 10 x 10 x 10 cells, all reflections alike"),
    (
        "nanobragg -mat A.mat -hkl P1.hkl -lambda 0.98 -distance 231 -N 30 -osc 1",
        "one degree, oriented by MOSFLM's matrix, with F of a list",
    ),
    (
        "nanobragg -hkl model.pdb -N 20 -osc 0.5 -images 9 -cbffile x_####.cbf",
        "a scan of a protein, with F of its atoms: nine images as files of counts",
    ),
];

/// Exit statuses with what they mean.
pub(super) const EXIT_STATUSES: [(&str, &str); 7] = [
    ("0", "done"),
    ("1", "not the same or not written"),
    ("2", "something typed is wrong"),
    ("3", "an input file is"),
    ("4", "a program that was run failed"),
    ("130", "interrupted"),
    ("143", "terminated"),
];

/// Variables of the environment with what they do.
pub(super) const VARIABLES: [(&str, &str); 3] = [
    (
        level::VARIABLE,
        "x86-64-v2, x86-64-v3 or x86-64-v4: which of the programs of a release runs, instead of the best that the processor can; \
         refused where it is not installed",
    ),
    ("NO_COLOR", "not empty: no colours"),
    ("COLORTERM", "truecolor or 24bit: the terminal has all colours, for show"),
];

/// Columns of a line of names.
const COLUMNS: usize = 79;

pub(super) fn text(program: &Command) -> String {
    let mut text = format!("{}\n\n{USAGE}\n\nExamples:\n", title(program));
    for (line, what) in EXAMPLES {
        // Into a text that grows, writing cannot fail.
        let _ = writeln!(text, "  {line}\n      {what}");
    }
    text += "\nFlags, with one dash or two; nanobragg --help GROUP tells all of a group:\n";
    for group in groups() {
        text += &names(group);
    }
    let more = "\
More:
  nanobragg --help             every flag: meaning, unit, default, exclusions
  nanobragg --help crystal     a group of flags; --help -lambda: one flag
  nanobragg help --help        the manual page, completions for shells\n";
    text + "\n" + &commands(program) + "\n" + more + &exit_statuses()
}

/// The program's name and what it does.
pub(super) fn title(program: &Command) -> String {
    let about = program.get_about().map(ToString::to_string).unwrap_or_default();
    format!("nanobragg {}\n{}", env!("CARGO_PKG_VERSION"), terminal::wrapped(&about, "").trim_end())
}

/// The first flags of a group, as many as have room.
fn names(group: &str) -> String {
    let mut line = format!("  {:<18}", typed(group));
    for row in rows(group) {
        let name = format!(" -{}", row.name);
        if line.chars().count() + name.len() > COLUMNS - 4 {
            return line + " ...\n";
        }
        line += &name;
    }
    line + "\n"
}

/// The commands, a line or two each.
pub(super) fn commands(program: &Command) -> String {
    let mut text = "Commands; nanobragg COMMAND --help tells what each takes:\n".to_owned();
    for command in program.get_subcommands() {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let wrapped = terminal::wrapped(&about, "               ");
        let start = format!("  {:<13}", command.get_name());
        text += &start;
        text += wrapped.trim_start();
    }
    text
}

/// The variables, each with its meaning below.
pub(super) fn variables() -> String {
    let entries = VARIABLES.map(|(name, what)| format!("  {name}\n{}", terminal::wrapped(what, "      ")));
    format!("Environment:\n{}", entries.concat())
}

pub(super) fn exit_statuses() -> String {
    let statuses: Vec<String> =
        EXIT_STATUSES.iter().map(|(status, what)| format!("{status} {what}")).collect();
    format!("Exit status:\n{}", terminal::wrapped(&statuses.join(", "), "  "))
}
