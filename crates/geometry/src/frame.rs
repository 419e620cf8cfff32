//! Panels of one plane and one pixel grid, brought into one frame.
//!
//! A file that describes a detector of many panels gives each a corner. Where panels are parts of one sensor, their
//! pixels are those of one grid, but corners rounded one by one move them by the last bits. In one frame they are the
//! same numbers as those of a single panel.

use crate::panel::{Curvature, Panel, as_number};
use crate::{LabVec, PixelIndex};

/// How far a corner may be from a whole pixel of the common grid, in pixels, along all three directions.
const TOLERANCE_PIXELS: f64 = 1e-6;

/// Re-expresses flat panels that lie on one pixel grid in one frame.
///
/// Panels belong together when their axes and pixel sizes are equal and their corners differ by whole pixels along the
/// axes, to 10⁻⁶ pixel. Their [`origin_m`](Panel::origin_m) is then that of one of them from which no panel has a
/// negative offset, or, where there is none, the lowest row and the lowest column of all of them, counted from the first.
/// No pixel moves by more than 10⁻⁶ pixel.
pub fn common_frames(panels: &mut [Panel]) {
    let mut placed = vec![false; panels.len()];
    for first in 0..panels.len() {
        if placed[first] {
            continue;
        }
        let members: Vec<Member> = (first..panels.len())
            .filter(|&index| !placed[index])
            .filter_map(|index| Member::of(index, &panels[index], &panels[first]))
            .collect();
        for member in &members {
            placed[member.index] = true;
        }
        if members.len() > 1 {
            share(panels, &members);
        }
    }
}

/// A panel on the grid of another one.
struct Member {
    index: usize,
    /// Whole pixels `[slow, fast]` from that panel's origin to the corner of this one's first pixel.
    corner: [i64; 2],
    /// Whole pixels from its corner to its origin.
    origin: [i64; 2],
}

impl Member {
    fn of(index: usize, panel: &Panel, grid: &Panel) -> Option<Self> {
        let alike = |p: &Panel| (p.fast, p.slow, p.pixel_size_m, p.pixel_area_m2, p.curvature);
        if alike(panel) != alike(grid) || panel.curvature != Curvature::Flat {
            return None;
        }
        let offset = panel.origin_m - grid.origin_m;
        let [slow_m, fast_m] = grid.along_axes_m(offset);
        let out_of_plane = offset - grid.slow * slow_m - grid.fast * fast_m;
        let pixels = [slow_m, fast_m].map(|metres| metres / grid.pixel_size_m);
        let whole = pixels.map(f64::round);
        let on_grid = (0..2).all(|axis| (pixels[axis] - whole[axis]).abs() <= TOLERANCE_PIXELS)
            && out_of_plane.length() <= TOLERANCE_PIXELS * grid.pixel_size_m;
        #[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
        let origin = whole.map(|offset| offset as i64);
        let PixelIndex { slow, fast } = panel.first_pixel;
        let corner =
            [origin[0].checked_add_unsigned(slow as u64)?, origin[1].checked_add_unsigned(fast as u64)?];
        on_grid.then_some(Self { index, corner, origin })
    }
}

/// Puts panels of one grid, the first of which defines it, into one frame.
fn share(panels: &mut [Panel], members: &[Member]) {
    let lowest = [0, 1].map(|axis| members.iter().map(|member| member.corner[axis]).min().unwrap_or(0));
    let below_all = |member: &&Member| (0..2).all(|axis| member.origin[axis] <= lowest[axis]);
    let grid = &panels[members[0].index];
    let (start, origin_m, normal, close_distance_m) = match members.iter().find(below_all) {
        Some(member) => {
            let panel = &panels[member.index];
            (member.origin, panel.origin_m, panel.normal, panel.close_distance_m)
        }
        None => {
            let origin_m = moved(grid, lowest);
            (lowest, origin_m, grid.normal, origin_m.dot(grid.normal))
        }
    };
    for member in members {
        let [slow, fast] = [0, 1].map(|axis| member.corner[axis].abs_diff(start[axis]));
        let (Ok(slow), Ok(fast)) = (usize::try_from(slow), usize::try_from(fast)) else { continue };
        let panel = &mut panels[member.index];
        panel.first_pixel = PixelIndex { slow, fast };
        (panel.origin_m, panel.normal, panel.close_distance_m) = (origin_m, normal, close_distance_m);
    }
}

/// The origin of a panel moved by whole pixels.
fn moved(panel: &Panel, offset: [i64; 2]) -> LabVec {
    let along = |axis: LabVec, pixels: i64| {
        let metres =
            as_number(usize::try_from(pixels.unsigned_abs()).unwrap_or(usize::MAX)) * panel.pixel_size_m;
        axis * if pixels < 0 { -metres } else { metres }
    };
    along(panel.slow, offset[0]) + panel.origin_m + along(panel.fast, offset[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rotation;
    use proptest::prelude::*;

    const D: f64 = 7.5e-5;

    /// A panel oblique to the axes, not at its frame's corner.
    fn whole(angles: [f64; 3]) -> Panel {
        let turn = Rotation::about_xyz(angles);
        let [fast, slow] = [[1.0, 0.0, 0.0], [0.0, -1.0, 0.0]].map(|axis| turn.apply(axis.into()));
        let origin = turn.apply(LabVec::new(-0.07, 0.05, 0.12));
        Panel::flat([1100, 1030], D, origin, fast, slow, LabVec::new(0.0, 0.0, 1.0)).unwrap()
    }

    /// Three times two parts, each in a separate frame.
    fn separate(whole: &Panel) -> Vec<Panel> {
        let cuts = (0..6).map(|index| parts(whole, index));
        cuts.map(|part| Panel::flat(part.shape, D, part.corner_m(), part.fast, part.slow, part.beam).unwrap())
            .collect()
    }

    fn parts(whole: &Panel, index: usize) -> Panel {
        let (row, column) = (index / 2, index % 2);
        whole.cut(row * 367..(row * 367 + 360), column * 518..(column * 518 + 512)).unwrap()
    }

    proptest! {
        #[test]
        fn parts_are_as_cut_out_again(
            angles in prop::array::uniform3(-1.2..1.2f64),
            order in Just([0usize, 1, 2, 3, 4, 5]).prop_shuffle(),
        ) {
            let whole = whole(angles);
            let separate = separate(&whole);
            let mut panels: Vec<Panel> = order.iter().map(|&index| separate[index].clone()).collect();
            common_frames(&mut panels);
            for (panel, &index) in panels.iter().zip(&order) {
                // The normals of the parts are the whole's: the axes are.
                prop_assert_eq!(panel, &parts(&whole, index));
            }
            let before = panels.clone();
            common_frames(&mut panels);
            prop_assert_eq!(panels, before);
        }

        #[test]
        fn without_a_part_at_the_corner_the_frame_is_the_smallest(angles in prop::array::uniform3(-1.2..1.2f64)) {
            let whole = whole(angles);
            let before = [separate(&whole)[5].clone(), separate(&whole)[0].clone()];
            let mut crossed = [separate(&whole)[4].clone(), separate(&whole)[1].clone()];
            let corners = crossed.each_ref().map(Panel::corner_m);
            common_frames(&mut crossed);
            prop_assert_eq!(crossed[0].origin_m, crossed[1].origin_m);
            prop_assert_eq!(crossed[0].first_pixel, PixelIndex::new(734, 0));
            prop_assert_eq!(crossed[1].first_pixel, PixelIndex::new(0, 518));
            for (panel, corner) in crossed.iter().zip(corners) {
                prop_assert!((panel.corner_m() - corner).length() < 1e-6 * D);
                prop_assert!((panel.close_distance_m - panel.origin_m.dot(panel.normal)).abs() < 1e-15);
            }
            let mut along = before.clone();
            common_frames(&mut along);
            prop_assert_eq!(&along[1], &before[1]);
            prop_assert_eq!(along[0].first_pixel, PixelIndex::new(734, 518));
        }
    }

    #[test]
    fn panels_of_other_grids_are_left_alone() {
        let whole = whole([0.2, 0.1, -0.7]);
        let other = |change: &dyn Fn(&mut Panel)| {
            let mut panel = separate(&whole)[3].clone();
            change(&mut panel);
            panel
        };
        let before = [
            separate(&whole)[0].clone(),
            other(&|panel| panel.origin_m = panel.origin_m + panel.fast * (0.5 * D)),
            other(&|panel| panel.origin_m = panel.origin_m + panel.slow * (1e-5 * D)),
            other(&|panel| panel.origin_m = panel.origin_m + panel.normal * (1e-5 * D)),
            other(&|panel| panel.pixel_size_m *= 2.0),
            other(&|panel| panel.fast = -panel.fast),
            other(&|panel| panel.curvature = Curvature::Reference { distance_m: 0.1 }),
        ];
        let mut after = before.clone();
        common_frames(&mut after);
        assert_eq!(after, before);
    }

    #[test]
    fn parts_that_share_a_frame_keep_it() {
        let whole = whole([0.2, 0.1, -0.7]);
        let before = [parts(&whole, 3), parts(&whole, 4)];
        let mut after = before.clone();
        common_frames(&mut after);
        assert_eq!(after, before);
    }
}
