//! From the text of an expression to its tree: limits first, then syntax, then what is allowed.
//!
//! jaq's lexer, parser and the values they make call themselves once for each bracket and each
//! operator, so they run on a thread whose stack is enough for the longest text that is let in.

use jaq_core::load;
use jaq_core::load::Lexer;
use jaq_core::load::Parser;
use jaq_core::load::lex;
use jaq_core::load::lex::StrPart;
use jaq_core::load::lex::Tok;
use jaq_core::load::lex::Token;
use jaq_core::load::parse::Term;
use serde_json::Value;

use super::Parsed;
use super::Problem;
use super::bound;
use super::lower;
use super::reads::Turn;
use super::tree::Kind;
use super::tree::Node;
use super::tree::Part;
use super::tree::Place;

mod order;

/// The longest expression, in bytes.
const LONGEST: usize = 4096;
/// The most tokens, those within brackets and strings counted.
const TOKENS: usize = 400;
/// The deepest nesting of brackets.
const BRACKETS: usize = 32;
/// The deepest tree: what evaluation, which calls itself, can go down on any thread.
const DEPTH: usize = 64;
/// Enough for [`LONGEST`] nested brackets in a build without optimisation.
const STACK: usize = 32 << 20;
/// A text so short that any thread can read it, whatever it says.
const SHORT: usize = 32;

/// What stands in place of an expression that is refused.
type Problems = Vec<Problem>;

pub(super) fn parse(source: &str) -> Result<Parsed, Problems> {
    if source.len() > LONGEST {
        let message = format!("longer than the {LONGEST} bytes an expression may have");
        return Err(vec![Problem::new(Place::trimmed(source), message)]);
    }
    if source.trim().is_empty() {
        let problem = Problem::new(
            Place::new(&(0..source.len())),
            "there is no expression here",
        );
        return Err(vec![
            problem.with_help("write a path, as `.entity.identifier`"),
        ]);
    }
    if source.len() <= SHORT {
        return read(source);
    }
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(STACK);
        let thread = builder.spawn_scoped(scope, || read(source));
        thread.ok().and_then(|thread| thread.join().ok())
    })
    .unwrap_or_else(|| {
        let message = "this expression could not be read";
        Err(vec![Problem::new(Place::trimmed(source), message)])
    })
}

/// Everything after the limit on bytes; see the module for where this may run.
fn read(source: &str) -> Result<Parsed, Problems> {
    let tokens = Lexer::new(source).lex().map_err(|errors| {
        let one = |error| lexical(source, error);
        errors.into_iter().map(one).collect::<Problems>()
    })?;
    limits(source, &tokens)?;
    let term: Term<&str> = Parser::new(&tokens).parse(Parser::term).map_err(|errors| {
        let one = |(expected, found): load::parse::TError<'_, &str>| {
            let place = Place::new(&found.map_or_else(
                || source.trim_end().len()..source.trim_end().len(),
                |token| load::span(source, token.as_str()),
            ));
            let problem = Problem::new(place, unexpected(expected.as_str(), found.map(|t| t.0)));
            match expected.as_str() {
                "term" => problem.with_help("write a value or a path there, as `.title`"),
                _ => problem,
            }
        };
        errors.into_iter().map(one).collect::<Problems>()
    })?;
    let (tree, reads) = lower::lower(source, &term)?;
    if tree.depth() > DEPTH {
        let message = format!("nested deeper than the {DEPTH} levels an expression may have");
        return Err(vec![Problem::new(Place::trimmed(source), message)]);
    }
    bound::check(&tree, Place::trimmed(source))?;
    let single_path = single_path(&tree).then(|| {
        let first = reads.first().cloned().unwrap_or_default();
        first.path
    });
    let way = way(&tree);
    Ok(Parsed {
        source: source.to_owned(),
        tree,
        reads,
        single_path,
        way,
    })
}

/// The way that the tree is, if it is nothing else.
fn way(tree: &Node) -> Option<Vec<Turn>> {
    let (head, links) = match &tree.kind {
        Kind::Input => return Some(Vec::new()),
        Kind::Path(head, links) => (head, links),
        _ => return None,
    };
    let mut turns = way(head)?;
    for link in links {
        turns.push(match &link.part {
            Part::Key(key) => Turn::Key(key.clone()),
            Part::Index(index) => match &index.kind {
                Kind::Literal(Value::String(key)) => Turn::Key(key.clone()),
                Kind::Literal(index) => Turn::Index(usize::try_from(index.as_u64()?).ok()?),
                _ => return None,
            },
            Part::Each | Part::Slice(..) => return None,
        });
    }
    Some(turns)
}

fn single_path(tree: &Node) -> bool {
    match &tree.kind {
        Kind::Input => true,
        Kind::Path(head, links) => {
            matches!(head.kind, Kind::Input)
                && links.iter().all(|link| matches!(link.part, Part::Key(_)))
        }
        _ => false,
    }
}

/// What the lexer expected, at the character that it found.
fn lexical(source: &str, (expected, rest): lex::Error<&str>) -> Problem {
    let start = load::span(source, rest).start;
    let found = rest.chars().next();
    let place = Place::new(&(start..start + found.map_or(0, char::len_utf8)));
    match (expected, found) {
        (lex::Expect::Delim(open), _) => {
            let start = load::span(source, open).start;
            let place = Place::new(&(start..start + open.len()));
            let close = match open {
                "(" => ")",
                "[" => "]",
                "{" => "}",
                other => other,
            };
            Problem::new(place, format!("`{open}` is never closed"))
                .with_help(format!("put `{close}` where it ends"))
        }
        (lex::Expect::Token, Some(c)) if c.is_alphabetic() => {
            Problem::new(place, format!("`{c}` cannot stand in a key without quotes"))
                .with_help("quote the key, as `.\"größe\"`")
        }
        (lex::Expect::Token, Some(c @ ('\u{2018}'..='\u{201f}' | '\''))) => {
            let problem = Problem::new(place, format!("`{c}` is no quote of jq"));
            problem.with_help("write `\"` around the text")
        }
        (lex::Expect::Token, Some(c)) => Problem::new(place, format!("`{c}` is unexpected here")),
        (expected, Some(c)) => {
            Problem::new(place, format!("expected {}, not `{c}`", expected.as_str()))
        }
        (expected, None) => Problem::new(
            place,
            format!("expected {} before the end", expected.as_str()),
        ),
    }
}

fn unexpected(expected: &str, found: Option<&str>) -> String {
    let expected = match expected {
        "" | "nothing" => "the end",
        "term" => "a value or a path",
        other => other,
    };
    let found = found.map(|text| {
        let short: String = text.chars().take(12).collect();
        let dots = if short.len() < text.len() { ".." } else { "" };
        format!("`{short}{dots}`")
    });
    match found {
        Some(found) => format!("expected {expected}, not {found}"),
        None => format!("expected {expected} before the end"),
    }
}

/// What is refused by the look of its tokens: too many, too deep, or an operator that changes
/// what it reads.
fn limits(source: &str, tokens: &[Token<&str>]) -> Result<(), Problems> {
    let mut seen = Seen::default();
    seen.all(source, tokens, 0);
    let whole = Place::trimmed(source);
    if seen.deepest > BRACKETS {
        let message = format!("brackets nested deeper than {BRACKETS}");
        seen.problems.push(Problem::new(whole, message));
    }
    if seen.count > TOKENS {
        let message = format!("longer than the {TOKENS} words and signs an expression may have");
        seen.problems.push(Problem::new(whole, message));
    }
    if seen.problems.is_empty() {
        Ok(())
    } else {
        Err(seen.problems)
    }
}

#[derive(Default)]
struct Seen {
    count: usize,
    deepest: usize,
    problems: Problems,
}

impl Seen {
    fn all(&mut self, source: &str, tokens: &[Token<&str>], depth: usize) {
        self.deepest = self.deepest.max(depth);
        self.problems.extend(order::problems(source, tokens));
        for token in tokens {
            self.one(source, token, depth);
        }
    }

    fn one(&mut self, source: &str, Token(text, token): &Token<&str>, depth: usize) {
        self.count += 1;
        match token {
            Tok::Block(inside) => self.all(source, inside, depth + 1),
            Tok::Str(parts) => {
                for part in parts {
                    match part {
                        StrPart::Term(inside) => self.one(source, inside, depth),
                        StrPart::Str(_) | StrPart::Char(_) => self.count += 1,
                    }
                }
            }
            Tok::Sym => {
                let message = match *text {
                    ".." => "`..` is not allowed: an expression has no recursion",
                    "=" => "`=` is not allowed: an expression changes nothing",
                    "|=" | "+=" | "-=" | "*=" | "/=" | "%=" | "//=" => {
                        "assignment is not allowed: an expression changes nothing"
                    }
                    _ => return,
                };
                let place = Place::new(&load::span(source, text));
                let problem = Problem::new(place, message);
                self.problems.push(if *text == "=" {
                    problem.with_help("to compare, write `==`")
                } else {
                    problem
                });
            }
            Tok::Word | Tok::Var | Tok::Fmt | Tok::Num => {}
        }
    }
}
