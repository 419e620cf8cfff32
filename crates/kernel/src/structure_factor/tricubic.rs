//! F between the nodes: the product of cubics through four nodes along each axis.
//!
//! Of a cell of the grid, from one node to the next along each axis, F is a polynomial of 64 coefficients in the place
//! within it. They are worked out when a cell is entered, and a lane of pixels in it then takes 63 multiply-adds, without a
//! weight, and with nothing to fetch but the coefficients.

use super::{Lookup, Memory, NodeFactors, Table, place_of_eight};
use crate::lane::{Arithmetic, Fixed, Lane, Row, Triple, row_at};

/// F interpolated between 4 × 4 × 4 nodes where they are all in the grid, else that of the nearest node.
pub(crate) struct Tricubic(pub(crate) Table);

/// The polynomials of the last cells: of two that are neighbours, neither takes the place of the other.
pub(crate) struct Cells([Cell; 8]);

/// F within a cell, Σ hⁱ kʲ lᵐ · coefficients\[i]\[j]\[m] with h, k, l in [0, 1).
#[derive(Clone, Copy)]
struct Cell {
    /// The first of its nodes in the table; NaN of none.
    start: f64,
    coefficients: [[[f64; 4]; 4]; 4],
}

/// Σ|weight| of the four points of an interpolation, at most, in three dimensions: 1.25 where t = ½.
const OVERSHOOT: f64 = 1.25 * 1.25 * 1.25;

/// The coefficients of 1, t, t², t³ in the cubic through four values at t = −1, 0, 1, 2 (Lagrange).
const CUBIC: [[f64; 4]; 4] = [
    [0.0, 1.0, 0.0, 0.0],
    [-1.0 / 3.0, -0.5, 1.0, -1.0 / 6.0],
    [0.5, -1.0, 0.5, 0.0],
    [-1.0 / 6.0, 0.5, -0.5, 1.0 / 6.0],
];

impl Default for Cells {
    fn default() -> Self {
        Self([Cell { start: f64::NAN, coefficients: [[[0.0; 4]; 4]; 4] }; 8])
    }
}

impl NodeFactors for Tricubic {
    fn of_node(&self, _: [f64; 3]) -> Option<f64> {
        None
    }

    fn largest(&self, nodes: Option<[[f64; 2]; 3]>) -> f64 {
        let wider = nodes.map(|nodes| nodes.map(|[first, last]| [first - 2.0, last + 2.0]));
        self.0.largest(wider) * OVERSHOOT
    }
}

impl Lookup for Tricubic {
    type Cells = Cells;

    #[inline(always)]
    fn at_eight(&self, _: [f64; 3], _: f64) -> Option<[f64; 8]> {
        None
    }

    fn at_nodes<X: Fixed>(&self, _: [X; 3], _: f64) -> Option<X::Single> {
        None
    }

    /// Cell by cell of those that the pixels are in, mostly one.
    #[inline(always)]
    fn at<L: Lane>(
        &self,
        hkl: Triple<L>,
        nearest: Triple<L>,
        memory: &mut Memory<L>,
        cells: &mut Cells,
    ) -> L {
        let floor = Triple(hkl.0.map(L::floor));
        let within = hkl.minus(floor);
        let start = self.0.place(floor.minus(Triple::splat([1.0; 3])));
        let slot = place_of_eight(floor.0);
        let inside = self.inside(hkl);
        let mut left = L::bits(inside);
        let mut factor = L::splat(0.0);
        while left != 0 {
            let pixel = left.trailing_zeros() as usize;
            let first = start.get(pixel);
            let cell = self.cell(cells, first, slot.get(pixel));
            let of_cell = start.equal(L::splat(first));
            factor = L::select(of_cell, cell.at(within), factor);
            left &= !L::bits(of_cell);
        }
        if L::all(inside) {
            return factor;
        }
        L::select(inside, factor, self.0.nearest(nearest, memory))
    }
}

impl Tricubic {
    /// Where all 64 neighbours are in the grid, and the C program interpolates: h_min + 2 ≤ h ≤ h_max − 2.
    #[inline(always)]
    fn inside<L: Lane>(&self, hkl: Triple<L>) -> L::Mask {
        let Table { low, high, .. } = &self.0;
        let [h, k, l] = [0, 1, 2].map(|axis| {
            // In the table both ends are one node further out.
            let (low, high) = (L::splat(low[axis] + 3.0), L::splat(high[axis] - 3.0));
            L::both(low.at_most(hkl.0[axis]), hkl.0[axis].at_most(high))
        });
        L::both(L::both(h, k), l)
    }

    /// The cell whose nodes start at a place in the table, which has all of them.
    #[inline(always)]
    fn cell<'c>(&self, Cells(cells): &'c mut Cells, start: f64, slot: f64) -> &'c Cell {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "one of eight")]
        let cell = &mut cells[(slot as i64 & 7) as usize];
        if cell.start.to_bits() != start.to_bits() {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a place in the table"
            )]
            let coefficients = self.coefficients(start as usize);
            *cell = Cell { start, coefficients };
        }
        cell
    }

    /// Along h and k for four nodes along l at a time, then along l.
    #[inline(never)]
    fn coefficients(&self, start: usize) -> [[[f64; 4]; 4]; 4] {
        let [h_stride, k_stride] = self.0.strides;
        let row = |h: usize, k: usize| row_at(&self.0.values, start + h * h_stride + k * k_stride);
        let along_h = [0, 1, 2, 3].map(|k| cubic([0, 1, 2, 3].map(|h| row(h, k))));
        [0, 1, 2, 3].map(|i| {
            let along_k = cubic(along_h.map(|of_h| of_h[i]));
            along_k.map(|row| {
                let columns = [0, 1, 2, 3].map(|l| Row::new([0, 1, 2, 3].map(|m| CUBIC[m][l])));
                let [first, terms @ ..] = [0, 1, 2, 3].map(|l| (columns[l], Row::splat(row.get(l))));
                let sum = |sum: Row, (column, value): (Row, Row)| Arithmetic::mul_add(column, value, sum);
                terms.into_iter().fold(first.0 * first.1, sum).to_array()
            })
        })
    }
}

/// The coefficients of the cubics through four rows.
#[inline(always)]
fn cubic(values: [Row; 4]) -> [Row; 4] {
    CUBIC.map(|weights| {
        let [first, terms @ ..] = [0, 1, 2, 3].map(|node| (Row::splat(weights[node]), values[node]));
        let sum = |sum: Row, (weight, value): (Row, Row)| Arithmetic::mul_add(weight, value, sum);
        terms.into_iter().fold(first.0 * first.1, sum)
    })
}

impl Cell {
    /// F at places within the cell, by Horner's scheme.
    #[inline(always)]
    fn at<L: Lane>(&self, Triple([h, k, l]): Triple<L>) -> L {
        horner(h, self.coefficients.map(|plane| horner(k, plane.map(|row| horner(l, row.map(L::splat))))))
    }
}

#[inline(always)]
fn horner<L: Lane>(t: L, [constant, linear, square, cube]: [L; 4]) -> L {
    cube.mul_add(t, square).mul_add(t, linear).mul_add(t, constant)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::float_cmp, reason = "these numbers are exact")]

    use super::super::tests::{at, grid, polynomial};
    use super::*;

    #[test]
    fn tricubic_interpolation_is_exact_for_a_cubic() {
        let lookup = Tricubic(Table::new(&grid()));
        for hkl in [[0.3, 0.25, -1.5], [-1.9, 1.99, -3.7], [3.0, 2.0, 0.0], [-2.0, -1.0, -4.0]] {
            let expected = polynomial(hkl[0], hkl[1], hkl[2]);
            assert!((at(&lookup, hkl) - expected).abs() < 1e-10, "{hkl:?}");
        }
    }

    #[test]
    fn q4_a_sample_off_the_grid_alone_takes_the_nearest_value() {
        let lookup = Tricubic(Table::new(&grid()));
        assert_eq!(at(&lookup, [3.2, 0.4, -1.0]), polynomial(3.0, 0.0, -1.0), "h + 2 leaves the box");
        assert_eq!(at(&lookup, [9.2, 0.4, -1.0]), 7.0);
        assert!((at(&lookup, [0.2, 0.4, -1.0]) - polynomial(0.2, 0.4, -1.0)).abs() < 1e-10);
    }

    #[test]
    fn a_node_has_its_own_value() {
        let lookup = Tricubic(Table::new(&grid()));
        for hkl in [[0.0, 0.0, 0.0], [-2.0, 1.0, -4.0], [3.0, 2.0, 0.0]] {
            assert_eq!(at(&lookup, hkl), polynomial(hkl[0], hkl[1], hkl[2]), "{hkl:?}");
        }
    }

    /// Lanes whose pixels are in up to eight cells, in the grid and out of it, one after the other which keep their cells.
    #[test]
    fn many_pixels_are_as_each_by_itself() {
        let lookup = Tricubic(Table::new(&grid()));
        let mut cells = Cells::default();
        for step in 0..400 {
            let start = [0.013, -0.017, 0.029].map(|rate| rate * f64::from(step));
            let along = [0.31, 0.23 - 0.002 * f64::from(step), -0.19];
            let hkl = |pixel: usize| [0, 1, 2].map(|axis| start[axis] + along[axis] * pixel as f64);
            let lanes =
                Triple([0, 1, 2].map(|axis| <wide::f64x8 as Arithmetic>::from_fn(|pixel| hkl(pixel)[axis])));
            let nearest = Triple(lanes.0.map(|index| Arithmetic::ceil(index - wide::f64x8::splat(0.5))));
            let found = lookup.at(lanes, nearest, &mut Memory::new(None), &mut cells);
            for pixel in 0..8 {
                assert_eq!(found.get(pixel), at(&lookup, hkl(pixel)), "{:?}", hkl(pixel));
            }
        }
    }
}
