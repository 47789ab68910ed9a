//! Evaluation of a tree on a value, within a budget of steps.
//!
//! Every node visited and every value built or looked through is paid for, in proportion to its
//! size, so time and memory are bounded whatever the expression and the input are. Values of
//! the input are borrowed until something new is made of them. No clock, no files, no state.

use std::borrow::Cow;

use serde_json::Value;

use super::Problem;
use super::tree::Arithmetic;
use super::tree::Kind;
use super::tree::Logic;
use super::tree::Node;
use super::tree::Place;
use super::value;

mod build;
mod down;
mod keyed;
mod origin;

pub use origin::Origin;
pub(super) use origin::of as origin_of;

/// The steps that one evaluation may take.
const BUDGET: u64 = 1_000_000;
/// What a byte of text costs to match: the engine follows many possibilities at once.
const MATCH: u64 = 4;

/// The one result of `tree`, which is all of `whole`, on `input`; takes its steps off `budget`.
pub(super) fn one(
    tree: &Node,
    input: &Value,
    whole: Place,
    budget: &mut u64,
) -> Result<Value, Problem> {
    let granted = BUDGET.min(*budget);
    let mut run = Run { left: granted };
    let mut out = Vec::new();
    let done = run.eval(tree, input, None, &mut out);
    *budget -= granted - run.left;
    match done {
        Ok(()) => {}
        Err(Stop::Fault(problem)) => return Err(problem),
        Err(Stop::Spent) => {
            let message = format!("takes more than {BUDGET} steps here");
            let help = "let it look at less: select first, then combine";
            return Err(Problem::new(whole, message).with_help(help));
        }
    }
    match (out.pop(), out.len() + 1) {
        (None, _) => Err(Problem::new(whole, "this gives no value here")
            .with_help("say what to give instead, as `.. // \"none\"`")),
        (Some(result), 1) => Ok(result.into_owned()),
        (Some(_), several) => {
            let message = format!("this gives {several} values here, and one is needed");
            Err(Problem::new(whole, message).with_help("put it in brackets for a list: `[ .. ]`"))
        }
    }
}

/// Why an evaluation ended early.
#[derive(Debug)]
enum Stop {
    /// Something that `?`, `try` and `//` can catch.
    Fault(Problem),
    /// The budget is used up; nothing catches that.
    Spent,
}

/// Results so far: what was found before a fault counts, as in jq.
type Out<'a> = Vec<Cow<'a, Value>>;
type Done = Result<(), Stop>;

/// The values bound by `as`, innermost first.
struct Scope<'a> {
    value: &'a Value,
    outer: Option<&'a Scope<'a>>,
}

type Bound<'a> = Option<&'a Scope<'a>>;

struct Run {
    left: u64,
}

fn fault(place: Place, message: impl Into<String>) -> Stop {
    Stop::Fault(Problem::new(place, message))
}

impl Run {
    fn pay(&mut self, steps: u64) -> Done {
        let left = self.left.checked_sub(steps);
        self.left = left.unwrap_or(0);
        left.map(|_| ()).ok_or(Stop::Spent)
    }

    /// The value as one that can be kept: a copy, if it is part of something else.
    fn keep(&mut self, it: Cow<'_, Value>) -> Result<Value, Stop> {
        if let Cow::Borrowed(it) = it {
            self.pay(value::size(it))?;
        }
        Ok(it.into_owned())
    }

    fn keep_all(&mut self, all: Out<'_>) -> Result<Vec<Value>, Stop> {
        all.into_iter().map(|it| self.keep(it)).collect()
    }

    /// What a function made, paid for and put with the results.
    fn made(&mut self, place: Place, made: Result<Value, String>, out: &mut Out<'_>) -> Done {
        let it = made.map_err(|message| fault(place, message))?;
        self.pay(value::size(&it))?;
        out.push(Cow::Owned(it));
        Ok(())
    }

    /// Puts the results of `node` on `input` into `out`, up to a fault.
    fn eval<'a>(
        &mut self,
        node: &'a Node,
        input: &'a Value,
        scope: Bound<'a>,
        out: &mut Out<'a>,
    ) -> Done {
        self.pay(1)?;
        match &node.kind {
            Kind::Input => out.push(Cow::Borrowed(input)),
            Kind::Literal(literal) => out.push(Cow::Borrowed(literal)),
            Kind::Variable(distance) => {
                let mut around = scope;
                for _ in 0..*distance {
                    around = around.and_then(|scope| scope.outer);
                }
                out.extend(around.map(|scope| Cow::Borrowed(scope.value)));
            }
            Kind::Array(inner) => {
                let inner = inner.as_deref().map(|inner| self.all(inner, input, scope));
                let all = self.keep_all(inner.transpose()?.unwrap_or_default())?;
                out.push(Cow::Owned(Value::Array(all)));
            }
            Kind::Pipe(stages) => return self.pipe(stages, input, scope, out),
            Kind::Comma(all) => {
                for one in all {
                    self.eval(one, input, scope, out)?;
                }
            }
            Kind::Path(head, links) => return self.path(head, links, input, scope, out),
            Kind::OnInput(function) => {
                self.pay(value::size(input))?;
                return self.made(node.place, function(input), out);
            }
            Kind::OnPair(function, argument) => {
                for argument in self.all(argument, input, scope)? {
                    self.pay(value::size(input).saturating_mul(value::size(&argument)))?;
                    self.made(node.place, function(input, &argument), out)?;
                }
            }
            Kind::Test(pattern) => {
                let Value::String(text) = input else {
                    let message = format!("this is {}, not a string", value::described(input));
                    return Err(fault(node.place, message));
                };
                self.pay(MATCH.saturating_mul(text.len() as u64))?;
                out.push(Cow::Owned(pattern.is_in(input).into()));
            }
            _ => return self.combine(node, input, scope, out),
        }
        Ok(())
    }

    /// The kinds of nodes that choose or combine; apart from [`Self::eval`] so that its frame
    /// stays small: it is the one on the stack again and again.
    fn combine<'a>(
        &mut self,
        node: &'a Node,
        input: &'a Value,
        scope: Bound<'a>,
        out: &mut Out<'a>,
    ) -> Done {
        match &node.kind {
            Kind::Text(format, parts) => {
                let write = |it: &Value| format.write(it);
                self.text(parts, &write, input, scope, out)
            }
            Kind::Object(entries) => self.object(entries, input, scope, out),
            Kind::Negate(inner) => {
                for it in self.all(inner, input, scope)? {
                    self.made(node.place, value::negate(&it), out)?;
                }
                Ok(())
            }
            Kind::Bind(source, body) => {
                let mut sources = Vec::new();
                let end = self.eval(source, input, scope, &mut sources);
                for source in &sources {
                    let inner = Scope {
                        value: source,
                        outer: scope,
                    };
                    self.eval_within(body, input, Some(&inner), out)?;
                }
                end
            }
            Kind::Alternative(first, second) => {
                let mut found = Vec::new();
                if let Err(Stop::Spent) = self.eval(first, input, scope, &mut found) {
                    return Err(Stop::Spent);
                }
                found.retain(|it| value::is_true(it));
                if found.is_empty() {
                    return self.eval(second, input, scope, out);
                }
                out.extend(found);
                Ok(())
            }
            Kind::Try(body, handler) => match self.eval(body, input, scope, out) {
                Err(Stop::Fault(problem)) => match handler {
                    Some(handler) => {
                        let message = Value::String(problem.message);
                        self.eval_within(handler, &message, scope, out)
                    }
                    None => Ok(()),
                },
                done => done,
            },
            Kind::If(branches, rest) => self.branch(branches, rest.as_deref(), input, scope, out),
            Kind::Keyed(keyed, by) => self.keyed(*keyed, node.place, by, input, scope, out),
            _ => self.binary(node, input, scope, out),
        }
    }

    /// The operators with two sides, for every pair of what the sides give.
    fn binary<'a>(
        &mut self,
        node: &'a Node,
        input: &'a Value,
        scope: Bound<'a>,
        out: &mut Out<'a>,
    ) -> Done {
        match &node.kind {
            Kind::Logic(logic, left, right) => {
                for left in self.all(left, input, scope)? {
                    if value::is_true(&left) == (*logic == Logic::Or) {
                        out.push(Cow::Owned((*logic == Logic::Or).into()));
                        continue;
                    }
                    for right in self.all(right, input, scope)? {
                        out.push(Cow::Owned(value::is_true(&right).into()));
                    }
                }
            }
            Kind::Arithmetic(operator, left, right) => {
                let lefts = self.all(left, input, scope)?;
                for right in self.all(right, input, scope)? {
                    for left in &lefts {
                        let made = self.calculate(*operator, left, &right)?;
                        self.made(node.place, made, out)?;
                    }
                }
            }
            Kind::Compare(comparison, left, right) => {
                let lefts = self.all(left, input, scope)?;
                for right in self.all(right, input, scope)? {
                    for left in &lefts {
                        self.pay_for_both(left, &right)?;
                        let holds = comparison.holds(value::compare(left, &right));
                        out.push(Cow::Owned(holds.into()));
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Values of different kinds are told apart at a glance; others are looked through.
    fn pay_for_both(&mut self, left: &Value, right: &Value) -> Done {
        if value::kind(left) == value::kind(right) {
            self.pay(value::size(left) + value::size(right))
        } else {
            self.pay(1)
        }
    }

    fn calculate(
        &mut self,
        operator: Arithmetic,
        left: &Value,
        right: &Value,
    ) -> Result<Result<Value, String>, Stop> {
        let function = match operator {
            Arithmetic::Add => value::add,
            Arithmetic::Subtract => {
                self.pay(value::size(left).saturating_mul(value::size(right)))?;
                value::subtract
            }
            Arithmetic::Multiply => value::multiply,
            Arithmetic::Divide => value::divide,
            Arithmetic::Remainder => value::remainder,
        };
        self.pay(value::size(left) + value::size(right))?;
        Ok(function(left, right))
    }

    /// All results of `node`; a fault among them is one of the whole.
    fn all<'a>(
        &mut self,
        node: &'a Node,
        input: &'a Value,
        scope: Bound<'a>,
    ) -> Result<Out<'a>, Stop> {
        let mut all = Vec::new();
        self.eval(node, input, scope, &mut all)?;
        Ok(all)
    }

    /// Evaluates with an input or a binding that does not outlive the call: results are
    /// copied out of it.
    fn eval_within(
        &mut self,
        node: &Node,
        input: &Value,
        scope: Bound<'_>,
        out: &mut Out<'_>,
    ) -> Done {
        let mut local = Vec::new();
        let end = self.eval(node, input, scope, &mut local);
        for it in local {
            let it = self.keep(it)?;
            out.push(Cow::Owned(it));
        }
        end
    }

    /// Stage by stage. What a stage found before its fault still goes on; a fault in a later
    /// stage comes first, since it concerns what came before the earlier one.
    fn pipe<'a>(
        &mut self,
        stages: &'a [Node],
        input: &'a Value,
        scope: Bound<'a>,
        out: &mut Out<'a>,
    ) -> Done {
        let mut values = vec![Cow::Borrowed(input)];
        let mut end = Ok(());
        for stage in stages {
            let mut next = Vec::new();
            for it in values {
                let done = match it {
                    Cow::Borrowed(it) => self.eval(stage, it, scope, &mut next),
                    Cow::Owned(it) => self.eval_within(stage, &it, scope, &mut next),
                };
                if done.is_err() {
                    end = done;
                    break;
                }
            }
            values = next;
        }
        out.extend(values);
        end
    }

    fn branch<'a>(
        &mut self,
        branches: &'a [(Node, Node)],
        rest: Option<&'a Node>,
        input: &'a Value,
        scope: Bound<'a>,
        out: &mut Out<'a>,
    ) -> Done {
        let Some(((when, then), others)) = branches.split_first() else {
            match rest {
                Some(rest) => return self.eval(rest, input, scope, out),
                None => out.push(Cow::Borrowed(input)),
            }
            return Ok(());
        };
        for condition in self.all(when, input, scope)? {
            if value::is_true(&condition) {
                self.eval(then, input, scope, out)?;
            } else {
                self.branch(others, rest, input, scope, out)?;
            }
        }
        Ok(())
    }
}
