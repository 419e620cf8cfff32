//! Reading a log back from text, of this program or another.

use std::borrow::Cow;

use nanobragg_kernel::record::{Form, Line};

use super::defect;
use super::source::Source;
use crate::quantity::{self, Shape};
use crate::{Dropped, Error, Log};

const EXPECTED_CONFIG: &str = "`tracing pixel (spixel=S, fpixel=F)`";

/// The trace in `text`; `name` stands for the file in errors.
///
/// Any prefix that begins with `TRACE_` will do. Lines of other kinds are skipped, so that a trace may stand among
/// a program's other output, as the C program's does; its lines with a wrong label are left out and listed in
/// [`Log::dropped`]. The C program does not end all its other lines: a trace line of a known key is also taken from
/// the middle of a line.
///
/// # Errors
///
/// [`Error::Malformed`] for a trace line that cannot be understood, [`Error::NoTrace`] if there is no trace line.
pub fn parse(text: &str, name: &str) -> Result<Log, Error> {
    let mut prefix = None;
    let (mut lines, mut dropped) = (Vec::new(), Vec::new());
    for (index, line) in text.lines().enumerate() {
        let source = Source { file: name, number: index + 1, line: line.trim_end() };
        let text = source.line;
        let text = if begins_as_trace(text) { text } else { after_other_output(text).unwrap_or(text) };
        match trace_line(source, text, &mut prefix)? {
            Found::Line(line) => lines.push((source.number, line)),
            Found::Wrong(line) => dropped.push(line),
            Found::Other => {}
        }
    }
    if lines.is_empty() {
        return Err(Error::NoTrace { file: name.to_owned() });
    }
    let (lines, dropped) = defect::drop_beam_pivot_block(lines, dropped);
    Ok(Log { lines, dropped })
}

/// What a line of the text turned out to be.
enum Found {
    Line(Line),
    Wrong(Dropped),
    Other,
}

fn begins_as_trace(text: &str) -> bool {
    text.starts_with("TRACE_") || text.starts_with("DETECTOR_")
}

/// The trace line that follows other output on the same line: one of the two forms with a colon, and of a known key,
/// so that prose about a trace is none.
fn after_other_output(line: &str) -> Option<&str> {
    line.match_indices("TRACE_").map(|(at, _)| line.split_at(at)).find_map(|(before, text)| {
        let (_, rest) = name_and_rest(text);
        let rest = rest.strip_prefix(':')?;
        let (key, _) = match rest.strip_prefix(' ') {
            Some(step) => step.split_once(' ')?,
            None => rest.split_once('=')?,
        };
        (is_known(key) && !before.ends_with(is_of_name)).then_some(text)
    })
}

/// The name that a line begins with, and what follows it.
fn name_and_rest(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c| !is_of_name(c)).unwrap_or(text.len()))
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Reads a line, or the part of it that `text` is; `prefix` is that of the first line that shows it without doubt.
fn trace_line<'a>(source: Source<'a>, text: &'a str, prefix: &mut Option<&'a str>) -> Result<Found, Error> {
    let (name, rest) = name_and_rest(text);
    if name == "TRACE_CONFIG" {
        return config(source, name, rest);
    }
    if name.starts_with("DETECTOR_") && (rest.is_empty() || rest.starts_with(' ')) {
        return ordinary(source, Form::Axis, name, rest, Some(Shape::Vector).filter(|_| is_known(name)));
    }
    if !name.starts_with("TRACE_") {
        return Ok(Found::Other);
    }
    if let Some(text) = rest.strip_prefix(": ") {
        let (key, value) = text.split_once(' ').unwrap_or((text, &text[text.len()..]));
        return pixel_or_panel(source, prefix, (name, Form::Step), key, value);
    }
    if let Some(text) = rest.strip_prefix(':') {
        let (key, value) = text.split_once('=').ok_or_else(|| source.malformed(text, "key=value"))?;
        return pixel_or_panel(source, prefix, (name, Form::Geometry), key, value);
    }
    if rest.starts_with(' ') {
        let key = prefix.and_then(|prefix| name.strip_prefix(prefix)).and_then(|key| key.strip_prefix('_'));
        let key = key.or_else(|| name.rsplit_once('_').map(|(_, key)| key)).unwrap_or(name);
        return ordinary(source, Form::Evaluation, key, rest, Some(Shape::Fields));
    }
    Err(source.malformed(rest, "`:` or a space after the prefix"))
}

/// A line with a prefix and a colon.
fn pixel_or_panel<'a>(
    source: Source<'a>,
    prefix: &mut Option<&'a str>,
    (name, form): (&'a str, Form),
    key: &'a str,
    value: &'a str,
) -> Result<Found, Error> {
    if let Some(defect) = defect::always(name, form, key) {
        return Ok(Found::Wrong(Dropped { line: source.number, form, key: key.to_owned(), defect }));
    }
    prefix.get_or_insert(name);
    ordinary(source, form, key, value, quantity::find(key).map(|quantity| quantity.shape))
}

fn ordinary(
    source: Source<'_>,
    form: Form,
    key: &str,
    value: &str,
    shape: Option<Shape>,
) -> Result<Found, Error> {
    if key.is_empty() || !key.chars().all(is_of_name) {
        return Err(source.malformed(key, "a key of letters, digits and underscores"));
    }
    let assign = if form == Form::Geometry { ':' } else { '=' };
    let value = source.value(value.trim_start(), assign, shape)?;
    Ok(Found::Line(Line { form, key: Cow::Owned(key.to_owned()), value }))
}

/// `TRACE_CONFIG: tracing pixel (spixel=S, fpixel=F)`, from the colon on.
fn config(source: Source<'_>, key: &str, rest: &str) -> Result<Found, Error> {
    let fields = rest.strip_prefix(": tracing pixel (").and_then(|text| text.strip_suffix(')'));
    let fields =
        fields.ok_or_else(|| source.malformed(rest.trim_start_matches([':', ' ']), EXPECTED_CONFIG))?;
    let value = source.fields(fields.split(',').map(str::trim), fields, '=')?;
    Ok(Found::Line(Line { form: Form::Config, key: Cow::Owned(key.to_owned()), value }))
}

fn is_known(key: &str) -> bool {
    quantity::find(key).is_some()
}
