//! `nanobragg --help`: every flag.

use clap::Command;

use super::entry::groups;
use super::screen;
use super::topic::of_group;

pub(super) fn text(program: &Command) -> String {
    let groups: Vec<String> = groups().into_iter().map(of_group).collect();
    format!(
        "{}\n\n{}\n\n{}\n{}\n{}\n{}",
        screen::title(program),
        screen::USAGE,
        groups.join("\n"),
        screen::commands(program),
        screen::variables(),
        screen::exit_statuses()
    )
}
