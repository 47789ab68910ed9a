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

/// Rounds of changes for each target, where `CATALOGC_FUZZ_ROUNDS` does not say how many.
const ROUNDS: u64 = 60;

/// What is put into inputs: signs that mean something to somebody.
const SIGNS: [&str; 24] = [
    "\n",
    "  ",
    "- ",
    ": ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "<<: ",
    "\"",
    "'",
    "|\n",
    "#",
    "---\n",
    "\u{202e}",
    "\u{fc}",
    "\r",
    "\0",
    "~",
    "{{ . }}",
    "$text: x",
    "-9223372036854775809",
];

#[test]
fn what_the_fuzzer_knows_keeps_every_promise_with_parts_of_it_changed() {
    let rounds = std::env::var("CATALOGC_FUZZ_ROUNDS").ok();
    let rounds = rounds.and_then(|it| it.parse().ok()).unwrap_or(ROUNDS);
    for (name, target) in drive::ALL {
        let known: Vec<Vec<u8>> = inputs(name)
            .iter()
            .map(|input| std::fs::read(input).expect("an input"))
            .collect();
        for round in 0..rounds {
            let mut chance = Chance(round + 1);
            let input = changed(&known, &mut chance);
            let began = std::time::Instant::now();
            let kept = std::panic::catch_unwind(|| target(&input));
            let shown = String::from_utf8_lossy(&input);
            assert!(kept.is_ok(), "{name}, round {round}: {shown:?}");
            let took = began.elapsed().as_secs();
            assert!(took < 60, "{name}, round {round} took {took} s: {shown:?}");
        }
    }
}

/// Numbers that look like chance and are the same on every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end.max(1)
    }
}

/// One of the inputs with some parts cut out, doubled, replaced, or taken from another.
fn changed(known: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut input = known[chance.below(known.len())].clone();
    for _ in 0..=chance.below(5) {
        let from = chance.below(input.len() + 1);
        let to = (from + chance.below(24)).min(input.len());
        let part: Vec<u8> = match chance.below(5) {
            0 => Vec::new(),
            1 => input[from..to].repeat(1 + chance.below(40)),
            2 => SIGNS[chance.below(SIGNS.len())].into(),
            3 => vec![u8::try_from(chance.below(256)).expect("a byte")],
            _ => {
                let other = &known[chance.below(known.len())];
                let start = chance.below(other.len() + 1);
                let end = (start + chance.below(200)).min(other.len());
                other[start..end].to_vec()
            }
        };
        input.splice(from..to, part);
    }
    input
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
