//! Calculations that other languages have: Cedar adds, subtracts and multiplies whole numbers,
//! and nothing else.

use std::ops::Range;

use super::Said;
use crate::policy::tokens::{Sort, Token, tokens};
use crate::policy::wording::types;

/// The signs of a calculation.
const SIGNS: [&str; 3] = ["+", "-", "*"];

/// `2.5`, whose words are `range`; `beside` are the words before and behind it.
pub(super) fn fraction(
    written: &str,
    range: Range<usize>,
    beside: [Option<&Token<'_>>; 2],
) -> Said {
    let mut beside = beside.into_iter().flatten();
    let help = if beside.any(|it| SIGNS.contains(&it.text)) {
        "Cedar calculates with whole numbers alone: multiply the other side, as in `a * 10 > b * 11`"
            .to_owned()
    } else {
        format!("write a whole number, or `x.lessThan(decimal(\"{written}\"))`")
    };
    Said::new(range, format!("`{written}` is no whole number"), help)
}

/// `a > b / 2` and `a % 2`.
pub(super) fn division(text: &str, range: &Range<usize>, told: &str) -> Option<Said> {
    let sign = match told.split_once(' ')?.0 {
        "division" => "/",
        "remainder/modulo" => "%",
        _ => return None,
    };
    let all = tokens(text);
    let sign = all
        .iter()
        .find(|it| range.contains(&it.range.start) && it.is(sign))?;
    let help = match sign.text {
        "/" => "multiply the other side: `a * 2 > b` for `a > b / 2`",
        _ => "compute it in a property of the blueprint, and read that",
    };
    let message = format!("Cedar has no `{}`", sign.text);
    Some(Said::new(sign.range.clone(), message, help))
}

/// What to write where a moment, a length of time or a decimal is calculated with or compared by
/// the signs of whole numbers.
pub(in crate::policy) fn remedy(text: &str, range: &Range<usize>, message: &str) -> Option<String> {
    let (wanted, saw) = types(message)?;
    if !wanted.contains("Long") {
        return None;
    }
    let all = tokens(text);
    let before = all.iter().rev().find(|it| it.range.end <= range.start);
    let behind = all.iter().find(|it| it.range.start >= range.end);
    let is_calculated = [before, behind]
        .into_iter()
        .flatten()
        .any(|it| it.sort == Sort::Sign && SIGNS.contains(&it.text));
    match (saw.as_str(), is_calculated) {
        ("datetime" | "duration", true) => Some(
            "a moment is moved by `t.offset(duration(\"24h\"))`, and `a.durationSince(b)` is between two"
                .to_owned(),
        ),
        ("datetime" | "duration", false) => Some(format!("compare it with a {saw}")),
        ("decimal", true) => {
            Some("Cedar calculates with whole numbers alone, and compares decimals".to_owned())
        }
        _ => None,
    }
}
