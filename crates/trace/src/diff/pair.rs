//! Which value of one log belongs to which of the other.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use nanobragg_kernel::record::{Form, Value};

use super::compare::{self, Scales};
use super::{Excuse, Options, Row, Side, Status};
use crate::{Defect, Dropped, Log, quantity};

/// What identifies a value within its log.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Id<'a> {
    form: Form,
    key: &'a Cow<'static, str>,
    field: Option<&'a Cow<'static, str>>,
    /// Counted from 1.
    occurrence: usize,
}

/// A value of either log or of both.
pub(super) struct Pair<'a> {
    id: Id<'a>,
    left: Option<Value>,
    right: Option<Value>,
    excuse: Option<Excuse>,
}

/// Every value of both logs: those of `left` in their order, and after each what follows it in `right` alone.
pub(super) fn pairs<'a>(left: &'a Log, right: &'a Log) -> Vec<Pair<'a>> {
    let (left_values, right_values) = (values(left), values(right));
    let in_left: HashSet<_> = left_values.iter().map(|(id, _)| *id).collect();
    let mut counterparts = HashMap::new();
    let mut followers: HashMap<Option<Id<'a>>, Vec<Pair<'a>>> = HashMap::new();
    let mut shared = None;
    for (id, value) in right_values {
        if in_left.contains(&id) {
            shared = Some(id);
            counterparts.insert(id, value);
        } else {
            let pair = Pair { id, left: None, right: Some(value), excuse: excuse(id, left) };
            followers.entry(shared).or_default().push(pair);
        }
    }
    let mut pairs = followers.remove(&None).unwrap_or_default();
    for (id, value) in left_values {
        let counterpart = counterparts.remove(&id);
        let excuse = if counterpart.is_none() { excuse(id, right) } else { None };
        pairs.push(Pair { id, left: Some(value), right: counterpart, excuse });
        pairs.extend(followers.remove(&Some(id)).unwrap_or_default());
    }
    pairs
}

impl Pair<'_> {
    /// The pair, judged.
    pub(super) fn into_row(self, scales: &Scales<'_>, options: &Options) -> Row {
        let Self { id, left, right, excuse } = self;
        let quantity = compare::quantity(id.key, id.field.map(Cow::as_ref));
        let alone = |side| match excuse {
            Some(excuse) => Status::Excused(side, excuse),
            None => Status::Missing(side),
        };
        let (status, relative, number) = match (&left, &right) {
            (Some(left), Some(right)) => {
                let verdict = scales.compare(quantity, left, right, options);
                (verdict.status, verdict.relative, verdict.number)
            }
            (None, _) => (alone(Side::Left), f64::INFINITY, 1),
            (_, None) => (alone(Side::Right), f64::INFINITY, 1),
        };
        Row {
            form: id.form,
            key: id.key.clone(),
            field: id.field.cloned(),
            occurrence: id.occurrence,
            status,
            left,
            right,
            relative,
            number,
        }
    }
}

/// The values of a log, fields apart.
fn values(log: &Log) -> Vec<(Id<'_>, Value)> {
    let mut seen: HashMap<_, usize> = HashMap::new();
    let mut values = Vec::with_capacity(log.lines.len());
    for line in &log.lines {
        let occurrence = seen.entry((line.form, &line.key)).or_default();
        *occurrence += 1;
        let id = Id { form: line.form, key: &line.key, field: None, occurrence: *occurrence };
        match &line.value {
            Value::Fields(fields) => values.extend(
                fields
                    .iter()
                    .map(|(name, number)| (Id { field: Some(name), ..id }, Value::Numbers(vec![*number]))),
            ),
            value => values.push((id, value.clone())),
        }
    }
    values
}

/// Why `log` need not have the value `id`.
fn excuse(id: Id<'_>, log: &Log) -> Option<Excuse> {
    if quantity::is_addition(id.key) {
        return Some(Excuse::Addition);
    }
    // Of the others, the log has either no right line either (the second source) or has it besides (the axes).
    let is_it = |dropped: &Dropped| {
        dropped.form == id.form && dropped.key == **id.key && dropped.defect == Defect::FixedConvention
    };
    log.dropped.iter().any(is_it).then_some(Excuse::Dropped)
}
