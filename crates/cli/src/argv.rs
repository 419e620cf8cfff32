//! What is typed, made into what clap reads.
//!
//! Users of the C program type `-lambda 1`; clap reads `--lambda 1`. Exact names get their second dash here, negative
//! numbers are protected from being taken for flags, and whatever else begins with a dash is refused with the nearest
//! name (Q17).

use std::ffi::OsString;

use nanobragg_c_flags::{Arguments, Error, Flag, named_flag};

/// Stands before a value that clap might take for a flag, such as `-6.1e-05`: no argument of a process holds it.
const PROTECTION: char = '\0';

const HELP: &str = "help";

/// The arguments with every known flag spelled as clap wants it: its canonical name behind two dashes.
///
/// `others` are the names of further options that the command at hand knows.
///
/// # Errors
/// [`Error::UnknownFlag`]; of a line of flags alone also [`Error::WrongCount`] and [`Error::WrongValue`].
pub(crate) fn spelled_for_clap(argv: Vec<OsString>, others: &[&str]) -> Result<Vec<OsString>, Error> {
    if let Some(found) = argv.iter().find_map(|argument| beginning_of_help(argument.to_str()?)) {
        return Err(Error::UnknownFlag { found: found.to_owned(), nearest: Some(HELP) });
    }
    check_line_of_flags(&argv, others)?;
    let mut after_flag = false;
    argv.into_iter()
        .map(|argument| {
            let Some(text) = argument.to_str() else { return Ok(argument) };
            if let Some(name) = text.strip_prefix("--").or_else(|| text.strip_prefix('-'))
                && others.contains(&name.split('=').next().unwrap_or(name))
            {
                after_flag = false;
                // clap spells its own options of one letter with one dash.
                let dashes = if name.len() == 1 { "-" } else { "--" };
                return Ok(OsString::from(format!("{dashes}{name}")));
            }
            match named_flag(text) {
                Some(Ok(flag)) => {
                    after_flag = true;
                    Ok(OsString::from(format!("--{}", flag.row().name)))
                }
                Some(Err(unknown)) => Err(Error::unknown_flag(&unknown)),
                // Whatever is no flag's name and begins with a dash is a number.
                None if after_flag && text.starts_with('-') => {
                    Ok(OsString::from(format!("{PROTECTION}{text}")))
                }
                None => Ok(argument),
            }
        })
        .collect()
}

/// A flag that has a command among its values, which is why they are wrong, and the line with the command first.
pub(crate) fn with_the_command_first(
    argv: &[OsString],
    error: &Error,
    commands: &[&str],
) -> Option<(String, String)> {
    let (Error::WrongValue { flag, .. } | Error::WrongCount { flag, .. }) = error else { return None };
    let words: Vec<&str> = argv.iter().skip(1).map(|word| word.to_str()).collect::<Option<_>>()?;
    let command = words.iter().position(|word| commands.contains(word))?;
    let (before, after) = words.split_at(command);
    let before_it = before.iter().rfind(|word| named_flag(word).is_some())?;
    matches!(named_flag(before_it), Some(Ok(found)) if found == *flag)
        .then(|| ((*before_it).to_owned(), [after, before].concat().join(" ")))
}

/// The name of an argument that is a beginning of `-help`, to whose letters a flag's name may be nearer.
fn beginning_of_help(argument: &str) -> Option<&str> {
    let name = argument.strip_prefix("--").or_else(|| argument.strip_prefix('-'))?;
    (name.len() > 1 && name.len() < HELP.len() && HELP.starts_with(name)).then_some(name)
}

/// How a flag is spelled where it stands last in an argv, which is `named` once each flag has a name of its own.
pub(crate) fn spelling(argv: &[OsString], named: &[OsString], flag: Flag) -> Option<String> {
    let is_it = |word: &str| matches!(named_flag(word), Some(Ok(found)) if found == flag);
    let place = named.iter().rposition(|word| word.to_str().is_some_and(is_it))?;
    Some(argv.get(place)?.to_str()?.to_owned())
}

/// A value as it was typed.
pub(crate) fn unprotected(value: &str) -> &str {
    value.strip_prefix(PROTECTION).unwrap_or(value)
}

/// The arguments of a command that takes no experiment: its options get their second dash, up to `--`.
pub(crate) fn with_two_dashes(mut argv: Vec<OsString>, options: &[&str]) -> Vec<OsString> {
    for argument in argv.iter_mut().take_while(|argument| *argument != "--") {
        let Some(name) = argument.to_str().and_then(|argument| argument.strip_prefix('-')) else { continue };
        if options.contains(&name.split('=').next().unwrap_or(name)) {
            *argument = OsString::from(format!("--{name}"));
        }
    }
    argv
}

/// A line of flags without a command describes an experiment, and is read as one first: clap takes a value too many
/// for a command, and its message is then about the other flags.
fn check_line_of_flags(argv: &[OsString], others: &[&str]) -> Result<(), Error> {
    let Some(argv) = argv.iter().skip(1).map(|argument| argument.to_str()).collect::<Option<Vec<_>>>() else {
        return Ok(());
    };
    let is_other =
        |argument: &&str| others.contains(&argument.trim_start_matches('-')) && argument.starts_with('-');
    let flags_first = argv.first().is_some_and(|argument| matches!(named_flag(argument), Some(Ok(_))));
    if flags_first && !argv.iter().any(is_other) {
        Arguments::parse(argv)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str) -> Result<String, String> {
        let argv = text.split_whitespace().map(OsString::from).collect();
        spelled_for_clap(argv, &["help", "out", "index"])
            .map(|argv| argv.join(" ".as_ref()).into_string().unwrap())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn flags_get_two_dashes_and_negative_numbers_are_protected() {
        for (typed, expected) in [
            ("-wave 1.5 -misset 1 -2 -.5", "--lambda 1.5 --misset 1 \0-2 \0-.5"),
            ("--4stol ice.stol -Q x", "--4stol ice.stol --Q x"),
            ("-help --out=x -out y", "--help --out=x --out y"),
            ("-phi -1e-3 -phi -inf", "--phi \0-1e-3 --phi \0-inf"),
            ("-index -1 2 -3", "--index -1 2 -3"),
        ] {
            assert_eq!(spelled(typed).as_deref(), Ok(expected));
        }
        assert_eq!(spelled("-lamda 1"), Err("unknown flag -lamda: did you mean -lambda?".to_owned()));
        assert_eq!(spelled("-detect 1").unwrap_err(), "unknown flag -detect: did you mean -detector_abs?");
        assert_eq!(unprotected("\0-1e-3"), "-1e-3");
    }

    #[test]
    fn what_follows_two_dashes_is_for_others() {
        let typed = "compare -roi 1 2 3 4 --run=x -out=y -1 -h -- -roi 5 -out z";
        let argv = typed.split(' ').map(OsString::from).collect();
        let found = with_two_dashes(argv, &["roi", "run", "out"]).join(" ".as_ref());
        assert_eq!(found.to_str(), Some("compare --roi 1 2 3 4 --run=x --out=y -1 -h -- -roi 5 -out z"));
    }
}
