//! A hostile string in every field: whatever a catalog says, no output obeys it.

use serde_json::Value as Json;

use crate::finding::Finding;
use crate::finding::codes::E0301;
use crate::plan::file::{Glass, GlassRequest, GlassUse, PlanFile, Uncounted};
use crate::source::{Snapshot, SourceFile};
use crate::text::{FileId, Span, is_hidden};

use super::cast::{approved, pr_412};
use super::story::{PLAIN, SUMMARY};
use super::{Baselined, Checked, Summary, Unshown};
use super::{Color, Detail, View, findings, findings_json};
use super::{gate_text, plan_github, plan_markdown, plan_text};

mod formats;
mod look;
mod page;
mod status;

use formats::in_every_format;

const HOSTILE: [&str; 17] = [
    "\u{202e}evil\u{2066}\u{200b}\u{feff}",
    "\u{1b}[2J\u{1b}]8;;http://x\u{7}link\u{9b}1m",
    "`",
    "``` ` ````` @acme/everyone",
    "@acme/everyone",
    "</details></summary> <img src=x onerror=alert(1)> -->",
    "a\n\n# heading\n- [x] done\n\r\n::error::file=x::y",
    "::add-mask::alice",
    "##[add-mask]alice ##vso[task.setvariable]x",
    "fixes #1, ![x](http://x) [a](http://b) http://evil.example www.evil.example",
    "| a | b \\| c |",
    "--",
    "~~~diff\n+ all is allowed",
    "x'; rm -rf / #",
    "::set-env name=PATH::/tmp,title=x:: %0A::error::%25",
    "]]></failure></testcase><script>alert('1')</script>",
    "\u{fffe}\u{ffff}\u{0}\u{85}\u{2028}\u{e0041}\u{7f}",
];

/// Whether the names that an author chooses for keys are hostile too.
#[derive(Clone, Copy, PartialEq)]
enum Keys {
    Kept,
    Infected,
}

struct Infection {
    with: &'static str,
    keys: Keys,
    number: usize,
}

impl Infection {
    fn another(&mut self) -> String {
        self.number += 1;
        format!("{}{}", self.with, self.number)
    }

    /// All strings of a plan but the words of its enumerations.
    fn enter(&mut self, value: &mut Json, key: &str) {
        match value {
            Json::String(text)
                if !matches!(
                    key,
                    "outcome"
                        | "does"
                        | "contract"
                        | "encode"
                        | "part"
                        | "for"
                        | "touched"
                        | "there"
                        | "turn"
                ) =>
            {
                *text = self.another();
            }
            Json::Array(items) => {
                for item in items {
                    self.enter(item, key);
                }
            }
            Json::Object(entries) => {
                let free = matches!(key, "hosts" | "outputs" | "map" | "known");
                for (key, mut value) in std::mem::take(entries) {
                    self.enter(&mut value, &key);
                    let infected = free && self.keys == Keys::Infected;
                    let key = if infected { self.another() } else { key };
                    entries.insert(key, value);
                }
            }
            _ => {}
        }
    }
}

fn infected(plan: &PlanFile, with: &'static str, keys: Keys) -> PlanFile {
    let mut value = serde_json::to_value(plan).unwrap();
    Infection {
        with,
        keys,
        number: 0,
    }
    .enter(&mut value, "");
    serde_json::from_value(value).unwrap()
}

/// Plans in which every kind of field is filled.
fn plans() -> Vec<PlanFile> {
    let mut full = pr_412();
    full.open = true;
    full.notices = full.steps[1].because.clone();
    full.refusals = full.steps[1].because.clone();
    full.merged = vec!["a".to_owned(), "b".to_owned()];
    full.coverage = super::cast::coverage();
    full.coverage[1].changes = full.steps[1].changes.clone();
    full.unscored = full.refusals.clone();
    full.more_effects = page::more_effects();
    full.levels = page::levels();
    full.break_glass = vec![GlassRequest {
        request: super::making::request("incident"),
        reason: "down".to_owned(),
    }];
    full.graph = Some(page::graph());
    full.since = Some(page::since(&full));
    full.uncounted = vec![Uncounted {
        login: "x".to_owned(),
        commit: "c".to_owned(),
        why: "nobody".to_owned(),
    }];
    full.steps[2].approvals[1].undecided = Some("why".to_owned());
    full.steps[2].approvals[0].waived = 1;
    for (step, is_for) in full.steps.iter_mut().zip([
        GlassUse::Permits,
        GlassUse::Waives,
        GlassUse::Waives,
        GlassUse::Permits,
        GlassUse::Offered,
    ]) {
        let rule = "catalog/policies/oncall.cedar:3".to_owned();
        step.decisions[0].break_glass = Some(Glass { rule, is_for });
    }
    full.actors.push("ada".to_owned());
    let mut nobody = full.clone();
    nobody.actors.clear();
    for step in &mut nobody.steps {
        for decision in &mut step.decisions {
            decision.actor = None;
            decision.could.push("x".to_owned());
        }
    }
    let given = approved(&[("ada", "c2d9a10"), ("sam", "77ab3c0")]);
    let mut nothing = pr_412();
    nothing.steps.clear();
    vec![full, nobody, given, nothing]
}

fn harmless(text: &str, about: &str) {
    for line in text.lines() {
        assert!(!line.contains(is_hidden), "{about}: {line:?}");
        let start = line.trim_start();
        assert!(!start.starts_with("::"), "{about}: {line:?}");
        assert!(
            !line.contains("##[") && !line.contains("##vso["),
            "{about}: {line:?}"
        );
    }
}

/// Markdown without its fences and code spans, read as a forge reads it.
fn outside_code(markdown: &str) -> String {
    let mut outside = String::new();
    let mut fence: Option<usize> = None;
    for line in markdown.lines() {
        let run = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) if run >= open && line.trim_matches('`').is_empty() => fence = None,
            Some(_) => {}
            None if run >= 3 && !line[run..].contains('`') => fence = Some(run),
            None => outside.push_str(&outside_spans(line)),
        }
        outside.push('\n');
    }
    assert_eq!(fence, None, "a fence is open at the end");
    outside
}

fn outside_spans(line: &str) -> String {
    let mut rest = line;
    let mut outside = String::new();
    while let Some(at) = rest.find('`') {
        outside.push_str(&rest[..at]);
        let run = rest[at..].len() - rest[at..].trim_start_matches('`').len();
        let inner = &rest[at + run..];
        let end = closing(inner, run).expect("a code span is closed in its line");
        rest = &inner[end + run..];
    }
    outside + rest
}

fn closing(text: &str, run: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find('`') {
        let start = at + found;
        let length = text[start..].len() - text[start..].trim_start_matches('`').len();
        if length == run {
            return Some(start);
        }
        at = start + length;
    }
    None
}

fn inert(markdown: &str, about: &str) {
    let mut rest = outside_code(markdown);
    for ours in ["<details>", "</details>", "<summary>", "</summary>", "###"] {
        rest = rest.replace(ours, "");
    }
    let marker = rest.lines().next().unwrap_or_default().to_owned();
    assert!(
        marker.starts_with("<!-- catalogc:plan catalog="),
        "{about}: {marker}"
    );
    assert_eq!(marker.matches("--").count(), 2, "{about}: {marker}");
    let rest = &rest[marker.len()..];
    for mark in [
        "@", "<", ">", "#", "](", "![", "http", "www.", "[x]", "\\", "~~~",
    ] {
        let line = rest.lines().find(|line| line.contains(mark));
        assert_eq!(line, None, "{about}: `{mark}` outside of code");
    }
}

#[test]
fn no_text_of_a_plan_drives_a_terminal_a_runner_or_a_forge() {
    for with in HOSTILE {
        for (plan, keys) in plans()
            .into_iter()
            .flat_map(|p| [(p.clone(), Keys::Kept), (p, Keys::Infected)])
        {
            let plan = infected(&plan, with, keys);
            for detail in [Detail::Short, Detail::Normal, Detail::Full] {
                let view = View {
                    detail,
                    stale: Some(with),
                    ..PLAIN
                };
                harmless(&plan_text(&plan, &view), with);
            }
            harmless(&gate_text(&plan, &PLAIN), with);
            let comment = plan_markdown(&plan);
            harmless(&comment, with);
            inert(&comment, with);
            let github = plan_github(&plan);
            assert_eq!(github.summary, comment);
            assert_eq!(github.outputs.lines().count(), 6, "{with}");
            let listed =
                |c: char| c.is_ascii_lowercase() || c.is_ascii_hexdigit() || "=_\n".contains(c);
            assert!(
                github.outputs.chars().all(listed),
                "{with}: {}",
                github.outputs
            );
        }
    }
}

#[test]
fn hostile_rows_of_a_table_stay_in_their_cells() {
    for with in HOSTILE {
        let comment = plan_markdown(&infected(&pr_412(), with, Keys::Kept));
        let rows = comment.lines().filter(|line| line.starts_with("| `~`"));
        for row in rows.clone() {
            let bars = row.replace("\\|", "").matches('|').count();
            assert_eq!(bars, 8, "{with}: {row}");
        }
        assert_eq!(rows.count(), 6, "{with}");
    }
}

#[test]
fn no_text_of_a_finding_drives_a_terminal_or_a_runner() {
    for with in HOSTILE {
        let file = |path: String, text: &str| SourceFile {
            path,
            text: Ok(text.into()),
            merged: true,
        };
        let text = format!("a: {with}\nb: {with}");
        let files = Snapshot::new(vec![
            file(format!("{with}a.yaml"), &text),
            file(format!("{with}b.yaml"), with),
        ]);
        let end = u32::try_from(text.len()).unwrap();
        let all: Vec<Finding> = (0..=end)
            .map(|at| {
                Finding::new(&E0301, Span::new(FileId(0), at, end), with)
                    .label_see(with, Span::new(FileId(1), at, at))
                    .help(with)
                    .related(Span::new(FileId(0), at, at + 1), with)
                    .related(Span::new(FileId(1), at, at + 1), with)
            })
            .collect();
        harmless(&findings(&files, &all, Color::Off, &SUMMARY), with);
        let json = findings_json(&files, &all, &SUMMARY);
        harmless(&json, with);
        let read: Json = serde_json::from_str(&json).unwrap();
        assert_eq!(read["findings"][0]["message"], with);
        assert_eq!(read["findings"][0]["related"].as_array().unwrap().len(), 3);
        let passed = [Baselined {
            finding: &all[0],
            reason: with,
        }];
        let summary = Summary {
            unshown: Unshown {
                baselined: 1,
                baseline: with.to_owned(),
                off: 1,
                off_by: vec![with.to_owned()],
                older: 1,
                since: with.to_owned(),
                ..Unshown::default()
            },
            ..SUMMARY
        };
        for root in ["", with] {
            in_every_format(
                with,
                &Checked {
                    snapshot: &files,
                    findings: &all,
                    baselined: &passed,
                    summary: &summary,
                    root,
                },
            );
        }
    }
}

#[test]
fn colour_changes_no_character() {
    let on = plan_text(
        &pr_412(),
        &View {
            color: Color::On,
            ..PLAIN
        },
    );
    let mut plain = String::new();
    for (n, part) in on.split('\u{1b}').enumerate() {
        plain.push_str(if n == 0 {
            part
        } else {
            part.split_once('m').unwrap().1
        });
    }
    assert_eq!(plain, plan_text(&pr_412(), &PLAIN));
    assert!(on.starts_with("\u{1b}[1m\u{1b}[31mdenied\u{1b}[0m"));
}
