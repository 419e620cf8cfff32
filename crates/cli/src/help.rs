//! What the program says of itself: a screen, a group of flags, a flag, everything; the manual page, completions of
//! shells and the page of the documentation, all from the table of flags.

mod completions;
mod entry;
mod everything;
mod man;
mod markdown;
mod screen;
mod topic;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::Command;

use crate::failure::Failure;
use topic::Topic;

/// What `nanobragg help` takes.
const OF_HELP: &str = "\
Tell what the program does and what it takes

Usage: nanobragg help                             one screen, as nanobragg -h
       nanobragg help all                         every flag, as nanobragg --help
       nanobragg help GROUP|-FLAG|COMMAND         a group of flags, a flag, a command
       nanobragg help man                         the manual page, for man -l
       nanobragg help completions bash|zsh|fish   what the shell needs to complete flags and commands
       nanobragg help markdown                    every flag, as docs/flags.md
";

/// The help that a command line asks for, if it does; commands have help of their own.
pub(crate) fn answer(argv: &[OsString], program: &Command) -> Option<Result<ExitCode, Failure>> {
    let words: Vec<&str> = argv.iter().skip(1).map_while(|word| word.to_str()).collect();
    let is_command = |word: &str| program.get_subcommands().any(|command| command.get_name() == word);
    let text = match words[..] {
        [] => return None,
        ["help", ref topics @ ..] => of_topics(topics, program),
        [first, ..] if is_command(first) => return None,
        _ => {
            let place = words.iter().position(|word| ["-h", "--h", "-help", "--help"].contains(word))?;
            match (words[place], words.get(place + 1)) {
                ("-h" | "--h", _) => Ok(screen::text(program)),
                (_, Some(word)) => Topic::named(word, program).map(Topic::text),
                (_, None) => Ok(everything::text(program)),
            }
        }
    };
    Some(text.and_then(print))
}

/// What `nanobragg help` says with these words behind it.
fn of_topics(topics: &[&str], program: &Command) -> Result<String, Failure> {
    Ok(match topics {
        [] => screen::text(program),
        ["-h" | "-help" | "--help" | "help"] => OF_HELP.to_owned(),
        ["all"] => everything::text(program),
        ["man"] => man::text(program),
        ["markdown"] => markdown::text(),
        ["completions", shells @ ..] => completions::text(shells, program)?,
        [word] => match program.get_subcommands().find(|command| command.get_name() == *word) {
            Some(command) => command.clone().bin_name(format!("nanobragg {word}")).render_help().to_string(),
            None => Topic::named(word, program)?.text(),
        },
        more => {
            return Err(Failure::NoHelp { topic: more.join(" "), expected: Topic::known(), nearest: None });
        }
    })
}

fn print(text: String) -> Result<ExitCode, Failure> {
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
