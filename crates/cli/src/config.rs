//! `nanobragg config`: what an experiment resolves to, and where each value comes from.

use std::io::{BufWriter, Write};
use std::process::ExitCode;

use clap::{ArgMatches, Command};
use nanobragg_experiment::{Flag, Provenance, Quirk, Resolved, Setting, Values, resolve};
use nanobragg_kernel::Mode;
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::{command, format, machine, simulate};

/// What stands for a seed that every run takes anew from the clock.
const CLOCK: &str = "the clock";

pub(crate) fn command() -> Command {
    Command::new("config")
        .about("Print every setting of an experiment and where it comes from, without rendering")
        .override_usage("nanobragg config [OPTIONS] [FLAGS]")
        .after_help(
            "A value is a default, the convention's, from the header of a file, from a flag, or derived from others.\n\
             All flags that describe an experiment (nanobragg --help) are taken.",
        )
        .arg(format::option())
}

pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let experiment = command::experiment(matches)?;
    machine::start_threads(experiment.count(Flag::Threads))?;
    let resolved = resolve(&experiment, &machine::context())?;
    let mut screen = BufWriter::new(std::io::stdout().lock());
    if format::is_json(matches) {
        // The warnings are in the object.
        writeln!(screen, "{:#}", json(&resolved))?;
    } else {
        simulate::notices(&resolved);
        table(&resolved, &mut screen)?;
    }
    screen.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The settings with their provenance, the warnings, and the differences from the C program that play a part.
pub(crate) fn json(resolved: &Resolved) -> Value {
    let compat = resolved.simulation.mode == Mode::Compat;
    let differences = resolved.quirks.iter().map(
        |&number| json!({ "row": format!("Q{number}"), "notice": Quirk::numbered(number).notice(compat) }),
    );
    json!({
        "mode": if compat { "compat" } else { "physics" },
        "settings": resolved.settings.iter().map(|setting| entry(setting, resolved)).collect::<Vec<_>>(),
        "warnings": resolved.warnings,
        "differences": differences.collect::<Vec<_>>(),
    })
}

fn entry(setting: &Setting, resolved: &Resolved) -> Value {
    let mut object = Map::new();
    object.insert("name".to_owned(), setting.name.into());
    object.insert("value".to_owned(), value_of(setting, resolved));
    if !setting.unit.is_empty() {
        object.insert("unit".to_owned(), setting.unit.into());
    }
    let (kind, detail) = match &setting.from {
        Provenance::Default => ("default", None),
        Provenance::Convention => ("convention", None),
        Provenance::Derived => ("derived", None),
        Provenance::Header(path) => ("header", Some(("file", path.display().to_string()))),
        Provenance::File(path) => ("file", Some(("file", path.display().to_string()))),
        Provenance::Flag(flag) => ("flag", Some(("flag", flag.dashed()))),
    };
    object.insert("from".to_owned(), kind.into());
    object.extend(detail.map(|(name, text)| (name.to_owned(), text.into())));
    object.into()
}

/// A value as a number or a list of numbers, where it is that, else as text.
fn value_of(setting: &Setting, resolved: &Resolved) -> Value {
    let is_file = |flag: Flag| flag.row().values == Values::File;
    if matches!(setting.from, Provenance::Flag(flag) if is_file(flag)) {
        return setting.value.clone().into();
    }
    let text = shown(setting, resolved);
    let number = |word: &str| word.parse::<f64>().ok().filter(|number| number.is_finite());
    let words: Vec<&str> = text.split_whitespace().collect();
    let numbers: Vec<f64> = words.iter().filter_map(|word| number(word)).collect();
    match numbers[..] {
        _ if numbers.len() < words.len() || words.is_empty() => text.into(),
        [_] => whole_or_not(words[0], numbers[0]),
        _ => numbers.into(),
    }
}

/// A count is written without a decimal point.
fn whole_or_not(word: &str, number: f64) -> Value {
    word.parse::<i64>().map_or_else(|_| number.into(), Value::from)
}

/// The value, or what stands for one that is another in every run.
fn shown<'a>(setting: &'a Setting, resolved: &Resolved) -> &'a str {
    let from_clock = setting.name == "noise seed" && resolved.output.seed_from_clock;
    if from_clock { CLOCK } else { &setting.value }
}

fn table(resolved: &Resolved, out: &mut impl Write) -> std::io::Result<()> {
    let rows: Vec<[String; 3]> = resolved
        .settings
        .iter()
        .map(|setting| {
            let gap = if setting.unit.is_empty() { "" } else { " " };
            let value = format!("{}{gap}{}", shown(setting, resolved), setting.unit);
            [setting.name.to_owned(), value, provenance(&setting.from)]
        })
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (name_width, value_width) = (width(0), width(1).min(60));
    for [name, value, from] in &rows {
        writeln!(out, "{name:name_width$}  {value:value_width$}  {from}")?;
    }
    Ok(())
}

fn provenance(from: &Provenance) -> String {
    match from {
        Provenance::Default => "default".to_owned(),
        Provenance::Convention => "convention".to_owned(),
        Provenance::Derived => "derived".to_owned(),
        Provenance::Header(path) => format!("header of {}", path.display()),
        Provenance::File(path) => path.display().to_string(),
        Provenance::Flag(flag) => flag.dashed(),
    }
}
