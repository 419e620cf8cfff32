//! What is said of a flag, before any format: its usage, its meaning, its default, and what it excludes.

use nanobragg_c_flags::{FLAGS, Flag, Row, Values};

/// A row of the table in words.
pub(super) struct Entry {
    /// The flag with its values, then its other names: `-lambda A`, `-wave`.
    pub(super) usage: String,
    pub(super) aliases: Vec<String>,
    /// What it means, with its unit.
    pub(super) meaning: String,
    /// What holds without it; nothing where its absence says it.
    pub(super) default: Option<&'static str>,
    /// Which flags it excludes, a sentence each.
    pub(super) excludes: Vec<String>,
}

impl Entry {
    pub(super) fn of(row: &'static Row) -> Self {
        Self {
            usage: usage(row),
            aliases: row.aliases.iter().map(|name| format!("-{name}")).collect(),
            meaning: match row.unit {
                "" => row.help.to_owned(),
                unit => format!("{} ({unit})", row.help),
            },
            default: Some(row.default).filter(|&default| default != "none"),
            excludes: excludes(row.flag),
        }
    }

    /// The usage with the other names: `-lambda A, -wave`.
    pub(super) fn heading(&self) -> String {
        std::iter::once(&self.usage).chain(&self.aliases).cloned().collect::<Vec<_>>().join(", ")
    }

    /// What is said beside the meaning: the default, then what is excluded.
    pub(super) fn remarks(&self) -> Vec<String> {
        let default =
            self.default.map_or_else(|| "no default".to_owned(), |default| format!("default: {default}"));
        std::iter::once(default).chain(self.excludes.iter().cloned()).collect()
    }
}

/// The groups of flags, in the order of the table.
pub(super) fn groups() -> Vec<&'static str> {
    let mut groups: Vec<&str> = FLAGS.iter().map(|row| row.group).collect();
    groups.dedup();
    groups
}

/// The rows of a group.
pub(super) fn rows(group: &str) -> impl Iterator<Item = &'static Row> {
    FLAGS.iter().filter(move |row| row.group == group)
}

/// A group as it is typed: `structure-factors`.
pub(super) fn typed(group: &str) -> String {
    group.to_lowercase().replace(' ', "-")
}

/// A flag with its values, those that may be left out in brackets.
fn usage(row: &Row) -> String {
    let values = match row.values {
        Values::None => return format!("-{}", row.name),
        Values::Numbers(fewest, most) if fewest < most => {
            let (needed, more) = row.value_names.split_at(fewest);
            format!("{} [{}]", needed.join(" "), more.join(" "))
        }
        Values::NumbersOrWord(_, word) => format!("{}|{word}", row.value_names.join(" ")),
        Values::Word(words) => words.join("|"),
        _ => row.value_names.join(" "),
    };
    format!("-{} {values}", row.name)
}

fn excludes(flag: Flag) -> Vec<String> {
    let dashed = |flags: Vec<Flag>| flags.into_iter().map(Flag::dashed).collect::<Vec<_>>();
    let rivals = Some(dashed(flag.rivals())).filter(|rivals| !rivals.is_empty());
    let to = Some(dashed(flag.yields_to())).filter(|to| !to.is_empty());
    let last = rivals.map(|rivals| {
        let all: Vec<String> = std::iter::once("it".to_owned()).chain(rivals).collect();
        format!("the last of {} counts", listed(&all, "and"))
    });
    let idle = to.map(|to| format!("no effect with {}", listed(&to, "or")));
    last.into_iter().chain(idle).collect()
}

/// Names with commas between, and a word before the last one.
fn listed(names: &[String], joint: &str) -> String {
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} {joint} {last}", others.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_may_be_left_out_are_in_brackets() {
        for (flag, expected) in [
            (Flag::Cell, "-cell A [B C ALPHA BETA GAMMA]"),
            (Flag::Misset, "-misset X Y Z|random"),
            (Flag::DetectorAbs, "-detector_abs UM|inf"),
            (Flag::Response, "-response pilatus|eiger|jungfrau|ccd"),
            (Flag::Roi, "-roi XMIN XMAX YMIN YMAX"),
            (Flag::Nopgm, "-nopgm"),
        ] {
            assert_eq!(usage(flag.row()), expected);
        }
    }

    #[test]
    fn what_a_flag_excludes_is_said_of_both() {
        assert_eq!(excludes(Flag::Energy), ["the last of it and -lambda counts"]);
        assert_eq!(excludes(Flag::Lambda), ["the last of it and -energy counts"]);
        assert_eq!(
            excludes(Flag::Na),
            ["the last of it and -N counts", "no effect with -samplesize or -sample_x"]
        );
        assert!(excludes(Flag::Hkl).is_empty());
    }
}
