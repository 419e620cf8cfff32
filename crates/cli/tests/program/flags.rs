//! A flag acts or is refused, or is warned of by name: every row of the table, in each context that matters.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use nanobragg_c_flags::{Arguments, FLAGS, Flag, Surroundings, Values, lower};
use nanobragg_experiment::{Context, Draft};

use crate::flag_table::TABLE;
use crate::workplace::{CRYSTAL, DETECTOR, Run, run};

/// What a flag does to a run, against the same run without it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Effect {
    /// Other photons.
    Image,
    /// The same photons, but another file of this name.
    File(&'static str),
    /// A file of this name, which was not there.
    Writes(&'static str),
    /// No file of this name, which was there.
    Omits(&'static str),
    /// Other words on the screen.
    Screen,
    /// A warning that names the flag.
    Warned,
    /// This exit status and no file; where what was typed is wrong, a message that names the flag.
    Refused(i32),
    /// A run that is refused without the flag, with a message that names it.
    Allows,
    /// What cannot be seen of a run without a terminal: the resolved output settings.
    Resolved,
}

/// The base experiment with a row's context; `@` leaves the detector's size open.
fn base(context: &str) -> String {
    match context.strip_prefix('@') {
        Some(context) => format!("{CRYSTAL} {context}"),
        None => format!("{CRYSTAL} {DETECTOR} {context}"),
    }
}

fn names(text: &str, flag: Flag) -> bool {
    let dashed = flag.dashed();
    text.split([' ', ':', '\n', ',', '(', ')']).any(|word| word == dashed)
}

fn acts(flag: Flag, without: &Run, with: &Run, lines: [&str; 2], effect: Effect) -> bool {
    let file = |run: &Run, name: &str| run.files.get(name).cloned();
    let wrote = |run: &Run, name: &str| run.files.contains_key(name);
    match effect {
        Effect::Refused(status) => {
            let named = status != 2 || names(&with.stderr, flag);
            with.status == Some(status) && named && with.files.is_empty()
        }
        Effect::Allows => without.status == Some(2) && names(&without.stderr, flag) && with.status == Some(0),
        _ if with.status != Some(0) || without.status != Some(0) => false,
        Effect::Image => with.image() != without.image(),
        Effect::File(name) => with.image() == without.image() && file(with, name) != file(without, name),
        Effect::Writes(name) => wrote(with, name) && !wrote(without, name),
        Effect::Omits(name) => !wrote(with, name) && wrote(without, name),
        Effect::Screen => with.stdout != without.stdout && with.image() == without.image(),
        Effect::Warned => {
            let warnings = with.stderr.lines().filter(|line| line.contains("warning: "));
            warnings.filter(|line| !line.contains("more than once")).any(|line| names(line, flag))
        }
        Effect::Resolved => {
            let [without, with] = lines.map(output_settings);
            with != without
        }
    }
}

fn output_settings(line: &str) -> String {
    let machine = Context { clock_seed: 1, memory_bytes: usize::MAX, map_files: true };
    let surroundings = Surroundings { machine, directory: PathBuf::new() };
    let arguments = Arguments::parse(line.split_whitespace()).unwrap();
    let lowered = lower(&arguments, Draft::default(), &surroundings).unwrap();
    format!("{:?} {:?}", lowered.experiment.output, lowered.options)
}

#[test]
fn every_flag_acts_or_is_refused_or_is_warned_of() {
    let mut known: BTreeMap<String, Run> = BTreeMap::new();
    let mut complaints = Vec::new();
    for &(flag, context, words, effect) in TABLE {
        let without = base(context);
        let with = format!("{without} {words}");
        let before = known.entry(without.clone()).or_insert_with(|| run(&without)).clone();
        let after = run(&with);
        if !acts(flag, &before, &after, [&without, &with], effect) {
            let (status, stderr) = (after.status, &after.stderr);
            let dashed = flag.dashed();
            complaints
                .push(format!("{dashed}: {context:?} {words:?} is not {effect:?}: {status:?}\n{stderr}"));
        }
    }
    assert!(complaints.is_empty(), "{} complaints\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn every_row_of_the_flag_table_has_a_case_that_acts() {
    let acting: BTreeSet<Flag> =
        TABLE.iter().filter(|(.., effect)| !matches!(effect, Effect::Warned)).map(|row| row.0).collect();
    // PHYSICS and the C program give these nothing to act on.
    let idle = [Flag::Density, Flag::MolecularWeight, Flag::Coherent, Flag::Stolout];
    for row in FLAGS {
        let has_case = acting.contains(&row.flag) || idle.contains(&row.flag);
        assert!(has_case, "-{} has no case in which it acts", row.name);
        assert!(TABLE.iter().any(|case| case.0 == row.flag), "-{} has no case", row.name);
    }
}

#[test]
fn aliases_are_the_flag() {
    for row in FLAGS {
        let values = match row.values {
            Values::None => "",
            Values::Numbers(fewest, _) => &"1 2 3"[..2 * fewest - 1],
            Values::Integers(4) => "1 2 3 4",
            Values::Integers(_) => "1 2",
            Values::Word(words) => words[0],
            Values::NumbersOrWord(3, _) => "1 2 3",
            _ => "1",
        };
        let parsed = |name: &str, dashes: &str| {
            Arguments::parse(format!("{dashes}{name} {values}").split_whitespace()).unwrap()
        };
        for name in row.aliases {
            assert_eq!(parsed(name, "-"), parsed(row.name, "--"), "-{name}");
        }
    }
}
