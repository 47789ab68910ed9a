//! `--where`: which entities are meant, by an expression over each of them.
//!
//! In: the expression and what entities of the kind can have. Out: an answer for each entity, as
//! it is shown: what is hidden is `***` to the expression too, so that no answer tells a secret.

use serde_json::Value as Json;

use crate::cli::Failure;
use crate::expression::{Expression, Problem, Shape, unknown_reads};
use crate::text::visible;

/// The expression of `--where`.
pub(in crate::cli) struct Where(Expression);

impl Where {
    /// Errors: the expression is none, or reads what no entity of this shape has.
    pub(in crate::cli) fn read(written: &str, shape: &Shape) -> Result<Self, Failure> {
        let expression = Expression::parse(written).map_err(|problems| {
            problems.first().map_or_else(
                || Failure::new("`--where` cannot be read"),
                |problem| told(written, problem, ""),
            )
        })?;
        match unknown_reads(&expression, shape).first() {
            Some(problem) => Err(told(written, problem, "")),
            None => Ok(Self(expression)),
        }
    }

    /// Whether an entity is meant; what is absent is not true.
    ///
    /// Errors: for this entity the expression gives neither true nor false.
    pub(in crate::cli) fn takes(&self, entity: &Json, name: &str) -> Result<bool, Failure> {
        let source = self.0.source();
        let of = format!(" for {}", visible(name));
        match self.0.evaluate(entity) {
            Ok(Json::Bool(answer)) => Ok(answer),
            Ok(Json::Null) => Ok(false),
            Ok(_) => {
                let problem = self.0.evaluate_bool(entity).err();
                let problem = problem.ok_or_else(|| Failure::new("`--where` cannot be decided"))?;
                Err(told(source, &problem, &of).help("compare it: `.properties.replicas > 2`"))
            }
            Err(problem) => Err(told(source, &problem, &of)),
        }
    }
}

/// A problem at its characters of the expression.
fn told(written: &str, problem: &Problem, of: &str) -> Failure {
    let part = |from: u32, to: u32| {
        let text = written.get(from as usize..to as usize);
        visible(text.unwrap_or_default()).into_owned()
    };
    let (start, end) = (problem.start, problem.end.max(problem.start));
    let before = part(0, start).chars().count();
    let marked = part(start, end).chars().count().max(1);
    let failure = Failure::new(format!(
        "`--where`: {}{of}\n  {}\n  {}{}",
        visible(&problem.message),
        visible(written),
        " ".repeat(before),
        "^".repeat(marked)
    ));
    match &problem.help {
        Some(help) => failure.help(help.clone()),
        None => failure,
    }
}
