//! The manual page, in section 1.

use clap::Command;
use roff::{Inline, Roff, bold, roman};

use super::entry::{Entry, groups, rows};
use super::screen::{EXAMPLES, EXIT_STATUSES, VARIABLES};

pub(super) fn text(program: &Command) -> String {
    let about = |command: &Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    let mut page = Roff::new();
    let version = concat!("nanobragg ", env!("CARGO_PKG_VERSION"));
    page.control("TH", ["NANOBRAGG", "1", "", version, "User Commands"]);
    page.control("SH", ["NAME"]);
    page.text([roman(format!("nanobragg - {}", about(program).to_lowercase()))]);
    page.control("SH", ["SYNOPSIS"]);
    page.text([bold("nanobragg"), roman(" FLAGS")]);
    page.control("br", []);
    page.text([bold("nanobragg"), roman(" COMMAND")]);
    page.control("SH", ["DESCRIPTION"]);
    page.text([roman(
        "Renders the experiment that the flags describe. Names of flags are matched exactly, with one dash or two. A \
         value that is given is used, refused, or warned about by name; of a flag given twice the last one counts.",
    )]);
    page.control("SH", ["EXAMPLES"]);
    for (line, what) in EXAMPLES {
        item(&mut page, vec![bold(line)], what);
    }
    for group in groups() {
        page.control("SH", [group.to_uppercase().as_str()]);
        for row in rows(group) {
            let entry = Entry::of(row);
            let (name, values) = entry.usage.split_once(' ').unwrap_or((&entry.usage, ""));
            let mut heading = vec![bold(name), roman(format!(" {values}").trim_end())];
            for alias in &entry.aliases {
                heading.extend([roman(", "), bold(alias.as_str())]);
            }
            item(&mut page, heading, &format!("{}; {}.", entry.meaning, entry.remarks().join("; ")));
        }
    }
    page.control("SH", ["COMMANDS"]);
    for command in program.get_subcommands() {
        item(&mut page, vec![bold(format!("nanobragg {}", command.get_name()))], &about(command));
    }
    page.control("SH", ["ENVIRONMENT"]);
    for (variable, what) in VARIABLES {
        item(&mut page, vec![bold(variable)], what);
    }
    page.control("SH", ["EXIT STATUS"]);
    for (status, what) in EXIT_STATUSES {
        item(&mut page, vec![bold(status)], what);
    }
    page.render()
}

/// A heading, and a text below it, indented.
fn item(page: &mut Roff, heading: Vec<Inline>, text: &str) {
    page.control("TP", []);
    page.text(heading);
    page.text([roman(text)]);
}
