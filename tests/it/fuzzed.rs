//! Inputs of the fuzzer, seeds and what once broke a promise, driven as the fuzzer drives them.
#![expect(
    clippy::disallowed_methods,
    reason = "the inputs are read as the files that they are"
)]

use std::path::{Path, PathBuf};

#[path = "../../fuzz/drive.rs"]
mod drive;

#[test]
fn what_the_fuzzer_knows_keeps_every_promise() {
    for (name, target) in drive::ALL {
        let inputs = inputs(name);
        assert!(inputs.len() >= 3, "{name} has too few inputs");
        for input in inputs {
            target(&std::fs::read(&input).expect("an input"));
        }
    }
}

/// The inputs of a target, in order.
fn inputs(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let entries = std::fs::read_dir(&folder).expect("each target has a folder of inputs");
    let mut inputs: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry of a folder").path())
        .collect();
    inputs.sort();
    inputs
}
