//! A thousand random command lines: lowered, written as TOML and read again they are the same experiments.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::random::{Dice, experiment, inputs};
use nanobragg_experiment::{Context, Draft, Experiment, Provenances, resolve, to_toml};
use nanobragg_kernel::render;

const EXPERIMENTS: usize = 1000;
/// Of them every tenth is rendered.
const RENDERED: usize = 100;

fn without_provenance(mut experiment: Experiment) -> Experiment {
    experiment.provenance = Provenances::default();
    experiment
}

#[test]
fn a_thousand_random_experiments_are_the_same_as_toml() {
    let folder = tempfile::tempdir().unwrap();
    inputs(folder.path());
    let path = folder.path().join("e.toml");
    let machine = Context { clock_seed: 1, memory_bytes: usize::MAX, map_files: true };
    let mut dice = Dice(20_260_117);
    let (mut same, mut rendered, mut lit) = (0, 0, 0);
    for number in 0..EXPERIMENTS {
        let line = experiment(&mut dice, folder.path());
        let given = match common::described(&line, folder.path(), usize::MAX) {
            Ok(given) => given,
            // Two rotations may turn a detector around.
            Err(error) if error.to_string().contains("its back to the sample") => continue,
            Err(error) => panic!("{error}\n{line}"),
        };
        let text = to_toml(&given.experiment, &given.resolved.derived);
        std::fs::write(&path, &text).unwrap();
        let (draft, notices) =
            Draft::from_toml_file(&path).unwrap_or_else(|error| panic!("{error}\n{line}\n{text}"));
        assert!(notices.is_empty(), "{notices:?}\n{line}");
        let read = draft.finish().unwrap_or_else(|error| panic!("{error}\n{line}\n{text}"));
        let (read, given_alone) = (without_provenance(read), without_provenance(given.experiment.clone()));
        assert_eq!(read, given_alone, "{line}\n{text}");
        same += 1;
        if number % (EXPERIMENTS / RENDERED) != 0 {
            continue;
        }
        let again = resolve(&read, &machine).unwrap();
        let bits = |resolved: &nanobragg_experiment::Resolved| -> Vec<u32> {
            render(&resolved.simulation, &|| ()).panels[0]
                .image
                .iter()
                .map(|photons| photons.to_bits())
                .collect()
        };
        let (found, expected) = (bits(&again), bits(&given.resolved));
        assert!(found == expected, "another image\n{line}\n{text}");
        rendered += 1;
        lit += usize::from(expected.iter().any(|&bits| bits != 0));
    }
    assert!(
        same > EXPERIMENTS * 9 / 10 && rendered > RENDERED * 8 / 10 && lit > rendered / 2,
        "{same} {rendered} {lit}"
    );
}
