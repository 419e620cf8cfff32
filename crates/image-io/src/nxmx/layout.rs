//! Where each panel is in the array of an image.

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
    /// Panels one below the other; `None` when there are more rows than can be counted.
    pub(super) fn stacked(shapes: impl IntoIterator<Item = [usize; 2]>) -> Option<Self> {
        let mut layout = Self { shape: [0; 2], panels: Vec::new() };
        for shape in shapes {
            let [rows, columns] = &mut layout.shape;
            layout.panels.push(([*rows, 0], shape));
            *rows = rows.checked_add(shape[0])?;
            *columns = (*columns).max(shape[1]);
        }
        Some(layout)
    }

    /// Whether panels have every pixel of the array.
    pub(super) fn is_full(&self) -> bool {
        self.panels.iter().all(|(_, shape)| shape[1] == self.shape[1])
    }

    /// The array that panels of the same shapes make, with a value where there is none.
    pub(super) fn join<T: Copy>(&self, panels: &[ArrayView2<'_, T>], none: T) -> Array2<T> {
        let mut array = Array2::from_elem(self.shape, none);
        for (place, panel) in self.panels.iter().zip(panels) {
            array.slice_each_axis_mut(|axis| range(place, axis.axis.index())).assign(panel);
        }
        array
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

/// What a panel has of an axis.
fn range((origin, shape): &([usize; 2], [usize; 2]), axis: usize) -> Slice {
    Slice::from(origin[axis]..origin[axis] + shape[axis])
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn panels_of_different_shapes_stand_one_below_the_other() {
        let panels = [array![[1, 2, 3]], array![[4], [5]]];
        let layout = Layout::stacked(panels.iter().map(|panel| [panel.nrows(), panel.ncols()])).unwrap();
        assert!(!layout.is_full());
        let array = layout.join(&panels.each_ref().map(|panel| panel.view()), -1);
        assert_eq!(array, array![[1, 2, 3], [4, -1, -1], [5, -1, -1]]);
        assert_eq!(layout.split(array), panels);
        assert_eq!(Layout::stacked([[usize::MAX, 1], [1, 1]]), None);
    }
}
