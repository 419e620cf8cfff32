//! The comparison key by key, for people and for programs.

use std::collections::HashMap;

use nanobragg_kernel::record::{Form, Value};
use serde_json::{Map, Value as Json, json};

use super::{Diff, Excuse, Row, Side, Status};
use crate::json::number;

/// Every line of one key, or every such field.
pub(super) struct Summary<'a> {
    /// The first of the worst rows.
    pub(super) worst: &'a Row,
    /// How many pairs there are.
    pub(super) pairs: usize,
    /// How many of them fail.
    pub(super) failing: usize,
}

/// One summary a key, in the order in which the keys first occur.
pub(super) fn summaries(diff: &Diff) -> Vec<Summary<'_>> {
    let mut places: HashMap<(Form, &str, Option<&str>), usize> = HashMap::new();
    let mut summaries: Vec<Summary<'_>> = Vec::new();
    for row in &diff.rows {
        let place = *places.entry((row.form, &row.key, row.field.as_deref())).or_insert(summaries.len());
        if place == summaries.len() {
            summaries.push(Summary { worst: row, pairs: 0, failing: 0 });
        }
        let Some(summary) = summaries.get_mut(place) else { continue };
        summary.pairs += 1;
        summary.failing += usize::from(row.status.fails());
        if (row.status, row.relative) > (summary.worst.status, summary.worst.relative) {
            summary.worst = row;
        }
    }
    summaries
}

/// The numbers of a value, row by row in a matrix; none if it is a name.
pub(super) fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Numbers(numbers) => numbers.clone(),
        Value::Matrix(rows) => rows.concat(),
        Value::Fields(fields) => fields.iter().map(|(_, number)| *number).collect(),
        Value::Name(_) => Vec::new(),
    }
}

/// The body of [`Diff::to_json`].
pub(super) fn to_json(diff: &Diff) -> String {
    let keys: Vec<Json> = summaries(diff)
        .into_iter()
        .map(|summary| {
            let mut object = row_json(summary.worst);
            object.insert("pairs".to_owned(), summary.pairs.into());
            object.insert("failing".to_owned(), summary.failing.into());
            object.into()
        })
        .collect();
    let document = json!({
        "passes": diff.passes(),
        "tolerance": number(diff.options.tolerance),
        "first": diff.first().map(first_json),
        "keys": keys,
    });
    format!("{document:#}\n")
}

pub(super) fn status_name(status: Status) -> &'static str {
    match status {
        Status::Equal => "equal",
        Status::Close => "close",
        Status::Excused(_, Excuse::Addition) => "added",
        Status::Excused(_, Excuse::Dropped) => "dropped",
        Status::Missing(_) => "missing",
        Status::Different => "different",
    }
}

fn first_json(row: &Row) -> Map<String, Json> {
    let mut object = row_json(row);
    if let Some(quantity) = row.quantity() {
        object.insert("feeds".to_owned(), quantity.feeds.into());
    }
    object
}

fn row_json(row: &Row) -> Map<String, Json> {
    let missing_in = match row.status {
        Status::Missing(side) | Status::Excused(side, _) => Some(side),
        Status::Equal | Status::Close | Status::Different => None,
    };
    let entries = [
        ("key", Some(row.key.as_ref().into())),
        ("field", row.field.as_deref().map(Json::from)),
        ("unit", row.quantity().map(|quantity| quantity.unit.symbol().into())),
        ("status", Some(status_name(row.status).into())),
        ("missing_in", missing_in.map(|side| if side == Side::Left { "left" } else { "right" }.into())),
        ("relative", row.status.is_compared().then(|| number(row.relative))),
        ("occurrence", Some(row.occurrence.into())),
        ("number", Some(row.number.into())),
        ("left", row.left.as_ref().map(value_json)),
        ("right", row.right.as_ref().map(value_json)),
    ];
    entries.into_iter().filter_map(|(name, json)| Some((name.to_owned(), json?))).collect()
}

fn value_json(value: &Value) -> Json {
    match value {
        Value::Name(name) => name.as_ref().into(),
        value => numbers(value).into_iter().map(number).collect(),
    }
}
