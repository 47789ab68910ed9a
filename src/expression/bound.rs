//! How much an expression may produce, before it meets any input.
//!
//! Refuses at its own place what multiplies itself: `(.,.)|(.,.)|..`, nested loops. The number
//! of values and their nodes are bounded for an input of 1,000 nodes; how functions lengthen
//! texts is left to the budget of `evaluate`, which holds for every input.

use super::Problem;
use super::tree::Kind;
use super::tree::Link;
use super::tree::Node;
use super::tree::Part;
use super::tree::Place;
use super::tree::TextPart;
use super::value;

/// The most values or nodes that may exist at one time: two loops within each other pass, three
/// do not.
const MOST: f64 = 4e6;
/// The nodes of the input that is supposed.
const INPUT: f64 = 1000.0;

/// Refuses a tree that may produce too much.
pub(super) fn check(tree: &Node, whole: Place) -> Result<(), Vec<Problem>> {
    let mut bound = Bound {
        bindings: Vec::new(),
        peak: 0.0,
    };
    bound.node(
        tree,
        Flow {
            count: 1.0,
            nodes: INPUT,
            each: 1.0,
        },
    );
    if bound.peak <= MOST {
        return Ok(());
    }
    let message = "this multiplies its input too often: it may produce millions of values";
    let problem = Problem::new(whole, message);
    Err(vec![problem.with_help(
        "select first, then combine; use fewer loops within loops",
    )])
}

/// A stream of values.
#[derive(Debug, Clone, Copy)]
struct Flow {
    /// How many there are.
    count: f64,
    /// The nodes of all of them.
    nodes: f64,
    /// The most that one value of the input gave.
    each: f64,
}

impl Flow {
    const NOTHING: Self = Self {
        count: 0.0,
        nodes: 0.0,
        each: 0.0,
    };

    /// As many values, each of one node.
    fn scalars(self) -> Self {
        Self {
            nodes: self.count,
            ..self
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            nodes: self.nodes + other.nodes,
            each: self.each + other.each,
        }
    }

    /// Every pair of what the two gave for one value of the input.
    fn times(self, other: Self) -> Self {
        Self {
            count: (self.each * other.count).min(self.count * other.each),
            nodes: self.nodes * other.each + other.nodes * self.each,
            each: self.each * other.each,
        }
    }

    /// The same values, each up to `times` times.
    fn repeated(self, times: f64) -> Self {
        let times = times.max(1.0);
        Self {
            count: self.count * times,
            nodes: self.nodes * times,
            each: self.each * times,
        }
    }
}

struct Bound {
    bindings: Vec<Flow>,
    peak: f64,
}

impl Bound {
    fn node(&mut self, node: &Node, input: Flow) -> Flow {
        let input = Flow { each: 1.0, ..input };
        let out = self.inside(node, input);
        self.peak = self.peak.max(out.count).max(out.nodes);
        out
    }

    fn all<'n>(&mut self, nodes: impl IntoIterator<Item = &'n Node>, input: Flow) -> Flow {
        let start = input.scalars();
        nodes
            .into_iter()
            .fold(start, |flow, node| flow.times(self.node(node, input)))
    }

    fn inside(&mut self, node: &Node, input: Flow) -> Flow {
        match &node.kind {
            Kind::Input | Kind::OnInput(_) => input,
            Kind::Literal(literal) => {
                #[expect(clippy::cast_precision_loss, reason = "at most 4,096")]
                let size = value::size(literal) as f64;
                Flow {
                    nodes: input.count * size,
                    ..input
                }
            }
            Kind::Variable(distance) => {
                let bound = self.bindings.iter().rev().nth(*distance);
                let nodes = bound.map_or(1.0, |bound| bound.nodes / bound.count.max(1.0));
                Flow {
                    nodes: input.count * nodes,
                    ..input
                }
            }
            Kind::Test(_) | Kind::Array(None) => input.scalars(),
            Kind::Array(Some(inner)) => {
                let inner = self.node(inner, input);
                Flow {
                    nodes: input.count + inner.nodes,
                    ..input
                }
            }
            Kind::Negate(inner) => self.node(inner, input),
            Kind::Text(_, parts) => {
                let holes = parts.iter().filter_map(|part| match part {
                    TextPart::Hole(hole) => Some(hole),
                    TextPart::Fixed(_) => None,
                });
                self.all(holes, input)
            }
            Kind::Object(entries) => {
                self.all(entries.iter().flat_map(|(key, item)| [key, item]), input)
            }
            _ => self.combined(node, input),
        }
    }

    /// The nodes where streams are chained, joined or multiplied.
    fn combined(&mut self, node: &Node, input: Flow) -> Flow {
        match &node.kind {
            Kind::Pipe(stages) => stages.iter().fold(input, |flow, stage| {
                let out = self.node(stage, flow);
                Flow {
                    each: out.each * flow.each,
                    ..out
                }
            }),
            Kind::Comma(all) => all
                .iter()
                .fold(Flow::NOTHING, |flow, one| flow.and(self.node(one, input))),
            Kind::Bind(source, body) => {
                let source = self.node(source, input);
                self.bindings.push(source);
                let nodes = input.nodes * source.each;
                let out = self.node(
                    body,
                    Flow {
                        count: source.count,
                        nodes,
                        each: 1.0,
                    },
                );
                self.bindings.pop();
                Flow {
                    each: out.each * source.each,
                    ..out
                }
            }
            Kind::Alternative(left, right) => self.node(left, input).and(self.node(right, input)),
            Kind::Arithmetic(_, left, right) => self.all([&**left, &**right], input),
            Kind::Logic(_, left, right) | Kind::Compare(_, left, right) => {
                let pairs = self.all([&**left, &**right], input);
                Flow {
                    nodes: pairs.count,
                    ..pairs
                }
            }
            Kind::Try(body, handler) => {
                let body = self.node(body, input);
                let handler = handler
                    .as_deref()
                    .map(|handler| self.node(handler, input.scalars()));
                handler.map_or(body, |handler| body.and(handler))
            }
            Kind::If(branches, rest) => self.branches(branches, rest.as_deref(), input),
            Kind::OnPair(_, argument) => input.repeated(self.node(argument, input).each),
            Kind::Keyed(_, by) => {
                let elements = Flow {
                    count: input.nodes,
                    ..input
                };
                let keys = self.node(by, elements);
                Flow {
                    nodes: input.nodes + keys.nodes,
                    ..input
                }
            }
            Kind::Path(head, links) => {
                let head = self.node(head, input);
                links
                    .iter()
                    .fold(head, |flow, link| self.link(link, flow, input))
            }
            _ => input,
        }
    }

    fn branches(&mut self, branches: &[(Node, Node)], rest: Option<&Node>, input: Flow) -> Flow {
        let mut conditions = 1.0;
        let mut out = rest.map_or(input, |rest| self.node(rest, input));
        for (when, then) in branches {
            conditions *= self.node(when, input).each.max(1.0);
            out = out.and(self.node(then, input));
        }
        out.repeated(conditions)
    }

    fn link(&mut self, link: &Link, flow: Flow, input: Flow) -> Flow {
        match &link.part {
            Part::Key(_) => flow,
            Part::Each => Flow {
                count: flow.nodes,
                each: flow.nodes,
                ..flow
            },
            Part::Index(index) => flow.repeated(self.node(index, input).each),
            Part::Slice(from, upto) => {
                let edges = self.all(from.iter().chain(upto), input);
                flow.repeated(edges.each)
            }
        }
    }
}
