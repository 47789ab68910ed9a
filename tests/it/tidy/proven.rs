//! Every code of a finding is raised somewhere and proven by a case.

use catalogc::finding::codes;

use super::WITHOUT_CASE;
use super::{assert_none, code, files, is_test, root, sources};

#[test]
fn every_code_is_raised() {
    let sources = sources();
    let is_raised = |id: &str| {
        let forms = [format!("&{id}"), format!("codes::{id}")];
        sources
            .iter()
            .filter(|source| source.path != "src/finding/codes.rs" && !is_test(source))
            .flat_map(code)
            .filter(|(_, line)| !line.trim_start().starts_with("use "))
            .any(|(_, line)| forms.iter().any(|form| line.contains(form.as_str())))
    };
    let mut wrong = Vec::new();
    for code in codes::ALL {
        if !is_raised(code.id) {
            wrong.push(format!("{} is raised nowhere", code.id));
        }
    }
    assert_none(&wrong);
}

#[test]
fn every_code_is_expected_by_a_case() {
    let cases = files("fixtures/check", "/case.yaml");
    let mut wrong = Vec::new();
    for code in codes::ALL {
        let is_excused = WITHOUT_CASE.iter().any(|(id, _)| *id == code.id);
        let is_expected = cases.iter().any(|case| case.text.contains(code.id));
        match (is_expected, is_excused) {
            (false, false) => wrong.push(format!("{} is expected by no case", code.id)),
            (true, true) => wrong.push(format!("{} has a case: no excuse is needed", code.id)),
            _ => {}
        }
    }
    assert_none(&wrong);
}

#[test]
fn every_folder_of_cases_is_a_case() {
    for entry in std::fs::read_dir(root().join("fixtures/check")).expect("the cases") {
        let folder = entry.expect("an entry of a folder").path();
        assert!(folder.join("case.yaml").is_file(), "{}", folder.display());
    }
}
