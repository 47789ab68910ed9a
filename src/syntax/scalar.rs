//! What a plain scalar means in YAML 1.2's core schema, and nothing else: `no` is a string.

use super::Value;
use crate::text::Text;

/// The largest whole number that JSON's readers keep exactly, 2^53 - 1.
const INTEGER_MAX: i64 = (1 << 53) - 1;

/// Up to here a float keeps every whole number, 2^53.
const EXACT_BELOW: f64 = 9_007_199_254_740_992.0;

/// The value of a plain scalar, or why it is refused.
pub(super) fn plain(text: &str) -> Result<Value, &'static str> {
    let Some(first) = text.bytes().next() else {
        return Ok(Value::Null);
    };
    // Most scalars are words: only these bytes can begin anything else.
    if !matches!(
        first,
        b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'+' | b'-' | b'.' | b'0'..=b'9'
    ) {
        return Ok(Value::String(Text::from(text)));
    }
    match text {
        "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        _ => {}
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err("is not a finite number");
    }
    if let Some(integer) = integer(text, unsigned) {
        return integer;
    }
    if is_float(unsigned) {
        return match text.parse::<f64>() {
            Ok(value) if !is_exact(value, unsigned) => Err("is too large to be kept exactly"),
            Ok(value) if value.is_finite() => Ok(Value::Float(value)),
            _ => Err("is too large for a number"),
        };
    }
    Ok(Value::String(Text::from(text)))
}

fn integer(text: &str, unsigned: &str) -> Option<Result<Value, &'static str>> {
    let is_all =
        |digits: &str, wanted: fn(u8) -> bool| !digits.is_empty() && digits.bytes().all(wanted);
    let parsed = if is_all(unsigned, |b| b.is_ascii_digit()) {
        text.parse::<i64>()
    } else if let Some(digits) = text.strip_prefix("0x") {
        if !is_all(digits, |b| b.is_ascii_hexdigit()) {
            return None;
        }
        i64::from_str_radix(digits, 16)
    } else if let Some(digits) = text.strip_prefix("0o") {
        if !is_all(digits, |b| (b'0'..=b'7').contains(&b)) {
            return None;
        }
        i64::from_str_radix(digits, 8)
    } else {
        return None;
    };
    Some(match parsed {
        Ok(value) if (-INTEGER_MAX..=INTEGER_MAX).contains(&value) => Ok(Value::Integer(value)),
        _ => Err("is too large: whole numbers are kept exactly up to 9007199254740991"),
    })
}

/// Whether a number with a point is kept to its units; with an exponent nobody asks for that.
fn is_exact(value: f64, unsigned: &str) -> bool {
    value.abs() < EXACT_BELOW || unsigned.contains(['e', 'E'])
}

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, the sign being gone.
fn is_float(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, part)) => {
            digits(whole) && digits(part) && !(whole.is_empty() && part.is_empty())
        }
        None => !mantissa.is_empty() && digits(mantissa),
    };
    exponent_fits && mantissa_fits
}

#[cfg(test)]
mod tests {
    use super::plain;
    use crate::syntax::Value;

    #[test]
    fn the_core_schema_decides_and_no_is_a_string() {
        let read = |text| plain(text).unwrap();
        for (text, value) in [
            ("", Value::Null),
            ("~", Value::Null),
            ("true", Value::Bool(true)),
            ("-12", Value::Integer(-12)),
            ("0o17", Value::Integer(15)),
            ("0xff", Value::Integer(255)),
            ("017", Value::Integer(17)),
            ("1.20", Value::Float(1.2)),
            ("1e3", Value::Float(1000.0)),
            (".5", Value::Float(0.5)),
        ] {
            assert_eq!(read(text), value, "{text}");
        }
        for text in [
            "no",
            "on",
            "y",
            "1_000",
            "12:30:00",
            "2026-11-21",
            "-",
            ".",
            "1.2.3",
            "0x",
            "nan",
            "=",
            "1e",
        ] {
            assert_eq!(read(text), Value::String(text.into()), "{text}");
        }
    }

    #[test]
    fn numbers_that_would_change_are_refused() {
        for text in [
            ".inf",
            "-.INF",
            ".nan",
            "9007199254740992",
            "99999999999999999999999",
            "9007199254740993.0",
            "1e999",
        ] {
            assert!(plain(text).is_err(), "{text}");
        }
    }
}
