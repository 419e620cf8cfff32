//! The structure factors of a run, as JSON: which file, which bytes, which reflections.

use hkl_io::{Bounds, Grid};
use nanobragg_experiment::{Error, Resolved};
use nanobragg_kernel::StructureFactors;
use serde_json::{Map, Value, json};

use crate::checksum::sum;
use crate::failure::Failure;

/// The file with its sum, the grid's shape and ranges, how many reflections there are, and F of all others.
pub(crate) fn json(resolved: &Resolved) -> Result<Value, Failure> {
    let grid = match &resolved.simulation.structure_factors {
        StructureFactors::Uniform(factor) => {
            return Ok(json!({ "file": null, "count": 0, "default_F": factor }));
        }
        StructureFactors::Grid(grid) => grid,
    };
    let mut object = Map::new();
    if let Some(path) = &resolved.facts.structure_factor_file {
        let (sha256, bytes) = sum(path).map_err(|source| Error::Read { path: path.clone(), source })?;
        object.insert("file".to_owned(), path.display().to_string().into());
        object.insert("bytes".to_owned(), bytes.into());
        object.insert("sha256".to_owned(), sha256.into());
    }
    if let Some(origin) = &resolved.facts.structure_factor_origin {
        object.insert("from".to_owned(), origin.as_str().into());
    }
    object.extend(ranges(grid.bounds()));
    // A dump has no list: what differs from the default must have been in one.
    let lines = resolved.facts.reflection_count;
    let count = if lines > 0 { lines } else { listed(grid) };
    object.insert("count".to_owned(), count.into());
    object.insert("default_F".to_owned(), grid.default_f().into());
    Ok(object.into())
}

/// The shape of a grid, and its ranges of h, k and l, both ends included.
pub(crate) fn ranges(bounds: Bounds) -> Map<String, Value> {
    let Bounds { min, max } = bounds;
    let mut object = Map::new();
    object.insert("shape".to_owned(), bounds.shape().to_vec().into());
    for (name, range) in [("h", [min.h, max.h]), ("k", [min.k, max.k]), ("l", [min.l, max.l])] {
        object.insert(name.to_owned(), range.to_vec().into());
    }
    object
}

/// How many nodes hold an F other than the default.
#[expect(clippy::float_cmp, reason = "an absent node holds the very same number as the default")]
fn listed(grid: &Grid) -> usize {
    let Bounds { min, max } = grid.bounds();
    let [_, _, count] = grid.bounds().shape();
    let mut row = vec![0.0; count];
    let mut listed = 0;
    for h in min.h..=max.h {
        for k in min.k..=max.k {
            grid.copy_row(h, k, &mut row);
            listed += row.iter().filter(|&&factor| factor != grid.default_f()).count();
        }
    }
    listed
}
