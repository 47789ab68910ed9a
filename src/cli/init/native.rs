//! Documents of a catalog as its files.
//!
//! In: kind, name and value of each document. Out: a YAML file for each, at a path that every
//! system takes whatever the name is. The same documents give the same files.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::cli::init::Files;
use crate::cli::init::remarks::Remarks;
use crate::model::DocumentKind;
use crate::syntax::MergeKeys;
use crate::text::FileId;

/// The longest part of a path that is made of a name, in characters.
const NAME_MAX: usize = 80;

/// Names that some system keeps for devices.
const DEVICES: [&str; 7] = ["aux", "clock$", "com", "con", "lpt", "nul", "prn"];

/// A file for each document, by path. Of documents with one name each has its own file.
pub(super) fn files(
    mut natives: Vec<(DocumentKind, String, Json)>,
    remarks: &mut Remarks,
) -> Files {
    // A stable sort: what is equal keeps the order of the export.
    natives.sort_by(|a, b| (a.0, blueprint(&a.2), &a.1).cmp(&(b.0, blueprint(&b.2), &b.1)));
    let mut taken = BTreeSet::new();
    natives
        .into_iter()
        .map(|(kind, name, value)| {
            let mut stem = format!("catalog/{}/", kind.word());
            if kind == DocumentKind::Entities {
                stem.push_str(&safe(blueprint(&value)));
                stem.push('/');
            }
            stem.push_str(&safe(&name));
            let text = remarks.written(kind, text(&value));
            (free(&stem, &mut taken), text)
        })
        .collect()
}

fn blueprint(value: &Json) -> &str {
    value
        .get("blueprint")
        .and_then(Json::as_str)
        .unwrap_or_default()
}

/// A document as YAML, keys in their order. What YAML's writer and reader do not agree about, as
/// a key `<<` is, stands there as JSON, which is YAML too.
fn text(value: &Json) -> String {
    let plain = serde_yaml::to_string(value).unwrap_or_default();
    let is_the_same = |yaml: &String| {
        let (documents, findings) = crate::syntax::parse(FileId(0), yaml, MergeKeys::Resolved);
        match documents.as_slice() {
            [document] => findings.is_empty() && document.root.to_json() == *value,
            _ => false,
        }
    };
    let mut forms = [with_signs(&plain), plain].into_iter();
    let same = forms.find(is_the_same);
    same.unwrap_or_else(|| format!("{value:#}\n"))
}

/// The same with quotes around a lone `=`, which YAML 1.1 and its readers take for a type of its own.
fn with_signs(yaml: &str) -> String {
    let mut out = String::with_capacity(yaml.len());
    for line in yaml.lines() {
        let sign = [": =", "- ="].into_iter().find(|end| line.ends_with(end));
        match sign.and_then(|_| line.strip_suffix('=')) {
            Some(before) => out.push_str(&format!("{before}'='")),
            None => out.push_str(line),
        }
        out.push('\n');
    }
    out
}

/// A name as a part of a path: nothing in it leads elsewhere, hides, or means a device.
fn safe(name: &str) -> String {
    let part: String = name
        .chars()
        .take(NAME_MAX)
        .map(|c| match c {
            _ if c.is_ascii_alphanumeric() => c,
            '_' | '.' | '-' => c,
            _ => '-',
        })
        .collect();
    let part = part.trim_matches(['.', '-']);
    let first = part.split('.').next().unwrap_or_default();
    let device = first
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .to_ascii_lowercase();
    if part.is_empty() || DEVICES.contains(&device.as_str()) || first.eq_ignore_ascii_case("git~1")
    {
        return format!("_{part}");
    }
    part.to_owned()
}

/// The path for a stem that no other file has, also where upper and lower case are one. A number
/// behind the name sorts it behind the file that had the name first.
fn free(stem: &str, taken: &mut BTreeSet<String>) -> String {
    let mut path = format!("{stem}.yaml");
    let mut number = 1_u64;
    while !taken.insert(path.to_ascii_lowercase()) {
        number += 1;
        path = format!("{stem}_{number}.yaml");
    }
    path
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Remarks, files, safe};
    use crate::model::DocumentKind;

    #[test]
    fn no_name_leads_out_of_the_catalog_or_hides_in_it() {
        for (name, part) in [
            ("CartService", "CartService"),
            ("a/b", "a-b"),
            ("../../etc/passwd", "etc-passwd"),
            ("..", "_"),
            (".git", "git"),
            ("", "_"),
            ("-rf", "rf"),
            ("CON", "_CON"),
            ("com1.x", "_com1.x"),
            ("caf\u{e9}\u{202e}", "caf"),
            ("a\nb\u{0}", "a-b"),
        ] {
            assert_eq!(safe(name), part, "{name:?}");
        }
        assert_eq!(safe(&"x".repeat(5000)).len(), 80);
    }

    #[test]
    fn a_lone_sign_gets_quotes_and_a_text_that_ends_so_does_not() {
        let value = json!({"operator": "=", "all": ["=", ">"]});
        let written = super::text(&value);
        assert_eq!(written, "operator: '='\nall:\n- '='\n- '>'\n");
        for text in ["one\n  a: =\n", "a: =", "= =", "=="] {
            let value = json!({"text": text, "sign": "="});
            let read: serde_json::Value = serde_yaml::from_str(&super::text(&value)).unwrap();
            assert_eq!(read, value);
        }
    }

    #[test]
    fn every_document_has_a_file_of_its_own() {
        let entity = |name: &str| {
            let value = json!({"identifier": name, "blueprint": "A/B"});
            (DocumentKind::Entities, name.to_owned(), value)
        };
        let natives = ["x", "X", "x/", "x"].map(entity).to_vec();
        let paths: Vec<String> = files(natives, &mut Remarks::default())
            .into_iter()
            .map(|(path, _)| path)
            .collect();
        let expected =
            ["X", "x_2", "x_3", "x_4"].map(|name| format!("catalog/entities/A-B/{name}.yaml"));
        assert_eq!(paths, expected);
    }
}
