//! What a plan does outside: the calls of its steps.
//!
//! In: calls with their arguments as far as these are known. Out: one line a call, and all its
//! arguments for who wants them. Secrets are named by their variable only.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::plan::file::Call;
use crate::plan::file::Outcome;
use crate::plan::file::PlanFile;
use crate::plan::file::Send;
use crate::plan::file::Step;
use crate::plan::file::show;
use crate::plan::rendered::Part;
use crate::plan::rendered::Rendered;

use super::plan_words::is_done;
use super::words::{columns, cut, duration, left, right, safe};

/// What stands for a value that nobody knows before the call is made.
const LATER: &str = "known at apply";
/// The widest target in a table.
const TARGET: usize = 36;
/// The arguments that a target is made of, so that they are not listed beside it.
const IN_TARGET: [&str; 5] = ["repository", "workflow", "ref", "method", "url"];

/// The calls that would be made, a line each: stage, step, call, connector, target, limit and
/// what it waits for. Those of denied steps are not made.
pub(crate) fn table(plan: &PlanFile) -> Vec<String> {
    let mut rows: Vec<(&Step, &Call, String, String)> = Vec::new();
    for step in plan
        .steps
        .iter()
        .filter(|step| step.outcome != Outcome::Denied && !is_done(step))
    {
        for call in &step.calls {
            let target = cut(&target(call), TARGET).into_owned();
            rows.push((step, call, target, duration(call.timeout_seconds)));
        }
    }
    rows.sort_by_key(|(step, ..)| (step.stage, step.number));
    let widest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
    let stage = widest(&mut rows.iter().map(|row| columns(&row.0.stage.to_string())));
    let step = widest(&mut rows.iter().map(|row| columns(&row.0.number.to_string())));
    let id = widest(&mut rows.iter().map(|row| columns(&safe(&row.1.id))));
    let connector = widest(&mut rows.iter().map(|row| columns(&safe(&row.1.connector))));
    let target = widest(&mut rows.iter().map(|row| columns(&row.2)));
    let limit = widest(&mut rows.iter().map(|row| columns(&row.3)));
    let mut last = 0;
    let lines = rows.iter().map(|(of, call, to, most)| {
        let label = if of.stage == last {
            left("", "stage ".len() + stage)
        } else {
            format!("stage {:>stage$}", of.stage)
        };
        last = of.stage;
        let line = format!(
            "{label}  {:>step$} {}  {}  {}  up to {}  {}",
            of.number,
            left(&safe(&call.id), id),
            left(&safe(&call.connector), connector),
            left(to, target),
            right(most, limit),
            waits(of, call),
        );
        line.trim_end().to_owned()
    });
    lines.collect()
}

/// What a call waits for: `after scale`, `after 2`.
fn waits(step: &Step, call: &Call) -> String {
    let for_what: Vec<String> = if call.needs.is_empty() {
        step.after.iter().map(u32::to_string).collect()
    } else {
        call.needs.iter().map(|id| safe(id).into_owned()).collect()
    };
    if for_what.is_empty() {
        return String::new();
    }
    format!("after {}", for_what.join(", "))
}

/// Where a call goes, in a few words: `acme/ops scale.yml`, `POST deploy.example/verify`.
fn target(call: &Call) -> String {
    let whole = full_target(call);
    whole.replacen(" https://", " ", 1)
}

/// Where a call goes: `POST https://deploy.example/verify`.
pub(crate) fn full_target(call: &Call) -> String {
    let argument = |name: &str| call.with.get(&[name]).map(|value| plain(&value));
    if let (Some(repository), Some(workflow)) = (argument("repository"), argument("workflow")) {
        return safe(&format!("{repository} {workflow}")).into_owned();
    }
    let text = match &call.send {
        Send::Request(request) => {
            let sent = |name: &str| request.get(&[name]).map(|value| plain(&value));
            let method = argument("method").or_else(|| sent("method"));
            let url = argument("url").or_else(|| sent("url"));
            format!("{} {}", method.unwrap_or_default(), url.unwrap_or_default())
        }
        Send::Process(process) => {
            let program = process.get(&["program"]).map(|value| plain(&value));
            let args = process.get(&["args"]).map(|value| shown(&value));
            format!(
                "{} {}",
                program.unwrap_or_default(),
                args.unwrap_or_default()
            )
        }
    };
    safe(text.trim()).into_owned()
}

/// The branch that a call of a workflow runs on.
pub(crate) fn reference(call: &Call) -> Option<String> {
    call.with.get(&["workflow"])?;
    let reference = call.with.get(&["ref"])?;
    Some(safe(&plain(&reference)).into_owned())
}

/// The arguments that are not in the target, by the last part of their path where that says
/// enough: `service  CartService`.
pub(crate) fn arguments(call: &Call) -> Vec<String> {
    let mut leaves = Vec::new();
    collect(&call.with, &mut Vec::new(), &mut leaves);
    leaves.retain(|(path, _)| !(path.len() == 1 && in_target(call, path)));
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for (path, _) in &leaves {
        *times
            .entry(path.last().cloned().unwrap_or_default())
            .or_default() += 1;
    }
    let argument = |(path, value): &(Vec<String>, String)| {
        let last = path.last().cloned().unwrap_or_default();
        let name = if times.get(&last) == Some(&1) {
            last
        } else {
            path.join(".")
        };
        format!("{}  {}", safe(&name), safe(value))
    };
    let mut arguments: Vec<String> = leaves.iter().map(argument).collect();
    arguments.sort();
    arguments
}

fn in_target(call: &Call, path: &[String]) -> bool {
    let name = path.first().map(String::as_str).unwrap_or_default();
    let workflow = call.with.get(&["workflow"]).is_some();
    match name {
        "repository" | "workflow" | "ref" => workflow,
        _ => !workflow && matches!(call.send, Send::Request(_)) && IN_TARGET.contains(&name),
    }
}

fn collect(value: &Rendered, path: &mut Vec<String>, leaves: &mut Vec<(Vec<String>, String)>) {
    let mut entries: Vec<(String, Rendered)> = match value {
        Rendered::Map(entries) => entries
            .iter()
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect(),
        Rendered::Known(Json::Object(entries)) if !entries.is_empty() => entries
            .iter()
            .map(|(k, v)| (k.clone(), Rendered::Known(v.clone())))
            .collect(),
        other => {
            leaves.push((path.clone(), shown(other)));
            return;
        }
    };
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    for (key, value) in entries {
        path.push(key);
        collect(&value, path, leaves);
        path.pop();
    }
}

/// A value as an argument.
fn shown(value: &Rendered) -> String {
    match value {
        Rendered::Known(value) => show(Some(value)),
        Rendered::List(items) => {
            let items: Vec<String> = items.iter().map(shown).collect();
            format!("[{}]", items.join(", "))
        }
        Rendered::Map(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| format!("{key}: {}", shown(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Rendered::AtApply { parts, .. } => made_of(parts),
        Rendered::Secret { env, .. } => format!("from {env} (hidden)"),
    }
}

/// A value as a part of a target: texts without quotes.
fn plain(value: &Rendered) -> String {
    match value {
        Rendered::Known(Json::String(text)) => text.clone(),
        other => shown(other),
    }
}

fn made_of(parts: &[Part]) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Expression { .. } => format!("({LATER})"),
    };
    match parts {
        [Part::Expression { .. }] => LATER.to_owned(),
        parts => parts.iter().map(part).collect(),
    }
}
