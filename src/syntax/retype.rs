//! How a value is written so that it is of another type, where that is certain: a number that
//! must be a text gets quotes, a text that is a number loses them.
//!
//! In: a value, and the words for what it must be. Out: the change of its characters. Whether
//! the new value fits is not known here.

use super::{Node, Value};
use crate::finding::Fix;
use crate::finding::fix::Change;

/// The change that makes of `node` what `wanted` says, in the words of the messages.
pub fn retyped(node: &Node, wanted: &str) -> Option<Fix> {
    let change = |change| Some(Fix::new(node.span, change));
    match (&node.value, wanted) {
        (Value::Bool(_) | Value::Integer(_) | Value::Float(_), "a string") => {
            change(Change::Quoted)
        }
        (Value::String(text), "an integer" | "a whole number") if is_integer(text) => {
            Some(Fix::bare(node.span, text, text))
        }
        (Value::String(text), "a number") if is_number(text) => {
            Some(Fix::bare(node.span, text, text))
        }
        (Value::String(text), "a boolean" | "true or false") => {
            let word = match text.to_ascii_lowercase().as_str() {
                "yes" | "on" | "true" => "true",
                "no" | "off" | "false" => "false",
                _ => return None,
            };
            Some(Fix::bare(node.span, text, word))
        }
        // A text with blanks or commas may be meant as several.
        (Value::String(text), "a list") if !text.contains([',', ';', ' ', '\n', '\t']) => {
            change(Change::Listed)
        }
        (Value::Bool(_) | Value::Integer(_) | Value::Float(_), "a list") => change(Change::Listed),
        (Value::Sequence(nodes), _) => match (&**nodes, wanted) {
            (
                [
                    only @ Node {
                        value: Value::String(_),
                        ..
                    },
                ],
                "a string",
            )
            | (
                [
                    only @ Node {
                        value: Value::Integer(_),
                        ..
                    },
                ],
                "an integer" | "a number",
            )
            | (
                [
                    only @ Node {
                        value: Value::Bool(_),
                        ..
                    },
                ],
                "a boolean",
            ) => change(Change::Alone(only.span)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a text is a whole number as everybody writes it: without zeros or signs too many.
fn is_integer(text: &str) -> bool {
    text.parse::<i32>()
        .is_ok_and(|number| number.to_string() == text)
}

/// Whether a text is a number as everybody writes it.
fn is_number(text: &str) -> bool {
    let Some((whole, part)) = text.split_once('.') else {
        return is_integer(text);
    };
    let is_whole = is_integer(whole) || whole == "-0";
    is_whole && !part.is_empty() && part.len() < 10 && part.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{is_integer, is_number};

    #[test]
    fn a_text_is_a_number_where_it_is_written_as_one() {
        for text in ["0", "3", "-12", "2147483647"] {
            assert!(is_integer(text) && is_number(text), "{text}");
        }
        for text in ["", "03", "+3", "1_000", "1e3", "0x1", "3 ", "99999999999"] {
            assert!(!is_integer(text) && !is_number(text), "{text}");
        }
        assert!(is_number("1.5") && is_number("-0.25") && !is_number("1.") && !is_number(".5"));
    }
}
