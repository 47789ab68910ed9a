//! Secrets that are known by how they begin.
//!
//! One pass over the bytes finds the beginnings, which nearly no text has; only there is looked
//! closer. The crate `aho-corasick` is named here only.

use aho_corasick::{AhoCorasick, MatchKind};

use super::keyed::entropy;

/// How a kind of secret goes on behind its beginning.
#[derive(Clone, Copy)]
enum Rest {
    /// So many characters of an alphabet at least, and at most.
    Of(Alphabet, usize, usize),
    /// Parts of an alphabet with dots between them, of so many characters at least.
    Dotted(&'static [usize]),
    /// The parts of an address of Slack that lets everyone post.
    Hook,
    /// A name, a colon and a password, up to an `@`.
    Login,
    /// The end of the first line of a private key.
    Key,
}

/// What the characters of a secret are.
#[derive(Clone, Copy)]
enum Alphabet {
    /// Capitals and digits.
    Capitals,
    /// Small hexadecimal digits.
    Hex,
    /// Letters and digits.
    Alphanumeric,
    /// Letters, digits, `_` and `-`.
    Url,
    /// Letters, digits, `+`, `/` and `=`.
    Base64,
}

impl Alphabet {
    fn has(self, byte: u8) -> bool {
        match self {
            Self::Capitals => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Self::Hex => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            Self::Alphanumeric => byte.is_ascii_alphanumeric(),
            Self::Url => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
            Self::Base64 => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='),
        }
    }
}

use Alphabet::{Alphanumeric, Base64, Capitals, Hex, Url};
use Rest::{Dotted, Of};

const GITHUB: &str = "a token of GitHub";
const GITLAB: &str = "a token of GitLab";
const SLACK: &str = "a token of Slack";
const STRIPE: &str = "a live key of Stripe";
const JWT: &str = "a signed web token";
const PRIVATE_KEY: &str = "a private key";

/// The beginnings, what they begin, and how it goes on.
const FORMS: &[(&str, &str, Rest)] = &[
    ("AKIA", "an access key of AWS", Of(Capitals, 16, 16)),
    ("ASIA", "an access key of AWS", Of(Capitals, 16, 16)),
    ("ghp_", GITHUB, Of(Alphanumeric, 36, 255)),
    ("gho_", GITHUB, Of(Alphanumeric, 36, 255)),
    ("ghu_", GITHUB, Of(Alphanumeric, 36, 255)),
    ("ghs_", GITHUB, Of(Alphanumeric, 36, 255)),
    ("ghr_", GITHUB, Of(Alphanumeric, 36, 255)),
    ("github_pat_", GITHUB, Of(Url, 40, 255)),
    ("glpat-", GITLAB, Of(Url, 20, 300)),
    ("gldt-", GITLAB, Of(Url, 20, 300)),
    ("glrt-", GITLAB, Of(Url, 20, 300)),
    ("xoxb-", SLACK, Of(Url, 20, 300)),
    ("xoxp-", SLACK, Of(Url, 20, 300)),
    ("xoxa-", SLACK, Of(Url, 20, 300)),
    ("xoxr-", SLACK, Of(Url, 20, 300)),
    ("xoxs-", SLACK, Of(Url, 20, 300)),
    ("xapp-", SLACK, Of(Url, 20, 300)),
    (
        "hooks.slack.com/services/",
        "a webhook of Slack",
        Rest::Hook,
    ),
    ("sk_live_", STRIPE, Of(Alphanumeric, 16, 255)),
    ("rk_live_", STRIPE, Of(Alphanumeric, 16, 255)),
    ("AIza", "a key of Google", Of(Url, 35, 35)),
    ("ya29.", "a token of Google", Of(Url, 30, 2048)),
    ("npm_", "a token of npm", Of(Alphanumeric, 36, 36)),
    ("pypi-AgEIcHlwaS5vcmc", "a token of PyPI", Of(Url, 50, 2048)),
    ("SG.", "a key of SendGrid", Dotted(&[16, 16])),
    ("dop_v1_", "a token of DigitalOcean", Of(Hex, 64, 64)),
    ("hvs.", "a token of Vault", Of(Url, 24, 300)),
    ("sk-ant-", "a key of Anthropic", Of(Url, 32, 300)),
    ("sk-proj-", "a key of OpenAI", Of(Url, 32, 300)),
    ("shpat_", "a token of Shopify", Of(Hex, 32, 32)),
    ("dckr_pat_", "a token of Docker", Of(Url, 20, 300)),
    ("glsa_", "a token of Grafana", Of(Url, 41, 41)),
    ("ATATT3", "a token of Atlassian", Of(Url, 80, 300)),
    ("AGE-SECRET-KEY-1", "a key of age", Of(Capitals, 58, 58)),
    ("AccountKey=", "a key of Azure", Of(Base64, 44, 128)),
    ("eyJhbGciOi", JWT, Dotted(&[8, 8, 16])),
    ("eyJ0eXAiOi", JWT, Dotted(&[8, 8, 16])),
    ("eyJraWQiOi", JWT, Dotted(&[8, 8, 16])),
    ("PRIVATE KEY-----", PRIVATE_KEY, Rest::Key),
    ("PRIVATE KEY BLOCK-----", PRIVATE_KEY, Rest::Key),
    ("://", "a password", Rest::Login),
];

/// Looks for all forms at once.
pub(super) struct Searcher(AhoCorasick);

impl Searcher {
    /// A searcher; the forms are few, so there always is one.
    pub(super) fn new() -> Option<Self> {
        AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostFirst)
            .build(FORMS.iter().map(|form| form.0))
            .ok()
            .map(Self)
    }

    /// Tells the first byte, the end and the words of each secret in `text`.
    pub(super) fn find(&self, text: &str, tell: &mut dyn FnMut(usize, usize, &'static str)) {
        let mut told = 0;
        for hit in self.0.find_iter(text) {
            let Some((_, what, rest)) = FORMS.get(hit.pattern().as_usize()) else {
                continue;
            };
            let found = match rest {
                Of(alphabet, least, most) => {
                    token(text, hit.start(), hit.end(), *alphabet, *least..=*most)
                }
                Dotted(parts) => dotted(text, hit.start(), hit.end(), parts),
                Rest::Hook => hook(text, hit.end()),
                Rest::Login => login(text, hit.end()),
                Rest::Key => key(text, hit.start(), hit.end()),
            };
            if let Some((start, end)) = found
                && start >= told
            {
                told = end;
                tell(start, end, what);
            }
        }
    }
}

/// Whether a secret can begin at `start`: no letter or digit stands before it.
fn begins(text: &str, start: usize) -> bool {
    let before = text.as_bytes().get(..start).and_then(<[u8]>::last);
    before.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
}

/// How many bytes from `at` on are of an alphabet.
fn run(text: &str, at: usize, alphabet: Alphabet) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    rest.iter().take_while(|byte| alphabet.has(**byte)).count()
}

fn token(
    text: &str,
    start: usize,
    behind: usize,
    alphabet: Alphabet,
    lengths: std::ops::RangeInclusive<usize>,
) -> Option<(usize, usize)> {
    let long = run(text, behind, alphabet);
    let is_whole = begins(text, start) && lengths.contains(&long);
    let end = behind + long;
    (is_whole && is_by_chance(text.get(behind..end)?)).then_some((start, end))
}

/// Whether the characters of a token look as if they were drawn: examples repeat themselves, are
/// of one kind, or say that they are examples.
fn is_by_chance(token: &str) -> bool {
    let has_digit = token.bytes().any(|byte| byte.is_ascii_digit());
    let has_letter = token.bytes().any(|byte| byte.is_ascii_alphabetic());
    !is_said(token) && has_digit && has_letter && entropy(token) >= 2.5
}

/// Whether a token says itself that it is none.
fn is_said(token: &str) -> bool {
    const WORDS: [&str; 6] = [
        "example",
        "xxxx",
        "placeholder",
        "your",
        "redacted",
        "dummy",
    ];
    let small = token.to_ascii_lowercase();
    WORDS.iter().any(|word| small.contains(word))
}

fn dotted(text: &str, start: usize, behind: usize, parts: &[usize]) -> Option<(usize, usize)> {
    let mut end = behind;
    for (n, least) in parts.iter().enumerate() {
        if n > 0 {
            end = (text.as_bytes().get(end) == Some(&b'.')).then_some(end + 1)?;
        }
        let long = run(text, end, Url);
        end = (long >= *least).then_some(end + long)?;
    }
    (begins(text, start) && is_by_chance(text.get(behind..end)?)).then_some((start, end))
}

/// `T024BE7LD/B0LEZQ7P2/` and the secret itself.
fn hook(text: &str, behind: usize) -> Option<(usize, usize)> {
    let mut at = behind;
    for _ in 0..2 {
        let long = run(text, at, Capitals);
        let is_part = long >= 8 && text.as_bytes().get(at + long) == Some(&b'/');
        at = is_part.then_some(at + long + 1)?;
    }
    let long = run(text, at, Alphanumeric);
    let secret = text.get(at..at + long)?;
    // What stands before it leaves no doubt; only the `XXXX` of examples is none.
    let has_small = secret.bytes().any(|byte| byte.is_ascii_lowercase());
    let is_drawn = is_by_chance(secret) || has_small && !is_said(secret) && entropy(secret) >= 2.5;
    (long >= 20 && is_drawn).then_some((at, at + long))
}

/// The longest name and password of an address.
const LOGIN_MAX: usize = 256;

/// The password of `https://name:password@host`.
fn login(text: &str, behind: usize) -> Option<(usize, usize)> {
    let rest = text.as_bytes().get(behind..)?;
    let rest = rest.get(..rest.len().min(LOGIN_MAX))?;
    let is_end = |byte: &u8| {
        byte.is_ascii_whitespace() || matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b'`')
    };
    let at = rest.iter().position(|byte| is_end(byte) || *byte == b'@')?;
    if rest.get(at) != Some(&b'@') {
        return None;
    }
    let colon = rest.get(..at)?.iter().position(|byte| *byte == b':')?;
    let (from, to) = (behind + colon + 1, behind + at);
    let password = text.get(from..to)?;
    let host = text.get(to + 1..)?;
    // `airflow:airflow@postgres`: what everybody begins with is no secret.
    let is_name = text.get(behind..behind + colon) == Some(password);
    (is_password(password) && !is_name && !is_example(host)).then_some((from, to))
}

/// Whether a password is one, and not the place for one.
fn is_password(password: &str) -> bool {
    const PLACES: [&str; 14] = [
        "password", "passwd", "pass", "pwd", "secret", "token", "changeme", "user", "example",
        "redacted", "xxx", "***", "...", "hidden",
    ];
    let small = password.to_ascii_lowercase();
    let is_open = password.contains(['$', '{', '}', '<', '>', '%', '[', '(', '*']);
    let is_one_character = password
        .bytes()
        .all(|byte| Some(&byte) == password.as_bytes().first());
    let is_place = PLACES.iter().any(|place| small.contains(place));
    password.len() >= 4 && !is_open && !is_one_character && !is_place
}

/// What stands where an example leaves the key out, in small letters.
const NO_KEY: [&str; 7] = [
    "xxx",
    "example",
    "redacted",
    "your",
    "dummy",
    "fake",
    "placeholder",
];

/// A key of which only a part is there: behind a line that begins one stands a line of its
/// characters.
fn short_key(text: &str, begin: usize, behind: usize) -> Option<(usize, usize)> {
    let rest = text.get(behind..)?;
    let line = ["\r\n", "\n", "\\r\\n", "\\n"]
        .iter()
        .find_map(|end| rest.strip_prefix(end))?;
    let line = line.trim_start();
    let from = text.len() - line.len();
    let body = line.get(..run(line, 0, Base64))?;
    let after = line.get(body.len()..)?;
    let is_line = after.is_empty()
        || after.starts_with(|c: char| c.is_whitespace() || matches!(c, '\\' | '"' | '\''))
        || after.starts_with("-----END ");
    let small = body.to_ascii_lowercase();
    let is_left_out = NO_KEY.iter().any(|word| small.contains(word));
    if body.is_empty() || !is_line || is_left_out {
        return None;
    }
    let mut most = KEY_MOST.min(line.len());
    while !line.is_char_boundary(most) {
        most -= 1;
    }
    let end = line.get(..most)?.find("-----END ");
    let is_body = |c: char| c.is_ascii_alphanumeric() || "+/= \t\r\n\\:,.-".contains(c);
    let whole = end.filter(|end| line.get(..*end).is_some_and(|it| it.chars().all(is_body)));
    Some((begin, from + whole.unwrap_or(body.len())))
}

/// Whether a host is one of those that exist for examples.
fn is_example(host: &str) -> bool {
    let end = host.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-'));
    let host = host.get(..end.unwrap_or(host.len())).unwrap_or(host);
    [
        "example.com",
        "example.org",
        "example.net",
        "localhost",
        "127.0.0.1",
    ]
    .iter()
    .any(|name| host.ends_with(name))
        || [".example", ".test", ".invalid"]
            .iter()
            .any(|end| host.ends_with(end))
}

/// The first words of a private key.
const BEGIN: &str = "-----BEGIN ";
/// The fewest characters of a key that begins on the same line, so that a text which only speaks
/// of one is none.
const KEY_LEAST: usize = 40;
/// How far the end of a short key is looked for.
const KEY_MOST: usize = 4096;

/// A private key from its first line to its last, or to the end of what looks like one.
fn key(text: &str, start: usize, behind: usize) -> Option<(usize, usize)> {
    // `-----BEGIN OPENSSH PRIVATE KEY-----`: the words between are few.
    let mut from = start.saturating_sub(40);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let begin = from + text.get(from..start)?.rfind(BEGIN)?;
    let rest = text.get(behind..)?;
    let body = match rest.find("-----END ") {
        Some(end) => rest.get(..end)?,
        None => rest,
    };
    // Between the characters of a key stand line ends, also as they are written in JSON.
    let long = body.bytes().filter(|byte| Base64.has(*byte)).count();
    let is_body = |c: char| c.is_ascii_alphanumeric() || "+/= \t\r\n\\:,.-".contains(c);
    if long < KEY_LEAST || !body.chars().take(KEY_LEAST).all(is_body) {
        return short_key(text, begin, behind);
    }
    let end = behind + body.len();
    let last = text.get(end..).unwrap_or("");
    let words = last
        .strip_prefix("-----END ")
        .and_then(|last| last.find("-----"));
    Some((
        begin,
        words.map_or(end, |words| end + "-----END ".len() + words + 5),
    ))
}
