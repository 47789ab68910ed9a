//! Findings as SARIF 2.1.0, for code scanning.
//!
//! In: what a check found. Out: a log with a rule for each code that is found and its page, and a
//! result for each finding, with the change that puts it right where that is certain. Columns count Unicode scalar values. GitHub's limits hold: what they
//! leave out is told in a notification of the last run.

use crate::finding::explain::page;
use crate::finding::{Code, Finding, Severity};
use crate::text::Span;

use super::checked::Checked;
use super::explain::explain;
use super::json;
use super::paint::Color;
use super::place::Places;
use super::words::{count, cut, number, safe};

mod log;

use log::{
    Artifact, ArtifactChange, Automation, Base, Bases, Configuration, Driver, Fingerprints, Help,
    Invocation, Location, Log, Message, Notification, Outcome, Physical, Region, Repair,
    Replacement, Rule, Run, Suppression, Tool,
};

/// Results that GitHub takes in a run.
const RESULTS: usize = 25_000;
/// Runs that GitHub takes in a log.
const RUNS: usize = 10;
/// Locations that GitHub shows of a result.
const RELATED: usize = 100;
/// Characters of a message.
const MESSAGE: usize = 4_000;
/// Characters of a description.
const DESCRIPTION: usize = 1_024;
/// What the paths of a log begin at.
const BASE: &str = "%SRCROOT%";
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The log.
pub fn findings_sarif(checked: &Checked<'_>) -> String {
    json::document(&runs(checked, RESULTS, RUNS))
}

/// A log of at most so many runs, each of at most so many results.
fn runs(checked: &Checked<'_>, results: usize, most: usize) -> Log {
    let places = checked.places();
    let (prints, passed) = checked.fingerprints();
    let prints = prints.into_iter().chain(passed);
    let open = checked.findings.iter().map(|finding| (finding, None));
    let baselined = checked.baselined.iter();
    let baselined = baselined.map(|passed| (passed.finding, Some(passed.reason)));
    let all: Vec<_> = open.chain(baselined).zip(prints).collect();
    let mut chunks: Vec<&[_]> = all.chunks(results).take(most).collect();
    if chunks.is_empty() {
        chunks.push(&[]);
    }
    let left_out = all.len().saturating_sub(results * most);
    let last = chunks.len();
    let runs = chunks.into_iter().enumerate().map(|(n, chunk)| {
        let mut codes: Vec<&'static Code> = chunk.iter().map(|((f, _), _)| f.code).collect();
        codes.sort_by_key(|code| code.id);
        codes.dedup();
        let results = chunk.iter().map(|((finding, reason), print)| {
            let index = codes.partition_point(|code| code.id < finding.code.id);
            outcome(finding, *reason, index, print, checked, &places)
        });
        let left_out = if n + 1 == last { left_out } else { 0 };
        run(n, results.collect(), &codes, left_out)
    });
    Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: runs.collect(),
    }
}

fn run(n: usize, results: Vec<Outcome>, codes: &[&'static Code], left_out: usize) -> Run {
    let mut notifications = Vec::new();
    if left_out > 0 {
        let more = count(left_out, "more finding is", "more findings are");
        notifications.push(Notification {
            level: "warning",
            message: text(format!(
                "{more} not in this log: GitHub takes {} runs of {}, `catalogc check` prints all",
                number(RUNS),
                number(RESULTS)
            )),
        });
    }
    Run {
        tool: Tool {
            driver: Driver {
                name: "catalogc",
                version: env!("CARGO_PKG_VERSION"),
                semantic_version: env!("CARGO_PKG_VERSION"),
                rules: codes.iter().map(|code| rule(code)).collect(),
            },
        },
        // Two runs of one category would take each other's place.
        automation_details: Automation {
            id: match n {
                0 => "catalogc/".to_owned(),
                n => format!("catalogc/{}/", n + 1),
            },
        },
        invocations: [Invocation {
            execution_successful: true,
            tool_execution_notifications: notifications,
        }],
        original_uri_base_ids: Bases {
            root: Base {
                description: text("the folder of the repository"),
            },
        },
        column_kind: "unicodeCodePoints",
        results,
    }
}

fn rule(code: &'static Code) -> Rule {
    let page = page(code.page);
    Rule {
        id: code.id,
        name: code.name,
        short_description: text(code.title),
        full_description: text(cut(page.why, DESCRIPTION)),
        default_configuration: Configuration {
            level: code.severity.word(),
        },
        help: Help {
            text: explain(code, &page, None, Color::Off),
            markdown: code.page,
        },
    }
}

fn outcome(
    finding: &Finding,
    reason: Option<&str>,
    rule_index: usize,
    print: &str,
    checked: &Checked<'_>,
    places: &Places<'_>,
) -> Outcome {
    let mut words = plain(&finding.message);
    if let Some(help) = &finding.help {
        words.push_str("\nhelp: ");
        words.push_str(&plain(help));
    }
    let see = finding.see.map(|span| (span, &finding.label));
    let related = finding.related.iter();
    let related = related.map(|related| (related.span, &related.label));
    let mut related: Vec<Location> = see
        .into_iter()
        .chain(related)
        .enumerate()
        .map(|(n, (span, label))| Location {
            id: Some(n + 1),
            message: Some(text(plain(label))),
            ..location(span, checked, places)
        })
        .collect();
    if related.len() > RELATED {
        let more = count(related.len() - RELATED, "more place", "more places");
        words.push_str(&format!("\n{more} not listed here"));
        related.truncate(RELATED);
    }
    Outcome {
        rule_id: finding.code.id,
        rule_index,
        level: match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        message: text(words),
        locations: [location(finding.span, checked, places)],
        related_locations: related,
        partial_fingerprints: Fingerprints {
            finding: print.to_owned(),
        },
        // What passes was not tried: whether its change is certain is not known.
        fixes: match reason {
            None => repair(finding, checked, places).into_iter().collect(),
            Some(_) => Vec::new(),
        },
        suppressions: reason
            .map(|reason| Suppression {
                kind: "external",
                justification: plain(reason),
            })
            .into_iter()
            .collect(),
    }
}

/// The change that `check --fix` writes, where it is certain.
fn repair(finding: &Finding, checked: &Checked<'_>, places: &Places<'_>) -> Option<Repair> {
    let fix = finding.fix.as_ref()?;
    let mut edits = fix.edits(checked.snapshot.text(fix.span.file))?;
    edits.sort();
    let replacements = edits.into_iter().map(|edit| Replacement {
        deleted_region: region(edit.span, places),
        inserted_content: text(edit.text),
    });
    Some(Repair {
        description: finding.help.as_deref().map(|help| text(plain(help))),
        artifact_changes: [ArtifactChange {
            artifact_location: artifact(fix.span, checked),
            replacements: replacements.collect(),
        }],
    })
}

fn artifact(span: Span, checked: &Checked<'_>) -> Artifact {
    Artifact {
        uri: uri(&checked.path(span)),
        uri_base_id: BASE,
    }
}

fn region(span: Span, places: &Places<'_>) -> Region {
    let (start, end) = places.range(span);
    Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

fn location(span: Span, checked: &Checked<'_>, places: &Places<'_>) -> Location {
    Location {
        id: None,
        physical: Physical {
            artifact_location: artifact(span, checked),
            region: region(span, places),
        },
        message: None,
    }
}

fn text(text: impl Into<String>) -> Message {
    Message { text: text.into() }
}

/// The user's text in a message: hidden characters are shown, nothing in it is a link, and it
/// is no longer than a reader takes.
fn plain(words: &str) -> String {
    let words = safe(words);
    let words = cut(&words, MESSAGE);
    if words.contains("](") {
        words.replace('[', "\\[").replace(']', "\\]")
    } else {
        words.into_owned()
    }
}

/// A path as a relative reference: all but letters, digits and `-._~/` is percent-encoded.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::{Checked, runs, uri};
    use crate::finding::Finding;
    use crate::finding::codes::{E0301, E0303};
    use crate::render::Summary;
    use crate::source::memory::snapshot;
    use crate::text::{FileId, Span};

    #[test]
    fn a_path_is_a_relative_reference() {
        assert_eq!(uri("a b/\u{fc}#?:%.yaml"), "a%20b/%C3%BC%23%3F%3A%25.yaml");
    }

    #[test]
    fn runs_are_filled_one_after_the_other_and_the_last_says_what_is_left_out() {
        let files = snapshot([("a.yaml", "a: b\n")]);
        let at = |n| Span::new(FileId(0), n, n + 1);
        let findings: Vec<Finding> = [&E0301, &E0301, &E0303, &E0301, &E0301]
            .into_iter()
            .map(|code| Finding::new(code, at(0), "m"))
            .collect();
        let summary = Summary::default();
        let checked = Checked {
            snapshot: &files,
            findings: &findings,
            baselined: &[],
            summary: &summary,
            root: "",
        };
        let log = runs(&checked, 2, 2);
        let told: Vec<(usize, usize, &str)> = log
            .runs
            .iter()
            .map(|run| {
                let rules = run.tool.driver.rules.len();
                (run.results.len(), rules, run.automation_details.id.as_str())
            })
            .collect();
        assert_eq!(told, [(2, 1, "catalogc/"), (2, 2, "catalogc/2/")]);
        let told = |n: usize| &log.runs[n].invocations[0].tool_execution_notifications;
        assert!(told(0).is_empty());
        let words = &told(1)[0].message.text;
        assert!(
            words.starts_with("1 more finding is not in this log"),
            "{words}"
        );
        let index: Vec<usize> = log.runs[1].results.iter().map(|r| r.rule_index).collect();
        assert_eq!(index, [1, 0]);
    }
}
