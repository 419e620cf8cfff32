//! SVG drawings for a page: text stays text, and no font is needed to make them.

use std::io;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::prelude::{IntoTextStyle, SVGBackend, TextStyle};
use plotters::style::RGBColor;

use crate::Error;

/// Drawings are this wide. It is twice as many units as a page has pixels for them, since the drawing library places
/// everything at whole units.
pub(crate) const WIDTH: u32 = 1120;

/// Size of all text, in the units of [`WIDTH`].
const TEXT: f64 = 30.0;

/// Colour of all text.
const INK: RGBColor = RGBColor(50, 50, 50);

/// What is drawn on.
pub(crate) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Why the drawing library could not draw.
pub(crate) type Failure = DrawingAreaErrorKind<io::Error>;

/// A drawing as an element of an HTML page; `title` is for readers who do not see it. The result of `draw` is passed on.
pub(crate) fn element<T>(
    title: &str,
    height: u32,
    draw: impl FnOnce(&Area<'_>) -> Result<T, Failure>,
) -> Result<(String, T), Error> {
    let mut document = String::new();
    let area = SVGBackend::with_string(&mut document, (WIDTH, height)).into_drawing_area();
    let drawn = draw(&area)
        .and_then(|drawn| area.present().map(|()| drawn))
        .map_err(|failure| Error::Drawing { title: title.to_owned(), reason: failure.to_string() })?;
    drop(area);
    // In a page the element needs no name space, and its size is the page's to decide.
    let content = document.split_once('>').map_or("", |(_, content)| content);
    let title = escaped(title);
    let element = format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{title}\"><title>{title}</title>{content}"
    );
    Ok((element, drawn))
}

/// The style of all text.
pub(crate) fn text() -> TextStyle<'static> {
    ("sans-serif", TEXT).into_text_style(&(WIDTH, WIDTH)).color(&INK)
}

/// Text for HTML and SVG.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_text_whatever_they_contain() {
        assert_eq!(escaped("<a & \"b\">"), "&lt;a &amp; &quot;b&quot;&gt;");
    }

    #[test]
    fn an_element_has_its_title_and_names_no_address() {
        let (element, drawn) = element("a < b", 10, |_| Ok(7)).unwrap();
        assert!(
            element.starts_with("<svg viewBox=\"0 0 1120 10\"") && element.ends_with("</svg>\n"),
            "{element}"
        );
        assert!(element.contains("<title>a &lt; b</title>") && !element.contains("http"), "{element}");
        assert_eq!(drawn, 7);
    }
}
