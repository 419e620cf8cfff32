//! What shells need to complete a command line.
//!
//! `clap_complete` writes flags with two dashes alone, and users of the C program type one; hence these few lines.

use clap::{Arg, Command};
use nanobragg_c_flags::{FLAGS, Row, Values};

use super::entry::{groups, typed};
use crate::failure::Failure;

/// The completions of one shell.
pub(super) fn text(shells: &[&str], program: &Command) -> Result<String, Failure> {
    match shells {
        ["bash"] => Ok(bash(program)),
        ["zsh"] => Ok(zsh(program)),
        ["fish"] => Ok(fish(program)),
        _ => Err(Failure::NoHelp {
            topic: ["completions", &shells.join(" ")].join(" ").trim_end().to_owned(),
            expected: "completions of bash, zsh or fish".to_owned(),
            nearest: None,
        }),
    }
}

/// The words of a flag that takes one of some.
fn choices(row: &Row) -> Option<&'static [&'static str]> {
    match row.values {
        Values::Word(words) => Some(words),
        _ => None,
    }
}

/// Whether the value of a flag is the name of a file, and not that of something else.
fn takes_file(row: &Row) -> bool {
    row.values == Values::File && row.value_names == ["FILE"]
}

/// The names of a row, each with its dash.
fn names(row: &Row) -> impl Iterator<Item = String> {
    std::iter::once(&row.name).chain(row.aliases).map(|name| format!("-{name}"))
}

/// The names of a row, each with two dashes.
fn with_two_dashes(row: &Row) -> impl Iterator<Item = String> {
    names(row).map(|name| format!("-{name}"))
}

/// The commands, `help` among them.
fn commands(program: &Command) -> Vec<(String, String)> {
    let about = |command: &Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    let own = program.get_subcommands().map(|command| (command.get_name().to_owned(), about(command)));
    own.chain([("help".to_owned(), "Tell what the program does and what it takes".to_owned())]).collect()
}

/// A command's own options, which its help tells, some under the name of a flag; the flags are hidden there.
fn options(command: &Command) -> Vec<&Arg> {
    command.get_arguments().filter(|option| option.get_long().is_some() && !option.is_hide_set()).collect()
}

fn listed(words: impl IntoIterator<Item = String>) -> String {
    words.into_iter().collect::<Vec<_>>().join(" ")
}

fn bash(program: &Command) -> String {
    let flags = listed(FLAGS.iter().flat_map(names));
    let long_flags = listed(FLAGS.iter().flat_map(with_two_dashes));
    let commands = listed(commands(program).into_iter().map(|(name, _)| name));
    let groups = listed(groups().into_iter().map(typed));
    let files = FLAGS.iter().filter(|row| takes_file(row)).flat_map(names).collect::<Vec<_>>().join("|");
    let mut values = String::new();
    for (row, words) in FLAGS.iter().filter_map(|row| Some((row, choices(row)?))) {
        let names = names(row).collect::<Vec<_>>().join("|");
        values += &format!(
            "    {names}) COMPREPLY=($(compgen -W '{}' -- \"$word\")); return ;;\n",
            words.join(" ")
        );
    }
    let mut own = String::new();
    for command in program.get_subcommands() {
        let options = options(command).into_iter().filter_map(Arg::get_long).map(|name| format!("--{name}"));
        own += &format!("    {}) more='{}' ;;\n", command.get_name(), listed(options));
    }
    format!(
        "\
# Completes nanobragg in bash: source it, or put it where bash-completion looks, as nanobragg.
_nanobragg() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} more=
  COMPREPLY=()
  case ${{before/#--/-}} in
    {files}) COMPREPLY=($(compgen -f -- \"$word\")); return ;;
{values}    -help) COMPREPLY=($(compgen -W '{groups}' -- \"$word\")); return ;;
    completions) COMPREPLY=($(compgen -W 'bash zsh fish' -- \"$word\")); return ;;
  esac
  if [[ $COMP_CWORD -eq 1 && $word != -* ]]; then
    COMPREPLY=($(compgen -W '{commands}' -- \"$word\"))
    return
  fi
  case ${{COMP_WORDS[1]}} in
{own}    help) COMPREPLY=($(compgen -W 'all man markdown completions {groups} {commands}' -- \"$word\")); return ;;
  esac
  case $word in
    --*) COMPREPLY=($(compgen -W \"$more --help --version {long_flags}\" -- \"$word\")) ;;
    -*) COMPREPLY=($(compgen -W '-h -help {flags}' -- \"$word\")) ;;
    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;
  esac
}}
complete -o filenames -F _nanobragg nanobragg
"
    )
}

/// A text between single quotes, as a shell reads it.
fn quoted(text: &str) -> String {
    text.replace('\'', "'\\''")
}

fn zsh(program: &Command) -> String {
    // Brackets end a description, and colons part its fields.
    let plain = |text: &str| quoted(&text.replace('[', "(").replace(']', ")").replace(':', "\\:"));
    let mut flags = String::new();
    for row in FLAGS {
        let value = |name: &str| match (choices(row), takes_file(row)) {
            (Some(words), _) => format!(":{name}:({})", words.join(" ")),
            (None, true) => format!(":{name}:_files"),
            (None, false) => format!(":{name}: "),
        };
        let values: String = match row.values {
            Values::None => String::new(),
            // How many follow is not known.
            Values::Numbers(1, _) | Values::NumbersOrWord(..) => ":values: ".to_owned(),
            _ => row.value_names.iter().map(|name| value(&plain(name))).collect(),
        };
        for name in names(row) {
            flags += &format!("  '*{name}[{}]{values}'\n", plain(row.help));
        }
    }
    let mut own = String::new();
    for command in program.get_subcommands() {
        let options = options(command).into_iter().filter_map(|option| {
            let help = option.get_help().map(ToString::to_string).unwrap_or_default();
            let value = if option.get_action().takes_values() { ":value:_files" } else { "" };
            Some(format!("'--{}[{}]{value}'", option.get_long()?, plain(&help)))
        });
        own += &format!("  {}) options=({}) ;;\n", command.get_name(), listed(options));
    }
    let commands: String = commands(program)
        .into_iter()
        .map(|(name, about)| format!("  '{name}:{}'\n", plain(&about)))
        .collect();
    format!(
        "\
#compdef nanobragg
# Completes nanobragg in zsh: put it into a folder of $fpath as _nanobragg.
local -a commands flags options
commands=(
{commands})
flags=(
{flags})
# Flags with two dashes are for those who type one of them so.
(( ${{words[(I)--*]}} )) && flags+=(\"${{(@)flags/#\\*-/*--}}\")
if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
  _describe command commands
  return
fi
case $words[2] in
{own}  help) _values topic all man markdown completions bash zsh fish {}; return ;;
esac
_arguments $flags $options '*:file:_files'
",
        listed(groups().into_iter().map(typed))
    )
}

fn fish(program: &Command) -> String {
    let mut text =
        "# Completes nanobragg in fish: put it into ~/.config/fish/completions as nanobragg.fish.\n"
            .to_owned();
    for (name, about) in commands(program) {
        text +=
            &format!("complete -c nanobragg -n __fish_use_subcommand -a {name} -d '{}'\n", quoted(&about));
    }
    for row in FLAGS {
        let values = match (choices(row), takes_file(row), row.values) {
            (Some(words), ..) => format!(" -x -a '{}'", words.join(" ")),
            (None, true, _) => " -r -F".to_owned(),
            (None, false, Values::None) => String::new(),
            _ => " -x".to_owned(),
        };
        for name in names(row) {
            // A name of one letter is an option of another kind to fish; with two dashes all are of a third.
            let kind = if name.len() == 2 { 's' } else { 'o' };
            let (name, help) = (&name[1..], quoted(row.help));
            text += &format!("complete -c nanobragg -{kind} {name} -l {name}{values} -d '{help}'\n");
        }
    }
    for command in program.get_subcommands() {
        for option in options(command) {
            let help = option.get_help().map(ToString::to_string).unwrap_or_default();
            let (name, long) = (command.get_name(), option.get_long().unwrap_or_default());
            let value = if option.get_action().takes_values() { " -r" } else { "" };
            text += &format!(
                "complete -c nanobragg -n '__fish_seen_subcommand_from {name}' -l {long}{value} -d '{}'\n",
                quoted(&help)
            );
        }
    }
    let topics = listed(groups().into_iter().map(typed));
    text += &format!(
        "complete -c nanobragg -o help -l help -x -a '{topics}' -d 'Tell of a group of flags, or of everything'\n"
    );
    text + &format!(
        "complete -c nanobragg -n '__fish_seen_subcommand_from help' -x -a 'all man markdown completions bash zsh fish {topics}'\n"
    )
}
