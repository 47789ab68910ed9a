//! Names that are like what somebody types.
//!
//! In: names with what is said beside them, and a part. Out: those that it may mean, the best first:
//! what begins with it, what holds it, what is said beside, and what has its letters in their order.

/// A name to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) name: String,
    /// What is said beside it.
    pub(super) about: String,
}

/// The choices that are like what was typed, the best first.
pub(super) fn like(all: &[Choice], typed: &str) -> Vec<Choice> {
    let typed = typed.to_lowercase();
    let mut found: Vec<(u8, &Choice)> = all
        .iter()
        .filter_map(|choice| Some((rank(choice, &typed)?, choice)))
        .collect();
    found.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.name.cmp(&other.name)));
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
    // All letters in their order, as `rsvc` is in `restart_service`.
    let mut letters = name.chars();
    typed
        .chars()
        .all(|c| letters.any(|other| other == c))
        .then_some(3)
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
        });
        let found = like(&all, "CART");
        let found: Vec<&str> = found.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(found, ["cart-db", "my-cart", "billing", "c-a-r-t"]);
        assert_eq!(like(&all, "").len(), 5);
        assert!(like(&all, "zz").is_empty());
    }
}
