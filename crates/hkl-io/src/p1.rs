//! Reflections of an asymmetric unit, expanded to all of reciprocal space.

use rayon::prelude::*;

use crate::grid::allocate;
use crate::resolution::{Resolution, TOLERANCE};
use crate::{Bounds, Error, Grid, Miller, Reflection, ReflectionList};

/// The maximum number of contradictions that are reported, to limit memory when a whole file contradicts itself.
pub const MAX_CONTRADICTIONS: usize = 1000;

/// Nodes of a piece of work for a thread.
const PIECE: usize = 1 << 16;

/// Structure factors in P 1, both Friedel mates of each: what the space group makes of a list of reflections.
///
/// Systematic absences up to the resolution of the list are there with F = 0. Nodes that are neither listed nor absent
/// are not there, those of missing data among them.
#[derive(Debug)]
#[non_exhaustive]
pub struct P1 {
    /// The number of nodes that are 0 by symmetry.
    pub absent_count: usize,
    /// The number of nodes whose F is that of the Friedel mate, since none is listed for the node itself.
    pub mate_count: usize,
    /// The number of reflections listed with another F than an equivalent has that is listed before, which they replace.
    pub contradiction_count: usize,
    /// The first of them, no more than [`MAX_CONTRADICTIONS`].
    pub contradictions: Vec<Contradiction>,
    /// For messages.
    name: String,
    /// The same on both sides of the origin, so that Friedel mates are as far from either end.
    bounds: Bounds,
    /// F of every node in the bounds; NaN where there is none.
    factors: Vec<f64>,
}

/// A reflection that is listed with another F than one of its equivalents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contradiction {
    /// The reflection as it is listed.
    pub miller: Miller,
    /// F of the equivalent that is listed before.
    pub earlier: f64,
    /// F of this one, which is used.
    pub later: f64,
}

impl ReflectionList {
    /// All equivalents of the reflections by the space group, systematic absences as 0, and Friedel mates where they are
    /// not listed themselves.
    ///
    /// # Errors
    ///
    /// [`Error::GridTooLarge`] or [`Error::OutOfMemory`] if a grid of all nodes up to the resolution needs more than
    /// `max_bytes` or more than there is; [`Error::NotFinite`].
    pub fn expand_to_p1(&self, max_bytes: usize) -> Result<P1, Error> {
        let resolution = Resolution::of(&self.cell);
        let squares = self.reflections.iter().map(|listed| resolution.inverse_d_squared(listed.miller));
        let farthest = squares.fold(0.0, f64::max);
        let bounds = self.bounds(resolution.bounds(farthest.sqrt()));
        let mut p1 = P1 {
            absent_count: 0,
            mate_count: 0,
            contradiction_count: 0,
            contradictions: Vec::new(),
            name: self.file.clone(),
            bounds,
            factors: allocate(&self.file, bounds, f64::NAN, max_bytes)?,
        };
        for listed in &self.reflections {
            if !listed.structure_factor.is_finite() {
                let Reflection { miller, structure_factor } = *listed;
                return Err(Error::NotFinite { miller, structure_factor });
            }
            if !self.space_group.is_systematically_absent(listed.miller) {
                p1.set_equivalents(self, listed);
            }
        }
        p1.set_mates();
        p1.set_absences(self, |node| resolution.inverse_d_squared(node) <= farthest * (1.0 + TOLERANCE));
        Ok(p1)
    }

    /// The smallest box around the origin that holds another one and all equivalents.
    fn bounds(&self, other: Bounds) -> Bounds {
        let operators = self.space_group.primitive_operators();
        let equivalents = self
            .reflections
            .iter()
            .flat_map(|listed| operators.iter().map(|operator| operator.transform_miller(listed.miller)));
        let Bounds { min, max } = equivalents.fold(other, |bounds, node| bounds.including(node));
        Bounds { min, max }.union(Bounds { min: -max, max: -min })
    }
}

impl P1 {
    /// The reflections, ordered by h, then k, then l.
    pub fn reflections(&self) -> impl Iterator<Item = Reflection> + Clone {
        let listed = self.factors.iter().enumerate().filter(|(_, factor)| !factor.is_nan());
        listed
            .map(|(place, factor)| Reflection { miller: self.bounds.node(place), structure_factor: *factor })
    }

    /// That the list contradicts itself, for its user.
    #[must_use]
    pub fn notice(&self) -> Option<String> {
        let Contradiction { miller, earlier, later } = self.contradictions.first()?;
        let count = self.contradiction_count;
        Some(format!(
            "{count} reflections have another F than an equivalent before them, and replace it, such as {miller} with \
             {later} after {earlier}"
        ))
    }

    /// The grid of all nodes up to the resolution of the list; where there is no reflection it holds the default F.
    ///
    /// # Errors
    ///
    /// [`Error::DefaultNotFinite`].
    pub fn into_grid(mut self, default_f: f64) -> Result<Grid, Error> {
        for factor in self.factors.iter_mut().filter(|factor| factor.is_nan()) {
            *factor = default_f;
        }
        Grid::from_factors(&self.name, self.bounds, default_f, self.factors)
    }

    /// The nodes in the bounds in pieces, with F where there is one.
    pub(crate) fn pieces(
        &self,
    ) -> impl IndexedParallelIterator<Item = impl Iterator<Item = (Miller, Option<f64>)>> {
        self.factors.par_chunks(PIECE).enumerate().map(|(number, factors)| {
            let nodes = (number * PIECE..).map(|place| self.bounds.node(place));
            nodes.zip(factors).map(|(node, factor)| (node, (!factor.is_nan()).then_some(*factor)))
        })
    }

    #[expect(clippy::float_cmp, reason = "what is listed twice is the same number or it is not")]
    fn set_equivalents(&mut self, list: &ReflectionList, listed: &Reflection) {
        let Reflection { miller, structure_factor: later } = *listed;
        let mut other = None;
        for operator in list.space_group.primitive_operators() {
            let factor = &mut self.factors[self.bounds.place(operator.transform_miller(miller))];
            if !factor.is_nan() && *factor != later {
                other = Some(*factor);
            }
            *factor = later;
        }
        let Some(earlier) = other else { return };
        self.contradiction_count += 1;
        if self.contradictions.len() < MAX_CONTRADICTIONS {
            self.contradictions.push(Contradiction { miller, earlier, later });
        }
    }

    fn set_mates(&mut self) {
        let count = self.factors.len();
        for place in 0..count {
            let mate = self.factors[count - 1 - place];
            if self.factors[place].is_nan() && !mate.is_nan() {
                self.factors[place] = mate;
                self.mate_count += 1;
            }
        }
    }

    fn set_absences(&mut self, list: &ReflectionList, is_within: impl Fn(Miller) -> bool + Sync) {
        let bounds = self.bounds;
        let set = |(number, factors): (usize, &mut [f64])| {
            let mut count = 0;
            for (place, factor) in factors.iter_mut().enumerate().filter(|(_, factor)| factor.is_nan()) {
                let node = bounds.node(number * PIECE + place);
                if is_within(node) && list.space_group.is_systematically_absent(node) {
                    *factor = 0.0;
                    count += 1;
                }
            }
            count
        };
        self.absent_count = self.factors.par_chunks_mut(PIECE).enumerate().map(set).sum();
    }
}
