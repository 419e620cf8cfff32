//! Which column F is taken from.

use super::header::Column;
use crate::reflection_list::Quantity;

/// The labels of columns of F, best first: calculated with all scales and solvent, calculated, measured.
const LABELS: [&str; 6] = ["FMODEL", "FC_ALL", "FC", "F-model", "F", "FP"];

/// Endings by which the columns of an anomalous pair differ.
const SIGNS: [[&str; 2]; 4] = [["(+)", "(-)"], ["+", "-"], ["PLUS", "MINUS"], ["plus", "minus"]];

/// Where F comes from.
#[derive(Debug, PartialEq)]
pub(super) struct Source {
    pub(super) quantity: Quantity,
    /// The places of one column, or of that of F(+) and that of F(-).
    pub(super) columns: Vec<usize>,
    pub(super) name: String,
}

/// The column asked for, else the best; what was expected and what was found if there is none.
pub(super) fn choose(columns: &[Column], asked: Option<&str>) -> Result<Source, (String, String)> {
    let usable = || {
        let kinds = columns.iter().filter(|column| quantity(column.kind).is_some());
        let labels: Vec<_> = kinds.map(|column| format!("{} ({})", column.label, column.kind)).collect();
        if labels.is_empty() { "none".to_owned() } else { labels.join(", ") }
    };
    if let Some(label) = asked {
        let place = columns.iter().position(|column| column.label == label);
        let source = place.and_then(|place| source(columns, place));
        return source.ok_or_else(|| (format!("a column {label} of type F, G, J or K"), usable()));
    }
    let of_kind = |kind: char| columns.iter().enumerate().filter(move |(_, column)| column.kind == kind);
    let labelled = |label: &&str| of_kind('F').find(|(_, column)| column.label == *label);
    let mut amplitudes = of_kind('F');
    let best = match (LABELS.iter().find_map(labelled), amplitudes.next(), amplitudes.next()) {
        (Some(best), ..) | (None, Some(best), None) => Some(best),
        (None, Some(_), Some(_)) => {
            let expected = format!("one column of type F, or one named {}, or a choice", LABELS.join(", "));
            return Err((expected, usable()));
        }
        (None, None, _) if of_kind('G').count() > 2 => {
            return Err(("one pair of columns of type G, or a choice".to_owned(), usable()));
        }
        (None, None, _) => ['G', 'J', 'K'].into_iter().find_map(|kind| of_kind(kind).next()),
    };
    let source = best.and_then(|(place, _)| source(columns, place));
    source.ok_or_else(|| ("a column of type F, G, J or K".to_owned(), usable()))
}

/// The column at a place, with its other half if it is one of a pair.
fn source(columns: &[Column], place: usize) -> Option<Source> {
    let Column { label, kind, .. } = &columns[place];
    let quantity = quantity(*kind)?;
    if !matches!(kind, 'G' | 'K') {
        return Some(Source { quantity, columns: vec![place], name: label.clone() });
    }
    let partner =
        |other: String| columns.iter().position(|column| column.label == other && column.kind == *kind);
    let pairs = SIGNS.into_iter().flat_map(|[plus, minus]| [(plus, minus, false), (minus, plus, true)]);
    let mut found = pairs.filter_map(|(own, its, is_minus)| {
        let other = partner(exchanged(label, own, its)?)?;
        Some(if is_minus { [other, place] } else { [place, other] })
    });
    let pair = found.next()?;
    let name = pair.map(|place| columns[place].label.as_str()).join(", ");
    Some(Source { quantity, columns: pair.to_vec(), name })
}

/// The label with its last `own` exchanged for `its`.
fn exchanged(label: &str, own: &str, its: &str) -> Option<String> {
    let (before, after) = label.rsplit_once(own)?;
    Some(format!("{before}{its}{after}"))
}

/// What a column of a type has, if that can become F.
fn quantity(kind: char) -> Option<Quantity> {
    match kind {
        'F' | 'G' => Some(Quantity::Amplitude),
        'J' | 'K' => Some(Quantity::Intensity),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns as `label:type` after H, K and L.
    fn check(columns: &str, asked: Option<&str>, expected: Result<&str, (&str, &str)>) {
        let columns: Vec<_> = format!("H:H K:H L:H {columns}")
            .split_whitespace()
            .filter_map(|word| word.split_once(':'))
            .map(|(label, kind)| Column::new(label, kind.chars().next().unwrap()))
            .collect();
        let found = choose(&columns, asked).map(|source| source.name);
        let expected =
            expected.map(str::to_owned).map_err(|(expected, found)| (expected.to_owned(), found.to_owned()));
        assert_eq!(found, expected, "{columns:?} {asked:?}");
    }

    #[test]
    fn the_best_column_is_chosen() {
        check("FP:F SIGFP:Q FC:F PHIC:P FC_ALL:F FWT:F", None, Ok("FC_ALL"));
        check("FP:F F-model:F PHIF-model:P", None, Ok("F-model"));
        check("FMODEL:P FP:F", None, Ok("FP"));
        check("IMEAN:J F-obs:F", None, Ok("F-obs"));
        check("IMEAN:J SIGIMEAN:Q F(+):G SIGF(+):L F(-):G SIGF(-):L", None, Ok("F(+), F(-)"));
        check("IMEAN:J I(+):K I(-):K", None, Ok("IMEAN"));
        check("I(+):K I(-):K", None, Ok("I(+), I(-)"));
    }

    #[test]
    fn what_is_asked_for_is_taken_and_a_half_stands_for_a_pair() {
        check("FP:F FC:F I:J", Some("FP"), Ok("FP"));
        check("FP:F FC:F I:J", Some("I"), Ok("I"));
        check("FP:F F_w1(+):G F_w1(-):G", Some("F_w1(-)"), Ok("F_w1(+), F_w1(-)"));
        check("FPLUS:G FMINUS:G", Some("FMINUS"), Ok("FPLUS, FMINUS"));
        check("I-obs(+):K I-obs(-):K", Some("I-obs(+)"), Ok("I-obs(+), I-obs(-)"));
    }

    #[test]
    fn without_a_column_the_usable_ones_are_told() {
        check(
            "F-obs:F SIGF:Q F-filtered:F",
            None,
            Err((
                "one column of type F, or one named FMODEL, FC_ALL, FC, F-model, F, FP, or a choice",
                "F-obs (F), F-filtered (F)",
            )),
        );
        check("SIGF:Q", None, Err(("a column of type F, G, J or K", "none")));
        check(
            "F_SE(+):G F_SE(-):G F_RM(+):G F_RM(-):G",
            None,
            Err((
                "one pair of columns of type G, or a choice",
                "F_SE(+) (G), F_SE(-) (G), F_RM(+) (G), F_RM(-) (G)",
            )),
        );
        check("F(+):G", None, Err(("a column of type F, G, J or K", "F(+) (G)")));
        check("FP:F SIGFP:Q", Some("SIGFP"), Err(("a column SIGFP of type F, G, J or K", "FP (F)")));
    }
}
