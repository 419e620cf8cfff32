//! Writing a log in the line forms of the C program.

use std::fmt;
use std::io::{self, Write};

use nanobragg_kernel::record::{Form, Line, Value};
use percent_g::percent_g;

use crate::Log;

/// As many digits as the C program prints.
const DIGITS: usize = 15;

/// Writes every line of `log`, those of a traced pixel beginning with `prefix` (see [`PREFIX`](super::PREFIX)).
///
/// A prefix is read back if it begins with `TRACE_` and goes on in letters, digits and underscores.
///
/// # Errors
///
/// Those of `out`.
pub fn write(log: &Log, prefix: &str, mut out: impl Write) -> io::Result<()> {
    for Line { form, key, value } in &log.lines {
        match form {
            Form::Geometry => writeln!(out, "{prefix}:{key}={}", Text { value, assign: ':', between: " " }),
            Form::Axis => writeln!(out, "{key} {}", Text { value, assign: '=', between: " " }),
            Form::Config => {
                writeln!(out, "{key}: tracing pixel ({})", Text { value, assign: '=', between: ", " })
            }
            Form::Step => writeln!(out, "{prefix}: {key} {}", Text { value, assign: '=', between: " " }),
            Form::Evaluation => {
                writeln!(out, "{prefix}_{key} {}", Text { value, assign: '=', between: " " })
            }
        }?;
    }
    out.flush()
}

/// A value as text, with what stands between a field's name and its number and between two fields.
struct Text<'a> {
    value: &'a Value,
    assign: char,
    between: &'static str,
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value {
            Value::Name(name) => f.write_str(name),
            Value::Numbers(numbers) => write_numbers(f, numbers),
            Value::Fields(fields) => {
                let mut between = "";
                for (name, number) in fields {
                    write!(f, "{between}{name}{}{}", self.assign, percent_g(*number, DIGITS))?;
                    between = self.between;
                }
                Ok(())
            }
            Value::Matrix(rows) => {
                let mut between = "[";
                for row in rows {
                    f.write_str(between)?;
                    write_numbers(f, row)?;
                    between = "; ";
                }
                f.write_str("]")
            }
        }
    }
}

fn write_numbers(f: &mut fmt::Formatter<'_>, numbers: &[f64]) -> fmt::Result {
    let mut between = "";
    for number in numbers {
        write!(f, "{between}{}", percent_g(*number, DIGITS))?;
        between = " ";
    }
    Ok(())
}
