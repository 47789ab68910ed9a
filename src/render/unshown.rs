//! What was found and is not shown, and why: a line for each reason, so that nothing is lost
//! silently.

use crate::text::Span;

use super::words::{count, is_or_are, list, safe, size};

/// Findings that are not shown, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unshown {
    /// Those that the baseline lets pass.
    pub baselined: u64,
    /// The file of the baseline.
    pub baseline: String,
    /// Those of them that pass for some time only, where no day was given to judge by.
    pub expiring: u64,
    /// The first day on which one of these passes no more.
    pub first_day: String,
    /// Those that the settings switch off.
    pub off: u64,
    /// Where the settings do.
    pub off_by: Vec<String>,
    /// Those that were there before.
    pub older: u64,
    /// The revision at which they were.
    pub since: String,
    /// Those that are too many to be told one by one, where they are compared with older ones.
    pub counted: u64,
    /// Where secrets stand, also those whose findings are not shown: no output shows them.
    pub secrets: Vec<Span>,
}

impl Unshown {
    /// Whether what is shown is only what is new.
    pub(super) const fn is_only_new(&self) -> bool {
        self.baselined > 0 || !self.since.is_empty()
    }

    /// A line for each reason.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let findings = |n: u64| format!("{} {}", count(size(n), "finding", "findings"), be(n));
        if self.older > 0 {
            let older = count(size(self.older), "older finding", "older findings");
            let verb = be(self.older);
            lines.push(format!(
                "{older} {verb} not shown: {} has {} too",
                safe(&self.since),
                if self.older == 1 { "it" } else { "them" }
            ));
        }
        if self.counted > 0 && !self.since.is_empty() {
            lines.push(format!(
                "{} beyond those that are told are compared with {} by their number alone",
                count(size(self.counted), "finding", "findings"),
                safe(&self.since)
            ));
        }
        if self.baselined > 0 {
            let file = safe(&self.baseline);
            lines.push(format!(
                "{} in the baseline ({file})",
                findings(self.baselined)
            ));
        }
        if self.expiring > 0 {
            let entries = count(size(self.expiring), "baseline entry", "baseline entries");
            let verb = if self.expiring == 1 {
                "expires"
            } else {
                "expire"
            };
            lines.push(format!(
                "{entries} {verb}, the first on {}; judged with --now",
                self.first_day
            ));
        }
        if self.off > 0 {
            lines.push(format!(
                "{} switched off by {}",
                findings(self.off),
                self.places()
            ));
        }
        lines
    }

    fn places(&self) -> String {
        const MOST: usize = 2;
        let mut places: Vec<String> = self
            .off_by
            .iter()
            .take(MOST)
            .map(|place| safe(place).into_owned())
            .collect();
        if self.off_by.len() > MOST {
            let others = self.off_by.len() - MOST;
            places.push(count(others, "other place", "other places"));
        }
        list(&places, "and")
    }
}

fn be(n: u64) -> &'static str {
    is_or_are(size(n))
}

#[cfg(test)]
mod tests {
    use super::Unshown;

    #[test]
    fn each_reason_has_its_line() {
        let all = Unshown {
            baselined: 12,
            baseline: "catalogc-baseline.yaml".to_owned(),
            expiring: 3,
            first_day: "2027-01-01".to_owned(),
            off: 2,
            off_by: (1..=4).map(|n| format!("catalogc.yaml:{n}:3")).collect(),
            older: 1,
            since: "main".to_owned(),
            counted: 7,
            secrets: Vec::new(),
        };
        assert_eq!(
            all.lines(),
            [
                "1 older finding is not shown: main has it too",
                "7 findings beyond those that are told are compared with main by their number alone",
                "12 findings are in the baseline (catalogc-baseline.yaml)",
                "3 baseline entries expire, the first on 2027-01-01; judged with --now",
                "2 findings are switched off by catalogc.yaml:1:3, catalogc.yaml:2:3 and 2 other places",
            ]
        );
        assert_eq!(Unshown::default().lines(), [""; 0]);
    }
}
