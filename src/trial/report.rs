//! What running the rule tests came to: plain data, which is also the JSON of version 1, a format
//! that only grows.

use serde::Serialize;

/// The version of the format.
pub const VERSION: u32 = 1;

/// All tests and all rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The version of the format.
    pub version: u32,
    /// Errors of the catalog beside those of its tests: answers may then not be the last word.
    pub errors: usize,
    /// What must be in the names of the tests that were run, where not all were; no rules then.
    pub filter: Option<String>,
    /// How many tests there are, run or not.
    pub all: usize,
    /// The tests that were run, in the order of their places.
    pub cases: Vec<Case>,
    /// The rules, in the order of their places.
    pub rules: Vec<RuleSeen>,
}

/// A test that was run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// `FILE:LINE`.
    pub place: String,
    /// Whether all is as it was expected.
    pub passed: bool,
    /// What was expected: `allowed`, `needs approval`, `denied`; empty where that cannot be read.
    pub expected: String,
    /// What happened; empty where nothing could be asked.
    pub actual: String,
    /// What is not as it was expected, in words.
    pub faults: Vec<String>,
    /// Why it happened, where the test failed.
    pub reasons: Vec<Told>,
    /// Logins of those who could, where it was denied.
    pub could: Vec<String>,
}

/// A fact and the rule that it is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// `allowed`, `denied`, `needs approval`, or `no` for a rule that does not permit it.
    pub word: &'static str,
    /// In words.
    pub text: String,
    /// `FILE:LINE`, where there is a rule.
    pub place: Option<String>,
}

/// How far tests that pass have gone with a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// No test is about it.
    Never,
    /// Tests are about it, and in none of them it decides.
    NotApplied,
    /// It decides in one of them.
    Decided,
}

/// A rule, and how far tests have gone with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleSeen {
    /// `FILE:LINE`; with the column where several rules begin on the line.
    pub place: String,
    /// `permit`, `forbid`, `block`, `approval`.
    pub sort: &'static str,
    /// Its title, or the action that it is a part of.
    pub title: Option<String>,
    /// How far.
    pub reach: Reach,
}

impl Report {
    /// How many tests failed.
    pub fn failed(&self) -> usize {
        self.cases.iter().filter(|case| !case.passed).count()
    }

    /// How many rules were decided at least once.
    pub fn decided(&self) -> usize {
        let decided = |rule: &&RuleSeen| rule.reach == Reach::Decided;
        self.rules.iter().filter(decided).count()
    }

    /// The percent of rules that were decided, rounded down; of no rules all are.
    pub fn percent(&self) -> usize {
        (self.decided() * 100)
            .checked_div(self.rules.len())
            .unwrap_or(100)
    }
}
