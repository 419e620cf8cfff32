//! How the time of a run grows with its pixels, domains, wavelengths and cells: docs/pictures/scaling.svg.

use std::path::Path;

use anyhow::anyhow;
use plotters::coord::Shift;
use plotters::prelude::*;

use crate::bench::{median, processor, release_build, today};
use crate::prediction_bench::time;
use crate::root;

/// A still of which one number is varied: 512² pixels, 30³ cells, 20 domains, 5 wavelengths.
#[derive(Clone, Copy)]
struct Still {
    pixels: u32,
    cells: u32,
    domains: u32,
    wavelengths: u32,
}

const STILL: Still = Still { pixels: 512, cells: 30, domains: 20, wavelengths: 5 };

/// One number of a still, set to another value.
type Vary = fn(Still, u32) -> Still;

/// What is varied, and over which values.
const CURVES: [(&str, &[u32], Vary); 4] = [
    ("pixels along an edge", &[128, 256, 512, 1024, 2048], |still, pixels| Still { pixels, ..still }),
    ("mosaic domains", &[5, 20, 80, 320], |still, domains| Still { domains, ..still }),
    ("wavelengths", &[1, 5, 20, 80], |still, wavelengths| Still { wavelengths, ..still }),
    ("cells along an edge", &[5, 10, 20, 40, 80, 160], |still, cells| Still { cells, ..still }),
];

impl Still {
    fn flags(self) -> String {
        let Self { pixels, cells, domains, wavelengths } = self;
        format!(
            "-cell 79 79 38 90 90 90 -misset 10 20 30 -lambda 1 -distance 150 -detsize 157.5 -detpixels {pixels} -seed 1 \
             -flux 1e18 -beamsize 1 -oversample 1 -mosaic 0.2 -mosaic_domains {domains} -dispersion 0.5 \
             -dispsteps {wavelengths} -default_F 100 -N {cells} -gauss_xtal"
        )
    }
}

/// Seconds against the number that is varied.
type Curve = Vec<(f64, f64)>;

/// Times all stills, by all steps and predicted, and draws them.
pub(crate) fn run(runs: usize, threads: usize) -> anyhow::Result<()> {
    let program = release_build()?;
    let folder = tempfile::tempdir()?;
    let mut drawn = Vec::new();
    for (name, values, vary) in CURVES {
        let mut curves = [Curve::new(), Curve::new()];
        for &value in values {
            let flags = vary(STILL, value).flags();
            for (curve, more) in curves.iter_mut().zip(["-nopredict", ""]) {
                let times: Result<Vec<_>, _> =
                    (0..runs).map(|_| time(&program, folder.path(), &flags, more, threads)).collect();
                curve.push((f64::from(value), median(times?.into_iter())));
            }
        }
        eprintln!("{name}: {curves:.3?}");
        drawn.push((name, curves));
    }
    let path = root().join("docs/pictures/scaling.svg");
    draw(&path, &drawn, threads).map_err(|error| anyhow!("{error}"))?;
    eprintln!("drawn as docs/pictures/scaling.svg");
    Ok(())
}

fn draw(path: &Path, drawn: &[(&str, [Curve; 2])], threads: usize) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::new(path, (900, 760)).into_drawing_area();
    area.fill(&WHITE)?;
    let title = format!("Whole runs, {threads} threads, {}, {}", processor(), today());
    let area = area.titled(&title, ("sans-serif", 18))?;
    for (part, (name, curves)) in area.split_evenly((2, 2)).iter().zip(drawn) {
        chart(part, name, curves)?;
    }
    area.present()?;
    Ok(())
}

fn chart(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    name: &str,
    curves: &[Curve; 2],
) -> Result<(), Box<dyn std::error::Error>> {
    let points = || curves.iter().flatten();
    let least = points().fold(f64::INFINITY, |least, point| least.min(point.1)) * 0.7;
    let most = points().fold(0.0, |most: f64, point| most.max(point.1)) * 1.5;
    let first = points().fold(f64::INFINITY, |least, point| least.min(point.0)) * 0.9;
    let last = points().fold(0.0, |most: f64, point| most.max(point.0)) * 1.1;
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d((first..last).log_scale(), (least..most).log_scale())?;
    chart
        .configure_mesh()
        .x_desc(name)
        .y_desc("s")
        .x_label_formatter(&tick)
        .y_label_formatter(&tick)
        .light_line_style(TRANSPARENT)
        .draw()?;
    for ((label, colour), curve) in [("all steps", RED), ("predicted", BLUE)].into_iter().zip(curves) {
        chart
            .draw_series(LineSeries::new(curve.iter().copied(), colour.stroke_width(2)).point_size(3))?
            .label(label)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
    }
    chart.configure_series_labels().position(SeriesLabelPosition::UpperLeft).border_style(BLACK).draw()?;
    Ok(())
}

/// 1, 2 and 5 times powers of ten; the others would stand on each other.
fn tick(value: &f64) -> String {
    let first = value / 10f64.powf(value.log10().floor());
    let is_round = [1.0, 2.0, 5.0, 10.0].into_iter().any(|digit: f64| (first - digit).abs() < 1e-6);
    if is_round {
        format!("{value:.3}").trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        String::new()
    }
}
