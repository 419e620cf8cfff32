//! `-pixel` in the commands about one pixel: two integers are a pixel, slow and fast; one number is a pixel's size.
//!
//! The C program's `-pixel` is the size, and its users know `-trace_pixel`; both stay what they are. What follows
//! decides, so that both may stand in one command line: `-pixel 0.4 -pixel 685 1039`.

use std::ffi::{OsStr, OsString};

use nanobragg_c_flags::{Flag, named_flag};

/// The argv with every `-pixel S F`, and every `-trace-pixel S F`, under the flag's own name.
pub(crate) fn under_its_own_name(mut argv: Vec<OsString>) -> Vec<OsString> {
    for place in 0..argv.len() {
        let means_traced = match argv[place].to_str() {
            Some("-trace-pixel" | "--trace-pixel") => true,
            Some("-pixel" | "--pixel") => are_two_integers(&argv[place + 1..]),
            _ => false,
        };
        if means_traced {
            argv[place] = OsString::from(Flag::TracePixel.dashed());
        }
    }
    argv
}

/// Whether the values up to the next flag are two integers.
fn are_two_integers(argv: &[OsString]) -> bool {
    let is_value = |word: &&str| named_flag(word).is_none();
    let mut values = argv.iter().map_while(|word| word.to_str().filter(is_value));
    let mut integer = || values.next().is_some_and(|value| value.parse::<i64>().is_ok());
    integer() && integer() && values.next().is_none()
}

/// Whether a command line is that of a command about one pixel.
pub(crate) fn is_wanted(argv: &[OsString], commands: &[&str]) -> bool {
    let first = argv.get(1).and_then(|word| OsStr::to_str(word));
    first.is_some_and(|word| commands.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_values_decides() {
        for (typed, expected) in [
            ("-pixel 685 1039 -N 5", "-trace_pixel 685 1039 -N 5"),
            ("-pixel 0.4 --pixel 32 64", "-pixel 0.4 -trace_pixel 32 64"),
            ("-pixel 1 -N 5", "-pixel 1 -N 5"),
            ("-pixel -1 5", "-trace_pixel -1 5"),
            ("-pixel 0.4 0.4", "-pixel 0.4 0.4"),
            ("-pixel 1 2 3", "-pixel 1 2 3"),
            ("-N 5 -pixel", "-N 5 -pixel"),
            ("--trace-pixel 1 2 -trace_pixel 3 4", "-trace_pixel 1 2 -trace_pixel 3 4"),
        ] {
            let argv = typed.split_whitespace().map(OsString::from).collect();
            let found = under_its_own_name(argv).join(" ".as_ref());
            assert_eq!(found.to_str(), Some(expected));
        }
    }
}
