//! The run key of a call: what the ledger and the backend know it by.
//!
//! In: the five facts that make a run one and no other. Out: 52 letters and digits. Pure.

use sha2::Digest;
use sha2::Sha256;

/// The alphabet of RFC 4648, in lower case.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The run key of `call`: SHA-256 over the parts, each after its length in eight bytes (big
/// endian) so that no two lists of parts run together, in base 32 without padding.
///
/// `genesis` is the id of the ledger's first commit, so that a fork's runs are its own; `run`
/// is the landing's id, or a request's, or the entity and instant of an expiry, so that 3 to 5,
/// back, and to 5 again are three runs.
pub fn run_key(genesis: &str, run: &str, step_digest: &str, call: &str, generation: u32) -> String {
    let mut hash = Sha256::new();
    let generation = generation.to_string();
    for part in [genesis, run, step_digest, call, &generation] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    base32(&hash.finalize())
}

fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut held, mut bits) = (0_u32, 0);
    let mut letter = |five: u32| {
        let letter = ALPHABET.get((five & 31) as usize).copied();
        text.push(char::from(letter.unwrap_or_default()));
    };
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            letter(held >> bits);
        }
        // Only the bits that are not written yet stay, so the shift never overflows.
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        letter(held << (5 - bits));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{base32, run_key};

    #[test]
    fn base_32_is_that_of_rfc_4648_without_padding() {
        for (bytes, text) in [
            ("", ""),
            ("f", "my"),
            ("fo", "mzxq"),
            ("foo", "mzxw6"),
            ("foob", "mzxw6yq"),
            ("fooba", "mzxw6ytb"),
            ("foobar", "mzxw6ytboi"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn a_run_key_is_the_same_for_ever() {
        let genesis = "e5ab9880d1a0e5f8a2a5b0e1c6a9f0f4b1c2d3e4";
        let key = run_key(genesis, "9c0d7e1", "b7720aa", "scale", 0);
        assert_eq!(key, "iisnqssfncbjvtxerqsex54f2ka2jq3ddghpqi5zvwj3u4nneasa");
        assert_eq!(key.len(), 52);
    }

    #[test]
    fn three_to_five_and_back_and_again_are_three_runs() {
        let (up, down) = ("digest of 3 -> 5", "digest of 5 -> 3");
        let keys: BTreeSet<String> = [("m1", up), ("m2", down), ("m3", up)]
            .map(|(landing, step)| run_key("g", landing, step, "scale", 0))
            .into();
        assert_eq!(keys.len(), 3);
    }

    #[test]
    fn every_part_counts_and_none_runs_into_the_next() {
        let keys: BTreeSet<String> = [
            run_key("g", "l", "d", "c", 0),
            run_key("h", "l", "d", "c", 0),
            run_key("g", "k", "d", "c", 0),
            run_key("g", "l", "e", "c", 0),
            run_key("g", "l", "d", "b", 0),
            run_key("g", "l", "d", "c", 1),
            run_key("gl", "", "d", "c", 0),
            run_key("", "gl", "d", "c", 0),
            run_key("g", "ld", "", "c", 0),
        ]
        .into();
        assert_eq!(keys.len(), 9);
    }
}
