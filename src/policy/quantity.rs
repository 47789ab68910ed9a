//! Quantities that rules compare with, as whole numbers: `5`, `decimal("0.5")`, `duration("8h")`,
//! `datetime("2026-11-22")`.
//!
//! In: the words of one. Out: how many of the smallest unit of its type it is; those of two types
//! are never compared.

use crate::policy::tokens::{Sort, Token};
use crate::policy::turn::{instant, span};

/// Places of a `decimal` behind the point.
const PLACES: usize = 4;

/// How many of the smallest unit of a `decimal` are one.
const PARTS: i128 = 10_000;

/// What a number of a schema is counted in where it is compared with a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Whole numbers.
    One,
    /// The ten-thousandths of a `decimal`.
    TenThousandth,
}

impl Unit {
    /// That of a constant.
    pub(super) fn of(words: &[Token<'_>]) -> Self {
        match words.first() {
            Some(name) if name.is("decimal") => Self::TenThousandth,
            _ => Self::One,
        }
    }

    /// A number of a schema; `None` where it has parts that are smaller.
    pub(super) fn read(self, text: &str) -> Option<i128> {
        let whole = || text.parse::<i64>().ok().map(i128::from);
        match self {
            Self::One => whole(),
            Self::TenThousandth => whole().map(|it| it * PARTS).or_else(|| decimal(text)),
        }
    }

    /// The same as people write it.
    pub(super) fn shown(self, number: i128) -> String {
        let parts = number.unsigned_abs() % PARTS.unsigned_abs();
        if self == Self::One {
            return number.to_string();
        }
        let sign = if number < 0 { "-" } else { "" };
        let whole = number.unsigned_abs() / PARTS.unsigned_abs();
        let written = format!("{sign}{whole}.{parts:0>PLACES$}");
        let short = written.trim_end_matches('0');
        short.strip_suffix('.').unwrap_or(short).to_owned()
    }
}

/// How much words say that something is; `None` where they are no such constant.
pub(super) fn quantity(words: &[Token<'_>]) -> Option<i128> {
    match words {
        [one] => one.text.parse().ok().filter(|_| one.sort == Sort::Number),
        [minus, one] if minus.is("-") => {
            quantity(std::slice::from_ref(one)).map(|number: i128| -number)
        }
        [name, open, text, close] if open.is("(") && close.is(")") => {
            let text = text.plain()?;
            match name.text {
                "decimal" => decimal(text),
                // Parts of a second are rare, and nothing is said of them.
                "duration" if !text.contains("ms") => Some(i128::from(span(text)?) * 1_000),
                "datetime" if !text.contains('.') => {
                    Some(i128::from(instant(text)?.unix_seconds()) * 1_000)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether words are a constant of a type without a literal, whatever it is.
pub(super) fn is_call(words: &[Token<'_>]) -> bool {
    let [name, open, text, close] = words else {
        return false;
    };
    let is_known = ["decimal", "duration", "datetime"].contains(&name.text);
    is_known && open.is("(") && text.sort == Sort::String && close.is(")")
}

/// A number with a point, in ten-thousandths.
fn decimal(text: &str) -> Option<i128> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = text.split_once('.')?;
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    if !is_digits(whole) || !is_digits(part) || part.len() > PLACES {
        return None;
    }
    let part = format!("{part:0<PLACES$}");
    let whole: i128 = whole.parse::<i64>().ok()?.into();
    Some(sign * (whole * PARTS + part.parse::<i128>().ok()?))
}

#[cfg(test)]
mod tests {
    use super::quantity;
    use crate::policy::tokens::tokens;

    #[test]
    fn a_quantity_is_a_whole_number_of_the_smallest_unit() {
        for (text, number) in [
            ("5", Some(5)),
            ("-5", Some(-5)),
            ("decimal(\"9.5\")", Some(95_000)),
            ("decimal(\"-0.0001\")", Some(-1)),
            ("decimal(\"1.00001\")", None),
            ("duration(\"-1h30m\")", Some(-5_400_000)),
            ("datetime(\"1970-01-02\")", Some(86_400_000)),
            ("datetime(\"1970-01-01T02:00:00+0200\")", Some(0)),
            ("datetime(\"1970-01-01T00:00:00.001Z\")", None),
            ("resource.at", None),
        ] {
            assert_eq!(quantity(&tokens(text)), number, "{text}");
        }
    }
}
