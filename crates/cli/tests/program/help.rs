//! What the program says of itself: one screen, groups of flags, everything, the manual page, completions, and the page
//! of the documentation, all of which have every flag.

use std::path::Path;
use std::process::{Command, Stdio};

use nanobragg_c_flags::{FLAGS, Flag};

use crate::workplace::{run, run_in, workplace};

fn told(line: &str) -> String {
    let run = run(line);
    assert_eq!(run.status, Some(0), "{line}: {}", run.stderr);
    assert_eq!(run.stderr, "", "{line}");
    run.stdout
}

/// Numbers of versions are not pinned.
fn snapshot(name: &str, text: &str) {
    insta::with_settings!({filters => vec![(r"nanobragg \d+\.\d+\.\d+", "nanobragg [version]")]}, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn the_short_help_fits_a_screen() {
    let text = told("-h");
    assert!(text.lines().count() <= 60, "{} lines\n{text}", text.lines().count());
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    snapshot("screen", &text);
    for line in ["help", "-cell 1 2 3 -h", "--h"] {
        assert_eq!(told(line), text, "{line}");
    }
}

/// The examples are run as they stand, but for files that are not there.
#[test]
fn the_examples_of_the_help_are_good() {
    let text = told("-h");
    let examples: Vec<&str> =
        text.lines().filter(|line| line.starts_with("  nanobragg -") && !line.contains("--help")).collect();
    assert_eq!(examples.len(), 3, "{text}");
    for example in examples {
        let words = example.replace("A.mat", "cell.mat").replace("P1.hkl", "list.hkl");
        let words: Vec<&str> = words.split_whitespace().skip(1).collect();
        let config = run_in(workplace().path(), &[&["config"], &words[..]].concat());
        assert_eq!(config.status, Some(0), "{example}: {}", config.stderr);
    }
}

#[test]
fn a_group_of_flags_is_told_by_its_name_or_its_beginning() {
    let group = told("--help rotation");
    snapshot("group", &group);
    for line in ["-help rotation", "help rotation", "help rot", "--help ROTATION"] {
        assert_eq!(told(line), group, "{line}");
    }
    assert!(told("--help structure-factors").contains("-hkl FILE"));
}

#[test]
fn a_flag_is_told_with_its_unit_default_and_what_it_excludes() {
    let text = told("--help -wave");
    assert_eq!(
        text,
        "  -lambda A, -wave\n      wavelength (Å); default: 1; the last of it and -energy counts\n"
    );
    assert_eq!(told("help -lambda"), text);
    assert_eq!(told("help lambda"), text);
    let fluence = told("--help -fluence");
    assert!(
        fluence.split_whitespace().collect::<Vec<_>>().join(" ").contains("no effect with -flux"),
        "{fluence}"
    );
}

#[test]
fn everything_has_every_flag_and_every_command() {
    let text = told("--help");
    for line in ["-help", "help all", "-cell 3 --help"] {
        assert_eq!(told(line), text, "{line}");
    }
    for flag in FLAGS {
        assert!(text.contains(&format!("\n  -{}", flag.name)), "-{}", flag.name);
    }
    assert!(text.contains("\n  trace-diff "));
    snapshot("everything", &text);
}

#[test]
fn help_on_help_and_on_commands() {
    assert!(told("help --help").contains("nanobragg help completions bash|zsh|fish"));
    for command in ["run", "trace", "compare", "show", "factors", "quirks"] {
        let [one, other] = [format!("help {command}"), format!("{command} --help")].map(|line| told(&line));
        assert!(one.contains(&format!("Usage: nanobragg {command}")), "{one}");
        assert!(other.contains(&format!("Usage: nanobragg {command}")), "{other}");
    }
    for (line, expected) in [
        (
            "help xyz",
            "help: expected a group of flags (crystal, structure-factors, beam, rotation, detector, output, running), a flag or a command, found \"xyz\"",
        ),
        ("help completions", "help: expected completions of bash, zsh or fish, found \"completions\""),
        (
            "help completions tcsh",
            "help: expected completions of bash, zsh or fish, found \"completions tcsh\"",
        ),
    ] {
        let run = run(line);
        assert_eq!((run.status, run.stderr.trim_end()), (Some(2), &*format!("nanobragg: {expected}")));
    }
}

/// A group, a command or a flag that is misspelt; with a dash it is a flag.
#[test]
fn what_help_is_not_there_for_is_asked_about() {
    for (line, meant) in [
        ("help crystl", "crystal"),
        ("help stucture-factors", "structure-factors"),
        ("--help comapre", "compare"),
        ("help -lamda", "-lambda"),
        ("help lamda", "-lambda"),
        ("help -trace_pixle", "-trace_pixel"),
    ] {
        let run = run(line);
        let word = line.split(' ').next_back().unwrap();
        let expected = format!("a flag or a command, found {word:?}: did you mean {meant}?\n");
        assert!(run.status == Some(2) && run.stderr.ends_with(&expected), "{line}: {}", run.stderr);
    }
}

/// What is missing is answered with what to give, and with an example that works.
#[test]
fn a_missing_input_is_answered_with_an_example() {
    for line in ["", "-cell 70 80 90", "-default_F 100", "-detpixels 100"] {
        let run = run(line);
        assert_eq!((run.status, run.stdout.as_str()), (Some(2), ""), "{line}: {}", run.stderr);
        let lines: Vec<&str> = run.stderr.lines().collect();
        let [message, example] = lines[..] else { panic!("{line}: {}", run.stderr) };
        assert!(message.starts_with("nanobragg: no") && message.contains("-hkl FILE"), "{line}: {message}");
        let example = example.strip_prefix("  for example: nanobragg ").unwrap();
        let config = crate::workplace::run(&format!("config {example}"));
        assert_eq!(config.status, Some(0), "{}", config.stderr);
    }
}

/// What clap finds wrong is said as everything else is: in one line that begins with the program's name.
#[test]
fn errors_of_commands_look_like_all_others() {
    for line in
        ["probe -index -1", "compare a b c", "run", "trace-diff a", "show", "compare --roi 1 a b", "quirks x"]
    {
        let run = run(line);
        assert_eq!(run.status, Some(2), "{line}: {}", run.stderr);
        let one_line = run.stderr.lines().count() == 1;
        assert!(one_line && run.stderr.starts_with("nanobragg: "), "{line}: {}", run.stderr);
        assert!(!run.stderr.contains("error:"), "{line}: {}", run.stderr);
    }
}

#[test]
fn the_flags_in_the_documentation_are_the_programs() {
    let documented = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/flags.md");
    assert!(
        std::fs::read_to_string(documented).unwrap() == told("help markdown"),
        "write it anew with: cargo run --package nanobragg -- help markdown > docs/flags.md"
    );
}

#[test]
fn the_manual_page_has_every_flag() {
    let page = told("help man");
    assert!(page.contains(".TH NANOBRAGG 1"), "{page}");
    for flag in FLAGS {
        // Dashes of flags are escaped, or readers turn them into hyphens.
        let name = format!("\\-{}", flag.name.replace('-', "\\-"));
        assert!(page.contains(&name), "-{}", flag.name);
    }
    snapshot("man", &page);
    match Command::new("groff")
        .args(["-K", "utf8", "-man", "-ww", "-Tutf8", "-z"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
    {
        Ok(mut child) => {
            use std::io::Write;
            child.stdin.take().unwrap().write_all(page.as_bytes()).unwrap();
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && said.is_empty(), "{said}");
        }
        Err(error) => println!("skipped: the manual page is not formatted without groff: {error}"),
    }
}

/// Each completion has every flag, and its shell reads it, where it is installed.
#[test]
fn completions_have_every_flag_and_are_read_by_their_shells() {
    for shell in ["bash", "zsh", "fish"] {
        let script = told(&format!("help completions {shell}"));
        for flag in FLAGS {
            let dashed =
                if shell == "fish" { format!("-o {}", flag.name) } else { format!("-{}", flag.name) };
            let has_one_letter = flag.name.len() == 1;
            assert!(has_one_letter || script.contains(&dashed), "{shell}: -{}", flag.name);
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(shell);
        std::fs::write(&path, &script).unwrap();
        match Command::new(shell).arg("-n").arg(&path).output() {
            Ok(output) => {
                assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr))
            }
            Err(error) => println!("skipped: the completions of {shell} are not read without it: {error}"),
        }
    }
}

/// What is typed and what every shell completes it to: flags with one dash and with two, their values, groups of help.
const COMPLETED: [(&str, &str); 4] = [
    ("nanobragg -lam", "-lambda"),
    ("nanobragg --lam", "--lambda"),
    ("nanobragg --response ei", "eiger"),
    ("nanobragg --help cry", "crystal"),
];

/// Bash completes what is typed to what the table has.
#[test]
#[cfg(target_os = "linux")]
fn bash_completes_flags_values_and_commands() {
    let script = told("help completions bash");
    let folder = workplace();
    std::fs::write(folder.path().join("completions"), script).unwrap();
    let more = [
        ("nanobragg --hkl list.h", "list.hkl"),
        ("nanobragg -response ei", "eiger"),
        ("nanobragg trace-d", "trace-diff"),
        ("nanobragg -hkl list.h", "list.hkl"),
        ("nanobragg show --exper", "--experiment"),
        ("nanobragg help completions fi", "fish"),
    ];
    for (typed, expected) in COMPLETED.into_iter().chain(more) {
        let words: Vec<&str> = typed.split(' ').collect();
        let script = format!(
            ". ./completions; COMP_WORDS=({typed}); COMP_CWORD={}; _nanobragg; echo \"${{COMPREPLY[*]}}\"",
            words.len() - 1
        );
        let output = Command::new("bash").current_dir(folder.path()).args(["-c", &script]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), expected, "{typed}");
    }
}

/// Fish completes flags with one dash and with two, and what helps there is, where it is installed.
#[test]
#[cfg(target_os = "linux")]
fn fish_completes_both_spellings_and_groups_of_help() {
    let script = told("help completions fish");
    let folder = workplace();
    std::fs::write(folder.path().join("completions"), script).unwrap();
    for (typed, expected) in COMPLETED.into_iter().chain([("nanobragg --help list.h", "")]) {
        let script = format!("source completions; complete -C '{typed}'");
        let mut fish = Command::new("fish");
        fish.env("HOME", folder.path()).current_dir(folder.path()).args(["--no-config", "-c", &script]);
        match fish.output() {
            Ok(output) => {
                let said = String::from_utf8_lossy(&output.stdout);
                assert_eq!(said.split('\t').next().unwrap_or_default().trim(), expected, "{typed}");
            }
            Err(error) => return println!("skipped: nothing is completed by fish without it: {error}"),
        }
    }
}

/// What the table of exclusions says is what a run warns of.
#[test]
fn a_flag_that_yields_is_warned_of() {
    let values = |flag: Flag| match flag {
        Flag::Sourcefile => "sources.txt",
        Flag::SampleSize | Flag::SampleX | Flag::SampleY | Flag::SampleZ => "2e-5",
        Flag::Pix0Vector => "0.06 0.011 -0.013",
        Flag::Pix0VectorMm => "60 11 -13",
        Flag::Pivot => "sample",
        Flag::RoundDiv | Flag::SquareDiv => "",
        _ => "20",
    };
    for row in FLAGS {
        for other in row.flag.yields_to() {
            let given = |flag: Flag| format!("{} {}", flag.dashed(), values(flag));
            let line = format!(
                "config -cell 30 35 40 -default_F 100 -pixel 1 -lambda 1 -divergence 1 -dispersion 1 {} {}",
                given(row.flag),
                given(other)
            );
            let run = run(&line);
            let warning = format!("{} has no effect", row.flag.dashed());
            assert!(run.stderr.contains(&warning), "{line}: {}", run.stderr);
        }
    }
}
