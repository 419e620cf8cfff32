//! Ellipsoids in a grid over the cell, and the rows of grid points inside them, plane by plane.

use crate::tensor::Tensor;

/// An ellipsoid dᵀ V⁻¹ d ≤ cut², d from its center in grid steps, written plane by plane: V is decomposed into the
/// variance of x, that of y where x is known, and that of z where both are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ellipsoid {
    center: [f64; 3],
    variances: [f64; 3],
    y_by_x: f64,
    z_by_x: f64,
    z_by_y: f64,
    cut_squared: f64,
    /// What a point at the center is worth.
    pub(crate) weight: f64,
}

/// A row of grid points inside an ellipsoid.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// Not yet brought into the cell.
    pub(crate) y: i64,
    /// Where the row is nearest to the center, in grid steps.
    pub(crate) z: f64,
    /// How far it is inside on either side of there.
    pub(crate) half_length: f64,
    /// dᵀ V⁻¹ d at z.
    pub(crate) distance_squared: f64,
}

/// Ellipsoids in the order of x, to be found plane by plane.
#[derive(Debug)]
pub(crate) struct Ellipsoids {
    sorted: Vec<Ellipsoid>,
    longest_reach: f64,
    /// The number of planes along x.
    planes: usize,
}

impl Ellipsoid {
    /// That of a variance V around a fractional position, which is brought into the cell; V must be positive definite.
    pub(crate) fn new(position: [f64; 3], variance: Tensor, dims: [usize; 3], cut: f64) -> Self {
        let steps = dims.map(|n| n as f64);
        let [x, y, z] = steps;
        let [xx, yy, zz, xy, xz, yz] = variance.0;
        let variance = Tensor([xx * x * x, yy * y * y, zz * z * z, xy * x * y, xz * x * z, yz * y * z]);
        let [xx, yy, _, xy, ..] = variance.0;
        let [_, _, zz, _, xz, yz] = variance.inverse().0;
        Self {
            center: std::array::from_fn(|axis| position[axis].rem_euclid(1.0) * steps[axis]),
            variances: [xx, yy - xy * xy / xx, 1.0 / zz],
            y_by_x: xy / xx,
            z_by_x: -xz / zz,
            z_by_y: -yz / zz,
            cut_squared: cut * cut,
            weight: 1.0,
        }
    }

    /// √det V, in grid steps cubed.
    pub(crate) fn root_of_determinant(&self) -> f64 {
        self.variances.iter().product::<f64>().sqrt()
    }

    /// The variance of z in a row.
    pub(crate) const fn row_variance(&self) -> f64 {
        self.variances[2]
    }

    /// Visits the rows in the plane `dx` grid steps beyond the center.
    pub(crate) fn rows(&self, dx: f64, mut visit: impl FnMut(Row)) {
        let [var_x, var_y, var_z] = self.variances;
        let from_x = dx * dx / var_x;
        let within = self.cut_squared - from_x;
        if within < 0.0 {
            return;
        }
        let middle = self.center[1] + self.y_by_x * dx;
        let reach = (within * var_y).sqrt();
        for y in whole((middle - reach).ceil())..=whole((middle + reach).floor()) {
            let from_middle = y as f64 - middle;
            let from_y = from_middle * from_middle / var_y;
            let dy = y as f64 - self.center[1];
            visit(Row {
                y,
                z: self.center[2] + self.z_by_x * dx + self.z_by_y * dy,
                half_length: ((within - from_y).max(0.0) * var_z).sqrt(),
                distance_squared: from_x + from_y,
            });
        }
    }

    fn reach(&self) -> f64 {
        (self.cut_squared * self.variances[0]).sqrt()
    }
}

impl Row {
    /// The first z of the points and how many there are, not yet brought into the cell.
    pub(crate) fn points(&self) -> (i64, usize) {
        let first = whole((self.z - self.half_length).ceil());
        let last = whole((self.z + self.half_length).floor());
        (first, usize::try_from(last - first + 1).unwrap_or(0))
    }
}

impl Ellipsoids {
    pub(crate) fn new(mut all: Vec<Ellipsoid>, planes: usize) -> Self {
        all.sort_by(|a, b| a.center[0].total_cmp(&b.center[0]));
        let longest_reach = all.iter().map(Ellipsoid::reach).fold(0.0, f64::max);
        Self { sorted: all, longest_reach, planes }
    }

    /// The ellipsoids that a plane of the grid cuts, copies in other cells too, each with the distance of the plane from
    /// its center.
    pub(crate) fn in_plane(&self, plane: usize) -> impl Iterator<Item = (&Ellipsoid, f64)> {
        let period = self.planes as f64;
        let cells = whole((self.longest_reach / period).ceil());
        (-cells..=cells).flat_map(move |cell| {
            let x = plane as f64 + cell as f64 * period;
            let from = self.sorted.partition_point(|one| one.center[0] < x - self.longest_reach);
            let to = self.sorted.partition_point(|one| one.center[0] <= x + self.longest_reach);
            let near = self.sorted.get(from..to).unwrap_or_default();
            near.iter().map(move |one| (one, x - one.center[0])).filter(|(one, dx)| dx.abs() <= one.reach())
        })
    }
}

/// The place of a point in a period.
pub(crate) fn place(point: i64, period: usize) -> usize {
    usize::try_from(point.rem_euclid(period as i64)).unwrap_or(0)
}

/// A number of grid steps, which is far within an integer's range.
fn whole(steps: f64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a number out of range becomes the nearest one in it"
    )]
    let steps = steps as i64;
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DIMS: [usize; 3] = [9, 11, 10];

    /// How many copies have each point of a cell inside.
    fn counts(all: &Ellipsoids) -> Vec<u32> {
        let mut found = vec![0; DIMS.iter().product()];
        for x in 0..DIMS[0] {
            for (one, dx) in all.in_plane(x) {
                one.rows(dx, |row| {
                    let (first, count) = row.points();
                    for z in first..first + count as i64 {
                        found[(x * DIMS[1] + place(row.y, DIMS[1])) * DIMS[2] + place(z, DIMS[2])] += 1;
                    }
                });
            }
        }
        found
    }

    proptest! {
        #[test]
        fn rows_hold_the_points_inside(
            position in prop::array::uniform3(-1.5..1.5f64),
            diagonal in prop::array::uniform3(0.001..0.1f64),
            skew in prop::array::uniform3(-0.3..0.3f64),
            cut in 0.5..3.0f64,
        ) {
            let [a, b, c] = diagonal;
            let [ab, ac, bc] = skew;
            let variance = Tensor([a, b, c, ab * (a * b).sqrt(), ac * (a * c).sqrt(), bc * (b * c).sqrt()]);
            let inverse = variance.inverse();
            let one = Ellipsoid::new(position, variance, DIMS, cut);
            let found = counts(&Ellipsoids::new(vec![one], DIMS[0]));
            let mut expected = vec![0; found.len()];
            for (place, count) in expected.iter_mut().enumerate() {
                let point = [place / (DIMS[1] * DIMS[2]), place / DIMS[2] % DIMS[1], place % DIMS[2]];
                for copy in 0..1331 {
                    let shift = [copy / 121, copy / 11 % 11, copy % 11].map(|i| f64::from(i) - 5.0);
                    let d = std::array::from_fn(|i| point[i] as f64 / DIMS[i] as f64 + shift[i] - position[i]);
                    *count += u32::from(inverse.along(d) <= cut * cut);
                }
            }
            prop_assert_eq!(found, expected);
        }
    }
}
