//! One reflection in several sources of structure factors: which of them hold it, and which agree.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use hkl_io::{Bounds, Coverage, Miller};
use percent_g::percent_g;
use serde_json::{Map, Value, json};

use crate::factors_json;
use crate::failure::{DIFFERENT, INPUT};

const DIGITS: usize = 10;

/// How a source is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text, `h k l F` a line.
    Hkl,
    /// The C program's binary dump.
    Fdump,
}

/// A file and what is in it.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) kind: Kind,
    pub(crate) path: PathBuf,
    pub(crate) found: Found,
}

/// What became of a source.
#[derive(Debug)]
pub(crate) enum Found {
    /// There is no such file.
    Skipped,
    /// It is there and cannot be understood: why.
    Unreadable(String),
    /// Its range, and what it holds there.
    Read(Bounds, Coverage),
}

/// One reflection in all sources.
#[derive(Debug)]
pub(crate) struct Coverages {
    miller: Miller,
    sources: Vec<Source>,
    /// The expected F, and where it comes from.
    expected: Option<(f64, String)>,
    tolerance: f64,
}

/// How a source stands to what is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Agrees,
    Differs,
    /// In range, but not listed.
    Absent,
    Outside,
    Skip,
    Unreadable,
}

impl Coverages {
    /// Holds sources against an F, or against the first of them that has one.
    pub(crate) fn new(miller: Miller, sources: Vec<Source>, expected: Option<f64>, tolerance: f64) -> Self {
        let held = |source: &Source| match &source.found {
            Found::Read(_, coverage) if coverage.listed => {
                Some((coverage.structure_factor?, source.path.display().to_string()))
            }
            _ => None,
        };
        let given = expected.map(|expected| (expected, "--expect".to_owned()));
        let expected = given.or_else(|| sources.iter().find_map(held));
        Self { miller, sources, expected, tolerance }
    }

    /// 0 when every source that is there agrees and there is one.
    pub(crate) fn exit_code(&self) -> ExitCode {
        let verdicts = || self.sources.iter().map(|source| self.verdict(source));
        if verdicts().any(|verdict| verdict == Verdict::Unreadable) || verdicts().all(|v| v == Verdict::Skip)
        {
            ExitCode::from(INPUT)
        } else if self.agrees() {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(DIFFERENT)
        }
    }

    fn agrees(&self) -> bool {
        let verdicts = self.sources.iter().map(|source| self.verdict(source));
        let mut there = verdicts.filter(|verdict| *verdict != Verdict::Skip).peekable();
        there.peek().is_some() && there.all(|verdict| verdict == Verdict::Agrees)
    }

    fn verdict(&self, source: &Source) -> Verdict {
        let coverage = match &source.found {
            Found::Skipped => return Verdict::Skip,
            Found::Unreadable(_) => return Verdict::Unreadable,
            Found::Read(_, coverage) => coverage,
        };
        match self.differences(coverage) {
            _ if !coverage.in_bounds() => Verdict::Outside,
            _ if !coverage.listed => Verdict::Absent,
            Some((_, relative)) if relative <= self.tolerance => Verdict::Agrees,
            _ => Verdict::Differs,
        }
    }

    /// How far F is from the expected one, in electrons and relative to the larger of the two.
    fn differences(&self, coverage: &Coverage) -> Option<(f64, f64)> {
        let found = coverage.structure_factor?;
        let (expected, _) = self.expected.as_ref()?;
        let difference = found - expected;
        let larger = found.abs().max(expected.abs());
        Some((difference, if larger > 0.0 { difference.abs() / larger } else { 0.0 }))
    }

    /// The whole as one object.
    pub(crate) fn json(&self) -> Value {
        let Miller { h, k, l } = self.miller;
        json!({
            "index": [h, k, l],
            "expected": self.expected.as_ref().map(|(expected, _)| expected),
            "expected_from": self.expected.as_ref().map(|(_, from)| from),
            "tolerance": self.tolerance,
            "agrees": self.agrees(),
            "sources": self.sources.iter().map(|source| self.source_json(source)).collect::<Vec<_>>(),
        })
    }

    fn source_json(&self, source: &Source) -> Value {
        let mut object = Map::new();
        let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
        put("file", source.path.display().to_string().into());
        put("kind", source.kind.name().into());
        put("status", self.verdict(source).name().into());
        match &source.found {
            Found::Skipped => {}
            Found::Unreadable(why) => {
                put("reason", why.as_str().into());
            }
            Found::Read(bounds, coverage) => {
                object.extend(factors_json::ranges(*bounds));
                let differences = self.differences(coverage);
                let rest = json!({
                    "in_range": coverage.in_bounds(),
                    "listed": coverage.listed,
                    "F": coverage.structure_factor,
                    "difference": differences.map(|(difference, _)| difference),
                    "relative": differences.map(|(_, relative)| relative),
                    "neighbors_in_range": coverage.neighbors_in_bounds,
                    "neighbors_listed": coverage.neighbors_listed,
                });
                if let Value::Object(rest) = rest {
                    object.extend(rest);
                }
            }
        }
        object.into()
    }

    /// The whole as a table.
    pub(crate) fn table(&self, out: &mut impl Write) -> std::io::Result<()> {
        let Miller { h, k, l } = self.miller;
        write!(out, "reflection {h} {k} {l}")?;
        match &self.expected {
            Some((expected, from)) => writeln!(out, ", F {} as {from} has it", percent_g(*expected, DIGITS))?,
            None => writeln!(out)?,
        }
        let headings =
            ["status", "F", "difference", "neighbours", "grid", "range", "source"].map(str::to_owned);
        let mut rows = vec![headings];
        rows.extend(self.sources.iter().map(|source| self.cells(source)));
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths = [0, 1, 2, 3, 4, 5, 6].map(width);
        for row in &rows {
            let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
            writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        for source in &self.sources {
            if let Found::Unreadable(why) = &source.found {
                writeln!(out, "{why}")?;
            }
        }
        Ok(())
    }

    fn cells(&self, source: &Source) -> [String; 7] {
        let status = self.verdict(source).name().to_owned();
        let name = format!("{} {}", source.kind.name(), source.path.display());
        let Found::Read(bounds, coverage) = &source.found else {
            let none = || "-".to_owned();
            return [status, none(), none(), none(), none(), none(), name];
        };
        let number =
            |number: Option<f64>| number.map_or_else(|| "-".to_owned(), |n| percent_g(n, DIGITS).to_string());
        let [h, k, l] = bounds.shape();
        [
            status,
            number(coverage.structure_factor),
            number(self.differences(coverage).map(|(difference, _)| difference)),
            format!("{} of {}", coverage.neighbors_listed, coverage.neighbors_in_bounds),
            format!("{h} x {k} x {l}"),
            bounds.to_string(),
            name,
        ]
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Hkl => "hkl",
            Self::Fdump => "fdump",
        }
    }
}

impl Verdict {
    fn name(self) -> &'static str {
        match self {
            Self::Agrees => "OK",
            Self::Differs => "DIFFERS",
            Self::Absent => "ABSENT",
            Self::Outside => "OUTSIDE",
            Self::Skip => "SKIP",
            Self::Unreadable => "UNREADABLE",
        }
    }
}
