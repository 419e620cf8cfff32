//! The figures that are required of what DIALS finds.

use std::fmt::Write as _;

use super::darwin;
use super::findings::Findings;
use super::processing::Format;
use super::shells;

/// A figure that was found.
struct Figure {
    name: &'static str,
    required: &'static str,
    found: String,
    is_met: bool,
}

/// The group of the rotations of P 21 21 21. The screw axes are seen in few reflections, and may not be.
const POINT_GROUP: &str = "P 2 2 2";

fn figures(findings: &Findings) -> Vec<Figure> {
    let edges = findings.cell[..3].iter().zip(&findings.true_cell[..3]);
    let edge_percent = edges.map(|(found, truth)| (found / truth - 1.0).abs() * 100.0).fold(0.0, f64::max);
    let indexed_percent = f64::from(findings.indexed) / f64::from(findings.strong) * 100.0;
    let [x, y, _] = findings.rmsd;
    let (edge_angstrom, correlation) = shells::to_the_edge(findings);
    let to_the_edge = [f64::INFINITY, edge_angstrom];
    let photons = darwin::scale(&findings.summed, to_the_edge) / findings.photons_per_f_squared;
    let figure = |name, required, found, is_met| Figure { name, required, found, is_met };
    vec![
        figure(
            "cell edges: largest difference",
            "< 0.05 %",
            format!("{edge_percent:.4} %"),
            edge_percent < 0.05,
        ),
        figure(
            "orientation: angle to the one simulated",
            "< 0.01°",
            format!("{:.4}°", findings.angle_deg),
            findings.angle_deg < 0.01,
        ),
        figure(
            "strong spots indexed",
            "≥ 99 %",
            format!("{indexed_percent:.2} % of {}", findings.strong),
            indexed_percent >= 99.0,
        ),
        figure(
            "rmsd of positions, x and y",
            "< 0.15 pixels",
            format!("{x:.3}, {y:.3}"),
            x < 0.15 && y < 0.15,
        ),
        figure("point group", POINT_GROUP, findings.point_group.clone(), findings.point_group == POINT_GROUP),
        figure(
            "correlation of merged I with F², up to the resolution where the mean I/σ falls below 2",
            "≥ 0.995",
            format!("{correlation:.4} to {edge_angstrom:.2} Å"),
            correlation >= 0.995,
        ),
        figure(
            "photons of integrated spots over those of Darwin's formula, up to there",
            "0.99 to 1.01",
            format!("{photons:.4}"),
            (0.99..=1.01).contains(&photons),
        ),
    ]
}

/// What has no limit of its own.
fn further(findings: &Findings) -> Vec<(&'static str, String)> {
    let [a, b, c, alpha, beta, gamma] = findings.cell;
    let cell = format!("{a:.4} {b:.4} {c:.4} Å, {alpha:.3} {beta:.3} {gamma:.3}°");
    let distance_um = (findings.distance_mm - findings.true_distance_mm) * 1e3;
    vec![
        ("cell", cell),
        ("space group that DIALS suggests", findings.space_group.clone()),
        ("rmsd in phi, images", format!("{:.3}", findings.rmsd[2])),
        ("spots refined against", findings.refined.to_string()),
        ("detector's distance less the one simulated", format!("{distance_um:.0} µm")),
        ("merged reflections", findings.reflections.len().to_string()),
    ]
}

/// The figures of each format in Markdown, and how many are missed.
pub(super) fn table(found: &[(Format, Findings)]) -> (String, usize) {
    let mut table = "| figure | required |".to_owned();
    let mut missed = 0;
    for (format, _) in found {
        let _ = write!(table, " {format} |");
    }
    let _ = write!(table, "\n|---|---|{}", "---|".repeat(found.len()));
    let columns: Vec<_> = found.iter().map(|(_, findings)| figures(findings)).collect();
    for (row, first) in columns.iter().flat_map(|column| column.iter().enumerate()).take(columns[0].len()) {
        let _ = write!(table, "\n| {} | {} |", first.name, first.required);
        for figure in columns.iter().map(|column| &column[row]) {
            let _ = write!(table, " {}{} |", figure.found, if figure.is_met { "" } else { " **missed**" });
            missed += usize::from(!figure.is_met);
        }
    }
    let columns: Vec<_> = found.iter().map(|(_, findings)| further(findings)).collect();
    for (row, (name, _)) in columns.iter().flat_map(|column| column.iter().enumerate()).take(columns[0].len())
    {
        let _ = write!(table, "\n| {name} | |");
        for (_, value) in columns.iter().map(|column| &column[row]) {
            let _ = write!(table, " {value} |");
        }
    }
    (table + "\n", missed)
}
