//! The rules of a catalog as Cedar: a file that Cedar's own tools read, or JSON.

use serde::Serialize;

use crate::render::json;
use crate::render::why::Place;
use crate::text::visible;

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Where it is written.
    pub place: Place,
    /// `policy`, `permission` or `approval`.
    pub written_as: &'static str,
    /// The actions that it names; empty where it is about all.
    pub actions: Vec<String>,
    /// `permit`, `forbid`, or `approve`, which is no effect of Cedar.
    pub effect: &'static str,
    /// Its `@title`.
    pub title: Option<String>,
    /// From whom an approval is needed, in words.
    pub by: Option<String>,
    /// The policy, or the condition of an approval.
    pub cedar: Option<String>,
    /// What is wrong with it: it denies all that it is about.
    pub broken: Option<String>,
}

/// The rules as a file of Cedar, each below the place where it is written.
pub fn policies_text(rules: &[Rule]) -> String {
    let blocks: Vec<String> = rules.iter().map(block).collect();
    blocks.join("\n")
}

fn block(rule: &Rule) -> String {
    let mut lines = Vec::new();
    let place = format!("{}:{}", visible(&rule.place.file), rule.place.line);
    match (&rule.by, rule.actions.first()) {
        (Some(by), Some(action)) => {
            let (action, by) = (visible(action), visible(by));
            let when = if rule.cedar.is_some() { ", when" } else { "" };
            lines.push(format!("// {place}: approval of {action} by {by}{when}"));
        }
        _ => lines.push(format!("// {place}")),
    }
    if let Some(broken) = &rule.broken {
        let broken = visible(broken);
        lines.push(format!(
            "// broken, so it denies all that it is about: {broken}"
        ));
    }
    // What is no policy, or none that can be read, is a comment.
    let is_policy = rule.by.is_none() && rule.broken.is_none();
    for line in rule.cedar.iter().flat_map(|cedar| cedar.lines()) {
        let line = visible(line);
        lines.push(if is_policy {
            line.into_owned()
        } else {
            format!("//   {line}").trim_end().to_owned()
        });
    }
    lines.join("\n") + "\n"
}

/// The rules for programs.
pub fn policies_json(rules: &[Rule]) -> String {
    #[derive(Serialize)]
    struct Document<'r> {
        version: u32,
        rules: &'r [Rule],
    }
    json::document(&Document { version: 1, rules })
}
