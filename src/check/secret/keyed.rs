//! Keys that say that their value is a secret, and values that look like one.

/// The ends of keys that hold secrets, in small letters without separators.
const ENDS: [&str; 14] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "secretkey",
    "accesskey",
    "privatekey",
    "authkey",
    "signingkey",
    "encryptionkey",
    "credential",
    "credentials",
];

/// Whether a key says that its value is a secret: `password`, `clientSecret`, `api_key`.
pub(super) fn is_secret_key(key: &str) -> bool {
    let last = key.as_bytes().last().map(u8::to_ascii_lowercase);
    // Nearly all keys end otherwise, and this is asked for every key of a catalog.
    if !matches!(last, Some(b'd' | b'e' | b't' | b'n' | b'y' | b'l' | b's')) || key.len() < 5 {
        return false;
    }
    let plain: String = key
        .chars()
        .filter(|c| !matches!(c, '_' | '-' | '.' | ' '))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    ENDS.iter().any(|end| plain.ends_with(end))
}

/// What stands in a header behind the way in which it proves who asks: `Bearer q8Zr2LxV...`.
pub(super) fn credential<'v>(key: &str, value: &'v str) -> Option<&'v str> {
    let is_header = key.eq_ignore_ascii_case("authorization")
        || key.eq_ignore_ascii_case("proxy-authorization");
    let (scheme, credential) = value.trim().split_once(' ').filter(|_| is_header)?;
    let schemes = ["basic", "bearer", "token", "apikey"];
    schemes
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
        .then(|| credential.trim())
}

/// The fewest characters of a value that was made by chance.
const SHORTEST: usize = 12;
/// The most: what is longer is no password, and tokens of that length have a form.
const LONGEST: usize = 512;

/// Whether a value looks as if it was made by chance: small letters, capitals and digits, that
/// change often. Names, paths, addresses, templates, identifiers, digests and numbers are not.
pub(super) fn is_random(value: &str) -> bool {
    let length = value.len();
    if !(SHORTEST..=LONGEST).contains(&length) || !value.bytes().all(|b| b.is_ascii_graphic()) {
        return false;
    }
    if value.contains("{{") || value.contains("://") || value.contains("${") || is_digest(value) {
        return false;
    }
    let has = |is: fn(&u8) -> bool| value.bytes().any(|byte| is(&byte));
    let all = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit);
    let bytes = value.as_bytes();
    let changes = bytes
        .windows(2)
        .filter(|pair| {
            let mut classes = pair.iter().map(|byte| class(*byte));
            matches!((classes.next().flatten(), classes.next().flatten()), (Some(a), Some(b)) if a != b)
        })
        .count();
    all && changes * 5 >= length * 2 && entropy(value) >= 3.2
}

/// A checksum as images and packages carry it: `sha256:...`, `sha512-...`.
fn is_digest(value: &str) -> bool {
    ["sha1", "sha256", "sha384", "sha512", "md5"]
        .iter()
        .any(|name| {
            value
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with([':', '-']))
        })
}

/// Small letters, capitals, digits; what stands between words is none of them.
const fn class(byte: u8) -> Option<u8> {
    match byte {
        b'a'..=b'z' => Some(0),
        b'A'..=b'Z' => Some(1),
        b'0'..=b'9' => Some(2),
        _ => None,
    }
}

/// Bits that a character of the value tells, as Shannon counts them.
pub(super) fn entropy(value: &str) -> f64 {
    let mut counts = std::collections::BTreeMap::new();
    for byte in value.bytes() {
        *counts.entry(byte).or_insert(0_u32) += 1;
    }
    let all = f64::from(u32::try_from(value.len()).unwrap_or(u32::MAX));
    counts
        .values()
        .map(|count| {
            let part = f64::from(*count) / all;
            -part * part.log2()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::{is_random, is_secret_key};

    #[test]
    fn a_key_says_that_it_holds_a_secret() {
        for key in [
            "password",
            "DB_PASSWORD",
            "clientSecret",
            "api-key",
            "apiKey",
            "access_token",
        ] {
            assert!(is_secret_key(key), "{key}");
        }
        for key in [
            "tokens_url",
            "key",
            "secretary",
            "passwords_changed_at",
            "name",
            "token_type",
        ] {
            assert!(!is_secret_key(key), "{key}");
        }
    }

    #[test]
    fn a_header_proves_who_asks_by_what_stands_behind_the_scheme() {
        for (key, value, found) in [
            (
                "Authorization",
                "Bearer q8Zr2LxV7nTb4KdW",
                Some("q8Zr2LxV7nTb4KdW"),
            ),
            (
                "authorization",
                "basic a2ltOnE4WnIyTHhWN25UYg==",
                Some("a2ltOnE4WnIyTHhWN25UYg=="),
            ),
            ("authorization", "q8Zr2LxV7nTb4KdW", None),
            ("accept", "Bearer q8Zr2LxV7nTb4KdW", None),
            ("authorization", "Digest q8Zr2LxV7nTb4KdW", None),
        ] {
            assert_eq!(super::credential(key, value), found, "{key}: {value}");
        }
    }

    #[test]
    fn what_was_made_by_chance_is_told_from_names() {
        for value in [
            "q8Zr2LxV7nTb4KdW",
            "Tr0ub4dor&3xY9",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYKEY1x",
        ] {
            assert!(is_random(value), "{value}");
        }
        for value in [
            "correct-horse-battery-staple",
            "<your-token-here>",
            "xxxxxxxxxxxxxxxx",
            "changeme",
            "DEPLOY_TOKEN",
            "{{ .inputs.Password1 }}",
            "projects/acme-Prod1/secrets/DeployToken/versions/3",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:Cart-1a2B3c",
            "6b86b273ff34fce19d6b804eff5a3f5747ada4ea",
            "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
            "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "vault:Secret/data/cart#Token1",
            "CartServiceDeployToken2024",
        ] {
            assert!(!is_random(value), "{value}");
        }
    }
}
