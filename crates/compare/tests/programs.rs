//! Two programs on the same arguments. The programs are shell scripts that write what a simulator would.
#![cfg(unix)]

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use nanobragg_compare::load::ShapeFrom;
use nanobragg_compare::programs::{Invocation, Outputs, Program, run_both};
use nanobragg_compare::{Error, Image, Options, Report};

const OUTPUTS: Outputs<'_> = Outputs { image: &["floatfile"], others: &[], default_image: "floatimage.bin" };
const SHAPE: ShapeFrom = ShapeFrom::Given([2, 2]);

fn invocation<'a>(arguments: &'a [OsString], origin: &'a Path) -> Invocation<'a> {
    Invocation { arguments, outputs: OUTPUTS, origin, shape_from: &SHAPE }
}

/// Writes four floats of value 1.
const ONES: &str = r"printf '\0\0\200\077\0\0\200\077\0\0\200\077\0\0\200\077' > ";

fn shell(script: &str) -> Program {
    Program::new("sh", ["-c", script, "sh"].map(OsString::from))
}

fn run(scripts: [&str; 2], arguments: &[&str], origin: &Path) -> Result<[Image; 2], Error> {
    let programs = scripts.map(shell);
    let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    let runs = run_both([&programs[0], &programs[1]], &invocation(&arguments, origin))?;
    Ok(runs.map(|(image, summary)| {
        assert!(summary.seconds > 0.0 && image.name().starts_with("sh -c"));
        image
    }))
}

#[test]
fn each_writes_its_image_in_another_folder() {
    let origin = tempfile::tempdir().unwrap();
    let write = format!("{ONES} floatimage.bin");
    let [a, b] = run([&write, &write], &[], origin.path()).unwrap();
    assert!(Report::between(&a, &b, &Options::default()).unwrap().passed);
    assert_eq!(fs::read_dir(origin.path()).unwrap().count(), 0);
}

#[test]
fn options_name_the_image_and_inputs_are_copies() {
    let origin = tempfile::tempdir().unwrap();
    fs::write(origin.path().join("in.txt"), "kept").unwrap();
    let write = format!("test \"$(cat $2)\" = kept && echo spoiled > $2 && {ONES} \"$4\"");
    let absolute = origin.path().join("out.bin").display().to_string();
    run([&write, &write], &["-hkl", "in.txt", "-floatfile", &absolute], origin.path()).unwrap();
    assert_eq!(fs::read_to_string(origin.path().join("in.txt")).unwrap(), "kept");
    assert!(!origin.path().join("out.bin").exists());
}

#[test]
fn arguments_of_one_program_come_after_those_of_both() {
    let origin = tempfile::tempdir().unwrap();
    let program = shell(&format!("test \"$*\" = '-N 5 -N 6' && {ONES} floatimage.bin"));
    let common = ["-N", "5"].map(OsString::from);
    let invocation = invocation(&common, origin.path());
    let extended = program.clone().with_trailing(["-N", "6"].map(OsString::from));
    let (image, run) = extended.run(&invocation).unwrap();
    assert!(run.program.starts_with("sh -c") && run.program.ends_with(" … -N 6"), "{}", run.program);
    assert_eq!(image.name(), run.program);
    let error = program.run(&invocation).unwrap_err();
    assert!(matches!(error, Error::ProgramFailed { .. }), "{error}");
}

#[test]
fn a_program_that_fails_is_reported_with_its_last_lines() {
    let origin = tempfile::tempdir().unwrap();
    let (good, bad) =
        (format!("{ONES} floatimage.bin"), format!("{ONES} floatimage.bin; echo no beam >&2; exit 3"));
    for scripts in [[&*good, &*bad], [&*bad, &*good]] {
        let error = run(scripts, &[], origin.path()).unwrap_err();
        assert!(matches!(error, Error::ProgramFailed { .. }), "{error}");
        assert_eq!(error.exit_status(), 4);
        let message = error.to_string();
        assert!(
            message.contains("exit status: 3, expected exit status 0; its last lines were\nno beam"),
            "{message}"
        );
    }
}

#[test]
fn a_stale_image_is_never_compared() {
    let origin = tempfile::tempdir().unwrap();
    fs::write(origin.path().join("floatimage.bin"), [0; 16]).unwrap();
    for arguments in [&[][..], &["-floatfile", "floatimage.bin"], &["-img", "floatimage.bin"]] {
        let error = run(["true", "true"], arguments, origin.path()).unwrap_err();
        assert!(matches!(error, Error::ProgramWroteNothing { .. }), "{error}");
        assert_eq!(error.exit_status(), 4);
    }
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let program = Program::parse("./no-such-program -compat c").unwrap();
    let error = run_both([&program, &program], &invocation(&[], Path::new("/"))).unwrap_err();
    assert!(error.to_string().starts_with("./no-such-program -compat c: cannot be run: "), "{error}");
    assert_eq!(error.exit_status(), 4);
    assert_eq!(Program::parse("  "), None);
}
