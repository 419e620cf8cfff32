//! Operators that form a group.

use std::collections::{BTreeSet, HashSet, VecDeque};

use super::operator::Operator;

/// No space group has more operators in a conventional cell: 48 rotations and 4 translations.
pub(super) const MOST: usize = 192;

/// All products of the generators, in no order; `None` if they are more than a space group has.
pub(super) fn closure(generators: &[Operator]) -> Option<HashSet<Operator>> {
    let mut group = HashSet::from([Operator::IDENTITY]);
    let mut queue = VecDeque::from([Operator::IDENTITY]);
    while let Some(operator) = queue.pop_front() {
        for generator in generators {
            let product = generator.after(&operator)?;
            if group.insert(product) {
                queue.push_back(product);
            }
        }
        if group.len() > MOST {
            return None;
        }
    }
    Some(group)
}

/// The first two operators whose product is not among the others.
pub(super) fn not_closed(operators: &BTreeSet<Operator>) -> Option<(Operator, Operator)> {
    let pairs = operators.iter().flat_map(|a| operators.iter().map(move |b| (*a, *b)));
    pairs.into_iter().find(|(a, b)| a.after(b).is_none_or(|product| !operators.contains(&product)))
}

/// Operators in the one order that a group has here: those with the smallest translation of each rotation first, the
/// identity before all; then the same with each translation of the lattice. The second number is how many the former
/// are.
pub(super) fn ordered(group: impl IntoIterator<Item = Operator>) -> (Vec<Operator>, usize) {
    let group: BTreeSet<Operator> = group.into_iter().collect();
    let mut rotations = HashSet::new();
    let mut primitive: Vec<_> = group.iter().copied().filter(|o| rotations.insert(o.rotation)).collect();
    primitive.sort_by_key(|operator| !operator.is_translation());
    let translations = group.iter().filter(|operator| operator.is_translation());
    let all = translations.flat_map(|shift| primitive.iter().filter_map(|operator| shift.after(operator)));
    (all.collect(), primitive.len())
}
