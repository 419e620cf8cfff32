//! The flags of an experiment as clap knows them, and back.

use clap::{Arg, ArgAction, ArgMatches, Command};
use nanobragg_c_flags::{Arguments, FLAGS, Flag, Row, Values};
use nanobragg_experiment::Provenance;

use crate::argv;
use crate::failure::Failure;

/// A command that takes an experiment: its own help has its own options, the program's has the flags. An option of its own
/// that has a flag's name is meant by that name.
pub(crate) fn hidden_in(command: Command) -> Command {
    let own: Vec<String> = command.get_arguments().map(|argument| argument.get_id().to_string()).collect();
    let others = FLAGS.iter().filter(|row| own.iter().all(|name| name != row.name));
    command.args(others.map(|row| argument(row).hide(true)))
}

/// A flag as clap knows it.
pub(crate) fn argument(row: &'static Row) -> Arg {
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
        .action(ArgAction::Append);
    // Where values are lacking the table says how many there are to be: clap takes none as well.
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
            argument.num_args(0..=1)
        }
        Values::Numbers(_, most) => argument.num_args(0..=most),
        Values::Integers(count) => argument.num_args(0..=count),
        Values::NumbersOrWord(count, _) => argument.num_args(0..=count),
    }
}

/// The flags of a command line, in the order in which they were typed.
pub(crate) fn arguments(matches: &ArgMatches) -> Result<Arguments, Failure> {
    let mut given: Vec<(usize, Flag, Vec<String>)> = Vec::new();
    for row in FLAGS {
        // A command may have some of the flags.
        let Ok(Some(occurrences)) = matches.try_get_occurrences::<String>(row.name) else { continue };
        let mut indices = matches.indices_of(row.name).into_iter().flatten();
        for occurrence in occurrences {
            let values: Vec<String> = occurrence.map(|value| argv::unprotected(value).to_owned()).collect();
            let first = indices.next().unwrap_or_default();
            for _ in 1..values.len() {
                indices.next();
            }
            let values = if row.values == Values::None { Vec::new() } else { values };
            given.push((first, row.flag, values));
        }
    }
    given.sort_by_key(|(index, ..)| *index);
    let mut arguments = Arguments::new();
    for (_, flag, values) in given {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        arguments.add(flag, &values, Provenance::Argument(flag.dashed()))?;
    }
    Ok(arguments)
}
