//! Names that are like what somebody types.
//!
//! In: names with what is said beside them, and a part. Out: those that it may mean, the best first:
//! what begins with it, what holds it, what is said beside; where nothing does, what has its letters
//! in their order. What somebody may not choose comes last.

/// A name to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Choice {
    pub(in crate::cli) name: String,
    /// What is said beside it.
    pub(in crate::cli) about: String,
    /// The teams that own it.
    pub(in crate::cli) owners: Vec<String>,
    /// Whether whoever asks may have it.
    pub(in crate::cli) is_open: bool,
}

/// From this rank on it has only the letters.
const GUESS: u8 = 4;

/// The choices that are like what was typed, the best first.
pub(super) fn like(all: &[Choice], typed: &str) -> Vec<Choice> {
    let typed = typed.to_lowercase();
    let mut found: Vec<(u8, &Choice)> = all
        .iter()
        .filter_map(|choice| Some((rank(choice, &typed)?, choice)))
        .collect();
    // Letters here and there are a guess, and noise beside what was meant.
    if found.iter().any(|(rank, _)| *rank < GUESS) {
        found.retain(|(rank, _)| *rank < GUESS);
    }
    found.sort_by(|(a, one), (b, other)| {
        let order = other.is_open.cmp(&one.is_open).then(a.cmp(b));
        order.then_with(|| one.name.cmp(&other.name))
    });
    found
        .into_iter()
        .map(|(_, choice)| choice.clone())
        .collect()
}

fn rank(choice: &Choice, typed: &str) -> Option<u8> {
    let name = choice.name.to_lowercase();
    if name.starts_with(typed) {
        return Some(0);
    }
    if name.contains(typed) {
        return Some(1);
    }
    if choice.about.to_lowercase().contains(typed) {
        return Some(2);
    }
    let whole = format!("{name} {}", choice.about.to_lowercase());
    if typed.split_whitespace().all(|word| whole.contains(word)) {
        return Some(3);
    }
    if has_letters(&name, typed) {
        return Some(GUESS);
    }
    // Few letters stand in any title.
    (typed.len() > 2 && has_letters(&whole, typed)).then_some(GUESS + 1)
}

/// Whether a text has all letters in their order, as `restart_service` has `rsvc`.
fn has_letters(text: &str, typed: &str) -> bool {
    let mut letters = text.chars();
    typed.chars().all(|c| letters.any(|other| other == c))
}

#[cfg(test)]
mod tests {
    use super::{Choice, like};

    #[test]
    fn the_best_stands_first() {
        let names = ["cart-db", "my-cart", "billing", "c-a-r-t", "other"];
        let all = names.map(|name| Choice {
            name: name.to_owned(),
            about: if name == "billing" { "Cart bills" } else { "" }.to_owned(),
            owners: Vec::new(),
            is_open: name != "cart-db",
        });
        let found = like(&all, "CART");
        let found: Vec<&str> = found.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(found, ["my-cart", "billing", "cart-db"]);
        let letters = like(&all, "crt");
        let letters: Vec<&str> = letters.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(letters, ["c-a-r-t", "my-cart", "billing", "cart-db"]);
        let found = like(&all, "bills cart");
        assert_eq!(found.first().map(|it| it.name.as_str()), Some("billing"));
        assert_eq!(like(&all, "").len(), 5);
        assert!(like(&all, "zz").is_empty());
    }
}
