//! The detector of an experiment list: panels, and groups of panels in one another.

use nanobragg_geometry::LabVec;

use super::node::Node;
use crate::{BadRegion, Error, Panel, Sensor};

/// Cosine of the angle between a fast and a slow axis from which on they are not perpendicular.
const NOT_PERPENDICULAR: f64 = 1e-6;

/// A place in the laboratory: an origin (mm) and two axes of length 1.
#[derive(Clone, Copy, Debug)]
struct Frame {
    origin: LabVec,
    fast: LabVec,
    slow: LabVec,
}

/// The panels in the order of their list, in the laboratory frame.
pub(super) fn panels<'a>(detector: &Node<'a>, notices: &mut Vec<String>) -> Result<Vec<Panel>, Error> {
    let nodes = detector.need("panels", "a list of panels")?.elements("a list of panels")?;
    if nodes.is_empty() {
        return Err(detector.wrong("expected at least one panel, found none".to_owned()));
    }
    let parents = match detector.get("hierarchy") {
        Some(root) => parents(&root, &nodes)?,
        None => vec![Frame::LABORATORY; nodes.len()],
    };
    nodes.iter().zip(parents).map(|(node, parent)| panel(node, parent, notices)).collect()
}

/// The frame in which each panel is placed.
fn parents<'a>(root: &Node<'a>, panels: &[Node<'a>]) -> Result<Vec<Frame>, Error> {
    let mut parents = vec![None; panels.len()];
    place(root, Frame::LABORATORY, &mut parents)?;
    let parents = parents.into_iter().zip(panels);
    let placed = |(parent, panel): (Option<Frame>, &Node<'a>)| {
        parent.ok_or_else(|| panel.wrong("expected a place in the hierarchy, found none".to_owned()))
    };
    parents.map(placed).collect()
}

/// Places a group in its parent, and what belongs to it in it.
fn place<'a>(group: &Node<'a>, parent: Frame, parents: &mut [Option<Frame>]) -> Result<(), Error> {
    let frame = parent.hold(Frame::of(group)?.unwrap_or(Frame::LABORATORY));
    for child in
        group.need("children", "a list of groups and panels")?.elements("a list of groups and panels")?
    {
        let Some(panel) = child.get("panel") else {
            place(&child, frame, parents)?;
            continue;
        };
        let expected = format!("the index of a panel, less than {}", parents.len());
        let index = panel.index(&expected)?;
        let slot = parents.get_mut(index).ok_or_else(|| panel.refuse(&expected))?;
        if slot.replace(frame).is_some() {
            return Err(panel.refuse("a panel that has no place yet"));
        }
    }
    Ok(())
}

impl Frame {
    const LABORATORY: Self =
        Self { origin: LabVec::ZERO, fast: LabVec::new(1.0, 0.0, 0.0), slow: LabVec::new(0.0, 1.0, 0.0) };

    /// The frame of a panel or a group, in that of its parent; none if it is not given.
    fn of(node: &Node<'_>) -> Result<Option<Self>, Error> {
        let (Some(origin), Some(fast), Some(slow)) =
            (node.get("origin"), node.get("fast_axis"), node.get("slow_axis"))
        else {
            return Ok(None);
        };
        let frame = Self { origin: origin.vector()?, fast: fast.direction()?, slow: slow.direction()? };
        let cosine = frame.fast.dot(frame.slow);
        if cosine.abs() < NOT_PERPENDICULAR {
            return Ok(Some(frame));
        }
        let angle = cosine.acos().to_degrees();
        Err(slow.wrong(format!("expected an axis at right angles to fast_axis, found {angle:.6} degrees")))
    }

    /// A vector of this frame in the laboratory.
    fn turn(&self, v: LabVec) -> LabVec {
        self.fast * v.x + self.slow * v.y + self.fast.cross(self.slow) * v.z
    }

    /// A frame in this one, in the laboratory.
    fn hold(&self, inner: Self) -> Self {
        Self {
            origin: self.origin + self.turn(inner.origin),
            fast: self.turn(inner.fast),
            slow: self.turn(inner.slow),
        }
    }
}

fn panel(node: &Node<'_>, parent: Frame, notices: &mut Vec<String>) -> Result<Panel, Error> {
    for key in ["origin", "fast_axis", "slow_axis"] {
        node.need(key, "three numbers")?;
    }
    let frame = parent.hold(Frame::of(node)?.unwrap_or(Frame::LABORATORY));
    let pixels = pixels(node)?;
    let pixel_size_mm = pixel_size(node)?;
    let axes = (frame.fast.to_array(), frame.slow.to_array());
    let mut panel = Panel::new(frame.origin.to_array(), axes.0, axes.1, pixels, pixel_size_mm);
    if let Some(name) = node.get("name") {
        panel.name = name.text("the name of the panel")?.to_owned();
    }
    panel.sensor = sensor(node, notices)?;
    panel.bad = bad(node, pixels)?;
    panel.trusted_range = trusted_range(node)?;
    for (key, plain) in [("gain", 1.0), ("pedestal", 0.0)] {
        if let Some(value) = node.get(key)
            && (value.number("a number")? - plain).abs() > 0.0
        {
            notices.push(value.notice("not used: pixels are photons"));
        }
    }
    Ok(panel)
}

/// `[slow, fast]`.
fn pixels(node: &Node<'_>) -> Result<[u32; 2], Error> {
    const EXPECTED: &str = "numbers of fast and slow pixels, 1 or more";
    let size = node.need("image_size", EXPECTED)?;
    let count =
        |count| u32::try_from(count).ok().filter(|count| *count > 0).ok_or_else(|| size.refuse(EXPECTED));
    let [fast, slow] = size.integers(EXPECTED)?;
    Ok([count(slow)?, count(fast)?])
}

fn pixel_size(node: &Node<'_>) -> Result<f64, Error> {
    const EXPECTED: &str = "two equal pixel sizes in mm, more than 0";
    let size = node.need("pixel_size", EXPECTED)?;
    let [fast, slow] = size.numbers(EXPECTED)?;
    let square = fast > 0.0 && (fast - slow).abs() <= 1e-9 * fast;
    if square { Ok(fast) } else { Err(size.refuse(EXPECTED)) }
}

/// Thickness and attenuation; those of the parallax correction, where it has its own.
fn sensor(node: &Node<'_>, notices: &mut Vec<String>) -> Result<Sensor, Error> {
    let mut source = node.clone();
    let mut keys = ("thickness", "mu");
    if let Some(strategy) = node.get("px_mm_strategy") {
        let kind = strategy.need("type", "the name of a strategy")?;
        match kind.text("the name of a strategy")? {
            "SimplePxMmStrategy" => {}
            "ParallaxCorrectedPxMmStrategy" | "OffsetParallaxCorrectedPxMmStrategy"
                if strategy.get("mu").is_some() && strategy.get("t0").is_some() =>
            {
                source = strategy.clone();
                keys = ("t0", "mu");
            }
            "ParallaxCorrectedPxMmStrategy"
            | "OffsetParallaxCorrectedPxMmStrategy"
            | "OffsetPxMmStrategy" => {}
            _ => {
                return Err(
                    kind.refuse("a strategy such as SimplePxMmStrategy or ParallaxCorrectedPxMmStrategy")
                );
            }
        }
        if kind.text("")?.starts_with("Offset") {
            notices.push(kind.notice("the offsets of single pixels are not used"));
        }
    }
    let number = |key| source.get(key).map_or(Ok(0.0), |node| node.number("a number of 0 or more"));
    let (thickness_mm, mu_per_mm) = (number(keys.0)?, number(keys.1)?);
    if thickness_mm < 0.0 || mu_per_mm < 0.0 {
        let key = if thickness_mm < 0.0 { keys.0 } else { keys.1 };
        return Err(source.need(key, "a number")?.refuse("a number of 0 or more"));
    }
    if thickness_mm > 0.0 && mu_per_mm > 0.0 {
        return Ok(Sensor::new(thickness_mm * 1000.0, 1000.0 / mu_per_mm));
    }
    if thickness_mm > 0.0 {
        notices.push(
            source.need(keys.0, "a number")?.notice("not used without mu: all is captured at the surface"),
        );
    }
    Ok(Sensor::default())
}

/// Untrusted rectangles: `[fast, slow, fast end, slow end]`, the ends not included, cut off at the panel's edges
/// (`Panel::apply_untrusted_rectangle_mask` of dxtbx).
fn bad(node: &Node<'_>, [slow, fast]: [u32; 2]) -> Result<Vec<BadRegion>, Error> {
    const EXPECTED: &str = "fast and slow start, fast and slow end of a rectangle within the panel";
    let Some(mask) = node.get("mask") else { return Ok(Vec::new()) };
    let region = |node: &Node<'_>| {
        let [x0, y0, x1, y1] = node.integers(EXPECTED)?;
        let range = |from: i64, end: i64, pixels: u32| {
            let (from, end) = (from.max(0), end.min(pixels.into()));
            (from < end).then(|| Some([u32::try_from(from).ok()?, u32::try_from(end - 1).ok()?])).flatten()
        };
        let ranges = range(x0, x1, fast).zip(range(y0, y1, slow));
        let ([f0, f1], [s0, s1]) = ranges.ok_or_else(|| node.refuse(EXPECTED))?;
        Ok(BadRegion::Pixels([f0, f1, s0, s1]))
    };
    mask.elements("a list of rectangles")?.iter().map(region).collect()
}

/// The range, where there is one: dxtbx writes 0 to 0 for none.
fn trusted_range(node: &Node<'_>) -> Result<Option<[f64; 2]>, Error> {
    let Some(range) = node.get("trusted_range") else { return Ok(None) };
    let [min, max] = range.numbers("a smallest and a largest count")?;
    Ok((min < max).then_some([min, max]))
}
