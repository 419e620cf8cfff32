//! What holds for any list of reflections, and for Fdump files of any size.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs::File;
use std::time::{Duration, Instant};

use hkl_io::text::{Duplicate, HklText, ReadOptions};
use hkl_io::{Grid, Miller, Reflection, fdump, text};
use proptest::prelude::*;

fn parse(text: &str, default_f: f64) -> HklText {
    let options = ReadOptions { default_f, ..ReadOptions::default() };
    text::parse(text.as_bytes(), "any.hkl", &options).expect("good HKL text")
}

fn reflections() -> impl Strategy<Value = Vec<Reflection>> {
    let factor = prop_oneof![any::<f64>().prop_filter("finite", |f| f.is_finite()), -1e4..1e4];
    let reflection = (-4..5_i32, -3..4_i32, -6..1_i32, factor).prop_map(|(h, k, l, structure_factor)| {
        Reflection { miller: Miller::new(h, k, l), structure_factor }
    });
    prop::collection::vec(reflection, 1..200)
}

/// What stands between columns, and before the first one.
fn blanks() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![" ", "\t", "   ", " \t "])
}

/// What stands after F.
fn line_rest() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "\n",
        "\r\n",
        " \n",
        " 0.1 90.0\n",
        "\t# weak\r\n",
        "\n\n",
        "\n# 1 2 3 4\r\n \n",
    ])
}

fn lines(list: &[Reflection], blanks: &str, rest: &str) -> String {
    list.iter().fold(
        String::new(),
        |mut text, Reflection { miller: Miller { h, k, l }, structure_factor }| {
            write!(text, "{blanks}{h}{blanks}{k:+}{blanks}{l:03}{blanks}{structure_factor:?}{rest}")
                .expect("a string takes any text");
            text
        },
    )
}

/// Every F of a grid, bit for bit, by node.
fn contents(grid: &Grid) -> BTreeMap<Miller, u64> {
    let (min, max) = (grid.bounds().min, grid.bounds().max);
    let mut contents = BTreeMap::new();
    let [_, _, l_count] = grid.bounds().shape();
    let mut row = vec![0.0; l_count];
    for (h, k) in (min.h..=max.h).flat_map(|h| (min.k..=max.k).map(move |k| (h, k))) {
        grid.copy_row(h, k, &mut row);
        contents.extend((min.l..=max.l).map(|l| Miller::new(h, k, l)).zip(row.iter().map(|f| f.to_bits())));
    }
    contents
}

proptest! {
    #[test]
    fn text_says_what_the_list_says(list in reflections(), blanks in blanks(), rest in line_rest(), default_f in -9.0..9.0) {
        let hkl = parse(&lines(&list, blanks, rest), default_f);
        let grid = Grid::from_reflections(list.iter().copied(), default_f, usize::MAX).unwrap();
        prop_assert_eq!(hkl.grid.bounds(), grid.bounds());
        prop_assert_eq!(contents(&hkl.grid), contents(&grid));

        let last: BTreeMap<_, _> = list.iter().map(|r| (r.miller, r.structure_factor.to_bits())).collect();
        prop_assert_eq!(hkl.duplicate_count, list.len() - last.len());
        for (node, factor) in contents(&grid) {
            prop_assert_eq!(factor, last.get(&node).copied().unwrap_or(default_f.to_bits()));
        }
    }

    #[test]
    fn duplicates_are_told_by_their_lines(list in reflections()) {
        let hkl = parse(&lines(&list, " ", "\n"), 0.0);
        let mut expected: Vec<Duplicate> = Vec::new();
        for (place, Reflection { miller, .. }) in list.iter().enumerate() {
            let first_line = 1 + list.iter().position(|r| r.miller == *miller).unwrap();
            let last_line = 1 + list.iter().rposition(|r| r.miller == *miller).unwrap();
            if first_line == place + 1 && first_line != last_line {
                expected.push(Duplicate { miller: *miller, first_line, last_line });
            }
        }
        prop_assert_eq!(hkl.duplicates, expected);
    }

    #[test]
    fn an_fdump_opens_as_it_was_written(list in reflections(), default_f in -9.0..9.0) {
        let grid = Grid::from_reflections(list, default_f, usize::MAX).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Fdump.bin");
        fdump::write(&grid, &path).unwrap();
        let opened = fdump::open(&path, default_f).unwrap();
        prop_assert_eq!(contents(&opened), contents(&grid));
        for (node, factor) in contents(&grid) {
            prop_assert_eq!(opened.get(node).map(f64::to_bits), Some(factor));
        }
        let again = folder.path().join("again.bin");
        fdump::write(&opened, &again).unwrap();
        prop_assert_eq!(std::fs::read(path).unwrap(), std::fs::read(again).unwrap());
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let options = ReadOptions { max_grid_bytes: 1 << 20, ..ReadOptions::default() };
        let _ = text::parse(&bytes, "any.hkl", &options);
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let list: Vec<_> = (0..200_000_i32)
        .map(|i| (Miller::new(i % 37, i % 23 - 11, i % 89), f64::from(i) / 8.0))
        .map(|(miller, structure_factor)| Reflection { miller, structure_factor })
        .collect();
    let good = lines(&list, "  ", "\n");
    let bad = format!("{good}1 2 x 4\n{good}1 2 3 y\n");
    let with_threads = |count| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap();
        pool.install(|| {
            let hkl = parse(&good, 1.0);
            let error = text::parse(bad.as_bytes(), "bad.hkl", &ReadOptions::default()).unwrap_err();
            (contents(&hkl.grid), hkl.duplicate_count, hkl.duplicates, error.to_string())
        })
    };
    let one = with_threads(1);
    assert_eq!(one.1, 200_000 - 37 * 23 * 89);
    assert_eq!(one.3, "bad.hkl:200001:5: expected an integer index l, found \"x\"");
    for count in [2, 5] {
        assert!(with_threads(count) == one, "{count} threads");
    }
}

#[test]
fn opening_an_fdump_takes_no_longer_the_larger_it_is() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Fdump.bin");
    let mut file = File::create(&path).unwrap();
    let header = b"-511 511 -511 511 -511 511\n\x0c";
    file.write_all(header).unwrap();
    // Eight gigabytes of nothing, which take no space on the disk.
    file.set_len(header.len() as u64 + 8 * 1024 * 1024 * 1024).unwrap();
    let open = || {
        let start = Instant::now();
        let grid = fdump::open(&path, 0.0).unwrap();
        (start.elapsed(), grid)
    };
    let (fastest, grid) = (0..5).map(|_| open()).min_by_key(|(time, _)| *time).unwrap();
    assert_eq!(grid.get(Miller::new(511, 511, 511)), Some(0.0));
    assert_eq!(grid.byte_len(), header.len() + (8 << 30));
    assert!(fastest < Duration::from_millis(2), "opening took {fastest:?}");
}
