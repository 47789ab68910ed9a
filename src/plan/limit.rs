//! How large a plan may be: its steps, before any of them is decided, and the bytes of its file.
//!
//! In: numbers, and the limits of the target's settings. Out: the finding that stops the plan.

use std::io;

use serde::Serialize;

use crate::compile::Compiled;
use crate::finding::Finding;
use crate::finding::codes::E0516;
use crate::plan::draft::Draft;
use crate::plan::file::{PlanFile, Step};
use crate::plan::input;
use crate::plan::value::States;
use crate::text::Span;

/// Errors: that the plan would have too many steps.
pub(super) fn steps(states: &States<'_>, drafts: &[Draft<'_>]) -> Result<(), Vec<Finding>> {
    let most = states.before.catalog.settings.limits.steps;
    let count = drafts.len() as u64;
    let (what, key) = (format!("{count} steps"), "plan_steps");
    if count <= most {
        return Ok(());
    }
    let place = place(states, drafts);
    Err(vec![too_large(place, &what, &most.to_string(), key)])
}

/// The plan with all that is told in it, or that its file would be too large.
///
/// Errors: that it is, at the first entity of the result that it is about.
pub fn bytes(
    before: &Compiled,
    after: &Compiled,
    plan: PlanFile,
) -> Result<PlanFile, Box<Finding>> {
    let most = before.catalog.settings.limits.bytes;
    let mut size = Size { most, written: 0 };
    if plan
        .serialize(&mut serde_json::Serializer::new(&mut size))
        .is_ok()
    {
        return Ok(plan);
    }
    let (what, most) = (format!("more than {most} bytes"), most.to_string());
    let place = first(after, &plan);
    Err(Box::new(too_large(place, &what, &most, "plan_bytes")))
}

fn too_large(place: Span, what: &str, most: &str, key: &str) -> Finding {
    Finding::new(
        &E0516,
        place,
        format!("the plan has {what}, the limit is {most}"),
    )
    .label("the first of what it does")
    .help(format!(
        "make several pull requests of it, or set `limits: {{{key}: ...}}` in the settings of the target first"
    ))
}

/// Where the first step is asked for.
fn place(states: &States<'_>, drafts: &[Draft<'_>]) -> Span {
    let first = drafts.first().map(|draft| input::place(states, draft));
    first.unwrap_or_else(|| Span::whole_file(crate::text::FileId(0)))
}

/// The first entity of the result that a step is about.
fn first(after: &Compiled, plan: &PlanFile) -> Span {
    let catalog = &after.catalog;
    let entity = |step: &Step| {
        let (kind, _) = catalog.find_blueprint(&step.blueprint)?;
        let entity = catalog.find_entity(kind, &step.entity)?;
        Some(catalog.entity(entity)?.identifier.span)
    };
    let found = plan.steps.iter().find_map(entity);
    found.unwrap_or_else(|| Span::whole_file(crate::text::FileId(0)))
}

/// Counts what is written, and stops where it is too much.
struct Size {
    most: u64,
    written: u64,
}

impl io::Write for Size {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.written += bytes.len() as u64;
        if self.written > self.most {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
