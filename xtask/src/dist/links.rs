//! The links of a document that goes with the program: what does not go with it is plain text there.

use pulldown_cmark::{Event, Options, Parser, Tag};

/// The document, in which a link that leads nowhere is its text alone.
pub(crate) fn kept(markdown: &str, leads_somewhere: impl Fn(&str) -> bool) -> String {
    let mut events = Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter().peekable();
    let mut kept = String::new();
    let mut from = 0;
    while let Some((event, link)) = events.next() {
        let Event::Start(Tag::Link { dest_url, .. }) = event else { continue };
        let target = dest_url.split_once('#').map_or(&*dest_url, |(file, _)| file);
        if target.is_empty() || target.starts_with("https://") || leads_somewhere(target) {
            continue;
        }
        // What is in a link lies between its start and its end, which both have the range of all of it.
        let (mut text, mut end) = (link.start, link.start);
        while let Some((_, inner)) = events.next_if(|(_, inner)| *inner != link) {
            text = if end == link.start { inner.start } else { text };
            end = inner.end;
        }
        kept += &markdown[from..link.start];
        kept += &markdown[text..end];
        from = link.end;
    }
    kept + &markdown[from..]
}

#[cfg(test)]
mod tests {
    use super::kept;

    #[test]
    fn a_link_that_leads_nowhere_is_its_text() {
        for (written, expected) in [
            ("a [b](docs/c.md), [d](e.md).\n", "a [b](docs/c.md), d.\n"),
            ("- [`f` *g*](crates/f): h\n", "- `f` *g*: h\n"),
            (
                "[i](docs/j.md#k) [l](m.md#n) [o](#p) [q](https://r)",
                "[i](docs/j.md#k) l [o](#p) [q](https://r)",
            ),
            ("[split\nin two](s), `[t](u)`\n", "split\nin two, `[t](u)`\n"),
            ("| [v](w) | ![x](y.png) |\n|---|---|\n", "| v | ![x](y.png) |\n|---|---|\n"),
        ] {
            assert_eq!(kept(written, |target| target.starts_with("docs/")), expected);
        }
    }
}
