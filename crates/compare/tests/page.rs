//! The folder of a report, and its page in a headless browser.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]

use std::fs;
use std::path::Path;
use std::process::Command;

use nanobragg_compare::{Image, Options, Report, folder};
use ndarray::Array2;

const CHROMIUM: &str = "/usr/bin/chromium";

fn image(name: &str, shift: f64) -> Image {
    let wave = |x: f64| 1.0 + (x * 0.21).sin();
    let pixels = Array2::from_shape_fn((150, 200), |(slow, fast)| {
        100.0 * wave(slow as f64) * wave(fast as f64 + shift)
    });
    Image::new(name, pixels)
}

/// Writes a report on two images into a folder and returns its page.
fn written(path: &Path) -> String {
    let (a, b) = (image("first <one> & \"co\"", 0.0), image("second", 0.3));
    let options = Options::default();
    let report = Report::between(&a, &b, &options).unwrap();
    folder::write(path, &report, &a, &b, &options).unwrap();
    fs::read_to_string(path.join("report.html")).unwrap()
}

#[test]
fn the_folder_holds_the_report_in_every_form() {
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path().join("deep/report");
    written(&path);
    let summary: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(path.join("summary.json")).unwrap()).unwrap();
    assert_eq!(summary["b"], "second");
    for name in ["first.png", "second.png", "difference.png"] {
        let decoder = png::Decoder::new(std::io::BufReader::new(fs::File::open(path.join(name)).unwrap()));
        let info = decoder.read_info().unwrap().info().clone();
        assert_eq!((info.width, info.height), (200, 150), "{name}");
        let text = &info.uncompressed_latin1_text[0];
        assert_eq!(text.keyword, "Description");
        assert!(text.text.contains("logarithmic"), "{name}: {}", text.text);
    }
}

#[test]
fn the_page_refers_to_nothing_outside_itself() {
    let temporary = tempfile::tempdir().unwrap();
    let page = written(temporary.path());
    for attribute in ["src=\"", "href=\"", "url(", "@import", "fetch("] {
        for (at, _) in page.match_indices(attribute) {
            let rest = &page[at + attribute.len()..];
            assert!(rest.starts_with("data:image/png;base64,"), "{attribute}{:.60}", rest);
        }
    }
    // Without the colon the letters could turn up in the text of a picture's data.
    assert!(
        !page.contains("http:") && !page.contains("https:"),
        "a page that needs no network names no address"
    );
    assert!(page.contains("first &lt;one&gt; &amp; &quot;co&quot;") && !page.contains("<one>"));
}

#[test]
fn every_picture_and_chart_has_its_axes() {
    let temporary = tempfile::tempdir().unwrap();
    let page = written(temporary.path());
    let count = |text: &str| page.matches(text).count();
    assert_eq!((count("<svg"), count("<img"), count("<polygon")), (6, 3, 5));
    assert_eq!((count(">\nslow\n</text>"), count(">\nfast\n</text>")), (3, 3));
    for label in ["pixel value", "relative difference, second minus first", "pixels from the centre"] {
        assert_eq!(count(&format!(">\n{label}\n</text>")), 1, "{label}");
    }
    assert_eq!((count("&#9632; first"), count("&#9632; second")), (2, 2));
    assert!(!page.contains("NaN\""), "a drawing with a place that is no number");
}

#[test]
fn a_browser_shows_all_pictures() {
    if !Path::new(CHROMIUM).exists() {
        println!("skipped: there is no {CHROMIUM}");
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    written(temporary.path());
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new(CHROMIUM)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", temporary.path().join("report.html").display()))
        .output()
        .unwrap();
    let dom = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(dom.contains("data-decoded=\"3 of 3\""), "{:.300}", dom);
    assert_eq!(dom.matches("<svg").count(), 6);
    assert_eq!(dom.matches("<polygon").count(), 5);
    assert!(dom.contains(">fail</span>") && dom.contains("sum ratio"), "{:.3000}", dom);
}
