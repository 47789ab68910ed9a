//! Which name was meant where a wrong one stands.
//!
//! In: a wrong name and the names that there are. Out: the nearest of them, whether no other one
//! could be meant, and what to write in words. Knows no files.

use crate::text::Advice;
use crate::text::did_you_mean;

/// The longest name, in bytes, that a wrong one is compared with.
const LONGEST_NAME: usize = 200;

/// A name that was most likely meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Near<'a> {
    /// The name.
    pub name: &'a str,
    /// Whether no other one could be meant.
    pub certain: bool,
}

/// The one of `names` that `wrong` was most likely meant to be: equal but for case, or few
/// edits away. Ties go to the first in order of bytes.
pub fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near(wrong, names).map(|near| near.name)
}

/// The same, and whether no other one could be meant.
///
/// That is so where exactly one name is within two edits and it differs in its case alone, or
/// by one slip inside a word: see `is_slip`.
pub fn near<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<Near<'a>> {
    let Some((head, last)) = wrong.rsplit_once('.') else {
        return nearest_of(wrong, names);
    };
    // Of paths that lead the same way only the last parts are compared.
    let names: Vec<&str> = names.into_iter().collect();
    let part = |name: &'a str| name.strip_prefix(head)?.strip_prefix('.');
    let beside: Vec<&str> = names.iter().filter_map(|name| part(name)).collect();
    if beside.is_empty() {
        return nearest_of(wrong, names);
    }
    let near = nearest_of(last, beside)?;
    let name = names
        .into_iter()
        .find(|name| part(name) == Some(near.name))?;
    Some(Near { name, ..near })
}

fn nearest_of<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<Near<'a>> {
    let folded = wrong.to_lowercase();
    // Of names of one or two letters nearly every other one is a single edit away.
    let allowed = (wrong.chars().count() / 3).min(4);
    let mut best: Option<(usize, &str)> = None;
    // How far the nearest of the others is.
    let mut next = usize::MAX;
    for name in names {
        if name == wrong {
            continue;
        }
        // Names of other lengths are further away than is allowed; of very long ones nobody
        // looks for the nearest.
        if name.len().abs_diff(wrong.len()) > 4 * (allowed + 1) || name.len() > LONGEST_NAME {
            continue;
        }
        let found = (strsim::osa_distance(&folded, &name.to_lowercase()), name);
        match best {
            Some((_, same)) if same == name => {}
            Some(nearer) if nearer <= found => next = next.min(found.0),
            Some((further, _)) => (best, next) = (Some(found), next.min(further)),
            None => best = Some(found),
        }
    }
    let (far, name) = best.filter(|(far, _)| *far <= allowed)?;
    let certain = match far {
        0 => next > 0,
        1 => next > 2 && is_slip(wrong, name),
        _ => false,
    };
    Some(Near { name, certain })
}

/// The shortest name, in characters, in which a slip of the fingers is told from another name.
const SHORTEST_SLIP: usize = 4;

/// Whether two names that are one edit from each other differ as a slip of the fingers makes
/// them differ: inside a word, whose first and last letters stay. `bread-db` is not a misspelt
/// `read-db`, nor is `team-2` of `team-1`, `cart-eu` of `cart-us` or `UserB` of `UserA`.
fn is_slip(wrong: &str, name: &str) -> bool {
    let (one, other) = (words(wrong), words(name));
    if one.len() != other.len() {
        return false;
    }
    one.iter().zip(&other).all(|(one, other)| {
        let ends = |word: &[char]| (word.first().copied(), word.last().copied());
        let is_long = one.len().min(other.len()) >= SHORTEST_SLIP;
        let has_digits = one.iter().chain(other).any(char::is_ascii_digit);
        one == other || (is_long && !has_digits && ends(one) == ends(other))
    })
}

/// The words of a name in lower case: letters and digits, parted by any other character and by
/// humps as in `CartApi`. Of two names with the same words one stands for the other.
fn words(name: &str) -> Vec<Vec<char>> {
    let mut words: Vec<Vec<char>> = Vec::new();
    let mut before = None;
    for c in name.chars() {
        let is_hump = c.is_uppercase() && before.is_some_and(char::is_lowercase);
        let is_first = !before.is_some_and(char::is_alphanumeric);
        if c.is_alphanumeric() {
            if is_hump || is_first {
                words.push(Vec::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(c.to_lowercase());
            }
        }
        before = Some(c);
    }
    words
}

/// What to write in place of a wrong name: the nearest of `names`, or up to five of them.
pub fn choose(wrong: &str, names: &[&str]) -> Advice {
    if let Some(near) = nearest(wrong, names.iter().copied()) {
        return did_you_mean(near);
    }
    // Often only what stands before it is missing: `size` for `properties.size`.
    let is_end = |name: &&&str| {
        name.strip_suffix(wrong)
            .is_some_and(|rest| !wrong.is_empty() && rest.ends_with('.'))
    };
    let mut ends = names.iter().filter(is_end);
    if let (Some(only), None) = (ends.next(), ends.next()) {
        return did_you_mean(only);
    }
    // Of one more its name is as short as that it is one more.
    let most = if names.len() <= 6 { 6 } else { 5 };
    let shown: Vec<String> = names
        .iter()
        .take(most)
        .map(|name| format!("`{name}`"))
        .collect();
    let words = match shown.split_last() {
        None => "delete it".to_owned(),
        Some((last, [])) => format!("write {last}"),
        Some((last, rest)) if names.len() <= most => format!("write {} or {last}", rest.join(", ")),
        Some(_) => format!(
            "known are {} and {} more",
            shown.join(", "),
            names.len() - most
        ),
    };
    words.into()
}

/// The same where the name may also be right, and what it names is what is missing: the nearest
/// of `names`, or up to five of them, or what is to be added.
pub fn choose_or(wrong: &str, names: &[&str], add: &str) -> Advice {
    if names.is_empty() {
        return add.into();
    }
    let chosen = choose(wrong, names);
    if nearest(wrong, names.iter().copied()).is_some() {
        return chosen;
    }
    let Advice { words, near } = chosen;
    let words = format!("{words}; or {add}");
    Advice { words, near }
}

#[cfg(test)]
mod tests {
    use super::{choose, choose_or, near, nearest};

    #[test]
    fn the_nearest_name_is_found_across_case_and_typing_slips() {
        assert_eq!(nearest("CartApi", ["CartAPI", "Cart"]), Some("CartAPI"));
        assert_eq!(nearest("repilcas", ["replicas", "type"]), Some("replicas"));
        assert_eq!(nearest("zebra", ["replicas", "type"]), None);
        // The way to a name makes it no nearer.
        let paths = ["properties.obj", "properties.size", "relations.owner"];
        assert_eq!(nearest("properties.url", paths), None);
        assert_eq!(nearest("properties.szie", paths), Some("properties.size"));
        assert_eq!(nearest("propertis.size", paths), Some("properties.size"));
    }

    #[test]
    fn names_of_one_or_two_letters_are_near_in_another_case_alone() {
        assert_eq!(nearest("b", ["a", "c"]), None);
        assert_eq!(nearest("eu", ["us", "ev"]), None);
        assert_eq!(nearest("eu", ["EU", "us"]), Some("EU"));
        assert_eq!(nearest("dev", ["dex"]), Some("dex"));
    }

    #[test]
    fn what_to_write_is_said_with_the_names_there_are() {
        let choose = |wrong: &str, names: &[&str]| choose(wrong, names).words;
        let choose_or = |wrong: &str, names: &[&str], add: &str| choose_or(wrong, names, add).words;
        let names = ["a1", "b2", "c3", "d4", "e5", "f6", "g7"];
        assert_eq!(
            choose("zebra", &names),
            "known are `a1`, `b2`, `c3`, `d4`, `e5` and 2 more"
        );
        assert_eq!(
            choose("zebra", &names[..6]),
            "write `a1`, `b2`, `c3`, `d4`, `e5` or `f6`"
        );
        assert_eq!(
            choose("size", &["title", "properties.size", "properties.oversize"]),
            "did you mean `properties.size`?"
        );
        assert_eq!(choose_or("x", &[], "add `x`"), "add `x`");
        assert_eq!(choose_or("x", &["ab"], "add `x`"), "write `ab`; or add `x`");
        assert_eq!(
            choose_or("repilcas", &["replicas"], "add `x`"),
            "did you mean `replicas`?"
        );
    }

    #[test]
    fn a_name_is_certain_where_no_other_could_be_meant() {
        let is_certain = |wrong, names: &[&'static str]| {
            near(wrong, names.iter().copied()).is_some_and(|near| near.certain)
        };
        for (wrong, names) in [
            // Another case, or another sign between the same words.
            ("CartApi", &["CartAPI", "Cart"][..]),
            ("api", &["API", "app-x"]),
            ("cart_api", &["cart-api"]),
            // A letter inside a word missing, doubled, wrong, or two of them swapped.
            ("componet", &["component", "components-of"]),
            ("coomponent", &["component"]),
            ("compunent", &["component"]),
            ("repilcas", &["replicas", "type"]),
            ("cart-servce", &["cart-service", "cart"]),
            ("CorePaymentLibary", &["CorePaymentLibrary"]),
        ] {
            assert!(is_certain(wrong, names), "{wrong} {names:?}");
        }
        for (wrong, names) in [
            // More than one name could be meant.
            ("CARTAPI", &["CartAPI", "cartApi"][..]),
            ("orderz", &["orders", "border"]),
            ("cart-servce", &["cart-service", "cart-serve"]),
            // More than one edit.
            ("CoreePaymentLibary", &["CorePaymentLibrary"]),
            // Other digits are another thing, and so is another short part.
            ("team-2", &["team-1"]),
            ("node1x2", &["node1x3"]),
            ("env-lin-8", &["env-lin-7"]),
            ("cart-eu", &["cart-us"]),
            ("dev", &["dex"]),
            ("ordr", &["odr"]),
            // What stands before or behind a word makes another word of it.
            ("microservice", &["service"]),
            ("bread-db", &["read-db"]),
            ("read-db", &["bread-db"]),
            ("new-cart", &["news-cart"]),
            ("orders", &["order"]),
            ("UserB", &["UserA"]),
            ("prodA", &["prodB"]),
            ("board", &["hoard"]),
            // Words that are parted otherwise.
            ("cartapi", &["cart-api"]),
            ("car-tapi", &["cart-api"]),
            ("in-kind", &["inkind"]),
        ] {
            assert!(!is_certain(wrong, names), "{wrong} {names:?}");
        }
    }
}
