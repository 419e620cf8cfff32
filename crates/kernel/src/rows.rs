//! Who follows a rendering.

/// Which row of which panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowIndex {
    /// The panel.
    pub panel: usize,
    /// The row on it.
    pub slow: usize,
}

/// Who follows a rendering, on any thread: a progress bar (any closure, called for each row), what keeps the rows of a run
/// that may be interrupted, or what writes them while others are rendered.
///
/// Rows are begun in the order of the panels and of their rows, and so are finished in about that order.
pub trait Rows<'a>: Sync {
    /// Fills in the photons of a row that is known, which is then not rendered; returns the solid angle of its rendered
    /// pixels, as [`finished`](Self::finished) had it.
    fn known(&self, _row: RowIndex, _photons: &mut [f32]) -> Option<f64> {
        None
    }

    /// Takes notice of successive rows of a panel, rendered or known, from the given one on, which do not change any more,
    /// with the solid angle of the rendered pixels of each in sr.
    fn finished(&self, first: RowIndex, photons: &'a [f32], solid_angles_sr: &[f64]);
}

impl<'a, F: Fn() + Sync> Rows<'a> for F {
    fn finished(&self, _: RowIndex, _: &'a [f32], solid_angles_sr: &[f64]) {
        solid_angles_sr.iter().for_each(|_| self());
    }
}
