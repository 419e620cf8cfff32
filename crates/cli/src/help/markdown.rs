//! `docs/flags.md`: every flag in a table of its group.

use super::entry::{Entry, groups, rows, typed};

const HEAD: &str = "\
# Flags

Written by `nanobragg help markdown > docs/flags.md` from the table that also makes `nanobragg --help`, the manual page and
the completions of shells. Names are matched exactly, with one dash or two; names behind a comma are other names of the same
flag. A value that is given is used, refused, or warned about by name; of a flag given twice the last one counts.
";

pub(super) fn text() -> String {
    let mut text = HEAD.to_owned();
    for group in groups() {
        text += &format!("\n## {group}\n\n`nanobragg --help {}`\n\n", typed(group));
        text += "| flag | meaning | default | excludes |\n|---|---|---|---|\n";
        for row in rows(group) {
            let entry = Entry::of(row);
            let names: Vec<String> = std::iter::once(&entry.usage)
                .chain(&entry.aliases)
                .map(|name| format!("`{}`", name.replace('|', "\\|")))
                .collect();
            text += &format!(
                "| {} | {} | {} | {} |\n",
                names.join(", "),
                entry.meaning.replace('|', "\\|"),
                entry.default.unwrap_or("–"),
                entry.excludes.join("; ")
            );
        }
    }
    text
}
