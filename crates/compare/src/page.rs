//! The report as one HTML file that needs nothing else: pictures are inside it, charts are SVG.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::chart::{Chart, Line, marks, power_of_ten, steps};
use crate::figures::Figures;
use crate::report::Report;
use crate::table;

const FIRST: &str = "#1f5fa8";
const SECOND: &str = "#c2541b";

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;color:#222;max-width:75rem;margin:1.5rem auto;padding:0 1rem}\
table{border-collapse:collapse;margin:.7rem 0}th,td{border-bottom:1px solid #ddd;padding:.15rem .9rem .15rem 0;text-align:left;\
vertical-align:top;font-variant-numeric:tabular-nums}figure{display:inline-block;margin:.5rem;vertical-align:top;\
max-width:100%}.picture{max-width:48%}img{max-width:100%}svg{width:40rem;max-width:100%}svg text{font-size:11px}\
.axis{stroke:#555;fill:none}figcaption{font-size:13px;max-width:40rem}.pass{color:#17692b}.fail{color:#b3131b}";

/// Tells a reader without eyes, such as a test, how many pictures could be shown.
const SCRIPT: &str = "addEventListener('load',()=>{document.body.dataset.decoded=\
[...document.images].filter(i=>i.complete&&i.naturalWidth>0).length+' of '+document.images.length})";

/// The page of a report with its pictures.
#[must_use]
pub fn html(report: &Report, figures: &Figures) -> String {
    let verdict = if report.passed { "pass" } else { "fail" };
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{verdict}: {a} and {b}</title>\
         <style>{STYLE}</style></head>\n<body>\n<h1>Comparison: <span class=\"{verdict}\">{verdict}</span></h1>\n\
         <p>First: <b>{a}</b><br>Second: <b>{b}</b><br>{slow} slow × {fast} fast pixels</p>\n",
        a = escaped(&report.a),
        b = escaped(&report.b),
        slow = report.shape[0],
        fast = report.shape[1],
    );
    if let Some([slow, fast]) = report.resampled_from {
        let _ =
            writeln!(page, "<p>The second image was resampled from {slow} slow × {fast} fast pixels.</p>");
    }
    for run in &report.runs {
        let _ = writeln!(page, "<p>{:.3} s: <code>{}</code></p>", run.seconds, escaped(&run.program));
    }
    page.push_str(&checks(report));
    page.push_str(&pictures(report, figures));
    page.push_str(&metrics(report));
    page.push_str("<h2>Distributions</h2>\n");
    page.push_str(&pixel_histogram(report));
    page.push_str(&relative_histogram(report));
    page.push_str(&radial_profile(report));
    let _ = write!(page, "<script>{SCRIPT}</script>\n</body></html>\n");
    page
}

fn checks(report: &Report) -> String {
    let mut section = format!("<h2>Checks ({})</h2>\n<table>", report.judged().name);
    for check in &report.checks {
        let verdict = if check.passed { "pass" } else { "fail" };
        let (found, bound) = (table::number(check.found), check.bound());
        let _ = write!(
            section,
            "<tr><td class=\"{verdict}\">{verdict}</td><td>{}</td><td>{found}</td><td>{bound}</td></tr>",
            check.name
        );
    }
    section.push_str("</table>\n");
    if !report.findings.is_empty() {
        let items: String =
            report.findings.iter().map(|text| format!("<li>{}</li>", escaped(text))).collect();
        let _ = writeln!(section, "<ul>{items}</ul>");
    }
    section
}

fn pictures(report: &Report, figures: &Figures) -> String {
    let Figures { block, pixel_scale, relative_scale, .. } = figures;
    let shown = format!("one picture pixel is the strongest of {block} × {block}, a NaN is magenta");
    let pixels = format!(
        "logarithmic from {} (black) to {} (brightest), the same for both; {shown}",
        table::number(pixel_scale[0]),
        table::number(pixel_scale[1])
    );
    let relative = format!(
        "(second − first) / max(|first|, {}): white up to ±{}, logarithmic to ±{}, red where the second is more; {shown}",
        table::number(report.relative_floor),
        table::number(relative_scale[0]),
        table::number(relative_scale[1])
    );
    let picture = |title: &str, png: &[u8], caption: &str| {
        let data = STANDARD.encode(png);
        format!(
            "<figure class=\"picture\"><img alt=\"{title}\" src=\"data:image/png;base64,{data}\">\
             <figcaption><b>{title}</b>: {caption}</figcaption></figure>\n"
        )
    };
    [
        "<h2>Pictures</h2>\n".to_owned(),
        picture("First", &figures.a, &pixels),
        picture("Second", &figures.b, &pixels),
        picture("Relative difference", &figures.difference, &relative),
    ]
    .concat()
}

fn metrics(report: &Report) -> String {
    let mut section = "<h2>Metrics</h2>\n<table><tr><th></th>".to_owned();
    let columns: Vec<_> = report.parts.iter().map(table::rows).collect();
    for part in &report.parts {
        let _ = write!(section, "<th>{}</th>", part.name);
    }
    for (row, (label, _)) in columns[0].iter().enumerate() {
        let _ = write!(section, "</tr>\n<tr><td>{label}</td>");
        for column in &columns {
            let _ = write!(section, "<td>{}</td>", column[row].1);
        }
    }
    section.push_str("</tr></table>\n<p>Places are (slow, fast), counted from 0.</p>\n");
    section
}

fn pixel_histogram(report: &Report) -> String {
    let histogram = &report.pixel_histogram;
    let edges = &histogram.log10_edges;
    let line =
        |name, colour, counts: &[u64]| Line { name, colour, points: steps(edges, counts.iter().map(log10)) };
    let [a, b] = histogram.not_positive;
    let title = format!("Pixels by value; zero or negative: {a} and {b}");
    let ends = (edges.first().copied().unwrap_or(0.0), edges.last().copied().unwrap_or(1.0));
    Chart {
        title: &title,
        x_label: "pixel value",
        y_label: "pixels",
        lines: vec![line("first", FIRST, &histogram.a), line("second", SECOND, &histogram.b)],
        x_marks: marks(ends.0, ends.1).into_iter().map(|mark| (mark, power_of_ten(mark))).collect(),
        y_is_log10: true,
    }
    .svg()
}

fn relative_histogram(report: &Report) -> String {
    let histogram = &report.relative_histogram;
    // Bins are drawn equally wide; the first and the last reach to infinity.
    let places: Vec<f64> = (0..=histogram.counts.len()).map(|place| place as f64).collect();
    let mark = |edge: f64| histogram.edges.iter().position(|other| (other / edge - 1.0).abs() < 1e-9);
    let marks = [-1.0, -1e-2, -1e-4, -1e-6, 1e-6, 1e-4, 1e-2, 1.0]
        .into_iter()
        .filter_map(|edge| Some((places[mark(edge)? + 1], format!("{edge:e}"))));
    Chart {
        title: "Pixels by signed relative difference; both sides logarithmic",
        x_label: "relative difference, second minus first",
        y_label: "pixels",
        lines: vec![Line {
            name: "pixels",
            colour: FIRST,
            points: steps(&places, histogram.counts.iter().map(log10)),
        }],
        x_marks: marks.collect(),
        y_is_log10: true,
    }
    .svg()
}

fn radial_profile(report: &Report) -> String {
    let profile = &report.radial_profile;
    let line = |name, colour, mean: fn(&crate::radial::Ring) -> f64| Line {
        name,
        colour,
        points: profile.rings.iter().map(|ring| (ring.radius_px, mean(ring).log10())).collect(),
    };
    let [slow, fast] = profile.center_px;
    let title =
        format!("Mean by distance from slow {slow}, fast {fast}, in rings of {} pixels", profile.ring_px);
    let farthest = profile.rings.last().map_or(1.0, |ring| ring.radius_px);
    Chart {
        title: &title,
        x_label: "pixels from the centre",
        y_label: "mean pixel value",
        lines: vec![line("first", FIRST, |ring| ring.mean_a), line("second", SECOND, |ring| ring.mean_b)],
        x_marks: marks(0.0, farthest).into_iter().map(|mark| (mark, mark.to_string())).collect(),
        y_is_log10: true,
    }
    .svg()
}

/// Logarithm of a count, with none half a decade below one.
fn log10(count: &u64) -> f64 {
    if *count == 0 { -0.5 } else { (*count as f64).log10() }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_text_whatever_they_contain() {
        assert_eq!(escaped("<a & \"b\">"), "&lt;a &amp; &quot;b&quot;&gt;");
    }
}
