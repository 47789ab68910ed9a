//! Rule tests for whatever reads test reports: a suite a file, a case a test, and one suite for
//! the rules, in which those that no test decides are skipped.

use std::collections::BTreeMap;

use super::findings_junit::{attribute, escaped};
use super::words::safe;
use crate::trial::report::{Case, Reach, Report, RuleSeen};

/// The name of the report.
const NAME: &str = "catalogc test";

/// The report.
pub fn tested_junit(report: &Report) -> String {
    let mut suites: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    for case in &report.cases {
        let file = case.place.rsplit_once(':').map_or("", |(file, _)| file);
        suites.entry(file).or_default().push(case);
    }
    let mut body = String::new();
    for (file, cases) in &suites {
        let failed = cases.iter().filter(|case| !case.passed).count();
        body.push_str(&suite(file, (cases.len(), failed, 0)));
        for case in cases {
            body.push_str(&test(file, case));
        }
        body.push_str("  </testsuite>\n");
    }
    let open = report.rules.len() - report.decided();
    if !report.rules.is_empty() {
        body.push_str(&suite("rules", (report.rules.len(), 0, open)));
        for rule in &report.rules {
            body.push_str(&decided(rule));
        }
        body.push_str("  </testsuite>\n");
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"{NAME}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{open}\" time=\"0\">\n\
         {body}</testsuites>\n",
        report.cases.len() + report.rules.len(),
        report.failed()
    )
}

fn suite(name: &str, (tests, failures, skipped): (usize, usize, usize)) -> String {
    format!(
        "  <testsuite name=\"{}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" time=\"0\">\n",
        attribute(name)
    )
}

fn test(file: &str, case: &Case) -> String {
    let head = format!(
        "    <testcase classname=\"{}\" name=\"{}\" time=\"0\"",
        attribute(file),
        attribute(&case.name)
    );
    if case.passed {
        return head + "/>\n";
    }
    let mut lines = vec![case.place.clone()];
    lines.extend(case.faults.iter().cloned());
    for told in &case.reasons {
        let place = told.place.as_deref().unwrap_or_default();
        let line = format!("{} {} {place}", told.word, told.text);
        lines.push(line.trim_end().to_owned());
    }
    let lines: Vec<String> = lines.iter().map(|line| safe(line).into_owned()).collect();
    let first = case.faults.first().map_or("", String::as_str);
    format!(
        "{head}>\n      <failure type=\"rule-test\" message=\"{}\">{}</failure>\n    </testcase>\n",
        attribute(first),
        escaped(&lines.join("\n"))
    )
}

fn decided(rule: &RuleSeen) -> String {
    let title = rule.title.as_deref().unwrap_or_default();
    let name = format!("{} {} {title}", rule.place, rule.sort);
    let head = format!(
        "    <testcase classname=\"rules\" name=\"{}\" time=\"0\"",
        attribute(name.trim_end())
    );
    let why = match rule.reach {
        Reach::Decided => return head + "/>\n",
        Reach::NotApplied => "tests are about it, and in none of them it decides",
        Reach::Never => "no test is about it",
    };
    format!("{head}>\n      <skipped message=\"{why}\"/>\n    </testcase>\n")
}
