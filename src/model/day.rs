//! A day of the calendar, as files and arguments write it: `2027-01-01`.

/// A day; later days are greater.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(String);

impl Day {
    /// The day that a text names: four digits, two and two, and the calendar has it.
    pub fn parse(text: &str) -> Option<Self> {
        let shape = text.bytes().map(|byte| match byte {
            b'0'..=b'9' => '0',
            b'-' => '-',
            _ => 'x',
        });
        if !shape.eq("0000-00-00".chars()) {
            return None;
        }
        let day: jiff::civil::Date = text.parse().ok()?;
        Some(Self(day.to_string()))
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn only_days_of_the_calendar_are_days() {
        for good in ["2027-01-01", "2028-02-29"] {
            assert_eq!(Day::parse(good).unwrap().to_string(), good);
        }
        for bad in [
            "2027-02-29",
            "2027-1-1",
            "20270101",
            "+002027-01-01",
            "2027-01-01T00",
            "",
        ] {
            assert_eq!(Day::parse(bad), None, "{bad}");
        }
        assert!(Day::parse("2026-12-31") < Day::parse("2027-01-01"));
    }
}
