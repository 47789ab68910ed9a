//! Where jaq and jq group operators differently.
//!
//! jaq reads `a * b % c` as `a * (b % c)` and `a + b as $x | c` as `(a + b) as $x | c`; jq reads
//! them the other way. People know jq, and once parsed the brackets are gone, so both are
//! refused while they are still tokens.

use jaq_core::load;
use jaq_core::load::lex::Tok;
use jaq_core::load::lex::Token;

use crate::expression::Problem;
use crate::expression::tree::Place;

/// The operators since the last thing that ends an operand of all of them.
#[derive(Debug, Default, Clone, Copy)]
struct Operators {
    any: bool,
    /// The last one was `*` or `/`.
    is_product: bool,
}

/// Each operator between the same brackets whose operands jaq and jq see differently.
pub(super) fn problems(source: &str, tokens: &[Token<&str>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut seen = Operators::default();
    let mut around = Vec::new();
    let mut is_operand_next = true;
    for Token(text, token) in tokens {
        let mut refuse = |message: &str, help: &str| {
            let place = Place::new(&load::span(source, text));
            problems.push(Problem::new(place, message).with_help(help));
        };
        let starts_operand = std::mem::replace(&mut is_operand_next, false);
        match (token, *text) {
            (Tok::Sym, "|" | "," | ";" | ":") | (Tok::Word, "then" | "else" | "elif") => {
                seen = Operators::default();
                is_operand_next = true;
            }
            (Tok::Word, "if") => {
                around.push(std::mem::take(&mut seen));
                is_operand_next = true;
            }
            (Tok::Word, "end") => seen = around.pop().unwrap_or(seen),
            (Tok::Word, "as") if seen.any => refuse(
                "brackets are needed around what `as` binds",
                "write `(a + b) as $x | ..`, or `a + (b as $x | ..)`",
            ),
            (Tok::Sym, "-") if starts_operand => is_operand_next = true,
            (Tok::Sym, "%") => {
                if seen.is_product {
                    refuse(
                        "brackets are needed beside `%`",
                        "write `(a * b) % c`, or `a * (b % c)`",
                    );
                }
                seen = Operators {
                    any: true,
                    is_product: false,
                };
                is_operand_next = true;
            }
            (Tok::Sym, "+" | "-" | "*" | "/" | "//" | "==" | "!=" | "<" | ">" | "<=" | ">=")
            | (Tok::Word, "and" | "or") => {
                let is_product = matches!(*text, "*" | "/");
                seen = Operators {
                    any: true,
                    is_product,
                };
                is_operand_next = true;
            }
            _ => {}
        }
    }
    problems
}
