//! The pictures of the book, held against those that its commands draw.

use std::path::Path;

/// A last digit that a processor with other vectors rounds otherwise may change a colour by a level or two.
const LARGEST_DIFFERENCE: u8 = 4;

/// The largest picture that the repository takes.
const MOST_BYTES: u64 = 200_000;

/// Fails unless the picture in the book is the one that is drawn, or writes it where that is asked for.
pub(crate) fn hold_against(drawn: &Path, kept: &Path) {
    let name = kept.display();
    assert!(std::fs::metadata(drawn).unwrap().len() < MOST_BYTES, "{name} is too large");
    if std::env::var("NANOBRAGG_PICTURES").is_ok_and(|value| value == "write") {
        std::fs::copy(drawn, kept).unwrap();
        return;
    }
    let anew = "draw it with: NANOBRAGG_PICTURES=write cargo test --package nanobragg --test book";
    assert!(kept.exists(), "{name} is not there; {anew}");
    let ((size, bytes), (kept_size, kept_bytes)) = (decoded(drawn), decoded(kept));
    assert_eq!(size, kept_size, "{name} has another size; {anew}");
    let largest = bytes.iter().zip(&kept_bytes).map(|(one, other)| one.abs_diff(*other)).max();
    assert!(largest <= Some(LARGEST_DIFFERENCE), "{name} differs by {largest:?} of 255; {anew}");
}

fn decoded(path: &Path) -> ([u32; 2], Vec<u8>) {
    let file = std::io::BufReader::new(std::fs::File::open(path).unwrap());
    let mut decoder = png::Decoder::new(file);
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut bytes).unwrap();
    ([frame.width, frame.height], bytes)
}
