//! What was typed wrongly is refused with exit status 2, a message that names the flag, and no file.

use std::fmt::Write;

use crate::workplace::{CRYSTAL, DETECTOR, run};

const TYPED: &[&str] = &[
    "-lamda 1",
    "-detpixel 20",
    "-mosiac 1",
    "-twotheta_axi 0 1 0",
    "-zzzzzz",
    "-lambda",
    "-lambda one",
    "-lambda 1 2",
    "-lambda nan",
    "-lambda -inf",
    "-N 2.5",
    "-N -2",
    "-N 1e99",
    "-misset 1 2",
    "-misset randomly",
    "-cell",
    "-cell 10 20 x",
    "-cell 1 2 3 4 5 6 7",
    "-cell 10 20 30 90 90 180",
    "-cell 10 20 30 40 50 120",
    "-roi 1 2 3",
    "-roi 1 2 3 4.5",
    "-roi 30 40 1 5",
    "-xds 3",
    "-pivot middle",
    "-compat d",
    "-hkl",
    "-detector_abs thick",
    "-pixel 0",
    "-distance -5",
    "-energy 0",
    "-detpixels 9999999",
    "-fdet_vector 0 0 0",
    "-divsteps 3",
    "-detector_rotz 80 -twotheta -35",
    "-pix0_vector -0.06 0.01 -0.01",
    "-trace_pixel 99 99",
    "-printout_pixel 1",
    "stray",
    "simulate",
];

#[test]
fn what_is_typed_wrongly_is_named() {
    let mut said = String::new();
    for words in TYPED {
        let run = run(&format!("{CRYSTAL} {DETECTOR} {words}"));
        assert_eq!(run.status, Some(2), "{words}: {}", run.stderr);
        assert!(run.files.is_empty(), "{words} left {:?}", run.files.keys());
        assert_eq!(run.stdout, "", "{words}");
        writeln!(said, "{words}\n{}", indented(&run.stderr)).unwrap();
    }
    insta::assert_snapshot!("usage", said);
}

#[test]
fn what_is_missing_is_named() {
    for (line, expected) in [
        ("-default_F 1 -detpixels 8", "no unit cell: give -cell A B C ALPHA BETA GAMMA"),
        ("-cell 10 -detpixels 8", "no structure factors: give a list or coordinates with -hkl FILE"),
    ] {
        let run = run(line);
        assert_eq!(run.status, Some(2), "{}", run.stderr);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
        assert!(run.files.is_empty());
    }
}

/// A file that cannot be written is named, with exit status 1.
#[test]
fn an_output_that_cannot_be_written_is_named() {
    for words in ["-floatfile no/x.bin", "-intfile no/x.bin", "-noisefile no/x.bin", "-pgmfile no/x.bin"] {
        let run = run(&format!("{CRYSTAL} {DETECTOR} {words}"));
        assert_eq!(run.status, Some(1), "{words}: {}", run.stderr);
        assert!(run.stderr.contains("no/x.bin: cannot be written"), "{words}: {}", run.stderr);
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect()
}

/// What stands in the place of a command, which need be none.
#[test]
fn a_first_word_is_asked_about() {
    for (line, expected) in [
        ("version", "\"version\" is no command: did you mean --version?"),
        ("distance 100", "\"distance\" is no command: did you mean -distance?"),
        ("still.toml -v", "\"still.toml\" is no command: did you mean nanobragg run still.toml?"),
        (
            "runn still.toml",
            "unknown command 'runn': did you mean 'run'? (expected a flag or a command, as nanobragg -h lists them)",
        ),
        ("--he", "unknown flag -he: did you mean -help?"),
        ("-hel", "unknown flag -hel: did you mean -help?"),
        ("-cell 10 --hel", "unknown flag -hel: did you mean -help?"),
        ("run still.toml --hel", "unknown flag -hel: did you mean -help?"),
        ("xyz", "unknown command 'xyz'; expected a flag or a command, as nanobragg -h lists them"),
        ("quirks 5", "unexpected argument '5' found; expected nanobragg quirks"),
        ("quirks -v", "unexpected argument '-v' found; expected nanobragg quirks"),
        ("demo x -q", "unexpected argument '-q' found; expected nanobragg demo <FOLDER>"),
    ] {
        let run = run(line);
        assert_eq!((run.status, &*run.stderr), (Some(2), &*format!("nanobragg: {expected}\n")), "{line}");
    }
}

/// A command is the first word; behind a flag it would be its value.
#[test]
fn flags_before_a_command_are_told_to_come_after_it() {
    for (line, flag, expected) in [
        ("-q run still.toml", "-q", "run still.toml -q"),
        ("--lambda 1 show x.img", "--lambda", "show x.img --lambda 1"),
        ("-lambda 1 -cell 10 trace -N 5", "-cell", "trace -N 5 -lambda 1 -cell 10"),
    ] {
        let run = run(line);
        let expected = format!("nanobragg: {flag}: flags come after the command: nanobragg {expected}\n");
        assert_eq!((run.status, run.stderr), (Some(2), expected), "{line}");
    }
    // A file may be called as a command is.
    let run = run("-N x -hkl run");
    assert_eq!(run.stderr, "nanobragg: -N: expected a whole number that is not negative, found \"x\"\n");
}

/// A flag has several names, and the message has the one that was typed.
#[test]
fn a_wrong_value_is_named_as_it_was_typed() {
    for (line, expected) in [
        ("-wave x", "-wave: expected a number, found \"x\""),
        ("-wave", "-wave: expected 1 value (Å), found none"),
        ("-wave -1 -xtal_x 1e-5", "-wave: expected a positive number, found \"-1\""),
        ("-lambda 1 -sample_thick -1", "-sample_thick: expected a positive number, found \"-1\""),
        ("-dump_pixel 99 9", "-dump_pixel: expected slow 0 to 23 and fast 0 to 23, found \"99 9\""),
        ("--trace_pixel 99 9", "--trace_pixel: expected slow 0 to 23 and fast 0 to 23, found \"99 9\""),
    ] {
        let run = run(&format!("{CRYSTAL} {DETECTOR} {line}"));
        assert_eq!((run.status, &*run.stderr), (Some(2), &*format!("nanobragg: {expected}\n")), "{line}");
    }
    for (command, typed) in [
        ("trace", "-pixel 99 9"),
        ("trace", "--trace-pixel 99 9"),
        ("trace", "-dump_pixel 99 9"),
        ("probe --hkl list.hkl", "-pixel 99 9"),
    ] {
        let run = run(&format!("{command} {CRYSTAL} {DETECTOR} {typed}"));
        let name = typed.split(' ').next().unwrap();
        let expected = format!("nanobragg: {name}: expected slow 0 to 23 and fast 0 to 23, found \"99 9\"\n");
        assert_eq!((run.status, run.stderr), (Some(2), expected), "{command} {typed}");
    }
}

/// A command says it as a line of flags does.
#[test]
fn a_value_that_a_command_lacks_is_told_with_its_unit() {
    for (line, expected) in [
        ("config -lambda", "-lambda: expected 1 value (Å), found none"),
        ("config -wave -phi 3", "-wave: expected 1 value (Å), found none"),
        ("run still.toml -roi 1 2", "-roi: expected 4 values (pixels), found 2"),
        ("trace -misset", "-misset: expected 3 values (deg) or `random`, found none"),
        ("respond image.bin -N", "-N: expected 1 value (cells), found none"),
    ] {
        let run = run(line);
        assert_eq!((run.status, &*run.stderr), (Some(2), &*format!("nanobragg: {expected}\n")), "{line}");
    }
}

/// One edge, three, or all six numbers; other counts are those of somebody who forgot one.
#[test]
fn an_incomplete_cell_is_told() {
    for (cell, expected) in [
        (
            "70 80",
            Some("2 numbers, and 1, 3 or 6 are usual: the cell is taken to be 70 80 70 Å, 90 90 90 deg"),
        ),
        (
            "70 80 90 100",
            Some("4 numbers, and 1, 3 or 6 are usual: the cell is taken to be 70 80 90 Å, 100 90 90 deg"),
        ),
        (
            "70 80 90 90 104",
            Some("5 numbers, and 1, 3 or 6 are usual: the cell is taken to be 70 80 90 Å, 90 104 90 deg"),
        ),
        ("70", None),
        ("70 80 90", None),
        ("70 80 90 90 104 90", None),
    ] {
        let run = run(&format!("config -default_F 100 -cell {cell}"));
        let expected =
            expected.map_or(String::new(), |text| format!("nanobragg: warning: -cell has {text}\n"));
        assert_eq!((run.status, run.stderr), (Some(0), expected), "{cell}");
    }
}
