//! What names, keys and tags of a descriptor may look like: the rules of Backstage's own
//! validators, which are wider in places than its documentation.
//!
//! In: `metadata`. Out: findings at the characters that are refused. Values that are of another
//! type than they must be are for the blueprint.

use crate::finding::Finding;
use crate::finding::codes::E0231;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::text::{Span, has_hidden};

/// The longest name, in characters.
const NAME_MAX: usize = 63;

/// The longest part of a key before the slash, in characters.
const PREFIX_MAX: usize = 253;

/// What a name is made of, as advice.
const NAME_WORDS: &str =
    "write letters and digits, with `-`, `_` or `.` in between, 63 characters at most";

/// Looks through `metadata`.
pub(super) fn check(metadata: &Node, findings: &mut Vec<Finding>) {
    if let Some((name, span)) = text(metadata, "name")
        && !is_name(name)
        // What cannot be seen is said of every identifier.
        && !has_hidden(name)
    {
        findings.push(refused(span, name, "name", NAME_WORDS));
    }
    if let Some((namespace, span)) = text(metadata, "namespace")
        && !is_label(namespace)
    {
        let help =
            "write lower-case letters and digits, with `-` in between, 63 characters at most";
        findings.push(refused(span, namespace, "namespace", help));
    }
    for (key, what) in [
        ("labels", "key of a label"),
        ("annotations", "key of an annotation"),
    ] {
        for entry in metadata
            .get(key)
            .and_then(Node::as_mapping)
            .unwrap_or_default()
        {
            check_key(entry, what, findings);
        }
    }
    for entry in metadata
        .get("labels")
        .and_then(Node::as_mapping)
        .unwrap_or_default()
    {
        if let Some(value) = entry.node.as_str()
            && !value.is_empty()
            && !is_name(value)
        {
            findings.push(refused(
                entry.node.span,
                value,
                "value of a label",
                NAME_WORDS,
            ));
        }
    }
    check_tags(list(metadata, "tags"), findings);
    check_links(list(metadata, "links"), findings);
}

/// The elements of a list; none where there is no list.
fn list<'n>(metadata: &'n Node, key: &str) -> &'n [Node] {
    let node = metadata.get(key);
    node.and_then(Node::as_sequence).unwrap_or_default()
}

fn check_tags(tags: &[Node], findings: &mut Vec<Finding>) {
    for node in tags {
        if let Some(tag) = node.as_str()
            && !is_tag(tag)
        {
            let help = "write lower-case letters, digits, `:`, `+` or `#`, with `-` in between, 63 characters at most";
            findings.push(refused(node.span, tag, "tag", help));
        }
    }
}

fn check_links(links: &[Node], findings: &mut Vec<Finding>) {
    for link in links {
        if let Some((url, span)) = text(link, "url")
            && !is_url(url)
        {
            let finding = refused(span, url, "url", "begin it with `https://`");
            findings.push(finding.label("not a whole address"));
        }
        if let Some((icon, span)) = text(link, "icon")
            && !is_name(icon)
        {
            findings.push(refused(span, icon, "icon", NAME_WORDS));
        }
    }
}

fn text<'n>(node: &'n Node, key: &str) -> Option<(&'n str, Span)> {
    let node = node.get(key)?;
    Some((node.as_str()?, node.span))
}

fn refused(span: Span, written: &str, what: &str, help: &str) -> Finding {
    let article = if what.starts_with(['a', 'i']) {
        "an"
    } else {
        "a"
    };
    Finding::new(
        &E0231,
        span,
        format!("`{written}` cannot be {article} {what}"),
    )
    .label("empty, too long or with refused characters")
    .help(help)
}

fn check_key(entry: &Entry, what: &str, findings: &mut Vec<Finding>) {
    let key = entry.key.value.as_str();
    let is_fine = match key.split_once('/') {
        None => is_name(key),
        Some((prefix, name)) => {
            prefix.chars().count() <= PREFIX_MAX
                && prefix.split('.').all(is_label)
                && !name.contains('/')
                && is_name(name)
        }
    };
    if !is_fine {
        let help = "write a name, or a domain in lower case, `/` and a name: `example.com/team`";
        findings.push(refused(entry.key.span, key, what, help));
    }
}

/// Letters and digits at both ends, and `-`, `_` or `.` as well in between.
fn is_name(text: &str) -> bool {
    let is_end = |c: char| c.is_ascii_alphanumeric();
    text.len() <= NAME_MAX
        && text.starts_with(is_end)
        && text.ends_with(is_end)
        && text
            .chars()
            .all(|c| is_end(c) || matches!(c, '-' | '_' | '.'))
}

/// A label of a domain name: lower-case letters and digits, and `-` in between.
fn is_label(text: &str) -> bool {
    let is_end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.len() <= NAME_MAX
        && text.starts_with(is_end)
        && text.ends_with(is_end)
        && text.chars().all(|c| is_end(c) || c == '-')
}

/// As a label, with the characters of names of languages.
fn is_tag(text: &str) -> bool {
    let is_inner =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, ':' | '+' | '#');
    text.len() <= NAME_MAX
        && text
            .split('-')
            .all(|part| !part.is_empty() && part.chars().all(is_inner))
}

/// What a browser takes for a whole address: a scheme, a colon and something more.
fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.trim().split_once(':') else {
        return false;
    };
    let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(is_inner)
        && !rest.trim_matches('/').is_empty()
}

#[cfg(test)]
mod tests {
    use super::{is_label, is_name, is_tag, is_url};

    #[test]
    fn names_are_as_the_validators_have_them() {
        for name in ["a", "A.b-c_D9", "a--b", "0", &"x".repeat(63)] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "-a", "a.", "a b", "a/b", "\u{fc}", &"x".repeat(64)] {
            assert!(!is_name(name), "{name}");
        }
        assert!(is_label("my-team-2") && !is_label("My-team") && !is_label("a_b"));
    }

    #[test]
    fn tags_and_urls_are_as_the_validators_have_them() {
        for tag in ["java", "c++", "c#", "lang:go", "a-b-c"] {
            assert!(is_tag(tag), "{tag}");
        }
        for tag in ["Java", "a--b", "-a", "a b", "", "a_b"] {
            assert!(!is_tag(tag), "{tag}");
        }
        for url in [
            "https://example.com/a b",
            "mailto:team@example.com",
            "slack://channel?id=1",
        ] {
            assert!(is_url(url), "{url}");
        }
        for url in ["example.com", "/docs", "https://", "", "1:2"] {
            assert!(!is_url(url), "{url}");
        }
    }
}
