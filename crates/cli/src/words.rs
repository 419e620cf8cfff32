//! What is typed, made into what clap reads.
//!
//! Users of the C program type `-lambda 1`; clap reads `--lambda 1`. Exact names get their second dash here, numbers
//! below zero keep their one, and whatever else begins with a dash is refused with the nearest name (Q17).

use std::ffi::OsString;

use nanobragg_experiment::{Error, Experiment, flag_word};

/// The words with every known flag spelled as clap wants it: its canonical name behind two dashes.
///
/// `others` are the names of further options that the command at hand knows.
///
/// # Errors
/// [`Error::UnknownFlag`]; of a line of flags alone also [`Error::WrongCount`] and [`Error::WrongValue`].
pub(crate) fn spelled_for_clap(words: Vec<OsString>, others: &[&str]) -> Result<Vec<OsString>, Error> {
    check_line_of_flags(&words, others)?;
    words
        .into_iter()
        .map(|word| {
            let Some(text) = word.to_str() else { return Ok(word) };
            if let Some(name) = text.strip_prefix("--").or_else(|| text.strip_prefix('-'))
                && others.contains(&name.split('=').next().unwrap_or(name))
            {
                // clap spells its own options of one letter with one dash.
                let dashes = if name.len() == 1 { "-" } else { "--" };
                return Ok(OsString::from(format!("{dashes}{name}")));
            }
            match flag_word(text) {
                Some(Ok(flag)) => Ok(OsString::from(format!("--{}", flag.row().name))),
                Some(Err(unknown)) => Err(Error::unknown_flag(&unknown)),
                None if text.starts_with('-') => Ok(as_clap_reads_it(text).map_or(word, OsString::from)),
                None => Ok(word),
            }
        })
        .collect()
}

/// A negative number as clap recognises one, which takes -.5, -1e-3 and -inf for flags: the digits of the same number
/// without an exponent. `None` for what is no number.
fn as_clap_reads_it(text: &str) -> Option<String> {
    let number: f64 = text.parse().ok()?;
    // Display writes no exponent, and reading it back gives the same number.
    number.is_finite().then(|| format!("{number}"))
}

/// The words of a command that takes no experiment: its options get their second dash, up to `--`.
pub(crate) fn with_two_dashes(mut words: Vec<OsString>, options: &[&str]) -> Vec<OsString> {
    for word in words.iter_mut().take_while(|word| *word != "--") {
        let Some(name) = word.to_str().and_then(|word| word.strip_prefix('-')) else { continue };
        if options.contains(&name.split('=').next().unwrap_or(name)) {
            *word = OsString::from(format!("--{name}"));
        }
    }
    words
}

/// A line of flags without a command describes an experiment, and is read as one first: clap takes a value too many
/// for a command, and speaks of all other flags then.
fn check_line_of_flags(words: &[OsString], others: &[&str]) -> Result<(), Error> {
    let Some(words) = words.iter().skip(1).map(|word| word.to_str()).collect::<Option<Vec<_>>>() else {
        return Ok(());
    };
    let is_other = |word: &&str| others.contains(&word.trim_start_matches('-')) && word.starts_with('-');
    let flags_first = words.first().is_some_and(|word| matches!(flag_word(word), Some(Ok(_))));
    if flags_first && !words.iter().any(is_other) {
        Experiment::from_words(words)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str) -> Result<String, String> {
        let words = text.split_whitespace().map(OsString::from).collect();
        spelled_for_clap(words, &["help", "out"])
            .map(|words| words.join(" ".as_ref()).into_string().unwrap())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn flags_get_two_dashes_and_numbers_keep_theirs() {
        for (typed, expected) in [
            ("-wave 1.5 -misset 1 -2 -.5", "--lambda 1.5 --misset 1 -2 -0.5"),
            ("--4stol ice.stol -Q x", "--4stol ice.stol --Q x"),
            ("-help --out=x -out y", "--help --out=x --out y"),
            ("-phi -1e-3 -beam_vector 1 -6.1e-05 -1E+2", "--phi -0.001 --beam_vector 1 -0.000061 -100"),
        ] {
            assert_eq!(spelled(typed).as_deref(), Ok(expected));
        }
        assert_eq!(spelled("-lamda 1"), Err("unknown flag -lamda: did you mean -lambda?".to_owned()));
        assert_eq!(spelled("-detect 1").unwrap_err(), "unknown flag -detect: did you mean -detector_abs?");
    }
    #[test]
    fn what_follows_two_dashes_is_for_others() {
        let typed = "compare -roi 1 2 3 4 --run=x -out=y -1 -h -- -roi 5 -out z";
        let words = typed.split(' ').map(OsString::from).collect();
        let found = with_two_dashes(words, &["roi", "run", "out"]).join(" ".as_ref());
        assert_eq!(found.to_str(), Some("compare --roi 1 2 3 4 --run=x --out=y -1 -h -- -roi 5 -out z"));
    }
}
