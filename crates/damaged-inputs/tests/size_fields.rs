//! A size that a file states is held against the file's own size and a limit before anything is allocated.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]

use std::fs::File;
use std::path::Path;
use std::sync::Mutex;

use damaged_inputs::{READERS, Workplace};
use nanobragg_image_io::{npy, pgm, raw, smv};
use peak_alloc::PeakAlloc;

#[global_allocator]
static COUNTING: PeakAlloc = PeakAlloc;

/// One at a time, so that what is allocated is the reader's.
static TURN: Mutex<()> = Mutex::new(());

/// Buffers, messages and tables of keys, but no image and no grid.
const FEW_BYTES: usize = 1 << 20;
/// The length of files that no image is as large as.
const TIB: u64 = 1 << 40;

/// What was read, if it was, without much memory.
fn few_bytes<T>(name: &str, read: impl FnOnce() -> T) -> T {
    COUNTING.reset_peak_usage();
    let before = COUNTING.current_usage();
    let result = read();
    let bytes = COUNTING.peak_usage() - before;
    assert!(bytes < FEW_BYTES, "{name}: {bytes} bytes were allocated");
    result
}

const SMV: &str = "HEADER_BYTES=512;\nDIM=2;\nBYTE_ORDER=little_endian;\nTYPE=unsigned_short;\n";
const EXPERIMENT: &str =
    "[crystal]\ncell = [30, 35, 40, 90, 90, 90]\n[structure_factors]\nsource = { uniform = 10 }\n";
const FLAGS: &str = "-cell 30 35 40 -default_F 10 -N 3 -detpixels 24";

fn smv_of(sizes: &str) -> Vec<u8> {
    format!("{{\n{SMV}{sizes}\n}}\x0c").into_bytes()
}

fn toml_of(more: &str) -> Vec<u8> {
    format!("{EXPERIMENT}{more}").into_bytes()
}

fn flags_of(more: &str) -> Vec<u8> {
    format!("{FLAGS} {more}").into_bytes()
}

/// A file of version 2, whose header's length has four bytes.
fn npy_of(header_bytes: u32, shape: &str) -> Vec<u8> {
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({shape}), }}\n");
    [b"\x93NUMPY\x02\x00", &header_bytes.to_le_bytes()[..], header.as_bytes()].concat()
}

/// A gray picture whose first chunk has these sizes and this checksum, and 64 bytes of pixels.
fn png_of(sizes: &[u8]) -> Vec<u8> {
    let pixels =
        b"\x00\x00\x00\x0cIDATx\x9cc`\xa0\x0c\x00\x00\x00@\x00\x01\xb74|\xef\x00\x00\x00\x00IEND\xaeB`\x82";
    [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", sizes, pixels].concat()
}

/// A seed of a geometry in which one text is replaced.
fn geometry_of(name: &str, from: &str, to: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/geometry").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{name} has no {from}");
    text.replacen(from, to, 1).into_bytes()
}

/// A seed of a series of images of 8 slow × 6 fast pixels, of which other shapes are stated, also for the chunks.
fn series_of([slow, fast]: [u32; 2]) -> Vec<u8> {
    let mut bytes = include_bytes!("../../../fixtures/seeds/series.nxs").to_vec();
    let wide = |shape: [u32; 2]| shape.map(|n| u64::from(n).to_le_bytes()).concat();
    let narrow = |shape: [u32; 2]| shape.map(u32::to_le_bytes).concat();
    for (from, to, times) in
        [(wide([8, 6]), wide([slow, fast]), 2), (narrow([8, 6]), narrow([slow, fast]), 1)]
    {
        let places = bytes.windows(from.len()).enumerate().filter(|(_, window)| *window == from);
        let places: Vec<_> = places.map(|(place, _)| place).collect();
        assert_eq!(places.len(), times);
        places.into_iter().for_each(|place| bytes[place..place + to.len()].copy_from_slice(&to));
    }
    bytes
}

#[test]
fn sizes_beyond_the_file_and_the_memory_are_refused_before_anything_is_allocated() {
    let _turn = TURN.lock();
    let workplace = Workplace::new();
    let bounds = "-2147483648 2147483647";
    for (format, input) in [
        ("hkl_text", b"0 0 0 1\n400 400 400 1\n".to_vec()),
        ("hkl_text", b"-2147483648 0 0 1\n2147483647 9 2147483647 1\n".to_vec()),
        ("fdump", format!("0 0 0 0 {bounds}\n\x0c").into_bytes()),
        ("fdump", format!("{bounds} {bounds} {bounds}\n\x0c").into_bytes()),
        ("smv", smv_of("SIZE1=1000000000;\nSIZE2=1000000000;")),
        ("smv", smv_of("SIZE1=9223372036854775807;\nSIZE2=2;")),
        ("smv", smv_of("SIZE1=18446744073709551615;\nSIZE2=18446744073709551615;")),
        ("smv", smv_of("HEADER_BYTES=1048576;\nSIZE1=1;\nSIZE2=1;")),
        ("smv", smv_of("HEADER_BYTES=18446744073709551615;\nSIZE1=1;\nSIZE2=1;")),
        ("smv_header", smv_of("SIZE1=1000000000;\nSIZE2=1000000000;")),
        ("smv_header", smv_of("SIZE1=1e9;\nSIZE2=1e300;")),
        ("mask", smv_of("SIZE1=1000000000;\nSIZE2=1000000000;")),
        ("npy", npy_of(u32::MAX, "4, 4")),
        ("npy", npy_of(64, "1000000000, 1000000000")),
        ("npy", npy_of(64, "18446744073709551615, 18446744073709551615")),
        ("pgm", b"P5\n1000000000 1000000000\n255\n".to_vec()),
        ("pgm", b"P5\n18446744073709551615 18446744073709551615\n255\n".to_vec()),
        ("png", png_of(b"\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x00\x00\x00\x001\xa2T\xba")),
        ("png", png_of(b"\x00\x01\x86\xa0\x00\x01\x86\xa0\x08\x00\x00\x00\x00\x8d9T\x14")),
        ("nxmx", series_of([1 << 14, 1 << 15])),
        ("nxmx", series_of([1 << 16, 1 << 16])),
        ("nxmx", series_of([u32::MAX, u32::MAX])),
        ("sidecar", b"{\"shape\": [1000000000, 1000000000]}".to_vec()),
        ("sidecar", b"{\"shape\": [4294967296, 4294967296, 24]}".to_vec()),
        ("sidecar", b"{\"shape\": [18446744073709551615, 18446744073709551615]}".to_vec()),
        ("geom", geometry_of("one_panel.geom", "max_fs = 119", "max_fs = 999999999")),
        ("expt", geometry_of("one_panel.expt", "[120, 64]", "[1000000000, 1000000000]")),
        ("toml", toml_of("[detector.convention]\npixels = [1048576, 1048576]\n")),
        ("toml", toml_of("[scan]\nwidth_deg = 1\nsteps = 4294967295\n")),
        ("toml", toml_of("[crystal.mosaic]\nspread_deg = 1\ndomains = 4294967295\n")),
        (
            "toml",
            toml_of(
                "[beam.spectrum.band]\nwavelength_angstrom = 1\nwidth_percent = 1\nwavelengths = 4294967295\n",
            ),
        ),
        (
            "toml",
            toml_of(
                "[beam.divergence]\nhorizontal_mrad = 1\nhorizontal_steps = 65536\nvertical_mrad = 1\nvertical_steps = 65536\n",
            ),
        ),
        ("flags", flags_of("-detpixels 2147483647")),
        ("flags", flags_of("-phisteps 2147483647 -osc 1")),
        ("flags", flags_of("-mosaic 1 -mosaic_domains 2147483647")),
        ("flags", flags_of("-dispersion 1 -dispsteps 2147483647")),
        ("flags", flags_of("-hdivrange 1 -hdivstep 1e-12")),
    ] {
        let reader = READERS.iter().find(|reader| reader.name == format).unwrap();
        let name = format!("{format} {}", String::from_utf8_lossy(&input));
        assert!(!few_bytes(&name, || reader.read(&workplace, &input)), "{name} was read");
    }
}

/// Makes a file that begins so and is as long as it says, without taking that room.
fn long_file(path: &Path, start: &[u8], bytes: u64) {
    std::fs::write(path, start).unwrap();
    File::options().write(true).open(path).unwrap().set_len(bytes).unwrap();
}

/// A file with holes is as large as it says. Its size passed, and a capacity that cannot be had ended the program.
#[test]
fn images_larger_than_any_are_refused_though_their_files_are_as_large() {
    let _turn = TURN.lock();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("image");
    let side = 1 << 19;
    let smv = smv_of(&format!("SIZE1={side};\nSIZE2={side};"));
    long_file(&path, &smv, 512 + TIB / 2);
    few_bytes("smv", || smv::read(&path).unwrap_err());
    let header = npy_of(64, &format!("{side}, {side}"));
    let header_bytes = u32::try_from(header.len()).unwrap() - 12;
    long_file(&path, &npy_of(header_bytes, &format!("{side}, {side}")), header.len() as u64 + TIB);
    few_bytes("npy", || npy::read(&path).unwrap_err());
    let pgm = format!("P5 {} {} 255\n", 2 * side, 2 * side);
    long_file(&path, pgm.as_bytes(), pgm.len() as u64 + TIB);
    few_bytes("pgm", || pgm::read(&path).unwrap_err());
    long_file(&path, b"", TIB);
    few_bytes("raw", || raw::read_f32(&path, [side, side]).unwrap_err());
}

/// The buffer of a row was as long as the header says.
#[test]
fn a_dump_is_checked_without_a_buffer_as_long_as_its_rows() {
    let _turn = TURN.lock();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dump");
    let header = b"0 0 0 0 1 8388607\n\x0c";
    long_file(&path, header, header.len() as u64 + 2 * 2 * 8 * (1 << 23));
    few_bytes("fdump", || hkl_io::fdump::open(&path, 0.0).unwrap().check_finite().unwrap());
}
