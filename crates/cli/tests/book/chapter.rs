//! What a chapter shows: commands, what they print, and pictures.

use std::path::Path;

/// A command as a reader types it, and what it prints.
pub(crate) struct Command {
    pub(crate) text: String,
    /// Lines of output, of which `...` stands for any; nothing where none is shown.
    pub(crate) output: Option<Vec<String>>,
}

/// A chapter of the book.
pub(crate) struct Chapter {
    pub(crate) name: String,
    pub(crate) commands: Vec<Command>,
    /// First lines of the blocks of cargo, which would build the program anew.
    pub(crate) not_run: Vec<String>,
    /// Pictures, as their links name them.
    pub(crate) pictures: Vec<String>,
}

impl Chapter {
    pub(crate) fn read(path: &Path) -> Self {
        let text =
            std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut chapter = Self {
            name: path.file_name().unwrap().to_string_lossy().into_owned(),
            commands: Vec::new(),
            not_run: Vec::new(),
            pictures: pictures(&text),
        };
        for (language, block) in blocks(&text) {
            if !matches!(language, "sh" | "console") {
                continue;
            }
            if block.contains("cargo ") {
                chapter.not_run.extend(block.lines().next().map(|line| line.trim().to_owned()));
            } else {
                chapter.commands.extend(if language == "console" { typed(block) } else { script(block) });
            }
        }
        chapter
    }
}

/// The fenced blocks of a Markdown text, with their languages.
fn blocks(text: &str) -> impl Iterator<Item = (&str, &str)> {
    // Every other part between fences is a block.
    text.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n'))
}

/// The pictures that a Markdown text shows.
fn pictures(text: &str) -> Vec<String> {
    let links = text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
    links.filter(|link| link.split('/').rev().nth(1) == Some("pictures")).map(str::to_owned).collect()
}

/// A block without output.
fn script(block: &str) -> Vec<Command> {
    vec![Command { text: block.to_owned(), output: None }]
}

/// A block of commands after `$ `, goings-on after `> `, and output.
fn typed(block: &str) -> Vec<Command> {
    let mut commands: Vec<Command> = Vec::new();
    for line in block.lines() {
        if let Some(text) = line.strip_prefix("$ ") {
            commands.push(Command { text: text.to_owned(), output: Some(Vec::new()) });
            continue;
        }
        let command = commands.last_mut().expect("a block of the language console begins with `$ `");
        match (line.strip_prefix("> "), &mut command.output) {
            (Some(more), _) => command.text += &format!("\n{more}"),
            (None, output) => output.get_or_insert_default().push(line.to_owned()),
        }
    }
    commands
}
