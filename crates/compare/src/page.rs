//! The report as one self-contained HTML file: pictures are embedded, charts are SVG.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::Error;
use crate::charts::{pixel_histogram, radial_profile, relative_histogram};
use crate::frame::Frame;
use crate::number::number;
use crate::pictures::Pictures;
use crate::report::Report;
use crate::svg::escaped;
use crate::table;
use nanobragg_picture::Palette;

const STYLE: &str = "\
body{font:15px/1.5 system-ui,sans-serif;color:#1c2126;background:#fff;max-width:80rem;margin:2rem auto;padding:0 1.5rem}\
h1{font-size:1.6rem;margin:0 0 .6rem}h2{font-size:1.15rem;margin:2.2rem 0 .6rem;border-bottom:1px solid #d7dce1;\
padding-bottom:.25rem}table{border-collapse:collapse}th,td{border-bottom:1px solid #e5e8eb;padding:.25rem 1.2rem .25rem 0;\
text-align:left;vertical-align:top;font-variant-numeric:tabular-nums}th{font-weight:600}.verdict{color:#fff;border-radius:.3rem;\
padding:.05em .5em}.verdict.pass{background:#17692b}.verdict.fail{background:#b3131b}td.pass{color:#17692b}\
td.fail{color:#b3131b;font-weight:600}.grid{display:grid;gap:1.5rem 2rem;grid-template-columns:repeat(auto-fit,minmax(min(30rem,100%),1fr))}\
figure{margin:0}figcaption{font-size:13px;color:#48525c;margin-top:.3rem}figcaption b:first-child{color:#1c2126}svg{display:block;width:100%;\
height:auto}svg text{font-family:inherit}.picture{position:relative}.picture img{position:absolute;image-rendering:pixelated}";

/// Records for a test how many pictures the browser could decode.
const SCRIPT: &str = "addEventListener('load',()=>{document.body.dataset.decoded=\
[...document.images].filter(i=>i.complete&&i.naturalWidth>0).length+' of '+document.images.length})";

/// The page of a report with its pictures.
///
/// # Errors
/// [`Error::Drawing`].
pub fn html(report: &Report, pictures: &Pictures) -> Result<String, Error> {
    let verdict = if report.passed { "pass" } else { "fail" };
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{verdict}: {a} and {b}</title>\
         <style>{STYLE}</style></head>\n<body>\n<h1>Comparison: <span class=\"verdict {verdict}\">{verdict}</span></h1>\n\
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
    page.push_str(&framed_pictures(report, pictures)?);
    page.push_str(&metrics(report));
    let charts = [pixel_histogram(report), relative_histogram(report), radial_profile(report)];
    page.push_str("<h2>Distributions</h2>\n<div class=\"grid\">\n");
    for chart in charts {
        page.push_str(&chart.figure()?);
    }
    let _ = write!(page, "</div>\n<script>{SCRIPT}</script>\n</body></html>\n");
    Ok(page)
}

fn checks(report: &Report) -> String {
    let mut section = format!("<h2>Checks ({})</h2>\n<table>", report.judged().name);
    section.push_str("<tr><th></th><th>quantity</th><th>found</th><th>expected</th></tr>\n");
    for check in &report.checks {
        let verdict = if check.passed { "pass" } else { "fail" };
        let (found, bound) = (number(check.found), check.bound());
        let _ = writeln!(
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

fn framed_pictures(report: &Report, pictures: &Pictures) -> Result<String, Error> {
    let (heat, diverging) = (Palette::heat(), Palette::diverging());
    let (pixel_ticks, relative_ticks) = (pictures.pixel_ticks(), pictures.relative_ticks());
    let mut section = "<h2>Pictures</h2>\n<div class=\"grid\">\n".to_owned();
    for (title, png, palette, ticks, description) in [
        ("First", &pictures.a, &heat, &pixel_ticks, &pictures.pixel_description),
        ("Second", &pictures.b, &heat, &pixel_ticks, &pictures.pixel_description),
        (
            "Relative difference",
            &pictures.difference,
            &diverging,
            &relative_ticks,
            &pictures.relative_description,
        ),
    ] {
        let Frame { svg, place_percent } = Frame::around(title, report.shape, palette, ticks.clone())?;
        let [left, top, width, height] = place_percent;
        let data = STANDARD.encode(png);
        let _ = writeln!(
            section,
            "<figure><div class=\"picture\">{svg}<img alt=\"{title}\" style=\"left:{left:.3}%;top:{top:.3}%;\
             width:{width:.3}%;height:{height:.3}%\" src=\"data:image/png;base64,{data}\"></div>\
             <figcaption><b>{title}</b>: {}</figcaption></figure>",
            escaped(description)
        );
    }
    section.push_str("</div>\n");
    Ok(section)
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
