//! Where each panel is in the array of an image.

use std::borrow::Cow;

use ndarray::{Array2, ArrayView2, Slice};

/// Panels in the array of an image, as the file says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Shape of the array, `[slow, fast]`.
    pub(super) shape: [usize; 2],
    /// Of each panel, where it begins and its shape, `[slow, fast]`.
    pub(super) panels: Vec<([usize; 2], [usize; 2])>,
}

impl Layout {
    /// Panels of one width, one below the other; `None` when there are more rows than can be counted.
    pub(super) fn stacked(shapes: impl IntoIterator<Item = [usize; 2]>) -> Option<Self> {
        let mut layout = Self { shape: [0; 2], panels: Vec::new() };
        for shape in shapes {
            let [rows, columns] = &mut layout.shape;
            layout.panels.push(([*rows, 0], shape));
            *rows = rows.checked_add(shape[0])?;
            *columns = shape[1];
        }
        Some(layout)
    }

    /// The panels of an array.
    pub(super) fn split<T: Copy>(&self, array: Array2<T>) -> Vec<Array2<T>> {
        if let [([0, 0], shape)] = self.panels[..]
            && shape == self.shape
        {
            return vec![array];
        }
        let part = |place| array.slice_each_axis(|axis| range(place, axis.axis.index())).to_owned();
        self.panels.iter().map(part).collect()
    }
}

/// The pixels of panels of one width, one below the other.
pub(super) fn stack<'a, T: Copy>(panels: &[ArrayView2<'a, T>]) -> Cow<'a, [T]> {
    if let [panel] = panels
        && let Some(pixels) = panel.to_slice()
    {
        return Cow::Borrowed(pixels);
    }
    let mut pixels = Vec::with_capacity(panels.iter().map(ArrayView2::len).sum());
    for row in panels.iter().flat_map(|panel| panel.rows()) {
        match row.to_slice() {
            Some(row) => pixels.extend_from_slice(row),
            None => pixels.extend(row),
        }
    }
    Cow::Owned(pixels)
}

/// What a panel has of an axis.
fn range((origin, shape): &([usize; 2], [usize; 2]), axis: usize) -> Slice {
    Slice::from(origin[axis]..origin[axis] + shape[axis])
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn panels_stand_one_below_the_other() {
        let panels = [array![[1, 2, 3]], array![[4, 5], [6, 7], [8, 9]].reversed_axes()];
        let layout = Layout::stacked(panels.iter().map(|panel| [panel.nrows(), panel.ncols()])).unwrap();
        let pixels = stack(&panels.each_ref().map(|panel| panel.view()));
        assert_eq!(*pixels, [1, 2, 3, 4, 6, 8, 5, 7, 9]);
        let array = Array2::from_shape_vec(layout.shape, pixels.into_owned()).unwrap();
        assert_eq!(layout.split(array), panels);
        assert_eq!(Layout::stacked([[usize::MAX, 1], [1, 1]]), None);
    }
}
