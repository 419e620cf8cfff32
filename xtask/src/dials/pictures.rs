//! The pictures of docs/validation.md.

use std::path::Path;
use std::process::Command;

use anyhow::anyhow;
use plotters::prelude::*;

use super::findings::{Findings, Reflection};
use super::processing::Format;
use super::{Simulation, logged, shells};
use crate::root;

/// A part of the image from the beam to 3 Å: noise is large in a PNG.
const PART: [&str; 5] = ["--region", "440", "760", "480", "760"];

/// Draws a part of an image with the spots that are expected on it, and the merged intensities of the first format against F².
pub(super) fn draw(
    program: &Path,
    simulation: &Simulation,
    found: &[(Format, Findings)],
) -> anyhow::Result<()> {
    let pictures = root().join("docs/pictures");
    std::fs::create_dir_all(&pictures)?;
    let mut show = Command::new(program);
    show.current_dir(&simulation.folder)
        .args(["show", "image_0001.cbf", "--experiment"])
        .arg(&simulation.experiment);
    show.args(["--rings", "--spots", "--max", "80"]).args(PART).arg("-o").arg(pictures.join("rotation.png"));
    logged(&mut show, &simulation.folder.join("show.log"))?;
    if let Some((_, findings)) = found.first() {
        scatter(&findings.reflections, &pictures.join("merged.svg")).map_err(|error| anyhow!("{error}"))?;
    }
    Ok(())
}

/// The largest number of points: a drawing of all would be several megabytes.
const POINTS: usize = 1500;

/// Merged I on the scale of F² against F², on logarithmic axes; what is not above 0 cannot be drawn.
fn scatter(reflections: &[Reflection], path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let scale = shells::scale(reflections);
    let points: Vec<_> = reflections
        .iter()
        .step_by(reflections.len().div_ceil(POINTS))
        .map(|reflection| (reflection.f_squared, reflection.intensity / scale))
        .collect();
    let (least, most) = (1.0, points.iter().map(|&(f, i)| f.max(i)).fold(10.0, f64::max) * 1.5);
    let area = SVGBackend::new(path, (640, 640)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .margin(15)
        .x_label_area_size(50)
        .y_label_area_size(80)
        .build_cartesian_2d((least..most).log_scale(), (least..most).log_scale())?;
    chart
        .configure_mesh()
        .x_desc("F² put in, electrons²")
        .y_desc("I of DIALS, scaled by ΣI/ΣF²")
        .x_label_formatter(&|value| format!("{value:.0}"))
        .y_label_formatter(&|value| format!("{value:.0}"))
        .light_line_style(TRANSPARENT)
        .draw()?;
    let inside = points.into_iter().filter(|&(f, i)| f > least && i > least);
    chart.draw_series(inside.map(|point| Circle::new(point, 1, BLUE.filled())))?;
    chart.draw_series(LineSeries::new([(least, least), (most, most)], &BLACK))?;
    area.present()?;
    Ok(())
}
