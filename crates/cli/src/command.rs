//! The command line: clap's commands, made from the flag table.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Arg, Command};
use nanobragg_c_flags::{FLAGS, Flag};

use crate::argv::{spelled_for_clap, spelling, with_the_command_first, with_two_dashes};
use crate::failure::Failure;
use crate::prepared::Prepared;
use crate::{
    compare, config, demo, factors, flags, help, probe, quirks, respond, run as run_file, show, simulate,
    trace, trace_diff, traced_pixel,
};

/// Options that are not flags of an experiment.
const OTHER_OPTIONS: [&str; 14] = [
    "help",
    "h",
    "version",
    "V",
    "all-domains",
    "all-sources",
    "expect",
    "fdump",
    "format",
    "index",
    "o",
    "out",
    "output",
    "schema",
];

/// The commands about one pixel, in which `-pixel SLOW FAST` names it.
const PIXEL_COMMANDS: [&str; 2] = ["trace", "probe"];

/// Runs what was typed.
pub(crate) fn run(argv: Vec<OsString>) -> Result<ExitCode, Failure> {
    if argv.len() < 2 {
        return Err(Failure::NothingToRender);
    }
    let program = program();
    if let Some(answer) = help::answer(&argv, &program) {
        return answer;
    }
    if let Some(meant) = argv.get(1).and_then(|word| meant_by(word.to_str()?, &program)) {
        return Err(Failure::NoCommand { found: argv[1].display().to_string(), meant });
    }
    // These take images and no experiment: an ROI and a mask are their own, and what follows `--` is for other programs.
    let of_images = [compare::command(), show::command()];
    if let Some(command) =
        of_images.iter().find(|command| argv.get(1).is_some_and(|name| name == command.get_name()))
    {
        let options: Vec<&str> = command.get_arguments().filter_map(Arg::get_long).collect();
        return dispatch(program, with_two_dashes(argv, &options));
    }
    let of_one_pixel = traced_pixel::is_wanted(&argv, &PIXEL_COMMANDS);
    let named = if of_one_pixel { traced_pixel::under_its_own_name(argv.clone()) } else { argv.clone() };
    let commands: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
    spelled_for_clap(named.clone(), &OTHER_OPTIONS)
        .map_err(|error| match with_the_command_first(&argv, &error, &commands) {
            Some((flag, line)) => Failure::CommandLast { flag, line },
            None => error.into(),
        })
        .and_then(|spelled| dispatch(program, spelled))
        .map_err(|failure| failure.with_typed_name(|flag| spelling(&argv, &named, flag)))
}

/// What a first word is that names no command: a flag without its dash, or a description that is to be run.
fn meant_by(word: &str, program: &Command) -> Option<String> {
    if program.get_subcommands().any(|command| command.get_name() == word) {
        return None;
    }
    match Flag::named(word) {
        Some(_) => Some(format!("-{word}")),
        None if word == "version" => Some("--version".to_owned()),
        None => word.ends_with(".toml").then(|| format!("nanobragg run {word}")),
    }
}

fn dispatch(program: Command, argv: Vec<OsString>) -> Result<ExitCode, Failure> {
    let matches = program.try_get_matches_from(argv)?;
    match matches.subcommand() {
        Some(("demo", matches)) => demo::run(matches),
        Some(("quirks", _)) => quirks::run(),
        Some((compare::NAME, matches)) => compare::run(matches),
        Some((show::NAME, matches)) => show::run(matches),
        Some(("config", matches)) => config::run(matches),
        Some(("factors", matches)) => factors::run(matches),
        Some(("trace", matches)) => trace::run(matches),
        Some(("trace-diff", matches)) => trace_diff::run(matches),
        Some(("probe", matches)) => probe::run(matches),
        Some(("respond", matches)) => respond::run(matches),
        Some(("run", matches)) => run_file::run(matches),
        _ => simulate::run(&Prepared::from_arguments(&flags::arguments(&matches)?)?),
    }
}

/// The whole command line. A command gets the flags of an experiment when it is the one that is typed: there are many.
fn program() -> Command {
    Command::new("nanobragg")
        .bin_name("nanobragg")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Simulates the diffraction of small crystals: photons per pixel on an absolute scale")
        .disable_help_subcommand(true)
        .args_conflicts_with_subcommands(true)
        .args(FLAGS.iter().map(flags::argument))
        .subcommand(run_file::command().defer(flags::hidden_in))
        .subcommand(respond::command().defer(flags::hidden_in))
        .subcommand(demo::command())
        .subcommand(quirks::command())
        .subcommand(compare::command())
        .subcommand(show::command())
        .subcommand(config::command().defer(flags::hidden_in))
        .subcommand(factors::command())
        .subcommand(trace::command().defer(flags::hidden_in))
        .subcommand(trace_diff::command())
        .subcommand(probe::command().defer(flags::hidden_in))
}

#[cfg(test)]
mod tests {
    use nanobragg_c_flags::Arguments;

    use super::*;

    fn typed(text: &str) -> Arguments {
        let argv = std::iter::once("nanobragg").chain(text.split_whitespace()).map(OsString::from).collect();
        let argv = spelled_for_clap(argv, &OTHER_OPTIONS).unwrap();
        flags::arguments(&program().try_get_matches_from(argv).unwrap()).unwrap()
    }

    #[test]
    fn clap_accepts_the_table() {
        program().debug_assert();
    }

    #[test]
    fn clap_and_the_crate_read_the_same_arguments() {
        for text in [
            "-cell 70 80 90 75 85 95 -misset 12 -7 31 -default_F 100 -N 5 -lambda 1.0 -distance 100 -nonoise",
            "-misset random -misset_seed 4 -xds -ORGX 40.5 -pivot sample -pivot beam -curved_det",
            "-roi 20 60 30 70 -lambda 1 -energy 12000 -lambda 2 -nopgm -pgmfile x.pgm -phi -.5 -xds -mosflm -xds",
            "-detector_abs inf -cell 70",
            "-phi -1e-3 -beam_vector 1 -6.1e-05 -0. -misset -1E+1 -.5e-1 -3.",
        ] {
            let plain = Arguments::parse(text.split_whitespace()).unwrap();
            assert_eq!(typed(text), plain, "{text}");
        }
    }
}
