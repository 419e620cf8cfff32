//! Inputs of every format, damaged at random: each is read or refused, and never ends the program, takes longer than a
//! second or allocates beyond a limit.
//!
//! `NANOBRAGG_MUTATIONS` is the number of inputs of a format, and `NANOBRAGG_MUTATIONS_SEED` makes others.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]
#![expect(clippy::print_stdout, reason = "the counts are what a longer run is for")]

mod memory;
mod trial;

use damaged_inputs::READERS;

/// A test of each format, in which `name` is what the table calls it.
macro_rules! formats {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                trial::all(reader(stringify!($name)));
            }
        )*

        #[test]
        fn every_format_has_a_test() {
            assert_eq!(READERS.map(|reader| reader.name).to_vec(), [$(stringify!($name)),*]);
        }
    };
}

formats! {
    hkl_text fdump mtz mmcif_reflections pdb_coordinates mmcif_coordinates space_group matrix curve sources
    spectrum smv smv_header mask npy pgm cbf png nxmx raw sidecar geom expt toml flags trace_text trace_json
}

fn reader(name: &str) -> &'static damaged_inputs::Reader {
    READERS.iter().find(|reader| reader.name == name).unwrap()
}
