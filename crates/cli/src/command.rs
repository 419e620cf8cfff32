//! The command line: clap's commands, made from the flag table.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};
use nanobragg_experiment::{Experiment, FLAGS, Flag, Provenance, Row, Values};

use crate::failure::Failure;
use crate::words::{spelled_for_clap, with_two_dashes};
use crate::{compare, config, demo, probe, quirks, simulate, trace, trace_diff, traced_pixel};

/// Options that are not flags of an experiment.
const OTHER_OPTIONS: [&str; 12] = [
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
    "out",
    "tolerance",
];

/// The commands about one pixel, in which `-pixel SLOW FAST` names it.
const PIXEL_COMMANDS: [&str; 2] = ["trace", "probe"];

const AFTER_HELP: &str = "\
Flags are those of the C program nanoBragg, with one dash or two. Without a command the experiment that they describe \
is rendered. Exit status: 0 done, 1 not the same or not written, 2 something typed is wrong, 3 an input file is, 4 a \
program that was run failed.";

/// Runs what was typed.
pub(crate) fn run(words: Vec<OsString>) -> Result<ExitCode, Failure> {
    if words.get(1).is_some_and(|word| word == compare::NAME) {
        // What follows `--` is for other programs, and an ROI and a mask are those of a comparison.
        let command = compare::command();
        let options: Vec<&str> = command.get_arguments().filter_map(Arg::get_long).collect();
        return dispatch(with_two_dashes(words, &options));
    }
    let of_one_pixel = traced_pixel::is_wanted(&words, &PIXEL_COMMANDS);
    let words = if of_one_pixel { traced_pixel::under_its_own_name(words) } else { words };
    let words = spelled_for_clap(words, &OTHER_OPTIONS)?;
    if words.len() < 2 {
        program().print_help()?;
        return Ok(ExitCode::from(crate::failure::USAGE));
    }
    dispatch(words)
}

fn dispatch(words: Vec<OsString>) -> Result<ExitCode, Failure> {
    let matches = program().try_get_matches_from(words)?;
    match matches.subcommand() {
        Some(("demo", matches)) => demo::run(matches),
        Some(("quirks", _)) => quirks::run(),
        Some((compare::NAME, matches)) => compare::run(matches),
        Some(("config", matches)) => config::run(matches),
        Some(("trace", matches)) => trace::run(matches),
        Some(("trace-diff", matches)) => trace_diff::run(matches),
        Some(("probe", matches)) => probe::run(matches),
        _ => simulate::run(&experiment(&matches)?),
    }
}

/// The whole command line.
fn program() -> Command {
    Command::new("nanobragg")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Simulates the diffraction of small crystals: photons per pixel on an absolute scale")
        .after_help(AFTER_HELP)
        .override_usage("nanobragg -mat FILE|-cell A B C ALPHA BETA GAMMA -hkl FILE|-default_F F [FLAGS]\n       nanobragg COMMAND")
        .args_conflicts_with_subcommands(true)
        .args(FLAGS.iter().map(argument))
        .subcommand(demo::command())
        .subcommand(quirks::command())
        .subcommand(compare::command())
        .subcommand(with_flags(config::command()))
        .subcommand(with_flags(trace::command()))
        .subcommand(trace_diff::command())
        .subcommand(with_flags(probe::command()))
}

/// A command that takes an experiment: its own help has its own options, the program's has the flags.
fn with_flags(command: Command) -> Command {
    command.args(FLAGS.iter().map(|row| argument(row).hide(true)))
}

/// A flag as clap knows it.
fn argument(row: &'static Row) -> Arg {
    let help = match row.unit {
        "" => format!("{} [{}]", row.help, row.default),
        unit => format!("{} ({unit}) [{}]", row.help, row.default),
    };
    let help = match row.aliases {
        [] => help,
        aliases => format!("{help}; also -{}", aliases.join(", -")),
    };
    let argument = Arg::new(row.name)
        .long(row.name)
        .help(help)
        .help_heading(row.group)
        .value_names(row.value_names)
        .allow_negative_numbers(true)
        .action(ArgAction::Append);
    match row.values {
        // A count of its own, so that a switch given twice is known to be.
        Values::None => Arg::new(row.name)
            .long(row.name)
            .help(argument.get_help().cloned().unwrap_or_default())
            .help_heading(row.group)
            .action(ArgAction::Append)
            .num_args(0)
            .default_missing_value("on"),
        Values::Number | Values::Integer | Values::Count | Values::File | Values::Word(_) => {
            argument.num_args(1)
        }
        Values::Numbers(fewest, most) => argument.num_args(fewest..=most),
        Values::Integers(count) => argument.num_args(count),
        Values::NumbersOrWord(count, _) => argument.num_args(1..=count),
    }
}

/// What the flags of a command line say, in the order in which they were typed.
pub(crate) fn experiment(matches: &ArgMatches) -> Result<Experiment, Failure> {
    let mut said: Vec<(usize, Flag, Vec<String>)> = Vec::new();
    for row in FLAGS {
        let Some(occurrences) = matches.get_occurrences::<String>(row.name) else { continue };
        let mut indices = matches.indices_of(row.name).into_iter().flatten();
        for occurrence in occurrences {
            let values: Vec<String> = occurrence.cloned().collect();
            let first = indices.next().unwrap_or_default();
            for _ in 1..values.len() {
                indices.next();
            }
            let values = if row.values == Values::None { Vec::new() } else { values };
            said.push((first, row.flag, values));
        }
    }
    said.sort_by_key(|(index, ..)| *index);
    let mut experiment = Experiment::new();
    for (_, flag, values) in said {
        let words: Vec<&str> = values.iter().map(String::as_str).collect();
        experiment.say(flag, &words, Provenance::Flag(flag))?;
    }
    Ok(experiment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Experiment {
        let words = std::iter::once("nanobragg").chain(text.split_whitespace()).map(OsString::from).collect();
        let words = spelled_for_clap(words, &OTHER_OPTIONS).unwrap();
        experiment(&program().try_get_matches_from(words).unwrap()).unwrap()
    }

    #[test]
    fn clap_accepts_the_table() {
        program().debug_assert();
    }

    #[test]
    fn clap_and_the_crate_read_the_same_experiment() {
        for text in [
            "-cell 70 80 90 75 85 95 -misset 12 -7 31 -default_F 100 -N 5 -lambda 1.0 -distance 100 -nonoise",
            "-misset random -misset_seed 4 -xds -ORGX 40.5 -pivot sample -pivot beam -curved_det",
            "-roi 20 60 30 70 -lambda 1 -energy 12000 -lambda 2 -nopgm -pgmfile x.pgm -phi -.5 -xds -mosflm -xds",
            "-detector_abs inf -cell 70",
        ] {
            let plain = Experiment::from_words(text.split_whitespace()).unwrap();
            assert_eq!(typed(text), plain, "{text}");
        }
    }
}
